"""A calendar shows what has a date, says how exactly the date is known, and names what it leaves out."""

from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from app.calendars import span


def calendar(client: TestClient, url: str) -> tuple[Any, dict[str, Any]]:
    response = client.get(url, params={"format": "ics"} if "?" not in url else None)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    parsed = Calendar.from_ical(response.content)
    return parsed, {str(event["UID"]).partition("@")[0]: event for event in parsed.walk("VEVENT")}


def test_every_meeting_is_shown_on_its_days(client: TestClient) -> None:
    items = client.get("/meetings?limit=100").json()["items"]
    _, events = calendar(client, "/meetings")
    shown = {item["id"]: span(item) for item in items}
    assert set(events) == {id_ for id_, days in shown.items() if days is not None}
    for id_, event in events.items():
        days = shown[id_]
        assert days is not None
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (days.first, days.last + timedelta(days=1))


def test_an_exact_day_and_a_month(client: TestClient) -> None:
    _, events = calendar(client, "/meetings")
    talk, summit = events["zannier-visits-nato-2014"], events["wales-summit-2014"]
    assert (talk["DTSTART"].dt, talk["DTEND"].dt) == (date(2014, 11, 12), date(2014, 11, 13))
    assert "date exact" in str(talk["CATEGORIES"].to_ical())
    assert "not known" not in talk["DESCRIPTION"]
    assert (summit["DTSTART"].dt, summit["DTEND"].dt) == (date(2014, 9, 1), date(2014, 10, 1))
    assert "date uncertain" in str(summit["CATEGORIES"].to_ical())
    assert "The day is not known" in summit["DESCRIPTION"]
    assert summit["TRANSP"] == "TRANSPARENT"


def test_a_planned_meeting_stays_planned(client: TestClient) -> None:
    _, events = calendar(client, "/meetings?status=planned&format=ics")
    assert {str(event["STATUS"]) for event in events.values()} == {"TENTATIVE"}


def test_filters_hold_and_ids_and_stamps_are_stable(client: TestClient) -> None:
    _, first = calendar(client, "/meetings?organization=osce&date_from=2014&format=ics")
    _, again = calendar(client, "/meetings?organization=osce&date_from=2014&format=ics")
    items = client.get("/meetings?organization=osce&date_from=2014&limit=100").json()["items"]
    assert set(first) == {item["id"] for item in items}
    assert [event.to_ical() for event in first.values()] == [event.to_ical() for event in again.values()]


def test_what_has_no_known_date_is_named(client: TestClient) -> None:
    items = client.get("/timeline?limit=100").json()["items"]
    left_out = [item["name"] for item in items if span(item) is None]
    parsed, _ = calendar(client, "/timeline")
    assert left_out
    assert left_out[0] in parsed["DESCRIPTION"]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"edtf": "2014", "earliest": "2014-01-01", "latest": "2014-12-31"}, True),
        ({"edtf": "../2014", "earliest": None, "latest": "2014-12-31"}, False),
        ({"edtf": "XXXX-01-12", "earliest": None, "latest": None}, False),
    ],
)
def test_only_dates_with_both_ends_are_shown(known: dict[str, Any], shown: bool) -> None:
    stated = {**known, "basis": "stated", "how": None, "outside": None}
    assert (span({"date": stated}) is not None) is shown
    assert span({"date": None}) is None
