"""Hostile addresses get exactly the refusal, or the answer, that they deserve: the status, the type of problem, the parameter.

Here stands what is asked; how it is sent is in test_hostile_wire.py.
"""

from typing import NamedTuple

import pytest

from tests.direct import Direct
from tests.hostile import problem_of


class Refused(NamedTuple):
    url: str
    type: str
    parameter: str | None = None
    suggestion: str | None = None


NOWHERE = [
    # encodings: overlong, a surrogate, beyond Unicode, the replacement character, controls
    "/organizations/%C0%AE%C0%AE",
    "/organizations/%C0%AF",
    "/organizations/%E0%80%AF",
    "/organizations/%F8%80%80%80%AF",
    "/organizations/%F4%90%80%80",
    "/organizations/%EF%BF%BD",
    "/organizations/osce%00.json",
    "/organizations/osce%0D%0AX-Evil:%201",
    "/organizations/osce%09",
    "/organizations/osce%7F",
    "/organizations/osce%1B[31m",
    "/organizations/%u006fsce",
    "/organizations/%zz",
    "/organizations/%",
    # slashes and dots
    "/organizations%2Fosce",
    "/organizations%2fosce",
    "/organizations/osce%2F",
    "/organizations/osce%2Fmembers",
    "/organizations%5Cosce",
    "/organizations/../meetings",
    "/organizations/./osce",
    "/organizations/osce/.",
    "/organizations/osce/..",
    "/organizations/%2e%2e",
    "/organizations/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/organizations/..%5C..%5Cwin.ini",
    "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/static/%2e%2e%2fmain.py",
    "/static//etc/passwd",
    "/downloads/..%2Fcooperation.sqlite",
    "/downloads/cooperation.sqlite%00.csv",
    "/downloads/cooperation.sqlite-wal",
    "//evil.example/",
    "/%2F%2Fevil.example",
    "/\\evil.example",
    # ids that are none
    "/organizations/osce;v=1",
    "/organizations/osce%3Fformat=csv",
    "/organizations/'%20OR%201=1--",
    "/organizations/null",
    "/organizations/undefined",
    "/organizations/-1",
    "/organizations/%20",
    "/organizations/%E2%80%8B",
    "/organizations/*",
    "/organizations/{id}",
    "/organizations/%7B%7B7*7%7D%7D",
    "/organizations/${jndi:ldap:%2F%2Fx}",
    "/organizations/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "/evidence/zzzz",
    "/relations/%27",
    # what programs look for on other servers
    "/.env",
    "/.git/config",
    "/wp-login.php",
    "/metrics",
    "/actuator/env",
    "/cgi-bin/test-cgi",
]
ELSEWHERE = {
    "/organizations/osce%20": "/organizations/osce",
    "/organizations/%E2%80%AEosce": "/organizations/osce",
    "/organizations/%EF%BD%8F%EF%BD%93%EF%BD%83%EF%BD%85": "/organizations/osce",
    "/organizations/OSCE?format=json": "/organizations/osce?format=json",
}
"""Ids written in another form lead to the path of the record, and never to another host."""
QUERIES = [
    # arrays as other servers write them
    Refused("/organizations?kind[]=state", "unknown-parameter", "kind[]", "kind"),
    Refused("/organizations?kind%5B0%5D=state", "unknown-parameter", "kind[0]", "kind"),
    Refused("/organizations?kind=state;kind=body", "invalid-value", "kind"),
    Refused("/organizations?kind.eq=state", "unknown-parameter", "kind.eq", "kind"),
    Refused("/organizations?kind__in=state", "unknown-parameter", "kind__in", "kind"),
    Refused("/organizations?$filter=kind%20eq%20state", "unknown-parameter", "$filter"),
    Refused("/organizations?__proto__=1", "unknown-parameter", "__proto__"),
    Refused("/organizations?offset=10", "unknown-parameter", "offset"),
    Refused("/organizations?callback=alert", "unknown-parameter", "callback"),
    Refused("/organizations?_method=DELETE", "unknown-parameter", "_method"),
    Refused("/organizations??kind=state", "unknown-parameter", "?kind", "kind"),
    Refused("/organizations?kind%20=state", "unknown-parameter", "kind ", "kind"),
    Refused("/organizations?=1", "unknown-parameter", ""),
    Refused("/organizations?kind=%20state", "invalid-value", "kind", "state"),
    Refused("/organizations?kind=state%0A", "invalid-value", "kind", "state"),
    Refused("/health/live?verbose=1", "unknown-parameter", "verbose"),
    Refused("/openapi.json?x=1", "unknown-parameter", "x"),
    Refused("/docs?url=https://evil.example/openapi.json", "unknown-parameter", "url"),
    Refused("/downloads/meetings.csv?format=json", "unknown-parameter", "format"),
    # given twice
    Refused("/meetings?date_from=2014&date_from=2015", "repeated-parameter", "date_from"),
    Refused("/meetings?format=json&format=csv", "repeated-parameter", "format"),
    Refused("/search?q=osce&q=nato", "repeated-parameter", "q"),
    Refused("/network?center=osce&center=nato", "repeated-parameter", "center"),
    # numbers
    Refused("/evidence?paragraph=0", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=-1", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=1.0", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=1e1", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=+1", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=1_0", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=%D9%A1", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=%EF%BC%91", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=%C2%B2", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=9999999999", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=NaN", "invalid-value", "paragraph"),
    Refused("/evidence?paragraph=1&paragraph=x", "invalid-value", "paragraph"),
    Refused("/network?center=osce&depth=0", "invalid-value", "depth"),
    Refused("/network?center=osce&depth=4", "invalid-value", "depth"),
    Refused("/network?center=osce&depth=01", "invalid-value", "depth", "1"),
    Refused("/network?center=osce&depth=%D9%A1", "invalid-value", "depth"),
    Refused("/meetings?limit=025", "invalid-value", "limit"),
    Refused("/meetings?limit=-0", "invalid-value", "limit"),
    Refused("/meetings?limit=2147483648", "invalid-value", "limit"),
    Refused("/meetings?limit=9223372036854775808", "invalid-value", "limit"),
    # dates and countries
    Refused("/organizations?on=2004-02-30", "invalid-value", "on"),
    Refused("/organizations?on=99999", "invalid-value", "on"),
    Refused("/organizations?on=-2004", "invalid-value", "on"),
    Refused("/organizations?on=2004/2005", "invalid-value", "on"),
    Refused("/organizations?on=1072915200", "invalid-value", "on"),
    Refused("/organizations?on=20040121", "invalid-value", "on"),
    Refused("/meetings?date_from=2014-W10", "invalid-value", "date_from"),
    Refused("/meetings?date_from=2014~", "invalid-value", "date_from"),
    Refused("/meetings?date_from=2014-00", "invalid-value", "date_from"),
    Refused("/meetings?date_from=2014-06&date_to=2014-05-31", "invalid-value", "date_to"),
    Refused("/meetings?date_match=within", "invalid-value", "date_match"),
    Refused("/organizations?country_code=de", "invalid-value", "country_code", "DE"),
    Refused("/organizations?country_code=ZZ", "invalid-value", "country_code"),
    Refused("/places?country_code=UK", "invalid-value", "country_code"),
    Refused("/places?country_code=DEU", "invalid-value", "country_code"),
    Refused("/places?country_code=%EF%BC%A4%EF%BC%A5", "invalid-value", "country_code"),
    # ids and texts in filters
    Refused("/organizations?member_of=osce&member_of=no-such-thing", "invalid-value", "member_of"),
    Refused("/organizations?member_of=1%20UNION%20SELECT%20sql", "invalid-value", "member_of"),
    Refused("/organizations?member_of=%F0%9F%92%A9", "invalid-value", "member_of"),
    Refused("/organizations?member_of=%E2%80%AEosce", "invalid-value", "member_of", "osce"),
    Refused("/timeline?organization=solomon-passy", "invalid-value", "organization"),
    Refused("/network?center=solomon-passy", "invalid-value", "center"),
    Refused("/evidence?field=dte", "invalid-value", "field", "date"),
    Refused("/sources?publisher=nato", "invalid-value", "publisher", "NATO"),
    Refused("/sources?publisher=Reuters", "invalid-value", "publisher"),
    # sorts, facets, formats
    Refused("/meetings?sort=date:desc", "invalid-value", "sort", "date"),
    Refused("/meetings?sort=%2Bdate", "invalid-value", "sort", "date"),
    Refused("/meetings?sort=rowid", "invalid-value", "sort"),
    Refused("/meetings?sort=1", "invalid-value", "sort"),
    Refused("/meetings?sort=(select%201)", "invalid-value", "sort"),
    Refused("/meetings?facet=q", "invalid-value", "facet"),
    Refused("/meetings?facet=Kind", "invalid-value", "facet", "kind"),
    Refused("/meetings?format=JSON", "invalid-value", "format", "json"),
    Refused("/meetings?format=../json", "invalid-value", "format", "json"),
    Refused("/meetings?format=", "invalid-value", "format"),
    Refused("/meetings?format=csv&limit=5", "invalid-value", "limit"),
    Refused("/meetings?format=ndjson&facet=kind", "invalid-value", "facet"),
    Refused("/people?format=ics", "invalid-value", "format"),
    # search
    Refused("/search", "invalid-value", "q"),
    Refused("/search?q=", "invalid-value", "q"),
    Refused("/search?q=" + "a" * 501, "invalid-value", "q"),
    Refused("/search?q=a%00b", "invalid-query", "q"),
    Refused("/search?q=%ED%B0%80", "invalid-query"),
    Refused("/search?q=%C0%A2", "invalid-query"),
    Refused("/search?q=%F4%90%80%80", "invalid-query"),
    Refused("/search?q[]=osce", "unknown-parameter", "q[]"),
    Refused("/search?q=osce&type=relation", "invalid-value", "type"),
    Refused("/search?q=osce&sort=name", "unknown-parameter", "sort"),
]
SYNTAX = [
    '"',
    '""',
    'os"ce',
    "'",
    "who's",
    "NEAR(osce nato)",
    "osce NEAR/2 nato",
    "name:osce",
    "{name alias}:osce",
    "^osce",
    "osce*",
    "*",
    "osce AND",
    "AND",
    "NOT osce",
    "OR OR",
    "(osce",
    "osce)",
    "-osce",
    "osce + nato",
    "'; DROP TABLE record; --",
    "\\",
    "%",
    "_",
    "\t\r\n",
    "\u0301\u0301",
    "\u200d\ufeff",
    "\uffff",
    "🕊",
    "منظمة",
    "a " * 250,
]
"""Texts that are syntax to some index of texts; here any text is a search."""


@pytest.mark.parametrize("url", NOWHERE)
def test_a_path_that_leads_nowhere(direct: Direct, url: str) -> None:
    answer = direct.request(url)
    assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/not-found"


@pytest.mark.parametrize(("url", "location"), ELSEWHERE.items())
def test_a_path_in_another_form(direct: Direct, url: str, location: str) -> None:
    answer = direct.request(url)
    assert answer.status == 308
    assert answer.headers["location"] == location


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row.url[:80])
def test_a_query_that_is_refused(direct: Direct, row: Refused) -> None:
    answer = direct.request(row.url)
    problem = problem_of(answer.status, answer.headers, answer.content)
    assert problem["type"] == f"/problems/{row.type}"
    assert "should" not in problem["detail"]  # as the library says it
    assert [error["parameter"] for error in problem["errors"]] == [row.parameter] * (
        row.parameter is not None
    )
    if row.suggestion is not None:
        assert problem["errors"][0]["suggestion"] == row.suggestion


@pytest.mark.parametrize("text", SYNTAX)
def test_any_text_is_a_search(direct: Direct, text: str) -> None:
    for path in ("/search", "/meetings", "/evidence", "/timeline"):
        page = direct.get(path, q=text)
        assert page["total"] >= len(page["items"])


@pytest.mark.parametrize(
    "url",
    [
        "/search?format=html&bogus=1",
        "/search?format=html&type=bogus",
        "/search?format=html&q=%FF",
        "/search?format=%68tml&q=osce&type=",
        "/meetings?format=html&kind=%00",
        "/meetings?format=html&knd=",
        "/meetings?format=html&date_match=inside",
        "/meetings?format=html&q=%C0%A2",
    ],
)
def test_a_page_repairs_and_ignores_nothing(direct: Direct, url: str) -> None:
    answer = direct.request(url)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.status == (200 if "q=osce" in url else 400)


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("&".join(f"x{number}" for number in range(1000)), 100),
        ("&".join(f"organization=osc{number}" for number in range(100)), 100),
        ("&".join(f"organization=oo{number}&person=pp{number}" for number in range(100)), 100),
        ("&".join(["kind=visit", *["kind=vist"] * 99]), 1),
        ("x" * 8000, 1),
        ("sort=" + ",".join("abcdefghijklmnop" * 2), 32),
    ],
    ids=["unknown", "wrong ids", "wrong ids of two filters", "the same again", "long", "sorts"],
)
def test_many_faults_are_told_briefly(direct: Direct, query: str, listed: int) -> None:
    answer = direct.request(f"/meetings?{query}")
    problem = problem_of(answer.status, answer.headers, answer.content)
    assert len(problem["errors"]) == listed
    faults = [(error["parameter"], error["detail"]) for error in problem["errors"]]
    assert len(set(faults)) == len(faults)
