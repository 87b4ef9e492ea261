"""While the database is replaced under 32 readers no answer fails or mixes two versions, and the old file is let go."""

import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

import pytest

from app.starting import built_from
from seed.build import build
from tests.conftest import in_ci
from tests.running import Running, running
from tests.world import meeting, write_records

READERS, SWAPS = 32, 4
WITHIN = 2.0
"""Seconds after which the new version is served."""
MEETINGS = 60
BROKEN = "broken off"
PATHS = (
    "/meetings?limit=20",
    "/meetings?limit=20&facet=kind",
    "/meetings?format=ndjson",
    "/meetings?format=csv",
    "/meetings/m7",
    "/search?q=version&limit=20",
    "/timeline?limit=20",
)


FORGETFUL = """
from app import cache, readonly
cache.MAX_ENTRY = 0
readonly.CACHE = "PRAGMA cache_size = 1"
"""
"""Every answer is read from the file, as in a world that is larger than what is kept of it."""


class Versions(NamedTuple):
    """Two databases with the same ids; every name and summary says which one it is of."""

    files: dict[str, Path]
    tags: dict[str, str]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    folder = tmp_path_factory.mktemp("versions")
    files, tags = {}, {}
    for word, more in (("oldversion", 0), ("newversion", 5)):
        told = {"summary": f"Made up for {word}. " * 20}
        records = [
            meeting(f"m{n}", name=f"Meeting of version {word}", date="2004") | told
            for n in range(MEETINGS + more)
        ]
        files[word] = folder / f"{word}.sqlite"
        assert build(files[word], write_records(folder / word, meetings=records)) == []
        tags[word] = str(built_from(files[word]))
    return Versions(files, tags)


class Seen:
    """What readers saw."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []

    def answer(self, path: str, status: int, tag: str, body: str) -> None:
        """Note an answer, and whether all of it is of the version that it names."""
        self.statuses[status] += 1
        if status == 200:
            words = {word for word in self.versions.files if word in body}
            named = {word for word, version in self.versions.tags.items() if version in tag}
            if words != named or len(words) != 1:
                self.faults.append(f"{path}: {tag} with {words}")
        elif (status, "stale-cursor" in body) != (410, True):
            self.faults.append(f"{path}: {status} {body[:200]}")


def read(client: HTTPConnection, path: str, seen: Seen) -> str | None:
    """Ask for something, and say what comes next."""
    client.request("GET", path)
    response = client.getresponse()
    body = response.read().decode()
    seen.answer(path, response.status, response.headers.get("ETag", ""), body)
    if response.status != 200 or "application/json" not in response.headers["Content-Type"]:
        return None
    following: str | None = json.loads(body).get("next")
    return following


def keep_reading(server: Running, seen: Seen, over: threading.Event, path: str) -> None:
    """List after list, page after page."""
    client = server.client()
    while not over.is_set():
        following: str | None = path
        try:
            while following:
                following = read(client, following, seen)
        except (OSError, HTTPException) as error:
            seen.faults.append(f"{path}: {BROKEN} {error!r}")
            client.close()
    client.close()


@contextmanager
def reading(server: Running, versions: Versions, readers: int) -> Iterator[Seen]:
    seen, over = Seen(versions), threading.Event()
    with ThreadPoolExecutor(readers) as pool:
        tasks = [pool.submit(keep_reading, server, seen, over, PATHS[n % len(PATHS)]) for n in range(readers)]
        try:
            yield seen
        finally:
            over.set()
        for future in tasks:
            future.result()


def rename(new: Path, served: Path) -> None:
    """As the build does it."""
    Path(shutil.copy(new, served.with_suffix(".new"))).replace(served)


def copy_over(new: Path, served: Path) -> None:
    """As it should not be done: into the very file that is served."""
    shutil.copyfile(new, served)


def serves(server: Running, version: str, within: float) -> None:
    """Wait until every path answers from a version; who asks after that time must get it."""
    start = time.monotonic()
    for path in PATHS:
        asked = time.monotonic()
        while version not in (tag := tag_of(server, path)):
            assert asked - start < within, f"{path}: {tag}"
            time.sleep(0.02)
            asked = time.monotonic()


def tag_of(server: Running, path: str) -> str:
    client = server.client()
    try:
        client.request("GET", path)
        response = client.getresponse()
        response.read()
        return response.headers.get("ETag", "")
    except HTTPException:
        return BROKEN
    finally:
        client.close()


Replace = Callable[[Path, Path], None]


def swapped(folder: Path, versions: Versions, replace: Replace, readers: int, changes: str = "") -> Seen:
    """What readers see while the database is replaced again and again."""
    served = Path(shutil.copy(versions.files["oldversion"], folder / "served.sqlite"))
    with running(served, folder, changes=changes) as server, reading(server, versions, readers) as seen:
        for n in range(SWAPS):
            word = ("newversion", "oldversion")[n % 2]
            time.sleep(0.3)
            replace(versions.files[word], served)
            serves(server, versions.tags[word], WITHIN)
    return seen


@in_ci
def test_no_answer_fails_or_mixes_versions(versions: Versions, tmp_path: Path) -> None:
    seen = swapped(tmp_path, versions, rename, READERS)
    assert seen.faults == []
    assert set(seen.statuses) <= {200, 410}
    assert seen.statuses[200] > 1000


@in_ci
def test_a_file_that_is_copied_over_gives_no_mixed_answer(versions: Versions, tmp_path: Path) -> None:
    """Answers of the moment are a 503 problem, or visibly broken off, and after it all is well."""
    seen = swapped(tmp_path, versions, copy_over, READERS // 4, FORGETFUL)
    assert [fault for fault in seen.faults if ": 503 " not in fault and BROKEN not in fault] == []
    assert seen.statuses[200] > 100


@in_ci
def test_after_200_swaps_no_deleted_file_is_open(versions: Versions, tmp_path: Path) -> None:
    """With readers all the while, and answers of every version kept."""
    served = Path(shutil.copy(versions.files["oldversion"], tmp_path / "served.sqlite"))
    with running(served, tmp_path, changes="database.CHECK_EVERY = 0.0") as server:
        before = sorted(server.files())
        with reading(server, versions, 2) as seen:
            for n in range(200):
                word = ("newversion", "oldversion")[n % 2]
                rename(versions.files[word], served)
                assert versions.tags[word] in tag_of(server, PATHS[n % len(PATHS)])
        after = settled(server, len(before) + 2)
    assert seen.faults == []
    assert [file for file in after if "(deleted)" in file] == []
    assert len(after) <= len(before) + 2


def settled(server: Running, most: int) -> list[str]:
    """What the server has open when the readers' connections are gone."""
    for _ in range(400):
        files = server.files()
        if len(files) <= most and not any("(deleted)" in file for file in files):
            break
        time.sleep(0.05)
    return files
