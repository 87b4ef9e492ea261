"""The sets by which large lists are counted (app/sets.py)."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, String, bindparam, column, func, select, table, text, union_all

from app import models as m
from app import search
from app.conditions import reached
from app.days import YEAR
from app.fulltext import RECORDS, Matches
from app.listings import LISTINGS, Listing
from app.queries import values_of, ways
from app.search import DOCUMENT, FACTS
from app.sets import BEGINNING, STORED, VALUE_SET, WORD, WORDS, of_numbers, packed, unpacked
from app.tallies import DAY, TALLY, WHOLE
from app.timeline import TIMELINE
from seed.crew import Crew, engine
from seed.rows import Row, store

LISTED = {listing.path: listing for listing in (*LISTINGS.values(), TIMELINE)}
VOCABULARY = text("CREATE VIRTUAL TABLE temp.word_count USING fts5vocab('main', 'search_record', 'row')")
COUNTED = select(column("term", String), column("doc", Integer)).select_from(table("word_count"))
MATCHING = select(RECORDS.c.rowid).where(Matches(RECORDS.c.words, bindparam("q")))


class Begun(NamedTuple):
    """A beginning of words: how many have it, and at most how many documents; and how many have it as a whole word."""

    text: str
    words: int
    documents: int
    own: int


def sets(connection: Connection, crew: Crew) -> None:
    """Store the sets of every list that is tallied, and those of the words that very many records have."""
    url = connection.engine.url.render_as_string(hide_password=False)
    filters = list(tallied(connection))
    for path in dict.fromkeys(path for path, _ in filters):
        store(connection, VALUE_SET, [whole(connection, LISTED[path])])
    last = connection.scalar(select(func.max(DOCUMENT.c.id))) or 0
    alike = list(runs(words(connection))) if last > search.RANKED else []
    connection.commit()
    of_values, of_words = partial(value_sets, url), partial(word_sets, url)
    for made in chain(crew.each(of_values, filters), crew.each(of_words, alike)):
        store(connection, VALUE_SET, made)


def tallied(connection: Connection) -> Iterator[tuple[str, str]]:
    """The lists of records that are tallied, each with its filters that have not too many values, and years."""
    key = (TALLY.c.path, TALLY.c.filter)
    few = select(*key).group_by(*key).having(func.count() <= STORED).order_by(*key)
    for path, name in connection.execute(few):
        if LISTED[path].type not in FACTS and name in LISTED[path].filters:
            yield path, name
    for path in connection.scalars(select(TALLY.c.path).where(TALLY.c.filter == DAY).distinct()):
        yield path, YEAR


def whole(connection: Connection, listing: Listing) -> Row:
    numbers = select(DOCUMENT.c.id).join(m.table(listing.table), listing.id == DOCUMENT.c.record_id)
    bits = packed(of_numbers(number for (number,) in read(connection, numbers)))
    return {"path": listing.path, "filter": WHOLE, "value": WHOLE, "bits": bits}


def value_sets(url: str, of: tuple[str, str]) -> list[Row]:
    """The set of every value of a filter, and that of the records that have none."""
    path, name = of
    listing, key = LISTED[path], {"path": path, "filter": name}
    with engine(url).connect() as connection:
        is_whole = (VALUE_SET.c.path == path, VALUE_SET.c.filter == WHOLE)
        lacking = unpacked(connection.scalars(select(VALUE_SET.c.bits).where(*is_whole)).one())
        made = []
        for value, found in groupby(read(connection, pairs(listing, name)), itemgetter(0)):
            bits = of_numbers(number for _, number in found)
            lacking &= ~bits
            made.append({**key, "value": str(value), "bits": packed(bits)})
    return [*made, {**key, "value": WHOLE, "bits": packed(lacking)}]


def pairs(listing: Listing, name: str) -> Any:
    """Each value, in order, with the number of each document that has it."""
    if name == YEAR:
        return years(listing)
    every = [values_of(listing, way, ()) for way in ways(listing.filters[name])]
    found = (union_all(*every) if len(every) > 1 else every[0]).subquery()
    numbered = select(found.c.value, DOCUMENT.c.id).join(DOCUMENT, DOCUMENT.c.record_id == found.c.record)
    return numbered.order_by(found.c.value)


def years(listing: Listing) -> Any:
    """The same for the years of what lasts a day."""
    first_day = listing.sorts["date"].ascending
    dated = select(func.substr(first_day, 1, 4), DOCUMENT.c.id).select_from(listing.table)
    numbered = dated.join(DOCUMENT, DOCUMENT.c.record_id == listing.id)
    return numbered.where(reached(listing) == 0).order_by(first_day)


def word_sets(url: str, alike: list[Begun]) -> list[Row]:
    """The set of some beginnings that the same words have, and of the words themselves, where more documents have them than are ranked."""
    with engine(url).connect() as connection:
        begun = matching(connection, f'"{alike[0].text}" *')
        many = begun.bit_count() > search.RANKED
        found = [(BEGINNING, one.text, begun) for one in alike if many]
        for one in alike:
            if one.own > search.RANKED:
                own = begun if one.words == 1 else matching(connection, f'"{one.text}"')
                found.append((WORD, one.text, own))
    return [{"path": WORDS, "filter": of, "value": value, "bits": packed(bits)} for of, value, bits in found]


def matching(connection: Connection, query: str) -> int:
    return of_numbers(number for (number,) in read(connection, MATCHING, q=query))


def read(connection: Connection, statement: Any, **given: Any) -> Iterable[tuple[Any, ...]]:
    """Rows as the driver gives them: there are millions."""
    cursor: Any = connection.execute(statement, given).cursor
    rows: Iterable[tuple[Any, ...]] = cursor
    return rows


def words(connection: Connection) -> Iterator[Begun]:
    """The beginnings of words that more documents may have than are ranked."""
    connection.execute(VOCABULARY)
    for begun in beginnings(read(connection, COUNTED.order_by(column("term")))):
        if begun.documents > search.RANKED:
            yield begun
    connection.execute(text("DROP TABLE word_count"))


def beginnings(terms: Iterable[tuple[Any, ...]]) -> Iterator[Begun]:
    """What the words, which come in order, begin with: the longer before the shorter."""
    open_: list[Begun] = []
    for term, documents in chain(terms, [("", 0)]):
        while open_ and not term.startswith(open_[-1].text):
            closed = open_.pop()
            yield closed
            if open_:
                above = open_[-1]
                both = above.words + closed.words, above.documents + closed.documents
                open_[-1] = Begun(above.text, *both, above.own)
        open_ += (Begun(term[:length], 0, 0, 0) for length in range(len(open_) + 1, len(term) + 1))
        if term:
            open_[-1] = Begun(term, 1, documents, documents)


def runs(found: Iterable[Begun]) -> Iterator[list[Begun]]:
    """Those together that the same words begin with: each is the one before it without its last letter."""
    alike: list[Begun] = []
    for begun in found:
        if alike and (begun.words != alike[-1].words or begun.text != alike[-1].text[:-1]):
            yield alike
            alike = []
        alike.append(begun)
    if alike:
        yield alike
