"""From a table to its reading: what each column is, what is left out, and the records of its rows.

The row plan says which cells give which field of which record. A row is read as a whole, or not at all and then with
everything that is wrong in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import Any

from tracker.dates import Period, month_end
from tracker.dates.cells import MarkedPeriod, Marker, When
from tracker.errors import InputRejected, UsageError, ValueRefused
from tracker.i18n import _, language, ngettext
from tracker.importer import headings
from tracker.importer.headings import (
    COMPANIONS,
    SELECTORS,
    Target,
    asked_unit,
    split_unit,
    unit_of_titles,
)
from tracker.importer.mapping import cells as reading
from tracker.importer.mapping.cells import (
    DECIMALS,
    EITHER,
    RANGE,
    Condition,
    Memory,
    Numbers,
    constant,
    figure_with,
    quantity_with,
    reader_of,
    split_reader,
    text_of,
)
from tracker.importer.mapping.columns import (
    JOINED,
    Assignment,
    Column,
    Formats,
    Given,
    Values,
    assign,
    decide,
    guess,
    hint_for,
    ignored,
    is_chinese,
    mapped,
    profile,
    retarget,
)
from tracker.importer.mapping.maps import Map
from tracker.importer.readers.source_file import shape
from tracker.importer.readers.table import CHINESE_TOTAL, OTHER_TOTAL, Heading, LeftOut, Row, Table
from tracker.models.fields import Type
from tracker.records import serialize
from tracker.records.schema import KINDS, RECORD, Problem, Record
from tracker.text import folded, shorten, suggest
from tracker.vocabulary import CONDITIONS, STAGES, noun_of

# Fields that stand beside a figure, and never alone.
_BESIDE = ("currency", "unit", "qualifier", "availability", "reported")
_BESIDE_VALUE = ("indicator", "unit", "currency", "measure", "qualifier", "availability")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a record: its key, the column it is told by, and how it is had from the cells of a row.

    `guess` says that the column is a guess.
    """

    key: str
    index: int
    pick: Callable[[tuple[Any, ...]], Any]
    lookup: Callable[[Any], Any]
    joined: bool = False
    label: str = ""
    labelled: bool = False
    guess: bool = False


@dataclass(slots=True)
class Slot:
    """One record of every row: what is the same in all rows, and the cells that give the rest.

    `own` counts the cells that do not come from columns which speak of all records of the kind; `guessed` are the keys
    of those whose column is a guess.
    """

    kind: str
    select: tuple[str, ...]
    constants: dict[str, Any]
    cells: list[Cell] = field(default_factory=list)
    own: int = 0
    guessed: frozenset[str] = frozenset()


def plan(
    columns: list[Column], formats: Formats, mapping: Map, constants: tuple[tuple[Target, Any], ...]
) -> list[Slot]:
    """The slots of a table, the general one of a kind first where it makes a record of its own."""
    slots: dict[tuple[Any, ...], Slot] = {}
    beside = {(one.target.kind, one.target.field): one for one in columns if len(one.targets) == 1}
    for column in columns:
        for place, target in enumerate(column.targets):
            # A year tells the period, or a month without a year beside it.
            is_time = target.field == "year" or (target.field == "month" and (target.kind, "year") not in beside)
            if target.known is not None or target.field == "is_registered" or is_time:
                cells = _cells_of(column, place, target, formats, mapping, beside)
                _slot_of(target, slots).cells += [replace(cell, guess=column.guess) for cell in cells]
    for target, value in constants:
        if target.known is not None:
            _slot_of(target, slots).constants[target.field] = value
    # Without its figure, which a question keeps from being read, an entry would only be a second problem.
    native = any(column.native for column in columns)
    return [
        slot
        for slot in _shared(slots)
        if native or slot.kind != "capital" or any(cell.key == "figure" for cell in slot.cells)
    ]


def _slot_of(target: Target, slots: dict[tuple[Any, ...], Slot]) -> Slot:
    basis = target.basis or "period"
    constants: dict[str, Any] = dict(target.selected)
    if target.kind == "baseline" and "version" in constants:
        constants["version"] = int(constants["version"]) if constants["version"].isdigit() else 1
    if target.on is not None:
        constants["on"] = target.on
    if target.kind == "capital" and basis != "period":
        constants["basis"] = basis
    new = Slot(target.kind, target.select, constants)
    return slots.setdefault((target.kind, target.select, target.on, basis), new)


def _shared(slots: dict[tuple[Any, ...], Slot]) -> list[Slot]:
    """What a general column says goes into every particular record of its kind."""
    result = []
    for (kind, *_rest), slot in slots.items():
        general = slots.get((kind, (), None, "period"))
        particular = [one for key, one in slots.items() if key[0] == kind and one is not general]
        if slot is general and particular and not _stands_alone(slot):
            continue
        slot.own = len(slot.cells)
        if general is not None and slot is not general and not _stands_alone(general):
            taken = {cell.key for cell in slot.cells} | set(slot.constants)
            slot.cells += [cell for cell in general.cells if cell.key not in taken]
            slot.constants = {**general.constants, **slot.constants}
        result.append(slot)
    return result


def _stands_alone(slot: Slot) -> bool:
    """Whether a general slot is a record by itself: the stage a project is at, beside the days of its stages."""
    return slot.kind in ("stage", "project", "company", "condition") or any(
        cell.key in ("figure", "value") for cell in slot.cells
    )


def _cells_of(
    column: Column, place: int, target: Target, formats: Formats, mapping: Map, beside: dict[tuple[str, str], Column]
) -> list[Cell]:
    index, of = column.index, target.known.type if target.known else None
    if target.field in ("year", "month") and of is None:
        read = reading.year_month_reader(formats.orders.get(index), formats.fiscal.get(index))
        month = beside.get((target.kind, "month"))
        if month is not None and month is not column:
            return [Cell("on", index, itemgetter(index, month.index), Memory(read).__getitem__)]
        year = str(formats.year or "") if month is column else ""

        def read_one(cell: Any) -> Any:
            return read((year, cell)) if year and reading.is_month(cell) else read((cell, None))

        return [Cell("on", index, itemgetter(index), Memory(read_one).__getitem__)]
    if of in (Type.FIGURE, Type.QUANTITY):
        return [_amount(column, target, formats, mapping, beside)]
    read = reader_of(column, target, formats, mapping)
    if len(column.targets) > 1 and column.split not in (RANGE, EITHER):
        read = split_reader(read, column.split, place, len(column.targets))
    joined = (target.kind, target.field) in JOINED
    label = re.sub(r" \([0-9]+\)$", "", column.heading.text)
    lookup = Memory(read).__getitem__
    cells = [Cell(target.field, index, itemgetter(index), lookup, joined, label, column.labelled)]
    is_milestone = (target.kind, target.field) == ("milestone", "milestone")
    if is_milestone and not column.native and (target.kind, "title") not in beside:
        cells.append(Cell("title", index, itemgetter(index), Memory(reading.read_milestone_title).__getitem__))
    return cells


def _amount(
    column: Column, target: Target, formats: Formats, mapping: Map, beside: dict[tuple[str, str], Column]
) -> Cell:
    """A figure or the value of an indicator, with what the columns beside it say of it."""
    index, numbers = column.index, formats.numbers.get(column.index, Numbers())
    is_figure = target.known is not None and target.known.type is Type.FIGURE
    names = tuple(name for name in (_BESIDE if is_figure else _BESIDE_VALUE) if (target.kind, name) in beside)
    others = [beside[target.kind, name] for name in names]
    pick = itemgetter(index, *(one.index for one in others))
    if not is_figure:
        read = quantity_with(numbers, column, names)
        return Cell(target.field, index, pick, Memory(read if names else lambda cell: read((cell,))).__getitem__)
    if names:
        meant = {name: reader_of(one, one.target, formats, mapping) for name, one in zip(names, others, strict=True)}
        lookup = figure_with(numbers, names, meant)
    else:
        lookup = Memory(reader_of(column, target, formats, mapping)).__getitem__

    def count_rounded(cell: Any) -> Any:
        figure = lookup(cell)
        if figure is not None and figure.rounded:
            formats.rounded[index] += 1
        return figure

    return Cell(target.field, index, pick, count_rounded)


# --- stages, conditions and milestones of a row ----------------------------------------------------------------------

_ORDER = {stage.code: stage.order for stage in STAGES}
# From here on the ledger marks the milestone of a stage together with the stage.
_FIRST_BUILT = _ORDER["under_construction"]
# What was stopped has not been completed, whatever day of completion stands in its row.
_STOPPED = ("suspended", "terminated", "lost")
_COMPLETED = _ORDER["completed"]


@dataclass(slots=True)
class Events:
    """The cells of one row on stages. `undecided` are days whose heading says neither planned nor actual.

    `going`: the status says that the work goes on (ongoing, delayed, 推进中), so it is not completed.
    """

    reached: dict[str, Period] = field(default_factory=dict)
    undecided: dict[str, Period] = field(default_factory=dict)
    planned: list[tuple[str, str, Period]] = field(default_factory=list)
    stage: str | None = None
    condition: str | None = None
    on: Period | None = None
    begun: bool = True
    going: bool = False
    said: str = ""
    language: str = "zh"

    def take(self, kind: str, select: tuple[str, ...], values: dict[str, Any]) -> None:
        """Take in what one slot of the row says."""
        on = values.get("on")
        expected, actual = None, False
        if isinstance(on, MarkedPeriod):
            actual = on.marker is Marker.ACTUAL
            expected = {Marker.FORECAST: "forecast", Marker.PLANNED: "baseline"}.get(on.marker)
            on = on.period
        if kind == "condition":
            self.condition = values.get("condition") or self.condition
            self.said = values.get("reason") or self.said
        elif kind == "stage" and not select:
            stage = values.get("stage")
            self.on = values.get("on")
            if not isinstance(stage, Condition):
                self.stage = stage
                return
            self.condition = self.condition or str(stage)
            self.begun &= stage.begun
            self.going |= stage == "active"
            self.said = self.said or stage.said
        elif on is None:
            return
        elif expected:
            self.planned.append((select[0], expected, on))
        elif kind == "stage" or (actual and select[0] in STAGES):
            self.reached[select[0]] = on
        elif len(select) == 2:
            self.planned.append((select[0], select[1], on))
        elif select and select[0] in STAGES:
            self.undecided[select[0]] = on


def events_of(events: Events, project: str, row: int, *, horizon: date, today: date) -> list[Record] | str:
    """The records of stages, condition and milestones, in their order; a sentence where the row contradicts itself.

    A day of which nobody says whether it is planned: it is reached where the stage of the row is as far; without a
    stage where it is not after `horizon`; else it is planned.
    """
    _decide(events, horizon, today)
    stage, reached = events.stage, events.reached
    beyond = [code for code in reached if stage is not None and _ORDER[code] > _ORDER[stage]]
    if stage is not None and beyond:
        return _("the stage is “{stage}”, but the row has the day on which “{other}” was reached").format(
            stage=STAGES[stage].name(language()), other=STAGES[beyond[0]].name(language())
        )
    said_on = {"on": events.on} if events.on else {}
    records = [
        Record("stage", {"project": project, "stage": code, "on": on, "present": code == stage}, row)
        for code, on in sorted(reached.items(), key=lambda item: (item[1].last, _ORDER[item[0]]))
    ]
    if stage and stage not in reached:
        records.append(Record("stage", {"project": project, "stage": stage, **said_on}, row))
    if events.condition and (events.condition != "active" or stage is None):
        # The ledger asks why; the file says no more than the word.
        reason = events.said or CONDITIONS[events.condition].name(events.language)
        why = {} if events.condition == "active" else {"reason": reason}
        records.append(Record("condition", {"project": project, "condition": events.condition, **why, **said_on}, row))
    milestones = [
        (code, what, on)
        for code, what, on in sorted(events.planned, key=lambda one: (one[1], _ORDER.get(one[0], 0)))
        # What was reached on the day it was expected is not expected any more.
        if what != "forecast" or reached.get(code) != on
    ]
    planned = {code for code, _what, _on in events.planned}
    milestones += [
        (code, "actual", on) for code, on in reached.items() if code in planned and _ORDER[code] < _FIRST_BUILT
    ]
    return records + [
        Record("milestone", {"project": project, "milestone": code, "what": what, "on": on}, row)
        for code, what, on in milestones
    ]


def _decide(events: Events, horizon: date, today: date) -> None:
    for code, on in events.undecided.items():
        if code in events.reached:
            continue
        stopped = (events.going or events.condition in _STOPPED) and _ORDER[code] >= _COMPLETED
        if stopped or (not events.begun and _ORDER[code] >= _FIRST_BUILT):
            passed = False
        elif events.stage is not None:
            passed = _ORDER[code] <= _ORDER[events.stage] and on.first <= today
        else:
            # Nobody writes down a contract that is yet to be signed.
            passed = (on.first if code == "signed" else on.last) <= min(horizon, today)
        if passed:
            events.reached[code] = on
        else:
            _plan(events, code, on)


def _plan(events: Events, code: str, on: Period) -> None:
    """A day that lies ahead: the plan, or where another column has the plan its exacter day, or a forecast."""
    for place, (planned, what, day) in enumerate(events.planned):
        if (planned, what) != (code, "baseline"):
            continue
        if day.first <= on.first and on.last <= day.last:
            events.planned[place] = (code, "baseline", on)
        elif not (on.first <= day.first and day.last <= on.last):
            events.planned.append((code, "forecast", on))
        return
    events.planned.append((code, "baseline", on))


# --- rows ----------------------------------------------------------------------------------------------------------

_TOTAL = re.compile(rf"\b(?:{OTHER_TOTAL})\b|{CHINESE_TOTAL}")
_REFERENCES = ("code", "name", "ids", "name_en")
_EVENTS = ("stage", "milestone", "condition")
_KIND_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Manner:
    """How rows are read: whether an empty cell clears, and the day up to which undetermined days have come to pass.

    The rows of a `native` table are one record each.
    """

    kind: str
    clears: bool
    horizon: date
    today: date
    key: str = ""
    native: bool = False
    chinese: bool = True


def _suggested(text: str) -> set[tuple[str, str]]:
    """The fields that a text may be the heading of."""
    known = (headings.known("project", text), *(target for target, _whole in headings.guessed(text)))
    return {(target.kind, target.field) for target in known if target}


class Rows:
    """The records of a table of anybody's, by the plan of its slots."""

    def __init__(self, table: Table, slots: list[Slot], manner: Manner) -> None:
        """Read `table` by `slots`."""
        self._table = table
        self._manner = manner
        project = manner.kind == "project" and not manner.native
        self._project = next((slot for slot in slots if project and slot.kind == "project"), None)
        rest = [slot for slot in slots if slot is not self._project]
        self._events = [slot for slot in rest if self._project and slot.kind in _EVENTS]
        self._plain = sorted(
            (slot for slot in rest if slot not in self._events), key=lambda slot: _KIND_ORDER[slot.kind]
        )
        self._everything = slots
        for slot in slots:
            slot.guessed = frozenset(cell.key for cell in slot.cells if cell.guess)
        # The cells that are left out of the row that is read.
        self._without: frozenset[int] = frozenset()

    def records(self) -> Iterator[Record | Problem]:
        """The records of every row; of a row with anything wrong its problems, then what is left of it."""
        if (simple := self._simple()) is not None:
            yield from self._one_each(simple)
            return
        sums: list[Row] = []
        for place, row in enumerate(self._table.rows()):
            if place == 0 and self._is_headings(row):
                self._leave_out(row, _("the headings again, in other words"))
                continue
            if self._is_sum(row):
                sums.append(row)
                continue
            for earlier in sums:
                yield from self._nameless(earlier)
            sums = []
            yield from self.read(row)
        for row in sums:
            self._leave_out(row, _("it names no project and ends the list with sums"))

    def _leave_out(self, row: Row, why: str) -> None:
        text = shorten(", ".join(filter(None, map(text_of, row.cells))))
        self._table.left_out.append(LeftOut(row.number, text, why))

    def _is_headings(self, row: Row) -> bool:
        """Whether a row says in words what its columns are, as the second of two rows of headings does."""
        if self._project is None:
            return False
        meant = [
            (row.cells[cell.index], slot.kind, cell.key)
            for slot in self._everything
            for cell in slot.cells
            if text_of(row.cells[cell.index])
        ]
        words = [(cell, kind, key) for cell, kind, key in meant if isinstance(cell, str) and shape(cell) == "text"]
        again = [text for text, kind, key in words if (kind, key) in _suggested(text)]
        return len(again) > 2 and 2 * len(again) >= len(meant)

    def _is_sum(self, row: Row) -> bool:
        """Whether a row has no project and nothing but numbers, but for the word total."""
        if self._project is None:
            return False
        named = {cell.index for cell in self._project.cells if cell.key in _REFERENCES}
        if any(text_of(row.cells[index]) for index in named):
            return False
        texts = [text_of(cell) for index, cell in enumerate(row.cells) if index not in named and text_of(cell)]
        words = [text for text in texts if re.search(r"[^\W\d]", text)]
        return len(texts) > len(words) and all(_TOTAL.search(folded(word)) for word in words)

    def read(self, row: Row) -> Iterator[Record | Problem]:
        """The records of one row; of one with anything wrong its problems, then what is left of it."""
        try:
            yield from self._row(row)
        except ValueRefused:
            yield from self._rest(row, self._row)

    def _rest(self, row: Row, read: Callable[[Row], Iterable[Record | Problem]]) -> Iterator[Record | Problem]:
        """The problems of a row, and without its bad cells its records; none where such a cell is its identity."""
        bad: list[tuple[Slot, Cell, ValueRefused]] = []
        for slot in self._everything:
            for cell in slot.cells:
                try:
                    cell.lookup(cell.pick(row.cells))
                except ValueRefused as refused:
                    bad.append((slot, cell, refused))
        whole = any(self._identifies(slot, cell) for slot, cell, _why in bad)
        seen: set[tuple[int, str]] = set()
        for _slot, cell, why in bad:
            if (cell.index, str(why)) not in seen:
                seen.add((cell.index, str(why)))
                yield replace(self._problem(row, cell.index, why), partial=not whole)
        if not whole:
            self._without = frozenset(id(cell) for _slot, cell, _why in bad)
            rest = list(read(row))
            self._without = frozenset()
            yield from rest

    def _identifies(self, slot: Slot, cell: Cell) -> bool:
        """Whether without a cell there is no telling what the row is of, or nothing left to record."""
        if slot is not self._project and (self._project is not None or slot.kind != self._manner.kind):
            return False
        kind = KINDS[slot.kind]
        is_reference = cell.key in _REFERENCES and slot is self._project
        return is_reference or cell.key in kind.key or any(f.required for f in kind.fields if f.key == cell.key)

    # --- one record a row: the shape of long files, which may have any number of rows ---------------------------------

    def _simple(self) -> Slot | None:
        """The one slot of a table whose rows are one record each."""
        if self._project or self._events or len(self._plain) != 1 or (self._manner.clears and not self._manner.native):
            return None
        slot = self._plain[0]
        return None if any(cell.joined and not self._manner.native for cell in slot.cells) or slot.select else slot

    def _one_each(self, slot: Slot) -> Iterator[Record | Problem]:
        kind, constants, clears = slot.kind, slot.constants, self._manner.clears
        plan = [(cell.key, cell.pick, cell.lookup) for cell in slot.cells]
        for row in self._table.rows():
            number, cells = row
            values = constants.copy()
            try:
                for key, pick, lookup in plan:
                    value = lookup(pick(cells))
                    if value is not None:
                        values.setdefault(key, value)
                    elif clears:
                        values.setdefault(key, None)
            except ValueRefused:
                yield from self._rest(row, lambda row: [Record(kind, self._values(slot, row.cells), row.number)])
                continue
            yield Record(kind, values, number)

    # --- several records a row ---------------------------------------------------------------------------------------

    def _row(self, row: Row) -> list[Record | Problem]:
        """The records of one row, the project first. Raises ValueRefused where a cell cannot be read."""
        records: list[Record] = []
        reference = contradiction = None
        if self._project is not None:
            values = self._values(self._project, row.cells)
            # The register is a dated fact: a yes without its day is none.
            values.pop("is_registered", None)
            named = [values[key] for key in (self._manner.key, *_REFERENCES) if values.get(key)]
            if not named:
                return self._nameless(row)
            reference = named[0][0].partition("=")[2] if isinstance(named[0], tuple) else str(named[0])
            records.append(Record("project", values, row.number, guessed=_guessed(self._project, values)))
            events, guessed = Events(language="zh" if self._manner.chinese else "en"), set[str]()
            for slot in self._events:
                # Who cannot read the stage cannot tell what was reached.
                events.begun &= not any(cell.key == "stage" and id(cell) in self._without for cell in slot.cells)
                events.take(slot.kind, slot.select, said := self._values(slot, row.cells))
                if _guessed(slot, said):
                    # What is guessed of a milestone are its days, of the stage alone the words.
                    guessed |= set(slot.select[:1]) or {"stage", "condition"}
            found = events_of(events, reference, row.number, horizon=self._manner.horizon, today=self._manner.today)
            if isinstance(found, str):
                staged = [cell.index for slot in self._events for cell in slot.cells if cell.key == "stage"]
                refused = ValueRefused(found, _("correct the stage or the day"))
                contradiction = self._problem(row, staged[0] if staged else 0, refused)
            else:
                for one in found if guessed else ():
                    if not guessed.isdisjoint((one.kind, one.values.get("stage"), one.values.get("milestone"))):
                        one.guessed = frozenset(one.values)
                records += found
        for slot in self._plain:
            values = self._values(slot, row.cells)
            own = slot.cells[: slot.own]
            if own and all(values.get(cell.key) is None for cell in own):
                continue
            if slot.kind == "review" and self._manner.kind != "review":
                if not any(values.get(key) for key in ("physical", "text", "light")) and values.get("physical") is None:
                    # No more than a day stands in the row.
                    continue
                if isinstance(light := values.get("light"), reading.BetweenLights):
                    values["light"] = str(light)
                    values["note"] = "\n".join(filter(None, (values.get("note"), light.said)))
            if reference is not None and slot.kind != "company":
                if any(field.key == "project" for field in KINDS[slot.kind].fields):
                    values.setdefault("project", reference)
            elif reference is not None and (name := records[0].values.get("company")):
                values["name"] = name
            if slot.kind == "company" and not values.get("name"):
                continue
            records.append(Record(slot.kind, values, row.number, guessed=_guessed(slot, values)))
        return [*records, contradiction] if contradiction else list(records)

    def _values(self, slot: Slot, cells: tuple[Any, ...]) -> dict[str, Any]:
        values = dict(slot.constants)
        clears = self._manner.clears and slot.kind == self._manner.kind and not slot.select
        for cell in slot.cells:
            if id(cell) in self._without:
                continue
            value = cell.lookup(cell.pick(cells))
            if value is not None and cell.joined:
                values[cell.key] = _joined(values.get(cell.key), value, cell)
            elif value is not None and values.get(cell.key) is None:
                # Of two columns of one field the first that is filled counts.
                values[cell.key] = value
            elif value is None and clears:
                values.setdefault(cell.key, None)
        return values

    # --- problems ----------------------------------------------------------------------------------------------------

    def _problem(self, row: Row, index: int, refused: ValueRefused) -> Problem:
        place, value = self._table.address(row.number, index), shorten(text_of(row.cells[index]))
        return Problem(row.number, place, self._table.headings[index].text, value, str(refused), refused.hint)

    def _nameless(self, row: Row) -> list[Record | Problem]:
        assert self._project is not None
        index = next((cell.index for cell in self._project.cells if cell.key in _REFERENCES), 0)
        refused = ValueRefused(
            _("the row names no project"), _("fill in its name or code; a cell merged over several rows counts once")
        )
        return [self._problem(row, index, refused)]


def _guessed(slot: Slot, values: dict[str, Any]) -> frozenset[str]:
    """The fields of a record that rest on a guess."""
    return frozenset(key for key in slot.guessed if values.get(key) is not None) if slot.guessed else slot.guessed


def _joined(before: Any, value: Any, cell: Cell) -> Any:
    """Two columns of one field together: names side by side, texts one below the other under their headings."""
    if before is None and not cell.labelled:
        return value
    if isinstance(value, tuple):
        return tuple(dict.fromkeys((*before, *value)))
    text = f"{cell.label}：{value}" if not cell.label.isascii() else f"{cell.label}: {value}"
    return f"{before}\n{text}" if before else text


class MixedRows:
    """The records of a table of our own whose rows name their kind."""

    def __init__(self, table: Table, index: int, of: Mapping[str, Rows]) -> None:
        """The kind of a row stands in the column at `index`; `of` reads the rows of each kind."""
        self._table, self._index, self._of = table, index, of

    def records(self) -> Iterator[Record | Problem]:
        """The records of every row, or its problems."""
        for row in self._table.rows():
            kind = text_of(row.cells[self._index])
            if kind in self._of:
                yield from self._of[kind].read(row)
                continue
            heading = self._table.headings[self._index]
            sentence = _("there is no kind of record of this name")
            yield Problem(
                row.number, self._table.address(row.number, heading.index), heading.text, shorten(kind), sentence
            )


# --- how a table is read ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of an import: the day it is, the currency of amounts that name none, the map of the file.

    `home` is the currency of files with Chinese headings, where `currency` is not said; other files are asked for one.
    """

    today: date
    currency: str | None = None
    home: str = ""
    fiscal_year_start: int | None = None
    map: Map = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Assigned:
    """One column that is read: its heading, target, unit and order of day and month ("" for none), and a remark.

    `by_words` says that the target rests on words of the heading and on the values, not on a heading that is known;
    `guess` that some of its words do not say so.
    """

    heading: Heading
    target: str
    unit: str = ""
    order: str = ""
    note: str = ""
    by_words: bool = False
    guess: bool = False

    @property
    def remark(self) -> str:
        """The remark, and whether the target is told by words or a guess."""
        words = _("a guess: some of its words and its values fit") if self.guess else _("its words and its values fit")
        return "; ".join(filter(None, (self.note, words if self.by_words else "")))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is read. `kind` is what its rows are; `ours` says that the headings are the keys of our own files.

    `problems` are those of the table as a whole, which `records` gives first; `day` is the last one of which the table
    can tell, as its title says.
    """

    table: Table
    kind: str
    ours: bool
    assigned: tuple[Assigned, ...]
    ignored: tuple[Heading, ...]
    statements: tuple[str, ...]
    problems: tuple[Problem, ...]
    day: date | None
    columns: tuple[Column, ...] = field(repr=False)
    rows: Rows | MixedRows = field(repr=False)
    formats: tuple[Formats, ...] = field(repr=False)

    def rounded(self) -> Iterator[str]:
        """The columns with cells that were rounded, in sentences, once the records were read."""
        counts: Counter[int] = sum((formats.rounded for formats in self.formats), Counter())
        for index, count in sorted(counts.items()):
            yield ngettext(
                "column {letter}: {count} amount has more digits than its currency and is rounded",
                "column {letter}: {count} amounts have more digits than their currency and are rounded",
                count,
            ).format(letter=self.table.headings[index].letter, count=count)

    def records(self) -> Iterator[Record | Problem]:
        """The records of the table, row by row; of a row with anything wrong only the problems."""
        for formats in self.formats:
            formats.rounded.clear()
        yield from self.problems
        yield from self.rows.records()
        yield from self.table.problems

    def place(self, record: Record, key: str) -> tuple[str, str]:
        """The cell and the heading that a field of a record was read from, "F12"; "" where that is none."""
        if not record.row:
            return "", ""
        told = (
            column
            for near in range(3)
            for column in self.columns
            if any(_is_from(target, record, key, near) for target in column.targets)
        )
        column = next(told, None)
        if column is None and key in ("project", "name", "code"):
            # The column that names the project of a row.
            named = {one.target.field: one for one in reversed(self.columns) if one.target.kind == "project"}
            column = next((named[name] for name in _REFERENCES if name in named), None)
        if column is None:
            return "", ""
        return self.table.address(record.row, column.index), column.heading.text


def _is_from(target: Target, record: Record, key: str, near: int) -> bool:
    """Whether a column of this target gave the field `key` of the record.

    `near` 1: or the time of the figure was changed on the way; 2: or it gave what is selected by that field.
    """
    kind = "stage" if target.kind == "milestone" and record.kind == "stage" else target.kind
    if kind != record.kind or (not near and target.on is not None and target.on != record.values.get("on")):
        return False
    if (
        target.on is not None
        and kind == "capital"
        and (target.basis or "period") != (record.values.get("basis") or "period")
    ):
        return False
    selected = zip(SELECTORS.get(target.kind, ()), target.select, strict=False)
    wanted = {"milestone": "stage"} if kind != target.kind else {}
    if any(word and str(record.values.get(wanted.get(name, name))) != word for name, word in selected):
        return False
    return target.field == key or (near == 2 and key in target.selected)


def understand(table: Table, options: Options) -> Reading:
    """How `table` is read, as `options` ask and its headings and values tell.

    Reads the rows of a foreign file once, to decide from all values. Raises InputRejected where no heading is known,
    UsageError for a map that cannot be.
    """
    mapping = options.map
    own = _native_kind(table, mapping.what) if not (mapping.columns or mapping.constants) else None
    return _native_reading(table, own, mapping, options.today) if own else _foreign_reading(table, options, mapping)


# --- files of our own ------------------------------------------------------------------------------------------------

# Only CSV has the apostrophe that keeps a spreadsheet from running a text.
_GUARDED = ("csv", "tsv", "txt")


def _native_kind(table: Table, what: str) -> str | None:
    """The kind of record of a file of our own, by its headings; RECORD where a column names the kind of each row.

    None for a file of anybody else.
    """
    names = frozenset(heading.text for heading in table.headings)
    if any(heading.above for heading in table.headings):
        return None
    if serialize.are_of_many(names):
        return RECORD
    fitting = [kind for kind in ([what] if what else KINDS) if serialize.are_own(kind, names)]
    stem = table.name.rsplit("/")[-1].rpartition(".")[0]
    named = [kind for kind in fitting if stem in (kind, KINDS[kind].plural) or table.sheet == KINDS[kind].plural]
    # The kind with most of the headings, of two with as many the one that has least beside them.
    best = sorted(fitting, key=lambda kind: (-len(names & _columns(kind)), len(_columns(kind))))
    return next(iter((*named, *best)), None)


def _columns(kind: str) -> frozenset[str]:
    return frozenset(serialize.columns(kind))


def _native_columns(table: Table, kind: str) -> list[Column]:
    """The columns that records of a kind are read from, in a file of our own."""
    targets = {}
    for one in KINDS[kind].fields:
        first, *beside = serialize.spread(one)
        targets[first] = Target(kind, one.key)
        for name in beside:
            companion = name.removeprefix(f"{one.key}_")
            assert companion in COMPANIONS[kind]
            targets[name] = Target(kind, companion)
    for former, present in serialize.former_names(kind).items():
        targets.setdefault(former, Target(kind, present))
    texts = serialize.text_columns(kind) if table.format in _GUARDED else frozenset()
    return [
        Column(heading, (targets[heading.text],), native=True, guarded=heading.text in texts)
        for heading in table.headings
        if heading.text in targets
    ]


def _native_reading(table: Table, kind: str, mapping: Map, today: date) -> Reading:
    columns = {one: _native_columns(table, one) for one in (KINDS if kind == RECORD else (kind,))}
    given = Given(order=mapping.date_order or None)
    formats = {one: decide(table, read, profile(table, read), given) for one, read in columns.items()}
    rows = {
        one: Rows(
            table,
            plan(read, formats[one], Map(), ()),
            Manner(one, mapping.blank != "keep", today, today, native=True),
        )
        for one, read in columns.items()
    }
    index = next((heading.index for heading in table.headings if heading.text == RECORD), 0)
    named = "" if kind == RECORD else f"{kind}."
    read = {column.index for own in columns.values() for column in own} | ({index} if kind == RECORD else set())
    what = _("records of every kind") if kind == RECORD else KINDS[kind].plural
    return Reading(
        table,
        kind,
        True,
        tuple(Assigned(one, f"{named}{one.text}") for one in table.headings if one.index in read),
        tuple(one for one in table.headings if one.index not in read),
        (_("a file of this program: {what}").format(what=what),),
        tuple(problem for one in formats.values() for problem in one.problems),
        None,
        tuple(column for own in columns.values() for column in own),
        MixedRows(table, index, rows) if kind == RECORD else rows[kind],
        tuple(formats.values()),
    )


# --- files of anybody else -------------------------------------------------------------------------------------------

# The month that fiscal years begin with, where a currency tells it.
_FISCAL_STARTS = {"GBP": 4, "INR": 4, "CAD": 4, "HKD": 4, "SGD": 4, "ZAR": 4, "JPY": 4, "USD": 10, "AUD": 7, "NZD": 7,
                  "BDT": 7, "PKR": 7, "KES": 7, "EGP": 7}  # fmt: skip


def _foreign_reading(table: Table, options: Options, mapping: Map) -> Reading:
    if mapping.columns and not any(mapped(heading, mapping) for heading in table.headings):
        here = ", ".join(f"“{shorten(heading.text, 20)}”" for heading in table.headings[:8])
        sentence = _("the file has none of the map's columns, it has {headings}: is the map for other files?")
        raise InputRejected(sentence.format(headings=here))
    currency = mapping.currency or options.currency or (options.home if is_chinese(table) else "") or None
    kind, columns = guess(table.headings, mapping, currency, Values(table))
    told = {column.unit.currency for column in columns if column.unit and column.unit.currency} | {currency}
    start = mapping.fiscal_year_start or options.fiscal_year_start
    starts = {_FISCAL_STARTS[code] for code in told if code in _FISCAL_STARTS}
    done = assign(kind, columns, table, mapping, fiscal_start=start or (starts.pop() if len(starts) == 1 else None))
    try:
        constants = tuple((target, constant(target, text)) for target, text in mapping.constants)
    except ValueRefused as refused:
        raise UsageError(_("[constants]: {reason}").format(reason=refused)) from None
    year = _apply(constants, done, currency)
    found = profile(table, done.columns)
    retarget(done.columns, found, kind)
    year = year or done.context.when.year
    given = Given(
        currency,
        asked_unit(mapping.unit, configured=currency) if mapping.unit else None,
        unit_of_titles(table.title, configured=currency),
        mapping.date_order or None,
        DECIMALS[mapping.numbers] if mapping.numbers else None,
        done.fiscal_start,
        year,
    )
    formats = decide(table, done.columns, found, given)
    formats.year = year
    read = [column for column in done.columns if column.index not in formats.asked]
    keys = (one for one in done.columns if mapping.key and mapping.key in (one.heading.text, str(one.target)))
    key = next((column.target.field for column in keys if column.target.kind == "project"), "")
    day, clears = _day(done.context.when, options.today), mapping.blank == "clear"
    manner = Manner(kind, clears, day or options.today, options.today, key, chinese=is_chinese(table))
    return Reading(
        table,
        kind,
        False,
        tuple(_assigned(column, formats) for column in sorted(done.columns, key=lambda one: one.index)),
        ignored(table.headings, done.columns),
        tuple(_statements(table, done, formats, mapping)),
        (*done.problems, *formats.problems),
        day,
        tuple(done.columns),
        Rows(table, plan(read, formats, mapping, constants), manner),
        (formats,),
    )


def _apply(constants: Iterable[tuple[Target, object]], done: Assignment, currency: str | None) -> int | None:
    """Take what constants say beside the figures into their columns; the year they give. Raises UsageError."""
    year = None
    for target, value in constants:
        amounts = [one for one in done.columns if one.target.is_amount and one.target.kind == target.kind]
        if target.known is not None:
            continue
        if target.field == "year" and str(value).isdigit():
            year = int(str(value))
        elif target.field == "currency":
            for column in amounts:
                told = column.unit.currency if column.unit else None
                column.currency = column.currency or told or str(value)
        elif target.field == "unit":
            for column in amounts:
                column.unit = column.unit or asked_unit(str(value), configured=currency)
        else:
            raise UsageError(_("[constants]: {target} comes from a column, not from a constant").format(target=target))
    return year


def _day(when: When, today: date) -> date | None:
    """The last day of which the file can tell, as the texts around the table say."""
    if when.year is None or when.last is None:
        return None
    end = month_end(date(when.year, when.last, 1))
    return min(today, end if when.day is None else date(when.year, when.last, min(when.day, end.day)))


def _assigned(column: Column, formats: Formats) -> Assigned:
    numbers = formats.numbers.get(column.index)
    unit = numbers.unit if numbers and numbers.unit else column.unit
    return Assigned(
        column.heading,
        ", ".join(map(str, column.targets)),
        str(unit) if unit else "",
        formats.orders.get(column.index, ""),
        column.note,
        column.by_words,
        column.guess,
    )


# The tables of the kinds that have another name than theirs.
_TABLES = {
    "field": "custom_field",
    "stage": "stage_event",
    "condition": "condition_event",
    "capital": "capital_entry",
    "indicator": "indicator_value",
    "rate": "exchange_rate",
    "map": "import_map",
}


def _statements(table: Table, done: Assignment, formats: Formats, mapping: Map) -> Iterable[str]:
    yield _("each row is: {kind}").format(kind=noun_of(_TABLES.get(done.kind, done.kind)))
    yield from done.statements
    yield from formats.statements
    open_days = [
        column.heading.text
        for column in done.columns
        if column.target.kind == "milestone" and len(column.target.select) == 1
    ]
    if open_days and done.kind == "project":
        yield _(
            "{headings}: planned or actual is not named; days of stages that the row has reached, or "
            "else days in the past, count as reached, the rest as planned"
        ).format(headings=", ".join(f"“{shorten(text, 20)}”" for text in open_days))
    for column in done.columns:
        if column.target.field == "is_registered":
            yield _("“{heading}”: a yes without its day is not recorded").format(heading=column.heading.text)
    asked = {problem.value for problem in done.problems}
    for heading in ignored(table.headings, done.columns):
        if heading.text in asked or headings.known(done.kind, split_unit(heading.text)[0]):
            continue
        close = hint_for(done.kind, heading, mapping, suggest)
        if close:
            yield _("“{heading}” ({letter}) is not read; is it “{close}”?").format(
                heading=shorten(heading.text, 30), letter=heading.letter, close=close
            )
