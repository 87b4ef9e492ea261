"""/organizations"""

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app import vocabularies as v
from app.listings import ORGANIZATIONS
from app.openapi import detail_parameters, parameters
from app.pages import detail_response, list_response
from app.parameters import CountryCode, Id, MemberQuery, Slug
from app.routing import Direct
from app.schemas import OrganizationDetail, OrganizationRow, Page

router = APIRouter(prefix="/organizations", tags=["organizations"], route_class=Direct)


class OrganizationQuery(MemberQuery):
    kind: list[v.OrganizationKind] = Field(default_factory=list, max_length=100, examples=[["state"]])
    """Only organizations of these kinds."""
    category: list[v.OrganizationCategory] = Field(
        default_factory=list, max_length=100, examples=[["field_operation"]]
    )
    """Only organizations of these categories."""
    parent: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only parts of these organizations; parts of their parts are not included."""
    member_of: list[Slug] = Field(default_factory=list, max_length=100, examples=[["osce"]])
    """Only organizations that belong to one of these."""
    role: list[v.MembershipRole] = Field(
        default_factory=list, max_length=100, examples=[["participating_state"]]
    )
    """Only organizations with a membership in this role; with `member_of`, in it."""
    member: list[Slug] = Field(default_factory=list, max_length=100, examples=[["solomon-passy"]])
    """Only organizations to which one of these people or organizations belongs."""
    place: list[Slug] = Field(default_factory=list, max_length=100, examples=[["kosovo"]])
    """Only organizations that are, or work, at these places."""
    country_code: list[CountryCode] = Field(default_factory=list, max_length=100, examples=[["UA"]])
    """Only states with these ISO 3166-1 alpha-2 codes."""
    area: list[Slug] = Field(default_factory=list, max_length=100, examples=[["arms-control"]])
    """Only organizations that carry one of these areas."""
    meeting: list[Slug] = Field(default_factory=list, max_length=100, examples=[["wales-summit-2014"]])
    """Only organizations that took part in one of these meetings or series."""
    related: list[Slug] = Field(default_factory=list, max_length=100, examples=[["unscr-1244"]])
    """Only organizations that a relation links with one of these records."""


@router.get(
    "", response_model=Page[OrganizationRow], openapi_extra=parameters(OrganizationQuery, ORGANIZATIONS)
)
def list_organizations(request: Request) -> Response:
    """Organizations: states, international organizations, their bodies, units and operations, initiatives, forums and groups."""
    return list_response(request, ORGANIZATIONS, OrganizationQuery)


@router.get("/{id}", response_model=OrganizationDetail, openapi_extra=detail_parameters(ORGANIZATIONS))
def get_organization(request: Request, id: Id) -> Response:
    """One organization with its related records, notes and evidence."""
    return detail_response(request, ORGANIZATIONS, id)
