"""Rows into text: each record once as a list row and once in detail, field by field as the documented models have it."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Table, bindparam, func, select, union, update

from app import models as m
from app import schemas as s
from app.listings import LISTINGS, Filter, Listing, url
from app.vocabularies import Predicate, RecordType
from seed.crew import Batch, Crew, batches
from seed.fragments import NULL, date_text, encoded, heads, list_text, object_text, plain, ref_text
from seed.links import Links, Pieces
from seed.related import CUTS, SCHEMAS, Cut
from seed.rows import DIALECT, RECORD, Row, mappings, names, store_values

ADDED = frozenset({"cite"})
"""What is added to the stored text when it is asked for, because it names the address of the API."""
FIRST = 25
"""How many items a related list holds."""


EVIDENCE, DETAIL = m.table(m.Evidence), m.table(m.Detail)
Reader = Callable[[str], str]
Texts = tuple[str, str, str]
"""The list row, the detail and the id of a record."""
STORE = str(
    update(RECORD)
    .where(RECORD.c.id == bindparam("key"))
    .values(list_row=bindparam("row"))
    .compile(dialect=DIALECT)
)


def render(connection: Connection, crew: Crew) -> None:
    """Store the text of every record; each type is stored whole before the next one, which may show it."""
    for type_ in SCHEMAS:
        for texts in crew.each(texts_of, batches(connection, type_)):
            connection.exec_driver_sql(STORE, [(row, id_) for row, _, id_ in texts])
            store_values(connection, DETAIL, ("record_id", "text"), [(id_, whole) for _, whole, id_ in texts])
            crew.commit(connection)
        connection.commit()


def texts_of(batch: Batch) -> list[Texts]:
    with batch.connect() as connection:
        return Rendering(connection, batch.type, batch.ids).texts()


class Rendering:
    """Some records of one type with all that their rendering needs, loaded at once."""

    def __init__(self, connection: Connection, type_: RecordType, ids: list[str]) -> None:
        self.connection, self.type, self.ids = connection, type_, ids
        self.row_schema, self.detail_schema = SCHEMAS[type_]
        self.keys = {row["id"]: row for row in self.rows(RECORD, RECORD.c.id)}
        own = m.table(LISTINGS[type_].table)
        self.own = {row["id"]: row for row in self.rows(own, own.c.id)}
        shown = self.detail_schema.model_fields
        self.aliases = self.grouped(m.table(m.Alias), "name") if "aliases" in shown else {}
        self.notes = self.grouped(m.table(m.Note), "position") if "notes" in shown else {}
        self.basis = self.bases()
        self.refs = {id_: ref_text(id_, *found) for id_, found in self.load_names().items()}
        self.related = {name: self.load_related(cut) for name, cut in CUTS[type_].items()}

    def rows(self, table: Table, column: Any) -> list[Row]:
        return mappings(self.connection, select(table).where(column.in_(self.ids)))

    def grouped(self, table: Table, order: str) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = defaultdict(list)
        statement = select(table).where(table.c.record_id.in_(self.ids)).order_by(table.c[order])
        for row in mappings(self.connection, statement):
            groups[row["record_id"]].append(row)
        return groups

    def bases(self) -> dict[str, dict[str, tuple[str, str | None]]]:
        """The basis of each field, and of each relation as a whole."""
        columns = (EVIDENCE.c.field, EVIDENCE.c.basis, func.min(EVIDENCE.c.how))
        if self.type is RecordType.RELATION:
            owner, condition = EVIDENCE.c.link_id, EVIDENCE.c.field == "relations"
        else:
            # Not by the index of links, which SQLite would take: it does not know how much has no link.
            owner, condition = EVIDENCE.c.record_id, func.coalesce(EVIDENCE.c.link_id, "") == ""
        statement = (
            select(owner, *columns).where(owner.in_(self.ids), condition).group_by(owner, *columns[:2])
        )
        found: dict[str, dict[str, tuple[str, str | None]]] = defaultdict(dict)
        for id_, name, basis, how in self.connection.execute(statement):
            found[id_][name] = basis, how
        return found

    def load_names(self) -> dict[str, tuple[str, str]]:
        """The types and names of the records that these ones name."""
        columns = [name for name in next(iter(self.own.values())) if name.endswith("_id")]
        wanted = {row[name] for row in self.own.values() for name in columns if row[name]}
        return names(self.connection, wanted)

    def texts(self) -> list[Texts]:
        rows = self.writer(self.row_schema)
        details = self.writer(self.detail_schema)
        return [(rows(id_), details(id_), id_) for id_ in self.ids]

    def writer(self, schema: type[BaseModel]) -> Callable[[str], str]:
        """What turns an id into text; settled once a batch, because a batch has many records."""
        fields = [
            (head, self.reader(name, schema.model_fields[name].annotation))
            for name, head in heads(schema, ADDED)
        ]
        return lambda id_: "".join([head + read(id_) for head, read in fields]) + "}"

    def reader(self, name: str, annotation: Any) -> Reader:
        """How one field of a response is found."""
        keys, own = self.keys, self.own
        if name in self.related:
            return partial(self.cut, name, link_model(annotation))
        if annotation in (s.Ref, s.Ref | None):
            return lambda id_: self.refs.get(own[id_][f"{name}_id"], NULL)
        if annotation == s.Date | None:
            return partial(self.date, name)
        match name:
            case "id" | "type" | "name" | "summary":
                return lambda id_: encoded(keys[id_][name])
            case "url":
                return lambda id_: encoded(url(self.type, id_))
            case "aliases":
                return lambda id_: list_text(plain(alias, s.Alias) for alias in self.aliases[id_])
            case "notes":
                return lambda id_: list_text(plain(note, s.Note) for note in self.notes[id_])
            case "label":
                return lambda id_: encoded(Predicate(own[id_]["predicate"]).replace("_", " "))
            case "basis" | "how" if self.type is RecordType.RELATION:
                return lambda id_: encoded(self.basis[id_]["relations"][name == "how"])
            case "basis":
                return self.own_basis
        return lambda id_: encoded(own[id_][name])

    def own_basis(self, id_: str) -> str:
        """The basis of each own field; aliases and links carry theirs themselves."""
        found = self.basis[id_]
        fields = (field for field in self.row_schema.model_fields if field in found and field != "aliases")
        return encoded({field: found[field][0] for field in fields})

    def date(self, name: str, id_: str) -> str:
        row = self.own[id_]
        if row[name] is None:
            return NULL
        basis, how = self.basis[id_][name]
        outside = row.get(f"{name}_outside")
        return date_text(
            row[name], basis, how, outside, self.basis[id_][f"{name}_outside"][1] if outside else None
        )

    def cut(self, name: str, link: type[BaseModel] | None, id_: str) -> str:
        """A related list of one record."""
        cut, found = CUTS[self.type][name], self.related[name]
        items = list_text(found.items(id_, link))
        path = f"{cut.listing.path}?{cut.filter}={id_}"
        return f'{{"total":{found.totals.get(id_, 0)},"items":{items},"url":"{path}"}}'

    def load_related(self, cut: Cut) -> "Found":
        filter_ = cut.listing.filters[cut.filter]
        ranked = ranking(cut.listing, filter_, self.ids)
        columns = (RECORD.c.type, RECORD.c.name, *([RECORD.c.list_row] if cut.whole else []))
        statement = (
            select(ranked, *columns)
            .join(RECORD, RECORD.c.id == ranked.c.id)
            .where(ranked.c.position <= FIRST)
            .order_by(ranked.c.owner, ranked.c.position)
        )
        found = Found(cut)
        for row in mappings(self.connection, statement):
            found.totals[row["owner"]] = row["total"]
            found.others[row["owner"]].append(row)
        if cut.links is not None and found.others:
            pairs = [(owner, row["id"]) for owner, rows in found.others.items() for row in rows]
            found.links = Links(self.connection, filter_, cut.links).load(pairs)
        return found


@dataclass
class Found:
    """What the related lists of a batch hold."""

    cut: Cut
    totals: dict[str, int] = field(default_factory=dict)
    others: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    links: dict[tuple[str, str], list[Pieces]] = field(default_factory=dict)

    def items(self, owner: str, link: type[BaseModel] | None) -> list[str]:
        others = self.others[owner]
        if self.cut.whole:
            return [other["list_row"] for other in others]
        refs = [ref_text(other["id"], other["type"], other["name"]) for other in others]
        if link is None:
            return refs
        return [
            f'{ref[:-1]},"links":{self.linked(link, owner, other["id"])}}}'
            for ref, other in zip(refs, others, strict=True)
        ]

    def linked(self, link: type[BaseModel], owner: str, other: str) -> str:
        return list_text(object_text(link, pieces) for pieces in self.links[owner, other][:FIRST])


def link_model(annotation: Any) -> type[BaseModel] | None:
    """What a related list says of the link to each of its items, if anything."""
    item = annotation.model_fields["items"].annotation.__args__[0]
    if "links" not in item.model_fields:
        return None
    model: type[BaseModel] = item.model_fields["links"].annotation.__args__[0]
    return model


def ranking(listing: Listing, filter_: Filter, owners: list[str]) -> Any:
    """For each owner the records that its list holds, in the order of the list, with their number."""
    edges = union(*(edge(listing, way, owners).distinct() for way in ways(filter_))).subquery()
    sort = listing.sorts[listing.default_sort].ascending
    statement = (
        select(
            edges.c.owner,
            listing.id.label("id"),
            func.row_number().over(partition_by=edges.c.owner, order_by=[sort, listing.id]).label("position"),
            func.count().over(partition_by=edges.c.owner).label("total"),
        )
        .select_from(edges)
        .join(m.table(listing.table), edges.c.other == listing.id)
    )
    if listing.default_sort == "name":
        statement = statement.join(RECORD, RECORD.c.id == listing.id)
    return statement.subquery()


def ways(filter_: Filter) -> Iterator[Filter]:
    yield filter_
    if filter_.either is not None:
        yield from ways(filter_.either)


def edge(listing: Listing, filter_: Filter, owners: list[str]) -> Any:
    record = listing.id if filter_.record is None else filter_.record
    statement = select(filter_.column.label("owner"), record.label("other")).where(filter_.column.in_(owners))
    return statement if filter_.where is None else statement.where(filter_.where)
