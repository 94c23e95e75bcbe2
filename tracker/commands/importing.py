"""`tracker import`: spreadsheets, tables and our own exports into the ledger, previewed first, all rows or none.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import typer

from tracker.app import App
from tracker.commands.options import (
    DryRun,
    KnownOn,
    View,
    Yes,
    choice,
    number_option,
    read_currency,
    read_output,
    rules_of,
)
from tracker.commands.output import output
from tracker.errors import InputRejected, Refused, Undecided, UsageError
from tracker.i18n import N_, _, ngettext
from tracker.reports.report import Column, Kind, Report
from tracker.text import command_line, pick, shorten, unknown_word

if TYPE_CHECKING:
    from tracker.importer.apply import Result
    from tracker.importer.mapping.maps import ColumnQuestion, Map
    from tracker.importer.matching import Conflicting, Difference, Question, Rules
    from tracker.importer.open_input import Incoming
    from tracker.ledger.store import Store
    from tracker.queries.reference import ImportMapRow
    from tracker.records.schema import Problem

app = typer.Typer()

CONFLICT_RULES = ("keep", "take", "ask")
DATE_ORDERS = ("dmy", "mdy", "ymd")
BLANKS = ("keep", "clear")
_LARGEST_ROW = 1_048_576
# The answer that leaves a column out.
LEAVE_OUT = "-"
# What a table lists of the new records, and of the differences: on a terminal, and elsewhere.
_ON_SCREEN, _IN_TABLE = 25, 1_000
_BAR_WIDTH = 30

T = TypeVar("T")


class Form(NamedTuple):
    """How the file is written, where it is not to be found out."""

    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help=N_("The sheet of a workbook, by name or number."))
    ] = None
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help=N_("gb18030, utf-8, cp1252, …"))
    ] = None
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="CHAR", help=N_("The character between cells: , ; | or tab."))
    ] = None
    header: Annotated[int | None, number_option("--header", "N", 1, _LARGEST_ROW, N_("The row of the headings."))] = (
        None
    )
    transpose: Annotated[
        bool | None, typer.Option("--transpose/--no-transpose", help=N_("Fields run down and records across, or not."))
    ] = None


class Meaning(NamedTuple):
    """What the file means, where it is not to be found out."""

    what: Annotated[
        str | None,
        typer.Option(
            "--what", metavar="KIND", help=N_("The record of a row: projects, capital, milestones, companies, …")
        ),
    ] = None
    map: Annotated[
        str | None,
        typer.Option("--map", metavar="MAP", help=N_("A map of headings to fields: a TOML file, or its name.")),
    ] = None
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", help=N_("Of amounts that name none: 元, 万元, 亿元, k, m, bn.")),
    ] = None
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="CODE", callback=read_currency, help=N_("Of amounts that name none.")),
    ] = None
    date_order: Annotated[str | None, choice("--date-order", DATE_ORDERS, N_("How 4/5/2023 is to be read."))] = None
    blank: Annotated[
        str | None,
        choice(
            "--blank",
            BLANKS,
            N_("Whether an empty cell clears a field [default: only in a file that tracker exported]."),
        ),
    ] = None


class Doing(NamedTuple):
    """What is to be done with it."""

    apply: Annotated[bool, typer.Option("--apply", help=N_("Record it; only open guesses are asked about."))] = False
    yes: Yes = False
    dry_run: DryRun = False
    conflict: Annotated[
        str,
        choice(
            "--conflict",
            CONFLICT_RULES,
            N_("A value that a person changed since it was imported: keep it, take the file's, or ask."),
        ),
    ] = "keep"
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="QUESTION=ANSWER",
            help=N_("Answer a question of the import, for one cell (J2=keep) or for all of its sort (actual=correct)."),
        ),
    ] = None
    same_projects: Annotated[
        bool, typer.Option("--same-projects", help=N_("The codes of another ledger's file mean the projects here."))
    ] = False
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", metavar="PREFIX", help=N_("Put before the codes of another ledger's file: east-.")),
    ] = None
    skip_bad: Annotated[
        bool,
        typer.Option(
            "--skip-bad",
            help=N_("Leave out cells with problems, and rows they identify; list them, and take the rest."),
        ),
    ] = False
    errors_to: Annotated[
        Path | None, typer.Option("--errors-to", metavar="FILE.csv", help=N_("Write the problems to a file too."))
    ] = None


class Remembered(NamedTuple):
    """The maps that are remembered for files with known headings."""

    maps: Annotated[
        bool, typer.Option("--maps", help=N_("List the remembered maps of files; with a NAME for FILE show that one."))
    ] = False
    forget: Annotated[bool, typer.Option("--forget", help=N_("With --maps NAME: forget that map."))] = False
    known_on: KnownOn = None


@app.command("import")
def import_file(
    ctx: typer.Context,
    form: Form,
    meaning: Meaning,
    doing: Doing,
    remembered: Remembered,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help=N_("A table, a folder written by export all, or - for standard input.")),
    ] = None,
    map_init: Annotated[
        bool, typer.Option("--map-init", help=N_("Write a map with the best guess for this file, to be edited."))
    ] = False,
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help=N_("Of the preview: csv and json are complete.")),
    ] = None,
    place: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", callback=read_output, help=N_("Write the preview, or the map, to a file.")
        ),
    ] = None,
) -> None:
    """Import a spreadsheet or a table: previews the changes, and asks or waits for --apply.

    tracker import 台账.xlsx
    tracker import capital.csv --map monthly --apply
    tracker import 台账.csv --map-init -o monthly.toml
    tracker import --maps
    """
    run: App = ctx.obj
    view = View(format=format, output=place, explain=True)
    if doing.dry_run and (doing.apply or doing.yes):
        raise UsageError(_("--dry-run records nothing: leave --apply and --yes out"))
    if remembered.maps or remembered.forget or remembered.known_on:
        _use_maps(run, view, remembered, file, dry_run=doing.dry_run)
        return
    if file is None:
        raise UsageError(_("there is nothing to read: name a file"))
    if doing.conflict == "ask" and not run.has_terminal:
        raise UsageError(_("there is no terminal to ask at: choose --conflict keep or --conflict take"))
    asks = run.has_terminal and not doing.yes
    inputs = _opened(run, file, form, meaning, doing, asks=asks)
    if map_init:
        _write_map(run, inputs, place)
        return
    if asks:
        inputs = [_ask_columns(run, one) for one in inputs]
    _import_all(run, inputs, doing, view)


# --- the maps that are remembered ------------------------------------------------------------------------------------


def _known_maps(run: App, known_on: date | None = None) -> "list[ImportMapRow]":
    """The maps known now, or on a day."""
    from tracker.queries.reference import import_maps

    return run.read(import_maps, known_on=known_on)


def _use_maps(run: App, view: View, remembered: Remembered, name: str | None, *, dry_run: bool) -> None:
    """List the maps, print one in TOML, as --map reads it, or forget one."""
    if not remembered.maps:
        raise UsageError(_("--forget and --known-on go with --maps"))
    if name is None and remembered.forget:
        raise UsageError(
            _("name the map to forget: {command}").format(command=command_line(_("import --maps NAME --forget")))
        )
    if name is not None and remembered.forget:
        from tracker.ledger.reference import forget

        number, row = run.write(lambda store: forget(store, name), dry_run=dry_run)
        if dry_run:
            run.say(_("map “{map}” would be forgotten; nothing was changed").format(map=row.name))
            return
        run.say(_("map “{map}” forgotten").format(map=row.name))
        run.say(
            _("change {number} recorded; undo: {command}").format(
                number=number, command=command_line("undo {number}", number=number)
            )
        )
        return
    rows = _known_maps(run, remembered.known_on)
    if name is not None:
        run.print(pick(name, [((one.name,), one) for one in rows], _("map of a file")).text + "\n")
        return
    columns = (
        Column("name", _("Map"), priority=1),
        Column("headings", _("Headings"), Kind.COUNT, priority=2),
        Column("first", _("First headings"), priority=2),
        Column("change", _("Change"), Kind.COUNT, priority=3),
    )
    cells = tuple(
        (row.name, len(row.headings.split("\n")), shorten(row.headings.replace("\n", ", ")), row.row_change)
        for row in rows
    )
    output(run, view, Report("maps", _("Maps of files"), columns, cells, run.today, empty=_("no map is remembered")))


def _write_map(run: App, inputs: "Sequence[Incoming]", place: Path | None) -> None:
    from tracker.importer.mapping import write_map
    from tracker.importer.open_input import TableInput

    [*_others, table] = inputs
    if not isinstance(table, TableInput) or table.ours:
        raise Refused(_("a file that tracker exported, or a package, needs no map"))
    text = write_map(table.table, table.reading)
    if place is None:
        run.print(text)
        return
    from tracker.render.output import write_atomically

    if place.exists():
        raise Refused(_("{path} exists already; name another file").format(path=place))
    write_atomically(place, text.encode())
    run.say(
        _("{path} written; edit it, then: {command}").format(
            path=place, command=command_line(_("import FILE --map {path}"), path=place)
        )
    )


# --- reading the file ------------------------------------------------------------------------------------------------


def _opened(run: App, file: str, form: Form, meaning: Meaning, doing: Doing, *, asks: bool) -> "Sequence[Incoming]":
    from tracker.importer.mapping import Map, Options
    from tracker.importer.mapping.columns import KindUnknown
    from tracker.importer.open_input import kind_of, open_input

    # A currency that nobody set is that of files with Chinese headings alone.
    is_set = run.chosen.origins["currency"] != "default"
    fiscal = run.settings.fiscal_year_start if run.chosen.origins["fiscal_year_start"] != "default" else None
    asked = Map(
        what=kind_of(meaning.what) if meaning.what else "",
        currency=meaning.currency or "",
        unit=meaning.unit or "",
        date_order=meaning.date_order or "",
        blank=meaning.blank or "",
        same_name=_answers(doing).get("same-name", ""),
        sheet=form.sheet or "",
        encoding=form.encoding or "",
        delimiter=form.delimiter or "",
        header=form.header,
        transpose=form.transpose,
    )
    currency = run.settings.currency
    options = Options(run.today, currency if is_set else None, currency, fiscal, asked)
    opened = partial(open_input, file, lambda: sys.stdin.buffer, remembered=partial(_known_maps, run))
    try:
        return opened(options, map_name=meaning.map)
    except KindUnknown as unknown:
        if not asks:
            raise
        run.say(str(unknown))
        return opened(replace(options, map=replace(asked, what="project")), map_name=meaning.map)


def _answers(doing: Doing) -> dict[str, str]:
    """The answers by cell or sort of question. Raises UsageError for an invalid answer."""
    from tracker.importer.matching import QUESTIONS

    answers = {}
    for text in doing.answer or ():
        question, equals, answer = text.partition("=")
        if not equals or not question.strip() or not answer.strip():
            raise UsageError(_("--answer is QUESTION=ANSWER, not “{text}”").format(text=shorten(text)))
        question = question.strip()
        if question not in QUESTIONS and not any(character.isdigit() for character in question):
            raise UsageError(unknown_word(_("there is no {what} “{word}”"), question, QUESTIONS, what=_("question")))
        answers[question] = answer.strip()
    return answers


def _ask_columns(run: App, one: "Incoming") -> "Incoming":
    """Ask what the file leaves open, column by column, and read it by the answers."""
    from tracker.importer.mapping.maps import questions, updated
    from tracker.importer.open_input import TableInput

    if not isinstance(one, TableInput) or one.ours:
        return one
    settled: set[tuple[str, str]] = set()
    while True:
        mapping = one.options.map
        found = [q for q in questions(one.reading, mapping) if (q.column, q.question) not in settled]
        if not found:
            return one
        if not settled:
            run.say(
                _("open questions of the file; an empty answer skips one, {leave_out} leaves a column out").format(
                    leave_out=LEAVE_OUT
                )
            )
        question, *_later = found
        settled.add((question.column, question.question))
        if says := _answer(run, question):
            one = one.with_map(updated(mapping, says))


def _answer(run: App, question: "ColumnQuestion") -> "Map | None":
    """What is answered, as a map; None for an empty answer to what is no guess. Asks again for what is no answer."""
    from tracker.importer.mapping.maps import read_map

    choices = question.choices
    listed = _(", ").join(f"{number} {choice.words}" for number, choice in enumerate(choices, 1))
    examples = {"currency": "CNY", "unit": "万元", "as_of": "2023-06"}
    free = _("or one like {example}").format(example=examples[question.free]) if question.free else ""
    offered = _(", ").join(filter(None, (listed, free, _("{mark} leave out").format(mark=LEAVE_OUT))))
    samples = f" ({', '.join(question.samples)})" if question.samples else ""
    default = " [1]" if question.guess else ""
    asked = (
        f": {question.question}: {offered}" if question.question else " " + _("is: {choices}").format(choices=offered)
    )
    while True:
        word = run.ask(f"{question.column}{samples}{asked}{default} ?")
        if not word:
            return choices[0].says if question.guess else None
        if word == LEAVE_OUT:
            return question.leave_out
        if word.isdecimal() and 1 <= int(word) <= len(choices):
            return choices[int(word) - 1].says
        if question.free:
            try:
                return read_map(f"{question.free} = {json.dumps(word)}", _("the answer"))
            except UsageError as error:
                run.say(str(error))
        else:
            run.say(_("answer with a number from 1 to {most}, or {mark}").format(most=len(choices), mark=LEAVE_OUT))


class _Bar:
    """One line on stderr that is drawn over and over: how much of the files has been read."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._begun = self._drawn = time.monotonic()
        self._shown = False

    def draw(self, place: int, share: float) -> None:
        """Draw the share of the file at `place`, not too early and not too often."""
        now = time.monotonic()
        if now - self._begun < 1.0 or now - self._drawn < 0.2:
            return
        self._drawn, self._shown = now, True
        done = min(1.0, (place + share) / self._files)
        full = round(done * _BAR_WIDTH)
        self._write(f"\r{_('reading')} [{'#' * full}{'.' * (_BAR_WIDTH - full)}] {done:4.0%}")

    def clear(self) -> None:
        """Leave the line as it was."""
        if self._shown:
            self._write("\r\x1b[K")

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def _watched(inputs: "Sequence[Incoming]") -> Iterator[None]:
    """Draw how far the reading of `inputs` has come, where stderr is a terminal."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield
        return
    bar = _Bar(len(inputs))
    for place, one in enumerate(inputs):
        one.watch(partial(bar.draw, place))
    try:
        yield
    finally:
        bar.clear()
        for one in inputs:
            one.watch(None)


# --- into the ledger -------------------------------------------------------------------------------------------------


def _import_all(run: App, inputs: "Sequence[Incoming]", doing: Doing, view: View) -> None:
    """Preview `inputs`, and write them where that was asked for or is agreed to. Raises InputRejected for problems."""
    from tracker.importer.mapping.maps import dump_map
    from tracker.importer.matching import QUESTIONS, Rules
    from tracker.importer.open_input import TableInput
    from tracker.importer.preview import preview

    if len(inputs) > 1:
        names = _(", ").join(one.name for one in inputs)
        run.say(_("an export of tracker: {names}").format(names=shorten(names, 400)))
    else:
        for line in inputs[0].understood():
            run.say(line)
    rules = Rules(
        run.today,
        run.settings.currency,
        take_all=doing.conflict == "take",
        listed=_listed(run, view),
        answers={**inputs[0].answers, **_answers(doing)},
        lights=rules_of(run, None),
        same=doing.same_projects,
        prefix=doing.prefix or "",
    )
    straight = (doing.apply or doing.yes) and doing.conflict != "ask"
    try:
        result = _attempt(run, inputs, rules, doing, dry_run=not straight, guess=doing.yes)
    except Undecided as undecided:
        if not run.has_terminal:
            raise
        same = run.choose(undecided) == "same"
        rules = replace(rules, same=same, prefix="" if same else run.ask(_("the prefix of its codes:")))
        result = _attempt(run, inputs, rules, doing, dry_run=not straight, guess=doing.yes)
    while run.has_terminal and not result.accepted and result.outcome.only_questions:
        rules = replace(rules, answers={**rules.answers, **_asked(run, result.outcome.questions)})
        result = _attempt(run, inputs, rules, doing, dry_run=not straight, guess=doing.yes)
    _say_left_out(run, inputs)
    for cell in sorted(_answers(doing).keys() - set(QUESTIONS) - result.outcome.answered):
        run.say(_("--answer {cell}: nothing is asked about this cell").format(cell=shorten(cell)))
    if not result.accepted:
        _reject(run, inputs, result, doing, view)
    if not result.outcome.counts:
        _list_problems(run, inputs, result, doing)
        raise InputRejected(inputs[0].nothing())
    report = preview(result, run.today)
    output(run, view, report)
    if not report.rows or (view.format or "table") != "table":
        for line in (*report.coverage, *report.notes):
            run.say(line)
    _list_problems(run, inputs, result, doing)
    guesses = len(result.outcome.guesses) + result.outcome.guessed
    if not straight or (guesses and not doing.yes):
        taken = _decided(run, result.outcome.conflicts) if doing.conflict == "ask" else frozenset()
        if not result.outcome.writes and not taken:
            run.say(_("nothing was changed"))
            return
        ways = [_("answer with --answer")] if result.outcome.guesses else []
        if result.outcome.guessed:
            lines = [
                line for one in inputs if isinstance(one, TableInput) for line in dump_map(one.guesses).split("\n")
            ]
            ways.append(_("name the columns in a map (--map) like {line}").format(line=lines[1]))
        if not _agreed(run, doing, guesses, ways):
            return
        result = _attempt(run, inputs, replace(rules, take=taken), doing, dry_run=False, guess=True)
        if not result.accepted:
            _reject(run, inputs, result, doing, view)
    if result.number is None:
        run.say(_("nothing was changed"))
    else:
        run.say(
            _("change {number} recorded; undo: {command}").format(
                number=result.number, command=command_line("undo {number}", number=result.number)
            )
        )


def _listed(run: App, view: View) -> int | None:
    """How much of a preview is to be listed; None for everything."""
    if (view.format or "table") != "table" or (view.output is not None and view.output.suffix != ".txt"):
        return None
    return _ON_SCREEN if run.render_options().width is not None else _IN_TABLE


def _attempt(
    run: App, inputs: "Sequence[Incoming]", rules: "Rules", doing: Doing, *, dry_run: bool, guess: bool
) -> "Result":
    """Write the inputs, and with them the map of each file for the next one with its headings."""
    from tracker.importer.apply import attempt
    from tracker.importer.merge import answer
    from tracker.importer.open_input import TableInput
    from tracker.ledger.reference import remember

    kept: list[str] = []
    # What a later import of the same other ledger has to know.
    ledgers = [one.state.ledger for one in inputs if one.state]
    reason = answer(ledgers[0], rules) if ledgers and (rules.same or rules.prefix) else None

    def write(act: "Callable[[Store], T]", /, *, dry_run: bool) -> tuple[int | None, T]:
        def act_and_keep(store: "Store") -> T:
            outcome = act(store)
            kept.clear()
            for one in () if dry_run else inputs:
                if isinstance(one, TableInput) and (said := one.said(with_guesses=guess)):
                    map = remember(store, one.known or Path(one.name).stem, one.layout, said)
                    kept.extend([map.row.name] if map.outcome != "same" else ())
            return outcome

        large = any(one.is_large for one in inputs)
        return run.write(act_and_keep, dry_run=dry_run, origin="import", reason=reason, apart=large)

    with _watched(inputs):
        result = attempt(write, inputs, rules, dry_run=dry_run, skip_bad=doing.skip_bad, check=True, guess=guess)
    for name in kept:
        run.say(
            _("remembered for files with these headings: map “{map}” ({command})").format(
                map=name, command=command_line("import --maps")
            )
        )
    return result


def _asked(run: App, questions: "Sequence[Question]") -> dict[str, str]:
    """The answers of a person at the terminal. Raises Refused for an invalid answer."""
    answers: dict[str, str] = {}
    sorts = Counter(one.key for one in questions)
    for one in questions:
        if one.key in answers:
            continue
        words = [*one.choices, *([one.free] if one.free else ())]
        every = sorts[one.key] > 1 and one.choices
        rest = "; " + _("{mark} behind it: for all {count}").format(mark="!", count=sorts[one.key]) if every else ""
        answer = run.ask(f"{one.cell}: {one.sentence} [{'/'.join(words)}{rest}]".removeprefix(": "))
        if every and answer.endswith("!"):
            sorts[one.key] = 0
            answer = answer.removesuffix("!")
        found = [word for word in one.choices if answer and word.startswith(answer)] or ([answer] if one.free else [])
        if len(found) != 1 or not answer:
            raise Refused(_("not decided; nothing was changed"))
        answers[one.cell if one.cell and sorts[one.key] else one.key] = found[0]
    return answers


def _agreed(run: App, doing: Doing, guesses: int, ways: list[str]) -> bool:
    """Whether to go on to write. Raises Refused where the person says no, or nobody can be asked about guesses.

    `ways` are those to answer the guesses, beside taking them as they are.
    """
    rests = ngettext(
        "{count} line rests on a guess, marked ?", "{count} lines rest on a guess, marked ?", guesses
    ).format(count=guesses)
    if guesses and not doing.yes and doing.apply and not run.has_terminal:
        ways.append(_("take them as they are with --yes"))
        raise Refused(_("{rests}: {ways}").format(rests=rests, ways=_(", or ").join(ways)))
    if doing.yes or (doing.apply and not guesses):
        return True
    if not run.has_terminal or doing.dry_run:
        option = "--yes" if guesses else "--apply"
        run.say(_("nothing was recorded; to record it, add {option}").format(option=option))
        return False
    run.confirm(_("{rests}; record this?").format(rests=rests) if guesses else _("record this?"))
    return True


def _decided(run: App, conflicts: "Iterable[Difference]") -> "frozenset[Conflicting]":
    """The conflicts in which the person chooses the file, asked one by one."""
    taken = set()
    for one in conflicts:
        question = _(
            "row {row}, {what} {field}: take the value of the file instead of the one entered by hand?"
        ).format(row=one.row, what=one.what, field=one.field)
        with suppress(Refused):
            run.confirm(question)
            taken.add(one.conflicting)
    return frozenset(taken)


# --- what was left out, and why --------------------------------------------------------------------------------------


def _say_left_out(run: App, inputs: "Sequence[Incoming]") -> None:
    for one in inputs:
        for line in one.changed():
            run.say(line)
        for row in one.left_out()[:_ON_SCREEN]:
            run.say(_("{name}: row {row} left out, {why}: {text}").format(
                name=one.name, row=row.row, why=row.why, text=row.text
            ))  # fmt: skip
        if (more := len(one.left_out()) - _ON_SCREEN) > 0:
            run.say(ngettext("and {count} more row", "and {count} more rows", more).format(count=more))


def _reject(run: App, inputs: "Sequence[Incoming]", result: "Result", doing: Doing, view: View) -> None:
    """Show what is wrong, and raise InputRejected."""
    from tracker.importer.apply import rejected
    from tracker.importer.preview import problem_list

    problems, more = _as_written(inputs, result.outcome.problems), result.outcome.more_problems
    together = _listed(run, view) is not None
    output(run, view, problem_list(problems, more, run.today, together=together))
    _write_problems(run, problems, more, doing)
    raise rejected(result.outcome)


def _as_written(inputs: "Sequence[Incoming]", problems: "Sequence[Problem]") -> "list[Problem]":
    """The problems with the values as they stand in their cells."""
    [*_others, file] = inputs
    texts = file.texts({one.row for one in problems if one.cell}) if not _others else {}
    return [replace(one, value=texts.get(one.cell, one.value)) for one in problems]


def _list_problems(run: App, inputs: "Sequence[Incoming]", result: "Result", doing: Doing) -> None:
    """List what was left out."""
    from tracker.importer.preview import problem_list

    if not result.left_out:
        return
    problems = _as_written(inputs, result.left_out)
    for row in problem_list(problems, 0, run.today, together=True).rows:
        _count, cells, column, value, problem, _hint = row
        where = f"{cells} {column}: “{value}”" if value else f"{cells} {column}"
        run.say(_("left out: {where}: {problem}").format(where=where, problem=problem))
    if result.more_left_out:
        run.say(_("and {count} more problems").format(count=result.more_left_out))
    _write_problems(run, problems, result.more_left_out, doing)


def _write_problems(run: App, problems: "Sequence[Problem]", more: int, doing: Doing) -> None:
    from tracker.importer.preview import problem_list

    if doing.errors_to is not None:
        output(run, View(format="csv", output=doing.errors_to), problem_list(problems, more, run.today))
