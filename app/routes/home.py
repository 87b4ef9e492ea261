"""/: where everything is."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.described import Described
from app.formats import PAGE, negotiate
from app.listings import LISTINGS
from app.openapi import parameters
from app.pages import release_of
from app.parameters import RecordQuery, parse
from app.responses import respond
from app.routing import Direct

router = APIRouter(tags=["dataset"], route_class=Direct)


Path = Annotated[str, Field(pattern="^/")]


class Home(Described):
    """Where everything is."""

    title: str
    """The name of the API."""
    version: str
    """The version of the dataset that is served."""
    resources: dict[str, Path]
    """The path of each list."""
    views: dict[str, Path]
    """The path of each view over several lists."""
    about: dict[str, Path]
    """Where the dataset as a whole and its vocabularies are described."""
    documentation: dict[str, Path]
    """The path of each form of the documentation."""
    health: dict[str, Path]
    """The path of each health check."""


@router.get("/", response_model=Home, openapi_extra=parameters(RecordQuery, formats=PAGE))
def get_home(request: Request) -> Response:
    """Links to everything."""
    query = parse(RecordQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    release = release_of(request)
    home = Home(
        title=request.app.title,
        version=release.version,
        resources={listing.path[1:]: listing.path for listing in LISTINGS.values()},
        views={"search": "/search", "timeline": "/timeline", "network": "/network"},
        about={"dataset": "/dataset", "vocabularies": "/vocabularies"},
        documentation={"docs": "/docs", "redoc": "/redoc", "openapi": "/openapi.json"},
        health={"live": "/health/live", "ready": "/health/ready"},
    )
    return respond(request, release, home.model_dump_json())
