"""The network as a picture: the organizations with the most links, laid out by forces, the same wherever it is drawn.

The layout is a spring model after Fruchterman and Reingold, from fixed positions and with no operation but those
that every machine rounds alike (+, -, ×, ÷, √), so that a build gives the same bytes everywhere.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from math import sqrt
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, union_all

from app import models as m
from app.listings import url
from app.vocabularies import RecordType
from seed.drawings import mark, markup, picture, shape, short, width_of, words
from seed.rows import mappings

WIDTH, HEIGHT = 1180, 820
MOST = 70
"""Organizations in the picture."""
ROUNDS = 300
LABEL = 30
"""Letters of a name that stand beside its dot."""
EDGE = 24
LINE = 21
"""The height that a dot with its label takes."""
Point = tuple[float, float]
Row = dict[str, Any]


class Dot(NamedTuple):
    """An organization, or all those that only one link of one kind ties to the same other."""

    id: str
    name: str
    url: str
    links: int
    kind: str


def drawn_network(connection: Connection) -> str:
    rows = edges(connection)
    if not rows:
        return ""
    dots, lines = gathered(nodes(connection, rows), rows)
    places = layout({dot.id: short(dot.name, LABEL) for dot in dots}, sorted(lines))
    height = max(y for _, y in places.values()) + EDGE
    root = picture(
        "network",
        WIDTH,
        height,
        f"{len(dots)} organizations and groups of them, and {len(lines)} links between them.",
    )
    for one, other in sorted(lines):
        (x1, y1), (x2, y2) = places[one], places[other]
        shape(
            root, "line", "edge", x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=min(5, 1 + lines[one, other] / 2)
        )
    for dot in sorted(dots, key=lambda dot: (dot.links, dot.id)):
        x, y = places[dot.id]
        radius = 5 + min(15.0, 2 * sqrt(dot.links))
        link = mark(
            root,
            dot.url,
            f"{dot.name}: {dot.links} links",
            "t-organization"
            if dot.kind == "state"
            else "t-meeting"
            if dot.kind == "international_organization"
            else "t-activity",
        )
        shape(link, "circle", "dot", cx=x, cy=y, r=radius)
        label = short(dot.name, LABEL)
        before = x + radius + width_of(label) > WIDTH
        words(
            link, x - radius - 4 if before else x + radius + 4, y + 4, label, "halo", "end" if before else ""
        )
    return markup(root)


def edges(connection: Connection) -> list[Row]:
    """The links between the organizations that have the most."""
    edge = m.table(m.Edge)
    ends = union_all(select(edge.c.source_id.label("id")), select(edge.c.target_id.label("id"))).subquery()
    busiest = select(ends.c.id).group_by(ends.c.id).order_by(func.count().desc(), ends.c.id).limit(4 * MOST)
    kept = [row["id"] for row in mappings(connection, busiest)]
    statement = select(edge).where(edge.c.source_id.in_(kept), edge.c.target_id.in_(kept))
    return mappings(connection, statement.order_by(edge.c.id).limit(10 * MOST))


def nodes(connection: Connection, rows: list[Row]) -> dict[str, Row]:
    ids = sorted({row[end] for row in rows for end in ("source_id", "target_id")})
    node = m.table(m.Node)
    found = mappings(connection, select(node).where(node.c.id.in_(ids)))
    return {row["id"]: json.loads(row["text"]) for row in found}


def gathered(known: dict[str, Row], rows: list[Row]) -> tuple[list[Dot], dict[tuple[str, str], int]]:
    """States that have a membership in one organization and no other link become one dot with their number."""
    touching: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for end in ("source_id", "target_id"):
            touching[row[end]].append(row)
    lone = {
        id_: found[0]["target_id"]
        for id_, found in touching.items()
        if len(found) == 1
        and found[0]["kind"] == "membership"
        and known[id_]["kind"] == "state"
        and found[0]["source_id"] == id_
    }
    groups = Counter(lone.values())
    alone = {id_ for id_, other in lone.items() if groups[other] > 2}
    busiest = sorted(set(known) - alone, key=lambda id_: (-len(touching[id_]), id_))[:MOST]
    dots = [
        Dot(
            id_,
            known[id_]["short_name"] or known[id_]["name"],
            url(RecordType.ORGANIZATION, id_),
            len(touching[id_]),
            known[id_]["kind"],
        )
        for id_ in busiest
    ]
    lines: Counter[tuple[str, str]] = Counter()
    for row in rows:
        ends = sorted((row["source_id"], row["target_id"]))
        if set(ends) <= set(busiest):
            lines[ends[0], ends[1]] += json.loads(row["text"])["weight"]
    for other in sorted({lone[id_] for id_ in alone} & set(busiest)):
        number = sum(1 for id_ in alone if lone[id_] == other)
        key = f"{other}/states"
        dots.append(
            Dot(key, f"{number} more states", f"/organizations?kind=state&member_of={other}", number, "state")
        )
        lines[other, key] += 1
    return dots, dict(lines)


def layout(names: dict[str, str], lines: list[tuple[str, str]]) -> dict[str, Point]:
    """Where each dot lies: linked ones draw together, all push each other away."""
    ids = sorted(names)
    side = int(sqrt(len(ids))) + 1
    starts = [(index * 7) % len(ids) for index in range(len(ids))]
    xs = [(start % side + 0.5) / side for start in starts]
    ys = [(start // side + 0.5) / side for start in starts]
    ideal = 0.9 / sqrt(len(ids))
    linked = [(ids.index(one), ids.index(other)) for one, other in lines]
    for round_ in range(ROUNDS):
        heat = 0.12 * (1 - round_ / ROUNDS) + 0.002
        moved = pushed(xs, ys, ideal * ideal)
        draw(xs, ys, linked, ideal, moved)
        for index, (x, y) in enumerate(zip(*moved, strict=True)):
            x, y = x + (0.5 - xs[index]) * 0.6, y + (0.5 - ys[index]) * 0.9
            length = max(sqrt(x * x + y * y), 1e-9)
            step = min(length, heat)
            xs[index] += x / length * step
            ys[index] += y / length * step
    return fitted({id_: [xs[index], ys[index]] for index, id_ in enumerate(ids)}, names)


Moves = tuple[list[float], list[float]]
"""How far each dot is moved to the right and down."""


def pushed(xs: list[float], ys: list[float], force: float) -> Moves:
    """All dots push each other away. Nearly all the time goes here, so that nothing is called and nothing looked up."""
    to_x, to_y = [0.0] * len(xs), [0.0] * len(ys)
    for one, (here_x, here_y) in enumerate(zip(xs, ys, strict=True)):
        own_x, own_y = to_x[one], to_y[one]
        for other in range(one + 1, len(xs)):
            x, y = here_x - xs[other], here_y - ys[other]
            distance = sqrt(x * x + y * y)
            distance = max(distance, 0.001)
            strength = force / distance / distance
            x *= strength
            y *= strength
            own_x += x
            own_y += y
            to_x[other] -= x
            to_y[other] -= y
        to_x[one], to_y[one] = own_x, own_y
    return to_x, to_y


def draw(xs: list[float], ys: list[float], linked: list[tuple[int, int]], ideal: float, moved: Moves) -> None:
    """Linked dots draw each other nearer."""
    to_x, to_y = moved
    for one, other in linked:
        x, y = xs[one] - xs[other], ys[one] - ys[other]
        distance = max(sqrt(x * x + y * y), 0.001)
        strength = -distance * distance / ideal / distance
        to_x[one] += x * strength
        to_y[one] += y * strength
        to_x[other] -= x * strength
        to_y[other] -= y * strength


def fitted(position: dict[str, list[float]], names: dict[str, str]) -> dict[str, Point]:
    """Stretched to fill the picture, with room for the labels, and apart far enough to be pointed at."""
    low = [min(point[axis] for point in position.values()) for axis in (0, 1)]
    high = [max(point[axis] for point in position.values()) for axis in (0, 1)]
    scale = [max(high[axis] - low[axis], 1e-9) for axis in (0, 1)]
    places = {
        id_: [24 + (x - low[0]) / scale[0] * (WIDTH - 190), 24 + (y - low[1]) / scale[1] * (HEIGHT - 48)]
        for id_, (x, y) in position.items()
    }
    separate(places, names)
    highest = min(y for _, y in places.values()) - EDGE
    return {id_: (round(x, 1), round(y - highest, 1)) for id_, (x, y) in places.items()}


def separate(places: dict[str, list[float]], names: dict[str, str]) -> None:
    """Move dots up and down until no label crosses another."""
    pairs = [(places[one], places[other]) for one, other in crossing(places, names)]
    for _ in range(200):
        for one, other in pairs:
            if abs(one[1] - other[1]) < LINE:
                apart(one, other)


def crossing(places: dict[str, list[float]], names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Dots of which one's label reaches over the other, if they are on one line."""
    for one, other in combinations(sorted(places), 2):
        first, second = (one, other) if places[one][0] <= places[other][0] else (other, one)
        if places[second][0] < places[first][0] + width_of(names[first]) + 40:
            yield one, other


def apart(one: list[float], other: list[float]) -> None:
    y = one[1] - other[1]
    shift = (LINE - abs(y)) / 4
    up = -shift if y < 0 else shift
    one[1] += up
    other[1] -= up
