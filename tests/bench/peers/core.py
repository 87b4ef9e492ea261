"""A leaner design: SQLAlchemy Core, dictionaries, and the framework's own JSON; no models, no threads."""

import os
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from sqlalchemy import MetaData, Table, create_engine, select

engine = create_engine(f"sqlite:///{os.environ['BENCH_DATABASE']}")
metadata = MetaData()
meeting = Table("meeting", metadata, autoload_with=engine)
participant = Table("participant", metadata, autoload_with=engine)
connection = engine.connect()
app = FastAPI()


def with_participants(meetings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {row["id"]: row for row in meetings}
    for row in meetings:
        row["participants"] = []
    linked = select(participant).where(participant.c.meeting_id.in_(ids)).order_by(participant.c.id)
    for link in connection.execute(linked).mappings():
        shown = {name: link[name] for name in ("organization", "name", "role")}
        ids[link["meeting_id"]]["participants"].append(shown)
    return meetings


@app.get("/meetings")
async def list_meetings(
    offset: int = 0,
    limit: int = 20,
    kind: str | None = None,
    organization: str | None = None,
    date_from: str | None = None,
) -> JSONResponse:
    statement = select(meeting).order_by(meeting.c.date, meeting.c.id).offset(offset).limit(limit)
    if kind:
        statement = statement.where(meeting.c.kind == kind)
    if organization:
        taking_part = select(participant.c.meeting_id).where(participant.c.organization == organization)
        statement = statement.where(meeting.c.id.in_(taking_part))
    if date_from:
        statement = statement.where(meeting.c.date >= date_from)
    return JSONResponse(with_participants([dict(row) for row in connection.execute(statement).mappings()]))


@app.get("/meetings/{id}")
async def get_meeting(id: str) -> JSONResponse:
    rows = connection.execute(select(meeting).where(meeting.c.id == id)).mappings()
    found = with_participants([dict(row) for row in rows])
    if not found:
        raise HTTPException(404)
    return JSONResponse(found[0])
