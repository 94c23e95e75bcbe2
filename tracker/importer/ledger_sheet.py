"""The ledger sheet (台账) on its way back: recognised, and its cells that say something else made into records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tracker import i18n
from tracker.dates import Period, parse_period
from tracker.errors import ValueRefused
from tracker.exporter import ledger
from tracker.i18n import LANGUAGES, _
from tracker.importer.matching import Difference
from tracker.importer.merge import LEDGER, Merge, Values
from tracker.importer.open_input import OF_A_LEDGER, Incoming
from tracker.importer.readers import LeftOut, Table, Value
from tracker.importer.readers.source_file import text_of
from tracker.money import Unit, parse_figure
from tracker.money.amounts import UNITS, WAN, parse_heading_unit
from tracker.queries.as_of import AsOf, Filters
from tracker.records.schema import Problem, Record
from tracker.render.data import unguarded
from tracker.reports.progress import done_together_templates
from tracker.reports.report import Cell
from tracker.text import shorten
from tracker.vocabulary import CONDITIONS, LIGHTS, MILESTONES, STAGES

# --- the sheet as a table ---------------------------------------------------------------------------------------------


def ledger_sheet(table: Table, path: Path | None, today: date, currency: str) -> LedgerInput | None:
    """The ledger sheet that a table is, None where it is none; `currency` is that of a heading that names none."""
    for lang in LANGUAGES:
        patterns = _patterns(lang)
        columns: dict[str, int] = {}
        units = set()
        for heading in table.headings:
            for key, pattern in patterns.items():
                if key not in columns and pattern.fullmatch(_plain(heading.text)):
                    columns[key] = heading.index
                    if key in ledger.AMOUNTS and (named := re.search("[(（](.*)[)）]", heading.text)):
                        units.add(named[1])
        if len(columns) >= OF_A_LEDGER and "code" in columns:
            if len(units) > 1:
                return None
            counted = parse_heading_unit(units.pop(), currency=currency) if units else None
            unit = next((one for one in UNITS if counted and one.power == counted.power), WAN)
            day = (table.state and table.state.as_of) or _as_of(table, lang) or today
            told = (counted and counted.currency) or currency
            return LedgerInput(table, path, columns, lang, unit, told, min(day, today))
    return None


def _plain(text: str) -> str:
    return "".join(text.replace("（", "(").replace("）", ")").split()).casefold()


def _patterns(lang: str) -> dict[str, re.Pattern[str]]:
    with _spoken(lang):
        texts = ledger.heading_templates()
    return {key: re.compile(_pattern(text)) for key, text in texts.items()}


def _pattern(template: str) -> str:
    written = re.escape(_plain(template).replace("{year}", "\0").replace("{unit}", "\1"))
    written = written.replace(re.escape("(\1)"), r"(?:\([^()]*\))?")
    return written.replace("\0", "[0-9]{4}")


def _labels(lang: str) -> tuple[str, ...]:
    with _spoken(lang):
        return (_("Total"), _("parts counted with their parent"))


def _is_below(row: LeftOut) -> bool:
    """Whether a row that is no data is one of the lines that the sheet has below its rows."""
    for lang in LANGUAGES:
        with _spoken(lang):
            templates = (ledger.note_template(), *done_together_templates())
        notes = [re.sub(r"\\\{\w+\\\}", ".*", re.escape(_plain(one))) for one in templates]
        if row.text.startswith(_labels(lang)) or re.fullmatch("|".join(notes), _plain(row.text)):
            return True
    return False


def _as_of(table: Table, lang: str) -> date | None:
    with _spoken(lang):
        template = _plain(ledger.caption_template())
    before, _day, after = template.partition("{day}")
    for line in table.title:
        text = _plain(str(line))
        if text.startswith(before):
            day = text.removeprefix(before).split(after.split("{")[0])[0]
            try:
                return parse_period(day, today=date(2000, 1, 1)).last
            except ValueRefused:
                continue
    return None


@contextmanager
def _spoken(lang: str) -> Iterator[None]:
    """Sentences and words in one language."""
    before = i18n.language()
    i18n.choose(lang)
    try:
        yield
    finally:
        i18n.choose(before)


class LedgerInput(Incoming):
    """A ledger sheet of this program: the columns it has by their key, in which language and unit, as of which day."""

    def __init__(
        self,
        table: Table,
        path: Path | None,
        columns: dict[str, int],
        lang: str,
        unit: Unit,
        currency: str,
        day: date,
    ) -> None:
        """`columns` are the places of those that were recognised; `path` is None for a pipe, which cannot change."""
        super().__init__(table.name, path)
        self._table, self.columns = table, columns
        self.lang, self.unit, self.currency = lang, unit, currency
        self.day = self.as_of = day
        self.state = table.state

    @property
    def table(self) -> Table:
        """The table."""
        return self._table

    def records(self) -> Iterator[Record | Problem]:
        """The rows, their cells under the keys of the columns; they become records beside the ledger."""
        labels = {text for lang in LANGUAGES for text in _labels(lang)}
        for number, cells in self.table.rows():
            values = {key: cells[index] for key, index in self.columns.items()}
            if self.table.format in ("csv", "tsv"):
                values = {key: unguarded(cell) if isinstance(cell, str) else cell for key, cell in values.items()}
            if text_of(values["code"]) not in labels and any(text_of(cell) for cell in values.values()):
                yield Record(LEDGER, values, number)
        yield from self.table.problems

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from, else those of the code."""
        code = self.table.address(record.row, self.columns["code"])
        cell = record.cells.get(field, code)
        headings = (one.text for one in self.table.headings if self.table.address(record.row, one.index) == cell)
        return cell, next(headings, "")

    def understood(self) -> Iterator[str]:
        """What was understood, in lines."""
        for sentence in self.table.statements:
            yield f"{self.name}{_(': ')}{sentence}"
        sentence = _("the ledger sheet of this program, as of {day}").format(day=Period.day(self.as_of))
        yield f"{self.name}{_(': ')}{sentence}"
        if ignored := [one for one in self.table.headings if one.index not in self.columns.values()]:
            names = _(", ").join(f"{heading.text} ({heading.letter})" for heading in ignored)
            sentence = _("  not read: {headings}").format(headings=shorten(names, 200)).strip()
            yield f"{self.name}{_(': ')}{sentence}"

    def left_out(self) -> Sequence[LeftOut]:
        """The rows that are no data, without the lines that belong to the sheet."""
        return [row for row in self.table.left_out if not _is_below(row)]

    def nothing(self) -> str:
        """Why there are no records, in a sentence."""
        return _("{name} has headings and no row of data below them: {headings}").format(
            name=self.name, headings=_(", ").join(heading.text for heading in self.table.headings)
        )


# --- its rows beside the ledger ---------------------------------------------------------------------------------------

_LEDGER_TABLES = ("project", "stage_event", "condition_event", "milestone_date", "capital_entry", "review")


class LedgerRows:
    """The rows of a sheet beside the sheet as the ledger gives it."""

    def __init__(self, merge: Merge, reading: LedgerInput) -> None:
        """Compare as `merge` does."""
        self._merge = merge
        self.reading = reading
        self.outcome = merge.outcome
        self._sheets: dict[int, dict[str, ledger.Row]] = {}

    def _sheet(self, change: int) -> dict[str, ledger.Row]:
        """The sheet as a change left it, by code."""
        if change not in self._sheets:
            reading = self.reading
            as_of = AsOf(reading.as_of, known=change)
            with _spoken(reading.lang):
                sheet = ledger.ledger(
                    self._merge.store.reader,
                    as_of,
                    Filters(),
                    self._merge.given.lights,
                    unit=reading.unit,
                    currency=reading.currency,
                    ended=True,
                )
            self._sheets[change] = {str(row["code"]): row for row in sheet.rows}
        return self._sheets[change]

    def records(self, record: Record) -> Iterator[Record | Problem]:
        """What a row says that the ledger does not, as records; a Problem for a cell that cannot be read."""
        code = _text(record.values["code"])
        if not code:
            yield self.problem(record, "code", _("the project has no code"))
            return
        now = self._sheet(self._merge.now).get(code)
        before = self._sheet(self._merge.state.change).get(code) if self._merge.state else now
        before = before or now or {}
        said = {key: _normal(key, cell) for key, cell in record.values.items() if key != "code"}
        changed = {key for key, cell in said.items() if cell != _normal(key, before.get(key))}
        current = now or {}
        changed = {key for key in changed if said[key] != _normal(key, current.get(key))}
        if now is not None:
            changed = {key for key in changed if not self._stays(record, code, key, said, before, now)}
        if now is not None and not changed:
            self.outcome.counts["project", "same"] += 1
        if "completion" in changed and not changed & {"plan", "completed"}:
            yield self.problem(
                record, "completion", _("the rate is computed: change the plan or the completed investment")
            )
        yield from _Row(self, record, code, said, before, new=now is None).records(changed - {"completion"})

    def _stays(self, record: Record, code: str, key: str, said: Values, before: ledger.Row, now: ledger.Row) -> bool:
        """Whether a cell of the ledger sheet stays as the ledger has it."""
        difference = Difference(record.row, "kept", "project", code, key, _shown(now[key]), _shown(said[key]))
        if self._merge.state is not None:
            return _normal(key, before.get(key)) != _normal(key, now[key]) and self._merge.keeps(difference)
        for change in self._merge.earlier(*_LEDGER_TABLES):
            earlier = self._sheet(change).get(code)
            if earlier is not None and _normal(key, earlier[key]) == said[key]:
                return self._merge.repeats(difference, change)
        return False

    def problem(self, record: Record, key: str, sentence: str) -> Problem:
        """What is wrong with a cell."""
        reading = self.reading
        index = reading.columns.get(key, reading.columns["code"])
        return Problem(
            record.row,
            reading.table.address(record.row, index),
            reading.table.headings[index].text,
            shorten(_text(record.values.get(key))),
            sentence,
        )


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the ledger sheet that says something else than the ledger."""

    rows: LedgerRows
    record: Record
    code: str
    said: Values
    before: ledger.Row
    new: bool

    def records(self, changed: set[str]) -> Iterator[Record | Problem]:
        """What the cells of the changed columns say."""
        facts = [key for key in ("name", "company", "chain", "owner") if key in changed]
        if facts or self.new:
            names = {"name": str(self.before.get("name_field") or "name")}
            values = {names.get(key, key): self.said[key] for key in facts}
            yield self._record("project", {"code": self.code} | values, {names.get(key, key): key for key in facts})
        for key in ("stage", *ledger.AMOUNTS, "next"):
            if key in changed:
                yield from self._read(key)
        yield from self._review(changed & {"light", "problem"})

    def _read(self, key: str) -> Iterator[Record | Problem]:
        if self.said[key] is None:
            self._emptied(key)
            return
        try:
            yield from {"stage": self._stage, "next": self._next}.get(key, lambda: self._figure(key))()
        except ValueRefused as refused:
            yield self.rows.problem(self.record, key, str(refused))

    def _record(self, kind: str, values: Values, columns: dict[str, str]) -> Record:
        reading = self.rows.reading
        cells = {
            field: reading.table.address(self.record.row, reading.columns[key])
            for field, key in columns.items()
            if key in reading.columns
        }
        return Record(kind, values, self.record.row, cells)

    def _emptied(self, key: str) -> None:
        self.rows.outcome.remarks.append(
            _("row {row}, {code}: an emptied cell takes back no {what}; it stays").format(
                row=self.record.row, code=self.code, what=key
            )
        )

    def _figure(self, key: str) -> Iterator[Record]:
        reading, day = self.rows.reading, self.rows.reading.as_of
        said = self.said[key]
        text = f"{said:f}" if isinstance(said, Decimal) else said
        figure = parse_figure(text, currency=reading.currency, unit=reading.unit, rounding=True)
        kinds: dict[str, Values] = {
            "total": {"kind": "total"},
            "plan": {"kind": "plan", "on": Period.year(day.year)},
            "completed": {"kind": "completed", "basis": "ytd", "on": Period.of(date(day.year, 1, 1), day)},
            "cumulative": {"kind": "completed", "basis": "cumulative", "on": Period.of(day.replace(day=1), day)},
        }
        yield self._record("capital", {"project": self.code, "figure": figure} | kinds[key], {"figure": key})

    def _stage(self) -> Iterator[Record]:
        stage, _dot, condition = self.said["stage"].partition(ledger.SEPARATOR.strip())
        old, _dot, old_condition = str(self.before.get("stage") or "").partition(ledger.SEPARATOR.strip())
        day = self.rows.reading.as_of
        if stage.strip() != old.strip():
            word, on = _dated(stage)
            known = {"on": on} if on else {"effective_from": day}
            yield self._record(
                "stage", {"project": self.code, "stage": STAGES.parse(word)} | known, {"stage": "stage", "on": "stage"}
            )
        if condition.strip() != old_condition.strip():
            code = CONDITIONS.parse(condition.strip()) if condition.strip() else "active"
            with _spoken(self.rows.reading.lang):
                reason = f"{_('Ledger of investment projects')} {Period.day(day).display(i18n.language())}"
            values = {"project": self.code, "condition": code, "on": Period.day(day), "reason": reason}
            yield self._record("condition", values, {"condition": "stage", "on": "stage"})

    def _next(self) -> Iterator[Record]:
        word, on = _dated(self.said["next"])
        if on is None:
            raise ValueRefused(_("the milestone has no day: write it like 2023-06"))
        expected, _on = _dated(str(self.before.get("next") or ""))
        code = str(self.before["next_code"]) if expected and word in ("", expected) else MILESTONES.parse(word)
        values = {"project": self.code, "milestone": code, "what": "forecast", "on": on}
        yield self._record("milestone", values | {"made": self.rows.reading.as_of}, {"milestone": "next", "on": "next"})

    def _review(self, changed: set[str]) -> Iterator[Record | Problem]:
        values: Values = {}
        for key in sorted(changed):
            if self.said[key] is None:
                self._emptied(key)
                continue
            try:
                values |= {"light": LIGHTS.parse(self.said[key])} if key == "light" else {"text": self.said[key]}
            except ValueRefused as refused:
                yield self.rows.problem(self.record, key, str(refused))
        if values:
            days = {"project": self.code, "on": Period.day(self.rows.reading.as_of)}
            yield self._record("review", days | values, {"light": "light", "text": "problem"})


def _dated(text: str) -> tuple[str, Period | None]:
    """A name and the day behind it; the day None where there is none."""
    words = text.split()
    for place in range(len(words)):
        if not re.search("[0-9]{4}", words[place]):
            continue
        try:
            return " ".join(words[:place]), parse_period(" ".join(words[place:]), today=date(2000, 1, 1))
        except ValueRefused:
            continue
    return " ".join(words), None


def _text(cell: Value | Decimal) -> str:
    return "\n".join(line.strip() for line in str("" if cell is None else cell).splitlines()).strip()


def _normal(key: str, cell: Value | Decimal) -> Decimal | str | None:
    """A cell in the form in which two are compared: numbers without their separators, texts without outer blanks."""
    if key not in (*ledger.AMOUNTS, "completion"):
        return _text(cell) or None
    text = str(cell if cell is not None else "").strip()
    share = key == "completion" and text.endswith("%")
    try:
        number = Decimal(text.rstrip("%").replace(",", "").replace("，", ""))
    except InvalidOperation:
        return text or None
    number = number / 100 if share else number
    return round(number, 4) if key == "completion" else number


def _shown(cell: Decimal | str | None) -> Cell:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell
