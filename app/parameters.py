"""Query strings, read strictly: nothing unknown, nothing twice, nothing that is no UTF-8; every fault named at once."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import unquote_to_bytes

from fastapi import Path
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from app import problems
from app.countries import COUNTRIES
from app.described import Described
from app.faults import CODE, DAY, invalid, invalid_values, repeated_parameter, unknown_parameters
from app.problems import ApiError, ProblemError
from app.search import Text
from app.vocabularies import OwnType, RecordType

Q = TypeVar("Q", bound="Query")


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"0|[1-9][0-9]{0,8}", value, re.ASCII):
        raise ValueError("give a whole number of at most nine digits, without a sign or leading zeros")
    return value


def _calendar_date(text: str) -> str:
    try:
        first_day(text)
    except ValueError as error:
        raise ValueError(f"the calendar has no {text}") from error
    return text


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("ISO 3166-1 assigns this code to no country")
    return code


POSSIBLE_DAY = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
"""What the document says of a day, for those who check before they ask; what only looks like one is told what is wrong."""
Slug = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(json_schema_extra={"pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$"}),
]
"""An id, as it stands in every record; what has another form is looked up all the same, for the nearest to be named."""
Id = Annotated[str, Path(description="The id of the record.")]
CountryCode = Annotated[str, StringConstraints(pattern=CODE), AfterValidator(_country)]
Limit = Annotated[int, BeforeValidator(_digits)]
Paragraph = Annotated[int, Field(ge=1, le=999_999_999), BeforeValidator(_digits)]
CalendarDate = Annotated[
    str,
    StringConstraints(pattern=DAY),
    AfterValidator(_calendar_date),
    Field(json_schema_extra={"pattern": POSSIBLE_DAY}),
]
"""A year, a month or a day that the calendar has."""


Cursor = Annotated[
    str,
    StringConstraints(max_length=2000),
    Field(json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"}),
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""Any text, to be searched for by its words."""


def first_day(text: str) -> str:
    year, month, day = ([*map(int, text.split("-")), 1, 1])[:3]
    return date(year, month, day).isoformat()


def last_day(text: str) -> str:
    year, month, day = ([*map(int, text.split("-")), 0, 0])[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1]).isoformat()


class Query(Described):
    """The parameters of a path; a subclass adds its own."""

    model_config = ConfigDict(extra="forbid")


class RecordQuery(Query):
    """The parameters of a record."""

    format: str | None = Field(None, examples=["json"])
    """The format of the answer; it wins over the header `Accept`."""


PAGING = {"sort", "limit", "cursor", "facet", "format"}
"""Parameters that choose no records."""


class ListQuery(RecordQuery):
    """The parameters of every list."""

    q: Words | None = Field(None, examples=["arms control"])
    """Only records with all of these words in their names, summaries or evidence; the last word may be only begun. Case, diacritics, punctuation and British or American spelling make no difference, and nothing is an operator."""
    id: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce", "nato"]])
    """Only the records with these ids. Repeat it for several, up to 100."""
    source: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato-2014-11-12"]])
    """Only records of which a fact rests on one of these sources."""
    sort: str | None = Field(None, max_length=200, examples=["-name"])
    """The sort keys, separated by commas; `-` before a key turns it around. Unknown values come last in either direction, and the id decides between equals."""
    limit: Limit = Field(25, ge=0, le=100, examples=[25])
    """How many records a page holds; 0 gives the total alone."""
    cursor: Cursor | None = None
    """Where the page starts: taken from `next` or `prev` of a page of the same query."""
    facet: list[str] = Field(default_factory=list, max_length=10, examples=[["kind"]])
    """Count the matching records by the values of this filter: all values, the most frequent first, and under `null` the records that have none. Where a record can have several values it counts under each. Where several filters are about one and the same link, only the values of the links that fulfil the others count. More than 10,000 values are refused. Repeat it for several facets."""

    def filters(self) -> dict[str, list[Any]]:
        """The filters of the listing that are asked for, each with its values, in the order of their names."""
        if self.model_fields_set <= PAGING:
            return {}
        given = self.model_dump(mode="json", exclude=PAGING, exclude_defaults=True)
        if self.q is not None:
            given["q"] = Text.of(self.q)
        return {
            name: sorted(set(values)) if isinstance(values, list) else [values]
            for name, values in sorted(given.items())
        }


class DatedQuery(ListQuery):
    """The parameters of a list of dated records."""

    date_from: CalendarDate | None = Field(None, examples=["2004-01"])
    """Only records whose date may lie on or after the first day of this year, month or day. A date is taken as the span from its `earliest` to its `latest` day; `~` and `?` do not widen it, an interval without a start or end is open there, and a date whose year no text gives is taken as what is known of it from outside, or else matches nothing."""
    date_to: CalendarDate | None = Field(None, examples=["2014"])
    """Only records whose date may lie on or before the last day of this year, month or day. It cannot lie before `date_from`."""
    date_match: Literal["overlaps", "within"] = Field("overlaps", examples=["within"])
    """How `date_from` and `date_to` compare: `overlaps` keeps a date of which any day may lie in the range, `within` only one of which no day can lie outside. Records without a date match neither. `within` goes with `date_from` or `date_to`, which say what range."""

    @field_validator("date_to")
    @classmethod
    def ends_after_it_starts(cls, value: str | None, info: ValidationInfo) -> str | None:
        start = info.data.get("date_from")
        if value and start and last_day(value) < first_day(start):
            raise ValueError(f"the range would end before it starts, with date_from={start}")
        return value

    @field_validator("date_match")
    @classmethod
    def goes_with_a_range(cls, value: str, info: ValidationInfo) -> str:
        # The default is let be, because a client that is generated sends it with every request.
        if value == "within" and info.data.get("date_from", "") is info.data.get("date_to", "") is None:
            raise ValueError("it goes with `date_from` or `date_to`, which say what range")
        return value

    def filters(self) -> dict[str, list[Any]]:
        own = super().filters()
        own.pop("date_match", None)
        for name, day in (("from", first_day), ("to", last_day)):
            if values := own.pop(f"date_{name}", None):
                own[f"{self.date_match}_{name}"] = [day(values[0])]
        return own


class MemberQuery(ListQuery):
    """The parameters of a list of members."""

    on: CalendarDate | None = Field(None, examples=["2004"])
    """Only memberships that may hold at some time in this year, month or day. A membership runs from the first day of its `start` to the last day of its `end`; where one of them is not known it is open there, so that it may hold at any time before or after. `as_of` does not narrow it. With the other filters on memberships it is about one and the same membership."""

    def filters(self) -> dict[str, list[Any]]:
        own = super().filters()
        if values := own.pop("on", None):
            own |= {"on_from": [first_day(values[0])], "on_to": [last_day(values[0])]}
        return own


class SearchQuery(RecordQuery):
    """The parameters of the search."""

    q: Words = Field(examples=["arms control"])
    """What to search for: any text. A record matches that has every word of it in its name, aliases, summary and evidence taken together; the last word may be only begun. Case, diacritics, punctuation and British or American spelling make no difference, and nothing is an operator. A text without a letter or digit finds nothing."""
    type: list[OwnType] = Field(default_factory=list, max_length=100, examples=[["meeting"]])
    """Only records of these types. Relations and evidence are found with the records that they are about; by themselves they are searched with `q` on their lists."""
    limit: Limit = Field(25, ge=0, le=100, examples=[25])
    """How many records a page holds; 0 gives the totals alone."""
    cursor: Cursor | None = None
    """Where the page starts: taken from `next` or `prev` of a page of the same query."""

    def types(self) -> tuple[RecordType, ...]:
        """The types asked for, or all."""
        return tuple(sorted(set(self.type) or get_args(OwnType)))


def parse(model: type[Q], raw: bytes) -> Q:
    """The parameters of a request. Raises ApiError that names every one that is wrong."""
    return read(model, raw) if raw else blank(model)


@cache
def blank(model: type[Q]) -> Q:
    """No parameters at all, as of most requests for a record; nobody changes what was parsed."""
    return read(model, b"")


def read(model: type[Q], raw: bytes) -> Q:
    given: dict[str, list[str]] = {}
    for name, value in pairs(raw):
        given.setdefault(name, []).append(value)
    known = repeatable(model)
    if unknown := [name for name in given if name not in known]:
        raise unknown_parameters(unknown, list(known))
    values: dict[str, Any] = {}
    for name, found in given.items():
        if len(found) > 1 and not known[name]:
            raise repeated_parameter(name, len(found))
        values[name] = found if known[name] else found[0]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid_values(invalid(detail) for detail in error.errors(include_url=False)) from None


@cache
def repeatable(model: type["Query"]) -> dict[str, bool]:
    """The parameters of a path, and whether each may be given more than once."""
    return {name: get_origin(field.annotation) is list for name, field in model.model_fields.items()}


def pairs(raw: bytes) -> Iterator[tuple[str, str]]:
    """The names and values of a query string, decoded without any repair."""
    quoted = b"%" in raw or b"+" in raw
    for part in filter(None, raw.split(b"&")):
        name, _, value = part.partition(b"=")
        if quoted:
            name, value = (unquote_to_bytes(text.replace(b"+", b" ")) for text in (name, value))
        try:
            decoded = name.decode("utf-8"), value.decode("utf-8")
        except UnicodeDecodeError:
            raise ApiError(problems.INVALID_QUERY, "The query string is no UTF-8.") from None
        if "\0" in "".join(decoded):
            raise ApiError(
                problems.INVALID_QUERY,
                "The query string holds a NUL character.",
                [
                    ProblemError(
                        parameter=decoded[0].replace("\0", "\ufffd"),
                        detail="It holds a NUL character.",
                        allowed=[],
                        suggestion=None,
                    )
                ],
            )
        yield decoded
