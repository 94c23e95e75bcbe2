"""What a ledger refers to: currencies, declared fields, rates, the calendar 工作日历, maps 导入映射, months 月结."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker import vocabulary
from tracker.models.base import Sourced, Versioned, one_of, open_index, versioned


class Ledger(Versioned, table=True):
    """The one ledger of a database; `uuid` distinguishes it from every other one, also in copies and exports."""

    __tablename__ = "ledger"
    __table_args__ = versioned("ledger")
    uuid: str = Field(max_length=36)


class Currency(Versioned, table=True):
    """An ISO 4217 currency and how many minor units make one."""

    __tablename__ = "currency"
    __table_args__ = versioned("currency")
    unique_by = ("code",)
    code: str = Field(max_length=3)
    minor_per_unit: int


class CustomField(Versioned, table=True):
    """A field that users declared for projects, with its type."""

    __tablename__ = "custom_field"
    __table_args__ = versioned("custom_field")
    unique_by = ("name",)
    name: str
    field_type: str = Field(max_length=32)


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
    """The map of files with these `headings`, one a line: `text` is in TOML."""

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
