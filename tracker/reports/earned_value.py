"""`tracker report earned-value`: planned, earned and paid, and what they say of cost and time, a row a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.queries.asked import Asked, Filters
from tracker.reports.earned import Earned, books, computed, earned, qualified
from tracker.reports.grouping import NONE, left_out
from tracker.reports.portfolio import family, portfolio
from tracker.reports.progress import quotient
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.tally import Tally, convert, group_amounts
from tracker.reports.words import code_column, name_cells, name_columns


def earned_value(reader: Reader, asked: Asked, filters: Filters) -> Report:
    """A row a project that has a plan, completed capital or payments; ended projects stay in it."""
    found = portfolio(reader, asked, filters).standings
    kept = books(reader, asked, found)
    rows = [earned(one, kept, asked.as_of) for one in found]
    rows = [row for row in rows if row.pv.figures or row.ev.figures or row.ac.figures]
    columns = (code_column(), *name_columns(), *earned_columns())
    cells = tuple((row.standing.row.code, *name_cells(row.standing.row), *earned_cells(row, asked)) for row in rows)
    totals = _totals(rows, columns, asked) if rows else None
    return Report(
        "earned-value",
        _("Earned value"),
        columns,
        cells,
        asked.as_of,
        asked.known_on,
        totals=totals,
        elsewhere=left_out(columns, cells, totals, NONE) if totals else None,
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


def earned_cells(row: Earned, asked: Asked) -> tuple[Cell, ...]:
    """The cells under `earned_columns`; ratios are taken in the currency that the figures were said in."""
    inputs, bac, pv, ev, ac = row.inputs, row.bac, row.pv, row.ev, row.ac

    def follows(amount: Fraction | None, made_of: Sequence[Tally], less: Sequence[Tally] = ()) -> Cell:
        return convert(computed(amount, row.currency, made_of, less), asked).cell()

    return (
        convert(bac, asked).cell(),
        convert(pv, asked).cell(),
        convert(ev, asked).cell(),
        convert(ac, asked).cell(),
        follows(inputs.sv, [ev], [pv]),
        follows(inputs.cv, [ev], [ac]),
        qualified(inputs.spi, [ev], [pv]),
        qualified(inputs.cpi, [ev], [ac]),
        follows(inputs.eac, [bac, ac], [ev]),
        follows(inputs.etc, [bac, ac], [ev]),
        # What the total is in twice is about as much where it is not exact.
        follows(inputs.vac, [bac, ev], [bac, ac]),
        qualified(inputs.tcpi, [bac, ac], [bac, ev]),
        qualified(inputs.es, [ev], [pv]),
        inputs.at,
        qualified(inputs.sv_t, [ev], [pv]),
        qualified(inputs.spi_t, [ev], [pv]),
        row.ends,
    )


def _totals(rows: Sequence[Earned], columns: Sequence[Column], asked: Asked) -> tuple[Cell, ...]:
    """Sums of what was put in; SV and SPI over the projects with EV and PV, CV and CPI over those with EV and AC."""
    count = len(rows)
    tree = family(row.standing for row in rows)
    cells: dict[str, Cell] = {
        name: group_amounts(tree, {key: convert(one, asked) for key, one in _by_project(rows, name).items()})
        for name in ("bac", "pv", "ev", "ac")
    }
    cells["code"] = ngettext("{count} project", "{count} projects", count).format(count=count)
    for ratio, difference, other in (("spi", "sv", "pv"), ("cpi", "cv", "ac")):
        both = [row for row in rows if getattr(row.inputs, difference) is not None]
        inner = family(row.standing for row in both)
        done, measure = _by_project(both, "ev"), _by_project(both, other)
        cells[ratio] = quotient(inner, done, measure, asked)
        cells[difference] = _difference(inner, (done, measure), asked)
    return tuple(cells.get(column.key) for column in columns)


def _by_project(rows: Sequence[Earned], name: str) -> dict[int, Tally]:
    return {row.standing.row.project_id: getattr(row, name) for row in rows}


def _difference(tree: Sequence[tuple[int, int | None]], found: Sequence[dict[int, Tally]], asked: Asked) -> Cell:
    """The sum of EV less that of another figure; None unless both are in one and the same currency."""
    sums = [group_amounts(tree, {key: convert(one, asked) for key, one in own.items()}).figures for own in found]
    if any(len(figures) != 1 for figures in sums):
        return None
    [done], [other] = sums
    if done.money is None or other.money is None or done.money.currency != other.money.currency:
        return None
    return computed(
        Fraction(done.money.minor - other.money.minor), done.money.currency, [Tally((done,))], [Tally((other,))]
    ).cell()


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
    lacking = sum(1 for row in rows if row.ev.lacking or row.ac.lacking)
    if lacking:
        yield ngettext(
            "{count} project has completed or paid capital that is unknown or withheld and not in EV or AC",
            "{count} projects have completed or paid capital that is unknown or withheld and not in EV or AC",
            lacking,
        ).format(count=lacking)


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
