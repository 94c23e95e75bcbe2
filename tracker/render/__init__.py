"""Reports as text and files: tables for people, CSV and JSON for programs, each writer loaded when it is asked for."""

from codecs import iterencode
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import NamedTuple

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.money import AUTO, Unit
from tracker.reports.report import Report
from tracker.text import show, unknown_word
from tracker.vocabulary import FORMATS

__all__ = ["PAGES", "Options", "Rendered", "render", "render_several"]

# Formats with a head that names the state of the ledger.
PAGES = ("html", "xlsx", "docx", "pdf")


class Options(NamedTuple):
    """The choices a table for people depends on; files of data depend on none of them.

    `width` is that of the terminal in cells, None where the output is not a terminal and may be as wide as it needs.
    `decimals` are those of the unit an amount is printed in, None for every digit. `ascii` asks for marks any encoding
    can carry; names stay as they are. `explain` asks for every sentence below a table instead of two lines; where it is
    False the table says how to ask for them, where it is None nobody could. `zone_name` is who issues pages and
    documents, "" where nobody is named.
    """

    lang: str = "en"
    unit: Unit = AUTO
    decimals: int | None = 2
    width: int | None = None
    color: bool = False
    ascii: bool = False
    explain: bool | None = None
    zone: tzinfo = UTC
    zone_name: str = ""


class Rendered(NamedTuple):
    """What goes to stdout or into a file, and the `message` that goes to stderr beside it ("" for none).

    It is text in `pieces`, made as they are read, once; a format whose files are no text has them in `binary`.
    """

    pieces: Iterable[str] = ()
    message: str = ""
    encoding: str = "utf-8"
    binary: bytes | None = None

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def chunks(self) -> Iterable[bytes]:
        """The bytes of a file."""
        return iterencode(self.pieces, self.encoding) if self.binary is None else (self.binary,)

    @property
    def data(self) -> bytes:
        """All bytes of a file."""
        return b"".join(self.chunks)


def render(report: Report, format: str, options: Options, *, to_file: bool) -> Rendered:
    """`report` in one of FORMATS; raises UsageError for any other.

    A file gets no colour and no limit of width, and its CSV opens in a spreadsheet (byte order mark, CRLF). Where there
    are no rows, the sentence that says so is the message; a table then has no text, except in a file.
    """
    message = "" if report.rows else show(report.empty or _("nothing found"))
    match format:
        case "table" if report.rows or to_file:
            from tracker.render.text import render_text

            if to_file:
                options = options._replace(width=None, color=False, explain=options.explain or None)
            return Rendered((render_text(report, options),), message)
        case "table":
            return Rendered((), message)
        case "csv":
            from tracker.render.data import write_csv

            newline, encoding = ("\r\n", "utf-8-sig") if to_file else ("\n", "utf-8")
            return Rendered(write_csv(report, newline=newline), message, encoding)
        case "json":
            from tracker.render.data import write_json

            return Rendered(write_json(report), message)
        case "jsonl":
            from tracker.render.data import write_json_lines

            return Rendered(write_json_lines(report), message)
        case "md":
            from tracker.render.markdown import write_markdown

            return Rendered((write_markdown(report, options),), message)
        case "html":
            from tracker.render.html import write_html

            return Rendered((write_html(report, options),), message)
        case "xlsx":
            from tracker.render.xlsx import write_xlsx

            return Rendered((), message, binary=write_xlsx(report, options))
        case "docx":
            from tracker.render.docx import write_docx

            return Rendered((), message, binary=write_docx((report,), report.as_of, options))
        case "pdf":
            from tracker.render.pdf import write_pdf

            return Rendered((), message, binary=write_pdf((report,), report.as_of, options))
        case "ics":
            from tracker.render.ics import write_calendar

            return Rendered((write_calendar(report, options),), message)
    raise UsageError(unknown_word(_("there is no format “{word}”"), format, FORMATS))


def render_several(reports: Sequence[Report], format: str, options: Options, *, to_file: bool) -> Rendered:
    """Reports one after the other in one file of a format; the parts of a brief are one page of HTML."""
    match format:
        case "html" if reports[0].name == "brief":
            from tracker.render.brief import write_brief

            return Rendered((write_brief(reports, options),))
        case "html":
            from tracker.render.html import page

            return Rendered((page(reports[0].title, reports, options),))
        case "xlsx":
            from tracker.render.xlsx import write_workbook

            return Rendered(binary=write_workbook(reports, reports[0].as_of, options))
        case "docx":
            from tracker.render.docx import write_docx

            return Rendered(binary=write_docx(reports, reports[0].as_of, options))
        case "pdf":
            from tracker.render.pdf import write_pdf

            return Rendered(binary=write_pdf(reports, reports[0].as_of, options))
        case "json":
            import json

            found = [json.loads(render(report, "json", options, to_file=to_file).text) for report in reports]
            text = json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1) + "\n"
            return Rendered((text,))
    # Without rows a table of several says so in its place, as it does in a file.
    plain = [to_file or (format == "table" and not report.rows) for report in reports]
    texts = [render(report, format, options, to_file=one) for report, one in zip(reports, plain, strict=True)]
    between = {"csv": "\r\n" if to_file else "\n", "jsonl": "", "ics": ""}.get(format, "\n")
    encoding = texts[0].encoding if to_file and texts else "utf-8"
    return Rendered((between.join(one.text for one in texts),), encoding=encoding)
