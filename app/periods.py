"""Lists by date: how a page is found among records that last a day, and among those that last an age.

What may overlap a range began before its end, and not longer before its start than it lasts. So each record is filed
by how long it lasts (SPANS), and every file is entered where its first record can begin and left where its last can.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache, reduce
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, literal

from app.models import OPEN_START, SPANS

PERIOD = ("overlaps_from", "overlaps_to", "within_from", "within_to")
"""The filters by date (app/listings.py)."""
LONGER, BEFORE_ALL = len(SPANS), len(SPANS) + 1
"""The files of what lasts longer or has no known end, and of what has no known start."""
Shape = tuple[tuple[str, int], ...]


def by_period(shape: Shape) -> bool:
    """Whether a query asks for dates and nothing else."""
    return bool(shape) and all(name in PERIOD for name, _ in shape)


def earlier(filters: Mapping[str, list[Any]]) -> dict[str, str]:
    """For the start of a range, the days so long before it that what lasts a span may still reach it."""
    days = filters.get("overlaps_from")
    return reaching(days[0]) if days else {}


@lru_cache(maxsize=256)
def reaching(day: str) -> dict[str, str]:
    return {f"reach_{reach}": back(day, span) for reach, span in enumerate(SPANS)}


def back(day: str, days: int) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
    except OverflowError:
        return OPEN_START


def files(shape: Shape) -> Iterator[int]:
    """The files in which there may be something."""
    starts_within = any(name == "within_from" for name, _ in shape)
    yield from range(BEFORE_ALL if starts_within else BEFORE_ALL + 1)


def lasting(shape: Shape) -> Iterator[int]:
    """The files in which there may be something that does not begin in the range."""
    names = {name for name, _ in shape}
    if "overlaps_from" in names:
        yield from range(1, BEFORE_ALL)
    if "within_from" not in names:
        yield BEFORE_ALL


def limits(shape: Shape, reach: int) -> tuple[list[Any], list[Any]]:
    """What the first day of a record in a file cannot come before, and what it cannot come after."""
    low: list[Any] = []
    high: list[Any] = []
    for name, _ in shape if reach < BEFORE_ALL else ():
        if name.endswith("_to"):
            high.append(bindparam(f"given_{name}_0"))
        elif name == "within_from":
            low.append(bindparam(f"given_{name}_0"))
        elif name == "overlaps_from" and reach < LONGER:
            low.append(bindparam(f"reach_{reach}"))
    return low, high


def between(key: Any, low: list[Any], high: list[Any]) -> Iterator[ColumnElement[bool]]:
    """One bound on each side, because an index is entered by one."""
    if low:
        yield key >= reduce(lambda one, other: case((one > other, one), else_=other), low)
    if high:
        yield key <= reduce(lambda one, other: case((one < other, one), else_=other), high)


def filed(column: Any, reach: int) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column == literal(reach)
    return condition
