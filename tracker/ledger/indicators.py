"""Values and targets of indicators: of a zone, a site, a chain or a company, for a period."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.citation import Citation, happened, long_text, period_of, planned, require_past
from tracker.ledger.store import Store
from tracker.models.company import Company
from tracker.models.indicator import IndicatorValue
from tracker.models.project import Project
from tracker.money.quantities import Quantity, measure_name, percent_text, quantity_text
from tracker.text import clean, did_you_mean, fold, shorten
from tracker.vocabulary import INDICATORS, NATURES, SUBJECT_KINDS

# A source that says +25.74% is believed up to a thousandfold.
LARGEST_GROWTH = 10_000_000
# A rank is met from its target down, anything else from it up, unless the target says otherwise.
_DIRECTIONS = {"rank": "at_most"}
_SLOTS = ("measure", "value", "currency", "unit", "qualifier", "availability")


@dataclass(frozen=True, slots=True)
class Goal:
    """A target: the floor 保底 that is to be reached and the stretch 冲刺 beyond it; either may be missing.

    `at_most` says that less is better; `made` is the day it was set (None: the period's first day).
    """

    floor: Quantity | None = None
    stretch: Quantity | None = None
    at_most: bool = False
    made: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose indicator it is: the columns of the row, and what it is called."""

    kind: str
    name: str | None
    company_id: int | None
    called: str

    def columns(self) -> dict[str, Any]:
        """The columns that say whose it is."""
        return {"subject_kind": self.kind, "subject": self.name, "company_id": self.company_id}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value or target that was recorded, whose it is, and the value it replaces (None: it is the first)."""

    subject: Subject
    row: IndicatorValue
    was: Quantity | None = None


def record(
    store: Store,
    word: str,
    indicator: str,
    quantity: Quantity,
    on: Period,
    cite: Citation,
    *,
    growth: int | None = None,
    why: str | None = None,
    own_name: bool = False,
) -> Recorded:
    """Record what an indicator was in the period `on`.

    `word` is `zone:NAME`, `site:NAME`, `chain:NAME`, or the name of a company or of a subject known already;
    `indicator` a word of INDICATORS or a name of its own; `growth` the year-on-year change that the source gives, in
    hundredths of a percent. Raises Refused for the future, another measure than before, and a second value without
    `why`.
    """
    subject, name = subject_of(store, word), indicator_of(store, indicator, own_name=own_name)
    require_measure(store, subject, name, quantity)
    require_growth(growth)
    facts = {"what": "actual", "growth": growth} | happened(on, store.today)
    return _write(store, subject, name, quantity, facts, why, cite)


def target(
    store: Store,
    word: str,
    indicator: str,
    goal: Goal,
    on: Period,
    cite: Citation,
    *,
    why: str | None = None,
    own_name: bool = False,
) -> tuple[Recorded, ...]:
    """Record what an indicator is to be in the period `on`: a floor, a stretch, or both; names as in `record`.

    Raises Refused where the stretch is easier than the floor, and for another target than before without `why`.
    """
    subject, name = subject_of(store, word), indicator_of(store, indicator, own_name=own_name)
    if goal.made:
        require_past(goal.made, store.today)
    _require_in_order(goal)
    recorded = []
    for what, quantity in (("floor", goal.floor), ("stretch", goal.stretch)):
        if quantity is not None:
            require_measure(store, subject, name, quantity)
            facts = {"what": what, "direction": direction_of(quantity, at_most=goal.at_most)} | planned(
                on, goal.made or on.first
            )
            # “At least 20” is how the target is met, and not how exactly it is known.
            qualifier = "exact" if quantity.qualifier in ("over", "at_most") else quantity.qualifier
            recorded.append(_write(store, subject, name, replace(quantity, qualifier=qualifier), facts, why, cite))
    if not recorded:
        raise UsageError(_("give the target: a value, --stretch, or both"))
    return tuple(recorded)


def direction_of(quantity: Quantity, *, at_most: bool) -> str:
    """How a target is met: at most where it is given so or less is better, else at least."""
    if at_most or quantity.qualifier == "at_most":
        return "at_most"
    return _DIRECTIONS.get(quantity.measure, "at_least")


def _require_in_order(goal: Goal) -> None:
    floor, stretch = goal.floor, goal.stretch
    if goal.at_most and any(one and one.qualifier == "over" for one in (floor, stretch)):
        raise UsageError(_("a target is at least or at most, not both"))
    if floor is None or stretch is None or floor.value is None or stretch.value is None:
        return
    both = {"floor": quantity_text(floor), "stretch": quantity_text(stretch)}
    if (floor.measure, floor.currency) != (stretch.measure, stretch.currency):
        raise Refused(_("the floor {floor} and the stretch {stretch} are not of one kind").format(**both))
    down = direction_of(floor, at_most=goal.at_most) == "at_most"
    if stretch.value > floor.value if down else stretch.value < floor.value:
        raise Refused(_("the stretch {stretch} is easier than the floor {floor}").format(**both))


def _write(
    store: Store,
    subject: Subject,
    name: str,
    quantity: Quantity,
    facts: dict[str, Any],
    why: str | None,
    cite: Citation,
) -> Recorded:
    """Write one row, or its next version where `why` says what was wrong with the last."""
    values = quantity_columns(quantity)
    keys = subject.columns() | {"indicator": name, "what": facts["what"]}
    days = {"first_day": facts["first_day"], "last_day": facts["last_day"]}
    row = store.find(IndicatorValue, **keys | days)
    columns = keys | facts | values | cite.columns()
    if not row:
        return Recorded(subject, store.add(IndicatorValue.model_validate(columns)))
    reason = long_text(why, _("reason"))
    if reason is None:
        raise Refused(
            _("{indicator} {on} of {subject} is {value} already; to change it, give a reason with --why").format(
                indicator=indicator_name(name),
                on=period_of(row[0]),
                subject=subject.called,
                value=quantity_text(quantity_of(row[0])),
            )
        )
    was = quantity_of(row[0])
    newer = store.revise(row[0], **columns | {"note": reason, "effective_from": row[0].effective_from})
    return Recorded(subject, newer, was)


def quantity_columns(quantity: Quantity) -> dict[str, Any]:
    """The columns of a value."""
    return {slot: getattr(quantity, slot) for slot in _SLOTS}


def quantity_of(row: Any) -> Quantity:
    """The value in the columns of a row."""
    return Quantity(*(getattr(row, slot) for slot in _SLOTS))


def indicator_name(name: str) -> str:
    """What an indicator is called: the word of the vocabulary, or its own name."""
    known = INDICATORS.get(name)
    return known.name(language()) if known else name


def require_growth(growth: int | None) -> None:
    """Raise ValueRefused for a year-on-year change that cannot be."""
    if growth is not None and not -10_000 <= growth <= LARGEST_GROWTH:
        raise ValueRefused(_("a change of {growth} cannot be").format(growth=percent_text(growth)))


def require_measure(store: Store, subject: Subject, name: str, quantity: Quantity) -> None:
    """What an indicator is measured in does not change."""
    wanted = NATURES[name].measure if name in NATURES else None
    rows = store.find(IndicatorValue, **subject.columns(), indicator=name)
    wanted = wanted or (rows[0].measure if rows else quantity.measure)
    if quantity.measure != wanted:
        raise Refused(
            _("{indicator} is measured as {wanted}, and {value} is not").format(
                indicator=indicator_name(name), wanted=measure_name(wanted), value=quantity_text(quantity)
            )
        )


def indicator_of(store: Store, text: str, *, own_name: bool) -> str:
    """The code of INDICATORS, or a name of its own as it was spelled first.

    Raises Refused for a new name that is nearly a known one, unless with `own_name`.
    """
    if code := INDICATORS.find(text):
        return code
    name = clean(text, _("indicator"))
    own = {row.indicator for row in store.find(IndicatorValue) if row.indicator not in INDICATORS}
    for known in own:
        if fold(known) == fold(name):
            return known
    spellings = [one for term in INDICATORS for one in term.spellings]
    hint = "" if own_name else did_you_mean(name, [*spellings, *own])
    if hint:
        raise Refused(
            _("there is no indicator “{name}”{hint} To add a new one, give --new").format(name=shorten(name), hint=hint)
        )
    return name


def subject_of(store: Store, word: str) -> Subject:
    """Whose indicator is meant. Raises Refused where a name without its kind is not known yet."""
    prefix, colon, rest = word.replace("：", ":").partition(":")
    kind = None
    if colon:
        with suppress(ValueRefused):
            kind = SUBJECT_KINDS.parse(prefix)
    if kind == "company":
        return _company(store, rest)
    # Every zone, site and chain that was named before, with its kind.
    named = [(row.subject_kind, row.subject) for row in store.find(IndicatorValue) if row.subject]
    for project in store.find(Project):
        named += [(where, name) for where, name in (("site", project.site), ("chain", project.chain)) if name]
    known = list(dict.fromkeys(named))
    wanted = fold((rest if kind else word).strip())
    found = [(k, name) for k, name in known if fold(name) == wanted and kind in (None, k)]
    if found:
        return Subject(found[0][0], found[0][1], None, found[0][1])
    if kind:
        name = clean(rest, _("subject"))
        return Subject(kind, name, None, name)
    companies = [name for names, _company_ in store.every_name(Company, "company") for name in names if name]
    if wanted in {fold(name) for name in companies}:
        return _company(store, word)
    hint = did_you_mean(word, [*companies, *(name for _k, name in known)]) or _(".")
    raise Refused(
        _("there is no zone, site, chain or company “{word}”{hint} A new one is written zone:{word}").format(
            word=shorten(word), hint=hint
        )
    )


def _company(store: Store, word: str) -> Subject:
    company = store.company(word.strip())
    return Subject("company", None, company.id, company.name)
