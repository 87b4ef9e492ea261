"""Rows into text: each record once as a list row and once in detail, through the models that the API documents."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Table, bindparam, func, select, union, update

from app import models as m
from app import schemas as s
from app.listings import LISTINGS, Filter, Listing, url
from app.queries import ways
from app.vocabularies import Predicate, RecordType
from seed.links import Links, edtf, mappings, names, pick, ref
from seed.related import CUTS, SCHEMAS, Cut

BATCH = 500
FIRST = 25
"""How many items a related list holds."""


RECORD, EVIDENCE = m.table(m.Record), m.table(m.Evidence)


def render(connection: Connection) -> None:
    """Store the text of every record."""
    store = update(RECORD).where(RECORD.c.id == bindparam("key"))
    statement = store.values(list_row=bindparam("row_text"), detail=bindparam("detail_text"))
    for type_ in SCHEMAS:
        for ids in batches(connection, type_):
            connection.execute(statement, list(Batch(connection, type_, ids).texts()))


def batches(connection: Connection, type_: RecordType) -> Iterator[list[str]]:
    """The ids of a type, so many at a time that what is rendered fits into memory."""
    last = ""
    ids = select(RECORD.c.id).where(RECORD.c.type == type_).order_by(RECORD.c.id).limit(BATCH)
    while found := list(connection.scalars(ids.where(RECORD.c.id > last))):
        yield found
        last = found[-1]


class Batch:
    """Some records of one type with all that their rendering needs, loaded at once."""

    def __init__(self, connection: Connection, type_: RecordType, ids: list[str]) -> None:
        self.connection, self.type, self.ids = connection, type_, ids
        self.row_schema, self.detail_schema = SCHEMAS[type_]
        self.keys = {row["id"]: row for row in self.rows(RECORD, RECORD.c.id)}
        own = m.table(LISTINGS[type_].table)
        self.own = {row["id"]: row for row in self.rows(own, own.c.id)}
        self.aliases = self.grouped(m.table(m.Alias), "name")
        self.notes = self.grouped(m.table(m.Note), "position")
        self.basis = self.bases()
        self.names = self.load_names()
        self.references = {row["id"]: row for row in mappings(connection, select(m.table(m.Reference)))}
        self.related = {name: self.load_related(cut) for name, cut in CUTS[type_].items()}

    def rows(self, table: Table, column: Any) -> list[dict[str, Any]]:
        return mappings(self.connection, select(table).where(column.in_(self.ids)))

    def grouped(self, table: Table, order: str) -> dict[str, list[dict[str, Any]]]:
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        statement = select(table).where(table.c.record_id.in_(self.ids)).order_by(table.c[order])
        for row in mappings(self.connection, statement):
            groups[row["record_id"]].append(row)
        return groups

    def bases(self) -> dict[tuple[str, str], tuple[str, str | None]]:
        """The basis of each field, and of each relation as a whole."""
        columns = (EVIDENCE.c.field, EVIDENCE.c.basis, func.min(EVIDENCE.c.how))
        if self.type is RecordType.RELATION:
            owner, condition = EVIDENCE.c.link_id, EVIDENCE.c.field == "relations"
        else:
            owner, condition = EVIDENCE.c.record_id, EVIDENCE.c.link_id.is_(None)
        statement = (
            select(owner, *columns).where(owner.in_(self.ids), condition).group_by(owner, *columns[:2])
        )
        return {(id_, field): (basis, how) for id_, field, basis, how in self.connection.execute(statement)}

    def load_names(self) -> dict[str, tuple[str, str]]:
        """The types and names of the records that these ones name."""
        columns = [name for name in next(iter(self.own.values())) if name.endswith("_id")]
        wanted = {row[name] for row in self.own.values() for name in columns if row[name]}
        return names(self.connection, wanted)

    def texts(self) -> Iterator[dict[str, str | None]]:
        for id_ in self.ids:
            row = self.text(id_, self.row_schema)
            same = self.detail_schema is self.row_schema
            detail = None if same else self.text(id_, self.detail_schema)
            yield {"key": id_, "row_text": row, "detail_text": detail}

    def text(self, id_: str, schema: type[BaseModel]) -> str:
        values = {
            name: self.value(id_, name, field.annotation) for name, field in schema.model_fields.items()
        }
        return schema.model_validate(values).model_dump_json()

    def value(self, id_: str, name: str, annotation: Any) -> Any:
        """The value of one field of a response."""
        key, row = self.keys[id_], self.own[id_]
        if name in self.related:
            return self.cut(id_, name, annotation)
        if annotation in (s.Ref, s.Ref | None):
            target = row[f"{name}_id"]
            return ref(target, self.names)
        if annotation == s.Date | None:
            return self.date(id_, name)
        match name:
            case "id" | "type" | "name" | "summary":
                return key[name]
            case "url":
                return url(self.type, id_)
            case "aliases":
                return [pick(alias, s.Alias) for alias in self.aliases[id_]]
            case "notes":
                return [pick(note, s.Note) for note in self.notes[id_]]
            case "reference":
                return (
                    pick(self.references[row["reference_id"]], s.Reference) if row["reference_id"] else None
                )
            case "label":
                return Predicate(row["predicate"]).replace("_", " ")
            case "basis" | "how" if self.type is RecordType.RELATION:
                return self.basis[id_, "relations"][name == "how"]
            case "basis" if "basis" not in row:
                return self.own_basis(id_)
        return row[name]

    def own_basis(self, id_: str) -> dict[str, str]:
        """The basis of each own field; aliases and links carry theirs themselves."""
        found = ((field, self.basis.get((id_, field))) for field in self.row_schema.model_fields)
        return {field: basis[0] for field, basis in found if basis and field != "aliases"}

    def date(self, id_: str, name: str) -> dict[str, Any] | None:
        row = self.own[id_]
        if row[name] is None:
            return None
        basis, how = self.basis[id_, name]
        outside = row.get(f"{name}_outside")
        known = {**edtf(outside), "how": self.basis[id_, f"{name}_outside"][1]} if outside else None
        return {**edtf(row[name]), "basis": basis, "how": how, "outside": known}

    def cut(self, id_: str, name: str, annotation: Any) -> dict[str, Any]:
        """A related list of one record."""
        cut, found = CUTS[self.type][name], self.related[name]
        path = f"{cut.listing.path}?{cut.filter}={id_}"
        return {"total": found.totals.get(id_, 0), "items": found.items(id_, annotation), "url": path}

    def load_related(self, cut: Cut) -> "Found":
        filter_ = cut.listing.filters[cut.filter]
        ranked = ranking(cut.listing, filter_, self.ids)
        statement = (
            select(ranked).where(ranked.c.position <= FIRST).order_by(ranked.c.owner, ranked.c.position)
        )
        found = Found(cut)
        for row in mappings(self.connection, statement):
            found.totals[row["owner"]] = row["total"]
            found.others[row["owner"]].append(row)
        if cut.links is not None and found.others:
            others = {row["id"] for rows in found.others.values() for row in rows}
            found.links = Links(self.connection, filter_, cut.links).load(self.ids, others)
        return found


@dataclass
class Found:
    """What the related lists of a batch hold."""

    cut: Cut
    totals: dict[str, int] = field(default_factory=dict)
    others: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    links: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def items(self, owner: str, annotation: Any) -> list[Any]:
        if self.cut.whole:
            return [json.loads(other["list_row"]) for other in self.others[owner]]
        refs = [{name: other[name] for name in ("id", "type", "name")} for other in self.others[owner]]
        refs = [{**ref, "url": url(ref["type"], ref["id"])} for ref in refs]
        if self.cut.links is None:
            return refs
        link = (
            annotation.model_fields["items"]
            .annotation.__args__[0]
            .model_fields["links"]
            .annotation.__args__[0]
        )
        return [
            {**ref, "links": [pick(data, link) for data in self.links[owner, ref["id"]][:FIRST]]}
            for ref in refs
        ]


def ranking(listing: Listing, filter_: Filter, owners: list[str]) -> Any:
    """For each owner the records that its list holds, in the order of the list, with their number."""
    edges = union(*(edge(listing, way, owners) for way in ways(filter_))).subquery()
    sort = listing.sorts[listing.default_sort].ascending
    return (
        select(
            edges.c.owner,
            RECORD.c.id,
            RECORD.c.type,
            RECORD.c.name,
            RECORD.c.list_row,
            func.row_number().over(partition_by=edges.c.owner, order_by=[sort, listing.id]).label("position"),
            func.count().over(partition_by=edges.c.owner).label("total"),
        )
        .join_from(edges, m.table(listing.table), edges.c.other == listing.id)
        .join(RECORD, RECORD.c.id == listing.id)
        .subquery()
    )


def edge(listing: Listing, filter_: Filter, owners: list[str]) -> Any:
    record = listing.id if filter_.record is None else filter_.record
    statement = select(filter_.column.label("owner"), record.label("other")).where(filter_.column.in_(owners))
    return statement if filter_.where is None else statement.where(filter_.where)
