"""What every operation can answer besides its own 200: the statuses, their bodies and their headers, declared once."""

from typing import Any

from app import problems
from app.errors import MEDIA_TYPE
from app.formats import HTML
from app.problems import ProblemError, Type, problem
from app.responses import CACHE_CONTROL

FIXED = ("/problems/{id}", "/vocabularies/{id}")
"""What has ids but is no record: it has no aliases and is not withdrawn."""

PAGES = ("/docs", "/redoc")
"""Pages that have nothing to do with the dataset."""
WITHOUT = ("/health/live", "/openapi.json", *PAGES)
"""What answers without a dataset too."""


def header(description: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"description": description, "required": True, "schema": schema, "example": example}


HEADERS = {
    "ETag": header(
        "What this answer is, for If-None-Match: the dataset version and the format.",
        'W/"0f9c1d52a7e84b06-json"',
    ),
    "Last-Modified": header("The day on which the dataset was released.", "Sun, 22 Nov 2026 00:00:00 GMT"),
    "Cache-Control": header("How long a cache may keep the answer.", CACHE_CONTROL),
    "X-Request-ID": header(
        "The id of the request: the one sent, or a new one. It is in the server's log.", "0f9c1d52a7e84b06"
    ),
    "Link": header(
        "The pages before and after this one (`next`, `prev`), this document (`service-desc`) and its pages (`service-doc`).",
        '</openapi.json>; rel="service-desc"',
    ),
    "Location": header("The permanent path.", "/organizations/osce"),
    "Retry-After": header("After how many seconds to ask again.", "5"),
}
DRAWN = {"type": "string", "description": "The same as a page, for who asks for HTML."}
CACHED = ("ETag", "Last-Modified", "Cache-Control")


def headers(*names: str) -> dict[str, Any]:
    every = (*names, "Link", "X-Request-ID")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in every}


def error(
    description: str, type_: Type, *faults: ProblemError, extra: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A response that is a problem, with one as an example."""
    detail = " ".join(fault.detail for fault in faults) or type_.meaning
    example = problem(type_, detail, list(faults), "0f9c1d52a7e84b06").model_dump()
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "headers": headers(*extra),
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}, HTML.media_type: {"schema": DRAWN}},
    }


def fault(parameter: str, detail: str, allowed: list[str], suggestion: str | None) -> ProblemError:
    return ProblemError(parameter=parameter, detail=detail, allowed=allowed, suggestion=suggestion)


RESPONSES = {
    "NotModified": {
        "description": "The copy that the client has, by `If-None-Match` or `If-Modified-Since`, still holds. There is no body.",
        "headers": headers(*CACHED),
    },
    "PermanentRedirect": {
        "description": "The id was written in another letter case, is an alias, or was merged; the record is at `Location`.",
        "headers": headers("Location"),
    },
    "BadRequest": error(
        "A parameter, a value or a cursor is wrong, or a parameter is given twice; `errors` names every fault.",
        problems.UNKNOWN_PARAMETER,
        fault("knd", "There is no parameter 'knd'.", ["kind", "status"], "kind"),
    ),
    "NotFound": error(
        "Nothing has this id; `errors` suggests ids that resemble it.",
        problems.NOT_FOUND,
        fault(
            "path",
            "No organization has the id 'osze'.",
            ["/organizations/osce"],
            "/organizations/osce",
        ),
    ),
    "NotAcceptable": error(
        "The header `Accept` names no format that the path has.",
        problems.NOT_ACCEPTABLE,
    ),
    "StaleCursor": error(
        "The cursor is of an earlier dataset version. Start again from the first page.", problems.STALE_CURSOR
    ),
    "Withdrawn": error(
        "The record was withdrawn from the dataset. Its id is not used again.", problems.WITHDRAWN
    ),
    "AddressTooLong": error("The path and query have more than 8192 bytes.", problems.URI_TOO_LONG),
    "InternalError": error("The server failed; the request id finds the failure.", problems.INTERNAL_ERROR),
    "Unavailable": error(
        "There is no usable database at the moment.", problems.UNAVAILABLE, extra=("Retry-After",)
    ),
}


def answers(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The responses of an operation: what it declares itself, and what follows from its path and its parameters."""
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    record = path.endswith("/{id}") and path not in FIXED
    kept = not path.startswith("/health/") and path not in PAGES
    possible = {
        "304": "NotModified" if kept else None,
        "308": "PermanentRedirect" if record else None,
        "400": "BadRequest",
        "404": "NotFound" if "{" in path else None,
        "406": "NotAcceptable" if "format" in names else None,
        "410": "StaleCursor" if "cursor" in names else "Withdrawn" if record else None,
        "414": "AddressTooLong" if len(names) > 1 else None,
        "500": "InternalError",
        "503": "Unavailable" if path not in WITHOUT else None,
    }
    own = operation["responses"]
    own.pop("422", None)
    success = own["200"]
    if success["description"] == "Successful Response":
        success["description"] = "The answer."
    success["headers"] = headers(*(CACHED if kept else ())) | success.get("headers", {})
    shared = {status: {"$ref": f"#/components/responses/{name}"} for status, name in possible.items() if name}
    return dict(sorted((shared | own).items()))
