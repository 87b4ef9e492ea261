"""The only way to the data: statements, and the release that answers them, whatever database holds it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import ClauseElement, Dialect

CHECK_EVERY = 0.5
"""Seconds between two looks at whether the dataset has been replaced."""

STATEMENT_SECONDS = 2.0
"""How long one statement may take."""

REMEMBERED = 4096
"""How many totals and facets are kept."""

Row = tuple[Any, ...]
T = TypeVar("T")


class Sql(NamedTuple):
    """A statement as a driver takes it, with the values that are part of the statement itself."""

    text: str
    constants: Mapping[str, Any]
    names: tuple[str, ...]
    """Its parameters in their order, where they have one."""


class Compiled:
    """A statement, compiled for a database when that is first asked."""

    __slots__ = ("clause", "on_server", "remembered", "texts")

    def __init__(self, clause: ClauseElement, remembered: bool, on_server: ClauseElement | None) -> None:
        self.clause = clause
        self.on_server = clause if on_server is None else on_server
        """The same in other words, for the database that plans it better so."""
        self.remembered = remembered
        """Whether its answer is small and dear, so that a release counts once."""
        self.texts: dict[str, Sql] = {}

    def on(self, dialect: Dialect) -> Sql:
        text = self.texts.get(dialect.name)
        if text is None:
            clause = self.on_server if dialect.name == "postgresql" else self.clause
            result: Any = clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
            constants = {name: value for name, value in result.params.items() if value is not None}
            text = self.texts[dialect.name] = Sql(str(result), constants, tuple(result.positiontup or ()))
        return text


def compiled(
    statement: ClauseElement, *, remembered: bool = False, on_server: ClauseElement | None = None
) -> Compiled:
    """A statement to keep; its bind parameters without a value are named by the caller."""
    return Compiled(statement, remembered, on_server)


class OwnFile(Protocol):
    """The file that a database is, where it is one."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    def bytes(self, first: int, count: int) -> bytes:
        """A piece of the file."""


class Memory:
    """Answers that are small and dear, each of them worked out once; what was asked for last is kept longest."""

    def __init__(self) -> None:
        self.kept: OrderedDict[Hashable, Any] = OrderedDict()

    def remembered(self, key: Hashable, work_out: Callable[[], Any]) -> Any:
        found = self.kept.pop(key, self)
        if found is self:
            found = work_out()
        self.kept[key] = found
        if len(self.kept) > REMEMBERED:
            self.kept.popitem(last=False)
        return found


class Release(Protocol):
    """One dataset version. All that is read from it is of this version, whatever is loaded meanwhile."""

    @property
    def version(self) -> str: ...

    @property
    def released(self) -> str: ...

    @property
    def counts(self) -> str: ...

    @property
    def detail(self) -> str: ...

    @property
    def file(self) -> OwnFile | None: ...

    def fetch(self, statement: Compiled, values: Mapping[str, Any]) -> list[Row]:
        """The rows that a statement finds. Raises Unavailable where the database does not answer, TooCostly where it takes too long."""

    def remembered(self, key: Hashable, work_out: Callable[[], Any]) -> Any:
        """What was worked out for this key before, or is now."""


class Run(Protocol):
    """Runs a function that waits, while the event loop goes on."""

    async def __call__(self, call: Callable[[], T]) -> T: ...


class Database(Protocol):
    """Hands out the release to read from; a request reads all that it needs from one release."""

    @property
    def run(self) -> Run | None:
        """Runs a function whose statements are waited for, so that others have their turn; none where they are answered at once."""

    def release(self) -> Release:
        """The newest release, looked for once in a while. Raises Unavailable where there is none."""

    def close(self) -> None: ...
