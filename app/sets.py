"""Sets of documents, stored when the database was built, so that what several filters leave is counted without reading a record.

A set is a whole number that has a bit for every document (app/search.py), at the number of the document, which is never 0. There is one for
each value of a filter that is counted (app/tallies.py), where these are not very many, and one for each word, and each
beginning of a word, that more records have than are ranked.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

from sqlalchemy import bindparam, select

from app import search
from app.database import Compiled, Release, compiled
from app.models import ValueSet, table
from app.search import FACTS, Text, Types
from app.tallies import numbers

STORED = 400
"""A filter with more values than this has no sets: to count them all would take a request too long."""
WORDS, WORD, BEGINNING = "/search", "word", "beginning"
"""The path of the sets of words, and what they are: words, and what words begin with."""
VALUE_SET = table(ValueSet)


def packed(bits: int) -> bytes:
    return zlib.compress(bits.to_bytes((bits.bit_length() >> 3) + 1, "little"), 1)


def unpacked(stored: bytes) -> int:
    return int.from_bytes(zlib.decompress(stored), "little")


def of_numbers(found: Iterable[int]) -> int:
    """The set of some numbers."""
    bits = bytearray()
    for number in found:
        place = number >> 3
        if place >= len(bits):
            bits.extend(bytes(place + 1))  # half of it ahead, for most come in order
        bits[place] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def digits(bits: int) -> str:
    """A digit for every number, so that what is in a set is found as a text is searched."""
    return bin(bits)[:1:-1]


def members(digits: str, after: int = 0) -> Iterator[int]:
    """The numbers of a set that come after one, in their order."""
    at = max(after, 0)
    while (at := digits.find("1", at + 1)) > 0:
        yield at


def members_before(digits: str, before: int) -> Iterator[int]:
    """The numbers of a set that come before one, the highest first."""
    at = max(before, 0)
    while (at := digits.rfind("1", 0, at)) > 0:
        yield at


@lru_cache
def sets_statement(count: int) -> Compiled:
    """Some sets of a filter, in no order."""
    given: list[Any] = [bindparam(f"value_{index}") for index in range(count)]
    key = (VALUE_SET.c.path == bindparam("path"), VALUE_SET.c.filter == bindparam("filter"))
    return compiled(select(VALUE_SET.c.value, VALUE_SET.c.bits).where(*key, VALUE_SET.c.value.in_(given)))


@lru_cache
def every_set_statement() -> Compiled:
    key = (VALUE_SET.c.path == bindparam("path"), VALUE_SET.c.filter == bindparam("filter"))
    return compiled(select(VALUE_SET.c.value, VALUE_SET.c.bits).where(*key))


def every_set(release: Release, path: str, filter_: str) -> Iterator[tuple[str, int]]:
    """The sets of a filter, each unpacked when the one before it has been looked at."""
    for value, bits in release.fetch(every_set_statement(), {"path": path, "filter": filter_}):
        yield value, unpacked(bits)


def stored(release: Release, path: str, filter_: str, values: Iterable[Any]) -> dict[str, int]:
    given = {f"value_{index}": str(value) for index, value in enumerate(values)}
    rows = release.fetch(sets_statement(len(given)), {"path": path, "filter": filter_, **given})
    return {value: unpacked(bits) for value, bits in rows}


def common(release: Release, text: Text) -> int | None:
    """The documents that have every word of a text, where very many have each of them."""
    known = numbers(release.counts)
    if not text.words or sum(n for type_, n in known.items() if type_ not in FACTS) <= search.RANKED:
        return None
    *words, last = text.once
    found = stored(release, WORDS, WORD, words) if words else {}
    if len(found) < len(words):
        return None
    begun = stored(release, WORDS, BEGINNING, [last])
    return reduce(and_, (*found.values(), *begun.values())) if begun else None


def with_words(release: Release, text: Text) -> int:
    """The documents that have every word of a text."""
    found = common(release, text)
    if found is None:
        found = of_numbers(row[0] for row in release.fetch(search.numbers_statement(), {"q": text}))
    return found


def by_type(release: Release, types: Types, bits: int) -> dict[str, int]:
    """How many documents of each type are in a set, for types that have any, the most first."""
    counts = [(type_, (bits & span).bit_count()) for type_, span in spans(release, types)]
    return {type_: count for type_, count in sorted(counts, key=lambda one: (-one[1], one[0])) if count}


def among_types(release: Release, types: Types) -> int:
    """The documents of some types."""
    return reduce(or_, (span for _, span in spans(release, types)), 0)


def spans(release: Release, types: Types) -> Iterator[tuple[str, int]]:
    """The documents of each type, for types that have any."""
    for type_, first, last in release.fetch(search.ranges_statement(types), {}):
        yield type_, (1 << last + 1) - (1 << first)
