"""Every answer about every record is what the published schema says, with every documented key present."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from tests.api import DOCUMENT, LISTS, PATHS, address, rows
from tests.conftest import Get

JSON = "application/json"


def strict(schema: Any) -> Any:
    """A schema in which every documented key is required and no other is allowed."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict):
            schema |= {"required": sorted(schema["properties"])}
            schema.setdefault("additionalProperties", False)
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


COMPONENTS = strict(deepcopy(DOCUMENT["components"]))


@cache
def validator(path: str, status: str = "200", media_type: str = JSON) -> Draft202012Validator:
    schema = DOCUMENT["paths"][path]["get"]["responses"][status]["content"][media_type]["schema"]
    whole = {**strict(schema), "components": COMPONENTS}
    Draft202012Validator.check_schema(whole)
    return Draft202012Validator(whole)


def faults(path: str, answer: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in validator(path).iter_errors(answer)]


@pytest.mark.parametrize("path", LISTS)
def test_every_row_of_every_list(get: Get, path: str) -> None:
    url: str | None = f"{path}?limit=100"
    while url:
        page = get(url)
        assert faults(path, page) == []
        url = page["next"]


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/evidence"])
def test_every_detail(get: Get, path: str) -> None:
    for row in rows(get, f"{path}?limit=100"):
        assert faults(f"{path}/{{id}}", get(row["url"])) == [], row["url"]


def test_every_detail_of_evidence_is_its_row(get: Get) -> None:
    for row in rows(get, "/evidence?limit=100"):
        detail = get(row["url"])
        assert detail.pop("cite")
        assert detail == row


@pytest.mark.parametrize("path", [path for path in PATHS if path.removesuffix("/{id}") not in LISTS])
def test_every_other_path(client: TestClient, get: Get, path: str) -> None:
    response = client.get(address(get, path))
    declared = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
    assert response.headers["content-type"].partition(";")[0] in declared
    if response.headers["content-type"] == JSON:
        assert faults(path, response.json()) == []


@pytest.mark.parametrize("path", [path for path in LISTS if path != "/evidence"])
def test_a_detail_says_what_its_row_says(get: Get, path: str) -> None:
    """Except that it may say more of the links of its related lists."""
    for row in rows(get, f"{path}?limit=100"):
        detail = get(row["url"])
        plain = {key: value for key, value in row.items() if not is_related(value)}
        assert {key: detail[key] for key in plain} == plain
        for key in set(row) - set(plain):
            assert [item["id"] for item in detail[key]["items"]] == [item["id"] for item in row[key]["items"]]


def is_related(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"total", "items", "url"}


def test_the_schemas_are_not_trivial() -> None:
    """A validator that accepts anything would prove nothing."""
    assert faults("/meetings", {"items": [{}], "total": 1}) != []
    assert faults("/meetings/{id}", {}) != []
