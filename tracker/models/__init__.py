"""The tables. A record is a row for every version of it; what reports print is derived from the open versions.

Import a table from the module of its subject: a command loads only those it needs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

    from tracker.models.base import Versioned

# In the order in which rows can be written: what is referred to comes first.
_VERSIONED = (
    ("reference", "Ledger"),
    ("reference", "Currency"),
    ("company", "Company"),
    ("company", "Certification"),
    ("project", "Project"),
    ("reference", "CustomField"),
    ("label", "Label"),
    ("label", "Relation"),
    ("stage", "StageEvent"),
    ("condition", "ConditionEvent"),
    ("milestone", "Milestone"),
    ("milestone", "MilestoneDate"),
    ("condition", "Review"),
    ("capital", "CapitalEntry"),
    ("baseline", "Baseline"),
    ("reference", "ExchangeRate"),
    ("indicator", "IndicatorValue"),
    ("request", "Request"),
    ("request", "FollowUp"),
    ("schedule", "Schedule"),
    ("reference", "ImportMap"),
    ("reference", "MonthClose"),
    ("reference", "CalendarDay"),
)
IDENTITIES = {"project": "project_identity", "company": "company_identity", "milestone": "milestone_identity"}
ORDER = {name: place for place, (_module, name) in enumerate(_VERSIONED)}


def table_names() -> list[str]:
    """The names of the tables of versions, in the order in which rows can be written; loads none of them."""
    return [re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower() for _module, name in _VERSIONED]


def versioned_table(table: str) -> type[Versioned]:
    """One table of versions by its name."""
    module, name = _VERSIONED[table_names().index(table)]
    found: type[Versioned] = getattr(import_module(f"tracker.models.{module}"), name)
    return found


@cache
def versioned_tables() -> tuple[type[Versioned], ...]:
    """Every table of versions, in the order in which rows can be written; loads all of them."""
    return tuple(getattr(import_module(f"tracker.models.{module}"), name) for module, name in _VERSIONED)


@cache
def all_tables() -> tuple[sa.Table, ...]:
    """Every table of the ledger that is guarded, in an order in which rows can be written; without the derived ones."""
    from tracker.models.company import COMPANY_IDENTITY
    from tracker.models.ledger import SEAL, Change
    from tracker.models.milestone import MILESTONE_IDENTITY
    from tracker.models.project import PROJECT_IDENTITY
    from tracker.models.schedule import ScheduleDelivery, ScheduleRun

    def tables(*models: Any) -> tuple[sa.Table, ...]:
        return tuple(model.__table__ for model in models)

    identities = (COMPANY_IDENTITY, PROJECT_IDENTITY, MILESTONE_IDENTITY)
    return (*tables(Change), *identities, *tables(*versioned_tables()), SEAL, *tables(ScheduleRun, ScheduleDelivery))


@cache
def derived_tables() -> tuple[sa.Table, ...]:
    """The tables that are computed from the others."""
    from tracker.models import derived

    return (derived.FORMULA_OF, derived.PROJECT_STATE, derived.CAPITAL_VALUE, derived.LOOKUP_NAME)
