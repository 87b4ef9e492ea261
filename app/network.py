"""The network of organizations: its answer, and the statements that read it."""

from functools import lru_cache
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import CTE, bindparam, case, func, literal, null, or_, select, true, union

from app import models as m
from app import vocabularies as v
from app.database import Compiled, compiled
from app.schemas import Citation, Ref, Schema

NODE, EDGE = m.table(m.Node), m.table(m.Edge)
CITATIONS, RECORDS = 3, 25
"""How much of its evidence, and how many of the records behind it, an edge shows."""
MAX_EDGES = 10_000
"""What would be more is refused, and never cut."""


class NetworkNode(Ref):
    """An organization of the network."""

    type: Literal[v.RecordType.ORGANIZATION]
    """Always `organization`."""
    kind: v.OrganizationKind
    """What the organization is."""
    category: v.OrganizationCategory | None
    """A finer division of the kind; null where the kind says all."""
    short_name: str | None
    """The abbreviation that the texts use."""
    country_code: str | None
    """ISO 3166-1 alpha-2 code, of states only."""
    distance: int | None = Field(None, examples=[1])
    """How many edges away it is from the center; null without a center."""


class NetworkEdge(Schema):
    """All that links two organizations in one way."""

    id: str
    """The permanent id: a hash of the kind, the ends and the predicate."""
    source: str = Field(examples=["osce"])
    """The id of the organization that the edge starts from."""
    target: str = Field(examples=["united-nations"])
    """The id of the organization that it leads to."""
    kind: v.EdgeKind
    """In what way they are linked."""
    predicate: str | None = Field(examples=["cooperates_with"])
    """The role of a membership or the predicate of a relation; null for the other kinds."""
    label: str = Field(examples=["cooperates with"])
    """The edge in words, read from source to target."""
    symmetric: bool
    """Whether it says the same from both ends; its source is then the one that comes first in the alphabet, or the subject of the relation."""
    weight: int
    """How many links the edge stands for: meetings in which both took part, memberships, relations."""
    bases: dict[v.Basis, int]
    """How many of these links are stated, inferred or known from outside. A meeting counts by the weaker of the two participations."""
    first_year: int | None = Field(examples=[2004])
    """The first year for which the texts attest it; null where they give none."""
    last_year: int | None = Field(examples=[2014])
    """The last year for which the texts attest it; null where they give none."""
    evidence: int
    """How many pieces of evidence it rests on."""
    citations: list[Citation]
    """The first 3 of them: what states the link itself before what only dates or qualifies it."""
    records: list[Ref]
    """The first 25 meetings or relations behind it; a membership and a part have no record of their own."""


class Network(Schema):
    """Organizations and what links them, in the node-link form that networkx and D3 read."""

    center: str | None = Field(examples=["osce"])
    """The organization asked for; null for the whole network."""
    depth: int | None = Field(examples=[1])
    """How many edges away from the center an organization may be; null for the whole network."""
    directed: Literal[True]
    """Edges have a direction; `symmetric` tells where it means nothing."""
    multigraph: Literal[True]
    """Two organizations may be linked by several edges."""
    nodes: list[NetworkNode]
    """The organizations, the nearest first."""
    edges: list[NetworkEdge]
    """Every edge between these organizations."""


@lru_cache
def statements(centered: bool, kinds: int) -> tuple[Compiled, Compiled]:
    """The nodes and the edges of a network: at most one row more than allowed."""
    wanted = EDGE.c.kind.in_([bindparam(f"kind_{index}") for index in range(kinds)]) if kinds else true()
    nodes = select(NODE.c.text, null())
    edges = select(EDGE.c.text).where(wanted)
    if centered:
        near = nearest(wanted)
        near_ids = select(near.c.id)
        nodes = select(NODE.c.text, near.c.distance).join_from(NODE, near, near.c.id == NODE.c.id)
        nodes = nodes.order_by(near.c.distance)
        edges = edges.where(EDGE.c.source_id.in_(near_ids), EDGE.c.target_id.in_(near_ids))
    else:
        ends = union(select(EDGE.c.source_id).where(wanted), select(EDGE.c.target_id).where(wanted))
        nodes = nodes.where(NODE.c.id.in_(ends))
    edges = edges.order_by(EDGE.c.kind, EDGE.c.source_id, EDGE.c.target_id, EDGE.c.id)
    return compiled(nodes.order_by(NODE.c.id)), compiled(edges.limit(bindparam("limit")))


def nearest(wanted: Any) -> CTE:
    """The organizations within reach of the center, each with its distance: breadth first, in both directions."""
    center = select(NODE.c.id, literal(0).label("distance")).where(NODE.c.id == bindparam("center"))
    reached = center.cte("reached", recursive=True)
    other = case((EDGE.c.source_id == reached.c.id, EDGE.c.target_id), else_=EDGE.c.source_id)
    touching = or_(EDGE.c.source_id == reached.c.id, EDGE.c.target_id == reached.c.id)
    step = select(other, reached.c.distance + 1).join_from(reached, EDGE, touching)
    reached = reached.union(step.where(reached.c.distance < bindparam("depth"), wanted))
    return select(reached.c.id, func.min(reached.c.distance).label("distance")).group_by(reached.c.id).cte()
