"""Every fact shows its evidence, and nothing that a text states is left out: `python -m seed check` proves both."""

from hashlib import sha256
from pathlib import Path

import pytest

from seed.__main__ import main
from seed.coverage import FILE, uncited
from seed.texts import sentences
from tests.small import TEXT, spoil, write_small


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path / "records")


class Check:
    """`python -m seed check` over a folder of records: its exit code and what it prints."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys
        self.out = self.err = ""

    def __call__(self, folder: Path, *options: str, texts: bool = True) -> int:
        arguments = ["seed", "check", "--records", str(folder), *options]
        if texts:
            arguments += ["--texts", str(folder / "texts")]
        self.monkeypatch.setattr("sys.argv", arguments)
        code = main()
        self.out, self.err = self.capsys.readouterr()
        return code


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    return Check(monkeypatch, capsys)


def test_records_in_order_pass_and_the_report_is_a_table(small: Path, check: Check) -> None:
    assert check(small, "--write") == 0, check.err
    assert check.err == ""
    assert check.out.split("\n\n")[0].splitlines() == [
        "source  paragraphs  sentences  cited  boilerplate  repeated  uncited",
        "--------------------------------------------------------------------",
        "text             6          7      4            2         1        0",
        "--------------------------------------------------------------------",
        "total            6          7      4            2         1        0",
    ]
    assert check.out.split("\n\n")[1].splitlines() == [
        "type          records  facts  stated  inferred  outside",
        "-------------------------------------------------------",
        "organization        2      5       4         1        0",
        "meeting             1      6       6         0        0",
        "area                1      3       3         0        0",
        "source              1      2       2         0        0",
        "-------------------------------------------------------",
        "total               5     16      15         1        0",
        "5 records, no fault.",
    ]
    assert check(small) == 0
    assert check(small, texts=False) == 0


FAULTS = {
    "unknown reference": (
        "meetings.yaml",
        "organization: alpha,",
        "organization: alfa,",
        "meetings.yaml:13: talks: participants.0: no record has the id 'alfa'; the nearest is 'alpha'",
    ),
    "reference to itself": (
        "organizations.yaml",
        "object: alpha",
        "object: beta",
        "organizations.yaml:21: beta: relations.0: names the record itself",
    ),
    "reference to another type": (
        "meetings.yaml",
        "organization: beta,",
        "organization: arms,",
        "meetings.yaml:14: talks: participants.1: 'arms' is of type area, not organization",
    ),
    "duplicate id": (
        "organizations.yaml",
        "id: beta",
        "id: alpha",
        "organizations.yaml:16: alpha: id: the id stands already in organizations.yaml:10",
    ),
    "bad date": (
        "meetings.yaml",
        "date: '2001-05-03'",
        "date: 3 May 2001",
        "meetings.yaml:11: talks: date: no EDTF date; write it like 2014-09-05, 2014-09, 1998-01/1999-03 or 2000~",
    ),
    "bad value": (
        "organizations.yaml",
        "kind: forum",
        "kind: form",
        (
            "organizations.yaml:13: alpha: kind: Input should be 'state', 'international_organization', 'body', 'secretariat', 'unit',"
            " 'institution', 'office', 'operation', 'initiative', 'forum' or 'group'; the nearest is 'forum'"
        ),
    ),
    "unknown field": (
        "organizations.yaml",
        "kind: forum",
        "knd: forum",
        "organizations.yaml:13: alpha: knd: unknown field; the nearest is 'kind'",
    ),
    "quote that is not in the text": (
        "meetings.yaml",
        "status], at: 'text#2', quote: Alpha met Beta",
        "status], at: 'text#2', quote: Alpha meets Beta",
        "meetings.yaml:16: talks: evidence.0.quote: the quote 'Alpha meets Beta' does not stand in text#2; the paragraph has 'Alpha met Beta'",
    ),
    "quote in another paragraph": (
        "areas.yaml",
        "at: 'text#4'",
        "at: 'text#2'",
        "areas.yaml:12: arms: evidence.0.quote: the quote 'Arms control' does not stand in text#2; it stands in paragraph 4",
    ),
    "paragraph that the text has not": (
        "areas.yaml",
        "at: 'text#4'",
        "at: 'text#9'",
        "areas.yaml:12: arms: evidence.0.quote: text has 6 paragraphs, not 9",
    ),
    "quote that is too short": (
        "meetings.yaml",
        "quote: on 3 May 2001",
        "quote: May 2001",
        "meetings.yaml:17: talks: evidence.1.quote: the quote 'May 2001' has 2 words; give 3 to 15, or a menu entry as it stands",
    ),
    "quote that is too long": (
        "meetings.yaml",
        "quote: on 3 May 2001",
        "quote: met Beta in the old town hall on 3 May 2001. Mr. Doe chaired the talks",
        (
            "meetings.yaml:17: talks: evidence.1.quote: the quote 'met Beta in the old town hall on 3 May 2001. Mr. Doe chaired the talks'"
            " has 16 words; give 3 to 15, or a menu entry as it stands"
        ),
    ),
    "whole sentence": (
        "meetings.yaml",
        "quote: Mr. Doe chaired the talks",
        "quote: Mr. Doe chaired the talks for Beta",
        (
            "meetings.yaml:14: talks: participants.1.evidence.0.quote: the quote 'Mr. Doe chaired the talks for Beta' is a whole sentence;"
            " give a phrase of it"
        ),
    ),
    "uncited sentence": (
        "sources.yaml",
        "paragraphs: '3, 5'",
        "paragraphs: '3'",
        "sources.yaml:5: text: paragraph 5: no evidence cites 'share on:', and it is neither boilerplate nor a repetition",
    ),
    "field without evidence": (
        "meetings.yaml",
        "[name, kind, status]",
        "[name, kind]",
        "meetings.yaml:10: talks: status: has no evidence",
    ),
    "link without evidence": (
        "organizations.yaml",
        "evidence: [{basis: inferred, how: They met., at: 'text#2', quote: chaired the talks for Beta}]",
        "evidence: []",
        "organizations.yaml:21: beta: relations.0: has no evidence",
    ),
    "unexplained null": (
        "organizations.yaml",
        "  - {field: place, reason: not_stated, text: Not stated.}\n",
        "",
        "organizations.yaml:9: alpha: place: is null, and neither a note nor `nulls` says why",
    ),
    "evidence from a repetition": (
        "areas.yaml",
        "at: 'text#4'",
        "at: 'text#6'",
        "areas.yaml:12: arms: evidence.0.at: text#6 is a repetition; cite text#4, where it stands first",
    ),
    "evidence from boilerplate": (
        "areas.yaml",
        "at: 'text#4', quote: Arms control",
        "at: 'text#3', quote: Our work",
        "areas.yaml:12: arms: evidence.0.at: text#3 is boilerplate, as its source declares",
    ),
    "repetition that is none": (
        "sources.yaml",
        "of: '4'",
        "of: '1'",
        "sources.yaml:18: text: repeats.0.of: paragraph 6 does not say what 1 says; it repeats paragraph 4",
    ),
    "paragraph declared twice": (
        "sources.yaml",
        "paragraphs: '6'",
        "paragraphs: '5-6'",
        "sources.yaml:18: text: repeats.0.paragraphs: declares paragraph 5 again",
    ),
    "another text": (
        "sources.yaml",
        f"sha256: {sha256(TEXT.encode()).hexdigest()}",
        f"sha256: {'0' * 64}",
        f"sources.yaml:13: text: sha256: text.txt is another text: its SHA-256 is {sha256(TEXT.encode()).hexdigest()}",
    ),
    "duplicate key": (
        "meetings.yaml",
        "    status: held\n",
        "    kind: call\n    status: held\n",
        "meetings.yaml:10: -: -: is no YAML: the key 'kind' stands twice",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_line_record_field_and_reason(
    fault: str, small: Path, check: Check
) -> None:
    file, old, new, said = FAULTS[fault]
    spoil(small, file, old, new)
    assert check(small) == 1
    assert said in check.err.splitlines()


def test_every_fault_is_named_at_once(small: Path, check: Check) -> None:
    for fault in (
        "bad value",
        "unknown reference",
        "quote that is too short",
        "link without evidence",
        "another text",
    ):
        spoil(small, *FAULTS[fault][:3])
    assert check(small) == 1
    assert [text.split(": ", 1)[0] for text in check.err.splitlines()] == [
        "meetings.yaml:13",
        "meetings.yaml:17",
        "organizations.yaml:13",
        "organizations.yaml:21",
        "sources.yaml:13",
        "5 faults.",
    ]


def test_a_record_that_is_not_valid_makes_no_fault_of_what_names_it(small: Path, check: Check) -> None:
    spoil(small, *FAULTS["bad value"][:3])
    said = FAULTS["bad value"][3]
    for texts in (False, True):
        assert check(small, texts=texts) == 1
        assert check.err.splitlines() == [said, "1 faults."]


def test_malformed_yaml_is_named_with_its_line(small: Path, check: Check) -> None:
    spoil(small, "meetings.yaml", "    kind: talk", "    kind: 'talk")
    assert check(small) == 1
    assert check.err.startswith("meetings.yaml:11: -: -: is no YAML: ")


def test_a_missing_file_and_one_that_is_no_text_are_named(small: Path, check: Check) -> None:
    (small / "places.yaml").unlink()
    (small / "areas.yaml").write_bytes(b"\xff\xfe")
    (small / "people.yaml").write_bytes(b"records: []\x00")
    assert check(small) == 1
    assert [text.split(": ")[0] for text in check.err.splitlines()] == [
        "areas.yaml:0",
        "people.yaml:0",
        "places.yaml:0",
        "3 faults.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the text text.txt cannot be read: No such file or directory"),
        (b"\xff", "the text text.txt cannot be read: "),
        (TEXT.encode() + b"\0", "text.txt holds a NUL character"),
        (TEXT.encode() + b"More.\n", "paragraph 7: no evidence cites 'More.'"),
    ],
)
def test_a_text_that_is_not_the_one_captured_is_named(
    content: bytes | None, said: str, small: Path, check: Check
) -> None:
    path = small / "texts" / "text.txt"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert check(small) == 1
    assert f"text: id: {said}" in check.err or f"text: {said}" in check.err


def test_the_measured_numbers_travel_with_the_records(small: Path, check: Check) -> None:
    kept = small / FILE
    assert check(small) == 1
    assert "coverage.yaml:0: -: -: cannot be read; write it with" in check.err
    assert check(small, "--write") == 0
    written = kept.read_text(encoding="utf-8")
    assert "{source: text, paragraphs: 6, sentences: 7, cited: 4, boilerplate: 2, repeated: 1}" in written
    kept.write_text(written.replace("cited: 4", "cited: 5"), encoding="utf-8")
    assert check(small) == 1
    assert "coverage.yaml:1: -: -: is out of date; write it with" in check.err
    kept.write_text("- {source: text, cited: many}\n", encoding="utf-8")
    assert check(small, texts=False) == 1
    assert check.err.startswith("coverage.yaml:1: -: -: cannot be used; write it with")
    kept.write_text(written.replace("source: text", "source: other"), encoding="utf-8")
    assert check(small, texts=False) == 1
    assert check.err.startswith("coverage.yaml:1: -: -: measures other sources than there are")


def test_with_faults_nothing_is_written(small: Path, check: Check) -> None:
    spoil(small, "sources.yaml", "paragraphs: '3, 5'", "paragraphs: '3'")
    assert check(small, "--write") == 1
    assert not (small / FILE).exists()


def test_only_measured_numbers_can_be_written(small: Path, check: Check) -> None:
    with pytest.raises(SystemExit) as stop:
        check(small, "--write", texts=False)
    assert stop.value.code == 2


def test_a_phrase_that_stands_twice_in_a_paragraph_cites_the_first() -> None:
    paragraph = "Alpha met Beta. Then Alpha met Beta again."
    assert [s.text for s in uncited(paragraph, sentences(paragraph), {"Alpha met Beta"})] == [
        "Then Alpha met Beta again."
    ]


@pytest.mark.parametrize(
    ("quote", "whole"),
    [
        ("No", True),
        ("Nothing else was said", False),
        ("All of us agreed", True),
        ("“All of us agreed,” he", False),
        ("of us agreed", False),
    ],
)
def test_a_quote_is_a_whole_sentence_by_its_place(quote: str, whole: bool) -> None:
    paragraph = "No. Nothing else was said by them. “All of us agreed.” Then “All of us agreed,” he said."
    start = paragraph.index(quote)
    found = [s for s in sentences(paragraph) if s.within(start, start + len(quote))]
    assert bool(found) == whole


SENTENCES = [
    ("He met Mr. Doe. She left.", ["He met Mr. Doe.", "She left."]),
    ("Last updated: 12 Nov. 2014 19:27", ["Last updated: 12 Nov. 2014 19:27"]),
    ("J. R. Smith of the U.S. Army spoke. All heard.", ["J. R. Smith of the U.S. Army spoke.", "All heard."]),
    ("It was in 2003. Later it was not.", ["It was in 2003.", "Later it was not."]),
    ("“We did. We shall,” he said. “You?” Yes.", ["“We did.", "We shall,” he said.", "“You?”", "Yes."]),
    ('He said: "All is well." Then he left.', ['He said: "All is well."', "Then he left."]),
    ("They agreed (see below). 30 members came.", ["They agreed (see below).", "30 members came."]),
    ("made by the OSCE. through its channels.", ["made by the OSCE. through its channels."]),
    (
        "Resolution No. 1244 stands. No. Nothing else.",
        ["Resolution No. 1244 stands.", "No.", "Nothing else."],
    ),
    ("- Arms control", ["Arms control"]),
    ("  • One. Two.", ["One.", "Two."]),
    ("-", ["-"]),
    ("Really?! Yes…", ["Really?!", "Yes…"]),
    ("Élan grew. Était-ce vrai?", ["Élan grew.", "Était-ce vrai?"]),
]


@pytest.mark.parametrize(("paragraph", "expected"), SENTENCES)
def test_a_paragraph_is_cut_into_its_sentences(paragraph: str, expected: list[str]) -> None:
    found = sentences(paragraph)
    assert [sentence.text for sentence in found] == expected
    assert all(s.text == paragraph[s.start : s.end].strip() for s in found)
