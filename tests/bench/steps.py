"""What an answer costs in steps of SQLite's machine, which no load disturbs."""

from typing import NamedTuple

from tests.direct import Direct


class Cost(NamedTuple):
    """The steps for an answer, and the records that it holds."""

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
