"""/meeting-series"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import MEETING_SERIES
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, ListQuery, Slug
from app.routing import Direct
from app.schemas import MeetingSeriesDetail, MeetingSeriesRow, Page

router = APIRouter(prefix="/meeting-series", tags=["meeting series"], route_class=Direct)


class MeetingSeriesQuery(ListQuery):
    kind: list[v.MeetingKind] = Field(default_factory=list, max_length=100, examples=[["conference"]])
    """Only series of meetings of these kinds."""
    frequency: list[v.Frequency] = Field(default_factory=list, max_length=100, examples=[["annual"]])
    """Only series that recur this often."""
    status: list[v.SeriesStatus] = Field(default_factory=list, max_length=100, examples=[["current"]])
    """Only series with these statuses."""
    organizer: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only series that one of these organizations holds."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato"]])
    """Only series in which one of these organizations takes part."""
    with_organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only series in which one of these takes part as well: beside `organization`, it keeps the series of both sides."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["arms-control"]])
    """Only series about one of these areas."""


@router.get(
    "", response_model=Page[MeetingSeriesRow], openapi_extra=parameters(MeetingSeriesQuery, MEETING_SERIES)
)
def list_meeting_series(request: Request) -> Response:
    """Meeting series: what recurs under one name. A series is no meeting; its meetings name it."""
    return list_response(request, MEETING_SERIES, MeetingSeriesQuery)


@router.get("/{id}", response_model=MeetingSeriesDetail, openapi_extra=detail_parameters(MEETING_SERIES))
def get_meeting_series(request: Request, id: Id) -> Response:
    """One meeting series with its related records, notes and evidence."""
    return detail_response(request, MEETING_SERIES, id)
