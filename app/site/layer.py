"""What a browser asks for is asked of the API as JSON, and the answer is drawn as a page.

One layer in front of all routes, so that a page can never show anything else than the API answers, an error is a
page as well, and a path that is added has its page by being there.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import parameters
from app.document import document_of
from app.formats import HTML, JSON, preferred
from app.problems import ApiError
from app.responses import fresh
from app.site.answers import Answer
from app.site.description import Description, template_of
from app.site.drawing import Drawing
from app.site.refusals import PROBLEM, problem_page
from app.site.templates import TAG

OF_THE_PAGE = (b"accept", b"if-none-match", b"if-modified-since", b"range")
"""Headers that speak of the page, and not of the JSON that it is drawn from."""
NAME = HTML.media_type.encode()
Pairs = list[tuple[str, str]]


class Site:
    """Pure ASGI, because it must let every other answer pass untouched, streams and files too."""

    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self.app, self.owner = app, owner

    @cached_property
    def description(self) -> Description:
        return Description(self.owner.openapi())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not names_html(scope):
            await self.app(scope, receive, send)
            return
        await document_of(self.owner)  # which is made when it is first asked for
        template = template_of(scope["path"])
        if scope["method"] != "GET" or template not in self.description.pages or not legible(scope):
            await self.problems_drawn(scope, receive, send)
        elif not self.wanted(scope, template):
            await self.app(scope, receive, send)
        else:
            await (await self.page(scope, template))(scope, receive, send)

    def wanted(self, scope: Scope, template: str) -> bool:
        """Whether the page is asked for: by parameter, else by a header that prefers it to everything else."""
        asked = [value for name, value in given(scope) if name == "format" and value]
        accept = ",".join(Headers(scope=scope).getlist("accept"))
        formats = self.description.pages[template].formats
        return asked == [HTML.name] or (not asked and preferred(accept, formats) is HTML)

    async def page(self, scope: Scope, template: str) -> Response:
        """The page of a path, or 304 where the browser has it already."""
        pairs = filled(given(scope), self.description.pages[template].parameters)
        answer = await self.answer(scope, template, pairs)
        headers = MutableHeaders(raw=answer.headers)
        headers.add_vary_header("Accept")
        if answer.media_type == PROBLEM:
            return problem_page(answer)
        if answer.media_type != JSON.media_type:
            return answer.response()
        if "etag" in headers:
            headers["etag"] = f'{headers["etag"].removesuffix(JSON.name + chr(34))}html-{TAG}"'
            carried = {name.title().replace("Etag", "ETag"): value for name, value in headers.items()}
            if fresh(Request(scope), carried):
                return Response(status_code=304, headers=answer.kept_headers())

        async def ask(path: str, pairs: Pairs) -> Any:
            return (await self.ask(scope, path, pairs)).data

        body = await Drawing(self.owner, self.description, ask).page(answer)
        return Response(body, answer.status, answer.kept_headers(), HTML.media_type)

    async def answer(self, scope: Scope, template: str, pairs: Pairs) -> Answer:
        """What is drawn: facets are counted, and a search for nothing is its form."""
        path, described = scope["path"], self.description.pages[template]
        facets = [name for name in described.facets if ("limit", "0") not in pairs]
        counted = [] if "facet" in dict(pairs) else [("facet", name) for name in facets]
        answer = await self.ask(scope, path, [*pairs, *counted])
        blank = {field.name for field in described.fields if field.required} - dict(pairs).keys()
        if blank and answer.status == 400 and answer.blamed <= blank:
            answer = await self.ask(scope, "/dataset", [])
        return answer.of(path, pairs)

    async def ask(self, scope: Scope, path: str, pairs: Pairs) -> Answer:
        """What the API answers, in JSON."""
        headers = [(name, value) for name, value in scope["headers"] if name not in OF_THE_PAGE]
        inner = {
            **scope,
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": urlencode(pairs, quote_via=quote).encode(),
            "headers": [*headers, (b"accept", JSON.media_type.encode())],
            "state": dict(scope.get("state", {})),
        }
        answer = Answer(path, pairs)
        await self.app(inner, nothing, answer.collect)
        return answer

    async def problems_drawn(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What has no page passes as it comes; a problem with it is drawn."""
        answer = Answer(scope["path"], given(scope))

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                await answer.collect(message)
            if answer.media_type == PROBLEM:
                await answer.collect(message)
            else:
                await send(message)

        await self.app(scope, receive, watch)
        if answer.media_type == PROBLEM:
            MutableHeaders(raw=answer.headers).add_vary_header("Accept")
            await problem_page(answer)(scope, receive, send)


def names_html(scope: Mapping[str, Any]) -> bool:
    """Whether a page is named at all: most requests are programs', and cost one look at their headers."""
    query = scope["query_string"]
    if b"format=html" in (unquote_to_bytes(query) if b"%" in query else query):
        return True
    accepts = [value for name, value in scope["headers"] if name == b"accept"]
    return any(NAME in value.lower() for value in accepts)


def given(scope: Scope) -> Pairs:
    """The parameters, as a form sends them."""
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def legible(scope: Scope) -> bool:
    """Whether the API reads the query at all; what it refuses to read is not repaired here."""
    try:
        list(parameters.pairs(scope["query_string"]))
    except ApiError:
        return False
    return True


def filled(pairs: Pairs, fields: frozenset[str]) -> Pairs:
    """What a form says: its blank fields say nothing, nor does how to compare with a range that is not given."""
    said = [(name, value) for name, value in pairs if value or name not in fields]
    ranged = dict(said).keys() & {"date_from", "date_to"}
    idle = None if ranged else ("date_match", "within")
    return [pair for pair in said if pair[0] != "format" and pair != idle]


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
