"""What every answer carries: validators, caching and the type of its content."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.database import Release

JSON = "application/json"
CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400"
CONDITIONS = (b"if-none-match", b"if-modified-since")
TAG = re.compile(r'"[^"]*"')


def respond(
    request: Request,
    release: Release,
    body: str | bytes | AsyncIterator[str],
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer from one dataset version, or 304 where the client has it already."""
    if isinstance(body, bytes) and not conditional(request):
        return Whole(body, [*head(release.version, release.released, media_type), *raw(headers)])
    carried = validators(release.version, release.released, media_type) | dict(headers or {})
    if fresh(request, carried):
        return Response(status_code=304, headers=carried)
    if isinstance(body, AsyncIterator):
        return StreamingResponse(body, headers=carried, media_type=media_type)
    return Response(body, media_type=media_type, headers=carried)


class Whole(Response):
    """A body that is there already, with a head that is there already too."""

    def __init__(self, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code, self.body, self.background = 200, body, None
        self.raw_headers = [(b"content-length", str(len(body)).encode()), *headers]


@lru_cache
def head(version: str, released: str, media_type: str) -> list[tuple[bytes, bytes]]:
    """What all answers of a release in one format begin with."""
    response = Response(media_type=media_type, headers=validators(version, released, media_type))
    return [header for header in response.raw_headers if header[0] != b"content-length"]


def raw(headers: Mapping[str, str] | None) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]


@lru_cache
def validators(version: str, released: str, media_type: str) -> dict[str, str]:
    """The headers that let a cache keep an answer and ask whether it still holds."""
    return {
        "ETag": f'W/"{version}-{media_type.partition(";")[0].rpartition("/")[2]}"',
        "Last-Modified": http_date(released),
        "Cache-Control": CACHE_CONTROL,
        "Vary": "Accept",
    }


def http_date(day: str) -> str:
    return format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC), usegmt=True)


def conditional(request: Request) -> bool:
    """Whether the client has a copy."""
    return any(name in CONDITIONS for name, _ in request.scope["headers"])


def fresh(request: Request, carried: Mapping[str, str]) -> bool:
    """Whether the client's copy is the one that it would get."""
    if not conditional(request):
        return False
    tags = b",".join(value for name, value in request.scope["headers"] if name == b"if-none-match")
    since = dict(request.scope["headers"]).get(b"if-modified-since")
    return is_fresh(tags, since, carried["ETag"], carried.get("Last-Modified", ""))


def is_fresh(tags: bytes | None, since: bytes | None, tag: str, modified: str) -> bool:
    """Tags compare weakly, and win over dates."""
    if tags:
        asked = tags.decode("latin-1")
        return asked == tag or asked.strip() == "*" or tag.removeprefix("W/") in TAG.findall(asked)
    # The date of a release is a day, and a day may see two: only the very date that we gave counts as known.
    return since is not None and since.decode("latin-1") == modified
