"""`/dataset` says what is served and how well it is proved, in numbers that the lists themselves give."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from starlette.testclient import TestClient

from app.listings import LISTINGS
from app.models import Evidence, Record, table
from app.vocabularies import Basis
from seed.version import version_of
from tests.conftest import Get


@pytest.fixture(scope="module")
def dataset(get: Get) -> Any:
    return get("/dataset")


def test_the_version_is_that_of_the_records(dataset: Any, get: Get) -> None:
    assert dataset["version"] == version_of()
    assert dataset["version"] == get("/")["version"]
    assert dataset["version"] in dataset["citation"]
    assert dataset["released"] in dataset["citation"]


def test_the_counts_are_the_totals_of_the_lists(dataset: Any, get: Get) -> None:
    totals = {str(type_): get(listing.path, limit=0)["total"] for type_, listing in LISTINGS.items()}
    assert dataset["counts"] == totals


def test_every_source_is_covered_in_full(dataset: Any, get: Get) -> None:
    sources = dataset["coverage"]["sources"]
    assert {row["source"] for row in sources} == {row["id"] for row in get("/sources")["items"]}
    for row in sources:
        assert row["sentences"] == row["cited"] + row["boilerplate"] + row["repeated"]
        assert row["sentences"] >= row["paragraphs"]
        assert get(row["url"])["id"] == row["source"]


def test_facts_are_counted_once_and_by_basis(dataset: Any) -> None:
    for row in dataset["coverage"]["types"]:
        assert row["records"] == dataset["counts"][row["type"]]
        assert row["facts"] == row["stated"] + row["inferred"] + row["outside"]
        assert row["facts"] >= row["records"]


def test_the_facts_are_those_that_have_evidence(dataset: Any, database: Path) -> None:
    """Every fact counted is a field, value and link for which there is evidence, and none is left out."""
    record, evidence = table(Record).c, table(Evidence).c
    fact = (evidence.record_id, evidence.field, evidence.value, evidence.link_id)
    statement = select(record.type, evidence.basis, *fact).distinct().where(record.id == evidence.record_id)
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = Counter((type_, basis) for type_, basis, *_ in connection.execute(statement))
    engine.dispose()
    counted = {
        (row["type"], str(basis)): row[basis]
        for row in dataset["coverage"]["types"]
        for basis in Basis
        if row[basis]
    }
    assert counted == found


def test_the_licences_are_told_apart(dataset: Any) -> None:
    assert dataset["licence"]["records"]["id"] == "CC-BY-4.0"
    assert dataset["licence"]["code"]["id"] == "MIT"


def test_every_link_leads_somewhere(dataset: Any, client: TestClient) -> None:
    for path in dataset["links"].values():
        assert client.get(path).status_code == 200, path


def test_the_home_page_leads_here(get: Get) -> None:
    about = get("/")["about"]
    assert about == {"dataset": "/dataset", "vocabularies": "/vocabularies"}
    for path in about.values():
        get(path)


@pytest.mark.parametrize("path", ["/dataset", "/vocabularies", "/vocabularies/basis"])
def test_parameters_are_refused_by_name(path: str, client: TestClient) -> None:
    response = client.get(path, params={"frmat": "json"})
    assert response.status_code == 400
    assert response.json()["type"] == "/problems/unknown-parameter"
    assert response.json()["errors"][0]["parameter"] == "frmat"


@pytest.mark.parametrize("path", ["/dataset", "/vocabularies", "/vocabularies/basis"])
def test_a_client_that_has_it_is_not_sent_it_again(path: str, client: TestClient) -> None:
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/dataset", "/vocabularies", "/vocabularies/basis"])
def test_another_format_than_json_is_not_acceptable(path: str, client: TestClient) -> None:
    response = client.get(path, headers={"Accept": "text/csv"})
    assert response.status_code == 406
    assert response.json()["errors"][0]["allowed"][0] == "application/json"
