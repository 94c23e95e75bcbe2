"""Derived tables: computed from the open rows of the ledger in the transaction of every change, never typed into.

Each row holds from `from_day` until the day before `to_day`, so that the row of a day is found by one comparison.
Nothing here depends on today, a setting or a rate. `tracker database upgrade` and `restore` compute them anew.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker.models.base import BigInt

# Raised whenever what is computed changes: a program with another one does not write.
FORMULA = 1
# `to_day` of a row that nothing follows.
FOREVER = date(9999, 12, 31)


class DerivedFormula(SQLModel, table=True):
    """The one row says with which formulas the derived tables were computed."""

    __tablename__ = "derived_formula"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class ProjectState(SQLModel, table=True):
    """How far a project has come from a day on; the first row begins on the day from which it exists."""

    __tablename__ = "project_state"
    # On a day few rows have ended and few are still to come: what ends after the day is what holds on it.
    __table_args__ = (sa.Index("ix_project_state_to_day", "to_day", "project_id"),)
    project_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    from_day: date = Field(primary_key=True)
    to_day: date
    stage: str | None = None
    stage_first: date | None = None
    stage_last: date | None = None
    condition: str
    signed_first: date | None = None
    signed_last: date | None = None
    started_first: date | None = None
    started_last: date | None = None
    completed_first: date | None = None
    completed_last: date | None = None
    in_production_first: date | None = None
    in_production_last: date | None = None
    next_milestone_id: int | None = Field(default=None, sa_type=BigInt)
    next_first: date | None = None
    next_last: date | None = None


class CapitalValue(SQLModel, table=True):
    """The figures of one project, kind and currency from a day on, in minor units.

    `year_` is the year to date of the year of `from_day` and holds in no later one, `cumulative_` all time, `month_`
    the month of `from_day`; a total is in `cumulative_`, the plan of the year of `from_day` in `year_`.
    States: known, partial, lacking, not_reported, withheld. `to` is the last day that a figure reaches.
    """

    __tablename__ = "capital_value"
    __table_args__ = (sa.Index("ix_capital_value_to_day", "kind", "to_day", "project_id"),)
    project_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(primary_key=True, max_length=32)
    currency: str = Field(primary_key=True, max_length=3)
    from_day: date = Field(primary_key=True)
    to_day: date
    year_state: str
    year_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    year_qualifier: str
    year_availability: str
    year_to: date | None = None
    cumulative_state: str
    cumulative_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    cumulative_qualifier: str
    cumulative_availability: str
    cumulative_to: date | None = None
    month_state: str
    month_minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    month_qualifier: str
    month_availability: str


class LookupName(SQLModel, table=True):
    """A name by which a project or company is found, folded: its rank says code (0), name, English name, alias (3)."""

    __tablename__ = "lookup_name"
    __table_args__ = (sa.Index("ix_lookup_name_subject", "subject", "subject_id"),)
    subject: str = Field(primary_key=True, max_length=8)
    folded: str = Field(primary_key=True)
    rank: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    subject_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    name: str
