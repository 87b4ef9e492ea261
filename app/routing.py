"""The hot path: from an address straight to the function that answers it."""

from collections.abc import Callable, Coroutine, Iterable, MutableMapping
from functools import partial
from inspect import isawaitable, iscoroutinefunction
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.database import Run
from app.errors import api_error_response
from app.problems import ApiError

FOUND = "found"
"""Where a scope holds what the function of its address has returned already."""


class Direct(APIRoute):
    """Calls its function with the request and the parameters of the path, as text, and sends what it returns.

    The functions read the query themselves (app/parameters.py); the framework's own reading of parameters and
    dependencies would cost about a third of a request. They are plain functions: a database that is a file answers
    sooner than a thread could be woken, and while one that is a server is waited for, others have their turn.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        response_model: Any = None,
        openapi_extra: Callable[[], dict[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        """What only the OpenAPI document shows is worked out for it, and not whenever the program starts."""

        def stand_in() -> Response:
            raise NotImplementedError

        stand_in.__name__, stand_in.__doc__ = endpoint.__name__, endpoint.__doc__
        super().__init__(path, stand_in, response_model=None, **options)
        self.endpoint, self.response_model, self.describe = endpoint, response_model, openapi_extra
        self.awaited = iscoroutinefunction(endpoint)

    @property
    def openapi_extra(self) -> dict[str, Any] | None:
        return self.describe() if self.describe else None

    @openapi_extra.setter
    def openapi_extra(self, _: dict[str, Any] | None) -> None:
        """The framework sets it, to nothing."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return self.answer

    async def answer(self, request: Request) -> Response:
        answer = request.scope.pop(FOUND, None)
        if answer is None:
            call = partial(self.endpoint, request, **request.path_params)
            run: Run | None = request.app.state.database.run
            answer = await run(call) if run else call()
        response: Response = await answer if isawaitable(answer) else answer
        return response


class Addresses:
    """Finds a direct route by its address, without asking each route in turn whether it is meant."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.fixed: dict[str, Direct] = {}
        self.below: dict[str, tuple[Direct, str]] = {}
        for route in routes:
            if isinstance(route, Direct):
                parent, _, last = route.path.rpartition("/")
                if last.startswith("{"):
                    self.below[parent] = route, last[1:-1]
                else:
                    self.fixed[route.path] = route

    def find(self, scope: MutableMapping[str, Any]) -> tuple[Direct | None, dict[str, str]]:
        if scope["method"] != "GET":
            return None, {}
        path: str = scope["path"]
        if fixed := self.fixed.get(path):
            return fixed, {}
        parent, _, last = path.rpartition("/")
        route, name = self.below.get(parent, (None, ""))
        return (route, {name: last}) if last else (None, {})


class Shortcut:
    """Calls a direct route. What has none, and every other method than GET, goes the way of the framework, with the same answers."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app, self.addresses = app, addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route, parameters = self.addresses.find(scope) if scope["type"] == "http" else (None, {})
        if route is None:
            await self.app(scope, receive, send)
            return
        scope["route"], scope["path_params"] = route, parameters
        request = Request(scope, receive)
        try:
            response = await route.answer(request)
        except ApiError as error:
            response = api_error_response(request, error)
        await response(scope, receive, send)
