"""A list as a page shows it: the form of its filters, its facets as links, what is chosen, and where else to get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.formats import HTML, JSON
from app.site.answers import Answer
from app.site.description import Field, Page
from app.site.words import label, plain

FACET_VALUES = 8
"""How many values of a facet are links; the form takes all of them."""
PAGING = ("limit", "cursor", "facet", "sort", "format")
Names = Mapping[str, str]


@dataclass
class Choice:
    """A value of a facet or a filter that is in force, as a link that adds or removes it."""

    label: str
    url: str
    count: int | None = None
    chosen: bool = False


@dataclass
class Input:
    """A field of the form, with what is filled in."""

    field: Field
    label: str
    given: list[str]
    suggestions: list[tuple[str, str]]


@dataclass
class Facet:
    name: str
    label: str
    choices: list[Choice]
    more: int


def inputs(page: Page, answer: Answer, facets: Mapping[str, Mapping[str, int]], names: Names) -> list[Input]:
    return [
        Input(
            field,
            label(field.name),
            answer.values(field.name),
            [
                (value, names.get(value, ""))
                for value in list(facets.get(field.name, {}))[:100]
                if value != "null" and not field.options
            ],
        )
        for field in page.fields
    ]


def facets_of(answer: Answer, counts: Mapping[str, Mapping[str, int]], names: Names) -> list[Facet]:
    """Facets with anything to choose: each value a link that keeps what else is chosen."""
    found = []
    for name, values in counts.items():
        known = [(value, count) for value, count in values.items() if value != "null"]
        chosen = answer.values(name)
        choices = [
            Choice(names.get(value) or plain(value), toggled(answer, name, value), count, value in chosen)
            for value, count in known[:FACET_VALUES]
        ]
        if len(known) > 1 or chosen:
            found.append(Facet(name, label(name), choices, max(0, len(known) - FACET_VALUES)))
    return found


def toggled(answer: Answer, name: str, value: str) -> str:
    """The first page of the list with a value chosen, or no longer chosen."""
    kept = Answer(answer.path, [pair for pair in answer.pairs if pair != (name, value)])
    if value in answer.values(name):
        return kept.url(without=("cursor",))
    return kept.url((name, value), without=("cursor",))


def chosen(answer: Answer, names: Names) -> list[Choice]:
    """The filters in force, each as a link that takes it away."""
    return [
        Choice(f"{label(name)}: {names.get(value) or plain(value)}", toggled(answer, name, value))
        for name, value in answer.pairs
        if name not in PAGING
    ]


def other_formats(page: Page, answer: Answer) -> list[tuple[str, str, str]]:
    """Exactly this view in every other format: its name, its address, what it is."""
    found = []
    for format_ in page.formats:
        if format_ is not HTML:
            paging = ("limit", "cursor", "facet") if format_.whole else ()
            address = answer.url(("format", format_.name), without=("format", *paging))
            found.append((format_.name, address, format_.meaning))
    return found


def json_url(answer: Answer) -> str:
    return answer.url(("format", JSON.name), without=("format",))


def ids_in(facets: Mapping[str, Mapping[str, Any]], answer: Answer) -> list[str]:
    """Values that may be ids, to be shown by their names."""
    shown = {value for values in facets.values() for value in list(values)[:100]}
    given = {value for name, value in answer.pairs if name not in PAGING and name != "q"}
    return sorted(shown | given)
