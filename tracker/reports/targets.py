"""Indicators against their targets: what was reached, of which target, and what is still needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.analysis import targets as figures
from tracker.analysis.completion import Ratio
from tracker.analysis.targets import Part
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.money import exactness
from tracker.money.quantities import Quantity, quantity_text, share_of
from tracker.queries import companies as questions
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.companies import IndicatorRow
from tracker.reports.portfolio import portfolio
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import heading, name_of, name_term, term
from tracker.text import command_line, fold
from tracker.vocabulary import AVAILABILITY, INDICATORS, NATURES, QUALIFIERS, SUBJECT_KINDS, Term


def indicator_list(reader: Reader, as_of: AsOf, filters: Filters, subject: str | None) -> Report:
    """Every value and target in the order recorded; with `subject` those of the zone, site, chain or company of it."""
    rows = chosen(reader, as_of, filters)
    if subject is not None:
        rows = [row for row in rows if fold(subject) in {fold(name) for name in (row.subject, row.subject_en) if name}]
    columns = (
        Column("kind", _("Of"), priority=6),
        Column("subject", _("Subject"), priority=1),
        Column("indicator", _("Indicator"), priority=1),
        Column("what", _("What"), priority=2),
        Column("period", _("Period"), Kind.DATE, priority=1),
        Column("value", _("Value"), Kind.ANY, priority=1),
        Column("unit", _("Unit"), hidden=True),
        Column("direction", _("Target type"), priority=7),
        Column("growth", _("Year on year"), Kind.RATIO, priority=4),
        Column("availability", _("Availability"), hidden=True),
        Column("qualifier", _("Qualifier"), hidden=True),
        Column("source", _("Source"), priority=5),
        Column("quote", _("Quotation"), priority=9, hidden=True),
        Column("note", _("Note"), priority=8),
    )
    empty = _("no indicator yet; record one with: {command}").format(
        command=command_line(_("indicator record zone:NAME output 645亿元 --on 2022"))
    )
    return Report(
        "indicators",
        _("Indicators"),
        columns,
        tuple(_indicator_cells(row) for row in rows),
        as_of.day,
        as_of.known_on,
        empty=empty,
        exact=True,
    )


def _indicator_cells(row: IndicatorRow) -> tuple[Cell, ...]:
    return (
        SUBJECT_KINDS.get(row.subject_kind),
        name_term(row.subject, row.subject_en),
        indicator_term(row.indicator),
        what_term(row.what),
        period_of(row),
        quantity_cell(quantity_of(row)),
        row.unit,
        direction_term(row.direction),
        share_of(row.growth) if row.growth is not None else None,
        AVAILABILITY.get(row.availability),
        QUALIFIERS.get(row.qualifier),
        row.source,
        row.quote,
        row.note,
    )


def chosen(reader: Reader, as_of: AsOf, filters: Filters) -> list[IndicatorRow]:
    """The rows of the subjects that the filters mean: those named by them, and those of the projects that match.

    A zone is meant only where nothing is filtered.
    """
    rows = [_converted(row, as_of) for row in questions.indicators(reader, as_of)]
    if filters == Filters():
        return rows
    projects = [one.row for one in portfolio(reader, as_of, filters).states]
    companies = {one.company_id for one in projects if one.company_id}
    named: dict[str, Iterable[str]] = {
        "site": (*filters.site, *(one.site for one in projects if one.site)),
        "chain": (*filters.chain, *(one.chain for one in projects if one.chain)),
        "company": filters.company,
    }
    folded = {kind: {fold(name) for name in names} for kind, names in named.items()}
    return [
        row
        for row in rows
        if row.company_id in companies
        or {fold(name) for name in (row.subject, row.subject_en) if name} & folded.get(row.subject_kind, set())
    ]


def _converted(row: IndicatorRow, as_of: AsOf) -> IndicatorRow:
    """The row in the currency the question asks for, at the rate of the day asked about, as all reports do."""
    if as_of.converter is None or row.value is None or row.currency is None:
        return row
    value = round(as_of.converter.convert(row.value, row.currency, as_of.day))
    return row._replace(value=value, currency=as_of.converter.target)


def subject_name(row: IndicatorRow) -> str:
    """The subject's name in the reader's language, where it has one."""
    return name_of(row.subject, row.subject_en)


def indicator_term(indicator: str) -> Term | None:
    """An indicator as a term: its code in files, its name in tables; a name of its own is both."""
    return term(INDICATORS, indicator)


def what_term(what: str) -> Term:
    """Actual, floor or stretch."""
    names = {"actual": ("实绩", _("actual")), "floor": ("保底目标", _("target")), "stretch": ("冲刺目标", _("stretch"))}
    zh, en = names[what]
    return Term(what, zh, en)


def direction_term(direction: str | None) -> Term | None:
    """How a target is met."""
    if direction is None:
        return None
    zh, en = {"at_least": ("不低于", _("at least")), "at_most": ("不超过", _("at most"))}[direction]
    return Term(direction, zh, en)


def period_of(row: IndicatorRow) -> Period:
    """The days a row is about."""
    return row.period


def quantity_of(row: IndicatorRow) -> Quantity:
    """The value of a row."""
    return Quantity(row.measure, row.value, row.currency, row.unit, row.qualifier, row.availability)


def part_of(row: IndicatorRow) -> Part:
    """The value of a row that has one."""
    assert row.value is not None
    return Part(period_of(row), row.value)


def quantity_cell(quantity: Quantity | None) -> Cell:
    """Money as an amount, exact counts as numbers, exact percentages as ratios; what is qualified in words."""
    if quantity is None:
        return None
    if quantity.measure == "money":
        return Amounts((quantity.figure,))
    if quantity.value is None or quantity.qualifier != "exact" or quantity.availability != "reported":
        return quantity_text(quantity)
    return share_of(quantity.value) if quantity.measure == "percent" else quantity.value


@dataclass(frozen=True, slots=True)
class Actual:
    """What an indicator was, the days that covers, and the rows it is taken from."""

    quantity: Quantity
    on: Period
    rows: tuple[IndicatorRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one subject in one period."""

    rows: tuple[IndicatorRow, ...]
    on: Period
    actual: Actual | None
    floor: IndicatorRow | None
    stretch: IndicatorRow | None
    base: Actual | None

    @property
    def targets(self) -> tuple[IndicatorRow, ...]:
        """The targets there are."""
        return tuple(one for one in (self.floor, self.stretch) if one)


def groups(rows: Sequence[IndicatorRow]) -> list[tuple[IndicatorRow, ...]]:
    """The rows of each subject and indicator: zones first, indicators in the order of the field."""
    found: dict[tuple[str, str, str], list[IndicatorRow]] = {}
    for row in rows:
        found.setdefault((row.subject_kind, fold(row.subject), row.indicator), []).append(row)

    def order(key: tuple[str, str, str]) -> tuple[int, str, int, str]:
        known = INDICATORS.get(key[2])
        return SUBJECT_KINDS[key[0]].order, key[1], known.order if known else len(INDICATORS) + 1, key[2]

    return [tuple(found[key]) for key in sorted(found, key=order)]


def lines_of(rows: tuple[IndicatorRow, ...], window: Period) -> Iterator[Line]:
    """A line for each period inside `window` that no longer one of the same indicator holds."""
    periods = {period_of(row) for row in rows}
    # A month inside a year that has a line of its own is counted there.
    widest = [one for one in periods if not any(_inside(one, other) for other in periods if other != one)]
    for on in sorted(widest, key=lambda one: (one.first, one.last)):
        if _inside(on, window):
            actual = _actual(rows, on)
            yield Line(rows, on, actual, _of(rows, on, "floor"), _of(rows, on, "stretch"), _base(rows, on, actual))


def _inside(one: Period, other: Period) -> bool:
    return other.first <= one.first and one.last <= other.last


def _of(rows: Sequence[IndicatorRow], on: Period, what: str) -> IndicatorRow | None:
    return next((row for row in rows if row.what == what and period_of(row) == on), None)


def _actual(rows: Sequence[IndicatorRow], on: Period) -> Actual | None:
    """The value of exactly this period, else what the values inside it make of it."""
    exact = _of(rows, on, "actual")
    if exact:
        return Actual(quantity_of(exact), on, (exact,))
    known = {part_of(row): row for row in rows if row.what == "actual" and row.value is not None}
    nature = NATURES.get(rows[0].indicator)
    if nature and nature.flow:
        parts = figures.added_up(known, on)
    else:
        part = (figures.latest if nature else figures.from_beginning)(known, on)
        parts = (part,) if part else ()
    return _sum([known[part] for part in parts])


def _sum(rows: Sequence[IndicatorRow]) -> Actual | None:
    """The rows added up; None where there is none, or they are in several currencies."""
    if not rows or len({row.currency for row in rows}) > 1:
        return None
    first = rows[0]
    value = sum(row.value or 0 for row in rows)
    quantity = Quantity(first.measure, value, first.currency, first.unit, *exactness(rows))
    return Actual(quantity, Period.of(first.first_day, rows[-1].last_day), tuple(rows))


def _base(rows: Sequence[IndicatorRow], on: Period, actual: Actual | None) -> Actual | None:
    """The value of the same days a year before, where it is known for all of them."""
    span = figures.year_before(actual.on if actual else on)
    found = _actual(rows, span)
    return found if found and found.on == span and whole(found) else None


def whole(actual: Actual) -> bool:
    """Whether nothing is missing between the first and the last day of it."""
    return actual.quantity.value is None or figures.without_gap([part_of(row) for row in actual.rows], actual.on)


# An implied base has no more: the rate it comes from was rounded.
FIGURES = 4


def targets(reader: Reader, as_of: AsOf, filters: Filters, on: Period | None = None) -> Report:
    """Indicators of the year of the day asked about and the year before, or of the periods inside `on`."""
    rows = chosen(reader, as_of, filters)
    window = on or Period.of(date(as_of.day.year - 1, 1, 1), date(as_of.day.year, 12, 31))
    lines = [line for group in groups(rows) for line in lines_of(group, window)]
    return Report(
        "targets",
        _("Targets {period}").format(period=on or f"{window.first.year}–{window.last.year}"),
        (
            Column("subject", _("Subject"), priority=1),
            Column("indicator", _("Indicator"), priority=1),
            Column("period", _("Period"), Kind.DATE, priority=1),
            Column("actual", _("Actual"), Kind.ANY, priority=1),
            Column("actual_of", _("Actual of"), Kind.DATE, priority=5),
            Column("floor", _("Target"), Kind.ANY, priority=1),
            Column("attained", _("Attained"), Kind.RATIO, priority=2),
            Column("stretch", _("Stretch"), Kind.ANY, priority=2),
            Column("attained_stretch", _("Of stretch"), Kind.RATIO, priority=4),
            Column("direction", _("Target type"), priority=6),
            Column("met", _("Met"), priority=5),
            Column("gap", _("Gap"), Kind.ANY, priority=3),
            Column("gap_stretch", _("Gap to stretch"), Kind.ANY, priority=7),
            Column("needed", _("Needed a month"), Kind.ANY, priority=4),
            Column("needed_stretch", _("For stretch"), Kind.ANY, priority=8),
            Column("growth", _("Year on year"), Kind.RATIO, priority=3),
            Column("base", _("Base"), Kind.ANY, priority=5),
            Column("base_from", _("Basis"), priority=8),
            Column("unit", _("Unit"), hidden=True),
            Column("measure", _("Measured as"), hidden=True),
            Column("source", _("Source"), hidden=True),
            Column("quote", _("Quotation"), hidden=True),
            Column("note", _("Note"), hidden=True),
        ),
        tuple(_cells(line, as_of) for line in lines),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_coverage(lines)) if lines else (),
        notes=tuple(_notes(lines, as_of)) if lines else (),
        empty=_("no indicator of these periods; record one with: {command}").format(
            command=command_line(_("indicator target SUBJECT INDICATOR VALUE"))
        ),
    )


def _cells(line: Line, as_of: AsOf) -> tuple[Cell, ...]:
    first, actual = line.rows[0], line.actual
    main = line.floor or line.stretch
    rows = _rows_said(line)
    growth, base, base_from = _against_base(line)
    attained, gap, needed = against(line, line.floor, as_of.day)
    attained_stretch, gap_stretch, needed_stretch = against(line, line.stretch, as_of.day)
    return (
        name_term(first.subject, first.subject_en),
        indicator_term(first.indicator),
        line.on,
        quantity_cell(actual.quantity if actual else None),
        actual.on if actual and actual.on != line.on else None,
        quantity_cell(quantity_of(line.floor) if line.floor else None),
        attained,
        quantity_cell(quantity_of(line.stretch) if line.stretch else None),
        attained_stretch,
        direction_term(main.direction if main else None),
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
        *(_joined(rows, name) for name in ("source", "quote", "note")),
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
    return attained, quantity_cell(Quantity(target.measure, value - goal, target.currency, None, *exact)), needed


def _rounded(value: Fraction, target: IndicatorRow, actual: Quantity) -> Cell:
    """Money to its minor unit, numbers of things to a tenth."""
    if target.measure == "money":
        exact = exactness([target], [actual]) if value else ()
        return quantity_cell(Quantity("money", round(value), target.currency, None, *exact))
    tenths = round(value * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _against_base(line: Line) -> tuple[Ratio | Fraction | None, Cell, Term | None]:
    """Growth, its base, and whether the base is recorded or implied by the growth that the source gives."""
    actual = line.actual
    if line.base is not None:
        base = line.base.quantity
        growth = None
        if actual and base.measure in ("money", "count") and actual.quantity.currency == base.currency:
            now, before = actual.quantity.value, base.value
            change = figures.growth(now, before) if now is not None and before is not None else None
            growth = None if change is None else Ratio.of(change, *exactness([actual.quantity], [base]))
        return growth, quantity_cell(base), Term("recorded", "已记录", "recorded")
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
    return share_of(stated), quantity_cell(quantity), Term("implied", "推算", "implied")


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
            "{count} actual value covers part of its period: see the column “{column}” (--columns +actual_of)",
            "{count} actual values cover part of their period: see the column “{column}” (--columns +actual_of)",
            partial,
        ).format(count=partial, column=_("Actual of"))
    apart = sum(1 for line in wanted if line.actual and not any(_comparable(line.actual, one) for one in line.targets))
    if apart:
        yield ngettext(
            "{count} actual value is unknown, or in another currency than its target",
            "{count} actual values are unknown, or in another currency than their targets",
            apart,
        ).format(count=apart)


def _notes(lines: Sequence[Line], as_of: AsOf) -> Iterator[str]:
    yield _("attained = actual ÷ target; gap = actual − target; a target of at most is met from 100% down")
    yield _(
        "needed a month = (target − actual) ÷ months left of the period after {day}, the rest of a month by days"
    ).format(day=Period.day(as_of.day))
    yield _(
        "on year = actual ÷ base − 1; an implied base = actual ÷ (1 + the change its source gives), to four figures"
    )
    for line in lines:
        note = _joined(_rows_said(line), "note")
        indicator = indicator_term(line.rows[0].indicator)
        if note and indicator:
            yield f"{heading(indicator)} {line.on.display(language())}: {note}"
