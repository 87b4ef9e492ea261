"""A record as a page shows it: facts with their basis, related records, notes and evidence, all from its JSON."""

from dataclasses import dataclass, field
from typing import Any

from app.site.description import Page
from app.site.words import label

HEAD = ("id", "type", "url", "aliases", "summary", "notes", "evidence", "cite", "relations", "how")
"""Fields that a page shows in places of their own."""
SHOWN = 8
"""How many items of a related list a page shows; the others are a link away."""
QUOTES = 3
"""How many quotes stand beside a fact."""
ROLES = ("speaker", "on_behalf_of", "addressee", "reported_by", "responds_to")
"""The relations that tell whose a statement is."""
Json = dict[str, Any]


@dataclass
class Fact:
    """A field of a record, with how it is known and the phrases that it rests on."""

    name: str
    label: str
    help: str
    value: Any
    basis: str | None = None
    how: str | None = None
    notes: list[Json] = field(default_factory=list)
    quotes: list[Json] = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(0, len(self.quotes) - QUOTES)


@dataclass
class Section:
    """Related records."""

    name: str
    label: str
    help: str
    total: int
    items: list[Json]
    url: str


def is_related(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() >= {"total", "items", "url"}


def facts(record: Json, page: Page, quotes: list[Json]) -> list[Fact]:
    """The own fields of a record; one without a value says why, if it can."""
    own = record["basis"] if isinstance(record.get("basis"), dict) else {}
    found = []
    for name, value in record.items():
        if name in HEAD or name == "basis" or is_related(value):
            continue
        if "summary" not in record and (value is None or name in ("quote", "link")):
            continue  # evidence and relations are no subjects of their own: no note says why they lack something
        dated = value if isinstance(value, dict) and "edtf" in value else {}
        cited = [quote for quote in quotes if quote["field"] == name]
        basis = own.get(name) or dated.get("basis")
        notes = notes_on(record, name)
        how = dated.get("how") or next((quote["how"] for quote in cited if quote["how"]), None)
        found.append(Fact(name, label(name), page.meanings.get(name, ""), value, basis, how, notes, cited))
    return found


def notes_on(record: Json, name: str) -> list[Json]:
    return [note for note in record.get("notes", []) if note["field"] == name]


def other_notes(record: Json) -> list[Json]:
    """Notes on what is no fact of its own: links, or the record as a whole."""
    shown = {name for name, value in record.items() if name not in HEAD and not is_related(value)}
    return [note for note in record.get("notes", []) if note["field"] not in shown]


def sections(record: Json, page: Page) -> tuple[list[Section], list[Section]]:
    """The related lists that hold something, and those that are empty."""
    found = [
        Section(
            name,
            label(name),
            page.meanings.get(name, ""),
            value["total"],
            value["items"][:SHOWN],
            value["url"],
        )
        for name, value in record.items()
        if is_related(value) and name not in ("evidence", "relations")
    ]
    return [one for one in found if one.total], [one for one in found if not one.total]


def other_relations(record: Json, shown: list[Section]) -> list[Json]:
    """Relations with records that no related list shows."""
    if "relations" not in record:
        return []
    seen = {item["id"] for one in shown for item in one.items} | {record["id"]}
    told = ROLES if record["type"] == "statement" else ()
    return [
        one
        for one in record["relations"]["items"]
        if not {one["subject"]["id"], one["object"]["id"]} <= seen and one["predicate"] not in told
    ]


def said(record: Json) -> dict[str, list[Json]]:
    """Who said a statement, for whom, to whom, and who reports it."""
    roles: dict[str, list[Json]] = {}
    if record.get("type") != "statement":
        return roles
    for relation in record.get("relations", {}).get("items", []):
        if relation["subject"]["id"] == record["id"] and relation["predicate"] in ROLES:
            roles.setdefault(relation["predicate"], []).append(relation)
    return roles


def title(record: Json) -> str:
    """What a record is called; evidence goes by what it is for."""
    if "name" in record:
        return str(record["name"])
    return f"Evidence for {record['record']['name']}: {label(record['field']).lower()}"


@dataclass
class Group:
    """What one source says of a record, each phrase once with all that it is for."""

    source: str
    url: str
    quotes: list[Json] = field(default_factory=list)


def by_source(quotes: list[Json]) -> list[Group]:
    groups: dict[str, Group] = {}
    seen: dict[Any, Json] = {}
    for quote in quotes:
        source = quote["source"] or {"name": "Known from outside the texts", "url": ""}
        name = source["name"]
        group = groups.setdefault(name, Group(name, source["url"]))
        key = (name, quote["paragraph"], quote["quote"], (quote["reference"] or {}).get("address"))
        if key not in seen:
            seen[key] = {**quote, "fields": []}
            group.quotes.append(seen[key])
        if quote["field"] not in seen[key]["fields"]:
            seen[key]["fields"].append(quote["field"])
    return list(groups.values())
