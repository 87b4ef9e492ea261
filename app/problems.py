"""The one error shape, RFC 9457 problem+json, and every type of problem there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from app.described import Described


@dataclass(frozen=True)
class Type:
    """A type of problem: a page that we serve, and the status that goes with it."""

    slug: str
    status: int
    title: str
    meaning: str

    @property
    def url(self) -> str:
        return f"/problems/{self.slug}"


UNKNOWN_PARAMETER = Type(
    "unknown-parameter",
    400,
    "Unknown query parameter",
    "The query has a parameter that the path does not know. Nothing was ignored: remove it, or use the name suggested.",
)
REPEATED_PARAMETER = Type(
    "repeated-parameter",
    400,
    "Query parameter given more than once",
    "A parameter that takes one value was given several. Give it once.",
)
INVALID_VALUE = Type(
    "invalid-value",
    400,
    "Invalid value of a query parameter",
    "A parameter has a value that it cannot have. `errors` names it, says what is allowed and what may have been meant.",
)
INVALID_CURSOR = Type(
    "invalid-cursor",
    400,
    "Invalid cursor",
    "The cursor was not made by this API for this query. Take it from `next` or `prev` of a page of the same query.",
)
INVALID_QUERY = Type(
    "invalid-query",
    400,
    "Malformed query string",
    "The query string is no percent-encoded UTF-8, or holds a NUL character.",
)
INVALID_RANGE = Type(
    "invalid-range",
    400,
    "Malformed Range header",
    "The header Range asks for bytes in a form that it cannot have. Write it like bytes=0-1023, bytes=1024- or bytes=-500.",
)
RANGE_NOT_SATISFIABLE = Type(
    "range-not-satisfiable",
    416,
    "No such part of the file",
    "The header Range asks for a part that the file does not have. Content-Range gives the size of the file.",
)
NOT_FOUND = Type(
    "not-found",
    404,
    "Not found",
    "Nothing has this path. Where the id resembles others, `errors` suggests them.",
)
METHOD_NOT_ALLOWED = Type(
    "method-not-allowed",
    405,
    "Method not allowed",
    "Every path answers GET, HEAD and OPTIONS, and nothing else.",
)
NOT_ACCEPTABLE = Type(
    "not-acceptable",
    406,
    "No such media type",
    "The header Accept names no media type that the path has. `errors` lists those that it has; the parameter `format` wins over the header.",
)
STALE_CURSOR = Type(
    "stale-cursor",
    410,
    "Cursor of an earlier dataset version",
    "The dataset has been replaced since the cursor was made. Start again from the first page.",
)
WITHDRAWN = Type(
    "withdrawn",
    410,
    "Withdrawn",
    "The record was withdrawn from the dataset. Its id is not used again.",
)
BODY_TOO_LARGE = Type("body-too-large", 413, "Request with a body", "No path takes a body. Send none.")
URI_TOO_LONG = Type(
    "uri-too-long",
    414,
    "Address too long",
    "The path and query have more than 8192 bytes. Ask for less at once.",
)
INTERNAL_ERROR = Type(
    "internal-error", 500, "Internal error", "The server failed. The request id finds the failure in its log."
)
MALFORMED = Type(
    "malformed-request",
    400,
    "Malformed request",
    "The request is no HTTP/1.1 or HTTP/1.0 request with one Host.",
)
TOO_SLOW = Type(
    "request-timeout",
    408,
    "Request too slow",
    "The head of the request was not there in time. Send it at once.",
)
HEAD_TOO_LARGE = Type(
    "head-too-large",
    431,
    "Request head too large",
    "The head of the request has more than 32 KiB or more than 100 fields. Send less.",
)
OVERLOADED = Type(
    "overloaded",
    503,
    "Too many at a time",
    "The server has as many connections, or long answers under way, as it takes. Try again later.",
)
TOO_COSTLY = Type(
    "too-costly",
    503,
    "Query too costly",
    "The database did not find the answer in the time that a query may take. Narrow the query, or try again later.",
)
UNAVAILABLE = Type(
    "unavailable", 503, "Dataset unavailable", "There is no usable database at the moment. Try again later."
)
TYPES = {value.slug: value for value in list(vars().values()) if isinstance(value, Type)}


MOST = 100
"""How many faults a problem lists, and how many values that would be right."""


class ProblemError(Described):
    """One thing that is wrong with a request."""

    parameter: str | None = Field(examples=["knd"], json_schema_extra={"minLength": 0})
    """The query parameter, as it was given and thus perhaps empty, or `path` for the path; null where it is neither."""
    detail: str = Field(examples=["There is no parameter 'knd'."])
    """What is wrong with it."""
    allowed: list[str] = Field(examples=[["kind", "status"]], max_length=MOST)
    """What would be right, where that is a list of at most 100."""
    suggestion: str | None = Field(examples=["kind"])
    """What may have been meant; null where nothing is near; of many wrong ids it is looked for with the first ten."""


class Problem(Described):
    """An error, as RFC 9457 defines it."""

    type: str = Field(examples=[UNKNOWN_PARAMETER.url])
    """The type of problem: the path of a page that explains it."""
    title: str = Field(examples=[UNKNOWN_PARAMETER.title])
    """The type of problem, in words."""
    status: int = Field(examples=[400])
    """The HTTP status."""
    detail: str = Field(examples=["There is no parameter 'knd'."])
    """What went wrong this time; of many faults the first five."""
    instance: str | None = Field(examples=["0f9c1d52a7e84b06"])
    """The id of the request, as in the header X-Request-ID; null where it has none."""
    errors: list[ProblemError] = Field(max_length=MOST)
    """Each thing that is wrong with the request, once; of more than 100 the first 100."""


@dataclass
class ApiError(Exception):
    """What ends a request; `app.errors` turns it into a response."""

    type: Type
    detail: str
    errors: list[ProblemError] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


class Unavailable(ApiError):
    """There is no usable database."""

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE, UNAVAILABLE.meaning, headers={"Retry-After": "5"})


class Overloaded(ApiError):
    """More is asked for at once than can be answered."""

    def __init__(self) -> None:
        super().__init__(OVERLOADED, OVERLOADED.meaning, headers={"Retry-After": "5"})


class TooCostly(ApiError):
    """A statement was stopped because it took too long."""

    def __init__(self) -> None:
        super().__init__(TOO_COSTLY, TOO_COSTLY.meaning, headers={"Retry-After": "60"})


def problem(
    type_: Type, detail: str, errors: list[ProblemError] | None = None, instance: str | None = None
) -> Any:
    """The body of a problem."""
    return Problem(
        type=type_.url,
        title=type_.title,
        status=type_.status,
        detail=detail,
        instance=instance,
        errors=errors or [],
    )
