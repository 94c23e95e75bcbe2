"""What is wrong or unlikely in the records: the rules, project by project, and what they look at beside each other.

A figure that looks like another one in the wrong unit, a family whose sums do not fit, and two projects that are one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from operator import attrgetter
from typing import Any

from tracker.analysis.capital_values import span_plan, year_plan
from tracker.analysis.milestones import Milestone
from tracker.analysis.running import Fall, Restatement, Series
from tracker.analysis.values import Entry as Reported
from tracker.analysis.values import Value
from tracker.dates import Period, month_end
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, figure_text
from tracker.settings import Thresholds
from tracker.text import fold, plain_command
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, MILESTONES, STAGES, VALID_FROM, Term

# GB 32100-2015: the signs in the order of their values, and the weight of each of the first 17 places, 3**place mod 31.
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[0-9A-Z]{{2}}[0-9]{{6}}[{_SIGNS}]{{10}}")
# Year, six digits of the region, two of the industry, two of the kind of procedure, six in order.
_PLATFORM_CODE = re.compile("(?:19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")
CREDIT_SCHEMES = ("统一社会信用代码", "社会信用代码", "信用代码")
PLATFORM_SCHEMES = ("项目代码", "投资项目代码", "项目统一代码", "统一项目代码")


def is_credit_code(code: str) -> bool:
    """Whether a text is written as a unified social credit code, its last sign being the check of the others."""
    if not _CREDIT_CODE.fullmatch(code):
        return False
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _SIGNS[-total % 31] == code[17]


def is_platform_code(code: str) -> bool:
    """Whether a text is written as a code of the national platform of investment projects."""
    return _PLATFORM_CODE.fullmatch(code) is not None


def is_well_formed(scheme: str, code: str) -> bool:
    """Whether a number of a register is as its scheme has it; a scheme that is not known takes any."""
    if scheme in CREDIT_SCHEMES:
        return is_credit_code(code)
    return is_platform_code(code) if scheme in PLATFORM_SCHEMES else True


SEVERITIES = ("error", "warning", "note")
# What only the person knows stands as this in a command.
OPEN = "…"
FIRST_BUILT = STAGES["under_construction"].order
# Investment that nobody makes before the project is signed or after it was given up.
WORK = ("completed", "registered", "paid")
# Kinds that are a part of the total, and in its currency.
OF_TOTAL = (*WORK, "funds_in_place")
# Conditions after which nothing is invested any more; a closed project may still settle its accounts.
GIVEN_UP = ("terminated", "lost")
COMPLETE = 10_000
_NUMBERED = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A capital entry as it was reported, with its kind and currency."""

    kind: str
    currency: str
    reported: Reported

    @property
    def id(self) -> int:
        """The number of the entry."""
        return self.reported.id

    @property
    def minor(self) -> int | None:
        """The amount in minor units, None where it is unknown or withheld."""
        return self.reported.minor

    @property
    def money(self) -> Money:
        """The amount of an entry that has one."""
        assert self.reported.minor is not None
        return Money(self.reported.minor, self.currency)

    @property
    def period(self) -> Period:
        """The days the figure is about."""
        return Period.of(self.reported.first, self.reported.last)


@dataclass(frozen=True)
class Subject:
    """One project as the rules see it, with the facts of the day asked about.

    `stages` and `conditions` are codes in the order recorded, with their days (None: not known); `reviews` the days
    and the physical progress, in hundredths of a percent, of progress reports. `cumulative` are the figures to date by
    kind and currency. `known` names the facts that the next stage asks for; `recorded` is the day
    on which anything was last recorded about the project.
    """

    project_id: int
    code: str
    name: str
    kind: str | None = None
    company: str | None = None
    parent_id: int | None = None
    stages: tuple[tuple[str, Period | None], ...] = ()
    conditions: tuple[tuple[str, Period | None], ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reviews: tuple[tuple[Period, int | None], ...] = ()
    entries: tuple[Entry, ...] = ()
    cumulative: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    recorded: date | None = None

    @property
    def stage(self) -> str | None:
        """The stage the project is at."""
        return self.stages[-1][0] if self.stages else None

    @property
    def order(self) -> int:
        """Where the project stands in the order of the stages, 0 before the first."""
        term = STAGES.get(self.stage) if self.stage else None
        return term.order if term else 0

    @property
    def condition(self) -> str:
        """The condition of the project, a code of CONDITIONS."""
        return self.conditions[-1][0] if self.conditions else "active"

    @property
    def ended(self) -> bool:
        """Whether nothing is to be expected of the project any more."""
        return self.condition in (*GIVEN_UP, "closed")

    @cached_property
    def begun(self) -> Period | None:
        """The first dated stage from `signed` on."""
        signed = STAGES["signed"].order
        dated = [on for code, on in self.stages if on and code in STAGES and STAGES[code].order >= signed]
        return min(dated, key=lambda on: on.first, default=None)

    @cached_property
    def series(self) -> dict[tuple[str, str], tuple[Entry, ...]]:
        """The entries of kinds that add up, by kind and currency."""
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.kind not in VALID_FROM:
                found[entry.kind, entry.currency].append(entry)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def total(self) -> Entry | None:
        """The total in force, where it has an amount."""
        totals = [entry for entry in self.entries if entry.kind == "total"]
        last = max(totals, key=lambda entry: (entry.reported.effective_from, entry.id), default=None)
        return last if last and last.minor is not None else None

    @cached_property
    def plans(self) -> tuple[tuple[str, Reported], ...]:
        """The plans with their currency."""
        return tuple((entry.currency, entry.reported) for entry in self.entries if entry.kind == "plan")

    @property
    def last_fact(self) -> date | None:
        """The last day that a dated fact is about, however late it was recorded."""
        last = [on.last for _code, on in (*self.stages, *self.conditions) if on]
        last += [on.last for on, _physical in self.reviews]
        last += [entry.reported.first if entry.kind == "plan" else entry.reported.last for entry in self.entries]
        for milestone in self.milestones:
            last += [made for made, _expected in milestone.forecasts]
            if milestone.actual:
                last.append(milestone.actual.last)
        # A total that always holds has no day.
        return max((day for day in last if day != date.min), default=None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to fix: `rule` is a stable word, `command` what to type."""

    severity: str
    rule: str
    code: str | None
    sentence: str
    command: str


def of_project(one: Subject, as_of: date, limits: Thresholds) -> Iterator[Finding]:
    """Every finding about what is recorded of one project by itself, but for what is missing."""
    yield from above_total(one, limits)
    yield from above_contracted(one, limits)
    yield from running_figures(one, limits)
    yield from negative(one, as_of)
    yield from outside_its_life(one, limits)
    yield from currencies(one)
    yield from physical(one, limits)
    yield from in_the_future(one, as_of)
    yield from stage_and_milestone(one)
    yield from out_of_order(one)
    yield from past_forecasts(one, limits)
    yield from silent(one, as_of, limits)


# --- commands and words ----------------------------------------------------------------------------------------------


def correct(entry: int, *words: str, why: str = OPEN) -> str:
    """The command that puts an entry right."""
    return plain_command("capital correct", entry, *words, "--why", why)


def in_full(money: Money) -> str:
    """An amount with every digit, as it is typed."""
    return figure_text(Figure(money))


def shown(money: Money) -> str:
    """An amount at a glance."""
    return figure_text(Figure(money), decimals=2)


def compared(part: Money, whole: Money) -> dict[str, str]:
    """Two amounts, as `part` and `whole`, in as many digits as tell them apart."""
    text = shown if shown(part) != shown(whole) else in_full
    return {"part": text(part), "whole": text(whole)}


def kind_name(code: str) -> str:
    """What a kind of capital is called."""
    term = CAPITAL_KINDS.get(code)
    return term.name(language()) if term else code


def numbers(entries: Iterable[int]) -> str:
    """The numbers of entries, for a sentence; of many the first few."""
    ordered = sorted(set(entries))
    return ", ".join([*map(str, ordered[:_NUMBERED]), *([OPEN] if len(ordered) > _NUMBERED else [])])


def exceeds(part: Value, whole: Value, percent: int) -> bool:
    """Whether a figure is certainly more than so many percent of another; a figure that is “over” has no limit.

    What is less than one part in 10,000 beyond is rounding.
    """
    if part.minor is None or whole.minor is None or whole.state != "known":
        return False
    if part.state not in ("known", "partial") or part.qualifier == "at_most" or whole.qualifier == "over":
        return False
    return 10_000 * part.minor > (100 * percent + 1) * whole.minor


def _called(milestone: Milestone) -> str:
    return milestone.title or _stage(milestone.code)


def _stage(code: str) -> str:
    found = STAGES.get(code) or MILESTONES.get(code)
    return found.name(language()) if found else code


def days(period: Period) -> str:
    """Days as a sentence has them."""
    return period.display(language())


# --- figures beside the total and beside each other ------------------------------------------------------------------


def above_total(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Completed, registered, paid or in place, a plan, or all yearly plans together, are more than the total."""
    total = one.total
    whole = one.cumulative.get(("total", total.currency)) if total else None
    if total is None or whole is None:
        return
    for kind in OF_TOTAL:
        part = one.cumulative.get((kind, total.currency))
        if part and exceeds(part, whole, limits.total_percent):
            sentence = _("{kind} {part} is more than the total investment {whole}")
            money = compared(Money(part.minor or 0, total.currency), total.money)
            text = sentence.format(kind=kind_name(kind), **money)
            yield Finding("warning", "above_total", one.code, text, correct(total.id, "--amount", OPEN))
    if not one.plans:
        return
    years = {year for _currency, plan in one.plans for year in (plan.first.year, plan.last.year)}
    above = False
    for year in sorted(years):
        part = year_plan(one.plans, year).get(total.currency)
        if part and exceeds(part, whole, limits.total_percent):
            above = True
            entries = [entry for entry in one.entries if entry.id in part.entries]
            sentence = _("the plan {part} of one year is more than the total investment {whole}")
            mend = correct(entries[-1].id, "--amount", OPEN)
            money = compared(Money(part.minor or 0, total.currency), total.money)
            yield Finding("warning", "plans", one.code, sentence.format(**money), mend)
    first, last = min(years), max(years)
    together = span_plan(one.plans, date(first, 1, 1), date(last, 12, 31)).get(total.currency)
    if together and not above and exceeds(together, whole, limits.total_percent):
        sentence = _("the plans {years} come to {part}, more than the total investment {whole}")
        money = compared(Money(together.minor or 0, total.currency), total.money)
        text = sentence.format(years=f"{first}–{last}", **money)
        yield Finding("warning", "plans", one.code, text, correct(total.id, "--amount", OPEN))


def above_contracted(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """More foreign capital arrived than was contracted: contracts are single events, months without one are no gap."""
    entries = [entry for entry in one.entries if entry.kind == "contracted_foreign"]
    for (kind, currency), part in one.cumulative.items():
        whole = one.cumulative.get(("contracted_foreign", currency))
        if kind != "utilised_foreign" or whole is None:
            continue
        if whole.state == "partial" and all(entry.reported.qualifier != "over" for entry in entries):
            whole = whole._replace(state="known", qualifier="exact")
        if not exceeds(part, whole, limits.contracted_percent):
            continue
        # One entry of the whole can be corrected by its number; of several the person has to choose.
        if len(entries) == 1:
            mend = correct(entries[0].id, "--amount", OPEN)
        else:
            mend = plain_command("capital record", one.code, "contracted_foreign", OPEN, "--on", OPEN)
        sentence = _("utilised foreign capital {part} is more than the contracted {whole}")
        money = compared(Money(part.minor or 0, currency), Money(whole.minor or 0, currency))
        yield Finding("warning", "above_contracted", one.code, sentence.format(**money), mend)


def running_figures(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Of each series: partial overlaps, entries across a year's end, restatements, and figures that fall."""
    for (kind, currency), entries in one.series.items():
        if _is_plain(entries):
            continue
        series = Series((entry.reported for entry in entries), one.begun.first if one.begun else None)
        by_id = {entry.id: entry for entry in entries}
        for overlap in series.overlaps():
            kept, late = by_id[overlap.kept], by_id[overlap.left_out]
            sentence = _("{kind} {period} (entry {id}) overlaps {other} (entry {kept}) in part and is left out")
            text = sentence.format(
                kind=kind_name(kind), period=days(late.period), id=late.id, other=days(kept.period), kept=kept.id
            )
            yield Finding("warning", "overlap", one.code, text, correct(late.id, "--on", OPEN))
        for number in series.crossings():
            sentence = _("{kind} {period} (entry {id}) lies across the year's end and counts in no calendar year")
            text = sentence.format(kind=kind_name(kind), period=days(by_id[number].period), id=number)
            yield Finding("note", "year_end", one.code, text, correct(number, "--on", OPEN))
        # One change of a figure shows in every running figure after it: the latest of them stands for all.
        by_amount: dict[int, list[Restatement]] = defaultdict(list)
        for restated in series.disagreements():
            if 100 * abs(restated.by) > limits.restated_percent * abs(restated.stated):
                by_amount[restated.by].append(restated)
        for alike in by_amount.values():
            yield _restated(one, kind, currency, alike)
        for fall in series.falls():
            before = sum(by_id[number].minor or 0 for number in fall.before)
            if 100 * -fall.minor > limits.fall_percent * abs(before):
                yield _fall(one, by_id, fall)


def _is_plain(entries: Sequence[Entry]) -> bool:
    """Whether a series has nothing to disagree, overlap or fall, as its figures are of one basis, in order and apart.

    This keeps a ledger of a million figures from building the ways between all of them.
    """
    ordered = sorted((entry.reported for entry in entries), key=lambda one: (one.last, one.first))
    if len({one.basis for one in ordered}) > 1 or any((one.minor or 0) < 0 for one in ordered):
        return False
    if ordered[0].basis == "period":
        return all(one.first.year == one.last.year for one in ordered) and all(
            earlier.last < later.first or earlier.first == earlier.last == later.first == later.last
            for earlier, later in pairwise(ordered)
        )
    by_cumulative = ordered[0].basis == "cumulative"
    known = [one for one in ordered if one.minor is not None]
    return all(
        earlier.last < later.last
        and (
            (not by_cumulative and earlier.last.year != later.last.year) or ((earlier.minor or 0) <= (later.minor or 0))
        )
        for earlier, later in pairwise(known)
    )


def _restated(one: Subject, kind: str, currency: str, alike: Sequence[Restatement]) -> Finding:
    restated = alike[-1]
    if restated.first is None:
        period = _("to {day}").format(day=days(Period.day(restated.last)))
    else:
        period = days(Period.of(restated.first, restated.last))
    others = Money(restated.stated + restated.by, currency)
    money = compared(Money(restated.stated, currency), others)
    sentence = _("{kind} {period} is {part} in entry {id}, and {whole} by the other entries ({others})")
    text = sentence.format(
        kind=kind_name(kind),
        period=period,
        id=numbers(restated.entries),
        others=numbers(restated.against),
        **money,
    )
    more = len(alike) - 1
    if more:
        text += ngettext(
            "; and {count} earlier figure by as much", "; and {count} earlier figures by as much", more
        ).format(count=more)
    if len(restated.entries) == 1:
        mend = correct(restated.entries[0], "--amount", in_full(others))
    else:
        mend = plain_command("capital list", one.code, "--kind", kind)
    return Finding("warning", "restated", one.code, text, mend)


def _fall(one: Subject, by_id: Mapping[int, Entry], fall: Fall) -> Finding:
    entry = by_id[(fall.entries or fall.before)[-1]]
    period = days(Period.of(fall.first, fall.last))
    sentence = _("{kind} {period} comes to {amount}: entry {id} is less than entry {before}")
    text = sentence.format(
        kind=kind_name(entry.kind),
        period=period,
        amount=shown(Money(fall.minor, entry.currency)),
        id=numbers(fall.entries) or entry.id,
        before=numbers(fall.before),
    )
    return Finding("warning", "fall", one.code, text, correct(entry.id, "--amount", OPEN))


def negative(one: Subject, as_of: date) -> Iterator[Finding]:
    """A figure since the beginning is below zero; of the year alone it may be what flowed back, and is unlikely."""
    for (kind, currency), own in one.series.items():
        lowest = min(own, key=lambda entry: (entry.minor or 0, -entry.id))
        value = one.cumulative.get((kind, currency))
        # Of months without a figure it is only likely that nothing was done in them.
        severity = "error" if value is not None and value.state == "known" else "warning"
        sentence = _("{kind} to date is {amount}, below zero")
        if (value is None or not _is_negative(value)) and (lowest.minor or 0) < 0:
            value = Series((entry.reported for entry in own), one.begun.first if one.begun else None).year(as_of)
            severity, sentence = "warning", _("{kind} of the year is {amount}, below zero")
        if value is not None and _is_negative(value):
            text = sentence.format(kind=kind_name(kind), amount=shown(Money(value.minor or 0, currency)))
            yield Finding(severity, "negative", one.code, text, correct(lowest.id, "--amount", OPEN))


def _is_negative(value: Value) -> bool:
    if value.minor is None or value.minor >= 0:
        return False
    return value.state == "partial" or (value.state == "known" and value.qualifier != "over")


def outside_its_life(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Work done, or paid for, before the project was signed or after it was given up."""
    signed = one.begun
    if signed is not None:
        limit = signed.first - timedelta(limits.before_signing_days)
        early = [entry for entry in _work(one) if entry.minor and entry.reported.last < limit]
        if early:
            sentence = _("{kind} {amount} of {period} (entry {id}) lies before the signing ({day})")
            yield _outside("before_signing", one, early, sentence, signed)
    code, on = one.conditions[-1] if one.conditions else ("active", None)
    if code in GIVEN_UP and on is not None:
        day = on.last + timedelta(limits.after_end_days)
        late = [
            entry for entry in _work(one) if entry.minor and entry.reported.last > day and _adds_after(one, entry, day)
        ]
        if late:
            sentence = _("{kind} {amount} of {period} (entry {id}) lies after the project was {condition} ({day})")
            yield _outside("after_end", one, late, sentence, on, condition=CONDITIONS[code].name(language()))


def _work(one: Subject) -> Iterator[Entry]:
    return (entry for (kind, _currency), own in one.series.items() if kind in WORK for entry in own)


def _adds_after(one: Subject, entry: Entry, day: date) -> bool:
    """Whether an entry that reaches beyond `day` certainly says that something was done after it."""
    if entry.reported.basis == "period":
        return entry.reported.first > day
    if entry.reported.basis == "ytd" and entry.reported.last.year > day.year:
        return True
    series = Series((other.reported for other in one.series[entry.kind, entry.currency]), None)
    value = series.span(day + timedelta(1), entry.reported.last)
    return value.state == "known" and value.minor != 0


def _outside(
    rule: str, one: Subject, entries: Sequence[Entry], sentence: str, on: Period, condition: str = ""
) -> Finding:
    """The first of some entries stands for all of them."""
    entry = entries[0]
    text = sentence.format(
        kind=kind_name(entry.kind),
        amount=shown(entry.money),
        period=days(entry.period),
        id=entry.id,
        day=days(on),
        condition=condition,
    )
    more = len(entries) - 1
    if more:
        text += ngettext("; and {count} more entry", "; and {count} more entries", more).format(count=more)
    return Finding("warning", rule, one.code, text, correct(entry.id, "--on", OPEN))


def currencies(one: Subject) -> Iterator[Finding]:
    """A figure in another currency than the others of its kind, or a kind that is part of the total in another one."""
    by_kind: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in one.entries:
        if entry.minor is not None:
            by_kind[entry.kind][entry.currency].append(entry)
    others: list[tuple[str, Entry]] = []
    for kind, found in by_kind.items():
        usual = max(found, key=lambda currency: (len(found[currency]), -found[currency][0].id))
        # A total may be agreed anew in another currency.
        for currency, entries in found.items() if kind != "total" else ():
            if currency != usual:
                sentence = _("{kind} {amount} (entry {id}) is in {currency}, the other figures of the kind in {usual}")
                text = sentence.format(
                    kind=kind_name(kind),
                    amount=shown(entries[0].money),
                    id=entries[0].id,
                    currency=currency,
                    usual=usual,
                )
                yield Finding("warning", "currency", one.code, text, correct(entries[0].id, "--amount", OPEN))
        if kind in (*OF_TOTAL, "plan"):
            others.append((kind, found[usual][0]))
    total = one.total
    if total is None:
        return
    strange = [(kind, entry) for kind, entry in others if entry.currency != total.currency]
    if strange:
        # Where several kinds agree it is the total that is in the wrong one.
        alone = len(strange) > 1 and len(strange) == len(others)
        sentence = _("{kinds} is in {currency}, the total investment in {usual}")
        kinds = ", ".join(kind_name(kind) for kind, _entry in strange)
        text = sentence.format(kinds=kinds, currency=strange[0][1].currency, usual=total.currency)
        mend = correct(total.id if alone else strange[0][1].id, "--amount", OPEN)
        yield Finding("note", "currency", one.code, text, mend)


# --- physical progress -----------------------------------------------------------------------------------------------


def physical(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Physical progress is far ahead of the money, or falls from one progress report to the next."""
    newest: dict[date, tuple[Period, int]] = {}
    for on, percent in one.reviews:
        if percent is not None:
            newest[on.last] = on, percent
    reports = [newest[day] for day in sorted(newest)]
    for (on, before), (later, now) in pairwise(reports):
        if before - now > 100 * limits.physical_fall_points:
            sentence = _("physical progress falls from {before}% ({day}) to {now}% ({later})")
            text = sentence.format(before=_percent(before), day=days(on), now=_percent(now), later=days(later))
            mend = plain_command("project review", one.code, "--on", later, "--physical", OPEN)
            yield Finding("warning", "physical_fall", one.code, text, mend)
    total = one.total
    if not reports or total is None or not total.minor:
        return
    on, now = reports[-1]
    money = one.cumulative.get(("completed", total.currency))
    if money is None or money.minor is None or money.state not in ("known", "partial"):
        return
    # A figure that is over may be more than it says.
    if money.state == "known" and money.qualifier == "over":
        return
    share = Fraction(COMPLETE * money.minor, total.minor)
    if now - share > 100 * limits.physical_points:
        sentence = _("physical progress is {now}% ({day}), completed investment {share}% of the total")
        text = sentence.format(now=_percent(now), day=days(on), share=f"{float(share / 100):.0f}")
        day = Period.day(on.last)
        mend = plain_command("capital record", one.code, "completed", OPEN, "--cumulative", "--on", day)
        yield Finding("warning", "physical", one.code, text, mend)


def _percent(hundredths: int) -> str:
    return f"{hundredths / 100:g}"


# --- dates -----------------------------------------------------------------------------------------------------------


def in_the_future(one: Subject, as_of: date) -> Iterator[Finding]:
    """An event is recorded for days that have not come yet; a range that has begun is not among them."""
    for milestone in one.milestones:
        if milestone.actual and milestone.actual.first > as_of:
            yield Finding(
                "error",
                "future",
                one.code,
                _("{milestone} cannot be reached {day}, which is in the future").format(
                    milestone=_called(milestone), day=days(milestone.actual)
                ),
                plain_command("milestone reach", one.code, milestone.code, OPEN, "--why", OPEN),
            )
    for stage, on in one.stages:
        if on and on.first > as_of:
            sentence = _("“{stage}” cannot be reached {day}, which is in the future")
            yield Finding(
                "error",
                "future",
                one.code,
                sentence.format(stage=_stage(stage), day=days(on)),
                plain_command("log", one.code),
            )


def stage_and_milestone(one: Subject) -> Iterator[Finding]:
    """A stage was reached and its milestone stands open, or the milestone was reached and the stage not entered."""
    reached = {code: on for code, on in one.stages if on and code in STAGES and STAGES[code].order <= one.order}
    for milestone in one.milestones:
        stage = STAGES.get(milestone.code)
        if stage is None or stage.order < FIRST_BUILT:
            continue
        if milestone.actual is None and milestone.code in reached:
            on = reached[milestone.code]
            sentence = _("“{stage}” was entered {day}, and its milestone is still open")
            mend = plain_command("milestone reach", one.code, milestone.code, on)
        elif milestone.actual and stage.order > one.order and not one.ended:
            on = milestone.actual
            sentence = _("the milestone “{stage}” was reached {day}, and the stage not entered")
            mend = plain_command("project stage", one.code, milestone.code, "--on", on)
        else:
            continue
        yield Finding("warning", "stage", one.code, sentence.format(stage=_stage(stage.code), day=days(on)), mend)


def out_of_order(one: Subject) -> Iterator[Finding]:
    """A milestone is certainly later than one that comes after it; ranges that overlap are in order."""
    order = {term.code: term.order for term in MILESTONES}
    known = sorted((m for m in one.milestones if m.code in order and m.expected), key=lambda m: order[m.code])
    for earlier, later in pairwise(known):
        if earlier.expected and later.expected and earlier.expected.after(later.expected):
            happened = bool(earlier.actual and later.actual)
            sentence = _("{earlier} ({day}) lies after {later} ({other})")
            yield Finding(
                "error" if happened else "warning",
                "order",
                one.code,
                sentence.format(
                    earlier=_called(earlier),
                    day=days(earlier.expected),
                    later=_called(later),
                    other=days(later.expected),
                ),
                _put_in_order(one, earlier, later),
            )


def _put_in_order(one: Subject, earlier: Milestone, later: Milestone) -> str:
    """The later milestone is to be expected anew where it is open; else the earlier one was reached at another time."""
    if later.actual is None:
        return plain_command("milestone forecast", one.code, later.code, OPEN)
    why = ("--why", OPEN) if earlier.actual else ()
    return plain_command("milestone reach", one.code, earlier.code, OPEN, *why)


def past_forecasts(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """The latest forecast of an open milestone was already past on the day it was made."""
    for milestone in one.milestones:
        if milestone.actual or not milestone.forecasts:
            continue
        made, expected = milestone.forecasts[-1]
        if (made - expected.last).days > limits.forecast_days:
            sentence = _("{milestone} was expected {day}, which was past when the forecast was made ({made})")
            text = sentence.format(milestone=_called(milestone), day=days(expected), made=days(Period.day(made)))
            mend = plain_command("milestone forecast", one.code, milestone.code, OPEN)
            yield Finding("warning", "forecast", one.code, text, mend)


def silent(one: Subject, as_of: date, limits: Thresholds) -> Iterator[Finding]:
    """A running project has no dated fact for months, or nothing was recorded about it for days."""
    if one.ended or one.condition == "suspended" or one.stage == "at_capacity":
        return
    mend = plain_command("project review", one.code, "--text", OPEN)
    last = one.last_fact
    if STAGES["signed"].order <= one.order < STAGES["in_production"].order and last is not None:
        months = _months(last, as_of)
        if months >= limits.silent_months:
            sentence = ngettext(
                "at “{stage}”, and no fact of the last {count} month, since {day}",
                "at “{stage}”, and no fact of the last {count} months, since {day}",
                months,
            )
            text = sentence.format(stage=_stage(one.stage or ""), count=months, day=days(Period.day(last)))
            yield Finding("warning", "silent", one.code, text, mend)
            return
    if one.recorded is None:
        return
    idle = (as_of - one.recorded).days
    if idle >= limits.stale_days:
        sentence = ngettext(
            "nothing recorded for {count} day, since {day}", "nothing recorded for {count} days, since {day}", idle
        )
        text = sentence.format(count=idle, day=days(Period.day(one.recorded)))
        yield Finding("note", "stale", one.code, text, mend)


def _months(since: date, until: date) -> int:
    """Whole months from one day to another."""
    months = 12 * (until.year - since.year) + until.month - since.month
    return months - (until.day < since.day and until != month_end(until))


_WITHOUT_BUILDING = ("lease", "acquisition")
_BUILDING = ("site_secured", "under_construction", "topped_out", "completed")
# What has to be known of a project before it can come to a stage.
NEEDED = {
    "signed": ("company", "chain"),
    "filed": ("total", "site"),
    "site_secured": ("land", "owner"),
    "under_construction": ("plan", "milestone"),
    "in_production": ("milestone",),
}
# So many codes are named in a line about many projects.
_NAMED = 5


def lacking(one: Subject) -> tuple[str, ...]:
    """The facts that have to be known before the next stage and are not, in the order they are needed."""
    upcoming = None if one.ended else next_stage(one)
    if upcoming is None:
        return ()
    needed = [fact for stage, facts in NEEDED.items() if STAGES[stage].order <= upcoming.order for fact in facts]
    return tuple(fact for fact in dict.fromkeys(needed) if fact not in one.known and not _is_past(one, fact, upcoming))


def missing(one: Subject, facts: Sequence[str], as_of: date) -> Iterator[Finding]:
    """The `facts` that a project is lacking: one finding for each command that records them."""
    upcoming = next_stage(one)
    if upcoming is None:
        return
    fields = [fact for fact in facts if fact not in ("total", "plan", "milestone")]
    stage = upcoming.name(language())
    if fields:
        words = [word for fact in fields for word in (f"--{fact}", OPEN)]
        sentence = _("before “{stage}”: {fields} not recorded").format(
            stage=stage, fields=", ".join(_field(fact) for fact in fields)
        )
        yield Finding("note", "missing", one.code, sentence, plain_command("project edit", one.code, *words))
    for fact, fix in (
        ("total", plain_command("capital record", one.code, "total", OPEN)),
        ("plan", plain_command("capital plan", one.code, OPEN, "--year", as_of.year)),
        ("milestone", plain_command("milestone plan", one.code, upcoming.code, OPEN)),
    ):
        if fact in facts:
            sentence = _("before “{stage}”: {fields} not recorded").format(stage=stage, fields=_field(fact))
            yield Finding("note", "missing", one.code, sentence, fix)


def counted(by_fact: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """One finding for each fact that projects are lacking, from their codes."""
    fix = plain_command("check --rule missing")
    for fact in dict.fromkeys(fact for facts in NEEDED.values() for fact in facts):
        codes = by_fact.get(fact, ())
        if codes:
            sentence = ngettext(
                "{count} project has no {fact} recorded: {codes}",
                "{count} projects have no {fact} recorded: {codes}",
                len(codes),
            )
            more: Iterable[str] = (OPEN,) if len(codes) > _NAMED else ()
            text = sentence.format(
                count=f"{len(codes):,}", fact=_field(fact), codes=", ".join((*codes[:_NAMED], *more))
            )
            yield Finding("note", "missing", None, text, fix)


def next_stage(one: Subject) -> Term | None:
    """The stage that comes next; leased and bought plants skip land and construction."""
    skipped = _BUILDING if one.kind in _WITHOUT_BUILDING else ()
    return next((term for term in STAGES if term.order > one.order and term.code not in skipped), None)


def _is_past(one: Subject, fact: str, upcoming: Term) -> bool:
    """Land and plans matter for building alone; a milestone where there is something to be seen next."""
    if fact in ("land", "plan"):
        return one.kind in _WITHOUT_BUILDING or one.order >= STAGES["completed"].order
    return fact == "milestone" and upcoming.order < FIRST_BUILT


def _field(fact: str) -> str:
    return {
        "company": _("company"),
        "chain": _("chain"),
        "total": _("total investment"),
        "site": _("site"),
        "land": _("land"),
        "owner": _("owner"),
        "plan": _("plan of the year"),
        "milestone": _("day of the next milestone"),
    }[fact]


# 元 for 千元, 万元, 百万元 and 亿元, and the reverse.
FACTORS = (3, 4, 6, 8)
# Fewer do not say what is usual, unless the settings say otherwise.
FEWEST_SIBLINGS = 4
# Round figures have their digits in common by chance.
_TELLING_DIGITS = 3
# In a larger group only neighbours in the order of their names are compared letter by letter.
_MOST_COMPARED = 12
# Projects of no company are compared where their names begin alike.
_BEGINNING = 4
_DECORATION = re.compile(r"[\W_]+")
# What tells one phase or plant of a company from the next: a number, a roman number or a letter that stands alone.
_COUNTED = re.compile(r"[0-9]+|[一二三四五六七八九十]+|(?<![a-z])(?:[ivx]+|[a-z])(?![a-z])")


# --- units -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sibling:
    """A figure that others are compared with: its amount in minor units, its entry, its project.

    `beside` is the largest plan or completed figure that the project has in the currency of its total.
    """

    minor: int
    entry: Entry
    code: str
    beside: Entry | None = None


def total_of(one: Subject) -> Sibling | None:
    """The total in force of a project, to be compared with the totals of others."""
    total = one.total
    if total is None or not total.minor:
        return None
    own = [
        entry
        for entry in one.entries
        if entry.kind in ("plan", "completed") and entry.currency == total.currency and (entry.minor or 0) > 0
    ]
    return Sibling(total.minor, total, one.code, max(own, key=lambda entry: entry.minor or 0, default=None))


def unit_slips(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Figures of a project that are 10³, 10⁴, 10⁶ or 10⁸ times what stands beside them, or that part of it.

    A figure is compared with those of the same kind, currency and basis by their median, where there are enough of
    them; where there are fewer, with any figure of the project that has the same digits. Totals have their siblings
    in other projects: see `total_slips`.
    """
    figures = [entry for entry in one.entries if entry.minor is not None and entry.minor > 0]
    by_digits = _by_digits(figures)
    groups: dict[tuple[str, str, str], list[Sibling]] = defaultdict(list)
    for entry in figures:
        if entry.kind != "total":
            groups[entry.kind, entry.currency, entry.reported.basis].append(Sibling(entry.minor or 0, entry, one.code))
    compared_ids = set[int]()
    for group in groups.values():
        if len(group) > limits.unit_siblings:
            compared_ids |= {sibling.entry.id for sibling in group}
            yield from _outliers(group, by_digits, limits)
    for same in by_digits.values():
        # Of two figures with the same digits the one recorded later is the slip.
        first, *later = sorted(same, key=lambda entry: (entry.reported.recorded, entry.id))
        for entry in later:
            power = _power_between(first, entry)
            if power and entry.id not in compared_ids and _digits(entry) >= 10 ** (_TELLING_DIGITS - 1):
                yield _slip(one.code, entry, power, first)


def total_slips(totals: Iterable[Sibling], limits: Thresholds, of: Collection[str] | None = None) -> Iterator[Finding]:
    """Totals, in one currency each, that are off the median of the others by 10³, 10⁴, 10⁶ or 10⁸.

    Only those of the projects with the codes `of` are reported, where these are given.
    """
    groups: dict[str, list[Sibling]] = defaultdict(list)
    for sibling in totals:
        groups[sibling.entry.currency].append(sibling)
    for group in groups.values():
        if len(group) > limits.unit_siblings:
            yield from _outliers(group, {}, limits, of)


def _outliers(
    group: Sequence[Sibling],
    by_digits: Mapping[tuple[str, int], Sequence[Entry]],
    limits: Thresholds,
    of: Collection[str] | None = None,
) -> Iterator[Finding]:
    ordered = sorted(group, key=attrgetter("minor", "entry.id"))
    amounts = [sibling.minor for sibling in ordered]
    if amounts[-1] ** 2 < 10 ** (2 * FACTORS[0] - 1) * amounts[0] ** 2:
        return
    for place, sibling in enumerate(ordered):
        if of is not None and sibling.code not in of:
            continue
        power = slip_power(sibling.minor, _Without(amounts, place), limits.unit_siblings)
        if not power:
            continue
        twin = _same_digits(sibling.entry, by_digits, up=power > 0)
        if sibling.beside is not None:
            # The project's own figures say more than the totals of others.
            power = _nearest_power(sibling.minor, sibling.beside.minor or 0, up=power > 0)
            yield _slip(sibling.code, sibling.entry, power, sibling.beside)
        elif twin is not None:
            yield _slip(sibling.code, sibling.entry, _power_between(twin, sibling.entry), twin)
        else:
            yield _slip(sibling.code, sibling.entry, power, _nearest(ordered, amounts, place, power).entry)


class _Without(Sequence[int]):
    """A sorted list without the value at one place, which nothing is copied for."""

    def __init__(self, ordered: Sequence[int], place: int) -> None:
        self._ordered, self._place = ordered, place

    def __len__(self) -> int:
        return len(self._ordered) - 1

    def __getitem__(self, number: Any) -> Any:
        return self._ordered[number + (number >= self._place)]


def slip_power(minor: int, others: Sequence[int], fewest: int = FEWEST_SIBLINGS) -> int:
    """The power of ten by which `minor` is off the median of `others`, sorted: 3, 4, 6 or 8, negative below it, else 0.

    It is the one of these powers that brings the figure nearest to the median, and at most half an order of magnitude
    away from it; 0 where there are fewer than `fewest` others.
    """
    if len(others) < max(1, fewest) or minor <= 0:
        return 0
    # Whole numbers throughout: the median may lie halfway between two.
    middle = _middle(others)
    figure, usual = minor * middle.denominator, middle.numerator
    small, large = sorted((figure * figure, usual * usual))
    power = next((one for one in FACTORS if 10 ** (2 * one - 1) * small <= large < 10 ** (2 * one + 1) * small), 0)
    return power if figure > usual else -power


def _nearest_power(minor: int, other: int, *, up: bool) -> int:
    """The factor that brings a figure, too large (`up`) or too small, nearest to another."""

    def distance(power: int) -> Fraction:
        ratio = Fraction(minor, other) / Fraction(10) ** power
        return max(ratio, 1 / ratio)

    return min((power if up else -power for power in FACTORS), key=distance)


def median(values: Iterable[int]) -> Fraction:
    """The middle value, or half of the two middle ones together."""
    return _middle(sorted(values))


def _middle(ordered: Sequence[int]) -> Fraction:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def _nearest(ordered: Sequence[Sibling], amounts: Sequence[int], place: int, power: int) -> Sibling:
    """The sibling that the figure at `place` comes nearest to when it is put right."""
    right = Fraction(amounts[place]) / Fraction(10) ** power
    there = bisect_left(amounts, right)
    near = [number for number in range(there - 2, there + 2) if 0 <= number < len(ordered) and number != place]
    return min((ordered[number] for number in near), key=lambda sibling: abs(sibling.minor - right))


def _digits(entry: Entry) -> int:
    """The amount without the zeros at its end."""
    text = str(entry.minor).rstrip("0")
    return int(text or 0)


def _by_digits(figures: Iterable[Entry]) -> dict[tuple[str, int], list[Entry]]:
    found: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in figures:
        found[entry.currency, _digits(entry)].append(entry)
    return {key: same for key, same in found.items() if len(same) > 1}


def _same_digits(entry: Entry, by_digits: Mapping[tuple[str, int], Sequence[Entry]], *, up: bool) -> Entry | None:
    """A figure with the same digits that `entry` is too large for (`up`), or too small, by one of the factors."""
    if not by_digits:
        return None
    for other in by_digits.get((entry.currency, _digits(entry)), ()):
        power = _power_between(other, entry)
        if power and (power > 0) == up:
            return other
    return None


def _power_between(one: Entry, other: Entry) -> int:
    """By which of the factors `other` is more than `one`, negative where it is less; 0: by none."""
    small, large = sorted((one.minor or 0, other.minor or 0))
    power = next((power for power in FACTORS if small * 10**power == large), 0) if small else 0
    return power if (other.minor or 0) > (one.minor or 0) else -power


def _slip(code: str, entry: Entry, power: int, beside: Entry) -> Finding:
    right = Fraction(entry.minor or 0) / Fraction(10) ** power
    meant = Money(int(right), entry.currency) if right.denominator == 1 else None
    text = slip_words(entry.kind, entry.money, power, 10 ** abs(power))
    text += _(" (beside {amount}, entry {id})").format(amount=shown(beside.money), id=beside.id)
    mend = correct(entry.id, "--amount", in_full(meant) if meant else OPEN, why=_("slip of the unit"))
    return Finding("warning", "unit", code, text, mend)


def slip_words(kind: str, money: Money, power: int, times: int) -> str:
    """The sentence about a figure that is `times` its siblings, or that part of them where `power` is negative."""
    sentence = (
        _("{kind} {amount} is about {times:,} times its siblings: a slip of the unit?")
        if power > 0
        else _("{kind} {amount} is about 1/{times:,} of its siblings: a slip of the unit?")
    )
    return sentence.format(kind=kind_name(kind), amount=shown(money), times=times)


# --- sums ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sum:
    whole: int = 0
    projects: int = 0
    largest: int = 0
    code: str = ""


class Sums:
    """The sum of each kind and currency over projects, and the project with the largest figure in it."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)

    def add(self, one: Subject) -> None:
        """Add the figures of a project."""
        for key, value in one.cumulative.items():
            if value.minor and value.state in ("known", "partial"):
                total = self._sums[key]
                total.whole += value.minor
                total.projects += 1
                if value.minor > total.largest:
                    total.largest, total.code = value.minor, one.code

    def dominant(self, limits: Thresholds) -> Iterator[Finding]:
        """A project that is most of a sum over several projects, of one kind and currency."""
        for (kind, currency), total in self._sums.items():
            is_most = 0 < limits.dominant_percent * total.whole < 100 * total.largest
            if total.projects >= max(1, limits.dominant_projects) and is_most:
                sentence = _("{kind} {amount} is {share}% of the sum over {count} projects")
                text = sentence.format(
                    kind=kind_name(kind),
                    amount=shown(Money(total.largest, currency)),
                    share=round(Fraction(100 * total.largest, total.whole)),
                    count=total.projects,
                )
                mend = plain_command("capital list", total.code, "--kind", kind)
                yield Finding("note", "dominant", total.code, text, mend)


# --- parents and their parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """What is compared of a project that has parts or is one.

    `figures` are the total, what is completed to date and the plans of years, by kind, year (None: of no year) and
    currency, each with the entry to correct. `periods` are the entries of kinds that add up, by kind and days.
    """

    code: str
    parent_id: int | None
    figures: Mapping[tuple[str, int | None, str], tuple[Value, int]]
    periods: Mapping[tuple[Any, ...], Entry]


def member(one: Subject) -> Member:
    """A project as it is compared inside its family."""
    figures: dict[tuple[str, int | None, str], tuple[Value, int]] = {}
    for (kind, currency), value in one.cumulative.items():
        if kind in ("total", "completed") and value.minor is not None:
            own = one.series.get((kind, currency), ())
            last = max(own, key=lambda entry: (entry.reported.last, entry.id), default=None) if own else one.total
            if last is not None:
                figures[kind, None, currency] = value, last.id
    for year in {plan.first.year for _currency, plan in one.plans}:
        for currency, value in year_plan(one.plans, year).items():
            if value.entries:
                figures["plan", year, currency] = value, value.entries[-1]
    periods = {
        _span(entry): entry for own in one.series.values() for entry in own if entry.minor is not None and entry.minor
    }
    return Member(one.code, one.parent_id, figures, periods)


def _span(entry: Entry) -> tuple[Any, ...]:
    first = entry.reported.first if entry.reported.basis == "period" else None
    return entry.kind, entry.currency, entry.reported.basis, first, entry.reported.last


def families(members: Mapping[int, Member], limits: Thresholds, of: Collection[int] | None = None) -> Iterator[Finding]:
    """Parts whose figures are more than those of their parent, alone or together, and figures recorded on both.

    Only families with one of the projects `of` are compared, where these are given.
    """
    parts: dict[int, list[Member]] = defaultdict(list)
    wanted = set[int]()
    for number, one in members.items():
        if one.parent_id is not None and one.parent_id in members:
            parts[one.parent_id].append(one)
            if of is None or number in of or one.parent_id in of:
                wanted.add(one.parent_id)
    for parent_id, own in parts.items():
        if parent_id not in wanted:
            continue
        parent = members[parent_id]
        for key, (whole, entry) in parent.figures.items():
            yield from _above_parent(key, parent, whole, entry, own, limits)
        for part in own:
            yield from _on_both(parent, part)


def _above_parent(
    key: tuple[str, int | None, str],
    parent: Member,
    whole: Value,
    entry: int,
    parts: Sequence[Member],
    limits: Thresholds,
) -> Iterator[Finding]:
    kind, year, currency = key
    named = kind_name(kind) if year is None else f"{kind_name(kind)} {Period.year(year)}"
    figures = [(part, *part.figures[key]) for part in parts if key in part.figures]
    above = False
    for part, value, number in figures:
        if exceeds(value, whole, limits.parent_percent):
            above = True
            sentence = _("{kind} {part} is more than the {whole} of its parent {parent}")
            money = compared(Money(value.minor or 0, currency), Money(whole.minor or 0, currency))
            text = sentence.format(kind=named, parent=parent.code, **money)
            yield Finding("warning", "part", part.code, text, correct(number, "--amount", OPEN))
    known = [value for _part, value, _number in figures if value.state in ("known", "partial") and value.minor]
    bounded = any(value.qualifier == "at_most" for value in known)
    together = Value("known", sum(value.minor or 0 for value in known), "at_most" if bounded else "exact")
    if not above and exceeds(together, whole, limits.parent_percent):
        sentence = ngettext(
            "{kind} {whole} is less than the {part} of its {count} part",
            "{kind} {whole} is less than the {part} of its {count} parts",
            len(known),
        )
        money = compared(Money(together.minor or 0, currency), Money(whole.minor or 0, currency))
        text = sentence.format(kind=named, count=len(known), **money)
        yield Finding("warning", "part", parent.code, text, correct(entry, "--amount", OPEN))


def _on_both(parent: Member, part: Member) -> Iterator[Finding]:
    """One finding for a part and kind: the first of the days that are on both."""
    shared: dict[str, list[tuple[Entry, Entry]]] = defaultdict(list)
    for span, entry in part.periods.items():
        if span in parent.periods:
            shared[entry.kind].append((parent.periods[span], entry))
    for kind, pairs in shared.items():
        upper, lower = min(pairs, key=lambda pair: (pair[1].reported.last, pair[1].id))
        sentence = _("{kind} {period} is on this part (entry {id}) and on its parent {parent} (entry {other})")
        text = sentence.format(
            kind=kind_name(kind),
            period=days(lower.period),
            id=lower.id,
            parent=parent.code,
            other=upper.id,
        )
        more = len(pairs) - 1
        if more:
            text += ngettext("; and {count} more period", "; and {count} more periods", more).format(count=more)
        later = max(upper, lower, key=lambda entry: (entry.reported.recorded, entry.id))
        mend = plain_command("capital correct", later.id, "--withdraw", "--why", OPEN)
        yield Finding("warning", "both", part.code, text, mend)


# --- projects entered twice ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """What is compared of two projects that may be one."""

    project_id: int
    code: str
    name: str
    company: str | None = None
    parent_id: int | None = None
    total: Money | None = None
    ended: bool = False
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Fold the name once: case, width, spaces and brackets do not count."""
        object.__setattr__(self, "key", _DECORATION.sub("", fold(self.name)) or fold(self.name))


def duplicates(
    projects: Sequence[Named],
    linked: Collection[tuple[int, int]],
    limits: Thresholds,
    of: Collection[int] | None = None,
) -> Iterator[Finding]:
    """Projects with the same name, or the same company and total, or names that are nearly the same.

    Parts of one family, and projects `linked` as phases or replacements, have names alike on purpose. A later project
    is reported once, beside the first that it is like. Only pairs with one of the projects `of` are reported, where
    these are given.
    """
    found = set[int]()
    rules = (
        ("warning", _beside_first(projects, lambda one: one.key), _("has the name of {code}: entered twice?")),
        (
            "note",
            _beside_first(
                projects, lambda one: one.company and one.total and one.total.minor and (fold(one.company), one.total)
            ),
            _("has the company and the total investment of {code}: entered twice?"),
        ),
        ("note", _nearly_same_name(projects, limits), _("has nearly the name of {code}: entered twice?")),
    )
    for severity, pairs, sentence in rules:
        for one, other in pairs:
            is_asked = of is None or one.project_id in of or other.project_id in of
            if not is_asked or other.project_id in found or _belongs(one, other, linked):
                continue
            found.add(other.project_id)
            # What was given up and signed anew is another project in the place of the first.
            if one.ended:
                mend = plain_command("project link", other.code, "replaces", one.code)
            else:
                mend = plain_command("project remove", other.code)
            yield Finding(severity, "duplicate", other.code, sentence.format(code=one.code), mend)


def _beside_first(projects: Sequence[Named], key: Callable[[Named], Any]) -> Iterator[tuple[Named, Named]]:
    groups: dict[Any, list[Named]] = defaultdict(list)
    for one in projects:
        if word := key(one):
            groups[word].append(one)
    for group in groups.values():
        yield from _pairs(group)


def _pairs(group: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Every two of a small group; of a large one each beside the one before it."""
    yield from combinations(group, 2) if len(group) <= _MOST_COMPARED else pairwise(group)


def _nearly_same_name(projects: Sequence[Named], limits: Thresholds) -> Iterator[tuple[Named, Named]]:
    groups: dict[str, list[Named]] = defaultdict(list)
    for one in projects:
        groups[fold(one.company) if one.company else one.key[:_BEGINNING]].append(one)
    for group in groups.values():
        if len(group) > _MOST_COMPARED:
            group.sort(key=lambda one: one.key)
        for one, other in _pairs(group):
            if _counted(one) == _counted(other) and _is_alike(one, other, limits.alike_percent):
                yield (one, other) if one.project_id < other.project_id else (other, one)


def _counted(one: Named) -> list[str]:
    return _COUNTED.findall(fold(one.name))


def _is_alike(one: Named, other: Named, percent: int) -> bool:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one.key, other.key, autojunk=False)
    # The first two are upper bounds, and quick.
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(100 * ratio() >= percent for ratio in ratios)


def likeness(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1: twice the matching letters ÷ the letters of both (Ratcliff/Obershelp)."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, fold(name), fold(other), autojunk=False).ratio()


def _belongs(one: Named, other: Named, linked: Collection[tuple[int, int]]) -> bool:
    parents = {one.parent_id, other.parent_id} - {None}
    return (
        bool(parents & {one.project_id, other.project_id})
        or (one.parent_id is not None and one.parent_id == other.parent_id)
        or (one.project_id, other.project_id) in linked
        or (other.project_id, one.project_id) in linked
    )
