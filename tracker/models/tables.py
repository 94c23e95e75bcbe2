"""The tables themselves."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker import vocabulary
from tracker.models.chain import (
    PERIOD,
    SQLITE_OPTIONS,
    BigInt,
    Chained,
    Dated,
    Sourced,
    chain,
    indexed,
    one_of,
    refers,
)


class Change(SQLModel, table=True):
    """One writing command: who, when, with which words; `undoes` names the change it reverts."""

    __tablename__ = "change"
    __table_args__ = (sa.ForeignKeyConstraint(["undoes"], ["change.id"]), SQLITE_OPTIONS)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    recorded_at: datetime
    recorded_on: date
    actor: str
    command: str
    undoes: int | None = Field(default=None, sa_type=BigInt)


class Seal(SQLModel, table=True):
    """The hash of a change's rows and of the seal before it: a row edited or cut behind the program's back shows."""

    __tablename__ = "seal"
    __table_args__ = (sa.ForeignKeyConstraint(["change_id"], ["change.id"]),)
    change_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    digest: str = Field(max_length=64)


class Currency(SQLModel, table=True):
    """An ISO 4217 currency and how many minor units make one."""

    __tablename__ = "currency"
    code: str = Field(primary_key=True, max_length=3)
    minor_per_unit: int


class Company(Chained, Sourced, table=True):
    """A company 企业; land, output and the like are facts of projects and indicators."""

    __tablename__ = "company"
    __table_args__ = chain("company")
    unique_by = ("name",)
    name: str
    name_en: str | None = None
    group_name: str | None = None
    country: str | None = Field(default=None, max_length=2)
    role: str | None = Field(default=None, max_length=32)
    founded: int | None = None


class Certification(Chained, Sourced, Dated, table=True):
    """A company's step on the innovation ladder 梯度培育, with the period it was recognised in."""

    __tablename__ = "certification"
    __table_args__ = chain("certification", *refers("company_id"), *indexed("company_id"), PERIOD)
    unique_by = ("company_id", "certification")
    company_id: int = Field(sa_type=BigInt)
    certification: str = Field(max_length=32)


class Project(Chained, Sourced, table=True):
    """A project 项目. `land` is in thousandths of a 亩 (1 亩 = 10000/15 m²)."""

    __tablename__ = "project"
    __table_args__ = chain(
        "project", *refers("company_id", parent_id="project.id"), *indexed("code", "company_id", "parent_id")
    )
    unique_by = ("code",)
    code: str = Field(max_length=40)
    name: str
    name_en: str | None = None
    kind: str | None = Field(default=None, max_length=32)
    company_id: int | None = Field(default=None, sa_type=BigInt)
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
    parent_id: int | None = Field(default=None, sa_type=BigInt)


class CustomField(Chained, table=True):
    """A field the users declared for projects, with its type."""

    __tablename__ = "custom_field"
    __table_args__ = chain("custom_field")
    unique_by = ("name",)
    name: str
    field_type: str = Field(max_length=32)


class Label(Chained, table=True):
    """What hangs on a project or company by name: a tag, an alias, an external id, the value of a custom field."""

    __tablename__ = "label"
    __table_args__ = chain(
        "label",
        *refers("project_id", "company_id"),
        *indexed("project_id", "company_id"),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name="subject"),
        sa.CheckConstraint("category IN ('tag', 'alias', 'external', 'field')", name="category"),
    )
    unique_by = ("project_id", "company_id", "category", "name")
    project_id: int | None = Field(default=None, sa_type=BigInt)
    company_id: int | None = Field(default=None, sa_type=BigInt)
    category: str = Field(max_length=16)
    name: str
    value: str | None = None


class Relation(Chained, Sourced, table=True):
    """How one project relates to another 关联: it supports, is a phase of, replaces or depends on the target."""

    __tablename__ = "relation"
    __table_args__ = chain(
        "relation", *refers("project_id", target_id="project.id"), *indexed("project_id", "target_id")
    )
    unique_by = ("project_id", "relation", "target_id")
    project_id: int = Field(sa_type=BigInt)
    relation: str = Field(max_length=32)
    target_id: int = Field(sa_type=BigInt)


class StageEvent(Chained, Sourced, Dated, table=True):
    """A project reached a stage 阶段; the current stage is derived."""

    __tablename__ = "stage_event"
    __table_args__ = chain(
        "stage_event", *refers("project_id"), *indexed("project_id"), PERIOD, one_of("stage", vocabulary.STAGES)
    )
    project_id: int = Field(sa_type=BigInt)
    stage: str = Field(max_length=32)
    reason: str | None = None


class ConditionEvent(Chained, Sourced, Dated, table=True):
    """A project's condition changed: active, suspended, terminated, lost, closed."""

    __tablename__ = "condition_event"
    __table_args__ = chain(
        "condition_event",
        *refers("project_id"),
        *indexed("project_id"),
        PERIOD,
        one_of("condition", vocabulary.CONDITIONS),
    )
    project_id: int = Field(sa_type=BigInt)
    condition: str = Field(max_length=32)
    reason: str | None = None


class Milestone(Chained, table=True):
    """A milestone 里程碑 of a project; its days are in MilestoneDate."""

    __tablename__ = "milestone"
    __table_args__ = chain("milestone", *refers("project_id"), *indexed("project_id"))
    unique_by = ("project_id", "code")
    project_id: int = Field(sa_type=BigInt)
    code: str = Field(max_length=40)
    title: str | None = None
    weight: int = 1


class MilestoneDate(Chained, Sourced, Dated, table=True):
    """A day of a milestone: the baseline, one forecast with the day it was made (`counts_from`), or the actual."""

    __tablename__ = "milestone_date"
    __table_args__ = chain(
        "milestone_date",
        *refers("project_id", "milestone_id"),
        *indexed("project_id", "milestone_id"),
        PERIOD,
        sa.CheckConstraint("what IN ('baseline', 'forecast', 'actual')", name="what"),
    )
    project_id: int = Field(sa_type=BigInt)
    milestone_id: int = Field(sa_type=BigInt)
    what: str = Field(max_length=16)

    def single_by(self) -> tuple[str, ...]:
        """One actual, and one baseline a day it was approved; a milestone is forecast again and again."""
        keys = {"forecast": (), "baseline": ("milestone_id", "what", "counts_from")}
        return keys.get(self.what, ("milestone_id", "what"))


class CapitalEntry(Chained, Sourced, Dated, table=True):
    """A capital figure 资金 in minor units of `currency`; null where unknown or withheld.

    `measure` says how it was reported: the flow of its period, or the flow worked out of a year-to-date (ytd) or
    cumulative figure, which `reported_minor` keeps. `corrects` is the entry a correction stands in for.
    """

    __tablename__ = "capital_entry"
    __table_args__ = chain(
        "capital_entry",
        *refers("project_id", currency="currency.code", corrects="capital_entry.id"),
        *indexed("corrects"),
        sa.Index(None, "project_id", "kind", "measure"),
        PERIOD,
        one_of("kind", vocabulary.CAPITAL_KINDS),
        one_of("qualifier", vocabulary.QUALIFIERS),
        one_of("availability", vocabulary.AVAILABILITY),
        sa.CheckConstraint("measure IN ('flow', 'ytd', 'cumulative')", name="measure"),
        sa.CheckConstraint("(minor IS NULL) = (availability IN ('unknown', 'withheld'))", name="available"),
        sa.CheckConstraint("minor BETWEEN -900000000000000000 AND 900000000000000000", name="limit"),
    )
    project_id: int = Field(sa_type=BigInt)
    kind: str = Field(max_length=32)
    minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    qualifier: str = Field(default="exact", max_length=16)
    availability: str = Field(default="reported", max_length=16)
    measure: str = Field(default="flow", max_length=16)
    reported_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    corrects: int | None = Field(default=None, sa_type=BigInt)

    def single_by(self) -> tuple[str, ...]:
        """One total investment a project, and one plan a year."""
        return {"total": ("project_id", "kind"), "plan": ("project_id", "first_day", "kind")}.get(self.kind, ())


class Review(Chained, Sourced, Dated, table=True):
    """The monthly progress report 月报; `physical` is in hundredths of a percent."""

    __tablename__ = "review"
    __table_args__ = chain("review", *refers("project_id"), *indexed("project_id"), PERIOD)
    project_id: int = Field(sa_type=BigInt)
    physical: int | None = None
    light: str | None = Field(default=None, max_length=16)
    text: str | None = None
