"""What programs look for at fixed places: the API catalog, robots.txt, the sitemap, llms.txt, the OpenAPI document."""

import json
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import Field

from app import queries
from app.described import Described
from app.document import document_of
from app.examples import DOCUMENT_PATH, with_examples
from app.listings import LISTINGS, url
from app.pages import release_of
from app.parameters import Query, parse
from app.problems import Unavailable
from app.responses import JSON, respond
from app.routing import Direct
from app.vocabularies import RecordType

router = APIRouter(tags=["service"], route_class=Direct)
LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
MAX_ADDRESSES = 49_900
"""Pages of records in the sitemap: with the lists as many as search engines read."""
PARTS = (RecordType.RELATION, RecordType.EVIDENCE)
"""Types whose records are parts of other records' pages, so that a search engine needs no page of theirs."""


class Catalog(JSONResponse):
    media_type = "application/linkset+json"


class Xml(Response):
    media_type = "application/xml"


class Target(Described):
    """The target of a link."""

    href: str = Field(examples=["/openapi.json"], max_length=2000)
    """The address: absolute where the public address of the API is configured, else a path."""
    type: str = Field(examples=["application/json"], max_length=100)
    """The media type of what stands there."""


class Context(Described):
    """The links of one API."""

    anchor: str = Field(examples=["/"], max_length=2000)
    """The address of the API."""
    service_desc: list[Target] = Field(alias="service-desc", max_length=10)
    """Descriptions for programs."""
    service_doc: list[Target] = Field(alias="service-doc", max_length=10)
    """Descriptions for people."""
    service_meta: list[Target] = Field(alias="service-meta", max_length=10)
    """Descriptions of what is served."""
    status: list[Target] = Field(max_length=10)
    """Whether the API is up."""


class ApiCatalog(Described):
    """The API catalog of RFC 9727, as a linkset of RFC 9264."""

    linkset: list[Context] = Field(max_length=10)
    """The links of each API; here there is one."""


class OpenApi(Described):
    """An OpenAPI document."""

    openapi: str = Field(examples=["3.1.0"], pattern=r"^3\.1\.[0-9]+$")
    """The version of OpenAPI that it is written in."""
    info: dict[str, Any] = Field(min_length=1)
    """The title, the licence, and what can be relied on."""
    servers: list[dict[str, Any]] = Field(max_length=10)
    """Where the API answers."""
    security: list[dict[str, Any]] = Field(max_length=0)
    """How to identify oneself: in no way, so it is empty."""
    tags: list[dict[str, Any]] = Field(max_length=100)
    """The groups of paths, each with its meaning."""
    paths: dict[str, Any] = Field(min_length=1)
    """Every path, with its parameters and its answers."""
    components: dict[str, Any] = Field(min_length=1)
    """The schemas, headers and answers that paths refer to."""


def plain(request: Request) -> str:
    """What addresses start with: the configured public address; the host that a client names is never trusted."""
    parse(Query, request.scope["query_string"])
    public_url: str = request.app.state.settings.public_url
    return public_url


@router.get("/.well-known/api-catalog", response_model=ApiCatalog, response_class=Catalog)
def get_api_catalog(request: Request) -> Response:
    """The API catalog of RFC 9727: where the description, the documentation and the status of the API are."""
    base = plain(request)

    def targets(*found: tuple[str, str]) -> list[dict[str, str]]:
        return [{"href": f"{base}{path}", "type": media_type} for path, media_type in found]

    links = {
        "anchor": f"{base}/",
        "service-desc": targets(("/openapi.json", OPENAPI)),
        "service-doc": targets(("/docs", "text/html"), ("/redoc", "text/html"), ("/llms.txt", "text/plain")),
        "service-meta": targets(("/", "application/json")),
        "status": targets(("/health/ready", "application/json")),
    }
    return respond(request, release_of(request), json.dumps({"linkset": [links]}), LINKSET)


@router.get("/robots.txt", response_class=PlainTextResponse)
def get_robots(request: Request) -> Response:
    """Rules for crawlers: everything may be read. The sitemap is named where the public address is configured."""
    base = plain(request)
    lines = ["User-agent: *", "Allow: /", *([f"Sitemap: {base}/sitemap.xml"] if base else [])]
    return respond(request, release_of(request), "\n".join(lines) + "\n", "text/plain")


@router.get("/sitemap.xml", response_class=Xml)
def get_sitemap(request: Request) -> Response:
    """The sitemap: the lists and the page of every record, or of the first 49,900, as many as search engines read. Its addresses are paths where no public address is configured."""
    base, release = plain(request), release_of(request)
    paths = ["/"]
    for type_, listing in LISTINGS.items():
        paths.append(listing.path)
        if type_ not in PARTS:
            room = {"limit": max(MAX_ADDRESSES - len(paths), 0)}
            rows = release.fetch(queries.first_ids_statement(type_), room)
            paths += [url(type_, row[0]) for row in rows]
    entries = "".join(f"<url><loc>{escape(base + path, quote=False)}</loc></url>\n" for path in paths)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )
    return respond(request, release, body, "application/xml")


@router.get("/llms.txt", response_class=PlainTextResponse)
async def get_llms(request: Request) -> Response:
    """The API in a page of Markdown for language models: what it holds, how to ask, and every path."""
    base, release = plain(request), release_of(request)
    document = await document_of(request.app)
    lines = [f"# {document['info']['title']}", "", f"> {document['info']['summary']}", ""]
    lines += [document["info"]["description"], "", "## Paths", ""]
    for path, item in document["paths"].items():
        meaning = item["get"]["description"].partition("\n")[0]
        lines.append(f"- [{path}]({base}{path}): {meaning}" if "{" not in path else f"- `{path}`: {meaning}")
    return respond(request, release, "\n".join(lines) + "\n", "text/plain")


@router.get(DOCUMENT_PATH, response_model=OpenApi)
async def get_openapi(request: Request) -> Response:
    """The OpenAPI document: every path, parameter and field, with examples out of the dataset; without a dataset, without them."""
    plain(request)
    state = request.app.state
    try:
        release = release_of(request)
    except Unavailable:
        return Response(
            text(await document_of(request.app)), media_type=JSON, headers={"Cache-Control": "no-store"}
        )
    if getattr(state, "document", ("", ""))[0] != release.version:
        state.document = release.version, text(await with_examples(request.app))
    return respond(request, release, state.document[1])


def text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
