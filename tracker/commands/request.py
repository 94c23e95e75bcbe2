"""`tracker request`: open, answer, close and list. The ledger is imported when something is written."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tracker.commands import complete
from tracker.commands.entity_options import RequestOptions
from tracker.commands.options import CitationOptions, DryRun, View, Which, day_option, number_argument
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import N_, _, ngettext
from tracker.text import command_line

# Without postponed annotations: the options of a dataclass are read from them.
if TYPE_CHECKING:
    from tracker.ledger.requests import Opened
    from tracker.models.request import Request

app = typer.Typer()

Number = Annotated[int, number_argument("REQUEST", N_("The number of the request, from tracker request list."))]


class Event(NamedTuple):
    """What happened to a request: the text, and when."""

    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help=N_("The answer, or how it was settled."))
    ] = None
    on: Annotated[date | None, day_option("--on", N_("The day, else today."))] = None


First = Annotated[
    str,
    typer.Argument(
        metavar="CODE|TITLE",
        help=N_("The project that asks; left out where --company asks."),
        autocompletion=complete.codes,
    ),
]
Second = Annotated[
    str | None, typer.Argument(metavar="TITLE", help=N_("The title of the request."), show_default=False)
]
Asker = Annotated[
    str | None,
    typer.Option("--company", metavar="NAME", help=N_("The company asks."), autocompletion=complete.companies),
]


@app.command("open")
def open_request(
    ctx: typer.Context,
    first: First,
    options: RequestOptions,
    citation: CitationOptions,
    second: Second = None,
    company: Asker = None,
    dry_run: DryRun = False,
) -> None:
    """Record a request of a project or a company.

    tracker request open zhongjin "power for the extension" --category power --due 2023-03-15
    tracker request open --company 博格隆 "staff housing" --owner 李
    """
    from tracker.ledger.requests import open_request as record

    project, title = (None, first) if second is None else (first, second)
    if project is None and company is None:
        raise UsageError(
            _("give who asks and what: {command}, or --company NAME TITLE").format(
                command=command_line(_("request open CODE TITLE"))
            )
        )
    facts = options.facts(title=title, project=project, company=company)
    ctx.obj.record(lambda store: record(store, facts, citation.cite()), say=_opened, dry_run=dry_run)


def _opened(opened: "Opened") -> list[str]:
    row, asker = opened.row, opened.asker
    due = _(", due {day}").format(day=Period.day(row.due)) if row.due else ""
    line = _("request {id} of {who}: {title}{due}")
    return [line.format(id=row.id, who=getattr(asker, "code", asker.name), title=row.title, due=due)]


@app.command("answer")
def answer_request(
    ctx: typer.Context, request: Number, event: Event, citation: CitationOptions, dry_run: DryRun = False
) -> None:
    """Record the first answer to a request.

    tracker request answer 3 --text "the grid company comes on Monday"
    """
    from tracker.ledger.requests import answer

    def say(row: "Request") -> list[str]:
        days = _days_after(row.raised, row.answered or row.raised)
        day = Period.day(row.answered or row.raised)
        return [_("request {id} answered {day}, {days}").format(id=row.id, day=day, days=days)]

    ctx.obj.record(
        lambda store: answer(store, request, event.text, event.on, citation.cite()), say=say, dry_run=dry_run
    )


@app.command("close")
def close_request(
    ctx: typer.Context, request: Number, event: Event, citation: CitationOptions, dry_run: DryRun = False
) -> None:
    """Record that a request is settled.

    tracker request close 3 --text "connected" --on 2023-03-10
    """
    from tracker.ledger.requests import close

    ctx.obj.record(
        lambda store: close(store, request, event.text, event.on, citation.cite()), say=_closed, dry_run=dry_run
    )


def _closed(row: "Request") -> list[str]:
    day = row.closed or row.raised
    late = (day - row.due).days if row.due else 0
    overdue = ngettext(", {days} day overdue", ", {days} days overdue", late).format(days=late) if late > 0 else ""
    line = _("request {id} closed {day}, {days}{late}")
    return [line.format(id=row.id, day=Period.day(day), days=_days_after(row.raised, day), late=overdue)]


def _days_after(raised: date, day: date) -> str:
    days = (day - raised).days
    return ngettext("{days} day after it was raised", "{days} days after it was raised", days).format(days=days)


@app.command("list")
def list_requests(
    ctx: typer.Context,
    which: Which,
    view: View,
    still_open: Annotated[bool, typer.Option("--open", help=N_("Those not closed yet."))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=N_("Those past their due day."))] = False,
) -> None:
    """List the requests, with days open and days to the first answer.

    tracker request list --open --sort due
    """
    from tracker.commands.output import print_report as show
    from tracker.reports.requests import request_list

    show(
        ctx.obj,
        view,
        lambda reader, as_of: request_list(reader, as_of, which.filters(), still_open=still_open, overdue=overdue),
    )
