"""The same records give the same bytes, and a database is replaced whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seed import build as building
from seed.__main__ import main
from seed.build import ABANDONED, UNFINISHED, build
from seed.version import version_of
from tests.small import spoil, write_small


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path / "records")


def test_the_same_records_give_the_same_bytes(database: Path, tmp_path: Path) -> None:
    """In another process, too, which orders its sets in another way."""
    again = tmp_path / "again.sqlite"
    command = [sys.executable, "-m", "seed", "--database", str(again)]
    root = Path(__file__).parent.parent
    subprocess.run(command, check=True, cwd=root, env=os.environ | {"PYTHONHASHSEED": "7"})
    assert again.read_bytes() == database.read_bytes()


def test_another_word_in_any_record_file_is_another_version(small: Path) -> None:
    versions = {version_of(small)}
    for file in ("meetings.yaml", "sources.yaml"):
        spoil(small, file, "One meeting." if file == "meetings.yaml" else "A made-up text.", "Other words.")
        versions.add(version_of(small))
    (small / "coverage.yaml").write_text("[]\n", encoding="utf-8")
    versions.add(version_of(small))
    assert len(versions) == 4


def test_records_with_faults_leave_the_old_database_as_it_was(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    assert build(path, small) == []
    before = path.read_bytes()
    spoil(small, "meetings.yaml", "organization: alpha,", "organization: alfa,")
    assert [str(fault) for fault in build(path, small)] == [
        "meetings.yaml:13: talks: participants.0: no record has the id 'alfa'; the nearest is 'alpha'"
    ]
    assert path.read_bytes() == before
    assert unfinished(path) == []


def test_a_build_that_breaks_off_leaves_the_old_database_as_it_was(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "world.sqlite"
    assert build(path, small) == []
    before = path.read_bytes()

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(building, "sync", full)
    with pytest.raises(OSError, match="No space left"):
        build(path, small)
    assert path.read_bytes() == before
    assert unfinished(path) == []


def test_leftovers_of_killed_builds_are_swept_and_running_ones_are_not(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    old, new = (path.with_name(f"{path.name}.{name}{UNFINISHED}") for name in ("old", "new"))
    for leftover in (old, new):
        leftover.write_bytes(b"half a database")
    past = new.stat().st_mtime - ABANDONED - 1
    os.utime(old, (past, past))
    assert build(path, small) == []
    assert unfinished(path) == [new]


def test_the_command_says_what_is_wrong_and_leaves_the_database(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "world.sqlite"
    monkeypatch.setattr("sys.argv", ["seed", "--records", str(small), "--database", str(path)])
    assert main() == 0
    before = path.read_bytes()
    spoil(small, "meetings.yaml", "date: '2001-05-03'", "date: '2001-13-03'")
    assert main() == 1
    assert capsys.readouterr().err.splitlines() == [
        "meetings.yaml:11: talks: date: no EDTF date; write it like 2014-09-05, 2014-09, 1998-01/1999-03 or 2000~",
        f"1 faults; {path} is left as it was.",
    ]
    assert path.read_bytes() == before


def unfinished(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"*{UNFINISHED}"))
