"""What a SQLite file must be before it is used, and how one is put in place: private, whole, never over anything."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import command_line, show

# "trkr": the mark in the file header that tells our databases from any other program's.
APPLICATION_ID = 0x74726B72
PRAGMAS = ("foreign_keys=ON", "synchronous=EXTRA", "trusted_schema=OFF", "cell_size_check=ON", "recursive_triggers=ON")


class Damaged(Refused):
    """The file is a ledger, but not whole any more."""


def examine(path: Path) -> None:
    """Raise Refused, naming `path`, unless it is a tracker database; the file is only read, and no lock is taken."""
    name = show(str(path))
    try:
        status = path.stat()
    except FileNotFoundError:
        raise Refused(
            _("there is no database at {path}; create it with: {command}").format(
                path=name, command=command_line("init")
            )
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(_("{path} cannot be opened: {reason}").format(path=name, reason=_reason(error))) from None
    if stat.S_ISDIR(status.st_mode):
        raise Refused(_("{path} is a folder; give the database file").format(path=name))
    if not stat.S_ISREG(status.st_mode):
        raise Refused(_("{path} is not a regular file").format(path=name))
    if not os.access(path, os.R_OK):
        raise Refused(_("{path} may not be read by this user").format(path=name))
    if not status.st_size:
        raise Refused(_("{path} is empty; it is not a database and is left as it is").format(path=name))
    _require_mark(path, name)


def _require_mark(path: Path, name: str) -> None:
    # Immutable: nothing is locked and no journal played back. A plain open and close would drop the locks that other
    # connections of this process hold on the file (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
            mark = file.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
            raise Refused(_("{path} is not a tracker database; it is left as it is").format(path=name)) from None
        # Another program may be in the middle of a commit: only a connection that holds a lock can tell damage.
        return
    if mark != APPLICATION_ID:
        raise Refused(_("{path} is a database of another program; it is left as it is").format(path=name))


def require_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Raise Refused where the file is shorter than its header says: SQLite itself would answer with NULLs.

    A lock is held meanwhile, and the journal of a crashed writer has been played back: without that, a file in the
    middle of a commit looks cut.
    """
    connection.execute("BEGIN")
    try:
        (pages,), (size,), (journal,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size", "journal_mode")
        )
        # In WAL mode, which another tool may have set, the newest pages lie in the file beside it.
        if journal != "wal" and path.stat().st_size < pages * size:
            raise Damaged(
                _("{path} is cut short; restore a backup with: {command}").format(
                    path=show(str(path)), command=command_line(_("database restore FILE"))
                )
            )
    finally:
        # Some errors have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def read_only(path: Path) -> bool:
    """Whether neither the file nor a journal beside it could be written."""
    return not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK))


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """An empty private file beside `target` that becomes `target` when the block ends well, and vanishes otherwise.

    Raises Refused where something is at `target` already, or its folder cannot take the file.
    """
    name = show(str(target))
    if os.path.lexists(target):
        raise _exists(target)
    try:
        import tempfile

        handle, path = tempfile.mkstemp(dir=target.absolute().parent, prefix=".tracker-")
    except OSError as error:
        raise Refused(_("{path} cannot be created: {reason}").format(path=name, reason=_reason(error))) from None
    os.close(handle)
    begun = Path(path)
    try:
        yield begun
        _put_in_place(begun, target)
    finally:
        for leftover in (begun, begun.with_name(f"{begun.name}-journal")):
            leftover.unlink(missing_ok=True)


def _put_in_place(begun: Path, target: Path) -> None:
    try:
        _sync(begun)
        # A link, unlike a rename, never replaces what another process put there meanwhile.
        os.link(begun, target)
        _sync(target.absolute().parent)
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        raise Refused(
            _("{path} cannot be created: {reason}").format(path=show(str(target)), reason=_reason(error))
        ) from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait for, and be, the only one that restores into the folder of `path`; the lock is the open folder's own."""
    import fcntl

    require_folder(path)
    descriptor = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def require_folder(path: Path) -> None:
    """Raise Refused where the folder that is to hold `path` is not there."""
    if not path.absolute().parent.is_dir():
        raise Refused(_("the folder of {path} does not exist").format(path=show(str(path))))


def create_folder(path: Path) -> None:
    """Create the folder that is to hold `path`, private, where it is missing; raises Refused where that fails."""
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, ValueError) as error:
        raise Refused(
            _("{path} cannot be created: {reason}").format(path=show(str(path)), reason=_reason(error))
        ) from None


def _exists(target: Path) -> Refused:
    return Refused(_("{path} exists already; nothing was changed").format(path=show(str(target))))


def _reason(error: OSError | ValueError) -> str:
    return show(getattr(error, "strerror", None) or str(error))


def _sync(path: Path) -> None:
    """Make the content of a file, or a new name in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
