"""The dataset version. It is asked for at every start, so that nothing here reads what it hashes."""

from hashlib import sha256
from pathlib import Path

from app.models import SCHEMA_VERSION
from app.vocabularies import VOCABULARIES

RECORDS = Path(__file__).parent / "records"


def version_of(folder: Path = RECORDS) -> str:
    """A hash of the record files, of the vocabularies and of the tables' version."""
    digest = sha256(SCHEMA_VERSION.encode())
    for vocabulary in VOCABULARIES:
        for value in vocabulary:
            inverse = getattr(value, "inverse", None)
            digest.update(
                repr((vocabulary.__name__, str(value), value.meaning, value.term, inverse)).encode()
            )
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
