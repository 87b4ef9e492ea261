"""/network"""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from app import network, queries
from app import vocabularies as v
from app.database import Release, Row
from app.faults import fault, invalid_values
from app.formats import GRAPHML, NETWORK, negotiate
from app.network import Network
from app.openapi import parameters
from app.pages import release_of, wrong_id
from app.parameters import RecordQuery, Slug, parse
from app.responses import respond
from app.routing import Direct

router = APIRouter(prefix="/network", tags=["network"], route_class=Direct)


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value in ("1", "2", "3") else value


class NetworkQuery(RecordQuery):
    center: Slug | None = Field(None, examples=["osce"])
    """The organization around which to look. Without it, the whole network is answered: every organization that an edge touches."""
    depth: Annotated[Literal[1, 2, 3], BeforeValidator(_number)] | None = Field(None, examples=[1])
    """How many edges away from the center an organization may be, whatever the direction of the edges; 1 unless given. It goes with `center` alone."""
    kind: list[v.EdgeKind] = Field(default_factory=list, max_length=100, examples=[["participation"]])
    """Only edges of these kinds; distances are counted along them too."""

    @field_validator("depth")
    @classmethod
    def goes_with_a_center(cls, value: int, info: ValidationInfo) -> int:
        if not info.data.get("center"):
            raise ValueError("it goes with `center`, which says from where to count")
        return value

    @property
    def reach(self) -> int | None:
        return (self.depth or 1) if self.center else None


@router.get("", response_model=Network, openapi_extra=parameters(NetworkQuery, formats=NETWORK))
def get_network(request: Request) -> Response:
    """The network of organizations: memberships, parts, meetings that both took part in, and relations, each with its evidence.

    With a center, it holds the organizations within reach and every edge between any two of them."""
    query = parse(NetworkQuery, request.scope["query_string"])
    format_ = negotiate(request, query.format, NETWORK)
    release = release_of(request)
    nodes, edges = read(release, query)
    if format_ is GRAPHML:
        from app.graphml import graphml

        body = graphml(map(json.loads, nodes), map(json.loads, edges))
        return respond(request, release, body, format_.media_type)
    asked = {"center": query.center, "depth": query.reach, "directed": True, "multigraph": True}
    head = json.dumps(asked, separators=(",", ":"))
    text = f'{head[:-1]},"nodes":[{",".join(nodes)}],"edges":[{",".join(edges)}]}}'
    return respond(request, release, text)


def read(release: Release, query: NetworkQuery) -> tuple[list[str], list[str]]:
    """The texts of the nodes and edges. Raises ApiError for a center that is none, and for more than can be answered."""
    if query.center:
        check_center(release, query.center)
    kinds = sorted(set(query.kind))
    values = {f"kind_{index}": kind for index, kind in enumerate(kinds)}
    node_statement, edge_statement = network.statements(query.center is not None, len(kinds))
    reach = {"center": query.center, "depth": query.reach} if query.center else {}
    edges = release.fetch(edge_statement, {**values, **reach, "limit": network.MAX_EDGES + 1})
    if len(edges) > network.MAX_EDGES:
        detail = f"The network asked for has more than {network.MAX_EDGES} edges; choose a center, a smaller depth or a kind."
        raise invalid_values([fault("depth" if query.center else "center", detail)])
    nodes = release.fetch(node_statement, {**values, **reach})
    return [node_text(row) for row in nodes], [row[0] for row in edges]


def node_text(row: Row) -> str:
    text, distance = row
    return f'{text[:-1]},"distance":{json.dumps(distance)}}}'


def check_center(release: Release, id_: str) -> None:
    types: dict[str, str] = dict(release.fetch(queries.types_statement(1), {"id_0": id_}))
    if types.get(id_) != v.RecordType.ORGANIZATION:
        raise invalid_values([wrong_id(release, "center", id_, types.get(id_), (v.RecordType.ORGANIZATION,))])
