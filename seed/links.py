"""The links between records as a detail shows them: their attributes and the evidence that they rest on."""

import json
from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from pydantic import BaseModel
from sqlalchemy import Connection, func, select

from app import models as m
from app import schemas as s
from app.listings import Filter, url
from app.vocabularies import Basis, Predicate
from seed.fragments import NULL, date_text, encoded, list_text, plain, ref_text
from seed.related import MEMBERSHIP, PARTICIPATION, RELATION
from seed.rows import Row, mappings, names

CITATIONS = 5
"""How much evidence a link shows; the rest is in the record's own."""
DATES = ("start", "end", "as_of")
RANK = {str(basis): rank for rank, basis in enumerate(Basis)}
"""From the most certain on."""
EVIDENCE = m.table(m.Evidence)
Pieces = dict[str, str]
"""The fields of a link, each as JSON."""


class Links:
    """The links behind the items of a related list, with their attributes and evidence."""

    def __init__(self, connection: Connection, filter_: Filter, kind: type[BaseModel]) -> None:
        self.connection, self.kind = connection, kind
        self.owner, self.other = filter_.column, filter_.record
        self.table = m.table(filter_.column.class_)
        self.key = "relation_id" if kind is RELATION else "id"

    def load(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Pieces]]:
        """The links between the two of each pair, an owner and one of its items."""
        rows = sorted(self.between(pairs), key=itemgetter(self.key))
        self.evidence: dict[str, list[Row]] = defaultdict(list)
        proof = select(EVIDENCE).where(EVIDENCE.c.link_id.in_([row[self.key] for row in rows]))
        for row in sorted(mappings(self.connection, proof), key=itemgetter("id")):
            self.evidence[row["link_id"]].append(row)
        ends = {row[name] for row in rows for name in ("organization_id", "person_id") if row.get(name)}
        self.refs = {id_: ref_text(id_, *found) for id_, found in names(self.connection, ends).items()}
        links: dict[tuple[str, str], list[Pieces]] = defaultdict(list)
        for row in rows:
            links[row[self.owner.key], row[self.other.key]].append(self.link(row))
        return links

    def between(self, pairs: Iterable[tuple[str, str]]) -> list[Row]:
        """The rows of the links, one step for each pair: two lists of ids would be tried each with each."""
        pair = func.json_each(json.dumps(list(pairs))).table_valued("value", name="pair")
        owner, other = (func.json_extract(pair.c.value, f"$[{end}]") for end in (0, 1))
        condition = (self.owner == owner) & (self.other == other)
        return mappings(self.connection, select(self.table).join_from(pair, self.table, condition))

    def link(self, row: Row) -> Pieces:
        proof = self.evidence[row[self.key]]
        weakest = least_certain(proof)
        pieces = {name: encoded(row[name]) for name in self.kind.model_fields if name in row}
        pieces["basis"], pieces["how"] = encoded(weakest["basis"]), encoded(weakest["how"])
        pieces["evidence"] = list_text(plain(citation(item), s.Citation) for item in proof[:CITATIONS])
        if self.kind is MEMBERSHIP:
            pieces |= {name: self.date(row, name, proof) for name in DATES}
        if self.kind is PARTICIPATION:
            pieces |= {name: self.refs.get(row[f"{name}_id"], NULL) for name in ("organization", "person")}
        if self.kind is RELATION:
            predicate = Predicate(row["predicate"])
            pieces["relation"] = encoded(url("relation", row["relation_id"]))
            pieces["inverse"] = encoded(not row["inverse"])
            label = predicate.replace("_", " ") if row["inverse"] else predicate.inverse
            pieces["label"] = encoded(label)
        return pieces

    @staticmethod
    def date(row: Row, name: str, proof: list[Row]) -> str:
        """A date of a link; it rests on evidence of its own, or on that of the link."""
        if row[name] is None:
            return NULL
        own = [item for item in proof if item["field"].endswith(f".{name}")] or proof
        return date_text(row[name], own[0]["basis"], own[0]["how"], None, None)


def least_certain(proof: list[Row]) -> Row:
    """What the basis of a link goes by: a stated presence of an inferred person is not stated. Dates show their own."""
    about = [item for item in proof if item["field"].rpartition(".")[2] not in DATES]
    return max(about, key=lambda item: RANK[item["basis"]])


def citation(row: Row) -> Row:
    return {
        "id": row["id"],
        "url": url("evidence", row["id"]),
        "source": row["source_id"],
        "paragraph": row["paragraph"],
        "quote": row["quote"],
        "link": row["link"],
    }


def ref(id_: str | None, names: dict[str, tuple[str, str]]) -> dict[str, str] | None:
    if id_ is None:
        return None
    type_, name = names[id_]
    return {"id": id_, "type": type_, "name": name, "url": url(type_, id_)}
