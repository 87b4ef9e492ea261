"""The limit: a bare function that sends bytes which it knows beforehand."""

import os
import pickle
from pathlib import Path

from starlette.types import Receive, Scope, Send

BODIES: dict[bytes, bytes] = pickle.loads(Path(os.environ["BENCH_BODIES"]).read_bytes())


async def app(scope: Scope, _: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    body, status = BODIES[scope["raw_path"] + b"?" + scope["query_string"]], 200
    for name, _ in scope["headers"]:
        if name == b"if-none-match":
            body, status = b"", 304
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers if body else []})
    await send({"type": "http.response.body", "body": body})
