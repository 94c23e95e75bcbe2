"""Output files: whole or not at all, never over a database, never through a planted link."""

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

    A file that exists keeps its permissions, a new one is its owner's alone; a link is replaced and not followed.
    Raises Refused for one of the `protected` files (the database in use), any other SQLite database, anything that is
    not a regular file, a link in a folder everybody can write to, a missing folder, and whatever the disk refuses.
    """
    try:
        mode = _mode_of_target(path, protected)
    except OSError as error:
        raise Refused(_sentence(path, error)) from error
    except ValueError as error:  # a NUL in the name
        raise Refused(_("“{path}” cannot be the name of a file: choose another").format(path=_name(path))) from error
    try:
        with _replacing(path, mode) as file:
            yield file
    except OSError as error:
        raise Refused(_sentence(path, error)) from error


def make_folder(path: Path) -> None:
    """Create the folder `path`, its owner's alone, unless it is there. Raises Refused where it cannot be one.

    A link in a folder open to everybody is refused: it may lead where somebody else wants the files.
    """
    try:
        _check_folder(path)
        if path.is_symlink():
            _check_link(path)
        path.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        raise Refused(_("{path} is no folder: choose another name").format(path=_name(path))) from error
    except OSError as error:
        raise Refused(_sentence(path, error)) from error


def _mode_of_target(path: Path, protected: tuple[Path, ...]) -> int:
    """The permissions the written file is to have; raises Refused where nothing may be written."""
    _check_folder(path)
    try:
        entry = path.lstat()
    except FileNotFoundError:
        return _PRIVATE
    if stat.S_ISLNK(entry.st_mode):
        _check_link(path)
    if path.exists():
        _check_file(path, protected)
    return stat.S_IMODE(entry.st_mode) & _PERMISSIONS if stat.S_ISREG(entry.st_mode) else _PRIVATE


def _check_folder(path: Path) -> None:
    if not path.parent.exists():
        raise Refused(
            _("{path} is not written: the folder {folder} does not exist, create it first").format(
                path=_name(path), folder=_name(path.parent)
            )
        )
    if not path.parent.is_dir():
        raise Refused(
            _("{path} is not written: {folder} is not a folder, choose another place").format(
                path=_name(path), folder=_name(path.parent)
            )
        )


def _check_link(path: Path) -> None:
    """In a folder open to everybody a link may have been planted by somebody else."""
    if path.parent.stat().st_mode & stat.S_IWOTH:
        raise Refused(
            _("{path} is a link in a folder that everybody can write to: remove it or choose another place").format(
                path=_name(path)
            )
        )


def _check_file(path: Path, protected: tuple[Path, ...]) -> None:
    if not path.is_file():
        raise Refused(_("{path} is not a regular file: choose another name").format(path=_name(path)))
    if any(other.exists() and path.samefile(other) for other in protected):
        raise Refused(_("{path} is the database in use: choose another name").format(path=_name(path)))
    if not os.access(path, os.W_OK):
        raise Refused(_("{path} is read-only: choose another name, or allow writing first").format(path=_name(path)))
    if os.access(path, os.R_OK) and _is_database(path):
        raise Refused(_("{path} is a database and is not overwritten: choose another name").format(path=_name(path)))


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
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name on disk too; file systems that cannot do this for a folder say so, and keep it by themselves."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
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
