"""What is seen of every request from outside: a line in the log."""

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("app.requests")


class Observed:
    """Outermost, and only there where it is asked for, so that it costs nothing otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.pop("extensions", None)  # every answer has to pass here, message by message
        status, id_, start = 500, "", perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status, id_
            if message["type"] == "http.response.start":
                status = message["status"]
                id_ = dict(message["headers"])[b"x-request-id"].decode()
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            took = (perf_counter() - start) * 1000
            log.info("%s %s %s %d %.1f ms", id_, scope["method"], ascii(scope["path"]), status, took)
