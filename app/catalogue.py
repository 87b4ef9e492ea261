"""Responses about the dataset as a whole: what it is and how well it is proved, and the vocabularies that it uses."""

from pydantic import Field

from app import vocabularies as v
from app.schemas import Schema


class SourceCoverage(Schema):
    """What became of the sentences and menu lines of one source."""

    source: str = Field(examples=["nato-2014-11-12"])
    """The id of the source."""
    url: str = Field(examples=["/sources/nato-2014-11-12"])
    """The path of the source in this API."""
    paragraphs: int
    """How many paragraphs the text has: its non-empty lines."""
    sentences: int
    """How many sentences, headings and menu lines these hold."""
    cited: int
    """How many of them some evidence cites."""
    boilerplate: int
    """How many of them state nothing: share buttons, empty bullets, subscription links."""
    repeated: int
    """How many of them stand in the text before; evidence cites the first occurrence."""


class TypeCoverage(Schema):
    """How the facts about the records of one type are known."""

    type: v.OwnType
    """What the records are about."""
    records: int
    """How many records there are."""
    facts: int
    """How many fields, aliases and links of these records have a value; every one has evidence."""
    stated: int
    """How many of the facts a text states."""
    inferred: int
    """How many of the facts follow from what a text states."""
    outside: int
    """How many of the facts are known from outside the texts."""


class Coverage(Schema):
    """How completely the texts are read, and how the facts are known."""

    sources: list[SourceCoverage]
    """Each source; empty where a database was built from records that were never measured against their texts."""
    types: list[TypeCoverage]
    """Each type of record that has facts of its own."""


class Licence(Schema):
    """On what terms something may be used."""

    id: str = Field(examples=["CC-BY-4.0"], pattern="^[A-Za-z0-9.-]+$")
    """The SPDX identifier."""
    name: str
    """The name of the licence."""
    url: str = Field(pattern="^https://")
    """Where its text stands."""


class Licences(Schema):
    """The licences of what is served and of what serves it."""

    records: Licence
    """The licence of the records and of everything that is served."""
    code: Licence
    """The licence of the code."""


class Download(Schema):
    """A file that can be fetched whole or in parts."""

    name: str = Field(examples=["meetings.csv"])
    """The name of the file."""
    url: str = Field(examples=["/downloads/meetings.csv"])
    """Where it is."""
    media_type: str = Field(examples=["text/csv"])
    """Its media type."""
    description: str
    """What it holds."""
    bytes: int = Field(examples=[27694])
    """Its size."""
    sha256: str
    """The SHA-256 of its content, in hexadecimal; its ETag too."""


class Downloads(Schema):
    """Every file that can be fetched."""

    items: list[Download]
    """The files."""
    total: int
    """How many there are."""


class Dataset(Schema):
    """What this dataset is, and how well it is proved."""

    title: str
    """The name of the dataset."""
    description: str
    """What it holds."""
    version: str = Field(examples=["d1f9c6a1b0e24c7f"])
    """The version: a hash of the records. It changes whenever anything in them does."""
    released: str = Field(examples=["2026-11-22"])
    """The day on which this version was released."""
    counts: dict[str, int] = Field(examples=[{"organization": 1, "meeting": 1}])
    """How many records of each type there are."""
    coverage: Coverage
    """The proof: what of each text is cited, and how the facts of each type are known."""
    licence: Licences
    """On what terms records and code may be used."""
    citation: str
    """How to cite this version, and facts in it."""
    cite: str
    """How to cite this version, as a sentence for a list of references."""
    downloads: list[Download]
    """The whole dataset as files: the SQLite file, CSV and NDJSON of every list, and the Data Package that describes them."""
    links: dict[str, str]
    """Where else to look."""


class Value(Schema):
    """A value of a vocabulary."""

    value: str = Field(examples=["broad_match"])
    """The value, as it stands in records and filters."""
    label: str = Field(examples=["broad match"])
    """The value in words."""
    inverse: str | None = Field(examples=["narrow match of"])
    """For a predicate, what it is called when read from object to subject; null for any other value."""
    meaning: str = Field(examples=["The object is wider."])
    """What the value means."""
    term: str | None = Field(examples=["skos:broadMatch"])
    """The term of a published vocabulary that it corresponds to; null where none says the same."""
    iri: str | None = Field(examples=["http://www.w3.org/2004/02/skos/core#broadMatch"])
    """The term, written out."""


class Vocabulary(Schema):
    """A closed vocabulary, value by value."""

    id: str = Field(examples=["area-kind"])
    """The permanent id."""
    name: str = Field(examples=["area kind"])
    """What the values are."""
    url: str = Field(examples=["/vocabularies/area-kind"])
    """The path of the vocabulary in this API."""
    meaning: str = Field(examples=["How an area is cut out."])
    """What the vocabulary tells apart."""
    used_in: list[str] = Field(examples=[["areas.kind"]])
    """The fields that hold its values, as `resource.field`; aliases, notes, memberships and participants are lists inside records."""
    values: list[Value]
    """Every value that there is."""


class Vocabularies(Schema):
    """Every closed vocabulary."""

    items: list[Vocabulary]
    """The vocabularies."""
    total: int
    """How many there are."""
    prefixes: dict[str, str] = Field(examples=[{"skos": "http://www.w3.org/2004/02/skos/core#"}])
    """The published vocabularies that terms are taken from, by their prefix."""
