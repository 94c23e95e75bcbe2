"""A report as Markdown: a table between bars as GitHub, GitLab and chats read it; every word of the data is inert."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracker.render import Options
from tracker.render.cells import NO_ENTRY, CellText
from tracker.render.layout import Document, lay_out_document
from tracker.reports.report import Report
from tracker.text import show

# Emphasis, code, links and images, HTML, entities, columns, strikes, formulas.
_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$])")
# A heading, a point of a list, or a paragraph.
_MARKED = re.compile(r"(?:(?P<mark>#+|[-*]) )?(?P<text>.*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What opens a list, heading, quotation or rule at the start of a line.
_OPENING = re.compile(r"^([-+#=])|^([0-9]+)([.)])")


def write_markdown(report: Report, options: Options) -> str:
    """The report with its title as a heading; ends with a line break."""
    page = lay_out_document(report, options)
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Document) -> Iterator[str]:
    yield f"## {escaped(page.title)}"
    yield ""
    yield escaped(page.caption)
    if page.groups:
        yield ""
        yield from _table(page)
    if page.sentences:
        yield ""
    for sentence in page.sentences:
        yield f"- {escaped(sentence)}"


def _table(page: Document) -> Iterator[str]:
    yield _row(map(_cell, page.titles))
    yield _row("---:" if number else "---" for number in page.numbers)
    for heading, rows in page.groups:
        if heading:
            yield _heading(heading, len(page.titles))
        for row in rows:
            yield _row(_cell(cell.text) for cell in row)
    if page.totals is not None:
        if page.total_heading:
            yield _heading(page.total_heading, len(page.titles))
        yield _row(_bold(cell) for cell in page.totals)


def _heading(text: str, columns: int) -> str:
    return _row([f"**{_cell(text)}**", *[""] * (columns - 1)])


def _bold(cell: CellText) -> str:
    text = _cell(cell.text)
    return f"**{text}**" if text else ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    """Several lines of one cell, with nothing in them that is Markdown."""
    return "<br>".join(_SPECIAL.sub(r"\\\1", line.strip()) for line in text.split("\n"))


# The blank between the currency and the number, and between the number and its unit.
_WITHIN_AMOUNT = re.compile(r"(?<=\b[A-Z]{3}) (?=[<>≥≤≈]?-?\d)|(?<=\d) (?=(?:k|m|bn|tn|mu|d|days?|points?)\b)")


def on_page(text: str) -> str:
    """A text as pages show it: safe to show, and no amount or length in it is divided between two lines."""
    return _WITHIN_AMOUNT.sub("\N{NO-BREAK SPACE}", show(text, lines=True))


def paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a text in Markdown as plain words, each with its mark: # for a heading, - for a point, or none."""
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = _MARKED.fullmatch(line)
        assert found is not None
        yield found["mark"] or "", plain(found["text"])


def plain(text: str) -> str:
    """The text that `escaped` made inert, as it was."""
    return _ESCAPED.sub(r"\1", text)


def escaped(text: str) -> str:
    """`text` as a line of its own, with nothing in it that is Markdown."""
    return _OPENING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", _cell(text))


_BETWEEN = " · "


def write_lines(report: Report, options: Options) -> Iterator[str]:
    """The report as a Markdown list under a bold title, the totals last; what a cell does not know is left out."""
    page = lay_out_document(report, options)
    yield f"**{escaped(page.title)}**{_BETWEEN}{escaped(page.caption)}"
    if not page.groups:
        yield from map(escaped, page.sentences[:1])
    for heading, rows in page.groups:
        if heading:
            yield f"**{escaped(heading)}**"
        yield from (f"- {line}" for row in rows if (line := _line(row, page)))
    if page.totals is not None and (line := _line(page.totals, page)):
        yield f"**{line}**"


def _line(row: tuple[CellText, ...], page: Document) -> str:
    cells = zip(row, page.titles, page.numbers, strict=True)
    return _BETWEEN.join(
        escaped(f"{title} {_one_line(cell)}" if number else _one_line(cell))
        for cell, title, number in cells
        if cell.text not in ("", NO_ENTRY)
    )


def _one_line(cell: CellText) -> str:
    return " ".join(cell.text.split())
