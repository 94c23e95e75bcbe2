"""Reports as text and files: tables for people, CSV and JSON for programs, each writer loaded when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.render.look import Look
from tracker.reports.report import Report
from tracker.text import did_you_mean, shorten, show

__all__ = ["FORMATS", "PAGES", "Look", "Rendered", "render"]

FORMATS = ("table", "csv", "json", "jsonl", "md", "html", "xlsx", "ics")
# Formats with a head that names the state of the ledger.
PAGES = ("html", "xlsx")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What goes to stdout or into a file, and the `message` that goes to stderr beside it ("" for none).

    It is `text`, except for a format whose files are no text: that is `binary`.
    """

    text: str
    message: str = ""
    encoding: str = "utf-8"
    binary: bytes | None = None

    @property
    def data(self) -> bytes:
        """The bytes of a file."""
        return self.text.encode(self.encoding) if self.binary is None else self.binary


def render(report: Report, format: str, look: Look, *, to_file: bool) -> Rendered:
    """`report` in one of FORMATS; raises UsageError for any other.

    A file gets no colour and no limit of width, and its CSV opens in a spreadsheet (byte order mark, CRLF). Where there
    are no rows, the sentence that says so is the message; a table then has no text, except in a file.
    """
    message = "" if report.rows else show(report.empty or _("nothing found"))
    match format:
        case "table" if report.rows or to_file:
            from tracker.render.text import render_text

            if to_file:
                look = replace(look, width=None, color=False, explain=look.explain or None)
            return Rendered(render_text(report, look), message)
        case "table":
            return Rendered("", message)
        case "csv":
            from tracker.render.csv import write_csv

            newline, encoding = ("\r\n", "utf-8-sig") if to_file else ("\n", "utf-8")
            return Rendered(write_csv(report, newline=newline), message, encoding)
        case "json":
            from tracker.render.json import write_json

            return Rendered(write_json(report), message)
        case "jsonl":
            from tracker.render.json import write_json_lines

            return Rendered(write_json_lines(report), message)
        case "md":
            from tracker.render.markdown import write_markdown

            return Rendered(write_markdown(report, look), message)
        case "html":
            from tracker.render.html import write_html

            return Rendered(write_html(report, look), message)
        case "xlsx":
            from tracker.render.xlsx import write_xlsx

            return Rendered("", message, binary=write_xlsx(report, look))
        case "ics":
            from tracker.render.ics import write_calendar

            return Rendered(write_calendar(report, look), message)
    raise UsageError(_refusal(format))


def _refusal(format: str) -> str:
    return _("there is no format “{format}”{hint}; known: {known}").format(
        format=shorten(format), hint=did_you_mean(format, FORMATS), known=", ".join(FORMATS)
    )
