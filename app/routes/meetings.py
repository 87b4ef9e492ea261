"""/meetings"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import MEETINGS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import DatedQuery, Id, Slug
from app.routing import Direct
from app.schemas import MeetingDetail, MeetingRow, Page

router = APIRouter(prefix="/meetings", tags=["meetings"], route_class=Direct)


class MeetingQuery(DatedQuery):
    kind: list[v.MeetingKind] = Field(default_factory=list, max_length=100, examples=[["visit"]])
    """Only meetings of these kinds."""
    status: list[v.MeetingStatus] = Field(default_factory=list, max_length=100, examples=[["held"]])
    """Only meetings that were held, or that are planned."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only meetings in which one of these organizations, or somebody acting for it, took part."""
    with_organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato"]])
    """Only meetings in which one of these took part as well: beside `organization`, it keeps the meetings of both sides."""
    person: list[Slug] = Field(default_factory=list, max_length=100, examples=[["solomon-passy"]])
    """Only meetings in which one of these people took part."""
    post: list[v.Post] = Field(default_factory=list, max_length=100, examples=[["chairman_in_office"]])
    """Only meetings in which somebody took part in one of these posts, named or not, for whatever organization."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["ukraine-cooperation"]])
    """Only meetings about one of these areas."""
    place: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato-headquarters"]])
    """Only meetings held at one of these places."""
    series: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato-osce-staff-talks"]])
    """Only meetings of one of these series."""
    parent: list[Slug] = Field(default_factory=list, max_length=100, examples=[["passy-visits-nato-2004"]])
    """Only parts of these visits or meetings."""


@router.get("", response_model=Page[MeetingRow], openapi_extra=parameters(MeetingQuery, MEETINGS))
def list_meetings(request: Request) -> Response:
    """Meetings: visits with their talks, council meetings, summits, conferences, calls; held or planned."""
    return list_response(request, MEETINGS, MeetingQuery)


@router.get("/{id}", response_model=MeetingDetail, openapi_extra=detail_parameters(MEETINGS))
def get_meeting(request: Request, id: Id) -> Response:
    """One meeting with its related records, notes and evidence."""
    return detail_response(request, MEETINGS, id)
