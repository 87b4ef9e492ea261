"""The source texts: their paragraphs, and the sentences and menu lines in these."""

import re
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from seed import records as r
from seed.read import Fault, Records

Texts = dict[str, list[str]]
"""The paragraphs of each source by its id."""

MARKER = re.compile(r"\s*(?:[-–•*]\s+)?")
BREAK = re.compile(r"(?P<mark>[.!?…]+)(?P<closing>[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*(?P<next>\w))")
END = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
WRAPPING = "\"'“”‘’«»()[].!?…,;: "
INITIALS = re.compile(r"(?:^|[\s\"'“‘(\[])(?:[^\W\d_]\.)*[^\W\d_]$")
"""A letter alone (J. Smith) or several with stops between them (U.S.)."""
NUMBERED = {"no", "nos", "art", "para", "p", "pp", "vol"}
TITLES = {"mr", "mrs", "ms", "dr", "prof", "st", "amb", "gen", "lt", "col", "maj", "capt", "sen", "gov"}
MONTHS = {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
ABBREVIATIONS = TITLES | MONTHS | {"jr", "sr", "vs", "cf", "approx"}


class Sentence(NamedTuple):
    """A sentence, heading or menu line, and where it stands in its paragraph."""

    start: int
    end: int
    text: str

    @property
    def ends(self) -> bool:
        """Whether it is a sentence with a stop, and not a heading, caption or menu line."""
        return END.search(self.text) is not None

    def within(self, start: int, end: int) -> bool:
        """Whether all its words lie in this part of the paragraph; the stop and quotation marks around them need not."""
        opening = len(self.text) - len(self.text.lstrip(WRAPPING))
        first = self.start + opening
        return start <= first < first + len(self.text.strip(WRAPPING)) <= end


def sentences(paragraph: str) -> list[Sentence]:
    """The sentences of a paragraph in order; a heading, a bullet or a menu line without stops is one."""
    marker = MARKER.match(paragraph)
    start = marker.end() if marker else 0
    cuts = [match.end() for match in BREAK.finditer(paragraph, start) if breaks(match)]
    edges = [start, *cuts, len(paragraph)]
    return [Sentence(first, last, paragraph[first:last].strip()) for first, last in pairwise(edges)]


def breaks(match: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: not after an abbreviation or initial, nor before a small letter."""
    if match["next"].islower():
        return False
    if match["mark"] != "." or match["closing"]:
        return True
    before = match.string[: match.start()]
    word = before.rpartition(" ")[2].lstrip("\"'“‘(").casefold()
    if word in ABBREVIATIONS or INITIALS.search(before):
        return False
    return not (word in NUMBERED and match["next"].isdigit())


def load_texts(folder: Path, records: Records) -> tuple[Texts, list[Fault]]:
    """The paragraphs of each source, the non-empty lines of `<id>.txt`, and every text that is not the one captured."""
    texts: Texts = {}
    faults: list[Fault] = []
    for entry in records.entries:
        if not isinstance(entry.record, r.Source):
            continue
        path = folder / f"{entry.record.id}.txt"
        try:
            data = path.read_bytes()
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or error
            faults.append(entry.fault(f"the text {path.name} cannot be read: {reason}", "id"))
            continue
        if (digest := sha256(data).hexdigest()) != entry.record.sha256:
            faults.append(entry.fault(f"{path.name} is another text: its SHA-256 is {digest}", "sha256"))
        if "\0" in text:
            faults.append(entry.fault(f"{path.name} holds a NUL character", "id"))
        texts[entry.record.id] = [line for line in text.splitlines() if line.strip()]
    return texts, faults
