"""`tracker report NAME`: the table of reports; each is a module of its own, imported when it is asked for."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import typer
from typer._click.core import Command

from tracker.commands.marks import N_
from tracker.commands.tree import Branch, Entry, leaves
from tracker.i18n import _

# Name, module in this package, and what it answers.
REPORTS: tuple[tuple[str, str, str], ...] = (
    ("monthly", "report_monthly", N_("The monthly report 月报: plan, completed, gap to time progress, rates.")),
    ("missing", "report_missing", N_("Which projects have not reported a month, since when, by owner.")),
    ("targets", "report_targets", N_("Indicators against their targets, floor and stretch.")),
    ("speed", "report_speed", N_("How long projects take from stage to stage.")),
    ("cluster", "report_cluster", N_("Flagships with the projects that support them, and chains.")),
    ("slippage", "report_slippage", N_("How milestones moved, forecast by forecast.")),
    ("forecast", "report_forecast", N_("When the next stages are to be expected, from the portfolio's own past.")),
    ("earned-value", "report_earned_value", N_("Earned value and earned schedule.")),
    ("ranking", "report_ranking", N_("Owners, grids, sites or chains ranked by one figure.")),
    ("follow-ups", "report_follow_ups", N_("Next steps that are due, and leads nobody has called.")),
    ("bulletin", "report_bulletin", N_("The bulletin 通报 of a month, in sentences.")),
)


def _load(name: str, module: str) -> Command:
    app: typer.Typer = import_module(f"tracker.commands.{module}").app
    return leaves(app)[name].load()


def group(help: str) -> Branch:
    """The group of all reports, none of them loaded."""
    found = Branch(name="report", help=_(help), rich_markup_mode=None)
    found.entries = {name: Entry(short, partial(_load, name, module)) for name, module, short in REPORTS}
    return found
