"""How to cite the dataset and any record of it: a sentence, BibTeX, RIS."""

import re
from typing import Any, NamedTuple

from app.origin import Origin
from app.vocabularies import RecordType

AUTHOR = "NATO–OSCE Cooperation API contributors"
TITLE = "NATO–OSCE Cooperation Dataset"
LICENCE = "CC BY 4.0"
BY_MORE_THAN_NAME = (RecordType.SOURCE, RecordType.EVIDENCE)
"""The types of which a citation tells more than the name."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
SPECIAL |= {character: f"\\{character}" for character in "{}$&%#_"}


class Citation(NamedTuple):
    """What is cited: the dataset, a record as a part of it, or the page that a source stands for."""

    key: str
    author: str
    title: str
    date: str
    """A year, month or day; nothing where it is not known."""
    url: str
    note: str
    kind: str


def of_dataset(origin: Origin) -> Citation:
    note = f"Version {origin.version}, {LICENCE}"
    url = origin.absolute("/dataset")
    return Citation(f"nato-osce-{origin.version}", AUTHOR, TITLE, origin.released, url, note, "DATA")


def of_record(record: dict[str, Any], origin: Origin) -> Citation:
    """A source is cited as the page that it is; anything else as a part of the dataset."""
    part = f"{TITLE}, version {origin.version}, {LICENCE}"
    if record["type"] == "source":
        published = record["published"] or {"edtf": ""}
        day = published["edtf"] if re.fullmatch(r"\d{4}(-\d\d){0,2}", published["edtf"]) else ""
        note = f"Source of the {part}"
        return Citation(
            record["id"], record["publisher"], record["title"], day, record["address"], note, "ELEC"
        )
    note = f"{record['type'].replace('_', ' ').capitalize()} in the {part}"
    url = origin.absolute(record["url"])
    return Citation(record["id"], AUTHOR, title(record), origin.released, url, note, "DATA")


def title(record: dict[str, Any]) -> str:
    if record["type"] == "evidence":
        return f"Evidence for {record['record']['name']}: {record['field']}"
    return str(record["name"])


def sentence(cited: Citation) -> str:
    """A citation as it stands in a list of references."""
    year = f" ({cited.date[:4]})" if cited.date else ""
    day = f" {cited.date}." if cited.date else ""
    return f"{cited.author}{year}. {cited.title}. {cited.note}.{day} {cited.url}"


def bibtex(cited: Citation) -> str:
    year, month, _ = f"{cited.date}--".split("-", 2)
    fields = {
        "author": f"{{{{{escaped(cited.author)}}}}}",
        "title": f"{{{{{escaped(cited.title)}}}}}",
        "year": f"{{{year}}}" if year else "",
        "month": MONTHS[int(month) - 1] if month else "",
        "note": f"{{{escaped(cited.note)}}}",
        "url": f"{{{verbatim(cited.url)}}}",
    }
    lines = [f"  {name} = {value}" for name, value in fields.items() if value]
    return f"@misc{{{cited.key},\n" + ",\n".join(lines) + "\n}\n\n"


def escaped(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in one_line(text))


def verbatim(url: str) -> str:
    """An address within braces; the only characters that would end them are percent-encoded."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def one_line(text: str) -> str:
    return " ".join(text.split())


def ris(cited: Citation) -> str:
    fields = (
        ("TY", cited.kind),
        ("ID", cited.key),
        ("AU", cited.author),
        ("TI", cited.title),
        ("PY", cited.date[:4]),
        ("DA", f"{cited.date.replace('-', '/')}{'/' * (2 - cited.date.count('-'))}" if cited.date else ""),
        ("N1", cited.note),
        ("UR", cited.url),
    )
    lines = [f"{tag}  - {one_line(text)}\r\n" for tag, text in fields if text]
    return "".join(lines) + "ER  - \r\n\r\n"
