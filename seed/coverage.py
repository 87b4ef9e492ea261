"""The proof that nothing is left out: every sentence of every text is cited, repeats another, or is boilerplate."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from seed import records as r
from seed.facts import citations
from seed.read import Entry, Fault, Records, parse
from seed.texts import MARKER, Sentence, Texts, sentences

FILE = "coverage.yaml"
HEADER = "# Generated: python -m seed check --texts DIR --write. What of each text is cited, in sentences and menu lines.\n"
WRITE = "write it with: python -m seed check --texts DIR --write"
Quotes = dict[str, set[str]]
"""What is quoted, by the place where it stands (`source#paragraph`)."""


class Covered(BaseModel):
    """What became of the sentences and menu lines of one source."""

    source: str
    paragraphs: int
    sentences: int
    cited: int
    boilerplate: int
    repeated: int

    @property
    def uncited(self) -> int:
        return self.sentences - self.cited - self.boilerplate - self.repeated


def coverage(records: Records, texts: Texts) -> tuple[list[Covered], list[Fault]]:
    """What of each source is cited, and every sentence that is not."""
    quotes = quoted(records)
    measured: list[Covered] = []
    faults: list[Fault] = []
    for entry in records.entries:
        if isinstance(entry.record, r.Source) and entry.record.id in texts:
            paragraphs = texts[entry.record.id]
            faults += wrong_declarations(entry, entry.record, paragraphs)
            result, found = measure(entry, entry.record, paragraphs, quotes)
            measured.append(result)
            faults += found
    return measured, faults


def quoted(records: Records) -> Quotes:
    quotes: Quotes = defaultdict(set)
    for entry in records.entries:
        for _, citation in citations(entry.record):
            if citation.at and citation.quote:
                quotes[citation.at].add(citation.quote)
    return quotes


def measure(
    entry: Entry, source: r.Source, paragraphs: list[str], quotes: Quotes
) -> tuple[Covered, list[Fault]]:
    boilerplate, repeated = numbers(source.boilerplate), numbers(source.repeats)
    counts = {"sentences": 0, "cited": 0, "boilerplate": 0, "repeated": 0}
    faults: list[Fault] = []
    for number, paragraph in enumerate(paragraphs, 1):
        found = sentences(paragraph)
        counts["sentences"] += len(found)
        if number in repeated:
            counts["repeated"] += len(found)
        elif number in boilerplate:
            counts["boilerplate"] += len(found)
        else:
            missing = uncited(paragraph, found, quotes[f"{source.id}#{number}"])
            counts["cited"] += len(found) - len(missing)
            faults += (not_covered(entry, number, sentence) for sentence in missing)
    return Covered(source=source.id, paragraphs=len(paragraphs), **counts), faults


def numbers(declared: Sequence[r.Boilerplate]) -> set[int]:
    return {number for item in declared for number in r.numbered(item.paragraphs)}


def uncited(paragraph: str, found: list[Sentence], quotes: set[str]) -> list[Sentence]:
    """The sentences that no quote overlaps; a phrase that stands twice in a paragraph quotes the first."""
    spans = [(start, start + len(quote)) for quote in quotes if (start := paragraph.find(quote)) >= 0]
    return [
        sentence
        for sentence in found
        if not any(start < sentence.end and sentence.start < end for start, end in spans)
    ]


def not_covered(entry: Entry, number: int, sentence: Sentence) -> Fault:
    words = sentence.text.split()
    shown = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
    reason = f"no evidence cites {shown!r}, and it is neither boilerplate nor a repetition"
    return Fault(entry.file, entry.lines[()], entry.record.id, f"paragraph {number}", reason)


def wrong_declarations(entry: Entry, source: r.Source, paragraphs: list[str]) -> Iterator[Fault]:
    """Boilerplate and repetitions that are none, or stand twice."""
    seen: set[int] = set()
    lists: dict[str, Sequence[r.Boilerplate]] = {"boilerplate": source.boilerplate, "repeats": source.repeats}
    for name, declared in lists.items():
        for index, item in enumerate(declared):
            for number in r.numbered(item.paragraphs):
                if not 1 <= number <= len(paragraphs):
                    reason = f"the text has {len(paragraphs)} paragraphs, not {number}"
                    yield entry.fault(reason, name, index, "paragraphs")
                elif number in seen:
                    yield entry.fault(f"declares paragraph {number} again", name, index, "paragraphs")
                seen.add(number)
    repeated = numbers(source.repeats)
    for index, item in enumerate(source.repeats):
        yield from wrong_repetition(entry, index, item, paragraphs, repeated)


def wrong_repetition(
    entry: Entry, index: int, item: r.Repetition, paragraphs: list[str], repeated: set[int]
) -> Iterator[Fault]:
    copies, originals = r.numbered(item.paragraphs), r.numbered(item.of)
    if len(originals) not in (1, len(copies)):
        reason = f"{len(copies)} paragraphs cannot repeat {len(originals)}; give as many, or one"
        yield entry.fault(reason, "repeats", index, "of")
        return
    for copy, original in zip(copies, cycle(originals), strict=False):
        if not (1 <= copy <= len(paragraphs) and 1 <= original <= len(paragraphs)):
            continue
        if original >= copy or original in repeated:
            reason = f"paragraph {original} is not the first occurrence of {copy}"
            yield entry.fault(reason, "repeats", index, "of")
        elif words(paragraphs[copy - 1]) != words(paragraphs[original - 1]):
            same = [n for n, text in enumerate(paragraphs, 1) if words(text) == words(paragraphs[copy - 1])]
            where = f"; it repeats paragraph {same[0]}" if same[0] < copy else ""
            reason = f"paragraph {copy} does not say what {original} says{where}"
            yield entry.fault(reason, "repeats", index, "of")


def words(paragraph: str) -> str:
    """What a paragraph says, without its bullet."""
    return MARKER.sub("", paragraph, count=1).strip()


def closed(records: Records) -> dict[str, str]:
    """The paragraphs that no evidence may cite (`source#paragraph`), and why."""
    reasons: dict[str, str] = {}
    for source in records.of(r.Source):
        for number in numbers(source.boilerplate):
            reasons[f"{source.id}#{number}"] = "is boilerplate, as its source declares"
        for item in source.repeats:
            for copy, original in zip(r.numbered(item.paragraphs), cycle(r.numbered(item.of)), strict=False):
                reasons[f"{source.id}#{copy}"] = (
                    f"is a repetition; cite {source.id}#{original}, where it stands first"
                )
    return reasons


def text_of(measured: list[Covered]) -> str:
    """The generated file: one line a source."""
    rows = [item.model_dump() for item in measured]
    return HEADER + "".join(
        yaml.safe_dump([row], sort_keys=False, default_flow_style=None, width=200) for row in rows
    )


def stale(folder: Path, measured: list[Covered]) -> list[Fault]:
    """Whether the file in a folder says what is the case."""
    try:
        kept = (folder / FILE).read_text(encoding="utf-8")
    except OSError:
        return [Fault(FILE, 0, "", "", f"cannot be read; {WRITE}")]
    return [] if kept == text_of(measured) else [Fault(FILE, 1, "", "", f"is out of date; {WRITE}")]


def load(folder: Path, records: Records) -> tuple[list[Covered], list[Fault]]:
    """What was measured when the texts were at hand; nothing where it never was."""
    path = folder / FILE
    if not path.is_file():
        return [], []
    try:
        data, _ = parse(path.read_text(encoding="utf-8"))
        measured = TypeAdapter(list[Covered]).validate_python(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        return [], [Fault(FILE, 1, "", "", f"cannot be used; {WRITE}: {str(error).splitlines()[0]}")]
    if [item.source for item in measured] != [source.id for source in records.of(r.Source)]:
        return [], [Fault(FILE, 1, "", "", f"measures other sources than there are; {WRITE}")]
    return measured, []
