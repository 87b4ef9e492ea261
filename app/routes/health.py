"""/health: for those who run the service."""

from fastapi import APIRouter, Request, Response

from app.described import Described
from app.pages import release_of
from app.parameters import Query, parse
from app.responses import JSON
from app.routing import Direct

router = APIRouter(prefix="/health", tags=["health"], route_class=Direct)


class Health(Described):
    """The service is well."""

    status: str = "ok"
    """Always `ok`; anything else is a problem."""


def well() -> Response:
    return Response(Health().model_dump_json(), media_type=JSON)


@router.get("/live", response_model=Health)
def get_live(request: Request) -> Response:
    """Whether the process answers."""
    parse(Query, request.scope["query_string"])
    return well()


@router.get("/ready", response_model=Health)
def get_ready(request: Request) -> Response:
    """Whether the process has a database that it can serve; a 503 problem if not."""
    parse(Query, request.scope["query_string"])
    release_of(request)
    return well()
