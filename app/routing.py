"""The hot path through the framework: from a matched path straight to its function."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response


class Direct(APIRoute):
    """Calls its function with the request and the parameters of the path, as text, and sends what it returns.

    The functions read the query themselves (app/parameters.py); the framework's own reading of parameters and
    dependencies would cost about a third of a request.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint = self.endpoint

        async def handler(request: Request) -> Response:
            response: Response = await endpoint(request, **request.path_params)
            return response

        return handler
