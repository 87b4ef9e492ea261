"""/search"""

from fastapi import APIRouter, Request, Response

from app.formats import PAGE
from app.found import search_response
from app.openapi import parameters
from app.parameters import SearchQuery
from app.routing import Direct
from app.schemas import SearchPage

router = APIRouter(prefix="/search", tags=["search"], route_class=Direct)


@router.get("", response_model=SearchPage, openapi_extra=parameters(SearchQuery, formats=PAGE))
def search_records(request: Request) -> Response:
    """Search: the records of every type whose names, aliases, summaries or evidence have the words asked for; names before aliases before text, misspelt names where nothing else is found."""
    return search_response(request)
