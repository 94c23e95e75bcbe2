"""Scheduled summaries: what is sent when and where, and what every run of it did."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker.models.base import BigInt, Versioned, versioned


class Schedule(Versioned, table=True):
    """A summary that is made again and again; a text of several lines holds one thing a line.

    `cron` is the expression, meant in the time zone `zone` (null: that of the machine it runs on), and `phrase` the
    words it was made of. `reports` are command lines without the program's name, `options` the words added to each of
    them that takes them, `since` where a report of changes begins, and `begins` the day from which the first digest
    tells (null: all there is). `targets` are files, mailto: addresses and names of the configuration: never a secret.
    `silent` says when nothing is delivered: where the digest is empty, where nothing was recorded since the last run
    ("unchanged"), or never.
    """

    __tablename__ = "schedule"
    __table_args__ = versioned(
        "schedule", sa.CheckConstraint("silent IN ('empty', 'unchanged', 'never')", name="silent")
    )
    unique_by = ("name",)
    name: str = Field(max_length=40)
    cron: str = Field(max_length=200)
    phrase: str | None = None
    zone: str | None = Field(default=None, max_length=64)
    reports: str
    options: str | None = None
    since: str
    begins: date | None = None
    lang: str = Field(max_length=2)
    targets: str | None = None
    format: str | None = Field(default=None, max_length=16)
    silent: str = Field(default="empty", max_length=16)
    fail_on: str | None = Field(default=None, max_length=16)


class ScheduleRun(SQLModel, table=True):
    """One run that came to its end. It covered the changes after `from_change` up to `until_change`; moments in UTC.

    A run is no change of the ledger: it is in no seal, and there is nothing to undo.
    """

    __tablename__ = "schedule_run"
    __table_args__ = (
        sa.CheckConstraint("result IN ('delivered', 'partial', 'failed', 'empty')", name="result"),
        sa.CheckConstraint("from_change >= 0 AND until_change >= 0", name="window"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    schedule_id: int = Field(sa_type=BigInt, index=True)
    started: datetime
    finished: datetime
    result: str = Field(max_length=16)
    from_change: int = Field(sa_type=BigInt)
    from_at: datetime | None = None
    until_change: int = Field(sa_type=BigInt)
    until_at: datetime
    error: str | None = None


class ScheduleDelivery(SQLModel, table=True):
    """What a run did for one target ("-" is its own output): the changes it covered there, and why it failed."""

    __tablename__ = "schedule_delivery"
    __table_args__ = (
        sa.CheckConstraint("result IN ('delivered', 'failed', 'empty')", name="result"),
        sa.CheckConstraint("from_change >= 0 AND until_change >= 0", name="window"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    run_id: int = Field(sa_type=BigInt, foreign_key="schedule_run.id", index=True)
    target: str
    result: str = Field(max_length=16)
    from_change: int = Field(sa_type=BigInt)
    until_change: int = Field(sa_type=BigInt)
    error: str | None = None
