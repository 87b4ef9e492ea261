"""The links between records as a detail shows them: their attributes and the evidence that they rest on."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, select

from app import models as m
from app.listings import Filter, url
from app.models import OPEN_END, OPEN_START
from app.vocabularies import Basis, Predicate
from seed.dates import bounds
from seed.related import MEMBERSHIP, PARTICIPATION, RELATION

CITATIONS = 5
"""How much evidence a link shows; the rest is in the record's own."""
DATES = ("start", "end", "as_of")
BASES = list(Basis)
"""From the most certain on."""
RECORD, EVIDENCE = m.table(m.Record), m.table(m.Evidence)


class Links:
    """The links behind the items of a related list, with their attributes and evidence."""

    def __init__(self, connection: Connection, filter_: Filter, kind: type[BaseModel]) -> None:
        self.connection, self.kind = connection, kind
        self.owner, self.other = filter_.column, filter_.record
        self.table = m.table(filter_.column.class_)
        self.key = "relation_id" if kind is RELATION else "id"

    def load(self, owners: list[str], others: set[str]) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The links between each owner and each of the others."""
        condition = (self.owner.in_(owners), self.other.in_(others))
        rows = mappings(
            self.connection, select(self.table).where(*condition).order_by(self.table.c[self.key])
        )
        self.evidence: dict[str, list[dict[str, Any]]] = defaultdict(list)
        proof = select(EVIDENCE).where(EVIDENCE.c.link_id.in_([row[self.key] for row in rows]))
        for row in mappings(self.connection, proof.order_by(EVIDENCE.c.id)):
            self.evidence[row["link_id"]].append(row)
        ends = {row[name] for row in rows for name in ("organization_id", "person_id") if row.get(name)}
        self.names = names(self.connection, ends)
        links: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            links[row[self.owner.key], row[self.other.key]].append(self.link(row))
        return links

    def link(self, row: dict[str, Any]) -> dict[str, Any]:
        proof = self.evidence[row[self.key]]
        weakest = least_certain(proof)
        data = {
            **row,
            "basis": weakest["basis"],
            "how": weakest["how"],
            "evidence": [citation(item) for item in proof[:CITATIONS]],
        }
        if self.kind is MEMBERSHIP:
            data |= {name: self.date(row, name, proof) for name in DATES}
        if self.kind is PARTICIPATION:
            data |= {name: ref(row[f"{name}_id"], self.names) for name in ("organization", "person")}
        if self.kind is RELATION:
            predicate = Predicate(row["predicate"])
            data |= {
                "relation": url("relation", row["relation_id"]),
                "inverse": not row["inverse"],
                "label": predicate.replace("_", " ") if row["inverse"] else predicate.inverse,
            }
        return data

    @staticmethod
    def date(row: dict[str, Any], name: str, proof: list[dict[str, Any]]) -> dict[str, Any] | None:
        """A date of a link; it rests on evidence of its own, or on that of the link."""
        if row[name] is None:
            return None
        own = [item for item in proof if item["field"].endswith(f".{name}")] or proof
        return {**edtf(row[name]), "basis": own[0]["basis"], "how": own[0]["how"], "outside": None}


def least_certain(proof: list[dict[str, Any]]) -> dict[str, Any]:
    """What the basis of a link goes by: a stated presence of an inferred person is not stated. Dates show their own."""
    about = [item for item in proof if item["field"].rpartition(".")[2] not in DATES]
    return max(about, key=lambda item: BASES.index(item["basis"]))


def citation(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "url": url("evidence", row["id"]),
        "source": row["source_id"],
        "paragraph": row["paragraph"],
        "quote": row["quote"],
        "link": row["link"],
    }


def edtf(text: str) -> dict[str, str | None]:
    earliest, latest = bounds(text)
    return {
        "edtf": text,
        "earliest": None if earliest == OPEN_START else earliest,
        "latest": None if latest == OPEN_END else latest,
    }


def pick(row: dict[str, Any], schema: type[BaseModel]) -> dict[str, Any]:
    return {name: row[name] for name in schema.model_fields}


def mappings(connection: Connection, statement: Any) -> list[dict[str, Any]]:
    result = connection.execute(statement)
    names = tuple(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def names(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The types and names of records."""
    statement = select(RECORD.c.id, RECORD.c.type, RECORD.c.name).where(RECORD.c.id.in_(sorted(ids)))
    return {id_: (type_, name) for id_, type_, name in connection.execute(statement)}


def ref(id_: str | None, names: dict[str, tuple[str, str]]) -> dict[str, str] | None:
    if id_ is None:
        return None
    type_, name = names[id_]
    return {"id": id_, "type": type_, "name": name, "url": url(type_, id_)}
