"""What of one project is inconsistent, missing or stale: each rule a function, each finding with what mends it.

Errors cannot be true, warnings are hardly right, notes say what is missing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tracker.analysis.milestones import Milestone
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.vocabulary import MILESTONES, STAGES

SEVERITIES = ("error", "warning", "note")
STALE_DAYS = 60
# What only the person knows stands as this in a command.
OPEN = "…"
FIRST_BUILT = STAGES["under_construction"].order


@dataclass(frozen=True, slots=True)
class Entry:
    """A capital entry with an amount."""

    entry_id: int
    kind: str
    money: Money
    qualifier: str = "exact"
    on: Period | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One project as the rules see it.

    `known` names the facts that are known of it, as tracker.analysis.missing calls them; `last_entry` is the day on
    which anything was last recorded about it. Nothing is to be expected of an `ended` project any more.
    """

    project_id: int
    code: str
    name: str
    kind: str | None = None
    company: str | None = None
    site: str | None = None
    parent_id: int | None = None
    ended: bool = False
    resting: bool = False
    stages: tuple[tuple[str, Period], ...] = ()
    milestones: tuple[Milestone, ...] = ()
    entries: tuple[Entry, ...] = ()
    known: frozenset[str] = frozenset()
    last_entry: date | None = None

    @property
    def stage(self) -> str | None:
        """The stage the project is at."""
        return self.stages[-1][0] if self.stages else None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: `rule` is a stable word, `command` what to type."""

    severity: str
    rule: str
    code: str | None
    sentence: str
    command: str


def command(*words: str) -> str:
    """A command line of the program, quoted for a shell; what only the person knows stays “…”."""
    return " ".join(("tracker", *(word if word == OPEN else shlex.quote(word) for word in words)))


def said(money: Money) -> str:
    """An amount with every digit, as it is typed."""
    return format_figure(Figure(money), unit=AUTO, lang=language())


def shown(money: Money) -> str:
    """An amount at a glance."""
    return format_figure(Figure(money), unit=AUTO, lang=language(), decimals=2)


def _compared(part: Money, whole: Money) -> dict[str, str]:
    """Two amounts in as many digits as tell them apart."""
    text = shown if shown(part) != shown(whole) else said
    return {"part": text(part), "whole": text(whole)}


def of_project(one: Subject, as_of: date, stale_days: int = STALE_DAYS) -> Iterator[Finding]:
    """Every finding about what is recorded of one project by itself."""
    yield from above_total(one)
    yield from above_contracted(one)
    yield from in_the_future(one, as_of)
    yield from stage_and_milestone(one)
    yield from out_of_order(one)
    yield from stale(one, as_of, stale_days)


# --- capital -------------------------------------------------------------------------------------------------------


def above_total(one: Subject) -> Iterator[Finding]:
    """Completed, or the plan of a year, is more than the total investment."""
    yield from _above(one, "completed", "total", _("completed {part} is more than the total investment {whole}"))
    total = _sum(one, "total")
    for entry in one.entries:
        if entry.kind == "plan" and total and _is_more(entry.money, total) and not _is_open_above(one, "total"):
            sentence = _("the plan {part} of one year is more than the total investment {whole}")
            yield Finding(
                "warning",
                "above_total",
                one.code,
                sentence.format(**_compared(entry.money, total)),
                command("capital", "correct", str(entry.entry_id), "--amount", OPEN, "--why", OPEN),
            )


def above_contracted(one: Subject) -> Iterator[Finding]:
    """More foreign capital arrived than was contracted."""
    yield from _above(
        one,
        "utilised_foreign",
        "contracted_foreign",
        _("utilised foreign capital {part} is more than the contracted {whole}"),
    )


def _above(one: Subject, part: str, whole: str, sentence: str) -> Iterator[Finding]:
    have, limit = _sum(one, part), _sum(one, whole)
    if have is None or limit is None or not _is_more(have, limit) or _is_open_above(one, whole):
        return
    # One entry of the whole can be corrected by name; of several the person has to choose.
    entries = [entry for entry in one.entries if entry.kind == whole]
    mend = (
        command("capital", "correct", str(entries[0].entry_id), "--amount", OPEN, "--why", OPEN)
        if len(entries) == 1
        else command("capital", "list", one.code, "--kind", whole)
    )
    rule = "above_total" if whole == "total" else "above_contracted"
    yield Finding("warning", rule, one.code, sentence.format(**_compared(have, limit)), mend)


def _sum(one: Subject, kind: str) -> Money | None:
    """The sum of a kind; None where there is no entry or they are in several currencies."""
    found = [entry.money for entry in one.entries if entry.kind == kind]
    if len({money.currency for money in found}) != 1:
        return None
    return Money(sum(money.minor for money in found), found[0].currency)


def _is_more(part: Money, whole: Money) -> bool:
    return part.currency == whole.currency and part.minor > whole.minor


def _is_open_above(one: Subject, kind: str) -> bool:
    """Whether a figure says “over”: what exceeds it does not contradict it."""
    return any(entry.qualifier == "over" for entry in one.entries if entry.kind == kind)


# --- dates ---------------------------------------------------------------------------------------------------------


def in_the_future(one: Subject, as_of: date) -> Iterator[Finding]:
    """Something is said to have happened on days that have not come yet; a range that has begun is not among them."""
    for milestone in one.milestones:
        if milestone.actual and milestone.actual.first > as_of:
            yield Finding(
                "error",
                "future",
                one.code,
                _("{milestone} is said to be reached {day}, which is in the future").format(
                    milestone=_called(milestone), day=_day(milestone.actual)
                ),
                command("milestone", "reach", one.code, milestone.code, OPEN, "--why", OPEN),
            )
    for stage, on in one.stages:
        if on.first > as_of:
            sentence = _("“{stage}” is said to be reached {day}, which is in the future")
            yield Finding(
                "error",
                "future",
                one.code,
                sentence.format(stage=_stage(stage), day=_day(on)),
                command("log", one.code),
            )


def stage_and_milestone(one: Subject) -> Iterator[Finding]:
    """A stage was reached and its milestone stands open, or the milestone was reached and the stage not entered."""
    reached = {code: on for code, on in one.stages if STAGES[code].order <= order_of(one)}
    for milestone in one.milestones:
        stage = STAGES.get(milestone.code)
        if stage is None or stage.order < FIRST_BUILT:
            continue
        if milestone.actual is None and milestone.code in reached:
            on = reached[milestone.code]
            sentence = _("“{stage}” was entered {day}, and its milestone stands open")
            mend = command("milestone", "reach", one.code, milestone.code, str(on))
        elif milestone.actual and stage.order > order_of(one) and not one.ended:
            on = milestone.actual
            sentence = _("the milestone “{stage}” was reached {day}, and the stage not entered")
            mend = command("project", "stage", one.code, milestone.code, "--on", str(on))
        else:
            continue
        yield Finding("warning", "stage", one.code, sentence.format(stage=_stage(stage.code), day=_day(on)), mend)


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
                    day=_day(earlier.expected),
                    later=_called(later),
                    other=_day(later.expected),
                ),
                _put_in_order(one, earlier, later),
            )


def _put_in_order(one: Subject, earlier: Milestone, later: Milestone) -> str:
    """The later milestone is to be expected anew where it is open; else the earlier one was reached at another time."""
    if later.actual is None:
        return command("milestone", "forecast", one.code, later.code, OPEN)
    why = ("--why", OPEN) if earlier.actual else ()
    return command("milestone", "reach", one.code, earlier.code, OPEN, *why)


def stale(one: Subject, as_of: date, days: int = STALE_DAYS) -> Iterator[Finding]:
    """Nothing was recorded about a running project for `days` or longer."""
    if one.ended or one.resting or one.stage == "at_capacity" or one.last_entry is None:
        return
    silent = (as_of - one.last_entry).days
    if silent >= days:
        sentence = ngettext(
            "nothing recorded for {count} day, since {day}", "nothing recorded for {count} days, since {day}", silent
        )
        yield Finding(
            "note",
            "stale",
            one.code,
            sentence.format(count=silent, day=_day(Period.day(one.last_entry))),
            command("project", "review", one.code, "--text", OPEN),
        )


# --- words ---------------------------------------------------------------------------------------------------------


def order_of(one: Subject) -> int:
    """Where a project stands in the order of the stages, 0 before the first."""
    return STAGES[one.stage].order if one.stage else 0


def _called(milestone: Milestone) -> str:
    return milestone.title or _stage(milestone.code)


def _stage(code: str) -> str:
    found = STAGES.get(code) or MILESTONES.get(code)
    return found.name(language()) if found else code


def _day(period: Period) -> str:
    return period.display(language())
