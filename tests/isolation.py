"""Keeps tests away from the user's own files and settings."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tracker.settings import PLACES

ROOT = Path(__file__).resolve().parent.parent

# What a shell, a CI service or a developer's habits could change in the output.
_NAMES = {
    "COLUMNS", "LINES", "LANG", "LANGUAGE", "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS",
    "TTY_COMPATIBLE", "TTY_INTERACTIVE", "TERMINAL_WIDTH", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE",
}  # fmt: skip
_PREFIXES = ("TRACKER_", "_TRACKER_", "TYPER_", "_TYPER_", "LC_", "XDG_", "PG")


def clean_environment(home: Path) -> dict[str, str]:
    """The environment of a new user whose home is `home`, for a process of its own or for this one."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {name: text for name, text in os.environ.items() if name not in _NAMES and not name.startswith(_PREFIXES)}
    places = {
        "HOME": home,
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": runtime,
    }
    return kept | {name: str(place) for name, place in places.items()} | {"TZ": "UTC"}


class Guard:
    """An audit hook that raises RuntimeError before the user's own ledger or settings are opened.

    Forbidden are the program's folders as they are when the guard is made, and every SQLite file in the user's home
    that lies neither in the checkout nor among temporary files.
    """

    def __init__(self) -> None:
        """Note where the user's files are, before any test changes HOME."""
        kinds = (os.environ.get(variable) or os.path.expanduser(f"~/{place}") for variable, place in PLACES.items())
        names = ("tracker", "investment-tracker")
        self._folders = tuple(os.path.abspath(os.path.join(kind, name)) for kind in kinds for name in names)
        self._home = os.path.abspath(pwd.getpwuid(os.getuid()).pw_dir)
        temporary = tempfile.gettempdir()
        self._allowed = (str(ROOT), os.path.abspath(temporary), os.path.realpath(temporary))

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at one audit event; see `sys.addaudithook`."""
        if event not in {"open", "sqlite3.connect"} or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        path = _plain_path(os.fsdecode(arguments[0]))
        if self._forbids(path, is_database=event == "sqlite3.connect"):
            raise RuntimeError(f"a test reached for the user's own file {path}: name one under tmp_path")

    def _forbids(self, path: str, *, is_database: bool) -> bool:
        if _inside(path, self._folders):
            return True
        return is_database and _inside(path, (self._home,)) and not _inside(path, self._allowed)


def _inside(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _plain_path(database: str) -> str:
    if database.startswith("file:"):
        database = "/" + unquote(database.removeprefix("file:").partition("?")[0]).lstrip("/")
    return os.path.abspath(database)
