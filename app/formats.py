"""The formats that an answer can have, and which of them a request gets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from app import problems
from app.faults import fault, invalid_values, shown
from app.problems import ApiError, ProblemError

TOKEN = r"[!#$%&'*+.^_`|~0-9a-z-]+"
RANGE = re.compile(rf"\s*({TOKEN})/({TOKEN})\s*((?:;.*)?)", re.ASCII)
WEIGHT = re.compile(r";\s*q=([^;\s]*)\s*(?:;|$)", re.ASCII)
NUMBER = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?", re.ASCII)


@dataclass(frozen=True)
class Format:
    """A form of an answer: its name in `format`, and its media type in `Accept`."""

    name: str
    media_type: str
    meaning: str
    also: tuple[str, ...] = ()
    """Other media types by which clients ask for it."""
    whole: bool = True
    """Whether a list is answered as a whole, and not a page of it."""
    detailed: bool = False
    """Whether one record is written from its detail, and not from its list row."""
    disposition: str = "attachment"
    """What a browser does with it."""
    type: str = "string"
    """What it is to a reader that knows the media type."""
    by_name: bool = False
    """Whether only a range that names it asks for it, so that no program gets it unawares."""

    def match(self, type_: str, subtype: str) -> int:
        """How closely a media range names this format; 0 where it does not."""
        if self.by_name:
            return 3 * (f"{type_}/{subtype}" == self.media_type)
        if (type_, subtype) == ("*", "*"):
            return 1
        if subtype == "*":
            return 2 * self.media_type.startswith(f"{type_}/")
        return 3 * (f"{type_}/{subtype}" in (self.media_type, *self.also))


JSON = Format("json", "application/json", "The record, or a page of the list.", whole=False)
CSV = Format("csv", "text/csv", "The whole list as a table: a header, then a line for each record.")
NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    "The whole list, one JSON object a line.",
    ("application/ndjson", "application/jsonl", "application/x-jsonlines"),
    disposition="inline",
)
JSONLD = Format(
    "jsonld",
    "application/ld+json",
    "The record, or the whole list, as linked data.",
    detailed=True,
    disposition="inline",
    type="object",
)
BIB = Format("bib", "application/x-bibtex", "How to cite it, in BibTeX.", ("text/x-bibtex", "text/bibtex"))
RIS = Format("ris", "application/x-research-info-systems", "How to cite it, in RIS.")
ICS = Format("ics", "text/calendar", "What has a known date, as a calendar.", disposition="inline")
GRAPHML = Format("graphml", "application/graphml+xml", "The network as a graph that Gephi and networkx open.")
HTML = Format("html", "text/html", "A page for people, with the same data.", whole=False, by_name=True)
"""Drawn from the JSON by app/site, before any route sees the request; the last of each path's formats."""

EVERY = (JSON, CSV, NDJSON, JSONLD, BIB, RIS, ICS, GRAPHML, HTML)
PAGE = (JSON, HTML)
LIST = (JSON, CSV, NDJSON, JSONLD, BIB, RIS, HTML)
DETAIL = (JSON, JSONLD, BIB, RIS, HTML)
CALENDAR = (JSON, JSONLD, BIB, RIS, ICS, HTML)
TIMELINE = (JSON, CSV, NDJSON, JSONLD, BIB, RIS, ICS, HTML)
NETWORK = (JSON, GRAPHML, HTML)


def negotiate(request: Request, name: str | None, formats: Sequence[Format]) -> Format:
    """The format that a request asks for: by parameter, else by header, else the first.

    Raises ApiError: 400 for a parameter that names no format of the path, 406 for a header that none fits.
    """
    if name is not None:
        return named(name, formats)
    asked = b",".join([value for header, value in request.scope["headers"] if header == b"accept"])
    best = preferred(asked.decode("latin-1"), formats) if asked else formats[0]
    if best is None:
        raise not_acceptable(formats)
    return best


def preferred(accept: str, formats: Sequence[Format]) -> Format | None:
    """The format that a header weighs highest, the first of equals; none where it fits none."""
    if not accept.strip():
        return formats[0]
    asked = list(ranges(accept))
    weighed = [(*weight(format_, asked), format_) for format_ in formats]
    quality, _, best = max(weighed, key=lambda entry: entry[:2])
    return best if quality else None


@lru_cache(maxsize=1024)
def ranking(accept: bytes) -> bytes:
    """What a header asks for, of all formats that there are: two headers with one ranking get the same answer. Nothing is said for any of them."""
    asked = list(ranges(accept.decode("latin-1") if accept.strip() else "*/*"))
    weights = [weight(format_, asked) for format_ in EVERY]
    same = len(set(weights)) == 1 and weights[0] > (0.0, 0)
    return b"" if same else str(weights).encode()


def named(name: str, formats: Sequence[Format]) -> Format:
    found = next((format_ for format_ in formats if format_.name == name), None)
    if found is None:
        allowed = [format_.name for format_ in formats]
        raise invalid_values(
            [
                fault(
                    "format",
                    f"This path has no format {shown(name)}: it has {', '.join(allowed)}.",
                    allowed,
                    name,
                )
            ]
        )
    return found


def ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    """The media ranges of an Accept header with their weights; what is malformed asks for nothing."""
    for part in accept.lower().split(","):
        if found := RANGE.fullmatch(part):
            given = WEIGHT.search(found[3])
            text = given[1] if given else "1"
            if NUMBER.fullmatch(text) and (found[1] != "*" or found[2] == "*"):
                yield found[1], found[2], float(text)


def weight(format_: Format, asked: list[tuple[str, str, float]]) -> tuple[float, int]:
    """The weight that the closest range gives a format, and how close that is; between equals the closer wins."""
    matches = [(format_.match(type_, subtype), quality) for type_, subtype, quality in asked]
    closeness, quality = max(matches, default=(0, 0.0))
    return (quality, closeness) if closeness else (0.0, 0)


def not_acceptable(formats: Sequence[Format]) -> ApiError:
    allowed = [format_.media_type for format_ in formats]
    detail = f"The header Accept names no media type of this path: it has {', '.join(allowed)}."
    error = ProblemError(parameter=None, detail=detail, allowed=allowed, suggestion=None)
    return ApiError(problems.NOT_ACCEPTABLE, detail, [error], {"Vary": "Accept"})
