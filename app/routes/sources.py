"""/sources"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.listings import SOURCES
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, ListQuery
from app.routing import Direct
from app.schemas import Page, SourceDetail, SourceRow

router = APIRouter(prefix="/sources", tags=["sources"], route_class=Direct)


class SourceQuery(ListQuery):
    publisher: list[str] = Field(default_factory=list, max_length=100, examples=[["NATO"]])
    """Only sources of these publishers, by their exact name."""


@router.get("", response_model=Page[SourceRow], openapi_extra=parameters(SourceQuery, SOURCES))
def list_sources(request: Request) -> Response:
    """Sources: the texts that every stated fact is read out of."""
    return list_response(request, SOURCES, SourceQuery)


@router.get("/{id}", response_model=SourceDetail, openapi_extra=detail_parameters(SOURCES))
def get_source(request: Request, id: Id) -> Response:
    """One source with its related records, notes and evidence."""
    return detail_response(request, SOURCES, id)
