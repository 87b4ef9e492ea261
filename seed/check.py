"""Prove the records: references resolve, facts are cited, quotes stand where they say, nulls are explained."""

from collections import defaultdict
from collections.abc import Iterator

from app import vocabularies as v
from seed import records as r
from seed.coverage import closed
from seed.facts import Fact, citations, facts
from seed.read import Entry, Fault, Records, nearest
from seed.texts import Texts, sentences

LINKS: dict[str, tuple[v.RecordType, ...]] = {
    "place": (v.RecordType.PLACE,),
    "organizer": (v.RecordType.ORGANIZATION,),
    "series": (v.RecordType.MEETING_SERIES,),
    "adopted_at": (v.RecordType.MEETING,),
    "meeting": (v.RecordType.MEETING,),
}
"""The type that a field of this name points at; `parent` points at its own type."""

IDENTITY = {
    "aliases": ("name",),
    "memberships": ("organization", "role", "post", "start"),
    "participants": ("organization", "person", "role", "post"),
    "areas": ("area",),
    "relations": ("predicate", "object"),
}
"""What makes two links of a record the same link."""


def check(records: Records, texts: Texts | None = None) -> list[Fault]:
    """Every fault of the records, against the paragraphs of their texts if these are given."""
    types = records.unread | {entry.record.id: entry.record.type for entry in records.entries}
    references = {reference.id for reference in records.references}
    shut = closed(records)
    faults = [*_duplicates(records), *_retired(records, types)]
    for entry in records.entries:
        faults += _twice(entry)
        faults += _dangling(entry, types)
        faults += _evidence(entry, records)
        faults += _targets(entry, types, references, shut)
        faults += _unexplained(entry, records)
        if texts is not None:
            faults += _quotes(entry, texts)
    return sorted(set(faults))


def _duplicates(records: Records) -> Iterator[Fault]:
    seen: dict[str, Entry] = {}
    for entry in records.entries:
        first = seen.setdefault(entry.record.id, entry)
        if first is not entry:
            yield entry.fault(f"the id stands already in {first.file}:{first.lines[()]}", "id")


def _retired(records: Records, types: dict[str, v.RecordType]) -> Iterator[Fault]:
    """Ids that are gone and yet in use, listed twice, or merged into nothing."""
    seen: set[str] = set()
    for gone in records.retired:
        id_ = gone.retired.id
        if id_ in types:
            yield gone.fault("is withdrawn or merged, and a record still has it", "id")
        if id_ in seen:
            yield gone.fault("is withdrawn or merged twice", "id")
        seen.add(id_)
        if isinstance(gone.retired, r.Merged) and gone.retired.into not in types:
            into = gone.retired.into
            yield gone.fault(f"no record has the id {into!r}{nearest(into, list(types))}", "into")


def _twice(entry: Entry) -> Iterator[Fault]:
    """Links that say the same thing a second time."""
    for name, parts in IDENTITY.items():
        seen: set[tuple[object, ...]] = set()
        for index, link in enumerate(getattr(entry.record, name, [])):
            identity = tuple(getattr(link, part) for part in parts)
            if identity in seen:
                said = ", ".join(str(part) for part in identity if part)
                yield entry.fault(f"stands twice: {said}; give both pieces of evidence to one", name, index)
            seen.add(identity)


def _dangling(entry: Entry, types: dict[str, v.RecordType]) -> Iterator[Fault]:
    for position, id_, expected in _references(entry.record):
        if id_ == entry.record.id and position[0] == "relations":
            yield entry.fault("names the record itself", *position)
        elif id_ not in types:
            ids = [known for known, type_ in types.items() if not expected or type_ in expected]
            yield entry.fault(f"no record has the id {id_!r}{nearest(id_, ids)}", *position)
        elif expected and types[id_] not in expected:
            allowed = " or ".join(expected)
            yield entry.fault(f"{id_!r} is of type {types[id_]}, not {allowed}", *position)


Reference = tuple[tuple[str | int, ...], str, tuple[v.RecordType, ...]]


def _references(record: r.Record) -> Iterator[Reference]:
    for name, expected in (*LINKS.items(), ("parent", (record.type,))):
        if target := getattr(record, name, None):
            yield (name,), target, expected
    for index, link in enumerate(getattr(record, "memberships", [])):
        yield ("memberships", index), link.organization, (v.RecordType.ORGANIZATION,)
    for index, link in enumerate(getattr(record, "participants", [])):
        yield ("participants", index), link.organization, (v.RecordType.ORGANIZATION,)
        if link.person:
            yield ("participants", index), link.person, (v.RecordType.PERSON,)
    for index, area in enumerate(record.areas):
        yield ("areas", index), area.area, (v.RecordType.AREA,)
    for index, relation in enumerate(record.relations):
        yield ("relations", index), relation.object, ()


def _evidence(entry: Entry, records: Records) -> Iterator[Fault]:
    columns = records.columns.get(type(entry.record), [])
    bases: dict[tuple[str | int, ...], set[v.Basis]] = defaultdict(set)
    known: dict[tuple[str | int, ...], Fact] = {}
    for fact in facts(entry.record, columns):
        known[fact.key] = fact
        if not fact.citations:
            yield entry.fault("has no evidence", *fact.position)
        bases[fact.key] |= {citation.basis for citation in fact.citations}
    for key, found in bases.items():
        if len(found) > 1:
            yield entry.fault(
                f"rests on more than one basis: {', '.join(sorted(found))}", *known[key].position
            )
    yield from _stray(entry)


def _targets(
    entry: Entry, types: dict[str, v.RecordType], references: set[str], shut: dict[str, str]
) -> Iterator[Fault]:
    """Evidence that cites what is not there, or what no evidence may cite."""
    sources = [id_ for id_, type_ in types.items() if type_ is v.RecordType.SOURCE]
    for position, citation in citations(entry.record):
        if citation.reference and citation.reference not in references:
            near = nearest(citation.reference, sorted(references))
            yield entry.fault(f"no reference {citation.reference!r}{near}", *position, "reference")
        if citation.source and citation.source not in sources:
            near = nearest(citation.source, sources)
            yield entry.fault(f"no source {citation.source!r}{near}", *position, "at")
        if citation.at in shut:
            yield entry.fault(f"{citation.at} {shut[citation.at]}", *position, "at")


def _stray(entry: Entry) -> Iterator[Fault]:
    """Evidence for what the record does not have."""
    for index, citation in enumerate(entry.record.evidence):
        if not citation.field:
            yield entry.fault("names no field that it supports", "evidence", index)
        for name in citation.field:
            if getattr(entry.record, name, None) is None or name in ("id", "summary"):
                yield entry.fault(f"supports {name!r}, which the record does not have", "evidence", index)


def _unexplained(entry: Entry, records: Records) -> Iterator[Fault]:
    noted = {note.field for note in entry.record.notes}
    fields = set(type(entry.record).model_fields) | {"date", "on"}
    for index, note in enumerate(entry.record.notes):
        if note.field not in fields:
            yield entry.fault(f"no field {note.field!r}{nearest(note.field, sorted(fields))}", "notes", index)
    for name in nulls(entry.record):
        declared = null_reason(entry.record, name, records)
        if name not in noted and declared is None:
            yield entry.fault("is null, and neither a note nor `nulls` says why", name)


def nulls(record: r.Record) -> list[str]:
    """The fields of a record that are null, in the order of the model."""
    return [
        name for name in type(record).model_fields if getattr(record, name) is None and name != "date_outside"
    ]


def null_reason(record: r.Record, name: str, records: Records) -> r.Null | None:
    """The declaration that explains why a field is null: the first that fits."""
    kind = str(getattr(record, "kind", ""))
    for null in records.nulls.get(type(record), []):
        if null.field == name and (not null.kind or kind in null.kind):
            return null
    return None


def _quotes(entry: Entry, texts: Texts) -> Iterator[Fault]:
    for position, citation in citations(entry.record):
        if reason := quote_fault(citation, texts):
            yield entry.fault(reason, *position, "quote")


def quote_fault(citation: r.Citation, texts: Texts) -> str | None:
    """Why a quote does not prove anything, if so."""
    if citation.quote is None or citation.paragraph is None or citation.source not in texts:
        return None
    paragraphs, quote = texts[citation.source], citation.quote
    if citation.paragraph > len(paragraphs):
        return f"{citation.source} has {len(paragraphs)} paragraphs, not {citation.paragraph}"
    paragraph = paragraphs[citation.paragraph - 1]
    if quote not in paragraph:
        found = [n for n, text in enumerate(paragraphs, 1) if quote in text]
        where = (
            f"; it stands in paragraph {found[0]}"
            if found
            else f"; the paragraph has{_closest(quote, paragraph)}"
        )
        return f"the quote {quote!r} does not stand in {citation.at}{where}"
    return _unfit(quote, paragraph)


def _unfit(quote: str, paragraph: str) -> str | None:
    """Why a quote has not the size of a quote: a phrase of a sentence, or a menu entry as it stands."""
    size, found = len(quote.split()), sentences(paragraph)
    start = paragraph.index(quote)
    if any(sentence.ends and sentence.within(start, start + len(quote)) for sentence in found):
        return f"the quote {quote!r} is a whole sentence; give a phrase of it"
    entry = len(found) == 1 and quote == found[0].text
    if size > 15 or (size < 3 and not entry):
        return f"the quote {quote!r} has {size} words; give 3 to 15, or a menu entry as it stands"
    return None


def _closest(quote: str, paragraph: str) -> str:
    words, size = paragraph.split(), len(quote.split())
    windows = [" ".join(words[n : n + size]) for n in range(max(1, len(words) - size + 1))]
    return nearest(quote, windows).replace("; the nearest is", "") or " nothing like it"
