"""Whatever is asked, good or bad, made up from the document by a program: the answer is one that the document describes, never a 5xx."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.running import running

ROOT = Path(__file__).parent.parent
CI = "CI" in os.environ
WHOLE = ["--phases=examples,coverage,stateful"], ["--phases=fuzzing"]
"""Two programs at a time, because one alone waits for the server half of the time."""
SLICE = (
    [
        "--phases=coverage",
        "--include-path=/sources",
        "--include-path=/search",
        "--include-path=/problems/{id}",
    ],
)
CASES = 10_000 if CI else 100


@pytest.fixture(scope="module")
def reports(database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What was found; what is printed tells how to ask the same again."""
    folder = tmp_path_factory.mktemp("fuzz")
    program = Path(sys.executable).with_name("schemathesis")
    parts = WHOLE if CI else SLICE
    paths = [folder / f"{number}.json" for number in range(len(parts))]
    with running(database, folder) as served:
        server = f"http://127.0.0.1:{served.port}"
        start = [str(program), "--config-file=tests/fuzz/schemathesis.toml", "run", f"{server}/openapi.json"]
        environment = os.environ | {"FUZZ_SERVER": server, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        processes = [
            subprocess.Popen([*start, "--report-json-path", str(path), *options], cwd=ROOT, env=environment)
            for path, options in zip(paths, parts, strict=True)
        ]
        for process in processes:
            process.wait()
    return [json.loads(path.read_text()) for path in paths]


def test_no_answer_is_other_than_described(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        assert report["failures"] == report["errors"] == []
        assert report["exit_code"] == 0
        assert report["complete"]


def test_enough_was_asked(reports: list[dict[str, Any]]) -> None:
    assert sum(report["test_cases"]["generated"] for report in reports) >= CASES
    if CI:
        phases = {
            name for report in reports for name, it in report["phases"].items() if it["status"] == "success"
        }
        assert phases == {"examples", "coverage", "fuzzing", "stateful"}
