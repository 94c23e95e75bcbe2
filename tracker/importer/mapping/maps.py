"""What is asked and remembered of files of one form: maps, in TOML, and the questions whose answers make one.

Three things are asked of a person at a terminal: what the file leaves open (the order of day and month, a currency, a
period), whether a guess is right, and what columns of money and of days are whose headings say nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import settings
from tracker.dates.cells import ORDERS
from tracker.errors import InputRejected, UsageError
from tracker.i18n import _, language
from tracker.importer import headings
from tracker.importer.headings import MONEY, Target, asked_unit, has_chinese, is_aside, parse_target, split_unit
from tracker.importer.mapping.cells import DECIMALS
from tracker.importer.mapping.columns import Column as ReadColumn
from tracker.importer.mapping.columns import Question, Values
from tracker.importer.readers.table import Heading, Table
from tracker.models.fields import Type
from tracker.records.schema import KINDS, RECORD
from tracker.text import did_you_mean, not_one_of, read_whole, shorten, show, suggest, unknown_word
from tracker.vocabulary import CAPITAL_KINDS, MILESTONES

if TYPE_CHECKING:
    from tracker.importer.mapping.understand import Assigned, Reading

SKIP = "skip"
BLANKS = ("keep", "clear")
_CHOICES = {
    "date_order": ORDERS,
    "numbers": tuple(DECIMALS),
    "blank": BLANKS,
    "what": tuple(KINDS),
    "same_name": ("one", "each"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """What a map says of one column: its targets (none: skip it), and how its cells are written ("": not said)."""

    targets: tuple[Target, ...] = ()
    unit: str = ""
    currency: str = ""
    date_order: str = ""
    numbers: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A map; what is not said is "" or empty. `columns` has the headings as they stand in the file.

    `key` is the heading, or the target, whose value tells which project a row is of; `same_name` whether rows of one
    name without a code are of one project or each of its own. `constants` are (target, text).
    `values` gives, for a vocabulary, a target or a heading, what words of the file mean. `sheet`, `header`, `encoding`,
    `delimiter` and `transpose` are for whoever opens the file.
    """

    what: str = ""
    currency: str = ""
    unit: str = ""
    date_order: str = ""
    numbers: str = ""
    as_of: str = ""
    blank: str = ""
    key: str = ""
    same_name: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: int | None = None
    fiscal_year_start: int | None = None
    transpose: bool | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    constants: tuple[tuple[Target, str], ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Map:
        """The map in a file. Raises InputRejected where there is no such file, UsageError for what it may not say."""
        return read_map(_text(path), show(str(path)))


_TEXTS = tuple(one.name for one in fields(Map) if one.default == "")
_KEYS = (*_TEXTS, "header", "fiscal_year_start", "transpose", "skip", "columns", "constants", "values")
_COLUMN_WORDS = tuple(one.name for one in fields(Column) if one.default == "")
_COLUMN_KEYS = ("to", *_COLUMN_WORDS, "skip")


def load_map(word: str) -> Map:
    """The map that --map names: a TOML file, or a name under maps/ beside the user's settings file.

    Raises UsageError, with the closest name, where there is none.
    """
    path = Path(word)
    if path.suffix == ".toml" or "/" in word or "\\" in word:
        return Map.load(path)
    folder = map_folder()
    known = named_maps()
    if folder is None or word not in known:
        hint = did_you_mean(word, known) or _(".")
        sentence = _("there is no map “{word}”{hint} Maps are files NAME.toml in {folder}")
        raise UsageError(sentence.format(word=shorten(word), hint=hint, folder=show(str(folder or "maps"))))
    return Map.load(folder / f"{word}.toml")


def map_folder() -> Path | None:
    """Where the named maps lie; None for a user without a home folder."""
    file = settings.user_file()
    return file.parent / "maps" if file else None


def named_maps() -> tuple[str, ...]:
    """The names of the user's maps, in order."""
    folder = map_folder()
    return tuple(sorted(path.stem for path in folder.glob("*.toml"))) if folder and folder.is_dir() else ()


def _text(path: Path) -> str:
    try:
        return read_whole(path, str(path)).decode("utf-8-sig")
    except FileNotFoundError:
        raise InputRejected(_("there is no file {path}").format(path=show(str(path)))) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        sentence = _("the map {path} cannot be read: {reason}")
        raise InputRejected(sentence.format(path=show(str(path)), reason=reason)) from None
    except UnicodeDecodeError:
        sentence = _("the map {path} is not UTF-8 text: save it as UTF-8")
        raise InputRejected(sentence.format(path=show(str(path)))) from None


def read_map(text: str, origin: str) -> Map:
    """The map that a TOML text holds; `origin` names it in refusals. Raises UsageError."""
    import tomllib

    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(_("{origin} is not TOML: {reason}").format(origin=origin, reason=show(str(error)))) from None
    try:
        return _map(table)
    except UsageError as refused:
        raise UsageError(_("{origin}: {reason}").format(origin=origin, reason=refused)) from None


def _map(table: Mapping[str, Any]) -> Map:
    _require_known(table, _KEYS, _("key"))
    said: dict[str, Any] = {name: _word(table, name) for name in _TEXTS if name in table}
    if said.get("unit"):
        asked_unit(said["unit"])
    for name in ("header", "fiscal_year_start"):
        if name in table:
            said[name] = _typed(table, name, int)
    if not 1 <= said.get("fiscal_year_start", 1) <= 12:
        raise UsageError(_("fiscal_year_start is a month, 1 to 12"))
    if "transpose" in table:
        said["transpose"] = _typed(table, "transpose", bool)
    columns = {heading: _column(heading, entry) for heading, entry in _typed(table, "columns", dict).items()}
    for heading in _typed(table, "skip", list):
        columns[str(heading)] = Column()
    constants = [(parse_target(name), str(value)) for name, value in _typed(table, "constants", dict).items()]
    return Map(**said, columns=columns, constants=tuple(constants), values=_values(_typed(table, "values", dict)))


def _typed(table: Mapping[str, Any], name: str, kind: type) -> Any:
    value = table.get(name, kind())
    if type(value) is not kind:
        what = {int: _("a whole number"), bool: _("true or false"), dict: _("a table"), list: _("a list")}[kind]
        raise UsageError(_("{key} must be {what}").format(key=name, what=what))
    return value


def _word(table: Mapping[str, Any], name: str) -> str:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(_("{key} must be a text").format(key=name))
    known = _CHOICES.get(name)
    if known and value not in known:
        raise UsageError(_("{origin}: {reason}").format(origin=name, reason=not_one_of(str(value), known)))
    if name == "currency":
        from tracker.currencies import parse_currency

        return parse_currency(str(value))
    return str(value)


def _column(heading: str, entry: Any) -> Column:
    try:
        if isinstance(entry, str):
            return Column() if entry == SKIP else Column((parse_target(entry),))
        if not isinstance(entry, dict):
            raise UsageError(_('write "KIND.FIELD", "skip", or a table with to = …'))
        _require_known(entry, _COLUMN_KEYS, _("key"))
        if entry.get("skip"):
            return Column()
        to = entry.get("to", ())
        written = [to] if isinstance(to, str) else to
        if not written or not all(isinstance(one, str) for one in written):
            raise UsageError(_('to = "KIND.FIELD" is missing'))
        said = {name: _word(entry, name) for name in _COLUMN_KEYS if name in entry and name not in ("to", "skip")}
        if said.get("unit"):
            asked_unit(said["unit"])
        if len(written) > 1 and not said.get("split"):
            raise UsageError(_("several fields need split = the character between them"))
        return Column(tuple(map(parse_target, written)), **said)
    except UsageError as refused:
        raise UsageError(_("column “{heading}”: {reason}").format(heading=shorten(heading), reason=refused)) from None


def _values(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    meant = {}
    for name, words in table.items():
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise UsageError(
                _('[values.{name}] holds lines like "word of the file" = "code"').format(name=shorten(name))
            )
        meant[name] = dict(words)
    return meant


def _require_known(table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError(unknown_word(_("there is no {what} “{word}”"), name, known, what=what))


# --- writing one ---------------------------------------------------------------------------------------------------


def write_map(table: Table, reading: Reading) -> str:
    """The TOML text of a map that reads the table as `reading` does, with a comment on whatever can be said."""
    return (
        "\n".join([*_head(table, reading), "", "[columns]", *_column_lines(table, reading), "", *_tail(reading)]) + "\n"
    )


def _head(table: Table, reading: Reading) -> Iterator[str]:
    yield _comment(_("A map for files like {name}: tracker import FILE --map THIS.toml").format(name=table.name))
    yield _comment(_("Take away the # before a line to use it."))
    yield ""
    yield f"what = {_toml('' if reading.kind == 'record' else reading.kind)}"
    for name, example, remark in (
        ("currency", "CNY", _("of amounts that name none")),
        ("unit", "万元", _("of numbers without one in the heading or the title")),
        ("date_order", "dmy", _("dmy, mdy or ymd, for days like 04/05/2023")),
        ("numbers", "1.234,56", _("or 1,234.56")),
        ("as_of", "2023-06", _("the month the file is about")),
        ("key", "project.code", _("the column, or its target, that identifies the project of a row")),
        ("same_name", "each", _("rows of one name without a code: of one project, or each of its own")),
        ("blank", "keep", _("an empty cell: keep what is recorded, or clear it")),
        ("sheet", table.sheet or "1", _("a name or number")),
        ("encoding", table.encoding or "gb18030", ""),
        ("delimiter", table.delimiter or ";", ""),
    ):
        yield f"# {name} = {_toml(example)}" + (f"  # {remark}" if remark else "")
    yield f"# header = {table.header_row}  # {_('the row of the headings')}"
    yield f"# transpose = {'true' if table.transposed else 'false'}"


def _column_lines(table: Table, reading: Reading) -> Iterator[str]:
    yield _comment(_("heading = KIND.FIELD, or “skip”; several fields: { to = […], split = “/” }"))
    yield _comment(_("a figure of a period: capital[completed].figure @2023-06, with ytd or cumulative behind it"))
    assigned = {one.heading.index: one for one in reading.assigned}
    columns = {column.index: column for column in reading.columns}
    for heading in table.headings:
        one = assigned.get(heading.index)
        if one is None:
            yield from _ignored(reading, heading, table)
            continue
        if one.remark:
            yield _comment(one.remark)
        yield f"{_heading_key(table, heading)} = {_entry(one, columns.get(heading.index))}"


def _ignored(reading: Reading, heading: Heading, table: Table) -> Iterator[str]:
    asked = next((problem for problem in reading.problems if heading.text in problem.column), None)
    named = reading.kind != RECORD and not headings.is_rate(heading.text)
    close = suggest(heading.text, headings.spellings(reading.kind)) if named else None
    if asked is not None:
        target = headings.known(reading.kind, split_unit(heading.text)[0])
        yield _comment(f"{asked.problem}; {asked.hint}")
        yield f"# {_heading_key(table, heading)} = {_toml(str(target or '…'))}"
        return
    if close and not headings.numbering(heading.text):
        target = headings.known(reading.kind, close)
        yield _comment(_("not known; is it “{close}”: {target}?").format(close=close, target=target))
    yield f'{_heading_key(table, heading)} = "skip"'


def _entry(one: Assigned, column: ReadColumn | None) -> str:
    """The target as the heading gives it; its period is told again from the heading of the next file."""
    if column is None:
        return _toml(one.target)
    said = Column(
        tuple(target if column.by_map else target.open for target in column.targets),
        one.unit if column.unit else "",
        column.currency,
        one.order,
        column.numbers or "",
        column.split,
    )
    return _column_entry(said)


def _heading_key(table: Table, heading: Heading) -> str:
    twice = sum(one.text == heading.text for one in table.headings) > 1
    return _toml(f"{heading.above} / {heading.text}" if twice and heading.above else heading.text)


def _tail(reading: Reading) -> Iterator[str]:
    chinese = any(has_chinese(one.heading.text) for one in reading.assigned)
    yield "[constants]"
    yield _comment(_("what holds for every row"))
    yield '# "project.site" = "…"'
    yield '# "capital.kind" = "completed"'
    yield ""
    yield "[values.stage]"
    yield _comment(
        _("what words of the file mean; also [values.capital_kind], [values.project_kind], [values.light] …")
    )
    yield '# "推进中" = "under_construction"' if chinese else '# "In delivery" = "under_construction"'


def dump_map(mapping: Map) -> str:
    """The TOML text of a map, as `read_map` reads it; "" for one that says nothing."""
    lines = [f"{name} = {_toml(str(value))}" for name in _TEXTS if (value := getattr(mapping, name))]
    for name in ("header", "fiscal_year_start", "transpose"):
        if (value := getattr(mapping, name)) is not None:
            lines.append(f"{name} = {json.dumps(value)}")
    if mapping.columns:
        lines += ["[columns]", *(f"{_toml(name)} = {_column_entry(one)}" for name, one in mapping.columns.items())]
    if mapping.constants:
        lines += ["[constants]", *(f"{_toml(str(target))} = {_toml(text)}" for target, text in mapping.constants)]
    for name, words in mapping.values.items():
        table = name if name.isascii() and name.isidentifier() else _toml(name)
        lines += [f"[values.{table}]", *(f"{_toml(word)} = {_toml(code)}" for word, code in words.items())]
    return "\n".join(lines) + "\n" if lines else ""


def _column_entry(column: Column) -> str:
    if not column.targets:
        return _toml(SKIP)
    written = [_toml(str(target)) for target in column.targets]
    to = written[0] if len(written) == 1 else f"[{', '.join(written)}]"
    more = "".join(f", {name} = {_toml(word)}" for name in _COLUMN_WORDS if (word := getattr(column, name)))
    return f"{{ to = {to}{more} }}" if more or len(written) > 1 else to


def _comment(text: str) -> str:
    return "# " + show(text)


def _toml(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, except for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


# --- what is asked ---------------------------------------------------------------------------------------------------

# What columns of each sort may be, the likeliest first; a word is offered where no column names the projects.
_OFFERED = {
    "amount": "capital[total].figure|capital[plan].figure|capital[completed].figure|capital[paid].figure",
    "day": "milestone[under_construction baseline].on|milestone[under_construction actual].on"
    "|milestone[completed baseline].on|milestone[completed forecast].on|milestone[completed actual].on",
    "percent": "review.physical",
    "word": "project.name|project.code|project.company",
}
_CURRENCIES = ("CNY", "USD", "EUR", "GBP")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its words, and the map that says it."""

    words: str
    says: Map

    @property
    def line(self) -> str:
        """The line of a map that says it."""
        return dump_map(self.says).strip().splitlines()[-1]


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """What is asked of a column: its name, two of its values, the question, and the answers to choose from.

    `question` is "" where it is what the column is. `leave_out` is the map that skips the column. `free` names what of
    a map a typed answer says: currency, unit or as_of; `guess` says that an empty answer takes the first choice.
    """

    column: str
    samples: tuple[str, ...]
    question: str
    choices: tuple[Choice, ...]
    leave_out: Map
    free: str = ""
    guess: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether nothing tells what the column is."""
        return not (self.question or self.guess)


def questions(reading: Reading, mapping: Map) -> list[ColumnQuestion]:
    """What is open in a reading by `mapping`, in the order of the columns."""
    values = Values(reading.table)
    problems = [problem for problem in reading.problems if isinstance(problem, Question)]
    found = [(problem.columns[0].index, _open(values, problem)) for problem in problems]
    found += [(column.index, _guessed(values, column)) for column in reading.columns if column.by_words]
    # Where a column says whose the row is, a name beside it would make projects of their own.
    named = any("project" in (column.target.kind, column.target.field) for column in reading.columns)
    open_columns = {column.index for problem in problems for column in problem.columns}
    for heading in reading.ignored:
        skipped = any(key in mapping.columns for key in (key_of(heading), heading.text))
        if not (skipped or heading.index in open_columns or is_aside(heading.text)):
            unit = split_unit(key_of(heading))[1]
            money = unit is not None and unit.measure == MONEY
            # Bare numbers may be days as spreadsheets count them, and are rather codes or amounts.
            bare = all(re.fullmatch(r"\d+(?:[.,]\d+)?", text) for text in values.samples(heading.index))
            sorts = [
                *([] if money or bare else ["day"]),
                *(["amount"] if money else []),
                *([] if named else ["word"]),
            ]
            targets = [target for sort in sorts for target in _targets(sort) if values.fit(heading.index, target)]
            if targets:
                found.append((heading.index, _menu(values, heading, targets, guess=False)))
    return [question for _index, question in sorted(found, key=lambda one: one[0])]


def updated(mapping: Map, says: Map) -> Map:
    """A map with what another one says beside it or in its place."""
    plain = (name for name in _KEYS if name not in ("skip", "columns", "constants", "values"))
    given = {name: value for name in plain if (value := getattr(says, name)) not in ("", None)}
    return replace(
        mapping,
        **given,
        columns={**mapping.columns, **says.columns},
        constants=(*mapping.constants, *says.constants),
        values={**mapping.values, **says.values},
    )


def guesses(reading: Reading) -> Map:
    """The columns that are a guess, as the map that says what they are taken to be."""
    return Map(columns={key_of(one.heading): Column((one.target.open,)) for one in reading.columns if one.guess})


def target_words(target: Target) -> str:
    """What a target is called in a menu."""
    if target.kind == "capital" and target.select:
        return CAPITAL_KINDS[target.select[0]].name(language())
    if target.kind == "milestone" and target.select:
        what = {"baseline": _("planned"), "forecast": _("forecast"), "actual": _("actual")}
        milestone, *words = target.select
        called = MILESTONES[milestone].name(language()) if milestone in MILESTONES else milestone
        return " ".join([called, *(what.get(word, word) for word in words)])
    names = {
        "project.name": _("name of the project"),
        "project.code": _("code of the project"),
        "project.company": _("company"),
        "review.physical": _("physical progress"),
    }
    return names.get(str(target), str(target))


def _open(values: Values, problem: Question) -> ColumnQuestion:
    """A question that the file leaves open."""
    columns = problem.columns
    choices: Iterable[tuple[str, Map]] = ()
    free = {"currency": "currency", "unit": "unit", "period": "as_of"}.get(problem.about, "")
    match problem.about:
        case "order":
            words = {"dmy": _("day first"), "mdy": _("month first"), "ymd": _("year first")}
            choices = [(words[order], _columns_say(columns, date_order=order)) for order in ORDERS]
        case "decimal":
            choices = [(style, _columns_say(columns, numbers=style)) for style in ("1,234.56", "1.234,56")]
        case "share":
            choices = [
                (_("shares: 0.65 is 65%"), _columns_say(columns, unit="1")),
                (_("percentages: 0.65 is 0.65%"), _columns_say(columns, unit="%")),
            ]
        case "currency":
            choices = [(code, Map(currency=code)) for code in _CURRENCIES]
        case "kind":
            kinds = [kind for kind in CAPITAL_KINDS if kind.code != "total"]
            of = Target("capital", "kind")
            choices = [(kind.name(language()), Map(constants=((of, kind.code),))) for kind in kinds]
        case "twice":
            choices = [
                (
                    f"{column.heading.text} ({column.heading.letter})",
                    Map(columns={**_skip(*columns).columns, **_columns_say([column]).columns}),
                )
                for column in columns
            ]
    return ColumnQuestion(
        _(", ").join(_name(column.heading) for column in columns),
        values.samples(columns[0].index),
        problem.problem,
        tuple(Choice(*choice) for choice in choices),
        _skip(*columns),
        free,
    )


def _guessed(values: Values, column: ReadColumn) -> ColumnQuestion:
    target = column.target.open
    kinds = {Type.FIGURE: "amount", Type.PERIOD: "day", Type.DAY: "day", Type.PERCENT: "percent"}
    sort = kinds.get(target.known.type, "word") if target.known else "word"
    return _menu(values, column.heading, [target, *(one for one in _targets(sort) if one != target)], guess=True)


def _menu(values: Values, heading: Heading, targets: list[Target], *, guess: bool) -> ColumnQuestion:
    choices = (Choice(target_words(one), Map(columns={key_of(heading): Column((one,))})) for one in targets)
    leave_out = Map(columns={key_of(heading): Column()})
    samples = values.samples(heading.index)
    return ColumnQuestion(_name(heading), samples, "", tuple(choices), leave_out, guess=guess)


def key_of(heading: Heading) -> str:
    """A heading as a map names it."""
    return f"{heading.above} / {heading.text}" if heading.above else heading.text


def _columns_say(columns: Iterable[ReadColumn], *, unit: str = "", date_order: str = "", numbers: str = "") -> Map:
    return Map(
        columns={
            key_of(column.heading): Column(
                tuple(target if column.by_map else target.open for target in column.targets),
                unit or (column.unit.text if column.unit and column.by_map else ""),
                column.currency,
                date_order or column.order or "",
                numbers or column.numbers or "",
                column.split,
            )
            for column in columns
        }
    )


def _skip(*columns: ReadColumn) -> Map:
    return Map(columns={key_of(column.heading): Column() for column in columns})


def _targets(sort: str) -> list[Target]:
    return [parse_target(text) for text in _OFFERED[sort].split("|")]


def _name(heading: Heading) -> str:
    return _("column {letter} “{heading}”").format(letter=heading.letter, heading=shorten(key_of(heading), 40))
