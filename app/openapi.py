"""The query parameters of the OpenAPI document, from the query models and the listings."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from app.formats import JSON, Format
from app.listings import Listing
from app.parameters import Query, RecordQuery


def parameters(
    model: type[Query], listing: Listing | None = None, formats: Sequence[Format] = (JSON,)
) -> Any:
    """What describes the query parameters of a path, from its query model and its listing, once that is asked for."""
    return partial(described, model, listing, formats)


def described(model: type[Query], listing: Listing | None, formats: Sequence[Format]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    defs = schema.pop("$defs", {})
    formats = listing.formats if listing is not None else formats
    required = schema.get("required", [])
    if "format" in schema["properties"]:
        schema["properties"]["format"] |= {"enum": [format_.name for format_ in formats]}
    return {
        "parameters": [
            parameter(name, field, defs, listing) | {"required": name in required}
            for name, field in schema["properties"].items()
        ],
        "responses": {"200": {"content": contents(formats)}},
    }


def detail_parameters(listing: Listing) -> Any:
    """What the path of one record takes and answers besides JSON."""
    return parameters(RecordQuery, formats=listing.detail_formats)


def contents(formats: Iterable[Format]) -> dict[str, Any]:
    """The media types of a path, besides the JSON that its model describes."""
    return {
        format_.media_type: {"schema": {"type": format_.type, "description": format_.meaning}}
        for format_ in formats
        if format_ is not JSON
    }


def parameter(
    name: str, field: dict[str, Any], defs: dict[str, Any], listing: Listing | None
) -> dict[str, Any]:
    description, examples = field.pop("description", ""), field.pop("examples", None)
    field.pop("title", None)
    schema = plain(field, defs)
    if listing is not None and name == "sort":
        keys = [option for key in listing.sorts for option in (key, f"-{key}")]
        schema = {
            "type": "array",
            "items": {"type": "string", "enum": keys},
            "minItems": 1,
            "uniqueItems": True,
            "default": [listing.default_sort],
        }
    if listing is not None and name == "facet":
        names = [name for name, filter_ in listing.filters.items() if filter_.facet]
        schema["items"] = {"type": "string", "enum": names}
        examples = [["kind"]] if "kind" in names else [names[1:2]]
    result = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    if name == "sort":
        result |= {"style": "form", "explode": False}
        examples = [[key] for key in examples or []]
    if examples:
        result["example"] = examples[0]
    return result


def plain(schema: Any, defs: dict[str, Any]) -> Any:
    """A schema with its references written out and `null` dropped: a query parameter is given or not."""
    if isinstance(schema, list):
        return [plain(item, defs) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target = defs[schema["$ref"].rpartition("/")[2]]
        return {
            key: plain(value, defs) for key, value in target.items() if key not in ("title", "description")
        }
    if "anyOf" in schema:
        options = [option for option in schema["anyOf"] if option != {"type": "null"}]
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return plain({**options[0], **rest} if len(options) == 1 else {"anyOf": options, **rest}, defs)
    return {
        key: plain(value, defs) for key, value in schema.items() if not (key == "default" and value is None)
    }
