"""The network: every organization a node; what links two of them in one way, an edge with all that it rests on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from app import models as m
from app.network import CITATIONS, RECORDS, NetworkEdge, NetworkNode
from app.vocabularies import Basis, EdgeKind, MeetingStatus, Predicate
from seed.crew import Crew
from seed.dates import bounds
from seed.links import citation, ref
from seed.proof import key
from seed.rows import mappings, names

Row = dict[str, Any]
RANK = list(Basis)
"""From the strongest basis to the weakest."""
EVIDENCE = m.table(m.Evidence)


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


def network(connection: Connection, _: Crew) -> None:
    """Fill the tables of the network."""
    organizations = {row["id"]: row for row in rows(connection, m.Organization)}
    known = names(connection, organizations)
    if nodes := [{"id": id_, "text": node(row, known)} for id_, row in organizations.items()]:
        connection.execute(insert(m.Node), nodes)
    found: dict[Ends, list[Link]] = defaultdict(list)
    for ends, link in links(connection, organizations):
        if ends.source != ends.target:
            found[ends].append(link)
    known = names(connection, {link.record for group in found.values() for link in group if link.record})
    if edges := [edge(ends, group, known) for ends, group in sorted(found.items(), key=order)]:
        connection.execute(insert(m.Edge), edges)


def order(item: tuple[Ends, list[Link]]) -> tuple[str, ...]:
    return tuple(part or "" for part in item[0])


def rows(connection: Connection, model: type[Any]) -> list[Row]:
    table = m.table(model)
    return mappings(connection, select(table).order_by(table.c.id))


def node(row: Row, known: dict[str, tuple[str, str]]) -> str:
    values = {name: row.get(name) for name in NetworkNode.model_fields} | (ref(row["id"], known) or {})
    return NetworkNode.model_validate(values).model_dump_json(exclude={"distance"})


def links(connection: Connection, organizations: dict[str, Row]) -> Iterator[tuple[Ends, Link]]:
    """Every link between two organizations, with the edge that it belongs to."""
    proof: dict[str, list[Row]] = defaultdict(list)
    for row in mappings(connection, select(EVIDENCE).order_by(EVIDENCE.c.id)):
        proof[row["link_id"] or f"{row['record_id']}.{row['field']}"].append(row)
    for row in organizations.values():
        if row["parent_id"]:
            ends = Ends(EdgeKind.PARENT, row["id"], row["parent_id"])
            yield ends, link(proof[f"{row['id']}.parent"])
    for row in rows(connection, m.Membership):
        if row["member_id"] in organizations:
            ends = Ends(EdgeKind.MEMBERSHIP, row["member_id"], row["organization_id"], row["role"])
            yield ends, link(proof[row["id"]], days(row["start"], row["end"], row["as_of"]))
    for row in rows(connection, m.Relation):
        if row["subject_id"] in organizations and row["object_id"] in organizations:
            ends = Ends(EdgeKind.RELATION, row["subject_id"], row["object_id"], row["predicate"])
            yield ends, link(proof[row["id"]], [], row["id"])
    yield from encounters(connection, proof)


def link(proof: list[Row], known: Iterable[str] = (), record: str | None = None) -> Link:
    whole = [row for row in proof if "." not in row["field"]]
    return Link(proof, Basis(whole[0]["basis"]), list(known), record)


def encounters(connection: Connection, proof: dict[str, list[Row]]) -> Iterator[tuple[Ends, Link]]:
    """Each pair of organizations that took part in a meeting which was held."""
    parties: dict[str, dict[str, list[Link]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(connection, m.Participation):
        parties[row["event_id"]][row["organization_id"]].append(link(proof[row["id"]]))
    for meeting in rows(connection, m.Meeting):
        if meeting["status"] != MeetingStatus.HELD:
            continue
        when = [day for day in (meeting["earliest"], meeting["latest"]) if known_day(day)]
        for one, other in combinations(sorted(parties[meeting["id"]]), 2):
            both = [parties[meeting["id"]][id_] for id_ in (one, other)]
            basis = weakest([strongest([link.basis for link in side]) for side in both])
            cited = [row for side in both for link in side for row in link.proof]
            yield Ends(EdgeKind.PARTICIPATION, one, other), Link(cited, basis, when, meeting["id"])


def strongest(bases: list[Basis]) -> Basis:
    return min(bases, key=RANK.index)


def weakest(bases: list[Basis]) -> Basis:
    return max(bases, key=RANK.index)


def known_day(day: str | None) -> bool:
    return day not in (None, m.OPEN_START, m.OPEN_END)


def days(*dates: str | None) -> list[str]:
    """The first and last days of the dates that are known."""
    return [day for date in dates if date for day in bounds(date) if day and known_day(day)]


def edge(ends: Ends, group: list[Link], known: dict[str, tuple[str, str]]) -> Row:
    proof = {row["id"]: row for link in group for row in link.proof}
    years = sorted(int(day[:4]) for link in group for day in link.days)
    records = sorted({link.record for link in group if link.record})
    id_ = key("n", *ends)
    label, symmetric = wording(ends)
    values = {
        **ends._asdict(),
        "id": id_,
        "label": label,
        "symmetric": symmetric,
        "weight": len(group),
        "bases": Counter(link.basis for link in sorted(group, key=lambda link: RANK.index(link.basis))),
        "first_year": years[0] if years else None,
        "last_year": years[-1] if years else None,
        "evidence": len(proof),
        "citations": [citation(row) for row in sorted(proof.values(), key=telling)[:CITATIONS]],
        "records": [ref(record, known) for record in records[:RECORDS]],
    }
    text = NetworkEdge.model_validate(values).model_dump_json()
    row = {"id": id_, "source_id": ends.source, "target_id": ends.target, "kind": ends.kind, "text": text}
    return row


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
