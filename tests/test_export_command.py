"""`tracker export` as its users call it."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.full_ledger import fill
from tests.ledgers import Ledger, create
from tracker.app import App
from tracker.commands import export
from tracker.database import locate
from tracker.errors import UsageError
from tracker.exporter.files import WHATS
from tracker.records import serialize
from tracker.records.origin import STATE, read_manifest
from tracker.records.schema import KINDS

TODAY = "2023-03-31"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with every kind of record."""
    path = tmp_path_factory.mktemp("full") / "full.db"
    ledger = Ledger(locate(str(path)))
    create(ledger.database)
    fill(ledger)
    return path


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_what_the_command_offers_is_what_there_is() -> None:
    # It names them itself, because importing the package for its completion would cost every command.
    assert (*WHATS, export.LEDGER, export.PACKAGE) == export.WHATS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_table_in_every_format(run: Run, full: Path, tmp_path: Path, kind: str) -> None:
    plural = KINDS[kind].plural
    told = run("--db", full, "export", plural, today=TODAY)
    assert (told.code, told.err) == (0, "")
    rows = lines(told.out)
    assert tuple(rows[0]) == serialize.columns(kind)
    records = [json.loads(line) for line in run("--db", full, "export", plural, "-f", "jsonl").out.splitlines()]
    assert [list(record) for record in records] == [list(serialize.columns(kind))] * len(rows)
    read = [serialize.values(kind, row, guarded=True) for row in rows]
    assert [serialize.values(kind, record) for record in records] == read
    target = tmp_path / "a.xlsx"
    result = run("--db", full, "export", plural, "-o", target, today=TODAY)
    assert (result.code, result.out) == (0, "")
    header, *cells = openpyxl.load_workbook(target)[plural].values
    assert [serialize.values(kind, dict(zip(header, row, strict=True))) for row in cells] == read


def test_a_file_has_a_mark_and_crlf_and_a_pipe_neither(run: Run, full: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.csv"
    result = run("--db", full, "export", "projects", "-o", target)
    assert (result.code, result.err) == (0, f"{target} written (csv, 3 rows)\n")
    piped = run("--db", full, "export", "projects").out_bytes
    assert target.read_bytes() == b"\xef\xbb\xbf" + _crlf(piped)
    assert b"\r" not in piped
    other = run("--db", full, "export", "projects", "--encoding", "gb18030").out_bytes
    assert other.decode("gb18030") == piped.decode()


def _crlf(piped: bytes) -> bytes:
    """The same rows with the ends of a file; breaks inside cells stay as they are."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(csv.reader(io.StringIO(piped.decode(), newline="")))
    return file.getvalue().encode()


def test_all_is_a_folder_a_workbook_or_lines(run: Run, full: Path, tmp_path: Path) -> None:
    folder = tmp_path / "2023-03"
    result = run("--db", full, "--lang", "en", "export", "all", "-o", folder, today=TODAY)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(f"{folder} written (18 files, ")
    assert result.err.endswith(f"the log is not part of it: tracker --db {full} export changes)\n")
    manifest = read_manifest(folder)
    assert manifest is not None
    assert [one.kind for one in manifest.files] == list(KINDS)
    assert all(one.rows for one in manifest.files)
    assert manifest.seal == Ledger(locate(str(full))).tuples("SELECT digest FROM seal ORDER BY change_id DESC")[0][0]
    assert "entry" not in (folder / "capital.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    result = run("--db", full, "export", "all", "-o", tmp_path / "all.xlsx", today=TODAY)
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames == [
        *(kind.plural for kind in KINDS.values()),
        STATE,
    ]
    told = [json.loads(line) for line in run("--db", full, "export", "all", "-f", "jsonl").out.splitlines()]
    assert [list(dict.fromkeys(record["record"] for record in told))] == [list(KINDS)]
    assert len(told) == sum(one.rows for one in manifest.files)


def test_the_same_ledger_gives_the_same_bytes(run: Run, full: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("--db", full, "export", "all", "-o", tmp_path / name, today=TODAY)
        run("--db", full, "export", "all", "-o", tmp_path / f"{name}.xlsx", today=TODAY)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_filters_choose_projects_and_what_is_theirs(run: Run, full: Path) -> None:
    def told(what: str, *filters: str) -> list[dict[str, str]]:
        return lines(run("--db", full, "export", what, *filters, today=TODAY).out)

    assert [row["code"] for row in told("projects", "--site", "东区")] == ["z-main"]
    assert {row["project"] for row in told("capital", "--country", "DE")} == {"b-other"}
    assert [row["name"] for row in told("companies", "--text", "a-part")] == ["乙"]


def test_a_day_leaves_out_what_came_later(run: Run, full: Path) -> None:
    def plans(*words: str) -> list[str]:
        rows = lines(run("--db", full, "export", "capital", *words, today=TODAY).out)
        return [row["on"] for row in rows if row["kind"] == "plan"]

    assert plans() == ["2023", "2024"]
    assert plans("--as-of", "2023-12-31") == ["2023"]
    assert plans("--known-on", "2022-12-31") == []


def test_the_log_tells_every_value(run: Run, full: Path) -> None:
    rows = lines(run("--db", full, "export", "changes", today=TODAY).out)
    assert list(dict.fromkeys(row["event"] for row in rows)) == ["added", "changed", "removed"]
    assert [int(row["change"]) for row in rows] == sorted(int(row["change"]) for row in rows)
    corrected = [row for row in rows if (row["table"], row["event"]) == ("capital_entry", "changed")]
    assert [(row["subject"], row["reason"], row["field"], row["was"], row["now"]) for row in corrected] == [
        ("z-main", "typo", "amount", "50000.00", "60000.00")
    ]
    removed = [row for row in rows if (row["table"], row["event"]) == ("capital_entry", "removed")]
    assert ("gone", "amount", "9.00", "") in {(row["subject"], row["field"], row["was"], row["now"]) for row in removed}
    assert ("land", "109.2") in {(row["field"], row["now"]) for row in rows}
    assert ("value", "'-12.5") in {(row["field"], row["now"]) for row in rows}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("capitol",), "there is no “capitol” to export; did you mean “capital”?"),
        (("rates", "--chain", "x"), "rates belong to no project: leave the filters out"),
        (("changes", "--as-of", "2023-01-01"), "use --known-on instead of --as-of"),
        (("all",), "all is a csv file a kind: name a folder with -o FOLDER"),
        (("all", "-o", "x.csv"), "all is a csv file a kind"),
        (("capital", "-f", "xls"), "there is no format “xls”; did you mean “xlsx”?"),
        (("capital", "-o", "x.pdf"), "“x.pdf” names no format to export. Known: csv, jsonl, xlsx"),
        (("capital", "-o", "x.md"), "“x.md” names no format to export"),
        (("capital", "-o", "x"), "does not end in .csv, .jsonl, .xlsx"),
        (("capital", "--encoding", "gb18031"), "there is no encoding “gb18031”; did you mean “gb18030”?"),
        (("capital", "-f", "xlsx", "--encoding", "gbk"), "xlsx is always in its own encoding"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(run: Run, full: Path, words: tuple[str, ...], sentence: str) -> None:
    result = run("--db", full, "export", *words, today=TODAY)
    assert (result.code, result.out) == (2, "")
    assert sentence in result.err


def test_an_encoding_that_lacks_a_character_writes_nothing(run: Run, full: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.csv"
    result = run("--db", full, "export", "projects", "-o", target, "--encoding", "cp1252")
    assert result.code == 1
    assert "cp1252 has no “" in result.err
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_never_overwritten(run: Run, full: Path) -> None:
    before = full.read_bytes()
    assert run("--db", full, "export", "projects", "-f", "csv", "-o", full).code == 1
    assert full.read_bytes() == before


def test_an_empty_ledger_gives_headers(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    assert run("--db", db, "export", "capital").out.splitlines() == [",".join(serialize.columns("capital"))]
    assert run("--db", db, "export", "all", "-o", tmp_path / "out").code == 0
    assert run("--db", db, "export", "changes").code == 0
    assert run("--db", db, "export", "all", "-f", "jsonl").out == ""


def test_a_terminal_gets_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    with pytest.raises(UsageError, match="write it to a file with -o FILE"):
        App().print_bytes([b"PK"])
    App().print_bytes(["项".encode("gb18030")], text=True)
    assert isinstance(screen.buffer, io.BytesIO)
    assert screen.buffer.getvalue() == "项".encode("gb18030")
