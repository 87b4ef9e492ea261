"""What every refusal is, whoever sent the request and however."""

import json
from collections.abc import Mapping
from typing import Any

from app.problems import TYPES

KEYS = {"type", "title", "status", "detail", "instance", "errors"}
LEAKS = (b"Traceback", b'File "', b"pydantic", b"sqlite3", b"uvicorn")
"""What would tell of the inside."""


def problem_of(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The problem that an answer must be: one shape, one type, and nothing of the inside."""
    assert headers["content-type"] == "application/problem+json"
    assert headers["cache-control"] == "no-store"
    problem: dict[str, Any] = json.loads(body)
    assert set(problem) == KEYS
    type_ = TYPES[problem["type"].removeprefix("/problems/")]
    assert (problem["status"], problem["title"]) == (type_.status, type_.title) == (status, type_.title)
    assert 0 < len(problem["detail"]) <= 5000
    assert len(problem["errors"]) <= 100
    assert len(body) <= 250_000
    assert not any(leak in body for leak in LEAKS)
    return problem
