"""Every list as data: its table, its filters and its sorts. The app queries by them; the build cuts related lists by them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, literal, literal_column
from sqlmodel import SQLModel

from app import formats as f
from app import models as m
from app.search import FACTS, holds
from app.vocabularies import Predicate, RecordType


def among(column: Any, values: list[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.in_(values)
    return condition


def at_least(column: Any, values: list[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column >= values[0]
    return condition


def at_most(column: Any, values: list[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column <= values[0]
    return condition


def text_filter(type_: RecordType) -> Callable[[Any, list[Any]], ColumnElement[bool]]:
    """Documents of full text that match the value."""
    return lambda _, values: holds(type_ in FACTS, values[0])


Table = type[SQLModel]


@dataclass(frozen=True, eq=False)
class Filter:
    """What a parameter compares: a column of the listed table, or one of a table that links it with another."""

    column: Any
    record: Any = None
    """In a link table, the column that names the listed record."""
    refs: tuple[RecordType, ...] = ()
    """The types that the value may name; none when it is no id."""
    compare: Callable[[Any, list[Any]], ColumnElement[bool]] = among
    together: bool = False
    """Whether all such filters of a request are about one and the same link."""
    where: Any = None
    """What else holds of the link."""
    either: "Filter | None" = None
    """Another way in which the value may be linked."""
    facet: bool = True
    listed: bool = False
    """Whether what the records have is all that it can be given, though no vocabulary closes it."""
    repeats: "dict[str, Sort]" = field(default_factory=dict)
    """The sort keys of the listed record that the link table repeats, so that one value's records are read in order."""


@dataclass(frozen=True, eq=False)
class Sort:
    """A sort key in both directions; the two differ where values can be unknown, because these come last in either."""

    ascending: Any
    descending: Any
    kind: type[str] | type[int] = str


def dates(table: str) -> Sort:
    ascending, descending = m.sortable(f"{table}.earliest")
    return Sort(literal_column(ascending), literal_column(descending))


def text(column: Any) -> Sort:
    return Sort(column, column)


@dataclass(frozen=True, eq=False)
class Listing:
    """A list of records of one type."""

    type: RecordType
    path: str
    table: Table
    own_filters: dict[str, Filter]
    own_sorts: dict[str, Sort] = field(default_factory=dict)
    default_sort: str = "name"
    formats: tuple[f.Format, ...] = f.LIST
    detail_formats: tuple[f.Format, ...] = f.DETAIL
    mixed: tuple[RecordType, ...] = ()
    """Every type of a list that holds several; `type` is then the first of them."""

    @cached_property
    def id(self) -> Any:
        return m.table(self.table).c.id

    @cached_property
    def row(self) -> Any:
        """The text of an item."""
        return m.table(self.table if self.mixed else m.Record).c.list_row

    @cached_property
    def filters(self) -> dict[str, Filter]:
        """The filters of this list, and those that every list has."""
        repeats = {} if self.mixed else dict.fromkeys(self.own_sorts, dates("record_source"))
        common = {
            "q": Filter(None, m.SearchDocument.record_id, compare=text_filter(self.type), facet=False),
            "id": Filter(self.id, refs=self.mixed or (self.type,), facet=False),
            "source": Filter(
                m.RecordSource.source_id, m.RecordSource.record_id, refs=(RecordType.SOURCE,), repeats=repeats
            ),
        }
        return common | self.own_filters

    @cached_property
    def listed(self) -> frozenset[str]:
        """The filters of which the values are those of the records."""
        return frozenset(name for name, filter_ in self.filters.items() if filter_.listed)

    @cached_property
    def sorts(self) -> dict[str, Sort]:
        """The sorts of this list, and those that every list has."""
        return self.own_sorts | {"name": text(m.Record.name_key), "id": text(self.id)}


def column(column: Any, *refs: RecordType) -> Filter:
    return Filter(column, refs=refs)


def related(*refs: RecordType, predicates: tuple[Predicate, ...] = ()) -> Filter:
    """Records that a relation of any kind, or of these kinds, links with the value."""
    kinds = [literal(predicate.value) for predicate in predicates]
    where = m.RelationEnd.predicate.in_(kinds) if kinds else None  # type: ignore[attr-defined]
    return Filter(
        m.RelationEnd.other_id, m.RelationEnd.record_id, refs=refs or tuple(RecordType), where=where
    )


def member(column: Any, *refs: RecordType, **options: Any) -> Filter:
    return Filter(column, m.Membership.member_id, refs=refs, together=True, **options)


def participant(column: Any, *refs: RecordType) -> Filter:
    return Filter(column, m.Participation.event_id, refs=refs, repeats={"date": dates("participation")})


def carrier(*refs: RecordType) -> Filter:
    """Areas that a record of one of these types carries or is about."""
    return Filter(m.AreaLink.record_id, m.AreaLink.area_id, refs=refs)


def period(table: Any) -> dict[str, Filter]:
    """The four comparisons that `date_from`, `date_to` and `date_match` choose from."""
    return {
        "overlaps_from": Filter(table.latest, compare=at_least, facet=False),
        "overlaps_to": Filter(table.earliest, compare=at_most, facet=False),
        "within_from": Filter(table.earliest, compare=at_least, facet=False),
        "within_to": Filter(table.latest, compare=at_most, facet=False),
    }


ON = {
    "on_from": member(m.Membership.latest, compare=at_least, facet=False),
    "on_to": member(m.Membership.earliest, compare=at_most, facet=False),
}
CARRIERS = (
    RecordType.ORGANIZATION,
    RecordType.MEETING,
    RecordType.MEETING_SERIES,
    RecordType.DOCUMENT,
    RecordType.ACTIVITY,
    RecordType.STATEMENT,
)
AREA = Filter(
    m.AreaLink.area_id,
    m.AreaLink.record_id,
    refs=(RecordType.AREA,),
    repeats={"date": dates("arealink")},
)

ORGANIZATIONS = Listing(
    RecordType.ORGANIZATION,
    "/organizations",
    m.Organization,
    {
        "kind": column(m.Organization.kind),
        "category": column(m.Organization.category),
        "parent": column(m.Organization.parent_id, RecordType.ORGANIZATION),
        "member_of": member(m.Membership.organization_id, RecordType.ORGANIZATION),
        "role": member(m.Membership.role),
        "member": Filter(
            m.Membership.member_id,
            m.Membership.organization_id,
            refs=(RecordType.ORGANIZATION, RecordType.PERSON),
        ),
        "place": column(m.Organization.place_id, RecordType.PLACE),
        "country_code": column(m.Organization.country_code),
        "area": AREA,
        "meeting": Filter(
            m.Participation.event_id,
            m.Participation.organization_id,
            refs=(RecordType.MEETING, RecordType.MEETING_SERIES),
        ),
        "related": related(),
        **ON,
    },
    {"start": dates("organization")},
)
MEETINGS = Listing(
    RecordType.MEETING,
    "/meetings",
    m.Meeting,
    {
        "kind": column(m.Meeting.kind),
        "status": column(m.Meeting.status),
        "organization": participant(m.Participation.organization_id, RecordType.ORGANIZATION),
        "with_organization": participant(m.Participation.organization_id, RecordType.ORGANIZATION),
        "person": participant(m.Participation.person_id, RecordType.PERSON),
        "post": participant(m.Participation.post),
        "area": AREA,
        "place": column(m.Meeting.place_id, RecordType.PLACE),
        "series": column(m.Meeting.series_id, RecordType.MEETING_SERIES),
        "parent": column(m.Meeting.parent_id, RecordType.MEETING),
        **period(m.Meeting),
    },
    {"date": dates("meeting")},
    "date",
    formats=f.TIMELINE,
    detail_formats=f.CALENDAR,
)
AREAS = Listing(
    RecordType.AREA,
    "/areas",
    m.Area,
    {
        "scheme": column(m.Area.scheme),
        "kind": column(m.Area.kind),
        "status": column(m.Area.status),
        "parent": column(m.Area.parent_id, RecordType.AREA),
        "organization": carrier(RecordType.ORGANIZATION),
        "meeting": carrier(RecordType.MEETING),
        "document": carrier(RecordType.DOCUMENT),
        "carrier": carrier(*CARRIERS),
        "place": column(m.Area.place_id, RecordType.PLACE),
        "related": related(),
    },
)
PEOPLE = Listing(
    RecordType.PERSON,
    "/people",
    m.Person,
    {
        "organization": member(m.Membership.organization_id, RecordType.ORGANIZATION),
        "post": member(m.Membership.post),
        "meeting": Filter(
            m.Participation.event_id,
            m.Participation.person_id,
            refs=(RecordType.MEETING, RecordType.MEETING_SERIES),
        ),
        "related": related(),
        **ON,
    },
)
DOCUMENTS = Listing(
    RecordType.DOCUMENT,
    "/documents",
    m.Document,
    {
        "kind": column(m.Document.kind),
        "organization": related(RecordType.ORGANIZATION),
        "person": related(RecordType.PERSON),
        "area": AREA,
        "meeting": Filter(
            m.Document.adopted_at_id, refs=(RecordType.MEETING,), either=related(RecordType.MEETING)
        ),
        "related": related(),
        **period(m.Document),
    },
    {"date": dates("document")},
    "date",
)
ACTIVITIES = Listing(
    RecordType.ACTIVITY,
    "/activities",
    m.Activity,
    {
        "kind": column(m.Activity.kind),
        "area": AREA,
        "organization": related(RecordType.ORGANIZATION),
        "place": column(m.Activity.place_id, RecordType.PLACE),
        "related": related(),
        **period(m.Activity),
    },
    {"date": dates("activity")},
)
STATEMENTS = Listing(
    RecordType.STATEMENT,
    "/statements",
    m.Statement,
    {
        "kind": column(m.Statement.kind),
        "mode": column(m.Statement.mode),
        "speaker": related(
            RecordType.PERSON,
            RecordType.ORGANIZATION,
            predicates=(Predicate.SPEAKER, Predicate.ON_BEHALF_OF),
        ),
        "meeting": column(m.Statement.meeting_id, RecordType.MEETING),
        "area": AREA,
        "organization": related(RecordType.ORGANIZATION),
        "person": related(RecordType.PERSON),
        "about": related(predicates=(Predicate.ABOUT,)),
        "addressee": related(predicates=(Predicate.ADDRESSEE,)),
        "position_of": related(predicates=(Predicate.POSITION_OF,)),
        "reported_by": related(predicates=(Predicate.REPORTED_BY,)),
        **period(m.Statement),
    },
    {"date": dates("statement")},
    "date",
)
MEETING_SERIES = Listing(
    RecordType.MEETING_SERIES,
    "/meeting-series",
    m.MeetingSeries,
    {
        "kind": column(m.MeetingSeries.kind),
        "frequency": column(m.MeetingSeries.frequency),
        "status": column(m.MeetingSeries.status),
        "organizer": column(m.MeetingSeries.organizer_id, RecordType.ORGANIZATION),
        "organization": participant(m.Participation.organization_id, RecordType.ORGANIZATION),
        "with_organization": participant(m.Participation.organization_id, RecordType.ORGANIZATION),
        "area": AREA,
    },
    {"start": dates("meeting_series")},
)
PLACES = Listing(
    RecordType.PLACE,
    "/places",
    m.Place,
    {
        "kind": column(m.Place.kind),
        "parent": column(m.Place.parent_id, RecordType.PLACE),
        "country_code": column(m.Place.country_code),
    },
)
SOURCES = Listing(
    RecordType.SOURCE,
    "/sources",
    m.Source,
    {"publisher": Filter(m.Source.publisher, listed=True)},
    {"published": dates("source")},
)
RELATIONS = Listing(
    RecordType.RELATION,
    "/relations",
    m.Relation,
    {
        "predicate": column(m.Relation.predicate),
        "subject": Filter(m.Relation.subject_id, refs=tuple(RecordType)),
        "object": Filter(m.Relation.object_id, refs=tuple(RecordType)),
        "record": Filter(m.RelationEnd.record_id, m.RelationEnd.relation_id, refs=tuple(RecordType)),
    },
)
EVIDENCE = Listing(
    RecordType.EVIDENCE,
    "/evidence",
    m.Evidence,
    {
        "record": Filter(m.Evidence.record_id, refs=tuple(RecordType), either=Filter(m.Evidence.link_id)),
        "source": column(m.Evidence.source_id, RecordType.SOURCE),
        "paragraph": Filter(m.Evidence.paragraph, facet=False),
        "field": Filter(m.Evidence.field, listed=True),
        "basis": column(m.Evidence.basis),
    },
    {
        "source": Sort(
            literal_column("coalesce(evidence.source_id, '~')"),
            literal_column("coalesce(evidence.source_id, '')"),
        ),
        "paragraph": Sort(
            literal_column("coalesce(evidence.paragraph, 1000000)"),
            literal_column("coalesce(evidence.paragraph, 0)"),
            int,
        ),
    },
    "id",
)
LISTINGS = {
    listing.type: listing
    for listing in (
        ORGANIZATIONS,
        MEETINGS,
        AREAS,
        PEOPLE,
        PLACES,
        MEETING_SERIES,
        DOCUMENTS,
        ACTIVITIES,
        STATEMENTS,
        RELATIONS,
        SOURCES,
        EVIDENCE,
    )
}


PATHS: dict[str, str] = {type_: listing.path for type_, listing in LISTINGS.items()}


def url(type_: str, id_: str) -> str:
    """The path of a record."""
    return f"{PATHS[type_]}/{id_}"
