"""Dated records as iCalendar: all-day events that say how exactly, and how, their date is known."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from app.origin import Origin

TAIL = "END:VCALENDAR\r\n"
DOMAIN = "nato-osce-cooperation"
"""What makes the ids of events unique; it never changes, wherever the API is served."""
NAMED = 20
"""How much of what a calendar leaves out is named in it."""
STARTED = ("organization", "meeting_series")
"""What stands in the timeline at its start."""


class Span(NamedTuple):
    """The days on which something lies, and the date as it is known."""

    first: date
    last: date
    known: dict[str, Any]
    outside: bool


def span(record: dict[str, Any]) -> Span | None:
    """When something takes place; nothing where a calendar cannot show it, because an end is not known."""
    stated = record["date"]
    if stated is None:
        return None
    for known in (stated, stated["outside"]):
        if known and known["earliest"] and known["latest"]:
            first, last = (date.fromisoformat(known[end]) for end in ("earliest", "latest"))
            return Span(first, last, known, known is not stated or stated["basis"] == "outside")
    return None


def event(record: dict[str, Any], origin: Origin) -> str:
    """A record as an event; nothing where its date is not known."""
    found = span(record)
    if found is None:
        return ""
    from icalendar import Event  # here, for it takes as long to import as a tenth of a start

    exact = found.first == found.last and not doubtful(found.known["edtf"])
    result = Event()
    result.add("uid", uid(record["id"]))
    result.add("dtstamp", datetime.fromisoformat(origin.released).replace(tzinfo=UTC))
    result.add("dtstart", found.first)
    result.add("dtend", found.last + timedelta(days=1))
    name = f"Start: {record['name']}" if record["type"] in STARTED else record["name"]
    result.add("summary", name if exact else f"{name} ({when(found)})")
    result.add("description", "\n\n".join(filter(None, description(record, found, origin))))
    result.add("categories", categories(record, found, exact=exact))
    result.add("transp", "TRANSPARENT")
    if record["type"] == "meeting":
        result.add("status", "TENTATIVE" if record["status"] == "planned" else "CONFIRMED")
    if record.get("place"):
        result.add("location", record["place"]["name"])
    if record.get("parent"):
        result.add("related-to", uid(record["parent"]["id"]))
    if origin.public_url:
        result.add("url", origin.absolute(record["url"]))
    return str(result.to_ical(), "utf-8")


def uid(id_: str) -> str:
    return f"{id_}@{DOMAIN}"


def doubtful(edtf: str) -> bool:
    return any(mark in edtf for mark in "~?%X")


def when(found: Span) -> str:
    """An inexact date in words."""
    edtf = found.known["edtf"]
    if "/" in edtf:
        return f"at some time, or all the time, in {edtf}"
    return f"about {edtf}" if doubtful(edtf) else f"on a day in {edtf}"


def description(record: dict[str, Any], found: Span, origin: Origin) -> Iterable[str]:
    yield record["summary"]
    if record.get("participants"):
        people = ", ".join(item["name"] for item in record["participants"]["items"])
        more = record["participants"]["total"] - len(record["participants"]["items"])
        yield f"Participants: {people}{f' and {more} more' if more else ''}" if people else ""
    if "/" in found.known["edtf"]:
        yield f"The event shows every day from {found.first} to {found.last}, the first and the last on which it may lie."
    elif found.first != found.last:
        yield f"The day is not known: the event shows every day from {found.first} to {found.last} on which it may lie."
    basis = "outside" if found.outside else record["date"]["basis"]
    how = f" {found.known['how']}" if found.known["how"] else ""
    yield f"Date: {found.known['edtf']} ({basis}).{how}"
    if record.get("status") == "planned":
        yield "Planned: no source says that it took place."
    yield origin.absolute(record["url"])


def categories(record: dict[str, Any], found: Span, *, exact: bool) -> list[str]:
    basis = "outside" if found.outside else record["date"]["basis"]
    return [record["kind"].replace("_", " "), f"date {basis}", "date exact" if exact else "date uncertain"]


def head(name: str, first: list[str], omitted: int) -> str:
    """The start of a calendar, with how much it leaves out, and the first of that by name."""
    from icalendar import Calendar

    told = "Nothing is left out."
    if omitted:
        listed = f"{', '.join(first)}{' …' if omitted > len(first) else ''}"
        told = f"Left out, because their dates are not known: {omitted}. {listed}"
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//NATO-OSCE Cooperation API//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", told)
    return str(calendar.to_ical(), "utf-8").removesuffix(TAIL)
