"""Reports and paragraphs as a Word document in the layout of GB/T 9704-2012: A4, 22 lines of 28 characters a page.

Paragraphs name styles and set no font of their own, so that a document of somebody's own, given as the template,
changes all of them. The styles made here carry the fonts of Chinese letters, which python-docx sets nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tracker.currencies import minor_digits
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.money import printed_unit
from tracker.render import Options
from tracker.render.cells import CellText, bar_text, date_text, unit_text
from tracker.render.layout import (
    Document,
    caption_of,
    divide,
    lay_out,
    lay_out_document,
    least_word,
    needs,
    split,
    title_parts,
    width_of,
)
from tracker.render.markdown import on_page, paragraphs
from tracker.render.widths import GAP, cells
from tracker.reports.report import NAME_LINES, Bar, Chart, Curve, Report
from tracker.text import show
from tracker.vocabulary import LIGHTS

# Size 3 and size 2 in points, then the letters of tables, and of tables too wide for them;
# millimetres of the page and its margins: top, bottom, left, right.
BODY, TITLE, SMALL, SMALLEST = 16, 22, 10.5, 7
PAGE, MARGINS = (210, 297), (37, 35, 28, 26)
LINES, CHARACTERS = 22, 28
# The styles: the Latin and the Chinese font, the size, and whether its first line begins two characters further in.
_STYLES: dict[str, tuple[str, str, float, bool]] = {
    "Normal": ("Times New Roman", "仿宋_GB2312", BODY, False),
    "Body Text": ("Times New Roman", "仿宋_GB2312", BODY, True),
    "Title": ("Times New Roman", "方正小标宋简体", TITLE, False),
    "Heading 1": ("Times New Roman", "黑体", BODY, True),
    "Heading 2": ("Times New Roman", "楷体_GB2312", BODY, True),
    "Table Text": ("Times New Roman", "仿宋_GB2312", SMALL, False),
    "Table Heading": ("Times New Roman", "黑体", SMALL, False),
    "Wide Table Text": ("Times New Roman", "仿宋_GB2312", SMALLEST, False),
    "Wide Table Heading": ("Times New Roman", "黑体", SMALLEST, False),
    "Table Note": ("Times New Roman", "仿宋_GB2312", SMALL, False),
    "Footer": ("Times New Roman", "宋体", 14, False),
}
_CENTRED = ("Title", "Table Heading", "Wide Table Heading")
# A table of more columns is on pages that lie on their side.
_UPRIGHT = 8
_BAR = 8
_FILLS = {"green": "C6E7CE", "yellow": "FFE699", "red": "F8B9B3"}
_PLACE = re.compile(r"\{\{ *text *\}\}")


def write_docx(parts: Sequence[Report | str], day: date, options: Options, *, template: Path | None = None) -> bytes:
    """The document of reports and of paragraphs in Markdown, dated `day`.

    Into a `template` of one's own it is put where a paragraph says {{ text }}, else at its end. Raises Refused where
    python-docx is not installed, UsageError for a template that is no Word document.
    """
    writer = _Writer(_opened(template), options, own=template is None)
    for part in parts:
        writer.write(part)
    return writer.finish(day)


def _opened(template: Path | None) -> Any:
    try:
        from docx import Document
    except ImportError:
        raise Refused(_("docx needs the extra: pip install 'investment-tracker[docx]'")) from None
    if template is None:
        return Document()
    from zipfile import BadZipFile

    name = show(str(template))
    if not template.is_file():
        raise UsageError(
            _("there is no template file {path}: write one with --write-template -o FILE").format(path=name)
        )
    try:
        return Document(str(template))
    except OSError as error:
        reason = show(error.strerror or str(error))
        raise UsageError(_("the template {path} cannot be read: {reason}").format(path=name, reason=reason)) from None
    except (ValueError, KeyError, BadZipFile) as error:
        raise UsageError(_("the template {path} is not a Word document (docx)").format(path=name)) from error
    except Exception as error:
        # Its own errors and those of its parser have no common class.
        if type(error).__module__.split(".")[0] not in ("docx", "lxml"):
            raise
        raise UsageError(_("the template {path} is not a Word document (docx)").format(path=name)) from error


class _Writer:
    """Adds paragraphs and tables to a document, in styles that it makes where the document lacks them."""

    def __init__(self, document: Any, options: Options, *, own: bool) -> None:
        self._document, self._options, self._own = document, options, own
        self._place, self._wide = None, ""
        if own:
            self._lay_out()
        else:
            self._place = next((one for one in document.paragraphs if _PLACE.fullmatch(one.text.strip())), None)
        for name, style in _STYLES.items():
            self._style(name, *style)

    # --- the page and its styles ---

    def _lay_out(self) -> None:
        """The page of GB/T 9704: margins, and a grid of lines and characters."""
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = map(Mm, PAGE)
        for name, value in zip(("top", "bottom", "left", "right"), MARGINS, strict=True):
            setattr(section, f"{name}_margin", Mm(value))
        section.footer_distance = Mm(MARGINS[1] - 7 - 5)
        grid = _child(section._sectPr, "w:docGrid")
        wide = (PAGE[0] - MARGINS[2] - MARGINS[3]) / 25.4
        _set(grid, "w:type", "linesAndChars")
        _set(grid, "w:linePitch", str(_pitch()))
        # What a character is wider than the letter, in 4096ths of a point.
        _set(grid, "w:charSpace", str(int((wide * 72 / CHARACTERS - BODY) * 4096) - 1))
        self._document.settings.odd_and_even_pages_header_footer = True
        self._number(section.footer, "right")
        self._number(section.even_page_footer, "left")

    def _number(self, footer: Any, side: str) -> None:
        """The number of the page between two dashes, on the outer side."""
        paragraph = footer.paragraphs[0]
        _set(_child(paragraph._p.get_or_add_pPr(), "w:jc"), "w:val", side)
        paragraph.add_run("— ")
        number = _add(paragraph._p, "w:fldSimple", {"w:instr": "PAGE"})
        _add(_add(number, "w:r", {}), "w:t", {}).text = "1"
        paragraph.add_run(" —")

    def _style(self, name: str, latin: str, chinese: str, size: float, indented: bool) -> None:
        """Make the style; one of a template of somebody's own stays as it is."""
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt, Twips

        styles = self._document.styles
        there = any(style.name == name for style in styles)
        if there and not self._own:
            return
        style = styles[name] if there else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.size = Pt(size)
        style.font.bold = style.font.italic = False
        properties = style.element.get_or_add_rPr()
        for word in ("w:color", "w:spacing", "w:kern"):
            for old in properties.findall(_q(word)):
                properties.remove(old)
        if size == BODY:
            # 28 letters of this size are a little wider than the line.
            _set(_child(properties, "w:spacing", before="w:sz"), "w:val", "-6")
        fonts = properties.get_or_add_rFonts()
        fonts.attrib.clear()
        for script, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
            _set(fonts, f"w:{script}", font)
        paragraph = style.element.get_or_add_pPr()
        for old in paragraph.findall(_q("w:pBdr")):
            paragraph.remove(old)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = 1 if size < BODY else Twips(_pitch())
        # Word and LibreOffice read the grid in two ways: lines and letters have its measures themselves.
        _set(_child(paragraph, "w:snapToGrid", before="w:spacing"), "w:val", "0")
        if indented:
            _set(paragraph.get_or_add_ind(), "w:firstLineChars", "200")
            _set(paragraph.get_or_add_ind(), "w:firstLine", str(2 * BODY * 20))
        if name in _CENTRED:
            _set(paragraph.get_or_add_jc(), "w:val", "center")

    # --- what is written ---

    def write(self, part: Report | str) -> None:
        """Add a report, or paragraphs in Markdown."""
        if isinstance(part, Report):
            self._report(part)
            return
        for mark, text in paragraphs(part):
            styles = {"": "Body Text", "#": "Title", "##": "Heading 1"}
            self._paragraph(text, styles.get(mark, "Body Text" if mark in "-*" else "Heading 2"))
            if mark == "#":
                self._paragraph("", "Body Text")

    def _report(self, report: Report) -> None:
        from docx.shared import Pt

        page = lay_out_document(report, self._options, drawing=True)
        sentences = page.sentences
        kept = [at for at, column in enumerate(page.columns) if not column.drawn]
        if len(kept) > _UPRIGHT and self._own and not self._lies:
            self._turn()
        self._paragraph(page.title, "Title" if self._is_empty else "Heading 1")
        words = (show(self._options.zone_name), caption_of(report, self._options))
        self._paragraph(" · ".join(filter(None, words)), "Table Note")
        if report.chart is not None and len(report.chart.steps) > 1:
            self._chart(report.chart)
        section = self._document.sections[-1]
        room = section.page_width - section.left_margin - section.right_margin
        # Half a letter is a cell wide.
        parts = split(report, self._options._replace(width=int(room / Pt(SMALL / 2)))) if page.groups else []
        for number, part in enumerate(parts):
            if number:
                self._paragraph("", "Table Note")
            page = lay_out_document(part, self._options, drawing=True) if len(parts) > 1 else page
            kept = [at for at, column in enumerate(page.columns) if not column.drawn]
            self._table(page, kept, part, room)
        for sentence in sentences:
            self._paragraph(sentence, "Table Note")

    @property
    def _is_empty(self) -> bool:
        return self._own and not any(one.text for one in self._document.paragraphs)

    @property
    def _lies(self) -> bool:
        section = self._document.sections[-1]
        return bool(section.page_width > section.page_height)

    def _turn(self) -> None:
        """Go on with pages that lie on their side, and in front of all else make the first page one."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self._document.sections[-1] if self._is_empty else self._document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        top, bottom, left, right = (getattr(section, f"{one}_margin") for one in ("top", "bottom", "left", "right"))
        section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = top, bottom, right, left
        section.footer_distance = right // 2

    def _chart(self, chart: Chart) -> None:
        """The curves as a chart of Word's own, as wide as the text."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml

        package = self._document.part.package
        number = 1 + sum(1 for part in package.iter_parts() if str(part.partname).startswith("/word/charts/"))
        name, xml = PackURI(f"/word/charts/chart{number}.xml"), _chart_xml(chart, self._options).encode()
        relation = self._document.part.relate_to(Part(name, _CHART_TYPE, xml, package), _CHART_RELATION)
        section = self._document.sections[-1]
        wide = section.page_width - section.left_margin - section.right_margin
        drawing = _INLINE.format(wide=wide, high=wide * 2 // 5, number=number, relation=relation)
        paragraph = self._document.add_paragraph("", self._document.styles["Table Note"])
        paragraph.add_run()._r.append(parse_xml(drawing))
        self._move(paragraph._p)

    def _table(self, page: Document, kept: Sequence[int], report: Report, room: int) -> None:
        from docx.shared import Pt

        bars = {at for _heading, rows in page.groups for row in rows[:1] for at in kept if row[at].drawing is not None}
        needed = [max(_on_paper(width_of(page, at)), 14 if at in bars else 5) + 3 for at in kept]
        sheet = lay_out(report, self._options._replace(width=None), drawing=False)
        unbroken = {column.key: need.least + GAP for column, need in zip(sheet.columns, needs(sheet), strict=True)}
        # What a column needs so that no number and no word breaks; half a letter is a cell wide.
        least = [
            max(
                min(_on_paper(max(unbroken.get(page.columns[at].key, 5) - GAP, _word_width(page, at))) + 3, need),
                need * (at in bars),
            )
            for at, need in zip(kept, needed, strict=True)
        ]
        large, small = (int(room / Pt(size / 2)) for size in (SMALL, SMALLEST))
        # Names and sentences take a second line.
        self._wide = "Wide " if sum(needed) > 1.5 * large or sum(least) > large else ""
        # A table a little too wide is narrowed as a whole: in the fonts of the styles it fits.
        most = 5 * small // 4
        if sum(least) <= (most if self._wide else large):
            self._columns(page, kept, needed, least, small if self._wide else large, room)
            return
        # The columns that are too many are in several tables, behind those that name the rows.
        first = 2 if page.columns[kept[1]].most_lines == NAME_LINES else 1
        for begin, end in divide([page.columns[at] for at in kept], needed, first, most):
            if begin > first:
                self._paragraph("", "Table Note")
            here = [*range(first), *range(begin, end)]
            places, wants, leasts = ([values[at] for at in here] for values in (kept, needed, least))
            self._columns(page, places, wants, leasts, small, room)

    def _columns(
        self, page: Document, kept: Sequence[int], needed: Sequence[int], least: Sequence[int], most: int, room: int
    ) -> None:
        """A table of these columns, `room` wide, in which there are at `most` so many cells."""
        table = self._document.add_table(0, len(kept))
        table.style = next((style for style in self._document.styles if style.name == "Table Grid"), None)
        table.autofit = False
        if self._wide:
            margins = _add(table._tbl.tblPr, "w:tblCellMar", {})
            for side in ("w:left", "w:right"):
                _add(margins, side, {"w:w": "40", "w:type": "dxa"})
        # What is left is shared by what each would like; the widths below are scaled to the whole of the room.
        more = sum(needed) - sum(least) or 1
        spare = min(max(most - sum(least), 0), more)
        widths = [low + spare * (need - low) / more for low, need in zip(least, needed, strict=True)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = int(room * width / sum(widths))
        self._move(table._tbl)
        head = table.add_row()
        _add(head._tr.get_or_add_trPr(), "w:cantSplit", {})
        _add(head._tr.get_or_add_trPr(), "w:tblHeader", {})
        for cell, at in zip(head.cells, kept, strict=True):
            self._fill(cell, page.titles[at], f"{self._wide}Table Heading", fill="E8EDF3")
        for heading, found in page.groups:
            if heading:
                self._merged(table, heading)
            for row in found:
                self._row(table, row, page, kept)
        if page.totals is not None:
            if page.total_heading:
                self._merged(table, page.total_heading)
            self._row(table, page.totals, page, kept, fill="F2F2F2")

    def _merged(self, table: Any, text: str) -> None:
        line = table.add_row().cells
        self._fill(line[0].merge(line[-1]), text, f"{self._wide}Table Text", fill="F2F2F2")

    def _row(self, table: Any, row: Sequence[CellText], page: Document, kept: Sequence[int], *, fill: str = "") -> None:
        line = table.add_row()
        _add(line._tr.get_or_add_trPr(), "w:cantSplit", {})
        for cell, at in zip(line.cells, kept, strict=True):
            text, tone = row[at].text, row[at].tone
            lit = tone in LIGHTS and text == LIGHTS[tone].name(self._options.lang)
            self._fill(
                cell,
                text,
                f"{self._wide}Table Text",
                fill=_FILLS.get(tone, "") if lit else fill,
                right=page.numbers[at],
            )
            drawing = row[at].drawing
            if isinstance(drawing, Bar) and drawing.share is not None:
                style = self._document.styles[f"{self._wide}Table Text"]
                cell.add_paragraph(bar_text(drawing.share, _BAR, self._options), style)

    def _fill(self, cell: Any, text: str, style: str, *, fill: str = "", right: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.style = self._document.styles[style]
        paragraph.add_run(on_page(text))
        if right:
            _set(paragraph._p.get_or_add_pPr().get_or_add_jc(), "w:val", "right")
        if fill:
            _add(cell._tc.get_or_add_tcPr(), "w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": fill})

    def _paragraph(self, text: str, style: str) -> None:
        paragraph = self._document.add_paragraph(on_page(show(text)), self._document.styles[style])
        self._move(paragraph._p)

    def _move(self, element: Any) -> None:
        """Put what was added at the end where the template asks for it."""
        if self._place is not None:
            self._place._p.addprevious(element)

    def finish(self, day: date) -> bytes:
        """The bytes of the file."""
        if self._place is not None:
            self._place._p.getparent().remove(self._place._p)
        properties = self._document.core_properties
        moment = datetime.combine(max(day, date(1980, 1, 1)), time.min)
        properties.created = properties.modified = moment
        if self._own:
            properties.author = properties.last_modified_by = show(self._options.zone_name)[:255]
            properties.comments = ""
            properties.title = date_text(day, self._options)
        file = BytesIO()
        self._document.save(file)
        return file.getvalue()


# --- charts --------------------------------------------------------------------------------------------------------

_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_FORMATS = "http://schemas.openxmlformats.org"
_CHART_RELATION = f"{_FORMATS}/officeDocument/2006/relationships/chart"
_NAMES = " ".join(
    f'xmlns:{short}="{_FORMATS}/{name}"'
    for short, name in (
        ("w", "wordprocessingml/2006/main"),
        ("wp", "drawingml/2006/wordprocessingDrawing"),
        ("a", "drawingml/2006/main"),
        ("c", "drawingml/2006/chart"),
        ("r", "officeDocument/2006/relationships"),
    )
)
_INLINE = (
    f"<w:drawing {_NAMES}>"
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
    '<wp:docPr id="{number}" name="Chart {number}"/><a:graphic>'
    f'<a:graphicData uri="{_FORMATS}/drawingml/2006/chart">'
    '<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
)
# The colour and the dashes of a line, by its mark; what lies in the band of a forecast is between two lines.
_LINES = {"●": ("2F6DB5", "solid"), "·": ("5B6570", "dash"), "○": ("2F6DB5", "sysDot")}


def _chart_xml(chart: Chart, options: Options) -> str:
    """The chart as Word reads it: the heights as amounts in one unit, gaps where a curve has no height."""
    [top] = chart.top.figures
    assert top.money is not None
    unit = printed_unit(options.unit, options.lang)
    full = top.money.minor / 10 ** (unit.power + minor_digits(top.money.currency))
    curves = (*chart.curves, *(chart.band or ()))
    # The names of all steps have no room.
    named = [(at, show(chart.steps[at])) for at in (0, len(chart.steps) // 2, len(chart.steps) - 1)]
    steps = "".join(f'<c:pt idx="{at}"><c:v>{escape(step)}</c:v></c:pt>' for at, step in named)
    categories = f'<c:cat><c:strLit><c:ptCount val="{len(chart.steps)}"/>{steps}</c:strLit></c:cat>'
    lines = "".join(_series(at, curve, full, categories) for at, curve in enumerate(curves))
    named_twice = f'<c:legendEntry><c:idx val="{len(curves) - 1}"/><c:delete val="1"/></c:legendEntry>'
    grid = (
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9DEE4"/></a:solidFill></a:ln></c:spPr>'
        "</c:majorGridlines>"
    )
    axis = '<c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
    title = f"<a:p><a:r><a:t>{escape(unit_text(unit, top.money.currency, options.lang))}</a:t></a:r></a:p>"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMES}><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:lineChart><c:grouping val="standard"/>'
        f'<c:varyColors val="0"/>{lines}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>'
        f'<c:catAx>{axis.format(own=1)}<c:axPos val="b"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="low"/><c:crossAx val="2"/><c:tickLblSkip val="1"/></c:catAx>'
        f'<c:valAx>{axis.format(own=2)}<c:axPos val="l"/>{grid}<c:title><c:tx><c:rich><a:bodyPr/>{title}'
        '</c:rich></c:tx></c:title><c:numFmt formatCode="#,##0" sourceLinked="0"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="1"/><c:crossBetween val="midCat"/></c:valAx></c:plotArea>'
        f'<c:legend><c:legendPos val="b"/>{named_twice if chart.band else ""}</c:legend><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart>'
        '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr></a:p></c:txPr></c:chartSpace>'
    )


def _series(at: int, curve: Curve, full: float, categories: str) -> str:
    colour, dash = _LINES[curve.mark]
    width = 28575 if dash == "solid" else 19050
    points = "".join(
        f'<c:pt idx="{step}"><c:v>{float(height) * full:.6f}</c:v></c:pt>'
        for step, height in enumerate(curve.heights)
        if height is not None
    )
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/><c:tx><c:v>{escape(show(curve.name))}</c:v></c:tx>'
        f'<c:spPr><a:ln w="{width}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        f'<a:prstDash val="{dash}"/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>{categories}<c:val>'
        f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(curve.heights)}"/>{points}</c:numLit>'
        '</c:val><c:smooth val="0"/></c:ser>'
    )


def _on_paper(wide: int) -> int:
    """The width of so many cells in a font a quarter wider than that of the styles, which is not everywhere."""
    return wide * 5 // 4


def _word_width(page: Document, at: int) -> int:
    """The width of the longest word or amount of a column and its title; any two Chinese letters are two words."""
    texts = {on_page(row[at].text) for _heading, rows in page.groups for row in rows}
    words = (word for text in (*texts, *title_parts(page.titles[at])) for word in re.split("[ \n]+", text))
    return max((cells(word) if "\N{NO-BREAK SPACE}" in word else least_word(word) for word in words), default=0)


# --- elements of the document --------------------------------------------------------------------------------------


def _pitch() -> int:
    """The height of a line in twentieths of a point."""
    return int((PAGE[1] - MARGINS[0] - MARGINS[1]) / 25.4 * 1440 / LINES)


def _q(name: str) -> Any:
    from docx.oxml.ns import qn

    return qn(name)


def _set(element: Any, name: str, value: str) -> None:
    element.set(_q(name), value)


def _add(parent: Any, name: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        _set(element, key, value)
    parent.append(element)
    return element


def _child(parent: Any, name: str, *, before: str = "") -> Any:
    """The child of this name, made where it is missing, in front of that other one."""
    found = parent.find(_q(name))
    if found is None:
        found = _add(parent, name, {})
        other = parent.find(_q(before)) if before else None
        if other is not None:
            other.addprevious(found)
    return found


def template_bytes(day: date, options: Options) -> bytes:
    """The built-in template as a document to be edited: its styles, and the place of the text."""
    return write_docx(["{{ text }}"], day, options)
