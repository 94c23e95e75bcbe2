"""`tracker report targets`: indicators against their targets, floor and stretch apart, and against the year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from tracker.analysis import targets as figures
from tracker.analysis.completion import Ratio
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.money import exactness
from tracker.money.quantities import Quantity, share_of
from tracker.queries.asked import Asked, Filters
from tracker.queries.indicators import IndicatorRow
from tracker.reports import indicators as shown
from tracker.reports.achieved import Actual, Line, groups, lines_of, whole
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import heading

# An implied base has no more: the rate it comes from was rounded.
FIGURES = 4


def targets(reader: Reader, asked: Asked, filters: Filters, on: Period | None = None) -> Report:
    """Indicators of the year of the day asked about and the year before, or of the periods inside `on`."""
    rows = shown.chosen(reader, asked, filters)
    window = on or Period.of(date(asked.as_of.year - 1, 1, 1), date(asked.as_of.year, 12, 31))
    lines = [line for group in groups(rows) for line in lines_of(group, window)]
    return Report(
        "targets",
        _("Targets {period}").format(period=on or f"{window.first.year}–{window.last.year}"),
        _columns(),
        tuple(_cells(line, asked) for line in lines),
        asked.as_of,
        asked.known_on,
        coverage=tuple(_coverage(lines)) if lines else (),
        notes=tuple(_notes(lines, asked)) if lines else (),
        empty=_("no indicator of these periods; record one with: tracker indicator target SUBJECT INDICATOR VALUE"),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("subject", _("Subject"), priority=1),
        Column("indicator", _("Indicator"), priority=1),
        Column("period", _("Period"), Kind.DATE, priority=1),
        Column("actual", _("Actual"), Kind.ANY, priority=1),
        Column("actual_of", _("Actual of"), Kind.DATE, priority=5),
        Column("floor", _("Target"), Kind.ANY, priority=1),
        Column("attained", _("Attained"), Kind.RATIO, priority=2),
        Column("stretch", _("Stretch"), Kind.ANY, priority=2),
        Column("attained_stretch", _("Of stretch"), Kind.RATIO, priority=4),
        Column("direction", _("Met by"), priority=6),
        Column("met", _("Met"), priority=5),
        Column("gap", _("Gap"), Kind.ANY, priority=3),
        Column("gap_stretch", _("Gap to stretch"), Kind.ANY, priority=7),
        Column("needed", _("Needed a month"), Kind.ANY, priority=4),
        Column("needed_stretch", _("For stretch"), Kind.ANY, priority=8),
        Column("growth", _("On year"), Kind.RATIO, priority=3),
        Column("base", _("Base"), Kind.ANY, priority=5),
        Column("base_from", _("Base is"), priority=8),
        Column("unit", _("Unit"), hidden=True),
        Column("measure", _("Measured as"), hidden=True),
        Column("source", _("Source"), hidden=True),
        Column("quote", _("Quotation"), hidden=True),
        Column("note", _("Note"), hidden=True),
    )


def _cells(line: Line, asked: Asked) -> tuple[Cell, ...]:
    first, actual = line.rows[0], line.actual
    main = line.floor or line.stretch
    said = _rows_said(line)
    growth, base, base_from = _against_base(line)
    attained, gap, needed = against(line, line.floor, asked.as_of)
    attained_stretch, gap_stretch, needed_stretch = against(line, line.stretch, asked.as_of)
    return (
        shown.subject_name(first),
        shown.indicator_term(first.indicator),
        line.on,
        shown.quantity_cell(actual.quantity if actual else None),
        actual.on if actual and actual.on != line.on else None,
        shown.quantity_cell(shown.quantity_of(line.floor) if line.floor else None),
        attained,
        shown.quantity_cell(shown.quantity_of(line.stretch) if line.stretch else None),
        attained_stretch,
        shown.direction_term(main.direction if main else None),
        _met(line, main),
        gap,
        gap_stretch,
        needed,
        needed_stretch,
        growth,
        base,
        base_from,
        first.unit,
        first.measure,
        *(_joined(said, name) for name in ("source", "quote", "note")),
    )


def _rows_said(line: Line) -> tuple[IndicatorRow, ...]:
    return (*(line.actual.rows if line.actual else ()), *line.targets)


def _joined(rows: Sequence[IndicatorRow], name: str) -> str | None:
    texts = dict.fromkeys(text for row in rows if (text := getattr(row, name)))
    return "; ".join(texts) or None


def _comparable(actual: Actual | None, target: IndicatorRow | None) -> tuple[int, int] | None:
    """Both values, where both are known and in one currency."""
    if actual is None or target is None or actual.quantity.value is None or target.value is None:
        return None
    if (actual.quantity.measure, actual.quantity.currency) != (target.measure, target.currency):
        return None
    return actual.quantity.value, target.value


def _met(line: Line, target: IndicatorRow | None) -> bool | None:
    pair = _comparable(line.actual, target)
    if pair is None or target is None or line.actual is None:
        return None
    met = figures.met(*pair, at_most=target.direction == "at_most")
    # “Over 14” may be more than 15, and “at most 20” less than 18.
    undecided = "over" if met == (target.direction == "at_most") else "at_most"
    return None if line.actual.quantity.qualifier == undecided else met


def against(line: Line, target: IndicatorRow | None, as_of: date) -> tuple[Ratio | None, Cell, Cell]:
    """Attainment, gap, and what is needed a month."""
    pair = _comparable(line.actual, target)
    if pair is None or target is None or line.actual is None:
        return None, None, None
    value, goal = pair
    actual = line.actual.quantity
    share = None if target.measure == "rank" else figures.attainment(value, goal)
    attained = None if share is None else Ratio.of(share, *exactness([actual], [target]))
    left = figures.months_left(line.on, as_of)
    needed = None
    if left and target.direction == "at_least" and target.measure in ("money", "count"):
        needed = _rounded(figures.needed_a_month(value, goal, left), target, actual)
    exact = exactness([actual], [target])
    return attained, shown.quantity_cell(Quantity(target.measure, value - goal, target.currency, None, *exact)), needed


def _rounded(value: Fraction, target: IndicatorRow, actual: Quantity) -> Cell:
    """Money to its minor unit, numbers of things to a tenth."""
    if target.measure == "money":
        exact = exactness([target], [actual]) if value else ()
        return shown.quantity_cell(Quantity("money", round(value), target.currency, None, *exact))
    tenths = round(value * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _against_base(line: Line) -> tuple[Ratio | Fraction | None, Cell, str | None]:
    """Growth, its base, and whether the base is recorded or implied by the growth that the source gives."""
    actual = line.actual
    if line.base is not None:
        base = line.base.quantity
        growth = None
        if actual and base.measure in ("money", "count") and actual.quantity.currency == base.currency:
            now, before = actual.quantity.value, base.value
            change = figures.growth(now, before) if now is not None and before is not None else None
            growth = None if change is None else Ratio.of(change, *exactness([actual.quantity], [base]))
        return growth, shown.quantity_cell(base), _("recorded")
    stated = actual.rows[0].growth if actual and len(actual.rows) == 1 else None
    if actual is None or stated is None:
        return None, None, None
    value = actual.quantity.value
    implied = figures.implied_base(value, share_of(stated)) if value is not None else None
    if implied is None:
        return share_of(stated), None, None
    # Worked out of two rounded figures, so it is about as much whatever the actual says of itself.
    quantity = Quantity(
        actual.quantity.measure, figures.significant(implied, FIGURES), actual.quantity.currency, None, "about"
    )
    return share_of(stated), shown.quantity_cell(quantity), _("implied")


def _coverage(lines: Sequence[Line]) -> Iterator[str]:
    wanted = [line for line in lines if line.targets]
    if wanted:
        known = sum(1 for line in wanted if line.actual and line.actual.quantity.value is not None)
        yield ngettext(
            "{known} of {wanted} target has an actual value",
            "{known} of {wanted} targets have an actual value",
            len(wanted),
        ).format(known=known, wanted=len(wanted))
    partial = sum(1 for line in lines if line.actual and (line.actual.on != line.on or not whole(line.actual)))
    if partial:
        yield ngettext(
            "{count} actual value speaks of a part of its period: see the column actual_of",
            "{count} actual values speak of a part of their period: see the column actual_of",
            partial,
        ).format(count=partial)
    apart = sum(1 for line in wanted if line.actual and not any(_comparable(line.actual, one) for one in line.targets))
    if apart:
        yield ngettext(
            "{count} actual value is unknown, or in another currency than its target",
            "{count} actual values are unknown, or in another currency than their targets",
            apart,
        ).format(count=apart)


def _notes(lines: Sequence[Line], asked: Asked) -> Iterator[str]:
    yield _("attained = actual ÷ target; gap = actual − target; a target of at most is met from 100% down")
    yield _(
        "needed a month = (target − actual) ÷ months left of the period after {day}, the rest of a month by days"
    ).format(day=asked.as_of)
    yield _(
        "on year = actual ÷ base − 1; an implied base = actual ÷ (1 + the change its source gives), to four figures"
    )
    for line in lines:
        note = _joined(_rows_said(line), "note")
        indicator = shown.indicator_term(line.rows[0].indicator)
        if note and indicator:
            yield f"{heading(indicator)} {line.on.display(language())}: {note}"
