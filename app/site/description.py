"""What the pages take from the OpenAPI document: which paths have one, the words for their fields, their forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app import formats
from app.formats import Format

REFS = "#/components/schemas/"
MAX_FACETS = 6
HIDDEN = ("cursor", "facet", "format", "limit", "id", "sort")
"""Parameters that have no field in a form; those given stay in force all the same."""
WIDE = ("related", "record", "subject", "object", "carrier", "member", "with_organization")
"""Facets with nearly as many values as there are records, or with the values of another."""
BY_MEDIA_TYPE = {value.media_type: value for value in vars(formats).values() if isinstance(value, Format)}


@dataclass(frozen=True)
class Field:
    """A field of the form of a list."""

    name: str
    help: str
    options: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = False


@dataclass(frozen=True)
class Page:
    """A path with a page."""

    template: str
    help: str
    formats: tuple[Format, ...]
    parameters: frozenset[str]
    fields: tuple[Field, ...]
    facets: tuple[str, ...]
    sorts: tuple[str, ...]
    meanings: dict[str, str]
    """What each field of the answer holds."""


def template_of(path: str) -> str:
    """The path of the document that a path is of."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{first}/{{id}}" if rest and "/" not in rest else path


class Description:
    """The document, read for the pages."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas = document["components"]["schemas"]
        self.pages = {page.template: page for page in self.read(document["paths"])}

    def read(self, paths: dict[str, Any]) -> Iterator[Page]:
        for template, item in paths.items():
            operation = item["get"]
            content = operation["responses"]["200"].get("content", {})
            if formats.JSON.media_type not in content or formats.HTML.media_type not in content:
                continue
            given = {p["name"]: p for p in operation.get("parameters", []) if p["in"] == "query"}
            schema = self.resolved(content[formats.JSON.media_type]["schema"])
            yield Page(
                template=template,
                help=operation["description"],
                formats=tuple(BY_MEDIA_TYPE[name] for name in content),
                parameters=frozenset(given),
                fields=tuple(self.fields(given)),
                facets=tuple(self.facets(given)),
                sorts=tuple(self.options(given["sort"]["schema"])) if "sort" in given else (),
                meanings={name: part.get("description", "") for name, part in schema["properties"].items()},
            )

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            found: dict[str, Any] = self.schemas[schema["$ref"].removeprefix(REFS)]
            return found
        return schema

    def fields(self, parameters: dict[str, Any]) -> Iterator[Field]:
        for name, parameter in parameters.items():
            if name not in HIDDEN:
                schema = self.resolved(parameter["schema"])
                options = tuple(self.options(schema))
                pattern = schema.get("items", schema).get("pattern", "")
                yield Field(name, parameter["description"], options, pattern, parameter["required"])

    def options(self, schema: dict[str, Any]) -> list[str]:
        """The values of a closed list."""
        items = self.resolved(schema.get("items", schema))
        return [str(value) for value in items.get("enum", []) if value is not None]

    def facets(self, parameters: dict[str, Any]) -> Iterator[str]:
        """The facets that are counted: closed lists first, then the others, as many as a page can show."""
        if "facet" in parameters:
            names = [name for name in self.options(parameters["facet"]["schema"]) if name not in WIDE]
            yield from sorted(names, key=lambda name: not self.options(parameters[name]["schema"]))[
                :MAX_FACETS
            ]
