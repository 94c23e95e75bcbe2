"""The file behind a table: its bytes, as often as they are read; its format and encoding; its records, and what a cell
looks like.

The encoding is decided by the whole file, which is read once in blocks. A mark at the beginning decides; else UTF-16
where every other byte is zero; else strict UTF-8; else the evidence for GB18030, cp1252, cp1250 and Mac Roman. What is
left open is refused and asked for. Text files, delimited or of JSON lines, are read record by record and never in
memory as a whole.
Workbooks (xlsx, xlsb, xls, ods) are unpacked by a process of its own into rows on the disk, and read from there.
"""

from __future__ import annotations

import codecs
import csv
import json
import os
import pickle
import re
import stat
import subprocess
import sys
import tempfile
import unicodedata
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TypeAlias

from tracker.errors import InputRejected, Refused, UsageError
from tracker.i18n import _
from tracker.records.origin import STATE, State, read_state
from tracker.text import did_you_mean, shorten, show

# --- cells -----------------------------------------------------------------------------------------------------------

# Formats of text give str alone, as it stands in the file; None is a cell that is not there.
Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
Cells: TypeAlias = Sequence[Value]
Progress: TypeAlias = Callable[[float], None]


class Formula(str):
    """A cell that holds this formula, whose value nobody has computed."""

    __slots__ = ()


# The columns of each merged range of a row, first and last: {row: [(first, last), …]}.
Spans: TypeAlias = dict[int, list[tuple[int, int]]]
# So many records are looked at before anything is decided.
LOOKED_AT = 60


class Source(Protocol):
    """Where records come from; one after another, the first of the file first, again at each call."""

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every record of the file. Raises InputRejected where it cannot be read."""


def letters(index: int) -> str:
    """The name a spreadsheet gives the column at `index`, from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


Shape: TypeAlias = Literal["blank", "number", "date", "period", "text"]

# Written where nothing is: neither words nor a number.
_DASHES = frozenset("-–—－/／")
_SIGNS = "£$€¥￥"
_UNIT = r"(?:[%％‰]|[十百千万亿]*(?:元|美元|欧元|日元)?|亩|个|k|m|mn|bn|million|billion|thousand|[A-Z]{3})"
_NUMBER = re.compile(
    rf"[(（+\-−]?\s*(?:[A-Z]{{0,3}}[{_SIGNS}])?\s*[+\-−]?[0-9][0-9.,'\s]*\s*[{_SIGNS}]?\s*{_UNIT}\.?\s*[)）]?", re.I
)
_MONTH_NAME = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_TIME = r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?\s*(?:[AP]M)?(?:Z|[+-][0-9:]{4,6})?)?"
_DAY = re.compile(
    rf"(?:[0-9]{{1,4}}\s*[-/.年]\s*[0-9]{{1,2}}\s*[-/.月]\s*[0-9]{{1,4}}\s*日?"
    rf"|[0-9]{{1,2}}[-\s.]+{_MONTH_NAME}[-\s.,]+[0-9]{{2,4}}|{_MONTH_NAME}\s+[0-9]{{1,2}},?\s+[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
# Months, quarters and years stand in cells and, in a wide sheet, as headings.
_PERIOD = re.compile(
    rf"(?:19|20)[0-9]{{2}}年?|(?:19|20)[0-9]{{2}}(?:\s*[-/.年]\s*[0-9]{{1,2}}月?|\s*年?[-\s]?(?:Q[1-4]|[一二三四1-4]季度))"
    rf"|[0-9]{{1,2}}月|[0-9]{{1,2}}[-—~至][0-9]{{1,2}}月|{_MONTH_NAME}(?:[-\s']+[0-9]{{2,4}})?|Q[1-4](?:\s+(?:19|20)[0-9]{{2}})?",
    re.IGNORECASE,
)


def shape(value: Value) -> Shape:
    """The shape of one cell; a "period" is a month, quarter or year, which may also be a heading."""
    if isinstance(value, str):
        return "number" if value.__class__ is Formula else _shape(value.strip()) if value else "blank"
    if value is None:
        return "blank"
    if isinstance(value, date | time | timedelta):
        return "date"
    return "period" if type(value) is int and 1900 <= value <= 2100 else "number"


def is_blank(value: Value) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Value) -> str:
    """A cell as one line of text, for a heading or a message."""
    return "" if value is None else " ".join(str(value).split())


def row_text(cells: Cells) -> str:
    """The beginning of a row in one line, for a message."""
    return shorten(" ".join(text_of(cells[place])[:80] for place in filled(cells)[:8]))


def filled(cells: Cells) -> list[int]:
    """The places of the cells that are not blank."""
    return [place for place, value in enumerate(cells) if not is_blank(value)]


def _shape(text: str) -> Shape:
    if not text or text in _DASHES:
        return "blank"
    # No date and no amount is longer, and patterns are slow on a pasted page.
    if len(text) > 40:
        return "text"
    text = unicodedata.normalize("NFKC", text)
    if _PERIOD.fullmatch(text):
        return "period"
    if _DAY.fullmatch(text):
        return "date"
    return "number" if _NUMBER.fullmatch(text) else "text"


# --- the file --------------------------------------------------------------------------------------------------------

STANDARD_INPUT = "-"
# No table that people keep is larger; a device or a pipe may have no end.
MOST_BYTES = 2**30
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
        weakref.finalize(self, self.path.unlink, missing_ok=True)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: the name it is called by, the suffix of that name, and the path its bytes are at."""

    name: str
    suffix: str
    path: Path
    spool: Spool | None = field(default=None, repr=False)


def source_file(path: Path | None, data: bytes | BinaryIO | None) -> SourceFile:
    """The file at `path`, or the bytes of a pipe, called by `path` where that is given.

    What is not a file on the disk, a pipe or a device, is copied to one. Raises Refused where there is no such file or
    it cannot be read, InputRejected where it is larger than MOST_BYTES, UsageError where nothing is given.
    """
    if path is None:
        if data is None:
            raise UsageError(_("there is nothing to read: name a file"))
        return _copied(data, STANDARD_INPUT, "")
    name, suffix = shorten(path.name or str(path), 80), path.suffix.casefold().removeprefix(".")
    if data is not None:
        return _copied(data, name, suffix)
    shown = show(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise Refused(_("{path} is a folder; name a file").format(path=shown))
        with path.open("rb", buffering=0) as file:
            if not stat.S_ISREG(status.st_mode):
                return _copied(file, name, suffix)
    except FileNotFoundError:
        raise Refused(_("there is no file {path}").format(path=shown)) from None
    except (OSError, ValueError) as error:
        raise Refused(_("{path} cannot be read: {reason}").format(path=shown, reason=_reason(error))) from None
    _require_bounded(status.st_size, name)
    return SourceFile(name, suffix, path)


def _copied(data: bytes | BinaryIO, name: str, suffix: str) -> SourceFile:
    spool = Spool()
    try:
        with spool.path.open("wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                while block := data.read(_BLOCK):
                    file.write(block)
                    _require_bounded(file.tell(), name)
    except OSError as error:
        sentence = _("{name} cannot be kept on the disk: {reason}")
        raise Refused(sentence.format(name=name, reason=_reason(error))) from None
    return SourceFile(name, suffix, spool.path, spool)


def _require_bounded(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise InputRejected(_("{name} has more than 1 GB: it is not a table, or has to be split").format(name=name))


def _reason(error: OSError | ValueError) -> str:
    return show(getattr(error, "strerror", None) or str(error))


# --- format -----------------------------------------------------------------------------------------------------------

# What the suffix of a name promises.
_SUFFIXES = {
    **dict.fromkeys(("csv", "tsv", "txt", "tab"), "text"),
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), "xlsx"),
    **dict.fromkeys(("jsonl", "ndjson"), "jsonl"),
    **{name: name for name in ("xlsb", "xls", "ods", "json")},
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Excel before 1997 began a workbook so, without a container around it.
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table|meta|head|style|body|workbook|div)\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"\s*(?:\{\s*(?:\"|\}|\Z)|\[\s*(?:[\[{\"]|\]|\Z))")


def find_format(file: SourceFile) -> str:
    """ "zip" (a workbook of today), "xls" or "text". Raises InputRejected for an empty file and one of another sort."""
    with file.path.open("rb") as opened:
        start = opened.read(16)
    if not start:
        raise InputRejected(_("{name} is empty").format(name=file.name))
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if start.startswith(_OLE) or _OLD_EXCEL.match(start):
        return "xls"
    if other := next((called for mark, called in _OTHERS if start.startswith(mark)), None):
        sentence = _("{name} is a {format} file, not a table: give csv, xlsx, xls, ods or jsonl")
        raise InputRejected(sentence.format(name=file.name, format=other))
    return "text"


def check_markup(sample: str, name: str) -> None:
    """Refuse a web page, which some programs write under the name of a workbook, and XML."""
    if _MARKUP.match(sample):
        sentence = _("{name} is a web page or XML: open it in a spreadsheet program and save it as xlsx or csv")
        raise InputRejected(sentence.format(name=name))


def is_json(sample: str) -> bool:
    """Whether a text begins like JSON and unlike a row of cells."""
    return _DOCUMENT.match(sample) is not None


def wrong_suffix(file: SourceFile, form: str) -> str | None:
    """A sentence where the name of a file says another format than `form`, which it has."""
    expected = _SUFFIXES.get(file.suffix)
    actual = "text" if form in ("csv", "tsv") else form
    if expected is None or expected == actual:
        return None
    called = {"text": _("text with delimiters"), "jsonl": _("JSON lines")}.get(
        actual, _("a workbook ({format})").format(format=form)
    )
    return _("the name ends in .{suffix}, the file is {format}").format(suffix=file.suffix, format=called)


# --- encoding ---------------------------------------------------------------------------------------------------------

# A line of a table is never longer; a file without line breaks must not come into memory in one piece.
LONGEST_LINE = 2**20
REPLACED = "\ufffd"
SAMPLE = 2**16
_NAMES = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "cp1252": "cp1252"}
# Wider than what they are called by in practice; the wider one reads all of the narrower.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8": "utf-8-sig", "ascii": "utf-8-sig", "iso8859-1": "cp1252"}
_NOT_OF_FILES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"})
_SUGGESTED = ("utf-8", "utf-16", "gb18030", "gbk", "gb2312", "big5", "cp1252", "latin-1", "shift_jis", "euc-kr")
_BREAK = re.compile("[\r\n]")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is decoded: the codec, what is done about bytes it has not, and what it is called.

    `replaced` counts the characters that stand for bytes which were none.
    """

    codec: str
    errors: str
    name: str
    replaced: int = 0


class _Undecodable(Exception):
    def __init__(self, line: int, byte: int) -> None:
        super().__init__(line, byte)
        self.line, self.byte = line, byte


def find_encoding(source: SourceFile, asked: str | None) -> tuple[Encoding, str]:
    """The encoding of a text file, `asked` where that is given, and the beginning of its text; it is read once.

    Raises InputRejected for bytes that are no text, for a line that never ends, and where the encoding stays open;
    UsageError for an encoding nobody knows.
    """
    with source.path.open("rb") as file:
        if asked is not None:
            codec = _codec(asked)
            return _read(file, codec, "replace", _NAMES.get(codec, asked), source.name)
        if known := _marked(file) or _utf16(file):
            return _strictly(file, *known, source.name)
        try:
            return _read(file, "utf-8-sig", "strict", "UTF-8", source.name)
        except _Undecodable as error:
            return _from_evidence(file, source.name, error)


def _codec(asked: str) -> str:
    try:
        known = codecs.lookup(asked.strip())
        usable = known._is_text_encoding and known.name.replace("-", "_") not in _NOT_OF_FILES
    except (LookupError, ValueError):
        usable = False
    if not usable:
        sentence = _("“{text}” is not an encoding: write one like utf-8, gb18030, cp1252{hint}")
        raise UsageError(sentence.format(text=shorten(asked), hint=did_you_mean(asked, _SUGGESTED)))
    return _WIDER.get(known.name, known.name)


# --- the cascade ---------------------------------------------------------------------------------------------------


def _marked(file: BinaryIO) -> tuple[str, str] | None:
    file.seek(0)
    start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", "UTF-8"
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32", "UTF-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "UTF-16"
    return ("gb18030", "GB18030") if start == b"\x84\x31\x95\x33" else None


def _utf16(file: BinaryIO) -> tuple[str, str] | None:
    """Digits, blanks and line breaks of a table in UTF-16 are a zero byte each, always on the same side."""
    file.seek(0)
    head = file.read(4096)
    even, odd = head[::2].count(0), head[1::2].count(0)
    least = max(2, len(head) // 32)
    # Some Chinese characters have a zero byte on the other side, 一 above all.
    if odd >= max(least, 4 * even):
        return "utf-16-le", "UTF-16"
    return ("utf-16-be", "UTF-16") if even >= max(least, 4 * odd) else None


def _strictly(file: BinaryIO, codec: str, name: str, file_name: str) -> tuple[Encoding, str]:
    try:
        return _read(file, codec, "strict", name, file_name)
    except _Undecodable as error:
        raise _damaged(file_name, name, codec, error) from None


def _from_evidence(file: BinaryIO, file_name: str, first: _Undecodable) -> tuple[Encoding, str]:
    sample = _sample(file)
    if _is_nearly_utf8(sample):
        raise _damaged(file_name, "UTF-8", "utf-8", first)
    evidence = weigh(sample)
    if evidence.chinese >= 0.7 and evidence.western <= 0.3:
        return _strictly(file, "gb18030", "GB18030", file_name)
    if is_mac_roman(sample):
        return _read(file, "mac_roman", "strict", "mac_roman", file_name)
    if evidence.western >= 0.8 and (evidence.chinese <= 0.3 or not _is_chinese(file, file_name)):
        page = "cp1250" if is_central_european(sample) else "cp1252"
        return _read(file, page, "replace", page, file_name)
    raise InputRejected(
        _(
            "{name} is not UTF-8 (line {line}, byte 0x{byte:02X}) and may be GB18030, cp1252 or "
            "another: give it with --encoding"
        ).format(name=file_name, line=first.line, byte=first.byte)
    )


def _is_chinese(file: BinaryIO, file_name: str) -> bool:
    try:
        _read(file, "gb18030", "strict", "", file_name)
    except _Undecodable:
        return False
    return True


def _is_nearly_utf8(sample: bytes) -> bool:
    """Whether lines that are not plain are UTF-8 but for a few bytes."""
    text = sample.decode("utf-8", "replace")
    beyond = sum(character > "\x7f" for character in text)
    return text.count(REPLACED) * 10 < beyond


def _damaged(file_name: str, name: str, codec: str, error: _Undecodable) -> InputRejected:
    return InputRejected(
        _(
            "{name} is {encoding}, but byte 0x{byte:02X} in line {line} is not valid: save it again, or give"
            " --encoding {codec} to read it with � in such places"
        ).format(name=file_name, encoding=name, byte=error.byte, line=error.line, codec=codec.removesuffix("-sig"))
    )


def _sample(file: BinaryIO) -> bytes:
    """The lines with bytes above 127, no more of them than evidence takes."""
    sample = bytearray()
    for line in chain.from_iterable(block.splitlines() for block in _blocks(file)):
        if not line.isascii():
            sample += line + b"\n"
        if len(sample) >= _MOST_EVIDENCE:
            break
    return bytes(sample[:_MOST_EVIDENCE])


# --- reading through -----------------------------------------------------------------------------------------------


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _read(file: BinaryIO, codec: str, errors: str, name: str, file_name: str) -> tuple[Encoding, str]:
    """Decode the whole file: its encoding and the beginning of its text.

    Raises _Undecodable at the first byte that is none, where `errors` is strict.
    """
    sample, replaced, lines, open_line = "", 0, 1, 0
    for text in _texts(file, codec, errors):
        if "\0" in text:
            line = lines + len(_LINE_END.findall(text[: text.index("\0")]))
            sentence = _("{name} has a zero byte in line {line}: it is not text, or it was damaged")
            raise InputRejected(sentence.format(name=file_name, line=line))
        if len(sample) < SAMPLE:
            sample = (sample + text[:SAMPLE])[:SAMPLE]
        replaced += text.count(REPLACED)
        # The line that is open up to the first break in the text.
        first = _BREAK.search(text)
        open_line += first.start() if first else len(text)
        if open_line > LONGEST_LINE:
            sentence = _("{name} has a line of more than a million characters, line {line}: it is not a table")
            raise InputRejected(sentence.format(name=file_name, line=lines))
        if first:
            open_line = len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))
        lines += text.count("\n") or text.count("\r")
    # What is there without being put there by us was lost before.
    return Encoding(codec, errors, name, replaced if errors == "replace" else 0), sample.removeprefix("\ufeff")


def _texts(file: BinaryIO, codec: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    lines = 1
    try:
        for block in _blocks(file):
            text = decoder.decode(block)
            yield text
            lines += text.count("\n") or text.count("\r")
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(error.encoding, "replace")
        raise _Undecodable(
            lines + len(_LINE_END.findall(before)), error.object[min(error.start, len(error.object) - 1)]
        ) from None
    except UnicodeError:
        # Codecs that are not in C tell no place.
        raise _Undecodable(lines, 0) from None


# --- Chinese or Western -----------------------------------------------------------------------------------------------

_RUN = re.compile(rb"[\x80-\xff]+")
# Everyday characters (rows 16 to 55 of GB 2312, in the order of their sounds), punctuation, full-width forms.
_EVERYDAY = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
# Some of these are in any table about projects; Korean in its own encoding has the same bytes, and rarely one of them.
_CHINESE = frozenset(
    word.encode("gb18030")
    for word in "的一是在有人中大国家和地方公司企业工程项目名称编号序投资总额金计划年度月日季完成累本万亿元建设开工竣产"
    "签约备案注阶段进展负责单位产业链园区行类别性质阶形象情况合同到外实际时间期新扩技改无否男女省市县镇亩用面积规模内容主要小张王李股份限集团"
)
# Undefined in cp1252, or a sign that hardly any text has: they hint at yet another encoding.
_ODD = frozenset(b"\x81\x82\x83\x86\x87\x88\x89\x8b\x8d\x8f\x90\x98\x9b\x9d")
_MOST_EVIDENCE = 2**18


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far a sample reads as Chinese and as Western text: shares of its bytes above 127, 0 to 1."""

    chinese: float
    western: float


# Letters of Polish and Hungarian that are signs in cp1252, amid other letters, ść, Łó, ľ and ť of Slovak; Czech has ř
# beside č, ě, š, ž, ů and ý, where Danish has ø beside å and æ; Croatian and Slovene have č or ć beside š and ž, where
# French has è and no š.
_AMID = re.compile(
    rb"[A-Za-z\xc0-\xff\xb3\xb9\xbf][\xb3\xb9\xbf\x9f][a-z\xc0-\xff]|[a-z\xc0-\xff][\x9d\x9f\xbe]|\x9c\xe6|\xa3\xf3"
)
_CZECH = re.compile(rb"[\xe8\xec\x9a\x9e\xf9\xfd]")
_SLAVIC = re.compile(rb"[A-Za-z][\x9a\x9e]|[\x8a\x8e\x9a\x9e][a-z]")


def is_central_european(sample: bytes) -> bool:
    """Whether a Western sample reads better as cp1250."""
    slavic = len(_SLAVIC.findall(sample)) > 1 and len(re.findall(rb"[\xe6\xe8][a-z]|[a-z][\xe6\xe8]", sample)) > 1
    czech = b"\xf8" in sample and len(_CZECH.findall(sample)) > 1 and not re.search(rb"[\xe5\xe6]", sample)
    return slavic or czech or len(_AMID.findall(sample)) > 1


# A capital or a sign amid small letters: what letters become in another code page.
_SMALL = "[a-zß-öø-ÿšžœ]"
_UNLIKELY = re.compile(rf"{_SMALL}[À-ÖØ-ÞŠŽŒŸˆ†‡•‰™‹›¡-³µ¶¸-¿\ufffd]{_SMALL}")


def is_mac_roman(sample: bytes) -> bool:
    """Whether a Western sample reads better as Excel for Macintosh wrote it: é is Ž in cp1252, and È the other way."""
    windows, mac = (len(_UNLIKELY.findall(sample.decode(page, "replace"))) for page in ("cp1252", "mac_roman"))
    # Words that are written in such bytes alone are of another alphabet.
    runs = [len(run) for run in _RUN.findall(sample)]
    return windows > max(1, 4 * mac) and 10 * sum(length > 3 for length in runs) < len(runs)


def weigh(sample: bytes) -> Evidence:
    """The evidence of lines that have bytes above 127."""
    everyday = common = western = neutral = total = 0
    for match in _RUN.finditer(sample):
        run = match[0]
        pairs = [run[start : start + 2] for start in range(0, len(run) - 1, 2)]
        total += len(run)
        common += 2 * sum(pair in _CHINESE for pair in pairs)
        everyday += 2 * sum(_EVERYDAY.fullmatch(pair) is not None for pair in pairs)
        if len(run) == 2 and _EVERYDAY.fullmatch(run):
            neutral += 2
        elif len(run) <= 3 and not _ODD.intersection(run):
            western += len(run)
    chinese = everyday / total if common * 10 >= total > 0 else 0.0
    return Evidence(chinese, western / (total - neutral) if total > neutral else 0.0)


# --- records of text files --------------------------------------------------------------------------------------------

# Lines are taken from the file by so many characters at once; no record goes over more of them than this.
BLOCK = 2**16
_MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text file, with their ends. `declared`: the first names the delimiter, and is blank here."""

    file: SourceFile
    encoding: Encoding
    declared: bool = False

    def blocks(self, progress: Progress | None) -> Iterator[list[str]]:
        """The lines, some at a time. Raises InputRejected where the file has been changed."""
        try:
            with self.file.path.open("rb") as file:
                text = TextIOWrapper(file, self.encoding.codec, self.encoding.errors, newline="")
                size = os.fstat(file.fileno()).st_size or 1
                lines = text.readlines(BLOCK)
                if lines:
                    # Blank, not gone: the rows after it keep their numbers.
                    lines[0] = "\n" if self.declared else lines[0].removeprefix("\ufeff")
                while lines:
                    yield lines
                    if progress is not None:
                        progress(min(os.lseek(file.fileno(), 0, os.SEEK_CUR) / size, 1.0))
                    lines = text.readlines(BLOCK)
        except (OSError, UnicodeError):
            raise InputRejected(_("{name} was changed while it was read").format(name=self.file.name)) from None


@dataclass(frozen=True, slots=True)
class Delimited:
    """The records of a text file, whose cells stand between delimiters and may be quoted."""

    lines: Lines
    delimiter: str

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every record, as lists of texts; a blank line is an empty one.

        Raises InputRejected where quotes do not end, a cell is too long or the file has been changed.
        """
        count = 0

        def lines() -> Iterator[list[str]]:
            before, unmoved = 0, 0
            for block in self.lines.blocks(progress):
                yield block
                before, unmoved = count, unmoved + 1 if count == before else 0
                if unmoved > _MOST_BLOCKS:
                    raise csv.Error("field limit")

        reader = csv.reader(chain.from_iterable(lines()), delimiter=self.delimiter, strict=True)
        try:
            for count, record in enumerate(reader, 1):  # noqa: B007 - lines() looks at it
                yield record
        except csv.Error as error:
            raise self._refusal(str(error), reader.line_num) from None

    def _refusal(self, reason: str, read: int) -> InputRejected:
        line = self._line_of_error(read)
        if "unexpected end of data" in reason:
            problem = _("{name}: a double quote that opens in line {line} is never closed")
        elif "field limit" in reason:
            problem = _(
                "{name}: the row that begins in line {line} is too long for a table; is a double quote missing?"
            )
        else:
            problem = _(
                "{name}: the double quotes in line {line} do not fit: one inside a quoted text is doubled, and nothing "
                "may follow the last"
            )
        return InputRejected(problem.format(name=self.lines.file.name, line=line))

    def _line_of_error(self, read: int) -> int:
        """The line at which the record begins that could not be read, when so many lines had been read."""
        line = 1
        lines = islice(chain.from_iterable(self.lines.blocks(None)), read)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for _record in reader:
                line = reader.line_num + 1
        except csv.Error:
            pass
        return line


# --- dialect ----------------------------------------------------------------------------------------------------------

# In the order that decides between equals: a comma also stands in sentences and numbers, a tab in neither.
DELIMITERS = ("\t", ";", "|", "，", ",")
# Separates the cells of a file with one column: no text has it.
NONE = "\x1f"
_WRITTEN = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_QUOTED = re.compile('"[^"]*"')
_LINES = 100
# Excel writes it as a first line of its own, and hides it.
_DECLARED = re.compile('\\A"?sep=([^\r\n"])"?(?=[\r\n])', re.IGNORECASE)


def find_delimiter(sample: str, *, whole: bool) -> str:
    """The delimiter of the lines in `sample`; NONE where they are one column. `whole`: it is all of the file."""
    if named := declared(sample):
        return named
    lines = [line for line in re.split("[\r\n]+", _QUOTED.sub("", sample)) if line.strip()]
    if not whole and len(lines) > 1:
        lines.pop()
    lines = lines[:_LINES]
    best, best_score = NONE, 0.0
    for delimiter in DELIMITERS:
        score = _score([line.count(delimiter) for line in lines])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def declared(sample: str) -> str | None:
    """The delimiter that the first line names, as Excel writes it: "sep=;"."""
    match = _DECLARED.match(sample)
    return match[1] if match else None


def read_delimiter(text: str) -> str:
    """The delimiter a person asks for: one character, or its name. Raises UsageError."""
    delimiter = _WRITTEN.get(text.casefold(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or delimiter.isalnum():
        listed = " ".join(delimiter_name(character) for character in DELIMITERS)
        sentence = _("“{text}” is not a delimiter: write one character, like {known}")
        raise UsageError(sentence.format(text=shorten(text), known=listed))
    return delimiter


def _score(counts: list[int]) -> float:
    """How well the lines agree: the commonest count of delimiters × the lines that have it × their share, squared.

    So a comma in most numbers loses to a semicolon in every line, headings and all.
    """
    having = Counter(count for count in counts if count)
    if not having:
        return 0
    count, lines = max(having.items(), key=lambda item: item[0] * item[1])
    # One line of many proves nothing: it is a sentence.
    enough = lines * 5 >= len(counts) and (lines > 1 or 2 * having.total() >= len(counts))
    return count * lines * (lines / len(counts)) ** 2 if enough else 0


def delimiter_name(delimiter: str) -> str:
    """What a delimiter is called in a sentence."""
    return {"\t": _("tab"), " ": _("blank"), "\x1f": _("none")}.get(delimiter, f"“{delimiter}”")


# --- JSON lines -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of a file as records of one cell each."""

    lines: Lines

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every line, as a list of one text."""
        return ([line] for line in chain.from_iterable(self.lines.blocks(progress)))


class Unreadable(Exception):
    """A line that is no object, and why."""


def is_object(line: str) -> bool:
    """Whether a line holds one JSON object."""
    try:
        read_object(line)
    except Unreadable:
        return False
    return True


def read_object(line: str) -> dict[str, Any]:
    """The object in a line; numbers with a point or an exponent stay texts. Raises Unreadable."""
    try:
        value = json.loads(
            line, parse_float=str, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
    except RecursionError:
        raise Unreadable(_("it is nested too deeply")) from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise Unreadable(_("it is not JSON: {reason}").format(reason=shorten(reason))) from None
    if not isinstance(value, dict):
        raise Unreadable(_("it is not a JSON object"))
    return value


def _whole(text: str) -> int | str:
    # A longer number is a code or a mistake; as a text it keeps its digits.
    return int(text) if len(text) < 20 else text


def _no_number(text: str) -> None:
    raise Unreadable(_("{text} is not a number").format(text=text))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Unreadable(_("the key “{key}” occurs twice").format(key=shorten(double)))
    return unique


# --- the sheets of a workbook -----------------------------------------------------------------------------------------

_PROGRAM = Path(__file__).with_name("workbook_worker.py")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, whether it is hidden, its merged ranges, and where its rows lie in the spool.

    A merged range is (first row, first column, last row, last column), counted from 0.
    """

    name: str
    hidden: bool
    merged: tuple[tuple[int, int, int, int], ...]
    spool: Spool
    start: int
    end: int

    def raw(self, progress: Progress | None = None) -> Iterator[list[Any]]:
        """Every row as it stands in the sheet, without the blank cells at its end."""
        with self.spool.path.open("rb") as file:
            file.seek(self.start)
            while file.tell() < self.end:
                # Written by our own process, not by whoever made the workbook.
                for row in pickle.load(file):
                    if tuple in map(type, row):
                        yield [Formula(*value) if type(value) is tuple else value for value in row]
                    else:
                        yield row
                if progress is not None:
                    progress((file.tell() - self.start) / (self.end - self.start))

    def head(self) -> list[Cells]:
        """The first rows."""
        return list(islice(self.raw(), LOOKED_AT))

    def banners(self) -> frozenset[int]:
        """The numbers of rows with a range over three columns or more."""
        return frozenset(row + 1 for row, first, _last_row, last in self.merged if last - first > 1)

    def spans(self) -> Spans:
        """The ranges over several columns among the first rows."""
        found: Spans = {}
        for row, first, _last_row, last in self.merged:
            if last > first and row < LOOKED_AT:
                found.setdefault(row, []).append((first, last))
        return found


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a sheet. Below the row `after`, words and days merged downwards stand in every row they cover.

    A number that covers several rows is not repeated: it would be counted several times.
    """

    sheet: Sheet
    after: int = -1

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every row, the first of the sheet first."""
        merged = self.tall()
        if not merged:
            return self.sheet.raw(progress)
        return self._filled(merged, progress)

    def tall(self) -> dict[int, list[tuple[int, int]]]:
        """The ranges over several rows of one column that begin below the headings: {row: [(column, last row)]}."""
        found: dict[int, list[tuple[int, int]]] = {}
        for row, column, last_row, last_column in self.sheet.merged:
            if row > self.after and last_row > row and last_column == column:
                found.setdefault(row, []).append((column, last_row))
        return found

    def _filled(self, merged: dict[int, list[tuple[int, int]]], progress: Progress | None) -> Iterator[Cells]:
        covering: dict[int, tuple[Any, int]] = {}
        for number, cells in enumerate(self.sheet.raw(progress)):
            for column, (value, last) in list(covering.items()):
                if number > last:
                    del covering[column]
                elif column >= len(cells):
                    cells.extend([None] * (column - len(cells)) + [value])
                elif is_blank(cells[column]):
                    cells[column] = value
            for column, last in merged.get(number, ()):
                if column < len(cells) and shape(cells[column]) not in ("blank", "number"):
                    covering[column] = (cells[column], last)
            yield cells


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook: its format, the names of all its sheets, the sheets that were read, and where it comes from.

    `state` is that of a workbook that tracker wrote, whose hidden sheet is none of the `sheets`.
    """

    format: str
    names: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    state: State | None


def read_sheets(source: SourceFile, form: str, wanted: str | None) -> Book:
    """The sheets of a workbook; only the one `wanted`, if that is given. `form` is "zip" or "xls".

    `wanted` is a name or a number from 1. Raises Refused without the package that reads workbooks, InputRejected for a
    workbook that is none, is locked, damaged or larger than is safe, UsageError for a sheet it has not.
    """
    if find_spec("python_calamine") is None:
        sentence = _("{name} is a workbook, which needs the extra: pip install 'investment-tracker[xlsx]'")
        raise Refused(sentence.format(name=source.name))
    spool = Spool()
    answer = _run(source, form, wanted, spool)
    if "error" in answer:
        raise _refusal(answer["error"], source.name)
    names = tuple(answer["names"])
    if wanted is not None and not answer["sheets"]:
        raise UsageError(
            _("{name} has no sheet “{sheet}”; it has {names}{hint}").format(
                name=source.name,
                sheet=shorten(wanted),
                names=_(", ").join(shorten(name) for name in names[:10]),
                hint=did_you_mean(wanted, names),
            )
        )
    sheets = tuple(
        Sheet(
            name=names[sheet["place"]],
            hidden=sheet["hidden"],
            merged=tuple(tuple(merged) for merged in sheet["merged"]),
            spool=spool,
            start=sheet["start"],
            end=sheet["end"],
        )
        for sheet in answer["sheets"]
    )
    origin = next((sheet for sheet in sheets if sheet.name == STATE and sheet.hidden), None)
    state = read_state(origin.raw()) if origin else None
    if state is not None:
        sheets = tuple(sheet for sheet in sheets if sheet is not origin)
        names = tuple(name for name in names if name != STATE)
    return Book(answer["format"], names, sheets, state)


def _run(source: SourceFile, form: str, wanted: str | None, spool: Spool) -> dict[str, Any]:
    with spool.path.open("wb") as rows:
        command = [sys.executable, "-P", str(_PROGRAM), os.path.abspath(source.path), form, str(rows.fileno())]
        try:
            done = subprocess.run(
                command if wanted is None else [*command, wanted],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(rows.fileno(),),
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"error": "time"}
        except (OSError, ValueError):
            return {"error": "start"}
    # Memory that is not given to the reader ends it at once, without an answer.
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"error": "memory"}
    return found


def _refusal(code: str, name: str) -> InputRejected | Refused:
    if code == "start":
        return Refused(_("the program that reads workbooks cannot be started"))
    if code == "disk":
        return Refused(_("there is no room in the temporary folder to unpack {name}").format(name=name))
    problem = {
        "bomb": _("{name} is packed too densely: unpacked it takes more than 200 MB, or 300 times its size"),
        "cell": _("{name} has a cell of more than 131,072 characters: it is not a table"),
        "columns": _("{name} has a cell beyond column 4096: clear the cells beside the table and save it again"),
        "entities": _("{name} declares entities in its XML, which no spreadsheet writes: it is not read"),
        "memory": _("{name} takes more memory than is safe: clear stray cells far from the table, or save it as CSV"),
        "parts": _("{name} holds more parts than a workbook has, or two of one name: it is not read"),
        "password": _("{name} is locked with a password: save it again without one"),
        "time": _("{name} takes too long to read: save the sheet as CSV"),
        "zip": _("{name} is an archive or a document, not a workbook: give csv, xlsx, xls, ods or jsonl"),
        "xml": _("{name} holds XML in UTF-16, which no spreadsheet writes: save it again"),
    }.get(code, _("{name} is damaged or was cut short: it cannot be read as a workbook"))
    return InputRejected(problem.format(name=name))
