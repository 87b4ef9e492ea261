"""Interactive documentation from files on this server; its pages ask nothing of another host."""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

OWN = Path(__file__).parent / "static"
VENDORED = Path(fastapi_offline.__file__).parent / "static"
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
    body='<redoc spec-url="/openapi.json"></redoc>\n<script src="/static/docs/redoc.standalone.js"></script>',
)


def install(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def get_docs() -> HTMLResponse:
        return HTMLResponse(SWAGGER_UI)

    @app.get("/redoc", include_in_schema=False)
    async def get_redoc() -> HTMLResponse:
        return HTMLResponse(REDOC)

    app.mount("/static/docs", StaticFiles(directory=VENDORED))
    app.mount("/static", StaticFiles(directory=OWN))
