"""The options of `tracker schedule`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.marks import N_
from tracker.commands.options import View, choice
from tracker.commands.reads import reads
from tracker.commands.schedule_lines import require_since
from tracker.i18n import LANGUAGES
from tracker.render import FORMATS

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


def _schedule_names(asking: complete.Asking) -> list[tuple[str, str | None]]:
    from tracker.queries.lookup import schedule_names

    return schedule_names(asking.reader)


_names = complete.from_ledger(_schedule_names)


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
    choice("--lang", LANGUAGES, N_("Language [default: that of now].")),
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
        N_("Format of what is printed or written, where no suffix says it, and of what is attached."),
    ),
]
OnlyIfChanged = Annotated[
    bool, typer.Option("--only-if-changed", help=N_("Say nothing where nothing was recorded since the last run."))
]
Always = Annotated[bool, typer.Option("--always", help=N_("Deliver also where there is nothing to say."))]
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
Due = Annotated[bool, typer.Option("--due", help=N_("Every schedule whose moment has come since it last ran."))]
IfDue = Annotated[bool, typer.Option("--if-due", help=N_("Only where its moment has come since it last ran."))]
Definition = Annotated[
    str | None,
    typer.Option("--definition", metavar="HASH", help=N_("Only where it is defined as it was when it was installed.")),
]
Preview = Annotated[
    bool, typer.Option("--dry-run", "-n", help=N_("Print what would be delivered; deliver and record nothing."))
]
