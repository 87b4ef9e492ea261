"""Whole files, and parts of them: byte ranges as RFC 9110 has them."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app import models as m
from app import problems
from app.catalogue import Download
from app.database import Compiled, OwnFile, Release, compiled
from app.faults import shown
from app.problems import ApiError, ProblemError

PATH = "/downloads"
PART = 65536
"""Bytes that are held in memory at a time."""
SQLITE = "cooperation.sqlite"
MEDIA_TYPE = "application/vnd.sqlite3"
DESCRIPTION = "The whole dataset as one database, with everything that this API answers from."
RANGE = re.compile(r"\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.ASCII)


class Window(NamedTuple):
    """The bytes that are asked for: from the first on, up to but without the end."""

    first: int
    end: int


def files(release: Release) -> dict[str, Download]:
    """Every file of a release."""
    found = {}
    for name, media_type, description, size, digest in release.fetch(_files(), {}):
        found[name] = Download(
            name=name,
            url=f"{PATH}/{name}",
            media_type=media_type,
            description=description,
            bytes=size,
            sha256=digest,
        )
    own = itself(release.file) if release.file else found[SQLITE]
    return {SQLITE: own, **found}


def itself(file: OwnFile) -> Download:
    return Download(
        name=SQLITE,
        url=f"{PATH}/{SQLITE}",
        media_type=MEDIA_TYPE,
        description=DESCRIPTION,
        bytes=file.size,
        sha256=file.sha256,
    )


@lru_cache
def _files() -> Compiled:
    file = m.table(m.Download).c
    columns = (file.name, file.media_type, file.description, file.bytes, file.sha256)
    return compiled(select(*columns).order_by(file.name))


@lru_cache
def _part() -> Compiled:
    part = m.table(m.DownloadPart).c
    where = (part.name == bindparam("name"), part.position == bindparam("position"))
    return compiled(select(part.content).where(*where))


def file_bytes(file: OwnFile, window: Window) -> Iterator[bytes]:
    """A part of the database."""
    for first in range(window.first, window.end, PART):
        yield file.bytes(first, min(PART, window.end - first))


def stored_bytes(release: Release, name: str, window: Window) -> Iterator[bytes]:
    """A part of a file that is stored in the database."""
    for position in range(window.first // PART, -(-window.end // PART)):
        content: bytes = release.fetch(_part(), {"name": name, "position": position})[0][0]
        start = position * PART
        yield content[max(window.first - start, 0) : window.end - start]


def window_of(headers: Mapping[str, str], size: int, etag: str) -> Window | None:
    """The part that a request asks for; none where it asks for the whole, or has a part of another version.

    Raises ApiError: 400 for a range that is none, 416 for one that the file does not have. Other units than
    bytes, several ranges at once, and a date in If-Range, which does not tell two releases of a day apart, are
    answered with the whole file, as RFC 9110 permits.
    """
    unit, _, text = headers.get("range", "").partition("=")
    if unit.strip().lower() != "bytes" or headers.get("if-range", etag) != etag:
        return None
    found = [RANGE.fullmatch(part) for part in text.split(",")]
    bounds = [match.groups() for match in found if match and match[0].strip() != "-"]
    if len(bounds) < len(found):
        detail = f"The header Range cannot be {shown(headers['range'])}; write it like bytes=0-1023."
        error = ProblemError(parameter=None, detail=detail, allowed=[], suggestion=None)
        raise ApiError(problems.INVALID_RANGE, detail, [error])
    return within(bounds[0][0], bounds[0][1], size) if len(bounds) == 1 else None


def within(first: str, last: str, size: int) -> Window:
    """The bytes of one range. Raises ApiError where the file has none of them."""
    window = (
        Window(int(first), min(int(last or size) + 1, size))
        if first
        else Window(max(size - int(last), 0), size)
    )
    if window.first >= window.end or (first and last and int(last) < int(first)):
        detail = f"The file has {size} bytes, and none from {first or 'the last'} to {last or 'the end'}."
        raise ApiError(problems.RANGE_NOT_SATISFIABLE, detail, headers={"Content-Range": f"bytes */{size}"})
    return window
