"""Opaque cursors: the sort keys of a row, bound to the query and the dataset version that they were made for."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from app import problems
from app.problems import ApiError, ProblemError

Kinds = tuple[type[str] | type[int], ...]
"""Of what type each sort key of a query is."""


class Cursor(NamedTuple):
    """Where a page starts: after the row with these keys, or before it."""

    keys: list[str | int]
    backward: bool


def sealed(bound_to: Any) -> bytes:
    """The key of the tags of a query's cursors."""
    return blake2b(to_json(bound_to), digest_size=32).digest()


def _tag(payload: bytes, key: bytes) -> bytes:
    return blake2b(payload, digest_size=9, key=key).digest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def encode(cursor: Cursor, key: bytes, version: str) -> str:
    payload = to_json([version, int(cursor.backward), *cursor.keys])
    return _text(_tag(payload, key) + payload)


def decode(text: str, key: bytes, version: str, kinds: Kinds) -> Cursor:
    """Raises ApiError: 400 for a cursor that was not made for this query, 410 for one of another dataset version.

    The tag tells mistakes from cursors, but anybody can compute it. So nothing is taken from a cursor that could not be
    in one of ours."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, Base64Error, ValueError):
        raise _invalid() from None
    tag, payload = raw[:9], raw[9:]
    if tag != _tag(payload, key) or _text(raw) != text:
        raise _invalid()
    try:
        values = from_json(payload)
        exact = isinstance(values, list) and to_json(values) == payload
    except ValueError:
        raise _invalid() from None
    if not exact or [type(value) for value in values[:2]] != [str, int] or values[1] not in (0, 1):
        raise _invalid()
    made_for, backward, *keys = values
    if made_for != version:
        raise ApiError(problems.STALE_CURSOR, problems.STALE_CURSOR.meaning)
    if tuple(map(type, keys)) != kinds or not all(map(_possible, keys)):
        raise _invalid()
    return Cursor(keys, bool(backward))


def _possible(key: str | int) -> bool:
    """Whether a database can compare with it."""
    return "\0" not in key if isinstance(key, str) else abs(key) < 2**63


def _invalid() -> ApiError:
    detail = problems.INVALID_CURSOR.meaning
    error = ProblemError(parameter="cursor", detail=detail, allowed=[], suggestion=None)
    return ApiError(problems.INVALID_CURSOR, detail, [error])
