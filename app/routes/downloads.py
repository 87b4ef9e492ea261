"""/downloads"""

from difflib import get_close_matches
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import StreamingResponse

from app import problems
from app.catalogue import Downloads
from app.downloads import PATH, SQLITE, Window, file_bytes, files, stored_bytes, window_of
from app.faults import shown
from app.formats import JSON, negotiate
from app.pages import release_of
from app.parameters import Query, parse
from app.problems import ApiError, ProblemError
from app.responses import fresh, respond, validators
from app.routing import Direct
from app.streams import stream

router = APIRouter(prefix=PATH, tags=["dataset"], route_class=Direct)
Name = Annotated[str, Path(description="The name of the file.", examples=["meetings.csv"])]
BYTES = {"type": "string", "format": "binary"}
CONTENT: dict[str, Any] = {
    "content": {
        "application/octet-stream": {"schema": BYTES | {"description": "Any of the files, as bytes."}},
        "application/vnd.sqlite3": {"schema": BYTES | {"description": "The SQLite file."}},
        "text/csv": {"schema": {"type": "string", "description": "A list, a line for each record."}},
        "application/x-ndjson": {
            "schema": {"type": "string", "description": "A list, a JSON object a line."}
        },
        "application/json": {"schema": {"type": "object", "description": "The Data Package."}},
    }
}
"""The types that files have; the first one is for clients that are generated, which take a single type for every file."""


@router.get("", response_model=Downloads)
def list_downloads(request: Request) -> Response:
    """The whole dataset as files, each with its size and SHA-256: SQLite, CSV, NDJSON, and the Data Package over them."""
    parse(Query, request.scope["query_string"])
    negotiate(request, None, (JSON,))
    release = release_of(request)
    found = list(files(release).values())
    return respond(request, release, Downloads(items=found, total=len(found)).model_dump_json())


@router.get(
    "/{name}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The whole file.", **CONTENT},
        206: {"description": "The part that the header Range asks for.", **CONTENT},
    },
)
def get_download(request: Request, name: Name) -> Response:
    """One file, or the part of it that the header Range asks for."""
    parse(Query, request.scope["query_string"])
    release = release_of(request)
    found = files(release)
    if name not in found:
        raise unknown(name, list(found))
    file = found[name]
    headers = validators(release.version, release.released, file.media_type) | {
        "ETag": f'"{file.sha256}"',
        "Accept-Ranges": "bytes",
    }
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if fresh(request, headers):
        return Response(status_code=304, headers=headers)
    part = window_of(request.headers, file.bytes, headers["ETag"])
    window = part or Window(0, file.bytes)
    headers["Content-Length"] = str(window.end - window.first)
    if part:
        headers["Content-Range"] = f"bytes {window.first}-{window.end - 1}/{file.bytes}"
    own = release.file if name == SQLITE else None
    pieces = file_bytes(own, window) if own else stored_bytes(release, name, window)
    body = stream(pieces, request.app.state.database.run)
    return StreamingResponse(body, 206 if part else 200, headers, file.media_type)


def unknown(name: str, names: list[str]) -> ApiError:
    near = [f"{PATH}/{other}" for other in get_close_matches(name.lower(), names, n=3, cutoff=0.6)]
    detail = f"No download has the name {shown(name)}; GET {PATH} lists them."
    error = ProblemError(parameter="path", detail=detail, allowed=near, suggestion=near[0] if near else None)
    return ApiError(problems.NOT_FOUND, detail, [error])
