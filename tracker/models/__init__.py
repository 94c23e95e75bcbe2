"""The tables. A record is a row for every version of it; what reports print is derived from the open versions.

Import a table from the module of its subject: a command loads only those it needs.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import SQLModel

    from tracker.models.base import Versioned

# In the order in which rows can be written: what is referred to comes first.
_VERSIONED = {
    "ledger": ("Ledger", "Currency"),
    "company": ("Company", "Certification"),
    "project": ("Project", "CustomField", "Label", "Relation"),
    "progress": ("StageEvent", "ConditionEvent", "Milestone", "MilestoneDate", "Review"),
    "capital": ("CapitalEntry", "Baseline", "ExchangeRate"),
    "indicator": ("IndicatorValue",),
    "request": ("Request",),
    "schedule": ("Schedule",),
}
IDENTITIES = {"project": "project_identity", "company": "company_identity", "milestone": "milestone_identity"}


@cache
def versioned_tables() -> tuple[type[Versioned], ...]:
    """Every table of versions; loads all of them."""
    return tuple(
        getattr(import_module(f"tracker.models.{module}"), name)
        for module, names in _VERSIONED.items()
        for name in names
    )


@cache
def all_tables() -> tuple[type[SQLModel], ...]:
    """Every table of the ledger that is guarded, in an order in which rows can be written; without the derived ones."""
    from tracker.models.company import CompanyIdentity
    from tracker.models.ledger import Change, Seal
    from tracker.models.progress import MilestoneIdentity
    from tracker.models.project import ProjectIdentity
    from tracker.models.schedule import ScheduleDelivery, ScheduleRun

    identities = (CompanyIdentity, ProjectIdentity, MilestoneIdentity)
    return (Change, *identities, *versioned_tables(), Seal, ScheduleRun, ScheduleDelivery)


@cache
def derived_tables() -> tuple[type[SQLModel], ...]:
    """The tables that are computed from the others."""
    from tracker.models.derived import CapitalValue, DerivedFormula, LookupName, ProjectState

    return (DerivedFormula, ProjectState, CapitalValue, LookupName)
