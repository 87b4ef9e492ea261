"""Read the record files: YAML into validated records, every error with its file, line, record and field."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from app.vocabularies import RecordType
from seed import records as r
from seed.version import RECORDS, version_of

FILES: dict[str, type[r.Record]] = {
    "sources": r.Source,
    "places": r.Place,
    "organizations": r.Organization,
    "people": r.Person,
    "areas": r.Area,
    "meeting_series": r.MeetingSeries,
    "meetings": r.Meeting,
    "documents": r.Document,
    "activities": r.Activity,
    "statements": r.Statement,
}
Position = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, where, and what would be right."""

    file: str
    line: int
    record: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.record or '-'}: {self.field or '-'}: {self.reason}"


@dataclass
class Entry:
    """A record and where it stands."""

    record: r.Record
    file: str
    lines: dict[Position, int]

    def fault(self, reason: str, *position: str | int) -> Fault:
        path = position
        while path and path not in self.lines:
            path = path[:-1]
        return Fault(self.file, self.lines[path], self.record.id, dotted(position), reason)


@dataclass(frozen=True)
class Gone:
    """An id that no record has any more, and where it is listed."""

    retired: r.Withdrawn | r.Merged
    file: str
    line: int

    def fault(self, reason: str, field: str) -> Fault:
        return Fault(self.file, self.line, self.retired.id, field, reason)


@dataclass
class Records:
    """All that the record files hold."""

    version: str = ""
    released: str = ""
    entries: list[Entry] = field(default_factory=list)
    references: list[r.Reference] = field(default_factory=list)
    columns: dict[type[r.Record], list[r.Column]] = field(default_factory=dict)
    nulls: dict[type[r.Record], list[r.Null]] = field(default_factory=dict)
    retired: list[Gone] = field(default_factory=list)
    unread: dict[str, RecordType] = field(default_factory=dict)
    """The ids of records that are not valid, so that what names them is not at fault as well."""

    @property
    def complete(self) -> bool:
        """Whether every file could be read, even if not every record in it is valid."""
        return len(self.columns) == len(FILES)

    def stream(self) -> Iterable[r.Record]:
        """Every record, the sources first."""
        return (entry.record for entry in self.entries)

    def slices(self) -> Iterator[Callable[[], Iterable[r.Record]]]:
        """The same in parts. A dataset that is too large for the memory makes each of them when it is asked for."""
        yield self.stream

    def of(self, type_: type[Any]) -> Iterator[Any]:
        return (entry.record for entry in self.entries if isinstance(entry.record, type_))


def dotted(position: Position) -> str:
    return ".".join(str(step) for step in position)


def nearest(value: object, allowed: list[str]) -> str:
    matches = get_close_matches(str(value), allowed, n=1, cutoff=0.5)
    return f"; the nearest is {matches[0]!r}" if matches else ""


def read(folder: Path = RECORDS) -> tuple[Records, list[Fault]]:
    """Every record of a folder, and every fault found on the way."""
    records, faults = Records(version_of(folder)), list[Fault]()
    for stem, type_ in FILES.items():
        path = folder / f"{stem}.yaml"
        try:
            data, lines = parse(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(path.name, 0, "", "", f"cannot be read: {error}"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            faults.append(Fault(path.name, mark.line + 1 if mark else 0, "", "", f"is no YAML: {reason}"))
        else:
            faults += _read_file(records, path.name, type_, data, lines)
    return records, faults


def _read_file(
    records: Records, file: str, type_: type[r.Record], data: Any, lines: dict[Position, int]
) -> list[Fault]:
    try:
        content = r.File.model_validate(data)
    except ValidationError as error:
        return list(_faults(error, r.File, file, lines, (), ""))
    records.columns[type_], records.nulls[type_] = content.columns, content.nulls
    records.references += content.references
    records.released = content.released or records.released
    for name in ("withdrawn", "merged"):
        listed: list[r.Withdrawn | r.Merged] = getattr(content, name)
        records.retired += [Gone(item, file, lines[name, index]) for index, item in enumerate(listed)]
    faults: list[Fault] = []
    own: dict[Position, dict[Position, int]] = defaultdict(dict)
    for path, line in lines.items():
        own[path[:2]][path[2:]] = line
    for index, item in enumerate(content.records):
        at: Position = ("records", index)
        try:
            record = type_.model_validate(item)
        except ValidationError as error:
            faults += _faults(error, type_, file, lines, at, str(item.get("id", "")))
            records.unread[str(item.get("id", ""))] = type_.type
        else:
            records.entries.append(Entry(record, file, own[at]))
    return faults


def _faults(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    lines: dict[Position, int],
    at: Position,
    record: str,
) -> Iterator[Fault]:
    for detail in error.errors():
        path = at + detail["loc"]
        while path not in lines:
            path = path[:-1]
        reason = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "enum":
            allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            reason += nearest(detail["input"], allowed)
        if detail["type"] == "extra_forbidden":
            reason = "unknown field" + nearest(detail["loc"][-1], list(model.model_fields))
        yield Fault(file, lines[path], record, dotted(detail["loc"]), reason)


Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it: ten times as fast."""


def parse(text: str) -> tuple[Any, dict[Position, int]]:
    """A YAML text as plain values, and the line on which each of them starts.

    Every scalar stays text: YAML's own guesses turn NO into false and 1949-04-04 into a date.
    """
    lines: dict[Position, int] = {}
    root = Loader(text).get_single_node()
    return (None if root is None else _value(root, (), lines)), lines or {(): 1}


def _value(node: yaml.Node, at: Position, lines: dict[Position, int]) -> Any:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*at, index), lines) for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    result: dict[str, Any] = {}
    for key, item in node.value:
        if key.value in result:
            raise yaml.MarkedYAMLError(
                problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
            )
        result[str(key.value)] = _value(item, (*at, key.value), lines)
        lines[(*at, key.value)] = key.start_mark.line + 1
    return result
