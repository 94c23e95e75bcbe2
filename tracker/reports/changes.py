"""What was recorded, from what to what: `tracker log`, change by change, and `tracker changes`, between two moments.

First what a record says in words, which both print; then the log; then the sentences of what is otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from tracker.analysis.milestones import Milestone
from tracker.database import Reader, batches
from tracker.dates import Period, slip
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.models.fields import CITED, FIELDS, Field, Type
from tracker.money import Figure, Money, at_least, figure_text
from tracker.money.quantities import Quantity, percent_text, quantity_text
from tracker.queries import capital, lookup
from tracker.queries import changes as questions
from tracker.queries import projects as project_queries
from tracker.queries.as_of import FOREVER, AsOf, Filters, last_change_before, newest_change
from tracker.queries.capital import EntryRow, Rest
from tracker.queries.changes import REFERS, ChangeRow, Count, WrittenRow
from tracker.queries.projects import existing
from tracker.reports.capital_sums import ByKind, group_amounts, sums, tallied
from tracker.reports.entries import holds_from
from tracker.reports.portfolio import Portfolio, ProjectState, matches, portfolio, project_of, states_of
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.restated import AfterClose, closes_before
from tracker.reports.words import field_cell, field_text, heading, name_of, project_term, term
from tracker.text import command_line, fold
from tracker.vocabulary import (
    CAPITAL_KINDS,
    CERTIFICATIONS,
    CONDITIONS,
    DAY_KINDS,
    FIELD_TYPES,
    INDICATORS,
    LIGHTS,
    RELATIONS,
    STAGES,
    SUBJECT_KINDS,
    VALID_FROM,
    Term,
    Vocabulary,
    milestone_term,
    noun_of,
)

Values = Mapping[str, Any]
Names = Mapping[tuple[str, int], str]
_WORDS: dict[str, Vocabulary] = {
    "stage": STAGES,
    "condition": CONDITIONS,
    "certification": CERTIFICATIONS,
    "relation": RELATIONS,
    "light": LIGHTS,
    "field_type": FIELD_TYPES,
    "indicator": INDICATORS,
}


def counted(table: str, count: int) -> str:
    """The number of records with their noun."""
    sentence = {
        "currency": ngettext("{count} currency", "{count} currencies", count),
        "company": ngettext("{count} company", "{count} companies", count),
        "certification": ngettext("{count} certification", "{count} certifications", count),
        "project": ngettext("{count} project", "{count} projects", count),
        "custom_field": ngettext("{count} field", "{count} fields", count),
        "label": ngettext("{count} label", "{count} labels", count),
        "relation": ngettext("{count} relation", "{count} relations", count),
        "stage_event": ngettext("{count} stage", "{count} stages", count),
        "condition_event": ngettext("{count} condition", "{count} conditions", count),
        "milestone": ngettext("{count} milestone", "{count} milestones", count),
        "milestone_date": ngettext("{count} milestone date", "{count} milestone dates", count),
        "capital_entry": ngettext("{count} capital entry", "{count} capital entries", count),
        "review": ngettext("{count} progress report", "{count} progress reports", count),
        "indicator_value": ngettext("{count} indicator value", "{count} indicator values", count),
        "request": ngettext("{count} request", "{count} requests", count),
        "follow_up": ngettext("{count} follow-up", "{count} follow-ups", count),
        "exchange_rate": ngettext("{count} exchange rate", "{count} exchange rates", count),
        "baseline": ngettext("{count} baseline", "{count} baselines", count),
        "schedule": ngettext("{count} schedule", "{count} schedules", count),
        "calendar_day": ngettext("{count} day of the calendar", "{count} days of the calendar", count),
        "import_map": ngettext("{count} map of a file", "{count} maps of files", count),
        "month_close": ngettext("{count} close of a month", "{count} closes of months", count),
    }[table]
    return sentence.format(count=f"{count:,}")


class Difference(NamedTuple):
    """A column that says something else than before: its stable key, its name, and what it said and says."""

    key: str
    name: str
    was: str | None
    now: str | None


def differences(row: WrittenRow, names: Names, *, without: Collection[str] = ()) -> Iterator[Difference]:
    """What a revision of a record changed, column by column, in words; `without` some columns."""
    was, now = row.was or {}, row.now or {}
    for field in FIELDS.get(row.table, ()):
        if field.key not in without and any(was[column] != now[column] for column in field.columns):
            yield Difference(field.key, field.name, fact_text(field, was, names), fact_text(field, now, names))
    if row.table in FIELDS:
        return
    for column, value in now.items():
        if was[column] == value:
            continue
        if (row.table, column) == ("indicator_value", "value"):
            yield Difference(column, column_name(column), value_text(was), value_text(now))
        elif column not in without:
            texts = (column_text(row.table, column, side[column], names) for side in (was, now))
            yield Difference(column, column_name(column), *texts)


def fact_cell(field: Field, values: Values, names: Names) -> Cell:
    """What a record says of a field, the same in every language in formats for scripts."""
    value = values[field.columns[0]]
    if value is not None and field.refers:
        return names.get((field.refers, value), str(value))
    if value is not None and field.type in (Type.PERIOD, Type.DAY):
        return Period.of(value, values[field.columns[-1]])
    return field_cell(field, value)


def fact_text(field: Field, values: Values, names: Names) -> str | None:
    """What a record says of a field, in words."""
    cell = fact_cell(field, values, names)
    if isinstance(cell, Period):
        return cell.display(language())
    return str(cell) if cell is not None and field.refers else field_text(field, values[field.columns[0]])


def column_name(column: str) -> str:
    """The name of a column as people read it."""
    names = {
        "approved": _("approved on"),
        "begins": _("beginning"),
        "company_id": _("company"),
        "condition": _("condition"),
        "day": _("day"),
        "done": _("done on"),
        "first_day": _("first day"),
        "growth": _("growth"),
        "kind": _("kind"),
        "last_day": _("last day"),
        "light": _("light"),
        "name": _("name"),
        "next_day": _("next step"),
        "note": _("note"),
        "on_day": _("day"),
        "person": _("person"),
        "physical": _("physical progress"),
        "project_id": _("project"),
        "quote": _("quotation"),
        "rate": _("rate"),
        "reason": _("reason"),
        "relation": _("relation"),
        "source": _("source"),
        "stage": _("stage"),
        "target_id": _("other project"),
        "text": _("text"),
        "value": _("value"),
    }
    return names.get(column, column.replace("_", " "))


def column_text(table: str, column: str, value: Any, names: Names) -> str | None:
    """One column's value as people read it."""
    if value is None:
        return None
    if column in REFERS:
        return names.get((REFERS[column], value), str(value))
    if column == "kind":
        return word(CAPITAL_KINDS if table == "capital_entry" else DAY_KINDS, value)
    if column in _WORDS:
        return word(_WORDS[column], value)
    if column == "growth":
        return percent_text(value)
    if isinstance(value, date):
        return Period.day(value).display(language())
    return f"{value / 100:g}%" if column == "physical" else str(value)


def record_text(table: str, values: Values, names: Names) -> str:
    """A whole row in a few words."""

    def say(column: str) -> str:
        return column_text(table, column, values[column], names) or ""

    parts: dict[str, Callable[[], list[str]]] = {
        "currency": lambda: [values["code"]],
        "company": lambda: [say("name")],
        "certification": lambda: [say("certification"), on_days(values)],
        "project": lambda: [say("name")],
        "custom_field": lambda: [say("name"), say("field_type")],
        "label": lambda: [label_word(values["category"]), values["name"], values["value"] or ""],
        "relation": lambda: [say("project_id"), say("relation"), say("target_id")],
        "stage_event": lambda: [say("stage"), on_days(values), values["reason"] or ""],
        "condition_event": lambda: [say("condition"), on_days(values), values["reason"] or ""],
        "milestone": lambda: [word(STAGES, values["code"])],
        "milestone_date": lambda: [
            word(STAGES, names.get(("milestone", values["milestone_id"]), "")),
            {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}[values["what"]],
            on_days(values),
        ],
        "capital_entry": lambda: [
            say("kind"),
            amount_text(values),
            on_days(values) if values["first_day"] else "",
            basis_text(values["basis"]),
            holds_from(values),
        ],
        "review": lambda: [on_days(values), say("physical"), say("light")],
        "indicator_value": lambda: [
            say("indicator"),
            on_days(values),
            {"actual": "", "floor": _("target"), "stretch": _("stretch target")}[values["what"]],
            value_text(values),
        ],
        "request": lambda: [values["title"], say("due")],
        "follow_up": lambda: [
            say("on_day"),
            values["text"],
            _("next: {day}").format(day=Period.day(values["next_day"])) if values["next_day"] else "",
        ],
        "exchange_rate": lambda: [f"{values['base']}/{values['counter']}", say("on_day"), values["rate"]],
        "baseline": lambda: [str(values["version"]), say("approved"), values["reason"] or ""],
        "schedule": lambda: [values["name"], values["phrase"] or values["cron"]],
        "import_map": lambda: [values["name"]],
        "month_close": lambda: [
            Period.month(values["last_day"].year, values["last_day"].month).display(language()),
            values["note"] or "",
        ],
        "calendar_day": lambda: [say("day"), say("kind"), values["name"] or ""],
    }
    return beside(parts[table]())


def figure_of(values: Values) -> Figure:
    """The figure of a capital entry."""
    money = None if values["minor"] is None else Money(values["minor"], values["currency"])
    return Figure(money, values["qualifier"], values["availability"])


def amount_text(values: Values) -> str:
    """The figure of a capital entry in words."""
    return figure_text(figure_of(values))


def value_of(values: Values) -> Quantity:
    """The value of an indicator."""
    return Quantity(*(values[name] for name in ("measure", "value", "currency", "unit", "qualifier", "availability")))


def value_text(values: Values) -> str:
    """The value of an indicator in words."""
    return quantity_text(value_of(values))


def label_word(category: str) -> str:
    """What a label is."""
    return {"tag": _("tag"), "alias": _("alias"), "external": _("id"), "field": _("field")}.get(category, category)


def day_of(values: Values) -> Period:
    """The days that a record is about; of a stage or condition whose day is not known, the day by which it was."""
    if values["first_day"] is None:
        return Period.by(values["effective_from"])
    return Period.of(values["first_day"], values["last_day"], values["period_text"])


def on_days(values: Values) -> str:
    """The days that a record is about, as people read them."""
    return day_of(values).display(language())


def beside(parts: Iterable[str]) -> str:
    """Words in one line with a blank between them, but for a Chinese bracket, which brings its own."""
    return "".join(part if part.startswith("（") else f" {part}" for part in parts if part).strip()


def basis_text(basis: str) -> str:
    """What a capital figure is a figure of, in parentheses; nothing where that is its period."""
    words = {"ytd": _("(year to date)"), "cumulative": _("(cumulative)")}
    return words.get(basis, "")


def word(words: Vocabulary, code: str) -> str:
    """The name of a stored code."""
    found = term(words, code)
    return found.name(language()) if found else code


# --- the log ---------------------------------------------------------------------------------------------------------

# Of more records of one table, a change is shown with their number alone.
MOST_SHOWN = 12
_CHANGES_TOGETHER = 200
_QUIET = ("effective_from", "measure", "milestone_id", "period_text", "entry_id")
_CITED = ("note", "source", "quote")


def log(
    reader: Reader,
    as_of: AsOf,
    code: str | None,
    *,
    since: datetime | None = None,
    limit: int | None = None,
    number: int | None = None,
    all_rows: bool = False,
) -> Report:
    """What was recorded, newest first; only what is about the project `code`, or the change `number`, where given.

    Of a table of which a change touched more than MOST_SHOWN records the number is shown, unless `all_rows` are asked
    for; records that are not shown are not read. Raises UsageError where there is no such project or change.
    """
    project = _project(reader, as_of, code) if code else None
    found = questions.changes(reader, as_of, since=since, limit=limit, project=project, number=number)
    if number is not None and not found:
        raise UsageError(
            _("there is no change {number}; see them with: {command}").format(
                number=number, command=command_line("log")
            )
        )
    rows = [
        cells
        for batch in batches(found, _CHANGES_TOGETHER)
        for cells in _log_rows(reader, batch, project, None if all_rows else MOST_SHOWN)
    ]
    called = questions.names(reader, {"project": [project]})["project", project] if project else None
    return Report(
        "log",
        _("Log of {code}").format(code=called) if called else _("Log"),
        (
            Column("change", _("Change"), Kind.COUNT, priority=1),
            Column("when", _("Recorded"), Kind.MOMENT, priority=3),
            Column("who", _("Who"), priority=4),
            Column("subject", _("Subject"), priority=1),
            Column("what", _("What"), priority=1),
            Column("was", _("Was"), priority=1),
            Column("now", _("Now"), priority=1),
            Column("reason", _("Reason"), priority=2),
            Column("undoes", _("Undoes"), Kind.COUNT, priority=5),
            Column("origin", _("Origin"), hidden=True),
            Column("command", _("Command"), hidden=True),
        ),
        tuple(rows),
        as_of.day,
        as_of.known_on,
        empty=_("nothing was recorded"),
    )


def _project(reader: Reader, as_of: AsOf, code: str) -> int:
    """The project of this code or name, among those removed too."""
    found = lookup.named(reader, "project", code) or lookup.removed(reader, code)[-1:]
    return found[0] if len(found) == 1 else project_of(reader, as_of, code)


# --- what is read ----------------------------------------------------------------------------------------------------


def _log_rows(
    reader: Reader, found: Sequence[ChangeRow], project: int | None, most: int | None
) -> Iterator[tuple[Cell, ...]]:
    """The rows of some changes, in their order."""
    by_change: dict[int, list[Count]] = defaultdict(list)
    for count in questions.counts(reader, found[-1].id, found[0].id, project):
        by_change[count.change].append(count)
    shown = {
        (one.table, change) for change, every in by_change.items() for one in every if not most or one.records <= most
    }
    written = _written(reader, shown, project)
    after_close = closes_before(reader)
    names = questions.names_of(reader, (row for rows in written.values() for row in rows))
    for change in found:
        for count in by_change[change.id]:
            if (count.table, change.id) in shown:
                for row in written.get((count.table, change.id), ()):
                    yield from _lines(change, row, names, after_close)
            else:
                yield _cells(change, None, counted(count.table, count.records), None, _parts(count))


def _written(
    reader: Reader, shown: set[tuple[str, int]], project: int | None
) -> dict[tuple[str, int], list[WrittenRow]]:
    """The records that are shown, by table and change: changes in a row are asked for together."""
    found: dict[tuple[str, int], list[WrittenRow]] = defaultdict(list)
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, change in sorted(shown):
        by_table[table].append(change)
    for table, changes in by_table.items():
        for first, last in _runs(changes):
            for row in questions.written(reader, first, last, project=project, tables=(table,)):
                found[table, row.change].append(row)
    return found


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of numbers that follow one another."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


# --- what is printed -------------------------------------------------------------------------------------------------


def _cells(change: ChangeRow, subject: str | None, what: str, was: str | None, now: str | None) -> tuple[Cell, ...]:
    head = (change.id, change.recorded_at, change.actor)
    return (*head, subject, what, was, now, change.reason, change.undoes, change.origin, change.command)


def _parts(count: Count) -> str | None:
    """How many of the records are new, revised and ended, where they are not all new."""
    if count.new == count.records:
        return None
    parts = (
        (count.new, _("{count} new")),
        (count.revised, _("{count} changed")),
        (count.ended, _("{count} ended")),
    )
    return _(", ").join(text.format(count=f"{number:,}") for number, text in parts if number)


def _lines(change: ChangeRow, row: WrittenRow, names: Names, after_close: AfterClose) -> Iterator[tuple[Cell, ...]]:
    numbered = {"capital_entry": _("entry {id}"), "request": _("request {id}")}
    thing = numbered[row.table].format(id=row.id) if row.table in numbered else noun_of(row.table)
    subject = _subject(row, names)
    last_day = row.values.get("last_day") if row.table == "capital_entry" else None
    if month := after_close(date.fromisoformat(str(last_day)) if last_day else None, change.id):
        thing = _("{record}, after the close of {month}").format(record=thing, month=month.display(language()))
    if row.now is None:
        ended = _("{record} ended") if change.undoes else "{record}"
        yield _cells(change, subject, ended.format(record=thing), record_text(row.table, row.was or {}, names), None)
    elif row.was is None:
        restored = _("{record} restored") if change.undoes else "{record}"
        yield _cells(change, subject, restored.format(record=thing), None, record_text(row.table, row.now, names))
    else:
        quiet: tuple[str, ...] = _QUIET
        if row.table == "capital_entry":
            was, now = (record_text(row.table, values, names) for values in (row.was, row.now))
            moved = row.was["project_id"] != row.now["project_id"]
            if was != now or moved:
                ends = f"{was} ({names['project', row.was['project_id']]})" if moved else was
                yield _cells(change, subject, _("{record} corrected").format(record=thing), ends, now)
            quiet = tuple(column for column in row.now if column not in _CITED)
        for one in differences(row, names, without=quiet):
            what = _("{what}: {detail}").format(what=thing, detail=one.name)
            yield _cells(change, subject, what, one.was, one.now)


def _subject(row: WrittenRow, names: Names) -> str | None:
    if row.table in ("project", "company"):
        return names.get((row.table, row.id))
    for key in ("project_id", "company_id"):
        if row.values.get(key):
            return names.get((REFERS[key], row.values[key]))
    return row.values.get("subject")


# --- the sentences of what changed -----------------------------------------------------------------------------------


class Sentence(NamedTuple):
    """One sentence about a record; `what` is a stable word for scripts, `change` the latest change behind it."""

    what: str
    text: str
    was: Cell
    now: Cell
    change: int


def record_sentences(one: WrittenRow, names: Names) -> Iterator[Sentence]:
    """The sentences for a record that is no capital, baseline or milestone: those depend on each other."""
    yield from _SENTENCES[one.table](one, names)


def _fields(one: WrittenRow, names: Names) -> Iterator[Sentence]:
    if one.was is None and one.now is not None:
        name = name_of(one.now["name"], one.now["name_en"])
        yield Sentence("opened", _("opened: {name}").format(name=name), None, one.now["name"], one.change)
    elif one.now is None and one.was is not None:
        yield Sentence("removed", _("removed"), one.was["name"], None, one.change)
    elif one.was is not None and one.now is not None:
        facts = {field.key: field for field in FIELDS[one.table]}
        for changed in differences(one, names, without=CITED):
            text = _("{field}: {was} → {now}").format(
                field=changed.name, was=changed.was or "–", now=changed.now or "–"
            )
            was, now = (fact_cell(facts[changed.key], side, names) for side in (one.was, one.now))
            yield Sentence(changed.key, text, was, now, one.change)


def _label(one: WrittenRow, _names: Names) -> Iterator[Sentence]:
    values = one.values
    was, now = (None if side is None else side["value"] or side["name"] for side in (one.was, one.now))
    sentence = _("{what} {name} added") if one.now else _("{what} {name} taken off")
    if values["value"] is not None:
        sentence = _("{what} {name}: {was} → {now}")
    what = label_word(values["category"])
    text = sentence.format(what=what, name=values["name"], was=was or "–", now=now or "–")
    yield Sentence(values["category"], text, was, now, one.change)


def _relation(one: WrittenRow, names: Names) -> Iterator[Sentence]:
    values = one.values
    relation = f"{word(RELATIONS, values['relation'])} {names.get(('project', values['target_id']), '')}"
    sentence = _("now: {relation}") if one.now else _("no longer: {relation}")
    if one.was is None or one.now is None:
        other = names.get(("project", values["target_id"]), "")
        was, now = ((term(RELATIONS, values["relation"]) or "", other) if side else None for side in (one.was, one.now))
        yield Sentence("relation", sentence.format(relation=relation), was, now, one.change)


def turn_sentences(found: Iterable[WrittenRow], before: str | None, words: Vocabulary) -> Iterator[Sentence]:
    """The stage moves (or conditions) of one project in order; `before` is the code it began with."""
    column = "stage" if words is STAGES else "condition"
    for one in found:
        if one.now is None:
            assert one.was is not None
            gone = term(words, one.was[column])
            sentence = _("“{name}” of {on} taken back").format(name=word(words, one.was[column]), on=on_days(one.was))
            yield Sentence(column, sentence, gone, None, one.change)
            continue
        after = one.now[column]
        if one.was is not None and one.was[column] == after:
            days = (day_of(one.was), day_of(one.now))
            was_on, now_on = (day.display(language()) for day in days)
            if was_on != now_on:
                sentence = _("“{name}”: {was} → {now}").format(name=word(words, after), was=was_on, now=now_on)
                yield Sentence(column, sentence, *days, one.change)
            continue
        was = term(words, before)
        sentence = _("{was} → {now}, {on}") if before else _("{now}, {on}")
        why = _(" ({reason})").format(reason=one.now["reason"]) if one.now["reason"] else ""
        text = sentence.format(was=word(words, before or ""), now=word(words, after), on=on_days(one.now)) + why
        yield Sentence(column, text, was, term(words, after), one.change)
        before = after


def _review(one: WrittenRow, names: Names) -> Iterator[Sentence]:
    values = one.values
    parts = [
        *(column_text("review", column, values[column], names) for column in ("physical", "light")),
        values["text"],
    ]
    words = _(", ").join(word for word in parts if word)
    sentence = _("progress report for {on}: {words}") if one.now else _("progress report for {on} taken back: {words}")
    physical = column_text("review", "physical", values["physical"], names)
    cells = tuple(filter(None, (physical, term(LIGHTS, values["light"]), values["text"])))
    was, now = (cells if side else None for side in (one.was, one.now))
    yield Sentence("review", sentence.format(on=on_days(values), words=words), was, now, one.change)


def _request(one: WrittenRow, _names: Names) -> Iterator[Sentence]:
    title = one.values["title"]
    if one.now is None:
        yield Sentence("request", _("request “{title}” taken back").format(title=title), title, None, one.change)
        return
    was = one.was or {}
    if not one.was:
        due = _(", due {day}").format(day=Period.day(one.now["due"])) if one.now["due"] else ""
        yield Sentence(
            "request", _("request “{title}” opened{due}").format(title=title, due=due), None, title, one.change
        )
    for step, sentence in (
        ("answered", _("request “{title}” answered {day}")),
        ("closed", _("request “{title}” closed {day}")),
    ):
        if one.now[step] and one.now[step] != was.get(step):
            text = sentence.format(title=title, day=Period.day(one.now[step]))
            yield Sentence("request", text, was.get(step), one.now[step], one.change)


def _follow_up(one: WrittenRow, _names: Names) -> Iterator[Sentence]:
    values, was = one.values, one.was or {}
    next_day = _(", next step {day}").format(day=Period.day(values["next_day"])) if values["next_day"] else ""
    text = f"{values['text']}{next_day}"
    cells = (values["text"], *([values["next_day"].isoformat()] if values["next_day"] else ()))
    if one.now is None:
        yield Sentence(
            "follow_up",
            _("contact {day} taken back: {text}").format(day=Period.day(values["on_day"]), text=text),
            cells,
            None,
            one.change,
        )
    elif {**was, "done": None} != {**one.now, "done": None}:
        yield Sentence(
            "follow_up",
            _("contact {day}: {text}").format(day=Period.day(values["on_day"]), text=text),
            None,
            cells,
            one.change,
        )
    if one.now and one.now["done"] != was.get("done"):
        sentence = _("next step of {day} done {done}") if one.now["done"] else _("next step of {day} open again")
        step = sentence.format(day=Period.day(values["next_day"]), done=one.now["done"] and Period.day(one.now["done"]))
        yield Sentence("follow_up", step, was.get("done"), one.now["done"], one.change)


def _certification(one: WrittenRow, _names: Names) -> Iterator[Sentence]:
    values = one.values
    was, now = (term(CERTIFICATIONS, side["certification"]) if side else None for side in (one.was, one.now))
    sentence = _("recognised as {step}, {on}") if one.now else _("no longer recognised as {step}, {on}")
    step = word(CERTIFICATIONS, values["certification"])
    yield Sentence("certification", sentence.format(step=step, on=on_days(values)), was, now, one.change)


_SENTENCES: dict[str, Callable[[WrittenRow, Names], Iterator[Sentence]]] = {
    "project": _fields,
    "company": _fields,
    "certification": _certification,
    "label": _label,
    "relation": _relation,
    "review": _review,
    "request": _request,
    "follow_up": _follow_up,
}


# Another one holds from a day on; the one before keeps the days before.


class ValidFrom(NamedTuple):
    """The totals and plans of a project, before and after, as rows of the query for entries."""

    was: Sequence[EntryRow]
    now: Sequence[EntryRow]

    def preceding(self, number: int, values: Values, *, after: bool) -> Values | None:
        """The total, or the plan of the same period, that holds until the entry `number` does; None for the first."""
        earlier = [
            row
            for row in (self.now if after else self.was)
            if (row.kind, *_span(row._asdict())) == (values["kind"], *_span(values))
            and (row.effective_from, row.entry_id) < (values["effective_from"], number)
        ]
        last = max(earlier, key=lambda row: (row.effective_from, row.entry_id), default=None)
        return last._asdict() if last else None


def _span(values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    return (values["first_day"], values["last_day"]) if values["kind"] == "plan" else (None, None)


def baseline_sentences(
    found: Iterable[WrittenRow], recorded: Sequence[WrittenRow], totals: ValidFrom
) -> tuple[list[Sentence], list[WrittenRow]]:
    """The versions of one project, each with its total, and what is left to tell of what was `recorded`."""
    sentences, rest = [], list(recorded)
    for one in found:
        values = one.values
        # The first version is what stood before: nobody approved it.
        if values["approved"] is None and values["version"] == 1:
            continue
        # A total that was withdrawn or moved is in a sentence of its own.
        if one.was and one.now and {**one.now, "entry_id": one.was["entry_id"]} == one.was:
            continue
        own = [each for each in rest if each.id == values["entry_id"] and (each.was is None or each.now is None)]
        rest = [each for each in rest if each not in own]
        sentences.append(_baseline(one, own[0] if own else None, totals))
    return sentences, rest


def _baseline(one: WrittenRow, total: WrittenRow | None, totals: ValidFrom) -> Sentence:
    values = one.values
    was: Values | None = None
    now: Values | None = None
    change = ""
    if total is not None:
        before = totals.preceding(total.id, total.values, after=one.now is not None)
        was, now = (before, total.values) if one.now is not None else (total.values, before)
        change = _(", total {was} → {now}").format(was=_amount(was), now=_amount(now))
    sentence = _("baseline {version} approved {day}{total}") if one.now else _("baseline {version} taken back{total}")
    why = _(" ({reason})").format(reason=values["reason"]) if values["reason"] and one.now else ""
    text = sentence.format(version=values["version"], day=values["approved"], total=change) + why
    return Sentence("baseline", text, _figures(was), _figures(now), one.change)


def capital_sentences(found: Iterable[WrittenRow], totals: ValidFrom) -> Iterator[Sentence]:
    """What was recorded, corrected and withdrawn; a correction of what was recorded in between is what is recorded."""
    ended = []
    for one in found:
        if one.now is None:
            if one.was is not None:
                sentence = _("{kind}{on}: {amount} withdrawn")
                kind, on, amount = word(CAPITAL_KINDS, one.was["kind"]), _for(one.was), _amount(one.was)
                text = sentence.format(kind=kind, on=on, amount=amount)
                ended.append(Sentence(one.was["kind"], text, _figures(one.was), None, one.change))
        elif one.was is None:
            before = totals.preceding(one.id, one.now, after=True) if one.now["kind"] in VALID_FROM else None
            kind, on, begins = word(CAPITAL_KINDS, one.now["kind"]), _for(one.now), holds_from(one.now)
            if before:
                text = _("{kind}: {was} → {now}").format(kind=kind + on, was=_amount(before), now=_amount(one.now))
            else:
                text = _("{kind}{on}: {amount} booked").format(kind=kind, on=on, amount=_amount(one.now))
            text = _("{sentence}, {begins}").format(sentence=text, begins=begins) if begins else text
            yield Sentence(one.now["kind"], text, _figures(before), _figures(one.now), one.change)
        elif corrected := _corrected(one):
            yield corrected
    yield from ended


def _corrected(one: WrittenRow) -> Sentence | None:
    """The sentence of a correction; None where only its source, quotation or note is another."""
    assert one.was is not None
    assert one.now is not None
    was, now = ((_amount(values), _for(values), holds_from(values)) for values in (one.was, one.now))
    if was == now:
        return None
    sentence = _("{kind}{on}: corrected from {was} to {now}")
    if was[0] == now[0]:
        sentence = _("{kind}{on}: {now}, corrected from{was_on}")
    text = sentence.format(
        kind=word(CAPITAL_KINDS, one.now["kind"]),
        on=now[1],
        was=was[0],
        now=now[0],
        was_on=was[1] or f" {was[2]}",
    )
    return Sentence(one.now["kind"], text, _figures(one.was), _figures(one.now), one.change)


def _figures(values: Values | None) -> Amounts | None:
    return Amounts((figure_of(values),)) if values else None


def _amount(values: Values | None) -> str:
    return amount_text(values) if values else "–"


def _for(values: Values) -> str:
    """The days of a figure and what it is a figure of, with a space before them."""
    days = on_days(values) if values["first_day"] else ""
    found = beside((days, basis_text(values["basis"])))
    return f" {found}" if found else ""


# In the order of the sentences about one company.
_OF_COMPANY = ("company", "label", "certification", "request", "indicator_value")


def company_sentences(
    found: Iterable[WrittenRow], names: Names, is_meant: Callable[[int], bool]
) -> Iterator[tuple[Cell, Sentence]]:
    """The sentences about each company that is meant, under its name; what a project asks for is the project's."""
    by_company: dict[int, dict[str, list[WrittenRow]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        values = one.values
        company = one.id if one.table == "company" else values.get("company_id")
        if one.table in _OF_COMPANY and company is not None and values.get("project_id") is None:
            by_company[company][one.table].append(one)
    for company in sorted(filter(is_meant, by_company)):
        heading = names.get(("company", company), str(company))
        for subject in _OF_COMPANY:
            for one in by_company[company][subject]:
                for sentence in _indicator(one) if subject == "indicator_value" else record_sentences(one, names):
                    yield heading, sentence


def indicator_sentences(
    found: Iterable[WrittenRow], is_meant: Callable[[str, str], bool]
) -> Iterator[tuple[Cell, Sentence]]:
    """The values and targets of each zone, site and chain that is meant (by kind and name), under its name."""
    by_subject: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        values = one.values
        if one.table == "indicator_value" and values["company_id"] is None:
            by_subject[values["subject_kind"], values["subject"]].append(one)
    for (kind, name), own in by_subject.items():
        if is_meant(kind, name):
            word = SUBJECT_KINDS[kind]
            heading = Term(f"{kind}:{name}", f"{word.zh} · {name}", f"{word.en} · {name}")
            for one in own:
                for sentence in _indicator(one):
                    yield heading, sentence


def _indicator(one: WrittenRow) -> Iterator[Sentence]:
    from tracker.reports.targets import quantity_cell

    values = one.values
    was, now = (_value(side) if side else None for side in (one.was, one.now))
    if was == now:
        return
    indicator = term(INDICATORS, values["indicator"])
    names = {
        "actual": "{indicator} {period}",
        "floor": _("{indicator} {period}, target"),
        "stretch": _("{indicator} {period}, stretch target"),
    }
    name = names[values["what"]].format(
        indicator=indicator.name(language()) if indicator else "",
        period=on_days(values),
    )
    sentence = _("{name}: {was} → {now}") if was and now else _("{name}: {now} recorded")
    if now is None:
        sentence = _("{name}: {was} taken back")
    what = "indicator" if values["what"] == "actual" else "target"
    before, after = (quantity_cell(value_of(side)) if side else None for side in (one.was, one.now))
    yield Sentence(what, sentence.format(name=name, was=was, now=now), before, after, one.change)


def _value(values: Values) -> str:
    text = value_text(values)
    if values["growth"] is None:
        return text
    return _("{value} ({growth} on the year)").format(value=text, growth=percent_text(values["growth"]))


def rate_sentences(found: Iterable[WrittenRow]) -> Iterator[tuple[Cell, Sentence]]:
    """The exchange rates: one sentence for all the new ones of a pair, one for each that became another."""
    text = _("Exchange rates")
    heading = Term("rates", text, text)
    new: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        if one.table == "exchange_rate":
            values = one.values
            if one.was is None:
                new[values["base"], values["counter"]].append(one)
            elif one.now is None or one.now["rate"] != one.was["rate"]:
                was, now = (side["rate"] if side else None for side in (one.was, one.now))
                sentence = _("{base}/{counter} on {day}: {was} → {now}")
                if now is None:
                    sentence = _("{base}/{counter} on {day}: {was} taken back")
                pair = {"base": values["base"], "counter": values["counter"]}
                text = sentence.format(**pair, day=Period.day(values["on_day"]), was=was, now=now)
                yield heading, Sentence("rate", text, was, now, one.change)
    for own in new.values():
        rates = sorted((one.now for one in own if one.now), key=lambda values: values["on_day"])
        last = rates[-1]
        sentence = _("{base}/{counter} on {day}: {rate} recorded")
        if len(rates) > 1:
            sentence = _("{base}/{counter}: {count} rates recorded, from {first} to {day}, the last {rate}")
        text = sentence.format(
            base=last["base"],
            counter=last["counter"],
            count=len(rates),
            first=Period.day(rates[0]["on_day"]),
            day=Period.day(last["on_day"]),
            rate=last["rate"],
        )
        yield heading, Sentence("rate", text, None, last["rate"], max(one.change for one in own))


# Of more touched projects every project is looked at.
_MOST_TOUCHED = 5_000
_FLOWS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "total")


class Total(NamedTuple):
    """The sum of one kind of capital before and after."""

    kind: str
    was: Amounts
    now: Amounts


def totals_of(
    reader: Reader, before: AsOf, after: AsOf, touched: Collection[int], was: Portfolio, now: Portfolio
) -> Iterator[Total]:
    """The sums over the projects of `was` and `now` that are not what they were."""
    ids = {one.row.project_id for one in now.states}
    figures = _capital_sums(reader, after, ids)
    earlier = _capital_sums(reader, before, {one.row.project_id for one in was.states} & set(touched))
    for kind in CAPITAL_KINDS:
        own = figures[kind.code]
        then = {project: capital_sum for project, capital_sum in own.items() if project not in touched} | earlier[
            kind.code
        ]
        yield from _moved(kind.code, group_amounts(was.tree(), then), group_amounts(now.tree(), own))


def totals_of_all(reader: Reader, before: AsOf, after: AsOf, touched: Collection[int]) -> Iterator[Total] | None:
    """The sums over all projects that are not what they were; None where every project must be looked at for them."""
    if after.known < FOREVER or after.converter is not None:
        return None
    family = set(touched)
    for side in (before, after):
        # The projects with all above them, and everything below those.
        found = set(family)
        above = set(family)
        while above:
            rows = project_queries.projects(reader, side, above)
            above = {row.parent_id for row in rows if row.project_id in above and row.parent_id is not None} - found
            found |= above
        family |= found | {part for part, _parent in project_queries.parts_of(reader, side, found)}
    if len(family) > _MOST_TOUCHED:
        return None
    return _with_rest(reader, before, after, family)


def _with_rest(reader: Reader, before: AsOf, after: AsOf, family: Collection[int]) -> Iterator[Total]:
    """The sums that some families moved, those of all other projects with them."""
    sides = []
    for side in (before, after):
        there = existing(reader, side, family)
        tree = [
            (row.project_id, row.parent_id)
            for row in project_queries.projects(reader, side, there)
            if row.project_id in there
        ]
        sides.append((tree, _capital_sums(reader, side, there)))
    own = {
        kind: [group_amounts(tree, capital_sums[kind]) for tree, capital_sums in sides] for kind in CAPITAL_KINDS.codes
    }
    # Of what is the same in the families the sum is the same, and the other projects are not asked.
    moved = [kind for kind, (was, now) in own.items() if was.figures != now.figures]
    rest = capital.rest(reader, after, family, moved) if moved else Rest((), {}, 0)
    for kind in moved:
        yield from _moved(kind, *(_added(amounts, rest, kind) for amounts in own[kind]))


def _capital_sums(reader: Reader, as_of: AsOf, projects: Collection[int]) -> ByKind:
    """The total in force of each project, and what it has of the other kinds in the year of the day asked about."""
    if not projects:
        return ByKind(dict)
    year = tallied(reader, as_of, Period.year(as_of.day.year), kinds=_FLOWS, projects=projects)
    return year | tallied(reader, as_of, kinds=("total",), projects=projects)


def _added(amounts: Amounts, rest: Rest, kind: str) -> Amounts:
    """What some families come to, and the rest of the projects with them."""
    others = (
        Figure(
            Money(row.minor, row.currency),
            at_least(row.qualifier) if row.state == "partial" else row.qualifier,
            row.availability,
        )
        for row in rest.sums
        if row.kind == kind
    )
    known = (amounts.known or 0) + rest.known.get(kind, 0)
    return amounts._replace(
        figures=sums((*amounts.figures, *others)), known=known, of=(amounts.of or 0) + rest.projects
    )


def _moved(kind: str, was: Amounts, now: Amounts) -> Iterator[Total]:
    before, after = (
        side._replace(figures=tuple(sorted(side.figures, key=lambda one: one.money.currency if one.money else "")))
        for side in (was, now)
    )
    if before.figures != after.figures:
        yield Total(kind, before, after)


def milestone_sentence(was: Milestone | None, now: Milestone | None, change: int) -> Sentence | None:
    """The one sentence for a milestone between two states of the ledger, None where nothing is to be said.

    Days are counted between the last days of each; 0 where two ranges overlap.
    """
    milestone = now or was
    if milestone is None:
        return None
    name = milestone_term(milestone.code, milestone.title).name(language())
    before, after = (one.expected if one else None for one in (was, now))
    sentence = _sentence(was, now)
    if sentence is None:
        return None
    text = sentence.format(milestone=name, was=_day_text(before), now=_day_text(after), days=_days(was, now))
    return Sentence("milestone", text, before, after, change)


def _sentence(was: Milestone | None, now: Milestone | None) -> str | None:
    before, after = (one.expected if one else None for one in (was, now))
    if now is None:
        return _("{milestone}: no longer a milestone")
    if now.actual and not (was and was.actual):
        return _("{milestone}: reached {now}{days}")
    if was and was.actual and not now.actual:
        return _("{milestone}: no longer reached (was {was})")
    if before == after:
        return None if was else _("{milestone}: a milestone without a day")
    if now.actual:
        return _("{milestone}: reached {now}, not {was}")
    if before is None:
        return _("{milestone}: planned for {now}")
    return _("{milestone}: moved from {was} to {now}{days}") if after else _("{milestone}: no longer expected {was}")


def _days(was: Milestone | None, now: Milestone | None) -> str:
    """How many days later or earlier: reached against the baseline, moved against what was expected."""
    if now is None or now.expected is None:
        return ""
    against = now.baseline if now.actual and now.baseline else was.expected if was else None
    if against is None:
        return ""
    days = slip(against, now.expected)
    if not days:
        return _(", on time") if now.actual else ""
    late = ngettext(", {count} day late", ", {count} days late", abs(days))
    early = ngettext(", {count} day early", ", {count} days early", abs(days))
    later = ngettext(", {count} day later", ", {count} days later", abs(days))
    earlier = ngettext(", {count} day earlier", ", {count} days earlier", abs(days))
    words = (late if days > 0 else early) if now.actual else (later if days > 0 else earlier)
    return words.format(count=abs(days))


def _day_text(day: Period | None) -> str:
    return day.display(language()) if day else "–"


# In the order of the sentences about one project; capital and milestones are described together.
_ALONE = ("project", "label", "relation", "review", "request", "follow_up")
# Where none of these changed, no sum over the projects did.
_MOVE_TOTALS = frozenset(
    ("project", "capital_entry", "baseline", "stage_event", "condition_event", "milestone_date", "review")
)


class Window(NamedTuple):
    """Everything recorded from the moment `since` on, or after the change of that number, and before `until`."""

    since: datetime | int
    until: datetime | None = None


class _Sides(NamedTuple):
    """The ledger before and after: the questions, and the projects that match in either."""

    before: AsOf
    after: AsOf
    was: Portfolio
    now: Portfolio

    def projects(self) -> dict[int, ProjectState]:
        """By id, as they are now, else as they were."""
        return {one.row.project_id: one for side in (self.was, self.now) for one in side.states}


def changes(
    reader: Reader,
    as_of: AsOf,
    filters: Filters,
    window: Window,
    *,
    totals: bool = True,
    projects: Collection[int] | None = None,
) -> Report:
    """What is otherwise at the end of `window` than at its beginning; what was undone inside it is no change.

    Without rows where nothing happened. Facts count up to the day asked about, as known at either end. Without `totals`
    the sums over all projects are left out. Of what is about a project, that of `projects` where given.
    """
    since = window.since
    first = since if isinstance(since, int) else last_change_before(reader, since)
    last = as_of.known if window.until is None else min(as_of.known, last_change_before(reader, window.until))
    found = questions.differences(reader, as_of, min(first, last), last, projects)
    if last >= newest_change(reader):
        # Everything known now: what is derived from it is at hand.
        last = FOREVER
    before, after = as_of._replace(known=min(first, last)), as_of._replace(known=last)
    sides = _sides(reader, before, after, filters, found) if found else None
    rows: tuple[tuple[Cell, ...], ...] = ()
    if sides:
        moments = questions.recorded(reader, before.known, after.known)
        rows = tuple(
            (under, one.text, one.what, one.was, one.now, one.change, moments.get(one.change))
            for under, one in _sentences(reader, sides, filters, found)
        )
    if sides and totals and _MOVE_TOTALS & {one.table for one in found}:
        rows += tuple(_totals(reader, sides, _touched(found), filters))
    return Report(
        "changes",
        _("Changes"),
        (
            Column("code", _("Code"), priority=1),
            Column("sentence", _("What happened"), priority=1),
            Column("what", _("What"), hidden=True),
            Column("was", _("Was"), Kind.ANY, hidden=True),
            Column("now", _("Now"), Kind.ANY, hidden=True),
            Column("change", _("Change"), Kind.COUNT, priority=3),
            Column("when", _("Recorded"), Kind.MOMENT, priority=2),
        ),
        rows,
        as_of.day,
        as_of.known_on,
        notes=_notes() if rows else (),
        grouped=True,
        empty=_("nothing was recorded"),
    )


def _sides(reader: Reader, before: AsOf, after: AsOf, filters: Filters, found: Iterable[WrittenRow]) -> _Sides:
    """Without filters, the projects of which something was recorded; with filters all that match.

    A project that matches before or after is meant on both sides, or its moving in would change the totals.
    """
    if filters == Filters():
        touched = _touched(found)
        sides = (states_of(reader, side, existing(reader, side, touched)) for side in (before, after))
        return _Sides(before, after, *(Portfolio(tuple(one), ()) for one in sides))
    was, now = portfolio(reader, before), portfolio(reader, after)
    meant = {one.row.project_id for side in (was, now) for one in side.states if matches(one, filters)}
    chosen = (
        side._replace(states=tuple(one for one in side.states if one.row.project_id in meant)) for side in (was, now)
    )
    return _Sides(before, after, *chosen)


def _touched(found: Iterable[WrittenRow]) -> set[int]:
    """The projects of which something was recorded."""
    return {_project_of(one) for row in found for one in _of_one_project(row)} - {0}


def _notes() -> tuple[str, ...]:
    return (
        _("facts up to the day named above, as known before and after; what was undone in between is left out"),
        _("days of a milestone are counted between last days: 0 where two ranges overlap"),
    )


def _sentences(
    reader: Reader, sides: _Sides, filters: Filters, found: Sequence[WrittenRow]
) -> Iterator[tuple[Cell, Sentence]]:
    """The sentences under each project, and what stands under none.

    With filters those are the companies of the projects, and the sites and chains named.
    """
    names = questions.names_of(reader, found)
    sentences = _ProjectSentences(reader, sides, names, found)
    projects = sides.projects()
    for project in sorted(projects):
        under = project_term(projects[project].row)
        yield from ((under, one) for one in sentences.about(project))
    plain = filters == Filters()
    companies = {one.row.company_id for one in projects.values()}
    named = {"site": {fold(name) for name in filters.site}, "chain": {fold(name) for name in filters.chain}}
    yield from company_sentences(found, names, lambda company: plain or company in companies)
    yield from indicator_sentences(found, lambda kind, name: plain or fold(name) in named.get(kind, ()))
    if plain:
        yield from rate_sentences(found)


class _ProjectSentences:
    """The sentences about each project, from all that is otherwise."""

    def __init__(
        self, reader: Reader, sides: _Sides, names: Mapping[tuple[str, int], str], found: Iterable[WrittenRow]
    ) -> None:
        self._reader = reader
        self._sides = sides
        self._names = names
        self._was = {one.row.project_id: one for one in sides.was.states}
        self._found: dict[tuple[int, str], list[WrittenRow]] = defaultdict(list)
        for row in found:
            for one in _of_one_project(row):
                self._found[_project_of(one), one.table].append(one)
        self._before, self._after = _by_code(sides.was.states), _by_code(sides.now.states)

    def about(self, project: int) -> Iterator[Sentence]:
        """What to say of one project; of one that is removed, that alone."""
        opening, *alone = _ALONE
        own = [sentence for one in self._found[project, opening] for sentence in record_sentences(one, self._names)]
        yield from own
        if any(one.what == "removed" for one in own):
            return
        state = self._was.get(project)
        stage = state.stage if state else None
        condition = state.condition if state else "active"
        yield from turn_sentences(self._found[project, "stage_event"], stage, STAGES)
        yield from turn_sentences(self._found[project, "condition_event"], condition, CONDITIONS)
        recorded = self._found[project, "capital_entry"]
        totals = self._valid_from(project, recorded)
        baselines, recorded = baseline_sentences(self._found[project, "baseline"], recorded, totals)
        yield from baselines
        yield from capital_sentences(recorded, totals)
        yield from self._milestones(project)
        for subject in alone:
            for one in self._found[project, subject]:
                yield from record_sentences(one, self._names)

    def _valid_from(self, project: int, recorded: Iterable[WrittenRow]) -> ValidFrom:
        """The totals and plans of a project, asked for where one of them is another."""
        if not any(one.values["kind"] in VALID_FROM for one in recorded):
            return ValidFrom((), ())
        was, now = (
            capital.entries(self._reader, side, project=project, kinds=VALID_FROM)
            for side in (self._sides.before, self._sides.after)
        )
        return ValidFrom(was, now)

    def _milestones(self, project: int) -> Iterator[Sentence]:
        latest: dict[str, int] = {}
        for subject, key in (("milestone_date", "milestone_id"), ("milestone", None)):
            for one in self._found[project, subject]:
                code = self._names["milestone", one.values[key] if key else one.id]
                latest[code] = max(latest.get(code, 0), one.change)
        for code, change in latest.items():
            sentence = milestone_sentence(self._before.get((project, code)), self._after.get((project, code)), change)
            if sentence:
                yield sentence


def _of_one_project(row: WrittenRow) -> Iterator[WrittenRow]:
    """A record that was moved from one project to another is gone from the one, and new in the other."""
    if row.was and row.now and row.was.get("project_id") != row.now.get("project_id"):
        yield row._replace(now=None)
        yield row._replace(was=None)
    else:
        yield row


def _project_of(one: WrittenRow) -> int:
    return one.id if one.table == "project" else one.values.get("project_id") or 0


def _by_code(found: Iterable[ProjectState]) -> dict[tuple[int, str], Milestone]:
    return {(one.row.project_id, milestone.code): milestone for one in found for milestone in one.milestones}


def _totals(reader: Reader, sides: _Sides, touched: Collection[int], filters: Filters) -> Iterator[tuple[Cell, ...]]:
    """A row for each kind of capital whose sum over the projects is another one than before."""
    found = totals_of_all(reader, sides.before, sides.after, touched) if filters == Filters() else None
    if found is None:
        was, now = sides.was, sides.now
        if filters == Filters():
            was, now = portfolio(reader, sides.before), portfolio(reader, sides.after)
        found = totals_of(reader, sides.before, sides.after, touched, was, now)
    title = _("Totals")
    for one in found:
        # Two sums that look alike when rounded are written in full.
        decimals = 2 if _shown(one.was, 2) != _shown(one.now, 2) else None
        name = heading(CAPITAL_KINDS[one.kind])
        called = name if one.kind == "total" else f"{name} {Period.year(sides.after.day.year)}"
        text = _("{kind}: {was} → {now}").format(
            kind=called, was=_shown(one.was, decimals), now=_shown(one.now, decimals)
        )
        yield (Term("", title, title), text, f"sum:{one.kind}", one.was, one.now, None, None)


def _shown(amounts: Amounts, decimals: int | None) -> str:
    figures = (figure_text(one, decimals=decimals) for one in amounts.figures)
    return " + ".join(figures) or "–"
