"""One run at a time: a lock that the kernel takes back from whoever dies, so that it is never stale."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import Busy, Refused
from tracker.i18n import _
from tracker.text import show

_PRIVATE = 0o600


def lock_folder() -> Path:
    """Where locks lie. Raises Refused for a user without a home folder."""
    import platformdirs

    path = platformdirs.user_state_path("tracker")
    if not path.is_absolute():
        raise Refused(_("there is no home folder to keep a lock in: set HOME or XDG_STATE_HOME"))
    return path / "locks"


@contextmanager
def only_one(folder: Path, database: str, name: str) -> Iterator[None]:
    """Hold the lock of schedule `name` of `database` (its path or URL) while the block runs.

    The lock is on an open descriptor of a file in `folder`, which stays there and means nothing by itself. Raises Busy
    where another process holds it, Refused where the file cannot be opened. It works on one machine, for one user.
    """
    digest = hashlib.sha256(f"{database}\n{name}".encode("utf-8", "surrogateescape")).hexdigest()
    path = folder / f"{digest[:32]}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A planted link is not followed; the descriptor is closed for programs that are started meanwhile.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
    except OSError as error:
        raise Refused(
            _("the lock of “{name}” cannot be taken in {folder}: {reason}").format(
                name=show(name), folder=show(str(folder)), reason=show(error.strerror or str(error))
            )
        ) from error
    try:
        if not _taken(descriptor):
            raise Busy(_("another run of “{name}” is under way; this one leaves it alone").format(name=show(name)))
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
