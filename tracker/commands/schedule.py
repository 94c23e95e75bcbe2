"""`tracker schedule`: add, list, show, remove, install and uninstall. Each part is imported when it is asked for."""

from __future__ import annotations

import typer

from tracker.app import App
from tracker.commands.lights import Lights
from tracker.commands.options import DryRun, KnownOn, View, Which
from tracker.commands.schedule_lines import LAST_RUN
from tracker.commands.schedule_options import (
    Always,
    Cron,
    Currency,
    Definition,
    Due,
    FailOn,
    Format,
    IfDue,
    Lang,
    Name,
    NewName,
    OnlyIfChanged,
    OnlyPrint,
    Preview,
    PrintAs,
    Replace,
    Reports,
    Since,
    SomeName,
    To,
    Unit,
    When,
)
from tracker.errors import UsageError
from tracker.i18n import _

app = typer.Typer()


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
    from tracker.commands.schedule_new import Asked, added_lines, new_schedule, say_upcoming
    from tracker.ledger.schedules import add

    if (cron is None) == (when is None):
        raise UsageError(_('give when it runs: --cron "0 8 * * MON" or --when "every monday 08:00"'))
    if only_if_changed and always:
        raise UsageError(_("--only-if-changed and --always contradict each other: give one"))
    silent = "unchanged" if only_if_changed else "never" if always else "empty"
    shared = {"--lights": lights, "--unit": unit, "--currency": currency}
    asked = Asked(name, cron, when, tuple(report), since, lang, tuple(to or ()), format)
    run: App = ctx.obj
    new = new_schedule(run, asked, which, shared, silent, fail_on)
    run.record(lambda store: add(store, new, replace=replace), say=added_lines, dry_run=dry_run)
    say_upcoming(run, new.cron, new.zone)


@app.command("list")
def list_schedules(ctx: typer.Context, view: View) -> None:
    """List the schedules: the next run, the last one, and whether the crontab has them.

    tracker schedule list
    """
    from tracker.commands.schedule_status import list_report

    list_report(ctx.obj, view)


@app.command("show")
def show_schedule(ctx: typer.Context, name: Name, view: View) -> None:
    """Show one schedule: its words, the next five runs in your time zone and the machine's, and the last runs.

    tracker schedule show weekly
    """
    from tracker.commands.schedule_status import show_report

    show_report(ctx.obj, view, name)


@app.command("remove")
def remove_schedule(ctx: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Remove a schedule; its runs stay on record.

    tracker schedule remove weekly
    """
    from tracker.commands.schedule_status import say_still_installed
    from tracker.ledger.schedules import remove

    run: App = ctx.obj
    run.record(
        lambda store: remove(store, name),
        say=lambda row: [_("schedule {name} removed").format(name=row.name)],
        dry_run=dry_run,
    )
    if not dry_run:
        say_still_installed(run, name)


@app.command("install")
def install_schedules(
    ctx: typer.Context,
    name: SomeName = None,
    only_print: OnlyPrint = False,
    print_as: PrintAs = None,
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
        schedule_install.print_units(ctx.obj, name)
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
    name: SomeName = None,
    due: Due = False,
    if_due: IfDue = False,
    dry_run: Preview = False,
    always: Always = False,
    definition: Definition = None,
    known_on: KnownOn = None,
) -> None:
    """Deliver to each target of a schedule what it was not told yet, and record the run; what cron starts.

    tracker schedule run weekly --dry-run
    tracker schedule run --due
    tracker schedule run weekly --known-on 2023-03-31
    """
    from tracker.commands.schedule_run import print_again, run_due, run_named

    if (name is None) != due or (due and (if_due or definition)):
        raise UsageError(_("give the schedule to run, or --due for all that are due"))
    if known_on is not None:
        if name is None or if_due or always:
            raise UsageError(_("--known-on prints one digest of the past again: give NAME and nothing else with it"))
        print_again(ctx.obj, name, known_on)
        return
    if name is None:
        run_due(ctx.obj, dry_run=dry_run, always=always)
    else:
        run_named(ctx.obj, name, definition, if_due=if_due, dry_run=dry_run, always=always)
