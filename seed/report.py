"""The report of the proof: rendered for /dataset, and printed as tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from app import catalogue as c
from app.listings import url
from app.vocabularies import Basis, RecordType
from seed.coverage import Covered
from seed.facts import facts
from seed.read import Records

TITLE = "NATO–OSCE Cooperation"
DESCRIPTION = (
    "How NATO and the OSCE work together, with the EU, the UN and others: organizations, meetings, areas of"
    " cooperation and what they lean on, read out of public texts, every fact with the phrase that states it."
)
LICENCES = c.Licences(
    records=c.Licence(
        id="CC-BY-4.0",
        name="Creative Commons Attribution 4.0 International",
        url="https://creativecommons.org/licenses/by/4.0/",
    ),
    code=c.Licence(id="MIT", name="MIT License", url="https://opensource.org/license/mit"),
)
LINKS = {
    "home": "/",
    "documentation": "/docs",
    "openapi": "/openapi.json",
    "vocabularies": "/vocabularies",
    "sources": "/sources",
    "evidence": "/evidence",
    "downloads": "/downloads",
}


def dataset(records: Records, measured: list[Covered], counts: dict[str, int]) -> c.Dataset:
    """What /dataset answers."""
    return c.Dataset(
        title=TITLE,
        description=DESCRIPTION,
        version=records.version,
        released=records.released,
        counts=counts,
        coverage=c.Coverage(sources=list(by_source(measured)), types=list(by_type(records))),
        licence=LICENCES,
        citation=f"{TITLE}, dataset version {records.version}, released {records.released}, CC BY 4.0."
        " For a single fact, give the path of its record and the source that its evidence names as well.",
        cite="",
        downloads=[],
        links=LINKS,
    )


def by_source(measured: list[Covered]) -> Iterator[c.SourceCoverage]:
    for item in measured:
        yield c.SourceCoverage(url=url("source", item.source), **item.model_dump())


def by_type(records: Records) -> Iterator[c.TypeCoverage]:
    bases: dict[RecordType, Counter[Basis]] = defaultdict(Counter)
    count = Counter(entry.record.type for entry in records.entries)
    for entry in records.entries:
        for fact in facts(entry.record, records.columns.get(type(entry.record), [])):
            bases[entry.record.type].update(citation.basis for citation in fact.citations[:1])
    for type_ in RecordType:
        if type_ in count:
            known = bases[type_]
            basis = {str(basis): known[basis] for basis in Basis}
            yield c.TypeCoverage(type=type_, records=count[type_], facts=known.total(), **basis)


def printed(records: Records, measured: list[Covered]) -> str:
    """The report as tables, with a line of totals under each."""
    types = [list(row.model_dump(mode="json").values()) for row in by_type(records)]
    parts = [table(list(c.TypeCoverage.model_fields), types)]
    if measured:
        sources = [[*item.model_dump().values(), item.uncited] for item in measured]
        parts.insert(0, table([*Covered.model_fields, "uncited"], sources))
    return "\n\n".join(parts)


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    """A table whose first column is text and whose other columns are numbers, added up below."""
    sums = [sum(int(row[index]) for row in rows) for index in range(1, len(head))]
    cells = [list(map(str, row)) for row in (head, *rows, ("total", *sums))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [line(row, widths) for row in cells]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def line(cells: Iterable[str], widths: list[int]) -> str:
    first, *others = (
        cell.rjust(width) if index else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *others])
