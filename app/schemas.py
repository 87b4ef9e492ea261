"""Every response: what is served. The build renders each record through these models once; they are what OpenAPI shows."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app import models as m
from app import vocabularies as v
from app.described import Described


class Schema(Described):
    model_config = ConfigDict(extra="forbid")


class Ref(Schema):
    """A record named inside another one."""

    id: str = Field(examples=["osce"])
    """The permanent id: a slug, unique over all types."""
    type: v.RecordType = Field(examples=["organization"])
    """What the record is about."""
    name: str = Field(examples=["OSCE"])
    """The name that the dataset uses."""
    url: str = Field(examples=["/organizations/osce"])
    """The path of the record in this API."""


class OutsideDate(Schema):
    """What a date is known to be from outside the texts."""

    edtf: str = Field(examples=["2022-01-12"])
    """The date in EDTF (ISO 8601-2)."""
    earliest: str | None = Field(examples=["2022-01-12"])
    """The first day on which it can lie; null without a lower bound."""
    latest: str | None = Field(examples=["2022-01-12"])
    """The last day on which it can lie; null without an upper bound."""
    how: str | None
    """How it is known."""


class Date(Schema):
    """A date as it is known: not more exact, and not less, than its evidence."""

    edtf: str = Field(examples=["2003-12"])
    """The date in EDTF (ISO 8601-2): `2014-09` a month, `2000~` about 2000, `XXXX-01-12` a year not stated."""
    earliest: str | None = Field(examples=["2003-12-01"])
    """The first day on which it can lie; null without a lower bound."""
    latest: str | None = Field(examples=["2003-12-31"])
    """The last day on which it can lie; null without an upper bound."""
    basis: v.Basis
    """Whether the date is stated, inferred or known from outside."""
    how: str | None
    """How the date is known where it is not stated; null where it is."""
    outside: OutsideDate | None
    """What the date is known to be from outside, beside what is stated; null where nothing is added. Filters and sorting use it where what is stated has no bounds."""


class Alias(Schema):
    """Another form of a name."""

    name: str
    """The form."""
    kind: v.AliasKind
    """In what way it differs from the name."""
    basis: v.Basis
    """Whether a text has the form, or it is known from outside."""


class Note(Schema):
    """Why a field is null, or what is doubtful in it."""

    field: str
    """The field that the note is about."""
    reason: v.NoteReason
    """Why there is a note."""
    text: str
    """The note, in our words."""


class Citation(Schema):
    """Evidence, shortened: the phrase and where it stands."""

    id: str
    """The id of the evidence."""
    url: str
    """The path of the evidence in this API."""
    source: str | None
    """The id of the source; null for knowledge from outside."""
    paragraph: int | None
    """The paragraph of the source; null for knowledge from outside."""
    quote: str | None
    """The phrase, verbatim; null for knowledge from outside."""
    link: str | None
    """The original page, opened at the phrase; the address of the reference for knowledge from outside."""


class Cited(Schema):
    """What every link between records carries."""

    basis: v.Basis
    """Whether the link is stated, inferred or known from outside."""
    how: str | None
    """How it is known where it is not stated; null where it is."""
    evidence: list[Citation]
    """What it rests on; the first 5."""


class Participation(m.ParticipationFields, Schema):
    """In what way an organization, or a person for it, took part."""

    organization: Ref
    """The organization that took part, or for which the person acted."""
    person: Ref | None
    """The person; null where no text names one."""
    basis: v.Basis
    """Whether it is stated, inferred or known from outside."""


class CitedParticipation(Participation, Cited):
    """A participation with its evidence."""


class CitedMembership(m.MembershipFields, Cited):
    """In what way somebody belongs to an organization, and when."""

    start: Date | None
    """Since when; null where no text says."""
    end: Date | None
    """Until when; null where no text says, or it goes on."""
    as_of: Date | None
    """For when the text attests it; null where the text has no date."""


class CitedRelation(Cited):
    """What a relation says of the record at the other end."""

    relation: str
    """The path of the relation in this API."""
    predicate: v.Predicate
    """The predicate, read from subject to object."""
    inverse: bool
    """True when the record at the other end is the subject."""
    label: str = Field(examples=["successor of"])
    """The predicate in words, read from this record to the other."""


L = TypeVar("L", bound=BaseModel)


class Linked(Ref, Generic[L]):
    """A related record and the links that lead to it."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"Linked{params[0].__name__}"

    links: list[L]
    """Each link with its attributes; the first 25."""


class Related(Schema, Generic[L]):
    """Related records, bounded: the first 25, how many there are, and where all of them are."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"Related{params[0].__name__}"

    total: int
    """How many related records there are."""
    items: list[L]
    """The first 25 of them, in the order of the list at `url`."""
    url: str
    """The list of all of them."""


class RecordRow(Schema):
    """What every record has."""

    id: str = Field(examples=["osce"])
    """The permanent id: a slug, unique over all types."""
    type: v.RecordType
    """What the record is about."""
    name: str
    """The name that the dataset uses."""
    url: str
    """The path of the record in this API."""
    aliases: list[Alias]
    """Every other form of the name."""
    summary: str
    """What the record is, in our words."""
    basis: dict[str, v.Basis]
    """For each own field that is not null, whether it is stated, inferred or known from outside."""


class PlaceRow(m.PlaceFields, RecordRow):
    type: Literal[v.RecordType.PLACE]
    """Always `place`."""
    country_code: str | None
    """ISO 3166-1 alpha-2 code, of countries only."""
    parent: Ref | None
    """The place that it lies in."""


class SourceRow(m.SourceFields, RecordRow):
    type: Literal[v.RecordType.SOURCE]
    """Always `source`."""
    published: Date | None
    """When the page was published; null where it does not say."""


class OrganizationRow(m.OrganizationFields, RecordRow):
    type: Literal[v.RecordType.ORGANIZATION]
    """Always `organization`."""
    country_code: str | None
    """ISO 3166-1 alpha-2 code, of states only."""
    parent: Ref | None
    """The organization that it is a part of."""
    place: Ref | None
    """Where it is, or works."""
    start: Date | None
    """Since when it exists or works; null where no text says."""
    end: Date | None
    """Until when it existed or worked; null where no text says, or it goes on."""


class PersonRow(m.PersonFields, RecordRow):
    type: Literal[v.RecordType.PERSON]
    """Always `person`."""


class AreaRow(m.AreaFields, RecordRow):
    type: Literal[v.RecordType.AREA]
    """Always `area`."""
    parent: Ref | None
    """The wider area that it is a part of."""
    place: Ref | None
    """The place that a regional area is about."""


class MeetingSeriesRow(m.MeetingSeriesFields, RecordRow):
    type: Literal[v.RecordType.MEETING_SERIES]
    """Always `meeting_series`."""
    organizer: Ref | None
    """The organization that holds it; null where there are several or none is stated."""
    start: Date | None
    """Since when it is held; null where no text says."""


class MeetingRow(m.MeetingFields, RecordRow):
    type: Literal[v.RecordType.MEETING]
    """Always `meeting`."""
    series: Ref | None
    """The series that it belongs to."""
    parent: Ref | None
    """The visit or meeting that it is a part of."""
    place: Ref | None
    """Where it was held."""
    date: Date | None
    """When it was held, or is planned for."""
    participants: Related[Linked[Participation]]
    """Who took part: organizations, each with the persons that acted for it."""


class DocumentRow(m.DocumentFields, RecordRow):
    type: Literal[v.RecordType.DOCUMENT]
    """Always `document`."""
    adopted_at: Ref | None
    """The meeting that adopted it."""
    date: Date | None
    """When it was adopted, sent or published."""


class ActivityRow(m.ActivityFields, RecordRow):
    type: Literal[v.RecordType.ACTIVITY]
    """Always `activity`."""
    place: Ref | None
    """Where it is done."""
    date: Date | None
    """When it is, or was, done."""


class StatementRow(m.StatementFields, RecordRow):
    type: Literal[v.RecordType.STATEMENT]
    """Always `statement`."""
    meeting: Ref | None
    """The meeting at which it was made."""
    date: Date | None
    """When it was made."""


class RelationRow(m.RelationFields, Schema):
    """A typed link between two records."""

    id: str
    """The permanent id."""
    type: Literal[v.RecordType.RELATION]
    """Always `relation`."""
    name: str
    """The relation as a sentence."""
    url: str
    """The path of the relation in this API."""
    subject: Ref
    """The record that it starts from."""
    object: Ref
    """The record that it leads to."""
    label: str
    """The predicate in words."""
    basis: v.Basis
    """Whether it is stated, inferred or known from outside."""
    how: str | None
    """How it is known where it is not stated; null where it is."""


class TimelineItem(Ref):
    """A dated record as an item of the timeline."""

    type: v.DatedType
    """What the record is about."""
    kind: str = Field(examples=["visit"])
    """Its kind, in the vocabulary of its type."""
    status: str | None = Field(examples=["held"])
    """Whether a meeting was held or is planned, and whether a series goes on; null for every other type."""
    summary: str
    """What the record is, in our words."""
    date: Date | None
    """When it was; of an organization or series, since when. Null where only the end is known."""
    end: Date | None
    """Until when an organization existed or worked; null for every other type, and where no text says."""


class Reference(m.ReferenceFields, Schema):
    """A page or standard outside the texts."""


class Evidence(m.EvidenceFields, Schema):
    """The phrase, or the reference, that a fact rests on."""

    id: str
    """The permanent id: a hash of what the evidence says."""
    type: Literal[v.RecordType.EVIDENCE]
    """Always `evidence`."""
    url: str
    """The path of the evidence in this API."""
    record: Ref
    """The record whose fact it supports."""
    source: Ref | None
    """The source; null for knowledge from outside."""
    link: str | None
    """The original page, opened at the phrase; null for knowledge from outside."""
    reference: Reference | None
    """Where knowledge from outside comes from; null for what the texts say."""


class Citable(Schema):
    """What can be cited."""

    cite: str = Field(examples=["NATO–OSCE Cooperation API contributors (2026). Wales Summit. Meeting in …"])
    """How to cite the record, as a sentence."""


class RecordDetail(Citable):
    """What every record has besides, when it is asked for alone."""

    relations: Related[RelationRow]
    """Every relation that starts from this record or leads to it."""
    notes: list[Note]
    """Why fields are null, and what is doubtful."""
    evidence: Related[Evidence]
    """What the facts of this record rest on."""


Members = Related[Linked[CitedMembership]]
Participations = Related[Linked[CitedParticipation]]
Areas = Related[Linked[Cited]]
Refs = Related[Ref]
Relations = Related[Linked[CitedRelation]]


class PlaceDetail(RecordDetail, PlaceRow):
    parts: Refs
    """The places that lie in it."""
    organizations: Refs
    """The organizations that are, or work, there."""
    meetings: Refs
    """The meetings held there."""
    activities: Refs
    """The activities done there."""
    areas: Refs
    """The regional areas about it."""


class SourceDetail(RecordDetail, SourceRow):
    organizations: Refs
    """The organizations of which it says something."""
    meetings: Refs
    """The meetings of which it says something."""
    areas: Refs
    """The areas of which it says something."""
    people: Refs
    """The people of whom it says something."""
    documents: Refs
    """The documents of which it says something."""
    activities: Refs
    """The activities of which it says something."""
    statements: Refs
    """The statements that it reports or makes."""


class OrganizationDetail(RecordDetail, OrganizationRow):
    parts: Refs
    """The organizations that are parts of it."""
    memberships: Members
    """The organizations that it belongs to, and how."""
    members: Members
    """The organizations that belong to it, and how."""
    people: Members
    """The people who hold a post in it, and which."""
    meetings: Participations
    """The meetings in which it, or somebody for it, took part."""
    meeting_series: Participations
    """The series in which it takes part."""
    areas: Areas
    """The areas that it carries."""
    documents: Relations
    """The documents that it is linked with, and how."""
    activities: Relations
    """The activities that it is linked with, and how."""
    statements: Relations
    """The statements that it is linked with, and how."""


class PersonDetail(RecordDetail, PersonRow):
    memberships: Members
    """The organizations in which the person holds a post, and which."""
    meetings: Participations
    """The meetings in which the person took part."""
    documents: Relations
    """The documents that the person is linked with, and how."""
    statements: Relations
    """The statements of the person."""


class AreaDetail(RecordDetail, AreaRow):
    parts: Refs
    """The areas that it comprises."""
    organizations: Areas
    """The organizations that carry it."""
    meetings: Areas
    """The meetings about it."""
    meeting_series: Areas
    """The series about it."""
    documents: Areas
    """The documents about it."""
    activities: Areas
    """The activities in it."""
    statements: Areas
    """The statements about it."""


class MeetingSeriesDetail(RecordDetail, MeetingSeriesRow):
    participants: Participations
    """Who takes part."""
    meetings: Refs
    """The meetings of the series."""
    areas: Areas
    """The areas that it is about."""


class MeetingDetail(RecordDetail, MeetingRow):
    participants: Participations  # type: ignore[assignment]
    """Who took part: organizations, each with the persons that acted for it."""
    people: Participations
    """The persons who took part."""
    parts: Refs
    """The meetings that are parts of it."""
    areas: Areas
    """The areas that it was about."""
    documents: Refs
    """The documents that it adopted, or that are linked with it."""
    statements: Refs
    """The statements made at it."""


class DocumentDetail(RecordDetail, DocumentRow):
    organizations: Relations
    """The organizations that it is linked with, and how."""
    people: Relations
    """The people that it is linked with, and how."""
    areas: Areas
    """The areas that it is about."""


class ActivityDetail(RecordDetail, ActivityRow):
    organizations: Relations
    """The organizations that it is linked with, and how."""
    areas: Areas
    """The areas that it carries."""


class StatementDetail(RecordDetail, StatementRow):
    organizations: Relations
    """The organizations that it is linked with, and how."""
    people: Relations
    """The people that it is linked with, and how."""
    areas: Areas
    """The areas that it is about."""


class EvidenceDetail(Evidence, Citable):
    pass


class RelationDetail(RelationRow, Citable):
    evidence: Related[Evidence]
    """What the relation rests on."""


R = TypeVar("R", bound=BaseModel)


class Page(Schema, Generic[R]):
    """One page of a list."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__.removesuffix('Row')}Page"

    items: list[R]
    """The records of this page, in the order asked for."""
    total: int
    """How many records match, on all pages."""
    limit: int
    """How many records a page holds at most."""
    next: str | None
    """The path of the next page; null on the last one."""
    prev: str | None
    """The path of the page before; null on the first one."""
    facets: dict[str, dict[str, int]]
    """For each facet asked for, how many of the matching records have each value, the most frequent first; `null` counts those that have none."""


class SearchItem(Ref):
    """A record that a search found, and where its words stand."""

    type: v.OwnType
    """What the record is about."""
    match: v.SearchMatch
    """Whether it has the words of the query, or a name spelled much like it."""
    score: float | None = Field(examples=[4.412])
    """How well it matches among the results of this query, by bm25; null for one that is only similar, and for all where more than 10,000 match, which are not ranked but come by type and id. Names equal to the query come first whatever their score."""
    field: v.SearchField
    """The text that the snippet is from: the one with the most words of the query."""
    snippet: str = Field(examples=["<mark>Kosovo</mark> Force"])
    """The text, as HTML: escaped, but for <mark> around the words found."""
    evidence: str | None = Field(examples=["/evidence/e-7z5iskmrzctkuu6y"])
    """The path of the evidence that the snippet is the phrase of; null for another text."""


class SearchSuggestion(Ref):
    """A record with a name spelled much like the query."""

    type: v.OwnType = Field(examples=["person"])
    """What the record is about."""
    spelling: str = Field(examples=["Jens Stoltenberg"])
    """The name or alias that may have been meant."""


class SearchPage(Page[SearchItem]):
    """One page of what a search found."""

    suggestions: list[SearchSuggestion]
    """Where no record has the words of the query: up to five with a name spelled much like it, which are the items then. Empty where there are exact matches."""
