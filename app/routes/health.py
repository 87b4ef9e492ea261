"""/health: for those who run the service."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from app.pages import release_of
from app.parameters import Query, parse

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """The service is well."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    status: str = "ok"
    """Always `ok`; anything else is a problem."""


@router.get("/live")
async def get_live(request: Request) -> Health:
    """Whether the process answers."""
    parse(Query, request.scope["query_string"])
    return Health()


@router.get("/ready")
async def get_ready(request: Request) -> Health:
    """Whether the process has a database that it can serve; a 503 problem if not."""
    parse(Query, request.scope["query_string"])
    release_of(request)
    return Health()
