"""/context.jsonld: what the terms of our linked data mean."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.described import Described
from app.formats import JSON, JSONLD, negotiate
from app.linked_data import CONTEXT, CONTEXT_PATH
from app.openapi import parameters
from app.pages import release_of
from app.parameters import RecordQuery, parse
from app.responses import respond
from app.routing import Direct

router = APIRouter(tags=["dataset"], route_class=Direct)
FORMATS = (JSONLD, JSON)


class ContextDocument(Described):
    """A JSON-LD context, as documents refer to it."""

    context: dict[str, Any] = Field(alias="@context", min_length=1)
    """Each prefix and each key, with the address of what it means."""


@router.get(
    CONTEXT_PATH, response_model=ContextDocument, openapi_extra=parameters(RecordQuery, formats=FORMATS)
)
def get_context(request: Request) -> Response:
    """The JSON-LD context: the published term behind every key of our linked data. Terms are added, never changed."""
    query = parse(RecordQuery, request.scope["query_string"])
    chosen = negotiate(request, query.format, FORMATS)
    body = json.dumps({"@context": CONTEXT}, ensure_ascii=False)
    return respond(request, release_of(request), body, chosen.media_type)
