"""The stages that a project reached."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, versioned


class StageEvent(Versioned, Sourced, Dated, table=True):
    """A project reached a stage; without days it was reached by `effective_from`, the day itself not known."""

    __tablename__ = "stage_event"
    __table_args__ = versioned("stage_event", days_in_order(), by="project_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    stage: str = Field(max_length=32)
    reason: str | None = None
