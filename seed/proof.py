"""Evidence: its row, its record and its text, all written once, for nothing that comes later changes them."""

from base64 import b32encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import quote

from app import schemas as s
from app.listings import url
from app.vocabularies import RecordType
from seed import records as r
from seed.facts import Fact
from seed.fragments import NULL, encoded, object_text, plain, ref_text

ROW = ("field", "value", "basis", "how", "quote", "paragraph", "id", "link")
"""What the text of evidence has from its row as it stands."""


def key(prefix: str, *parts: object) -> str:
    """A permanent id for what has no slug: a hash of what it says."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).digest()
    return f"{prefix}-{b32encode(digest).decode().lower()}"


class Cited(NamedTuple):
    """A source as evidence shows it."""

    address: str
    ref: str


class Proof:
    """What evidence cites: the references, and the sources, which come before all other records."""

    def __init__(self, references: Iterable[r.Reference]) -> None:
        self.references = {item.id: plain(item.model_dump(), s.Reference) for item in references}
        self.sources: dict[str, Cited] = {}

    def add(self, source: r.Source) -> None:
        self.sources[source.id] = Cited(source.address, ref_text(source.id, source.type, source.name))

    def row(self, record: r.Record, fact: Fact, citation: r.Citation, link_id: str | None) -> dict[str, Any]:
        """The row of a piece of evidence."""
        proof = citation.reference or citation.at
        source = self.sources[citation.source] if citation.source else None
        return {
            "id": key("e", record.id, fact.field, fact.value, link_id, proof, citation.quote),
            "record_id": record.id,
            "field": fact.field,
            "value": fact.value,
            "basis": citation.basis,
            "how": citation.how,
            "quote": citation.quote,
            "paragraph": citation.paragraph,
            "link_id": link_id,
            "source_id": citation.source,
            "link": fragment_link(source.address, citation.quote) if source and citation.quote else None,
            "reference_id": citation.reference,
        }

    def text(self, record: str, row: dict[str, Any]) -> str:
        """Evidence as it is served, for the record that is given as it is named in others."""
        pieces = {name: encoded(row[name]) for name in ROW}
        pieces["type"], pieces["url"] = f'"{RecordType.EVIDENCE}"', f'"{url(RecordType.EVIDENCE, row["id"])}"'
        pieces["record"] = record
        pieces["source"] = self.sources[row["source_id"]].ref if row["source_id"] else NULL
        pieces["reference"] = self.references[row["reference_id"]] if row["reference_id"] else NULL
        return object_text(s.Evidence, pieces)


@lru_cache(maxsize=65536)
def fragment_link(address: str, phrase: str) -> str:
    """A link that opens a page at a phrase (a text fragment, in which `-` has a meaning of its own)."""
    return f"{address}#:~:text={quote(phrase, safe='').replace('-', '%2D')}"
