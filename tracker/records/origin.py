"""Where a file of ours comes from: the ledger and the change it was made from, as a workbook and a folder say it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from tracker.errors import Refused
from tracker.i18n import _
from tracker.text import show

# The hidden sheet of a workbook that says which ledger it was made from, and which state of it.
STATE = "tracker"


@dataclass(frozen=True, slots=True)
class State:
    """Where a file comes from: what it holds, of which ledger, as which change (number and hash) left it, as of when.

    The last three are those of the ledger sheet.
    """

    what: str
    ledger: str
    change: int
    hash: str = ""
    as_of: date | None = None
    lang: str = ""
    unit: str = ""
    currency: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """The rows of the hidden sheet."""
        return [(name, str(value)) for name, value in asdict(self).items() if value]


def read_state(rows: Iterable[Sequence[object]]) -> State | None:
    """The state recorded in a hidden sheet; None for a sheet that tracker did not write."""
    values = {str(row[0]): str(row[1]) for row in rows if len(row) > 1}
    try:
        day = values.get("as_of")
        change = int(float(values["change"]))
        as_of = date.fromisoformat(day) if day else None
        texts = {name: values.get(name, "") for name in ("what", "ledger", "hash", "lang", "unit", "currency")}
        return State(change=change, as_of=as_of, **texts) if texts["what"] and texts["ledger"] else None
    except (KeyError, ValueError):
        return None


NAME = "manifest.json"
_FORMAT, _VERSION = "investment-tracker export", 2
# The first version wrote capital otherwise, which is content by its headings.
_READ = (1, _VERSION)
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the folder: the kind of its records, how many there are, and the hash of its bytes."""

    file: str
    kind: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`as_of` is None where everything recorded was asked for; `change` and `seal` are the newest change's."""

    files: tuple[Listed, ...]
    encoding: str = "utf-8"
    as_of: date | None = None
    known_on: date | None = None
    change: int | None = None
    seal: str | None = None
    ledger: str = ""

    @property
    def state(self) -> State:
        """Where the folder comes from."""
        return State("all", self.ledger, self.change or 0, self.seal or "", self.as_of)

    def data(self) -> bytes:
        """The bytes of the file."""
        days = {"as_of": self.as_of, "known_on": self.known_on}
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "encoding": self.encoding,
            **{name: day.isoformat() if day else None for name, day in days.items()},
            "ledger": self.ledger,
            "change": self.change,
            "seal": self.seal,
            "files": [asdict(one) for one in self.files],
        }
        return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, None where it is no export of ours.

    Raises Refused for the manifest of a later version, and for a damaged one.
    """
    try:
        with (folder / NAME).open("rb") as file:
            content = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        return None
    if content.get("version") not in _READ:
        raise Refused(_("{folder} was exported by a newer version: upgrade tracker").format(folder=show(str(folder))))
    try:
        listed = content["files"]
        files = tuple(Listed(str(f["file"]), str(f["kind"]), int(f["rows"]), str(f["sha256"])) for f in listed)
        if any(Path(one.file).name != one.file for one in files):
            raise ValueError("a file of another folder")
        as_of, known_on = (date.fromisoformat(day) if day else None for day in (content["as_of"], content["known_on"]))
        encoding, ledger = str(content["encoding"]), str(content.get("ledger", ""))
        return Manifest(files, encoding, as_of, known_on, content["change"], content["seal"], ledger)
    except (KeyError, TypeError, ValueError):
        raise Refused(_("the manifest of {folder} is damaged: export again").format(folder=show(str(folder)))) from None
