"""What a SQLite file must be before it is opened, and how one is created: by `init` alone, private, never over anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show

MAGIC = b"SQLite format 3\0"
# "trkr": the mark in the file header that tells our databases from any other program's.
APPLICATION_ID = 0x74726B72
PRAGMAS = ("foreign_keys=ON", "synchronous=EXTRA", "trusted_schema=OFF", "cell_size_check=ON", "recursive_triggers=ON")


def examine(path: Path) -> None:
    """Raise Refused, naming `path`, unless it is a whole tracker database; the file is only read."""
    name = show(str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise Refused(_("there is no database at {path}; create it with: tracker init").format(path=name)) from None
    except (OSError, ValueError) as error:
        raise Refused(_("{path} cannot be opened: {reason}").format(path=name, reason=_reason(error))) from None
    if stat.S_ISDIR(mode):
        raise Refused(_("{path} is a folder; give the database file").format(path=name))
    if not stat.S_ISREG(mode):
        raise Refused(_("{path} is not a regular file").format(path=name))
    try:
        with path.open("rb") as file:
            header = file.read(100)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise Refused(_("{path} cannot be read: {reason}").format(path=name, reason=_reason(error))) from None
    _examine_header(name, header, size)


def _examine_header(name: str, header: bytes, size: int) -> None:
    if not header:
        raise Refused(_("{path} is empty; it is no database, and it is left as it is").format(path=name))
    if not header.startswith(MAGIC) or len(header) < 100:
        raise Refused(_("{path} is not a tracker database; it is left as it is").format(path=name))
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise Refused(_("{path} is a database of another program; it is left as it is").format(path=name))
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    counted = header[24:28] == header[92:96]
    if counted and size < int.from_bytes(header[28:32], "big") * page:
        # SQLite itself answers queries on such a file with NULLs and no error.
        raise Refused(_("{path} is cut short; restore a backup with: tracker database restore FILE").format(path=name))


def _reason(error: OSError | ValueError) -> str:
    return show(getattr(error, "strerror", None) or str(error))


def read_only(path: Path) -> bool:
    """Whether neither the file nor a journal beside it could be written."""
    return not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK))


def create(path: Path) -> None:
    """Create an empty private file at `path` that nobody else can have created at the same time.

    Raises Refused when something is there already or the folder cannot take it.
    """
    name = show(str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise Refused(_("{path} exists already; nothing was changed").format(path=name)) from None
    except (OSError, ValueError) as error:
        raise Refused(_("{path} cannot be created: {reason}").format(path=name, reason=_reason(error))) from None


def require_folder(path: Path) -> None:
    """Raise Refused where the folder that is to hold `path` is not there."""
    if not path.absolute().parent.is_dir():
        raise Refused(_("the folder of {path} does not exist").format(path=show(str(path))))
