"""How a command prints a report: read, select, render, and write the text where it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tracker.app import App
from tracker.commands.options import View
from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, ngettext
from tracker.queries.as_of import AsOf
from tracker.render import PAGES, Rendered, render
from tracker.reports.report import Report
from tracker.text import show

if TYPE_CHECKING:
    from tracker.reports.brief import Brief


def print_report(app: App, view: View, build: Callable[[Reader, AsOf], Report]) -> None:
    """Print the report that `build` makes of the ledger, or write it to the file that was named."""
    output(app, view, report_of(app, view, build))


Answer = TypeVar("Answer", Report, "Brief")


def report_of(app: App, view: View, build: Callable[[Reader, AsOf], Answer]) -> Answer:
    """The report that `build` makes of the ledger on the day, in the state and in the currency asked for.

    Where it makes several, the first of them carries what is to be said of the rates and of the state of the ledger.
    """

    def converted(reader: Reader, as_of: AsOf) -> Answer:
        from tracker.reports.conversion import converting, with_rates

        as_of = converting(reader, as_of, view.currency or "", view.rate_date)
        return _first(build(reader, as_of), lambda report: with_rates(report, as_of))

    found = converted if view.currency else build

    def with_state(reader: Reader, as_of: AsOf) -> Answer:
        from tracker.queries.database_info import seal
        from tracker.reports.integrity import state_line

        state = state_line(seal(reader, as_of.known))
        return _first(found(reader, as_of), lambda report: report._replace(state=state))

    paged = app.gathering is None and chosen_format(view) in PAGES
    return app.read(with_state if paged else found, as_of=view.as_of, known_on=view.known_on)


def _first(answer: Answer, change: Callable[[Report], Report]) -> Answer:
    """The answer, its first report changed."""
    if isinstance(answer, Report):
        return change(answer)
    first, *rest = answer
    return (change(first), *rest)


def output(app: App, view: View, report: Report) -> None:
    """Print `report`, or write it to the file that was named; or hand it to the run of a schedule that asks for it."""
    chosen = report
    if (view.columns, view.sort, view.limit) != (None, None, None):
        from tracker.reports.selection import select

        chosen = select(report, columns=view.columns, sort=view.sort, limit=view.limit)
    if app.gathering is not None:
        from tracker.schedule.digest import Part

        app.gathering.parts.append(Part(chosen, view.unit))
        return
    format = chosen_format(view)
    rendered = render(
        chosen, format, app.render_options(view.unit, explain=view.explain), to_file=view.output is not None
    )
    write(app, view, rendered, len(chosen.rows), format)


def write(app: App, view: View, rendered: Rendered, count: int, format: str) -> None:
    """Print what was rendered, or write it to the file that was named; `count` are its rows."""
    if view.output is None and (rendered.binary is not None or format in ("json", "jsonl")):
        # JSON is UTF-8, whatever encoding the terminal or PYTHONIOENCODING asks of text.
        app.print_bytes(rendered.chunks, text=rendered.binary is None)
    elif view.output is None:
        for piece in rendered.pieces:
            app.print(piece)
    else:
        from tracker.render.output import atomic_file

        with atomic_file(view.output, protected=app.database.files) as file:
            file.writelines(rendered.chunks)
        rows = ngettext("{count} row", "{count} rows", count).format(count=count)
        app.say(_("{path} written ({format}, {rows})").format(path=view.output, format=format, rows=rows))
    if rendered.message:
        app.say(rendered.message)


def chosen_format(view: View) -> str:
    """The format asked for, else the one the file's suffix names, else a table. Raises UsageError for other ones."""
    if view.format or view.output is None:
        return view.format or "table"
    from tracker.render.output import SUFFIXES, format_of

    format = format_of(view.output)
    if format is None:
        raise UsageError(
            _("“{path}” does not end in {known}: choose such a name, or give the format with -f").format(
                path=show(str(view.output)), known=_(", ").join(SUFFIXES)
            )
        )
    return format
