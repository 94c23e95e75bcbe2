"""Every listing and report in every format: the same rows, and a file where one was asked for."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run

REPORTS = (
    ("overview",),
    ("list",),
    ("show", "nidec-flagship"),
    ("progress",),
    ("summary", "--by", "chain"),
    ("summary", "--by", "site"),
    ("summary", "--by", "grid"),
    ("summary", "--by", "owner"),
    ("summary", "--by", "company"),
    ("summary", "--by", "group"),
    ("summary", "--by", "country"),
    ("summary", "--by", "stage"),
    ("summary", "--by", "kind"),
    ("summary", "--by", "year"),
    ("capital", "list"),
    ("milestone", "list"),
    ("company", "list"),
    ("timeline",),
    ("changes", "--since", "2023-02-01"),
    ("check",),
    ("indicator", "list"),
    ("report", "monthly", "--month", "2023-02"),
    ("report", "missing", "--month", "2023-02"),
    ("report", "targets"),
    ("report", "speed"),
    ("report", "cluster"),
    ("report", "slippage"),
    ("report", "forecast"),
    ("report", "ranking", "--by", "chain", "--measure", "total"),
    ("log",),
)  # fmt: skip
TODAY = "2023-02-28"


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_format_carries_the_same_rows(run: Run, demo_database: Path, words: tuple[str, ...], lang: str) -> None:
    def told(form: str) -> str:
        result = run("--db", demo_database, "--lang", lang, *words, "-f", form, today=TODAY)
        assert (result.code, result.err) == (0, ""), result.err
        return result.out

    page = json.loads(told("json"))
    rows = list(csv.DictReader(io.StringIO(told("csv"))))
    lines = [json.loads(line) for line in told("jsonl").splitlines()]
    assert page["as_of"] == TODAY
    assert page["rows"] == lines
    assert len(rows) == len(lines) > 0
    table = told("table")
    assert "\x1b" not in table
    # Nothing is cut: an ellipsis is one that the report itself holds.
    assert "…" not in table or "…" in told("json")


# Columns of sentences and headings, which are in the language asked for.
SENTENCES = {
    "section",
    "item",
    "value",
    "detail",
    "sentence",
    "finding",
    "light_reason",
    "why",
    "what",
    "was",
    "now",
    "source",
}


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_data_are_the_same_in_every_language(run: Run, demo_database: Path, words: tuple[str, ...]) -> None:
    english, chinese = (
        [
            {key: cell for key, cell in json.loads(line).items() if key not in SENTENCES}
            for line in run("--db", demo_database, "--lang", lang, *words, "-f", "jsonl", today=TODAY).out.splitlines()
        ]
        for lang in ("en", "zh")
    )
    # Groups are in the order of their names.
    assert sorted(map(json.dumps, english)) == sorted(map(json.dumps, chinese))


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_every_page_and_workbook_carries_them_too(run: Run, demo_database: Path, words: tuple[str, ...]) -> None:
    def told(form: str) -> bytes:
        result = run("--db", demo_database, "--lang", "zh", *words, "-f", form, today=TODAY)
        assert (result.code, result.err) == (0, ""), result.err
        return result.out_bytes

    count = len(told("jsonl").splitlines())
    table = [line for line in told("md").decode().splitlines() if line.startswith("| ")]
    assert len(table) >= count + 2
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1
    assert told("html").decode().count("<tr>") >= count + 1
    assert openpyxl.load_workbook(io.BytesIO(told("xlsx"))).active.max_row >= count + 1


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "txt", "md", "html"])
def test_a_file_gets_what_was_asked_for(run: Run, demo_database: Path, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"报告.{suffix}"
    result = run("--db", demo_database, "list", "-o", target, today=TODAY)
    assert (result.code, result.out) == (0, "")
    written = target.read_bytes()
    assert "旗舰工厂".encode() in written or b"flagship" in written
    assert written.startswith(b"\xef\xbb\xbf") == (suffix == "csv")


def test_no_currency_is_added_to_another(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for code, amount in (("a", "2.88亿美元"), ("b", "1亿元"), ("c", "0元")):
        run("--db", db, "project", "add", code, "--chain", "x", "--total", amount, today=TODAY)
    run("--db", db, "project", "add", "d", "--chain", "x", "--total-unknown", today=TODAY)
    run("--db", db, "project", "add", "e", "--chain", "x", "--total-withheld", today=TODAY)
    page = json.loads(run("--db", db, "summary", "--by", "chain", "-f", "json", today=TODAY).out)
    total = page["rows"][0]["total"]
    assert {(one["amount"], one["currency"]) for one in total["amounts"]} == {
        ("288000000.00", "USD"),
        ("100000000.00", "CNY"),
    }
    assert (total["known"], total["of"]) == (3, 5)
    table = run("--db", db, "list", today=TODAY).out
    assert [word in table for word in ("USD 288m", "CNY 100m", "CNY 0", "withheld")] == [True] * 4
    listed = run("--db", db, "list", "--columns", "code,total", "-f", "csv", today=TODAY).out
    assert "d,,,unknown,lacking," in listed
