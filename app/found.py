"""What a search finds: one statement for the counts, one for the page, one for the texts shown."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app import search
from app.database import Release, Row
from app.formats import PAGE, negotiate
from app.fulltext import SCALE
from app.listings import url
from app.near import Near, near_names
from app.pages import Window, release_of
from app.parameters import SearchQuery, parse
from app.responses import respond
from app.schemas import SearchItem, SearchPage, SearchSuggestion
from app.search import Text
from app.sets import by_type, common
from app.snippets import snippet
from app.spelling import plain
from app.unranked import Unranked
from app.vocabularies import RecordType, SearchField, SearchMatch

SIMILAR = 5
"""How many records with a similar name stand in for what is not found."""
LIKENESS = 0.75
"""How like a name must be: one word of four may be missing, or every word a little wrong."""
Types = tuple[RecordType, ...]


def search_response(request: Request) -> Response:
    """A page of a search."""
    query = parse(SearchQuery, request.scope["query_string"])
    negotiate(request, query.format, PAGE)
    release, types, text = release_of(request), query.types(), Text.of(query.q)
    page = Window("/search", query, [query.q, types], release)
    many = common(release, text)
    facets = counted(release, types, text) if many is None else by_type(release, types, many)
    near = [] if facets else near_names(release, query.q, types, SIMILAR, LIKENESS)
    if sum(facets.values()) <= search.RANKED:
        many = None
    items = similar(page, near, text) if near else exact(page, types, query.q, many)
    for one in near:
        facets[one.type] = facets.get(one.type, 0) + 1
    body = SearchPage(
        items=items,
        total=sum(facets.values()),
        limit=query.limit,
        next=page.next,
        prev=page.prev,
        facets={"type": facets},
        suggestions=[
            SearchSuggestion(**ref(one.id, one.type, one.name), spelling=one.spelling) for one in near
        ],
    )
    return respond(request, release, body.model_dump_json(), headers=page.links())


def ref(id_: str, type_: str, name: str) -> dict[str, str]:
    return {"id": id_, "type": type_, "name": name, "url": url(type_, id_)}


def counted(release: Release, types: Types, text: Text) -> dict[str, int]:
    """How many records of each type match, for types of which any does, the most first."""
    return dict(release.fetch(search.counts_statement(types), {"q": text}))


def exact(page: Window, types: Types, q: str, many: int | None) -> list[SearchItem]:
    """The records of a page that have every word, each with the text that has most of them; too many are not ranked."""
    text = Text.of(q)
    whole: dict[str, Any] = {"q": text, "whole": f"|{' '.join(text.words)}|"}

    def ranked(after: bool, backward: bool, keys: dict[str, Any]) -> list[Row]:
        statement = search.page_statement(types, after, backward)
        return page.release.fetch(statement, whole | keys) if text.words else []

    read = ranked if many is None else Unranked(page.release, types, plain(q), many).rows
    rows = page.rows(read, (int, int, str))
    passages = best_passages(page.release, [row[3] for row in rows], text)
    scores = [round(-row[2] / SCALE, 6) if many is None else None for row in rows]
    return [
        exact_item(row[3], score, passages[row[3]], text) for row, score in zip(rows, scores, strict=True)
    ]


def best_passages(release: Release, ids: list[str], text: Text) -> dict[str, Row]:
    if not ids:
        return {}
    statement = search.passages_statement(len(ids), min(len(text.words), search.SHOWN))
    return {row[0]: row for row in release.fetch(statement, search.passage_values(ids, text))}


def exact_item(id_: str, score: float | None, passage: Row, text: Text) -> SearchItem:
    _, type_, name, field, shown, evidence = passage
    return SearchItem(
        **ref(id_, type_, name),
        match=SearchMatch.EXACT,
        score=score,
        field=field,
        snippet=snippet(shown, text),
        evidence=url(RecordType.EVIDENCE, evidence) if evidence else None,
    )


def similar(page: Window, near: list[Near], text: Text) -> list[SearchItem]:
    """The records of a page among those with a similar name."""

    def read(after: bool, backward: bool, keys: dict[str, Any]) -> list[Row]:
        rows: list[Row] = [(one, place) for place, one in enumerate(near)]
        if after and backward:
            rows = rows[: keys["k0"]][::-1]
        elif after:
            rows = rows[keys["k0"] + 1 :]
        return rows[: keys["limit"]]

    return [similar_item(row[0], text) for row in page.rows(read, (int,))]


def similar_item(near: Near, text: Text) -> SearchItem:
    return SearchItem(
        **ref(near.id, near.type, near.name),
        match=SearchMatch.SIMILAR,
        score=None,
        field=SearchField.NAME if near.spelling == near.name else SearchField.ALIAS,
        snippet=snippet(near.spelling, text),
        evidence=None,
    )
