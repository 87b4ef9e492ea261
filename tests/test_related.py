"""What a record says of others holds: related lists are the first rows of their lists, links resolve, facts have evidence."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.api import LISTS, rows, with_required
from tests.direct import Direct

FIRST = 25
RECORDS = [path for path in LISTS if path not in ("/evidence", "/relations")]
Detail = dict[str, Any]


@pytest.fixture(scope="module")
def details(direct: Direct) -> dict[str, list[Detail]]:
    """Every record, by its list."""
    return {path: [direct.get(row["url"]) for row in rows(direct.get, f"{path}?limit=100")] for path in LISTS}


def related(record: Detail) -> Iterator[tuple[str, Detail]]:
    for name, value in record.items():
        if isinstance(value, dict) and set(value) == {"total", "items", "url"}:
            yield name, value


def links(value: Any) -> Iterator[Detail]:
    """Every link of every related record."""
    for _, cut in related(value):
        for item in cut["items"]:
            yield from item.get("links", [])


def values(value: Any, key: str) -> Iterator[Any]:
    """What stands under a key, however deep."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from values(item, key)


@pytest.mark.parametrize("path", LISTS)
def test_every_related_list_is_the_start_of_its_list(
    direct: Direct, details: dict[str, list[Detail]], path: str
) -> None:
    get = cache(direct.get)
    for record in details[path]:
        for name, cut in related(record):
            page = get(f"{cut['url']}&limit={FIRST}")
            assert cut["total"] == page["total"], (record["id"], name)
            listed = [row["id"] for row in page["items"]]
            assert [item["id"] for item in cut["items"]] == listed, (record["id"], name)
            assert len(cut["items"]) == min(cut["total"], FIRST)


def test_every_url_of_every_answer_resolves(direct: Direct, details: dict[str, list[Detail]]) -> None:
    urls = set(values(direct.get("/"), "url")) | {
        with_required(path, path) for path in direct.get("/")["resources"].values()
    }
    for records in details.values():
        urls |= set(values(records, "url")) | set(values(records, "relation"))
    assert len(urls) > 1000
    broken = [url for url in sorted(urls) if direct.request(url, "HEAD").status != 200]
    assert broken == []


@pytest.mark.parametrize("path", RECORDS)
def test_every_link_says_what_it_rests_on(details: dict[str, list[Detail]], path: str) -> None:
    for record in details[path]:
        for link in links(record):
            assert link["basis"] in ("stated", "inferred", "outside")
            assert (link["how"] is None) == (link["basis"] == "stated"), (record["id"], link)
            assert link["evidence"], (record["id"], link)


def test_every_relation_says_what_it_rests_on(details: dict[str, list[Detail]]) -> None:
    for relation in details["/relations"]:
        assert relation["evidence"]["total"] > 0
        assert (relation["how"] is None) == (relation["basis"] == "stated")


@pytest.mark.parametrize("path", RECORDS)
def test_every_null_is_explained_by_a_note(details: dict[str, list[Detail]], path: str) -> None:
    for record in details[path]:
        noted = {note["field"] for note in record["notes"]}
        assert {name for name, value in record.items() if value is None} <= noted, record["id"]


OWN = {"id", "type", "url", "aliases", "summary", "basis", "notes", "relations", "evidence", "cite"}


@pytest.mark.parametrize("path", [path for path in RECORDS if path != "/sources"])
def test_every_fact_has_evidence(direct: Direct, details: dict[str, list[Detail]], path: str) -> None:
    """And its basis is that of its evidence."""
    proof: dict[str, dict[str, set[str]]] = {}
    for row in rows(direct.get, "/evidence?limit=100"):
        proof.setdefault(row["record"]["id"], {}).setdefault(row["field"], set()).add(row["basis"])
    for record in details[path]:
        found = proof[record["id"]]
        lists = {name for name, _ in related(record)}
        stated = {name for name, value in record.items() if value is not None} - lists - OWN
        assert stated <= set(found), record["id"]
        assert {name: {basis} for name, basis in record["basis"].items()} == {
            name: bases for name, bases in found.items() if name in record["basis"]
        }, record["id"]
        assert stated <= set(record["basis"]), record["id"]


def test_every_piece_of_evidence_resolves(details: dict[str, list[Detail]]) -> None:
    """What a link cites is there, with the same words, and opens the page at them."""
    evidence = {item["id"]: item for item in details["/evidence"]}
    for path in RECORDS:
        for record in details[path]:
            for citation in (c for link in links(record) for c in link["evidence"]):
                whole = evidence[citation["id"]]
                assert citation["quote"] == whole["quote"]
                assert citation["paragraph"] == whole["paragraph"]
                assert citation["source"] == (whole["source"] and whole["source"]["id"])


def test_evidence_is_complete(details: dict[str, list[Detail]]) -> None:
    ids = {record["id"] for records in details.values() for record in records}
    sources = {source["id"]: source for source in details["/sources"]}
    for item in details["/evidence"]:
        assert item["record"]["id"] in ids
        outside = item["basis"] == "outside"
        assert outside == (item["reference"] is not None)
        assert outside == (item["quote"] is None) == (item["paragraph"] is None) == (item["source"] is None)
        assert (item["how"] is None) == (item["basis"] == "stated"), item["id"]
        if item["source"]:
            address = sources[item["source"]["id"]]["address"]
            assert item["link"].startswith(f"{address}#:~:text=")


def test_ids_are_unique_over_all_types(details: dict[str, list[Detail]]) -> None:
    ids = [record["id"] for records in details.values() for record in records]
    assert len(set(ids)) == len(ids)


def test_refs_name_what_they_point_at(details: dict[str, list[Detail]]) -> None:
    known = {record["url"]: record for records in details.values() for record in records}
    for records in details.values():
        for record in records:
            for name, value in record.items():
                if isinstance(value, dict) and set(value) == {"id", "type", "name", "url"}:
                    target = known[value["url"]]
                    assert (target["id"], target["type"], target.get("name")) == (
                        value["id"],
                        value["type"],
                        value["name"],
                    ), (record["id"], name)
