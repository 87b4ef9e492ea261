"""/people"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import PEOPLE
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, MemberQuery, Slug
from app.routing import Direct
from app.schemas import Page, PersonDetail, PersonRow

router = APIRouter(prefix="/people", tags=["people"], route_class=Direct)


class PersonQuery(MemberQuery):
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only people who hold a post in one of these organizations."""
    post: list[v.Post] = Field(default_factory=list, max_length=100, examples=[["secretary_general"]])
    """Only people who hold this post; with `organization`, in it."""
    meeting: list[Slug] = Field(default_factory=list, max_length=100, examples=[["passy-visits-nato-2004"]])
    """Only people who took part in one of these meetings."""
    related: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce-2004-01-21"]])
    """Only people whom a relation links with one of these records; statements are linked with their speakers so."""


@router.get("", response_model=Page[PersonRow], openapi_extra=parameters(PersonQuery, PEOPLE))
def list_people(request: Request) -> Response:
    """People: everybody whom the texts name as acting, with the posts that they held."""
    return list_response(request, PEOPLE, PersonQuery)


@router.get("/{id}", response_model=PersonDetail, openapi_extra=detail_parameters(PEOPLE))
def get_person(request: Request, id: Id) -> Response:
    """One person with its related records, notes and evidence."""
    return detail_response(request, PEOPLE, id)
