"""Values in words: names of fields and values, dates, numbers."""

import re
from typing import Any

from app.listings import LISTINGS
from app.vocabularies import VOCABULARIES

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SPECIAL = {
    "sha256": "SHA-256",
    "url": "Page",
    "q": "Words",
    "edtf": "Date",
    "iri": "IRI",
    "how": "How it is known",
    "post": "Post",
    "start": "Since",
    "end": "Until",
    "parent": "Part of",
    "adopted_at": "Adopted at",
    "date_from": "From",
    "date_to": "To",
    "date_match": "Dates",
    "on": "At the time",
}
PLURALS = {type_.value: listing.path[1:].replace("-", " ") for type_, listing in LISTINGS.items()}
MEANINGS: dict[str, list[tuple[type, str]]] = {}
for vocabulary in VOCABULARIES:
    for value in vocabulary:
        MEANINGS.setdefault(value.value, []).append((vocabulary, value.meaning))
DAY = re.compile(r"(X{4}|\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def label(name: str) -> str:
    """The name of a field as a heading."""
    return SPECIAL.get(name) or plain(name).capitalize()


def plain(value: Any) -> str:
    """A value of a closed list, or the name of a field, as words."""
    return str(value).replace("_", " ").replace(".", ": ")


def plural(type_: str) -> str:
    return PLURALS.get(type_, plain(type_))


def meaning(value: Any) -> str:
    """What a value means, where one vocabulary alone has it."""
    found = MEANINGS.get(str(value), [])
    return found[0][1] if len(found) == 1 else ""


def number(value: int) -> str:
    """A number with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def date(edtf: str) -> str:
    """A date in EDTF as people write it; what is not plain stays as it is."""
    if "/" in edtf:
        start, end = edtf.split("/")
        if start in ("", ".."):
            return f"until {date(end)}"
        return f"since {date(start)}" if end in ("", "..") else f"{date(start)} to {date(end)}"
    doubt = "".join(sorted(set(edtf) & set("~?%")))
    found = DAY.fullmatch(re.sub(r"[~?%]", "", edtf))
    if not found:
        return edtf
    year, month, day = found.groups()
    parts = [str(int(day)) if day else "", MONTHS[int(month) - 1] if month else ""]
    text = " ".join(part for part in [*parts, "" if year == "XXXX" else year] if part)
    about = {"": "", "?": "perhaps ", "~": "about ", "%": "perhaps about ", "?~": "perhaps about "}[doubt]
    return f"{about}{text}{', year not stated' if year == 'XXXX' else ''}"


def when(value: dict[str, Any]) -> str:
    return date(value["edtf"])


def host(address: str) -> str:
    """The site that an address is of."""
    return address.partition("://")[2].partition("/")[0].removeprefix("www.")
