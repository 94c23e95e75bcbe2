"""A digest: the reports of one run, in every form in which they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec

from tracker.i18n import _
from tracker.queries.schedules import Watermark
from tracker.render import Options, render, render_several
from tracker.reports.report import Report

# The marks of headings, and the backslashes, of Markdown that is read as it stands.
_MARKS = re.compile(r"(?m)^#+ |\\([!-/:-@\[-`{-~])")
# What a mail shows without breaking lines.
COLUMNS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent along: its name, its content, its media type such as "text/csv"."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Part:
    """One report as it was asked for, its amounts in `unit`; or, without a report, sentences in Markdown."""

    report: Report | None
    unit: str | None = None
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether it has nothing to say."""
        return not (self.report.rows if self.report else self.text.strip())


@dataclass(slots=True)
class Gathering:
    """What a run sets for the commands it carries out: their reports come into `parts` and not onto the screen.

    They know the ledger up to the change `known`, and "since the last run" means after the change `since`.
    """

    since: int
    known: int
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Digest:
    """What schedule `name` tells on `day`: the changes after `since` up to `until`, and how things stand.

    `seal` vouches for the ledger it tells of, in its foot. `unchanged` says that the schedule is to speak only where
    something changed, and nothing did. `period` says from when to when it tells what changed.
    """

    name: str
    day: date
    since: Watermark
    until: Watermark
    parts: tuple[Part, ...]
    seal: str
    unchanged: bool = False
    period: str = ""

    @property
    def silent(self) -> bool:
        """Whether there is nothing to report: every part is empty, or nothing changed since the last run."""
        return self.unchanged or all(part.empty for part in self.parts)

    @property
    def sealed(self) -> tuple[Part, ...]:
        """The period, the parts, and the seal."""
        head = (Part(None, text=self.period),) if self.period else ()
        return (*head, *self.parts, Part(None, text=self.seal))

    @property
    def subject(self) -> str:
        """One line: who, when, what."""
        titles = [part.report.title for part in self.parts if part.report and part.report.rows]
        return " · ".join([self.name, self.day.isoformat(), *titles])


def as_text(digest: Digest, options: Options) -> str:
    """The digest at 100 columns, without colours, part after part."""
    return "\n".join(_text(part, options) for part in digest.sealed)


def _text(part: Part, options: Options) -> str:
    if part.report is None:
        return _MARKS.sub(r"\1", part.text.rstrip("\n")) + "\n"
    if not part.report.rows:
        return f"{part.report.title}: {part.report.empty or _('nothing found')}\n"
    return render(part.report, "table", _paper(options, part), to_file=False).text


def as_page(digest: Digest, options: Options, *, mail: bool = False) -> str:
    """The digest as one static page of HTML; as a `mail`, whose readers leave out styles and SVG."""
    from tracker.render.html import page

    reports = [part.report for part in digest.parts if part.report]
    if reports and reports[0].name == "brief" and len(reports) == len(digest.parts) and not mail:
        first = reports[0]._replace(state=digest.seal)
        return render_several([first, *reports[1:]], "html", options, to_file=True).text
    return page(digest.subject, (part.report or part.text for part in digest.sealed), options, mail=mail)


def as_markdown(digest: Digest, options: Options) -> str:
    """The digest for a chat: chats show lists and no tables."""
    return "\n".join(line for part in digest.sealed for line in _listed(part, options))


def _listed(part: Part, options: Options) -> Iterator[str]:
    if part.report is None:
        yield from (part.text.rstrip("\n"), "")
        return
    from tracker.render.markdown import write_lines

    yield from (*write_lines(part.report, _paper(options, part)), "")


def _paper(options: Options, part: Part) -> Options:
    from tracker.money import parse_unit

    unit = parse_unit(part.unit) if part.unit else options.unit
    return options._replace(unit=unit, width=COLUMNS, color=False, ascii=False)


# --- files ---------------------------------------------------------------------------------------------------------


def as_file(digest: Digest, format: str, options: Options, *, to_file: bool = True) -> bytes:
    """The digest in a format, one of render.FORMATS; several reports stand one after the other.

    CSV opens in a spreadsheet, unless it is not `to_file`.
    """
    match format:
        case "table":
            return as_text(digest, options).encode()
        case "html":
            return as_page(digest, options).encode()
        case "docx":
            from tracker.render.docx import write_docx

            return write_docx([part.report or part.text for part in digest.sealed], digest.day, options)
        case "pdf":
            from tracker.render.pdf import write_pdf

            return write_pdf([part.report or part.text for part in digest.sealed], digest.day, options)
        case "md":
            return "\n".join(_document(part, options) for part in digest.sealed).encode()
        case "xlsx":
            return _workbook(digest, options)
    return render_several(_reports(digest), format, options, to_file=to_file).data


def attachments(digest: Digest, format: str | None, options: Options) -> tuple[Attachment, ...]:
    """The figures as files: one workbook, or a CSV a report where `format` is csv or no writer is there."""
    if not _reports(digest):
        return ()
    stem = f"{digest.name}-{digest.day.isoformat()}"
    if format != "csv" and find_spec("xlsxwriter"):
        return (Attachment(f"{stem}.xlsx", _workbook(digest, options), XLSX),)
    return tuple(
        Attachment(f"{stem}-{report.name}.csv", render(report, "csv", options, to_file=True).data, "text/csv")
        for report in _reports(digest)
    )


def _reports(digest: Digest) -> list[Report]:
    """The reports, the seal among the notes of the last one."""
    found = [part.report for part in digest.parts if part.report is not None]
    return [
        *found[:-1],
        *(report._replace(notes=(*report.notes, *filter(None, (digest.period, digest.seal)))) for report in found[-1:]),
    ]


def _document(part: Part, options: Options) -> str:
    return render(part.report, "md", _paper(options, part), to_file=True).text if part.report else part.text


def _workbook(digest: Digest, options: Options) -> bytes:
    from tracker.render.xlsx import write_workbook

    return write_workbook(_reports(digest), digest.day, options)
