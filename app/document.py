"""The OpenAPI document as a product: the framework's own, made plain for readers, linters and generators."""

from copy import deepcopy
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app import vocabularies as v
from app.answers import HEADERS, RESPONSES, answers
from app.links import link
from app.plain import plain_schemas
from app.problems import Problem

DESCRIPTION = """\
How NATO and the OSCE (with the EU, the UN and others) work together: the organizations, the meetings that they held, the \
areas in which they cooperate, and for every fact the phrase that states it. Read out of five public texts.

What you can rely on:

- **Every fact shows its evidence**: the source, the paragraph, a short verbatim phrase and a link that opens the original page there.
- **What is stated, inferred and known from outside never mixes.** Each fact has a `basis`. What no text says is `null`, not a guess.
- **There is no silent wrong answer.** A parameter or value that does not exist is a 400 that names it, lists what is allowed \
and suggests the nearest. Nothing is clamped, ignored or cut.
- **Every error has one shape**, RFC 9457 `application/problem+json`, and its `type` is a page that explains it.
- **Nothing breaks.** Ids and paths are permanent, changes only add. A merged id redirects (308), a withdrawn one is 410.
- **No key, no quota, no tracking.** Any web page may ask (CORS), and every answer can be kept by a cache (`ETag`, 304).

Every path answers GET, HEAD and OPTIONS, and no other method. HEAD says what GET would; OPTIONS lists the methods. Both are \
left out below because they take and answer the same everywhere. Answers are compressed (zstd, br, gzip) for clients that ask.

A filter that is repeated keeps what matches any of its values; different filters must all match. Lists have pages: follow \
`next` until it is null. Unknown dates sort last in either direction."""
TAGS = {
    "organizations": "Any agent that is not a person: states, international organizations, their bodies, units and operations.",
    "meetings": "Visits, talks, council meetings, summits, conferences and calls, held or planned.",
    "areas": "Fields in which organizations cooperate or work, in three schemes that are mapped but never merged.",
    "people": "Named human beings, with the posts that they held.",
    "documents": "Treaties, resolutions, agreements, strategies, policies and letters.",
    "activities": "What organizations do, together or alone, that is no meeting and no document.",
    "statements": "Who said what about what, and where. A statement is kept as said; it is not a fact about the world.",
    "meeting series": "Meetings that recur under one name.",
    "places": "Cities, buildings, regions, countries and territories.",
    "relations": "Typed links between two records, beyond membership, participation and areas.",
    "sources": "The texts that every stated fact is read out of.",
    "evidence": "The phrase, or the reference, that a fact rests on.",
    "search": "One search over the names, aliases, summaries and quotes of all types.",
    "timeline": "Everything that has a date, in the order of time.",
    "network": "Who is linked with whom, as a graph with the evidence for each edge.",
    "dataset": "The dataset as a whole: its version, its extent, its vocabularies, and how to cite and download it.",
    "problems": "Every way in which a request can fail, and what to do about it.",
    "service": "What programs look for at fixed places: the API catalog, this document, robots.txt, the sitemap.",
    "health": "Whether the service is up, for those who run it.",
}
LICENCE = {"name": "MIT for the code, CC BY 4.0 for the data", "identifier": "MIT AND CC-BY-4.0"}
VOCABULARIES = {cls.__name__: cls for cls in vars(v).values() if isinstance(cls, type)}


def install(app: FastAPI) -> None:
    """Replace the framework's document by ours, made once when first asked for."""
    written, making = app.openapi, Lock()

    def document() -> dict[str, Any]:
        with making:  # the framework shows its own before ours is finished
            if app.openapi_schema is None:
                app.openapi_schema = finish(written(), app.state.settings.public_url)
            return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


async def document_of(app: FastAPI) -> dict[str, Any]:
    """The document. To make it takes half a second, in which others have their turn."""
    return await run_in_threadpool(app.openapi)


def finish(document: dict[str, Any], public_url: str = "") -> dict[str, Any]:
    """The framework's document with all that it leaves out, and without what it repeats."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, item in document["paths"].items():
        for operation in item.values():
            describe(path, operation)
    link(document)
    components |= {
        "responses": {name: deepcopy(RESPONSES[name]) for name in used_responses(document)},
        "headers": HEADERS,
    }
    plain_schemas(document)
    for name, schema in components["schemas"].items():
        if "enum" in schema and (vocabulary := VOCABULARIES.get(name.removeprefix("Nullable"))):
            schema["description"] = meanings(vocabulary)
    info = document["info"] | {
        "description": DESCRIPTION,
        "license": LICENCE,
        "contact": {"name": "NATO–OSCE Cooperation API"} | ({"url": f"{public_url}/"} if public_url else {}),
    }
    used = {tag for item in document["paths"].values() for tag in item["get"]["tags"]}
    return {
        **document,
        "info": info,
        "servers": [{"url": public_url or "/", "description": "This server."}],
        "security": [],
        "tags": [{"name": tag, "description": text} for tag, text in TAGS.items() if tag in used],
    }


def used_responses(document: dict[str, Any]) -> list[str]:
    """The names of the shared responses that an operation has."""
    found = (
        response["$ref"].rpartition("/")[2]
        for item in document["paths"].values()
        for operation in item.values()
        for response in operation["responses"].values()
        if "$ref" in response
    )
    return sorted(set(found))


def describe(path: str, operation: dict[str, Any]) -> None:
    """An operation with a summary in words, and every status that it can have."""
    operation["summary"] = operation["description"].partition(":")[0].partition(".")[0]
    for parameter in operation.get("parameters", []):
        parameter["schema"].pop("title", None)
        if "examples" in parameter["schema"]:
            parameter.setdefault("example", parameter["schema"].pop("examples")[0])
    operation["responses"] = answers(path, operation)


def meanings(vocabulary: Any) -> str:
    """What a vocabulary is about, and what each of its values means."""
    values = "\n".join(f"- `{value.value}`: {value.meaning}" for value in vocabulary)
    return f"{vocabulary.__doc__}\n\n{values}"
