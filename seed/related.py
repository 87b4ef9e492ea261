"""What each type of record is rendered as, and which related lists its detail has."""

from typing import NamedTuple

from pydantic import BaseModel

from app import listings as l
from app import schemas as s
from app.listings import Listing
from app.vocabularies import RecordType


class Cut(NamedTuple):
    """A related list: the first items of a list with one filter set, and how each is linked."""

    listing: Listing
    filter: str
    links: type[BaseModel] | None = None
    whole: bool = False
    """Whether the items are the list rows themselves."""


MEMBERSHIP, PARTICIPATION = s.CitedMembership, s.CitedParticipation
AREA, RELATION = s.Cited, s.CitedRelation
PROOF = {"evidence": Cut(l.EVIDENCE, "record", whole=True)}
EVERY = PROOF | {"relations": Cut(l.RELATIONS, "record", whole=True)}
SCHEMAS: dict[RecordType, tuple[type[BaseModel], type[BaseModel]]] = {
    RecordType.RELATION: (s.RelationRow, s.RelationDetail),
    RecordType.SOURCE: (s.SourceRow, s.SourceDetail),
    RecordType.PLACE: (s.PlaceRow, s.PlaceDetail),
    RecordType.ORGANIZATION: (s.OrganizationRow, s.OrganizationDetail),
    RecordType.PERSON: (s.PersonRow, s.PersonDetail),
    RecordType.AREA: (s.AreaRow, s.AreaDetail),
    RecordType.MEETING_SERIES: (s.MeetingSeriesRow, s.MeetingSeriesDetail),
    RecordType.MEETING: (s.MeetingRow, s.MeetingDetail),
    RecordType.DOCUMENT: (s.DocumentRow, s.DocumentDetail),
    RecordType.ACTIVITY: (s.ActivityRow, s.ActivityDetail),
    RecordType.STATEMENT: (s.StatementRow, s.StatementDetail),
}
"""The row and the detail of each type, relations first, because the details of others show their rows. Evidence has its text already."""
CUTS: dict[RecordType, dict[str, Cut]] = {
    RecordType.RELATION: PROOF,
    RecordType.SOURCE: EVERY
    | {
        "organizations": Cut(l.ORGANIZATIONS, "source"),
        "meetings": Cut(l.MEETINGS, "source"),
        "areas": Cut(l.AREAS, "source"),
        "people": Cut(l.PEOPLE, "source"),
        "documents": Cut(l.DOCUMENTS, "source"),
        "activities": Cut(l.ACTIVITIES, "source"),
        "statements": Cut(l.STATEMENTS, "source"),
    },
    RecordType.PLACE: EVERY
    | {
        "parts": Cut(l.PLACES, "parent"),
        "organizations": Cut(l.ORGANIZATIONS, "place"),
        "meetings": Cut(l.MEETINGS, "place"),
        "activities": Cut(l.ACTIVITIES, "place"),
        "areas": Cut(l.AREAS, "place"),
    },
    RecordType.ORGANIZATION: EVERY
    | {
        "parts": Cut(l.ORGANIZATIONS, "parent"),
        "memberships": Cut(l.ORGANIZATIONS, "member", MEMBERSHIP),
        "members": Cut(l.ORGANIZATIONS, "member_of", MEMBERSHIP),
        "people": Cut(l.PEOPLE, "organization", MEMBERSHIP),
        "meetings": Cut(l.MEETINGS, "organization", PARTICIPATION),
        "meeting_series": Cut(l.MEETING_SERIES, "organization", PARTICIPATION),
        "areas": Cut(l.AREAS, "organization", AREA),
        "documents": Cut(l.DOCUMENTS, "organization", RELATION),
        "activities": Cut(l.ACTIVITIES, "organization", RELATION),
        "statements": Cut(l.STATEMENTS, "organization", RELATION),
    },
    RecordType.PERSON: EVERY
    | {
        "memberships": Cut(l.ORGANIZATIONS, "member", MEMBERSHIP),
        "meetings": Cut(l.MEETINGS, "person", PARTICIPATION),
        "documents": Cut(l.DOCUMENTS, "person", RELATION),
        "statements": Cut(l.STATEMENTS, "person", RELATION),
    },
    RecordType.AREA: EVERY
    | {
        "parts": Cut(l.AREAS, "parent"),
        "organizations": Cut(l.ORGANIZATIONS, "area", AREA),
        "meetings": Cut(l.MEETINGS, "area", AREA),
        "meeting_series": Cut(l.MEETING_SERIES, "area", AREA),
        "documents": Cut(l.DOCUMENTS, "area", AREA),
        "activities": Cut(l.ACTIVITIES, "area", AREA),
        "statements": Cut(l.STATEMENTS, "area", AREA),
    },
    RecordType.MEETING_SERIES: EVERY
    | {
        "participants": Cut(l.ORGANIZATIONS, "meeting", PARTICIPATION),
        "meetings": Cut(l.MEETINGS, "series"),
        "areas": Cut(l.AREAS, "carrier", AREA),
    },
    RecordType.MEETING: EVERY
    | {
        "participants": Cut(l.ORGANIZATIONS, "meeting", PARTICIPATION),
        "people": Cut(l.PEOPLE, "meeting", PARTICIPATION),
        "parts": Cut(l.MEETINGS, "parent"),
        "areas": Cut(l.AREAS, "meeting", AREA),
        "documents": Cut(l.DOCUMENTS, "meeting"),
        "statements": Cut(l.STATEMENTS, "meeting"),
    },
    RecordType.DOCUMENT: EVERY
    | {
        "organizations": Cut(l.ORGANIZATIONS, "related", RELATION),
        "people": Cut(l.PEOPLE, "related", RELATION),
        "areas": Cut(l.AREAS, "document", AREA),
    },
    RecordType.ACTIVITY: EVERY
    | {
        "organizations": Cut(l.ORGANIZATIONS, "related", RELATION),
        "areas": Cut(l.AREAS, "carrier", AREA),
    },
    RecordType.STATEMENT: EVERY
    | {
        "organizations": Cut(l.ORGANIZATIONS, "related", RELATION),
        "people": Cut(l.PEOPLE, "related", RELATION),
        "areas": Cut(l.AREAS, "carrier", AREA),
    },
}
