"""Full text: what a query means, and the index that answers it.

Statements are built from `Index`, the little that one database does in another way than the next. Everything
else, the folding of words above all, is done before the index sees a text, and is the same for all.
"""

from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TableClause,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    tuple_,
)
from sqlalchemy import bindparam as bind

from app.database import Compiled, compiled
from app.models import Record, SearchDocument, SearchName, SearchPassage
from app.models import table as table_of
from app.spelling import Word, words
from app.vocabularies import RecordType

DOCUMENT, PASSAGE = table_of(SearchDocument), table_of(SearchPassage)
NAME, RECORD = table_of(SearchName), table_of(Record)
FACTS = (RecordType.RELATION, RecordType.EVIDENCE)
"""Types with an index of their own, for `q` on their lists; /search finds their texts with the records that they are about."""
Types = tuple[RecordType, ...]
WEIGHTS = {"name": 10000.0, "alias": 1000.0, "summary": 3.0, "evidence": 1.0}
"""So far apart that bm25 is all but exhausted by one word in a name: no text however short outranks it."""
SCALE = 1_000_000_000_000
"""Steps of a rank in 1: bm25 gives a word that half of all records have no more than a millionth."""
SHOWN = 16
"""How many words of a query choose the passage that is shown."""
CANDIDATES = 200
"""How many names that share parts of words with a misspelt one are compared with it in full."""


class Text(NamedTuple):
    """A query as it is compared: its words, the last of which may be only begun."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, query: str) -> "Text":
        return cls(tuple(word.form for word in words(query)))

    def marks(self, word: Word) -> bool:
        return word.form in self.words[:-1] or word.form.startswith(self.words[-1])


class Index(Protocol):
    """What a database brings to full text."""

    def value(self, text: Text) -> str:
        """A query as the index takes it, bound to the parameter that `matches` is given."""

    def matches(self, facts: bool, value: Any) -> ColumnElement[bool]:
        """That a document matches."""

    def rank(self, facts: bool) -> ColumnElement[int]:
        """How well a document matches, in whole numbers, the best first."""

    def parts(self, parts: list[str]) -> str:
        """Parts of words as the index of names takes them."""

    def shares(self, value: Any) -> ColumnElement[bool]:
        """That a name has one of these parts."""

    def shared(self) -> ColumnElement[Any]:
        """How much of it they are, the most first."""


class Fts5:
    """SQLite's full text: one virtual table for records, one for facts, one for the parts of names."""

    fields = tuple(WEIGHTS)
    records: TableClause = table("search_record", *map(column, ("rowid", "search_record", *fields)))
    facts: TableClause = table("search_fact", *map(column, ("rowid", "search_fact", *fields)))
    names: TableClause = table("search_name_part", *map(column, ("rowid", "search_name_part", "parts")))

    def of(self, facts: bool) -> TableClause:
        return self.facts if facts else self.records

    def value(self, text: Text) -> str:
        """Every word quoted, so that none of them is an operator, and once; the empty phrase matches nothing."""
        once = [*dict.fromkeys(text.words[:-1]), *text.words[-1:]]
        phrases = " AND ".join(f'"{word}"' for word in once)
        return f"{phrases} *" if phrases else '""'

    def matches(self, facts: bool, value: Any) -> ColumnElement[bool]:
        index = self.of(facts)
        return and_(DOCUMENT.c.id == index.c.rowid, index.c[index.name].op("MATCH")(value))

    def rank(self, facts: bool) -> ColumnElement[int]:
        index = self.of(facts)
        score = func.bm25(literal_column(index.name), *map(literal, WEIGHTS.values()))
        return cast(func.round(score * SCALE), Integer)

    def parts(self, parts: list[str]) -> str:
        return " OR ".join(f'"{part}"' for part in parts) or '""'

    def shares(self, value: Any) -> ColumnElement[bool]:
        return and_(NAME.c.id == self.names.c.rowid, self.names.c.search_name_part.op("MATCH")(value))

    def shared(self) -> ColumnElement[Any]:
        return func.bm25(literal_column(self.names.name))


INDEX: Index = Fts5()


def holds(facts: bool, value: Any) -> ColumnElement[bool]:
    """That a document has every word of a query; for the filter `q` of the lists."""
    return INDEX.matches(facts, value)


def of_types(type_: Any, types: Types) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = type_.in_([literal(name) for name in types])
    return condition


def matching(types: Types, *columns: Any) -> Select[Any]:
    """The documents of these types that match `q`."""
    return select(*columns).where(INDEX.matches(False, bind("q")), of_types(DOCUMENT.c.type, types))


@lru_cache
def page_statement(types: Types, after: bool, backward: bool) -> Compiled:
    """Documents of a page: those that bear the query as their name, as an alias, then by rank."""
    names = DOCUMENT.c.names
    tier = case((names.startswith(bind("whole")), 0), (names.contains(bind("whole")), 1), else_=2)
    found = matching(
        types,
        DOCUMENT.c.type,
        tier.label("k0"),
        INDEX.rank(False).label("k1"),
        DOCUMENT.c.record_id.label("k2"),
    ).subquery()
    keys = (found.c.k0, found.c.k1, found.c.k2)
    statement = select(found)
    if after:
        here = tuple_(*(bind(f"k{index}") for index in range(3)))
        statement = statement.where(tuple_(*keys) < here if backward else tuple_(*keys) > here)
    order = [key.desc() if backward else key.asc() for key in keys]
    return compiled(statement.order_by(*order).limit(bind("limit")))


@lru_cache
def counts_statement(types: Types) -> Compiled:
    """How many documents of each type match."""
    count = func.count()
    statement = matching(types, DOCUMENT.c.type, count).group_by(DOCUMENT.c.type)
    return compiled(statement.order_by(count.desc(), DOCUMENT.c.type))


@lru_cache(maxsize=256)
def passages_statement(records: int, shown: int) -> Compiled:
    """Of each record the passage with the most words of the query, the name before aliases before text."""
    ids: list[Any] = [bind(f"id_{index}") for index in range(records)]
    has = [case((PASSAGE.c.words.contains(bind(f"word_{index}")), 1), else_=0) for index in range(shown)]
    best = func.row_number().over(
        partition_by=PASSAGE.c.record_id,
        order_by=[sum(has, start=literal_column("0")).desc(), PASSAGE.c.position],
    )
    ranked = (
        select(PASSAGE, RECORD.c.name, RECORD.c.type, best.label("best"))
        .join(RECORD, RECORD.c.id == PASSAGE.c.record_id)
        .where(PASSAGE.c.record_id.in_(ids))
        .subquery()
    )
    wanted = ("record_id", "type", "name", "field", "text", "evidence_id")
    return compiled(select(*(ranked.c[name] for name in wanted)).where(ranked.c.best == 1))


@lru_cache
def names_statement(types: Types, ids: bool) -> Compiled:
    """Names, and ids where they count, that share parts of their words with `parts`."""
    statement = (
        select(NAME.c.record_id, NAME.c.type, RECORD.c.name.label("record"), NAME.c.name)
        .join(RECORD, RECORD.c.id == NAME.c.record_id)
        .where(INDEX.shares(bind("parts")), of_types(NAME.c.type, types))
        .order_by(INDEX.shared(), NAME.c.id)
        .limit(CANDIDATES)
    )
    return compiled(statement if ids else statement.where(NAME.c.is_id.is_(False)))


def passage_values(ids: list[str], text: Text) -> dict[str, str]:
    shown = text.words[-SHOWN:]
    terms = [f" {word} " for word in shown[:-1]] + [f" {word}" for word in shown[-1:]]
    return {f"id_{n}": id_ for n, id_ in enumerate(ids)} | {f"word_{n}": t for n, t in enumerate(terms)}
