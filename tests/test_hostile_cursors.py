"""A cursor that nobody gave out is refused, even if its tag is right: how to compute the tag is no secret."""

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from app.vocabularies import RecordType
from tests.api import PAGED
from tests.direct import Answer, Direct
from tests.hostile import problem_of

SORTED = "/evidence?sort=paragraph"
BOUND: list[Any] = ["/evidence", {}, [["paragraph", False]]]
SIMILAR = "/search?q=stoltenbreg&type=person"
BOUND_SIMILAR: list[Any] = ["/search", "stoltenbreg", [RecordType.PERSON]]


def forged(payload: str | bytes, bound_to: list[Any]) -> str:
    """A cursor with the right tag, as somebody makes it who has read the program."""
    data = payload.encode() if isinstance(payload, str) else payload
    key = blake2b(to_json(bound_to), digest_size=32).digest()
    tag = blake2b(data, digest_size=9, key=key).digest()
    return urlsafe_b64encode(tag + data).rstrip(b"=").decode()


def ask(direct: Direct, url: str, payload: str | bytes, bound_to: list[Any]) -> Answer:
    return direct.request(f"{url}&cursor={forged(payload, bound_to)}")


@pytest.fixture(scope="module")
def version(direct: Direct) -> str:
    found: str = direct.get("/")["version"]
    return found


def test_the_forger_makes_cursors_as_we_do(direct: Direct, version: str) -> None:
    """Or the refusals below would be for a wrong tag."""
    assert ask(direct, SORTED, f'["{version}",0,5,""]', BOUND).json()["prev"]
    assert ask(direct, SORTED, f'["{version}",1,5,""]', BOUND).json()["next"]
    assert ask(direct, SIMILAR, f'["{version}",0,0]', BOUND_SIMILAR).status == 200


STRANGE = [
    "",
    "x",
    "null",
    "0",
    "{}",
    "[]",
    "[1]",
    '"VERSION"',
    '{"VERSION": 0}',
    '["VERSION"]',
    '["VERSION",0]',
    '["VERSION",1]',
    '["VERSION",0,5,"",""]',
    '["VERSION",0,"5",""]',
    '["VERSION",0,5,5]',
    '["VERSION",0,5.0,""]',
    '["VERSION",0,1e400,""]',
    '["VERSION",0,NaN,""]',
    '["VERSION",0,-Infinity,""]',
    '["VERSION",0,true,""]',
    '["VERSION",0,null,""]',
    '["VERSION",0,[5],""]',
    '["VERSION",0,5,{"a":1}]',
    '["VERSION",0,9223372036854775808,""]',
    '["VERSION",0,-9223372036854775809,""]',
    f'["VERSION",0,{"9" * 500},""]',
    '["VERSION",0,5,"\\ud800"]',
    '["VERSION",0,5,"\\udfff\\ud800"]',
    '["VERSION",0,5,"\\u0000"]',
    '["VERSION",0,5,"\\u0061"]',
    '["VERSION", 0, 5, ""]',
    '["VERSION",2,5,""]',
    '["VERSION",-1,5,""]',
    '["VERSION",true,5,""]',
    '["VERSION",0,5,""] ',
    '["VERSION",0,5,""]x',
    "[" * 700,
    b'["VERSION",0,5,"\xed\xa0\x80"]',
    b'["VERSION",0,5,"\xc0\x80"]',
    b'["VERSION",0,5,"\xff"]',
    b"\xff\xfe[\x00]\x00",
    b"\x00",
]


@pytest.mark.parametrize("payload", STRANGE, ids=lambda payload: ascii(payload)[:50])
@pytest.mark.parametrize(
    ("url", "bound_to"), [(SORTED, BOUND), (SIMILAR, BOUND_SIMILAR)], ids=["list", "search"]
)
def test_a_strange_cursor_with_the_right_tag(
    direct: Direct, version: str, url: str, bound_to: list[Any], payload: str | bytes
) -> None:
    own = (
        payload.replace("VERSION", version)
        if isinstance(payload, str)
        else payload.replace(b"VERSION", version.encode())
    )
    answer = ask(direct, url, own, bound_to)
    assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/invalid-cursor"


@pytest.mark.parametrize("other", ["", "0" * 16, "\u00e4", "x" * 300])
def test_a_cursor_of_another_version_with_the_right_tag(direct: Direct, other: str) -> None:
    answer = ask(
        direct, SORTED, json.dumps([other, 0, 5, ""], ensure_ascii=False, separators=(",", ":")), BOUND
    )
    assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/stale-cursor"


def test_a_search_without_words_takes_no_cursor_either(direct: Direct) -> None:
    answer = direct.request("/search?q=!!!&cursor=abc")
    assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/invalid-cursor"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)


@given(st.lists(VALUES, max_size=5))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_values_in_a_cursor_are_a_page_or_refused(
    direct: Direct, version: str, values: list[Any]
) -> None:
    payload = json.dumps([version, 0, *values], separators=(",", ":"))
    answer = ask(direct, SORTED, payload, BOUND)
    if answer.status != 200:
        assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/invalid-cursor"


@given(st.sampled_from(PAGED), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_as_a_cursor_is_refused(direct: Direct, path: str, text: str) -> None:
    query = {"q": "osce", "cursor": text} if path == "/search" else {"cursor": text}
    answer = direct.request(f"{path}?{urlencode(query)}")
    assert problem_of(answer.status, answer.headers, answer.content)["type"] == "/problems/invalid-cursor"
