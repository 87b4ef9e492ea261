"""The shortcut to a route is the way of the framework, only shorter: the same route, and the same answer to the byte."""

from pathlib import Path

import pytest

from app.main import create_app
from app.routing import Shortcut
from app.settings import Settings
from tests.api import PATHS, address
from tests.conftest import Get
from tests.direct import Direct

OWN_PAGES = ("/docs", "/redoc")
"""Answered by the framework alone."""
ODD = [
    "/meetings/",
    "/meetings//",
    "//meetings",
    "/meetings/a/b",
    "/meetings/passy-visits-nato-2004/",
    "/organizations/OSCE",
    "/organizations/oscee",
    "/meetings?knd=talk",
    "/meetings?limit=1&limit=2",
    "/{id}",
    "/meetings/{id}",
    "/nothing",
    "/static/redoc.js",
]


@pytest.fixture(scope="module")
def shortcut(database: Path) -> Shortcut:
    app = create_app(Settings(database=database))
    (found,) = (layer for layer in app.user_middleware if "routes" in layer.kwargs)
    return Shortcut(app, **found.kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [path for path in PATHS if path not in OWN_PAGES])
def test_every_documented_path_has_it(shortcut: Shortcut, path: str) -> None:
    route, parameters = shortcut.find({"method": "GET", "path": path})
    assert route is not None
    assert route.path == path
    assert parameters == ({path.split("{")[1][:-1]: path.rpartition("/")[2]} if "{" in path else {})


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_other_methods_go_the_long_way(shortcut: Shortcut, method: str) -> None:
    assert shortcut.find({"method": method, "path": "/meetings"}) == (None, {})


@pytest.mark.parametrize("path", PATHS + ODD)
def test_both_ways_answer_the_same(
    database: Path, get: Get, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    url = address(get, path) if path in PATHS else path
    headers = {"X-Request-ID": "the-same"}
    with Direct.over(database, cache_mb=0) as direct:
        short = direct.request(url, headers=headers)
        monkeypatch.setattr(Shortcut, "find", lambda *_: (None, {}))
        assert direct.request(url, headers=headers) == short
