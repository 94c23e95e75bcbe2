"""What the total, the start and the end of a project are measured against."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, versioned


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
