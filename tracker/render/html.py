"""Reports as one static HTML page: tables and sentences, a little style, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from tracker.render.cells import CellText
from tracker.render.look import Look
from tracker.render.written import Written, written
from tracker.reports.report import Report
from tracker.text import show

LANGUAGES = {"zh": "zh-CN", "en": "en"}
# A heading, a point of a list, or a paragraph; and what a backslash makes plain.
_MARKED = re.compile(r"(?:(?P<mark>#+|[-*]) )?(?P<text>.*)")
_ESCAPED = re.compile(r"\\([^\w\s])")
_STYLE = """
body { font: 15px/1.45 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2em; }
body { color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin: 0.5em 0; }
caption { text-align: left; color: #555; padding-bottom: 0.4em; }
th, td { padding: 0.25em 0.7em; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
thead th { border-bottom: 2px solid #888; }
tfoot td, tfoot th, th.group { font-weight: 600; background: #f4f4f4; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.green { color: #14713d; } .yellow { color: #8a6100; } .red { color: #b3261e; } .dim { color: #666; }
ul { padding-left: 1.2em; color: #444; }
@media print { body { margin: 0; } }
"""
# Where a browser is asked to be strict, no name in the data could load anything either.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_html(report: Report, look: Look) -> str:
    """The page of one report."""
    return page(report.title, (report,), look)


def page(title: str, parts: Iterable[Report | str], look: Look) -> str:
    """The page of several reports, and of paragraphs in Markdown, one below the other, in the language of `look`."""
    head = (
        "<!DOCTYPE html>",
        f'<html lang="{LANGUAGES.get(look.lang, look.lang)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(show(title))}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
    )
    sections = (line for part in parts for line in _part(part, look))
    return "\n".join((*head, *sections, "</body>", "</html>")) + "\n"


def _part(part: Report | str, look: Look) -> Iterator[str]:
    if isinstance(part, Report):
        yield from _section(written(part, look))
        return
    yield "<section>"
    for line in filter(None, map(str.strip, part.split("\n"))):
        found = _MARKED.fullmatch(line)
        assert found is not None
        tag = "p" if found["mark"] is None else "li" if found["mark"] in "-*" else f"h{min(len(found['mark']), 6)}"
        text = _ESCAPED.sub(r"\1", found["text"])
        yield f"<ul><li>{escape(show(text))}</li></ul>" if tag == "li" else f"<{tag}>{escape(show(text))}</{tag}>"
    yield "</section>"


def _section(told: Written) -> Iterator[str]:
    yield "<section>"
    yield f"<h1>{escape(told.title)}</h1>"
    if told.groups:
        yield from _table(told)
    else:
        yield f"<p>{escape(told.caption)}</p>"
    if told.sentences:
        yield "<ul>"
        yield from (f"<li>{escape(sentence)}</li>" for sentence in told.sentences)
        yield "</ul>"
    yield "</section>"


def _table(told: Written) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{escape(told.caption)}</caption>"
    titles = zip(told.titles, told.numbers, strict=True)
    yield "<thead>"
    yield _row(f'<th scope="col"{_class("n" if number else "")}>{escape(title)}</th>' for title, number in titles)
    yield "</thead>"
    for heading, rows in told.groups:
        yield "<tbody>"
        if heading:
            yield _heading(heading, told)
        yield from (_cells(row, told) for row in rows)
        yield "</tbody>"
    if told.totals is not None:
        yield "<tfoot>"
        if told.total_heading:
            yield _heading(told.total_heading, told)
        yield _cells(told.totals, told)
        yield "</tfoot>"
    yield "</table>"


def _heading(text: str, told: Written) -> str:
    return _row([f'<th class="group" scope="rowgroup" colspan="{len(told.titles)}">{escape(text)}</th>'])


def _cells(row: Iterable[CellText], told: Written) -> str:
    return _row(
        f"<td{_class('n' if number else '', cell.tone)}>{escape(cell.text).replace(chr(10), '<br>')}</td>"
        for cell, number in zip(row, told.numbers, strict=True)
    )


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _class(*names: str) -> str:
    found = " ".join(name for name in names if name)
    return f' class="{found}"' if found else ""
