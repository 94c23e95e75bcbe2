"""How far a project has come: stages 阶段, conditions, progress reports 月报, milestones 里程碑."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker import vocabulary
from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, one_of, open_index, versioned


class StageEvent(Versioned, Sourced, Dated, table=True):
    """A project reached a stage; without days it was reached by `effective_from`, the day itself not known."""

    __tablename__ = "stage_event"
    __table_args__ = versioned("stage_event", days_in_order(), by="project_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    stage: str = Field(max_length=32)
    reason: str | None = None


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


class MilestoneIdentity(SQLModel, table=True):
    """The number of a milestone, which its days point at; it never goes."""

    __tablename__ = "milestone_identity"
    id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})


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
