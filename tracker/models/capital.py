"""Capital figures, and the baselines that totals are measured against."""

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
    amount_where_reported,
    days_in_order,
    one_of,
    versioned,
    within_limit,
)

BASES = ("period", "ytd", "cumulative")


class CapitalEntry(Versioned, Sourced, Dated, table=True):
    """A capital figure as it was said, in minor units of `currency`; null where unknown or withheld.

    `basis` says what it is a figure of: its period, the year to its last day, or all time to its last day.
    """

    __tablename__ = "capital_entry"
    __table_args__ = versioned(
        "capital_entry",
        days_in_order(),
        one_of("qualifier", vocabulary.QUALIFIERS),
        one_of("availability", vocabulary.AVAILABILITY),
        sa.CheckConstraint(f"basis IN ({', '.join(map(repr, BASES))})", name="basis"),
        sa.CheckConstraint("kind = 'total' OR last_day IS NOT NULL", name="dated"),
        sa.CheckConstraint("kind NOT IN ('total', 'plan') OR basis = 'period'", name="basis_of_kind"),
        sa.CheckConstraint("kind NOT IN ('total', 'plan') OR minor IS NULL OR minor >= 0", name="sign"),
        amount_where_reported("minor"),
        within_limit("minor"),
        by="project_id",
    )
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    kind: str = Field(max_length=32)
    basis: str = Field(default="period", max_length=16)
    minor: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    qualifier: str = Field(default="exact", max_length=16)
    availability: str = Field(default="reported", max_length=16)


class Baseline(Versioned, Sourced, table=True):
    """A version of what a project is measured against: its total investment, its start and its end.

    `entry_id` is the capital entry of that total. `approved` is null in version 1 where nobody recorded the day;
    `effective_from` is the day from which a report measures against it.
    """

    __tablename__ = "baseline"
    __table_args__ = versioned(
        "baseline",
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint(
            "(start_first IS NULL) = (start_last IS NULL) AND NOT start_first > start_last", name="start"
        ),
        sa.CheckConstraint("(end_first IS NULL) = (end_last IS NULL) AND NOT end_first > end_last", name="end"),
        by="project_id",
    )
    unique_by = ("project_id", "version")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    version: int
    approved: date | None = None
    effective_from: date
    entry_id: int | None = Field(default=None, sa_type=BigInt)
    start_first: date | None = None
    start_last: date | None = None
    end_first: date | None = None
    end_last: date | None = None
    reason: str | None = None
