"""/activities"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import ACTIVITIES
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import DatedQuery, Id, Slug
from app.routing import Direct
from app.schemas import ActivityDetail, ActivityRow, Page

router = APIRouter(prefix="/activities", tags=["activities"], route_class=Direct)


class ActivityQuery(DatedQuery):
    kind: list[v.ActivityKind] = Field(default_factory=list, max_length=100, examples=[["briefing"]])
    """Only activities of these kinds."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["arms-control"]])
    """Only activities in one of these areas."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato"]])
    """Only activities that a relation links with one of these organizations."""
    place: list[Slug] = Field(default_factory=list, max_length=100, examples=[["kosovo"]])
    """Only activities at one of these places."""
    related: list[Slug] = Field(default_factory=list, max_length=100, examples=[["kfor"]])
    """Only activities that a relation links with one of these records."""


@router.get("", response_model=Page[ActivityRow], openapi_extra=parameters(ActivityQuery, ACTIVITIES))
def list_activities(request: Request) -> Response:
    """Activities: what organizations do, together or alone, that is no meeting and no document."""
    return list_response(request, ACTIVITIES, ActivityQuery)


@router.get("/{id}", response_model=ActivityDetail, openapi_extra=detail_parameters(ACTIVITIES))
def get_activity(request: Request, id: Id) -> Response:
    """One activity with its related records, notes and evidence."""
    return detail_response(request, ACTIVITIES, id)
