"""The whole dataset can be fetched as files: whole or in parts, with their hashes, described by a Data Package."""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import frictionless
import pytest
from starlette.testclient import TestClient

from app.listings import LISTINGS

Files = dict[str, dict[str, Any]]
SAMPLES = ("cooperation.sqlite", "evidence.ndjson", "meetings.csv", "datapackage.json")
sample = pytest.mark.parametrize("name", SAMPLES)


@pytest.fixture(scope="module")
def files(client: TestClient) -> Files:
    return {item["name"]: item for item in client.get("/downloads").json()["items"]}


def test_every_file_is_what_its_hash_says(client: TestClient, files: Files) -> None:
    assert len(files) == 2 * len(LISTINGS) + 2
    for file in files.values():
        response = client.get(file["url"])
        assert response.status_code == 200
        assert hashlib.sha256(response.content).hexdigest() == file["sha256"]
        assert len(response.content) == file["bytes"] == int(response.headers["Content-Length"])
        assert response.headers["ETag"] == f'"{file["sha256"]}"'
        assert response.headers["Accept-Ranges"] == "bytes"
        assert response.headers["Content-Type"].partition(";")[0] == file["media_type"]
        assert response.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'


def test_the_dataset_links_every_file(client: TestClient, files: Files) -> None:
    assert client.get("/dataset").json()["downloads"] == list(files.values())


@pytest.mark.parametrize("listing", LISTINGS.values(), ids=lambda listing: str(listing.path))
def test_a_file_equals_its_list(client: TestClient, listing: Any) -> None:
    for suffix in ("csv", "ndjson"):
        file = client.get(f"/downloads{listing.path}.{suffix}")
        assert file.content == client.get(f"{listing.path}?format={suffix}").content


def test_the_database_opens(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite"
    path.write_bytes(client.get("/downloads/cooperation.sqlite").content)
    with sqlite3.connect(path) as connection:
        (version,) = connection.execute("SELECT version FROM dataset").fetchone()
    connection.close()
    assert version == client.get("/").json()["version"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_data_package_is_valid(client: TestClient, files: Files, tmp_path: Path) -> None:
    for name in files:
        if not name.endswith("sqlite"):
            (tmp_path / name).write_bytes(client.get(f"/downloads/{name}").content)
    descriptor = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert {resource["path"] for resource in descriptor["resources"]} == {
        name for name in files if name not in ("cooperation.sqlite", "datapackage.json")
    }
    report = frictionless.validate(tmp_path / "datapackage.json")
    assert report.valid, report.flatten(["name", "type", "rowNumber", "fieldName", "note"])[:10]


@sample
@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=10-", 10, None),
        ("bytes=-7", -7, None),
        ("bytes=5-999999999999", 5, None),
        ("bytes=-999999999999", 0, None),
        ("Bytes= 3 - 4", 3, 5),
    ],
)
def test_a_range_is_a_part_of_the_whole(
    client: TestClient, files: Files, name: str, asked: str, first: int, end: int | None
) -> None:
    url = files[name]["url"]
    whole, part = client.get(url).content, client.get(url, headers={"Range": asked})
    assert part.status_code == 206
    assert part.content == whole[first:end]
    start = first % len(whole)
    described = f"bytes {start}-{start + len(part.content) - 1}/{len(whole)}"
    assert part.headers["Content-Range"] == described
    assert part.headers["Content-Length"] == str(len(part.content))


def test_parts_joined_are_the_whole(client: TestClient, files: Files) -> None:
    url, size = files["evidence.csv"]["url"], files["evidence.csv"]["bytes"]
    step = 65_536 * 3 // 2
    ranges = [f"bytes={first}-{first + step - 1}" for first in range(0, size, step)]
    joined = b"".join(client.get(url, headers={"Range": asked}).content for asked in ranges)
    assert joined == client.get(url).content


@sample
@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-0", "bytes=999999999999-"])
def test_a_part_that_the_file_has_not_is_416(client: TestClient, files: Files, name: str, asked: str) -> None:
    response = client.get(files[name]["url"], headers={"Range": asked})
    assert (response.status_code, response.json()["type"]) == (416, "/problems/range-not-satisfiable")
    assert response.headers["Content-Range"] == f"bytes */{files[name]['bytes']}"


@pytest.mark.parametrize("asked", ["bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=1-2-3", "bytes=0-1,x"])
def test_a_malformed_range_is_400(client: TestClient, asked: str) -> None:
    response = client.get("/downloads/meetings.csv", headers={"Range": asked})
    assert (response.status_code, response.json()["type"]) == (400, "/problems/invalid-range")


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=0-1,5-6", "junk"])
def test_what_is_no_single_byte_range_gets_the_whole(client: TestClient, files: Files, asked: str) -> None:
    response = client.get("/downloads/meetings.csv", headers={"Range": asked})
    assert (response.status_code, len(response.content)) == (200, files["meetings.csv"]["bytes"])


@sample
def test_if_range_takes_a_part_of_the_same_version_only(client: TestClient, files: Files, name: str) -> None:
    url = files[name]["url"]
    headers = client.head(url).headers
    same = {"Range": "bytes=0-4", "If-Range": headers["ETag"]}
    assert client.get(url, headers=same).status_code == 206
    for other in ('"another"', f"W/{headers['ETag']}", headers["Last-Modified"]):
        assert client.get(url, headers={"Range": "bytes=0-4", "If-Range": other}).status_code == 200


@sample
def test_head_and_304(client: TestClient, files: Files, name: str) -> None:
    url = files[name]["url"]
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(files[name]["bytes"])
    again = client.get(url, headers={"If-None-Match": head.headers["ETag"], "Range": "bytes=0-1"})
    assert (again.status_code, again.content) == (304, b"")


@sample
def test_a_file_is_never_compressed(client: TestClient, files: Files, name: str) -> None:
    """Its ETag is strong, and its parts are parts of these very bytes."""
    response = client.get(files[name]["url"], headers={"Accept-Encoding": "zstd, br, gzip"})
    assert "Content-Encoding" not in response.headers
    assert len(response.content) == files[name]["bytes"]


def test_an_unknown_file_is_404_with_near_names(client: TestClient) -> None:
    response = client.get("/downloads/meeting.csv")
    assert response.status_code == 404
    assert response.json()["errors"][0]["suggestion"] == "/downloads/meetings.csv"
