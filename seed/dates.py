"""EDTF dates and their bounds."""

import re
from bisect import bisect_left
from datetime import date
from functools import cache
from time import struct_time
from typing import NamedTuple

from edtf import EDTFParseException, parse_edtf

from app.models import OPEN_END, OPEN_START, SPANS
from app.parameters import first_day, last_day

CALENDAR = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
"""A year, a month or a day, as most dates are."""


class Bounds(NamedTuple):
    """The first and the last day on which a date can lie; null where it cannot be told."""

    earliest: str | None
    latest: str | None


UNKNOWN = Bounds(None, None)


@cache
def reach(span: Bounds) -> int | None:
    """How long something lasts, as the number of the first of SPANS that is not less."""
    if span.earliest is None or span.latest is None:
        return None
    if span.earliest == OPEN_START:
        return len(SPANS) + 1
    try:
        days = (date.fromisoformat(span.latest) - date.fromisoformat(span.earliest)).days
    except ValueError:  # a year that the calendar of this language does not have
        return len(SPANS)
    return bisect_left(SPANS, days)


def _day(moment: struct_time | float, unbounded: str) -> str:
    if not isinstance(moment, struct_time):
        return unbounded
    return f"{moment.tm_year:04}-{moment.tm_mon:02}-{moment.tm_mday:02}"


@cache
def bounds(text: str) -> Bounds:
    """The bounds of an EDTF date. `~` and `?` do not widen them; a date without its year has none.

    Raises ValueError when the text is no EDTF date.
    """
    try:
        if CALENDAR.fullmatch(text) and text > "0001":  # a thousand times as fast as the grammar
            return Bounds(first_day(text), last_day(text))
        parsed = parse_edtf(text)
    except (EDTFParseException, ValueError) as error:
        raise ValueError(
            "no EDTF date; write it like 2014-09-05, 2014-09, 1998-01/1999-03 or 2000~"
        ) from error
    if text.startswith("X"):
        return UNKNOWN
    start = OPEN_START if text[0] in "./" else _day(parsed.lower_strict(), OPEN_START)
    end = OPEN_END if text[-1] in "./" else _day(parsed.upper_strict(), OPEN_END)
    if end < start:
        raise ValueError("no EDTF date; the interval ends before it starts")
    return Bounds(start, end)
