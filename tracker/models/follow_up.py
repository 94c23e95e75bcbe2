"""Follow-ups 跟进: a contact about a project, what was said, and the day of the next step."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, versioned


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
