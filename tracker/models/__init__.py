"""The tables. Every row is written once and never changed: a newer row `replaces` an older one, a `void` row ends it.

A thing (a project, a capital entry, …) is a chain of rows. `origin` is the first row of the chain (null in that row
itself) and is what other tables refer to; the live row is the one that nothing replaces and that is not void. A capital
entry is never replaced by another amount: a void row takes it back with the amount negated, so that a plain sum over
the table is right.
"""

from __future__ import annotations

from sqlmodel import SQLModel

from tracker.models.chain import Chained
from tracker.models.figures import Baseline, ExchangeRate, IndicatorValue, Request
from tracker.models.schedules import Schedule, ScheduleDelivery, ScheduleRun
from tracker.models.tables import (
    CapitalEntry,
    Certification,
    Change,
    Company,
    ConditionEvent,
    Currency,
    CustomField,
    Label,
    Milestone,
    MilestoneDate,
    Project,
    Relation,
    Review,
    Seal,
    StageEvent,
)

CHAINED: tuple[type[Chained], ...] = (
    Company,
    Certification,
    Project,
    CustomField,
    Label,
    Relation,
    StageEvent,
    ConditionEvent,
    Milestone,
    MilestoneDate,
    CapitalEntry,
    Review,
    IndicatorValue,
    Request,
    ExchangeRate,
    Baseline,
    Schedule,
)
TABLES: tuple[type[SQLModel], ...] = (Change, Seal, Currency, *CHAINED, ScheduleRun, ScheduleDelivery)

__all__ = [
    "CHAINED",
    "TABLES",
    "Baseline",
    "CapitalEntry",
    "Certification",
    "Chained",
    "Change",
    "Company",
    "ConditionEvent",
    "Currency",
    "CustomField",
    "ExchangeRate",
    "IndicatorValue",
    "Label",
    "Milestone",
    "MilestoneDate",
    "Project",
    "Relation",
    "Request",
    "Review",
    "SQLModel",
    "Schedule",
    "ScheduleDelivery",
    "ScheduleRun",
    "Seal",
    "StageEvent",
]
