"""What is asked of a small and of a large world; each case has many addresses, so that more than one page of the file is read."""

from collections.abc import Callable
from datetime import date, timedelta

from app.conditions import Key
from app.cursors import Cursor, encode, sealed
from app.listings import MEETINGS
from tests.bench.world import AREAS, HOT, KINDS, RARE, SOURCES, meeting_id, world

Case = Callable[[int, int], str]
"""The n-th address of a case on a world of so many meetings."""


def only(path: str) -> Case:
    return lambda *_: path


def page(query: str) -> Case:
    return only(f"/meetings?{query}")


def after(first: date, days: int) -> Case:
    """Pages after a day, by cursors made as the product makes them: to walk there would take a million rows."""

    def path(meetings: int, n: int) -> str:
        version = world(meetings).version
        bound = sealed([MEETINGS.path, {}, [Key("date", False)]])
        day = first + timedelta(days=n % days)
        return f"/meetings?cursor={encode(Cursor([day.isoformat(), ''], False), bound, version)}"

    return path


def any_one(meetings: int, n: int) -> int:
    """The number of a meeting, far from the one before it."""
    return (meetings // 3 + n * 7919) % meetings


def in_year(n: int) -> int:
    return 1976 + n % 48


CASES: dict[str, Case] = {
    "page 1": page("limit=25"),
    "page 1, newest first": page("limit=25&sort=-date"),
    "page 1 by name": page("limit=25&sort=name"),
    "a cursor in the middle": after(date(2000, 1, 1), 100),
    "a cursor at the end": after(date(2024, 1, 1), 1),
    "a frequent participant": page(f"organization={HOT}"),
    "a rare participant": page(f"organization={RARE}"),
    "an area": lambda _, n: f"/meetings?area=area-{(n + 7) % AREAS:02}",
    "a kind": lambda _, n: f"/meetings?kind={KINDS[n % len(KINDS)]}",
    "from a date": lambda _, n: f"/meetings?date_from={in_year(n + 44)}",
    "from a date, newest first": lambda _, n: f"/meetings?date_from={in_year(n + 44)}&sort=-date",
    "within a year": lambda _, n: (
        f"/meetings?date_from={in_year(n + 23)}&date_to={in_year(n + 23)}&date_match=within"
    ),
    "a source": lambda _, n: f"/meetings?source=source-{(n + 7) % SOURCES:02}",
    "one record": lambda meetings, n: f"/meetings/{meeting_id(any_one(meetings, n))}",
    "a near miss": lambda meetings, n: f"/meetings/{meeting_id(any_one(meetings, n))}x",
    "a facet by kind": page("limit=0&facet=kind"),
    "a facet by organization": page("limit=0&facet=organization"),
    "search, common word": only("/search?q=delegations"),
    "search, rare word": lambda meetings, n: f"/search?q={any_one(meetings, n)}",
}
COSTLY: dict[str, Case] = {
    "a frequent participant and a kind": lambda _, n: (
        f"/meetings?organization={HOT}&kind={KINDS[n % len(KINDS)]}"
    ),
    "a total under two filters": lambda _, n: (
        f"/meetings?limit=0&organization={HOT}&kind={KINDS[n % len(KINDS)]}"
    ),
    "a facet under a filter": lambda _, n: f"/meetings?limit=0&facet=kind&area=area-{n % AREAS:02}",
    "a common word in a list": page("q=delegations"),
}
"""What may cost more among many records; to count is to look at all that match, the first time."""
