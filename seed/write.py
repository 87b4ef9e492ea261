"""Records into rows: every table filled, nothing rendered yet."""

import re
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import quote

from sqlalchemy import Connection, insert
from sqlmodel import SQLModel

from app import models as m
from app import vocabularies as v
from app.models import OPEN_END, OPEN_START
from seed import records as r
from seed.check import null_reason, nulls
from seed.dates import UNKNOWN, Bounds, bounds
from seed.facts import Fact, facts
from seed.read import Records

BATCH = 1000
"""Records whose rows are held in memory at a time."""
Row = tuple[type[SQLModel], dict[str, Any]]


def write(connection: Connection, records: Records) -> None:
    """Fill every table from the records."""
    addresses = {source.id: source.address for source in records.of(r.Source)}
    titles = {entry.record.id: entry.record.name for entry in records.entries}
    _insert(connection, ((m.Reference, reference.model_dump()) for reference in records.references))
    rows = (row for entry in records.entries for row in record_rows(entry.record, records, addresses, titles))
    _insert(connection, rows)
    _insert(connection, redirects(records))


def _insert(connection: Connection, rows: Iterable[Row]) -> None:
    """Insert rows a batch at a time, the tables in the order in which they depend on each other."""
    waiting: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
    for count, (table, row) in enumerate(rows, 1):
        waiting[table].append(row)
        if count % (BATCH * 20) == 0:
            _flush(connection, waiting)
    _flush(connection, waiting)


def _flush(connection: Connection, waiting: dict[type[SQLModel], list[dict[str, Any]]]) -> None:
    for table, rows in waiting.items():
        connection.execute(insert(table), rows)
    waiting.clear()


def record_rows(
    record: r.Record, records: Records, addresses: dict[str, str], titles: dict[str, str]
) -> Iterator[Row]:
    """Every row that a record leads to."""
    yield m.Record, key_row(record.id, record.type, record.name, record.summary)
    yield record.table, type_row(record)
    for alias in record.aliases:
        basis = alias.evidence[0].basis
        yield m.Alias, {"record_id": record.id, "name": alias.name, "kind": alias.kind, "basis": basis}
    yield from note_rows(record, records)
    for fact in facts(record, records.columns.get(type(record), [])):
        link_id = None
        if fact.link is not None:
            link_id = link_key(record, fact)
            if "." not in fact.field:
                yield from link_rows(record, fact.link, link_id, titles)
        for citation in fact.citations:
            yield from evidence_rows(record, fact, citation, link_id, addresses)


def key_row(id_: str, type_: v.RecordType, name: str, summary: str = "") -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_,
        "name": name,
        "name_key": folded(name),
        "summary": summary,
        "list_row": "",
        "detail": "",
    }


def folded(text: str) -> str:
    """A name as it sorts: lower case, without diacritics and punctuation."""
    plain = "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folded(text).encode("ascii", "ignore").decode()).strip("-")


def type_row(record: r.Record) -> dict[str, Any]:
    """The row of the type's own table: plain fields as they are, links as ids, dates with their bounds."""
    row: dict[str, Any] = {}
    columns = [column.name for column in m.table(record.table).c]
    for column in columns:
        if column not in ("earliest", "latest"):
            row[column] = getattr(record, column.removesuffix("_id") if column != "id" else "id")
    if "earliest" in columns:
        row["earliest"], row["latest"] = span(record)
    return row


def span(record: Any) -> Bounds:
    """When a record takes place, for filters and sorting."""
    if isinstance(record, r.Organization | r.MeetingSeries):
        return lifetime(record.start, getattr(record, "end", None))
    stated = (
        bounds(date)
        if (date := getattr(record, "date", None) or getattr(record, "published", None))
        else UNKNOWN
    )
    outside = getattr(record, "date_outside", None)
    return bounds(outside) if stated is UNKNOWN and outside else stated


def lifetime(start: str | None, end: str | None) -> Bounds:
    """From the first day of the start to the last day of the end; open where one is unknown, unknown where both are."""
    first = bounds(start).earliest if start else None
    last = bounds(end).latest if end else None
    return Bounds(first or OPEN_START, last or OPEN_END) if first or last else UNKNOWN


def note_rows(record: r.Record, records: Records) -> Iterator[Row]:
    """The record's notes, and for every other null the reason that its type declares."""
    notes = [(note.field, note.reason, note.text) for note in record.notes]
    noted = {field for field, *_ in notes}
    for name in nulls(record):
        declared = null_reason(record, name, records)
        if name not in noted and declared is not None:
            notes.append((name, declared.reason, declared.text))
    for position, (field, reason, text) in enumerate(notes):
        row = {"record_id": record.id, "position": position, "field": field, "reason": reason, "text": text}
        yield m.Note, row


def key(prefix: str, *parts: object) -> str:
    """A permanent id for what has no slug: a hash of what it says."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).digest()
    return f"{prefix}-{b32encode(digest).decode().lower()}"


def link_key(record: r.Record, fact: Fact) -> str:
    link, field = fact.link, fact.field.partition(".")[0]
    if isinstance(link, r.Relation):
        return key("r", record.id, link.predicate, link.object)
    if isinstance(link, r.AreaLink):
        return key("a", record.id, link.area)
    plain = (
        link.model_dump(mode="json", include={"organization", "person", "role", "post", "start"})
        if link
        else {}
    )
    return key(field[0], record.id, *plain.values())


def link_rows(record: r.Record, link: r.Cited, id_: str, titles: dict[str, str]) -> Iterator[Row]:
    match link:
        case r.Membership():
            row = link.model_dump(mode="json", exclude={"evidence", "organization"})
            span_ = lifetime(link.start, link.end)
            yield (
                m.Membership,
                {
                    **row,
                    "id": id_,
                    "member_id": record.id,
                    "organization_id": link.organization,
                    "earliest": span_.earliest or OPEN_START,
                    "latest": span_.latest or OPEN_END,
                },
            )
        case r.Participation():
            row = link.model_dump(mode="json", exclude={"evidence", "organization", "person"})
            ends = {"event_id": record.id, "organization_id": link.organization, "person_id": link.person}
            yield m.Participation, {**row, "id": id_, **ends}
        case r.AreaLink():
            yield m.AreaLink, {"id": id_, "record_id": record.id, "area_id": link.area}
        case r.Relation():
            name = f"{record.name} – {link.predicate.replace('_', ' ')} – {titles[link.object]}"
            yield m.Record, key_row(id_, v.RecordType.RELATION, name)
            ends = {"subject_id": record.id, "object_id": link.object}
            yield m.Relation, {"id": id_, "predicate": link.predicate, **ends}
            for this, other, inverse in ((record.id, link.object, False), (link.object, record.id, True)):
                end = {"record_id": this, "other_id": other, "predicate": link.predicate, "inverse": inverse}
                yield m.RelationEnd, {"relation_id": id_, **end}


def evidence_rows(
    record: r.Record, fact: Fact, citation: r.Citation, link_id: str | None, addresses: dict[str, str]
) -> Iterator[Row]:
    proof = citation.reference or citation.at
    id_ = key("e", record.id, fact.field, fact.value, link_id, proof, citation.quote)
    yield m.Record, key_row(id_, v.RecordType.EVIDENCE, citation.quote or citation.how or "")
    yield (
        m.Evidence,
        {
            "id": id_,
            "record_id": record.id,
            "field": fact.field,
            "value": fact.value,
            "basis": citation.basis,
            "how": citation.how,
            "quote": citation.quote,
            "paragraph": citation.paragraph,
            "link_id": link_id,
            "source_id": citation.source,
            "link": fragment_link(addresses[citation.source], citation.quote)
            if citation.source and citation.quote
            else None,
            "reference_id": citation.reference,
        },
    )


@cache
def fragment_link(address: str, phrase: str) -> str:
    """A link that opens a page at a phrase (a text fragment, in which `-` has a meaning of its own)."""
    return f"{address}#:~:text={quote(phrase, safe='').replace('-', '%2D')}"


def redirects(records: Records) -> Iterator[Row]:
    """The other forms by which a record of a type can be asked for, where they fit one record only."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    ids = {entry.record.id for entry in records.entries}
    for entry in records.entries:
        names = [entry.record.name, *(alias.name for alias in entry.record.aliases)]
        for form in filter(None, map(slug, names)):
            found[entry.record.type, form].add(entry.record.id)
    for (type_, form), targets in sorted(found.items()):
        if len(targets) == 1 and form not in ids:
            yield m.Redirect, {"type": type_, "form": form, "record_id": min(targets)}
