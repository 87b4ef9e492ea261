"""JSON in pieces: the text of what a response holds, put together in the order of its model."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any

from pydantic import BaseModel

from app.listings import url
from app.models import OPEN_END, OPEN_START
from seed.dates import bounds

NULL = "null"
quoted: Callable[[str], str] = encode_basestring
"""A text as the models write it."""
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encoded(value: Any) -> str:
    """A value as the models write it."""
    if value is None:
        return NULL
    return quoted(value) if isinstance(value, str) else _encode(value)


@cache
def heads(schema: type[BaseModel], without: frozenset[str] = frozenset()) -> tuple[tuple[str, str], ...]:
    """Each field of a model with what stands before its value."""
    names = [name for name in schema.model_fields if name not in without]
    return tuple((name, f'{"," if index else "{"}"{name}":') for index, name in enumerate(names))


def object_text(schema: type[BaseModel], pieces: Mapping[str, str]) -> str:
    return "".join([head + pieces[name] for name, head in heads(schema)]) + "}"


def list_text(items: Iterable[str]) -> str:
    return f"[{','.join(items)}]"


def plain(row: Mapping[str, Any], schema: type[BaseModel]) -> str:
    """A model of which every field stands in a row as it is."""
    return object_text(schema, {name: encoded(row[name]) for name in schema.model_fields})


def ref_text(id_: str, type_: str, name: str) -> str:
    return f'{{"id":"{id_}","type":"{type_}","name":{encoded(name)},"url":"{url(type_, id_)}"}}'


def edtf(text: str) -> dict[str, str | None]:
    """A date with its bounds, as far as they are known."""
    earliest, latest = bounds(text)
    return {
        "edtf": text,
        "earliest": None if earliest == OPEN_START else earliest,
        "latest": None if latest == OPEN_END else latest,
    }


@lru_cache(maxsize=8192)
def date_text(date: str, basis: str, how: str | None, outside: str | None, outside_how: str | None) -> str:
    known = {**edtf(outside), "how": outside_how} if outside else None
    return encoded({**edtf(date), "basis": basis, "how": how, "outside": known})
