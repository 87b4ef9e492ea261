"""Every table, in dependency order: what is stored, each field documented once.

A class `…Fields` holds the plain fields of a type. Its table adds keys, its record file (seed/records.py) and its
response (app/schemas.py) inherit the same fields, so that a plain field is declared here and nowhere else.
"""

from typing import Any

from pydantic import ConfigDict
from sqlalchemy import Index, String, Table, literal_column
from sqlmodel import Field, SQLModel

from app import vocabularies as v

SCHEMA_VERSION = "9"
"""Changes whenever the tables do, or what is found in them; a file of another version is not served."""


def table(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that are built from columns."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class Documented(SQLModel):
    model_config = ConfigDict(defer_build=True)  # type: ignore[assignment]


def term(**options: Any) -> Any:
    """A column that holds a value of a closed vocabulary as plain text."""
    return Field(sa_type=String, **options)


def ref(target: str = "record.id", **options: Any) -> Any:
    """A column that holds the id of another record."""
    return Field(foreign_key=target, **options)


OPEN_START, OPEN_END = "0000-01-01", "9999-12-31"
"""The stored bounds of what has no known start or end; they compare before and after every date."""


def sortable(column: str) -> tuple[str, str]:
    """The sort keys of a first day, ascending and descending: what has none comes last in both."""
    known = f"nullif({column}, '{OPEN_START}')"
    return f"coalesce({known}, '~')", f"coalesce({known}, '')"


def dated(table: str, column: str, *filters: str, id: str = "id", whole: bool = True) -> tuple[Index, ...]:
    """Indexes for sorting by date in either direction, as a whole and for each filter within one of its values.

    The date itself comes last, so that SQLite finds there all that it orders by, and reads no row for it.
    """
    orders = zip(("ascending", "descending"), sortable(column), strict=True)
    firsts = [*([()] if whole else []), *((filter_,) for filter_ in filters)]
    return tuple(
        Index("_".join((table, *first, column, name)), *map(literal_column, (*first, key)), id, column)
        for name, key in orders
        for first in firsts
    )


BY_ID = {"sqlite_with_rowid": False}
"""Rows kept in the order of their ids: most filters find ids first, and a row is then one step away and not two."""

SPANS = (0, 31, 366, 3660, 36600)
"""Days between the first and the last day of a record, by which records are filed (app/periods.py)."""


class Dataset(SQLModel, table=True):
    """The one row that says what this database is."""

    version: str = Field(primary_key=True)
    schema_version: str
    released: str
    counts: str
    detail: str


class Download(SQLModel, table=True):
    """A file that holds a whole list, or describes the files that do."""

    name: str = Field(primary_key=True)
    media_type: str
    description: str
    bytes: int
    sha256: str


class DownloadPart(SQLModel, table=True):
    """A piece of a file; all but the last are of the same size."""

    __tablename__ = "download_part"
    name: str = ref("download.name", primary_key=True)
    position: int = Field(primary_key=True)
    content: bytes


class Record(SQLModel, table=True):
    """The common key space: one row for every record of every type, with its text for lists."""

    __table_args__ = (Index("record_type_name", "type", "name_key", "id"),)
    id: str = Field(primary_key=True)
    type: v.RecordType = term()
    name: str
    name_key: str
    summary: str
    list_row: str = ""


class Detail(SQLModel, table=True):
    """The whole text of a record, where it is another than that for lists; apart, so that lists do not read around it.

    Not in the order of ids: SQLite would read every text through that it compares the id of.
    """

    record_id: str = ref(primary_key=True)
    text: str


class Alias(SQLModel, table=True):
    """Another form of a record's name."""

    record_id: str = ref(primary_key=True)
    name: str = Field(primary_key=True)
    kind: v.AliasKind = term()
    basis: v.Basis = term()


class Redirect(SQLModel, table=True):
    """A name, as a slug, by which one record of a type can be asked for."""

    type: v.RecordType = term(primary_key=True)
    form: str = Field(primary_key=True)
    record_id: str = ref()


class Retired(SQLModel, table=True):
    """An id that no record has any more: withdrawn for a reason, or merged into another record."""

    id: str = Field(primary_key=True)
    type: v.RecordType = term()
    reason: str | None = None
    into_id: str | None = ref(default=None)


class Note(SQLModel, table=True):
    """Why a field is null, or what is doubtful in it."""

    record_id: str = ref(primary_key=True)
    position: int = Field(primary_key=True)
    field: str
    reason: v.NoteReason = term()
    text: str


class SourceFields(Documented):
    title: str
    """The title of the page, verbatim."""
    publisher: str
    """Who published the page."""
    address: str
    """Where the page stands on the web."""
    language: str
    """The language of the text, as a BCP 47 tag."""
    sha256: str
    """SHA-256 of the captured text file, in hexadecimal."""
    note: str
    """What the text is and how far it can be trusted."""


class Source(SourceFields, table=True):
    __table_args__ = dated("source", "earliest")
    id: str = ref(primary_key=True)
    published: str | None = None
    earliest: str | None = None
    latest: str | None = None


class PlaceFields(Documented):
    kind: v.PlaceKind = term()
    """What sort of place it is."""


class Place(PlaceFields, table=True):
    id: str = ref(primary_key=True)
    country_code: str | None = Field(default=None, index=True)
    parent_id: str | None = ref(default=None, index=True)


class OrganizationFields(Documented):
    kind: v.OrganizationKind = term(index=True)
    """What the organization is."""
    category: v.OrganizationCategory | None = term(default=None, index=True)
    """A finer division of the kind; null where the kind says all."""
    short_name: str | None = None
    """The abbreviation that the texts use."""


class Organization(OrganizationFields, table=True):
    __table_args__ = (*dated("organization", "earliest"), BY_ID)
    id: str = ref(primary_key=True)
    country_code: str | None = Field(default=None, index=True)
    parent_id: str | None = ref(default=None, index=True)
    place_id: str | None = ref(default=None, index=True)
    start: str | None = None
    end: str | None = None
    earliest: str | None = None
    latest: str | None = None


class PersonFields(Documented):
    honorific: str | None = None
    """The title that a text puts before the name, as it stands there."""


class Person(PersonFields, table=True):
    id: str = ref(primary_key=True)


class MembershipFields(Documented):
    role: v.MembershipRole = term()
    """In what way the member belongs to the organization."""
    post: v.Post | None = term(default=None)
    """The post that the member holds; null where none is stated."""


class Membership(MembershipFields, table=True):
    __table_args__ = (
        Index("membership_organization", "organization_id", "member_id"),
        Index("membership_member", "member_id", "organization_id"),
    )
    id: str = Field(primary_key=True)
    member_id: str = ref()
    organization_id: str = ref()
    start: str | None = None
    end: str | None = None
    as_of: str | None = None
    earliest: str | None = None
    latest: str | None = None


class AreaFields(Documented):
    scheme: v.AreaScheme = term(index=True)
    """Whose list of areas it belongs to."""
    kind: v.AreaKind = term(index=True)
    """Whether it is cut out by subject, by place or by way of working."""
    status: v.AreaStatus | None = term(default=None, index=True)
    """Whether there is work in it, by the text that names it."""


class Area(AreaFields, table=True):
    id: str = ref(primary_key=True)
    parent_id: str | None = ref(default=None, index=True)
    place_id: str | None = ref(default=None, index=True)


class AreaLink(SQLModel, table=True):
    """What carries an area, or is about it."""

    __table_args__ = (
        Index("area_link_area", "area_id", "record_id"),
        Index("area_link_record", "record_id", "area_id"),
        *dated("arealink", "earliest", "area_id", id="record_id", whole=False),
    )
    id: str = Field(primary_key=True)
    record_id: str = ref()
    area_id: str = ref()
    earliest: str | None = None
    """The first day of what carries the area, so that one area's records can be read in their order."""


class MeetingSeriesFields(Documented):
    kind: v.MeetingKind = term(index=True)
    """What sort of meeting recurs."""
    frequency: v.Frequency | None = term(default=None, index=True)
    """How often it recurs; null where no text says."""
    status: v.SeriesStatus | None = term(default=None, index=True)
    """Whether it goes on, by the text that names it."""


class MeetingSeries(MeetingSeriesFields, table=True):
    __tablename__ = "meeting_series"
    __table_args__ = (*dated("meeting_series", "earliest"), BY_ID)
    id: str = ref(primary_key=True)
    organizer_id: str | None = ref(default=None, index=True)
    start: str | None = None
    earliest: str | None = None
    latest: str | None = None


class MeetingFields(Documented):
    kind: v.MeetingKind = term(index=True)
    """What sort of meeting it is."""
    status: v.MeetingStatus = term(index=True)
    """Whether it took place, or is only announced."""


class Meeting(MeetingFields, table=True):
    __table_args__ = (
        *dated("meeting", "earliest", "reach", "kind", "status", "series_id", "parent_id", "place_id"),
        BY_ID,
    )
    id: str = ref(primary_key=True)
    series_id: str | None = ref(default=None, index=True)
    parent_id: str | None = ref(default=None, index=True)
    place_id: str | None = ref(default=None, index=True)
    date: str | None = None
    date_outside: str | None = None
    earliest: str | None = None
    latest: str | None = None
    reach: int | None = None
    """The first of SPANS that it does not outlast, by its number; one more if it does, two more without a start."""


class ParticipationFields(Documented):
    role: v.ParticipationRole = term()
    """In what way they took part."""
    post: v.Post | None = term(default=None)
    """The capacity in which the person acted; null where none is stated."""
    head_count: int | None = None
    """How many took part under this name, where a text counts them."""


class Participation(ParticipationFields, table=True):
    __table_args__ = (
        Index("participation_event", "event_id", "organization_id"),
        Index("participation_organization", "organization_id", "event_id"),
        Index("participation_person", "person_id", "event_id"),
        Index("participation_post", "post", "event_id"),
        *dated(
            "participation", "earliest", "organization_id", "person_id", "post", id="event_id", whole=False
        ),
    )
    id: str = Field(primary_key=True)
    event_id: str = ref()
    organization_id: str = ref()
    person_id: str | None = ref(default=None)
    earliest: str | None = None
    """The first day of the event, so that one participant's meetings can be read in their order."""


class DocumentFields(Documented):
    kind: v.DocumentKind = term(index=True)
    """What sort of document it is."""


class Document(DocumentFields, table=True):
    __table_args__ = (*dated("document", "earliest", "reach", "kind"), BY_ID)
    id: str = ref(primary_key=True)
    adopted_at_id: str | None = ref(default=None, index=True)
    date: str | None = None
    date_outside: str | None = None
    earliest: str | None = None
    latest: str | None = None
    reach: int | None = None
    """The first of SPANS that it does not outlast, by its number; one more if it does, two more without a start."""


class ActivityFields(Documented):
    kind: v.ActivityKind = term(index=True)
    """What sort of activity it is."""


class Activity(ActivityFields, table=True):
    __table_args__ = (*dated("activity", "earliest", "reach", "kind", "place_id"), BY_ID)
    id: str = ref(primary_key=True)
    place_id: str | None = ref(default=None, index=True)
    date: str | None = None
    earliest: str | None = None
    latest: str | None = None
    reach: int | None = None
    """The first of SPANS that it does not outlast, by its number; one more if it does, two more without a start."""


class StatementFields(Documented):
    kind: v.StatementKind = term(index=True)
    """What sort of statement it is."""
    mode: v.StatementMode = term(index=True)
    """Whether the text quotes it, reports it, or is itself the statement."""


class Statement(StatementFields, table=True):
    __table_args__ = (*dated("statement", "earliest", "reach", "kind", "mode", "meeting_id"), BY_ID)
    id: str = ref(primary_key=True)
    meeting_id: str | None = ref(default=None, index=True)
    date: str | None = None
    date_outside: str | None = None
    earliest: str | None = None
    latest: str | None = None
    reach: int | None = None
    """The first of SPANS that it does not outlast, by its number; one more if it does, two more without a start."""


class RelationFields(Documented):
    predicate: v.Predicate = term(index=True)
    """What the relation says, read from subject to object."""


class Relation(RelationFields, table=True):
    id: str = ref(primary_key=True)
    subject_id: str = ref(index=True)
    object_id: str = ref(index=True)


class RelationEnd(SQLModel, table=True):
    """A relation as seen from one of its two ends, so that both directions are one lookup."""

    __tablename__ = "relation_end"
    __table_args__ = (
        Index("relation_end_record", "record_id", "other_id"),
        Index("relation_end_other", "other_id", "record_id"),
    )
    relation_id: str = ref(primary_key=True)
    record_id: str = ref(primary_key=True)
    other_id: str = ref()
    predicate: v.Predicate = term()
    inverse: bool


class EvidenceFields(Documented):
    field: str
    """The field or list that the evidence supports; `memberships.start` is the start of a membership."""
    value: str
    """The value that it supports: the field's value, an alias, or the id at the other end of a link."""
    basis: v.Basis = term(index=True)
    """Whether the fact is stated, inferred or known from outside."""
    how: str | None = None
    """How the fact is known where it is not stated; null where it is."""
    quote: str | None = None
    """The phrase of the source, verbatim; null for knowledge from outside."""
    paragraph: int | None = None
    """The paragraph of the source, counted from 1 over its non-empty lines; null for knowledge from outside."""


class Evidence(EvidenceFields, table=True):
    __table_args__ = (
        Index("evidence_record", "record_id", "id"),
        Index("evidence_paragraph", "paragraph", "source_id"),
    )
    id: str = ref(primary_key=True)
    record_id: str = ref()
    field: str = Field(index=True)
    link_id: str | None = Field(default=None, index=True)
    source_id: str | None = ref(default=None, index=True)
    link: str | None = None
    reference_id: str | None = ref("reference.id", default=None)


class RecordSource(SQLModel, table=True):
    """A source on which facts of a record rest."""

    __tablename__ = "record_source"
    __table_args__ = dated("record_source", "earliest", "source_id", id="record_id", whole=False)
    record_id: str = ref(primary_key=True)
    source_id: str = ref(primary_key=True)
    earliest: str | None = None
    """The first day of the record, so that one source's records can be read in their order."""


class ReferenceFields(Documented):
    title: str
    """The title of the page or standard."""
    publisher: str
    """Who published it."""
    date: str | None = None
    """When it was published, as an EDTF date; null where the date is unknown."""
    address: str
    """Where it stands on the web."""


class Reference(ReferenceFields, table=True):
    id: str = Field(primary_key=True)


class Timeline(SQLModel, table=True):
    """A record that has a date, with its text as an item of the timeline."""

    __table_args__ = dated("timeline", "earliest", "reach")
    id: str = ref(primary_key=True)
    type: v.RecordType = term(index=True)
    earliest: str | None = None
    latest: str | None = None
    reach: int | None = None
    """The first of SPANS that it does not outlast, by its number; one more if it does, two more without a start."""
    list_row: str


class TimelineLink(SQLModel, table=True):
    """An organization, person or area that an item of the timeline is, or is linked with in any way."""

    __tablename__ = "timeline_link"
    __table_args__ = (Index("timeline_link_other", "other_id", "record_id"),)
    record_id: str = ref(primary_key=True)
    other_id: str = ref(primary_key=True)
    type: v.RecordType = term()


class Tally(SQLModel, table=True):
    """How many records of a large list have a value of a filter (app/tallies.py)."""

    path: str = Field(primary_key=True)
    filter: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    records: int


class ValueSet(SQLModel, table=True):
    """Which records of a large list have a value of a filter, and which records have a common word (app/sets.py)."""

    __tablename__ = "value_set"
    path: str = Field(primary_key=True)
    filter: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    bits: bytes


class Node(SQLModel, table=True):
    """An organization as a node of the network, with its text."""

    id: str = ref(primary_key=True)
    text: str


class Edge(SQLModel, table=True):
    """All that links two organizations in one way, with its text."""

    __table_args__ = (
        Index("edge_order", "kind", "source_id", "target_id", "id"),
        Index("edge_source", "source_id", "target_id"),
        Index("edge_target", "target_id", "source_id"),
    )
    id: str = Field(primary_key=True)
    source_id: str = ref()
    target_id: str = ref()
    kind: v.EdgeKind = term()
    text: str


class Picture(SQLModel, table=True):
    """A picture of the whole dataset, drawn once."""

    name: str = Field(primary_key=True)
    markup: str


class SearchDocument(SQLModel, table=True):
    """A record as the full text finds it; the words themselves are in the index under the same number."""

    __tablename__ = "search_document"
    id: int = Field(primary_key=True)
    record_id: str = ref(index=True, unique=True)
    type: v.RecordType = term()
    names: str
    """The name and the aliases as they are compared, each between bars."""


class SearchRange(SQLModel, table=True):
    """The numbers of the documents of one type, which follow each other, so that a count needs no document."""

    __tablename__ = "search_range"
    type: v.RecordType = term(primary_key=True)
    first: int
    last: int


class SearchPassage(SQLModel, table=True):
    """A text of a record that a search may show."""

    __tablename__ = "search_passage"
    record_id: str = ref(primary_key=True)
    position: int = Field(primary_key=True)
    field: v.SearchField = term()
    text: str
    words: str
    """The text as it is compared, with a space before and after every word."""
    evidence_id: str | None = ref(default=None)


class CommonPart(SQLModel, table=True):
    """A part of words that so many names have that it tells none from another (app/near.py)."""

    __tablename__ = "common_part"
    part: str = Field(primary_key=True)
    names: int


class SearchName(SQLModel, table=True):
    """A name, alias or id that a misspelt one may resemble; its index holds parts of its words."""

    __tablename__ = "search_name"
    id: int = Field(primary_key=True)
    record_id: str = ref()
    type: v.RecordType = term()
    name: str
    is_id: bool
    """Whether it is the id, which may be asked for and is no name."""
