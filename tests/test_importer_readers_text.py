"""Text files: encodings by evidence, delimiters by counting, quotes, JSON lines, and what is no table at all."""

from __future__ import annotations

import csv
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import InputRejected, UsageError
from tracker.importer.readers import Table, open_table
from tracker.importer.readers.source_file import NONE, find_delimiter, weigh

CHINESE = "项目名称,总投资（万元）,备注\n青禾湾智能阀门,125000,厂房封顶\n澜星封测设备,38000,不公开\n"
WESTERN = "name,cost,remark\nCafé Quarter,£38.2m,Façade – new\nMünster,£5,“naïve”\n"


def opened(data: bytes | str, **asked: object) -> Table:
    return open_table(None, data.encode() if isinstance(data, str) else data, **asked)  # type: ignore[arg-type]


def cells(table: Table) -> list[tuple[object, ...]]:
    return [row.cells for row in table.rows()]


# --- encodings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"),
     ("utf-32", "UTF-32"), ("gb18030", "GB18030")],
)  # fmt: skip
def test_chinese_is_read_in_every_encoding(codec: str, name: str) -> None:
    table = opened(CHINESE.encode(codec))
    assert table.encoding == name
    assert [heading.text for heading in table.headings] == ["项目名称", "总投资（万元）", "备注"]
    assert cells(table)[0] == ("青禾湾智能阀门", "125000", "厂房封顶")


@pytest.mark.parametrize("mark", [b"\xfe\xff", b"\x84\x31\x95\x33"])
def test_marks_decide(mark: bytes) -> None:
    codec = "utf-16-be" if mark == b"\xfe\xff" else "gb18030"
    assert opened(mark + CHINESE.encode(codec)).headings[0].text == "项目名称"


def test_western_letters_are_cp1252() -> None:
    table = opened(WESTERN.encode("cp1252"))
    assert table.encoding == "cp1252"
    assert cells(table) == [("Café Quarter", "£38.2m", "Façade – new"), ("Münster", "£5", "“naïve”")]
    assert not any("�" in said for said in table.statements)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("cp1250", "Název projektu;Příjemce\nPřístavba školy v Třebíči;Město Třebíč\n"),
        ("cp1250", "Nazwa projektu;Wartość\nBudowa żłobka w Łodzi;100\n"),
        ("cp1250", "Názov;Prijímateľ\nRekonštrukcia školy, časť Závodie;Mesto Žilina\n"),
        ("cp1252", "Projektnavn;Støttemodtager\nGrøn omstilling på øen Ærø;Café Søen\n"),
        ("cp1252", "Nom du projet;Coût (£m)\nRénovation, où, œuvre, 5 m³;£100m\n"),
        ("cp1252", "Nombre;Año\n¿qué es? Peñón;1\n¿por qué?;2\n"),
    ],
)
def test_a_few_lines_are_enough_to_know_central_european_letters(page: str, text: str) -> None:
    table = opened(text.encode(page))
    assert (table.encoding, table.headings[1].text) == (page, text.splitlines()[0].split(";")[1])


def test_letters_as_excel_for_macintosh_writes_them_are_mac_roman() -> None:
    text = "Intitulé;Bénéficiaire;Coût\nRéhabilitation de la forêt;Besançon;1250\nCréation d’un pôle;Évry;500\n"
    table = opened(text.encode("mac_roman"))
    assert table.encoding == "mac_roman"
    assert list(table.rows())[1].cells[0] == "Création d’un pôle"
    assert opened(text.encode("cp1252")).encoding == "cp1252"


def test_bytes_that_cp1252_has_not_are_told_with_their_cells() -> None:
    table = opened(WESTERN.encode("cp1252").replace(b"M\xfcnster", b"M\xfcn\x81ster").replace(b"\xa35,", b"\xa35\x9d,"))
    assert cells(table)[1][:2] == ("Mün�ster", "£5�")
    assert "2 characters could not be read and are � now: A3, B3" in table.statements


@pytest.mark.parametrize(
    "text",
    ["name;cost\nGrößenwahn;5\n", "name,cost\nÖl,5\n", "nom,coût\nForêt d’Orléans,5\n", "navn,pris\nÅse Østby,5\n",
     "nome,custo\nAção São João,5\n", "name,cost\nx,£5\n", "name,cost\nx,5 €\n", "name,temp\nx,5°C\n",
     "GRÖSSE,ÄNDERUNG\na,1\n"],
)  # fmt: skip
def test_short_western_files_are_cp1252(text: str) -> None:
    table = opened(text.encode("cp1252"))
    assert table.encoding == "cp1252"
    assert cells(table)[0] == tuple(text.split("\n")[1].replace(";", ",").split(","))


@pytest.mark.parametrize(
    "text",
    [
        "名称,金额\n甲,5\n",
        "name,unit\nx,万元\n",
        "项目,投资\na,1\n",
        "name,cost\nAlpha 一期,5\n",
        "编号,姓名,项目\n1,朱镕,阀门二期\n",
    ],
)
def test_short_chinese_files_are_gb18030(text: str) -> None:
    table = opened(text.encode("gb18030"))
    assert table.encoding == "GB18030"
    assert [heading.text for heading in table.headings] == text.split("\n")[0].split(",")


@pytest.mark.parametrize(
    "data",
    [
        "name,cost\n陈,5\n".encode("gb18030"),  # "³Â" as well
        "専門家,価格\nテスト,5\n".encode("shift_jis"),
        "專案名稱,總投資額\n測試專案,5\n".encode("big5"),
        "사업명,금액\n풍력 발전 단지,5\n".encode("euc-kr"),
        "Проект,Сумма\nЗавод,5\n".encode("koi8-r"),
        b"name,cost\n\x81\x8d\x8f,5\n",
    ],
)
def test_what_stays_open_is_asked_for(data: bytes) -> None:
    with pytest.raises(InputRejected, match="--encoding"):
        opened(data)


def test_the_encoding_can_be_told() -> None:
    data = "專案名稱,總投資額\n測試專案,5\n".encode("big5")
    assert opened(data, encoding="big5").headings[0].text == "專案名稱"
    assert opened(CHINESE.encode("gbk"), encoding="GBK").encoding == "GB18030"
    assert opened(CHINESE.encode("utf-8-sig"), encoding="utf-8").headings[0].text == "项目名称"
    with pytest.raises(UsageError, match=r"“utf-9” is not an encoding.*did you mean “utf-8”"):
        opened(CHINESE, encoding="utf-9")
    for codec in ("base64", "punycode", "unicode_escape", "idna", "\0", ""):
        with pytest.raises(UsageError, match="is not an encoding"):
            opened(CHINESE, encoding=codec)


def test_utf8_with_a_damaged_byte_is_not_taken_for_another_encoding() -> None:
    for text in (CHINESE, WESTERN):
        data = text.encode() * 5 + b"caf\xe9,1,x\n"
        with pytest.raises(
            InputRejected, match=r"is UTF-8, but byte 0xE9 in line 16 is not valid.*--encoding utf-8 to read it"
        ):
            opened(data)
        table = opened(data, encoding="utf-8")
        assert cells(table)[-1] == ("caf�", "1", "x")
        assert "1 character could not be read and is � now: A16" in table.statements


def test_gb18030_with_a_damaged_byte_is_told_by_line() -> None:
    with pytest.raises(InputRejected, match="is GB18030, but byte 0xFF in line 4 is not valid"):
        opened(CHINESE.encode("gb18030") + b"\xff,1,2\n" + CHINESE.encode("gb18030") * 9)


def test_a_late_byte_decides_the_whole_file() -> None:
    data = b"name,cost\n" + b"a project,1\n" * 200_000 + "Münster Café,£5\n".encode("cp1252")
    table = opened(data)
    assert table.encoding == "cp1252"
    *_others, last = table.rows()
    assert last.cells == ("Münster Café", "£5")


@pytest.mark.parametrize(
    "data", [b"name,cost\na,\x00\n", b"name,cost\n" + b"a,1\n" * 9999 + b"\0", b"\0" * 50, b"ab\0c"]
)
def test_zero_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InputRejected, match="has a zero byte in line"):
        opened(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputRejected):
        for _row in opened(b"name,cost\n" + data).rows():
            pass


@given(st.binary(min_size=1, max_size=100))
def test_evidence_is_a_share(data: bytes) -> None:
    found = weigh(data)
    assert 0 <= found.chinese <= 1
    assert 0 <= found.western <= 1


# --- delimiters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb, c\n1\t2, 3\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("名称，金额\n甲，5\n", "，"),
        ("name,people\na,x|y|z\nb,x|y|z\nc,x|y|z\n", ","),
        ('"a;b;c",d\n"1;2;3",4\n', ","),
        ("Title, with commas, of a file\n\na;b;c;d\n1;2;3;4\n1;2;3;4\n", ";"),
        ("name\nalpha\nbeta\n", NONE),
        ("sep=|\na;b|c;d\n", "|"),
        ("", NONE),
    ],
)
def test_delimiters_are_counted(text: str, wanted: str) -> None:
    assert find_delimiter(text, whole=True) == wanted


def test_the_line_that_names_the_delimiter_is_a_row_and_no_data() -> None:
    table = opened("sep=;\nname;cost\na;1,5\n")
    assert (table.delimiter, table.header_row, table.title) == (";", 2, ())
    assert [(row.number, row.cells) for row in table.rows()] == [(3, ("a", "1,5"))]


def test_the_delimiter_can_be_told() -> None:
    text = "name;place,cost\nx;y,5\n"
    assert [heading.text for heading in opened(text, delimiter=",").headings] == ["name;place", "cost"]
    assert len(opened("name\tcost\nx\t5\n", delimiter="tab").headings) == 2
    for wrong in ("", ",,", "x", '"', "\n"):
        with pytest.raises(UsageError, match="is not a delimiter"):
            opened(text, delimiter=wrong)


def test_tabs_are_tsv() -> None:
    table = opened("name\tcost\na\t1\n")
    assert (table.format, table.statements[0]) == ("tsv", "text in UTF-8, cells between tab")


# --- quotes and lengths --------------------------------------------------------------------------------------------


def test_cells_with_line_breaks_are_one_row() -> None:
    table = opened('name,cost\n"a\nb",1\r\nc,2\rd,3')
    assert [(row.number, row.cells) for row in table.rows()] == [(2, ("a\nb", "1")), (3, ("c", "2")), (4, ("d", "3"))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('name,cost\na,1\n"b,2\nc,3\n', "a double quote that opens in line 3 is never closed"),
        ('name,cost\na,1\n\nb,"2"x\nc,3\n', "the double quotes in line 4 do not fit"),
        ("name,cost\na,1\nb," + "x" * 131_073 + "\n", "the row that begins in line 3 is too long"),
        ('name,cost\na,1\nb,"' + "x,\n" * 60_000, "the row that begins in line 3 is too long"),
        ("name,cost\na," + "x" * 2**20 + "\n", "has a line of more than a million characters, line 2"),
        ("x" * (2**20 + 10), "has a line of more than a million characters, line 1"),
        ("name,cost\n" + "," * 20_000, "20001 cells in row 2"),
        ("name,cost\n" + "a,1\n" * 100 + "," * 20_000, "20001 cells in row 102"),
        ("name,cost\n" + "a,1,2\n" * 1001, "more than 1000 rows with too many cells"),
    ],
)
def test_what_cannot_be_a_row_is_told_by_line(text: str, wanted: str) -> None:
    with pytest.raises(InputRejected, match=wanted) as caught:
        for _row in opened(text).rows():
            pass
    assert "\n" not in str(caught.value)


def test_the_limit_of_a_cell_stays_where_it_was() -> None:
    assert len(str(cells(opened("name,cost\nb," + "x" * 131_072 + "\n"))[0][1])) == 131_072
    assert csv.field_size_limit() == 131_072


def test_a_file_that_changes_under_the_reader_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("name,cost\na,1\n")
    table = open_table(file)
    file.write_bytes(b"name,cost\n\xff\xfe,1\n")
    with pytest.raises(InputRejected, match="was changed while it was read"):
        list(table.rows())
    file.unlink()
    with pytest.raises(InputRejected, match="was changed while it was read"):
        list(table.rows())


# --- other formats -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "nothing but blanks"),
        (b"\xef\xbb\xbf", "nothing but blanks"),
        (b"%PDF-1.7 x", "is a PDF file"),
        (b"\x1f\x8b\x08\0", "is a gzip file"),
        (b"SQLite format 3\0", "is a SQLite file"),
        (b"<html><table><tr><td>name</td></tr></table>", "is a web page or XML"),
        (b"  <?xml version='1.0'?><Workbook/>", "is a web page or XML"),
        (b'{"releases": [\n{"a": 1}\n]}', "is one JSON document"),
        (b'[{"a": 1}]', "is one JSON document"),
        (b"{}\n{}\n", "has no JSON object with a key"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, wanted: str) -> None:
    with pytest.raises(InputRejected, match=wanted):
        opened(data)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.xlsx", True),
        ("a.ods", True),
        ("a.jsonl", True),
        ("a.csv", False),
        ("a.TXT", False),
        ("a", False),
        ("a.dat", False),
    ],
)
def test_a_name_that_says_otherwise_is_told(tmp_path: Path, name: str, told: bool) -> None:
    (tmp_path / name).write_text("name,cost\na,1\n")
    if name.endswith("jsonl"):
        assert open_table(tmp_path / name).format == "csv"
    said = open_table(tmp_path / name).statements[0]
    assert (said == f"the name ends in .{name[2:]}, the file is text with delimiters") == told


def test_options_of_other_formats_are_told_to_say_nothing() -> None:
    assert "--sheet: no effect on a file of this format" in opened("name,cost\na,1\n", sheet="x").statements


# --- JSON lines ----------------------------------------------------------------------------------------------------


def test_json_lines_have_their_keys_as_headings() -> None:
    table = opened(
        '{"name": "甲", "cost": 1.10, "ids": ["a|b", "c"]}\n\n{"name": null, "new": true, "cost": 3, "x": {"y": [1]}}\n'
    )
    assert table.format == "jsonl"
    assert [heading.text for heading in table.headings] == ["name", "cost", "ids", "new", "x"]
    assert [(row.number, row.cells) for row in table.rows()] == [
        (1, ("甲", "1.10", "a\\|b | c", None, None)), (3, (None, 3, None, True, '{"y": [1]}')),
    ]  # fmt: skip
    assert table.address(3, 1) == "3:cost"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('{"name": 1', "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ('{"name": 1, "name": 2}', "the key “name” occurs twice"),
        ('{"name": NaN}', "NaN is not a number"),
        ('{"name": ' + "[" * 99_999, "nested too deeply"),
        ('{"name": "' + "\ud800".encode("utf-8", "surrogatepass").decode("latin-1") + "", "it is not JSON"),
    ],
)
def test_lines_that_are_no_object_are_problems(line: str, wanted: str) -> None:
    table = opened(f'{{"name": "a"}}\n{line}\n{{"name": "b"}}\n')
    assert cells(table) == [("a",), ("b",)]
    [problem] = table.problems
    assert (problem.row, problem.cell) == (2, "2")
    assert wanted in problem.problem


def test_a_key_that_comes_late_is_a_problem() -> None:
    table = opened('{"name": "a"}\n' * 1000 + '{"late": 1}\n')
    assert len(cells(table)) == 1000
    assert table.problems[0].problem == "no line before line 1000 has the key “late”"


def test_long_numbers_keep_their_digits() -> None:
    table = opened('{"code": 913304827045312345678901, "x": 1e400, "y": ' + "9" * 5000 + "}\n")
    assert cells(table)[0][:2] == ("913304827045312345678901", "1e400")


# --- memory --------------------------------------------------------------------------------------------------------

_MEASURED = """
import re, sys
from pathlib import Path
from tracker.errors import TrackerError
from tracker.importer.readers import open_table
path = Path(sys.argv[1])
for head, part, times in (
    (b"name,cost\\n", b"a project of the zone,12345\\n" * 2**14, 20),
    (b"name,cost\\n", b"x" * 2**20, 50),
    (b"name,cost\\n", b'"\\n",' * 2**18, 20),
    (b'name,cost\\n"', b"a,b\\n" * 2**18, 20),
    (b"name,cost\\n", b"," * 2**19 + b"\\n", 20),
    (b"\\xff\\xfen\\0,\\0c\\0\\n\\0", b"\\x0a\\x0a" * 2**19, 20),
    (b"name,cost\\na,1\\n", b"a,1,2,3\\n" * 2**16, 20),
    (b"name,cost\\na,1\\n", b"total,1\\n" * 2**16, 20),
    (b"name,cost\\n" * 2, b"\\r" * 2**18, 2),
    (b'{"a": 1}\\n', b'{"a":' + b"[" * 10**6 + b"\\n", 20),
):
    with path.open("wb") as file:
        file.write(head)
        for _ in range(times):
            file.write(part)
    try:
        for _row in open_table(path).rows():
            pass
    except TrackerError as error:
        print(error)
# Not the rusage, which begins with that of the process it was forked from.
print(re.search("VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1])
"""


def test_memory_stays_flat_for_text_of_any_size(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path / "x.csv")], capture_output=True, text=True, check=True
    )
    assert int(done.stdout.split()[-1]) < 150 * 1024
