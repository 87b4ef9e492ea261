"""`python -m app` builds what is missing or was built from other records, says where it is, and serves; from a wheel too."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest

from app import starting as program
from seed.version import RECORDS, version_of
from tests.conftest import in_ci
from tests.running import free_port

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a wheel, unpacked where nothing of the checkout is near."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    ignored = shutil.ignore_patterns("*.sqlite*", "__pycache__")
    for name in ("app", "seed"):
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


@in_ci
def test_the_wheel_holds_records_and_static_files(wheel: Path) -> None:
    for folder in (RECORDS, ROOT / "app" / "static"):
        expected = {path.name for path in folder.iterdir() if path.is_file()}
        assert expected
        assert {path.name for path in (wheel / folder.relative_to(ROOT)).iterdir()} == expected
    assert {path.name for path in wheel.iterdir() if path.suffix != ".dist-info"} == {"app", "seed"}


@contextmanager
def serving(folder: Path, wheel: Path) -> Iterator[tuple[str, Path]]:
    """A server of the wheel's files in a folder of its own, and the file of what it prints."""
    port = free_port()
    printed = folder / "printed.txt"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APP_")}
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "--port", str(port)],
            cwd=folder,
            env={**clean, "PYTHONPATH": str(wheel)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not answers(f"{address}/health/ready"):
            assert process.poll() is None, printed.read_text()
            assert time.monotonic() < deadline, printed.read_text()
            time.sleep(0.05)
        yield address, printed
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def answers(url: str) -> bool:
    try:
        return httpx2.get(url).status_code == 200
    except httpx2.TransportError:
        return False


@in_ci
def test_an_installed_wheel_builds_and_serves(wheel: Path, tmp_path: Path) -> None:
    with serving(tmp_path, wheel) as (address, printed):
        home = httpx2.get(f"{address}/").json()
        assert home["version"] == version_of(wheel / "seed" / "records")
        assert httpx2.get(f"{address}/organizations/osce").json()["id"] == "osce"
        assert httpx2.get(f"{address}/docs").status_code == 200
        assert httpx2.get(f"{address}/static/swagger-ui.js").status_code == 200
        said = printed.read_text()
    assert "Building cooperation.sqlite" in said
    assert f"{address}/docs" in said
    assert (tmp_path / "cooperation.sqlite").is_file()
    with serving(tmp_path, wheel) as (address, printed):
        assert "Building" not in printed.read_text()
        assert f"{address}/docs" in printed.read_text()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the server would have been started."""
    calls: list[dict[str, Any]] = []

    def serve(**options: Any) -> int:
        calls.append(options)
        return 0

    monkeypatch.setattr(program, "serve", serve)
    return calls


@pytest.fixture
def own(tmp_path: Path, database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of its own that the settings name."""
    path = Path(shutil.copy(database, tmp_path / "own.sqlite"))
    monkeypatch.setenv("APP_DATABASE", str(path))
    return path


def test_a_database_of_other_records_is_built_again(
    own: Path,
    served: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with closing(sqlite3.connect(own)) as connection, connection:
        connection.execute("UPDATE dataset SET version = 'other'")
    monkeypatch.setattr(sys, "argv", ["app"])
    assert program.main() == 0
    assert program.built_from(own) == version_of()
    assert f"Building {own}" in capfd.readouterr().out
    assert len(served) == 1


def test_a_database_of_these_records_is_kept(
    own: Path,
    served: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = own.stat()
    options = ["--host", "0.0.0.0", "--port", "8123", "--workers", "2"]
    monkeypatch.setattr(sys, "argv", ["app", *options])
    assert program.main() == 0
    after = own.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    said = capsys.readouterr().out
    assert "Building" not in said
    assert "8123/docs" in said
    (call,) = served
    assert (call["host"], call["port"], call["workers"]) == ("0.0.0.0", 8123, 2)
    assert call["proxy_headers"] is call["access_log"] is call["server_header"] is False


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_what_is_no_database_was_built_from_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "some.sqlite"
    if content is not None:
        path.write_bytes(content)
    assert program.built_from(path) is None
    assert program.built_from(tmp_path) is None


def test_its_options_are_explained() -> None:
    result = run("--help")
    assert result.returncode == 0
    for option in ("--host", "--port", "--workers"):
        assert option in result.stdout


@pytest.mark.parametrize("arguments", [["--prot", "80"], ["--port", "x"], ["serve"]])
def test_an_unknown_option_is_refused(
    arguments: list[str],
    served: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["app", *arguments])
    with pytest.raises(SystemExit, match="2"):
        program.main()
    assert "usage: python -m app" in capsys.readouterr().err
    assert served == []
