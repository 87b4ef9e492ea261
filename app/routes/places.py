"""/places"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import PLACES
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import CountryCode, Id, ListQuery, Slug
from app.routing import Direct
from app.schemas import Page, PlaceDetail, PlaceRow

router = APIRouter(prefix="/places", tags=["places"], route_class=Direct)


class PlaceQuery(ListQuery):
    kind: list[v.PlaceKind] = Field(default_factory=list, max_length=100, examples=[["city"]])
    """Only places of these kinds."""
    parent: list[Slug] = Field(default_factory=list, max_length=100, examples=[["brussels"]])
    """Only places that lie in one of these."""
    country_code: list[CountryCode] = Field(default_factory=list, max_length=100, examples=[["UA"]])
    """Only countries with these ISO 3166-1 alpha-2 codes."""


@router.get("", response_model=Page[PlaceRow], openapi_extra=parameters(PlaceQuery, PLACES))
def list_places(request: Request) -> Response:
    """Places: cities, buildings, regions and countries as territory. A state as an agent is an organization."""
    return list_response(request, PLACES, PlaceQuery)


@router.get("/{id}", response_model=PlaceDetail, openapi_extra=detail_parameters(PLACES))
def get_place(request: Request, id: Id) -> Response:
    """One place with its related records, notes and evidence."""
    return detail_response(request, PLACES, id)
