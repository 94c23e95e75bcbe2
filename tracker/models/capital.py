"""Capital figures."""

from __future__ import annotations

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
    """A capital figure as it was reported, in minor units of `currency`; null where unknown or withheld.

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
