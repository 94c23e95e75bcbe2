"""Reports as one static HTML page: tables, drawings and sentences, no script, nothing loaded from elsewhere.

A page follows the reader's choice of dark or light. In a mail every style stands at its element and bars are cells of a
table, because many readers of mail leave out styles and SVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from tracker.render import Options
from tracker.render.cells import CellText, within
from tracker.render.drawing import axis_svg, chart_svg, legend, svg
from tracker.render.layout import Document, caption_of, lay_out_document, title_parts, width_of
from tracker.render.markdown import on_page, paragraphs
from tracker.render.widths import cells
from tracker.reports.report import Bar, Report
from tracker.text import show
from tracker.vocabulary import LIGHTS

LANGUAGES = {"zh": "zh-CN", "en": "en"}
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1f26; --soft: #5b6570; --line: #d9dee4; --back: #fff; --raised: #f3f5f8;
  --accent: #2f6db5; --track: #e3e8ee; --green: #14713d; --green-b: #d5efdd; --yellow: #7a5600; --yellow-b: #ffedb8;
  --red: #a5211a; --red-b: #fbdad6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa4af; --line: #37404a; --back: #14181d;
  --raised: #1e242b; --accent: #6ea8e8; --track: #2b333c; --green: #7fd6a0; --green-b: #173d27; --yellow: #f0c75e;
  --yellow-b: #463609; --red: #ff9d94; --red-b: #55201c; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 1.5em auto;
  max-width: 1500px; padding: 0 1em; color: var(--ink); background: var(--back); }
h1 { font-size: 1.5em; margin: 0.2em 0; } h2 { font-size: 1.1em; margin: 1.2em 0 0.3em; }
.issuer, .caption, .steps, .top { color: var(--soft); margin: 0.2em 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5em 0; min-width: 60%;
  font-size: clamp(11.5px, calc((min(100vw, 1500px) - 50px) / var(--cells) / 0.58), 15px); }
th, td { padding: 0.25em 0.6em; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; }
tfoot td, tfoot th, th.group { font-weight: 600; background: var(--raised); }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .whole { white-space: nowrap; }
.green { color: var(--green); } .yellow { color: var(--yellow); } .red { color: var(--red); }
.dim { color: var(--soft); }
.lamp { padding: 0 0.6em; border-radius: 1em; white-space: nowrap; }
.lamp.green { background: var(--green-b); } .lamp.yellow { background: var(--yellow-b); }
.lamp.red { background: var(--red-b); font-weight: 600; }
ul { padding-left: 1.2em; color: var(--soft); font-size: 0.92em; }
svg.bar { display: block; margin-top: 2px; min-width: 60px; } .bar .track { fill: var(--track); }
.bar .fill, .spark { fill: var(--accent); } .bar .mark { fill: var(--ink); }
.strip { min-width: 240px; } .strip .late { fill: var(--red-b); } .strip .range { fill: var(--soft); }
.strip .today { fill: var(--red); } .strip .baseline { fill: var(--soft); } .strip .actual { fill: var(--green); }
.strip .forecast { fill: none; stroke: var(--accent); stroke-width: 2; }
summary { cursor: pointer; list-style: none; text-decoration: underline dotted var(--soft);
  text-underline-offset: 3px; }
details ul { text-align: left; white-space: normal; margin: 0.2em 0; min-width: 16em; max-width: 40em; }
.axis text { font-size: 11px; fill: var(--soft); }
.curve { margin: 0.5em 0; } .curve svg { width: 100%; height: 210px; overflow: visible; }
.curve line { stroke: var(--line); } .curve polyline { fill: none; stroke-width: 2; }
.curve line, .curve polyline { vector-effect: non-scaling-stroke; }
.curve polyline.done { stroke: var(--accent); stroke-width: 3.5; } .curve polyline.plan { stroke: var(--soft); }
.curve polyline.plan { stroke-dasharray: 6 4; }
.curve polyline.forecast { stroke: var(--yellow); stroke-dasharray: 2 4; }
.curve .band { fill: var(--accent); fill-opacity: 0.25; } .curve .top { font-size: 0.85em; }
.steps { display: flex; justify-content: space-between; font-size: 0.85em; }
.key { margin-right: 1em; font-size: 0.9em; } .key::before { content: ""; display: inline-block; width: 1.6em;
  margin-right: 0.4em; vertical-align: middle; border-top: 3px solid var(--accent); }
.key.plan::before { border-top: 2px dashed var(--soft); }
.key.forecast::before { border-top: 2px dotted var(--yellow); }
.key.band::before { border-top: 10px solid var(--accent); opacity: 0.25; }
@media (max-width: 500px) { body { font-size: 14px; margin: 0.5em 0; padding: 0 0.6em; } h1 { font-size: 1.2em; } }
@page { size: A4 landscape; margin: 10mm; }
@media print { :root { color-scheme: light; } body { margin: 0; padding: 0; max-width: none; }
  .wide { overflow: visible; } th { min-width: 0 !important; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table { font-size: min(10pt, calc(277mm / var(--cells) / 0.62)); width: 100%; }
  th, td { padding: 0.15em 0.3em; } thead { display: table-header-group; }
  tfoot { display: table-row-group; } tr { break-inside: avoid; }
  svg.bar { min-width: 0; } .strip { min-width: 20em; } }
"""
# Where a browser is asked to be strict, no name in the data could load anything either.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# In a mail: what an element is given in place of its class.
_AT_ELEMENT = {
    "table": "border-collapse:collapse;margin:6px 0;font-size:12px;line-height:1.4",
    "th": "padding:3px 5px;text-align:left;vertical-align:bottom;border-bottom:2px solid #888",
    "td": "padding:3px 5px;text-align:left;vertical-align:top;border-bottom:1px solid #ddd",
    "n": "text-align:right",
    "whole": "white-space:nowrap",
    "group": "background:#f0f2f5",
    "total": "background:#f0f2f5;font-weight:bold",
    "green": "color:#14713d",
    "yellow": "color:#7a5600",
    "red": "color:#a5211a",
    "dim": "color:#666666",
    "lamp": "padding:0 6px;border-radius:9px;white-space:nowrap",
    "lamp green": "background:#d5efdd",
    "lamp yellow": "background:#ffedb8",
    "lamp red": "background:#fbdad6;font-weight:bold",
}
_BAR_CELLS = 60
# A text so short is not broken.
_SHORT = 8


def write_html(report: Report, options: Options) -> str:
    """The page of one report."""
    return page(report.title, (report,), options)


def page(title: str, parts: Iterable[Report | str], options: Options, *, mail: bool = False) -> str:
    """The page of several reports, and of paragraphs in Markdown, one below the other, in the language of `options`."""
    writer = Writer(options, mail=mail)
    return document(title, (line for part in parts for line in writer.part(part)), options)


def document(title: str, lines: Iterable[str], options: Options, *, style: str = "") -> str:
    """The lines of a body as a page."""
    head = (
        "<!DOCTYPE html>",
        f'<html lang="{LANGUAGES.get(options.lang, options.lang)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(show(title))}</title>",
        f"<style>{_STYLE}{style}</style>",
        "</head>",
        "<body>",
    )
    return "\n".join((*head, *lines, "</body>", "</html>")) + "\n"


class Writer:
    """Writes reports and paragraphs as sections of a page, or of a mail."""

    def __init__(self, options: Options, *, mail: bool = False) -> None:
        self._options, self._mail = options, mail

    def part(self, part: Report | str) -> Iterator[str]:
        """The lines of one section."""
        yield "<section>"
        yield from self._report(part) if isinstance(part, Report) else _paragraphs(part)
        yield "</section>"

    def _report(self, report: Report) -> Iterator[str]:
        page = lay_out_document(report, self._options, drawing=True)
        yield from self.head(report, page)
        yield from self.chart(report)
        if page.groups:
            yield from self.table(page)
        strips = any(column.axis for column in page.columns) and not self._mail
        sentences = (*page.sentences, *([legend()] if strips else []))
        if sentences:
            yield "<ul>"
            yield from (f"<li>{escape(on_page(sentence))}</li>" for sentence in sentences)
            yield "</ul>"

    def head(self, report: Report, page: Document) -> Iterator[str]:
        """Who issues it, the title, the days, the unit and the state of the ledger."""
        if self._options.zone_name:
            yield f'<p class="issuer">{escape(show(self._options.zone_name))}</p>'
        yield f"<h1>{escape(page.title)}</h1>"
        yield f'<p class="caption">{escape(caption_of(report, self._options))}</p>'

    def chart(self, report: Report) -> Iterator[str]:
        """The curves of a report, where it has some and the page takes pictures."""
        if report.chart is not None and not self._mail:
            yield chart_svg(report.chart, self._options)

    def table(self, page: Document, *, printed: int = 0) -> Iterator[str]:
        """The table of a report, its widest text counted for the size of its letters.

        Rows after the first `printed` are on the screen alone.
        """
        kept = [at for at, column in enumerate(page.columns) if not (self._mail and column.drawn)]
        measured = sum(width_of(page, at) + 1 for at in kept)
        style = self._at("table") if self._mail else f' style="--cells:{max(measured, 60)}"'
        yield f'<div class="wide"><table{style}>'
        yield "<thead>"
        yield _row(self._title(page, at) for at in kept)
        yield "</thead>"
        for heading, rows in page.groups:
            yield "<tbody>"
            if heading:
                yield self._heading(heading, kept)
            for number, row in enumerate(rows):
                name = "unprinted" if printed and number >= printed else ""
                yield _row((self._cell(row[at], page, at) for at in kept), name)
            yield "</tbody>"
        if page.totals is not None:
            yield "<tfoot>"
            if page.total_heading:
                yield self._heading(page.total_heading, kept)
            yield _row(self._cell(page.totals[at], page, at, "total") for at in kept)
            yield "</tfoot>"
        yield "</table></div>"

    def _title(self, page: Document, at: int) -> str:
        axis = page.columns[at].axis
        # A Chinese title breaks between any two letters unless its parts are said to be whole.
        text = axis_svg(axis) if axis else "".join(map(self._whole, title_parts(page.titles[at])))
        # A text between any two letters of which a line may break would shrink to one letter a line.
        least = (
            ""
            if page.numbers[at] or axis
            else f"min-width:{min(width_of(page, at), 10 if self._mail else 18) * 0.55 + 1.2:.1f}em"
        )
        return f'<th scope="col"{self._at("th", "n" if page.numbers[at] else "", style=least)}>{text}</th>'

    def _whole(self, part: str) -> str:
        return escape(part) if part.isascii() else f"<span{self._at('whole')}>{escape(part)}</span>"

    def _heading(self, text: str, kept: Sequence[int]) -> str:
        return _row([f'<th scope="rowgroup" colspan="{len(kept)}"{self._at("th", "group")}>{escape(text)}</th>'])

    def _cell(self, cell: CellText, page: Document, at: int, *more: str) -> str:
        text = escape(cell.text).replace("\n", "<br>")
        tone = cell.tone
        if tone in LIGHTS and cell.text == LIGHTS[tone].name(self._options.lang):
            text, tone = f"<span{self._at('lamp', tone)}>{text}</span>", ""
        if cell.details and not self._mail:
            lines = "".join(f"<li>{escape(show(line))}</li>" for line in cell.details)
            text = f"<details><summary>{text}</summary><ul>{lines}</ul></details>"
        if cell.drawing is not None:
            share = page.columns[at].drawn is False
            text = (text if share else "") + self._drawn(cell, page, at)
        whole = "n" if page.numbers[at] else "whole" if cell.whole or cells(cell.text) <= _SHORT else ""
        return f"<td{self._at('td', whole, tone, *more)}>{text}</td>"

    def _drawn(self, cell: CellText, page: Document, at: int) -> str:
        if not self._mail:
            return svg(cell.drawing, page.columns[at].axis) if cell.drawing is not None else ""
        if not isinstance(cell.drawing, Bar) or cell.drawing.share is None:
            return ""
        full = round(within(cell.drawing.share) * _BAR_CELLS)
        parts = [
            f'<td width="{size}" height="6" bgcolor="{colour}" style="padding:0;line-height:6px;font-size:1px"></td>'
            for size, colour in ((full, "#2f6db5"), (_BAR_CELLS - full, "#e3e8ee"))
            if size
        ]
        return f'<table cellpadding="0" cellspacing="0" width="{_BAR_CELLS}"><tr>{"".join(parts)}</tr></table>'

    def _at(self, *names: str, style: str = "") -> str:
        """The classes of an element; in a mail their styles, where the first name is that of the element."""
        found = [name for name in names if name]
        if self._mail:
            two = " ".join(found) if " ".join(found) in _AT_ELEMENT else ""
            styles = ";".join(
                [*(_AT_ELEMENT[name] for name in dict.fromkeys((*found, two)) if name in _AT_ELEMENT), style]
            ).strip(";")
            return f' style="{styles}"' if styles else ""
        classes = " ".join(name for name in found if name not in ("td", "th", "table", "total"))
        return (f' class="{classes}"' if classes else "") + (f' style="{style}"' if style else "")


def _paragraphs(text: str) -> Iterator[str]:
    for mark, words in paragraphs(text):
        tag = "p" if not mark else "li" if mark in "-*" else f"h{min(len(mark), 6)}"
        shown = escape(on_page(show(words)))
        yield f"<ul><li>{shown}</li></ul>" if tag == "li" else f"<{tag}>{shown}</{tag}>"


def _row(found: Iterable[str], name: str = "") -> str:
    return f"<tr{f' class={chr(34)}{name}{chr(34)}' if name else ''}>{''.join(found)}</tr>"
