"""`tracker report earned-value CODE`: one project month by month, and its S-curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from tracker.database import Reader
from tracker.dates import Period, month_end
from tracker.i18n import _, language
from tracker.money import Figure, Money
from tracker.queries.asked import Asked
from tracker.reports.earned_value import (
    Books,
    Earned,
    books,
    clock,
    earned,
    earned_cells,
    earned_columns,
    earned_coverage,
    earned_notes,
    sums_so_far,
)
from tracker.reports.portfolio import Standing, find, portfolio
from tracker.reports.report import Amounts, Chart, Column, Curve, Kind, Report
from tracker.reports.words import name_of

# A chart or a list of months further ahead than that tells nothing.
MOST_MONTHS = 240


def earned_value_of(reader: Reader, asked: Asked, code: str) -> Report:
    """The project month by month to the day asked about, and its S-curve. Raises UsageError, with the closest code."""
    everything = portfolio(reader, asked)
    one = find(everything, code)
    kept = books(reader, asked, everything.standings)
    now = earned(one, kept, asked.as_of)
    months = _months(now, kept.worked.get(one.row.project_id, range(0)), asked.as_of)
    tree = everything.tree()
    rows = [_earned_by(reader, asked, one, kept, day, tree) for day in months if day < asked.as_of]
    rows = [*rows, now] if months else []
    return Report(
        "earned-value",
        _("Earned value · {code} · {name}").format(code=one.row.code, name=name_of(one.row.name, one.row.name_en)),
        (Column("day", _("As of"), Kind.DATE, priority=1), *earned_columns()),
        tuple((day, *earned_cells(row, asked)) for day, row in zip(months, rows, strict=True)),
        asked.as_of,
        asked.known_on,
        coverage=tuple(earned_coverage([now], 1)) if rows else (),
        notes=earned_notes(),
        chart=_chart(now, rows, months),
        empty=_("{code} has no plan, completed capital or payments").format(code=one.row.code),
    )


def _months(now: Earned, worked: range, as_of: date) -> list[date]:
    """The ends of the months from the first plan or work to `as_of`, and that day."""
    first = min([now.plan.first_year] if now.plan else list(worked)[:1], default=None)
    if first is None:
        return []
    day = month_end(date(first, 1, 1))
    found: list[date] = []
    # After its completion or end nothing of a project changes any more.
    while day < min(as_of, month_end(clock(now.standing, as_of)) + timedelta(1)) and len(found) < MOST_MONTHS:
        found.append(day)
        day = month_end(day + timedelta(1))
    return [*found, as_of]


def _earned_by(
    reader: Reader, asked: Asked, one: Standing, kept: Books, day: date, tree: Sequence[tuple[int, int | None]]
) -> Earned:
    """The earned value on an earlier day, with the plans and stages as they are known now."""
    years = {year: found for year, found in kept.years.items() if year <= day.year}
    worked = kept.worked.get(one.row.project_id, range(0))
    until = {one.row.project_id: range(worked.start, min(worked.stop, day.year + 1))}
    sums = sums_so_far(reader, replace(asked, as_of=day), tree)
    return earned(one, Books(years, until, kept.begun_unknown, sums), day)


def _chart(now: Earned, rows: Sequence[Earned], months: Sequence[date]) -> Chart | None:
    """Plan, completed, and from today to the forecast end a straight line to the total."""
    plan, value, bac = now.plan, now.inputs.ev, now.inputs.bac
    if plan is None or value is None or now.currency is None:
        return None
    today = plan.elapsed(months[-1])
    end = plan.elapsed(now.ends) if now.ends and bac else None
    steps = max(plan.months, ceil(today), ceil(end or 0))
    done = [row.inputs.ev for day, row in zip(months, rows, strict=True) if day == month_end(day)]
    top = max(plan.planned(steps), *(amount or Fraction(0) for amount in (bac, *done, value)))
    if steps > MOST_MONTHS or top <= 0:
        return None
    planned = [plan.planned(month) for month in range(steps + 1)]
    return Chart(
        (
            _curve(_("completed"), "●", [Fraction(0), *done], steps, top),
            _curve(_("forecast"), "○", _forecast(value, bac, today, end, steps), steps, top),
            _curve(_("plan"), "·", planned, steps, top),
        ),
        tuple(_name(plan.first_year, step) for step in range(steps + 1)),
        Amounts((Figure(Money(round(top), now.currency)),)),
    )


def _forecast(
    value: Fraction, bac: Fraction | None, today: Fraction, end: Fraction | None, steps: int
) -> list[Fraction | None]:
    if bac is None or end is None or end <= today:
        return []
    line = [value + (bac - value) * (month - today) / (end - today) for month in range(steps + 1)]
    return [min(amount, bac) if month >= today else None for month, amount in enumerate(line)]


def _curve(name: str, mark: str, amounts: Sequence[Fraction | None], steps: int, top: Fraction) -> Curve:
    heights = [None if amount is None else amount / top for amount in amounts]
    return Curve(name, mark, tuple((*heights, *[None] * (steps + 1))[: steps + 1]))


def _name(first_year: int, step: int) -> str:
    """The month that ends at a step; the first step is the beginning of the first month."""
    month = max(step, 1) - 1
    return Period.month(first_year + month // 12, month % 12 + 1).display(language())
