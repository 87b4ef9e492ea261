"""Any text to search for, and any bytes in the headers that a path reads, are answered: as they ask, or with a problem."""

import os
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import PAGED
from tests.direct import Answer, Direct
from tests.hostile import problem_of

EXAMPLES = settings(
    max_examples=400 if "CI" in os.environ else 60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SIGNS = "\"'*^():-+{}[]<>|&~\\%_;,.!?=/#@$\0\t\n "
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.text(st.sampled_from(f"{SIGNS}aeosNATORD0"), max_size=60),
    st.lists(st.sampled_from(["NEAR", "AND", "OR", "NOT", "osce", "nato", "name:", *SIGNS]), max_size=12).map(
        "".join
    ),
)
BYTES = st.lists(st.integers(0, 255).filter(lambda byte: byte not in b"\0\r\n"), max_size=80).map(bytes)


def fragments(*parts: bytes) -> st.SearchStrategy[bytes]:
    """What is nearly right, and what is nothing at all."""
    return (
        st.lists(st.sampled_from(parts) | BYTES.map(lambda data: data[:3]), max_size=12).map(b"".join) | BYTES
    )


ACCEPT = fragments(
    b"text/csv",
    b"text/html",
    b"application/json",
    b"*/*",
    b"*/",
    b"/*",
    b";q=",
    b"0.5",
    b"1.0001",
    b",",
    b";",
)
RANGE = fragments(b"bytes", b"=", b"-", b"0", b"9" * 20, b"499", b",", b" ", b"items", b"--")
TAGS = fragments(b'"', b"W/", b"*", b",", b"51816a7e", b"-json", b" ", b"\\")
DATES = fragments(
    b"Sun, 22 Nov 2026 00:00:00 GMT", b"Sun, ", b"99", b" Feb ", b"0000", b"-1", b"GMT", b"+9999"
)


def answered(answer: Answer, *statuses: int) -> None:
    """Rightly, or with a problem, which may be drawn as a page for who prefers that."""
    assert answer.status in (*statuses, 400, 406, 416), answer
    if answer.status >= 400 and answer.headers["content-type"] != "text/html; charset=utf-8":
        problem_of(answer.status, answer.headers, answer.content)


@EXAMPLES
@given(path=st.sampled_from(PAGED), text=TEXT)
def test_any_text_is_searched_for(direct: Direct, path: str, text: str) -> None:
    answer = direct.request(f"{path}?{urlencode({'q': text, 'limit': 3})}")
    assert answer.status == (400 if "\0" in text or not text else 200)
    answered(answer, 200)


@EXAMPLES
@given(path=st.sampled_from(PAGED), query=BYTES)
def test_any_bytes_are_a_query(direct: Direct, path: str, query: bytes) -> None:
    answered(direct.request(f"{path}?{quote(query, safe='&=+%')}"), 200)


@EXAMPLES
@given(id_=BYTES)
def test_any_bytes_are_a_path(direct: Direct, id_: bytes) -> None:
    answer = direct.request(f"/organizations/{quote(id_, safe='/.;')}")
    assert answer.status in (200, 308, 404)
    if answer.status == 404:
        problem_of(answer.status, answer.headers, answer.content)


@EXAMPLES
@given(
    path=st.sampled_from(["/meetings?limit=1", "/organizations/osce", "/network", "/", "/nothing"]),
    value=ACCEPT,
)
def test_any_bytes_are_preferences(direct: Direct, path: str, value: bytes) -> None:
    answered(direct.request(path, headers={"Accept": value}), 200, 404)


@EXAMPLES
@given(value=RANGE, condition=TAGS | DATES)
def test_any_bytes_are_a_range(direct: Direct, value: bytes, condition: bytes) -> None:
    for headers in ({"Range": value}, {"Range": value, "If-Range": condition}):
        answered(direct.request("/downloads/sources.csv", headers=headers), 200, 206)


@EXAMPLES
@given(tag=TAGS, date=DATES)
def test_any_bytes_are_conditions(direct: Direct, tag: bytes, date: bytes) -> None:
    for path in ("/meetings?limit=1", "/downloads/sources.csv", "/static/site.css"):
        for headers in (
            {"If-None-Match": tag},
            {"If-Modified-Since": date},
            {"If-None-Match": tag, "If-Modified-Since": date},
        ):
            answered(direct.request(path, headers=headers), 200, 304)
