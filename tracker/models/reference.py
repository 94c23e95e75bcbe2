"""What a ledger refers to: exchange rates 汇率, the calendar 工作日历, maps of files 导入映射, closed months 月结."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker import vocabulary
from tracker.models.base import Sourced, Versioned, one_of, open_index, versioned


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


class CalendarDay(Versioned, table=True):
    """A holiday, or a day that is worked on in place of one 调休; of other days Monday to Friday are working days."""

    __tablename__ = "calendar_day"
    __table_args__ = versioned("calendar_day", one_of("kind", vocabulary.DAY_KINDS))
    unique_by = ("day",)
    day: date
    kind: str = Field(max_length=16)
    name: str | None = None


class ImportMap(Versioned, table=True):
    """What was said of files with these `headings`, one a line: `text` is a map in TOML."""

    __tablename__ = "import_map"
    __table_args__ = versioned("import_map")
    unique_by = ("name",)
    name: str = Field(max_length=40)
    headings: str
    text: str


class MonthClose(Versioned, table=True):
    """The month that ends on `last_day` is closed, for the whole ledger, with the change that wrote this."""

    __tablename__ = "month_close"
    __table_args__ = versioned("month_close")
    unique_by = ("last_day",)
    last_day: date
    note: str | None = None
