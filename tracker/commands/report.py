"""`tracker report NAME` and `tracker timeline`: the table of reports, and those that are one question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from typing import Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.lazy_group import Command, Entry, leaves
from tracker.commands.options import LIT, Every, Lights, On, SomeCode, View, Which, choice, grouping, rules_of
from tracker.commands.output import chosen_format, output, print_report, report_of, write
from tracker.commands.parsers import parses, read_day, read_month, whole
from tracker.dates import Period, month_end
from tracker.errors import UsageError
from tracker.i18n import N_, _, language
from tracker.text import shorten, unknown_word

# Name, module in this package, and what it answers.
REPORTS: tuple[tuple[str, str, str], ...] = (
    ("monthly", "report", N_("The monthly report 月报: plan, completed, gap to time progress, rates.")),
    ("brief", "report", N_("A month on one page 一页简报, for a director.")),
    ("missing", "report", N_("Projects without a report of a month, since when, by owner.")),
    ("trend", "report", N_("Months, quarters or years side by side, with the year before.")),
    ("revisions", "report", N_("How figures were revised after they were first known.")),
    ("targets", "report", N_("Indicators against their targets, floor and stretch.")),
    ("speed", "report", N_("How long projects take from stage to stage.")),
    ("cluster", "report", N_("Flagships with the projects that support them, and chains.")),
    ("slippage", "report", N_("How milestones moved, forecast by forecast.")),
    ("forecast", "report", N_("Forecasts of the next stages from the portfolio's own past.")),
    ("earned-value", "report", N_("Earned value and earned schedule.")),
    ("ranking", "report", N_("Owners, grids, sites or chains ranked by one figure.")),
    ("follow-ups", "report", N_("Next steps that are due, and leads nobody has called.")),
    ("bulletin", "report_bulletin", N_("The bulletin 通报 of a month, in sentences.")),
)


TREND_STEPS = ("month", "quarter", "year")


def _load(name: str, module: str) -> Command:
    app: typer.Typer = import_module(f"tracker.commands.{module}").app
    return leaves(app)[name].load()


def entries() -> dict[str, Entry]:
    """The reports by name, none of them loaded."""
    return {name: Entry(short, partial(_load, name, module)) for name, module, short in REPORTS}


app = typer.Typer()


@app.command("trend")
def report_trend(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[str, choice("--by", TREND_STEPS, N_("The period of a column."))] = "month",
    last: Annotated[
        int | None,
        typer.Option(
            "--last",
            metavar="N",
            parser=str,
            callback=parses(whole(1, 120)),
            help=N_("How many periods [default: 12 months, 8 quarters, 5 years]."),
        ),
    ] = None,
) -> None:
    """Show completed investment by month, quarter or year beside the year before, with growth on both 环比同比.

    tracker report trend --by quarter --last 6
    tracker report trend --by year --owner 专员甲 --currency CNY
    """
    from tracker.reports.trend import STEPS, trend

    view = replace(view, as_of=last_day(ctx.obj, None, view.as_of))
    count = last or STEPS[by][1]
    print_report(ctx.obj, view, lambda reader, as_of: trend(reader, as_of, which.filters(), by, count))


@app.command("revisions")
def report_revisions(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str,
        grouping(
            N_("A row a group: owner, chain, site, … or a field of your own; none: a row a project and month."), "none"
        ),
    ] = "none",
    last: Annotated[
        int,
        typer.Option("--last", metavar="N", parser=str, callback=parses(whole(1, 120)), help=N_("How many months.")),
    ] = 12,
) -> None:
    """How the figures of months were revised: first known, 1, 3 and 12 months after, and now.

    tracker report revisions --by owner
    tracker report revisions --last 24 --text nidec
    """
    from tracker.reports.revisions import revisions

    run: App = ctx.obj
    # What is known at the end of a day is known on the next one.
    today, zone = view.known_on + timedelta(1) if view.known_on else run.today, run.zone
    view = replace(view, as_of=last_day(run, None, view.as_of))
    print_report(run, view, lambda reader, as_of: revisions(reader, as_of, which.filters(), by, last, today, zone))


@app.command("targets")
def report_targets(ctx: typer.Context, which: Which, view: View, on: On = None) -> None:
    """Compare indicators with their targets, floor and stretch, and with the year before.

    tracker report targets --as-of 2023-06-30
    tracker report targets --on 2022 --company 日本电产汽车马达
    """
    from tracker.reports.targets import targets

    print_report(ctx.obj, view, lambda reader, as_of: targets(reader, as_of, which.filters(), on))


@app.command("speed")
def report_speed(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str,
        grouping(N_("chain, site, grid, owner, …; none: all together; project: a row a project."), "none", "project"),
    ] = "chain",
) -> None:
    """How long projects take from stage to stage: median and quartiles with those still under way.

    tracker report speed --by site
    tracker report speed --by project --sort -started_completed --limit 10
    """
    from tracker.reports.speed import speed

    print_report(ctx.obj, view, lambda reader, as_of: speed(reader, as_of, which.filters(), by))


SECTIONS = ("chain",)


@app.command("cluster")
def report_cluster(
    ctx: typer.Context,
    which: Which,
    view: View,
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help=N_("The flagship; left out: all of them."), autocompletion=complete.codes),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="chain",
            help=N_("A row a chain: leaders, projects, capital."),
            autocompletion=complete.plain_words(SECTIONS),
        ),
    ] = None,
) -> None:
    """Show flagships with what supports them: capital alone and together, and what they wait for.

    tracker report cluster nidec-flagship
    tracker report cluster --by chain
    """
    from tracker.reports.cluster import by_chain, cluster

    if by is None:
        print_report(ctx.obj, view, lambda reader, as_of: cluster(reader, as_of, which.filters(), code))
        return
    if by not in SECTIONS:
        raise UsageError(unknown_word(_("cannot group by “{word}”"), by, SECTIONS))
    if code is not None:
        raise UsageError(_("--by chain covers all chains: leave out {code}").format(code=shorten(code)))
    print_report(ctx.obj, view, lambda reader, as_of: by_chain(reader, as_of, which.filters()))


@app.command("slippage")
def report_slippage(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str | None,
        grouping(N_("On-time share and slip by owner, site, chain, …; none: all together."), "none"),
    ] = None,
    trend: Annotated[
        bool, typer.Option("--trend", help=N_("A row for each baseline, forecast and actual day: how it moved."))
    ] = False,
) -> None:
    """How milestones moved against their baselines, forecast by forecast.

    tracker report slippage --by owner
    tracker report slippage --trend --text nidec
    """
    from tracker.reports.slippage import slippage

    print_report(ctx.obj, view, lambda reader, as_of: slippage(reader, as_of, which.filters(), by=by, trend=trend))


@app.command("forecast")
def report_forecast(
    ctx: typer.Context,
    which: Which,
    view: View,
    backtest: Annotated[
        date | None,
        typer.Option(
            "--backtest",
            metavar="DAY",
            parser=str,
            callback=read_day,
            help=N_("Compare the forecasts of this day with the outcome; in brief always those of 12 months before."),
        ),
    ] = None,
) -> None:
    """Forecast the next stages from the durations of the portfolio's own projects.

    tracker report forecast --chain 新能源汽车
    tracker report forecast --backtest 2022-06-30
    """
    from tracker.reports.forecast import forecast

    print_report(ctx.obj, view, lambda reader, as_of: forecast(reader, as_of, which.filters(), backtest))


@app.command("earned-value")
def report_earned_value(ctx: typer.Context, which: Which, view: View, code: SomeCode = None) -> None:
    """Earned value and earned schedule, a row a project; of one project month by month, with its S-curve.

    tracker report earned-value --sort spi_t
    tracker report earned-value nidec-flagship --as-of 2023-06-30
    """
    if code is None:
        from tracker.reports.earned_value import earned_value

        print_report(ctx.obj, view, lambda reader, as_of: earned_value(reader, as_of, which.filters()))
    else:
        from tracker.reports.earned_value import earned_value_of

        print_report(ctx.obj, view, lambda reader, as_of: earned_value_of(reader, as_of, code))


GROUPS = ("owner", "grid", "site", "chain")
MEASURES = ("completion", "completed", "total", "signed", "started", "gap")
PERIODS = ("month", "quarter", "year")


@app.command("ranking")
def report_ranking(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[str, choice("--by", GROUPS, N_("The groups to rank."))] = "owner",
    on: Annotated[str, choice("--on", MEASURES, N_("By which figure."))] = "completion",
    period: Annotated[str, choice("--period", PERIODS, N_("The period whose ranks are compared."))] = "month",
) -> None:
    """Rank owners, grids, sites or chains by one figure, with the change of rank since the period before.

    tracker report ranking --by owner --on completion
    tracker report ranking --by site --on signed --period quarter
    """
    from tracker.reports.ranking import ranking

    currency = ctx.obj.settings.currency
    print_report(
        ctx.obj,
        view,
        lambda reader, as_of: ranking(reader, as_of, which.filters(), by, on, period, currency),
    )


@app.command("follow-ups")
def report_follow_ups(
    ctx: typer.Context,
    which: Which,
    view: View,
    due: Annotated[bool, typer.Option("--due", help=N_("Only next steps that are due."))] = False,
    every: Annotated[bool, typer.Option("--all", help=N_("Every contact, a row each."))] = False,
) -> None:
    """The next steps agreed on, and the days since anybody was in touch with a lead.

    tracker report follow-ups --due --owner 李娜
    tracker report follow-ups --stage lead --sort -silent
    """
    from tracker.reports.requests import follow_up_list

    if due and every:
        raise UsageError(_("--due and --all contradict each other: give one"))
    print_report(
        ctx.obj, view, lambda reader, as_of: follow_up_list(reader, as_of, which.filters(), due=due, every=every)
    )


STEPS = ("month", "quarter", "year")


@app.command("timeline")
def show_timeline(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="|".join(STEPS),
            help=N_("Steps of the axis [default: what fits]."),
            autocompletion=complete.plain_words(STEPS),
        ),
    ] = None,
) -> None:
    """Draw the milestones on an axis of time: baseline, forecast, actual, and what is late.

    tracker timeline
    tracker timeline --chain 新能源汽车 --by quarter
    """
    from tracker.reports.timeline import timeline

    print_report(ctx.obj, view, lambda reader, as_of: timeline(reader, as_of, which.filters(), by))


@app.command("missing")
def report_missing(
    ctx: typer.Context,
    which: Which,
    view: View,
    month: Month = None,
    by: Annotated[
        str,
        grouping(N_("A row a group: owner, chain, site, … or a field of your own; none: a row a project."), "none"),
    ] = "none",
) -> None:
    """List the projects under construction that have not reported a month 未报, the longest silent first.

    tracker report missing
    tracker report missing --month 2023-08 --by owner
    """
    from tracker.reports.missing import missing

    run: App = ctx.obj
    last = last_day(run, month, view.as_of)
    wanted = Period.month(last.year, last.month)
    if month is None and run.gathering is None:
        run.say(_("the last month that has ended: {month}").format(month=wanted.display(language())))
    print_report(
        run, replace(view, as_of=last), lambda reader, as_of: missing(reader, as_of, which.filters(), wanted, by)
    )


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
        run, at_the_end, lambda reader, as_of: brief(reader, as_of, which.filters(), rules, currency, zone)
    )
    if run.gathering is not None:
        for part in parts:
            output(run, view, part)
        return
    format = chosen_format(view)
    rendered = render_several(parts, format, run.render_options(view.unit), to_file=view.output is not None)
    write(run, view, rendered, sum(len(part.rows) for part in parts), format)


Month = Annotated[
    Period | None,
    typer.Option(
        "--month",
        metavar="MONTH",
        parser=str,
        callback=read_month,
        help=N_("The month, such as 2023-08 or 上月 [default: the last one that is over]."),
    ),
]


@app.command("monthly")
def report_monthly(
    ctx: typer.Context,
    which: Which,
    view: View,
    month: Month = None,
    by: Annotated[
        str,
        grouping(
            N_("A row a group: owner, chain, tag, light, judged, … or a field of your own; none: a row a project."),
            *LIT,
            "none",
        ),
    ] = "none",
    lights: Lights = None,
    every: Every = False,
) -> None:
    """The monthly report 月报: plan, completed, gap to time progress, problems and the four rates, worst first.

    tracker report monthly --month 2023-08
    tracker report monthly --by owner --month 2023-08 --known-on 2023-09-05
    tracker report monthly --by light
    """
    from tracker.reports.monthly import monthly

    rules, zone = rules_of(ctx.obj, lights), ctx.obj.zone
    currency = ctx.obj.settings.currency
    at_the_end = replace(view, as_of=last_day(ctx.obj, month, view.as_of))
    # Files of data have no drawings.
    drawn = view.format not in ("csv", "json", "jsonl")
    print_report(
        ctx.obj,
        at_the_end,
        lambda reader, as_of: monthly(
            reader, as_of, which.filters(), by, rules, currency, zone, every=every, drawn=drawn
        ),
    )


def last_day(run: App, month: Period | None, as_of: date | None) -> date:
    """The end of the month asked for, else of the last one that is over: --as-of DAY asks at the end of that day."""
    if month is not None:
        if as_of not in (None, month.last):
            raise UsageError(_("--month sets the day up to which facts count: leave out --as-of"))
        return month.last
    day = as_of or run.today - timedelta(1)
    return day if day == month_end(day) else day.replace(day=1) - timedelta(1)
