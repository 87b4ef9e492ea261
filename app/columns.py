"""Records as rows of a table: which columns each type has, what they mean, and how a cell is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app import schemas as s
from app.described import fields as described
from app.listings import Listing
from app.vocabularies import RecordType

ROWS: dict[RecordType, type[BaseModel]] = {
    RecordType.ORGANIZATION: s.OrganizationRow,
    RecordType.MEETING: s.MeetingRow,
    RecordType.AREA: s.AreaRow,
    RecordType.PERSON: s.PersonRow,
    RecordType.PLACE: s.PlaceRow,
    RecordType.MEETING_SERIES: s.MeetingSeriesRow,
    RecordType.DOCUMENT: s.DocumentRow,
    RecordType.ACTIVITY: s.ActivityRow,
    RecordType.STATEMENT: s.StatementRow,
    RecordType.RELATION: s.RelationRow,
    RecordType.SOURCE: s.SourceRow,
    RecordType.EVIDENCE: s.Evidence,
}
SEPARATOR = " | "
"""Between the values of a cell that holds several."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula; such a text gets an apostrophe in front."""

Take = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in Table Schema, its meaning, and where its value stands in a list row."""

    name: str
    type: str
    description: str
    take: Take
    values: tuple[str, ...] = ()
    """The values that it can have, where they are a closed list."""
    refers_to: str = ""
    """The field that it takes the id from, where it is a reference."""


def columns(listing: Listing) -> tuple[Column, ...]:
    """The columns of a list."""
    return columns_of(s.TimelineItem if listing.mixed else ROWS[listing.type])


@cache
def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a model of list rows, in the order of its fields; this order is permanent."""
    fields = described(model)
    first = [name for name in ("id", "type", "name", "url") if name in fields]
    names = [*first, *(name for name in fields if name not in first)]
    return tuple(column for name in names for column in of_field(name, fields[name]))


def of_field(name: str, field: FieldInfo) -> Iterator[Column]:
    """One column for a plain field, several for what has parts."""
    options = [option for option in get_args(field.annotation) if option is not NoneType]
    annotation: Any = field.annotation if get_origin(field.annotation) or not options else options[0]
    if NoneType in get_args(field.annotation):
        annotation = options[0]
    text = field.description or ""
    if name == "participants":
        yield from participants(text)
    elif name == "aliases":
        yield Column(name, "string", f"{text} {joined()}", lambda row: joined_names(row["aliases"]))
    elif get_origin(annotation) is dict:
        yield Column(name, "string", f"{text} Written as field=basis. {joined()}", bases)
    elif isinstance(annotation, type) and issubclass(annotation, s.Ref):
        yield from reference(name, text, required=field.annotation is s.Ref)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from parts(name, annotation)
    else:
        yield Column(name, kind(annotation), text, lambda row: row[name], values(annotation))


def joined() -> str:
    return f"Several are separated by {SEPARATOR!r}."


def joined_names(items: list[dict[str, Any]]) -> str:
    return SEPARATOR.join(item["name"] for item in items)


def bases(row: dict[str, Any]) -> str:
    return SEPARATOR.join(f"{field}={basis}" for field, basis in row["basis"].items())


def reference(name: str, text: str, *, required: bool) -> Iterator[Column]:
    """A record named in another one: its id and its name, and its type where that can be any."""
    yield Column(f"{name}_id", "string", f"{text} Its id.", inside(name, "id"), refers_to=name)
    if required:
        yield Column(f"{name}_type", "string", f"{text} Its type.", inside(name, "type"), tuple(RecordType))
    yield Column(f"{name}_name", "string", f"{text} Its name.", inside(name, "name"))


def parts(name: str, model: type[BaseModel]) -> Iterator[Column]:
    """A date or another value with parts: a column for each, and for a date from outside its EDTF form alone."""
    for part, field in described(model).items():
        text = field.description or ""
        if part == "outside":
            yield Column(f"{name}_outside", "string", f"{text} In EDTF.", outside(name))
        else:
            day = part in ("earliest", "latest")
            options = values(field.annotation)
            yield Column(f"{name}_{part}", "date" if day else "string", text, inside(name, part), options)


def participants(text: str) -> Iterator[Column]:
    """The first 25 participants, as in a list row, and how many there are."""
    yield Column("participants_total", "integer", f"{text} How many.", inside("participants", "total"))
    for part in ("organization", "person"):
        described = f"{text} The ids of each {part} among the first 25. {joined()}"
        yield Column(f"participants_{part}_ids", "string", described, participant_ids(part))


def participant_ids(part: str) -> Take:
    def take(row: dict[str, Any]) -> str:
        links = [link for item in row["participants"]["items"] for link in item["links"]]
        return SEPARATOR.join(dict.fromkeys(link[part]["id"] for link in links if link[part]))

    return take


def inside(name: str, part: str) -> Take:
    return lambda row: row[name] and row[name][part]


def outside(name: str) -> Take:
    return lambda row: row[name] and row[name]["outside"] and row[name]["outside"]["edtf"]


def kind(annotation: Any) -> str:
    return {int: "integer", bool: "boolean"}.get(annotation, "string")


def values(annotation: Any) -> tuple[str, ...]:
    options = (annotation, *get_args(annotation))
    constants = tuple(option for option in options if isinstance(option, StrEnum))
    found = [option for option in options if isinstance(option, type)]
    return constants or tuple(value for option in found if issubclass(option, StrEnum) for value in option)


def cell(value: Any) -> str:
    """A value as it stands in a CSV file: nothing for null, and no text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
