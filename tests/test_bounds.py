"""What one request may cost is bounded: the time of a statement, the rows, the memory."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.database import compiled
from app.problems import TooCostly
from app.sqlite import open_release
from tests.conftest import serve

LONG = """
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 50000000)
SELECT count(*) FROM number
"""


def test_a_statement_is_stopped_in_time_and_others_run_after_it(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sqlite.STATEMENT_SECONDS", 0.1)
    release = open_release(database)
    for _ in range(2):
        with pytest.raises(TooCostly):
            release.fetch(compiled(text(LONG), remembered=True), {})
        assert release.fetch(compiled(text("SELECT version FROM dataset")), {}) == [(release.version,)]


def test_what_takes_too_long_is_a_problem_that_says_so(
    database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.sqlite.STEPS", 1)
    with serve(database) as client:
        with monkeypatch.context() as hurried:
            hurried.setattr("app.sqlite.STATEMENT_SECONDS", -1.0)
            response = client.get("/meetings")
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0
        assert response.headers["cache-control"] == "no-store"
        assert response.json()["type"] == "/problems/too-costly"
        assert any("stopped after" in record.getMessage() for record in caplog.records)
        assert client.get(response.json()["type"]).json()["status"] == 503
        assert client.get("/meetings").status_code == 200
