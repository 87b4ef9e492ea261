"""The hot path through the framework: from a matched path straight to its function."""

from collections.abc import Callable, Coroutine
from functools import partial
from inspect import isawaitable
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response


class Direct(APIRoute):
    """Calls its function with the request and the parameters of the path, as text, and sends what it returns.

    The functions read the query themselves (app/parameters.py); the framework's own reading of parameters and
    dependencies would cost about a third of a request. They are plain functions: a database that is a file answers
    sooner than a thread could be woken, and one that is a server is waited for in a thread.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = self.endpoint

        async def handler(request: Request) -> Response:
            call = partial(endpoint, request, **request.path_params)
            answer = await run_in_threadpool(call) if request.app.state.database.waits else call()
            response: Response = await answer if isawaitable(answer) else answer
            return response

        return handler
