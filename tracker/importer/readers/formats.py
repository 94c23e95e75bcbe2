"""What a file is, by its first bytes and never by its name; a name that says otherwise is told."""

from __future__ import annotations

import re

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.readers.origin import Origin

# What the suffix of a name promises.
_PROMISED = {
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


def find_format(origin: Origin) -> str:
    """ "zip" (a workbook of today), "xls" or "text". Raises InputRejected for an empty file and one of another sort."""
    with origin.path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise InputRejected(_("{name} is empty").format(name=origin.name))
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if start.startswith(_OLE) or _OLD_EXCEL.match(start):
        return "xls"
    for mark, called in _OTHERS:
        if start.startswith(mark):
            raise InputRejected(
                _("{name} is a {format} file, not a table: give csv, xlsx, xls, ods or jsonl").format(
                    name=origin.name, format=called
                )
            )
    return "text"


def check_markup(sample: str, name: str) -> None:
    """Refuse a web page, which some programs write under the name of a workbook, and XML."""
    if _MARKUP.match(sample):
        raise InputRejected(
            _("{name} is a web page or XML: open it in a spreadsheet program and save it as xlsx or csv").format(
                name=name
            )
        )


def is_json(sample: str) -> bool:
    """Whether a text begins like JSON and unlike a row of cells."""
    return _DOCUMENT.match(sample) is not None


def broken_promise(origin: Origin, found: str) -> str | None:
    """A sentence where the name of a file says another format than was `found`."""
    promised = _PROMISED.get(origin.suffix)
    actual = "text" if found in ("csv", "tsv") else found
    if promised is None or promised == actual:
        return None
    called = {"text": _("text with delimiters"), "jsonl": _("JSON lines")}.get(
        actual, _("a workbook ({format})").format(format=found)
    )
    return _("the name ends in .{suffix}, the file is {format}").format(suffix=origin.suffix, format=called)
