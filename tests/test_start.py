"""A start loads what the first answer needs and nothing else, and workers share what is loaded."""

import gc
import subprocess
import sys
from pathlib import Path

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.bench.servers import family, proportional
from tests.running import running

LATER = (
    "edtf",
    "greenlet",
    "icalendar",
    "jinja2",
    "opentelemetry.sdk",
    "prometheus_client",
    "psycopg",
    "pydantic.v1",
    "rapidfuzz",
    "seed.read",
    "sqlalchemy.dialects.postgresql",
    "xml.etree",
    "yaml",
)
"""What serves one rare path, another database, the build or the document."""
LOADED = f"""
import sys
from app import main, protocol, starting
main.create_app()
print(*[name for name in {LATER} if name in sys.modules])
"""
FEW = 60
"""MB that a further worker may take; each of them loads 75."""


def test_what_is_needed_later_is_loaded_later() -> None:
    result = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert result.stdout.split() == []


def test_garbage_is_looked_for_once_it_serves(database: Path) -> None:
    gc.disable()
    try:
        with TestClient(create_app(Settings(database=database))):
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_workers_share_what_is_loaded(database: Path, tmp_path: Path) -> None:
    with running(database, tmp_path, "--workers", "3") as server:
        for _ in range(30):
            assert server.get("/meetings")[0] == 200
        others = family(server.process.pid)[1:]
        assert len(others) >= 3
        assert all(proportional(pid) < FEW for pid in others)
