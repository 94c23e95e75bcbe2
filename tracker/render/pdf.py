"""Reports and paragraphs as a PDF, set by typst: a bulletin in the layout of GB/T 9704-2012, a brief on one page.

What is printed reaches typst as JSON, so that no name in it is markup; it loads no file and no package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from tracker.errors import Refused
from tracker.i18n import _
from tracker.render import Options
from tracker.render.brief import on_paper, tiles
from tracker.render.cells import CellText, amounts_text
from tracker.render.drawing import axis_svg, curves_svg, legend, line_class, svg
from tracker.render.layout import Document, caption_of, lay_out_document, width_of
from tracker.render.markdown import on_page, paragraphs
from tracker.reports.report import Chart, Report, Spark
from tracker.text import show
from tracker.vocabulary import LIGHTS

_FILLS = {"green": "#d5efdd", "yellow": "#ffedb8", "red": "#fbdad6"}
_INKS = {"green": "#14713d", "yellow": "#7a5600", "red": "#a5211a", "dim": "#5b6570"}
# The colours of the drawings, whose classes are those of the page.
_DRAWN = """<style>.track{fill:#e3e8ee}.fill,.spark rect{fill:#2f6db5}.mark{fill:#1a1f26}.late{fill:#fbdad6}
.range{fill:#5b6570}.today{fill:#a5211a}.baseline{fill:#5b6570}.actual{fill:#14713d}
.forecast circle{fill:none;stroke:#2f6db5;stroke-width:2}text{font-size:11px;fill:#5b6570}
line{stroke:#d9dee4;stroke-width:.4}polyline{fill:none;stroke-width:.6}polyline.done{stroke:#2f6db5;stroke-width:1.1}
polyline.plan{stroke:#5b6570;stroke-dasharray:2 1.4}.band{fill:#2f6db5;fill-opacity:.25}</style>"""
# Widths of the drawings in pixels of their own; a picture is as wide as its column.
_CURVE, _STRIP, _BAR = 300, 400, 90
_CHINESE = re.compile("[\u3400-\u9fff]")
# How the families of Chinese fonts are named.
_FONTS = re.compile(r"CJK|Song|Sun|Hei|Kai|Ming|WenQuanYi|PingFang|YaHei|AR PL|[\u4e00-\u9fff]", re.IGNORECASE)
_SOURCE = r"""
#let data = json(bytes(sys.inputs.data))
#let latin(name) = (name: name, covers: "latin-in-cjk")
#let serif = (latin("Times New Roman"), latin("Liberation Serif"), "FangSong_GB2312", "FangSong", "STFangsong",
  "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Libertinus Serif")
#let title-fonts = (latin("Times New Roman"), latin("Liberation Serif"), "FZXiaoBiaoSong-B05S", "STZhongsong",
  "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Libertinus Serif")
#let sans = (latin("Arial"), latin("Liberation Sans"), "SimHei", "Noto Sans CJK SC", "Source Han Sans SC",
  "Microsoft YaHei", "WenQuanYi Zen Hei", "Libertinus Serif")
#let kai = (latin("Times New Roman"), latin("Liberation Serif"), "KaiTi_GB2312", "KaiTi", "STKaiti",
  "Noto Serif CJK SC", "Libertinus Serif")
#set document(title: data.title, author: data.issuer)
#set text(lang: data.lang, cjk-latin-spacing: none)
#let soft = rgb("#5b6570")
#let picture(svg, ..more) = image(bytes(svg), format: "svg", ..more)
#let curve(chart, high) = {
  set text(0.85em, fill: soft)
  chart.names.map(((name, class)) => box({
    let ink = if class == "plan" { (paint: soft, thickness: 1pt, dash: "dashed") } else { 1.6pt + rgb("#2f6db5") }
    if class == "band" { box(fill: rgb("#2f6db540"), width: 1.6em, height: 0.7em) }
    else { box(line(length: 1.6em, stroke: ink), baseline: -0.25em) }
    h(0.4em)
    name
  })).join(h(1.2em))
  linebreak()
  chart.top
  block(picture(chart.svg, width: 100%, height: high, fit: "stretch"), above: 0.3em, below: 0.3em)
  grid(columns: (1fr,) * chart.steps.len(),
    ..chart.steps.enumerate().map(((at, step)) =>
      align(if at == 0 { left } else if at == chart.steps.len() - 1 { right } else { center }, step)))
}
#let cell(found) = {
  set text(fill: rgb(found.ink)) if found.ink != none
  let words = if found.text != "" { found.text.split("\n").join(linebreak()) }
  let drawn = if found.svg != none { block(picture(found.svg, width: 100%), above: 0.25em, below: 0pt) }
  table.cell(fill: if found.fill != none { rgb(found.fill) }, words + drawn)
}
#let whole(body, part) = table.cell(colspan: part.widths.len(), fill: rgb("#f0f2f5"), align: left, strong(body))
#let grid-of(part) = {
  if part.groups.len() == 0 { return }
  set par(leading: 0.45em, first-line-indent: 0pt, justify: false)
  table(columns: part.widths.map(wide => wide * 1fr), stroke: (x, y) => (bottom: 0.4pt + rgb("#c9d0d8")),
    inset: (x: 3pt, y: if data.brief { 0.2em } else { 0.28em }),
    align: (x, y) => if part.numbers.at(x) { right } else { left },
    table.header(..part.titles.map(title => table.cell(fill: rgb("#e8edf3"),
      if title.svg != none { picture(title.svg, width: 100%) } else { strong(title.text) }))),
    ..part.groups.map(((heading, rows)) => (
      if heading != "" { table.header(level: 2, whole(heading, part)) },
      rows.flatten().map(cell))).flatten().filter(one => one != none),
    ..if part.totals == none { () } else {
      (if part.total-heading == "" { () } else { (whole(part.total-heading, part),) },
       part.totals.map(found => { found.fill = "#f0f2f5"; cell(found) })).flatten()
    })
}
#let sentences(part) = {
  set text(0.9em, fill: soft)
  for sentence in part.sentences { block(sentence, above: 0.45em, below: 0.45em) }
}
#let head(part) = {
  if data.issuer != "" { block(text(fill: soft, data.issuer), below: 0.4em) }
  block(text(1.7em, font: sans, weight: "bold", part.title), above: 0.4em, below: 0.5em, sticky: true)
  block(text(fill: soft, part.caption), below: 0.7em, sticky: true)
}
#let section(part) = {
  set par(leading: 0.5em, spacing: 0.5em)
  block(text(1.15em, font: sans, weight: "bold", part.title), above: 0.9em, below: 0.5em, sticky: true)
  if part.chart != none { curve(part.chart, 32mm) }
  if not data.brief or part.chart == none { grid-of(part) }
  sentences(part)
}
#let report(part) = {
  set par(leading: 0.5em, spacing: 0.5em, first-line-indent: 0pt)
  head(part)
  if part.chart != none { curve(part.chart, 70mm) }
  grid-of(part)
  sentences(part)
}
#let brief(parts) = {
  let (headline, graph, red, worst, flagships, changed) = parts
  head(headline)
  grid(columns: (1fr,) * headline.tiles.len(), column-gutter: 4pt, fill: rgb("#f3f5f8"), inset: 5pt,
    ..headline.tiles.map(tile => {
      set par(leading: 0.4em)
      text(0.9em, fill: soft, tile.name)
      linebreak()
      text(1.5em, weight: "bold", tile.value)
      for line in tile.lines { linebreak(); text(0.82em, fill: soft, line) }
    }))
  sentences(headline)
  grid(columns: (9fr, 11fr), column-gutter: 5mm,
    { section(graph); section(flagships) }, { section(red); section(worst) })
  section(changed)
}
#if data.brief {
  set page("a4", flipped: true, margin: 8mm)
  set text(6.8pt, font: sans)
  brief(data.parts)
} else if data.paragraphs {
  // 22 lines of 28 characters in the frame of 156 by 225 mm.
  let page-number = context align(if calc.odd(here().page()) { right } else { left },
    text(14pt)[— #counter(page).display() —])
  set page("a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), footer: page-number, footer-descent: 7mm)
  set text(16pt, font: serif, top-edge: 0.8em, bottom-edge: -0.2em)
  set text(tracking: (156mm - 28 * 16pt) / 28) if data.lang == "zh"
  set par(leading: 225mm / 22 - 16pt, spacing: 225mm / 22 - 16pt, justify: true,
    first-line-indent: (amount: 2em, all: true))
  let tables = data.parts.position(part => part.kind == "report")
  for (at, part) in data.parts.enumerate() {
    if part.kind == "report" {
      set text(8.5pt, tracking: 0pt)
      if part.wide { page(flipped: true, report(part)) } else { v(1em); report(part) }
    } else if tables != none and at > tables {
      par(first-line-indent: 0pt, justify: false, leading: 0.5em, text(9pt, tracking: 0pt, fill: soft, part.text))
    } else if part.style == "#" {
      align(center, par(first-line-indent: 0pt, justify: false, text(22pt, font: title-fonts, part.text)))
      par[~]
    } else if part.style == "##" { par(text(font: sans, part.text)) }
    else if part.style.starts-with("#") { par(text(font: kai, part.text)) }
    else { par(part.text) }
  }
} else {
  set page("a4", flipped: true, margin: 10mm, footer: context align(right, text(8pt, fill: soft,
    counter(page).display("1 / 1", both: true))))
  set text(data.size * 1pt, font: sans)
  for part in data.parts { if part.kind == "report" { report(part) } else { par(part.text) } }
}
"""


def write_pdf(parts: Sequence[Report | str], day: date, options: Options) -> bytes:
    """The document of reports and of paragraphs in Markdown, dated `day`.

    Raises Refused where typst is not installed, or no font has the Chinese letters in it.
    """
    try:
        import typst
    except ImportError:
        raise Refused(_("pdf needs the extra: pip install 'investment-tracker[pdf]'")) from None
    tables = [part for part in parts if isinstance(part, Report)]
    brief = bool(tables) and tables[0].name == "brief"
    found = [one for part in (on_paper(tables) if brief else parts) for one in _parts(part, options, words=not brief)]
    reports = [one for one in found if one["kind"] == "report"]
    data = {
        "title": reports[0]["title"] if reports else "",
        "issuer": show(options.zone_name),
        "lang": options.lang,
        "brief": brief,
        "paragraphs": len(reports) < len(found),
        # Letters so small that the widest table fits the 277 mm of a page, and no larger than is read with ease.
        "size": min(9.0, max(4.5, min((1300 / sum(one["widths"]) for one in reports if one["widths"]), default=9.0))),
        "parts": found,
    }
    text = json.dumps(data, ensure_ascii=False)
    fonts = typst.Fonts()
    if _CHINESE.search(text) and not any(map(_FONTS.search, fonts.families())):
        raise Refused(_("no font for Chinese is installed: install one, such as Noto Sans CJK (fonts-noto-cjk)"))
    compiler = typst.Compiler(_SOURCE.encode(), font_paths=fonts, sys_inputs={"data": text})
    made = compiler.compile(format="pdf", timestamp=datetime.combine(max(day, date(1980, 1, 1)), time.min, UTC))
    assert isinstance(made, bytes)
    return made


def _parts(part: Report | str, options: Options, *, words: bool) -> Iterator[dict[str, Any]]:
    if isinstance(part, str):
        for mark, text in paragraphs(part):
            yield {"kind": "text", "style": mark, "text": on_page(show(text))}
        return
    strips = any(column.axis for column in part.columns)
    page = lay_out_document(part, options, drawing=True, words=words or not strips)
    kept = [at for at in range(len(page.columns)) if page.groups]
    headline = part.columns[0].key == "measure"
    yield {
        "kind": "report",
        "title": page.title,
        "caption": caption_of(part, options),
        "widths": [max(width_of(page, at), 12 if page.columns[at].drawn else 5) + 3 for at in kept],
        "wide": len(kept) > 8,
        "numbers": [page.numbers[at] for at in kept],
        "titles": [_title(page, at) for at in kept],
        "groups": [
            [heading, [[_cell(row[at], page, at, options) for at in kept] for row in rows]]
            for heading, rows in page.groups
        ],
        "totals": [_cell(page.totals[at], page, at, options) for at in kept] if page.totals else None,
        "total-heading": page.total_heading,
        "sentences": [*map(on_page, page.sentences), *([legend()] if strips and part.rows else [])],
        "chart": _chart(part.chart, options) if part.chart else None,
        "tiles": [
            {"name": tile.name, "value": on_page(tile.value), "lines": [*map(on_page, (*tile.more, *tile.small))]}
            for tile in tiles(part, options)
        ]
        if headline
        else [],
    }


def _title(page: Document, at: int) -> dict[str, str | None]:
    axis = page.columns[at].axis
    return {"text": page.titles[at], "svg": _alone(axis_svg(axis), _STRIP, 16) if axis else None}


def _cell(cell: CellText, page: Document, at: int, options: Options) -> dict[str, str | None]:
    lit = cell.tone in LIGHTS and cell.text == LIGHTS[cell.tone].name(options.lang)
    drawn = svg(cell.drawing, page.columns[at].axis) if cell.drawing is not None else ""
    wide, high = (_STRIP, 16) if page.columns[at].axis else (_BAR, 18 if isinstance(cell.drawing, Spark) else 8)
    return {
        "text": "" if page.columns[at].drawn and drawn else on_page(cell.text),
        "ink": _INKS.get(cell.tone),
        "fill": _FILLS[cell.tone] if lit else None,
        "svg": _alone(drawn, wide, high) if drawn else None,
    }


def _chart(chart: Chart, options: Options) -> dict[str, Any] | None:
    lines = curves_svg(chart, _CURVE)
    if not lines:
        return None
    names = [[show(curve.name), line_class(curve)] for curve in chart.curves]
    return {
        "svg": _alone(lines, _CURVE, 100),
        "names": [*names, *([[show(chart.band[0].name), "band"]] if chart.band else [])],
        "top": amounts_text(chart.top, options).partition("\n")[0],
        "steps": [show(chart.steps[at]) for at in (0, len(chart.steps) // 2, -1)],
    }


def _alone(drawing: str, wide: int, high: int) -> str:
    """A drawing of a page as a picture of its own; the marks of milestones reach beyond the ends of their axis."""
    if wide == _STRIP:
        drawing = f'<svg x="6" width="{wide - 12}" height="{high}" overflow="visible">{drawing}</svg>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f"{_DRAWN}{drawing}</svg>"
    )
