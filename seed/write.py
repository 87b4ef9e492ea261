"""Records into rows: every table filled, and nothing rendered yet but evidence, which nothing later changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, MetaData, String, Table, bindparam, func, insert, select, update
from sqlmodel import SQLModel

from app import models as m
from app import vocabularies as v
from app.models import OPEN_END, OPEN_START
from app.spelling import plain, slug
from seed import records as r
from seed.check import null_reason, nulls
from seed.crew import Crew
from seed.dates import UNKNOWN, Bounds, bounds, reach
from seed.facts import Fact, facts
from seed.fragments import ref_text
from seed.proof import Proof, Shown, evidence, key
from seed.read import Records
from seed.rows import store, store_values, values

BATCH = 1000
"""Relations that are named at a time."""
Row = tuple[Table, dict[str, Any]]
RECORD, EVIDENCE, RECORD_SOURCE = m.table(m.Record), m.table(m.Evidence), m.table(m.RecordSource)
ALIAS, NOTE, RETIRED = m.table(m.Alias), m.table(m.Note), m.table(m.Retired)
MEMBERSHIP, PARTICIPATION = m.table(m.Membership), m.table(m.Participation)
AREA_LINK, RELATION, RELATION_END = m.table(m.AreaLink), m.table(m.Relation), m.table(m.RelationEnd)
FORMS = Table(
    "form",
    MetaData(),
    Column("type", String),
    Column("form", String),
    Column("record_id", String),
    prefixes=["TEMPORARY"],
)
"""While the records are written, every form by which each of them could be asked for."""
TABLES = {table.name: table for table in (*SQLModel.metadata.sorted_tables, FORMS)}


def write(connection: Connection, records: Records, crew: Crew) -> None:
    """Fill every table from the records."""
    FORMS.create(connection)
    references = [reference.model_dump() for reference in records.references]
    store(connection, m.table(m.Reference), references)
    for packed in crew.each(rows_of, slices(records)):
        for name, columns, rows in packed:
            store_values(connection, TABLES[name], columns, rows)
    name_relations(connection)
    connection.execute(redirects())
    FORMS.drop(connection)
    store(connection, RETIRED, list(retired_rows(connection, records)))


class Slice(NamedTuple):
    """Some of the records, with what their rows need besides."""

    records: Callable[[], Iterable[r.Record]]
    rules: Records
    """The declarations of the record files, without their records."""
    sources: list[r.Source]


def slices(records: Records) -> Iterator[Slice]:
    rules = replace(records, entries=[])
    sources: list[r.Source] = []
    for part in records.slices():
        if not sources:  # which come first of all
            sources = [record for record in part() if isinstance(record, r.Source)]
        yield Slice(part, rules, sources)


Packed = list[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]
"""For some tables, in the order in which they depend on each other: the name, the columns and the rows."""


def rows_of(part: Slice) -> Packed:
    """Every row of a slice."""
    proof = Proof(part.rules.references, part.sources)
    found: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for record in part.records():
        for table, row in record_rows(record, part.rules, proof):
            found[table].append(row)
    return [(table.name, tuple(rows[0]), values(table, rows)) for table, rows in found.items()]


def record_rows(record: r.Record, records: Records, proof: Proof) -> Iterator[Row]:
    """Every row that a record leads to."""
    yield RECORD, key_row(record.id, record.type, record.name, record.summary)
    yield m.table(record.table), type_row(record)
    for alias in record.aliases:
        basis = alias.evidence[0].basis
        yield ALIAS, {"record_id": record.id, "name": alias.name, "kind": alias.kind, "basis": basis}
    yield from form_rows(record)
    yield from note_rows(record, records)
    named, cited = ref_text(record.id, record.type, record.name), set[tuple[str, str]]()
    cites: dict[int, tuple[r.Citation, Shown]] = {}  # with the citation, so that no other one gets its number
    for fact in facts(record, records.columns.get(type(record), [])):
        link_id = None
        if fact.link is not None:
            link_id = link_key(record, fact)
            if "." not in fact.field:
                yield from link_rows(record, fact.link, link_id)
        for citation in fact.citations:
            if id(citation) not in cites:
                cites[id(citation)] = citation, proof.shown(citation)
            row, text = evidence(record.id, named, fact, cites[id(citation)][1], link_id)
            name = row["quote"] or row["how"] or ""
            yield RECORD, key_row(row["id"], v.RecordType.EVIDENCE, name, text=text)
            yield EVIDENCE, row
            if source := row["source_id"]:
                cited.add((record.id, source))
                if isinstance(fact.link, r.Relation):
                    cited.add((link_id or "", source))
    for id_, source in sorted(cited):
        earliest = span(record).earliest if id_ == record.id else None
        yield RECORD_SOURCE, {"record_id": id_, "source_id": source, "earliest": earliest}


def key_row(id_: str, type_: v.RecordType, name: str, summary: str = "", text: str = "") -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_.value,
        "name": name,
        "name_key": plain(name),
        "summary": summary,
        "list_row": text,
    }


def type_row(record: r.Record) -> dict[str, Any]:
    """The row of the type's own table: plain fields as they are, links as ids, dates with their bounds."""
    row: dict[str, Any] = {}
    columns = [column.name for column in m.table(record.table).c]
    for column in columns:
        if column not in ("earliest", "latest", "reach"):
            row[column] = getattr(record, column.removesuffix("_id") if column != "id" else "id")
    if "earliest" in columns:
        days = span(record)
        row["earliest"], row["latest"] = days
        if "reach" in columns:
            row["reach"] = reach(days)
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
        yield NOTE, row


SAID = {
    "memberships": ("role", "post", "organization", "start"),
    "participants": ("role", "post", "organization", "person"),
}
"""What tells one link from another."""


def link_key(record: r.Record, fact: Fact) -> str:
    link, field = fact.link, fact.field.partition(".")[0]
    if isinstance(link, r.Relation):
        return key("r", record.id, link.predicate, link.object)
    if isinstance(link, r.AreaLink):
        return key("a", record.id, link.area)
    said = [getattr(link, name) for name in SAID[field]] if link else []
    return key(field[0], record.id, *said)


def link_rows(record: r.Record, link: r.Cited, id_: str) -> Iterator[Row]:
    match link:
        case r.Membership():
            row = link.model_dump(mode="json", exclude={"evidence", "organization"})
            span_ = lifetime(link.start, link.end)
            yield (
                MEMBERSHIP,
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
            row = {name: getattr(link, name) for name in m.ParticipationFields.model_fields}
            ends = {"event_id": record.id, "organization_id": link.organization, "person_id": link.person}
            yield PARTICIPATION, {**row, "id": id_, **ends, "earliest": span(record).earliest}
        case r.AreaLink():
            ends = {"record_id": record.id, "area_id": link.area}
            yield AREA_LINK, {"id": id_, **ends, "earliest": span(record).earliest}
        case r.Relation():
            yield RECORD, key_row(id_, v.RecordType.RELATION, "")
            ends = {"subject_id": record.id, "object_id": link.object}
            yield RELATION, {"id": id_, "predicate": link.predicate, **ends}
            for this, other, inverse in ((record.id, link.object, False), (link.object, record.id, True)):
                end = {"record_id": this, "other_id": other, "predicate": link.predicate, "inverse": inverse}
                yield RELATION_END, {"relation_id": id_, **end}


def form_rows(record: r.Record) -> Iterator[Row]:
    """The other forms by which a record can be asked for."""
    names = [record.name, *(alias.name for alias in record.aliases)]
    for form in sorted({slug(name) for name in names} - {""}):
        yield FORMS, {"type": record.type, "form": form, "record_id": record.id}


def redirects() -> Any:
    """The forms that fit one record of a type only, and that are no id of this type themselves."""
    columns = (FORMS.c.type, FORMS.c.form, func.min(FORMS.c.record_id))
    same = (RECORD.c.id == FORMS.c.form, RECORD.c.type == FORMS.c.type)
    ids = select(RECORD.c.id).where(*same)
    fitting = select(*columns).where(~ids.exists()).group_by(*columns[:2]).having(func.count() == 1)
    return insert(m.Redirect).from_select(["type", "form", "record_id"], fitting.order_by(*columns[:2]))


def name_relations(connection: Connection) -> None:
    """Name each relation after its ends, which may stand anywhere in the records."""
    subject, object_, relation = RECORD.alias(), RECORD.alias(), m.table(m.Relation)
    ends = (
        select(relation.c.id, subject.c.name, relation.c.predicate, object_.c.name)
        .join(subject, subject.c.id == relation.c.subject_id)
        .join(object_, object_.c.id == relation.c.object_id)
    )
    store = (
        update(RECORD)
        .where(RECORD.c.id == bindparam("key"))
        .values(name=bindparam("title"), name_key=bindparam("sort"))
    )
    for part in connection.execute(ends).partitions(BATCH):
        named = [
            (id_, f"{start} – {predicate.replace('_', ' ')} – {end}") for id_, start, predicate, end in part
        ]
        connection.execute(store, [{"key": i, "title": name, "sort": plain(name)} for i, name in named])


def retired_rows(connection: Connection, records: Records) -> Iterator[dict[str, Any]]:
    """The ids that were withdrawn, and those that were merged into another record."""
    for gone in records.retired:
        row = {"id": gone.retired.id, "reason": None, "into_id": None}
        if isinstance(gone.retired, r.Withdrawn):
            yield row | {"type": gone.retired.type, "reason": gone.retired.reason}
        else:
            into = gone.retired.into
            type_ = connection.scalar(select(RECORD.c.type).where(RECORD.c.id == into))
            yield row | {"type": type_, "into_id": into}
