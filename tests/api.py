"""The published document, and what tests read out of it: a path that is added there is tested by being there."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from app.main import create_app
from app.settings import Settings
from tests.conftest import Get

DOCUMENT: dict[str, Any] = create_app(Settings(database=Path("nowhere"))).openapi()
PATHS: list[str] = list(DOCUMENT["paths"])

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
"""Addresses of which most have no answer."""


def parameters(path: str, where: str = "query") -> dict[str, dict[str, Any]]:
    """What a path takes, by name."""
    declared = DOCUMENT["paths"][path]["get"].get("parameters", [])
    return {parameter["name"]: parameter for parameter in declared if parameter["in"] == where}


LISTS = [path for path in PATHS if f"{path}/{{id}}" in PATHS and "cursor" in parameters(path)]
"""The lists of records, each with a detail for every row."""
PAGED = [path for path in PATHS if "cursor" in parameters(path)]
"""Every path that answers page by page."""


def sorts(path: str) -> list[str]:
    """The sort keys of a list, each in both directions."""
    keys: list[str] = parameters(path)["sort"]["schema"]["items"]["enum"]
    return keys


def example(parameter: dict[str, Any]) -> str:
    """A value that the document says a parameter can have."""
    value = parameter.get("example", parameter["schema"].get("enum", parameter["schema"].get("examples")))
    return str(value[0] if isinstance(value, list) else value)


def address(get: Get, path: str) -> str:
    """A path of the document as it can be asked for: its ids those of the first row, what it requires by example."""
    for name, parameter in parameters(path, "path").items():
        listed = path.removesuffix("/{id}")
        value = get(listed)["items"][0]["id"] if path.endswith("/{id}") else example(parameter)
        path = path.replace(f"{{{name}}}", quote(value))
    return with_required(path, path if path in PATHS else "")


def with_required(address: str, path: str) -> str:
    required = {name: p for name, p in (parameters(path) if path else {}).items() if p.get("required")}
    query = urlencode({name: example(parameter) for name, parameter in required.items()})
    return f"{address}?{query}" if query else address


def rows(get: Get, url: str) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    found: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        page = get(following)
        found += page["items"]
        following = page["next"]
    return found
