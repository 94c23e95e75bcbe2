"""`tracker schedule`: its options, and how the reports of a schedule are written and read."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.lazy_group import HELP_NAMES, LazyGroup, Leaf
from tracker.commands.options import DryRun, KnownOn, Lights, View, Which, choice
from tracker.commands.parsers import parses, read_day
from tracker.commands.report import REPORTS
from tracker.errors import TrackerError, UsageError, ValueRefused
from tracker.i18n import N_, _
from tracker.schedule import delivery_config
from tracker.text import clean, did_you_mean, shorten
from tracker.vocabulary import FORMATS

LAST_RUN = "last-run"
# They read settings, files or schedules and not the portfolio.
_NOT_REPORTS = ("config", "database", "schedule", "export", "import", "demo", "init")
_NEEDED = {"as_of", "format"}


def report_words(app: App, line: str, options: Sequence[str] = (), since: str | None = None) -> tuple[str, ...]:
    """The words of a report of a schedule, with those of its `options` that it takes and does not say itself.

    `options` are pairs of an option and its value; `since` is given to a report that cannot do without. Raises
    UsageError for what is no command line of a report.
    """
    words = _words(line)
    leaf, path, rest = _leaf(app, words, line)
    given = _parsed(app, leaf, _with_since(leaf, rest, since, app), line)
    _require_schedulable(given, line)
    added = [word for option, value in pairs(options) if _is_open(given, option) for word in (option, value)]
    if added:
        _parsed(app, leaf, _with_since(leaf, [*rest, *added], since, app), line)
    return (*path, *rest, *added, *_since_words(leaf, rest, since))


def takes(app: App, line: str, option: str) -> bool:
    """Whether the report of a checked line knows an option such as "--chain"."""
    leaf, _path, _rest = _leaf(app, _words(line), line)
    return any(option in param.opts for param in leaf.params)


def stored_line(app: App, line: str, since: str) -> str:
    """A report as the ledger keeps it, its words checked and quoted. Raises UsageError."""
    words = _words(line)
    _found, path, rest = _leaf(app, words, line)
    report_words(app, line, since=since)
    return shlex.join([*path, *rest])


def filter_words(which: Which) -> Iterator[str]:
    """Filters as pairs of an option and its value."""
    for one in fields(which):
        for value in getattr(which, one.name) or ():
            yield from (f"--{one.name}", str(value))


def pairs(options: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The pairs of an option and its value."""
    return zip(options[::2], options[1::2], strict=True)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(clean(line, _("the report")))
    except ValueError:
        raise UsageError(_("“{line}”: a quotation mark is not closed").format(line=shorten(line))) from None
    if words[:1] == ["tracker"]:
        del words[0]
    names = [name for name, _module, _help in REPORTS]
    return ["report", *words] if words and words[0] in names else words


def _leaf(app: App, words: Sequence[str], line: str) -> tuple[Leaf, list[str], list[str]]:
    """The command, its path, and the words after it."""
    from tracker.commands.root import NAME, tree

    if not words or words[0].startswith("-") or set(words) & set(HELP_NAMES["help_option_names"]):
        raise UsageError(
            _("“{line}” does not begin with a report such as progress or monthly").format(line=shorten(line))
        )
    root = tree()
    branch: LazyGroup = root
    rest, path = list(words), []
    # An application of its own: the words of this one go to the log.
    with root.make_context(NAME, [words[0]], obj=App(flags=app.flags), resilient_parsing=True) as ctx:
        while rest:
            name, command = rest[0], branch.get_command(ctx, rest[0])
            if command is None:
                break
            path.append(rest.pop(0))
            if isinstance(command, Leaf):
                _require_report(command, path, line)
                return command, path, rest
            assert isinstance(command, LazyGroup), name
            branch = command
    known = [*(name for name, _module, _help in REPORTS), *_readers(root)]
    raise UsageError(
        _("“{line}” is not a report{hint} Such are progress, changes, summary, monthly; all: tracker --help").format(
            line=shorten(line), hint=did_you_mean(rest[0] if rest else words[-1], known) or _(".")
        )
    )


def _readers(root: LazyGroup) -> list[str]:
    return [name for name in root.entries if name not in _NOT_REPORTS]


def _require_report(leaf: Leaf, path: Sequence[str], line: str) -> None:
    names = {str(param.name) for param in leaf.params}
    if path[0] in _NOT_REPORTS or not names >= _NEEDED or "dry_run" in names:
        raise UsageError(
            _("“{line}” is not a report: {path} does something else").format(line=shorten(line), path=" ".join(path))
        )


def _parsed(app: App, leaf: Leaf, rest: Sequence[str], line: str) -> Any:
    """The words read, as if they had been typed."""
    from tracker.commands.lazy_group import misused

    try:
        with leaf.make_context(str(leaf.name), list(rest), obj=App(flags=app.flags)) as ctx:
            return ctx
    except typer.TyperException as error:
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=misused(error))) from None
    except TrackerError as error:
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=error)) from None


def _require_schedulable(given: Any, line: str) -> None:
    # Whoever runs a schedule says which files it may read: those that his settings name.
    if template := given.params.get("template"):
        delivery_config.template(str(template))
    for name, option in (("output", "--to"), ("format", "--format")):
        if given.params.get(name) is not None:
            raise UsageError(
                _("“{line}”: leave out {option}, which the schedule has as an option of its own").format(
                    line=shorten(line), option=option
                )
            )


def _is_open(given: Any, option: str) -> bool:
    """Whether the command takes an option that its line does not say."""
    for param in given.command.params:
        if option in param.opts and param.name:
            source = given.get_parameter_source(param.name)
            return source is None or source.name != "COMMANDLINE"
    return False


def _needs_since(leaf: Leaf) -> bool:
    return any(param.name == "since" and param.required for param in leaf.params)


def _since_words(leaf: Leaf, rest: Sequence[str], since: str | None) -> tuple[str, ...]:
    said = any(word == "--since" or word.startswith("--since=") for word in rest)
    return () if since is None or said or not _needs_since(leaf) else ("--since", since)


def _with_since(leaf: Leaf, rest: Sequence[str], since: str | None, app: App) -> list[str]:
    """The words with a moment in place of the last run, which is not known before there is a run."""
    words = [*rest, *_since_words(leaf, rest, since)]
    moment = f"{app.now:%Y-%m-%dT%H:%M:%SZ}"
    told = {LAST_RUN: moment, f"--since={LAST_RUN}": f"--since={moment}"}
    return [told.get(word, word) for word in words]


def require_since(app: App, text: str) -> str:
    """Where a report of changes is to begin: the last run, or what `tracker changes --since` takes."""
    if text == LAST_RUN:
        return text
    try:
        report_words(app, "changes", since=text)
    except UsageError as error:
        reason = str(error).partition("--since: ")[2] or str(error)
        raise ValueRefused(_("{reason}; or write {last}").format(reason=reason, last=LAST_RUN)) from None
    return text


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


def _schedule_names(request: complete.Request) -> list[tuple[str, str | None]]:
    from tracker.queries.lookup import schedule_names

    return schedule_names(request.reader)


_names = complete.from_ledger(_schedule_names)


Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=_names)]
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
        callback=parses(require_since),
        help=N_("The beginning of the changes: last-run, the last one delivered, or -7d."),
    ),
]
From = Annotated[
    date | None,
    typer.Option(
        "--from",
        metavar="DAY",
        parser=str,
        callback=read_day,
        help=N_("The first digest covers changes recorded from this day on [else: all there are]."),
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
    choice(
        "--format",
        FORMATS,
        N_("Format of the printed, written or attached digest, where no suffix names it."),
    ),
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
    str | None, typer.Argument(metavar="NAME", help=N_("The name of the schedule."), autocompletion=_names)
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
    from tracker.commands.schedule_run import Wanted, added_lines, new_schedule, say_upcoming
    from tracker.ledger.schedules import add

    if (cron is None) == (when is None):
        raise UsageError(_('give when it runs: --cron "0 8 * * MON" or --when "every monday 08:00"'))
    if only_if_changed and always:
        raise UsageError(_("--only-if-changed and --always contradict each other: give one"))
    silent = "unchanged" if only_if_changed else "never" if always else "empty"
    shared = {"--lights": lights, "--unit": unit, "--currency": currency}
    wanted = Wanted(name, cron, when, tuple(report), since, begins, tuple(to or ()), format)
    run: App = ctx.obj
    new = new_schedule(run, wanted, which, shared, silent, fail_on)
    run.record(lambda store: add(store, new, replace=replace), say=added_lines, dry_run=dry_run)
    say_upcoming(run, new.cron, new.zone)


@app.command("list")
def list_schedules(ctx: typer.Context, view: View) -> None:
    """List the schedules: the next run, the last one, and whether the crontab has them.

    tracker schedule list
    """
    from tracker.commands.schedule_run import list_report

    list_report(ctx.obj, view)


@app.command("show")
def show_schedule(ctx: typer.Context, name: Name, view: View) -> None:
    """Show one schedule: its words, the next five runs in your time zone and the machine's, and the last runs.

    tracker schedule show weekly
    """
    from tracker.commands.schedule_run import show_report

    show_report(ctx.obj, view, name)


@app.command("remove")
def remove_schedule(ctx: typer.Context, name: Name, dry_run: DryRun = False) -> None:
    """Remove a schedule; its runs stay on record.

    tracker schedule remove weekly
    """
    from tracker.commands.schedule_run import say_still_installed
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
    from tracker.commands import schedule_run

    if name is not None and print_as is None:
        raise UsageError(_("install takes every schedule of the database: NAME goes with --print-as alone"))
    if only_print and print_as:
        raise UsageError(_("--print prints lines for cron, --print-as {kind} files: give one").format(kind=print_as))
    if print_as:
        schedule_run.print_units(ctx.obj, name)
    else:
        schedule_run.install(ctx.obj, only_print=only_print)


@app.command("uninstall")
def uninstall_schedules(ctx: typer.Context) -> None:
    """Remove the block of this database from your crontab; the schedules stay in the ledger.

    tracker schedule uninstall
    """
    from tracker.commands.schedule_run import uninstall

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
    """Deliver the news of a schedule to each of its targets, and record the run; cron starts this.

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
