"""/vocabularies"""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Annotated, get_args

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from app import catalogue as c
from app import problems
from app import schemas as s
from app.faults import shown
from app.formats import PAGE, negotiate
from app.listings import LISTINGS
from app.network import NetworkEdge, NetworkNode
from app.openapi import parameters
from app.pages import release_of
from app.parameters import RecordQuery, parse
from app.problems import ApiError, ProblemError
from app.responses import respond
from app.routing import Direct
from app.vocabularies import PREFIXES, VOCABULARIES, Predicate, RecordType, Vocabulary

router = APIRouter(prefix="/vocabularies", tags=["dataset"], route_class=Direct)

ROWS: dict[RecordType, type[BaseModel]] = {
    RecordType.RELATION: s.RelationRow,
    RecordType.EVIDENCE: s.Evidence,
}
MODELS: list[tuple[str, type[BaseModel]]] = [
    *((listing.path[1:], listing.table) for listing in LISTINGS.values()),
    *((listing.path[1:], ROWS.get(type_, s.RecordRow)) for type_, listing in LISTINGS.items()),
    ("aliases", s.Alias),
    ("notes", s.Note),
    ("memberships", s.CitedMembership),
    ("participants", s.CitedParticipation),
    ("timeline", s.TimelineItem),
    ("search", s.SearchItem),
    ("network.nodes", NetworkNode),
    ("network.edges", NetworkEdge),
    ("search", s.SearchItem),
]
"""What holds values of vocabularies, by the name that it has in answers."""


@router.get("", response_model=c.Vocabularies, openapi_extra=parameters(RecordQuery, formats=PAGE))
def list_vocabularies(request: Request) -> Response:
    """Every closed vocabulary, value by value, with the meaning and the standard term of each."""
    query = parse(RecordQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    items = list(every().values())
    answer = c.Vocabularies(items=items, total=len(items), prefixes=PREFIXES)
    return respond(request, release_of(request), answer.model_dump_json())


@router.get("/{id}", response_model=c.Vocabulary, openapi_extra=parameters(RecordQuery, formats=PAGE))
def get_vocabulary(
    request: Request, id: Annotated[str, Path(description="The id of the vocabulary.")]
) -> Response:
    """One closed vocabulary."""
    query = parse(RecordQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    if found := every().get(id):
        return respond(request, release_of(request), found.model_dump_json())
    near = get_close_matches(id.lower(), every(), n=3, cutoff=0.6)
    urls = [every()[near_id].url for near_id in near]
    detail = f"No vocabulary has the id {shown(id)}."
    error = ProblemError(parameter="path", detail=detail, allowed=urls, suggestion=urls[0] if urls else None)
    raise ApiError(problems.NOT_FOUND, detail, [error])


def published(vocabulary: type[Vocabulary]) -> c.Vocabulary:
    name = words(vocabulary)
    id_ = name.replace(" ", "-")
    return c.Vocabulary(
        id=id_,
        name=name,
        url=f"{router.prefix}/{id_}",
        meaning=vocabulary.__doc__ or "",
        used_in=list(dict.fromkeys(uses(vocabulary))),
        values=[value_of(value) for value in vocabulary],
    )


def words(vocabulary: type[Vocabulary]) -> str:
    """The name of a vocabulary: AreaKind is `area kind`."""
    return "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in vocabulary.__name__
    ).strip()


def uses(vocabulary: type[Vocabulary]) -> Iterator[str]:
    """The fields that hold values of a vocabulary."""
    holding = (vocabulary, vocabulary | None, dict[str, vocabulary], dict[vocabulary, int])  # type: ignore[valid-type]
    for resource, model in MODELS:
        for name, field in model.model_fields.items():
            if field.annotation in holding or vocabulary in map(type, get_args(field.annotation)):
                yield f"{resource}.{name}"


def value_of(value: Vocabulary) -> c.Value:
    return c.Value(
        value=value,
        label=value.replace("_", " "),
        inverse=value.inverse if isinstance(value, Predicate) else None,
        meaning=value.meaning,
        term=value.term,
        iri=expanded(value.term) if value.term else None,
    )


def expanded(term: str) -> str:
    prefix, _, name = term.partition(":")
    return PREFIXES[prefix] + name


@cache
def every() -> dict[str, c.Vocabulary]:
    """The vocabularies by their ids."""
    return {entry.id: entry for entry in map(published, VOCABULARIES)}
