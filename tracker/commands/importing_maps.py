"""The maps that are remembered in the ledger for files with known headings: list, show, forget, and keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.app import App
from tracker.commands.answer import present
from tracker.commands.options import View
from tracker.errors import UsageError
from tracker.i18n import _
from tracker.queries.import_maps import ImportMapRow, import_maps
from tracker.reports.report import Column, Kind, Report
from tracker.text import pick, shorten

LEAVE_OUT = "-"

if TYPE_CHECKING:
    from tracker.importer.mapping.maps import Map
    from tracker.importer.mapping.questions import ColumnQuestion
    from tracker.importer.open_input import Incoming
    from tracker.ledger.store import Store


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
    present(run, view, Report("maps", _("Maps of files"), columns, cells, run.today, empty=_("no map is remembered")))


def show_map(run: App, name: str, known_on: date | None) -> None:
    """Print one map in TOML, as --map reads it."""
    rows = known_maps(run, known_on)
    row = pick(name, [((one.name,), one) for one in rows], _("map of a file"))
    run.print(row.text + "\n")


def forget_map(run: App, name: str, *, dry_run: bool) -> None:
    """End one map."""
    from tracker.ledger.import_maps import forget

    number, row = run.write(lambda store: forget(store, name), dry_run=dry_run)
    if dry_run:
        run.say(_("map “{map}” would be forgotten; nothing was changed").format(map=row.name))
        return
    run.say(_("map “{map}” forgotten").format(map=row.name))
    run.say(_("change {number} recorded; undo: tracker undo {number}").format(number=number))


def ask_columns(run: App, one: Incoming) -> Incoming:
    """Ask what the file leaves open, column by column, and read it by the answers."""
    from tracker.importer.mapping.maps import Map
    from tracker.importer.mapping.questions import answered, questions
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
                _("what the file leaves open; an empty answer passes on, {leave_out} leaves a column out").format(
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
    listed = ", ".join(f"{number} {choice.words}" for number, choice in enumerate(choices, 1))
    examples = {"currency": "CNY", "unit": "万元", "as_of": "2023-06"}
    free = _("or one like {example}").format(example=examples[question.free]) if question.free else ""
    offered = ", ".join(filter(None, (listed, free, _("{mark} leave out").format(mark=LEAVE_OUT))))
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
    from tracker.ledger.import_maps import remember

    kept = []
    for one in inputs:
        if isinstance(one, TableInput) and one.said:
            remembered = remember(store, one.known or Path(one.name).stem, one.layout, one.said)
            kept += [remembered.row.name] if remembered.outcome != "same" else []
    return kept
