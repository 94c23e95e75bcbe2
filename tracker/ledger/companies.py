"""Companies: names, groups, roles and the steps of the innovation ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.ledger.citation import Citation, Facts, happened, value_of
from tracker.ledger.labels import LabelEdits, edit_labels
from tracker.ledger.store import Store
from tracker.models.company import Certification, Company
from tracker.models.fields import FIELDS
from tracker.text import clean, command_line, suggest


def _columns(facts: Facts) -> dict[str, Any]:
    """The columns given, checked."""
    return {one.key: value_of(one, facts[one.key]) for one in FIELDS["company"] if facts.get(one.key) is not None}


@dataclass(frozen=True, slots=True)
class Edited:
    """A company after an edit, and whether anything changed."""

    company: Company
    changed: bool


@dataclass(frozen=True, slots=True)
class Certified:
    """A company and the certification that was recorded."""

    company: Company
    row: Certification


def add(store: Store, facts: Facts, labels: LabelEdits, cite: Citation) -> Company:
    """Record a company. Raises Refused where its name is taken."""
    company = store.add(
        Company.model_validate(_columns(facts) | {"name": clean(facts.get("name") or "", _("name"))} | cite.columns())
    )
    edit_labels(store, company, labels)
    return company


def edit(store: Store, name: str, facts: Facts, labels: LabelEdits, cite: Citation) -> Edited:
    """Change what is recorded of the company called `name`."""
    company = store.company(name)
    columns = _columns(facts) | cite.given()
    if "name" in columns and not columns["name"]:
        raise UsageError(_("a company needs a name"))
    changed = {key: value for key, value in columns.items() if getattr(company, key) != value}
    if changed:
        company = store.revise(company, **changed)
    relabelled = edit_labels(store, company, labels)
    return Edited(company, bool(changed or relabelled))


def certify(store: Store, name: str, certification: str, on: Period, cite: Citation) -> Certified:
    """Record that a company was recognised as `certification` (a code of CERTIFICATIONS) in the period `on`."""
    company = store.company(name)
    row = store.add(
        Certification.model_validate(
            {"company_id": company.id, "certification": certification} | happened(on, store.today) | cite.columns()
        )
    )
    return Certified(company, row)


def find_or_add(store: Store, name: str) -> tuple[Company, bool]:
    """The company called `name`, and whether it had to be added.

    Raises Refused where a company of nearly this name exists: a slip of the pen must not open a second account.
    """
    for _rank, company in store.named(Company, name):
        return company, False
    known = store.every_name(Company, "company")
    close = suggest(name, [one for names, _company in known for one in names if one])
    if close:
        raise Refused(
            _("there is no company “{name}”; did you mean “{close}”? Else add it first: {command}").format(
                name=clean(name, _("company")), close=close, command=command_line("company add")
            )
        )
    return store.add(Company.model_validate({"name": clean(name, _("company"))})), True
