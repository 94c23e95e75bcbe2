"""`tracker export`: the ledger as files that spreadsheets, programs and `tracker import` read.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple, TypedDict, TypeVar

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import KnownOn, Which, day_option, format_option, read_output, read_unit
from tracker.errors import UsageError
from tracker.i18n import N_, _, ngettext
from tracker.text import command_line, show, unknown_word

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.exporter.files import Wanted
    from tracker.queries.as_of import AsOf, Filters

T = TypeVar("T")
# Writes into a file, which is a file of the user or else what is printed; how many rows.
Write = Callable[[BinaryIO, bool], int]
app = typer.Typer()

# Up to this size what goes to a pipe stays in memory.
_SPOOLED = 16 * 1024 * 1024
_CHUNK = 1024 * 1024

# Of the Open Contracting for Infrastructure Data Standard.
PACKAGE = "oc4ids"
# The sheet of all projects that can be sent up.
LEDGER = "ledger"
# They name themselves here, because importing the package for its completion would cost every command.
WHATS = (
    *("fields", "companies", "certifications", "projects", "relations", "stages", "conditions", "milestones"),
    *("capital", "baselines", "reviews", "indicators", "requests", "follow_ups", "rates", "calendar", "maps"),
    *("month_closes", "changes", "all"),
    LEDGER,
    PACKAGE,
)
FORMATS = ("csv", "jsonl", "xlsx")

What = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help=N_(
            "projects, capital, milestones, …, changes (log), all (but log and schedules), ledger (one sheet), oc4ids."
        ),
        autocompletion=complete.plain_words(WHATS),
    ),
]
AsOfDay = Annotated[date | None, day_option("--as-of", N_("Facts up to this day [default: everything recorded]."))]


class Form(NamedTuple):
    """How it is written, and where."""

    format: Annotated[str | None, format_option(FORMATS, N_("Format."))] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PLACE",
            callback=read_output,
            help=N_("Write a file, or for all as csv a folder; - is standard output."),
        ),
    ] = None
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help=N_("Encoding of csv: utf-8, gb18030, utf-16, …"))
    ] = None

    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", callback=read_unit, help=N_("Of ledger: 元, 万元, 亿元, k, m, bn.")),
    ] = None


class Packaging(NamedTuple):
    """What the head of an OC4IDS package says."""

    publisher: Annotated[
        str | None, typer.Option("--publisher", metavar="NAME", help=N_("Of oc4ids: who publishes it [default: you]."))
    ] = None
    prefix: Annotated[
        str | None, typer.Option("--prefix", metavar="PREFIX", help=N_("Of oc4ids: the prefix its help desk gave you."))
    ] = None
    uri: Annotated[
        str | None, typer.Option("--uri", metavar="URI", help=N_("Of oc4ids: where the package will be found."))
    ] = None
    license: Annotated[
        str | None, typer.Option("--license", metavar="URI", help=N_("Of oc4ids: the licence it is published under."))
    ] = None

    def require_package(self, what: str) -> None:
        """Raise UsageError where something else is exported, which has no such head."""
        for name in self._fields:
            if getattr(self, name) is not None and what != PACKAGE:
                raise UsageError(_("--{option} is for {what} alone: leave it out").format(option=name, what=PACKAGE))


@app.command("export")
def export(
    ctx: typer.Context,
    what: What,
    which: Which,
    packaging: Packaging,
    form: Form,
    as_of: AsOfDay = None,
    known_on: KnownOn = None,
) -> None:
    """Write records as csv, jsonl or xlsx, for spreadsheets, for programs, and for tracker import.

    tracker export projects --chain 新能源汽车 -o projects.csv
    tracker export capital -o capital.csv --encoding gb18030
    tracker export all -o 2023-06
    tracker export all -o ledger.xlsx
    tracker export ledger -o 台账.xlsx
    tracker export oc4ids -o package.json
    """
    from tracker.exporter.files import Wanted

    run: App = ctx.obj
    packaging.require_package(what)
    if what == PACKAGE:
        if form.format not in (None, "json") or form.encoding is not None:
            raise UsageError(_("an OC4IDS package is JSON in UTF-8: leave --format and --encoding out"))
        _export_package(run, which.filters(), packaging, as_of, known_on, form.output)
        return

    if what == LEDGER:
        _export_ledger(run, which.filters(), form, as_of, known_on)
        return
    if form.unit is not None:
        raise UsageError(_("--{option} is for {what} alone: leave it out").format(option="unit", what=LEDGER))
    wanted = Wanted(what, which.filters(), as_of, known_on)
    wanted.check()
    chosen = _format(what, form.format, form.output)
    codec = _encoding(chosen, form.encoding)

    def write(file: BinaryIO, to_file: bool) -> int:
        return _write(run, wanted, chosen, file, codec, to_file=to_file)

    if form.output is None:
        _print(run, chosen, write)
    elif what == "all" and chosen == "csv":
        _write_folder(run, wanted, form.output, codec)
    else:
        _write_file(run, chosen, form.output, write)


def _format(what: str, format: str | None, output: Path | None) -> str:
    """The format asked for, else the one the suffix names, else csv. Raises UsageError for one that cannot be."""
    from tracker.render.output import format_of

    named = format_of(output) if output else None
    if format is None and named is not None and named not in FORMATS:
        raise UsageError(unknown_word(_("“{word}” names no format to export"), str(output), FORMATS))
    if format is None and named is None and output is not None and what != "all":
        raise UsageError(
            _("“{path}” does not end in {known}: choose such a name, or give the format with -f").format(
                path=show(str(output)), known=_(", ").join(f".{one}" for one in FORMATS)
            )
        )
    chosen = format or named or "csv"
    if what == "all" and chosen == "csv" and (output is None or named == "csv"):
        raise UsageError(_("all is a csv file a kind: name a folder with -o FOLDER, or choose -f xlsx or -f jsonl"))
    return chosen


def _encoding(format: str, encoding: str | None) -> str:
    from tracker.exporter.files import encoding_of

    if encoding is not None and format != "csv":
        raise UsageError(_("{format} is always in its own encoding: leave --encoding out").format(format=format))
    return encoding_of(encoding or "utf-8")


def _with_bom(encoding: str) -> str:
    """A spreadsheet takes a file for UTF-8 where it begins with this mark."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


class CsvForm(TypedDict):
    """How a csv is written."""

    encoding: str
    newline: str
    protecting: bool


def _csv_form(encoding: str, to_file: bool) -> CsvForm:
    """A file is for spreadsheets, what is printed for programs."""
    if to_file:
        return {"encoding": _with_bom(encoding), "newline": "\r\n", "protecting": True}
    return {"encoding": encoding, "newline": "\n", "protecting": False}


def _export_ledger(run: App, filters: "Filters", form: Form, as_of: date | None, known_on: date | None) -> None:
    from tracker.commands.options import rules_of
    from tracker.money import parse_unit

    chosen = _format(LEDGER, form.format, form.output)
    if chosen == "jsonl":
        raise UsageError(_("the ledger is one sheet for people: choose csv or xlsx"))
    encoding = _encoding(chosen, form.encoding)
    unit, rules = parse_unit(form.unit or run.settings.unit), rules_of(run, None)

    def write(file: BinaryIO, to_file: bool) -> int:
        from tracker.exporter import ledger
        from tracker.records.origin import State

        def build(reader: "Reader", at: "AsOf") -> tuple[ledger.Sheet, State]:
            sheet = ledger.ledger(reader, at, filters, rules, unit=unit, currency=run.settings.currency)
            return sheet, ledger.state(reader, at, sheet)

        sheet, state = run.read(build, as_of=as_of, known_on=known_on)
        if chosen == "xlsx":
            return ledger.write_ledger_xlsx(sheet, file, run.today, state)
        return ledger.write_ledger_csv(sheet, file, **_csv_form(encoding, to_file))

    _print(run, chosen, write) if form.output is None else _write_file(run, chosen, form.output, write)


def _print(run: App, format: str, write: Write) -> None:
    # Written in full before it is printed: whoever pages through it must not keep others from writing.
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as spool:
        write(spool, False)  # type: ignore[arg-type]  # it is as good as a file
        spool.seek(0)
        run.print_bytes(iter(lambda: spool.read(_CHUNK), b""), text=format != "xlsx")


def _write_file(run: App, format: str, output: Path, write: Write) -> None:
    from tracker.render.output import atomic_file

    with atomic_file(output, protected=run.database.files) as file:
        count = write(file, True)
    rows = ngettext("{count} row", "{count} rows", count).format(count=count)
    run.say(_("{path} written ({format}, {rows})").format(path=output, format=format, rows=rows))


def _write(run: App, wanted: "Wanted", format: str, file: BinaryIO, encoding: str, *, to_file: bool) -> int:
    """Write what is wanted as one file; how many rows."""
    from tracker.exporter.files import tables

    def write(reader: "Reader", as_of: "AsOf") -> int:
        found = tables(reader, as_of, wanted)
        if format == "xlsx":
            from tracker.exporter.files import state, write_xlsx

            return sum(write_xlsx(found, file, run.today, state(reader, as_of, wanted)))
        if format == "jsonl":
            from tracker.exporter.files import write_json_lines

            return sum(write_json_lines(table, file, named=wanted.what == "all") for table in found)
        from tracker.exporter.files import write_csv

        return sum(write_csv(table, file, **_csv_form(encoding, to_file)) for table in found)

    return _read(run, wanted, write)


def _write_folder(run: App, wanted: "Wanted", output: Path, encoding: str) -> None:
    from tracker.exporter.files import manifest, tables, write_folder

    written = _read(
        run,
        wanted,
        lambda reader, as_of: write_folder(
            output, tables(reader, as_of, wanted), manifest(reader, as_of, wanted, encoding), _with_bom(encoding)
        ),
    )
    count = sum(one.rows for one in written.files)
    rows = ngettext("{count} row", "{count} rows", count).format(count=count)
    run.say(
        _("{path} written ({count} files, {rows}; the log is not part of it: {command})").format(
            path=output, count=len(written.files), rows=rows, command=command_line("export changes")
        )
    )


def _read(run: App, wanted: "Wanted", build: "Callable[[Reader, AsOf], T]") -> T:
    from tracker.records.snapshot import EVERY_DAY

    return run.read(build, as_of=wanted.as_of or EVERY_DAY, known_on=wanted.known_on)


def _export_package(
    run: App, filters: "Filters", packaging: Packaging, as_of: date | None, known_on: date | None, output: Path | None
) -> None:
    """Write the package of the chosen projects to stdout or a file."""
    from tracker.exporter.oc4ids import DEFAULT_PREFIX, Publication, package, write_package

    publication = Publication(
        run.now,
        run.zone,
        run.actor if packaging.publisher is None else packaging.publisher,
        DEFAULT_PREFIX if packaging.prefix is None else packaging.prefix,
        packaging.uri,
        packaging.license,
        run.settings.lang,
    )

    def build(reader: "Reader", at: "AsOf") -> dict[str, object]:
        from tracker.reports.portfolio import matching_ids

        return package(reader, at, matching_ids(reader, at, filters), publication)

    made = run.read(build, as_of=as_of, known_on=known_on)
    data = write_package(made)
    if output is None:
        run.print_bytes([data], text=True)
        return
    from tracker.render.output import write_atomically

    write_atomically(output, data, protected=run.database.files)
    projects = made["projects"]
    assert isinstance(projects, list)
    count = ngettext("{count} project", "{count} projects", len(projects)).format(count=len(projects))
    run.say(_("{path} written (OC4IDS 0.9, {count})").format(path=output, count=count))
