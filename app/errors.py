"""Every way in which a request can fail, turned into the one error shape."""

import logging
from collections.abc import Mapping

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app import problems
from app.faults import shown
from app.problems import ApiError, ProblemError, Type, problem
from app.site.refusals import for_browsers

log = logging.getLogger("app.errors")
MEDIA_TYPE = "application/problem+json"
ALLOW = "GET, HEAD, OPTIONS"


def problem_response(
    type_: Type,
    detail: str,
    errors: list[ProblemError] | None = None,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = problem(type_, detail, errors, instance).model_dump_json()
    carried = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, type_.status, carried, MEDIA_TYPE)


def request_id(request: Request) -> str | None:
    value: str | None = request.scope.get("request_id")
    return value


def api_error_response(request: Request, error: ApiError) -> Response:
    return problem_response(error.type, error.detail, error.errors, request_id(request), error.headers)


async def on_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return api_error_response(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: paths that nothing has, and methods."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405 and request.method == "OPTIONS":
        return Response(headers={"Allow": ALLOW})
    if error.status_code == 405:
        detail = f"{request.method} is not answered here; use {ALLOW}."
        return problem_response(
            problems.METHOD_NOT_ALLOWED, detail, None, request_id(request), {"Allow": ALLOW}
        )
    detail = f"Nothing has the path {shown(request.url.path)}; GET / lists every path."
    return problem_response(problems.NOT_FOUND, detail, None, request_id(request))


async def on_failure(request: Request, error: Exception) -> Response:
    log.error("request %s failed", request_id(request), exc_info=error)
    type_ = problems.INTERNAL_ERROR
    return for_browsers(request.scope, problem_response(type_, type_.meaning, None, request_id(request)))


def install(app: FastAPI) -> None:
    app.add_exception_handler(ApiError, on_api_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_failure)
