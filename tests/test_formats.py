"""Every path says which formats it has; `format` and `Accept` choose among them, and what a path has not is refused."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.columns import cell, columns
from app.listings import LISTINGS
from app.timeline import TIMELINE
from tests.api import address
from tests.conftest import Get

LISTS = {listing.path: listing for listing in (*LISTINGS.values(), TIMELINE)}
PATHS = list(LISTS)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("application/jsonl", "application/x-ndjson"),
        ("application/x-ndjson, */*", "application/x-ndjson"),
        ("Application/X-NDJSON;Q=1", "application/x-ndjson"),
        ("application/x-ndjson;q=0.5, application/json", "application/json"),
        ("application/x-ndjson;q=0.5, application/json;q=0.499", "application/x-ndjson"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;header=present;q=0.9, application/json;q=0.8", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.9, application/json", "application/json"),
        ("text/html, application/json", "application/json"),
        ("application/json;q=0.9, text/html", "text/html"),
        ("text/html;q=0, */*", "application/json"),
        ("junk, ;;q=1, /, a/b/c, application/json", "application/json"),
        ("text/csv;q=2, application/x-ndjson;q=0.1", "application/x-ndjson"),
        ("text/csv;q=, application/x-ndjson;q=nan, application/json;q=0.001", "application/json"),
    ],
)
def test_accept_chooses(client: TestClient, accept: str | None, media_type: str) -> None:
    if accept is None:
        client.headers.pop("accept", None)
    response = client.get("/meetings", headers={} if accept is None else {"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "junk",
        ";;;q=,//",
        "*/json",
        "*/*;q=0",
        "application/json;q=0",
        "text/csv;q=2",
        "é",
        "," * 999,
    ],
)
@pytest.mark.parametrize("path", ["/meetings", "/organizations/osce"])
def test_accept_that_nothing_fits_is_406(client: TestClient, path: str, accept: str) -> None:
    if not accept.strip(","):
        accept += "image/png"
    response = client.get(path, headers={b"Accept": accept.encode("latin-1")})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (406, "/problems/not-acceptable")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "application/json" in problem["errors"][0]["allowed"]


@pytest.mark.parametrize("path", [*PATHS, "/organizations/osce"])
def test_an_unknown_format_is_400(client: TestClient, path: str) -> None:
    response = client.get(path, params={"format": "jsn"}, headers={"Accept": "image/png"})
    (error,) = response.json()["errors"]
    assert response.status_code == 400
    assert (error["parameter"], error["suggestion"]) == ("format", "json")
    assert "json" in error["allowed"]


def test_the_parameter_wins_over_the_header(client: TestClient) -> None:
    response = client.get("/meetings?format=json", headers={"Accept": "image/png"})
    assert response.headers["Content-Type"] == "application/json"


def operations(document: dict[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    """Each path with a choice of formats, their names and their media types."""
    found = []
    for path, item in document["paths"].items():
        for parameter in item["get"].get("parameters", []):
            if parameter["name"] == "format":
                media_types = list(item["get"]["responses"]["200"]["content"])
                found.append((path, parameter["schema"]["enum"], media_types))
    return found


def test_every_documented_format_is_answered(client: TestClient, get: Get) -> None:
    for path, names, media_types in operations(client.get("/openapi.json").json()):
        asked = address(get, path)
        found = [client.get(f"{asked}{'&' if '?' in asked else '?'}format={name}") for name in names]
        assert [response.status_code for response in found] == [200] * len(names)
        assert sorted(r.headers["Content-Type"].partition(";")[0] for r in found) == sorted(media_types)
        assert len({response.headers["ETag"] for response in found}) == len(names)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("parameter", ["limit=5", "cursor=x", "facet=id"])
def test_a_whole_list_takes_no_page(client: TestClient, path: str, parameter: str) -> None:
    response = client.get(f"{path}?format=ndjson&{parameter}")
    assert response.status_code == 400


def joined_pages(client: TestClient, path: str) -> list[dict[str, Any]]:
    items, next_ = [], f"{path}{'&' if '?' in path else '?'}limit=100"
    while next_:
        page = client.get(next_).json()
        items += page["items"]
        next_ = page["next"]
    assert len(items) == page["total"]
    return items


FILTERED = ["/meetings?sort=-date", "/evidence?basis=inferred", "/organizations?sort=-name&kind=state"]


@pytest.mark.parametrize(
    "path", [*PATHS, *FILTERED, "/people?id=jens-stoltenberg", "/activities?date_to=1900"]
)
def test_pages_joined_equal_ndjson_and_csv(client: TestClient, path: str) -> None:
    items = joined_pages(client, path)
    given = dict(part.split("=") for part in path.partition("?")[2].split("&") if part)
    lines = client.get(path, params={**given, "format": "ndjson"}).text.splitlines()
    assert [json.loads(line) for line in lines] == items
    text = client.get(path, params={**given, "format": "csv"}).text
    header, *rows = csv.reader(StringIO(text, newline=""), strict=True)
    own = columns(LISTS[path.partition("?")[0]])
    assert header == [column.name for column in own]
    assert rows == [[cell(column.take(item)) for column in own] for item in items]


def test_csv_is_rfc_4180(client: TestClient) -> None:
    response = client.get("/statements?format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="statements.csv"'
    assert response.text.count("\r\n") == client.get("/statements").json()["total"] + 1
    assert response.text.replace("\r\n", "").count("\n") == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (-1, "-1"), ("=1+1", "'=1+1"), ("@a", "'@a"), ("-x", "'-x"), ("a=b", "a=b")],
)
def test_no_cell_is_a_formula(value: object, text: str) -> None:
    assert cell(value) == text


def test_csv_columns_say_what_the_record_says(client: TestClient) -> None:
    text = client.get("/meetings?id=quadrilateral-call-1&format=csv").text
    (row,) = csv.DictReader(StringIO(text, newline=""))
    record = client.get("/meetings/quadrilateral-call-1").json()
    assert row["date_edtf"] == record["date"]["edtf"]
    assert row["date_earliest"] == (record["date"]["earliest"] or "")
    assert row["series_id"] == record["series"]["id"]
    assert row["participants_total"] == str(record["participants"]["total"])
    assert "jens-stoltenberg" in row["participants_person_ids"].split(" | ")


def test_a_whole_list_is_revalidated(client: TestClient) -> None:
    first = client.get("/meetings?format=csv")
    again = client.get("/meetings?format=csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/meetings?format=ndjson", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
