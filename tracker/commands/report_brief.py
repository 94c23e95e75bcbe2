"""`tracker report brief`."""

from __future__ import annotations

from dataclasses import replace

import typer

from tracker.app import App
from tracker.commands.answer import chosen_format, present, put, report_of
from tracker.commands.lights import Lights, rules_of
from tracker.commands.options import View, Which
from tracker.commands.report_monthly import Month, last_day
from tracker.errors import UsageError
from tracker.i18n import _

app = typer.Typer()


@app.command("brief")
def report_brief(ctx: typer.Context, which: Which, view: View, month: Month = None, lights: Lights = None) -> None:
    """A month on one page 一页简报: headline figures, curve, red lights, the worst, flagships, what changed.

    tracker report brief -o brief.html
    tracker --lang zh report brief --month 2023-08 --owner 李伟 -o 简报.docx
    """
    from tracker.render import render_several
    from tracker.reports.brief import brief

    run: App = ctx.obj
    if (view.columns, view.sort, view.limit) != (None, None, None):
        raise UsageError(_("a brief is one page of several tables: leave out --columns, --sort and --limit"))
    rules, zone, currency = rules_of(run, lights), run.zone, run.settings.currency
    at_the_end = replace(view, as_of=last_day(run, month, view.as_of))
    parts = report_of(
        run, at_the_end, lambda reader, asked: brief(reader, asked, which.filters(), rules, currency, zone)
    )
    if run.gathering is not None:
        for part in parts:
            present(run, view, part)
        return
    format = chosen_format(view)
    rendered = render_several(parts, format, run.look(view.unit), to_file=view.output is not None)
    put(run, view, rendered, sum(len(part.rows) for part in parts), format)
