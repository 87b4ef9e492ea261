"""No silent wrong answer: what a path does not know is refused, by name, in one shape, and never fails the server."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.problems import TYPES
from tests.api import LISTS, PAGED, PATHS, address, parameters
from tests.conftest import Get, World, serve
from tests.world import meeting

KEYS = {"type", "title", "status", "detail", "instance", "errors"}
ERROR_KEYS = {"parameter", "detail", "allowed", "suggestion"}


def refused(response: Any, status: int, type_: str, parameter: str | None = None) -> dict[str, Any]:
    """The problem that a response must be; about the parameter, its one error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = response.json()
    assert set(problem) == KEYS
    assert problem["type"] == f"/problems/{type_}"
    assert problem["status"] == status == TYPES[type_].status
    assert problem["title"] == TYPES[type_].title
    assert problem["instance"] == response.headers["x-request-id"]
    assert problem["detail"]
    for error in problem["errors"]:
        assert set(error) == ERROR_KEYS
        assert error["detail"]
    if parameter is None:
        return problem
    errors: list[dict[str, Any]] = problem["errors"]
    assert [error["parameter"] for error in errors] == [parameter]
    return errors[0]


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_parameter_on_every_path(client: TestClient, get: Get, path: str) -> None:
    url = address(get, path).partition("?")[0]
    known = list(parameters(path))
    typo = f"{known[-1]}x" if known else "knd"
    error = refused(client.get(f"{url}?{typo}=1"), 400, "unknown-parameter", typo)
    assert set(error["allowed"]) - {"format"} == set(known) - {"format"}
    if known:
        assert error["suggestion"] == known[-1]


def test_every_unknown_parameter_is_named(client: TestClient) -> None:
    problem = refused(client.get("/meetings?knd=visit&limti=1&zzzzzz"), 400, "unknown-parameter")
    found = {error["parameter"]: error["suggestion"] for error in problem["errors"]}
    assert found == {"knd": "kind", "limti": "limit", "zzzzzz": None}


VOCABULARIES = [
    (path, name, schema["items"]["enum"])
    for path in LISTS
    for name, parameter in parameters(path).items()
    if name not in ("sort", "facet") and "enum" in (schema := parameter["schema"]).get("items", {})
]


@pytest.mark.parametrize(("path", "name", "values"), VOCABULARIES)
def test_an_unknown_value_of_every_vocabulary(
    client: TestClient, path: str, name: str, values: list[str]
) -> None:
    error = refused(client.get(path, params={name: f"{values[0]}x"}), 400, "invalid-value", name)
    assert error["allowed"] == values
    assert error["suggestion"] in values


SINGLE = [
    (path, name)
    for path in PATHS
    for name, parameter in parameters(path).items()
    if parameter["schema"].get("type") != "array" or name == "sort"
]


@pytest.mark.parametrize(("path", "name"), SINGLE)
def test_a_single_value_given_twice(client: TestClient, path: str, name: str) -> None:
    error = refused(client.get(f"{path}?{name}=1&{name}=1"), 400, "repeated-parameter", name)
    assert "2" in error["detail"]


ID_FILTERS = [
    (path, name)
    for path in LISTS
    for name, parameter in parameters(path).items()
    if "pattern" in parameter["schema"].get("items", {}) and name != "country_code"
]


@pytest.mark.parametrize(("path", "name"), ID_FILTERS)
def test_an_id_that_nothing_has(client: TestClient, path: str, name: str) -> None:
    error = refused(client.get(path, params={name: "no-such-thing-at-all"}), 400, "invalid-value", name)
    assert "no-such-thing-at-all" in error["detail"]
    assert len(error["allowed"]) <= 3


BAD_LIMITS = ["-1", "abc", "+1", "%2B1", "1.0", "1_0", "%201", "1%20", "9" * 30, "101", "", "1e1", "0x1", "١"]


@pytest.mark.parametrize("path", PAGED)
def test_a_limit_that_is_none(client: TestClient, get: Get, path: str) -> None:
    url = address(get, path)
    joint = "&" if "?" in url else "?"
    for limit in BAD_LIMITS:
        refused(client.get(f"{url}{joint}limit={limit}"), 400, "invalid-value", "limit")


BAD_QUERIES = [
    # query of /meetings, problem type, parameter, suggestion
    ("kind=vist", "invalid-value", "kind", "visit"),
    ("kind=visit&kind=talks", "invalid-value", "kind", "talk"),
    ("kind=", "invalid-value", "kind", None),
    ("kind", "invalid-value", "kind", None),
    ("kind=visit,talk", "invalid-value", "kind", None),
    ("Kind=visit", "unknown-parameter", "Kind", "kind"),
    ("organization=nto", "invalid-value", "organization", "nato"),
    ("organization=solomon-passy", "invalid-value", "organization", None),
    ("person=osce", "invalid-value", "person", None),
    ("id=osce", "invalid-value", "id", None),
    ("organization=OSCE", "invalid-value", "organization", "osce"),
    ("organization=OSCE!", "invalid-value", "organization", "osce"),
    ("person=Solomon%20Passy", "invalid-value", "person", "solomon-passy"),
    ("organization=", "invalid-value", "organization", None),
    ("organization=%27%20OR%201=1--", "invalid-value", "organization", None),
    ("organization=" + "a" * 101, "invalid-value", "organization", None),
    ("sort=dat", "invalid-value", "sort", "date"),
    ("sort=", "invalid-value", "sort", None),
    ("sort=-", "invalid-value", "sort", None),
    ("sort=--date", "invalid-value", "sort", "-date"),
    ("sort=date,date", "invalid-value", "sort", None),
    ("sort=date,-date", "invalid-value", "sort", None),
    ("sort=date,", "invalid-value", "sort", None),
    ("sort=date%3B%20DROP%20TABLE%20record", "invalid-value", "sort", None),
    ("facet=knd", "invalid-value", "facet", "kind"),
    ("facet=id", "invalid-value", "facet", None),
    ("date_from=2004-13", "invalid-value", "date_from", None),
    ("date_from=2003-02-29", "invalid-value", "date_from", None),
    ("date_from=0000", "invalid-value", "date_from", None),
    ("date_from=04-01-21", "invalid-value", "date_from", None),
    ("date_from=2004-1-2", "invalid-value", "date_from", None),
    ("date_from=2004-01-21T00:00", "invalid-value", "date_from", None),
    ("date_from=%D9%A2%D9%A0%D9%A0%D9%A4", "invalid-value", "date_from", None),
    ("date_to=2004%0A", "invalid-value", "date_to", None),
    ("date_from=2010&date_to=2004", "invalid-value", "date_to", None),
    ("date_match=inside&date_from=2004", "invalid-value", "date_match", None),
    ("cursor=", "invalid-cursor", "cursor", None),
    ("cursor=abc", "invalid-cursor", "cursor", None),
    ("cursor=%C3%A4", "invalid-cursor", "cursor", None),
    ("cursor=!!!!", "invalid-cursor", "cursor", None),
    ("cursor=" + "A" * 2001, "invalid-value", "cursor", None),
    ("kind=%00", "invalid-query", "kind", None),
    ("kind=visit%00", "invalid-query", "kind", None),
    ("organization=os%00ce", "invalid-query", "organization", None),
    ("%00=1", "invalid-query", "\ufffd", None),
]


@pytest.mark.parametrize(("query", "type_", "parameter", "suggestion"), BAD_QUERIES)
def test_a_bad_query(
    client: TestClient, query: str, type_: str, parameter: str, suggestion: str | None
) -> None:
    error = refused(client.get(f"/meetings?{query}"), 400, type_, parameter)
    if suggestion is not None:
        assert error["suggestion"] == suggestion


@pytest.mark.parametrize(
    "value", ["%ED%A0%80", "%FF", "%C3", "%C0%80", "%F8%88%80%80%80"], ids=lambda value: value.strip("%")
)
@pytest.mark.parametrize("name", ["kind", "organization", "cursor", "limit", "sort", "unheard"])
def test_what_is_no_utf_8(client: TestClient, name: str, value: str) -> None:
    """A lone surrogate, a stray byte, half a character, an overlong NUL, five bytes."""
    refused(client.get(f"/meetings?{name}={value}"), 400, "invalid-query")
    refused(client.get(f"/meetings?{value}=1"), 400, "invalid-query")


@pytest.mark.parametrize("id_", ["%00", "%FF", "osce%0A"])
def test_a_path_that_cannot_be_promises_no_suggestion(client: TestClient, id_: str) -> None:
    problem = client.get(f"/organizations/{id_}").json()
    assert problem["errors"] == []
    assert "control character" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("/organizations?country_code=de", "two capital letters, such as DE"),
        ("/organizations?on=2004-1", "a year, a month or a day, such as 2014,"),
        ("/meetings?date_from=12.11.2014", "a year, a month or a day, such as 2014,"),
        ("/meetings?limit=-1", "a whole number"),
    ],
)
def test_a_form_is_told_in_words(client: TestClient, query: str, words: str) -> None:
    detail = client.get(query).json()["errors"][0]["detail"]
    assert words in detail
    assert "^" not in detail


def test_near_ids_are_of_the_right_type(client: TestClient) -> None:
    error = refused(client.get("/meetings?organization=nat0"), 400, "invalid-value", "organization")
    assert "nato" in error["allowed"]
    error = refused(client.get("/meetings?person=solomon-pasy"), 400, "invalid-value", "person")
    assert error["allowed"][0] == error["suggestion"] == "solomon-passy"


def test_an_id_of_another_type_is_told_from_an_unknown_one(client: TestClient) -> None:
    error = refused(client.get("/meetings?organization=solomon-passy"), 400, "invalid-value", "organization")
    assert "person" in error["detail"]
    assert "organization" in error["detail"]


def test_more_values_than_a_filter_takes(client: TestClient) -> None:
    query = "&".join(["id=osce"] * 101)
    refused(client.get(f"/organizations?{query}"), 400, "invalid-value", "id")


def test_every_bad_value_is_named_at_once(client: TestClient) -> None:
    problem = refused(client.get("/meetings?kind=vist&limit=x&date_from=2004-13"), 400, "invalid-value")
    assert {error["parameter"] for error in problem["errors"]} == {"kind", "limit", "date_from"}


def cursor_of(get: Get, path: str) -> str:
    following: str = get(path)["next"]
    return following.partition("cursor=")[2].partition("&")[0]


MADE_FOR = "/meetings?sort=name&limit=2"


@pytest.mark.parametrize(
    "query",
    [
        "/meetings?limit=2",
        "/meetings?sort=-name&limit=2",
        "/meetings?sort=name,date&limit=2",
        "/meetings?sort=name&kind=visit",
        "/meetings?sort=name&date_from=2004",
        "/places?sort=name&limit=2",
    ],
)
def test_a_cursor_of_another_query(client: TestClient, get: Get, query: str) -> None:
    response = client.get(f"{query}&cursor={cursor_of(get, MADE_FOR)}")
    refused(response, 400, "invalid-cursor", "cursor")


def test_a_forged_cursor(client: TestClient, get: Get) -> None:
    cursor = cursor_of(get, MADE_FOR)
    raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    forged = [raw[:-1], raw[1:], raw[:9], raw[:8], b"", raw + b" ", bytes([raw[0] ^ 1]) + raw[1:]]
    forged.append(raw[:9] + json.dumps([*json.loads(raw[9:])[:2], "zz", "zz"]).encode())
    texts = [urlsafe_b64encode(item).rstrip(b"=").decode() for item in forged]
    texts += [
        cursor + "=",
        cursor + "A",
        cursor[:-1],
        cursor.swapcase(),
        "." + cursor,
        cursor[:5] + "~" + cursor[5:],
    ]
    for text in texts:
        refused(client.get(f"{MADE_FOR}&cursor={text}"), 400, "invalid-cursor", "cursor")


def test_a_cursor_of_another_dataset_version(world: World) -> None:
    old = world("old", meetings=[meeting("a"), meeting("b")])
    new = world("new", meetings=[meeting("a"), meeting("b"), meeting("c")])
    with serve(old) as client:
        following = client.get("/meetings?limit=1").json()["next"]
        assert client.get(following).status_code == 200
    with serve(new) as client:
        problem = refused(client.get(following), 410, "stale-cursor")
        assert "first page" in problem["detail"]


@pytest.mark.parametrize("path", ["/", "/meetings", "/organizations/osce", "/health/live", "/nothing"])
@pytest.mark.parametrize("body", [b"x", b"x" * 100_000, (b"x", b"y")], ids=["short", "long", "chunked"])
def test_a_body_is_refused(client: TestClient, path: str, body: Any) -> None:
    refused(client.request("GET", path, content=body), 413, "body-too-large")
    assert client.request("GET", path, headers={"Content-Length": "0"}).status_code in (200, 404)
    refused(
        client.request("POST", path, content=b"{}"),
        404 if path == "/nothing" else 405,
        "not-found" if path == "/nothing" else "method-not-allowed",
    )


@pytest.mark.parametrize("path", ["/", "/meetings", "/organizations/osce", "/nothing", "/docs"])
def test_an_address_over_8_kib(client: TestClient, path: str) -> None:
    refused(client.get(f"{path}?x={'a' * 8192}"), 414, "uri-too-long")
    refused(client.get(f"{path.rstrip('/')}/{'a' * 8192}"), 414, "uri-too-long")
    assert client.get(f"{path}?x={'a' * 8000}").status_code != 414


def test_a_failure_tells_nothing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the server")

    with serve(database) as client:
        monkeypatch.setattr("app.routes.meetings.list_response", fail)
        response = client.get("/meetings")
    refused(response, 500, "internal-error")
    assert "secret" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("given", ["plain-token_1.2", "a" * 64])
def test_a_request_id_comes_back(client: TestClient, given: str) -> None:
    response = client.get("/nothing", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] == response.json()["instance"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "<script>", 'x"y'])
def test_a_strange_request_id_is_replaced(client: TestClient, given: str) -> None:
    response = client.get("/nothing", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] == response.json()["instance"] != given
