"""The timeline has every dated record once, whatever its type, in the order of time, and finds it by what it is linked with."""

from typing import Any
from urllib.parse import urlencode

import pytest

from app.timeline import DATED
from tests.api import rows
from tests.conftest import Get, World, serve
from tests.world import cited, meeting, organization, record

PATHS = {
    "meeting": "/meetings",
    "document": "/documents",
    "activity": "/activities",
    "statement": "/statements",
    "organization": "/organizations",
    "meeting_series": "/meeting-series",
}
Item = dict[str, Any]


def timeline(get: Get, **parameters: Any) -> list[Item]:
    return rows(get, f"/timeline?{urlencode({'limit': 100, **parameters}, doseq=True)}")


def dated(get: Get, path: str) -> list[Item]:
    found = rows(get, f"{path}{'&' if '?' in path else '?'}limit=100")
    return [row for row in found if row.get("date", row.get("start")) or row.get("end")]


def ids(items: list[Item]) -> list[str]:
    return [item["id"] for item in items]


def test_every_type_has_its_path() -> None:
    assert set(PATHS) == set(DATED)


@pytest.mark.parametrize("type_", DATED)
def test_every_dated_record_is_there_once(get: Get, type_: str) -> None:
    expected = {row["id"]: row for row in dated(get, PATHS[type_])}
    found = timeline(get, type=type_)
    assert sorted(ids(found)) == sorted(expected)
    for item in found:
        row = expected[item["id"]]
        same = ("id", "type", "name", "url", "kind", "summary")
        assert [item[name] for name in same] == [row[name] for name in same]
        assert item["date"] == row.get("date", row.get("start"))
        assert item["end"] == row.get("end")
        assert get(item["url"])["id"] == item["id"]


def test_the_types_add_up(get: Get) -> None:
    page = get("/timeline", limit=0, facet="type")
    assert sum(page["facets"]["type"].values()) == page["total"] == len(timeline(get))


def first_day(item: Item) -> str | None:
    date = item["date"]
    if date is None:
        return None
    outside = date["outside"] or {}
    return str(date["earliest"] or outside.get("earliest") or "") or None


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_items_come_in_the_order_of_time_with_unknown_days_last(get: Get, sort: str) -> None:
    days = [first_day(item) for item in timeline(get, sort=sort)]
    known = [day for day in days if day]
    assert known == sorted(known, reverse=sort == "-date")
    assert days[: len(known)] == known
    assert len(known) < len(days)


def test_small_pages_hold_what_large_ones_do(get: Get) -> None:
    assert ids(timeline(get, limit=7, sort="-date")) == ids(timeline(get, sort="-date"))


WORLD: dict[str, list[Item]] = {
    "organizations": [
        organization("union", start="2001", end="2005"),
        organization("ended", end="1999-12"),
        organization("undated"),
        organization("part", parent="union", start="2002"),
    ],
    "people": [record("someone")],
    "areas": [record("field", scheme="topic", kind="thematic")],
    "meetings": [
        meeting(
            "talk",
            date="2003-03",
            participants=[cited(organization="union", person="someone", role="participant")],
        ),
        meeting("someday", date="XXXX-01-12"),
        meeting("plan", date="2010-01-02", status="planned", areas=[cited(area="field")]),
    ],
    "documents": [
        record("letter", kind="letter", date="2003-03-31", relations=[cited(predicate="author", object="union")]),
        record("open", kind="letter", date="../2004-01"),
        record("undated-letter", kind="letter"),
    ],
    "meeting_series": [record("talks", kind="talk", start="2000~", organizer="union")],
    "activities": [record("training", kind="assistance", date="1999/2006", areas=[cited(area="field")])],
    "statements": [
        record(
            "word", kind="pledge", mode="direct", date="2003", relations=[cited(predicate="about", object="talk")]
        )
    ],
}  # fmt: skip
CASES = {
    "": "training talks union part word talk letter plan ended open someday",
    "sort=-date": "plan letter talk word part union talks training someday open ended",
    "type=meeting": "talk plan someday",
    "type=meeting&type=document": "talk letter plan open someday",
    "organization=union": "talks union part talk letter",
    "organization=part": "union part",
    "organization=undated": "",
    "person=someone": "talk",
    "area=field": "training plan",
    "organization=union&person=someone": "talk",
    "date_from=2004": "training talks union part plan open",
    "date_from=2004&type=organization": "union part",
    "date_to=1999": "training ended open",
    "date_from=2003-04&date_to=2003": "training talks union part word open",
    "date_from=2003&date_to=2003&date_match=within": "word talk letter",
    "date_from=2003-03&date_to=2003-03-30&date_match=within": "",
    "date_from=2003-03&date_to=2003-03-31&date_match=within": "talk letter",
    "date_to=2004&date_match=within": "word talk letter ended open",
    "date_from=2002&date_match=within": "part word talk letter plan",
    "id=talk&id=letter": "talk letter",
    "source=text&type=activity": "training",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from seed.build import build
    from tests.world import write_records

    folder = tmp_path_factory.mktemp("timeline")
    write_records(folder / "records", **WORLD)
    assert [str(fault) for fault in build(folder / "small.sqlite", folder / "records")] == []
    with serve(folder / "small.sqlite") as client:
        yield client


@pytest.mark.parametrize(("query", "expected"), CASES.items())
def test_filters(small: Any, query: str, expected: str) -> None:
    page = small.get(f"/timeline?{query}").json()
    assert ids(page["items"]) == expected.split()
    assert page["total"] == len(expected.split())


def test_a_planned_meeting_stays_planned(small: Any) -> None:
    items = {item["id"]: item for item in small.get("/timeline").json()["items"]}
    assert items["plan"]["status"] == "planned"
    assert items["talk"]["status"] == "held"
    assert items["letter"]["status"] is None


def test_an_organization_stands_at_its_start_and_shows_its_end(small: Any) -> None:
    items = {item["id"]: item for item in small.get("/timeline?type=organization").json()["items"]}
    assert (items["union"]["date"]["edtf"], items["union"]["end"]["edtf"]) == ("2001", "2005")
    assert items["ended"]["date"] is None
    assert items["ended"]["end"]["latest"] == "1999-12-31"


@pytest.mark.parametrize("type_", ["document", "activity", "statement"])
def test_a_filter_finds_what_the_list_of_the_type_finds(get: Get, type_: str) -> None:
    for organization_ in ("osce", "nato", "eu"):
        listed = ids(dated(get, f"{PATHS[type_]}?organization={organization_}"))
        found = ids(timeline(get, type=type_, organization=organization_))
        assert sorted(found) == sorted(listed)


@pytest.mark.parametrize("type_", ["meeting", "meeting_series"])
def test_a_filter_finds_every_participation(get: Get, type_: str) -> None:
    for organization_ in ("osce", "nato"):
        listed = ids(dated(get, f"{PATHS[type_]}?organization={organization_}"))
        assert set(listed) <= set(ids(timeline(get, type=type_, organization=organization_)))


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("type=person", "type"),
        ("type=", "type"),
        ("organization=solomon-passy", "organization"),
        ("person=osce", "person"),
        ("area=nothing", "area"),
        ("id=solomon-passy", "id"),
        ("sort=kind", "sort"),
        ("facet=kind", "facet"),
        ("date_from=2003-13", "date_from"),
        ("date_from=2004&date_to=2003", "date_to"),
        ("date_match=around", "date_match"),
        ("kind=visit", "kind"),
    ],
)
def test_what_is_wrong_is_named(client: Any, query: str, parameter: str) -> None:
    response = client.get(f"/timeline?{query}")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_a_range_of_one_day_is_a_range(world: World) -> None:
    with serve(world(meetings=[meeting("a", date="2003-03-05")])) as client:
        assert client.get("/timeline?date_from=2003-03-05&date_to=2003-03-05").json()["total"] == 1
        assert client.get("/timeline?date_from=2003-03-06&date_to=2003-03-06").json()["total"] == 0
