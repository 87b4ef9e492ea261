"""Examples for the OpenAPI document: what the API itself answers, so that they are real and never out of date."""

import json
from asyncio import sleep
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from starlette.types import Message, Scope

from app.document import document_of
from app.plain import REF

DOCUMENT_PATH = "/openapi.json"
"""Where the document itself is: the one path that is not asked for an example."""
FEATURED = {
    "/organizations/{id}": "osce",
    "/meetings/{id}": "passy-addresses-nac-2004",
    "/areas/{id}": "arms-control",
    "/people/{id}": "solomon-passy",
    "/documents/{id}": "vienna-document",
    "/places/{id}": "kosovo",
    "/meeting-series/{id}": "nato-osce-staff-talks",
}
"""Records that show well what a record of their type holds; of other types it is the first."""
ROWS, RECORDS = 40, 4
"""How many rows, and how many whole records, of each list are looked through for an example of every field."""
ITEMS, LINES = 2, 5
"""How much of a list, and of a text, an example shows."""


class Asked:
    """The API as its own client, below what lies around every request."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def text(self, path: str, accept: str = "*/*", **query: Any) -> str | None:
        """What the API answers; none where it cannot, or not in this media type."""
        path, _, fixed = path.partition("?")
        status, headers, chunks = 0, dict[bytes, bytes](), list[bytes]()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            status, headers = message.get("status", status), dict(message.get("headers", headers))
            chunks.append(message.get("body", b""))

        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "method": "GET",
            "scheme": "http",
            "root_path": "",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": (fixed or urlencode(query, doseq=True, quote_via=quote)).encode(),
            "headers": [(b"accept", accept.encode())],
            "app": self.app,
        }
        await self.app.state.inner(scope, receive, send)
        fits = accept == "*/*" or headers.get(b"content-type", b"").startswith(accept.encode())
        return b"".join(chunks).decode() if status == 200 and fits else None

    async def json(self, path: str, **query: Any) -> Any:
        found = await self.text(path, **query)
        return json.loads(found) if found else None


async def with_examples(app: FastAPI) -> dict[str, Any]:
    """The document of an application with an example of every answer, and of every field that has none yet."""
    document = deepcopy(await document_of(app))
    schemas, asked, seen = document["components"]["schemas"], Asked(app), Seen()
    for path, item in document["paths"].items():
        if path != DOCUMENT_PATH:
            await exemplify(path, item["get"], Looker(schemas, seen), asked)
            await sleep(0)  # it takes a while, and others have their turn
    for (component, name), value in seen.items():
        schemas[component]["properties"][name].setdefault("examples", [value])
    return document


Seen = dict[tuple[str, str], Any]
"""A value of each field of each component."""


async def exemplify(path: str, operation: dict[str, Any], looker: "Looker", asked: Asked) -> None:
    """Ask what the document says can be asked, and show what is answered."""
    parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
    required = {
        name: p["example"] for name, p in parameters.items() if p.get("required") and p["in"] == "query"
    }
    content = operation["responses"]["200"].get("content", {})
    listed = path.removesuffix("/{id}")
    page = None
    if listed != path or "cursor" in parameters:
        page = await asked.json(listed, limit=ROWS, **required) or await asked.json(listed)
    rows = page.get("items", []) if page else []
    if rows and listed == path and "id" in parameters:
        parameters["id"]["example"] = [row["id"] for row in rows[:ITEMS]]
    if rows and listed != path:
        parameters["id"]["example"] = FEATURED.get(path, rows[0]["id"])
    address = path
    for name, parameter in parameters.items():
        address = address.replace(f"{{{name}}}", str(parameter.get("example", "")))
    query = required | ({"limit": 1} if "limit" in parameters else {})
    for media_type, described in content.items():
        if media_type.endswith("json") and "$ref" in described["schema"]:
            answer = await asked.json(address, **query)
            described["example"] = shortened(answer)
            looker.look(described["schema"], answer)
            looked = (
                [page]
                if listed == path
                else [await asked.json(f"{listed}/{row['id']}") for row in rows[:RECORDS]]
            )
            if "cursor" in parameters and answer["next"]:
                parameters["cursor"]["example"] = answer["next"].rpartition("cursor=")[2]
                looked.append(await asked.json(answer["next"]))
            for found in looked:
                looker.look(described["schema"], found)
        elif media_type.startswith(("text/", "application/xml", "application/x-")):
            narrow = {"id": rows[0]["id"]} if rows and listed == path else {}
            if text := await asked.text(address, media_type, **required, **narrow):
                described["example"] = "\n".join(text.splitlines()[:LINES])


class Looker:
    """Looks through answers for a value of every field."""

    def __init__(self, schemas: dict[str, Any], seen: Seen) -> None:
        self.schemas, self.seen = schemas, seen

    def look(self, schema: dict[str, Any], value: Any, component: str = "") -> None:
        if "$ref" in schema:
            component = schema["$ref"].removeprefix(REF)
            schema = self.schemas[component]
        if isinstance(value, list):
            for item in value:
                self.look(schema.get("items", {}), item)
        elif isinstance(value, dict):
            for name, field in schema.get("properties", {}).items():
                if component and shows(value.get(name)):
                    self.seen.setdefault((component, name), value[name])
                self.look(field, value.get(name))


def shows(value: Any) -> bool:
    """Whether a value is an example by itself: not null, not empty, and nothing that has fields of its own."""
    if isinstance(value, (list, dict)):
        inner = value if isinstance(value, list) else list(value.values())
        return bool(inner) and len(inner) <= 10 and not any(isinstance(item, (list, dict)) for item in inner)
    return value not in (None, "")


def shortened(value: Any) -> Any:
    """An answer with the first items of each of its lists."""
    if isinstance(value, list):
        return [shortened(item) for item in value[:ITEMS]]
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return value
