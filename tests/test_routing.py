"""The shortcut to a route is the way of the framework, only shorter: the same route, and the same answer to the byte."""

from pathlib import Path

import pytest

from app.main import create_app
from app.routing import Addresses
from app.settings import Settings
from tests.api import ODD, PATHS, address
from tests.conftest import Get
from tests.direct import Direct

OWN_PAGES = ("/docs", "/redoc")
"""Answered by the framework alone."""


@pytest.fixture(scope="module")
def addresses(database: Path) -> Addresses:
    found: Addresses = create_app(Settings(database=database)).state.addresses
    return found


@pytest.mark.parametrize("path", [path for path in PATHS if path not in OWN_PAGES])
def test_every_documented_path_has_one(addresses: Addresses, path: str) -> None:
    route, parameters = addresses.find({"method": "GET", "path": path})
    assert route is not None
    assert route.path == path
    assert parameters == ({path.split("{")[1][:-1]: path.rpartition("/")[2]} if "{" in path else {})


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_go_the_long_way(addresses: Addresses, method: str) -> None:
    assert addresses.find({"method": method, "path": "/meetings"}) == (None, {})


@pytest.mark.parametrize("path", PATHS + ODD)
def test_both_ways_answer_the_same(
    database: Path, get: Get, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    url = address(get, path) if path in PATHS else path
    headers = {"X-Request-ID": "the-same"}
    with Direct.over(database, cache_mb=0) as direct:
        short = direct.request(url, headers=headers)
        monkeypatch.setattr(Addresses, "find", lambda *_: (None, {}))
        assert direct.request(url, headers=headers) == short
