"""What is imported: one file, a pipe, or a folder that `tracker export all` wrote; read as often as it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from tracker.errors import InputRejected, Refused, UsageError
from tracker.exporter.folder import NAME, Listed, read_manifest
from tracker.i18n import _, ngettext
from tracker.importer.inputs import Incoming, PackageInput, TableInput
from tracker.importer.mapping import Options, knows, understand
from tracker.importer.mapping.maps import Map, load_map
from tracker.importer.readers import open_table
from tracker.records.schema import KINDS
from tracker.text import did_you_mean, shorten, show

_PIPE = "-"
_LARGEST_PACKAGE = 100 * 2**20


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


def open_input(place: str, stdin: Callable[[], BinaryIO], wanted: Wanted) -> Sequence[Incoming]:
    """What stands at `place`: a file, "-" for what `stdin` gives, or a folder of ours, file by file in their order.

    A workbook of ours gives its sheets. Raises whatever opening and understanding a file raise.
    """
    path = None if place == _PIPE else Path(place)
    if path is not None and path.is_dir():
        return _open_folder(path, wanted)
    if path is not None and path.suffix.casefold() == ".json" and path.is_file():
        return [_open_package(path)]
    chosen = load_map(wanted.map) if wanted.map else None
    first = _open_file(path, stdin, wanted, chosen)
    plurals = {kind.plural: kind.code for kind in KINDS.values()}
    if path is None or wanted.sheet or not first.ours or not plurals.keys() >= set(first.table.sheets):
        return [first]
    sheets = sorted(first.table.sheets, key=list(plurals).index)
    return [_open_sheet(path, sheet, plurals[sheet], wanted) for sheet in sheets] or [first]


def _open_sheet(path: Path, sheet: str, kind: str, wanted: Wanted) -> TableInput:
    table = open_table(path, sheet=sheet, transpose=False, header=1)
    reading = understand(table, replace(_options(wanted, None), what=kind))
    return TableInput(f"{table.name}: {sheet}", table, reading, path)


def _open_package(path: Path) -> PackageInput:
    from tracker.oc4ids import PackageSource, is_package, parse_json

    name = shorten(path.name, 80)
    try:
        if path.stat().st_size > _LARGEST_PACKAGE:
            raise Refused(_("{name} is larger than {most} MB").format(name=name, most=_LARGEST_PACKAGE // 2**20))
        data = parse_json(path.read_bytes())
    except OSError as error:
        raise Refused(
            _("{path} cannot be read: {reason}").format(path=show(str(path)), reason=error.strerror)
        ) from None
    if not is_package(data):
        raise InputRejected(_("{name} is JSON, but no OC4IDS project package: it has no projects").format(name=name))
    return PackageInput(path, PackageSource(name, data))


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
