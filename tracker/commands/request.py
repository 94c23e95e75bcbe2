"""`tracker request`: open, answer, close and list. The ledger is imported when something is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.marks import N_
from tracker.commands.measures import whole
from tracker.commands.options import Citation, DryRun, View, Which
from tracker.commands.reads import read_day, reads
from tracker.errors import UsageError
from tracker.i18n import _

# Without postponed annotations: the options of a dataclass are read from them.
if TYPE_CHECKING:
    from tracker.ledger.book import Book, Done
    from tracker.ledger.cite import Cite

    Step = Callable[[Book, int, str | None, date | None, Cite], Done]

app = typer.Typer()

Number = Annotated[
    int,
    typer.Argument(
        metavar="REQUEST",
        parser=str,
        callback=reads(whole(1, 10**15)),
        help=N_("The number of the request, from tracker request list."),
    ),
]


@dataclass(frozen=True, slots=True)
class Said:
    """What happened to a request: what was said, and when."""

    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=N_("What there is to say."))] = None
    on: Annotated[
        date | None,
        typer.Option("--on", metavar="DAY", parser=str, callback=read_day, help=N_("The day, else today.")),
    ] = None


First = Annotated[
    str,
    typer.Argument(
        metavar="CODE|TITLE",
        help=N_("The project that asks; left out where --company asks."),
        autocompletion=complete.codes,
    ),
]
Second = Annotated[str | None, typer.Argument(metavar="TITLE", help=N_("What is asked for."), show_default=False)]
Asker = Annotated[
    str | None,
    typer.Option("--company", metavar="NAME", help=N_("The company asks."), autocompletion=complete.companies),
]
Category = Annotated[
    str | None, typer.Option("--category", metavar="WORD", help=N_("Such as land, power, staff, 用电."))
]
Due = Annotated[
    date | None,
    typer.Option("--due", metavar="DAY", parser=str, callback=read_day, help=N_("The day to settle it by.")),
]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner", metavar="OWNER", help=N_("Who sees to it, else the project's."), autocompletion=complete.owners
    ),
]
Raised = Annotated[
    date | None,
    typer.Option("--raised", metavar="DAY", parser=str, callback=read_day, help=N_("The day, else today.")),
]


@app.command("open")
def open_request(
    ctx: typer.Context,
    first: First,
    citation: Citation,
    second: Second = None,
    company: Asker = None,
    category: Category = None,
    due: Due = None,
    owner: Owner = None,
    raised: Raised = None,
    dry_run: DryRun = False,
) -> None:
    """Record what a project or company asks for.

    tracker request open zhongjin "power for the extension" --category power --due 2023-03-15
    tracker request open --company 博格隆 "staff housing" --owner 李
    """
    from tracker.ledger.requests import Ask
    from tracker.ledger.requests import open_request as record

    project, title = (None, first) if second is None else (first, second)
    if project is None and company is None:
        raise UsageError(_("say who asks and what: tracker request open CODE TITLE, or --company NAME TITLE"))
    ask = Ask(title, project, company, category, owner, raised, due)
    ctx.obj.record(lambda book: record(book, ask, citation.cite()), dry_run=dry_run)


@app.command("answer")
def answer_request(
    ctx: typer.Context, request: Number, said: Said, citation: Citation, dry_run: DryRun = False
) -> None:
    """Record the first answer to a request.

    tracker request answer 3 --text "the grid company comes on Monday"
    """
    from tracker.ledger.requests import answer

    _record(ctx.obj, answer, request, said, citation, dry_run=dry_run)


@app.command("close")
def close_request(ctx: typer.Context, request: Number, said: Said, citation: Citation, dry_run: DryRun = False) -> None:
    """Record that a request is settled.

    tracker request close 3 --text "connected" --on 2023-03-10
    """
    from tracker.ledger.requests import close

    _record(ctx.obj, close, request, said, citation, dry_run=dry_run)


def _record(run: App, step: "Step", request: int, said: Said, citation: Citation, *, dry_run: bool) -> None:
    run.record(lambda book: step(book, request, said.text, said.on, citation.cite()), dry_run=dry_run)


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
    from tracker.commands.answer import answer as show
    from tracker.reports.requests import request_list

    show(
        ctx.obj,
        view,
        lambda reader, asked: request_list(reader, asked, which.filters(), still_open=still_open, overdue=overdue),
    )
