"""`tracker schedule`: which reports are delivered when and where; cron starts what is due.

What reads schedules, and what delivers, is imported when it is needed: the help of these commands takes neither.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker import i18n
from tracker.app import App
from tracker.commands import complete
from tracker.commands.lazy_group import HELP_NAMES, LazyGroup, Leaf, misused
from tracker.commands.options import DryRun, KnownOn, Lights, View, Which, choice, day_option, parses
from tracker.commands.report import REPORTS
from tracker.dates import Period, end_of_day
from tracker.errors import Busy, Findings, Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import N_, _, ngettext
from tracker.settings import project_file
from tracker.text import clean, command_line, did_you_mean, fold, shorten
from tracker.vocabulary import FORMATS

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.ledger.schedules import Added
    from tracker.queries.as_of import AsOf
    from tracker.queries.schedules import RunRow, ScheduleRow, Watermark
    from tracker.reports.report import Report
    from tracker.reports.schedules import Clock, ScheduleStatus
    from tracker.schedule.crontab import Job, Program
    from tracker.schedule.deliver import Make, Outcome, Target
    from tracker.schedule.digest import Digest, Part

LAST_RUN = "last-run"
# They read settings, files or schedules and not the portfolio.
_NOT_REPORTS = ("config", "database", "schedule", "export", "import", "demo", "init")
_NEEDED = {"as_of", "format"}
_ALL = 10**9


# --- the command line of a report ------------------------------------------------------------------------------------


def report_words(app: App, line: str, options: Sequence[str] = (), since: str | None = None) -> tuple[str, ...]:
    """The words of a report of a schedule, with those of its `options` that it takes and does not say itself.

    `options` are pairs of an option and its value; `since` is given to a report that cannot do without. Raises
    UsageError for what is no command line of a report.
    """
    leaf, path, rest = _leaf(app, line)
    given = _parsed(app, leaf, [*rest, *_since_words(leaf, rest, since)], line)
    # Whoever runs a schedule says which files it may read: those that his settings name.
    if template := given.params.get("template"):
        from tracker.schedule.deliver import template as named

        named(str(template))
    for name, option in (("output", "--to"), ("format", "--format")):
        if given.params.get(name) is not None:
            raise UsageError(
                _("“{line}”: leave out {option}, which the schedule has as an option of its own").format(
                    line=shorten(line), option=option
                )
            )
    # Those that the command takes and its line does not say.
    sources = {one: given.get_parameter_source(param.name) for param in leaf.params for one in param.opts if param.name}
    added = [
        word
        for option, value in _pairs(options)
        if option in sources and getattr(sources[option], "name", "") != "COMMANDLINE"
        for word in (option, value)
    ]
    if added:
        _parsed(app, leaf, [*rest, *added, *_since_words(leaf, [*rest, *added], since)], line)
    return (*path, *rest, *added, *_since_words(leaf, rest, since))


def _pairs(options: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The pairs of an option and its value."""
    return zip(options[::2], options[1::2], strict=True)


def _leaf(app: App, line: str) -> tuple[Leaf, list[str], list[str]]:
    """The command of a line, its path, and the words after it. Raises UsageError for what is no report."""
    from tracker.commands.root import NAME, tree

    try:
        rest = shlex.split(clean(line, _("the report")))
    except ValueError:
        raise UsageError(_("“{line}”: a quotation mark is not closed").format(line=shorten(line))) from None
    if rest[:1] == ["tracker"]:
        del rest[0]
    if rest and rest[0] in REPORTS:
        rest.insert(0, "report")
    if not rest or rest[0].startswith("-") or set(rest) & set(HELP_NAMES["help_option_names"]):
        raise UsageError(
            _("“{line}” does not begin with a report such as progress or monthly").format(line=shorten(line))
        )
    root = tree()
    branch: LazyGroup = root
    path: list[str] = []
    # An application of its own: the words of this one go to the log.
    with root.make_context(NAME, [rest[0]], obj=App(flags=app.flags), resilient_parsing=True) as ctx:
        while rest and (command := branch.get_command(ctx, rest[0])) is not None:
            path.append(rest.pop(0))
            if isinstance(command, Leaf):
                names = {str(param.name) for param in command.params}
                if path[0] in _NOT_REPORTS or not names >= _NEEDED or "dry_run" in names:
                    sentence = _("“{line}” is not a report: {path} does something else")
                    raise UsageError(sentence.format(line=shorten(line), path=" ".join(path)))
                return command, path, rest
            assert isinstance(command, LazyGroup), path
            branch = command
    known = [*REPORTS, *(name for name in root.entries if name not in (*_NOT_REPORTS, *path))]
    raise UsageError(
        _("“{line}” is not a report{hint} Such are progress, changes, summary, monthly; all: tracker --help").format(
            line=shorten(line), hint=did_you_mean(rest[0] if rest else path[-1], known) or _(".")
        )
    )


def _parsed(app: App, leaf: Leaf, words: Sequence[str], line: str) -> Any:
    """The words read, as if they had been typed; the last run, not known before there is one, as this moment."""
    moment = f"{app.now:%Y-%m-%dT%H:%M:%SZ}"
    known = {LAST_RUN: moment, f"--since={LAST_RUN}": f"--since={moment}"}
    try:
        with leaf.make_context(str(leaf.name), [known.get(one, one) for one in words], obj=App(flags=app.flags)) as ctx:
            return ctx
    except (typer.TyperException, TrackerError) as error:
        reason = misused(error) if isinstance(error, typer.TyperException) else error
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=reason)) from None


def _since_words(leaf: Leaf, rest: Sequence[str], since: str | None) -> tuple[str, ...]:
    given = any(word == "--since" or word.startswith("--since=") for word in rest)
    needed = any(param.name == "since" and param.required for param in leaf.params)
    return () if since is None or given or not needed else ("--since", since)


# --- options ---------------------------------------------------------------------------------------------------------

if TYPE_CHECKING:
    Unit = str | None
    Currency = str | None
else:
    Unit, Currency = (View.__annotations__[name] for name in ("unit", "currency"))

# What a run can be told to end with 3 for: milestones and requests past their day, or findings of `check`.
FAIL_ON = ("overdue", "error", "warning", "note")
UNITS = ("systemd",)


def _cron(_app: App, text: str) -> str:
    from tracker.schedule.cron import parse_cron

    return parse_cron(text)


def _checked_name(_app: App, text: str) -> str:
    from tracker.ledger.schedules import schedule_name

    return schedule_name(text)


def _since(app: App, text: str) -> str:
    """Where a report of changes is to begin: the last run, or what `tracker changes --since` takes."""
    if text == LAST_RUN:
        return text
    try:
        report_words(app, "changes", since=text)
    except UsageError as error:
        reason = str(error).partition("--since: ")[2] or str(error)
        raise ValueRefused(_("{reason}; or write {last}").format(reason=reason, last=LAST_RUN)) from None
    return text


Name = Annotated[
    str, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=complete.schedules)
]
NewName = Annotated[
    str,
    typer.Argument(metavar="NAME", callback=parses(_checked_name), help=N_("Letters and digits of any script, - _ .")),
]
Cron = Annotated[
    str | None,
    typer.Option("--cron", metavar="EXPRESSION", callback=parses(_cron), help=N_("Five fields, or @daily, @weekly, …")),
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
        callback=parses(_since),
        help=N_("The beginning of the changes: last-run, the last one delivered, or -7d."),
    ),
]
From = Annotated[
    date | None,
    day_option("--from", N_("The first digest covers changes recorded from this day on [else: all there are].")),
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
    choice("--format", FORMATS, N_("Format of the printed, written or attached digest, where no suffix names it.")),
]
OnlyIfChanged = Annotated[
    bool, typer.Option("--only-if-changed", help=N_("Send nothing if nothing was recorded since the last run."))
]
Always = Annotated[bool, typer.Option("--always", help=N_("Deliver even when there is nothing new."))]
FailOn = Annotated[
    str | None,
    choice("--fail-on", FAIL_ON, N_("End with 3 where something is overdue, or check finds anything as grave.")),
]
Replace = Annotated[bool, typer.Option("--replace", help=N_("In place of the schedule of this name."))]
SomeName = Annotated[
    str | None, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=complete.schedules)
]
OnlyPrint = Annotated[bool, typer.Option("--print", help=N_("Print the lines of the crontab, and write nothing."))]
PrintAs = Annotated[
    str | None,
    choice("--print-as", UNITS, N_("Print its timers and services, and write nothing; NAME: of this schedule alone.")),
]
Due = Annotated[bool, typer.Option("--due", help=N_("Every schedule that has become due since it last ran."))]
IfDue = Annotated[bool, typer.Option("--if-due", help=N_("Only if it has become due since it last ran."))]
Definition = Annotated[
    str | None,
    typer.Option("--definition", metavar="HASH", help=N_("Only if its definition is the one that was installed.")),
]
Preview = Annotated[bool, typer.Option("--dry-run", "-n", help=N_("Print the digest; deliver and record nothing."))]

app = typer.Typer()


# --- what is stored --------------------------------------------------------------------------------------------------


@app.command("add")
def add_schedule(
    ctx: typer.Context,
    name: NewName,
    report: Reports,
    which: Which,
    cron: Cron = None,
    when: When = None,
    since: Since = LAST_RUN,
    begins: From = None,
    lights: Lights = None,
    unit: Unit = None,
    currency: Currency = None,
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
    from tracker.ledger.schedules import NewSchedule, add
    from tracker.schedule.cron import parse_when, user_zone_name

    if (cron is None) == (when is None):
        raise UsageError(_('give when it runs: --cron "0 8 * * MON" or --when "every monday 08:00"'))
    if only_if_changed and always:
        raise UsageError(_("--only-if-changed and --always contradict each other: give one"))
    run: App = ctx.obj
    filters = [(f"--{name}", str(value)) for name, given in which._asdict().items() for value in given or ()]
    shared = [("--lights", lights), ("--unit", unit), ("--currency", currency)]
    options = [word for option, value in (*filters, *shared) if value for word in (option, value)]
    new = NewSchedule(
        name=name,
        reports=_checked_reports(run, report, options, since),
        cron=cron or parse_when(when or "", run.now.astimezone(run.zone).date()),
        lang=run.settings.lang,
        since=since,
        begins=begins,
        phrase=clean(when, _("the time")) if when else None,
        zone=user_zone_name(run.settings.timezone),
        options=shlex.join(options) or None,
        targets=tuple(dict.fromkeys(target.text for target in _targets(run, name, to or [], format))),
        format=format,
        silent="unchanged" if only_if_changed else "never" if always else "empty",
        fail_on=fail_on,
    )
    run.record(lambda store: add(store, new, replace=replace), say=_added, dry_run=dry_run)
    _say_upcoming(run, new.cron, new.zone)


def _checked_reports(app: App, lines: Sequence[str], options: Sequence[str], since: str) -> tuple[str, ...]:
    """The reports as the ledger keeps them, each made once. Raises UsageError for the first word that cannot be.

    An option that no report takes would silently mean nothing.
    """
    from tracker.commands.root import invoke
    from tracker.queries.schedules import last_change
    from tracker.schedule.digest import Gathering

    reports, taken = [], set()
    for line in lines:
        leaf, path, rest = _leaf(app, line)
        report_words(app, line, since=since)
        reports.append(shlex.join([*path, *rest]))
        taken |= {one for param in leaf.params for one in param.opts}
    for option, _value in _pairs(options):
        if option not in taken:
            raise UsageError(
                _("{option} does not apply to any of the reports: {reports}").format(
                    option=option, reports=_(", ").join(reports)
                )
            )
    for line in reports:
        words = report_words(app, line, options, since)
        trial = App(flags=app.flags, moment=app.now)
        with trial.database.reading() as reader:
            latest = last_change(reader).change
        trial.gathering = Gathering(latest, latest)
        try:
            invoke(trial, words)
        except UsageError as error:
            raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=error)) from None
        except TrackerError:
            # What is missing today, such as a rate, may be there when the schedule runs.
            continue
    return tuple(reports)


def _targets(app: App, name: str, to: Sequence[str], format: str | None) -> list[Target]:
    from tracker.schedule import deliver

    folder, names = app.settings.deliver_folder, deliver.entry_names() if to else []
    found = [deliver.read_target(text, names, folder=folder, format=format) for text in to]
    for target in found:
        match target.kind:
            case "mail":
                if not deliver.has_mail_server():
                    for line in deliver.mail_lines():
                        app.say(line)
                deliver.mail_server()
            case "entry":
                deliver.entry(target.place)
                deliver.require_apprise()
            case _:
                deliver.require_below(deliver.file_path(target, name, app.now.astimezone(app.zone)), folder)
    return found


def _added(added: Added) -> list[str]:
    sentences = {
        "new": _("schedule {name} added: {when}"),
        "changed": _("schedule {name} changed: {when}"),
        "same": _("schedule {name} already has these values"),
    }
    row = added.row
    return [sentences[added.outcome].format(name=row.name, when=row.phrase or row.cron)]


def _say_upcoming(app: App, cron: str, zone: str | None) -> None:
    """Say the next five runs in the schedule's zone and in the machine's."""
    from tracker.queries.reference import working_days
    from tracker.reports.schedules import moment_words
    from tracker.schedule.cron import next_moments, rule_of, zone_named

    special = app.read(working_days)
    found = next_moments(cron, zone_named(zone), app.now, special=special)
    for number, moment in enumerate(found, start=1):
        app.say(_("run {number}: {moment}").format(number=number, moment=moment_words(moment, _clocks(zone))))
    years = {moment.year for moment in found} - {day.year for day in special}
    if years and "WD" in (rule_of(cron) or ""):
        app.say(
            _("no holidays of {years} are in the calendar, so working days are Monday to Friday; {command}").format(
                years=_(", ").join(map(str, sorted(years))), command=command_line("calendar import")
            )
        )


def _clocks(zone: str | None) -> tuple[Clock, ...]:
    """The clock of a schedule, and that of the machine where it is another."""
    from tracker.reports.schedules import Clock
    from tracker.schedule.cron import system_zone, system_zone_name, zone_named

    machine = Clock(system_zone(), system_zone_name() or _("machine time"))
    return (machine,) if zone in (None, machine.name) else (Clock(zone_named(zone), str(zone)), machine)


@app.command("list")
def list_schedules(ctx: typer.Context, view: View) -> None:
    """List the schedules: the next run, the last one, and whether the crontab has them.

    tracker schedule list
    """
    from tracker.commands.output import output
    from tracker.queries.as_of import AsOf
    from tracker.queries.schedules import last_runs, schedules
    from tracker.reports.schedules import schedule_list

    run: App = ctx.obj

    def build(reader: Reader, as_of: AsOf) -> Report:
        rows = schedules(reader, as_of)
        last = last_runs(reader)
        known = _installed(run, schedules(reader, AsOf(as_of.day)))
        statuses = [_status(run, row, last.get(row.schedule_id), known, 1) for row in rows]
        live = {fold(row.name) for row in rows}
        orphans = [name for name in known.lines if fold(name) not in live] if known else []
        printing = [row.name for row in rows if known and row.name in known.lines and not row.targets]
        lost = f"{_(', ').join(printing)}{_(': ')}{known.unmailed}" if known and known.unmailed and printing else None
        return schedule_list(as_of, statuses, orphans, lost)

    output(run, view, run.read(build, as_of=view.as_of, known_on=view.known_on))


@app.command("show")
def show_schedule(ctx: typer.Context, name: Name, view: View) -> None:
    """Show one schedule: its words, the next five runs in your time zone and the machine's, and the last runs.

    tracker schedule show weekly
    """
    from tracker.commands.output import output
    from tracker.queries.as_of import AsOf
    from tracker.queries.schedules import deliveries, named, runs, schedules
    from tracker.reports.schedules import schedule_show

    run: App = ctx.obj

    def build(reader: Reader, as_of: AsOf) -> Report:
        row = named(schedules(reader, as_of), name)
        past = [(one, deliveries(reader, one.run_id)) for one in runs(reader, row.schedule_id)]
        known = _installed(run, schedules(reader, AsOf(as_of.day)))
        status = _status(run, row, past[0][0] if past else None, known, 5)
        return schedule_show(as_of, status, _clocks(row.zone), past)

    output(run, view, run.read(build, as_of=view.as_of, known_on=view.known_on))


def _status(app: App, row: ScheduleRow, last: RunRow | None, known: Installed | None, count: int) -> ScheduleStatus:
    from tracker.queries.reference import working_days
    from tracker.reports.schedules import ScheduleStatus
    from tracker.schedule.cron import next_moments, zone_named

    upcoming = tuple(next_moments(row.cron, zone_named(row.zone), app.now, count, app.read(working_days)))
    return ScheduleStatus(row, upcoming, last, known.of(row) if known else None)


@app.command("remove")
def remove_schedule(ctx: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Remove a schedule; its runs stay on record.

    tracker schedule remove weekly
    """
    from tracker.ledger.schedules import remove

    run: App = ctx.obj
    run.record(
        lambda store: remove(store, name),
        say=lambda row: [_("schedule {name} removed").format(name=row.name)],
        dry_run=dry_run,
    )
    installed = None if dry_run else _installed(run, (), quietly=True)
    if installed and any(fold(one) == fold(name) for one in installed.lines):
        run.say(
            _("your crontab still starts it; take it out with: {command}").format(
                command=command_line("schedule install")
            )
        )


# --- the crontab -----------------------------------------------------------------------------------------------------


class Installed(NamedTuple):
    """What the crontab starts: names and their lines, the lines it should have, and why nobody is mailed."""

    lines: dict[str, bytes]
    wanted: dict[str, bytes]
    unmailed: str | None

    def of(self, row: ScheduleRow) -> str:
        """Whether the crontab has the schedule, and as it is."""
        if row.name not in self.lines:
            return "no"
        return "yes" if self.lines[row.name] == self.wanted.get(row.name) else "outdated"


def _installed(app: App, rows: Sequence[ScheduleRow], *, quietly: bool = False) -> Installed | None:
    """What the crontab has of this database; where it cannot be read, a message is printed and None returned."""
    from tracker.schedule import crontab

    try:
        table, place = crontab.read_crontab(), crontab.place_of(app.database)
        block = crontab.find_block(table, place)
        if block is None:
            return Installed({}, {}, None)
        wanted = {job.name: crontab.line(job) for job in _jobs(app, rows, _program(app), table)}
        return Installed(crontab.scheduled_names(block), wanted, crontab.unmailed(table, place))
    except Refused as error:
        if not quietly:
            app.say(_("whether the crontab has them is not known: {reason}").format(reason=error))
        return None


def _program(app: App) -> Program:
    from tracker.schedule.crontab import program

    folder = None
    with suppress(OSError):  # the folder the program was started in may be gone
        folder = Path.cwd()
    file = project_file(folder) if folder else None
    return program(app.database, os.environ, file.parent if file else None)


def _jobs(app: App, rows: Sequence[ScheduleRow], start: Program, table: bytes) -> list[Job]:
    from tracker.schedule.cron import system_zone
    from tracker.schedule.crontab import jobs, names_zone

    return jobs(rows, start, system_zone(), app.now, doubt=names_zone(table))


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
    from tracker.queries.schedules import named, schedules
    from tracker.schedule import crontab

    if name is not None and print_as is None:
        raise UsageError(_("install takes every schedule of the database: NAME goes with --print-as alone"))
    if only_print and print_as:
        raise UsageError(_("--print prints lines for cron, --print-as {kind} files: give one").format(kind=print_as))
    run: App = ctx.obj
    if not (only_print or print_as):
        _install(run)
        return
    rows = run.read(schedules)
    found = _jobs(run, rows if name is None else [named(rows, name)], _program(run), b"")
    if print_as:
        files = [unit for job in found for unit in crontab.units(job)]
        run.print("\n".join(f"# {unit.place}\n{unit.content}" for unit in files))
    else:
        run.print("".join(os.fsdecode(crontab.line(job)) + "\n" for job in found))
    if not found:
        run.say(_("there is no schedule to install"))


def _install(app: App) -> None:
    """Write the block of this database into the user's crontab."""
    from tracker.queries.schedules import schedules
    from tracker.schedule import crontab

    start, rows = _program(app), app.read(schedules)
    if rows:
        crontab.require_standing_alone(start)
    before = crontab.read_crontab()
    found = _jobs(app, rows, start, before)
    after = crontab.with_block(before, start.place, found)
    if after == before:
        app.say(_("your crontab is up to date; nothing was written"))
    else:
        crontab.write_crontab(after)
        sentence = ngettext(
            "{count} schedule is in your crontab; take it out with: {command}",
            "{count} schedules are in your crontab; take them out with: {command}",
            len(found),
        ).format(count=len(found), command=command_line("schedule uninstall"))
        app.say(
            sentence if found else _("there is no schedule left: the block of this database is out of your crontab")
        )
    for job in found:
        if not job.when.exact:
            app.say(
                _("{name}: cron starts it at {line}, and it runs only when it is due").format(
                    name=job.name, line=job.when.line
                )
            )
    if (reason := crontab.unmailed(after, start.place)) and (printing := [row.name for row in rows if not row.targets]):
        app.say(f"{_(', ').join(printing)}{_(': ')}{reason}")


@app.command("uninstall")
def uninstall_schedules(ctx: typer.Context) -> None:
    """Remove the block of this database from your crontab; the schedules stay in the ledger.

    tracker schedule uninstall
    """
    from tracker.schedule import crontab

    run: App = ctx.obj
    before = crontab.read_crontab()
    after = crontab.without_block(before, crontab.place_of(run.database))
    if after == before:
        run.say(_("your crontab has no schedule of this database"))
        return
    crontab.write_crontab(after)
    run.say(_("the schedules of this database are out of your crontab; they stay in the ledger"))


# --- running ---------------------------------------------------------------------------------------------------------


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
    """Deliver the news of a schedule to each of its targets, and record the run; cron starts this.

    tracker schedule run weekly --dry-run
    tracker schedule run --due
    tracker schedule run weekly --known-on 2023-03-31
    """
    from tracker.queries.schedules import named, schedules

    if (name is None) != due or (due and (if_due or definition)):
        raise UsageError(_("give the schedule to run, or --due for all that are due"))
    run: App = ctx.obj
    if known_on is not None:
        if name is None or if_due or always:
            raise UsageError(_("--known-on prints one digest of the past again: give NAME and nothing else with it"))
        _print_again(run, name, known_on)
        return
    if name is None:
        _run_due(run, dry_run=dry_run, always=always)
        return
    row = named(run.read(schedules), name)
    if definition not in (None, row.definition):
        raise Refused(
            _(
                "{name} was changed since it was installed here, and is not run: look at it with"
                " {command}, and accept it with {install}"
            ).format(
                name=row.name,
                command=command_line("schedule show {name}", name=row.name),
                install=command_line("schedule install"),
            )
        )
    # Only a job names the definition.
    _run(run, row, if_due=if_due, dry_run=dry_run, always=always, quietly=definition is not None)


def _run_due(app: App, *, dry_run: bool, always: bool) -> None:
    """Run every schedule that is due; one that fails does not stop the others. Raises what the gravest one raised."""
    from tracker.queries.schedules import schedules

    failures: list[TrackerError] = []
    for row in app.read(schedules):
        try:
            _run(app, row, if_due=True, dry_run=dry_run, always=always)
        except TrackerError as error:
            app.say(f"{row.name}{_(': ')}{error}")
            failures.append(error)
    if failures:
        # One that was not delivered counts for more than one with findings, and that for more than one that runs.
        gravest = min(failures, key=lambda error: (isinstance(error, Busy), isinstance(error, Findings)))
        count = len(failures)
        raise type(gravest)(
            ngettext("{count} schedule needs a look", "{count} schedules need a look", count).format(count=count)
        )


def _run(app: App, row: ScheduleRow, *, if_due: bool, dry_run: bool, always: bool, quietly: bool = False) -> None:
    """Run one schedule; with `if_due`, only where its moment has come since its last run.

    Raises Busy where another run of it is under way, Refused where a target was not reached, Findings where the
    schedule asks for that.
    """
    from tracker.schedule.deliver import DeliveryContext, lock_folder, only_one, preview, run

    with _speaking(row.lang, app):
        inner = _inner(app, row)
        context = DeliveryContext(
            app.database, row, app.now.astimezone(inner.zone), inner.render_options(), app.settings.deliver_folder
        )
        if dry_run:
            if not if_due or _is_due(app, row):
                for text in preview(context, _maker(inner, row)):
                    app.print(text)
                app.say(_("dry run: nothing was delivered or recorded"))
            return
        with only_one(lock_folder(), str(app.database), row.name):
            # Asked under the lock: the run that held it before may have been the one that was due.
            if if_due and not _is_due(app, row):
                return
            outcome = run(context, _maker(inner, row), app.print_bytes, always=always or row.always)
        _report_outcome(app, row, outcome, quietly=quietly or if_due)
        _fail_on_findings(inner, row, outcome.until)


def _is_due(app: App, row: ScheduleRow) -> bool:
    from tracker.queries.reference import working_days
    from tracker.queries.schedules import last_runs
    from tracker.schedule.cron import due_moment, zone_named

    with app.database.reading() as reader:
        last = last_runs(reader).get(row.schedule_id)
    special, started = app.read(working_days), last.started if last else None
    due = due_moment(row.cron, zone_named(row.zone), app.now, since=row.row_at, last_run=started, special=special)
    return due is not None


def _report_outcome(app: App, row: ScheduleRow, outcome: Outcome, *, quietly: bool) -> None:
    """Say what went where; to cron, which mails every word, only what went wrong."""
    from tracker.schedule.deliver import OUTPUT

    if app.has_terminal or not quietly:
        reports = ", ".join(row.report_lines)
        for one in outcome.results:
            printed = one.target == OUTPUT
            where = _("printed") if printed else one.target
            if one.result == "delivered":
                first, last = one.since.change + 1, outcome.until.change
                span = _(", changes {first} to {last}").format(first=first, last=last) if last >= first else ""
                app.say(
                    _("{name}: {reports} → {where}{span}").format(
                        name=row.name, reports=reports, where=where, span=span
                    )
                )
            elif one.result == "empty":
                line = _("{name}: nothing new") if printed else _("{name}: nothing new for {target}")
                app.say(line.format(name=row.name, target=where))
    if outcome.failures:
        raise Refused(
            _("{name} did not reach every target, the next run makes up for it: {reasons}").format(
                name=row.name, reasons="; ".join(outcome.failures)
            )
        )


def _fail_on_findings(app: App, row: ScheduleRow, until: Watermark) -> None:
    if row.fail_on is None:
        return
    if row.fail_on == "overdue":
        lines = ("milestone list", "request list --overdue", "report follow-ups --due")
        reports = [part.report for line in lines for part in _parts(app, row, line, until, until) if part.report]
        places = [[column.key for column in report.columns].index("overdue") for report in reports]
        found = sum(bool(line[at]) for report, at in zip(reports, places, strict=True) for line in report.rows)
        sentence = ngettext("{name}: {count} is overdue", "{name}: {count} are overdue", found)
    else:
        from tracker.reports.check import counted

        reports = [part.report for part in _parts(app, row, "check", until, until) if part.report]
        found = sum(counted(report, row.fail_on) for report in reports)
        sentence = ngettext("{name}: {count} finding", "{name}: {count} findings", found)
    if found:
        raise Findings(sentence.format(name=row.name, count=found))


def _print_again(app: App, name: str, day: date) -> None:
    """Print the digest of the last run by the end of `day` again, as it was. Raises Refused where there was none."""
    from tracker.queries.schedules import Watermark, named, runs, schedules
    from tracker.schedule.digest import Gathering, as_text

    row = named(app.read(schedules, known_on=day), name)
    end = end_of_day(day, app.zone)
    with app.database.reading() as reader:
        past = next((one for one in runs(reader, row.schedule_id, _ALL) if one.started < end), None)
    if past is None:
        raise Refused(_("{name} had not run by {day}").format(name=row.name, day=Period.day(day)))
    # The schedule too as that run knew it.
    knowing = App(flags=app.flags, gathering=Gathering(past.from_change, past.until_change))
    row = next(one for one in knowing.read(schedules) if one.schedule_id == past.schedule_id)
    with _speaking(row.lang, app):
        inner = _inner(app, row, past.started)
        since, until = Watermark(past.from_change, past.from_at), Watermark(past.until_change, past.until_at)
        app.print(as_text(_maker(inner, row)(since, until), inner.render_options()))


# --- what a digest is made of ----------------------------------------------------------------------------------------


def _inner(app: App, row: ScheduleRow, moment: datetime | None = None) -> App:
    """The program as the schedule wants it: its language and zone, and the clock of this run, or of `moment`."""
    flags = {**app.flags, "lang": row.lang}
    return App(flags=flags | {"timezone": row.zone} if row.zone else flags, debug=app.debug, moment=moment or app.now)


def _maker(app: App, row: ScheduleRow) -> Make:
    from tracker.queries import database_info
    from tracker.reports.integrity import seal_line
    from tracker.schedule.digest import Digest

    def make(since: Watermark, until: Watermark) -> Digest:
        parts = tuple(part for line in row.report_lines for part in _parts(app, row, line, since, until))
        unchanged = row.only_if_changed and all(
            part.empty for part in _parts(app, row, "changes", since, until, begin=LAST_RUN)
        )
        with app.database.reading() as reader:
            seal = seal_line(database_info.seal(reader, until.change))
            period = _period(app, row, reader, since, until)
        return Digest(row.name, app.today, since, until, parts, seal, unchanged, period)

    return make


def _period(app: App, row: ScheduleRow, reader: Reader, since: Watermark, until: Watermark) -> str:
    """From when to when a digest tells what changed; nothing where none of its reports does."""
    from tracker.queries.schedules import beginning

    if row.since != LAST_RUN or not any(line.split()[0] == "changes" for line in row.report_lines):
        return ""

    def shown(mark: Watermark) -> str:
        return f"{mark.at.astimezone(app.zone):%Y-%m-%d %H:%M}" if mark.at else "–"

    begins = shown(since)
    sentence = _("Changes recorded from {since} to {until}")
    if row.begins and since.change == beginning(reader, row.schedule_id).change:
        begins = row.begins.isoformat()
    elif since.change == 0:
        sentence = _("Changes recorded from the beginning of the ledger, {since}, to {until}")
    return sentence.format(since=begins, until=shown(until))


def _parts(
    app: App, row: ScheduleRow, line: str, since: Watermark, until: Watermark, *, begin: str | None = None
) -> list[Part]:
    """The reports of one command line, as the ledger stood after the change `until`; changes from `begin` on."""
    from tracker.commands.root import invoke
    from tracker.schedule.digest import Gathering

    words = report_words(app, line, shlex.split(row.options or ""), begin or row.since)
    app.gathering = Gathering(since.change, until.change)
    invoke(app, words)
    return app.gathering.parts


@contextmanager
def _speaking(lang: str, app: App) -> Iterator[None]:
    i18n.choose(lang)
    try:
        yield
    finally:
        i18n.choose(app.settings.lang)
