"""The files an export writes, read back by other programs: CSV, JSON lines, workbooks, folders."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Refused, UsageError
from tracker.exporter.files import (
    Holds,
    Table,
    encoding_of,
    table_of,
    write_csv,
    write_folder,
    write_json_lines,
    write_xlsx,
)
from tracker.records.origin import NAME, Manifest, State, read_manifest, read_state
from tracker.render.data import unguarded

DAY = date(2023, 2, 28)
STATE = State("all", "0f", 3, "ab", DAY)
HOLDS = {"note": Holds.TEXT, "amount": Holds.AMOUNT, "count": Holds.COUNT, "land": Holds.NUMBER, "on": Holds.DAY}


def table(*rows: tuple[str, ...], name: str = "things") -> Table:
    return Table("thing", name, tuple(HOLDS), tuple(HOLDS.values()), rows)


def noted(*notes: str) -> Table:
    return table(*((note, "", "", "", "") for note in notes))


def as_csv(told: Table, encoding: str = "utf-8", newline: str = "\n") -> bytes:
    file = BytesIO()
    write_csv(told, file, encoding=encoding, newline=newline)
    return file.getvalue()


def notes_in(data: bytes, encoding: str) -> list[str]:
    return [row["note"] for row in csv.DictReader(StringIO(data.decode(encoding), newline=""))]


# --- csv -----------------------------------------------------------------------------------------------------------


def test_only_free_text_is_guarded() -> None:
    assert as_csv(table(("=1+1", "-5.00", "3", "-0.5", "2023-04"))).decode() == (
        "note,amount,count,land,on\n'=1+1,-5.00,3,-0.5,2023-04\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
@given(
    notes=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Co", "Cn", "Zl", "Zp", "M"])))
)
def test_a_csv_reads_back_in_each_encoding(encoding: str, notes: list[str]) -> None:
    data = as_csv(noted(*notes), encoding, "\r\n")
    assert [unguarded(text) for text in notes_in(data, encoding)] == notes


def test_several_lines_and_old_control_characters_stay_in_their_cell() -> None:
    assert notes_in(as_csv(noted("a\n-b", "x\x1b[2J")), "utf-8") == ["'a\n-b", "x\\u001b[2J"]


@pytest.mark.parametrize(
    ("encoding", "cell"), [("cp1252", "A3 (note)"), ("ascii", "A3 (note)"), ("gbk", "A4 (note)"), ("shift_jis", "A4")]
)
def test_what_an_encoding_does_not_have_is_refused_with_its_cell(encoding: str, cell: str) -> None:
    with pytest.raises(Refused, match=rf"{encoding} has no “.” \(U\+[0-9A-F]+\), which is in cell {cell[:2]}"):
        as_csv(noted("plain", "日本", "日本 🏭"), encoding)


def test_a_long_table_names_the_right_row() -> None:
    with pytest.raises(Refused, match=r"“€” \(U\+20AC\), which is in cell A2502 \(note\)"):
        as_csv(noted(*("x" * 50 for _row in range(2500)), "€", *("y" for _row in range(500))), "iso8859-1")


def test_many_different_texts_are_all_looked_at() -> None:
    found = notes_in(as_csv(noted(*(f"={number}" for number in range(20_100)))), "utf-8")
    assert found == [f"'={number}" for number in range(20_100)]


@pytest.mark.parametrize(("name", "codec"), [("UTF8", "utf-8"), ("GB18030", "gb18030"), ("utf-16", "utf-16")])
def test_an_encoding_has_several_names(name: str, codec: str) -> None:
    assert encoding_of(name) == codec


@pytest.mark.parametrize("name", ["gb18031", "rot13", "punycode", "idna", "unicode_escape", "\0", "", "cp037"])
def test_an_encoding_that_no_csv_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="there is no encoding"):
        encoding_of(name)


# --- jsonl and xlsx ------------------------------------------------------------------------------------------------


def test_json_lines_have_amounts_as_text_and_nothing_as_null() -> None:
    file = BytesIO()
    assert write_json_lines(table(("=“x”\n", "5.00", "3", "", "2023")), file, named=True) == 1
    assert json.loads(file.getvalue()) == {
        "record": "thing",
        "note": "=“x”\n",
        "amount": "5.00",
        "count": 3,
        "land": None,
        "on": "2023",
    }


def test_a_workbook_has_typed_cells_and_a_sheet_for_each_table() -> None:
    file = BytesIO()
    rows = ("=1+1", "2500000000.50", "3", "109.2", "2023-04-05")
    texts = ("<r><t>x</t></r>", "1234567890123456.78", "", "", "2023-04")
    assert write_xlsx([table(rows, texts), table(name="empty")], file, DAY, STATE) == [2, 0]
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    assert book.sheetnames == ["things", "empty", "tracker"]
    assert book["tracker"].sheet_state == "veryHidden"
    assert read_state(book["tracker"].values) == STATE
    assert list(book["things"].values) == [
        tuple(HOLDS),
        ("=1+1", 2500000000.5, 3, 109.2, datetime(2023, 4, 5)),
        ("<r><t>x</t></r>", "1234567890123456.78", None, None, "2023-04"),
    ]
    assert book["things"]["A2"].data_type == "s"
    assert book["things"]["B2"].number_format == "#,##0.00"
    assert book["things"].freeze_panes == "A2"
    assert book["things"].auto_filter.ref == "A1:E3"
    assert list(book["empty"].values) == [tuple(HOLDS)]


def test_the_columns_of_every_type_are_held_as_what_they_are() -> None:
    held = dict(zip(table_of("capital", ()).columns, table_of("capital", ()).holds, strict=True))
    assert held["entry"] is Holds.COUNT
    assert held["amount"] is Holds.AMOUNT
    assert held["currency"] is held["kind"] is Holds.WORD
    assert held["effective_from"] is Holds.DAY
    assert held["note"] is held["project"] is Holds.TEXT
    without = table_of("capital", [tuple(map(str, range(13)))]).without("entry")
    assert "entry" not in without.columns
    assert len(without.columns) == len(without.holds) == 12
    assert list(without.rows) == [tuple(map(str, range(1, 13)))]


# --- folders -------------------------------------------------------------------------------------------------------


def written(folder: Path, *tables: Table) -> Manifest:
    return write_folder(folder, tables, Manifest((), as_of=DAY, change=7, seal="ab"), "utf-8-sig")


def test_a_folder_has_a_file_a_table_and_its_manifest(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    manifest = written(folder, noted("甲"), table(name="others"))
    assert read_manifest(folder) == manifest
    assert (manifest.as_of, manifest.known_on, manifest.change, manifest.seal) == (DAY, None, 7, "ab")
    assert sorted(path.name for path in folder.iterdir()) == [NAME, "others.csv", "things.csv"]
    for one in manifest.files:
        assert hashlib.sha256((folder / one.file).read_bytes()).hexdigest() == one.sha256
    assert [one.rows for one in manifest.files] == [1, 0]
    assert (folder / "others.csv").read_bytes() == b"\xef\xbb\xbfnote,amount,count,land,on\r\n"


def test_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    written(tmp_path, noted("甲"))
    (tmp_path / "things.csv").chmod(0o640)
    written(tmp_path, noted("乙"))
    assert "乙" in (tmp_path / "things.csv").read_text(encoding="utf-8")
    assert (tmp_path / "things.csv").stat().st_mode & 0o777 == 0o640


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(Refused, match=r"holds something else already \(mine.txt\)"):
        written(tmp_path, noted())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_foreign_manifest_makes_no_folder_ours(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"name": "a web application"}')
    assert read_manifest(tmp_path) is None
    with pytest.raises(Refused, match=r"something else already \(manifest.json\)"):
        written(tmp_path, noted())


def test_a_failing_table_leaves_the_manifest_before_it(tmp_path: Path) -> None:
    written(tmp_path, noted("甲"), table(name="others"))
    before = (tmp_path / NAME).read_bytes()

    def failing() -> Iterable[tuple[str, ...]]:
        yield ("乙", "", "", "", "")
        raise Refused("no")

    broken = Table("thing", "others", tuple(HOLDS), tuple(HOLDS.values()), failing())
    with pytest.raises(Refused, match="no"):
        written(tmp_path, noted("丙"), broken)
    assert (tmp_path / NAME).read_bytes() == before
    assert "乙" not in (tmp_path / "others.csv").read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".tracker-*"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"version": 3}, "newer version"), ({"files": [{"file": "../x"}]}, "damaged"), ({"files": 5}, "damaged")],
)
def test_a_manifest_that_cannot_be_ours_is_refused(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    written(tmp_path, noted())
    told = json.loads((tmp_path / NAME).read_text(encoding="utf-8")) | change
    (tmp_path / NAME).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(Refused, match=sentence):
        read_manifest(tmp_path)


def test_a_file_is_no_folder_and_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="is not a folder"):
        written(tmp_path / "file", noted())
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (tmp_path / "victim").mkdir()
    (open_to_all / "out").symlink_to(tmp_path / "victim")
    with pytest.raises(Refused, match="a folder that everybody can write to"):
        written(open_to_all / "out", noted())
    assert list((tmp_path / "victim").iterdir()) == []
