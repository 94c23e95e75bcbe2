"""Files that tracker wrote, on their way back: the ledger sheet read again, and what was changed since they were made.

A workbook says which change it was made from. What differs from that state is what somebody changed in the file; what
only the ledger changed since stays; what both changed is a conflict. A csv does not say it: a cell that repeats what
the ledger said before is told, and stays as the ledger has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from tracker import i18n
from tracker.database import Reader
from tracker.dates import Period, parse_period
from tracker.errors import Undecided, ValueRefused
from tracker.exporter import ledger
from tracker.exporter.files import State
from tracker.i18n import LANGUAGES, _, ngettext
from tracker.importer.matching import Difference, Outcome, Rules, Source, amount
from tracker.importer.readers import Heading, LeftOut, Table, Value
from tracker.importer.readers.table import text_of
from tracker.ledger.store import Store
from tracker.money import Figure, Unit, parse_figure
from tracker.money.amounts import UNITS, WAN, parse_heading_unit
from tracker.queries.as_of import AsOf, Filters
from tracker.queries.exports import change_hash, ledger_id
from tracker.records import snapshot
from tracker.records.schema import KINDS, Problem, Record
from tracker.render.data import unguarded
from tracker.reports.report import Cell
from tracker.text import fold, shorten
from tracker.vocabulary import CONDITIONS, LIGHTS, MILESTONES, STAGES

# The kind of the rows of a ledger sheet, which become records once they are compared with the ledger.
LEDGER = "ledger"


# --- the ledger sheet as a table --------------------------------------------------------------------------------------

# Of the fourteen headings, so many tell the sheet from other tables.
_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """A ledger sheet: the columns it has by their key, in which language and unit, as of which day."""

    table: Table
    columns: dict[str, int]
    ignored: tuple[Heading, ...]
    lang: str
    unit: Unit
    currency: str
    as_of: date

    @property
    def statements(self) -> tuple[str, ...]:
        """What was understood."""
        said = [_("the ledger sheet of this program, as of {day}").format(day=self.as_of)]
        if self.ignored:
            names = _(", ").join(f"{heading.text} ({heading.letter})" for heading in self.ignored)
            said.append(_("  not read: {headings}").format(headings=shorten(names, 200)).strip())
        return tuple(said)

    def records(self) -> Iterator[Record | Problem]:
        """The rows of the sheet, their cells under the keys of its columns."""
        labels = {text for lang in LANGUAGES for text in _labels(lang)}
        for number, cells in self.table.rows():
            values = {key: cells[index] for key, index in self.columns.items()}
            if self.table.format in ("csv", "tsv"):
                values = {key: unguarded(cell) if isinstance(cell, str) else cell for key, cell in values.items()}
            if text_of(values["code"]) not in labels and any(text_of(cell) for cell in values.values()):
                yield Record(LEDGER, values, number)
        yield from self.table.problems

    def left_out(self) -> list[LeftOut]:
        """The rows that are no data, without the lines that belong to the sheet."""
        return [row for row in self.table.left_out if not _is_below(row)]

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from, else those of the code."""
        code = self.table.address(record.row, self.columns["code"])
        cell = record.cells.get(field, code)
        headings = (one.text for one in self.table.headings if self.table.address(record.row, one.index) == cell)
        return cell, next(headings, "")


def ledger_sheet(table: Table, today: date, currency: str) -> LedgerReading | None:
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
        if len(columns) >= _ENOUGH and "code" in columns:
            if len(units) > 1:
                return None
            counted = parse_heading_unit(units.pop(), currency=currency) if units else None
            unit = next((one for one in UNITS if counted and one.power == counted.power), WAN)
            ignored = tuple(one for one in table.headings if one.index not in columns.values())
            day = (table.state and table.state.as_of) or _as_of(table, lang) or today
            return LedgerReading(
                table, columns, ignored, lang, unit, (counted and counted.currency) or currency, min(day, today)
            )
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
            note = re.sub(r"\\\{\w+\\\}", ".*", re.escape(_plain(ledger.note_template())))
        if row.text.startswith(_labels(lang)) or re.fullmatch(note, _plain(row.text)):
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


# --- what was changed -------------------------------------------------------------------------------------------------

# So many earlier states of the ledger are looked at for what a csv repeats.
_EARLIER = 20
# Beyond so many records the ones of the ledger would fill the memory.
_MOST_COMPARED = 50_000
_TABLES = {
    "field": "custom_field",
    "stage": "stage_event",
    "condition": "condition_event",
    "milestone": "milestone_date",
    "capital": "capital_entry",
    "indicator": "indicator_value",
    "rate": "exchange_rate",
    "map": "import_map",
    "month_close": "month_close",
}
_LEDGER_TABLES = ("project", "stage_event", "condition_event", "milestone_date", "capital_entry", "review")
Values = dict[str, Any]


# What names a project in a record of each kind.
_PROJECTS = {"project": ("code", "parent"), "relation": ("project", "target"), LEDGER: ("code",)}


def answer(ledger: str, rules: Rules) -> str:
    """The reason of an import from another ledger, which keeps the answer for the next one: "ledger UUID: east-"."""
    return f"ledger {ledger}: {rules.prefix}"


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A file from another ledger about projects of this one: it says what somebody says, and not all there is."""

    source: Source
    ours: bool = False

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def day(self) -> date | None:
        return self.source.day

    @property
    def state(self) -> State | None:
        return self.source.state

    def records(self) -> Iterator[Record | Problem]:
        return self.source.records()

    def place(self, record: Record, field: str) -> tuple[str, str]:
        return self.source.place(record, field)


class Merge:
    """The records of a file beside the state it was made from and the ledger as it is."""

    def __init__(
        self, store: Store, source: Source, rules: Rules, outcome: Outcome, renamed: dict[str, str] | None = None
    ) -> None:
        """Compare `source` with the ledger before the change of `store`; `renamed` are companies of all sources."""
        self._renamed = {} if renamed is None else renamed
        self._store, self._source, self._given, self._outcome = store, source, rules, outcome
        self._now = store.change.id - 1
        self._state = self._known(source.state)
        self._foreign = source.state is not None and source.state.ledger not in ("", ledger_id(self._reader))
        if self._foreign and source.state and not (rules.same or rules.prefix):
            self._given = self._answered(source.state.ledger)
        self._indexes: dict[tuple[str, int], dict[tuple[Any, ...], list[Values]]] = {}
        self._sheets: dict[int, dict[str, ledger.Row]] = {}
        self._counts: dict[str, int] = {}

    @property
    def rules(self) -> Rules:
        """How the records are applied: what a file changes is known where its state is, and then asked for here."""
        return replace(self._given, take_all=True) if self._state else self._given

    @property
    def source(self) -> Source:
        """The file as it is to be applied."""
        return _Elsewhere(self._source) if self._foreign and self._given.same else self._source

    def records(self) -> Iterator[Record | Problem]:
        """The records to apply. Raises Undecided for a file from another ledger with codes that exist here."""
        if self._foreign and not (self._given.same or self._given.prefix):
            self._require_own_codes()
        for record in self._source.records():
            if isinstance(record, Problem):
                yield record
                continue
            if self._foreign:
                given = self._from_elsewhere(record)
                if isinstance(given, Problem):
                    yield given
                    continue
                record = given
            if record.kind == LEDGER:
                yield from self._ledger_row(record)
            elif self._source.ours and not self._foreign:
                if (merged := self._merged(record)) is not None:
                    yield merged
            else:
                yield record

    @property
    def _reading(self) -> LedgerReading:
        reading = getattr(self._source, "reading", None)
        assert isinstance(reading, LedgerReading)
        return reading

    @cached_property
    def _reader(self) -> Reader:
        connection = self._store.connection
        engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
        return Reader(connection.connection.dbapi_connection, engine)

    def _known(self, state: State | None) -> State | None:
        """The state of a file, where it is one of this very ledger."""
        if state is None or state.ledger != ledger_id(self._reader) or state.change > self._now:
            return None
        return state if change_hash(self._reader, state.change) == state.hash else None

    # --- files of another ledger -----------------------------------------------------------------------------------

    def _answered(self, ledger: str) -> Rules:
        """The rules with the answer that an earlier import of the other ledger was given."""
        sql = """
            -- the reason of an import, the newest first
            SELECT reason
            FROM change
            WHERE origin = 'import' AND reason LIKE :ledger
              AND NOT EXISTS (SELECT 1 FROM change AS later WHERE later.undoes = change.id)
            ORDER BY id DESC LIMIT 1
        """
        for (reason,) in self._reader.tuples(sql, {"ledger": f"{answer(ledger, self._given)}%"}):
            prefix = str(reason).partition(": ")[2]
            remark = (
                _("the codes of the other ledger get the prefix {prefix}, as before").format(prefix=prefix)
                if prefix
                else _("the codes of the other ledger mean the projects here, as before")
            )
            if remark not in self._outcome.remarks:
                self._outcome.remarks.append(remark)
            return replace(self._given, same=not prefix, prefix=prefix)
        return self._given

    def _require_own_codes(self) -> None:
        sql = "SELECT code FROM project WHERE recorded_from <= :now AND recorded_to > :now"
        here = {fold(str(code)) for (code,) in self._reader.tuples(sql, {"now": self._now})}
        said = {
            code
            for record in self._source.records()
            if isinstance(record, Record)
            for name in _PROJECTS.get(record.kind, ("project",))
            if (code := text_of(record.values.get(name))) and fold(code) in here
        }
        if said:
            question = ngettext(
                "{name} comes from another ledger, and its code {codes} exists here: the same project?",
                "{name} comes from another ledger, and {count} codes of it exist here ({codes}): the same projects?",
                len(said),
            )
            codes = shorten(_(", ").join(sorted(said)))
            choices = {"same": "--same-projects", "other": "--prefix east-"}
            raise Undecided(question.format(name=self._source.name, count=len(said), codes=codes), choices)

    def _from_elsewhere(self, record: Record) -> Record | Problem:
        """A record of another ledger with the codes and names used here; what this ledger says otherwise stays.

        A company is the one here that has its id number, else its name; a Problem where these speak of two.
        """
        values = {name: value for name, value in record.values.items() if name != "entry"}
        for name in _PROJECTS.get(record.kind, ("project",)):
            if values.get(name) and self._given.prefix:
                values[name] = self._given.prefix + str(values[name])
        record = replace(record, values=values)
        if record.kind == "company" and (problem := self._identify(record)) is not None:
            return problem
        if "company" in values:
            values["company"] = self._renamed.get(values["company"], values["company"])
        if record.kind == LEDGER or ("project" in (record.kind, *values) and record.kind != "request"):
            return record
        now = self._one(record, self._now)
        if now is None:
            return record
        for name in _changed(record, now):
            mine, theirs = now.get(name), values[name]
            if isinstance(mine, tuple) and isinstance(theirs, tuple):
                values[name] = (*mine, *(one for one in theirs if one not in mine))
            elif theirs is None or (mine is not None and self._keeps(_difference(record, name, mine))):
                values[name] = mine
        return record

    def _identify(self, record: Record) -> Problem | None:
        """Give a company the name it has here, by its id numbers. A Problem where its name has other ones here."""
        name, ids = record.values["name"], set(record.values.get("ids") or ())
        here = [found.values for found in snapshot.records(self._reader, self._as_of(self._now), "company")]
        for values in here:
            own = set(values["ids"] or ())
            if values["name"] != name and ids & own:
                self._renamed[name] = values["name"]
                record.values |= {"name": values["name"], "aliases": (*(record.values.get("aliases") or ()), name)}
            elif values["name"] == name and (other := _contradicting(ids, own)):
                cell, heading = self._source.place(record, "ids")
                sentence = _("the company “{name}” of this ledger has another id, {id}: another company of this name?")
                return Problem(record.row, cell, heading, " | ".join(sorted(ids)), sentence.format(name=name, id=other))
        return None

    # --- records of our own files ----------------------------------------------------------------------------------

    def _merged(self, record: Record) -> Record | None:
        if self._state is None and self._is_too_large(record.kind):
            return record
        now = self._one(record, self._now)
        if self._state is not None:
            before = self._one(record, self._state.change)
            if before is None or before == now:
                return record
            return self._decided(record, before, now)
        if now is None or not (changed := _changed(record, now)):
            return record
        return self._suspected(record, now, changed)

    def _is_too_large(self, kind: str) -> bool:
        """Whether the ledger has so many records of a kind that a csv of them is not looked at for older values."""
        if kind not in self._counts:
            table = _TABLES.get(kind, kind)
            sql = f"SELECT COUNT(*) FROM {table} WHERE recorded_from <= :now AND recorded_to > :now"
            self._counts[kind] = int(self._reader.tuples(sql, {"now": self._now})[0][0])
        return self._counts[kind] > _MOST_COMPARED

    def _decided(self, record: Record, before: Values, now: Values | None) -> Record | None:
        """What the file changed since its state, and the ledger did not; None for what the ledger has no longer."""
        changed = _changed(record, before)
        if now is None:
            gone = Difference(record.row, "kept", record.kind, _what(record), old=_("removed"))
            return None if not changed or self._keeps(gone) else record
        taken = {
            name
            for name in changed
            if now.get(name) in (before.get(name), record.values[name])
            or not self._keeps(_difference(record, name, now.get(name)))
        }
        return replace(
            record, values={name: value if name in taken else now.get(name) for name, value in record.values.items()}
        )

    def _suspected(self, record: Record, now: Values, changed: set[str]) -> Record:
        """The record without what only repeats an earlier state of the ledger."""
        values = dict(record.values)
        for change in self._earlier(_TABLES.get(record.kind, record.kind)):
            before = self._one(record, change)
            for name in sorted(changed):
                if before is not None and before.get(name) == record.values[name]:
                    changed.remove(name)
                    if self._repeats(_difference(record, name, now.get(name)), change):
                        values[name] = now.get(name)
        return replace(record, values=values)

    def _one(self, record: Record, change: int) -> Values | None:
        """What the ledger said of a record as a change had left it; of several of one key the nearest one."""
        key = (record.kind, change)
        if key not in self._indexes:
            index = self._indexes[key] = {}
            for found in snapshot.records(self._reader, self._as_of(change), record.kind):
                index.setdefault(_key(found, self._numbered), []).append(found.values)
        candidates = self._indexes[key].get(_key(record, self._numbered), [])
        return min(candidates, key=lambda values: len(_changed(record, values)), default=None)

    def _as_of(self, change: int) -> AsOf:
        return AsOf((self._state and self._state.as_of) or snapshot.EVERY_DAY, known=change)

    @property
    def _numbered(self) -> bool:
        """Whether capital entries are known by their numbers, which mean something in this ledger alone."""
        return self._state is not None and self._state.what == "capital"

    def _earlier(self, *tables: str) -> list[int]:
        """The changes after which something stood in these tables that stands there no longer, the latest first."""
        ended = " UNION ".join(f"SELECT recorded_to - 1 FROM {table} WHERE recorded_to <= :now" for table in tables)
        begun = " UNION ".join(f"SELECT recorded_from - 1 FROM {table} WHERE recorded_from <= :now" for table in tables)
        rows = self._reader.tuples(f"{ended} UNION {begun}", {"now": self._now})
        return sorted((int(row[0]) for row in rows if row[0] >= 0), reverse=True)[:_EARLIER]

    def _keeps(self, difference: Difference) -> bool:
        """Whether what the ledger has stays, which is then listed."""
        if self._given.takes(difference):
            return False
        self._outcome.keep(difference)
        return True

    def _repeats(self, difference: Difference, change: int) -> bool:
        if not self._keeps(difference):
            return False
        sentence = _("row {row}, {what}: the file has the value from before change {change}; the present value is kept")
        self._outcome.remarks.append(
            sentence.format(row=difference.row, what=f"{difference.what} {difference.field}", change=change + 1)
        )
        return True

    # --- rows of the ledger sheet ------------------------------------------------------------------------------------

    def _sheet(self, change: int) -> dict[str, ledger.Row]:
        """The sheet as a change left it, by code."""
        if change not in self._sheets:
            reading = self._reading
            as_of = AsOf(reading.as_of, known=change)
            with _spoken(reading.lang):
                sheet = ledger.ledger(
                    self._reader,
                    as_of,
                    Filters(),
                    self._given.lights,
                    unit=reading.unit,
                    currency=reading.currency,
                    ended=True,
                )
            self._sheets[change] = {str(row["code"]): row for row in sheet.rows}
        return self._sheets[change]

    def _ledger_row(self, record: Record) -> Iterator[Record | Problem]:
        code = _text(record.values["code"])
        if not code:
            yield self._problem(record, "code", _("the project has no code"))
            return
        now = self._sheet(self._now).get(code)
        before = self._sheet(self._state.change).get(code) if self._state else now
        before = before or now or {}
        said = {key: _normal(key, cell) for key, cell in record.values.items() if key != "code"}
        changed = {key for key, cell in said.items() if cell != _normal(key, before.get(key))}
        current = now or {}
        changed = {key for key in changed if said[key] != _normal(key, current.get(key))}
        if now is not None:
            changed = {key for key in changed if not self._stays(record, code, key, said, before, now)}
        if now is not None and not changed:
            self._outcome.counts["project", "same"] += 1
        if "completion" in changed and not changed & {"plan", "completed"}:
            yield self._problem(
                record, "completion", _("the rate is computed: change the plan or the completed investment")
            )
        yield from _Row(self, record, code, said, before, new=now is None).records(changed - {"completion"})

    def _stays(self, record: Record, code: str, key: str, said: Values, before: ledger.Row, now: ledger.Row) -> bool:
        """Whether a cell of the ledger sheet stays as the ledger has it."""
        difference = Difference(record.row, "kept", "project", code, key, _shown(now[key]), _shown(said[key]))
        if self._state is not None:
            return _normal(key, before.get(key)) != _normal(key, now[key]) and self._keeps(difference)
        for change in self._earlier(*_LEDGER_TABLES):
            earlier = self._sheet(change).get(code)
            if earlier is not None and _normal(key, earlier[key]) == said[key]:
                return self._repeats(difference, change)
        return False

    def _problem(self, record: Record, key: str, sentence: str) -> Problem:
        reading = self._reading
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

    merge: Merge
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
            yield self.merge._problem(self.record, key, str(refused))

    def _record(self, kind: str, values: Values, columns: dict[str, str]) -> Record:
        reading = self.merge._reading
        cells = {
            field: reading.table.address(self.record.row, reading.columns[key])
            for field, key in columns.items()
            if key in reading.columns
        }
        return Record(kind, values, self.record.row, cells)

    def _emptied(self, key: str) -> None:
        self.merge._outcome.remarks.append(
            _("row {row}, {code}: an emptied cell takes back no {what}; it stays").format(
                row=self.record.row, code=self.code, what=key
            )
        )

    def _figure(self, key: str) -> Iterator[Record]:
        reading, day = self.merge._reading, self.merge._reading.as_of
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
        day = self.merge._reading.as_of
        if stage.strip() != old.strip():
            word, on = _dated(stage)
            known = {"on": on} if on else {"effective_from": day}
            yield self._record(
                "stage", {"project": self.code, "stage": STAGES.parse(word)} | known, {"stage": "stage", "on": "stage"}
            )
        if condition.strip() != old_condition.strip():
            code = CONDITIONS.parse(condition.strip()) if condition.strip() else "active"
            with _spoken(self.merge._reading.lang):
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
        yield self._record(
            "milestone", values | {"made": self.merge._reading.as_of}, {"milestone": "next", "on": "next"}
        )

    def _review(self, changed: set[str]) -> Iterator[Record | Problem]:
        values: Values = {}
        for key in sorted(changed):
            if self.said[key] is None:
                self._emptied(key)
                continue
            try:
                values |= {"light": LIGHTS.parse(self.said[key])} if key == "light" else {"text": self.said[key]}
            except ValueRefused as refused:
                yield self.merge._problem(self.record, key, str(refused))
        if values:
            days = {"project": self.code, "on": Period.day(self.merge._reading.as_of)}
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


def _key(record: Record, numbered: bool) -> tuple[Any, ...]:
    """What tells a record from the others of its kind."""
    if numbered and record.values.get("entry") is not None:
        return (record.values["entry"],)
    return tuple(record.values.get(name) for name in KINDS[record.kind].key)


def _changed(record: Record, other: Values) -> set[str]:
    return {name for name, value in record.values.items() if name != "entry" and value != other.get(name)}


def _contradicting(ids: set[str], own: set[str]) -> str | None:
    """Which of the ids of a company is another one of the same scheme."""
    schemes = {one.partition("=")[0]: one for one in own}
    return next((schemes[s] for one in ids if (s := one.partition("=")[0]) in schemes and schemes[s] != one), None)


def _what(record: Record) -> str:
    return " ".join(str(value) for name in KINDS[record.kind].key if (value := record.values.get(name)) is not None)


def _difference(record: Record, name: str, now: Any) -> Difference:
    return Difference(record.row, "kept", record.kind, _what(record), name, _cell(now), _cell(record.values[name]))


def _cell(value: Any) -> Cell:
    if isinstance(value, Figure):
        return amount(value)
    return value if value is None or isinstance(value, str | int | Period | date | tuple) else str(value)
