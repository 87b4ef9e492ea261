"""The network: every organization a node; what links two of them in one way, an edge with all that it rests on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app import models as m
from app.network import CITATIONS, RECORDS, NetworkEdge, NetworkNode
from app.vocabularies import Basis, EdgeKind, MeetingStatus, Predicate, RecordType
from seed.crew import BATCH, Batch, Crew, batches
from seed.dates import bounds
from seed.links import citation, ref
from seed.proof import key
from seed.rows import Row, mappings, names, store

TOGETHER = 20
"""Batches whose links are bundled where they are found: those of fewer would hardly have an edge in common."""
RANK = list(Basis)
"""From the strongest basis to the weakest."""
EVIDENCE, ORGANIZATION, MEETING = m.table(m.Evidence), m.table(m.Organization), m.table(m.Meeting)
MEMBERSHIP, RELATION, PARTICIPATION = m.table(m.Membership), m.table(m.Relation), m.table(m.Participation)


class Ends(NamedTuple):
    """What tells one edge from another."""

    kind: EdgeKind
    source: str
    target: str
    predicate: str | None = None


class Link(NamedTuple):
    """One of the links that an edge stands for: a membership, a part, a meeting, a relation."""

    proof: list[Row]
    basis: Basis
    days: list[str]
    record: str | None = None


@dataclass
class Bundle:
    """What is kept of the links of an edge, however many there are."""

    weight: int = 0
    bases: Counter[Basis] = field(default_factory=Counter)
    years: list[int] = field(default_factory=list)
    """The first and the last."""
    evidence: int = 0
    telling: list[Row] = field(default_factory=list)
    """The evidence that tells most."""
    records: list[str] = field(default_factory=list)
    """The first in the order of their ids."""

    @classmethod
    def of(cls, link: Link) -> "Bundle":
        years = [int(day[:4]) for day in link.days]
        records = [link.record] if link.record else []
        bundle = cls(1, Counter([link.basis]), years, len(link.proof), link.proof, records)
        return bundle.kept()

    def add(self, other: "Bundle") -> None:
        """No evidence is counted twice, because each piece supports one link."""
        self.weight += other.weight
        self.bases += other.bases
        self.years += other.years
        self.evidence += other.evidence
        self.telling = self.telling + other.telling
        self.records = self.records + other.records
        self.kept()

    def kept(self) -> "Bundle":
        self.years = [min(self.years), max(self.years)] if self.years else []
        self.telling = sorted(self.telling, key=telling)[:CITATIONS]
        self.records = sorted(self.records)[:RECORDS]
        return self


Bundles = dict[Ends, Bundle]


def network(connection: Connection, crew: Crew) -> None:
    """Fill the tables of the network."""
    for batch in batches(connection, RecordType.ORGANIZATION):
        store(connection, m.table(m.Node), nodes(connection, batch.ids))
    found: Bundles = {}
    for type_ in GATHERED:
        for part in crew.each(gathered, several(batches(connection, type_))):
            merge(found, part)
    for ends in chunks(sorted(found, key=order)):
        ids = {id_ for edge_ in ends for id_ in found[edge_].records}
        known = names(connection, ids)
        store(connection, m.table(m.Edge), [edge(edge_, found[edge_], known) for edge_ in ends])


def several(found: Iterator[Batch]) -> Iterator[list[Batch]]:
    while some := list(islice(found, TOGETHER)):
        yield some


def chunks(ends: list[Ends]) -> Iterator[list[Ends]]:
    for start in range(0, len(ends), BATCH):
        yield ends[start : start + BATCH]


def merge(found: Bundles, part: Bundles) -> None:
    for ends, bundle in part.items():
        if ends in found:
            found[ends].add(bundle)
        else:
            found[ends] = bundle


def gathered(some: list[Batch]) -> Bundles:
    """The links that some organizations, relations or meetings stand for."""
    found: Bundles = {}
    for batch in some:
        with batch.connect() as connection:
            for ends, link in GATHERED[batch.type](connection, batch.ids):
                if ends.source != ends.target:
                    merge(found, {ends: Bundle.of(link)})
    return found


def order(ends: Ends) -> tuple[str, ...]:
    return tuple(part or "" for part in ends)


def nodes(connection: Connection, ids: list[str]) -> list[Row]:
    known = names(connection, ids)
    found = mappings(
        connection, select(ORGANIZATION).where(ORGANIZATION.c.id.in_(ids)).order_by(ORGANIZATION.c.id)
    )
    return [{"id": row["id"], "text": node(row, known)} for row in found]


def node(row: Row, known: dict[str, tuple[str, str]]) -> str:
    values = {name: row.get(name) for name in NetworkNode.model_fields} | (ref(row["id"], known) or {})
    return NetworkNode.model_validate(values).model_dump_json(exclude={"distance"})


def proofs(connection: Connection, links: Any) -> dict[str, list[Row]]:
    """The evidence of some links, by their ids."""
    found: dict[str, list[Row]] = defaultdict(list)
    statement = select(EVIDENCE).where(EVIDENCE.c.link_id.in_(links)).order_by(EVIDENCE.c.id)
    for row in mappings(connection, statement):
        found[row["link_id"]].append(row)
    return found


def belonging(connection: Connection, ids: list[str]) -> Iterator[tuple[Ends, Link]]:
    """What each organization is a part or a member of."""
    parents: dict[str, list[Row]] = defaultdict(list)
    statement = select(EVIDENCE).where(EVIDENCE.c.record_id.in_(ids), EVIDENCE.c.field == "parent")
    for row in mappings(connection, statement.order_by(EVIDENCE.c.id)):
        parents[row["record_id"]].append(row)
    part = select(ORGANIZATION).where(ORGANIZATION.c.id.in_(ids), ORGANIZATION.c.parent_id.is_not(None))
    for row in mappings(connection, part):
        yield Ends(EdgeKind.PARENT, row["id"], row["parent_id"]), link(parents[row["id"]])
    theirs = MEMBERSHIP.c.member_id.in_(ids)
    proof = proofs(connection, select(MEMBERSHIP.c.id).where(theirs))
    for row in mappings(connection, select(MEMBERSHIP).where(theirs).order_by(MEMBERSHIP.c.id)):
        ends = Ends(EdgeKind.MEMBERSHIP, row["member_id"], row["organization_id"], row["role"])
        yield ends, link(proof[row["id"]], days(row["start"], row["end"], row["as_of"]))


def related(connection: Connection, ids: list[str]) -> Iterator[tuple[Ends, Link]]:
    """Each relation between two organizations."""
    organizations = select(ORGANIZATION.c.id)
    between = (RELATION.c.subject_id.in_(organizations), RELATION.c.object_id.in_(organizations))
    proof = proofs(connection, ids)
    for row in mappings(connection, select(RELATION).where(RELATION.c.id.in_(ids), *between)):
        ends = Ends(EdgeKind.RELATION, row["subject_id"], row["object_id"], row["predicate"])
        yield ends, link(proof[row["id"]], [], row["id"])


def link(proof: list[Row], known: Iterable[str] = (), record: str | None = None) -> Link:
    whole = [row for row in proof if "." not in row["field"]]
    return Link(proof, Basis(whole[0]["basis"]), list(known), record)


def encounters(connection: Connection, ids: list[str]) -> Iterator[tuple[Ends, Link]]:
    """Each pair of organizations that took part in a meeting which was held."""
    parties: dict[str, dict[str, list[Link]]] = defaultdict(lambda: defaultdict(list))
    theirs = PARTICIPATION.c.event_id.in_(ids)
    proof = proofs(connection, select(PARTICIPATION.c.id).where(theirs))
    for row in mappings(connection, select(PARTICIPATION).where(theirs).order_by(PARTICIPATION.c.id)):
        parties[row["event_id"]][row["organization_id"]].append(link(proof[row["id"]]))
    held = select(MEETING).where(MEETING.c.id.in_(ids), MEETING.c.status == MeetingStatus.HELD.value)
    for meeting in mappings(connection, held):
        when = [day for day in (meeting["earliest"], meeting["latest"]) if known_day(day)]
        for one, other in combinations(sorted(parties[meeting["id"]]), 2):
            both = [parties[meeting["id"]][id_] for id_ in (one, other)]
            basis = weakest([strongest([link.basis for link in side]) for side in both])
            cited = [row for side in both for link in side for row in link.proof]
            yield Ends(EdgeKind.PARTICIPATION, one, other), Link(cited, basis, when, meeting["id"])


GATHERED = {
    RecordType.ORGANIZATION: belonging,
    RecordType.RELATION: related,
    RecordType.MEETING: encounters,
}
"""The types of records that link organizations, and what finds their links."""


def strongest(bases: list[Basis]) -> Basis:
    return min(bases, key=RANK.index)


def weakest(bases: list[Basis]) -> Basis:
    return max(bases, key=RANK.index)


def known_day(day: str | None) -> bool:
    return day not in (None, m.OPEN_START, m.OPEN_END)


def days(*dates: str | None) -> list[str]:
    """The first and last days of the dates that are known."""
    return [day for date in dates if date for day in bounds(date) if day and known_day(day)]


def edge(ends: Ends, bundle: Bundle, known: dict[str, tuple[str, str]]) -> Row:
    id_ = key("n", *ends)
    label, symmetric = wording(ends)
    values = {
        **ends._asdict(),
        "id": id_,
        "label": label,
        "symmetric": symmetric,
        "weight": bundle.weight,
        "bases": {basis: bundle.bases[basis] for basis in RANK if bundle.bases[basis]},
        "first_year": bundle.years[0] if bundle.years else None,
        "last_year": bundle.years[-1] if bundle.years else None,
        "evidence": bundle.evidence,
        "citations": [citation(row) for row in bundle.telling],
        "records": [ref(record, known) for record in bundle.records],
    }
    text = NetworkEdge.model_validate(values).model_dump_json()
    return {
        "id": id_,
        "source_id": ends.source,
        "target_id": ends.target,
        "kind": ends.kind.value,
        "text": text,
    }


def telling(row: Row) -> tuple[bool, int, str]:
    """What proves the link itself first, and what only dates or qualifies it last."""
    return "." in row["field"], RANK.index(Basis(row["basis"])), row["id"]


def wording(ends: Ends) -> tuple[str, bool]:
    """What an edge says in words, and whether it says the same from both ends."""
    if ends.kind is EdgeKind.PARTICIPATION:
        return "in a meeting with", True
    if ends.kind is EdgeKind.PARENT or ends.predicate is None:
        return "part of", False
    words = ends.predicate.replace("_", " ")
    if ends.kind is EdgeKind.MEMBERSHIP:
        return f"{words} of", False
    return words, Predicate(ends.predicate).inverse == words
