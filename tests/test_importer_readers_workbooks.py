"""Workbooks: which sheet, what its cells are, merged ranges, and what is not read."""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import numbers

from tests.isolation import ROOT
from tracker.errors import InputRejected, Refused, UsageError
from tracker.importer.readers import Table, open_table
from tracker.importer.readers.source_file import Formula

DATA = Path(__file__).parent / "data"
SHEET = "xl/worksheets/sheet1.xml"
LEDGER = (DATA / "ledger.xlsx").read_bytes()


def book(*sheets: Iterable[Any], change: Callable[[Any], object] = lambda book: None) -> bytes:
    """A workbook with these rows in sheets S1, S2, …"""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, 1):
        sheet = made.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(list(row))
    change(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def opened(data: bytes, **asked: object) -> Table:
    return open_table(None, data, **asked)  # type: ignore[arg-type]


def cells(table: Table) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows()]


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The archive with each part changed, or dropped where `change` gives None, and further parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: change(name, old.read(name)) for name in old.namelist()} | (extra or {})
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The ledger with one part changed."""
    return rezipped(LEDGER, lambda name, content: change(content) if name == part else content)


# --- cells ---------------------------------------------------------------------------------------------------------


def test_cells_have_their_types() -> None:
    row = ["a", 5, 1.5, True, date(2023, 1, 31), datetime(2023, 1, 31, 8, 30), time(8, 30), timedelta(hours=30), None]
    table = opened(book([["name", "n", "x", "yes", "on", "at", "time", "took", "none"], row]))
    assert cells(table) == [tuple(row)]


def test_numbers_of_more_digits_than_a_workbook_keeps_stay_floats() -> None:
    [row] = cells(opened(book([["name", "code", "big"], ["a", 913304827045312345, 10**14]])))
    assert [type(value) for value in row] == [str, float, int]
    assert row[2] == 10**14


def test_errors_and_blank_texts_are_no_cells() -> None:
    table = opened(book([["name", "cost", "note"], ["a", "#N/A", "x"], ["b", "=1/0", "y"], ["c", 1, "z"]]))
    assert [row[1] for row in cells(table)] == [None, Formula("1/0"), 1]


def test_a_date_cell_with_zero_is_a_time() -> None:
    def as_date(made: Any) -> None:
        made["S1"]["B2"].number_format = numbers.FORMAT_DATE_YYYYMMDD2

    assert cells(opened(book([["name", "on"], ["a", 0]], change=as_date))) == [("a", time(0, 0))]


def test_a_table_may_begin_anywhere() -> None:
    def moved(made: Any) -> None:
        made["S1"].move_range("A1:B2", rows=4, cols=2)

    table = opened(book([["name", "cost"], ["a", 1]], change=moved))
    assert [(heading.letter, heading.text) for heading in table.headings][2:] == [("C", "name"), ("D", "cost")]
    [row] = table.rows()
    assert (row.number, row.cells[2:], table.address(row.number, 3)) == (6, ("a", 1), "D6")


# --- sheets --------------------------------------------------------------------------------------------------------


CONTENTS = [["Contents"], ["S2: projects"]]
PROJECTS = [["name", "cost", "stage"], ["a", 1, "signed"]]
OTHERS = [["Foo", "Bar"], ["x", 1]]


def test_the_first_sheet_with_known_headings_is_taken_and_the_others_told() -> None:
    table = opened(book(CONTENTS, [], OTHERS, PROJECTS, PROJECTS))
    assert (table.sheet, table.sheets) == ("S4", ("S1", "S2", "S3", "S4", "S5"))
    assert table.statements[0] == "workbook (xlsx), sheet “S4”"
    assert "not read, though they look like tables: “S3”, “S5”; choose with --sheet" in table.statements


def test_hidden_sheets_come_last() -> None:
    def hide(made: Any) -> None:
        made["S1"].sheet_state = "hidden"

    assert opened(book(PROJECTS, PROJECTS, change=hide)).sheet == "S2"
    assert opened(book(PROJECTS, PROJECTS, change=hide), sheet="S1").sheet == "S1"


def test_a_sheet_is_asked_for_by_name_or_number() -> None:
    data = book(PROJECTS, OTHERS)
    assert opened(data, sheet="S2").headings[0].text == "Foo"
    assert opened(data, sheet="2").headings[0].text == "Foo"
    assert opened(data, sheet="s2").headings[0].text == "Foo"
    for wrong in ("S22", "0", "3", "²", "99999999999999999999"):
        with pytest.raises(UsageError, match=f"has no sheet “{wrong}”; it has S1, S2"):
            opened(data, sheet=wrong)
    with pytest.raises(UsageError, match=r"has no sheet “S22”.*; did you mean “S2”\?"):
        opened(data, sheet="S22")


def test_a_workbook_without_a_table_says_so() -> None:
    with pytest.raises(InputRejected, match="no cells with anything in them"):
        opened(book([], []))
    with pytest.raises(InputRejected, match="no row of headings"):
        opened(book([[1, 2], [3, 4]]))


def test_a_sheet_on_its_side_is_turned() -> None:
    table = opened(book([["Name", "Alpha", "Beta"], ["Cost", 1, 2], ["Start date", date(2023, 1, 1), None]]))
    assert table.transposed
    assert cells(table) == [("Alpha", 1, date(2023, 1, 1)), ("Beta", 2, None)]
    assert table.address(3, 1) == "C2"


def test_options_of_text_say_nothing_about_a_workbook() -> None:
    table = opened(LEDGER, encoding="gb18030", delimiter=";")
    assert "--encoding, --delimiter: no effect on a file of this format" in table.statements


# --- merged cells --------------------------------------------------------------------------------------------------


def test_words_merged_downwards_stand_in_every_row_and_numbers_in_the_first() -> None:
    def merge(made: Any) -> None:
        for cells in ("A2:A3", "B2:B3", "C2:C4", "A5:D5"):
            made["S1"].merge_cells(cells)

    rows = [["company", "total", "on", "name"], ["X", 10, date(2023, 1, 1), "a"], [None, None, None, "b"],
            ["Y", 5, None, "c"], ["Renewals", None, None, None], ["Z", 6, None, "d"]]  # fmt: skip
    table = opened(book(rows, change=merge))
    day = date(2023, 1, 1)
    assert cells(table) == [("X", 10, day, "a"), ("X", None, day, "b"), ("Y", 5, day, "c"), ("Z", 6, None, "d")]
    assert [(left.row, left.why) for left in table.left_out] == [(5, "the heading of a section")]
    assert any(said.startswith("3 cells merged downwards") for said in table.statements)


def test_merged_headings_are_those_of_all_their_columns() -> None:
    def merge(made: Any) -> None:
        for cells in ("A1:D1", "A2:A3", "B2:C2"):
            made["S1"].merge_cells(cells)

    rows = [["Title", None, None, None], ["Foo", "Bar", None, "Baz"], [None, "x", "y", "z"], ["a", "b", "c", "d"]]
    table = opened(book(rows, change=merge))
    assert [(heading.above, heading.text) for heading in table.headings] == [
        ("", "Foo"), ("Bar", "x"), ("Bar", "y"), ("Baz", "z"),
    ]  # fmt: skip
    assert (table.header_row, table.title) == (3, ("Title",))


# --- what is not read ----------------------------------------------------------------------------------------------


def refusal(data: bytes) -> str:
    with pytest.raises(InputRejected) as caught:
        for _row in opened(data).rows():
            pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_entities_are_refused() -> None:
    mark = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    for part in ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "[Content_Types].xml"):
        assert "declares entities" in refusal(changed(part, lambda xml: xml.replace(b"?>", b"?>" + mark, 1)))
    # Where two blocks of the reader meet.
    assert "declares entities" in refusal(changed(SHEET, lambda xml: xml + b" " * (2**20 - len(xml) - 5) + mark))


def test_xml_in_utf16_is_refused() -> None:
    assert "XML in UTF-16" in refusal(changed(SHEET, lambda xml: xml.decode().encode("utf-16")))


def test_archives_that_are_no_workbook_are_named() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "an archive or a document, not a workbook" in refusal(file.getvalue())
    parts = {f"xl/{number}.xml": b"" for number in range(10_001)}
    assert "more parts than a workbook has" in refusal(rezipped(LEDGER, lambda _name, xml: xml, parts))


def test_locked_workbooks_are_named() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000
    assert "locked with a password" in refusal(locked)
    flagged = bytearray(LEDGER)
    place = flagged.rfind(b"PK\x01\x02")
    flagged[place + 8] |= 1
    assert "locked with a password" in refusal(bytes(flagged))


@pytest.mark.parametrize("size", [4, 100, 1000, len(LEDGER) // 2, len(LEDGER) - 1])
def test_a_workbook_cut_short_is_named(size: int) -> None:
    assert "is damaged or was cut short" in refusal(LEDGER[:size])


def test_a_workbook_without_its_sheets_is_damaged() -> None:
    assert "is damaged" in refusal(rezipped(LEDGER, lambda name, xml: None if "workbook.xml" in name else xml))


def test_the_name_of_a_file_does_not_decide(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(LEDGER)
    table = open_table(tmp_path / "x.csv")
    assert table.format == "xlsx"
    assert table.statements[0] == "the name ends in .csv, the file is a workbook (xlsx)"


def test_pictures_do_not_count(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(LEDGER)) as archive:
        assert archive.testzip() is None
    data = rezipped(LEDGER, lambda name, xml: xml, {"xl/media/image1.png": b"<!DOCTYPE" + bytes(2**21)})
    assert len(cells(opened(data))) == 5


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.importer.readers.source_file.find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"pip install 'investment-tracker\[xlsx\]'"):
        opened(LEDGER)


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    table = opened(LEDGER)
    assert len(cells(table)) == 5
    del table
    refusal(LEDGER[:3000])
    gc.collect()
    assert list(tmp_path.iterdir()) == []


# --- memory --------------------------------------------------------------------------------------------------------

_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = f"""<office:document-content xmlns:office="{_NAMES}:office:1.0" xmlns:table="{_NAMES}:table:1.0"
 xmlns:text="{_NAMES}:text:1.0"><office:body><office:spreadsheet><table:table table:name="A">
 <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="900"
 office:value-type="string"><text:p>name</text:p></table:table-cell></table:table-row></table:table>
 </office:spreadsheet></office:body></office:document-content>"""


def _cell(address: str, text: str) -> bytes:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def _with_sheet(sheet: bytes) -> bytes:
    return changed(SHEET, lambda _xml: sheet)


def _lying(data: bytes) -> bytes:
    """The archive with a directory that says its sheet is small."""
    changed = bytearray(data)
    place = changed.rfind(SHEET.encode()) - 46
    changed[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    return bytes(changed)


def bombs() -> dict[str, bytes]:
    """Small files that ask for more memory than there is."""
    dense = _with_sheet(_HEAD + b" " * 250 * 2**20 + _TAIL)
    far = _HEAD + b'<row r="1">' + _cell("A1", "name") + _cell("B1", "cost") + b"</row>"
    return {
        "dense": dense,
        "lying": _lying(dense),
        "far": _with_sheet(far + b'<row r="1048576">' + _cell("XFD1048576", "x") + b"</row>" + _TAIL),
        "wide": _with_sheet(far + b'<row r="2">' + _cell("XFD2", "x") + b"</row>" + _TAIL),
        "many": _with_sheet(_HEAD + (b"<row>" + b"<c><v>1</v></c>" * 12 + b"</row>") * 900_000 + _TAIL),
        "repeated": rezipped(
            (DATA / "projects.ods").read_bytes(), lambda name, xml: _ODS.encode() if name == "content.xml" else xml
        ),
    }


_MEASURED = """
import re, resource, sys
from pathlib import Path
from tracker.errors import TrackerError
from tracker.importer.readers import open_table
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        for _row in open_table(path).rows():
            pass
    except TrackerError as error:
        print(error)
# Not the rusage of this process, which begins with that of the one it was forked from.
print(re.search("VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_bombs_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    for name, data in bombs().items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *refusals, own, unpacking = done.stdout.splitlines()
    assert len(refusals) == 6, refusals
    assert int(own) + int(unpacking) < 500 * 1024
    for name, problem in (("dense", "packed too densely"), ("far", "more memory"), ("wide", "beyond column 4096")):
        assert any(line.startswith(name) and problem in line for line in refusals), refusals
