"""Closed months 月结, and their figures that are otherwise now than they were known when the month was closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tracker.analysis.values import Value
from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, at_least, figure_text
from tracker.queries import capital, months
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.months import CloseRow
from tracker.reports.portfolio import matching_ids
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.reports.words import term
from tracker.text import command_line
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, STAGES, Term

if TYPE_CHECKING:
    from tracker.analysis.revisions import Closed, Restated, SeriesKey
    from tracker.analysis.values import Entry

# How many restated figures a refusal or warning lists, and a sentence of one project.
_LISTED = 5


class Listed(NamedTuple):
    """A restated figure, with the code of its project."""

    code: str
    figure: Restated


def restated_since(reader: Reader, as_of: AsOf, close: CloseRow, since: int = 0) -> list[Restated]:
    """The figures of a closed month that are otherwise than known at its close, and than known at change `since`."""
    base = max(since, close.change)
    native = as_of._replace(day=close.last_day, converter=None)
    touched = months.touches(reader, as_of, base, close.last_day)
    if not touched:
        return []
    # Imported here because the log and the changes ask on every start, and mostly nothing was closed.
    from tracker.analysis.revisions import but_for, restated

    ids = {one.project_id for one in touched}
    now = months.figures_at(reader, native, ids)
    then = months.figures_at(reader, native._replace(known=close.change), ids)
    found = list(restated(close.last_day, then, now))
    if base > close.change:
        between = months.figures_at(reader, native._replace(known=base), ids)
        found = but_for(found, restated(close.last_day, then, between))
    causes: dict[tuple[int, str], set[int]] = defaultdict(set)
    for one in touched:
        causes[one.project_id, one.kind].add(one.change)
        causes[one.project_id, ""].add(one.change)
    return [
        one._replace(
            changes=tuple(
                sorted(causes.get((one.series.project_id, one.series.kind)) or causes[one.series.project_id, ""])
            )
        )
        for one in found
    ]


def contradicted(reader: Reader, as_of: AsOf, closed: Mapping[Period, CloseRow], since: int = 0) -> list[Restated]:
    """Figures of closed months that later figures contradict: stated then, and another amount by what followed."""
    if not closed:
        return []
    from tracker.analysis.revisions import Restated, SeriesKey
    from tracker.analysis.running import Series

    base = max(since, min(close.change for close in closed.values()))
    touched = {one.project_id for one in months.touches(reader, as_of, base, as_of.day)}
    found = dict[tuple[date, SeriesKey, str], Restated]()
    for project, own in (capital.series_entries(reader, as_of, (), touched) if touched else {}).items():
        by_series: dict[SeriesKey, list[Entry]] = defaultdict(list)
        for kind, currency, entry in own:
            if kind not in ("total", "plan"):
                by_series[SeriesKey(project, kind, currency)].append(entry)
        for series, entries in sorted(by_series.items()):
            recorded = {entry.id: entry.recorded for entry in entries}
            for one in Series(entries).disagreements():
                close = closed.get(Period.month(one.last.year, one.last.month))
                causes = {recorded[entry] for entry in one.against}
                if close is None or one.last != close.last_day or max(causes) <= max(close.change, since):
                    continue
                if any(recorded[entry] > close.change for entry in one.entries):
                    continue
                stated = Value("known", one.stated, one.qualifier, "reported")
                measure = "cumulative" if one.first is None else Period(one.first, one.last).iso()
                if one.first == one.last.replace(day=1):
                    measure = "month"
                elif one.first == one.last.replace(month=1, day=1):
                    measure = "year"
                later = tuple(sorted(cause for cause in causes if cause > close.change))
                restated_as = stated._replace(minor=one.stated + one.by)
                # The month and the year to date of January are one figure.
                found.setdefault(
                    (one.last, series, measure), Restated(one.last, series, measure, stated, restated_as, later)
                )
    return list(found.values())


def since_close(reader: Reader, as_of: AsOf, close: CloseRow) -> list[Restated]:
    """Every figure of a closed month that is otherwise now: recorded anew, or contradicted by what followed."""
    found = restated_since(reader, as_of, close)
    known = {(one.series, one.measure) for one in found}
    later = contradicted(reader, as_of, {close.month: close})
    return found + [one for one in later if (one.series, one.measure) not in known]


def restated_in(reader: Reader, as_of: AsOf, filters: Filters, month: Period) -> list[Listed]:
    """What the report of `month` lists as restated: since the last month before it was closed, and since its own close.

    Of the projects that match alone, where there are filters; else also of projects that were removed.
    """
    closed = {one.month: one for one in months.closes(reader, as_of) if one.last_day <= month.last}
    last = max(
        (one for one in closed.values() if one.last_day < month.first), key=lambda one: one.last_day, default=None
    )
    found: list[Restated] = []
    for one in closed.values():
        found += restated_since(reader, as_of, one, last.change if last and one.month != month else 0)
    known = {(one.last_day, one.series, one.measure) for one in found}
    found += [
        one
        for one in contradicted(reader, as_of, closed, last.change if last else 0)
        if (one.last_day, one.series, one.measure) not in known
    ]
    if found and filters != Filters():
        ids = matching_ids(reader, as_of, filters)
        found = [one for one in found if one.series.project_id in ids]
    return _listed(reader, found)


def _listed(reader: Reader, found: Sequence[Restated]) -> list[Listed]:
    codes = months.codes(reader, {one.series.project_id for one in found})
    listed = [Listed(codes.get(one.series.project_id, str(one.series.project_id)), one) for one in found]
    return sorted(listed, key=lambda one: (one.figure.last_day, one.code))


# The closed month that a figure, which ends on a day, was recorded into by a change; None for none.
AfterClose = Callable[[date | None, int], Period | None]


def closes_before(reader: Reader) -> AfterClose:
    """How an entry is marked that was recorded into a month while it was closed."""
    spans = months.closed_spans(reader)

    def mark(last_day: date | None, change: int) -> Period | None:
        if last_day is None or not spans:
            return None
        month = Period.month(last_day.year, last_day.month)
        return month if any(day == month.last and since < change < until for day, since, until in spans) else None

    return mark


# --- in words --------------------------------------------------------------------------------------------------------


def sentences(found: Iterable[Listed]) -> Iterator[str]:
    """A sentence for each project and closed month: which of its figures are restated since it was closed."""
    by_project: dict[tuple[Period, str], list[Restated]] = defaultdict(list)
    for one in found:
        by_project[Period.month(one.figure.last_day.year, one.figure.last_day.month), one.code].append(one.figure)
    for (month, code), figures in by_project.items():
        changes = sorted({number for one in figures for number in one.changes})
        yield ngettext(
            "restated since {month} was closed: {code} {figures} (change {changes})",
            "restated since {month} was closed: {code} {figures} (changes {changes})",
            len(changes),
        ).format(
            month=month.display(language()),
            code=code,
            figures=_("; ").join(map(in_words, figures)),
            changes=_(", ").join(map(str, changes)) or "–",
        )


def in_words(one: Restated) -> str:
    """What a restated figure was and is."""
    kind = term(CAPITAL_KINDS, one.series.kind)
    name = kind.name(language()) if kind and one.measure not in ("stage", "condition") else ""
    return (
        _("{kind} {measure} {before} → {after}")
        .format(kind=name, measure=measure_name(one), before=_text(one, one.before), after=_text(one, one.after))
        .strip()
        .replace("  ", " ")
    )


def measure_name(one: Restated) -> str:
    """What the figure is of: the month, the year to date, all time, the plan or total itself; or a state."""
    names = {
        "month": _("of the month"),
        "year": _("of the year") if one.series.kind == "plan" else _("year to date"),
        "cumulative": "" if one.series.kind == "total" else _("cumulative"),
        "stage": _("stage"),
        "condition": _("condition"),
    }
    # Any other is the span itself.
    return names.get(one.measure, one.measure)


def _figure(series: SeriesKey, value: Value) -> Figure | None:
    if value.state not in ("known", "partial") or value.minor is None:
        return None
    qualifier = at_least(value.qualifier) if value.state == "partial" else value.qualifier
    available = value.availability if value.availability in ("reported", "estimated") else "reported"
    return Figure(Money(value.minor, series.currency), qualifier, available)


def _state(one: Restated, code: str | None) -> Term | None:
    if one.measure == "condition":
        return term(CONDITIONS, code or "active")
    return term(STAGES, code)


def _text(one: Restated, what: Value | str | None) -> str:
    if isinstance(what, Value):
        figure = _figure(one.series, what)
        if figure and what.state == "partial" and figure.qualifier == "over":
            return "≥" + figure_text(replace(figure, qualifier="exact"))
        if figure:
            return figure_text(figure)
        return {"withheld": _("withheld"), "not_reported": _("not reported")}.get(what.state, _("not known"))
    state = _state(one, what)
    return state.name(language()) if state else _("none")


# --- at the door -----------------------------------------------------------------------------------------------------


def door_sentences(found: Iterable[Closed]) -> Iterator[str]:
    """What a change does to each closed month."""
    for closed in found:
        month = Period.month(closed.last_day.year, closed.last_day.month)
        head = _("{month} was closed by change {change}").format(
            month=month.display(language()), change=closed.closed_by
        )
        if closed.entries:
            came = ngettext(
                "{count} entry comes after its close", "{count} entries come after its close", closed.entries
            )
            head = _("{what}: {detail}").format(what=head, detail=came.format(count=f"{closed.entries:,}"))
        if not closed.restated:
            yield _("{head}; no figure of it changes").format(head=head)
            continue
        listed = _(", ").join(
            f"{closed.codes.get(one.series.project_id)} {in_words(one)}" for one in closed.restated[:_LISTED]
        )
        more = len(closed.restated) - _LISTED
        if more > 0:
            listed = _("{figures} and {count} more: {command}").format(
                figures=listed, count=f"{more:,}", command=command_line("month show {month}", month=month.iso())
            )
        yield _("{head}; restated: {figures}").format(head=head, figures=listed)


# --- the tables ------------------------------------------------------------------------------------------------------


def month_list(reader: Reader, as_of: AsOf) -> Report:
    """The closed months: when and by whom, and how many of their figures are otherwise now."""
    rows = months.closes(reader, as_of)
    return Report(
        "months",
        _("Closed months"),
        (
            Column("month", _("Month"), Kind.DATE, priority=1),
            Column("closed", _("Closed on"), Kind.MOMENT, priority=2),
            Column("by", _("By"), priority=3),
            Column("change", _("Change"), Kind.COUNT, priority=1),
            Column("restated", _("Restated figures"), Kind.COUNT, priority=1),
            Column("note", _("Note"), priority=4),
        ),
        tuple(
            (row.month, row.recorded_at, row.actor, row.change, len(since_close(reader, as_of, row)), row.note)
            for row in rows
        ),
        as_of.day,
        as_of.known_on,
        empty=_("no month is closed"),
    )


def month_restated(reader: Reader, as_of: AsOf, month: Period) -> Report:
    """Every figure of a closed month that is otherwise now than known at its close. Raises UsageError if not closed."""
    close = next((row for row in months.closes(reader, as_of) if row.month == month), None)
    if close is None:
        raise UsageError(_("{month} is not closed").format(month=month.display(language())))
    found = since_close(reader, as_of, close)
    return Report(
        "restated",
        _("Restated since {month} was closed").format(month=month.display(language())),
        (
            Column("code", _("Code"), priority=1),
            Column("kind", _("Kind"), priority=1),
            Column("measure", _("Figure"), priority=1),
            Column("before", _("At the close"), Kind.AMOUNT, priority=1),
            Column("after", _("Now"), Kind.AMOUNT, priority=1),
            Column("by", _("Difference"), Kind.AMOUNT, priority=2),
            Column("was", _("Was"), priority=3),
            Column("is", _("Is"), priority=3),
            Column("changes", _("Changes"), priority=2),
        ),
        tuple(_row(one) for one in _listed(reader, found)),
        as_of.day,
        as_of.known_on,
        coverage=(
            _("closed by change {change} on {day}").format(
                change=close.change, day=Period.day(close.recorded_at.date())
            ),
        ),
        exact=True,
        empty=_("every figure of {month} is as it was known at its close").format(month=month.display(language())),
    )


def _row(listed: Listed) -> Row:
    one = listed.figure
    head: tuple[Cell, ...] = (listed.code, term(CAPITAL_KINDS, one.series.kind), measure_name(one) or None)
    tail: tuple[Cell, ...] = (tuple(map(str, one.changes)) or None,)
    if not isinstance(one.before, Value) or not isinstance(one.after, Value):
        was, now = (_state(one, what if isinstance(what, str) else None) for what in (one.before, one.after))
        return (listed.code, None, measure_name(one), None, None, None, was, now, *tail)
    figures = [_figure(one.series, value) for value in (one.before, one.after)]
    before, after = (
        Amounts((figure,) if figure else (), state=value.state)
        for figure, value in zip(figures, (one.before, one.after), strict=True)
    )
    by = None
    if one.before.minor is not None and one.after.minor is not None and all(figures):
        by = Amounts((Figure(Money(one.after.minor - one.before.minor, one.series.currency)),))
    return (*head, before, after, by, None, None, *tail)
