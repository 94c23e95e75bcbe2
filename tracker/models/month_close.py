"""Closes of months 月结: from its close on, what changes the figures of a month is a restatement."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from tracker.models.base import Versioned, versioned


class MonthClose(Versioned, table=True):
    """The month that ends on `last_day` is closed, for the whole ledger, with the change that wrote this."""

    __tablename__ = "month_close"
    __table_args__ = versioned("month_close")
    unique_by = ("last_day",)
    last_day: date
    note: str | None = Field(default=None)
