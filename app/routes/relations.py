"""/relations"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import RELATIONS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, ListQuery, Slug
from app.routing import Direct
from app.schemas import Page, RelationDetail, RelationRow

router = APIRouter(prefix="/relations", tags=["relations"], route_class=Direct)


class RelationQuery(ListQuery):
    predicate: list[v.Predicate] = Field(default_factory=list, max_length=100, examples=[["succeeded_by"]])
    """Only relations with these predicates."""
    subject: list[Slug] = Field(default_factory=list, max_length=100, examples=[["ifor"]])
    """Only relations that start from one of these records."""
    object: list[Slug] = Field(default_factory=list, max_length=100, examples=[["sfor"]])
    """Only relations that lead to one of these records."""
    record: list[Slug] = Field(default_factory=list, max_length=100, examples=[["kfor"]])
    """Only relations with one of these records at either end."""


@router.get("", response_model=Page[RelationRow], openapi_extra=parameters(RelationQuery, RELATIONS))
def list_relations(request: Request) -> Response:
    """Relations: typed links between records beyond membership, participation and areas."""
    return list_response(request, RELATIONS, RelationQuery)


@router.get("/{id}", response_model=RelationDetail, openapi_extra=detail_parameters(RELATIONS))
def get_relation(request: Request, id: Id) -> Response:
    """One relation with its related records, notes and evidence."""
    return detail_response(request, RELATIONS, id)
