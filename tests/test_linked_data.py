"""Linked data are valid JSON-LD, use terms that their vocabularies define, and say what the JSON says."""

from functools import cache
from typing import Any

import pytest
from pyld import jsonld
from rdflib import DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SDO, SKOS, Graph, URIRef
from starlette.testclient import TestClient

from app.linked_data import CONTEXT
from app.listings import LISTINGS

BASE = "https://api.example"
OA = {
    f"http://www.w3.org/ns/oa#{name}"
    for name in (
        *("Annotation", "SpecificResource", "TextQuoteSelector", "motivatedBy", "identifying"),
        *("hasBody", "hasTarget", "hasSource", "hasSelector", "exact"),
    )
}
VOCABULARIES = (DCTERMS, FOAF, ORG, PROV, RDF, RDFS, SDO, SKOS)


@cache
def expanded(client: TestClient, path: str) -> Any:
    """A document as JSON-LD understands it; the only thing it may load is our context."""

    def load(url: str, _: Any) -> dict[str, Any]:
        assert url == f"{BASE}/context.jsonld"
        response = client.get("/context.jsonld")
        assert response.headers["Content-Type"] == "application/ld+json"
        return {"document": response.json(), "documentUrl": url, "contextUrl": None}

    response = client.get(path, params={"format": "jsonld"})
    assert response.headers["Content-Type"] == "application/ld+json"
    return jsonld.expand(response.json(), {"base": f"{BASE}{path}", "documentLoader": load})


def graph(document: Any) -> Graph:
    result = Graph()
    result.parse(data=jsonld.to_rdf(document, {"format": "application/n-quads"}), format="nt")
    return result


def defined(term: str) -> bool:
    own = next((vocabulary for vocabulary in VOCABULARIES if term.startswith(str(vocabulary))), None)
    if own is not None:
        return URIRef(term) in own
    return term in OA or term.startswith("http://purl.org/cld/freq/")


PATHS = [*(listing.path for listing in LISTINGS.values()), "/timeline"]


@pytest.mark.parametrize("path", PATHS)
def test_every_term_is_defined_by_its_vocabulary(client: TestClient, path: str) -> None:
    url = client.get(path, params={"limit": 1}).json()["items"][0]["url"]
    for document in (expanded(client, path), expanded(client, url)):
        triples = graph(document)
        terms = {str(predicate) for predicate in triples.predicates()}
        terms |= {str(class_) for class_ in triples.objects(None, RDF.type)}
        assert [term for term in sorted(terms) if not defined(term)] == []
        assert all(str(node).startswith("http") for node in triples.subjects() if isinstance(node, URIRef))


@pytest.mark.parametrize("path", PATHS)
def test_a_list_holds_every_record(client: TestClient, path: str) -> None:
    items = client.get(path, params={"limit": 100}).json()["items"]
    nodes = {node.get("@id") for node in expanded(client, path)}
    assert {BASE + item["url"] for item in items} <= nodes


def test_an_empty_list_is_a_document(client: TestClient) -> None:
    assert len(client.get("/activities?date_to=1900&format=jsonld").json()["@graph"]) == 1


def test_a_record_says_what_its_json_says(client: TestClient) -> None:
    triples = graph(expanded(client, "/meetings/wales-summit-2014"))
    summit = URIRef(f"{BASE}/meetings/wales-summit-2014")
    record = client.get("/meetings/wales-summit-2014").json()
    assert str(triples.value(summit, SDO.name)) == record["name"]
    assert str(triples.value(summit, SDO.startDate)) == record["date"]["edtf"]
    assert (summit, RDF.type, SDO.Event) in triples
    quotes = {str(quote) for quote in triples.objects(None, URIRef("http://www.w3.org/ns/oa#exact"))}
    assert quotes == {item["quote"] for item in record["evidence"]["items"] if item["quote"]}


def test_no_key_is_lost_in_expansion(client: TestClient) -> None:
    """JSON-LD drops keys without a term in silence."""
    for path in ("/organizations/osce", "/areas", "/relations", "/sources/nato-2014-11-12"):
        for node in client.get(path, params={"format": "jsonld"}).json()["@graph"]:
            for key in node:
                assert key.startswith("@") or key in CONTEXT or key.partition(":")[0] in CONTEXT
