"""A small text and its records, all in order, for tests that spoil one line of them."""

from hashlib import sha256
from pathlib import Path

from seed.read import FILES

TEXT = """Alpha and Beta meet
Alpha met Beta in the old town hall on 3 May 2001. Mr. Doe chaired the talks for Beta.
- Our work
- Arms control
share on:
- Arms control
"""

SOURCES = f"""released: "2020-01-01"
references:
  - {{id: atlas, title: Atlas, publisher: Nobody, address: 'https://example.org/atlas'}}
records:
  - id: text
    name: Text
    summary: A made-up text.
    title: Alpha and Beta meet
    publisher: Nobody
    published: '2001-05'
    address: https://example.org/text
    language: en
    sha256: {sha256(TEXT.encode()).hexdigest()}
    note: Made up.
    boilerplate:
      - {{paragraphs: '3, 5', reason: A heading of the menu and a button.}}
    repeats:
      - {{paragraphs: '6', of: '4', reason: The menu has it twice.}}
    evidence:
      - {{field: title, at: 'text#1', quote: Alpha and Beta meet}}
      - {{field: published, at: 'text#2', quote: on 3 May 2001}}
"""
ORGANIZATIONS = """nulls:
  - {field: category, reason: none, text: The kind says all.}
  - {field: short_name, reason: not_stated, text: The text has none.}
  - {field: country_code, reason: not_applicable, text: No state.}
  - {field: parent, reason: not_stated, text: Not stated.}
  - {field: place, reason: not_stated, text: Not stated.}
  - {field: start, reason: not_stated, text: Not stated.}
  - {field: end, reason: not_stated, text: Not stated.}
records:
  - id: alpha
    name: Alpha
    summary: One side.
    kind: forum
    evidence:
      - {field: [name, kind], at: 'text#2', quote: Alpha met Beta}
  - id: beta
    name: Beta
    summary: The other side.
    kind: forum
    relations:
      - predicate: cooperates_with
        object: alpha
        evidence: [{basis: inferred, how: They met., at: 'text#2', quote: chaired the talks for Beta}]
    evidence:
      - {field: [name, kind], at: 'text#2', quote: Alpha met Beta}
"""
AREAS = """nulls:
  - {field: status, reason: not_stated, text: Not stated.}
  - {field: parent, reason: none, text: The menu has one level.}
  - {field: place, reason: not_applicable, text: Not regional.}
records:
  - id: arms
    name: Arms control
    summary: An entry of the menu.
    scheme: topic
    kind: thematic
    evidence:
      - {field: [name, scheme, kind], at: 'text#4', quote: Arms control}
"""
MEETINGS = """nulls:
  - {field: series, reason: none, text: No series.}
  - {field: parent, reason: none, text: No visit.}
  - {field: place, reason: not_stated, text: The town is not named.}
records:
  - id: talks
    name: Talks of Alpha and Beta
    summary: One meeting.
    kind: talk
    status: held
    date: '2001-05-03'
    participants:
      - {organization: alpha, role: participant, evidence: [{at: 'text#2', quote: Alpha met Beta}]}
      - {organization: beta, role: chair, evidence: [{at: 'text#2', quote: Mr. Doe chaired the talks}]}
    evidence:
      - {field: [name, kind, status], at: 'text#2', quote: Alpha met Beta}
      - {field: date, at: 'text#2', quote: on 3 May 2001}
"""


def write_small(folder: Path) -> Path:
    """The records in a folder, the text in its folder `texts`."""
    given = {"sources": SOURCES, "organizations": ORGANIZATIONS, "areas": AREAS, "meetings": MEETINGS}
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "text.txt").write_text(TEXT, encoding="utf-8")
    for stem in FILES:
        (folder / f"{stem}.yaml").write_text(given.get(stem, "records: []\n"), encoding="utf-8")
    return folder


def spoil(folder: Path, file: str, old: str, new: str) -> int:
    """Replace a piece of a file, and say on which line it stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} does not stand in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
