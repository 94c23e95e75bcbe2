"""From known headings to assigned columns: each with its period and unit, none twice, and the questions left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from tracker.i18n import _
from tracker.importer.mapping import headings
from tracker.importer.mapping.columns import Column, mapped
from tracker.importer.mapping.folding import key
from tracker.importer.mapping.maps import Map
from tracker.importer.mapping.periods import Context, Unclear, When, context_of, resolve
from tracker.importer.mapping.targets import Target
from tracker.importer.mapping.units import MONEY, Unit
from tracker.importer.readers.table import Heading, Table
from tracker.records.schema import Problem, Type

# Several columns of these go together into one field.
JOINED = {("project", "note"), ("review", "text"), ("project", "ids"), ("project", "aliases"), ("project", "tags"),
          ("project", "fields"), ("company", "ids"), ("company", "aliases")}  # fmt: skip
# Of a word of fewer letters half the dictionary is one slip away.
_SHORTEST = 6
_RANKS = {"code": 0, "ids": 1, "name": 2}


@dataclass(slots=True)
class Assignment:
    """The columns of a table as they are read, its kind and time, and what could not be settled."""

    kind: str
    columns: list[Column]
    context: Context
    problems: list[Problem] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def drop(self, column: Column, statement: str) -> None:
        """Leave a column out, and say why."""
        self.columns.remove(column)
        self.statements.append(statement)


def assign(kind: str, columns: list[Column], table: Table, mapping: Map) -> Assignment:
    """Settle the period of every figure, and which of two columns of one meaning is read."""
    done = Assignment(kind, columns, _context(table, mapping))
    _name_bare_figures(done, table, mapping)
    _choose_reference(done, mapping)
    _settle_periods(done, table)
    _drop_sums(done)
    _drop_second_dates(done)
    _require_once(done, table)
    return done


def _context(table: Table, mapping: Map) -> Context:
    if mapping.as_of:
        return context_of([(_("the map"), mapping.as_of)])
    titles = [(_("the title “{text}”").format(text=text), text) for text in table.title]
    stem = table.name.replace("\\", "/").rsplit("/")[-1]
    stem = stem.rpartition(".")[0] or stem
    return context_of(
        [*titles, (_("the sheet “{text}”").format(text=table.sheet), table.sheet), (_("the file name"), stem)]
    )


def _settle_periods(done: Assignment, table: Table) -> None:
    questions: dict[str, list[Column]] = {}
    for column in list(done.columns):
        target = column.target
        if not target.is_amount or target.kind not in ("capital", "indicator") or target.on is not None:
            continue
        try:
            _settle(column, done)
        except Unclear as unclear:
            done.columns.remove(column)
            questions.setdefault(str(unclear), []).append(column)
    for question, columns in questions.items():
        done.problems.append(asked(columns, table, question, _period_hint(columns[0])))


def _settle(column: Column, done: Assignment) -> None:
    target, context = column.target, done.context.when
    beside = any(
        other.target.kind == target.kind and other.target.field in ("on", "year", "month") for other in done.columns
    )
    if beside and column.when.year is None and column.when.last is None:
        basis = "ytd" if column.when.this == "year" else {"running": "cumulative"}.get(column.when.running)
        column.targets = (replace(target, basis=target.basis or basis or column.when.running),)
        return
    kind = target.select[0] if target.select else ""
    if target.kind == "indicator":
        on, _basis = resolve("", column.when, context)
        column.targets = (replace(target, on=on),)
        return
    if not kind and column.when == When():
        return
    on, basis = resolve(kind, column.when, context)
    column.targets = (replace(target, on=on, basis=target.basis or basis),)
    if column.when.year is None and on is not None and done.context.origin:
        column.note = _("{period}, because of {origin}").format(period=on, origin=done.context.origin)


def _drop_sums(done: Assignment) -> None:
    """A column whose period the other columns of its kind say in parts is their sum, of the parts that are there."""
    flows = [
        one
        for one in done.columns
        if one.target.kind == "capital" and one.target.on is not None and one.target.basis in ("", "period")
    ]
    for whole in flows:
        parts = [one for one in flows if _is_part(one.target, whole.target)]
        if len(parts) > 1 and not whole.by_map:
            letters = ", ".join(one.heading.letter for one in parts)
            statement = _("“{heading}” ({letter}) is left out: {parts} say it in parts")
            done.drop(whole, statement.format(heading=whole.heading.text, letter=whole.heading.letter, parts=letters))


def _is_part(part: Target, whole: Target) -> bool:
    if part.on is None or whole.on is None or part.on == whole.on or part.select != whole.select:
        return False
    return whole.on.first <= part.on.first and part.on.last <= whole.on.last


def _period_hint(column: Column) -> str:
    target = column.target.open
    return _(
        "say as_of = “2023-06”, or the period of the column, in a map: {heading} = “{target} @2023-06”, with ytd or "
        "cumulative behind it"
    ).format(heading=column.heading.text, target=target)


def asked(columns: list[Column], table: Table, question: str, hint: str) -> Problem:
    """A question about columns, as a problem of the first one's heading."""
    first = columns[0].heading
    names = ", ".join(dict.fromkeys(f"{one.heading.above} {one.heading.text}".strip() for one in columns))
    return Problem(table.header_row, table.address(table.header_row, first.index), names, first.text, question, hint)


def _name_bare_figures(done: Assignment, table: Table, mapping: Map) -> None:
    """Columns headed by periods alone take their kind from a column, a constant, or the title."""
    bare = [one for one in done.columns if one.target == Target("capital", "figure") and one.when != When()]
    named = any(one.target.kind == "capital" and one.target.field == "kind" for one in done.columns)
    given = any(target.kind == "capital" and target.field == "kind" for target, _text in mapping.constants)
    if not bare or named or given:
        return
    for title in (*table.title, table.sheet, table.name):
        if kind := headings.find_capital(title):
            for column in bare:
                column.targets = (Target("capital", "figure", (kind,)),)
            return
    for column in bare:
        done.columns.remove(column)
    done.problems.append(
        asked(
            bare,
            table,
            _("which kind of capital is it?"),
            _('say it in a map: [constants] "capital.kind" = "completed", or plan, paid, …'),
        )
    )


def _choose_reference(done: Assignment, mapping: Map) -> None:
    """Of several columns that name the project of a row one counts: the key of the map, else code, id, name."""
    naming = [column for column in done.columns if column.target.field == "project" and column.target.kind == done.kind]
    if len(naming) < 2:
        return

    def rank(column: Column) -> int:
        if mapping.key in (column.heading.text, str(column.target)):
            return -1
        found = headings.known("project", column.heading.text)
        return _RANKS.get(found.field, 3) if found else 3

    first = min(naming, key=rank)
    for column in naming:
        if column is not first:
            done.drop(column, _left(column, first))


def _left(column: Column, first: Column) -> str:
    return _("“{heading}” ({letter}) is left out: “{other}” says it already").format(
        heading=column.heading.text, letter=column.heading.letter, other=first.heading.text
    )


def _drop_second_dates(done: Assignment) -> None:
    """A day of an entry goes before year and month in columns of their own."""
    whole = next((one for one in done.columns if one.target.field == "on" and one.target.kind == done.kind), None)
    for column in list(done.columns):
        if whole is not None and column.target.kind == done.kind and column.target.field in ("year", "month"):
            done.drop(column, _left(column, whole))


def _require_once(done: Assignment, table: Table) -> None:
    """Two columns of one text field: the first counts, and that is said; two of an amount or a day: asked."""
    by_target: dict[str, list[Column]] = {}
    for column in done.columns:
        for target in column.targets:
            if (target.kind, target.field) not in JOINED:
                by_target.setdefault(str(target), []).append(column)
    for target_text, columns in by_target.items():
        if len(columns) < 2 or _one_is_cumulative(columns, done.context.when):
            continue
        same_heading = len({column.heading.text for column in columns}) == 1
        if columns[0].type in (Type.TEXT, Type.WORD, Type.COUNTRY, Type.NAMES) and not same_heading:
            first = min(columns, key=lambda column: _rank(done.kind, column))
            for column in columns:
                if column is not first and column in done.columns:
                    done.drop(column, _left(column, first))
            continue
        for column in columns:
            if column in done.columns:
                done.columns.remove(column)
        letters = ", ".join(column.heading.letter for column in columns)
        done.problems.append(
            asked(
                columns,
                table,
                _("the columns {letters} are both {target}").format(letters=letters, target=target_text),
                _("say which one counts in a map, and “skip” for the other"),
            )
        )


def _one_is_cumulative(columns: list[Column], context: When) -> bool:
    """Beside 1-6月完成, 累计完成 under a group title with a year is what was done since the beginning."""
    running = [one for one in columns if one.when.running == "running" and one.target.basis == "ytd"]
    if len(columns) != 2 or len(running) != 1 or context.last is None:
        return False
    running[0].targets = (replace(running[0].target, basis="cumulative"),)
    return True


def _rank(kind: str, column: Column) -> int:
    """How early the list of headings names it."""
    spelled = [key(word) for word in headings.spellings(kind)]
    found = key(column.heading.text)
    return spelled.index(found) if found in spelled else len(spelled)


def money_of(
    column: Column, title: Unit | None, option: Unit | None, fallback: str | None
) -> tuple[Unit | None, str | None, str]:
    """The unit and currency of an amount column, and where the unit is from: heading, title or option."""
    for unit, origin in ((column.unit, "heading"), (title, "title"), (option, "option")):
        if unit is not None and unit.measure == MONEY:
            named = (one.currency for one in (unit, title, option) if one)
            return unit, next((code for code in (column.currency, *named, fallback) if code), None), origin
    return None, column.currency or fallback, ""


def ignored(all_headings: Iterable[Heading], columns: list[Column]) -> tuple[Heading, ...]:
    """The headings that no column is read from."""
    read = {column.index for column in columns}
    return tuple(heading for heading in all_headings if heading.index not in read)


def hint_for(kind: str, heading: Heading, mapping: Map, suggest: Callable[[str, Iterable[str]], str | None]) -> str:
    """The closest known heading to one that is not read; "" where none is close or a map skips it."""
    short = heading.text.isascii() and len(heading.text) < _SHORTEST
    if short or mapped(heading, mapping) is not None or headings.numbering(heading.text):
        return ""
    return suggest(heading.text, headings.spellings(kind)) or ""
