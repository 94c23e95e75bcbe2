"""`tracker indicator list`: the values and targets themselves, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tracker.analysis.targets import Part
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.money import AUTO
from tracker.money.quantities import Quantity, format_quantity, share_of
from tracker.queries import indicators as questions
from tracker.queries.asked import Asked, Filters
from tracker.queries.indicators import IndicatorRow
from tracker.reports.portfolio import portfolio
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import name_of, term
from tracker.text import fold
from tracker.vocabulary import INDICATORS, SUBJECT_KINDS, Term


def indicator_list(reader: Reader, asked: Asked, filters: Filters, subject: str | None) -> Report:
    """Every value and target in the order recorded; with `subject` those of the zone, site, chain or company of it."""
    rows = chosen(reader, asked, filters)
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
        Column("direction", _("Met by"), priority=7),
        Column("growth", _("On year"), Kind.RATIO, priority=4),
        Column("availability", _("Availability"), hidden=True),
        Column("qualifier", _("Qualifier"), hidden=True),
        Column("source", _("Source"), priority=5),
        Column("quote", _("Quotation"), priority=9, hidden=True),
        Column("note", _("Note"), priority=8),
    )
    empty = _("no indicator yet; record one with: tracker indicator record zone:NAME output 645亿元 --on 2022")
    return Report(
        "indicators",
        _("Indicators"),
        columns,
        tuple(_cells(row) for row in rows),
        asked.as_of,
        asked.known_on,
        empty=empty,
        exact=True,
    )


def _cells(row: IndicatorRow) -> tuple[Cell, ...]:
    return (
        SUBJECT_KINDS.get(row.subject_kind),
        subject_name(row),
        indicator_term(row.indicator),
        what_term(row.what),
        period_of(row),
        quantity_cell(quantity_of(row)),
        row.unit,
        direction_term(row.direction),
        share_of(row.growth) if row.growth is not None else None,
        row.availability,
        row.qualifier,
        row.source,
        row.quote,
        row.note,
    )


def chosen(reader: Reader, asked: Asked, filters: Filters) -> list[IndicatorRow]:
    """The rows of the subjects that the filters mean: those named by them, and those of the projects that match.

    A zone is meant only where nothing is filtered.
    """
    rows = [_converted(row, asked) for row in questions.indicators(reader, asked)]
    if filters == Filters():
        return rows
    projects = [one.row for one in portfolio(reader, asked, filters).standings]
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


def _converted(row: IndicatorRow, asked: Asked) -> IndicatorRow:
    """The row in the currency the question asks for, at the rate of the day asked about, as all reports do."""
    if asked.converter is None or row.value is None or row.currency is None:
        return row
    value = round(asked.converter.convert(row.value, row.currency, asked.as_of))
    return replace(row, value=value, currency=asked.converter.target)


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
        return format_quantity(quantity, unit=AUTO, lang=language())
    return share_of(quantity.value) if quantity.measure == "percent" else quantity.value
