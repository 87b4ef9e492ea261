"""The timeline: every dated record, of whatever type, as one list."""

from typing import get_args

from app import formats as f
from app import models as m
from app.listings import Filter, Listing, column, dates, period
from app.vocabularies import DatedType, RecordType

DATED: tuple[RecordType, ...] = get_args(DatedType)
"""The types that have dates; an organization and a series stand where they start."""


def linked(type_: RecordType) -> Filter:
    """What is the record of this type, or is linked with it in any way."""
    link = m.TimelineLink
    return Filter(link.other_id, link.record_id, refs=(type_,), where=m.table(link).c.type == type_)


TIMELINE = Listing(
    DATED[0],
    "/timeline",
    m.Timeline,
    {
        "type": column(m.Timeline.type),
        "organization": linked(RecordType.ORGANIZATION),
        "person": linked(RecordType.PERSON),
        "area": linked(RecordType.AREA),
        **period(m.Timeline),
    },
    {"date": dates("timeline")},
    "date",
    formats=f.TIMELINE,
    mixed=DATED,
)
