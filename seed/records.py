"""What a record file may hold: one class a type, each the plain fields of its table plus links by id."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from sqlmodel import SQLModel

from app import models as m
from app import vocabularies as v
from seed.dates import bounds

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _edtf(text: str) -> str:
    bounds(text)
    return text


Edtf = Annotated[str, AfterValidator(_edtf)]


Table = type[SQLModel]


class Strict(SQLModel):
    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]


class Citation(Strict):
    """One piece of evidence for one or several fields."""

    field: list[str] = []
    basis: v.Basis = v.Basis.STATED
    how: Text | None = None
    at: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+#[1-9][0-9]*$")] | None = None
    quote: str | None = None
    reference: Slug | None = None

    @model_validator(mode="before")
    @classmethod
    def one_field_is_a_list_of_one(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("field"), str):
            return data | {"field": [data["field"]]}
        return data

    @model_validator(mode="after")
    def shows_what_it_rests_on(self) -> "Citation":
        outside = self.basis is v.Basis.OUTSIDE
        if outside != (self.reference is not None) or outside == (self.at is not None):
            raise ValueError("evidence from outside has a reference, any other has `at` and `quote`")
        if (self.at is None) != (self.quote is None):
            raise ValueError("`at` and `quote` go together")
        if (self.basis is v.Basis.STATED) == (self.how is not None):
            raise ValueError("`how` says how a fact is known that is not stated, and only then")
        return self

    @property
    def source(self) -> str | None:
        return self.at.partition("#")[0] if self.at else None

    @property
    def paragraph(self) -> int | None:
        return int(self.at.partition("#")[2]) if self.at else None


class Cited(Strict):
    evidence: list[Citation] = []


class Alias(Cited):
    name: Text
    kind: v.AliasKind


class Note(Strict):
    field: str
    reason: v.NoteReason
    text: Text


class Membership(Cited, m.MembershipFields):
    organization: Slug
    start: Edtf | None = None
    end: Edtf | None = None
    as_of: Edtf | None = None


class Participation(Cited, m.ParticipationFields):
    organization: Slug
    person: Slug | None = None


class AreaLink(Cited):
    area: Slug


class Relation(Cited, m.RelationFields):
    object: Slug


class Record(Cited):
    """What every record has."""

    type: ClassVar[v.RecordType]
    table: ClassVar[Table]

    id: Slug
    name: Text
    summary: Text
    aliases: list[Alias] = []
    areas: list[AreaLink] = []
    relations: list[Relation] = []
    notes: list[Note] = []


Numbers = Annotated[
    str,
    StringConstraints(
        pattern=r"^[1-9][0-9]{0,5}(-[1-9][0-9]{0,5})?(, ?[1-9][0-9]{0,5}(-[1-9][0-9]{0,5})?)*$"
    ),
]
"""Paragraphs by number: 1, 3-5, 9."""


def numbered(text: str) -> list[int]:
    spans = [span.strip().partition("-") for span in text.split(",")]
    return [n for first, _, last in spans for n in range(int(first), int(last or first) + 1)]


class Boilerplate(Strict):
    """Paragraphs of a source that state nothing."""

    paragraphs: Numbers
    reason: Text


class Repetition(Boilerplate):
    """Paragraphs of a source that stand in it before."""

    of: Numbers
    """The first occurrences: as many in the same order, or one."""


class Source(Record, m.SourceFields):
    type = v.RecordType.SOURCE
    table = m.Source
    published: Edtf | None = None
    boilerplate: list[Boilerplate] = []
    repeats: list[Repetition] = []


class Place(Record, m.PlaceFields):
    type = v.RecordType.PLACE
    table = m.Place
    country_code: str | None = None
    parent: Slug | None = None


class Organization(Record, m.OrganizationFields):
    type = v.RecordType.ORGANIZATION
    table = m.Organization
    country_code: str | None = None
    parent: Slug | None = None
    place: Slug | None = None
    start: Edtf | None = None
    end: Edtf | None = None
    memberships: list[Membership] = []


class Person(Record, m.PersonFields):
    type = v.RecordType.PERSON
    table = m.Person
    memberships: list[Membership] = []


class Area(Record, m.AreaFields):
    type = v.RecordType.AREA
    table = m.Area
    parent: Slug | None = None
    place: Slug | None = None


class MeetingSeries(Record, m.MeetingSeriesFields):
    type = v.RecordType.MEETING_SERIES
    table = m.MeetingSeries
    organizer: Slug | None = None
    start: Edtf | None = None
    participants: list[Participation] = []


class Meeting(Record, m.MeetingFields):
    type = v.RecordType.MEETING
    table = m.Meeting
    series: Slug | None = None
    parent: Slug | None = None
    place: Slug | None = None
    date: Edtf | None = None
    date_outside: Edtf | None = None
    participants: list[Participation] = []


class Document(Record, m.DocumentFields):
    type = v.RecordType.DOCUMENT
    table = m.Document
    adopted_at: Slug | None = None
    date: Edtf | None = None
    date_outside: Edtf | None = None


class Activity(Record, m.ActivityFields):
    type = v.RecordType.ACTIVITY
    table = m.Activity
    place: Slug | None = None
    date: Edtf | None = None


class Statement(Record, m.StatementFields):
    type = v.RecordType.STATEMENT
    table = m.Statement
    meeting: Slug | None = None
    date: Edtf | None = None
    date_outside: Edtf | None = None


class Reference(m.ReferenceFields):
    """A page or standard that knowledge from outside comes from."""

    model_config = ConfigDict(extra="forbid")  # type: ignore[assignment]
    id: Slug


class Column(Strict):
    """A declaration for a whole field: where every value of it comes from."""

    field: str
    basis: v.Basis
    how: Text
    reference: Slug | None = None


class Null(Strict):
    """A declaration for a whole field: why it is null where no note of the record says more."""

    field: str
    kind: list[str] = Field(default=[], description="Only for records of these kinds.")
    reason: v.NoteReason
    text: Text


class Withdrawn(Strict):
    """The id of a record that was taken out; it is never used again."""

    id: Slug
    type: v.RecordType
    reason: Text


class Merged(Strict):
    """The id of a record that became part of another one."""

    id: Slug
    into: Slug


class File(Strict):
    """A record file."""

    records: list[dict[str, Any]]
    withdrawn: list[Withdrawn] = []
    merged: list[Merged] = []
    columns: list[Column] = []
    nulls: list[Null] = []
    references: list[Reference] = []
    released: Edtf | None = None
