"""The whole dataset as files: every list as CSV and NDJSON, and the Data Package that describes them."""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from app import citations
from app import models as m
from app.columns import ROWS, Column, columns
from app.described import fields as described
from app.downloads import PART, SQLITE
from app.formats import CSV, NDJSON
from app.listings import LISTINGS, Listing
from app.origin import Origin
from app.writers import Material, written
from seed import records as r
from seed.read import Records

BATCH = 500
PROFILE = "https://datapackage.org/profiles/2.0"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
TARGETS = {
    "place": "places",
    "series": "meeting-series",
    "organizer": "organizations",
    "adopted_at": "meetings",
    "meeting": "meetings",
    "source": "sources",
    "parent": "",
}
"""The list that a field refers to; its own where none is named. Fields that refer to any type are not here."""


def downloads(connection: Connection, records: Records) -> None:
    """Store every file, and last the descriptor, which names the others' sizes and hashes."""
    origin = Origin(records.version, records.released)
    resources = []
    for listing in LISTINGS.values():
        material = Material(listing, listing.path, origin, partial(texts, connection, listing))
        for format_ in (CSV, NDJSON):
            name = f"{listing.path[1:]}.{format_.name}"
            description = f"Every record of {listing.path}, as {format_.name.upper()}."
            stored = store(connection, name, format_.media_type, description, written(format_, material))
            resources.append(resource(listing, stored))
    text = json.dumps(package(records, resources), ensure_ascii=False, indent=1)
    store(
        connection,
        "datapackage.json",
        "application/json",
        "What the files hold, as a Data Package 2.0.",
        [text],
    )


def texts(connection: Connection, listing: Listing) -> Iterator[list[str]]:
    """The rows of a list in its own order."""
    record = m.table(m.Record)
    statement = (
        select(listing.row)
        .join_from(m.table(listing.table), record, record.c.id == listing.id)
        .order_by(listing.sorts[listing.default_sort].ascending, listing.id)
    )
    for rows in connection.execute(statement).partitions(BATCH):
        yield [row[0] for row in rows]


def store(
    connection: Connection, name: str, media_type: str, description: str, pieces: Iterable[str]
) -> dict[str, Any]:
    """Store a file part by part, as it is written."""
    digest, size = sha256(), 0
    for position, content in enumerate(parts(pieces)):
        digest.update(content)
        size += len(content)
        row = {"name": name, "position": position, "content": content}
        connection.execute(insert(m.DownloadPart), [row])
    stored: dict[str, Any] = {"name": name, "media_type": media_type, "description": description}
    stored |= {"bytes": size, "sha256": digest.hexdigest()}
    connection.execute(insert(m.Download), [stored])
    return stored


def parts(pieces: Iterable[str]) -> Iterator[bytes]:
    waiting = b""
    for piece in pieces:
        waiting += piece.encode()
        while len(waiting) >= PART:
            yield waiting[:PART]
            waiting = waiting[PART:]
    if waiting:
        yield waiting


def package(records: Records, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The descriptor."""
    return {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": "nato-osce-cooperation",
        "title": citations.TITLE,
        "description": f"How NATO and the OSCE work together. The same records are in {SQLITE}.",
        "version": records.version,
        "created": f"{records.released}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": citations.AUTHOR, "roles": ["author"]}],
        "sources": [{"title": source.title, "path": source.address} for source in records.of(r.Source)],
        "resources": resources,
    }


def resource(listing: Listing, stored: dict[str, Any]) -> dict[str, Any]:
    stem, _, suffix = str(stored["name"]).partition(".")
    described = {
        "$schema": f"{PROFILE}/dataresource.json",
        "name": stem if suffix == CSV.name else f"{stem}-{suffix}",
        "path": stored["name"],
        "description": stored["description"],
        "format": suffix,
        "mediatype": stored["media_type"],
        "encoding": "utf-8",
        "bytes": stored["bytes"],
        "hash": f"sha256:{stored['sha256']}",
        "licenses": [LICENCE],
    }
    return described | {"type": "table", "schema": schema(listing) if suffix == CSV.name else nested(listing)}


def nested(listing: Listing) -> dict[str, Any]:
    """The fields of a record as it stands in JSON, where a field may hold an object."""
    fields = [
        {"name": name, "type": "any", "description": field.description}
        for name, field in described(ROWS[listing.type]).items()
    ]
    return {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "primaryKey": ["id"]}


def schema(listing: Listing) -> dict[str, Any]:
    """The columns of a table, and the tables that they refer to."""
    own = columns(listing)
    return {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": [field(column) for column in own],
        "primaryKey": ["id"],
        "missingValues": [""],
        "foreignKeys": [
            {
                "fields": [column.name],
                "reference": {"resource": TARGETS[column.refers_to] or listing.path[1:], "fields": ["id"]},
            }
            for column in own
            if column.refers_to in TARGETS
        ],
    }


def field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"enum": list(column.values)} if column.values else {}
    if column.name == "id":
        constraints |= {"required": True, "unique": True}
    described = {"name": column.name, "type": column.type, "description": column.description}
    return described | ({"constraints": constraints} if constraints else {})
