"""/problems: what can go wrong, one page for each type of problem."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from app import problems
from app.described import Described
from app.faults import shown, suggest
from app.formats import PAGE, negotiate
from app.openapi import parameters
from app.pages import release_of
from app.parameters import RecordQuery, parse
from app.problems import TYPES, ApiError, ProblemError, Type
from app.responses import respond
from app.routing import Direct

router = APIRouter(prefix="/problems", tags=["problems"], route_class=Direct)
Id = Annotated[
    str, Path(description="The last part of the `type` of a problem.", examples=["unknown-parameter"])
]


class ProblemType(Described):
    """A type of problem: what it means, and what to do about it."""

    id: str = Field(examples=["unknown-parameter"])
    """The last part of its path."""
    type: str = Field(examples=["/problems/unknown-parameter"], pattern=r"^/problems/[a-z-]+$")
    """The path of this page, as it stands in `type` of a problem."""
    title: str = Field(examples=["Unknown query parameter"], max_length=100)
    """The type of problem, in words."""
    status: int = Field(examples=[400], ge=400, le=599)
    """The HTTP status that goes with it."""
    meaning: str = Field(
        examples=["A parameter that takes one value was given several. Give it once."], max_length=500
    )
    """What it means, and what to do about it."""


class ProblemTypes(Described):
    """Every type of problem."""

    total: int = Field(examples=[len(TYPES)], ge=1)
    """How many types there are."""
    items: list[ProblemType] = Field(max_length=100)
    """The types, in the order of their statuses."""


def described(type_: Type) -> ProblemType:
    return ProblemType(
        id=type_.slug, type=type_.url, title=type_.title, status=type_.status, meaning=type_.meaning
    )


@router.get("", response_model=ProblemTypes, openapi_extra=parameters(RecordQuery, formats=PAGE))
def list_problems(request: Request) -> Response:
    """Problems: every way in which a request can fail, with its status and what to do about it."""
    query = parse(RecordQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    items = [described(type_) for type_ in sorted(TYPES.values(), key=lambda type_: type_.status)]
    body = ProblemTypes(total=len(items), items=items).model_dump_json()
    return respond(request, release_of(request), body)


@router.get("/{id}", response_model=ProblemType, openapi_extra=parameters(RecordQuery, formats=PAGE))
def get_problem(request: Request, id: Id) -> Response:
    """One type of problem: the page that `type` in a problem points to."""
    query = parse(RecordQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    if id not in TYPES:
        raise unknown(id)
    return respond(request, release_of(request), described(TYPES[id]).model_dump_json())


def unknown(slug: str) -> ApiError:
    near = suggest(slug, TYPES)
    detail = f"No type of problem is named {shown(slug)}."
    error = ProblemError(
        parameter="path",
        detail=detail,
        allowed=[type_.url for type_ in TYPES.values()],
        suggestion=TYPES[near].url if near else None,
    )
    return ApiError(problems.NOT_FOUND, detail, [error])
