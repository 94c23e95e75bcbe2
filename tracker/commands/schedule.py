"""`tracker schedule`: add, list, show, remove, install and uninstall. Each part is imported when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.lights import Lights
from tracker.commands.marks import N_
from tracker.commands.options import DryRun, View, Which
from tracker.commands.reads import reads
from tracker.commands.schedule_lines import LAST_RUN, require_since
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import LANGUAGES, _
from tracker.render import FORMATS
from tracker.text import did_you_mean, shorten

if TYPE_CHECKING:
    from tracker.ledger.schedules import NewSchedule

    Unit = str | None
    Currency = str | None
else:
    Unit, Currency = (View.__annotations__[name] for name in ("unit", "currency"))

app = typer.Typer()

# What a run can be told to end with 3 for: milestones and requests past their day, or findings of `check`.
FAIL_ON = ("overdue", "error", "warning", "note")
UNITS = ("systemd", "launchd", "windows")


def one_of(known: tuple[str, ...]) -> object:
    """A reader of one of these words."""

    def read(_app: App, text: str) -> str:
        if text in known:
            return text
        raise ValueRefused(
            _("“{word}” is not one of {known}{hint}").format(
                word=shorten(text), known=", ".join(known), hint=did_you_mean(text, known)
            )
        )

    return reads(read)


def _cron(_app: App, text: str) -> str:
    from tracker.schedule.cron import parse_cron

    return parse_cron(text)


def _checked_name(_app: App, text: str) -> str:
    from tracker.ledger.schedules import schedule_name

    return schedule_name(text)


def _names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    from tracker.queries.schedules import schedules

    find = complete.from_ledger(lambda reader, asked, _ctx: [(row.name, row.said) for row in schedules(reader, asked)])
    return find(ctx, incomplete)


Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=_names)]
NewName = Annotated[
    str,
    typer.Argument(metavar="NAME", callback=reads(_checked_name), help=N_("Letters and digits of any script, - _ .")),
]
Cron = Annotated[
    str | None,
    typer.Option("--cron", metavar="EXPRESSION", callback=reads(_cron), help=N_("Five fields, or @daily, @weekly, …")),
]
When = Annotated[
    str | None,
    typer.Option(
        "--when", metavar="WORDS", help=N_("every monday 08:00, last working day 17:00, 每周一 8点, in your time zone.")
    ),
]
Reports = Annotated[
    list[str],
    typer.Option("--report", metavar="REPORT", help=N_('With its own options: "monthly --by owner"; repeatable.')),
]
Since = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="WHEN",
        callback=reads(require_since),
        help=N_("Where changes begin: last-run, the last one delivered, or -7d."),
    ),
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="en|zh",
        callback=one_of(LANGUAGES),
        help=N_("Language [default: that of now]."),
        autocompletion=complete.plain_words(LANGUAGES),
    ),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="TARGET",
        help=N_("FILE-{date}.csv, mailto:a@b, or NAME of [deliver.NAME] in the settings; repeatable [else: print]."),
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="|".join(FORMATS),
        callback=one_of(FORMATS),
        help=N_("Format of what is printed or written, where no suffix says it, and of what is attached."),
        autocompletion=complete.plain_words(FORMATS),
    ),
]
OnlyIfChanged = Annotated[
    bool, typer.Option("--only-if-changed", help=N_("Say nothing where nothing was recorded since the last run."))
]
Always = Annotated[bool, typer.Option("--always", help=N_("Deliver also where there is nothing to say."))]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="|".join(FAIL_ON),
        callback=one_of(FAIL_ON),
        help=N_("End with 3 where something is overdue, or check finds anything as grave."),
        autocompletion=complete.plain_words(FAIL_ON),
    ),
]
Replace = Annotated[bool, typer.Option("--replace", help=N_("In place of the schedule of this name."))]


@app.command("add")
def add_schedule(
    ctx: typer.Context,
    name: NewName,
    report: Reports,
    which: Which,
    cron: Cron = None,
    when: When = None,
    since: Since = LAST_RUN,
    lights: Lights = None,
    unit: Unit = None,
    currency: Currency = None,
    lang: Lang = None,
    to: To = None,
    format: Format = None,
    only_if_changed: OnlyIfChanged = False,
    always: Always = False,
    fail_on: FailOn = None,
    replace: Replace = False,
    dry_run: DryRun = False,
) -> None:
    """Add a summary that is made again and again; install then has cron run it.

    tracker schedule add weekly --when "every monday 08:00" --report progress --report changes
    tracker schedule add 月报 --cron "0 9 1 * *" --report "monthly --by owner" --to reports/{name}-{date}.csv --lang zh
    """
    from tracker.commands.schedule_new import Asked, new_schedule, say_upcoming
    from tracker.ledger.schedules import add

    if (cron is None) == (when is None):
        raise UsageError(_('say when: --cron "0 8 * * MON" or --when "every monday 08:00"'))
    if only_if_changed and always:
        raise UsageError(_("--only-if-changed and --always contradict each other: give one"))
    shared = {"--lights": lights, "--unit": unit, "--currency": currency}
    asked = Asked(name, cron, when, tuple(report), since, lang, tuple(to or ()), format)
    run: App = ctx.obj
    new: NewSchedule = new_schedule(run, asked, which, shared, only_if_changed, always, fail_on)
    run.record(lambda book: add(book, new, replace=replace), dry_run=dry_run)
    say_upcoming(run, new.cron, new.zone)


@app.command("list")
def list_schedules(ctx: typer.Context, view: View) -> None:
    """List the schedules: the next run, the last one, and whether the crontab has them.

    tracker schedule list
    """
    from tracker.commands.schedule_standing import list_report

    list_report(ctx.obj, view)


@app.command("show")
def show_schedule(ctx: typer.Context, name: Name, view: View) -> None:
    """Show one schedule: its words, the next five runs in your time zone and the machine's, and the last runs.

    tracker schedule show weekly
    """
    from tracker.commands.schedule_standing import show_report

    show_report(ctx.obj, view, name)


@app.command("remove")
def remove_schedule(ctx: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Remove a schedule; its runs stay on record.

    tracker schedule remove weekly
    """
    from tracker.commands.schedule_standing import say_still_installed
    from tracker.ledger.schedules import remove

    run: App = ctx.obj
    run.record(lambda book: remove(book, name), dry_run=dry_run)
    if not dry_run:
        say_still_installed(run, name)


@app.command("install")
def install_schedules(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help=N_("Of this schedule alone, with --print-as."), autocompletion=_names),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help=N_("Print the lines of the crontab, and write nothing."))
    ] = False,
    print_as: Annotated[
        str | None,
        typer.Option(
            "--print-as",
            metavar="|".join(UNITS),
            callback=one_of(UNITS),
            help=N_("Print files for another scheduler, and write nothing."),
            autocompletion=complete.plain_words(UNITS),
        ),
    ] = None,
) -> None:
    """Have cron run every schedule of this database: one marked block in your crontab, the rest of it as it was.

    tracker schedule install
    tracker schedule install --print-as systemd
    """
    from tracker.commands import schedule_install

    if name is not None and print_as is None:
        raise UsageError(_("install takes every schedule of the database: NAME goes with --print-as alone"))
    if only_print and print_as:
        raise UsageError(_("--print prints lines for cron, --print-as {kind} files: give one").format(kind=print_as))
    if print_as:
        schedule_install.print_units(ctx.obj, print_as, name)
    else:
        schedule_install.install(ctx.obj, only_print=only_print)


@app.command("uninstall")
def uninstall_schedules(ctx: typer.Context) -> None:
    """Take the block of this database out of your crontab; the schedules stay in the ledger.

    tracker schedule uninstall
    """
    from tracker.commands.schedule_install import uninstall

    uninstall(ctx.obj)


@app.command("run")
def run_schedules(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=_names)
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help=N_("Every schedule whose moment has come since it last ran."))
    ] = False,
    if_due: Annotated[
        bool, typer.Option("--if-due", help=N_("Only where its moment has come since it last ran."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help=N_("Print what would be delivered; deliver and record nothing."))
    ] = False,
    always: Annotated[bool, typer.Option("--always", help=N_("Deliver also where there is nothing to say."))] = False,
) -> None:
    """Deliver to each target of a schedule what it was not told yet, and record the run; what cron starts.

    tracker schedule run weekly --dry-run
    tracker schedule run --due
    """
    from tracker.commands.schedule_run import run_due, run_named

    if (name is None) != due or (due and if_due):
        raise UsageError(_("say which schedule to run, or --due for all that are due"))
    if name is None:
        run_due(ctx.obj, dry_run=dry_run, always=always)
    else:
        run_named(ctx.obj, name, if_due=if_due, dry_run=dry_run, always=always)


def folder_now() -> Path | None:
    """The folder the program was started in, None where it is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None
