"""`tracker report earned-value`: planned, earned and paid, and what they say of cost and time, a row a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.money import Figure, Money
from tracker.queries.asked import Asked, Filters
from tracker.reports.earned import Earned, books, computed, earned
from tracker.reports.portfolio import family, portfolio
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.tally import Tally, group_amounts
from tracker.reports.words import code_column, name_cells, name_columns


def earned_value(reader: Reader, asked: Asked, filters: Filters) -> Report:
    """A row a project that has a plan, completed capital or payments; ended projects stay in it."""
    found = portfolio(reader, asked, filters).standings
    kept = books(reader, asked)
    rows = [earned(one, kept, asked.as_of) for one in found]
    rows = [row for row in rows if row.pv.figures or row.ev.figures or row.ac.figures]
    columns = (code_column(), *name_columns(), *earned_columns())
    return Report(
        "earned-value",
        _("Earned value"),
        columns,
        tuple((row.standing.row.code, *name_cells(row.standing.row), *earned_cells(row)) for row in rows),
        asked.as_of,
        asked.known_on,
        totals=_totals(rows, columns) if rows else None,
        coverage=tuple(earned_coverage(rows, len(found))) if rows else (),
        notes=earned_notes(),
        empty=_("no project with a plan, completed capital or payments matches"),
    )


def earned_columns() -> tuple[Column, ...]:
    """The columns of the figures of a project on a day."""
    return (
        Column("bac", _("BAC"), Kind.AMOUNT, priority=5),
        Column("pv", _("PV"), Kind.AMOUNT, priority=2),
        Column("ev", _("EV"), Kind.AMOUNT, priority=1),
        Column("ac", _("AC"), Kind.AMOUNT, priority=3),
        Column("sv", _("SV"), Kind.AMOUNT, priority=6),
        Column("cv", _("CV"), Kind.AMOUNT, priority=6),
        Column("spi", _("SPI"), Kind.NUMBER, priority=1),
        Column("cpi", _("CPI"), Kind.NUMBER, priority=1),
        Column("eac", _("EAC"), Kind.AMOUNT, priority=5),
        Column("etc", _("ETC"), Kind.AMOUNT, priority=7),
        Column("vac", _("VAC"), Kind.AMOUNT, priority=7),
        Column("tcpi", _("TCPI"), Kind.NUMBER, priority=6),
        Column("es", _("ES (months)"), Kind.NUMBER, priority=6),
        Column("at", _("AT (months)"), Kind.NUMBER, priority=8),
        Column("sv_t", _("SV(t)"), Kind.NUMBER, priority=4),
        Column("spi_t", _("SPI(t)"), Kind.NUMBER, priority=2),
        Column("forecast_end", _("Forecast end"), Kind.DATE, priority=3),
    )


def earned_cells(row: Earned) -> tuple[Cell, ...]:
    """The cells under `earned_columns`."""
    inputs = row.inputs

    def follows(amount: Fraction | None, *made_of: Tally) -> Cell:
        return computed(amount, row.currency, made_of).cell()

    cost = (row.bac, row.ev, row.ac)
    return (
        row.bac.cell(),
        row.pv.cell(),
        row.ev.cell(),
        row.ac.cell(),
        follows(inputs.sv, row.ev, row.pv),
        follows(inputs.cv, row.ev, row.ac),
        inputs.spi,
        inputs.cpi,
        follows(inputs.eac, *cost),
        follows(inputs.etc, *cost),
        follows(inputs.vac, *cost),
        inputs.tcpi,
        inputs.es,
        inputs.at,
        inputs.sv_t,
        inputs.spi_t,
        row.ends,
    )


def _totals(rows: Sequence[Earned], columns: Sequence[Column]) -> tuple[Cell, ...]:
    """Sums of what was put in; SV and SPI over the projects with EV and PV, CV and CPI over those with EV and AC."""
    count = len(rows)
    timed = _together([row for row in rows if row.inputs.sv is not None], "pv")
    costed = _together([row for row in rows if row.inputs.cv is not None], "ac")
    cells: dict[str, Cell] = {name: _added(rows, name) for name in ("bac", "pv", "ev", "ac")}
    cells |= {
        "code": ngettext("{count} project", "{count} projects", count).format(count=count),
        "sv": _difference(timed),
        "spi": _ratio(timed),
        "cv": _difference(costed),
        "cpi": _ratio(costed),
    }
    return tuple(cells.get(column.key) for column in columns)


def _added(rows: Sequence[Earned], name: str) -> Amounts:
    tree = family(row.standing for row in rows)
    return group_amounts(tree, {row.standing.row.project_id: getattr(row, name) for row in rows})


def _together(rows: Sequence[Earned], other: str) -> tuple[Money, Money] | None:
    """EV and the other figure over the same projects; None unless both are in one and the same currency."""
    sums = [_added(rows, name) for name in ("ev", other)]
    found = [one.figures[0].money for one in sums if len(one.figures) == 1]
    if len(found) != 2 or found[0] is None or found[1] is None or found[0].currency != found[1].currency:
        return None
    return found[0], found[1]


def _difference(sums: tuple[Money, Money] | None) -> Cell:
    return Amounts((Figure(sums[0] + -sums[1]),)) if sums else None


def _ratio(sums: tuple[Money, Money] | None) -> Fraction | None:
    return Fraction(sums[0].minor, sums[1].minor) if sums and sums[1].minor > 0 else None


def earned_coverage(rows: Sequence[Earned], found: int) -> Iterable[str]:
    """What is behind the figures of these projects, `found` of which matched."""
    yield _("{shown} of {all} projects have a plan, completed capital or payments").format(shown=len(rows), all=found)
    yield _("SV and SPI for {timed} of them (EV and PV), CV and CPI for {costed} (EV and AC: paid is recorded)").format(
        timed=sum(1 for row in rows if row.inputs.sv is not None),
        costed=sum(1 for row in rows if row.inputs.cv is not None),
    )
    unplanned = sum(1 for row in rows if row.plan is None)
    if unplanned:
        yield ngettext(
            "{count} project without PV: a year in which it worked has no plan, or not in the currency of its total",
            "{count} projects without PV: a year in which they worked has no plan, or not in the currency of the total",
            unplanned,
        ).format(count=unplanned)
    partial = sum(1 for row in rows if row.ev.partial or row.ac.partial)
    if partial:
        yield ngettext(
            "{count} project has completed or paid capital that is unknown or withheld and not in EV or AC",
            "{count} projects have completed or paid capital that is unknown or withheld and not in EV or AC",
            partial,
        ).format(count=partial)


def earned_notes() -> tuple[str, ...]:
    """The definitions."""
    return (
        _(
            "PV: annual plans, linear inside a year; EV: completed; AC: paid; BAC: total investment;"
            " SV = EV − PV, CV = EV − AC, SPI = EV ÷ PV, CPI = EV ÷ AC, EAC = BAC ÷ CPI, ETC = EAC − AC,"
            " VAC = BAC − EAC, TCPI = (BAC − EV) ÷ (BAC − AC)"
        ),
        _(
            "earned schedule ES = C + (EV − PV_C) ÷ (PV_C+1 − PV_C), AT: months since the first plan year began, to the"
            " completion or end of the project (its last possible day) or to today,"
            " SV(t) = ES − AT, SPI(t) = ES ÷ AT; forecast end: months to the baseline of completed (else of in"
            " production) ÷ SPI(t)"
        ),
    )
