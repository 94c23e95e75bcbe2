"""Which characters the bytes of a text file stand for: decided by the whole file, which is read once in blocks.

A mark at the beginning decides; else UTF-16 where every other byte is zero; else strict UTF-8; else the evidence for
GB18030 and cp1252. What is left open is refused and asked for.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tracker.errors import InputRejected, UsageError
from tracker.i18n import _
from tracker.importer.readers.evidence import MOST, lines_of_interest, weigh
from tracker.importer.readers.origin import Origin
from tracker.text import did_you_mean, shorten

# A line of a table is never longer; a file without line breaks must not come into memory in one piece.
LONGEST_LINE = 2**20
REPLACED = "\ufffd"
_BLOCK = 2**20
SAMPLE = 2**16
_NAMES = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "cp1252": "cp1252"}
# Wider than what they are called by in practice; the wider one reads all of the narrower.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8": "utf-8-sig", "ascii": "utf-8-sig", "iso8859-1": "cp1252"}
_NOT_OF_FILES = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"})
_COMMON = ("utf-8", "utf-16", "gb18030", "gbk", "gb2312", "big5", "cp1252", "latin-1", "shift_jis", "euc-kr")
_BREAK = re.compile("[\r\n]")
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is decoded: the codec, what is done about bytes it has not, and what it is called.

    `sample` is the beginning of the text; `replaced` counts the characters that stand for bytes which were none.
    """

    codec: str
    errors: str
    name: str
    sample: str
    replaced: int = 0


class _Undecodable(Exception):
    def __init__(self, line: int, byte: int) -> None:
        super().__init__(line, byte)
        self.line, self.byte = line, byte


def find_encoding(origin: Origin, asked: str | None) -> Encoding:
    """The encoding of a text file, `asked` where that is given; the whole file is read once.

    Raises InputRejected for bytes that are no text, for a line that never ends, and where the encoding stays open;
    UsageError for an encoding nobody knows.
    """
    with origin.path.open("rb") as file:
        if asked is not None:
            codec = _codec(asked)
            return _read(file, codec, "replace", _NAMES.get(codec, asked), origin.name)
        if found := _marked(file) or _utf16(file):
            return _strictly(file, *found, origin.name)
        try:
            return _read(file, "utf-8-sig", "strict", "UTF-8", origin.name)
        except _Undecodable as error:
            return _from_evidence(file, origin.name, error)


def _codec(asked: str) -> str:
    try:
        known = codecs.lookup(asked.strip())
        usable = known._is_text_encoding and known.name.replace("-", "_") not in _NOT_OF_FILES
    except (LookupError, ValueError):
        usable = False
    if not usable:
        raise UsageError(
            _("“{text}” is no encoding: write one like utf-8, gb18030, cp1252{hint}").format(
                text=shorten(asked), hint=did_you_mean(asked, _COMMON)
            )
        )
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


def _strictly(file: BinaryIO, codec: str, name: str, file_name: str) -> Encoding:
    try:
        return _read(file, codec, "strict", name, file_name)
    except _Undecodable as error:
        raise _damaged(file_name, name, codec, error) from None


def _from_evidence(file: BinaryIO, file_name: str, first: _Undecodable) -> Encoding:
    sample = _sample(file)
    if _is_nearly_utf8(sample):
        raise _damaged(file_name, "UTF-8", "utf-8", first)
    evidence = weigh(sample)
    if evidence.chinese >= 0.7 and evidence.western <= 0.3:
        return _strictly(file, "gb18030", "GB18030", file_name)
    if evidence.western >= 0.8 and (evidence.chinese <= 0.3 or not _is_chinese(file, file_name)):
        return _read(file, "cp1252", "replace", "cp1252", file_name)
    raise InputRejected(
        _(
            "{name} is not UTF-8 (line {line}, byte 0x{byte:02X}) and may be GB18030, cp1252 or another: say which "
            "with --encoding"
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
            "{name} is {encoding}, but byte 0x{byte:02X} in line {line} is none: save it again, or give --encoding "
            "{codec} to read it with � in such places"
        ).format(name=file_name, encoding=name, byte=error.byte, line=error.line, codec=codec.removesuffix("-sig"))
    )


def _sample(file: BinaryIO) -> bytes:
    found = bytearray()
    for block in _blocks(file):
        found += lines_of_interest(block, MOST - len(found))
        if len(found) >= MOST:
            break
    return bytes(found)


# --- reading through -----------------------------------------------------------------------------------------------


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _read(file: BinaryIO, codec: str, errors: str, name: str, file_name: str) -> Encoding:
    """Decode the whole file. Raises _Undecodable at the first byte that is none, where `errors` is strict."""
    sample, replaced, lines, open_line = "", 0, 1, 0
    for text in _texts(file, codec, errors):
        if "\0" in text:
            line = lines + _line_breaks(text[: text.index("\0")])
            raise InputRejected(
                _("{name} has a zero byte in line {line}: it is no text, or it was damaged").format(
                    name=file_name, line=line
                )
            )
        if len(sample) < SAMPLE:
            sample = (sample + text[:SAMPLE])[:SAMPLE]
        replaced += text.count(REPLACED)
        open_line = _longest_open(text, open_line)
        if open_line > LONGEST_LINE:
            raise InputRejected(
                _("{name} has a line of more than a million characters, line {line}: it is no table").format(
                    name=file_name, line=lines
                )
            )
        lines += text.count("\n") or text.count("\r")
    # What is there without being put there by us was lost before.
    return Encoding(codec, errors, name, sample.removeprefix("\ufeff"), replaced if errors == "replace" else 0)


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
            lines + _line_breaks(before), error.object[min(error.start, len(error.object) - 1)]
        ) from None
    except UnicodeError:
        # Codecs that are not in C tell no place.
        raise _Undecodable(lines, 0) from None


def _line_breaks(text: str) -> int:
    return len(_LINE_END.findall(text))


def _longest_open(text: str, open_line: int) -> int:
    """The length of the longest line that has been seen up to the first break in `text`, or of the one still open."""
    first = _BREAK.search(text)
    if first is None:
        return open_line + len(text)
    if open_line + first.start() > LONGEST_LINE:
        return open_line + first.start()
    return len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))
