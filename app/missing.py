"""Paths that no record has: where it is under another form of its id, why it is gone, or which ids are near."""

from collections.abc import Iterable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from app import problems, queries
from app.database import Release
from app.faults import shown
from app.listings import Listing, url
from app.near import near_ids
from app.problems import ApiError, ProblemError
from app.responses import CACHE_CONTROL
from app.spelling import slug
from app.vocabularies import RecordType


def missing_response(request: Request, release: Release, listing: Listing, id_: str) -> Response:
    """A redirect to the record that is meant. Raises ApiError where none is, or where it was withdrawn."""
    values = {"form": slug(id_), "type": listing.type}
    found = release.fetch(queries.form_statement(), values)
    for _, type_, target, reason in found:
        if type_ == listing.type and target is None:
            raise ApiError(
                problems.WITHDRAWN, f"The {words(listing.type)} {slug(id_)!r} was withdrawn: {reason}"
            )
        if type_ == listing.type:
            return redirect(request, url(type_, target))
    elsewhere = [url(type_, target) for _, type_, target, _ in found if target is not None]
    near = [url(listing.type, near_id) for near_id in near_ids(release, id_, [listing.type])]
    raise not_found(listing.type, id_, [*elsewhere, *near][:3])


def redirect(request: Request, path: str) -> Response:
    """308 to the same representation under the canonical path."""
    query = request.scope["query_string"].decode("latin-1")
    location = quote(path) + (f"?{query}" if query else "")
    return Response(status_code=308, headers={"Location": location, "Cache-Control": CACHE_CONTROL})


def not_found(type_: RecordType, id_: str, urls: Iterable[str]) -> ApiError:
    near = list(urls)
    detail = f"No {words(type_)} has the id {shown(id_)}."
    error = ProblemError(parameter="path", detail=detail, allowed=near, suggestion=near[0] if near else None)
    return ApiError(problems.NOT_FOUND, detail, [error])


def words(type_: RecordType) -> str:
    return type_.replace("_", " ")
