"""/areas"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import AREAS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, ListQuery, Slug
from app.routing import Direct
from app.schemas import AreaDetail, AreaRow, Page

router = APIRouter(prefix="/areas", tags=["areas"], route_class=Direct)


class AreaQuery(ListQuery):
    scheme: list[v.AreaScheme] = Field(default_factory=list, max_length=100, examples=[["nato_osce"]])
    """Only areas of these schemes."""
    kind: list[v.AreaKind] = Field(default_factory=list, max_length=100, examples=[["regional"]])
    """Only areas of these kinds."""
    status: list[v.AreaStatus] = Field(default_factory=list, max_length=100, examples=[["current"]])
    """Only areas with these statuses."""
    parent: list[Slug] = Field(default_factory=list, max_length=100, examples=[["counter-terrorism"]])
    """Only parts of these areas."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only areas that one of these organizations carries."""
    meeting: list[Slug] = Field(default_factory=list, max_length=100, examples=[["passy-visits-nato-2004"]])
    """Only areas that one of these meetings was about."""
    document: list[Slug] = Field(default_factory=list, max_length=100, examples=[["vienna-document"]])
    """Only areas that one of these documents is about."""
    carrier: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only areas that one of these records of any type carries or is about."""
    place: list[Slug] = Field(default_factory=list, max_length=100, examples=[["western-balkans"]])
    """Only regional areas about one of these places."""
    related: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce-field-arms-control"]])
    """Only areas that a relation links with one of these records; mappings between schemes are relations."""


@router.get("", response_model=Page[AreaRow], openapi_extra=parameters(AreaQuery, AREAS))
def list_areas(request: Request) -> Response:
    """Areas of cooperation between NATO and the OSCE, the OSCE's own fields of work, and other topics: three schemes, mapped but never merged."""
    return list_response(request, AREAS, AreaQuery)


@router.get("/{id}", response_model=AreaDetail, openapi_extra=detail_parameters(AREAS))
def get_area(request: Request, id: Id) -> Response:
    """One area with its related records, notes and evidence."""
    return detail_response(request, AREAS, id)
