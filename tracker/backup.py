"""A whole, checked copy of a SQLite ledger, and the way back: never by copying files."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

from tracker import sqlite_file
from tracker.database import Database
from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show


def back_up(database: Database, target: Path) -> Path:
    """Copy the ledger to the new file `target` in one snapshot; the path written.

    Raises Refused where `target` is there already, the copy does not pass its check, or the engine is PostgreSQL.
    """
    if database.engine != "sqlite":
        raise Refused(_("a PostgreSQL database is backed up with pg_dump, not from here"))
    sqlite_file.require_folder(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    draft = Path(name)
    try:
        with database.translated():
            _copy(database, draft)
        # A link, unlike a rename, never replaces what another process put there meanwhile.
        os.link(draft, target)
    except FileExistsError:
        raise Refused(_("{path} exists already; nothing was changed").format(path=show(str(target)))) from None
    finally:
        for leftover in (draft, draft.with_name(f"{draft.name}-journal")):
            leftover.unlink(missing_ok=True)
    sync_folder(target.parent)
    return target


def _copy(database: Database, draft: Path) -> None:
    with contextlib.closing(database.connect(reading=True)) as source:
        with contextlib.closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Refused(
                    _("{place} is damaged; restore a backup with: tracker database restore FILE").format(place=database)
                )
    with draft.open("rb") as file:
        os.fsync(file.fileno())


def restore(database: Database, source: Path, saved: Path) -> None:
    """Put the state in `source` into the live ledger, after the present state was copied to `saved`.

    Raises Refused where `source` is not a whole tracker database.
    """
    if database.engine != "sqlite":
        raise Refused(_("a PostgreSQL database is restored with pg_restore, not from here"))
    origin = Database("sqlite", str(source))
    with origin.translated(), contextlib.closing(origin.connect(reading=True)) as old:
        if (
            old.execute("PRAGMA integrity_check").fetchone() != ("ok",)
            or old.execute("PRAGMA foreign_key_check").fetchall()
        ):
            raise Refused(_("{path} is damaged; nothing was changed").format(path=show(str(source))))
        back_up(database, saved)
        with database.translated(), contextlib.closing(database.connect()) as live:
            old.backup(live)


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
