"""What the tutorials show: SQLModel relationships, a session a request, `def` endpoints and a response model."""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy.orm import selectinload
from sqlmodel import Field, Relationship, Session, SQLModel, col, create_engine, select

engine = create_engine(f"sqlite:///{os.environ['BENCH_DATABASE']}", connect_args={"check_same_thread": False})


class ParticipantBase(SQLModel):
    organization: str
    name: str
    role: str


class Participant(ParticipantBase, table=True):
    id: int = Field(primary_key=True)
    meeting_id: str = Field(foreign_key="meeting.id", index=True)
    meeting: "Meeting" = Relationship(back_populates="participants")


class MeetingBase(SQLModel):
    id: str = Field(primary_key=True)
    name: str
    summary: str
    kind: str
    status: str
    date: str | None = None


class Meeting(MeetingBase, table=True):
    participants: list[Participant] = Relationship(back_populates="meeting")


class MeetingPublic(MeetingBase):
    participants: list[ParticipantBase]


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]
app = FastAPI()


@app.get("/meetings", response_model=list[MeetingPublic])
def list_meetings(
    session: Opened,
    offset: int = 0,
    limit: Annotated[int, Query(le=100)] = 20,
    kind: str | None = None,
    organization: str | None = None,
    date_from: str | None = None,
) -> Any:
    statement = select(Meeting).options(selectinload(Meeting.participants))  # type: ignore[arg-type]
    if kind:
        statement = statement.where(Meeting.kind == kind)
    if organization:
        taking_part = select(Participant.meeting_id).where(Participant.organization == organization)
        statement = statement.where(col(Meeting.id).in_(taking_part))
    if date_from:
        statement = statement.where(col(Meeting.date) >= date_from)
    return session.exec(statement.order_by(col(Meeting.date), Meeting.id).offset(offset).limit(limit)).all()


@app.get("/meetings/{id}", response_model=MeetingPublic)
def get_meeting(session: Opened, id: str) -> Any:
    meeting = session.get(Meeting, id)
    if meeting is None:
        raise HTTPException(404)
    return meeting
