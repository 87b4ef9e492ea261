"""The limit: a bare function that sends bytes which it knows beforehand, under the least head that HTTP asks for.

A 200 has its type and length. A 304 has what the 200 of the product says of caching, as RFC 9110 (15.4.5) demands.
"""

import os
import pickle
from pathlib import Path

from starlette.types import Receive, Scope, Send

BODIES: dict[bytes, bytes] = pickle.loads(Path(os.environ["BENCH_BODIES"]).read_bytes())
UNCHANGED: list[tuple[bytes, bytes]] = pickle.loads(Path(os.environ["BENCH_UNCHANGED"]).read_bytes())


async def app(scope: Scope, _: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    body, status = BODIES[scope["raw_path"] + b"?" + scope["query_string"]], 200
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    for name, _ in scope["headers"]:
        if name == b"if-none-match":
            body, status, headers = b"", 304, UNCHANGED
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
