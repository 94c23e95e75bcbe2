"""Projects and what is recorded of them: stages, conditions, progress, relations, labels, milestones 里程碑."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker import vocabulary
from tracker.models.base import (
    BigInt,
    Dated,
    Sourced,
    Versioned,
    days_in_order,
    identity,
    one_of,
    open_index,
    versioned,
)

PROJECT_IDENTITY = identity("project")
MILESTONE_IDENTITY = identity("milestone")


class Project(Versioned, Sourced, table=True):
    """A project. `land` is in thousandths of a 亩 (1 亩 = 10000/15 m²).

    `registered_first` and `registered_last` are the days in which the statistics bureau took it into its register 入库.
    """

    __tablename__ = "project"
    __table_args__ = versioned(
        "project",
        sa.ForeignKeyConstraint(["id"], ["project_identity.id"]),
        sa.CheckConstraint(
            "(registered_first IS NULL) = (registered_last IS NULL) AND NOT registered_first > registered_last",
            name="registered",
        ),
        open_index("project", "code"),
        open_index("project", "parent_id"),
        open_index("project", "company_id"),
    )
    unique_by = ("code",)
    code: str = Field(max_length=40)
    name: str
    name_en: str | None = None
    kind: str | None = Field(default=None, max_length=32)
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    group_name: str | None = None
    chain: str | None = None
    sector: str | None = None
    site: str | None = None
    grid: str | None = None
    owner: str | None = None
    lead_source: str | None = Field(default=None, max_length=32)
    capital_origin: str | None = Field(default=None, max_length=32)
    country: str | None = Field(default=None, max_length=2)
    land: int | None = Field(default=None, sa_type=BigInt)
    jobs: int | None = None
    parent_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="project_identity.id")
    registered_first: date | None = None
    registered_last: date | None = None


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


class Relation(Versioned, Sourced, table=True):
    """How one project relates to another 关联: it supports, is a phase of, replaces or depends on the target."""

    __tablename__ = "relation"
    __table_args__ = versioned("relation", open_index("relation", "target_id"), by="project_id")
    unique_by = ("project_id", "relation", "target_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    relation: str = Field(max_length=32)
    target_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")


class Label(Versioned, table=True):
    """A tag, an alias, an external id or the value of a declared field, of a project or a company."""

    __tablename__ = "label"
    __table_args__ = versioned(
        "label",
        open_index("label", "company_id"),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name="subject"),
        sa.CheckConstraint("category IN ('tag', 'alias', 'external', 'field')", name="category"),
        by="project_id",
    )
    unique_by = ("project_id", "company_id", "category", "name")
    project_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="project_identity.id")
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    category: str = Field(max_length=16)
    name: str
    value: str | None = None


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
