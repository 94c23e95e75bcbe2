"""What an import would write, or has written, and what is wrong with a file, as reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracker.analysis.running import Fall, Overlap
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.importer.apply import Result
from tracker.importer.matching import Difference, Effect, Outcome
from tracker.money import Figure, Money, figure_text
from tracker.records.schema import Problem
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.text import show
from tracker.vocabulary import Term

# Restatements that are named; the others are counted.
_MOST_EFFECTS = 20
# Cells of one problem that are named; the others are counted.
_FIRST_CELLS = 3
_ORDER = {"kept": 0, "changed": 1, "new": 2}


def preview(result: Result, today: date) -> Report:
    """Every new record and every difference, old → new: what is kept back first, then changes, then what is new."""
    outcome = result.outcome
    rows = sorted([*outcome.differences, *outcome.fresh], key=lambda one: _ORDER[one.how])
    more = ngettext(
        "and {count} more, all of them with -f csv", "and {count} more, all of them with -f csv", outcome.more
    )
    notes = [more.format(count=outcome.more)] if outcome.more else []
    if outcome.conflicts:
        notes.append(
            _("kept: changed in the ledger since the file was made, and the file differs (--conflict take|ask)")
        )
    notes += [
        _("? row {row}: {question} ({options})").format(row=one.row, question=one.sentence, options=one.options)
        for one in outcome.guesses.values()
    ]
    # January by itself and the year to January are one figure.
    effects = list(dict.fromkeys(map(_effect, outcome.effects)))
    notes += effects[:_MOST_EFFECTS]
    if len(effects) > _MOST_EFFECTS:
        further = len(effects) - _MOST_EFFECTS
        notes.append(
            ngettext("and {count} more restatement", "and {count} more restatements", further).format(count=further)
        )
    notes += [_("check: {finding}").format(finding=finding) for finding in outcome.findings]
    notes += outcome.remarks
    return Report(
        "import",
        _("Import"),
        _columns(),
        tuple(_row(one, guessed=one.guessed or one.conflicting in outcome.guesses) for one in rows),
        today,
        coverage=tuple(counted(outcome)),
        notes=tuple(notes),
        empty=_("nothing to record: the ledger already has all of this") if not outcome.problems else "",
    )


def _effect(one: Effect) -> str:
    """What the file does to a series, in a sentence."""
    found = one.found
    if isinstance(found, Overlap):
        return _("{what}: two periods overlap in {period}; the one recorded later is left out").format(
            what=one.what, period=found.shared
        )
    if isinstance(found, Fall):
        return _("{what} {period} comes to {amount}: the running figure is less than the one before").format(
            what=one.what, period=Period.of(found.first, found.last), amount=_money(found.minor, found.qualifier, one)
        )
    period = (
        Period.of(found.first, found.last)
        if found.first
        else _("everything to {day}").format(day=Period.day(found.last))
    )
    return _("{what} {period} restated by {amount}").format(
        what=one.what, period=period, amount=_money(found.by, found.qualifier, one)
    )


def _money(minor: int, qualifier: str, one: Effect) -> str:
    return figure_text(Figure(Money(minor, one.currency), qualifier))


def counted(outcome: Outcome) -> list[str]:
    """How many records of each kind are new, changed, the same and kept, a sentence a kind."""
    words = {"new": _("{n} new"), "changed": _("{n} changed"), "same": _("{n} same"), "kept": _("{n} kept")}
    lines = []
    for kind, numbers in outcome.by_kind():
        named = [how for how in words if how != "kept" or numbers.get(how)]
        told = _(", ").join(words[how].format(n=f"{numbers.get(how, 0):,}") for how in named)
        lines.append(_("{kind}: {counts}").format(kind=kinds()[kind], counts=told))
    if outcome.refused:
        number = outcome.bad_rows
        lines.append(ngettext("{count} row refused", "{count} rows refused", number).format(count=f"{number:,}"))
    return lines


def _columns() -> tuple[Column, ...]:
    return (
        Column("how", "", priority=1),
        Column("kind", _("Kind"), priority=3),
        Column("what", _("Record"), priority=1),
        Column("field", _("Field"), priority=1),
        Column("old", _("Old"), Kind.ANY, priority=1),
        Column("new", _("New"), Kind.ANY, priority=1),
        Column("row", _("Row"), Kind.COUNT, priority=4),
    )


def _row(one: Difference, *, guessed: bool) -> tuple[Cell, ...]:
    how: Cell = _hows()[one.how]
    if guessed:
        how = _("{how}?").format(how=_hows()[one.how].name(language()))
    return (how, kinds().get(one.kind, one.kind), one.what, one.field or None, one.old, one.new, one.row)


def _hows() -> dict[str, Term]:
    names = {"new": ("新增", "new"), "changed": ("变更", "changed"), "kept": ("保留", "kept")}
    return {code: Term(code, *name, order=_ORDER[code]) for code, name in names.items()}


def kinds() -> dict[str, str]:
    """What the kinds of records are called."""
    return {
        "field": _("declared fields"),
        "company": _("companies"),
        "certification": _("certifications"),
        "project": _("projects"),
        "relation": _("relations"),
        "stage": _("stages"),
        "condition": _("conditions"),
        "milestone": _("milestones"),
        "capital": _("capital entries"),
        "baseline": _("baselines"),
        "review": _("progress reports"),
        "indicator": _("indicators"),
        "request": _("requests"),
        "follow_up": _("follow-ups"),
        "rate": _("exchange rates"),
        "calendar_day": _("days of the calendar"),
        "map": _("maps of files"),
        "month_close": _("closes of months"),
    }


def problem_list(problems: Iterable[Problem], more: int, today: date, *, together: bool = False) -> Report:
    """Everything that is wrong with a file, cell by cell; `together`: a line for a column and value, with its cells."""
    listed = sorted(problems, key=lambda one: one.row)
    note = ngettext("and {count} more problem", "and {count} more problems", more).format(count=f"{more:,}")
    same: dict[tuple[str, ...], list[Problem]] = {}
    for one in listed:
        key = (one.column, one.value, one.problem, one.hint)
        same.setdefault(key if together else (*key, str(len(same))), []).append(one)
    return Report(
        "problems",
        _("Problems"),
        (
            Column("rows", _("Rows"), Kind.COUNT, priority=2)
            if together
            else Column("row", _("Row"), Kind.COUNT, priority=2),
            Column("cell", _("Cell"), priority=1),
            Column("column", _("Column"), priority=1),
            Column("value", _("Value"), priority=1),
            Column("problem", _("Problem"), priority=1),
            Column("hint", _("Hint"), priority=1),
        ),
        tuple(_problem_row(some, together=together) for some in same.values()),
        today,
        notes=(note,) if more else (),
    )


def _problem_row(some: list[Problem], *, together: bool) -> tuple[Cell, ...]:
    one = some[0]
    cells = list(dict.fromkeys(each.cell or str(each.row or "") for each in some)) if together else [one.cell]
    return (
        (len(some) if together else one.row) or None,
        ", ".join(cells[:_FIRST_CELLS]) + (", …" if len(cells) > _FIRST_CELLS else "") or None,
        show(one.column) or None,
        show(one.value) or None,
        one.problem,
        one.hint or None,
    )
