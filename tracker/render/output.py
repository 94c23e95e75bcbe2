"""Output files: whole or not at all, never over a database, never through a link of somebody else."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show

_PRIVATE = 0o600
_PERMISSIONS = 0o777
_MOST_LINKS = 40
_SQLITE_MAGIC = b"SQLite format 3\x00"
# The suffix of a file names its format.
SUFFIXES = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".txt": "table",
    ".md": "md",
    ".html": "html",
    ".xlsx": "xlsx",
    ".docx": "docx",
    ".pdf": "pdf",
    ".ics": "ics",
}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


def format_of(path: Path) -> str | None:
    """The format that the suffix of `path` asks for, in any case; None where it names none."""
    return SUFFIXES.get(path.suffix.lower())


def write_atomically(path: Path, data: bytes, *, protected: tuple[Path, ...] = ()) -> None:
    """Write `data` to `path` so that it is on disk when this returns, and `path` is as it was when this raises.

    The rules and refusals are those of `atomic_file`.
    """
    with atomic_file(path, protected=protected) as file:
        file.write(data)


@contextmanager
def atomic_file(path: Path, *, protected: tuple[Path, ...] = ()) -> Iterator[BinaryIO]:
    """A file to write that becomes `path`, on disk, when the block ends, and leaves `path` as it was when it raises.

    A file that exists keeps its permissions, a new one is its owner's alone. A link is followed where the link and
    its target are the user's own, and refused elsewhere. Raises Refused also for one of the `protected` files (the
    database in use), any other SQLite database, anything that is not a regular file (a folder, a device, a pipe), a
    missing folder, and whatever the disk refuses.
    """
    try:
        target = _follow(path)
        mode = _mode_of_target(target, path, protected)
    except OSError as error:
        raise Refused(_sentence(path, error)) from error
    except ValueError as error:  # a NUL in the name
        raise Refused(_("“{path}” cannot be the name of a file: choose another").format(path=_name(path))) from error
    try:
        with _replacing(target, mode) as file:
            yield file
    except OSError as error:
        raise Refused(_sentence(path, error)) from error


def make_folder(path: Path) -> None:
    """Create the folder `path`, its owner's alone, unless it is there. Raises Refused where it cannot be one.

    A link is followed under the rules of `atomic_file`.
    """
    try:
        _follow(path).mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise Refused(_("{path} is not a folder: choose another name").format(path=_name(path))) from error
    except OSError as error:
        raise Refused(_sentence(path, error)) from error


def _follow(path: Path) -> Path:
    """What `path` names once its links are followed; the file itself may still be missing.

    Raises Refused for a link of another user, a link to what is another user's, and a link in a folder where links
    are the system's (/dev, /proc) or may be anybody's.
    """
    target = path
    for _step in range(_MOST_LINKS):
        if not target.parent.exists():
            raise Refused(
                _("{path} is not written: the folder {folder} does not exist, create it first").format(
                    path=_name(target), folder=_name(target.parent)
                )
            )
        if not target.parent.is_dir():
            raise Refused(
                _("{path} is not written: {folder} is not a folder, choose another place").format(
                    path=_name(target), folder=_name(target.parent)
                )
            )
        if not target.is_symlink():
            if target != path:
                _require_own(path, target if target.exists() else target.parent)
            return target
        if target.parent.stat().st_mode & stat.S_IWOTH:
            raise Refused(
                _("{path} is a link in a folder that everybody can write to: remove it or choose another place").format(
                    path=_name(path)
                )
            )
        if os.path.realpath(target.parent).split(os.sep)[1] in ("dev", "proc"):
            raise _irregular(path)
        _require_own(path, target)
        target = target.parent / os.readlink(target)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _require_own(path: Path, part: Path) -> None:
    if part.lstat().st_uid != os.geteuid():
        raise Refused(
            _("{path} is a link, and {part} belongs to another user: name the file itself").format(
                path=_name(path), part=_name(part)
            )
        )


def _irregular(path: Path) -> Refused:
    return Refused(
        _("{path} is not a regular file: choose another name, or - for standard output").format(path=_name(path))
    )


def _mode_of_target(target: Path, path: Path, protected: tuple[Path, ...]) -> int:
    """The permissions the written file is to have; raises Refused where nothing may be written."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return _PRIVATE
    if not stat.S_ISREG(mode):
        raise _irregular(path)
    if any(other.exists() and target.samefile(other) for other in protected):
        raise Refused(_("{path} is the database in use: choose another name").format(path=_name(target)))
    if not os.access(target, os.W_OK):
        raise Refused(_("{path} is read-only: choose another name, or allow writing first").format(path=_name(target)))
    if os.access(target, os.R_OK) and _is_database(target):
        raise Refused(_("{path} is a database and is not overwritten: choose another name").format(path=_name(target)))
    return stat.S_IMODE(mode) & _PERMISSIONS


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[BinaryIO]:
    descriptor, name = tempfile.mkstemp(prefix=".tracker-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            if mode != _PRIVATE:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
    # Put the new name on disk too; file systems that cannot do this for a folder say so, and keep it by themselves.
    try:
        descriptor = os.open(path.parent, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return _("the disk is full, {path} is not written: make room, or choose another disk").format(path=_name(path))
    if error.errno in _FORBIDDEN:
        return _("{path} is not written, there is no permission to: choose another place").format(path=_name(path))
    if error.errno == errno.EROFS:
        return _("{path} is not written, the disk is read-only: choose another place").format(path=_name(path))
    return _("{path} is not written: {reason}").format(path=_name(path), reason=os.strerror(error.errno or errno.EIO))


def _name(path: Path) -> str:
    return show(str(path))
