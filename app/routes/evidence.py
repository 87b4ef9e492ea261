"""/evidence"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import EVIDENCE
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import Id, ListQuery, Paragraph, Slug
from app.routing import Direct
from app.schemas import Evidence, EvidenceDetail, Page

router = APIRouter(prefix="/evidence", tags=["evidence"], route_class=Direct)


class EvidenceQuery(ListQuery):
    record: list[Slug] = Field(default_factory=list, max_length=100, examples=[["wales-summit-2014"]])
    """Only evidence for facts of these records; for a relation, what the relation rests on."""
    paragraph: list[Paragraph] = Field(default_factory=list, max_length=100, examples=[[5]])
    """Only evidence from these paragraphs, counted from 1 over the non-empty lines of a source; give `source` as well for those of one."""
    field: list[str] = Field(default_factory=list, max_length=100, examples=[["date"]])
    """Only evidence for these fields."""
    basis: list[v.Basis] = Field(default_factory=list, max_length=100, examples=[["inferred"]])
    """Only evidence for facts that are stated, inferred or from outside."""


@router.get("", response_model=Page[Evidence], openapi_extra=parameters(EvidenceQuery, EVIDENCE))
def list_evidence(request: Request) -> Response:
    """Evidence: for every fact of every record the phrase, or the reference, that it rests on."""
    return list_response(request, EVIDENCE, EvidenceQuery)


@router.get("/{id}", response_model=EvidenceDetail, openapi_extra=detail_parameters(EVIDENCE))
def get_evidence(request: Request, id: Id) -> Response:
    """One piece of evidence."""
    return detail_response(request, EVIDENCE, id)
