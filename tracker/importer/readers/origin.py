"""Where the bytes come from: a file that can be read again and again, whether it is one already or a pipe."""

from __future__ import annotations

import os
import stat
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.text import shorten, show

STANDARD_INPUT = "-"
# What is not a file already is kept on the disk while it is read.
MOST_SPOOLED = 4 * 2**30
_BLOCK = 2**20


class Spool:
    """A temporary file that is gone when nobody holds this any more."""

    def __init__(self) -> None:
        """Create it, empty and private. Raises Refused where the temporary folder cannot be written."""
        try:
            number, name = tempfile.mkstemp(prefix="tracker-")
        except OSError as error:
            raise Refused(_("no temporary file can be made: {reason}").format(reason=_reason(error))) from None
        os.close(number)
        self.path = Path(name)
        weakref.finalize(self, _remove, name)


@dataclass(frozen=True, slots=True)
class Origin:
    """A file to read: the name it is called by, the suffix of that name, and the path its bytes are at."""

    name: str
    suffix: str
    path: Path
    keep: Spool | None = field(default=None, repr=False)


def origin(path: Path | None, data: bytes | BinaryIO | None) -> Origin:
    """The file at `path`, or the bytes of a pipe, called by `path` where that is given.

    Raises Refused where there is no such file or it cannot be read, UsageError where nothing is given.
    """
    if path is None and data is None:
        raise UsageError(_("there is nothing to read: name a file"))
    name = STANDARD_INPUT if path is None else shorten(path.name or str(path), 80)
    suffix = "" if path is None else path.suffix.casefold().removeprefix(".")
    if data is not None:
        spool = Spool()
        _fill(spool, data, name)
        return Origin(name, suffix, spool.path, spool)
    assert path is not None
    return _of_file(path, name, suffix)


def _of_file(path: Path, name: str, suffix: str) -> Origin:
    shown = show(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Refused(_("{path} is a folder; name a file").format(path=shown))
        if not stat.S_ISREG(mode):
            spool = Spool()
            with path.open("rb", buffering=0) as file:
                _fill(spool, file, name)
            return Origin(name, suffix, spool.path, spool)
        with path.open("rb"):
            return Origin(name, suffix, path)
    except FileNotFoundError:
        raise Refused(_("there is no file {path}").format(path=shown)) from None
    except (OSError, ValueError) as error:
        raise Refused(_("{path} cannot be read: {reason}").format(path=shown, reason=_reason(error))) from None


def _fill(spool: Spool, data: bytes | BinaryIO, name: str) -> None:
    try:
        with spool.path.open("wb") as file:
            if isinstance(data, bytes):
                file.write(data)
                return
            while block := data.read(_BLOCK):
                file.write(block)
                if file.tell() > MOST_SPOOLED:
                    raise Refused(_("{name} gives more than 4 GB: save it as a file first").format(name=name))
    except OSError as error:
        raise Refused(
            _("{name} cannot be kept on the disk: {reason}").format(name=name, reason=_reason(error))
        ) from None


def _remove(name: str) -> None:
    Path(name).unlink(missing_ok=True)


def _reason(error: OSError | ValueError) -> str:
    return show(getattr(error, "strerror", None) or str(error))
