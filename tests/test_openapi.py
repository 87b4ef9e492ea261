"""The OpenAPI document describes every operation, parameter and field in words and with an example that holds."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.plain import subschemas
from tests.direct import Answer, Direct

SELF_EXPLAINING = ("array", "object", "boolean")


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, item["get"]) for path, item in document["paths"].items()]


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"] for tag in document["tags"]}
    for path, operation in operations(document):
        assert operation["description"].rstrip().endswith("."), path
        assert set(operation["tags"]) <= tags, path
        assert operation["operationId"].split("_")[0] in ("list", "get", "search"), path


def test_every_parameter_has_a_description_and_an_example(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert parameter["description"].endswith("."), (path, parameter["name"])
            assert parameter["example"] is not None, (path, parameter["name"])


GOES_WITH = {"date_match": "date_from", "depth": "center"}
"""Parameters that mean nothing without another one."""


def test_every_example_of_a_parameter_is_answered(client: TestClient, document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        parameters = operation.get("parameters", [])
        address, required = path, {}
        for parameter in parameters:
            if parameter["in"] == "path":
                address = address.replace(f"{{{parameter['name']}}}", parameter["example"])
            elif parameter.get("required"):
                required[parameter["name"]] = parameter["example"]
        for parameter in parameters:
            if parameter["in"] == "query" and parameter["name"] != "cursor":
                together = (parameter["name"], GOES_WITH.get(parameter["name"]))
                query = required | {p["name"]: p["example"] for p in parameters if p["name"] in together}
                answer = client.get(address, params=query)
                assert answer.status_code == 200, (path, query, answer.text[:300])


def test_every_field_has_a_description_and_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    missing = []
    for name, schema in schemas.items():
        assert schema.get("description"), name
        for field, described in schema.get("properties", {}).items():
            assert described.get("description"), (name, field)
            types = described.get("type", "object")
            if (
                "examples" not in described and not {types} & set(SELF_EXPLAINING)
                if isinstance(types, str)
                else ("examples" not in described)
            ):
                missing.append((name, field))
    assert missing == []


def test_nothing_is_left_of_the_frameworks_habits(document: dict[str, Any]) -> None:
    for schema in subschemas(document):
        assert not isinstance(schema.get("title"), str)
        assert {"type": "null"} not in schema.get("anyOf", [])
    assert not any("422" in operation["responses"] for _, operation in operations(document))


def test_every_operation_declares_its_errors_and_headers(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        assert {"200", "400", "500"} <= set(operation["responses"]), path
        assert "X-Request-ID" in operation["responses"]["200"]["headers"], path
        if path.endswith("/{id}"):
            assert "404" in operation["responses"], path


def test_the_document_is_the_same_each_time(client: TestClient, document: dict[str, Any]) -> None:
    assert client.get("/openapi.json").json() == document


@pytest.mark.parametrize("path", ["/openapi.json", "/llms.txt", "/meetings?format=html"])
def test_others_are_answered_while_it_is_made(database: Path, path: str) -> None:
    with Direct.over(database) as direct:
        released, make = Event(), direct.application.openapi

        def slowly() -> dict[str, Any]:
            assert released.wait(5)
            return make()

        async def both() -> tuple[Answer, Answer]:
            asking = asyncio.create_task(direct.send(path, "GET", {}))
            await asyncio.sleep(0)  # it begins
            other = await direct.send("/meetings?limit=1", "GET", {})
            released.set()
            return other, await asking

        direct.application.openapi = slowly  # type: ignore[method-assign]
        assert [answer.status for answer in direct.runner.run(both())] == [200, 200]
