"""Full text: what a query means, and the statements that a search asks."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy import bindparam as bind

from app.database import Compiled, compiled
from app.fulltext import FACTS as FACTS_INDEX
from app.fulltext import NAMES as NAMES_INDEX
from app.fulltext import RECORDS as RECORDS_INDEX
from app.fulltext import Among, Matches, Rank, Unlike
from app.models import CommonPart, Record, SearchDocument, SearchName, SearchPassage, SearchRange
from app.models import table as table_of
from app.spelling import Word, words
from app.vocabularies import RecordType

DOCUMENT, PASSAGE = table_of(SearchDocument), table_of(SearchPassage)
NAME, RECORD = table_of(SearchName), table_of(Record)
COMMON_PART, RANGE = table_of(CommonPart), table_of(SearchRange)
FACTS = (RecordType.RELATION, RecordType.EVIDENCE)
"""Types with an index of their own, for `q` on their lists; /search finds their texts with the records that they are about."""
Types = tuple[RecordType, ...]
LONGEST_LEXEME = 2046
"""How many bytes a word of PostgreSQL's index can have."""
RANKED = 10_000
"""What more records match than this is not ranked, which would take as long as there are matches; its words tell none from another."""
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

    @property
    def once(self) -> tuple[str, ...]:
        """Each word once, the last one apart."""
        return (*dict.fromkeys(self.words[:-1]), *self.words[-1:])

    def __conform__(self, _: Any) -> str:
        """As FTS5 takes it, every word quoted, so that none is an operator; the empty phrase matches nothing."""
        phrases = " AND ".join(f'"{word}"' for word in self.once)
        return f"{phrases} *" if phrases else '""'

    @property
    def tsquery(self) -> str:
        """As PostgreSQL takes it; no document has a word that is longer than it allows."""
        if not self.words or any(len(word.encode()) > LONGEST_LEXEME for word in self.words):
            return ""
        return " & ".join(f"'{word}'" for word in self.once) + ":*"

    def marks(self, word: Word) -> bool:
        return word.form in self.words[:-1] or word.form.startswith(self.words[-1])


class Parts(tuple[str, ...]):
    """Parts of words, of which a name may have any."""

    __slots__ = ()

    def __conform__(self, _: Any) -> str:
        """As FTS5 takes it; sqlite3 asks for this when it binds the value."""
        return " OR ".join(f'"{part}"' for part in self) or '""'

    @property
    def tsquery(self) -> str:
        return " | ".join(f"'{part}'" for part in self)


def holds(facts: bool, value: Any) -> ColumnElement[bool]:
    """That a document has every word of a query; for the filter `q` of the lists."""
    index = FACTS_INDEX if facts else RECORDS_INDEX
    return and_(DOCUMENT.c.id == index.c.rowid, Matches(index.c.words, value))


def of_types(type_: Any, types: Types) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = type_.in_([literal(name) for name in types])
    return condition


def matching(types: Types, *columns: Any) -> Select[Any]:
    """The documents of these types that match `q`."""
    return select(*columns).where(holds(False, bind("q")), of_types(DOCUMENT.c.type, types))


def spanned(types: Types) -> ColumnElement[bool]:
    """That the number of a document is not outside those of some types: FTS5 then leaves out what is."""
    bounds = (func.min(RANGE.c.first), func.max(RANGE.c.last))
    some = (of_types(RANGE.c.type, types), RANGE.c.first <= RANGE.c.last)
    number: Any = RECORDS_INDEX.c.rowid
    condition: ColumnElement[bool] = number.between(
        *(select(bound).where(*some).scalar_subquery() for bound in bounds)
    )
    return condition


@lru_cache
def page_statement(types: Types, after: bool, backward: bool) -> Compiled:
    """Documents of a page: those that bear the query as their name, as an alias, then by rank."""
    names = DOCUMENT.c.names
    tier = case((names.startswith(bind("whole")), 0), (names.contains(bind("whole")), 1), else_=2)
    found = matching(
        types,
        DOCUMENT.c.type,
        tier.label("k0"),
        Rank(RECORDS_INDEX.c.words, bind("q")).label("k1"),
        DOCUMENT.c.record_id.label("k2"),
    )
    # PostgreSQL would take the numbers for the better way to find what matches.
    within, anywhere = (
        ordered(one.subquery(), after, backward) for one in (found.where(spanned(types)), found)
    )
    return compiled(within, on_server=anywhere)


def ordered(found: Subquery, after: bool, backward: bool) -> Select[Any]:
    keys = (found.c.k0, found.c.k1, found.c.k2)
    statement = select(found)
    if after:
        here = tuple_(*(bind(f"k{index}") for index in range(3)))
        statement = statement.where(tuple_(*keys) < here if backward else tuple_(*keys) > here)
    order = [key.desc() if backward else key.asc() for key in keys]
    return statement.order_by(*order).limit(bind("limit"))


@lru_cache
def numbers_statement() -> Compiled:
    """The documents that match."""
    index = RECORDS_INDEX
    return compiled(select(index.c.rowid).where(Matches(index.c.words, bind("q"))))


@lru_cache
def ranges_statement(types: Types) -> Compiled:
    """The numbers of the documents of each type, for types that have any."""
    some = (of_types(RANGE.c.type, types), RANGE.c.first <= RANGE.c.last)
    return compiled(select(RANGE.c.type, RANGE.c.first, RANGE.c.last).where(*some))


@lru_cache
def bearers_statement(types: Types) -> Compiled:
    """The documents of the records with this name."""
    named = select(DOCUMENT.c.id).join(RECORD, RECORD.c.id == DOCUMENT.c.record_id)
    return compiled(named.where(of_types(RECORD.c.type, types), RECORD.c.name_key == bind("name")))


@lru_cache
def documents_statement() -> Compiled:
    """Documents by their numbers."""
    columns = (DOCUMENT.c.id, DOCUMENT.c.type, DOCUMENT.c.record_id)
    return compiled(select(*columns).where(Among(DOCUMENT.c.id, bind("numbers"))))


@lru_cache
def counts_statement(types: Types) -> Compiled:
    """How many documents of each type match, for types of which any does."""
    index, count = RECORDS_INDEX, func.count().label("records")
    # Outer, so that the index is read first, and once.
    found = select(RANGE.c.type, count).select_from(index)
    found = found.join(RANGE, index.c.rowid.between(RANGE.c.first, RANGE.c.last), isouter=True)
    found = found.where(Matches(index.c.words, bind("q")), of_types(RANGE.c.type, types))
    return compiled(found.group_by(RANGE.c.type).order_by(count.desc(), RANGE.c.type), remembered=True)


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
    """Names, and ids where they count, that share `parts` of their words with the one `asked` for, the most alike first."""
    order = (Unlike(NAMES_INDEX.c.name, bind("asked")), NAME.c.id)
    return compiled(sharing(types, ids).order_by(*order).limit(CANDIDATES))


@lru_cache
def some_names_statement(types: Types, ids: bool) -> Compiled:
    """The first that the index finds of the names that share `parts`: not compared, because there are very many."""
    return compiled(sharing(types, ids).limit(CANDIDATES))


def sharing(types: Types, ids: bool) -> Select[Any]:
    shares = and_(NAME.c.id == NAMES_INDEX.c.rowid, Matches(NAMES_INDEX.c.parts, bind("parts")))
    statement = (
        select(NAME.c.record_id, NAME.c.type, RECORD.c.name.label("record"), NAME.c.name)
        .join(RECORD, RECORD.c.id == NAME.c.record_id)
        .where(shares, of_types(NAME.c.type, types))
    )
    return statement if ids else statement.where(NAME.c.is_id.is_(False))


@lru_cache(maxsize=128)
def common_parts_statement(count: int) -> Compiled:
    """Which of some parts of words very many names have, and how many."""
    parts: list[Any] = [bind(f"part_{index}") for index in range(count)]
    return compiled(select(COMMON_PART.c.part, COMMON_PART.c.names).where(COMMON_PART.c.part.in_(parts)))


def passage_values(ids: list[str], text: Text) -> dict[str, str]:
    shown = text.words[-SHOWN:]
    terms = [f" {word} " for word in shown[:-1]] + [f" {word}" for word in shown[-1:]]
    return {f"id_{n}": id_ for n, id_ in enumerate(ids)} | {f"word_{n}": t for n, t in enumerate(terms)}
