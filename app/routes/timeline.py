"""/timeline"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.openapi import parameters
from app.pages import list_response
from app.parameters import DatedQuery, Slug
from app.routing import Direct
from app.schemas import Page, TimelineItem
from app.timeline import TIMELINE
from app.vocabularies import DatedType

router = APIRouter(prefix="/timeline", tags=["timeline"], route_class=Direct)


class TimelineQuery(DatedQuery):
    type: list[DatedType] = Field(default_factory=list, max_length=100, examples=[["meeting"]])
    """Only records of these types."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only records that are one of these organizations or are linked with one directly: by participation (of itself or of somebody acting for it), by a relation or membership in either direction, as part or whole, or as organizer."""
    person: list[Slug] = Field(default_factory=list, max_length=100, examples=[["solomon-passy"]])
    """Only records that are linked with one of these people directly: by participation, by a relation in either direction, or as an organization in which the person holds a post."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["ukraine-cooperation"]])
    """Only records that carry one of these areas or are about it, or that a relation in either direction links with it."""


@router.get("", response_model=Page[TimelineItem], openapi_extra=parameters(TimelineQuery, TIMELINE))
def list_timeline(request: Request) -> Response:
    """The timeline: every meeting, document, activity, statement, organization and series that has a date, in one list.

    An organization or series stands at its start; for `date_from` and `date_to` it lasts from there to its end, and without a known end it is open. Dates of which the first day is not known come last."""
    return list_response(request, TIMELINE, TimelineQuery)
