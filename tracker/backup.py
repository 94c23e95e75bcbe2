"""A whole, checked copy of a SQLite ledger, and the way back: through SQLite, which knows about locks and journals."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from tracker import sqlite_file
from tracker.database import Database
from tracker.errors import Refused
from tracker.i18n import _
from tracker.sqlite_file import Damaged
from tracker.text import command_line, show


def back_up(database: Database, target: Path, verify: Callable[[Database], object] = lambda _copy: None) -> Path:
    """Copy the ledger to the new file `target` in one snapshot; the path written.

    Raises Refused where `target` is there already, the copy does not pass its check, or the engine is PostgreSQL, and
    what `verify` raises of the copy.
    """
    if database.engine != "sqlite":
        raise Refused(_("a PostgreSQL database is backed up with pg_dump, not from here"))
    sqlite_file.require_folder(target)
    with contextlib.closing(database.connect(reading=True)) as source, sqlite_file.draft(target) as draft:
        # From here on it is the target's disk that may be full.
        with Database("sqlite", str(target)).translated(), contextlib.closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not whole:
            raise _damaged(database)
        verify(Database("sqlite", str(draft)))
    return target


def restore(database: Database, source: Path, saved: Path, renew: Callable[[Database], None]) -> None:
    """Put the state in `source` into the ledger, after the present state was kept at `saved`.

    `renew` prepares a copy of `source`: its views, triggers and derived rows are made anew, so that nothing of a
    foreign file runs here. A ledger that is missing is created; a damaged one, which cannot be copied whole, is moved
    to `saved` as it is. Raises Refused where `source` is not a whole tracker database, or is the ledger itself.
    """
    if database.engine != "sqlite":
        raise Refused(_("a PostgreSQL database is restored with pg_restore, not from here"))
    origin = Database("sqlite", str(source))
    with contextlib.closing(origin.connect(reading=True)) as old, origin.translated():
        whole = old.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not whole or old.execute("PRAGMA foreign_key_check").fetchall():
            raise _damaged(origin)
    if database.path.exists() and database.path.samefile(source):
        raise Refused(_("{path} is the ledger itself; nothing was changed").format(path=database))
    with tempfile.TemporaryDirectory(dir=database.path.absolute().parent, prefix=".tracker-") as folder:
        prepared = Database("sqlite", str(Path(folder) / "prepared.db"))
        back_up(origin, prepared.path)
        renew(prepared)
        if not os.path.lexists(database.path):
            back_up(prepared, database.path)
            return
        try:
            back_up(database, saved)
        except Damaged:
            set_aside(database.path, saved)
            back_up(prepared, database.path)
            return
        with (
            database.translated(),
            contextlib.closing(database.connect()) as live,
            contextlib.closing(prepared.connect(reading=True)) as new,
        ):
            new.backup(live)


def set_aside(path: Path, saved: Path) -> None:
    """Move a damaged file, and the journal that belongs to it: left behind, it would be played into the next file.

    Raises Refused where something is at `saved` already.
    """
    try:
        os.link(path, saved)
        journal = path.with_name(f"{path.name}-journal")
        if journal.exists():
            journal.rename(saved.with_name(f"{saved.name}-journal"))
        path.unlink()
    except OSError as error:
        reason = show(error.strerror or str(error))
        raise Refused(
            _("{path} cannot be kept at {saved}: {reason}; nothing was changed").format(
                path=show(str(path)), saved=show(str(saved)), reason=reason
            )
        ) from None


def _damaged(database: Database) -> Damaged:
    return Damaged(
        _("{place} is damaged; restore a backup with: {command}").format(
            place=database, command=command_line(_("database restore FILE"))
        )
    )
