"""How each format that has no pages writes a list."""

import csv
import json
from collections.abc import Callable, Iterable
from io import StringIO

from app.columns import cell, columns, columns_of
from app.formats import CSV, NDJSON, Format
from app.schemas import TimelineItem
from app.streams import Selection, Writer


def ndjson(_: Selection) -> Writer:
    """The list rows as they stand, one a line."""
    return Writer(lambda text: f"{text}\n")


def table(selection: Selection) -> Writer:
    """CSV as in RFC 4180: a header, then a line for each record."""
    listing = selection.listing
    own = columns_of(TimelineItem) if listing.mixed else columns(listing.type)

    def row(text: str) -> str:
        record = json.loads(text)
        return line(cell(column.take(record)) for column in own)

    return Writer(row, head=line(column.name for column in own))


def line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


WRITERS: dict[Format, Callable[[Selection], Writer]] = {CSV: table, NDJSON: ndjson}
