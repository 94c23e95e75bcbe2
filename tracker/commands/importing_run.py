"""What `tracker import` says, asks and does with what was read; how far it has come; the maps it remembers."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tracker.app import App
from tracker.commands.options import View, rules_of
from tracker.commands.output import output
from tracker.errors import InputRejected, Refused, Undecided, UsageError
from tracker.i18n import _, ngettext
from tracker.importer.apply import Result, attempt, rejected
from tracker.importer.matching import Conflicting, Difference, Question, Rules
from tracker.importer.merge import answer
from tracker.importer.open_input import Incoming
from tracker.importer.preview import preview, problem_list
from tracker.ledger.store import Store
from tracker.queries.reference import ImportMapRow, import_maps
from tracker.records.schema import Problem
from tracker.reports.report import Column, Kind, Report
from tracker.text import pick, shorten

if TYPE_CHECKING:
    from tracker.commands.importing import Doing
    from tracker.importer.mapping.maps import ColumnQuestion, Map

LEAVE_OUT = "-"


def known_maps(run: App, known_on: date | None = None) -> list[ImportMapRow]:
    """The maps known now, or on a day."""
    return run.read(import_maps, known_on=known_on)


def list_maps(run: App, view: View, known_on: date | None) -> None:
    """Print the names of the maps, the headings they are of, and since when they stand."""
    rows = known_maps(run, known_on)
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


def show_map(run: App, name: str, known_on: date | None) -> None:
    """Print one map in TOML, as --map reads it."""
    rows = known_maps(run, known_on)
    row = pick(name, [((one.name,), one) for one in rows], _("map of a file"))
    run.print(row.text + "\n")


def forget_map(run: App, name: str, *, dry_run: bool) -> None:
    """End one map."""
    from tracker.ledger.reference import forget

    number, row = run.write(lambda store: forget(store, name), dry_run=dry_run)
    if dry_run:
        run.say(_("map “{map}” would be forgotten; nothing was changed").format(map=row.name))
        return
    run.say(_("map “{map}” forgotten").format(map=row.name))
    run.say(_("change {number} recorded; undo: tracker undo {number}").format(number=number))


def ask_columns(run: App, one: Incoming) -> Incoming:
    """Ask what the file leaves open, column by column, and read it by the answers."""
    from tracker.importer.mapping.maps import Map, answered, questions
    from tracker.importer.open_input import TableInput

    if not isinstance(one, TableInput) or one.ours:
        return one
    settled: set[tuple[str, str]] = set()
    while True:
        mapping = one.options.map or Map()
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
            one = one.with_map(answered(mapping, says))


def _answer(run: App, question: ColumnQuestion) -> Map | None:
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
        f"{question.column}{samples}: {question.question}: " if question.question else f"{question.column}{samples} "
    )
    asked += offered if question.question else _("is: {choices}").format(choices=offered)
    while True:
        word = run.ask(f"{asked}{default} ?")
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


def keep_maps(store: Store, inputs: Sequence[Incoming]) -> list[str]:
    """Keep what was said of each file for the next one with its headings; the names of the maps this changed."""
    from tracker.importer.open_input import TableInput
    from tracker.ledger.reference import remember

    kept = []
    for one in inputs:
        if isinstance(one, TableInput) and one.said:
            remembered = remember(store, one.known or Path(one.name).stem, one.layout, one.said)
            kept += [remembered.row.name] if remembered.outcome != "same" else []
    return kept


_PATIENCE = 1.0
_EVERY = 0.2
_WIDTH = 30
_CLEAR = "\r\x1b[K"


class _Bar:
    """One line that is drawn over and over."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._begun = self._drawn = time.monotonic()
        self.shown = False

    def draw(self, place: int, share: float) -> None:
        """Draw the share of the file at `place`, not too often."""
        now = time.monotonic()
        if now - self._begun < _PATIENCE or now - self._drawn < _EVERY:
            return
        self._drawn, self.shown = now, True
        done = min(1.0, (place + share) / self._files)
        full = round(done * _WIDTH)
        self._write(f"\r{_('reading')} [{'#' * full}{'.' * (_WIDTH - full)}] {done:4.0%}")

    def clear(self) -> None:
        """Leave the line as it was."""
        if self.shown:
            self._write(_CLEAR)

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def watched(inputs: Sequence[Incoming]) -> Iterator[None]:
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


T = TypeVar("T")

# What a table lists of the new records, and of the differences: on a terminal, and elsewhere.
_ON_SCREEN, _IN_TABLE = 25, 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """Where and how the preview is wanted."""

    format: str | None
    output: Path | None

    def listed(self, run: App) -> int | None:
        """How much of it is to be listed; None for everything."""
        if (self.format or "table") != "table" or (self.output is not None and self.output.suffix != ".txt"):
            return None
        return _ON_SCREEN if run.render_options().width is not None else _IN_TABLE

    @property
    def view(self) -> View:
        """The view of a report."""
        return View(format=self.format, output=self.output, explain=True)


def import_all(run: App, inputs: Sequence[Incoming], doing: Doing, shown: Shown) -> None:
    """Preview `inputs`, and write them where that was asked for or is agreed to. Raises InputRejected for problems."""
    _say_understood(run, inputs)
    rules = Rules(
        run.today,
        run.settings.currency,
        take_all=doing.conflict == "take",
        listed=shown.listed(run),
        answers={**inputs[0].answers, **read_answers(doing.answer or ())},
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
    if not result.accepted:
        _reject(run, inputs, result, doing, shown)
    if not result.outcome.counts and inputs:
        _list_problems(run, inputs, result, doing)
        raise InputRejected(inputs[0].nothing())
    _show(run, result, shown)
    _list_problems(run, inputs, result, doing)
    guesses = len(result.outcome.guesses)
    if not straight or (guesses and not doing.yes):
        taken = _decided(run, result.outcome.conflicts) if doing.conflict == "ask" else frozenset()
        if not result.outcome.writes and not taken:
            run.say(_("nothing was changed"))
            return
        if not _agreed(run, doing, guesses):
            return
        result = _attempt(run, inputs, replace(rules, take=taken), doing, dry_run=False, guess=True)
        if not result.accepted:
            _reject(run, inputs, result, doing, shown)
    _say_done(run, result)


def _asked(run: App, questions: Sequence[Question]) -> dict[str, str]:
    """The answers of a person at the terminal. Raises Refused where one is none."""
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


def read_answers(given: Iterable[str]) -> dict[str, str]:
    """The answers by cell or sort of question. Raises UsageError for what is none."""
    answers = {}
    for text in given:
        question, equals, answer = text.partition("=")
        if not equals or not question.strip() or not answer.strip():
            raise UsageError(_("--answer is QUESTION=ANSWER, not “{text}”").format(text=shorten(text)))
        answers[question.strip()] = answer.strip()
    return answers


def _attempt(run: App, inputs: Sequence[Incoming], rules: Rules, doing: Doing, *, dry_run: bool, guess: bool) -> Result:
    kept: list[str] = []

    def write(act: Callable[[Store], T], /, *, dry_run: bool) -> tuple[int | None, T]:
        def act_and_keep(store: Store) -> T:
            outcome = act(store)
            kept[:] = [] if dry_run else keep_maps(store, inputs)
            return outcome

        large, reason = any(one.is_large for one in inputs), _reason(inputs, rules)
        return run.write(act_and_keep, dry_run=dry_run, origin="import", reason=reason, apart=large)

    with watched(inputs):
        result = attempt(write, inputs, rules, dry_run=dry_run, skip_bad=doing.skip_bad, check=True, guess=guess)
    for name in kept:
        run.say(_("remembered for files with these headings: map “{map}” (tracker import --maps)").format(map=name))
    return result


def _reason(inputs: Sequence[Incoming], rules: Rules) -> str | None:
    """What a later import of the same other ledger has to know."""
    ledgers = [one.state.ledger for one in inputs if one.state]
    return answer(ledgers[0], rules) if ledgers and (rules.same or rules.prefix) else None


def _agreed(run: App, doing: Doing, guesses: int) -> bool:
    """Whether to go on to write. Raises Refused where the person says no, or nobody can be asked about guesses."""
    rests = ngettext(
        "{count} line rests on a guess, marked ?", "{count} lines rest on a guess, marked ?", guesses
    ).format(count=guesses)
    if guesses and not doing.yes and doing.apply and not run.has_terminal:
        raise Refused(_("{rests}: answer with --answer, or take them as they are with --yes").format(rests=rests))
    if doing.yes or (doing.apply and not guesses):
        return True
    if not run.has_terminal or doing.dry_run:
        run.say(_("nothing was recorded; to record it, add --apply"))
        return False
    run.confirm(_("{rests}; record this?").format(rests=rests) if guesses else _("record this?"))
    return True


def _decided(run: App, conflicts: Iterable[Difference]) -> frozenset[Conflicting]:
    """The conflicts in which the person chooses the file, asked one by one."""
    taken = set()
    for one in conflicts:
        question = _(
            "row {row}, {what} {field}: take the value of the file instead of the one entered by hand?"
        ).format(row=one.row, what=one.what, field=one.field)
        try:
            run.confirm(question)
            taken.add(one.conflicting)
        except Refused:
            continue
    return frozenset(taken)


# --- what is said --------------------------------------------------------------------------------------------------


def _say_understood(run: App, inputs: Sequence[Incoming]) -> None:
    if len(inputs) > 1:
        names = _(", ").join(one.name for one in inputs)
        run.say(_("an export of tracker: {names}").format(names=shorten(names, 400)))
        return
    for one in inputs:
        for line in one.understood():
            run.say(line)


def _say_left_out(run: App, inputs: Sequence[Incoming]) -> None:
    for one in inputs:
        for line in one.changed():
            run.say(line)
        for row in one.left_out()[:_ON_SCREEN]:
            run.say(_("{name}: row {row} left out, {why}: {text}").format(
                name=one.name, row=row.row, why=row.why, text=row.text
            ))  # fmt: skip
        if (more := len(one.left_out()) - _ON_SCREEN) > 0:
            run.say(ngettext("and {count} more row", "and {count} more rows", more).format(count=more))


def _show(run: App, result: Result, shown: Shown) -> None:
    report = preview(result, run.today)
    output(run, shown.view, report)
    if not report.rows or (shown.format or "table") != "table":
        for line in (*report.coverage, *report.notes):
            run.say(line)


def _say_done(run: App, result: Result) -> None:
    if result.number is None:
        run.say(_("nothing was changed"))
    else:
        run.say(_("change {number} recorded; undo: tracker undo {number}").format(number=result.number))


def _reject(run: App, inputs: Sequence[Incoming], result: Result, doing: Doing, shown: Shown) -> None:
    """Show what is wrong, and raise InputRejected."""
    problems, more = _as_written(inputs, result.outcome.problems), result.outcome.more_problems
    together = shown.listed(run) is not None
    output(run, shown.view, problem_list(problems, more, run.today, together=together))
    _write_problems(run, problems, more, doing)
    raise rejected(result.outcome)


def _as_written(inputs: Sequence[Incoming], problems: Sequence[Problem]) -> list[Problem]:
    """The problems with the values as they stand in their cells."""
    [*_others, file] = inputs
    texts = file.texts({one.row for one in problems if one.cell}) if not _others else {}
    return [replace(one, value=texts.get(one.cell, one.value)) for one in problems]


def _list_problems(run: App, inputs: Sequence[Incoming], result: Result, doing: Doing) -> None:
    """List what was left out."""
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


def _write_problems(run: App, problems: Sequence[Problem], more: int, doing: Doing) -> None:
    if doing.errors_to is None:
        return
    output(run, View(format="csv", output=doing.errors_to), problem_list(problems, more, run.today))
