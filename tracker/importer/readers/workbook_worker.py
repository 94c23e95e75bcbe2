"""The program that unpacks one workbook, in a process of its own with limits on memory, time and disk.

Readers of spreadsheets are large, and a file of a few kilobytes can ask them for more memory than there is. So they run
here: what goes wrong ends this process and no other. Called with the path of the workbook, its format, the number of an
open file for the rows, and the sheet asked for; writes pickled lists of rows there, one after another, and one JSON
object about them to standard output. It imports nothing of the program.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import re
import resource
import sys
import tempfile
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

MEMORY = 384 * 2**20
SECONDS = 120
DISK = 2**30
# What a workbook may hold when it is unpacked, and how much smaller it may be when packed.
MOST_UNPACKED = 200 * 2**20
MOST_RATIO = 300
MOST_PARTS = 10_000
MOST_COLUMNS = 4096
MOST_CHARACTERS = 131_072
# Merged cells beyond these are not told.
_MOST_MERGED = 20_000
_BATCH = 500
_BLOCK = 2**20
# Parts of a workbook that hold no cells: pictures, drawings, other files.
_IDLE = re.compile(
    r"(?:^|/)(?:media|embeddings|drawings|charts|pivotCache|pivotTables|externalLinks|printerSettings|theme|customXml"
    r"|Pictures|Thumbnails|Object [^/]*|ObjectReplacements|Configurations2)/|vbaProject\.bin$"
)
_XML = (".xml", ".rels")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Unfit(Exception):
    """The workbook is not read; the code says why, the parent has the sentence."""


def main(path: str, form: str, rows: int, wanted: str | None) -> dict[str, Any]:
    """Read the workbook at `path`, a "zip" or an "xls"; what there is to say about it and its sheets."""
    limit()
    with open(rows, "wb", closefd=False) as out:
        if form == "xls":
            check_container(path)
            with open(path, "rb") as file:
                return {"format": form, **read(file, wanted, out)}
        with tempfile.TemporaryFile(prefix="tracker-") as copy:
            found = unpack(path, copy)
            copy.seek(0)
            return {"format": found, **read(copy, wanted, out)}


def check_container(path: str) -> None:
    """Refuse what else comes in the container of an old workbook: a locked new one, a text, a presentation."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for name, code in (("EncryptedPackage", "password"), ("WordDocument", "zip"), ("PowerPoint Document", "zip")):
            if content.find(name.encode("utf-16-le")) >= 0:
                raise Unfit(code)


def limit() -> None:
    """Bound what this process may use."""
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, DISK),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


# --- unpacking -----------------------------------------------------------------------------------------------------


def unpack(path: str, copy: IO[bytes]) -> str:
    """Copy the parts that hold cells into an archive without compression, counted and looked at on the way.

    So whatever the archive says of itself, the reader gets no more than was counted here. Returns the format.
    """
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as plain:
        parts = [part for part in archive.infolist() if not part.is_dir() and not _IDLE.search(part.filename)]
        if len(parts) > MOST_PARTS or len({part.filename for part in parts}) < len(parts):
            raise Unfit("parts")
        if any(part.flag_bits & 1 for part in parts):
            raise Unfit("password")
        form = format_of({part.filename.replace("\\", "/") for part in parts}, archive)
        total = 0
        packed = sum(part.compress_size for part in parts)
        for part in parts:
            total = _copy(archive, part, plain, total)
        if total > 2**20 and total > MOST_RATIO * packed:
            raise Unfit("bomb")
    copy.flush()
    return form


def format_of(names: set[str], archive: zipfile.ZipFile) -> str:
    """What an archive with parts of these names is."""
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as file:
            if file.read(100).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return "ods"
    raise Unfit("zip")


def _copy(archive: zipfile.ZipFile, part: zipfile.ZipInfo, plain: zipfile.ZipFile, total: int) -> int:
    if total + part.file_size > MOST_UNPACKED:
        raise Unfit("bomb")
    name = part.filename.replace("\\", "/")
    with archive.open(part) as source, plain.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        before = b""
        while block := source.read(_BLOCK):
            total += len(block)
            if total > MOST_UNPACKED:
                raise Unfit("bomb")
            if name.endswith(_XML):
                _look(before + block, first=not before)
                before = block[-16:]
            target.write(block)
    return total


def _look(xml: bytes, *, first: bool) -> None:
    """Refuse what no spreadsheet writes into its XML, and what could name other files."""
    if first and xml.startswith(_UTF16):
        raise Unfit("xml")
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"<!doctype" in xml:
        raise Unfit("entities")


# --- reading -------------------------------------------------------------------------------------------------------


def read(file: IO[bytes], wanted: str | None, out: IO[bytes]) -> dict[str, Any]:
    """Write the rows of the sheet `wanted`, of every sheet where it is None."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(file) as book:
        names = book.sheet_names
        hidden = [not str(sheet.visible).endswith(".Visible") for sheet in book.sheets_metadata]
        cells = [str(sheet.typ).endswith(".WorkSheet") for sheet in book.sheets_metadata]
        chosen = [place for place in range(len(names)) if cells[place]] if wanted is None else pick(names, wanted)
        sheets = [_sheet(book.get_sheet_by_index(place), place, hidden[place], out) for place in chosen]
    return {"names": names, "sheets": sheets}


def pick(names: list[str], wanted: str) -> list[int]:
    """The sheet of this name, or, where none has it, of this number from 1."""
    for plain in (str, str.casefold):
        found = [place for place, name in enumerate(names) if plain(name).strip() == plain(wanted).strip()]
        if found:
            return found[:1]
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
    return [number - 1] if 1 <= number <= len(names) else []


def _sheet(sheet: Any, place: int, hidden: bool, out: IO[bytes]) -> dict[str, Any]:
    merged = sheet.merged_cell_ranges or []
    start, rows = out.tell(), 0
    if sheet.start is not None:
        if sheet.start[1] + sheet.width > MOST_COLUMNS:
            raise Unfit("columns")
        rows = _write_rows(sheet, sheet.start[1], out)
    told = [[*first, *last] for first, last in merged[:_MOST_MERGED]]
    return {"place": place, "hidden": hidden, "start": start, "end": out.tell(), "rows": rows, "merged": told}


def _write_rows(sheet: Any, margin: int, out: IO[bytes]) -> int:
    """Rows from the first of the sheet on, each without the blank cells at its end."""
    batch: list[list[Any]] = []
    size = rows = 0
    for row in sheet.iter_rows():
        cells, characters = _cells(row, margin)
        batch.append(cells)
        size += characters + len(cells)
        if len(batch) >= _BATCH or size > _BLOCK:
            pickle.dump(batch, out, pickle.HIGHEST_PROTOCOL)
            rows += len(batch)
            batch, size = [], 0
    pickle.dump(batch, out, pickle.HIGHEST_PROTOCOL)
    return rows + len(batch)


def _cells(row: list[Any], margin: int) -> tuple[list[Any], int]:
    """A row with None for blank cells and cells that hold an error, whole numbers as such, and its characters."""
    cells: list[Any] = [None] * margin
    characters = 0
    for value in row:
        kind = type(value)
        if kind is str:
            characters += len(value)
            if len(value) > MOST_CHARACTERS:
                raise Unfit("cell")
            value = value or None
        elif kind is float:
            # A number of more digits has lost some: it stays what it is, for whoever reads it to refuse.
            value = int(value) if value.is_integer() and abs(value) < 10**15 else value
        elif not isinstance(value, int | date | datetime | time | timedelta):
            value = None
        cells.append(value)
    while cells and cells[-1] is None:
        cells.pop()
    return cells, characters


def why(error: BaseException) -> str:
    """The code of what went wrong; damage, where it is nothing that was looked for."""
    if isinstance(error, Unfit):
        return str(error)
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and not isinstance(error, EOFError | zlib.error):
        return "disk" if Path(tempfile.gettempdir()).is_dir() and error.errno is not None else "damaged"
    if type(error).__name__ == "PasswordError" or "password" in str(error).casefold():
        return "password"
    return "damaged"


if __name__ == "__main__":
    # Whatever a library raises, or a panic of its own, which is no Exception, becomes a code.
    try:
        answer = main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
    except BaseException as error:
        answer = {"error": why(error)}
    os.write(1, json.dumps(answer).encode())
