"""A page of what very many records have: in the order of their documents, but first those that bear the query as their name."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from app import search
from app.database import Release, Row
from app.search import Types
from app.sets import among_types, digits, members, members_before, of_numbers


class Unranked(NamedTuple):
    """The documents of a set, in two tiers."""

    release: Release
    types: Types
    name: str
    bits: int

    def rows(self, after: bool, backward: bool, keys: dict[str, Any]) -> list[Row]:
        """The type, the sort keys and the record of some documents."""
        here = (keys["k0"], keys["k1"]) if after else (0, 0)
        found = self.preceding(*here) if backward else self.following(*here)
        tiers = dict(islice(found, keys["limit"]))
        numbers = {"numbers": json.dumps(list(tiers))}
        known = {row[0]: row[1:] for row in self.release.fetch(search.documents_statement(), numbers)}
        return [(known[number][0], tier, number, known[number][1]) for number, tier in tiers.items()]

    def following(self, tier: int, number: int) -> Iterator[tuple[int, int]]:
        for own, bits in enumerate(self.tiers()):
            if own >= tier:
                yield from ((one, own) for one in members(bits, number if own == tier else 0))

    def preceding(self, tier: int, number: int) -> Iterator[tuple[int, int]]:
        for own, bits in reversed(list(enumerate(self.tiers()))):
            if own <= tier:
                yield from ((one, own) for one in members_before(bits, number if own == tier else len(bits)))

    def tiers(self) -> Iterator[str]:
        found = self.bits & among_types(self.release, self.types)
        rows = self.release.fetch(search.bearers_statement(self.types), {"name": self.name})
        bearing = found & of_numbers([row[0] for row in rows])
        yield digits(bearing)
        yield digits(found & ~bearing)
