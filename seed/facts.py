"""The facts of a record, each with the evidence that it rests on."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from seed import records as r

OURS = {"id", "summary", "aliases", "memberships", "participants", "areas", "relations", "notes", "evidence"}
METADATA = set(r.Source.model_fields) - {"published"}
"""What a source is needs no evidence from itself, but may have it."""


class Fact(NamedTuple):
    """A field, an alias or a link of a record, or an attribute of a link."""

    field: str
    value: str
    citations: list[r.Citation]
    position: tuple[str | int, ...]
    """Where it stands in the record file."""
    link: r.Cited | None = None

    @property
    def key(self) -> tuple[str | int, ...]:
        return (*self.position, self.field)


def facts(record: r.Record, columns: Iterable[r.Column]) -> Iterator[Fact]:
    """Every fact of a record, in the order of its fields."""
    yield from _fields(record, {column.field: column for column in columns})
    for index, alias in enumerate(record.aliases):
        yield Fact("aliases", alias.name, alias.evidence, ("aliases", index))
    for name, end in (("memberships", "organization"), ("areas", "area"), ("relations", "object")):
        for index, link in enumerate(getattr(record, name, [])):
            yield from _link(name, getattr(link, end), link, (name, index))
    for index, link in enumerate(getattr(record, "participants", [])):
        yield from _link("participants", link.person or link.organization, link, ("participants", index))


def _fields(record: r.Record, columns: dict[str, r.Column]) -> Iterator[Fact]:
    for name in type(record).model_fields:
        value = getattr(record, name)
        if value is None or name in OURS:
            continue
        citations = [citation for citation in record.evidence if name in citation.field]
        if not citations and name in columns:
            citations = _declared(record, columns[name])
        if not citations and isinstance(record, r.Source) and name in METADATA:
            continue
        yield Fact(name, str(value), citations, (name,))


def _declared(record: r.Record, column: r.Column) -> list[r.Citation]:
    """The evidence that a declaration for the whole column stands for; inferred from the name if not from outside."""
    if column.reference:
        return [r.Citation(basis=column.basis, how=column.how, reference=column.reference)]
    named = [citation for citation in record.evidence if "name" in citation.field and citation.at]
    return [r.Citation(basis=column.basis, how=column.how, at=c.at, quote=c.quote) for c in named]


def _link(field: str, value: str, link: Any, position: tuple[str | int, ...]) -> Iterator[Fact]:
    whole = [citation for citation in link.evidence if not citation.field]
    yield Fact(field, value, whole, position, link)
    for name in sorted({name for citation in link.evidence for name in citation.field}):
        citations = [citation for citation in link.evidence if name in citation.field]
        yield Fact(f"{field}.{name}", str(getattr(link, name, None)), citations, (*position, name), link)


def citations(record: r.Record) -> Iterator[tuple[tuple[str | int, ...], r.Citation]]:
    """Every piece of evidence of a record, with its place in the record file."""
    for index, citation in enumerate(record.evidence):
        yield ("evidence", index), citation
    for name in ("aliases", "memberships", "participants", "areas", "relations"):
        for at, link in enumerate(getattr(record, name, [])):
            for index, citation in enumerate(link.evidence):
                yield (name, at, "evidence", index), citation
