"""/documents"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import DOCUMENTS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import DatedQuery, Id, Slug
from app.routing import Direct
from app.schemas import DocumentDetail, DocumentRow, Page

router = APIRouter(prefix="/documents", tags=["documents"], route_class=Direct)


class DocumentQuery(DatedQuery):
    kind: list[v.DocumentKind] = Field(default_factory=list, max_length=100, examples=[["resolution"]])
    """Only documents of these kinds."""
    organization: list[Slug] = Field(default_factory=list, max_length=100, examples=[["un-security-council"]])
    """Only documents that a relation links with one of these organizations."""
    person: list[Slug] = Field(default_factory=list, max_length=100, examples=[["sergei-lavrov"]])
    """Only documents that a relation links with one of these people."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["arms-control"]])
    """Only documents about one of these areas."""
    meeting: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce-maastricht-2003"]])
    """Only documents that one of these meetings adopted, or that a relation links with it."""
    related: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce-mission-in-kosovo"]])
    """Only documents that a relation links with one of these records."""


@router.get("", response_model=Page[DocumentRow], openapi_extra=parameters(DocumentQuery, DOCUMENTS))
def list_documents(request: Request) -> Response:
    """Documents: treaties, resolutions, agreements, strategies, policies and letters that the texts name."""
    return list_response(request, DOCUMENTS, DocumentQuery)


@router.get("/{id}", response_model=DocumentDetail, openapi_extra=detail_parameters(DOCUMENTS))
def get_document(request: Request, id: Id) -> Response:
    """One document with its related records, notes and evidence."""
    return detail_response(request, DOCUMENTS, id)
