"""The network has every link between two organizations, with what it rests on, and opens where graphs are opened."""

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import combinations
from typing import Any

import networkx as nx
import pytest
from starlette.testclient import TestClient

from app import network as network_module
from tests.api import rows
from tests.conftest import Get, World, serve
from tests.world import CITED, cited, meeting, organization, record

KINDS = ["membership", "parent", "participation", "relation"]
Found = dict[str, Any]


def graph_of(found: Found) -> Any:
    return nx.node_link_graph(found, edges="edges")


def ends(found: Found) -> list[tuple[str, ...]]:
    names = ("kind", "source", "target", "predicate")
    return [tuple(edge[name] or "" for name in names) for edge in found["edges"]]


@pytest.fixture(scope="module")
def whole(get: Get) -> Found:
    found: Found = get("/network")
    return found


@pytest.fixture(scope="module")
def centers(whole: Found) -> list[str]:
    """Some organizations, with many edges, with few, and with none."""
    degree = sorted(graph_of(whole).degree(), key=lambda pair: (pair[1], pair[0]))
    return [degree[0][0], degree[len(degree) // 2][0], degree[-1][0], "osce", "nato"]


def test_nodes_are_what_edges_touch(whole: Found) -> None:
    touched = {edge[end] for edge in whole["edges"] for end in ("source", "target")}
    assert {node["id"] for node in whole["nodes"]} == touched
    assert len(whole["nodes"]) == len(touched)
    assert {node["distance"] for node in whole["nodes"]} == {None}
    assert (whole["center"], whole["depth"]) == (None, None)


def test_ends_kind_and_predicate_tell_edges_apart(whole: Found) -> None:
    assert len(set(ends(whole))) == len(whole["edges"]) > 100
    assert len({edge["id"] for edge in whole["edges"]}) == len(whole["edges"])
    assert {edge["kind"] for edge in whole["edges"]} == set(KINDS)


def test_edges_say_how_much_they_rest_on(whole: Found) -> None:
    for edge in whole["edges"]:
        assert edge["weight"] == sum(edge["bases"].values()) >= 1
        assert edge["evidence"] >= len(edge["citations"]) == min(edge["evidence"], 3) > 0
        if edge["kind"] in ("participation", "relation"):
            assert len(edge["records"]) == min(edge["weight"], 25)
        else:
            assert edge["records"] == []


def test_what_states_a_link_is_cited_before_what_dates_it(get: Get, whole: Found) -> None:
    """The first citation is the one that GraphML shows."""
    for edge in whole["edges"]:
        fields = [get(cited_["url"])["field"] for cited_ in edge["citations"]]
        assert "." not in fields[0]
        assert fields == sorted(fields, key=lambda field: "." in field)


def test_every_citation_and_record_is_there(get: Get, whole: Found) -> None:
    for edge in whole["edges"][::7]:
        for cited_ in (*edge["citations"], *edge["records"]):
            assert get(cited_["url"])["id"] == cited_["id"]


def test_parents_are_those_of_the_list(get: Get, whole: Found) -> None:
    organizations = rows(get, "/organizations?limit=100")
    expected = {("parent", row["id"], row["parent"]["id"], "") for row in organizations if row["parent"]}
    assert {edge for edge in ends(whole) if edge[0] == "parent"} == expected


def test_memberships_are_those_of_the_list(get: Get, whole: Found) -> None:
    for edge in whole["edges"]:
        if edge["kind"] == "membership":
            ask = {"id": edge["source"], "member_of": edge["target"], "role": edge["predicate"]}
            assert get("/organizations", limit=0, **ask)["total"] == 1
    members = [e for e in whole["edges"] if e["kind"] == "membership" and e["target"] == "osce"]
    assert (
        len({edge["source"] for edge in members}) == get("/organizations", limit=0, member_of="osce")["total"]
    )


def test_meetings_together_are_those_of_the_list(get: Get, whole: Found) -> None:
    edges = {(e["source"], e["target"]): e for e in whole["edges"] if e["kind"] == "participation"}
    names = sorted({name for pair in edges for name in pair})
    met = {n: {row["id"] for row in rows(get, f"/meetings?status=held&organization={n}")} for n in names}
    for one, other in combinations(names, 2):
        together = met[one] & met[other]
        assert ((one, other) in edges) == bool(together)
        if together:
            assert edges[one, other]["weight"] == len(together)
            assert {record_["id"] for record_ in edges[one, other]["records"]} == together


def test_relations_are_those_of_the_list(get: Get, whole: Found) -> None:
    organizations = {row["id"] for row in rows(get, "/organizations?limit=100")}
    expected = {
        ("relation", row["subject"]["id"], row["object"]["id"], row["predicate"])
        for row in rows(get, "/relations?limit=100")
        if {row["subject"]["id"], row["object"]["id"]} <= organizations
    }
    assert {edge for edge in ends(whole) if edge[0] == "relation"} == expected


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("which", range(5))
def test_a_center_has_what_networkx_finds_around_it(
    get: Get, whole: Found, centers: list[str], which: int, depth: int
) -> None:
    center = centers[which]
    found = get("/network", center=center, depth=depth)
    expected = nx.ego_graph(graph_of(whole), center, radius=depth, undirected=True)
    assert {node["id"] for node in found["nodes"]} == set(expected.nodes)
    assert sorted(edge["id"] for edge in found["edges"]) == sorted(
        data["id"] for *_, data in expected.edges(data=True)
    )
    distances = nx.single_source_shortest_path_length(expected.to_undirected(), center)
    assert {node["id"]: node["distance"] for node in found["nodes"]} == distances
    assert found["nodes"][0]["id"] == center
    assert found["depth"] == depth


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_edges_alone(get: Get, whole: Found, kind: str) -> None:
    found = get("/network", kind=kind)
    assert found["edges"] == [edge for edge in whole["edges"] if edge["kind"] == kind]
    near = get("/network", kind=kind, center="osce", depth=3)
    expected = nx.ego_graph(graph_of(found), "osce", radius=3, undirected=True) if found["edges"] else []
    assert {node["id"] for node in near["nodes"]} == set(expected)


def test_kinds_are_either(get: Get, whole: Found) -> None:
    found = get("/network", kind=["relation", "parent"])
    assert found["edges"] == [edge for edge in whole["edges"] if edge["kind"] in ("parent", "relation")]
    assert get("/network", kind=KINDS) == whole


def test_depth_is_one_unless_given(get: Get) -> None:
    assert get("/network", center="osce") == get("/network", center="osce", depth=1)


@pytest.mark.parametrize("query", ["", "center=osce&depth=2", "kind=participation"])
def test_graphml_is_the_same_graph(client: TestClient, get: Get, query: str) -> None:
    found = get(f"/network?{query}")
    response = client.get(f"/network?format=graphml&{query}")
    assert response.headers["content-type"] == "application/graphml+xml"
    graph: Any = nx.read_graphml(BytesIO(response.content), force_multigraph=True)
    assert graph.is_directed()
    assert list(graph.nodes) == [node["id"] for node in found["nodes"]]
    for node in found["nodes"]:
        data = graph.nodes[node["id"]]
        assert data.pop("label") == node["name"]
        expected = {name: value for name, value in node.items() if name not in ("id", "name")}
        assert data == {name: value for name, value in expected.items() if value is not None}
    attributes = {edge_id: data for *_, edge_id, data in graph.edges(keys=True, data=True)}
    for edge in found["edges"]:
        data = attributes[edge["id"]]
        assert graph.has_edge(edge["source"], edge["target"], edge["id"])
        for name in (
            "kind",
            "predicate",
            "label",
            "symmetric",
            "weight",
            "first_year",
            "last_year",
            "evidence",
        ):
            assert data.get(name) == edge[name], name
        assert {basis: data[basis] for basis in edge["bases"]} == edge["bases"]
        assert data.get("quote") == edge["citations"][0]["quote"]
        assert data.get("records", "").split() == [record_["id"] for record_ in edge["records"]]
    assert graph.number_of_edges() == len(found["edges"])


def test_the_header_asks_for_graphml_too(client: TestClient) -> None:
    response = client.get("/network?center=osce", headers={"Accept": "application/graphml+xml"})
    assert response.content == client.get("/network?center=osce&format=graphml").content
    etags = {response.headers["etag"], client.get("/network?center=osce").headers["etag"]}
    assert len(etags) == 2


SMALL: dict[str, list[Found]] = {
    "organizations": [
        organization("a", memberships=[cited(organization="b", role="member", start="1999", end="2004-05")]),
        organization("b", relations=[cited(predicate="parallel_to", object="c")]),
        organization(
            "c",
            parent="b",
            relations=[cited(predicate="succeeded_by", object="a")],
            memberships=[cited(organization="b", role="partner", as_of="2014~")],
        ),
        organization("alone", memberships=[cited(organization="alone", role="chair")]),
    ],
    "people": [record("someone", memberships=[cited(organization="a", role="member")])],
    "meetings": [
        meeting(
            "first",
            date="2001",
            participants=[
                cited(organization="b", role="participant"),
                {
                    "organization": "a",
                    "role": "participant",
                    "evidence": [{**CITED, "basis": "inferred", "how": "It follows."}],
                },
            ],
        ),
        meeting(
            "second",
            date="2003-05",
            participants=[
                cited(organization="a", role="participant"),
                cited(organization="a", person="someone", role="speaker"),
                cited(organization="b", role="participant"),
            ],
        ),
        meeting(
            "planned",
            date="2010",
            status="planned",
            participants=[cited(organization="a", role="participant"), cited(organization="b", role="host")],
        ),
        meeting("monologue", date="XXXX-01-12", participants=[cited(organization="c", role="host")]),
    ],
}  # fmt: skip


@pytest.fixture
def small(world: World) -> Iterator[TestClient]:
    with serve(world(**SMALL)) as client:
        yield client


def test_what_an_edge_says(small: TestClient) -> None:
    found = small.get("/network").json()
    assert ends(found) == [
        ("membership", "a", "b", "member"),
        ("membership", "c", "b", "partner"),
        ("parent", "c", "b", ""),
        ("participation", "a", "b", ""),
        ("relation", "b", "c", "parallel_to"),
        ("relation", "c", "a", "succeeded_by"),
    ]
    names = ("label", "symmetric", "weight", "bases", "first_year", "last_year")
    assert [tuple(edge[name] for name in names) for edge in found["edges"]] == [
        ("member of", False, 1, {"stated": 1}, 1999, 2004),
        ("partner of", False, 1, {"stated": 1}, 2014, 2014),
        ("part of", False, 1, {"stated": 1}, None, None),
        ("in a meeting with", True, 2, {"stated": 1, "inferred": 1}, 2001, 2003),
        ("parallel to", True, 1, {"stated": 1}, None, None),
        ("succeeded by", False, 1, {"stated": 1}, None, None),
    ]
    assert [record_["id"] for record_ in found["edges"][3]["records"]] == ["first", "second"]
    assert found["edges"][3]["evidence"] == 5


def test_an_organization_without_edges_is_a_center_of_itself(small: TestClient) -> None:
    found = small.get("/network?center=alone&depth=3").json()
    assert [(node["id"], node["distance"]) for node in found["nodes"]] == [("alone", 0)]
    assert found["edges"] == []


def test_distances_are_counted_along_the_kinds_asked_for(small: TestClient) -> None:
    found = small.get("/network?center=a&kind=parent&kind=participation&depth=2").json()
    assert [(node["id"], node["distance"]) for node in found["nodes"]] == [("a", 0), ("b", 1), ("c", 2)]


def test_what_is_too_large_is_refused_and_not_cut(small: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "MAX_EDGES", 5)
    response = small.get("/network")
    assert response.status_code == 400
    assert "more than 5 edges" in response.json()["detail"]
    assert len(small.get("/network?kind=relation").json()["edges"]) == 2


def test_no_organization_no_network(world: World) -> None:
    with serve(world(meetings=[meeting("a", date="2001")])) as client:
        found = client.get("/network").json()
    assert (found["nodes"], found["edges"]) == ([], [])


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("center=osce&depth=99", "depth", ["1", "2", "3"]),
        ("center=osce&depth=0", "depth", ["1", "2", "3"]),
        ("center=osce&depth=01", "depth", ["1", "2", "3"]),
        ("center=osce&depth=", "depth", ["1", "2", "3"]),
        ("depth=1", "depth", []),
        ("center=", "center", []),
        ("center=solomon-passy", "center", []),
        ("center=oscee", "center", None),
        ("center=osce&center=nato", "center", []),
        ("kind=friend", "kind", KINDS),
        ("format=csv", "format", ["json", "graphml", "html"]),
        ("limit=5", "limit", None),
    ],
)
def test_what_is_wrong_is_named(
    client: TestClient, query: str, parameter: str, allowed: list[str] | None
) -> None:
    response = client.get(f"/network?{query}")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == parameter
    assert allowed is None or error["allowed"] == allowed


def test_an_answer_is_valid_json_in_one_order(client: TestClient) -> None:
    first, second = (client.get("/network?center=nato&depth=3").content for _ in range(2))
    assert first == second
    keys = [(e["kind"], e["source"], e["target"]) for e in json.loads(first)["edges"]]
    assert keys == sorted(keys)
