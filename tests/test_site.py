"""A browser gets every answer as a page: the same data, readable without script, light, and with nothing from elsewhere."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from starlette.testclient import TestClient

import app
from app.listings import LISTINGS
from app.site.words import date
from tests.api import PATHS, address, parameters
from tests.conftest import Get

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = [
    path
    for path in PATHS
    if "html" in parameters(path).get("format", {"schema": {}})["schema"].get("enum", [])
]
STATIC = Path(app.__file__).parent / "static"
ASSETS = sum((STATIC / name).stat().st_size for name in ("site.css", "site.js", "site.svg"))
LIMIT = 100_000
MORE = [
    "/search?q=stoltenburg",
    "/search",
    "/meetings?kind=visit&organization=osce&sort=-date&limit=1",
    "/meetings?date_to=1900",
    "/organizations?limit=100",
    "/evidence?limit=100&basis=outside",
    "/network?center=osce",
    "/timeline?type=organization",
    "/organizations/osce",
    "/organizations/nato",
    "/organizations/oscee",
    "/nowhere",
    "/meetings?knd=visit",
]


class Read(HTMLParser):
    """What a test looks for in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script" and data.strip():
            self.scripts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> list[str]:
        return [a["href"] for a in self.all("a") if "href" in a]


def page(client: TestClient, path: str, status: int = 200) -> str:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status, path
    assert response.headers["Content-Type"] == "text/html; charset=utf-8", path
    assert "Accept" in response.headers["Vary"]
    return response.text


def sound(path: str, text: str) -> Read:
    """What holds of every page."""
    read = Read(text)
    assert len(text.encode()) + ASSETS < LIMIT, f"{path} weighs {len(text.encode())}"
    assert [html["lang"] for html in read.all("html")] == ["en"]
    assert len(read.all("h1")) == 1, path
    assert len(read.all("title")) >= 1
    assert not [tag for tag, attributes in read.tags if "style" in attributes or tag == "style"], path
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")], path
    for script in read.all("script"):
        assert script.get("src", "").startswith("/static/") or script["type"] == "application/ld+json"
    for tag, name in (("link", "href"), ("script", "src"), ("img", "src"), ("form", "action")):
        for attributes in read.all(tag):
            assert attributes.get(name, "/").startswith("/"), (path, tag, attributes)
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), path
    return read


@pytest.mark.parametrize("path", PAGES)
def test_every_path_with_pages_draws_one(client: TestClient, get: Get, path: str) -> None:
    asked = address(get, path)
    read = sound(asked, page(client, asked))
    assert read.all("link")[-1]["rel"] == "alternate"
    (structured,) = read.scripts
    assert json.loads(structured)["@context"] == "https://schema.org"


@pytest.mark.parametrize("path", [*PAGES, *MORE])
def test_pages_are_valid_html(client: TestClient, get: Get, path: str) -> None:
    asked = address(get, path) if path in PAGES else path
    response = client.get(asked, headers=BROWSER)
    html5lib.HTMLParser(strict=True).parse(response.text)
    sound(asked, response.text)


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: listing.path[1:])
def test_every_record_of_a_first_page_is_drawn(client: TestClient, get: Get, listing: object) -> None:
    path = listing.path  # type: ignore[attr-defined]
    for record in get(f"{path}?limit=40")["items"]:
        text = page(client, record["url"])
        sound(record["url"], text)
        assert "not defined" not in text
        assert f'href="{record["url"]}?format=json"' in text


def test_how_to_compare_says_nothing_without_a_range(client: TestClient) -> None:
    """A form sends it with whatever else was filled in."""
    assert client.get("/meetings?format=html&date_match=within&kind=visit").status_code == 200
    assert client.get("/meetings?date_match=within&kind=visit").status_code == 400


def test_links_inside_lead_somewhere(client: TestClient, get: Get) -> None:
    paths = [address(get, path) for path in PAGES]
    links = {
        link.partition("#")[0]
        for path in [*paths, *MORE[:10]]
        for link in Read(client.get(path, headers=BROWSER).text).links()
    }
    inside = sorted(link for link in links if link.startswith("/"))
    assert len(inside) > 300
    for link in inside[:: max(1, len(inside) // 250)]:
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_evidence_leads_to_the_passage_on_the_original_page(client: TestClient) -> None:
    read = Read(page(client, "/meetings/passy-visits-nato-2004"))
    passages = [a["href"] for a in read.all("a") if a.get("rel") == "external"]
    assert len(passages) > 20
    assert all("#:~:text=" in link for link in passages)


def test_what_is_stated_inferred_and_unknown_is_told_in_words(client: TestClient) -> None:
    text = page(client, "/meetings/passy-visits-nato-2004")
    facts = text[text.index('class="facts"') :]
    assert re.search(r'>visit</span>\s*<span class="basis stated"[^>]*>stated<', facts)
    assert re.search(r'21 January 2004</time>\s*<span class="basis inferred"[^>]*>inferred<', facts)
    assert "not applicable" in facts
    assert "A visit is the whole of which its talks are parts." in facts


def test_a_form_may_leave_fields_blank(client: TestClient) -> None:
    blank = page(client, "/meetings?q=&kind=visit&status=&sort=&organization=")
    assert 'value="visit" selected' in blank
    assert blank == page(client, "/meetings?kind=visit")
    assert client.get("/meetings?q=&kind=visit").status_code == 400


def test_a_form_has_the_filters_of_the_list(client: TestClient) -> None:
    names = {
        field.get("name") for tag in ("input", "select") for field in Read(page(client, "/meetings")).all(tag)
    }
    assert names >= set(parameters("/meetings")) - {"format", "id", "limit", "cursor", "facet"}


def test_facets_count_and_choose(client: TestClient, get: Get) -> None:
    counts = get("/meetings?limit=0&facet=kind")["facets"]["kind"]
    text = page(client, "/meetings?status=held")
    assert "/meetings?status=held&amp;kind=visit" in text
    assert 'council meeting</a> <span class="count">' in page(client, "/meetings")
    assert str(counts["council_meeting"]) in text
    assert 'href="/meetings?status=held"' in page(client, "/meetings?status=held&kind=visit")


def test_this_view_in_other_formats(client: TestClient) -> None:
    read = Read(page(client, "/meetings?kind=visit&limit=1"))
    for link in (
        "/meetings?kind=visit&limit=1&format=json",
        "/meetings?kind=visit&format=csv",
        "/meetings?kind=visit&format=ics",
    ):
        assert link in read.links()
        assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/meetings", None, "application/json"),
        ("/meetings", "*/*", "application/json"),
        ("/meetings", "text/*", "text/csv"),
        ("/organizations/osce", "application/json, text/plain, */*", "application/json"),
        ("/organizations/osce", "text/html", "text/html"),
        ("/organizations/osce", "text/html, application/json", "application/json"),
        ("/organizations/osce", "text/csv;q=0.9, text/html;q=0.5, */*;q=0.1", "text/html"),
        ("/meetings", "text/csv;q=0.9, text/html;q=0.5, */*;q=0.1", "text/csv"),
        ("/meetings?format=csv", BROWSER["Accept"], "text/csv"),
        ("/meetings?format=html", "*/*", "text/html"),
        ("/?format=json", BROWSER["Accept"], "application/json"),
        ("/nowhere", "*/*", "application/problem+json"),
        ("/nowhere", BROWSER["Accept"], "text/html"),
        ("/meetings?format=html&knd=x", "*/*", "text/html"),
        ("/health/live", BROWSER["Accept"], "application/json"),
        ("/robots.txt", BROWSER["Accept"], "text/plain"),
        ("/nowhere%00", BROWSER["Accept"], "text/html"),
    ],
)
def test_only_who_prefers_a_page_gets_one(
    client: TestClient, path: str, accept: str | None, media_type: str
) -> None:
    client.headers.pop("accept", None)
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    if media_type != "application/json" or "health" not in path:
        assert "Accept" in response.headers["Vary"].split(", ") or "nowhere" in path


def test_a_page_is_revalidated_and_never_taken_for_json(client: TestClient) -> None:
    first = client.get("/meetings", headers=BROWSER)
    tag = first.headers["ETag"]
    assert tag != client.get("/meetings").headers["ETag"]
    again = client.get("/meetings", headers={**BROWSER, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/meetings", headers={"If-None-Match": tag}).status_code == 200


def test_a_head_has_the_headers_of_the_page(client: TestClient) -> None:
    head, whole = (client.request(method, "/meetings", headers=BROWSER) for method in ("HEAD", "GET"))
    assert head.content == b""
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


def test_a_missing_record_is_a_page_with_near_ones_and_a_search(client: TestClient) -> None:
    read = Read(page(client, "/organizations/oscee", 404))
    assert "/organizations/osce" in read.links()
    assert [form["action"] for form in read.all("form")] == ["/search"]


def test_other_forms_of_an_id_lead_to_its_page(client: TestClient) -> None:
    response = client.get("/organizations/OSCE", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (308, "/organizations/osce")


def test_misspelt_names_are_suggested(client: TestClient) -> None:
    assert "/people/jens-stoltenberg" in Read(page(client, "/search?q=Stoltenburg")).links()


def test_text_from_a_request_stays_text(client: TestClient) -> None:
    text = page(client, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22")
    assert "<script>alert" not in text
    sound("/search", text)


def test_no_page_sets_a_cookie_and_the_policy_needs_no_exception(client: TestClient) -> None:
    response = client.get("/", headers=BROWSER)
    assert "Set-Cookie" not in response.headers
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_home_draws_three_pictures_whose_marks_are_links(client: TestClient) -> None:
    text = page(client, "/")
    drawn = re.findall(r"<svg .*?</svg>", text, re.DOTALL)
    assert len(drawn) == 3
    for svg in drawn:
        assert 'role="group" aria-label="' in svg
        marks = re.findall(r'<a href="([^"]+)"[^>]*><title>[^<]+</title>', svg)
        assert len(marks) == svg.count("<a ") > 20
        assert client.get(marks[0].replace("&amp;", "&"), headers=BROWSER).status_code == 200
        shapes = re.findall(r"<(circle|rect)\b", svg)
        inside = re.findall(r"<(circle|rect)\b", "".join(re.findall(r"<a .*?</a>", svg, re.DOTALL)))
        assert shapes == inside


def test_a_mark_for_several_records_leads_to_them(client: TestClient, get: Get) -> None:
    text = page(client, "/")
    several = re.findall(r'<a href="(/timeline\?[^"]+)"[^>]*><title>(\d+) ', text)
    assert len(several) > 4
    for url, count in several:
        assert get(url.replace("&amp;", "&"))["total"] == int(count)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2003-12", "December 2003"),
        ("2004-01-21", "21 January 2004"),
        ("2000~", "about 2000"),
        ("XXXX-01-12", "12 January, year not stated"),
        ("1998-01/1999-03", "January 1998 to March 1999"),
        ("../2014-11-12", "until 12 November 2014"),
        ("2014/..", "since 2014"),
        ("2022?-01-12", "perhaps 12 January 2022"),
        ("[2001,2003]", "[2001,2003]"),
    ],
)
def test_dates_in_words(edtf: str, words: str) -> None:
    assert date(edtf) == words
