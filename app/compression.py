"""Compression of every text that we serve, in the codings that clients know."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from brotli import Compressor  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type
from starlette_compress._utils import parse_accept_encoding

from app.downloads import PATH as DOWNLOADS

MINIMUM_SIZE = 500
"""Bytes below which compression costs more than it saves."""
TEXTS = (
    "application/problem+json",
    "application/linkset+json",
    "application/x-ndjson",
    "application/graphml+xml",
    "application/x-bibtex",
    "application/x-research-info-systems",
    "text/csv",
)
"""The media types that the middleware does not know to be text."""


CODINGS = ("zstd", "br", "gzip")
QUALITY, WINDOW = 4, 19
"""Of Brotli in what is sent piece by piece: with a window of 2**19 bytes one answer takes 3 MB and not 13, and is a twentieth longer."""


class Encoder:
    """Brotli, as the middleware calls it; it has no setting for the window."""

    def __init__(self, _: int) -> None:
        self.compressor = Compressor(quality=QUALITY, lgwin=WINDOW)

    def feed(self, data: bytes, flush: bool) -> Iterator[bytes]:
        yield self.compressor.process(data)
        if flush:
            yield self.compressor.flush()

    def finish(self) -> Iterator[bytes]:
        yield self.compressor.finish()


class Compression(CompressMiddleware):
    """Leaves downloads as they are: their ETags are strong, and their parts are parts of the very file.

    Who names no coding is not led through the middleware either, which would cost him a tenth of a request.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=MINIMUM_SIZE, brotli_quality=QUALITY)
        self._brotli.create_encoder = Encoder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plain = not names_coding(scope) or scope["path"].startswith(f"{DOWNLOADS}/")
        await (self.app if plain else super().__call__)(scope, receive, send)


def names_coding(scope: Mapping[str, Any]) -> bool:
    """Whether a request says what codings it takes."""
    return b"accept-encoding" in [name for name, _ in scope.get("headers", ())]


def compressed(app: ASGIApp) -> CompressMiddleware:
    """An application whose answers are compressed as the client asks: zstd before br before gzip."""
    for media_type in TEXTS:
        add_compress_type(media_type)
    return Compression(app)


@lru_cache(maxsize=1024)
def coding(accepted: bytes) -> bytes:
    """The coding that an answer gets where it is compressed at all."""
    found = parse_accept_encoding(accepted.decode("latin-1"))
    return next((name.encode() for name in CODINGS if name in found), b"")
