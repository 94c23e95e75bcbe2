"""`tracker report NAME` and `tracker timeline`.

Annotations here are objects and not text, so that the options of a class are found.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.lazy_group import Entry, leaves
from tracker.commands.options import (
    LIT,
    Every,
    KnownOn,
    Lights,
    On,
    Output,
    SomeCode,
    View,
    Which,
    choice,
    day_option,
    exactly,
    format_option,
    grouping,
    number_option,
    parses,
    read_month,
    read_unit,
    rules_of,
)
from tracker.commands.output import chosen_format, output, print_report, report_of, write
from tracker.dates import Period, month_end
from tracker.errors import Refused, UsageError
from tracker.i18n import N_, _, language
from tracker.text import shorten, show, unknown_word

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf, Filters
    from tracker.queries.database_info import Seal
    from tracker.reports.bulletin import Bulletin, Template
    from tracker.reports.report import Report

# Name, and what it answers.
REPORTS = {
    "monthly": N_("The monthly report 月报: plan, completed, gap to time progress, rates."),
    "brief": N_("A month on one page 一页简报, for a director."),
    "missing": N_("Projects without a report of a month, since when, by owner."),
    "trend": N_("Months, quarters or years side by side, with the year before."),
    "revisions": N_("How figures were revised after they were first known."),
    "targets": N_("Indicators against their targets, floor and stretch."),
    "speed": N_("How long projects take from stage to stage."),
    "cluster": N_("Flagships with the projects that support them, and chains."),
    "slippage": N_("How milestones moved, forecast by forecast."),
    "forecast": N_("Forecasts of the next stages from the portfolio's own past."),
    "earned-value": N_("Earned value and earned schedule."),
    "ranking": N_("Owners, grids, sites or chains ranked by one figure."),
    "follow-ups": N_("Next steps that are due, and leads nobody has called."),
    "bulletin": N_("The bulletin 通报 of a month, in sentences."),
}
TREND_STEPS = ("month", "quarter", "year")

app = typer.Typer()


def _month_option(text: str) -> Any:
    return typer.Option("--month", metavar="MONTH", parser=str, callback=read_month, help=text)


Month = Annotated[
    Period | None, _month_option(N_("The month, such as 2023-08 or 上月 [default: the last one that is over]."))
]
RankedMonth = Annotated[
    Period | None, _month_option(N_("The month, such as 2023-08 or 上月, at its end [default: today]."))
]


def entries() -> dict[str, Entry]:
    """The reports by name, none of them converted."""
    found = leaves(app)
    return {name: Entry(short, found[name].load) for name, short in REPORTS.items()}


@app.command("trend")
def report_trend(
    ctx: typer.Context,
    which: Which,
    view: View,
    by: Annotated[str, choice("--by", TREND_STEPS, N_("The period of a column."))] = "month",
    last: Annotated[
        int | None,
        number_option("--last", "N", 1, 120, N_("How many periods [default: 12 months, 8 quarters, 5 years].")),
    ] = None,
    month: Month = None,
) -> None:
    """Show completed investment by month, quarter or year beside the year before, with growth on both 环比同比.

    tracker report trend --by quarter --last 6
    tracker report trend --by year --owner 专员甲 --currency CNY
    """
    from tracker.reports.trend import STEPS, trend

    view = view._replace(as_of=last_day(ctx.obj, month, view.as_of))
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
    last: Annotated[int, number_option("--last", "N", 1, 120, N_("How many months."))] = 12,
    month: Month = None,
) -> None:
    """How the figures of months were revised: first known, 1, 3 and 12 months after, and now.

    tracker report revisions --by owner
    tracker report revisions --last 24 --text nidec
    """
    from tracker.reports.revisions import revisions

    run: App = ctx.obj
    # What is known at the end of a day is known on the next one.
    today, zone = view.known_on + timedelta(1) if view.known_on else run.today, run.zone
    view = view._replace(as_of=last_day(run, month, view.as_of))
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
    from tracker.reports.forecast import speed

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
        str | None, grouping(N_("On-time share and slip by owner, site, chain, …; none: all together."), "none")
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
        day_option(
            "--backtest",
            N_("Compare the forecasts of this day with the outcome; in brief always those of 12 months before."),
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
    measure: Annotated[str, choice("--measure", MEASURES, N_("By which figure."))] = "completion",
    period: Annotated[str, choice("--period", PERIODS, N_("The period whose ranks are compared."))] = "month",
    month: RankedMonth = None,
) -> None:
    """Rank owners, grids, sites or chains by one figure, with the change of rank since the period before.

    tracker report ranking --by owner --measure completion
    tracker report ranking --by site --measure signed --period quarter --month 2023-06
    """
    from tracker.reports.ranking import ranking

    run: App = ctx.obj
    currency = run.settings.currency
    if month is not None:
        view = view._replace(as_of=last_day(run, month, view.as_of))
    print_report(
        run, view, lambda reader, as_of: ranking(reader, as_of, which.filters(), by, measure, period, currency)
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
        str, grouping(N_("A row a group: owner, chain, site, … or a field of your own; none: a row a project."), "none")
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
        run, view._replace(as_of=last), lambda reader, as_of: missing(reader, as_of, which.filters(), wanted, by)
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
    at_the_end = view._replace(as_of=last_day(run, month, view.as_of))
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
    at_the_end = view._replace(as_of=last_day(ctx.obj, month, view.as_of))
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


# --- the bulletin -----------------------------------------------------------------------------------------------------

BULLETIN_GROUPS = ("owner", "site", "chain", "grid")
# Each format by the suffix of its files.
_SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".docx": "docx", ".pdf": "pdf", ".json": "json"}
_HEADING = re.compile("^#{1,6} +", re.MULTILINE)

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="|".join(BULLETIN_GROUPS),
        callback=parses(exactly(BULLETIN_GROUPS, N_("cannot group by “{word}”"))),
        help=N_("The groups to rank."),
        autocompletion=complete.plain_words(BULLETIN_GROUPS),
    ),
]
AsOfDay = Annotated[date | None, day_option("--as-of", N_("The last month that is over by this day."))]


class BulletinOptions(NamedTuple):
    """How a bulletin is printed, and where it goes."""

    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", callback=read_unit, help=N_("元, 万元, 亿元, k, m, bn or auto.")),
    ] = None
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help=N_("A template of your own: sentences, or a Word document.")),
    ] = None
    write_template: Annotated[
        bool, typer.Option("--write-template", help=N_("Write the built-in template, to be edited, and nothing else."))
    ] = False
    format: Annotated[str | None, format_option(tuple(_SUFFIXES.values()), N_("Format; json: the values by name."))] = (
        None
    )
    output: Output = None


@app.command("bulletin")
def report_bulletin(
    ctx: typer.Context,
    which: Which,
    chosen: BulletinOptions,
    month: Month = None,
    by: By = "owner",
    lights: Lights = None,
    as_of: AsOfDay = None,
    known_on: KnownOn = None,
) -> None:
    """The bulletin 通报 of a month in sentences: figures, rates, the best and the worst, what happened, what is needed.

    tracker --lang zh report bulletin --month 2023-08
    tracker report bulletin --by site --known-on 2023-09-05 -o bulletin.md
    tracker report bulletin --write-template -o ours.md
    tracker report bulletin --template ours.md
    tracker --lang zh report bulletin -o 通报.docx --template ours.docx
    """
    run: App = ctx.obj
    if chosen.write_template:
        _write_template(run, chosen)
        return
    form, template = _format(chosen), _template(run, chosen)
    asks = _Asks(which.filters(), by, lights, last_day(run, month, as_of), known_on)
    # A digest is Markdown, whatever becomes of it.
    found, seal = _found(run, asks, chosen, "md" if run.gathering else form)
    if run.gathering:
        from tracker.schedule.digest import Part

        run.gathering.parts.append(Part(None, chosen.unit, "" if found.empty else _written(found, template)))
    elif found.empty and form != "json":
        sentence = _("no project matches")
        if chosen.output is not None:
            _print(run, chosen, form, _alone(run, form, sentence))
        run.say(sentence)
    else:
        _print(run, chosen, form, _spelled(run, chosen, found, seal, form, template))


class _Asks(NamedTuple):
    filters: "Filters"
    by: str
    lights: str | None
    day: date
    known_on: date | None


def _found(run: App, asks: _Asks, chosen: BulletinOptions, form: str) -> "tuple[Bulletin, Seal]":
    """The values of the bulletin, words from outside made harmless for `form`, and the seal of the ledger."""
    from tracker.queries import database_info
    from tracker.render.cells import cell_text
    from tracker.render.data import plain_value
    from tracker.reports.bulletin import Spelling, Word, bulletin
    from tracker.reports.month import month_of

    options = run.render_options(chosen.unit)
    spelling = Spelling(
        number=lambda value, kind: cell_text(value, kind, options).text,
        exact=lambda value, kind: str(plain_value(value, kind)),
        words=lambda text: Word((show if form in ("text", "json") else _inert)(text)),
        unit=options.unit,
        decimals=options.decimals,
    )
    rules, currency = rules_of(run, asks.lights), run.settings.currency

    def build(reader: "Reader", as_of: "AsOf") -> "tuple[Bulletin, Seal]":
        month = month_of(reader, as_of, asks.filters, rules, currency, drawn=1)
        return bulletin(reader, month, asks.filters, asks.by, spelling), database_info.seal(reader, as_of.known)

    return run.read(build, as_of=asks.day, known_on=asks.known_on)


def _inert(text: str) -> str:
    from tracker.render.markdown import escaped

    return escaped(show(text))


def _spelled(
    run: App, chosen: BulletinOptions, found: "Bulletin", seal: "Seal", form: str, template: "Template"
) -> str | bytes:
    from tracker.reports.integrity import seal_facts, seal_line

    if form == "json":
        from tracker.reports.bulletin import as_json

        return as_json(found, seal_facts(seal))
    if form in ("html", "docx", "pdf"):
        from tracker.render.markdown import plain
        from tracker.reports.bulletin import ranking_tables

        tables = ranking_tables(found, plain)
        parts: list[Report | str] = [_written(found, template), *tables, _inert(seal_line(seal))]
        options = run.render_options(chosen.unit)
        if form == "html":
            from tracker.render.html import page

            return page(_("Bulletin {month}").format(month=found.month), parts, options)
        if form == "pdf":
            from tracker.render.pdf import write_pdf

            return write_pdf(parts, date.fromisoformat(found.as_of.last), options)
        from tracker.render.docx import write_docx

        return write_docx(parts, date.fromisoformat(found.as_of.last), options, template=_document(chosen))
    text = f"{_written(found, template)}\n{seal_line(seal)}\n"
    return _HEADING.sub("", text) if form == "text" else text


def _written(found: "Bulletin", template: "Template") -> str:
    from tracker.reports.bulletin import written

    return written(found, template)


# --- where it goes -------------------------------------------------------------------------------------------------


def _format(chosen: BulletinOptions) -> str:
    """The format asked for, else the one the suffix names, else text. Raises UsageError for one that cannot be."""
    form = chosen.format or "text"
    if chosen.format is None and chosen.output is not None:
        found = _SUFFIXES.get(chosen.output.suffix.lower())
        if found is None:
            raise UsageError(
                _("“{path}” does not end in {known}: choose such a name, or give the format with -f").format(
                    path=show(str(chosen.output)), known=_(", ").join(_SUFFIXES)
                )
            )
        form = found
    if form != "docx" and _document(chosen) is not None:
        raise UsageError(_("a Word document as the template makes a docx: write to a .docx file, or give -f docx"))
    if form == "json" and chosen.template is not None:
        raise UsageError(_("json holds the values and needs no template: leave out --template"))
    return form


def _template(run: App, chosen: BulletinOptions) -> "Template":
    """The template named, else the built-in one. Raises UsageError where the output would replace it."""
    from tracker.reports.bulletin import built_in, read_template

    if chosen.template is None or _document(chosen) is not None:
        return built_in(run.settings.lang)
    if run.gathering:
        from tracker.schedule.deliver import template as named

        return read_template(named(str(chosen.template)))
    template = read_template(chosen.template)
    if chosen.output is not None and chosen.output.exists() and chosen.output.samefile(chosen.template):
        raise UsageError(_("{path} is the template: write the bulletin to another file").format(path=template.name))
    return template


def _write_template(run: App, chosen: BulletinOptions) -> None:
    """The built-in template as it is; an edited one is not written over."""
    from tracker.reports.bulletin import built_in

    if chosen.template is not None:
        raise UsageError(_("--write-template writes the built-in template: leave out --template"))
    if run.gathering:
        raise UsageError(_("--write-template writes no bulletin: leave it out of a schedule"))
    text: str | bytes = built_in(run.settings.lang).source
    if chosen.format == "docx" or (chosen.output is not None and chosen.output.suffix.lower() == ".docx"):
        from tracker.render.docx import template_bytes

        text = template_bytes(run.today, run.render_options())
    if chosen.output is None:
        run.print_bytes([text]) if isinstance(text, bytes) else run.print(text)
        return
    if chosen.output.exists():
        raise Refused(
            _("{path} exists and may be a template that was edited: choose another name").format(
                path=show(str(chosen.output))
            )
        )
    _write(chosen.output, text, protected=())
    run.say(_("{path} written; use it with: --template {path}").format(path=show(str(chosen.output))))


def _document(chosen: BulletinOptions) -> Path | None:
    """The Word document whose styles and surroundings the bulletin is to have."""
    return chosen.template if chosen.template is not None and chosen.template.suffix.lower() == ".docx" else None


def _print(run: App, chosen: BulletinOptions, form: str, text: str | bytes) -> None:
    if chosen.output is None:
        from tracker.render.cells import marks

        if isinstance(text, bytes):
            run.print_bytes([text])
        elif form in ("json", "html"):
            run.print_bytes([text.encode()], text=True)
        else:
            run.print(marks(text, run.render_options()))
        return
    _write(chosen.output, text, protected=run.database.files)
    run.say(_("{path} written ({format})").format(path=show(str(chosen.output)), format=form))


def _alone(run: App, form: str, sentence: str) -> str | bytes:
    """One sentence as a file of a format."""
    if form == "html":
        from tracker.render.html import page

        return page(sentence, [sentence], run.render_options())
    if form == "docx":
        from tracker.render.docx import write_docx

        return write_docx([sentence], run.today, run.render_options())
    if form == "pdf":
        from tracker.render.pdf import write_pdf

        return write_pdf([sentence], run.today, run.render_options())
    return sentence + "\n"


def _write(path: Path, text: str | bytes, protected: tuple[Path, ...]) -> None:
    from tracker.render.output import write_atomically

    write_atomically(path, text if isinstance(text, bytes) else text.encode(), protected=protected)
