"""A folder of CSV files, one a kind of record, with a manifest written last: which files belong to it, what is in them,
and the state of the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.database import Reader
from tracker.errors import Refused
from tracker.exporter.files import State, write_csv
from tracker.exporter.tables import Table, Wanted
from tracker.i18n import _
from tracker.queries.asked import Asked
from tracker.queries.exports import ledger_id, newest_change
from tracker.render.output import atomic_file, make_folder, write_atomically
from tracker.text import show

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
        days = {name: day.isoformat() if day else None for name, day in self._days().items()}
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            "encoding": self.encoding,
            **days,
            "ledger": self.ledger,
            "change": self.change,
            "seal": self.seal,
            "files": [asdict(one) for one in self.files],
        }
        return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()

    def _days(self) -> dict[str, date | None]:
        return {"as_of": self.as_of, "known_on": self.known_on}


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
        return _manifest(content)
    except (KeyError, TypeError, ValueError):
        raise Refused(_("the manifest of {folder} is damaged: export again").format(folder=show(str(folder)))) from None


def _manifest(content: Mapping[str, Any]) -> Manifest:
    files = tuple(Listed(str(f["file"]), str(f["kind"]), int(f["rows"]), str(f["sha256"])) for f in content["files"])
    if any(Path(one.file).name != one.file for one in files):
        raise ValueError("a file of another folder")
    as_of, known_on = (date.fromisoformat(day) if day else None for day in (content["as_of"], content["known_on"]))
    encoding, ledger = str(content["encoding"]), str(content.get("ledger", ""))
    return Manifest(files, encoding, as_of, known_on, content["change"], content["seal"], ledger)


def state(reader: Reader, asked: Asked, wanted: Wanted) -> State:
    """Which state of which ledger is exported."""
    number, digest = newest_change(reader, asked) or (0, "")
    return State(wanted.what, ledger_id(reader), number, digest, wanted.as_of)


def manifest(reader: Reader, asked: Asked, wanted: Wanted, encoding: str) -> Manifest:
    """The manifest of an export, its files still to be listed."""
    number, seal = newest_change(reader, asked) or (None, None)
    return Manifest((), encoding, wanted.as_of, wanted.known_on, number, seal, ledger_id(reader))


def write_folder(folder: Path, tables: Iterable[Table], manifest: Manifest, encoding: str) -> Manifest:
    """Write each table as a file of `folder`, then the manifest that lists them, which is returned.

    An earlier export is replaced file by file; until its manifest is, an import finds that the files do not fit it.
    Raises Refused where the folder holds anything else, and whatever `atomic_file` raises.
    """
    _require_ours(folder)
    make_folder(folder)
    files = []
    for table in tables:
        name = f"{table.name}.csv"
        with atomic_file(folder / name) as file:
            rows = write_csv(table, file, encoding=encoding, newline="\r\n", protecting=True)
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it was opened to read
        files.append(Listed(name, table.kind, rows, digest))
    written = replace(manifest, files=tuple(files))
    write_atomically(folder / NAME, written.data())
    return written


def _require_ours(folder: Path) -> None:
    if not folder.is_dir():
        return
    manifest = read_manifest(folder)
    own = {NAME, *(one.file for one in manifest.files)} if manifest else set()
    others = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if others:
        raise Refused(
            _("{folder} holds something else already ({file}): name a new folder").format(
                folder=show(str(folder)), file=show(others[0])
            )
        )
