"""Schemas as generators want them: no titles, `type: [X, "null"]` in place of `anyOf`, and what the names of fields promise."""

from collections.abc import Iterator
from typing import Any

REF = "#/components/schemas/"
NULL = {"type": "null"}
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
DAY = {"format": "date"}
PATH = {"pattern": "^/", "maxLength": 8192}
WORDS = {"minLength": 1, "maxLength": 300}
PROSE = {"minLength": 1, "maxLength": 5000}
PROMISES: dict[str, dict[str, Any]] = {
    "id": {"pattern": SLUG, "maxLength": 100},
    "url": PATH,
    "relation": PATH,
    "next": PATH,
    "prev": PATH,
    "name": WORDS,
    "title": WORDS,
    "label": WORDS,
    "quote": WORDS,
    "summary": PROSE,
    "how": PROSE,
    "text": PROSE,
    "detail": PROSE,
    "edtf": {"pattern": "^[0-9X?~%./-]+$", "maxLength": 40},
    "limit": {"minimum": 0, "maximum": 100},
    "earliest": DAY,
    "latest": DAY,
    "country_code": {"pattern": "^[A-Z]{2}$"},
    "sha256": {"pattern": "^[0-9a-f]{64}$"},
    "address": {"format": "uri"},
    "paragraph": {"minimum": 1},
    "items": {"uniqueItems": True, "maxItems": 100},
    "links": {"uniqueItems": True, "maxItems": 25},
    "status": {"minimum": 400, "maximum": 599},
}
"""What a field of this name always fulfils, in every schema."""
BY_TYPE: dict[str, dict[str, Any]] = {
    "string": {"minLength": 1},
    "integer": {"minimum": 0},
    "array": {"uniqueItems": True},
}
"""What every field of a type fulfils: no text is empty, because the unknown is null; numbers count; nothing is listed twice."""
KEYWORDS = {
    "string": {"pattern", "format", "minLength", "maxLength", "enum", "const"},
    "integer": {"minimum", "maximum", "enum", "const"},
    "array": {"uniqueItems", "minItems", "maxItems"},
}


def plain_schemas(document: dict[str, Any]) -> None:
    """Rewrite every schema of a document in place."""
    rename(document)
    schemas = document["components"]["schemas"]
    for schema in list(subschemas(document)):
        if isinstance(schema.get("title"), str):
            del schema["title"]
        if NULL in schema.get("anyOf", []):
            nullable(schema, schemas)
    remove_unused(document)
    for name, schema in schemas.items():
        schema.setdefault("description", kind_of(name))
    for schema in subschemas(schemas):
        for name, field in properties(schema):
            promise(name, field)
            if "$ref" in field:
                field.setdefault("description", schemas[field["$ref"].removeprefix(REF)]["description"])


KINDS = {
    "Related": "Related records, bounded: the first 25, how many there are, and where all of them are.",
    "Linked": "A related record and the links that lead to it.",
    "Page": "One page of a list.",
    "Row": "A record as a row of a list.",
    "Detail": "A record as a whole: its own fields, its related records, its notes and its evidence.",
}
"""What a component is, by how its name begins or ends."""


def kind_of(name: str) -> str:
    found = (text for part, text in KINDS.items() if name.startswith(part) or name.endswith(part))
    return next(found, "")


def rename(document: dict[str, Any]) -> None:
    """Name the components as their classes are named: `OrganizationPage`, not `Page_OrganizationRow_`."""
    schemas = document["components"]["schemas"]
    names = {name: schema.get("title", name) for name, schema in schemas.items()}
    for schema in subschemas(document):
        if schema.get("$ref", "").startswith(REF):
            schema["$ref"] = REF + names[schema["$ref"].removeprefix(REF)]
    document["components"]["schemas"] = {names[name]: schema for name, schema in schemas.items()}


def remove_unused(document: dict[str, Any]) -> None:
    """Drop the components that nothing names any more, and those that only they named."""
    schemas = document["components"]["schemas"]
    while unused := schemas.keys() - {
        schema.get("$ref", "").removeprefix(REF) for schema in subschemas(document)
    }:
        for name in unused:
            del schemas[name]


def subschemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document that is a schema; a map of properties is none, though it may have one called `title`."""
    if isinstance(node, list):
        for item in node:
            yield from subschemas(item)
    elif isinstance(node, dict):
        if {"type", "$ref", "anyOf", "enum", "const", "schema"} & node.keys():
            yield node
        for key, value in node.items():
            if key in ("properties", "schemas"):
                for item in value.values():
                    yield from subschemas(item)
            elif key not in ("example", "examples", "default", "enum", "info"):
                yield from subschemas(value)


def properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = schema.get("properties", {})
    return list(found.items()) if isinstance(found, dict) else []


def nullable(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Turn `anyOf: [X, null]` into X with one more type; a component gets a nullable twin."""
    options = [option for option in schema["anyOf"] if option != NULL]
    if len(options) != 1:
        return
    (option,) = options
    del schema["anyOf"]
    if "$ref" not in option:
        schema |= or_null(option) | schema
        return
    name = option["$ref"].removeprefix(REF)
    twin = f"Nullable{name}"
    if twin not in schemas:
        schemas[twin] = or_null(schemas[name])
    schema["$ref"] = f"{REF}{twin}"


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    result = {**schema, "type": [schema["type"], "null"]}
    result.pop("title", None)
    return result | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def promise(name: str, field: dict[str, Any]) -> None:
    """Add to a field what its name, or else its type, promises."""
    types = field.get("type", [])
    for type_ in [types] if isinstance(types, str) else types:
        if type_ in BY_TYPE and not KEYWORDS[type_] & field.keys():
            named = PROMISES.get(name, {})
            fitting = {key: value for key, value in named.items() if key in KEYWORDS[type_]}
            field |= fitting or BY_TYPE[type_]
        if type_ == "array" and "$ref" not in field.get("items", {}):
            promise(name, field["items"])
