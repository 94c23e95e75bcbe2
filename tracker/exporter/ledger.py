"""The project ledger (台账) as one sheet that can be sent up: a row a project, in one language and one unit.

Its values are those of `tracker progress`. `ledger` can give the sheet as any earlier change left it, which is what an
import compares an edited copy with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from tracker.analysis.completion import Ratio
from tracker.analysis.rag_status import RuleSet
from tracker.currencies import minor_digits
from tracker.currencies import name as currency_name
from tracker.database import Reader
from tracker.dates import Period
from tracker.exporter.files import Holds, Table, write_csv
from tracker.i18n import _, language
from tracker.money import AUTO, Figure, Money, Unit, format_figure
from tracker.money.amounts import WAN
from tracker.queries.as_of import AsOf, Filters, ledger_id
from tracker.queries.exports import newest_change
from tracker.records.origin import STATE, State
from tracker.render import Options
from tracker.render.cells import amounts_text, cell_text
from tracker.render.xlsx import Number, Value, Workbook
from tracker.reports.capital_sums import counted_elsewhere, group_amounts
from tracker.reports.portfolio import ProjectState, family, portfolio
from tracker.reports.progress import (
    NOTHING_SAID,
    Latest,
    Line,
    done_together_in_words,
    group_completion,
    latest_reviews,
    lines,
)
from tracker.reports.report import Amounts, Kind
from tracker.reports.words import name_cells, term
from tracker.vocabulary import CONDITIONS, ENDED, LIGHTS, STAGES, Term, milestone_term

COLUMNS = (
    *("code", "name", "company", "chain", "stage", "total", "plan", "completed", "completion", "cumulative", "next"),
    *("owner", "light", "problem"),
)
AMOUNTS = ("total", "plan", "completed", "cumulative")

Cell = str | Decimal | None
Row = dict[str, Cell]
Sums = tuple[str, Mapping[str, Amounts | None], Ratio | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet: its lines above, its headings in the order of COLUMNS, a row a project, and what stands below.

    A share is a Decimal with 1 = 100 %, an amount one in the unit of its heading; an amount in another currency, or
    one that is not exact, is a text. A row also has `next_code`, the milestone's own code, and `name_field`, which of a
    project's names stands in it. `below` holds the line of parts counted with their parent and the line of totals.
    """

    title: str
    caption: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    below: tuple[Row, ...]
    notes: tuple[str, ...]
    unit: Unit
    currency: str


def heading_templates() -> dict[str, str]:
    """The heading of each column in the language chosen, with {year} and {unit} where they stand."""
    return {
        "code": _("Project code"),
        "name": _("Project name"),
        "company": _("Company"),
        "chain": _("Industry chain"),
        "stage": _("Project stage"),
        "total": _("Total investment ({unit})"),
        "plan": _("Plan {year} ({unit})"),
        "completed": _("Completed {year} ({unit})"),
        "completion": _("Completion rate"),
        "cumulative": _("Cumulative completed ({unit})"),
        "next": _("Next milestone"),
        "owner": _("Owner"),
        "light": _("Light"),
        "problem": _("Problem"),
    }


def caption_template() -> str:
    """The line below the title, with {day} and {unit}."""
    return _("as of {day} · unit: {unit}")


def note_template() -> str:
    """The line below the table on what a total does not cover."""
    return _("{title}: known for {known} of {of} projects")


def unit_text(unit: Unit, currency: str) -> str:
    """The unit as headings name it: 万元, 亿美元, CNY m."""
    if unit.suffix.isascii() and unit.suffix:
        return f"{currency} {unit.suffix}"
    return unit.suffix + currency_name(currency, "zh")


def ledger(
    reader: Reader, as_of: AsOf, filters: Filters, rules: RuleSet, *, unit: Unit, currency: str, ended: bool = False
) -> Sheet:
    """The sheet in the language chosen; with `ended`, or a filter of conditions, also of projects that ended."""
    unit = WAN if unit == AUTO else unit
    found = [
        one
        for one in portfolio(reader, as_of, filters).states
        if ended or filters.condition or one.condition not in ENDED
    ]
    reviews = latest_reviews(reader, as_of, projects={one.row.project_id for one in found})
    progress = lines(reader, as_of, found, rules)
    write = _Writer(unit, currency)
    rows = tuple(write.row(line, reviews.get(line.project_id, NOTHING_SAID)) for line in progress)
    counted = unit_text(unit, currency)
    titles = {key: text.format(year=as_of.day.year, unit=counted) for key, text in heading_templates().items()}
    sums, notes = _sums(progress, as_of, titles, currency)
    return Sheet(
        _("Ledger of investment projects"),
        caption_template().format(day=Period.day(as_of.day), unit=counted),
        tuple(titles.values()),
        rows,
        tuple(write.sums(*line) for line in sums),
        notes,
        unit,
        currency,
    )


def state(reader: Reader, as_of: AsOf, sheet: Sheet) -> State:
    """What a workbook of the sheet says of its origin."""
    number, digest = newest_change(reader, as_of) or (0, "")
    return State("ledger", ledger_id(reader), number, digest, as_of.day, language(), sheet.unit.code, sheet.currency)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Cells in one unit of one currency, in the language chosen."""

    unit: Unit
    currency: str

    def row(self, line: Line, said: Latest) -> Row:
        project, light = line.state.row, line.light.colour if line.light.colour != "grey" else None
        return {
            "code": project.code,
            "name": name_cells(project)[0 if language() == "zh" else 1],
            "company": project.company,
            "chain": project.chain,
            "stage": stage_text(line.state),
            **{key: self.amount(getattr(line, key).cell()) for key in AMOUNTS},
            "completion": _share(line.completion),
            "next": _next_text(line),
            "owner": project.owner,
            "light": _word(term(LIGHTS, said.light or light)),
            "problem": said.text,
            "next_code": line.state.next.code if line.state.next else None,
            "name_field": "name" if language() == "zh" or not project.name_en else "name_en",
        }

    def sums(self, label: str, amounts: Mapping[str, Amounts | None], completion: Ratio | None) -> Row:
        row: Row = dict.fromkeys(COLUMNS)
        for key, cell in amounts.items():
            row[key] = self.amount(cell)
        return row | {"code": label, "completion": _share(completion)}

    def amount(self, cell: Amounts | None) -> Cell:
        """A number where all is exact and in the currency of the heading, else the text that tables print."""
        if cell is None or not (cell.figures or cell.last):
            return None
        if len(cell.figures) == 1 and cell.state not in ("partial", "lacking"):
            figure = cell.figures[0]
            if figure.money and figure == Figure(figure.money) and figure.money.currency == self.currency:
                return self.number(figure.money)
            return format_figure(figure, unit=self.unit, lang=language())
        bare = cell._replace(known=None, of=None)
        return amounts_text(bare, Options(lang=language(), unit=self.unit, decimals=None)).replace("\n", " + ")

    def number(self, money: Money) -> Decimal:
        found = Decimal(money.minor).scaleb(-self.unit.power - minor_digits(money.currency))
        return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def stage_text(one: ProjectState) -> str | None:
    """The stage and its day, as far as they are known, and the condition where it is not the usual one."""
    parts = []
    if one.stage is not None:
        parts.append(_dated(_word(term(STAGES, one.stage)) or "", one.stage_on))
    if one.condition != "active":
        parts.append(_word(term(CONDITIONS, one.condition)) or "")
    return SEPARATOR.join(parts) or None


SEPARATOR = " · "


def _next_text(line: Line) -> str | None:
    upcoming = line.state.next
    if upcoming is None:
        return None
    return _dated(milestone_term(upcoming.code, upcoming.title).name(language()), upcoming.expected)


def _dated(name: str, days: Period | None) -> str:
    return f"{name} {days.display(language())}" if days else name


def _word(found: Term | None) -> str | None:
    return found.name(language()) if found else None


def _share(completion: Ratio | None) -> Cell:
    if completion is None or getattr(completion, "qualifier", "exact") != "exact":
        return None if completion is None else cell_text(completion, Kind.RATIO, Options()).text
    return Decimal(round(completion * 10_000)) / 10_000


def _sums(
    progress: list[Line], as_of: AsOf, titles: Mapping[str, str], currency: str
) -> tuple[list[Sums], tuple[str, ...]]:
    """The line of what the totals leave out, where there is any, the line of totals, and what these do not cover."""
    tree = family(line.state for line in progress)
    totals, left = dict[str, Amounts](), dict[str, Amounts | None]()
    for key in AMOUNTS:
        capital_sums = {line.project_id: getattr(line, key) for line in progress}
        totals[key] = group_amounts(tree, capital_sums).led_by(currency)
        left[key] = counted_elsewhere((capital_sum.cell() for capital_sum in capital_sums.values()), totals[key])
    found: list[Sums] = [(_("Total"), totals, group_completion(progress, as_of, currency))] if progress else []
    if any(left.values()):
        found.insert(0, (_("parts counted with their parent"), left, None))
    notes = (
        *(
            note_template().format(title=titles[key], known=cell.known, of=cell.of)
            for key, cell in totals.items()
            if cell.known is not None and cell.of is not None and cell.known < cell.of
        ),
        *done_together_in_words((line.pair for line in progress), as_of, currency),
    )
    return found, notes


# --- files -----------------------------------------------------------------------------------------------------------


def write_ledger_csv(sheet: Sheet, file: BinaryIO, *, encoding: str, newline: str, protecting: bool) -> int:
    """Write the sheet with its title above; how many projects. Raises Refused for what the encoding does not have."""
    table = Table(
        "ledger",
        "ledger",
        sheet.headings,
        tuple(Holds.NUMBER if key in (*AMOUNTS, "completion") else Holds.TEXT for key in COLUMNS),
        (tuple(_text(row[key], key) for key in COLUMNS) for row in (*sheet.rows, *sheet.below)),
    )
    lines = {"above": (sheet.title, sheet.caption), "below": sheet.notes}
    write_csv(table, file, encoding=encoding, newline=newline, protecting=protecting, **lines)
    return len(sheet.rows)


def _text(cell: Cell, key: str) -> str:
    if not isinstance(cell, Decimal):
        return cell or ""
    return f"{(cell * 100).normalize():f}%" if key == "completion" else f"{cell:f}"


def write_ledger_xlsx(sheet: Sheet, file: BinaryIO, day: date, state: State) -> int:
    """Write the workbook, which carries the `state` of the ledger it was made from; how many projects it has."""
    with Workbook(file, day) as book:
        page = book.sheet(sheet.title, sheet.headings, above=(sheet.title, sheet.caption))
        for row in sheet.rows:
            page.row(_value(row[key], key) for key in COLUMNS)
        for row in sheet.below:
            page.row((_value(row[key], key) for key in COLUMNS), bold=True)
        for sentence in sheet.notes:
            page.note(sentence)
        page.close(filtered=len(sheet.rows))
        book.hidden(STATE, state.rows())
    return len(sheet.rows)


def _value(cell: Cell, key: str) -> Value:
    if not isinstance(cell, Decimal):
        return cell
    return Number(cell, "0.0%" if key == "completion" else "#,##0" if cell == int(cell) else "#,##0.00")
