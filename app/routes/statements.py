"""/statements"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import STATEMENTS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import DatedQuery, Id, Slug
from app.routing import Direct
from app.schemas import Page, StatementDetail, StatementRow

router = APIRouter(prefix="/statements", tags=["statements"], route_class=Direct)


class StatementQuery(DatedQuery):
    kind: list[v.StatementKind] = Field(default_factory=list, max_length=100, examples=[["pledge"]])
    """Only statements of these kinds."""
    mode: list[v.StatementMode] = Field(default_factory=list, max_length=100, examples=[["direct"]])
    """Only statements that a text quotes, reports or makes itself."""
    speaker: list[Slug] = Field(default_factory=list, max_length=100, examples=[["jens-stoltenberg"]])
    """Only statements of one of these people, or made on behalf of one of these organizations."""
    meeting: list[Slug] = Field(default_factory=list, max_length=100, examples=[["passy-addresses-nac-2004"]])
    """Only statements made at one of these meetings."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["counter-terrorism"]])
    """Only statements about one of these areas."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only statements that a relation of any kind links with one of these organizations."""
    person: list[Slug] = Field(default_factory=list, max_length=100, examples=[["solomon-passy"]])
    """Only statements that a relation of any kind links with one of these people."""
    about: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only statements about one of these records."""
    addressee: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato"]])
    """Only statements addressed to one of these records."""
    position_of: list[Slug] = Field(default_factory=list, max_length=100, examples=[["nato-allies"]])
    """Only statements of what one of these organizations or people holds, said by another or by the text itself."""
    reported_by: list[Slug] = Field(default_factory=list, max_length=100, examples=[["peter-stano"]])
    """Only statements that one of these people, documents or texts passed on."""


@router.get("", response_model=Page[StatementRow], openapi_extra=parameters(StatementQuery, STATEMENTS))
def list_statements(request: Request) -> Response:
    """Statements: who said what about what, and where. A statement is kept as said; it is not a fact about the world."""
    return list_response(request, STATEMENTS, StatementQuery)


@router.get("/{id}", response_model=StatementDetail, openapi_extra=detail_parameters(STATEMENTS))
def get_statement(request: Request, id: Id) -> Response:
    """One statement with its related records, notes and evidence."""
    return detail_response(request, STATEMENTS, id)
