"""The program that unpacks one workbook, in a process of its own with limits on memory, time and disk.

Readers of spreadsheets are large, and a file of a few kilobytes can ask them for more memory than there is. So they run
here: what goes wrong ends this process and no other. Called with the path of the workbook, its format, the number of an
open file for the rows, and the sheet asked for; writes pickled lists of rows there, one after another, and one JSON
object about them to standard output. It imports nothing of the program.

A cell of an xlsx is what its number format shows, where that is another thing than its value: 0.35 formatted 0% is
"35%", the first of a month formatted as a month is "2023-06", 12 formatted 0000 is "0012", 500 formatted with £ is
"500 GBP". A formula without a stored value is a tuple of its text.
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
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from heapq import merge
from html import unescape
from pathlib import Path
from typing import IO, Any, TypeAlias

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
_ORIGIN = "tracker"
_MOST_MERGED = 20_000
_BATCH = 500
_BLOCK = 2**20
# Parts of a workbook that hold no cells: pictures, drawings, other files.
_IDLE = re.compile(
    r"(?:^|/)(?:media|embeddings|drawings|charts|pivotCache|pivotTables|externalLinks|printerSettings|theme|customXml"
    r"|Pictures|Thumbnails|Object [^/]*|ObjectReplacements|Configurations2)/|vbaProject\.bin$"
)
_XML = (".xml", ".rels")
_RELATIONS = "xl/_rels/workbook.xml.rels"
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
                return {"format": form, **read(file, form, wanted, out)}
        with tempfile.TemporaryFile(prefix="tracker-") as copy:
            kind = unpack(path, copy)
            copy.seek(0)
            return {"format": kind, **read(copy, kind, wanted, out)}


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


def read(file: IO[bytes], form: str, wanted: str | None, out: IO[bytes]) -> dict[str, Any]:
    """Write the rows of the sheet `wanted`, of every sheet where it is None."""
    from python_calamine import CalamineWorkbook

    formats: Callable[[int], Iterator[Formatted]] = Formats(file).of if form == "xlsx" else lambda place: iter(())
    file.seek(0)
    with CalamineWorkbook.from_filelike(file) as book:
        names = book.sheet_names
        hidden = [not str(sheet.visible).endswith(".Visible") for sheet in book.sheets_metadata]
        cells = [str(sheet.typ).endswith(".WorkSheet") for sheet in book.sheets_metadata]
        chosen = [place for place in range(len(names)) if cells[place]] if wanted is None else pick(names, wanted)
        # Of a workbook that tracker wrote: the sheet that says where it comes from.
        chosen += [place for place in range(len(names)) if names[place] == _ORIGIN and chosen and place not in chosen]
        sheets = [_sheet(book.get_sheet_by_index(place), place, hidden[place], formats(place), out) for place in chosen]
    return {"names": names, "sheets": sheets}


def pick(names: list[str], wanted: str) -> list[int]:
    """The sheet of this name, or, where none has it, of this number from 1."""
    for plain in (str, str.casefold):
        found = [place for place, name in enumerate(names) if plain(name).strip() == plain(wanted).strip()]
        if found:
            return found[:1]
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
    return [number - 1] if 1 <= number <= len(names) else []


def _sheet(sheet: Any, place: int, hidden: bool, formats: Iterator[Formatted], out: IO[bytes]) -> dict[str, Any]:
    merged = sheet.merged_cell_ranges or []
    start = out.tell()
    if sheet.start is not None:
        if sheet.start[1] + sheet.width > MOST_COLUMNS:
            raise Unfit("columns")
        _write_rows(sheet, sheet.start[1], formats, out)
    ranges = [[*first, *last] for first, last in merged[:_MOST_MERGED]]
    return {"place": place, "hidden": hidden, "start": start, "end": out.tell(), "merged": ranges}


def _write_rows(sheet: Any, margin: int, formats: Iterator[Formatted], out: IO[bytes]) -> None:
    """Rows from the first of the sheet on, each without the blank cells at its end."""
    batch: list[list[Any]] = []
    size = 0
    formatted = next(formats, _NO_MORE)
    for number, row in enumerate(sheet.iter_rows()):
        cells, characters = _cells(row, margin)
        while formatted[0] <= number:
            if formatted[0] == number:
                _format(cells, *formatted[1:])
            formatted = next(formats, _NO_MORE)
        while cells and cells[-1] is None:
            cells.pop()
        batch.append(cells)
        size += characters + len(cells)
        if len(batch) >= _BATCH or size > _BLOCK:
            pickle.dump(batch, out, pickle.HIGHEST_PROTOCOL)
            batch, size = [], 0
    pickle.dump(batch, out, pickle.HIGHEST_PROTOCOL)


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
    return cells, characters


# --- number formats ------------------------------------------------------------------------------------------------

# A cell that is shown as something else than its value: row and column from 0, what it is shown as, and what with.
Formatted: TypeAlias = tuple[int, int, str, str]
_NO_MORE: Formatted = (sys.maxsize, 0, "", "")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy", 27: "yyyy年m月", 36: "yyyy年m月", 52: "yyyy年m月", 57: "yyyy年m月"}
# The currency of a sign between quotes or with its country; $ and ¥ alone are those of several.
_CURRENCY = re.compile(r'\[\$([^\]-]{1,4})(?:-([0-9A-F]+))?\]|"([^"]{1,4})"|([£€₹₱])', re.IGNORECASE)
_PAIR = re.compile(r"(\S+)=(\S+)")
_SIGNS = dict(_PAIR.findall("£=GBP €=EUR ₹=INR ₱=PHP R$=BRL US$=USD A$=AUD zł=PLN Kč=CZK"))
_CODES = re.compile("GBP|EUR|USD|CNY|CHF|PLN|CZK|HUF|RON|SEK|DKK|NOK|INR|PHP|BRL|MXN|AUD|CAD|NZD|ZAR")
_COUNTRIES = dict(
    _PAIR.findall(
        "409=USD C09=AUD 1009=CAD C0C=CAD 1409=NZD 80A=MXN 2C0A=ARS"
        " 340A=CLP 240A=COP 1004=SGD C04=HKD 404=TWD 804=CNY 411=JPY"
    )
)
# A unit behind the digits; letters are one only where a currency stands beside them: 5 m is a length too.
_UNIT = re.compile("(?:千?万|亿)(?:元|人民币|美元|欧元|日元)?|k|mn?|bn|thousand|million|billion", re.IGNORECASE)
_ASIDE = re.compile(r'\[[^\]]*\]|[_*].|[)"\\\s]')
# What of a format is no part of the value: texts between quotes, single characters, colours, fillers.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>(0?)</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


class Formats:
    """What the parts of an xlsx say of its cells beside their values, read from the archive without compression."""

    def __init__(self, file: IO[bytes]) -> None:
        """Find the sheets, in their order, and the styles whose cells are shown as something else."""
        self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with zipfile.ZipFile(file) as archive:
            self._parts = {part.filename: part for part in archive.infolist()}
        self._kinds: dict[bytes, tuple[str, str]] = {}
        styles = self._text("xl/styles.xml")
        codes = {of["numFmtId"]: of["formatCode"] for of in _elements(b"numFmt", styles) if len(of) > 1}
        styles = styles[styles.find(b"<cellXfs") : styles.find(b"</cellXfs")] if b"<cellXfs" in styles else b""
        for place, style in enumerate(_elements(b"xf", styles)):
            number = style.get("numFmtId", "0")
            code = codes.get(number) or _BUILT_IN.get(int(number) if number.isdecimal() else 0, "")
            if kind := shown_as(code):
                self._kinds[b"%d" % place] = kind
        targets = {of.get("Id", ""): of.get("Target", "") for of in _elements(b"Relationship", self._text(_RELATIONS))}
        book = self._text("xl/workbook.xml")
        self._sheets = [
            _path(next((targets.get(value, "") for name, value in of.items() if name.endswith(":id")), ""))
            for of in _elements(b"sheet", book)
        ]
        # Whoever asks for everything to be computed on opening has computed nothing, and wrote 0 for every value.
        self._uncomputed = any(of.get("fullCalcOnLoad") in ("1", "true") for of in _elements(b"calcPr", book))

    def of(self, place: int) -> Iterator[Formatted]:
        """The cells of a sheet that are not shown as their value is, and the formulas without one, by row."""
        start, end = self._range(self._sheets[place]) if place < len(self._sheets) else (0, 0)
        if start == end:
            return iter(())
        return merge(self._formatted(start, end), self._formulas(start, end))

    def _formatted(self, start: int, end: int) -> Iterator[Formatted]:
        if not self._kinds:
            return
        styles = b"|".join(self._kinds)
        pattern = rb"""<(?:\w+:)?c\s(?=[^>]*\bs=["'](%b)["'])[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["']""" % styles
        for match in re.compile(pattern).finditer(self._content, start, end):
            yield (*_place(match[2], match[3]), *self._kinds[match[1]])

    def _formulas(self, start: int, end: int) -> Iterator[Formatted]:
        for match in _FORMULA.finditer(self._content, start, end):
            cell = _attributes(match[1])
            reference = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", cell.get("r", ""))
            # A formula whose result is an empty text has a type; a 0 is a value where somebody computed it.
            if reference and cell.get("t", "n") == "n" and (not match[3] or self._uncomputed):
                text = unescape((match[2] or b"").decode(errors="replace"))
                yield (*_place(reference[1].encode(), reference[2].encode()), "formula", text)

    def _range(self, name: str) -> tuple[int, int]:
        part = self._parts.get(name)
        if part is None:
            return 0, 0
        head = self._content[part.header_offset + 26 : part.header_offset + 30]
        start = part.header_offset + 30 + int.from_bytes(head[:2], "little") + int.from_bytes(head[2:], "little")
        return start, start + part.file_size

    def _text(self, name: str) -> bytes:
        start, end = self._range(name)
        return self._content[start:end]


def shown_as(code: str) -> tuple[str, str] | None:
    """What a number format makes of a value, where that is something else: ("percent", ""), ("pad", "0000")."""
    code = code.split(";")[0]
    behind = _ASIDE.sub("", re.split("[0#?]", code)[-1])
    # Where the format divides as well, by a comma behind the digits or with a point of its own, the value is whole.
    unit = behind if _UNIT.fullmatch(behind) and not re.search(r"[!\\]\.", code) else ""
    for sign, country, quoted, bare in _CURRENCY.findall(code):
        sign = (sign or quoted or bare).strip()
        if (
            found := _COUNTRIES.get(country.upper())
            if sign in ("$", "¥")
            else _SIGNS.get(sign, sign if _CODES.fullmatch(sign) else "")
        ):
            return "counted", f"{unit} {found}".strip()
    if unit and not unit.isascii():
        return "counted", unit
    plain = _LITERAL.sub("", code).replace("@", "").strip().casefold()
    if "%" in plain:
        return "percent", ""
    if len(plain) > 1 and not plain.strip("0"):
        return "pad", plain
    if "y" in plain and "d" not in plain and "h" not in plain:
        return ("month" if "m" in plain else "year"), ""
    return None


def _format(cells: list[Any], column: int, kind: str, text: str) -> None:
    """Put what a cell shows into its place."""
    value = cells[column] if column < len(cells) else None
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind == "formula" and value in (None, 0):
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = (text,)
    elif kind == "percent" and number is not None:
        share = (Decimal(repr(number)) * 100).quantize(Decimal("1E-9")).normalize()
        cells[column] = f"{share:f}%"
    elif kind == "counted" and number is not None:
        # The digits beyond the fifteenth are those of the machine.
        cells[column] = f"{Decimal(number if isinstance(number, int) else f'{number:.15g}'):f} {text}"
    elif kind == "pad" and number is not None and number == abs(int(number)):
        cells[column] = f"{int(number):0{len(text)}d}"
    elif kind in ("month", "year") and isinstance(value, date) and value.day == 1:
        # A day that is not the first was entered by somebody.
        if kind == "month":
            cells[column] = f"{value:%Y-%m}"
        elif value.month == 1:
            cells[column] = f"{value:%Y}"


def _elements(name: bytes, xml: bytes) -> Iterator[dict[str, str]]:
    """The attributes of every element of this name."""
    for match in re.finditer(rb"<(?:\w+:)?%b\s([^>]*)>" % name, xml):
        yield _attributes(match[1])


def _attributes(xml: bytes) -> dict[str, str]:
    return {
        match[1].decode(): unescape((match[2] if match[2] is not None else match[3]).decode(errors="replace"))
        for match in _ATTRIBUTE.finditer(xml)
    }


def _path(target: str) -> str:
    """The part that a relation of the workbook names."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _place(letters: bytes, row: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = 26 * column + letter - 64
    return int(row) - 1, column - 1


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
