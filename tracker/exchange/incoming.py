"""What is imported: one file, a pipe, or a folder that `tracker export all` wrote; read as often as it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tracker.errors import InputRejected, Refused, UsageError
from tracker.exchange.files import Table, open_table
from tracker.exchange.records import KINDS, Problem, Record
from tracker.exchange.understanding import Options, Reading, knows, understand
from tracker.exchange.understanding.maps import Map, load_map
from tracker.exchange.writing.manifest import NAME, Listed, read_manifest
from tracker.i18n import _, ngettext
from tracker.text import did_you_mean, shorten, show

_PIPE = "-"
# A small file is hashed beside its size and time: both can stay as they were.
_HASHED = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to read a file, as far as the user says; what is None is found out or said by the map."""

    today: date
    currency: str
    kind: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    transpose: bool | None = None
    map: str | None = None
    unit: str | None = None
    asked_currency: str | None = None
    date_order: str | None = None
    blank: str | None = None


class TableInput:
    """A table on its way into the ledger: the records understood in it, and whether its file is still the same."""

    def __init__(self, name: str, table: Table, reading: Reading, path: Path | None) -> None:
        """`path` is None for a pipe, of which nothing can change."""
        self.name = name
        self.table = table
        self.reading = reading
        self._path = path
        self._mark = _mark(path)

    @property
    def ours(self) -> bool:
        """Whether this program wrote it."""
        return self.reading.ours

    def records(self) -> Iterator[Record | Problem]:
        """The records, and what is wrong; a problem of no row but of a whole column has row 0."""
        found = self.reading.records()
        for problem in islice(found, len(self.reading.problems)):
            yield replace(problem, row=0) if isinstance(problem, Problem) else problem
        yield from found

    def place(self, record: Record, field: str) -> tuple[str, str]:
        """The cell and the heading that a field was read from."""
        return self.reading.place(record, field)

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file was written to since it was opened."""
        if _mark(self._path) != self._mark:
            raise InputRejected(_("{name} changed while it was read; nothing was changed").format(name=self.name))


def _mark(path: Path | None) -> tuple[object, ...]:
    """What a file cannot change without showing it."""
    if path is None or not path.is_file():
        return ()
    try:
        found = path.stat()
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest() if found.st_size <= _HASHED else ""
    except OSError:
        return ()
    return (found.st_ino, found.st_size, found.st_mtime_ns, digest)


def open_input(place: str, stdin: Callable[[], BinaryIO], wanted: Wanted) -> list[TableInput]:
    """What stands at `place`: a file, "-" for what `stdin` gives, or a folder of ours, file by file in their order.

    Raises whatever opening and understanding a file raise.
    """
    path = Path(place)
    if place != _PIPE and path.is_dir():
        return _open_folder(path, wanted)
    chosen = load_map(wanted.map) if wanted.map else None
    return [_open_file(None if place == _PIPE else path, stdin, wanted, chosen)]


def _open_file(path: Path | None, stdin: Callable[[], BinaryIO], wanted: Wanted, chosen: Map | None) -> TableInput:
    told = chosen or Map()
    table = open_table(
        path,
        stdin() if path is None else None,
        sheet=wanted.sheet or told.sheet or None,
        encoding=wanted.encoding or told.encoding or None,
        delimiter=wanted.delimiter or told.delimiter or None,
        transpose=told.transpose if wanted.transpose is None else wanted.transpose,
        header=told.header if wanted.header is None else wanted.header,
        knows=knows,
    )
    reading = understand(table, _options(wanted, chosen))
    return TableInput(table.name, table, reading, path)


def _options(wanted: Wanted, chosen: Map | None) -> Options:
    return Options(
        today=wanted.today,
        currency=wanted.asked_currency or wanted.currency,
        map=chosen,
        what=wanted.kind,
        date_order=wanted.date_order,
        unit=wanted.unit,
        blank=wanted.blank,
    )


# --- folders -------------------------------------------------------------------------------------------------------


def _open_folder(folder: Path, wanted: Wanted) -> list[TableInput]:
    manifest = read_manifest(folder)
    if manifest is None:
        raise Refused(
            _("{folder} is no folder that tracker export all wrote: it has no {manifest}; name a file").format(
                folder=show(str(folder)), manifest=NAME
            )
        )
    if wanted.map or wanted.sheet or wanted.transpose:
        raise UsageError(_("an exported folder is read as it was written: leave --map, --sheet and --transpose out"))
    order = list(KINDS)
    files = sorted(manifest.files, key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    _require_whole(folder, files)
    return [_open_listed(folder, one, manifest.encoding, wanted) for one in files if one.rows]


def _require_whole(folder: Path, files: Sequence[Listed]) -> None:
    """Raise InputRejected for every file that is missing or is not as it was written."""
    wrong = [one.file for one in files if _digest(folder / one.file) != one.sha256]
    if wrong:
        raise InputRejected(
            ngettext(
                "{folder} is not as it was exported: {files} is missing or was changed; import that file by itself",
                "{folder} is not as it was exported: {files} are missing or were changed; import them by themselves",
                len(wrong),
            ).format(folder=show(str(folder)), files=shorten(", ".join(wrong)))
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _open_listed(folder: Path, listed: Listed, encoding: str, wanted: Wanted) -> TableInput:
    path = folder / listed.file
    table = open_table(path, encoding=encoding, delimiter=",", transpose=False, header=1)
    options = Options(today=wanted.today, currency=wanted.currency, what=listed.kind)
    return TableInput(listed.file, table, understand(table, options), path)


def kind_of(word: str) -> str:
    """The kind of record that a word names: "project", "projects". Raises UsageError with the closest one."""
    for kind in KINDS.values():
        if word.casefold() in (kind.code, kind.plural):
            return kind.code
    plurals = [kind.plural for kind in KINDS.values()]
    raise UsageError(
        _("there is nothing called “{word}” to import{hint} Known: {known}").format(
            word=shorten(word), hint=did_you_mean(word, plurals) or _("."), known=", ".join(plurals)
        )
    )
