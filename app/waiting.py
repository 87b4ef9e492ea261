"""Plain functions that wait for what is not there yet: each runs in a greenlet, which rests while the event loop goes on.

So the functions that answer requests are the same for every database. The greenlets are kept for the next call; to make
a new one each time, as SQLAlchemy's `greenlet_spawn` does, costs as much as a statement.
"""

from collections.abc import Awaitable, Callable
from threading import local
from typing import Any, NamedTuple, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class Ended(NamedTuple):
    """What a call has returned."""

    value: Any


class Idle(local):
    """The greenlets of a thread that have nothing to do."""

    def __init__(self) -> None:
        self.greenlets: list[greenlet] = []


IDLE = Idle()


async def run(call: Callable[[], T]) -> T:
    """What a function returns that may wait for something."""
    here, idle = getcurrent(), IDLE.greenlets
    worker = idle.pop() if idle else greenlet(calls, here)
    worker.gr_context = here.gr_context
    said = worker.switch(call)
    while not isinstance(said, Ended):
        try:
            value = await said
        except BaseException as error:  # noqa: BLE001 - the function's own
            said = worker.throw(error)
        else:
            said = worker.switch(value)
    idle.append(worker)
    result: T = said.value
    return result


def wait_for(awaitable: Awaitable[T]) -> T:
    """What something gives in the end; only a function that is run by `run` can wait for it."""
    loop = getcurrent().parent
    assert loop is not None, "nobody is there who would wait"
    result: T = loop.switch(awaitable)
    return result


def calls(call: Callable[[], Any]) -> None:
    """One call after the other; with one that fails the greenlet ends."""
    loop = getcurrent().parent
    assert loop is not None
    while True:
        ended = Ended(call())
        del call
        call = loop.switch(ended)
        del ended
