"""The straight way: a plain request is answered where it was read, without a task and the layers between.

They cost more than most answers do. What is sent is what they would send: the same functions find it and name its
headers, and whatever one of them would have a part in, or must be waited for, goes the long way.
"""

from collections.abc import Awaitable, Iterator, MutableMapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from app.compression import names_coding
from app.errors import api_error_response
from app.middleware import complete_lines, given_id, refusal, request_id
from app.problems import ApiError
from app.routing import FOUND, Addresses
from app.site.layer import names_html


class Straight:
    """Answers requests for the functions at these addresses, if nothing that they ask must be waited for."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app, self.addresses = app, addresses

    def __call__(self, scope: MutableMapping[str, Any]) -> tuple[int, Sequence[bytes]] | None:
        if names_coding(scope) or names_html(scope) or refusal(scope):
            return None
        route, parameters = self.addresses.find(scope)
        if route is None or route.awaited:
            return None
        id_ = request_id(given_id(scope))
        scope["app"], scope["path_params"], scope["request_id"] = self.app, parameters, id_.decode()
        request = Request(scope)
        answer: Any
        try:
            answer = route.endpoint(request, **parameters)
        except ApiError as error:
            answer = api_error_response(request, error)
        except Exception as failure:  # noqa: BLE001 - the long way logs it, and tells the client
            answer = Failing(failure)
        there = isinstance(answer, Response) and hasattr(answer, "body")
        if there and (lines := complete_lines(answer.raw_headers, id_)):
            return answer.status_code, (lines, b"\r\n\r\n", answer.body)
        scope[FOUND] = answer  # not to be looked for again
        return None


class Failing(Awaitable[Response]):
    """A failure that is met where an answer is waited for."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def __await__(self) -> Iterator[Response]:  # type: ignore[override]
        raise self.failure
