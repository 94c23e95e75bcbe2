"""Indicators 指标 of the zone, its sites, chains and companies, with their targets."""

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

_SUBJECT = "(company_id IS NULL) = (subject IS NOT NULL) AND (subject_kind = 'company') = (company_id IS NOT NULL)"


class IndicatorValue(Versioned, Sourced, Dated, table=True):
    """What an indicator of a zone, site, chain or company was in a period, or is meant to be.

    `value` is in minor units of `currency` (money), hundredths of a percent (percent) or whole things (count, rank);
    null where unknown or withheld. `unit` is the word things were counted in. `growth`, in hundredths of a percent, is
    the year-on-year change that the source itself gives. `direction` says how a target is met.
    """

    __tablename__ = "indicator_value"
    __table_args__ = versioned(
        "indicator_value",
        days_in_order(),
        one_of("qualifier", vocabulary.QUALIFIERS),
        one_of("availability", vocabulary.AVAILABILITY),
        sa.CheckConstraint("subject_kind IN ('zone', 'site', 'chain', 'company')", name="subject_kind"),
        sa.CheckConstraint(_SUBJECT, name="subject"),
        sa.CheckConstraint("what IN ('actual', 'floor', 'stretch')", name="what"),
        sa.CheckConstraint("direction IN ('at_least', 'at_most')", name="direction"),
        sa.CheckConstraint("(what = 'actual') = (direction IS NULL)", name="directed"),
        sa.CheckConstraint("measure IN ('money', 'count', 'percent', 'rank')", name="measure"),
        sa.CheckConstraint("measure <> 'money' OR value IS NULL OR currency IS NOT NULL", name="currency"),
        amount_where_reported("value"),
        within_limit("value"),
        by="company_id",
    )
    unique_by = ("subject_kind", "subject", "company_id", "what", "first_day", "last_day", "indicator")
    subject_kind: str = Field(max_length=16)
    subject: str | None = None
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    indicator: str
    what: str = Field(max_length=16)
    direction: str | None = Field(default=None, max_length=16)
    measure: str = Field(max_length=16)
    value: int | None = Field(default=None, sa_type=sa.BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    unit: str | None = None
    qualifier: str = Field(default="exact", max_length=16)
    availability: str = Field(default="reported", max_length=16)
    growth: int | None = None
