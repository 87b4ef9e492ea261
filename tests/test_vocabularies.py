"""Vocabularies are closed and documented value by value, each value with the published term it corresponds to."""

from enum import StrEnum
from typing import Any

import pytest
from jsonschema import validate
from starlette.testclient import TestClient

from app import vocabularies as v
from app.listings import LISTINGS
from tests.conftest import Get

PUBLISHED = {
    "dcterms": {"hasVersion", "isPartOf", "isReplacedBy"},
    "foaf": {"Agent", "Group", "Person"},
    "freq": {"annual"},
    "oa": {"Annotation"},
    "org": {
        "FormalOrganization",
        "Organization",
        "OrganizationalCollaboration",
        "OrganizationalUnit",
        "Role",
        "headOf",
        "holds",
        "linkedTo",
        "memberOf",
        "subOrganizationOf",
    },
    "prov": {"Activity", "wasAssociatedWith", "wasGeneratedBy"},
    "rdf": {"Statement"},
    "schema": {
        "City",
        "Claim",
        "Country",
        "CreativeWork",
        "Event",
        "EventScheduled",
        "EventSeries",
        "Legislation",
        "Message",
        "Periodical",
        "Place",
        "Project",
        "WebPage",
        "about",
        "alternateName",
        "attendee",
        "author",
        "keywords",
        "organizer",
        "performer",
    },
    "skos": {
        "Concept",
        "ConceptScheme",
        "altLabel",
        "broadMatch",
        "closeMatch",
        "exactMatch",
        "hiddenLabel",
        "relatedMatch",
    },
}
"""The terms in use. Look a new one up in the vocabulary that publishes it before adding it here."""


@pytest.fixture(scope="module")
def vocabularies(get: Get) -> Any:
    return get("/vocabularies")


def test_every_vocabulary_is_there_value_by_value(vocabularies: Any) -> None:
    assert vocabularies["total"] == len(vocabularies["items"]) == len(v.VOCABULARIES)
    for item, vocabulary in zip(vocabularies["items"], v.VOCABULARIES, strict=True):
        assert [value["value"] for value in item["values"]] == [str(value) for value in vocabulary]
        assert item["meaning"] == vocabulary.__doc__


def test_no_closed_vocabulary_is_kept_to_ourselves() -> None:
    classes = {value for value in vars(v).values() if isinstance(value, type) and issubclass(value, StrEnum)}
    assert classes - {StrEnum, v.Vocabulary} == set(v.VOCABULARIES)


def test_every_value_says_what_it_means(vocabularies: Any) -> None:
    for item in vocabularies["items"]:
        meanings = [value["meaning"] for value in item["values"]]
        assert all(meaning.endswith(".") for meaning in meanings), item["id"]
        assert len(set(meanings)) == len(meanings), item["id"]


def test_every_term_is_a_published_one(vocabularies: Any) -> None:
    prefixes = vocabularies["prefixes"]
    assert set(prefixes) == set(PUBLISHED)
    used: dict[str, set[str]] = {prefix: set() for prefix in prefixes}
    for item in vocabularies["items"]:
        for value in item["values"]:
            assert (value["term"] is None) == (value["iri"] is None)
            if value["term"] is not None:
                prefix, _, name = value["term"].partition(":")
                used[prefix].add(name)
                assert value["iri"] == prefixes[prefix] + name
    assert used == PUBLISHED


def test_predicates_have_a_label_in_either_direction(vocabularies: Any) -> None:
    for item in vocabularies["items"]:
        for value in item["values"]:
            assert bool(value["inverse"]) == (item["id"] == "predicate"), value
            assert value["label"] == value["value"].replace("_", " ")


def test_every_vocabulary_says_where_it_is_used(vocabularies: Any, get: Get) -> None:
    """A field that a vocabulary names is there, and holds nothing that the vocabulary has not."""
    rows = {listing.path[1:]: get(listing.path, limit=100)["items"] for listing in LISTINGS.values()}
    for item in vocabularies["items"]:
        assert item["used_in"], item["id"]
        allowed = {value["value"] for value in item["values"]} | {None}
        for use in item["used_in"]:
            resource, _, field = use.partition(".")
            for row in rows.get(resource, []):
                held = row[field].values() if isinstance(row[field], dict) else [row[field]]
                assert allowed.issuperset(held), (use, row["id"])


def test_every_field_with_a_vocabulary_is_named(vocabularies: Any, client: TestClient) -> None:
    """A property of a list row that OpenAPI limits to the values of a vocabulary stands in its `used_in`."""
    document = client.get("/openapi.json").json()
    named = {use for item in vocabularies["items"] for use in item["used_in"]}
    for path in (listing.path for listing in LISTINGS.values()):
        page = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        row = resolved(resolved(page, document)["properties"]["items"]["items"], document)
        for name, schema in row["properties"].items():
            options = [resolved(option, document) for option in schema.get("anyOf", [schema])]
            if any("enum" in option for option in options):
                assert f"{path[1:]}.{name}" in named


def resolved(schema: Any, document: Any) -> Any:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def test_one_can_be_asked_for_alone(vocabularies: Any, get: Get) -> None:
    for item in vocabularies["items"]:
        assert get(item["url"]) == item


def test_one_that_there_is_not_is_a_problem_with_the_nearest(client: TestClient) -> None:
    response = client.get("/vocabularies/area-kinds")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["suggestion"] == "/vocabularies/area-kind"


@pytest.mark.parametrize("path", ["/dataset", "/vocabularies", "/vocabularies/predicate"])
def test_answers_have_the_shape_that_openapi_shows(path: str, client: TestClient, get: Get) -> None:
    document = client.get("/openapi.json").json()
    template = "/vocabularies/{id}" if path.count("/") > 1 else path
    content = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]
    validate(get(path), {**content["schema"], "components": document["components"]})
