"""The timeline: an item for every dated record, and what it is linked with."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, select, union

from app import models as m
from app.listings import LISTINGS
from app.schemas import TimelineItem
from app.timeline import DATED
from app.vocabularies import RecordType
from seed.crew import Batch, Crew, batches
from seed.dates import Bounds, reach
from seed.fragments import encoded, object_text
from seed.rows import RECORD, Row, mappings, store

ITEM = tuple(TimelineItem.model_fields)
LINKED = (RecordType.ORGANIZATION, RecordType.PERSON, RecordType.AREA)


def timeline(connection: Connection, crew: Crew) -> None:
    """Fill the tables of the timeline from the rendered records."""
    for type_ in DATED:
        for rows in crew.each(items, batches(connection, type_)):
            store(connection, m.table(m.Timeline), rows)
            crew.commit(connection)
    connection.execute(insert(m.TimelineLink).from_select(["record_id", "other_id", "type"], links()))


def items(batch: Batch) -> list[Row]:
    own = m.table(LISTINGS[batch.type].table)
    columns = (RECORD.c.id, RECORD.c.type, RECORD.c.list_row, own.c.earliest, own.c.latest)
    statement = select(*columns).join_from(RECORD, own, RECORD.c.id == own.c.id)
    with batch.connect() as connection:
        rows = mappings(connection, statement.where(RECORD.c.id.in_(batch.ids)).order_by(RECORD.c.id))
    return list(dated(rows))


def dated(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        record = json.loads(row["list_row"])
        record |= {"date": record.get("date", record.get("start")), "end": record.get("end")}
        if record["date"] or record["end"]:
            text = object_text(TimelineItem, {name: encoded(record.get(name)) for name in ITEM})
            yield row | {"list_row": text, "reach": reach(Bounds(row["earliest"], row["latest"]))}


def links() -> Any:
    """Each item with every organization, person and area that it is or is directly linked with."""
    item, taking_part, end = m.table(m.Timeline), m.table(m.Participation), m.table(m.RelationEnd)
    area, membership = m.table(m.AreaLink), m.table(m.Membership)
    organization, series = m.table(m.Organization), m.table(m.MeetingSeries)
    pairs = union(
        *(
            select(one.label("record_id"), other.label("other_id"))
            for one, other in (
                (item.c.id, item.c.id),
                (taking_part.c.event_id, taking_part.c.organization_id),
                (taking_part.c.event_id, taking_part.c.person_id),
                (end.c.record_id, end.c.other_id),
                (area.c.record_id, area.c.area_id),
                (membership.c.member_id, membership.c.organization_id),
                (membership.c.organization_id, membership.c.member_id),
                (organization.c.id, organization.c.parent_id),
                (organization.c.parent_id, organization.c.id),
                (series.c.id, series.c.organizer_id),
            )
        )
    ).subquery()
    return (
        select(pairs.c.record_id, pairs.c.other_id, RECORD.c.type)
        .join_from(pairs, item, item.c.id == pairs.c.record_id)
        .join(RECORD, RECORD.c.id == pairs.c.other_id)
        .where(RECORD.c.type.in_(LINKED))
        .order_by(pairs.c.record_id, pairs.c.other_id)
    )
