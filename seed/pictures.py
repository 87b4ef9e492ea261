"""Three pictures of the whole dataset, drawn once: when, who, and where the evidence is thick or thin."""

from collections.abc import Callable

from sqlalchemy import Connection, func, insert, select

from app import models as m
from app.listings import url
from app.vocabularies import RecordType
from seed.crew import Crew
from seed.drawings import mark, markup, picture, shape, short, words
from seed.drawn_network import drawn_network
from seed.drawn_timeline import drawn_timeline
from seed.rows import mappings

ROWS, COLUMNS = 24, 8
LEFT, TOP, CELL, WIDE = 250, 64, 28, 130


def pictures(connection: Connection, _: Crew) -> None:
    """Draw every picture that there is something for."""
    drawn: dict[str, Callable[[Connection], str]] = {
        "timeline": drawn_timeline,
        "network": drawn_network,
        "matrix": drawn_matrix,
    }
    found = [{"name": name, "markup": draw(connection)} for name, draw in drawn.items()]
    if rows := [row for row in found if row["markup"]]:
        connection.execute(insert(m.Picture), rows)


def drawn_matrix(connection: Connection) -> str:
    """The areas with the most evidence, and how much of it each source gives."""
    record, evidence = m.table(m.Record), m.table(m.Evidence)
    count = func.count().label("count")
    counted = (
        select(evidence.c.record_id, evidence.c.source_id, count)
        .join(record, record.c.id == evidence.c.record_id)
        .where(record.c.type == RecordType.AREA.value, evidence.c.source_id.is_not(None))
        .group_by(evidence.c.record_id, evidence.c.source_id)
    )
    cells = {(row["record_id"], row["source_id"]): row["count"] for row in mappings(connection, counted)}
    areas = largest(cells, 0, ROWS)
    sources = largest(cells, 1, COLUMNS)
    if not areas:
        return ""
    names = {
        row["id"]: row["name"]
        for row in mappings(
            connection, select(record.c.id, record.c.name).where(record.c.id.in_([*areas, *sources]))
        )
    }
    width, height = LEFT + WIDE * len(sources), TOP + CELL * len(areas) + 8
    root = picture(
        "matrix",
        width,
        height,
        f"How many phrases each of {len(sources)} sources gives for {len(areas)} areas.",
    )
    for column, source in enumerate(sources):
        head = mark(root, url(RecordType.SOURCE, source), names[source])
        for line, text in enumerate(broken(names[source], 20)[:3]):
            words(head, LEFT + WIDE * (column + 0.5), 16 + 15 * line, text, anchor="middle")
    most = max(cells.values())
    for row, area in enumerate(areas):
        y = TOP + CELL * (row + 0.5)
        shape(root, "line", "lane", x1=0, x2=width, y1=y + CELL / 2, y2=y + CELL / 2)
        words(mark(root, url(RecordType.AREA, area), names[area]), 0, y + 4, short(names[area], 38))
        for column, source in enumerate(sources):
            if found := cells.get((area, source)):
                x = LEFT + WIDE * (column + 0.5)
                text = f"{names[area]}: {found} phrases in {names[source]}"
                cell = mark(root, f"/evidence?record={area}&source={source}", text)
                shape(cell, "circle", "dot", cx=x, cy=y, r=3 + 9 * (found / most) ** 0.5)
                words(cell, x + 16, y + 4, str(found), "tick")
    return markup(root)


def largest(cells: dict[tuple[str, str], int], part: int, limit: int) -> list[str]:
    """The rows or columns with the most in them."""
    sums: dict[str, int] = {}
    for key, count in cells.items():
        sums[key[part]] = sums.get(key[part], 0) + count
    return sorted(sums, key=lambda id_: (-sums[id_], id_))[:limit]


def broken(text: str, letters: int) -> list[str]:
    """A text in lines."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
