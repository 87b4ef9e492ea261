"""Every answer can be cached, compressed, traced, and asked for from any web page; none lets a page do harm."""

import gzip
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.problems import TYPES
from app.settings import Settings
from tests.conftest import Get

KINDS = [
    "/",
    "/meetings",
    "/meetings?knd=x",
    "/nothing",
    "/docs",
    "/redoc",
    "/static/swagger-ui.js",
    "/robots.txt",
]
every_kind = pytest.mark.parametrize("path", KINDS)
TAGGED = ["/", "/meetings", "/organizations/osce", "/sitemap.xml", "/problems"]


@every_kind
def test_headers_of_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link", "X-Request-ID"} <= set(headers["access-control-expose-headers"].split(", "))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert '</openapi.json>; rel="service-desc"' in headers["link"]
    assert "Accept-Encoding" in headers["vary"]
    assert len(headers.get_list("vary")) == len(headers.get_list("link")) == 1


@every_kind
def test_a_request_id_comes_back(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"
    assert client.get(path, headers={"X-Request-ID": "no id"}).headers["x-request-id"] != "no id"


def test_a_request_id_is_in_problems_and_logs(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(database=database, log_requests=True)
    with TestClient(create_app(settings)) as client, caplog.at_level("INFO", "app.requests"):
        assert client.get("/nothing", headers={"X-Request-ID": "mine-2"}).json()["instance"] == "mine-2"
    assert '"request": "mine-2"' in caplog.text


@every_kind
def test_preflight(client: TestClient, path: str) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    answer = client.options(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == "*"


@pytest.mark.parametrize("path", TAGGED)
def test_a_copy_that_still_holds_is_304(client: TestClient, path: str) -> None:
    got = client.get(path)
    tag, date = got.headers["etag"], got.headers["last-modified"]
    assert tag.startswith('W/"')
    for match in (tag, tag.removeprefix("W/"), f'"other", {tag}', f'"a,b",{tag}'):
        answer = client.get(path, headers={"If-None-Match": match})
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("etag", "cache-control", "vary", "last-modified"):
            assert answer.headers[name] == got.headers[name]
    assert client.head(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": date}).status_code == 304
    both = {"If-None-Match": '"other"', "If-Modified-Since": date}
    assert client.get(path, headers=both).status_code == 200


@pytest.mark.parametrize("match", ["", '"', "W/", '"other"', "other", "\xff", '"a', ",,,", "W/*"])
def test_a_tag_that_is_none_is_no_match(client: TestClient, match: str) -> None:
    assert client.get("/meetings", headers=[(b"If-None-Match", match.encode("latin-1"))]).status_code == 200


@pytest.mark.parametrize("since", ["", "x", "Sun, 06 Nov 1994 08:49:37 GMT", "0"])
def test_another_date_is_no_match(client: TestClient, since: str) -> None:
    assert client.get("/meetings", headers={"If-Modified-Since": since}).status_code == 200


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
@pytest.mark.parametrize(
    "path",
    ["/meetings", "/meetings?format=csv", "/meetings?format=ndjson", "/problems/x", "/sitemap.xml"],
)
def test_compression(client: TestClient, path: str, coding: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity", "X-Request-ID": "a"})
    packed = client.get(path, headers={"Accept-Encoding": coding, "X-Request-ID": "a"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == coding
    assert packed.headers.get("etag") == plain.headers.get("etag")
    if coding == "gzip":
        with client.stream("GET", path, headers={"Accept-Encoding": coding, "X-Request-ID": "a"}) as raw:
            assert gzip.decompress(b"".join(raw.iter_raw())) == plain.content


def test_an_address_of_8_kib_is_answered_and_a_longer_one_is_414(client: TestClient) -> None:
    start = "/meetings?knd="
    longest = start + "x" * (8192 - len(start))
    assert client.get(longest).status_code == 400
    answer = client.get(longest + "x")
    assert (answer.status_code, answer.json()["type"]) == (414, "/problems/uri-too-long")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80"])
@pytest.mark.parametrize(
    "path", ["/", "/meetings?limit=1", "/sitemap.xml", "/.well-known/api-catalog", "/llms.txt"]
)
def test_no_address_is_built_from_the_host(client: TestClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host, "X-Forwarded-Host": host})
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("slug", TYPES)
def test_every_type_of_problem_is_a_page(get: Get, slug: str) -> None:
    page = get(f"/problems/{slug}")
    assert page["type"] == f"/problems/{slug}"
    assert page["status"] == TYPES[slug].status


def test_the_catalog_leads_to_what_is_there(client: TestClient) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.headers["content-type"].startswith("application/linkset+json")
    (links,) = answer.json()["linkset"]
    for relation in ("service-desc", "service-doc", "service-meta", "status"):
        for target in links[relation]:
            assert client.get(target["href"]).status_code == 200


def test_the_sitemap_has_every_record(client: TestClient, get: Get) -> None:
    text = client.get("/sitemap.xml").text
    for path in ("/organizations", "/meetings", "/people"):
        for row in get(path, limit=100)["items"]:
            assert f"<loc>{row['url']}</loc>" in text


def test_files_are_kept_by_caches(client: TestClient) -> None:
    answer = client.get("/static/docs/swagger-ui.css")
    assert "max-age" in answer.headers["cache-control"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/static/docs/swagger-ui.css", headers=known).status_code == 304
    assert client.post("/static/docs/swagger-ui.css").status_code == 405


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_pages_name_no_other_host(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert "//" not in page.text
    assert "<style" not in page.text
    assert b"cdn.redoc" not in client.get("/static/redoc.js").content
