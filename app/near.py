"""Misspelt names and ids: which ones are spelled much like them.

Nothing here reads all names. Names are indexed by parts of their words (word_parts); the query's own parts find
at most `CANDIDATES` names that share the rarest of them, and only these are compared letter by letter. Parts that
very many names have (COMMON) tell none from another and are left out; the neighbours in the order of ids then stand in
for them. Ids that are hashes have no names: only those that begin in the same way are compared.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from app.database import Release, Row
from app.queries import ids_statement, neighbours_statement
from app.search import (
    FACTS,
    Parts,
    Types,
    common_parts_statement,
    names_statement,
    some_names_statement,
)
from app.spelling import plain
from app.vocabularies import RecordType

LONGEST = 100
"""No name that may have been meant is longer, in characters."""
PARTS = 80
"""How many parts of words are looked up at most."""
COMMON = 2000
"""A part of words that more names have than this is looked up only where no other part is left."""
HASH_START = 5
"""How many characters of a hash must be right for the rest to be compared."""


class Near(NamedTuple):
    """A record with a name like the one asked for."""

    id: str
    type: RecordType
    name: str
    spelling: str
    """Which name, alias or id is like it."""
    likeness: float
    """From 0 to 1, where 1 has every word as it is asked for."""
    closeness: float
    """The same over the whole text: what decides between equals."""


@lru_cache(maxsize=4096)
def word_parts(word: str) -> tuple[str, ...]:
    """What a misspelt word still shares with the right one: itself less a letter if short, three letters if long."""
    return tuple(_word_parts(word))


def _word_parts(word: str) -> Iterator[str]:
    yield word
    if 3 <= len(word) <= 7:
        yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
    if len(word) >= 5:
        bounded = f"0{word}0"
        yield from (bounded[at : at + 3] for at in range(len(bounded) - 2))


def parts(text: str) -> list[str]:
    """The parts of all words of a text, each once."""
    return list(dict.fromkeys(part for word in plain(text).split() for part in word_parts(word)))


def near_names(
    release: Release, text: str, types: Types, limit: int, cutoff: float, ids: bool = False
) -> list[Near]:
    """The records of these types with the names most like a text, each once, the most like first."""
    from app.likeness import compared

    asked = plain(text)
    if not asked or len(asked) > LONGEST:
        return []
    rows = candidates(release, asked, types, ids)
    best: dict[str, Near] = {}
    for id_, type_, name, spelling in rows:
        likeness, closeness = compared(asked, plain(spelling))
        near = Near(id_, RecordType(type_), name, spelling, likeness, closeness)
        if likeness >= cutoff and (id_ not in best or order(near) < order(best[id_])):
            best[id_] = near
    return sorted(best.values(), key=order)[:limit]


def candidates(release: Release, asked: str, types: Types, ids: bool) -> list[Row]:
    """Names that share the rarest parts of their words with a text."""
    own = parts(asked)[:PARTS]
    values = {f"part_{index}": part for index, part in enumerate(own)}
    common: dict[str, int] = dict(release.fetch(common_parts_statement(len(own)), values))
    rare = Parts(part for part in own if part not in common)
    found = release.fetch(names_statement(types, ids), {"parts": rare, "asked": asked}) if rare else []
    if common and ids:
        found += neighbours(release, asked.replace(" ", "-"), types)
    if found or not common:
        return found
    least = Parts([min(common, key=lambda part: (common[part], part))])
    return release.fetch(some_names_statement(types, ids), {"parts": least})


def neighbours(release: Release, id_: str, types: Types) -> list[Row]:
    """What comes just before and after an id in the order of ids."""
    statements = [neighbours_statement(type_, before) for type_ in types for before in (True, False)]
    return [row for statement in statements for row in release.fetch(statement, {"id": id_})]


def order(near: Near) -> tuple[float, float, str, str]:
    return -near.likeness, -near.closeness, near.id, near.spelling


def near_ids(release: Release, id_: str, types: Iterable[RecordType]) -> list[str]:
    """Up to three ids of these types that resemble one that nothing has."""
    from app.likeness import nearest_ids

    asked = id_.lower()
    named = tuple(type_ for type_ in types if type_ not in FACTS)
    if named:
        return [near.id for near in near_names(release, asked, named, 3, 0.5, ids=True)]
    start = {"first": asked[:HASH_START], "last": f"{asked[:HASH_START]}~"}
    ids = [row[0] for type_ in types for row in release.fetch(ids_statement(type_), start)]
    return nearest_ids(asked, ids)
