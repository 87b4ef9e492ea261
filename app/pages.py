"""One place that pages: a request becomes three statements at most, and stored text becomes the answer."""

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import quote

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from app import queries
from app.chosen import Chosen
from app.citations import BY_MORE_THAN_NAME, of_record, sentence
from app.conditions import Key, Sorting
from app.cursors import Cursor, Kinds, decode, encode, sealed
from app.database import Release, Row
from app.faults import fault, invalid_values, refusal, shown
from app.formats import JSON, Format, negotiate
from app.listings import Listing
from app.missing import missing_response
from app.near import near_ids
from app.origin import Origin
from app.parameters import ListQuery, RecordQuery, parse
from app.problems import INVALID_VALUE, MOST, ProblemError
from app.responses import respond
from app.streams import Selection, stream
from app.vocabularies import RecordType
from app.writers import Material, written

PLAIN = re.compile("[A-Za-z0-9_.~-]*")


def release_of(request: Request) -> Release:
    release: Release = request.app.state.database.release()
    return release


def list_response(request: Request, listing: Listing, model: type[ListQuery]) -> Response:
    """A page of a list."""
    query = parse(model, request.scope["query_string"])
    format_ = negotiate(request, query.format, listing.formats)
    release = release_of(request)
    filters = query.filters()
    sorting = sorting_of(listing, query.sort)
    check_facets(listing, query.facet)
    check_ids(listing, filters, release)
    check_values(listing, filters, release)
    chosen = Chosen(release, listing, filters)
    if format_.whole:
        shape, values = chosen.page(sorting)
        selection = Selection(release, listing, shape, sorting, values)
        return whole_response(request, format_, query, selection)

    page = Window(listing.path, query, [filters, sorting], release)

    def read(after: bool, backward: bool, keys: dict[str, Any]) -> list[Row]:
        shape, values = chosen.page(sorting)
        statement = queries.page_statement(listing, shape, sorting, after, backward)
        return release.fetch(statement, values | keys)

    kinds = (*(listing.sorts[key.name].kind for key in sorting), str)
    rows = page.rows(read, kinds)
    total = len(rows) if page.whole else chosen.total()
    facets = {name: facet(chosen, name) for name in dict.fromkeys(query.facet)}
    envelope = to_json(
        {"total": total, "limit": query.limit, "next": page.next, "prev": page.prev, "facets": facets}
    )
    body = b'{"items":[%b],%b' % (b",".join([row[0] for row in rows]), envelope[1:])
    return respond(request, release, body, headers=page.links())


def whole_response(request: Request, format_: Format, query: ListQuery, selection: Selection) -> Response:
    """A list as a whole, in a format that has no pages."""
    faults = [
        fault(
            name, f"The format {format_.name!r} gives the whole list, so that {name!r} has no meaning in it."
        )
        for name in ("limit", "cursor", "facet")
        if name in query.model_fields_set
    ]
    if faults:
        raise invalid_values(faults)
    listing, release = selection.listing, selection.release
    material = Material(listing, listing.path, origin_of(request, release), selection.texts)
    return document(request, release, format_, listing.path[1:], material)


def document(request: Request, release: Release, format_: Format, name: str, material: Material) -> Response:
    """An answer in a format that is written piece by piece, under a name to keep it by."""
    headers = {"Content-Disposition": f'{format_.disposition}; filename="{name}.{format_.name}"'}
    pieces = stream(written(format_, material), request.app.state.database.run)
    return respond(request, release, pieces, format_.media_type, headers)


def origin_of(request: Request, release: Release) -> Origin:
    return Origin(release.version, release.released, request.app.state.settings.public_url)


class Paged(Protocol):
    """A query that is answered in pages."""

    limit: int
    cursor: str | None

    @property
    def model_fields_set(self) -> set[str]: ...


class Window:
    """The rows of one page and the way to its neighbours."""

    def __init__(self, path: str, query: Paged, bound_to: list[Any], release: Release) -> None:
        self.path, self.query, self.release = path, query, release
        self.key = sealed([path, *bound_to])
        self.next: str | None = None
        self.prev: str | None = None
        self.whole = False
        """Whether the page holds all that matches, so that nothing is left to be counted."""

    def rows(self, read: Callable[[bool, bool, dict[str, Any]], list[Row]], kinds: Kinds) -> Sequence[Row]:
        """The rows of the page, in order; finds out at the same time what lies before and after."""
        limit, text = self.query.limit, self.query.cursor
        version = self.release.version
        cursor = decode(text, self.key, version, kinds) if text is not None else None
        if limit == 0:
            return []
        backward = cursor is not None and cursor.backward
        keys = {f"k{index}": key for index, key in enumerate(cursor.keys)} if cursor else {}
        found = read(cursor is not None, backward, keys | {"limit": limit + 1})
        rows, more = found[:limit], len(found) > limit
        if backward:
            rows.reverse()
        ahead, behind = more or backward, more if backward else cursor is not None
        if rows and (ahead or behind):
            others = self.others()
            self.next = f"{others}{self.at(rows[-1], backward=False)}" if ahead else None
            self.prev = f"{others}{self.at(rows[0], backward=True)}" if behind else None
        self.whole = cursor is None and not more
        return rows

    def at(self, row: Row, *, backward: bool) -> str:
        """The cursor, of which no character needs quoting."""
        return encode(Cursor(list(row[1:]), backward), self.key, self.release.version)

    def others(self) -> str:
        """What the addresses of the neighbours have in common: all but the cursor, which comes last."""
        given = self.query.model_fields_set - {"cursor"}
        parameters = [
            f"{name}={quoted(str(value))}&"
            for name, values in vars(self.query).items()
            if name in given
            for value in (values if isinstance(values, list) else (values,))
        ]
        return f"{self.path}?{''.join(parameters)}cursor="

    def links(self) -> dict[str, str]:
        relations = {"next": self.next, "prev": self.prev}
        links = [f'<{url}>; rel="{name}"' for name, url in relations.items() if url]
        return {"Link": ", ".join(links)} if links else {}


def quoted(text: str) -> str:
    """A value in a query string; most have nothing to be quoted, and quoting would take longer than to look."""
    return text if PLAIN.fullmatch(text) else quote(text, safe="")


def facet(chosen: Chosen, name: str) -> dict[str, int]:
    """How many matching records have each value; records without one count as `null`."""
    rows = chosen.facet(name)
    if len(rows) > queries.MAX_VALUES:
        detail = (
            f"The facet {name!r} has more than {queries.MAX_VALUES} values here; narrow the list by filters."
        )
        raise invalid_values([fault("facet", detail)])
    return {"null" if value is None else value: count for value, count in rows}


@lru_cache(maxsize=1024)
def sorting_of(listing: Listing, text: str | None) -> Sorting:
    """The sort keys of a request. Raises ApiError that names a key which the list does not have."""
    sorting = tuple(
        Key(name.removeprefix("-"), name.startswith("-"))
        for name in (listing.default_sort if text is None else text).split(",")
    )
    names = [key.name for key in sorting]
    faults = [bad_sort(listing, name) for name in names if name not in listing.sorts]
    faults += [
        fault("sort", f"The sort key {shown(name)} is given twice.")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if faults:
        raise invalid_values(faults)
    return sorting


def bad_sort(listing: Listing, name: str) -> ProblemError:
    allowed = [option for key in listing.sorts for option in (key, f"-{key}")]
    return fault("sort", f"This list has no sort key {shown(name)}.", allowed, name)


def check_facets(listing: Listing, names: list[str]) -> None:
    if not names:
        return
    allowed = [name for name, filter_ in listing.filters.items() if filter_.facet]
    faults = [
        fault("facet", f"This list has no facet {shown(name)}.", allowed, name)
        for name in names
        if name not in allowed
    ]
    if faults:
        raise invalid_values(faults)


def check_ids(listing: Listing, filters: dict[str, list[Any]], release: Release) -> None:
    """A filter by an id that nothing has, or that something of another type has, is an error and not an empty list."""
    given = {name: values for name, values in filters.items() if name == "id" or listing.filters[name].refs}
    ids = sorted({id_ for values in given.values() for id_ in values})
    if not ids:
        return
    values = {f"id_{index}": id_ for index, id_ in enumerate(ids)}
    types: dict[str, str] = dict(release.fetch(queries.types_statement(len(ids)), values))
    wrong = [
        (name, id_, types.get(id_), listing.filters[name].refs)
        for name, asked in given.items()
        for id_ in asked
        if types.get(id_) not in listing.filters[name].refs
    ]
    if wrong:
        listed = [wrong_id(release, *one, meant=place < MEANT) for place, one in enumerate(wrong[:MOST])]
        raise refusal(INVALID_VALUE, listed, len(wrong[MOST:]))


def check_values(listing: Listing, filters: dict[str, list[Any]], release: Release) -> None:
    """A text that no record has is an error too, where the texts are as few as the values of a vocabulary."""
    for name in listing.listed & filters.keys():
        known = facet(Chosen(release, listing, {}), name)
        said = f"The parameter {name!r} cannot be {{}}: no record has it."
        wrong = [value for value in filters[name] if value not in known]
        if wrong:
            raise invalid_values(fault(name, said.format(shown(value)), known, value) for value in wrong)


MEANT = 10
"""For how many wrong ids of a request it is looked up what may have been meant."""


def wrong_id(
    release: Release,
    name: str,
    id_: str,
    found: str | None,
    expected: tuple[RecordType, ...],
    *,
    meant: bool = True,
) -> ProblemError:
    if found is not None:
        kinds = " or ".join(type_.replace("_", " ") for type_ in expected)
        return fault(
            name,
            f"The parameter {name!r} takes the id of a record of type {kinds}; {id_!r} is of type {found}.",
        )
    for _, _, into, reason in release.fetch(queries.form_statement(), {"form": id_, "type": ""}):
        became = f"was withdrawn: {reason}" if into is None else f"was merged into {into!r}."
        return fault(
            name, f"The parameter {name!r} names {id_!r}, which {became}", [into] if into else [], into or ""
        )
    near = near_ids(release, id_, expected) if meant else []
    return fault(name, f"The parameter {name!r} names {shown(id_)}, and no record has this id.", near, id_)


def detail_response(request: Request, listing: Listing, id_: str) -> Response:
    """One record."""
    query = parse(RecordQuery, request.scope["query_string"])
    format_ = negotiate(request, query.format, listing.detail_formats)
    release = release_of(request)
    statement = queries.detail_statement(listing.type, format_ is JSON or format_.detailed)
    rows = release.fetch(statement, {"id": id_})
    if rows:
        return record_response(request, release, listing, format_, id_, *rows[0])
    return missing_response(request, release, listing, id_)


def record_response(
    request: Request, release: Release, listing: Listing, format_: Format, id_: str, text: bytes, name: str
) -> Response:
    """One record in the format asked for."""
    origin, address = origin_of(request, release), f"{listing.path}/{id_}"
    if format_ is not JSON:
        material = Material(listing, address, origin, lambda: [[text.decode()]])
        return document(request, release, format_, id_, material)
    # The address in a citation is a setting, so that the build cannot store it; what it says else is read from columns.
    named = {"type": listing.type, "id": id_, "name": name, "url": address}
    record = json.loads(text) if listing.type in BY_MORE_THAN_NAME else named
    return respond(
        request, release, b'%b,"cite":%b}' % (text[:-1], to_json(sentence(of_record(record, origin))))
    )
