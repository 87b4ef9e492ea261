"""What an answer costs does not grow with the records: SQLite takes as many steps for it among 750 meetings as among 150."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from app import search, tallies
from seed import index
from tests.bench.scale import CASES
from tests.bench.world import build_world
from tests.direct import Direct

SIZES = (150, 750)
ROOM = 1.4
"""How much more a record may cost: among many there may be more that a page has to leave out."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Direct]]:
    """Two worlds, in which what is many among a million records is so already."""
    folder = tmp_path_factory.mktemp("worlds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "COMMON", 10)
        patch.setattr(search, "RANKED", 100)
        patch.setattr(tallies, "MANY", 100)
        paths = {size: folder / f"{size}.sqlite" for size in SIZES}
        for size, path in paths.items():
            build_world(path, size)
        with ExitStack() as stack:
            yield {size: stack.enter_context(Direct.over(path, cache_mb=0)) for size, path in paths.items()}


class Cost(NamedTuple):
    """The steps of SQLite's machine for an answer, and the records that it holds."""

    steps: int
    records: int


def cost(direct: Direct, url: str) -> Cost:
    """What an answer costs where what is counted once was counted before."""
    answer = direct.request(url)
    assert answer.status in (200, 404)
    connection = direct.application.state.database.release().reader.connection
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(step, 1)
    try:
        direct.request(url)
    finally:
        connection.set_progress_handler(None, 0)
    return Cost(taken, max(1, len(answer.json().get("items", []))))


@pytest.mark.parametrize("case", CASES)
def test_every_case(worlds: dict[int, Direct], case: str) -> None:
    few, many = (cost(worlds[size], CASES[case](size)) for size in SIZES)
    assert many.steps <= ROOM * few.steps * max(1, many.records / few.records) + 200, (few, many)


def test_the_steps_are_counted(worlds: dict[int, Direct]) -> None:
    """What reads all that match costs more the more there are."""
    few, many = (cost(worlds[size], "/meetings?q=delegations") for size in SIZES)
    assert many.steps > 3 * few.steps > 0
