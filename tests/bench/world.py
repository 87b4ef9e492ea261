"""A synthetic dataset of any size, made record by record and written by the product's own build."""

import json
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

from app import vocabularies as v
from app.models import SCHEMA_VERSION
from seed import records as r
from seed.build import fill
from seed.index import index_texts
from seed.network import network
from seed.read import Records
from seed.timeline import timeline
from tests.bench.servers import family, proportional

ORGANIZATIONS, PEOPLE, AREAS, PLACES, SOURCES, SERIES = 60, 200, 40, 50, 20, 10
SLICE = 250
"""Meetings that are made at a time."""
RARE = "rare-organization"
"""Takes part in three meetings, however many there are."""
HOT = "organization-000"
"""Takes part in every second meeting."""
KINDS, ROLES = list(v.MeetingKind), list(v.ParticipationRole)
FIRST_DAY, DAYS = date(1975, 1, 1), 50 * 365
PHRASES = [
    f"{who} and {whom} {did} on {day} {month}"
    for who in ("delegations", "experts", "officials", "the secretaries")
    for whom in ("their hosts", "the mission", "the delegates")
    for did in ("met in plenary", "held talks", "exchanged views")
    for day, month in zip(range(1, 29), ("March", "June", "October", "May") * 7, strict=True)
]


@dataclass
class World(Records):
    """So many meetings of four participants each, and what they refer to."""

    meetings: int = 1000

    def slices(self) -> Iterator[Callable[[], Iterable[r.Record]]]:
        yield others
        for first in range(0, self.meetings, SLICE):
            yield partial(meetings, first, min(first + SLICE, self.meetings), self.meetings)


def others() -> list[r.Record]:
    return [*sources(), *places(), *organizations(), *people(), *areas(), *series()]


def meetings(first: int, end: int, of: int) -> Iterator[r.Record]:
    return (meeting(number, of) for number in range(first, end))


def world(meetings: int) -> World:
    made = World(f"synthetic-{meetings}", "2026-01-01", meetings=meetings)
    made.nulls = {type_: [null(name) for name in type_.model_fields] for type_ in TYPES}
    return made


TYPES = (r.Source, r.Place, r.Organization, r.Person, r.Area, r.MeetingSeries, r.Meeting)


def null(field: str) -> r.Null:
    return r.Null(field=field, reason=v.NoteReason.NOT_STATED, text="A synthetic record does not say.")


def kept_world(folder: Path, meetings: int) -> Path:
    """The database of a world, built if the folder does not have it, beside a file that tells how that went."""
    path = folder / f"world-{SCHEMA_VERSION}-{meetings}.sqlite"
    if not path.exists():
        print(f"Building {meetings:,} synthetic meetings …", file=sys.stderr, flush=True)
        with watched() as sizes:
            took = build_world(path, meetings)
        path.with_suffix(".json").write_text(json.dumps({"seconds": took, "megabytes": max(sizes)}))
        print(f"{took:.0f} s, {meetings / took:.0f} a second", file=sys.stderr, flush=True)
    return path


@contextmanager
def watched() -> Iterator[list[float]]:
    """How much memory this process and all that it starts have, looked at again and again."""
    sizes, over = [memory()], Event()

    def watch() -> None:
        while not over.wait(1):
            sizes.append(memory())

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield sizes
    finally:
        over.set()
        watcher.join()


def memory() -> float:
    found = 0.0
    for pid in family(os.getpid()):
        with suppress(OSError):  # it has ended
            found += proportional(pid)
    return found


def build_world(path: Path, meetings: int) -> float:
    """Write a world; how many seconds it took."""
    path.unlink(missing_ok=True)
    start = perf_counter()
    fill(
        path,
        world(meetings),
        [],
        helpers=0 if meetings < 10_000 else 3,
        views=(timeline, network, index_texts),
        files=False,  # each of them would be there a second and a third time
    )
    return perf_counter() - start


def cite(number: int, *fields: str) -> r.Citation:
    place, paragraph = number % SOURCES, number % 89 + 1
    at = f"source-{place:02}#{paragraph}"
    return r.Citation(field=list(fields), at=at, quote=PHRASES[number % len(PHRASES)])


def sources() -> Iterator[r.Record]:
    for n in range(SOURCES):
        yield r.Source(
            id=f"source-{n:02}",
            name=f"Source {n}",
            summary="A synthetic source.",
            title=f"Report {n}",
            publisher=f"Publisher {n % 5}",
            address=f"https://example.org/reports/{n}",
            language="en",
            sha256="0" * 64,
            note="Synthetic.",
        )


def places() -> Iterator[r.Record]:
    for n in range(PLACES):
        kind, proof = v.PlaceKind.CITY, [cite(n, "name", "kind")]
        yield r.Place(id=place_id(n), name=f"City {n}", summary="A city.", kind=kind, evidence=proof)


def organizations() -> Iterator[r.Record]:
    for n in range(ORGANIZATIONS):
        yield organization(f"organization-{n:03}", n)
    yield organization(RARE, ORGANIZATIONS)


def organization(id_: str, number: int) -> r.Organization:
    name, proof = f"Organization {number}", [cite(number, "name", "kind")]
    alias = r.Alias(name=f"Body {number}", kind=v.AliasKind.SPELLING, evidence=[cite(number)])
    return r.Organization(
        id=id_,
        name=name,
        summary="An organization that meets others.",
        kind=v.OrganizationKind.INTERNATIONAL_ORGANIZATION,
        aliases=[alias],
        evidence=proof,
    )


def people() -> Iterator[r.Record]:
    for n in range(PEOPLE):
        proof = [cite(n, "name")]
        yield r.Person(id=f"person-{n:03}", name=f"Person {n}", summary="A delegate.", evidence=proof)


def areas() -> Iterator[r.Record]:
    for n in range(AREAS):
        yield r.Area(
            id=f"area-{n:02}",
            name=f"Area {n}",
            summary="A field of cooperation.",
            scheme=v.AreaScheme.NATO_OSCE,
            kind=v.AreaKind.THEMATIC,
            evidence=[cite(n, "name", "scheme", "kind")],
        )


def series() -> Iterator[r.Record]:
    for n in range(SERIES):
        kind, proof = KINDS[n], [cite(n, "name", "kind")]
        yield r.MeetingSeries(
            id=f"series-{n}", name=f"Series {n}", summary="Recurs.", kind=kind, evidence=proof
        )


def place_id(number: int) -> str:
    return f"city-{number:02}"


def meeting_id(number: int) -> str:
    return f"meeting-{number:07}"


def meeting(number: int, of: int) -> r.Meeting:
    """One meeting; every choice follows from its number."""
    chance = random.Random(number)
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    kind, city = KINDS[number % len(KINDS)], chance.randrange(PLACES)
    placed, recurs = number % 4 == 0, number % 8 == 0
    fields = ["name", "kind", "status", "date"] + ["place"] * placed + ["series"] * recurs
    name = f"{kind.replace('_', ' ').capitalize()} {number} in City {city}"
    return r.Meeting(
        id=meeting_id(number),
        name=name,
        summary=f"Delegations discussed item {number % 1009} of their agenda.",
        kind=kind,
        status=v.MeetingStatus.HELD if number % 10 else v.MeetingStatus.PLANNED,
        series=f"series-{number // 8 % SERIES}" if recurs else None,
        place=place_id(city) if placed else None,
        date=day.isoformat(),
        participants=participants(number, of, chance),
        areas=[r.AreaLink(area=f"area-{number % AREAS:02}", evidence=[cite(number)])],
        aliases=[r.Alias(name=f"Round {number}", kind=v.AliasKind.SPELLING, evidence=[cite(number)])],
        evidence=[cite(number, *fields)],
    )


def participants(number: int, of: int, chance: random.Random) -> list[r.Participation]:
    numbers = chance.sample(range(1, ORGANIZATIONS), 4)
    ids = [f"organization-{n:03}" for n in numbers]
    if number % 2:
        ids[0] = HOT
    if number in (of // 4, of // 2, of * 3 // 4):
        ids[1] = RARE
    person = f"person-{chance.randrange(PEOPLE):03}"
    return [
        r.Participation(
            organization=id_,
            person=person if index == 0 else None,
            role=ROLES[index % len(ROLES)],
            evidence=[cite(number + index)],
        )
        for index, id_ in enumerate(ids)
    ]
