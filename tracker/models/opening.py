"""What opens a ledger: its id, and the currencies it counts in."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import Versioned, versioned


class Ledger(Versioned, table=True):
    """The one ledger of a database; `uuid` tells it from every other one, also in copies and exports."""

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
