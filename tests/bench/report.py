"""The figures of a run as Markdown tables, and their place in the README."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median


def middle(values: Sequence[float]) -> float:
    return median(values) if values else 0.0


def shown(values: Sequence[float]) -> str:
    """The median, and the range that the rounds had."""
    if not values:
        return ""
    span = f" ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else ""
    return f"{median(values):.3f}{span}"


def table(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    figures: Mapping[tuple[str, str], Sequence[float]],
    given: Mapping[str, Mapping[str, str]],
) -> list[str]:
    """A row for each system and a column for each cell; what is given goes before what was measured."""
    lines = [f"| {title} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        cells = [
            given.get(row, {}).get(column) or shown(figures.get((row, column), [])) for column in columns
        ]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return lines


def write(readme: Path, text: str, name: str) -> str | None:
    """Put a text between the two marks of its name in the README; what is wrong, if it cannot be done."""
    start, end = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    old = readme.read_text(encoding="utf-8")
    before, found, rest = old.partition(start)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        return f"{readme} has no place for the table: put {start} and {end} where it belongs."
    readme.write_text(f"{before}{start}\n{text}\n{end}{after}", encoding="utf-8")
    return None
