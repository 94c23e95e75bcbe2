"""`tracker database`: info, check, upgrade, backup, restore, copy, seal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Annotated

import typer

from tracker.app import App
from tracker.commands.options import View, Yes, choice
from tracker.database import Database, Reader
from tracker.errors import InputRejected, Refused
from tracker.i18n import N_, _, ngettext
from tracker.queries import database_info
from tracker.reports import integrity
from tracker.reports.integrity import Fault
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.schema import expected_revision, present_revision, refuse_first_version
from tracker.text import command_line, read_whole, show
from tracker.vocabulary import Term, noun_of

# What the facts are called in Chinese; in English their keys can be read.
_FACTS = {
    "place": "位置",
    "engine": "数据库引擎",
    "schema": "结构版本",
    "expected_schema": "本程序的结构版本",
    "bytes": "字节数",
    "last_change": "最近一次变更",
    "last_change_at": "最近变更时间",
    "last_change_by": "最近变更人",
}


def describe(database: Database, today: date) -> Report:
    """Where the ledger lies, what it is, and how much is in it; of an older or newer schema too."""
    with database.reading() as reader:
        refuse_first_version(database, reader)
        facts = dict(_facts(database, reader))
    tables = (key.removesuffix("_rows") for key in facts if key.endswith("_rows"))
    names = _FACTS | {f"{one}_rows": f"{'变更' if one == 'change' else noun_of(one)}（行数）" for one in tables}
    return Report(
        "database",
        _("Database"),
        (Column("item", _("What"), priority=1), Column("value", _("Value"), Kind.ANY, priority=1)),
        tuple((Term(key, names.get(key, key), key), value) for key, value in facts.items()),
        today,
    )


def _facts(database: Database, reader: Reader) -> Iterator[tuple[str, Cell]]:
    yield "place", str(database)
    engine = database_info.Engine(database.engine, reader)
    yield "engine", engine.version()
    yield "schema", present_revision(reader)
    yield "expected_schema", expected_revision()
    size = engine.size()
    yield "bytes", database.path.stat().st_size if size is None else size
    for table, rows in database_info.row_counts(reader).items():
        yield f"{table}_rows", rows
    last = database_info.last_change(reader)
    if last:
        yield "last_change", last.number
        yield "last_change_at", last.at
        yield "last_change_by", last.actor


def faults(database: Database, reader: Reader) -> list[Fault]:
    """Everything that is wrong with the database, from its pages to what is derived; nothing where it is whole.

    What rests on a fault is not looked at: no hash where the tables are altered, nothing derived where records are.
    """
    from tracker.ledger.schema_check import deviations

    # Of an older schema nothing is known here but what every schema has.
    older = present_revision(reader) != expected_revision()
    found = [*integrity.faults(database, reader, older=older)]
    if not older:
        found += [integrity.of_schema(one.what, one.kind, one.name) for one in deviations(database, reader)]
    if any(fault.what in ("page", "schema") for fault in found):
        return found
    from tracker.ledger.hash_chain import hashes

    found += [integrity.of_change(number) for number, stored, computed in hashes(reader) if stored != computed]
    if found or older:
        return found
    from tracker.engine import make_engine
    from tracker.ledger.derived import differences

    with make_engine(database, reading=True).connect() as connection:
        return [integrity.of_derived(table, str(number)) for table, number in differences(connection)]


app = typer.Typer()


@app.command("info")
def show_info(ctx: typer.Context, view: View) -> None:
    """Show the place of the ledger, its engine, schema, size and number of records.

    tracker database info
    """
    from tracker.commands.output import output

    run: App = ctx.obj
    output(run, view, describe(run.database, run.today))


@app.command("upgrade")
def upgrade_schema(ctx: typer.Context) -> None:
    """Bring the database to the schema of this program, after a copy of the file.

    tracker database upgrade
    """
    from tracker.ledger.derived import rebuild
    from tracker.schema import expected_revision, upgrade

    run: App = ctx.obj
    with run.database.reading():
        pass  # refuses what is no ledger before anything is loaded
    run.unsure = True
    copy = upgrade(run.database, run.now, rebuild)
    run.say(_("{place} has schema {revision}").format(place=run.database, revision=expected_revision()))
    if copy:
        run.say(_("its state before is in {path}").format(path=copy))


@app.command("seal")
def print_seal(
    ctx: typer.Context,
    format: Annotated[
        str | None, choice("--format", ("text", "json"), N_("Format [default: text, or by the suffix]."), "-f")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=N_("Write a file."))] = None,
) -> None:
    """Print the seal, which shows later that nothing was cut off or rewritten: ledger, last change, its hash and day.

    tracker database seal -o seal-2023-03.txt
    """
    from tracker.render.output import write_atomically
    from tracker.reports.integrity import seal_file

    run: App = ctx.obj
    as_json = format == "json" if format or output is None else output.suffix.lower() == ".json"
    text = run.read(lambda reader, _as_of: seal_file(reader, as_json=as_json)).encode()
    if output is None:
        run.print_bytes([text], text=True)
        return
    write_atomically(output, text, protected=run.database.files)
    run.say(_("{path} written").format(path=output))


@app.command("check")
def check_database(
    ctx: typer.Context,
    view: View,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="FILE|-", help=N_("A seal, or a digest or bulletin with one, kept elsewhere.")
        ),
    ] = None,
) -> None:
    """Check the file, its schema, its references, the hash of every change and what is derived; exit 1 on a fault.

    tracker database check
    tracker database check --against seal-2023-03.txt
    """

    from tracker.commands.output import output
    from tracker.queries import database_info
    from tracker.reports import integrity
    from tracker.schema import expected_revision, present_revision, require_not_newer

    run: App = ctx.obj
    sealed = _sealed_text(against) if against else ""
    with run.database.reading() as reader:
        require_not_newer(run.database, reader)
        found = faults(run.database, reader)
        contradictions = integrity.against(reader, sealed) if against else None
        foot = [] if found else [integrity.seal_line(database_info.seal(reader))]
        older = present_revision(reader) != expected_revision()
    if against and contradictions is None:
        raise InputRejected(_("{path} holds no seal of a ledger").format(path=show(against)))
    found += contradictions or []
    if against and not contradictions:
        foot.append(_("{path} agrees with the ledger").format(path=show(against)))
    if older:
        foot.append(
            _("the schema is an older one: it and what is derived are checked after {command}").format(
                command=command_line("database upgrade")
            )
        )
    output(run, view, integrity.integrity(found, run.today, older=older)._replace(coverage=tuple(foot)))
    if found:
        sentence = ngettext("{place} has {count} fault", "{place} has {count} faults", len(found))
        raise Refused(sentence.format(place=run.database, count=len(found)))


@app.command("copy")
def copy_database(
    ctx: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL|PATH", help=N_("An empty PostgreSQL database, or a new file."))
    ],
) -> None:
    """Carry the ledger to another database, with every version, change, hash and schedule.

    tracker database copy --to postgresql://zone@db.example/ledger
    tracker database copy --to /srv/zone/ledger.db
    """
    from tracker.database import locate
    from tracker.ledger.transaction import copy

    run: App = ctx.obj
    target = locate(to)
    copied = copy(run.database, target)
    rows = sum(copied.rows.values())
    run.say(
        ngettext(
            "{place} has the ledger: {count} row, verified", "{place} has the ledger: {count} rows, verified", rows
        ).format(place=target, count=f"{rows:,}")
    )
    run.say(_("change {number}, hash {hash}").format(number=copied.change, hash=copied.digest))


@app.command("backup")
def back_up_database(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=N_("A new file [default: beside the database, named for the time].")),
    ] = None,
) -> None:
    """Copy the ledger to a new file, whole and checked.

    tracker database backup
    tracker database backup /mnt/safe/ledger-2023-03.db
    """
    from tracker.backup import back_up

    run: App = ctx.obj
    target = file or _beside(run, "")
    back_up(run.database, target, partial(_require_unaltered, run.database))
    run.say(_("{path} written").format(path=target))


@app.command("restore")
def restore_database(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("A backup."))],
    yes: Yes = False,
) -> None:
    """Put the state of a backup into the database; the present state is saved beside it first.

    tracker database restore /mnt/safe/ledger-2023-03.db
    """
    from tracker.backup import restore
    from tracker.ledger.derived import rebuild
    from tracker.schema import renew, require_not_newer
    from tracker.sqlite_file import alone

    run: App = ctx.obj
    fresh = run.database.engine == "sqlite" and not run.database.path.exists()
    if not (yes or fresh):
        run.require_terminal()
        run.confirm(_("replace what is in {place} by {path}?").format(place=run.database, path=file))
    if not file.exists():
        raise Refused(_("there is no file {path}").format(path=show(str(file))))
    origin = Database("sqlite", str(file))
    with origin.reading() as reader:
        require_not_newer(origin, reader)

    def prepare(copy: Database) -> None:
        renew(copy, rebuild)
        _require_unaltered(origin, copy)

    run.unsure = True
    # What one restore puts in place is what the next one keeps.
    with alone(run.database.path) if run.database.engine == "sqlite" else nullcontext():
        saved = _beside(run, "before-restore.")
        restore(run.database, file, saved, prepare)
    if fresh:
        run.say(_("{place} created from {path}").format(place=run.database, path=file))
        return
    run.say(_("{place} has the state of {path}").format(place=run.database, path=file))
    run.say(_("its state before is in {path}").format(path=saved))


def _sealed_text(file: str) -> str:
    """What a file, or standard input, says. Raises InputRejected where it cannot be read as text."""
    try:
        return read_whole(sys.stdin.buffer if file == "-" else Path(file), file).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _("it is not UTF-8 text")
        raise InputRejected(_("{path} cannot be read: {reason}").format(path=show(file), reason=reason)) from None


def _require_unaltered(place: Database, copy: Database) -> None:
    """Raise Refused, naming `place`, where the rows of its `copy` are not what was recorded."""
    from tracker.ledger.hash_chain import require_unaltered

    with copy.reading() as reader:
        require_unaltered(reader, place)


def _beside(run: App, kind: str) -> Path:
    """A free name beside the database; for PostgreSQL any name does, because what asks for it refuses."""
    path = run.database.path if run.database.engine == "sqlite" else Path("ledger")
    names = (
        path.with_name(f"{path.name}.{kind}{run.stamp}{more}.bak") for more in chain([""], map("-{}".format, count(2)))
    )
    return next(name for name in names if not os.path.lexists(name))
