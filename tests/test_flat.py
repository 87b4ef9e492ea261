"""What an answer costs does not grow with the records: SQLite takes as many steps for it among 750 meetings as among 150."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app import chosen, search, tallies
from seed import index
from tests.bench.cases import CASES, COSTLY
from tests.bench.steps import cost
from tests.bench.world import build_world
from tests.direct import Direct

SIZES = (150, 750)
ALL = {**CASES, **COSTLY}
ROOM = 1.4
"""How much more a record may cost: among many there may be more that a page has to leave out."""


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Direct]]:
    """Two worlds, in which what is many among a million records is so already."""
    folder = tmp_path_factory.mktemp("worlds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "COMMON", 10)
        patch.setattr(chosen, "FEW", 10)
        patch.setattr(search, "RANKED", 100)
        patch.setattr(tallies, "MANY", 100)
        paths = {size: folder / f"{size}.sqlite" for size in SIZES}
        for size, path in paths.items():
            build_world(path, size)
        with ExitStack() as stack:
            yield {size: stack.enter_context(Direct.over(path, cache_mb=0)) for size, path in paths.items()}


@pytest.mark.parametrize("case", ALL)
def test_every_case(worlds: dict[int, Direct], case: str) -> None:
    few, many = (cost(worlds[size], ALL[case](size, 0)) for size in SIZES)
    assert many.steps <= ROOM * few.steps * max(1, many.records / few.records) + 200, (few, many)


def test_the_steps_are_counted(worlds: dict[int, Direct]) -> None:
    """What no index gives in order is read as a whole, and costs more the more there is."""
    few, many = (cost(worlds[size], "/timeline?sort=name") for size in SIZES)
    assert many.steps > 3 * few.steps > 0
