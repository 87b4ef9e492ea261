"""Every path answers GET, HEAD and OPTIONS, and nothing else; what is no path is a 404, with a slash at its end too."""

import pytest
from starlette.testclient import TestClient

from tests.api import LISTS, PATHS, address
from tests.conftest import Get
from tests.direct import Direct

ALLOW = {"GET", "HEAD", "OPTIONS"}
PAGES = ["/docs", "/redoc", "/openapi.json"]
EVERY = [*PATHS, *PAGES]
VARYING = ("x-request-id", "date")


@pytest.fixture
def url(request: pytest.FixtureRequest, get: Get) -> str:
    path: str = request.param
    return address(get, path) if path in PATHS else path


every_path = pytest.mark.parametrize("url", EVERY, indirect=True)


def test_the_document_has_every_resource() -> None:
    expected = {"/organizations", "/meetings", "/areas", "/people", "/places", "/documents", "/evidence"}
    assert expected < set(LISTS)


@every_path
def test_get(client: TestClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert response.content
    assert response.headers["x-request-id"]


@every_path
def test_head_says_what_get_says(client: TestClient, url: str) -> None:
    got, head = client.get(url), client.head(url)
    assert head.status_code == got.status_code
    assert head.content == b""
    headers = [{k: v for k, v in r.headers.items() if k not in VARYING} for r in (got, head)]
    assert headers[1] == headers[0]
    assert headers[0]["content-type"]


@every_path
def test_options_lists_the_methods(client: TestClient, url: str) -> None:
    response = client.options(url)
    assert response.status_code in (200, 204)
    assert set(response.headers["allow"].split(", ")) == ALLOW


@every_path
def test_other_methods_are_405(direct: Direct, url: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
        answer = direct.request(url, method)
        assert answer.status == 405
        assert set(answer.headers["allow"].split(", ")) == ALLOW
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize("path", [path for path in EVERY if path != "/"])
def test_a_slash_at_the_end_is_another_path(client: TestClient, get: Get, path: str) -> None:
    known = (address(get, path) if path in PATHS else path).partition("?")[0]
    response = client.get(f"{known}/")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "http://testserver//",
        "http://testserver//organizations",
        "/organizations//osce",
        "/organizations/osce/members",
        "/Organizations",
        "/v1/organizations",
        "/static/../pyproject.toml",
        "/static/docs/nothing.js",
        "/organizations/%00",
        "/organizations/%ED%A0%80",
        "/organizations/%FF",
        "/organizations/osce%0A",
        "/organizations/..%2Fmeetings",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_no_path_is_404(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    if method == "GET":
        assert response.json()["type"] == "/problems/not-found"


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_id_is_404_with_near_ids(client: TestClient, get: Get, path: str) -> None:
    known = get(path, limit=1)["items"][0]
    response = client.get(f"{path}/{known['id']}x")
    assert response.status_code == 404
    (error,) = response.json()["errors"]
    assert error["suggestion"] == known["url"]
    assert known["url"] in error["allowed"]
    assert len(error["allowed"]) <= 3


def test_an_id_belongs_to_its_type(client: TestClient) -> None:
    assert client.get("/organizations/solomon-passy").status_code == 404
    assert client.get("/people/osce").status_code == 404
