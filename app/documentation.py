"""Interactive documentation from files on this server; its pages ask nothing of another host."""

from functools import cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from app.middleware import POLICY
from app.parameters import Query, parse

OWN = Path(__file__).parent / "static"
VENDORED = Path(fastapi_offline.__file__).parent / "static"
CACHE_CONTROL = "public, max-age=3600, stale-while-revalidate=86400"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/static/docs/favicon.png">
{head}
</head>
<body>
{body}
</body>
</html>
"""
SWAGGER_UI = PAGE.format(
    title="NATO–OSCE Cooperation API: try it out",
    head='<link rel="stylesheet" href="/static/docs/swagger-ui.css">',
    body='<div id="swagger-ui"></div>\n'
    '<script src="/static/docs/swagger-ui-bundle.js"></script>\n<script src="/static/swagger-ui.js"></script>',
)
REDOC = PAGE.format(
    title="NATO–OSCE Cooperation API: reference",
    head="",
    body='<redoc spec-url="/openapi.json"></redoc>\n<script src="/static/redoc.js"></script>',
)
LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
NO_LOGO = b"data:,"
"""An image that fails at once: ReDoc then leaves its logo out, and asks no other host for it."""
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of nothing: ReDoc makes an empty style element and adds its rules by script, which a policy does not forbid."""
SCROLLBAR_STYLE = "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
"""The hash of the one style sheet that ReDoc carries inside its script."""
REDOC_POLICY = (
    POLICY.replace("style-src 'self'", f"style-src 'self' {EMPTY_STYLE} {SCROLLBAR_STYLE}")
    + "; worker-src blob:"
)
"""What ReDoc needs besides: its style element, and a worker made of its own script for its search."""


class Assets(StaticFiles):
    """Files that a cache keeps; their tags are weak, because they stand for every coding of a file."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["ETag"] = "W/" + response.headers["ETag"].removeprefix("W/")
        return response


def page(request: Request, html: str, headers: dict[str, str]) -> Response:
    parse(Query, request.scope["query_string"])
    return HTMLResponse(html, headers={"Cache-Control": CACHE_CONTROL, **headers})


@cache
def redoc() -> bytes:
    return (VENDORED / "redoc.standalone.js").read_bytes().replace(LOGO, NO_LOGO)


def install(app: FastAPI) -> None:
    @app.get("/docs", response_class=HTMLResponse, tags=["service"])
    async def get_docs(request: Request) -> Response:
        """The documentation to try out, as a page: every path can be asked from it."""
        return page(request, SWAGGER_UI, {})

    @app.get("/redoc", response_class=HTMLResponse, tags=["service"])
    async def get_redoc(request: Request) -> Response:
        """The documentation to read, as a page: every path, parameter and field in one long reference."""
        return page(request, REDOC, {"Content-Security-Policy": REDOC_POLICY})

    @app.get("/static/redoc.js", include_in_schema=False)
    async def get_redoc_script() -> Response:
        return Response(redoc(), media_type="text/javascript", headers={"Cache-Control": CACHE_CONTROL})

    app.mount("/static/docs", Assets(directory=VENDORED))
    app.mount("/static", Assets(directory=OWN))
