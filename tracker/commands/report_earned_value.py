"""`tracker report earned-value`."""

from __future__ import annotations

import typer

from tracker.commands.answer import answer
from tracker.commands.options import SomeCode, View, Which

app = typer.Typer()


@app.command("earned-value")
def report_earned_value(ctx: typer.Context, which: Which, view: View, code: SomeCode = None) -> None:
    """Earned value and earned schedule, a row a project; of one project month by month, with its S-curve.

    tracker report earned-value --sort spi_t
    tracker report earned-value nidec-flagship --as-of 2023-06-30
    """
    if code is None:
        from tracker.reports.earned_value import earned_value

        answer(ctx.obj, view, lambda reader, asked: earned_value(reader, asked, which.filters()))
    else:
        from tracker.reports.earned_curve import earned_value_of

        answer(ctx.obj, view, lambda reader, asked: earned_value_of(reader, asked, code))
