"""Exchange rates 汇率."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import Sourced, Versioned, open_index, versioned


class ExchangeRate(Versioned, Sourced, table=True):
    """How many units of `counter` one unit of `base` was worth on a day; `rate` is an exact decimal text."""

    __tablename__ = "exchange_rate"
    __table_args__ = versioned(
        "exchange_rate",
        sa.CheckConstraint("base <> counter", name="pair"),
        open_index("exchange_rate", "base", "counter", "on_day"),
    )
    unique_by = ("base", "counter", "on_day")
    base: str = Field(max_length=3)
    counter: str = Field(max_length=3)
    on_day: date
    rate: str = Field(max_length=32)
