"""The conditions of a project, and its progress reports."""

from __future__ import annotations

from sqlmodel import Field

from tracker import vocabulary
from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, one_of, versioned


class ConditionEvent(Versioned, Sourced, Dated, table=True):
    """The condition of a project changed: active, suspended, terminated, lost, closed."""

    __tablename__ = "condition_event"
    __table_args__ = versioned(
        "condition_event", days_in_order(), one_of("condition", vocabulary.CONDITIONS), by="project_id"
    )
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    condition: str = Field(max_length=32)
    reason: str | None = None


class Review(Versioned, Sourced, Dated, table=True):
    """A progress report; `physical` is in hundredths of a percent."""

    __tablename__ = "review"
    __table_args__ = versioned("review", days_in_order(), by="project_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    physical: int | None = None
    light: str | None = Field(default=None, max_length=16)
    text: str | None = None
