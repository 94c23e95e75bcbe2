"""Requests 诉求 of companies and projects, and follow-ups 跟进 on leads."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, open_index, versioned


class Request(Versioned, Sourced, table=True):
    """What a company asks of the zone, about a project or not; answering and closing are newer versions."""

    __tablename__ = "request"
    __table_args__ = versioned(
        "request",
        open_index("request", "company_id"),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name="subject"),
        sa.CheckConstraint("NOT due < raised", name="due"),
        sa.CheckConstraint("NOT answered < raised AND NOT closed < raised AND NOT closed < answered", name="order"),
        by="project_id",
    )
    project_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="project_identity.id")
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    category: str | None = None
    title: str
    owner: str | None = None
    raised: date
    due: date | None = None
    answered: date | None = None
    answer: str | None = None
    closed: date | None = None
    outcome: str | None = None


class FollowUp(Versioned, Sourced, table=True):
    """A contact on `on_day`: its next step is due on `next_day`, and settled by the next contact or on `done`."""

    __tablename__ = "follow_up"
    __table_args__ = versioned(
        "follow_up",
        sa.CheckConstraint("NOT next_day < on_day", name="next_day"),
        sa.CheckConstraint("NOT done < on_day AND (done IS NULL OR next_day IS NOT NULL)", name="done"),
        by="project_id",
    )
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    on_day: date
    text: str
    next_day: date | None = None
    person: str | None = None
    done: date | None = None
