"""Records made up for a test, as their files have them."""

from pathlib import Path
from typing import Any

import yaml

from seed.read import FILES

Fields = dict[str, Any]

CITED: Fields = {"at": "text#1", "quote": "three plain words"}
OUTSIDE: Fields = {"basis": "outside", "how": "By the book.", "reference": "book"}
REFERENCE = {"id": "book", "title": "Book", "publisher": "Nobody", "address": "https://example.org/book"}
SOURCE = {
    "id": "text",
    "name": "Text",
    "summary": "A made-up text.",
    "title": "Text",
    "publisher": "Nobody",
    "address": "https://example.org/text",
    "language": "en",
    "sha256": "0" * 64,
    "note": "Made up.",
}


def write_records(folder: Path, **records: list[Fields]) -> Path:
    """A folder of record files: the given records beside one source, every null declared."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, type_ in FILES.items():
        content: Fields = {"records": records.get(stem, [])}
        content["nulls"] = [
            {"field": name, "reason": "not_stated", "text": "Made up."} for name in type_.model_fields
        ]
        if stem == "sources":
            content["released"] = "2020-01-01"
            content["references"] = [REFERENCE]
            content["records"] = [SOURCE, *content["records"]]
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


def record(id_: str, *, at: str = "text#1", **fields: Any) -> Fields:
    """A record with a citation for each of its plain fields; its links are cited by `cited`."""
    own = {"name": id_.replace("-", " ").title(), **fields}
    plain = [name for name, value in own.items() if isinstance(value, str)]
    evidence = [{**CITED, "at": at, "field": [name for name in plain if name != "date_outside"]}]
    if "date_outside" in own:
        evidence.append({**OUTSIDE, "field": ["date_outside"]})
    return {"id": id_, "summary": "Made up.", **own, "evidence": evidence}


def cited(**link: Any) -> Fields:
    return {**link, "evidence": [CITED]}


def meeting(id_: str, **fields: Any) -> Fields:
    return record(id_, **{"kind": "conference", "status": "held", **fields})


def organization(id_: str, **fields: Any) -> Fields:
    return record(id_, **{"kind": "international_organization", **fields})


def carries(*areas: str) -> list[Fields]:
    return [cited(area=area) for area in areas]


def relates(**ends: str) -> list[Fields]:
    return [cited(predicate=predicate, object=target) for predicate, target in ends.items()]


def tiny_world() -> dict[str, list[Fields]]:
    """A little of everything, so that every filter and every sort has something to tell apart."""
    return {
        "sources": [{**SOURCE, **record("essay", at="essay#1", published="2010"), "publisher": "Somebody"}],
        "places": [
            record("land", kind="country", country_code="FR"),
            record("town", kind="city", parent="land"),
            record("hall", kind="building", parent="town"),
        ],
        "organizations": [
            organization("big", place="town", areas=carries("arms"), start="1995"),
            organization("council", kind="body", category="council", parent="big"),
            organization("panel", kind="body", category="committee", parent="council", at="essay#2"),
            organization("league", kind="forum", start="1990", relations=relates(succeeded_by="big")),
            organization("france", kind="state", country_code="FR", memberships=FRANCE),
            organization("spain", kind="state", country_code="ES", memberships=SPAIN),
            organization("malta", kind="state", country_code="MT", memberships=MALTA),
        ],
        "people": [
            record("ann", memberships=ANN),
            record("bob", name="Aaron Bob", at="essay#1", memberships=BOB),
        ],
        "areas": [
            record("arms", scheme="topic", kind="thematic", status="current"),
            record("mines", scheme="topic", kind="thematic", status="past", parent="arms"),
            record(
                "traps",
                scheme="topic",
                kind="thematic",
                parent="mines",
                relations=relates(exact_match="east"),
            ),
            record(
                "east",
                name="An East",
                at="essay#1",
                scheme="nato_osce",
                kind="regional",
                status="potential",
                place="land",
            ),
        ],
        "meeting_series": [
            record("talks", kind="staff_talks", frequency="annual", status="current", organizer="big")
            | {"participants": [cited(organization="league", role="participant")], "areas": carries("arms")},
            record("reviews", kind="review", frequency="regular", status="past", start="1998", at="essay#1"),
        ],
        "meetings": [
            meeting("visit", kind="visit", date="2004-01-21", place="town", participants=ANN_FOR_BIG)
            | {"areas": carries("arms", "east")},
            meeting("talk", kind="talk", date="2004-01", place="hall", parent="visit", series="talks")
            | {"participants": [cited(organization="council", role="host")], "areas": carries("mines")},
            meeting("whisper", kind="talk", parent="talk"),
            meeting("summit", kind="summit", status="planned", date="2010-05/.."),
            meeting("forum", name="A Forum", date="../1999", at="essay#1"),
            meeting("guess", date="XXXX-01-12", date_outside="2022-01-12"),
        ],
        "documents": [
            record("treaty", kind="treaty", date="2010-05", adopted_at="summit", areas=carries("arms"))
            | {"relations": relates(signatory="france")},
            record("letter", name="A Letter", kind="letter", date="2011", at="essay#1")
            | {"relations": relates(author="ann", outcome_of="visit")},
            record("paper", kind="paper"),
        ],
        "activities": [
            record("drill", kind="briefing", date="2003/2004", place="town", areas=carries("arms"))
            | {"relations": relates(carried_out_by="big")},
            record("course", kind="assistance", date="2005", at="essay#1", relations=relates(about="ann")),
            record("aid", kind="assistance", name="Zeal"),
        ],
        "statements": [
            record("vow", kind="pledge", mode="direct", date="2004-01-21", meeting="visit")
            | {
                "areas": carries("arms"),
                "relations": relates(speaker="ann", about="france", addressee="council"),
            },
            record("claim", kind="demand", mode="reported", date="2010", at="essay#3")
            | {"relations": relates(on_behalf_of="big", addressee="ann", about="arms")},
            record(
                "aside",
                kind="concern",
                mode="document",
                relations=relates(about="spain", position_of="panel", reported_by="essay"),
            ),
        ],
    }


ANN_FOR_BIG = [cited(organization="big", person="ann", role="visitor", post="secretary_general")]
FRANCE = [cited(organization="big", role="participating_state", start="1999", end="2003")]
SPAIN = [
    cited(organization="big", role="member", start="2005"),
    cited(organization="league", role="participating_state", start="1990", end="1995"),
]
MALTA = [cited(organization="big", role="partner")]
ANN = [
    cited(organization="big", role="office_holder", post="secretary_general", start="2001", end="2004"),
    cited(organization="league", role="office_holder", post="head"),
]
BOB = [cited(organization="big", role="office_holder", post="head", start="2006")]
