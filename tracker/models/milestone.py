"""Milestones 里程碑 and their days."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, identity, open_index, versioned

MILESTONE_IDENTITY = identity("milestone")


class Milestone(Versioned, table=True):
    """A milestone of a project; its days are rows of MilestoneDate."""

    __tablename__ = "milestone"
    __table_args__ = versioned("milestone", sa.ForeignKeyConstraint(["id"], ["milestone_identity.id"]), by="project_id")
    unique_by = ("project_id", "code")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    code: str = Field(max_length=40)
    title: str | None = None
    weight: int = 1


class MilestoneDate(Versioned, Sourced, Dated, table=True):
    """A day of a milestone: the baseline, one forecast with the day it was made (`effective_from`), or the actual."""

    __tablename__ = "milestone_date"
    __table_args__ = versioned(
        "milestone_date",
        days_in_order(),
        open_index("milestone_date", "milestone_id"),
        open_index("milestone_date", "last_day"),
        sa.CheckConstraint("what IN ('baseline', 'forecast', 'actual')", name="what"),
        by="project_id",
    )
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    milestone_id: int = Field(sa_type=BigInt, foreign_key="milestone_identity.id")
    what: str = Field(max_length=16)

    def unique_key(self) -> tuple[str, ...]:
        """One actual, and one baseline a day it was approved; a milestone is forecast again and again."""
        keys = {"forecast": (), "baseline": ("milestone_id", "what", "effective_from")}
        return keys.get(self.what, ("milestone_id", "what"))
