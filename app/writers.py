"""How each format besides JSON is written, from the stored text of records."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain, islice

from app import calendars, citations, linked_data
from app.columns import cell, columns
from app.formats import BIB, CSV, ICS, JSONLD, NDJSON, RIS, Format
from app.listings import Listing
from app.origin import Origin


@dataclass(frozen=True)
class Material:
    """What there is to write: records of one list, batch by batch, as often as they are asked for."""

    listing: Listing
    path: str
    """The path of the list or of the record."""
    origin: Origin
    batches: Callable[[], Iterable[list[str]]]


@dataclass(frozen=True)
class Writer:
    """What comes first, each record, what comes last."""

    row: Callable[[str], str]
    head: Iterable[str] = ()
    tail: str = ""


def written(format_: Format, material: Material) -> Iterator[str]:
    """A document in pieces."""
    writer = WRITERS[format_](material)
    batches = iter(material.batches())
    first = list(islice(batches, 1))  # before anything is sent, so that what fails here can be told
    yield from writer.head
    for batch in chain(first, batches):
        yield "".join(writer.row(text) for text in batch)
    yield writer.tail


def ndjson(_: Material) -> Writer:
    """The records as they stand, one a line."""
    return Writer(lambda text: f"{text}\n")


def table(material: Material) -> Writer:
    """CSV as in RFC 4180: a header, then a line for each record."""
    own = columns(material.listing)

    def row(text: str) -> str:
        record = json.loads(text)
        return line(cell(column.take(record)) for column in own)

    return Writer(row, head=[line(column.name for column in own)])


def line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def bibtex(material: Material) -> Writer:
    return Writer(lambda text: citations.bibtex(citations.of_record(json.loads(text), material.origin)))


def ris(material: Material) -> Writer:
    return Writer(lambda text: citations.ris(citations.of_record(json.loads(text), material.origin)))


def calendar(material: Material) -> Writer:
    """A calendar, whose start names what it leaves out, so that the records are read twice."""
    return Writer(
        lambda text: calendars.event(json.loads(text), material.origin),
        head=calendar_head(material),
        tail=calendars.TAIL,
    )


def calendar_head(material: Material) -> Iterator[str]:
    """The start of a calendar; nothing after every batch, so that others have their turn while it is found."""
    first: list[str] = []
    omitted = 0
    for batch in material.batches():
        names = [record["name"] for record in map(json.loads, batch) if calendars.span(record) is None]
        first += names[: calendars.NAMED - len(first)]
        omitted += len(names)
        yield ""
    yield calendars.head(f"{citations.TITLE}: {material.listing.path[1:]}", first, omitted)


def graph(material: Material) -> Writer:
    """JSON-LD: one graph, a node or more for each record."""
    nodes = linked_data.Nodes(material.origin)
    head = [linked_data.opening(material.path, material.origin)]
    return Writer(lambda text: f",\n{nodes.text(json.loads(text))}", head=head, tail="]}\n")


WRITERS: dict[Format, Callable[[Material], Writer]] = {
    CSV: table,
    NDJSON: ndjson,
    BIB: bibtex,
    RIS: ris,
    ICS: calendar,
    JSONLD: graph,
}
