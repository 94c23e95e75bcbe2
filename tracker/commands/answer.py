"""Answering a question: ask, arrange, render, and put the text where it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tracker.app import App
from tracker.commands.options import View
from tracker.database import Reader
from tracker.errors import UsageError
from tracker.i18n import _, ngettext
from tracker.queries.asked import Asked
from tracker.render import PAGES, Rendered, render
from tracker.reports.report import Report
from tracker.text import show


def answer(app: App, view: View, build: Callable[[Reader, Asked], Report]) -> None:
    """Print the report that `build` makes of the ledger, or write it to the file that was named."""
    present(app, view, report_of(app, view, build))


def report_of(app: App, view: View, build: Callable[[Reader, Asked], Report]) -> Report:
    """The report that `build` makes of the ledger on the day, in the state and in the currency asked for."""

    def converted(reader: Reader, asked: Asked) -> Report:
        from tracker.reports.conversion import converting, with_rates

        asked = converting(reader, asked, view.currency or "", view.rate_date)
        return with_rates(build(reader, asked), asked)

    found = converted if view.currency else build

    def with_state(reader: Reader, asked: Asked) -> Report:
        from tracker.queries.upkeep import seal
        from tracker.reports.integrity import state_line

        return replace(found(reader, asked), state=state_line(seal(reader, asked.known)))

    paged = app.gathering is None and _format(view) in PAGES
    return app.read(with_state if paged else found, as_of=view.as_of, known_on=view.known_on)


def present(app: App, view: View, report: Report) -> None:
    """Print `report`, or write it to the file that was named; or hand it to the run of a schedule that asks for it."""
    arranged = _arranged(report, view)
    if app.gathering is not None:
        from tracker.schedule.digest import Part

        app.gathering.parts.append(Part(arranged, view.unit))
        return
    format = _format(view)
    rendered = render(arranged, format, app.look(view.unit, explain=view.explain), to_file=view.output is not None)
    if view.output is None and (rendered.binary is not None or format in ("json", "jsonl")):
        # JSON is UTF-8, whatever encoding the terminal or PYTHONIOENCODING asks of text.
        app.print_bytes([rendered.data], text=rendered.binary is None)
    elif view.output is None:
        app.print(rendered.text)
    else:
        _write(app, view.output, rendered, arranged, format)
    if rendered.message:
        app.say(rendered.message)


def _format(view: View) -> str:
    """The format asked for, else the one the file's suffix names, else a table. Raises UsageError for other ones."""
    if view.format or view.output is None:
        return view.format or "table"
    from tracker.render.output import SUFFIXES, format_of

    format = format_of(view.output)
    if format is None:
        raise UsageError(
            _("“{path}” does not end in {known}: choose such a name, or say the format with -f").format(
                path=show(str(view.output)), known=", ".join(SUFFIXES)
            )
        )
    return format


def _arranged(report: Report, view: View) -> Report:
    if view.columns is None and view.sort is None and view.limit is None:
        return report
    from tracker.reports.arrange import arrange

    return arrange(report, columns=view.columns, sort=view.sort, limit=view.limit)


def _write(app: App, path: Path, rendered: Rendered, report: Report, format: str) -> None:
    from tracker.render.output import write_atomically

    write_atomically(path, rendered.data, protected=app.database.files)
    count = len(report.rows)
    rows = ngettext("{count} row", "{count} rows", count).format(count=count)
    app.say(_("{path} written ({format}, {rows})").format(path=path, format=format, rows=rows))
