"""What lies around every request: its id, the limits of its address, HEAD, and the headers of every answer."""

import re
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problems
from app.errors import problem_response

MAX_TARGET = 8192
READING = ("GET", "HEAD", "OPTIONS")
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffd]")


class Entrance:
    """Outermost, so that a failure leaves with its headers too; pure ASGI because it touches every request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = self.request_id(scope)
        head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-request-id", request_id.encode()))
            elif head:
                message = {**message, "body": b""}
            await send(message)

        if head:
            scope = {**scope, "method": "GET"}
        if refusal := self.refusal(scope):
            await problem_response(refusal, refusal.meaning, None, request_id)(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)

    @staticmethod
    def request_id(scope: Scope) -> str:
        """The client's own id where it is a plain token, else a new one."""
        for name, value in scope["headers"]:
            if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
                return str(value, "ascii")
        return secrets.token_hex(8)

    @staticmethod
    def refusal(scope: Scope) -> problems.Type | None:
        """Requests that no route may see: with a body, too long, or with characters that no path has."""
        if scope["method"] in READING and any(
            name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
            for name, value in scope["headers"]
        ):
            return problems.BODY_TOO_LARGE
        if len(scope["raw_path"]) + len(scope["query_string"]) >= MAX_TARGET:
            return problems.URI_TOO_LONG
        return problems.NOT_FOUND if CONTROL.search(scope["path"]) else None
