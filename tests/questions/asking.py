"""How a question is written down, and how its answer is taken out of a response."""

import re
from typing import Any, Literal, NamedTuple

Kind = Literal[
    "who",
    "when",
    "where",
    "with whom",
    "in what capacity",
    "how many",
    "since when",
    "until when",
    "succeeded by what",
    "mandated by what",
    "within what framework",
    "said by whom",
    "on which areas",
    "which documents",
    "doing what",
    "under which names",
    "says where",
    "counts",
    "timeline",
    "network",
    "search",
    "not stated",
    "none",
]
STEPS = re.compile(r"[^.\[]+(?:\[[^]]*])?")


class Question(NamedTuple):
    """One question and its answer."""

    kind: Kind
    question: str
    request: str
    """The path with its parameters; it is all that has to be asked."""
    take: str
    """What of the response is the answer, as `taken` reads it."""
    expected: Any
    """The answer: a set where the order says nothing, a list where it does."""


def taken(answer: Any, expression: str) -> Any:
    """A small path language.

    `a.b.c` goes down, through every element of a list; `a[b=c]` keeps the elements of a list whose `b` is `c`;
    `a.b: c, d` makes a tuple of `c` and `d` for each `a.b`, and `: c, d` one for the answer. In a tuple, a list of
    one stands for its element.
    """
    where, colon, columns = expression.partition(": ")
    value = down(answer, where)
    if not colon:
        return value
    names = columns.split(", ")
    rows = [tuple(cell(down(row, name)) for name in names) for row in listed(value)]
    return rows if isinstance(value, list) else rows[0]


def down(value: Any, path: str) -> Any:
    for step in STEPS.findall(path):
        value = stepped(value, step)
    return value


def stepped(value: Any, step: str) -> Any:
    if isinstance(value, list):
        return [inner for element in value for inner in listed(stepped(element, step))]
    name, _, condition = step.rstrip("]").partition("[")
    if value is None or not condition:
        return None if value is None else value[name]
    key, _, wanted = condition.partition("=")
    return [element for element in value[name] if element[key] == wanted]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def cell(value: Any) -> Any:
    if isinstance(value, list):
        return value[0] if len(value) == 1 else tuple(value)
    return value
