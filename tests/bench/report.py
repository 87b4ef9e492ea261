"""The figures of a run as a Markdown table, and its place in the README."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
Rates = Mapping[tuple[str, str], list[float]]
"""For each system and cell, its rates, one for each round."""


def ratios(rates: Rates, limit: str) -> dict[tuple[str, str], list[float]]:
    """Each rate as a part of the limit's in the same round."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (system, cell), values in rates.items():
        for value, most in zip(values, rates[limit, cell], strict=True):
            found[system, cell].append(value / most if most else 0.0)
    return found


def shown(values: list[float]) -> str:
    if not values:
        return ""
    low, high = min(values), max(values)
    span = f" ({low:.3f} to {high:.3f})" if len(values) > 1 else ""
    return f"{median(values):.3f}{span}"


def table(rates: Rates, limit: str, cells: list[str]) -> str:
    """A row for each system, a column for each cell."""
    parts = ratios(rates, limit)
    systems = list(dict.fromkeys(system for system, _ in rates))
    lines = [f"| as a part of the limit | {' | '.join(cells)} |", "|---" * (len(cells) + 1) + "|"]
    for system in systems:
        figures = [shown(parts.get((system, cell), [])) for cell in cells]
        if system == limit:
            figures = [f"{median(rates[system, cell]):,.0f} a second" for cell in cells]
        lines.append(f"| {system} | {' | '.join(figures)} |")
    return "\n".join(lines)


def write(readme: Path, text: str) -> str | None:
    """Put a text between the two marks of the README; what is wrong, if it cannot be done."""
    old = readme.read_text(encoding="utf-8")
    before, found, rest = old.partition(START)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        return f"{readme} has no place for the table: put {START} and {END} where it belongs."
    readme.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
    return None
