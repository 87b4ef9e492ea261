"""Names, aliases, summaries and quotes into the full text, folded as a query will be (app/spelling.py)."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    String,
    TableClause,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
)

from app import models as m
from app.fulltext import WEIGHTS
from app.near import COMMON, parts
from app.search import FACTS
from app.spelling import folded
from app.vocabularies import RecordType, SearchField
from seed.crew import BATCH, Batch, Crew, batches, engine
from seed.rows import Row, mappings, store

RECORD, EVIDENCE, ALIAS = m.table(m.Record), m.table(m.Evidence), m.table(m.Alias)
DOCUMENT, PASSAGE, NAME = m.table(m.SearchDocument), m.table(m.SearchPassage), m.table(m.SearchName)
RANGE = m.table(m.SearchRange)
ROW: Any = literal_column("evidence.rowid", Integer)
TABLES = (
    text(
        "CREATE VIRTUAL TABLE search_record USING fts5(name, alias, summary, evidence,"
        " content='', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
    ),
    text(
        "CREATE VIRTUAL TABLE search_fact USING fts5(name, alias, summary, evidence,"
        " content='', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
    ),
    text("CREATE VIRTUAL TABLE search_name_part USING fts5(parts, content='', detail=column)"),
)


fold = lru_cache(maxsize=8192)(folded)
"""Phrases come back: the same one supports several fields, and stands in the evidence as well as in its record."""


def fts5(name: str, *fields: str) -> TableClause:
    """An index as it is filled; FTS5 takes its orders in the column that is called like itself."""
    return table(name, *map(column, ("rowid", name, *fields)))


RECORDS, FACT_TEXTS = fts5("search_record", *WEIGHTS), fts5("search_fact", *WEIGHTS)
NAMES = fts5("search_name_part", "parts")
VOCABULARY = text(
    "CREATE VIRTUAL TABLE temp.name_part_count USING fts5vocab('main', 'search_name_part', 'row')"
)


class Passage(NamedTuple):
    """A text of a record."""

    field: SearchField
    text: str
    evidence: str | None = None


class Indexed(NamedTuple):
    """The rows of some records; their numbers are given when they are stored."""

    documents: list[Row]
    indexed: list[Row]
    passages: list[Row]
    names: list[Row]
    parts: list[Row]


def index_texts(connection: Connection, crew: Crew) -> None:
    """Fill the full text from the tables, a batch of records at a time."""
    for statement in TABLES:
        connection.execute(statement)
    documents, names = 0, 0
    for type_ in RecordType:
        first = documents + 1
        for rows in rows_of(connection, crew, type_):
            documents, names = number(rows, documents, names)
            store(connection, DOCUMENT, rows.documents)
            store(connection, FACT_TEXTS if type_ in FACTS else RECORDS, rows.indexed)
            store(connection, PASSAGE, rows.passages)
            store(connection, NAME, rows.names)
            store(connection, NAMES, rows.parts)
            crew.commit(connection)
        store(connection, RANGE, [{"type": type_.value, "first": first, "last": documents}])
    for index in (RECORDS, FACT_TEXTS, NAMES):
        connection.execute(insert(index), [{index.name: "optimize"}])
    common_parts(connection)


def common_parts(connection: Connection) -> None:
    """Count the names that have a part, for the parts that very many have."""
    connection.execute(VOCABULARY)
    found = select(column("term", String), column("doc", Integer)).select_from(table("name_part_count"))
    counted = found.where(column("doc") > COMMON).order_by(column("term"))
    connection.execute(insert(m.CommonPart).from_select(["part", "names"], counted))
    connection.execute(text("DROP TABLE name_part_count"))


def rows_of(connection: Connection, crew: Crew, type_: RecordType) -> Iterable[Indexed]:
    if type_ is RecordType.EVIDENCE:
        return crew.each(indexed_evidence, stored_evidence(connection))
    return crew.each(indexed, batches(connection, type_))


def number(rows: Indexed, documents: int, names: int) -> tuple[int, int]:
    """Give each document and each name the number under which its words are indexed; the last numbers given."""
    for key, (row, words) in enumerate(zip(rows.documents, rows.indexed, strict=True), documents + 1):
        row["id"] = words["rowid"] = key
    for key, (row, words) in enumerate(zip(rows.names, rows.parts, strict=True), names + 1):
        row["id"] = words["rowid"] = key
    return documents + len(rows.documents), names + len(rows.names)


def indexed(batch: Batch) -> Indexed:
    """What is said of each record of a batch, as it is stored."""
    with batch.connect() as connection:
        return indexed_texts(batch.type, passages(connection, batch.type, batch.ids))


class Stored(NamedTuple):
    """Some evidence of a database, by the numbers of its rows: nothing else finds so much so fast."""

    url: str
    numbers: range


def stored_evidence(connection: Connection) -> Iterator[Stored]:
    """All evidence, in the order in which it is stored."""
    url = connection.engine.url.render_as_string(hide_password=False)
    last = connection.scalar(select(func.max(ROW)).select_from(EVIDENCE)) or 0
    for first in range(1, last + 1, 10 * BATCH):
        yield Stored(url, range(first, first + 10 * BATCH))


def indexed_evidence(stored: Stored) -> Indexed:
    """What some pieces of evidence say, as it is stored."""
    statement = select(EVIDENCE.c.id, EVIDENCE.c.how, EVIDENCE.c.quote).order_by(ROW)
    within = ROW.between(stored.numbers.start, stored.numbers.stop - 1)
    with engine(stored.url).connect() as connection:
        found = mappings(connection, statement.where(within))
    return indexed_texts(RecordType.EVIDENCE, {row["id"]: list(evidence_texts(row)) for row in found})


def passages(connection: Connection, type_: RecordType, ids: list[str]) -> dict[str, list[Passage]]:
    """What a search finds each of these records by."""
    if type_ is RecordType.EVIDENCE:
        return {
            row["id"]: list(evidence_texts(row)) for row in rows(connection, EVIDENCE, EVIDENCE.c.id, ids)
        }
    return facts(connection, ids) if type_ in FACTS else texts(connection, type_, ids)


def texts(connection: Connection, type_: RecordType, ids: list[str]) -> dict[str, list[Passage]]:
    """What is said of each record: names first, every phrase once."""
    found: dict[str, list[Passage]] = {}
    for row in rows(connection, RECORD, RECORD.c.id, ids):
        found[row["id"]] = [Passage(SearchField.NAME, row["name"])]
    for alias in rows(connection, ALIAS, ALIAS.c.record_id, ids):
        found[alias["record_id"]].append(Passage(SearchField.ALIAS, alias["name"]))
    for id_, name in titles(connection, type_, ids):
        if name not in (passage.text for passage in found[id_]):
            found[id_].append(Passage(SearchField.ALIAS, name))
    for row in rows(connection, RECORD, RECORD.c.id, ids):
        found[row["id"]].append(Passage(SearchField.SUMMARY, row["summary"]))
    for evidence in rows(connection, EVIDENCE, EVIDENCE.c.record_id, ids):
        if evidence["quote"]:
            passage = Passage(SearchField.EVIDENCE, evidence["quote"], evidence["id"])
            found[evidence["record_id"]].append(passage)
    return {id_: list(once(passages)) for id_, passages in found.items()}


def titles(connection: Connection, type_: RecordType, ids: list[str]) -> Iterator[tuple[str, str]]:
    """Names that have a field of their own."""
    table, field = {
        RecordType.ORGANIZATION: (m.table(m.Organization), "short_name"),
        RecordType.SOURCE: (m.table(m.Source), "title"),
    }.get(type_, (None, ""))
    if table is not None:
        for row in rows(connection, table, table.c.id, ids):
            if row[field]:
                yield row["id"], row[field]


def facts(connection: Connection, ids: list[str]) -> dict[str, list[Passage]]:
    """What is said of each relation."""
    relations = {
        row["id"]: [Passage(SearchField.NAME, row["name"])]
        for row in rows(connection, RECORD, RECORD.c.id, ids)
    }
    for row in rows(connection, EVIDENCE, EVIDENCE.c.link_id, ids):
        relations[row["link_id"]] += evidence_texts(row)
    return {id_: list(once(passages)) for id_, passages in relations.items()}


def evidence_texts(row: dict[str, Any]) -> Iterator[Passage]:
    if row["how"]:
        yield Passage(SearchField.SUMMARY, row["how"])
    if row["quote"]:
        yield Passage(SearchField.EVIDENCE, row["quote"], row["id"])


def rows(connection: Connection, table: Any, column: Any, ids: list[str]) -> list[dict[str, Any]]:
    statement = select(table).where(column.in_(ids)).order_by(*table.primary_key.columns)
    return mappings(connection, statement)


def once(passages: Iterable[Passage]) -> Iterator[Passage]:
    seen: set[tuple[SearchField, str]] = set()
    for passage in passages:
        if passage[:2] not in seen:
            seen.add(passage[:2])
            yield passage


def indexed_texts(type_: RecordType, found: dict[str, list[Passage]]) -> Indexed:
    rows = Indexed([], [], [], [], [])
    for id_, passages in found.items():
        fields: dict[str, list[str]] = {name: [] for name in WEIGHTS}
        for position, passage in enumerate(passages):
            words = fold(passage.text)
            fields[passage.field].append(words)
            if type_ not in FACTS:
                rows.passages.append(shown(id_, position, passage, words))
        names = "|".join(["", *fields["name"], *fields["alias"], ""])
        rows.documents.append({"id": 0, "record_id": id_, "type": type_.value, "names": names})
        rows.indexed.append({"rowid": 0} | {name: " ".join(words) for name, words in fields.items()})
        if type_ not in FACTS:
            add_names(rows, id_, type_, passages)
    return rows


def shown(id_: str, position: int, passage: Passage, words: str) -> Row:
    return {
        "record_id": id_,
        "position": position,
        "field": passage.field.value,
        "text": passage.text,
        "words": f" {words} ",
        "evidence_id": passage.evidence,
    }


def add_names(rows: Indexed, id_: str, type_: RecordType, passages: list[Passage]) -> None:
    """Names, aliases and ids by the parts of their words."""
    spellings = [p.text for p in passages if p.field in (SearchField.NAME, SearchField.ALIAS)]
    forms = {id_.replace("-", " "): True} | dict.fromkeys(spellings, False)
    for spelling, is_id in forms.items():
        rows.names.append({"id": 0, "record_id": id_, "type": type_.value, "name": spelling, "is_id": is_id})
        rows.parts.append({"rowid": 0, "parts": " ".join(parts(spelling))})
