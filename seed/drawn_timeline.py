"""The timeline as a picture: a lane for each type, a mark for what has one date, as wide as the date is uncertain."""

import json
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from sqlalchemy import Connection, func, select

from app import models as m
from app.listings import LISTINGS, url
from app.timeline import DATED
from app.vocabularies import RecordType
from seed.drawings import mark, markup, picture, shape, short, width_of, words
from seed.rows import mappings

WIDTH, LEFT, RIGHT, ROW, TOP = 1180, 104, 12, 26, 26
LABEL = 30
"""How many letters of a name stand beside its mark."""
MOST = 150
"""Marks that a picture holds; of more, those of a type and year become one."""
MANY = 8
"""More records that share a date are asked for by their date, and not one by one."""
RADIUS = 7


@dataclass
class Mark:
    """What has one date: a record, or several of a type."""

    type: str
    first: str | None
    last: str | None
    vague: bool
    name: str
    url: str
    count: int = 1


def drawn_timeline(connection: Connection) -> str:
    marks = found(connection)
    years = [int(day[:4]) for one in marks for day in (one.first, one.last) if day]
    if not years:
        return ""
    span = min(years), max(years) + 1
    lanes = {type_: packed([one for one in marks if one.type == type_], span) for type_ in DATED}
    lanes = {type_: rows for type_, rows in lanes.items() if rows}
    height = TOP + sum(ROW * len(rows) + 10 for rows in lanes.values())
    root = picture(
        "timeline",
        WIDTH,
        height,
        f"{sum(one.count for one in marks)} records by date, {span[0]} to {span[1] - 1}.",
    )
    axis(root, span, height)
    y = TOP
    for type_, rows in lanes.items():
        shape(root, "line", "axis", x1=0, x2=WIDTH, y1=y, y2=y)
        head = mark(root, f"/timeline?type={type_}", f"All dated {LISTINGS[type_].path[1:]}", f"t-{type_}")
        words(head, 0, y + 20, LISTINGS[type_].path[1:].replace("-", " ").replace("meeting series", "series"))
        for row in rows:
            for one in row:
                draw(root, one, span, y + 5 + ROW / 2)
            y += ROW
        y += 10
    return markup(root)


def found(connection: Connection) -> list[Mark]:
    """Every dated record; those of a type that share a date as one mark."""
    item, record = m.table(m.Timeline), m.table(m.Record)
    grouped = (
        select(
            item.c.type,
            item.c.earliest,
            item.c.latest,
            func.count().label("count"),
            func.aggregate_strings(record.c.id, ",").label("ids"),
            func.min(record.c.name).label("name"),
            func.min(item.c.list_row).label("row"),
        )
        .join(record, record.c.id == item.c.id)
        .group_by(item.c.type, item.c.earliest, item.c.latest)
        .order_by(item.c.type, item.c.earliest, item.c.latest)
        .limit(MOST + 1)
    )
    rows = [row for row in mappings(connection, grouped) if known(row["earliest"]) or known(row["latest"])]
    return [of_group(row) for row in rows] if len(rows) <= MOST else by_year(connection)


def by_year(connection: Connection) -> list[Mark]:
    """Where there are too many dates, the years."""
    item = m.table(m.Timeline)
    year = func.substr(item.c.earliest, 1, 4).label("year")
    counted = select(item.c.type, year, func.count().label("count")).group_by(item.c.type, year)
    return [
        of_year(row["type"], row["year"], row["count"])
        for row in mappings(connection, counted.order_by(item.c.type, year).limit(10 * MOST))
        if known(row["year"])
    ]


def of_year(type_: str, year: str, count: int) -> Mark:
    name = f"{count} {LISTINGS[RecordType(type_)].path[1:].replace('-', ' ')}"
    address = f"/timeline?type={type_}&date_from={year}&date_to={year}"
    return Mark(type_, f"{year}-01-01", f"{year}-12-31", False, name, address, count)


def of_group(row: dict[str, Any]) -> Mark:
    first, last = (
        row["earliest"] if known(row["earliest"]) else None,
        row["latest"] if known(row["latest"]) else None,
    )
    vague = is_vague(json.loads(row["row"]))
    ids = sorted(row["ids"].split(","))
    name, address = row["name"], url(row["type"], ids[0])
    if len(ids) > 1:
        name = f"{len(ids)} {LISTINGS[RecordType(row['type'])].path[1:].replace('-', ' ')}"
        address = "/timeline?" + "&".join(f"id={id_}" for id_ in ids)
    if len(ids) > MANY:
        days = [f"&{side}={day}" for side, day in (("date_from", first), ("date_to", last)) if day]
        address = f"/timeline?type={row['type']}{''.join(days)}&date_match=within"
    return Mark(row["type"], first, last, vague, name, address, len(ids))


def is_vague(item: dict[str, Any]) -> bool:
    """Whether a date is approximate, doubtful, or known from outside."""
    date = item["date"] or item["end"]
    return bool(date["outside"] or date["basis"] == "outside" or set(date["edtf"]) & set("~?%"))


def known(day: str | None) -> bool:
    return bool(day) and day not in (m.OPEN_START, m.OPEN_END)


def place(day: str, span: tuple[int, int]) -> float:
    """Where a day lies."""
    year, month, date = (int(part) for part in f"{day}-01-01".split("-")[:3])
    part = year + (month - 1) / 12 + (date - 1) / 365
    return LEFT + (WIDTH - LEFT - RIGHT) * (part - span[0]) / (span[1] - span[0])


def bounds(one: Mark, span: tuple[int, int]) -> tuple[float, float]:
    """From where to where the date may lie, in the picture."""
    start = place(one.first, span) if one.first else LEFT
    end = place(one.last, span) if one.last else WIDTH - RIGHT
    if end - start < 2 * RADIUS:
        middle = (start + end) / 2
        return middle - RADIUS, middle + RADIUS
    return start, end


def extent(one: Mark, span: tuple[int, int]) -> tuple[float, float, str]:
    """The room that a mark takes with its label, and on which side of it the label stands."""
    start, end = bounds(one, span)
    room = width_of(short(one.name, LABEL)) + 10
    if end - start >= room:
        return start, end, "inside"
    return (start - room, end, "before") if end + room > WIDTH else (start, end + room, "after")


def packed(marks: list[Mark], span: tuple[int, int]) -> list[list[Mark]]:
    """Marks in as few rows as they need not to touch."""
    rows: list[list[Mark]] = []
    for one in sorted(marks, key=lambda one: (extent(one, span)[:2], one.name)):
        start, end, _ = extent(one, span)
        for row in rows:
            if all(end + 6 < extent(other, span)[0] or extent(other, span)[1] + 6 < start for other in row):
                row.append(one)
                break
        else:
            rows.append([one])
    return rows


def axis(root: Element, span: tuple[int, int], height: float) -> None:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (span[1] - span[0]) / step <= 30)
    for year in range(span[0] - span[0] % step + (step if span[0] % step else 0), span[1], step):
        x = place(str(year), span)
        shape(root, "line", "lane", x1=x, x2=x, y1=TOP, y2=height)
        if step > 1 or (span[1] - span[0]) <= 16 or year % 2 == 1:
            words(root, x, 16, str(year), "tick")


def draw(root: Element, one: Mark, span: tuple[int, int], y: float) -> None:
    start, end = bounds(one, span)
    _, _, side = extent(one, span)
    days = one.first if one.first == one.last else f"{one.first or '…'} to {one.last or '…'}"
    link = mark(root, one.url, f"{one.name}, {days}", f"t-{one.type}")
    exact = end - start <= 2 * RADIUS
    open_ended = one.vague or one.first is None or one.last is None
    kind = ("dot" if exact and not open_ended else "bar-vague") + (" vague" if open_ended else "")
    if exact:
        shape(link, "circle", kind, cx=(start + end) / 2, cy=y, r=RADIUS)
    else:
        shape(link, "rect", kind, x=start, y=y - RADIUS, width=end - start, height=2 * RADIUS, rx=RADIUS)
    label = short(one.name, LABEL)
    x = {"inside": start + 10, "before": start - 5, "after": end + 5}[side]
    words(link, x, y + 4, label, "" if side == "inside" else "halo", "end" if side == "before" else "")
