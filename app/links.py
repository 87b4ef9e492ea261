"""What can be asked next of an answer, as OpenAPI links: from a list to a record of it, from a record to the lists that it filters."""

from collections.abc import Iterator
from typing import Any

from app.listings import LISTINGS, Listing
from app.vocabularies import RecordType

Links = dict[str, dict[str, Any]]


def link(document: dict[str, Any]) -> None:
    """Add the links to the answers of the lists and records of a document."""
    paths = document["paths"]
    for listing in LISTINGS.values():
        record, items = (paths[path]["get"] for path in (f"{listing.path}/{{id}}", listing.path))
        items["responses"]["200"]["links"] = {
            "first": to(record, "id", "$response.body#/items/0/id", "The first record of the page.")
        }
        record["responses"]["200"]["links"] = dict(lists(paths, listing))


def lists(paths: dict[str, Any], listing: Listing) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lists that a record filters, where that is what the filter is for."""
    for other in LISTINGS.values():
        operation = paths[other.path]["get"]
        for name, filter_ in other.filters.items():
            meant = filter_.refs == (listing.type,) and name != "id"
            if meant or (name == "record" and other.type in about(listing)):
                text = f"Its records by `{name}`: {other.path[1:].replace('-', ' ')}."
                yield f"{other.path[1:]}-{name}", to(operation, name, "$response.body#/id", text)


def about(listing: Listing) -> tuple[RecordType, ...]:
    """The types of what is said of a record: relations have evidence, and evidence has neither."""
    said = {RecordType.RELATION: (RecordType.EVIDENCE,), RecordType.EVIDENCE: ()}
    return said.get(listing.type, (RecordType.RELATION, RecordType.EVIDENCE))


def to(operation: dict[str, Any], name: str, value: str, description: str) -> dict[str, Any]:
    return {
        "operationId": operation["operationId"],
        "parameters": {name: value},
        "description": description,
    }
