"""Ids also answer in other letter case and by unambiguous alias; what is merged redirects, what is withdrawn says why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.database import Release
from app.spelling import slug
from seed.build import build
from tests.api import rows
from tests.conftest import Get, World, release_class, serve
from tests.world import meeting, organization, write_records

HERE = [
    ("/organizations/OSCE", "/organizations/osce"),
    ("/organizations/KFOR", "/organizations/kfor"),
    ("/organizations/kosovo-force", "/organizations/kfor"),
    ("/organizations/Kosovo%20Force", "/organizations/kfor"),
    ("/organizations/T%C3%BCrkiye", "/organizations/turkiye"),
    ("/people/Stoltenberg", "/people/jens-stoltenberg"),
]


@pytest.mark.parametrize(("asked", "meant"), HERE)
@pytest.mark.parametrize("query", ["", "?format=json", "?format=json&nothing=%20"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_other_forms_redirect(client: TestClient, asked: str, meant: str, query: str, method: str) -> None:
    response = client.request(method, asked + query)
    if "nothing" in query:
        assert response.status_code == 400
        return
    assert response.status_code == 308
    assert response.headers["location"] == meant + query
    assert response.content == b""
    assert client.get(response.headers["location"]).status_code == 200


def test_every_name_of_a_record_leads_to_a_record_of_its_type(client: TestClient, get: Get) -> None:
    for row in rows(get, "/organizations?limit=100"):
        for name in [row["name"], *(alias["name"] for alias in row["aliases"])]:
            response = client.get(f"/organizations/{slug(name)}")
            assert response.status_code in (200, 308, 404)
            if response.status_code == 308:
                assert response.headers["location"] == row["url"]


def test_an_id_of_another_type_is_404_with_the_right_path(client: TestClient) -> None:
    response = client.get("/people/OSCE")
    assert response.status_code == 404
    assert response.json()["errors"][0]["suggestion"] == "/organizations/osce"


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("/organizations/osec", "/organizations/osce"),
        ("/organizations/ntao", "/organizations/nato"),
        ("/people/stoltenburg", "/people/jens-stoltenberg"),
        ("/meetings/zannier-visit-nato-2014", "/meetings/zannier-visits-nato-2014"),
        ("/meetings/zannier-visits-nato", "/meetings/zannier-visits-nato-2014"),
    ],
)
def test_near_ids(client: TestClient, asked: str, near: str) -> None:
    response = client.get(asked)
    assert response.status_code == 404
    (error,) = response.json()["errors"]
    assert error["suggestion"] == near
    assert len(error["allowed"]) <= 3
    assert all(client.get(url).status_code == 200 for url in error["allowed"])


def test_a_misspelt_hash(client: TestClient, get: Get) -> None:
    url = get("/evidence", limit=1)["items"][0]["url"]
    (error,) = client.get(url[:-1] + "0").json()["errors"]
    assert error["suggestion"] == url


def test_nothing_is_near(client: TestClient) -> None:
    (error,) = client.get("/people/qqqqqqqqqq").json()["errors"]
    assert (error["allowed"], error["suggestion"]) == ([], None)


@pytest.mark.parametrize(("id_", "near"), [("osec", "osce"), ("zannier", None), ("jens-stoltenburg", None)])
def test_near_ids_of_filters_have_the_right_type(client: TestClient, id_: str, near: str | None) -> None:
    response = client.get(f"/meetings?organization={id_}")
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["suggestion"] == near


def test_an_ambiguous_name_leads_nowhere(world: World) -> None:
    path = world(organizations=[organization("one", name="Twin"), organization("two", name="Twin")])
    with serve(path) as client:
        response = client.get("/organizations/twin")
    assert response.status_code == 404
    assert response.json()["errors"][0]["allowed"] == ["/organizations/one", "/organizations/two"]


def test_a_name_that_is_an_id_of_another_type_is_found_in_its_own(world: World) -> None:
    path = world(organizations=[organization("state", name="Land")], meetings=[meeting("land")])
    with serve(path) as client:
        assert client.get("/organizations/land").headers["location"] == "/organizations/state"
        assert client.get("/meetings/land").status_code == 200


GONE = """
withdrawn:
  - {id: lost, type: organization, reason: It was never an organization.}
merged:
  - {id: former, into: present}
"""


def gone(folder: Path, text: str, **records: Any) -> Path:
    write_records(folder, organizations=[organization("present", name="Present", **records)])
    with (folder / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(text)
    return folder


@pytest.fixture
def past(tmp_path: Path) -> Iterator[TestClient]:
    path = tmp_path / "gone.sqlite"
    assert build(path, gone(tmp_path / "gone", GONE)) == []
    with serve(path) as client:
        yield client


@pytest.mark.parametrize("id_", ["lost", "LOST"])
def test_a_withdrawn_id_is_410(past: TestClient, id_: str) -> None:
    response = past.get(f"/organizations/{id_}")
    assert response.status_code == 410
    assert response.json()["type"] == "/problems/withdrawn"
    assert "It was never an organization." in response.json()["detail"]
    assert past.get(f"/people/{id_}").status_code == 404


def test_a_merged_id_redirects(past: TestClient) -> None:
    response = past.get("/organizations/former?format=json")
    assert response.status_code == 308
    assert response.headers["location"] == "/organizations/present?format=json"
    elsewhere = past.get("/people/former")
    assert elsewhere.status_code == 404
    assert elsewhere.json()["errors"][0]["suggestion"] == "/organizations/present"


def test_a_filter_says_what_became_of_an_id(past: TestClient) -> None:
    merged, withdrawn = (past.get(f"/meetings?organization={id_}") for id_ in ("former", "lost"))
    assert (merged.status_code, withdrawn.status_code) == (400, 400)
    assert merged.json()["errors"][0]["suggestion"] == "present"
    assert "was withdrawn" in withdrawn.json()["detail"]


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("withdrawn: [{id: present, type: organization, reason: Made up.}]", "id", "a record still has it"),
        ("merged: [{id: present, into: text}]", "id", "a record still has it"),
        ("merged: [{id: former, into: presnt}]", "into", "the nearest is 'present'"),
        ("merged: [{id: a, into: text}, {id: a, into: present}]", "id", "merged twice"),
        ("withdrawn: [{id: a, type: thing, reason: Made up.}]", "withdrawn.0.type", "Input should be"),
    ],
)
def test_what_is_gone_is_checked(tmp_path: Path, text: str, field: str, reason: str) -> None:
    faults = build(tmp_path / "gone.sqlite", gone(tmp_path / "gone", text))
    assert [fault.field for fault in faults] == [field]
    assert reason in faults[0].reason
    assert faults[0].line > 1


def test_near_ids_cost_the_same_however_many_records_there_are(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[int] = []
    served = release_class(client)
    fetch = served.fetch

    def counted(self: Release, statement: Any, values: Any) -> Any:
        rows = fetch(self, statement, values)
        fetched.append(len(rows))
        return rows

    monkeypatch.setattr(served, "fetch", counted)
    for path in ("/organizations/osce-mission-to-nowhere", "/evidence/e-aaaaaaaaaaaaaaaa"):
        assert client.get(path).status_code == 404
    assert len(fetched) <= 7
    assert max(fetched) <= 200
