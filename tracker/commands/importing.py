"""`tracker import`: spreadsheets, tables and our own exports into the ledger, previewed first, all rows or none.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands.options import DryRun, KnownOn, View, Yes, choice
from tracker.commands.parsers import parses, read_currency, read_output, whole
from tracker.errors import Refused, UsageError
from tracker.i18n import N_, _

if TYPE_CHECKING:
    from tracker.importer.open_input import Incoming

app = typer.Typer()

CONFLICT_RULES = ("keep", "take", "ask")
DATE_ORDERS = ("dmy", "mdy", "ymd")
BLANKS = ("keep", "clear")
_LARGEST_ROW = 1_048_576


@dataclass(frozen=True, slots=True)
class Form:
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
    header: Annotated[
        int | None,
        typer.Option(
            "--header",
            metavar="N",
            parser=str,
            callback=parses(whole(1, _LARGEST_ROW)),
            help=N_("The row of the headings."),
        ),
    ] = None
    transpose: Annotated[
        bool | None,
        typer.Option("--transpose/--no-transpose", help=N_("Fields run down and records across, or not.")),
    ] = None


@dataclass(frozen=True, slots=True)
class Meaning:
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
    date_order: Annotated[
        str | None,
        choice("--date-order", DATE_ORDERS, N_("How 4/5/2023 is to be read.")),
    ] = None
    blank: Annotated[
        str | None,
        choice(
            "--blank",
            BLANKS,
            N_("Whether an empty cell clears a field [default: only in a file that tracker exported]."),
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Doing:
    """What is to be done with it."""

    apply: Annotated[bool, typer.Option("--apply", help=N_("Record it, without a question."))] = False
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
        bool,
        typer.Option("--same-projects", help=N_("The codes of another ledger's file mean the projects here.")),
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


@dataclass(frozen=True, slots=True)
class Remembered:
    """The maps that are remembered for files with known headings."""

    maps: Annotated[
        bool,
        typer.Option("--maps", help=N_("List the remembered maps of files; with a NAME for FILE show that one.")),
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
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            callback=read_output,
            help=N_("Write the preview, or the map, to a file."),
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
    if doing.dry_run and (doing.apply or doing.yes):
        raise UsageError(_("--dry-run records nothing: leave --apply and --yes out"))
    if remembered.maps or remembered.forget or remembered.known_on:
        from tracker.commands.importing_run import forget_map, list_maps, show_map

        view = View(format=format, output=output, explain=True)
        if not remembered.maps:
            raise UsageError(_("--forget and --known-on go with --maps"))
        if file is None and remembered.forget:
            raise UsageError(_("name the map to forget: tracker import --maps NAME --forget"))
        if file is None:
            list_maps(run, view, remembered.known_on)
        elif remembered.forget:
            forget_map(run, file, dry_run=doing.dry_run)
        else:
            show_map(run, file, remembered.known_on)
        return
    if file is None:
        raise UsageError(_("there is nothing to read: name a file"))
    if doing.conflict == "ask" and not run.has_terminal:
        raise UsageError(_("there is no terminal to ask at: choose --conflict keep or --conflict take"))
    asks = run.has_terminal and not doing.yes
    inputs = _opened(run, file, form, meaning, doing, asks=asks)
    if map_init:
        _write_map(run, inputs, output)
        return
    if asks:
        from tracker.commands.importing_run import ask_columns

        inputs = [ask_columns(run, one) for one in inputs]
    from tracker.commands.importing_run import Shown, import_all

    import_all(run, inputs, doing, Shown(format, output))


def _opened(run: App, file: str, form: Form, meaning: Meaning, doing: Doing, *, asks: bool) -> "Sequence[Incoming]":
    from tracker.commands.importing_run import known_maps, read_answers
    from tracker.importer.mapping.columns import KindUnknown
    from tracker.importer.open_input import Wanted, kind_of, open_input

    # A currency that nobody set is that of files with Chinese headings alone.
    is_set = run.chosen.origins["currency"] != "default"
    fiscal = run.settings.fiscal_year_start if run.chosen.origins["fiscal_year_start"] != "default" else None
    wanted = Wanted(
        run.today,
        run.settings.currency,
        kind=kind_of(meaning.what) if meaning.what else None,
        sheet=form.sheet,
        encoding=form.encoding,
        delimiter=form.delimiter,
        header=form.header,
        transpose=form.transpose,
        map=meaning.map,
        unit=meaning.unit,
        asked_currency=meaning.currency,
        set_currency=run.settings.currency if is_set else None,
        fiscal_year_start=fiscal,
        date_order=meaning.date_order,
        blank=meaning.blank,
        same_name=read_answers(doing.answer or ()).get("same-name"),
    )
    try:
        return open_input(file, lambda: sys.stdin.buffer, wanted, partial(known_maps, run))
    except KindUnknown as unknown:
        if not asks:
            raise
        run.say(str(unknown))
        return open_input(file, lambda: sys.stdin.buffer, replace(wanted, kind="project"), partial(known_maps, run))


def _write_map(run: App, inputs: "Sequence[Incoming]", output: Path | None) -> None:
    from tracker.importer.mapping import write_map
    from tracker.importer.open_input import TableInput

    [*_others, table] = inputs
    if not isinstance(table, TableInput) or table.ours:
        raise Refused(_("a file that tracker exported, or a package, needs no map"))
    text = write_map(table.table, table.reading)
    if output is None:
        run.print(text)
        return
    from tracker.render.output import write_atomically

    if output.exists():
        raise Refused(_("{path} exists already; name another file").format(path=output))
    write_atomically(output, text.encode())
    run.say(_("{path} written; edit it, then: tracker import FILE --map {path}").format(path=output))
