"""Names, aliases, summaries and quotes into the full text, folded as a query will be (app/spelling.py)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Connection, TableClause, column, insert, select, table, text

from app import models as m
from app.fulltext import WEIGHTS
from app.near import parts
from app.search import FACTS
from app.spelling import folded
from app.vocabularies import RecordType, SearchField
from seed.render import batches
from seed.rows import mappings, store

RECORD, EVIDENCE, ALIAS = m.table(m.Record), m.table(m.Evidence), m.table(m.Alias)
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


fold = lru_cache(maxsize=65536)(folded)
"""Phrases come back: the same one supports several fields, and stands in the evidence as well as in its record."""


def fts5(name: str, *fields: str) -> TableClause:
    """An index as it is filled; FTS5 takes its orders in the column that is called like itself."""
    return table(name, *map(column, ("rowid", name, *fields)))


RECORDS, FACT_TEXTS = fts5("search_record", *WEIGHTS), fts5("search_fact", *WEIGHTS)
NAMES = fts5("search_name_part", "parts")


class Passage(NamedTuple):
    """A text of a record."""

    field: SearchField
    text: str
    evidence: str | None = None


def index_texts(connection: Connection) -> None:
    """Fill the full text from the tables, a batch of records at a time."""
    for statement in TABLES:
        connection.execute(statement)
    document, name = count(1), count(1)
    for type_ in RecordType:
        for ids in batches(connection, type_):
            found = passages(connection, type_, ids)
            index_batch(connection, type_, found, document)
            if type_ not in FACTS:
                index_names(connection, type_, found, name)
    for index in (RECORDS, FACT_TEXTS, NAMES):
        connection.execute(insert(index), [{index.name: "optimize"}])


def passages(connection: Connection, type_: RecordType, ids: list[str]) -> dict[str, list[Passage]]:
    """What a search finds each of these records by."""
    return facts(connection, type_, ids) if type_ in FACTS else texts(connection, type_, ids)


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
    own, field = {
        RecordType.ORGANIZATION: (m.table(m.Organization), "short_name"),
        RecordType.SOURCE: (m.table(m.Source), "title"),
    }.get(type_, (None, ""))
    if own is not None:
        for row in rows(connection, own, own.c.id, ids):
            if row[field]:
                yield row["id"], row[field]


def facts(connection: Connection, type_: RecordType, ids: list[str]) -> dict[str, list[Passage]]:
    """What a relation or a piece of evidence says."""
    if type_ is RecordType.EVIDENCE:
        found = rows(connection, EVIDENCE, EVIDENCE.c.id, ids)
        return {row["id"]: list(evidence_texts(row)) for row in found}
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


def rows(connection: Connection, of: Any, key: Any, ids: list[str]) -> list[dict[str, Any]]:
    statement = select(of).where(key.in_(ids)).order_by(*of.primary_key.columns)
    return mappings(connection, statement)


def once(passages: Iterable[Passage]) -> Iterator[Passage]:
    seen: set[tuple[SearchField, str]] = set()
    for passage in passages:
        if passage[:2] not in seen:
            seen.add(passage[:2])
            yield passage


def index_batch(
    connection: Connection, type_: RecordType, found: dict[str, list[Passage]], number: Iterator[int]
) -> None:
    documents, shown, indexed = [], [], []
    for id_, passages in found.items():
        fields: dict[str, list[str]] = defaultdict(list)
        for position, passage in enumerate(passages):
            words = fold(passage.text)
            fields[passage.field].append(words)
            shown.append(
                {
                    "record_id": id_,
                    "position": position,
                    "field": passage.field,
                    "text": passage.text,
                    "words": f" {words} ",
                    "evidence_id": passage.evidence,
                }
            )
        key = next(number)
        names = "|".join(["", *fields[SearchField.NAME], *fields[SearchField.ALIAS], ""])
        documents.append({"id": key, "record_id": id_, "type": type_, "names": names})
        indexed.append({"rowid": key} | {name: " ".join(fields[name]) for name in WEIGHTS})
    store(connection, m.table(m.SearchDocument), documents)
    store(connection, FACT_TEXTS if type_ in FACTS else RECORDS, indexed)
    if type_ not in FACTS:
        store(connection, m.table(m.SearchPassage), shown)


def index_names(
    connection: Connection, type_: RecordType, found: dict[str, list[Passage]], number: Iterator[int]
) -> None:
    """Names, aliases and ids by the parts of their words."""
    names, indexed = [], []
    for id_, passages in found.items():
        spellings = [p.text for p in passages if p.field in (SearchField.NAME, SearchField.ALIAS)]
        forms = {id_.replace("-", " "): True} | dict.fromkeys(spellings, False)
        for spelling, is_id in forms.items():
            key = next(number)
            row = {"id": key, "record_id": id_, "type": type_, "name": spelling, "is_id": is_id}
            names.append(row)
            indexed.append({"rowid": key, "parts": " ".join(parts(spelling))})
    store(connection, m.table(m.SearchName), names)
    store(connection, NAMES, indexed)
