"""Whatever is asked, good or bad, made up from the document by a program: the answer is one that the document describes, never a 5xx."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.running import ROOT, running

CI = "CI" in os.environ
PARTS: list[tuple[int, str, list[str]]] = [
    # at least so many requests, of these phases, to these paths
    (7_500, "examples,coverage", []),
    (1_400, "fuzzing", []),
    (1_200, "stateful", []),
]
SLICE = [(100, "coverage", ["--include-path=/search"])]


@pytest.mark.parametrize(("least", "phases", "paths"), PARTS if CI else SLICE)
def test_every_answer_is_as_described(
    database: Path, tmp_path: Path, least: int, phases: str, paths: list[str]
) -> None:
    """What is printed tells how to ask the same again."""
    path = tmp_path / "report.json"
    with running(database, tmp_path) as served:
        server = f"http://127.0.0.1:{served.port}"
        httpx2.get(f"{server}/openapi.json", timeout=60)  # makes its examples, once
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={ROOT}/tests/fuzz/schemathesis.toml",
            *("run", f"{server}/openapi.json", f"--phases={phases}", *paths),
            f"--report-json-path={path}",
        ]
        environment = os.environ | {"FUZZ_SERVER": server, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        subprocess.run(command, cwd=tmp_path, env=environment, check=False)
    report = json.loads(path.read_text())
    assert report["failures"] == report["errors"] == []
    assert (report["exit_code"], report["complete"]) == (0, True)
    asked = report["test_cases"]["generated"]
    assert asked >= least
    assert report["filtered"] <= asked / 5  # what tests/fuzz/checks.py lets be, with its reasons
    assert all(report["phases"][phase]["status"] == "success" for phase in phases.split(","))
