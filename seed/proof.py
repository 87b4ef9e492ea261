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
from seed.fragments import NULL, encoded, object_text, plain, quoted, ref_text
from seed.rows import Row

ALPHABET = b32encode(bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df")).decode().lower()
PAIRS = [one + other for one in ALPHABET for other in ALPHABET]
"""Ten bits each, in base 32."""


def key(prefix: str, *parts: object) -> str:
    """A permanent id for what has no slug: a hash of what it says, in base 32."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).digest()
    number = int.from_bytes(digest)
    return f"{prefix}-{''.join([PAIRS[number >> bits & 1023] for bits in range(70, -1, -10)])}"


TYPE = f'"{RecordType.EVIDENCE}"'


class Cited(NamedTuple):
    """A source as evidence shows it."""

    address: str
    ref: str


class Proof:
    """What evidence cites: the references and the sources."""

    def __init__(self, references: Iterable[r.Reference], sources: Iterable[r.Source]) -> None:
        self.references = {item.id: plain(item.model_dump(), s.Reference) for item in references}
        self.sources = {
            item.id: Cited(item.address, ref_text(item.id, item.type, item.name)) for item in sources
        }

    def shown(self, citation: r.Citation) -> "Shown":
        """What a citation shows for every fact that it supports."""
        at = citation.source
        source = self.sources[at] if at else None
        link = fragment_link(source.address, citation.quote) if source and citation.quote else None
        row = {
            "basis": citation.basis.value,
            "how": citation.how,
            "quote": citation.quote,
            "paragraph": citation.paragraph,
            "link": link,
            "source_id": at,
            "reference_id": citation.reference,
        }
        pieces = {name: encoded(row[name]) for name in ("basis", "how", "quote", "paragraph", "link")}
        pieces["source"] = source.ref if source else NULL
        pieces["reference"] = self.references[citation.reference] if citation.reference else NULL
        return Shown(row, pieces, citation.reference or citation.at)


class Shown(NamedTuple):
    """A citation as a row has it, as the text has it, and what it cites."""

    row: dict[str, Any]
    pieces: dict[str, str]
    proof: str | None


def evidence(owner: str, record: str, fact: Fact, shown: Shown, link_id: str | None) -> tuple[Row, str]:
    """The row and the text of a piece of evidence for a fact of a record, which is named by its id and by its text."""
    id_ = key("e", owner, fact.field, fact.value, link_id, shown.proof, shown.row["quote"])
    own = {"id": id_, "record_id": owner, "field": fact.field, "value": fact.value, "link_id": link_id}
    pieces = {
        "field": quoted(fact.field),
        "value": quoted(fact.value),
        "id": f'"{id_}"',
        "type": TYPE,
        "url": f'"{url(RecordType.EVIDENCE, id_)}"',
        "record": record,
    }
    return own | shown.row, object_text(s.Evidence, pieces | shown.pieces)


@lru_cache(maxsize=8192)
def fragment_link(address: str, phrase: str) -> str:
    """A link that opens a page at a phrase (a text fragment, in which `-` has a meaning of its own)."""
    return f"{address}#:~:text={quote(phrase, safe='').replace('-', '%2D')}"
