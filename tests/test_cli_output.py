"""Formats, files and widths: what goes where, and how it looks there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once
from tracker.text import width

Type = Callable[..., Result]


@pytest.fixture
def typed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type words after `tracker`, in a folder with a ledger of three projects."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, **variables: str | None) -> Result:
        return run(*words, today="2023-03-31", env={"TRACKER_DB": "ledger.db", **variables})

    def make() -> None:
        assert call("init").code == 0
        for code, total in (("A", "3亿元"), ("B", "12亿元"), ("C", "1亿元")):
            facts = f"--name 项目{code} --chain 新能源汽车产业链 --owner 王小明 --sector 驱动电机 --jobs 9".split()
            assert call("project", "add", code, *facts, "--total", total).code == 0

    once(tmp_path / "ledger.db", make)
    return call


def test_every_format_goes_to_stdout(typed: Type) -> None:
    assert typed("list", "-f", "csv").out.startswith("code,name,")
    assert json.loads(typed("list", "--format", "json").out)["rows"][0]["code"] == "A"
    assert [json.loads(line)["code"] for line in typed("list", "-f", "jsonl").out.splitlines()] == ["A", "B", "C"]
    assert typed("list", "-f", "table").out == typed("list").out


@pytest.mark.parametrize(
    ("name", "format"), [("x.csv", "csv"), ("x.JSON", "json"), ("x.jsonl", "jsonl"), ("x.txt", "table")]
)
def test_the_suffix_of_a_file_is_its_format(typed: Type, tmp_path: Path, name: str, format: str) -> None:
    result = typed("list", "-o", name)
    assert (result.code, result.out, result.err) == (0, "", f"{name} written ({format}, 3 rows)\n")
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") == (format == "csv")
    assert "项目A" in content.decode("utf-8-sig")
    assert b"\x1b" not in content


def test_the_format_said_counts_more_than_the_suffix(typed: Type, tmp_path: Path) -> None:
    assert typed("list", "-f", "json", "-o", "x.csv").code == 0
    assert json.loads((tmp_path / "x.csv").read_text())
    assert typed("list", "-f", "csv", "-o", "report").code == 0
    assert typed("list", "-o", "report").code == 2


def test_a_file_gets_the_whole_width_and_no_colour(typed: Type, tmp_path: Path) -> None:
    assert typed("--color", "always", "list", "--columns", "all", "-o", "x.txt", COLUMNS="40").code == 0
    text = (tmp_path / "x.txt").read_text()
    assert "columns left out" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["ledger.db", "./ledger.db", "/dev/null", ".", "none/x.csv"])
def test_a_file_that_must_not_be_written_is_refused(typed: Type, tmp_path: Path, name: str) -> None:
    before = (tmp_path / "ledger.db").read_bytes()
    result = typed("list", "-f", "csv", "-o", name)
    assert (result.code, result.out) == (1, "")
    assert (tmp_path / "ledger.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_a_report_without_rows_says_so_and_is_no_error(typed: Type, tmp_path: Path) -> None:
    result = typed("list", "--stage", "signed")
    assert (result.code, result.out, result.err) == (0, "", "no project matches\n")
    assert typed("list", "--stage", "signed", "-f", "csv").out.startswith("code,")
    result = typed("list", "--stage", "signed", "-o", "x.csv")
    assert result.err == "x.csv written (csv, 0 rows)\nno project matches\n"


def test_rows_are_sorted_cut_and_columns_chosen(typed: Type) -> None:
    words = ("list", "--sort", "-total", "--columns", "code", "--limit", "2", "-f", "csv")
    assert typed(*words).out.split() == ["code", "B", "A"]


def test_amounts_are_shown_in_the_unit_asked_for(typed: Type) -> None:
    assert "12亿元" in typed("--lang", "zh", "list").out
    assert "120,000万元" in typed("--lang", "zh", "list", "--unit", "万元").out
    assert "CNY 1,200m" in typed("list", TRACKER_UNIT="m").out
    assert "CNY 1.2bn" in typed("list", "--unit", "BN", TRACKER_UNIT="m").out


def test_the_width_told_counts_in_a_pipe_too(typed: Type) -> None:
    wide = typed("list", "--columns", "all").out
    narrow = typed("list", "--columns", "all", COLUMNS="60").out
    assert "columns left out" not in wide
    assert "columns left" in narrow
    assert max(map(width, narrow.splitlines())) <= 60
    assert typed("list", "--columns", "all", COLUMNS="x").out == wide


def test_the_language_is_chosen_for_one_run(typed: Type) -> None:
    assert "CNY 300m" in typed("--lang=en", "list").out
    assert "3亿元" in typed("--lang=zh", "list").out
    assert "3亿元" in typed("list", LANG="zh_CN.UTF-8").out
    assert "CNY 300m" in typed("list").out


@pytest.mark.parametrize(
    "words",
    [
        ("list", "-f", "csv"),
        ("progress",),
        ("report", "bulletin"),
        ("export", "projects"),
        ("export", "oc4ids"),
        ("import", "in.csv", "-n"),
        ("import", "in.csv", "--map-init"),
    ],
)
def test_a_dash_is_standard_output_wherever_a_file_can_be_named(
    typed: Type, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "in.csv").write_text("项目编号,项目名称,总投资（万元）\nD,项目D,1200\n", encoding="utf-8")
    assert typed(*words, "-o", "-") == typed(*words)
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(
    "words", [("list", "-f", "csv"), ("export", "projects", "-f", "csv"), ("report", "bulletin", "-f", "text")]
)
def test_an_output_never_takes_the_place_of_a_device(typed: Type, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "stdout").symlink_to("/proc/self/fd/1")
    result = typed(*words, "-o", "stdout")
    assert (result.code, result.out) == (1, "")
    assert "not a regular file: choose another name, or - for standard output" in result.err
    assert (tmp_path / "stdout").is_symlink()
    (tmp_path / "mine.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("mine.txt")
    assert typed(*words, "-o", "link").code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8-sig") != "old"
