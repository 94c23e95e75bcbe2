"""The tables of what reports measure against: indicators and targets, requests, exchange rates, baselines."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker import vocabulary
from tracker.models.chain import PERIOD, BigInt, Chained, Dated, Sourced, chain, indexed, one_of, refers

_SUBJECT = "(company_id IS NULL) = (subject IS NOT NULL) AND (subject_kind = 'company') = (company_id IS NOT NULL)"


class IndicatorValue(Chained, Sourced, Dated, table=True):
    """What an indicator 指标 of a zone, site, chain or company was in a period, or is meant to be.

    `value` is in minor units of `currency` (money), hundredths of a percent (percent) or whole things (count, rank);
    null where unknown or withheld. `unit` is the word things were counted in. `growth`, in hundredths of a percent, is
    the year-on-year change that the source itself gives. `direction` says how a target is met.
    """

    __tablename__ = "indicator_value"
    __table_args__ = chain(
        "indicator_value",
        *refers("company_id", currency="currency.code"),
        *indexed("company_id", "indicator"),
        PERIOD,
        one_of("qualifier", vocabulary.QUALIFIERS),
        one_of("availability", vocabulary.AVAILABILITY),
        sa.CheckConstraint("subject_kind IN ('zone', 'site', 'chain', 'company')", name="subject_kind"),
        sa.CheckConstraint(_SUBJECT, name="subject"),
        sa.CheckConstraint("what IN ('actual', 'floor', 'stretch')", name="what"),
        sa.CheckConstraint("direction IN ('at_least', 'at_most')", name="direction"),
        sa.CheckConstraint("(what = 'actual') = (direction IS NULL)", name="directed"),
        sa.CheckConstraint("measure IN ('money', 'count', 'percent', 'rank')", name="measure"),
        sa.CheckConstraint("measure <> 'money' OR value IS NULL OR currency IS NOT NULL", name="currency"),
        sa.CheckConstraint("(value IS NULL) = (availability IN ('unknown', 'withheld'))", name="available"),
        sa.CheckConstraint("value BETWEEN -900000000000000000 AND 900000000000000000", name="limit"),
    )
    unique_by = ("subject_kind", "subject", "company_id", "what", "first_day", "last_day", "indicator")
    subject_kind: str = Field(max_length=16)
    subject: str | None = None
    company_id: int | None = Field(default=None, sa_type=BigInt)
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


class Request(Chained, Sourced, table=True):
    """What a company asks of the zone 诉求, about a project or not; answering and closing write newer rows."""

    __tablename__ = "request"
    __table_args__ = chain(
        "request",
        *refers("project_id", "company_id"),
        *indexed("project_id", "company_id"),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name="subject"),
        sa.CheckConstraint("NOT due < raised", name="due"),
        sa.CheckConstraint("NOT answered < raised AND NOT closed < raised AND NOT closed < answered", name="order"),
    )
    project_id: int | None = Field(default=None, sa_type=BigInt)
    company_id: int | None = Field(default=None, sa_type=BigInt)
    category: str | None = None
    title: str
    owner: str | None = None
    raised: date
    due: date | None = None
    answered: date | None = None
    answer: str | None = None
    closed: date | None = None
    outcome: str | None = None


class ExchangeRate(Chained, Sourced, table=True):
    """How many units of `counter` one unit of `base` was worth on a day; `rate` is an exact decimal text."""

    __tablename__ = "exchange_rate"
    __table_args__ = chain(
        "exchange_rate",
        *refers(base="currency.code", counter="currency.code"),
        sa.Index(None, "base", "counter", "on_day"),
        sa.CheckConstraint("base <> counter", name="pair"),
    )
    unique_by = ("base", "counter", "on_day")
    base: str = Field(max_length=3)
    counter: str = Field(max_length=3)
    on_day: date
    rate: str = Field(max_length=32)


class Baseline(Chained, Sourced, table=True):
    """A version of what a project is measured against 基线: its total investment, its start and its end.

    `entry_id` is the capital entry of that total. `approved` is null in version 1 where nobody recorded the day;
    `counts_from` is the day from which a report may measure against it.
    """

    __tablename__ = "baseline"
    __table_args__ = chain(
        "baseline",
        *refers("project_id", entry_id="capital_entry.id"),
        *indexed("project_id", "entry_id"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint(
            "(start_first IS NULL) = (start_last IS NULL) AND NOT start_first > start_last", name="start"
        ),
        sa.CheckConstraint("(end_first IS NULL) = (end_last IS NULL) AND NOT end_first > end_last", name="end"),
    )
    unique_by = ("project_id", "version")
    project_id: int = Field(sa_type=BigInt)
    version: int
    approved: date | None = None
    counts_from: date
    entry_id: int | None = Field(default=None, sa_type=BigInt)
    start_first: date | None = None
    start_last: date | None = None
    end_first: date | None = None
    end_last: date | None = None
    reason: str | None = None
