"""Compression of every text that we serve, in the codings that clients know."""

from starlette_compress import CompressMiddleware, add_compress_type

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


def compressed(app: object) -> CompressMiddleware:
    """An application whose answers are compressed as the client asks: zstd before br before gzip."""
    for media_type in TEXTS:
        add_compress_type(media_type)
    return CompressMiddleware(app, minimum_size=MINIMUM_SIZE)  # type: ignore[arg-type]
