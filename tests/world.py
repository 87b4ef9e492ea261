"""Records made up for a test, as their files have them."""

from pathlib import Path
from typing import Any

import yaml

from seed.read import FILES

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


def write_records(folder: Path, **records: list[dict[str, Any]]) -> Path:
    """A folder of record files: the given records beside one source, every null declared."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, type_ in FILES.items():
        content: dict[str, Any] = {"records": records.get(stem, [])}
        content["nulls"] = [
            {"field": name, "reason": "not_stated", "text": "Made up."} for name in type_.model_fields
        ]
        if stem == "sources":
            content |= {"released": "2020-01-01", "records": [SOURCE, *records.get(stem, [])]}
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


CITED = {"at": "text#1", "quote": "three plain words"}


def record(id_: str, **fields: Any) -> dict[str, Any]:
    """A record as its file has it, every field cited; links are cited by the caller, with `cited`."""
    own = {"name": id_.replace("-", " ").title(), **fields}
    named = [name for name, value in own.items() if isinstance(value, str)]
    return {
        "id": id_,
        "summary": "Made up.",
        **own,
        "evidence": [{"field": named, **CITED}],
    }


def cited(**link: Any) -> dict[str, Any]:
    return {**link, "evidence": [CITED]}


def meeting(id_: str, **fields: Any) -> dict[str, Any]:
    return record(id_, **{"kind": "conference", "status": "held", **fields})


def organization(id_: str, **fields: Any) -> dict[str, Any]:
    return record(id_, **{"kind": "international_organization", **fields})
