"""The brief as one page of HTML: A4 landscape in print, one column on a phone, every number with what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tracker.i18n import _
from tracker.render import Options
from tracker.render.cells import NO_ENTRY, cell_text
from tracker.render.drawing import legend
from tracker.render.html import Writer, document
from tracker.render.layout import lay_out_document
from tracker.render.markdown import on_page
from tracker.reports.report import Cell, Kind, Report, Row
from tracker.text import show

# How many rows of each part fit the page in print.
_PRINTED = (None, None, 8, None, None, 3)
_STYLE = """
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(145px, 1fr)); gap: 10px; margin: 0.8em 0; }
.tile { background: var(--raised); border-radius: 8px; padding: 0.5em 0.8em; }
.tile summary { text-decoration: none; } .tile b { display: block; font-size: 1.3em; line-height: 1.3; }
.tile small { display: block; color: var(--soft); font-size: 0.82em; } .tile details ul { min-width: 0; }
.tile summary b::after { content: " ▾"; font-size: 0.5em; color: var(--soft); }
.columns { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 11fr); gap: 0 1.5em; }
.columns.whole-width { grid-template-columns: minmax(0, 1fr) !important; }
.columns > div, .columns section { min-width: 0; }
.columns table { width: 100%; font-size: 12.5px; } .columns th, .columns td { padding: 0.2em 0.4em; }
.columns .strip { min-width: 150px; }
.columns svg.bar { max-width: 110px; margin-left: auto; }
.note { color: var(--soft); font-size: 0.85em; margin: 0.2em 0; }
.printed { display: none; }
@media (max-width: 1150px) { .columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 500px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px; }
  .projects :is(th, td):is(:nth-child(3), :nth-child(4)), .news :is(th, td):nth-child(3) { display: none; }
  .news td { white-space: normal; } .columns table { min-width: 0; } .columns th { min-width: 0 !important; } }
@page { margin: 7mm; }
@media print { body { font-size: 7.5pt; line-height: 1.25; }
  h1 { font-size: 13pt; margin: 0; } h2 { margin: 0.4em 0 0; font-size: 9pt; }
  .tiles { grid-template-columns: repeat(8, 1fr); gap: 4px; margin: 0.3em 0; } .tile { padding: 0.2em 0.5em; }
  .tile b { font-size: 12pt; } .tile summary b::after { content: ""; } summary { text-decoration: none; }
  .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 4mm; }
  .columns table { font-size: 6.6pt; margin: 0.2em 0; }
  .columns th, .columns td { padding: 0.06em 0.3em; line-height: 1.2; }
  .columns svg.bar { height: 4px; margin: 0 0 0 auto; max-width: 16mm; } .columns .strip { height: 13px; }
  .curve { margin: 0.2em 0; } .curve svg { height: 32mm; }
  .curve figcaption, .curve .top, .steps { font-size: 6.5pt; margin: 0; } .unprinted { display: none; }
  .printed { display: block; } }
"""


def write_brief(parts: Sequence[Report], options: Options) -> str:
    """The page of the parts of a brief, in the order in which it has them."""
    headline, curve, red, worst, flagships, changed = parts
    writer = Writer(options)
    lines = [
        "<header>",
        *writer.head(headline, lay_out_document(headline, options)),
        "</header>",
        *_tiles(headline, options),
        f'<p class="note">{escape(show(" · ".join((*headline.coverage, *headline.notes))))}</p>',
        '<div class="columns"><div>',
        *_section(curve, options, writer, table=False),
        *_section(flagships, options, writer),
        "</div><div>",
        *_section(red, options, writer, name="projects", printed=_PRINTED[2]),
        *_section(worst, options, writer, name="projects"),
        "</div></div>",
        '<div class="columns whole-width">',
        *_section(changed, options, writer, name="news", printed=_PRINTED[5]),
        "</div>",
    ]
    return document(headline.title, lines, options, style=_STYLE)


def on_paper(parts: Sequence[Report]) -> Iterator[Report]:
    """The parts of a brief with as many rows as fit one page, and a note of how many more there are."""
    for part, most in zip(parts, _PRINTED, strict=True):
        more = (_left(part, most),) if most and len(part.rows) > most else ()
        yield part._replace(rows=part.rows[:most], notes=(*more, *part.notes))


def _left(report: Report, printed: int) -> str:
    return _("and {count} more").format(count=(report.found or len(report.rows)) - printed)


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline figure: its name, its value, further lines of the value, the small lines below, and its sources."""

    name: str
    value: str
    more: tuple[str, ...]
    small: tuple[str, ...]
    sources: tuple[str, ...]


def tiles(report: Report, options: Options) -> Iterator[Tile]:
    """The headline figures of a brief."""
    at = {column.key: place for place, column in enumerate(report.columns)}
    for number, row in enumerate(report.rows):
        value, *more = cell_text(row[at["value"]], Kind.ANY, options).text.split("\n")
        small, sources = _small(row, at, options), report.details.get((number, "value"), ())
        yield Tile(str(row[at["item"]]), value, tuple(more), tuple(map(show, small)), tuple(map(show, sources)))


def _tiles(report: Report, options: Options) -> Iterator[str]:
    yield '<div class="tiles">'
    for tile in tiles(report, options):
        more = f"<small>{escape(' · '.join(tile.more))}</small>" if tile.more else ""
        label = f"{escape(tile.name)}<b>{escape(tile.value)}</b>{more}"
        lines = "".join(f"<li>{escape(line)}</li>" for line in tile.sources)
        head = f"<details><summary>{label}</summary><ul>{lines}</ul></details>" if lines else label
        small = "".join(f"<small>{escape(line)}</small>" for line in tile.small)
        yield f'<div class="tile">{head}{small}</div>'
    yield "</div>"


def _small(row: Row, at: dict[str, int], options: Options) -> Iterator[str]:
    """The month, the changes and the coverage below a headline figure."""
    month, on_month, on_year, coverage = (row[at[key]] for key in ("month", "on_month", "on_year", "coverage"))
    if isinstance(month, str):
        yield month
    elif month is not None:
        # The amounts of several currencies, and (a/b) behind them.
        amounts, bracket, covered = cell_text(month, Kind.ANY, options).text.partition("\n(")
        joined = _(", ").join(amounts.split("\n")) + (f" ({covered}" if bracket else "")
        yield _("this month {value}").format(value=joined)
    changes = [
        words.format(value=_signed(cell, options))
        for words, cell in ((_("on the month before {value}"), on_month), (_("on year {value}"), on_year))
        if cell is not None
    ]
    if changes:
        yield " · ".join(changes)
    if isinstance(coverage, str):
        yield coverage


def _signed(cell: Cell, options: Options) -> str:
    if isinstance(cell, int):
        return f"{cell:+d}" if cell else "0"
    text = cell_text(cell, Kind.RATIO, options).text
    return text if text.startswith("-") or text == NO_ENTRY or not text[0].isdigit() else f"+{text}"


def _section(
    report: Report, options: Options, writer: Writer, *, name: str = "", table: bool = True, printed: int = 0
) -> Iterator[str]:
    strips = any(column.axis for column in report.columns)
    page = lay_out_document(report, options, drawing=True, words=not strips)
    yield f'<section class="{name}">' if name else "<section>"
    yield f"<h2>{escape(page.title)}{f' ({report.found or len(report.rows)})' if printed and report.rows else ''}</h2>"
    if report.chart is not None:
        yield from writer.chart(report)
    if page.groups and table:
        yield from writer.table(page, printed=printed)
    elif page.groups:
        # The curve says it at a glance; its numbers are one click away.
        yield f'<details class="unprinted"><summary class="note">{escape(_("the numbers"))}</summary>'
        yield from writer.table(page)
        yield "</details>"
    if printed and len(report.rows) > printed:
        yield f'<p class="note printed">{escape(_left(report, printed))}</p>'
    empty = () if report.rows else (report.empty,)
    notes = (*empty, *report.remarks, *report.coverage, *report.notes, *([legend()] if strips and report.rows else []))
    yield from (f'<p class="note">{escape(on_page(show(sentence)))}</p>' for sentence in notes)
    yield "</section>"
