"""Companies: names, groups, roles and the steps of the innovation ladder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.book import Book, Done
from tracker.ledger.cite import Cite, happened, short_text
from tracker.ledger.labels import LabelEdits, edit_labels
from tracker.models import Certification, Company
from tracker.text import clean, fold, suggest
from tracker.vocabulary import CERTIFICATIONS

LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is to be recorded of a company; None: not given, "": to be cleared. Codes come from the vocabulary."""

    name: str | None = None
    name_en: str | None = None
    group_name: str | None = None
    country: str | None = None
    role: str | None = None
    founded: int | None = None

    def columns(self) -> dict[str, Any]:
        """The columns given, checked. Raises ValueRefused for texts that may not be kept and an impossible year."""
        if self.founded and not 0 < self.founded <= LAST_YEAR:
            raise ValueRefused(_("a company cannot be founded in the year {year}").format(year=self.founded))
        texts = {"name": _("name"), "name_en": _("English name"), "group_name": _("group")}
        given = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name) is not None}
        return {
            name: short_text(value, texts[name]) if name in texts else value or None for name, value in given.items()
        }


def add(book: Book, facts: CompanyFacts, labels: LabelEdits, cite: Cite) -> Done:
    """Record a company. Raises Refused where its name is taken."""
    company = book.add(
        Company.model_validate(facts.columns() | {"name": clean(facts.name or "", _("name"))} | cite.columns())
    )
    edit_labels(book, company, labels)
    return Done((_("company “{name}” added").format(name=company.name),))


def edit(book: Book, name: str, facts: CompanyFacts, labels: LabelEdits, cite: Cite) -> Done:
    """Change what is recorded of the company called `name`."""
    company = book.company(name)
    columns = facts.columns() | cite.given()
    if "name" in columns and not columns["name"]:
        raise UsageError(_("a company needs a name"))
    changed = {key: value for key, value in columns.items() if getattr(company, key) != value}
    if changed:
        company = book.revise(company, **changed)
    moved = edit_labels(book, company, labels)
    if not changed and not moved:
        return Done((_("“{name}” is so already; nothing to change").format(name=company.name),))
    return Done((_("company “{name}” changed").format(name=company.name),))


def certify(book: Book, name: str, certification: str, on: Period, cite: Cite) -> Done:
    """Record that a company was recognised as `certification` (a code of CERTIFICATIONS) in the period `on`."""
    company = book.company(name)
    book.add(
        Certification.model_validate(
            {"company_id": company.thing, "certification": certification} | happened(on, book.today) | cite.columns()
        )
    )
    step = CERTIFICATIONS[certification].name(language())
    return Done((_("“{name}” is certified: {step} {on}").format(name=company.name, step=step, on=on),))


def find_or_add(book: Book, name: str) -> tuple[Company, bool]:
    """The company called `name`, and whether it had to be added.

    Raises Refused where a company of nearly this name exists: a slip of the pen must not open a second account.
    """
    for exact in book.live(Company, name=name):
        return exact, False
    listed = book.companies()
    for names, company in listed:
        if fold(name) in {fold(one) for one in names if one}:
            return company, False
    close = suggest(name, [one for names, _company in listed for one in names if one])
    if close:
        raise Refused(
            _("there is no company “{name}”; did you mean “{close}”? Else add it first: tracker company add").format(
                name=clean(name, _("company")), close=close
            )
        )
    return book.add(Company.model_validate({"name": clean(name, _("company"))})), True
