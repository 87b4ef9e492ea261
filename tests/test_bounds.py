"""What one request may cost is bounded: the time of a statement, the rows, the memory."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text

from app import models as m
from app import queries
from app.database import compiled
from app.problems import TooCostly
from app.sqlite import open_release
from tests.conftest import World, serve
from tests.world import meeting

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


@pytest.fixture
def many(world: World) -> Path:
    """Meetings in so many places that no answer may name them all; a map of pages that is longer than such maps can be."""
    path = world("many", meetings=[meeting("talk")])
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        held, record = m.table(m.Meeting), m.table(m.Record)
        row = dict(connection.execute(select(held)).mappings().one())
        places = [{"id": f"m{n}", "place_id": f"p{n}"} for n in range(queries.MAX_VALUES + 1)]
        connection.execute(insert(held), [row | place for place in places])
        row = dict(connection.execute(select(record).where(record.c.id == "talk")).mappings().one())
        connection.execute(insert(record), [row | {"id": f"r{n}"} for n in range(50_000)])
    engine.dispose()
    return path


def test_a_facet_with_too_many_values_is_refused_and_not_cut(many: Path) -> None:
    with serve(many) as client:
        refused = client.get("/meetings?facet=place&limit=0")
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["parameter"] == "facet"
        answered = client.get("/meetings?facet=place&limit=0&id=talk")
        assert answered.json()["facets"] == {"place": {"null": 1}}


def test_the_sitemap_names_as_many_pages_as_are_read(many: Path) -> None:
    with serve(many) as client:
        assert 49_900 < client.get("/sitemap.xml").text.count("<loc>") <= 50_000
