"""The brief: one page whose numbers are those of the other reports, each with where it comes from."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.made_up import END, ledger
from tests.test_render_html import Page
from tracker.render.widths import cells

TODAY = "2023-07-05"


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portfolio of 60 projects."""
    return ledger(tmp_path_factory)


def told(run: Run, db: Path, *words: str, lang: str = "en") -> str:
    result = run("--db", db, "--lang", lang, *words, today=TODAY)
    assert (result.code, result.err) == (0, ""), result.err
    return result.out


def values(run: Run, db: Path, *words: str) -> Any:
    return json.loads(told(run, db, *words, "-f", "json"))


def test_its_numbers_are_those_of_the_monthly_report(run: Run, made_up: Path) -> None:
    parts = values(run, made_up, "report", "brief")
    monthly = values(run, made_up, "report", "monthly")
    missing = values(run, made_up, "report", "missing", "--month", f"{END:%Y-%m}")
    headline = {row["measure"]: row["value"] for row in parts[0]["rows"]}
    figures = [
        sorted(found["amounts"], key=str) for found in (headline["investment"], monthly["totals"]["year_to_date"])
    ]
    assert figures[0] == figures[1]
    assert headline["completion"] == monthly["totals"]["completion"]
    assert headline["red"] == sum(row["light"] == "red" for row in monthly["rows"]) == len(parts[2]["rows"])
    assert headline["not_reported"] == len(missing["rows"])
    ranked = [row for row in monthly["rows"] if row["completion"]]
    assert [(row["code"], row["completion"]) for row in parts[3]["rows"]] == [
        (row["code"], row["completion"]) for row in ranked[:10]
    ]
    assert headline["signed"] == len(values(run, made_up, "list", "--year", "2023", "--as-of", str(END))["rows"])


def test_the_curve_is_the_completion_of_each_month(run: Run, made_up: Path) -> None:
    rows = values(run, made_up, "report", "brief")[1]["rows"]
    assert [row["month"] for row in rows] == [f"2023-0{number}" for number in range(1, 7)]
    done = [float(row["completed"]["amounts"][0]["amount"]) for row in rows]
    assert done == sorted(done)
    plan = [float(row["plan"]["amounts"][0]["amount"]) for row in rows]
    assert plan == pytest.approx([plan[0] * number for number in range(1, 7)])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_loads_nothing_runs_nothing_and_unfolds_its_sources(run: Run, made_up: Path, lang: str) -> None:
    text = told(run, made_up, "report", "brief", "-f", "html", lang=lang)
    found = Page(text)
    assert not found.seen & {"script", "img", "link", "iframe", "a"}
    assert not {name for _tag, name, _value in found.attributes} & {"src", "href", "onclick", "srcset"}
    assert "url(" not in text
    assert len(text.encode()) < 100_000
    assert text.count('<div class="tile">') == 8
    assert re.search(r"<summary>≥33\.2%</summary>|<b>≥33\.2%</b>", text)
    # The number of an entry, its period and its document, below the number that it makes.
    assert re.search(r"<details><summary>[^<]*13\.2%</summary><ul><li>#\d+ [^<]* · 2023", text)
    state = "state of the ledger: change 2,306" if lang == "en" else "台账状态：第2,306次变更"
    assert state in text
    assert "prefers-color-scheme: dark" in text
    assert "A4 landscape" in text


def test_names_from_outside_are_texts(run: Run, tmp_path: Path) -> None:
    db, name = tmp_path / "a.db", "<script>alert(1)</script>&\"'"
    run("--db", db, "init")
    run("--db", db, "project", "add", "a", "--name", name, "--total", "1亿元", "--owner", name, today="2023-01-02")
    run(
        "--db",
        db,
        "capital",
        "plan",
        "a",
        "1亿元",
        "--year",
        "2023",
        "--source",
        f"{name} / {name}",
        today="2023-01-02",
    )
    run("--db", db, "capital", "add", "a", "100万元", "--kind", "completed", "--on", "2023-05", today="2023-06-02")
    result = run("--db", db, "report", "brief", "-f", "html", env={"TRACKER_ZONE_NAME": name}, today=TODAY)
    assert result.code == 0, result.err
    assert "<script" not in result.out
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in result.out
    assert "script" not in Page(result.out).seen


def test_an_empty_ledger_has_a_brief_too(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    assert "no project is rated red" in told(run, db, "report", "brief", "-f", "html")
    result = run("--db", db, "report", "brief", "--limit", "3", today=TODAY)
    assert (result.code, "leave out --columns" in result.err) == (2, True)


@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdftotext")),
    reason="no browser to print with: apt-get install chromium poppler-utils",
)
def test_a_browser_prints_the_brief_on_one_page_and_no_column_is_cut(run: Run, made_up: Path, tmp_path: Path) -> None:
    def printed(*words: str) -> list[str]:
        page, paper = tmp_path / "a.html", tmp_path / "a.pdf"
        page.write_text(told(run, made_up, *words, "-f", "html"), encoding="utf-8")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
        more = (f"--user-data-dir={tmp_path}/chromium", "--no-pdf-header-footer", f"--print-to-pdf={paper}")
        command = ("chromium", *options, *more, page.as_uri())
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        found = subprocess.run(("pdftotext", "-layout", str(paper), "-"), check=True, capture_output=True, timeout=60)
        return found.stdout.decode().split("\f")[:-1]

    [page] = printed("report", "brief")
    assert "13.2%" in page
    first, *_rest = printed("report", "monthly")
    # The last columns of the table, whole.
    assert re.search(r"Judged +Figures.*Problems|Judged.*Problems", first)
    assert "示例：半年盘点" in first


def test_the_brief_keeps_to_the_screen_and_its_csv_to_the_pipe(run: Run, tmp_path: Path) -> None:
    db, env = tmp_path / "brief.db", {"COLUMNS": "80"}
    run("--db", db, "init")
    run("--db", db, "project", "add", "bio", "--name-en", "Bio", "--stage", "under_construction", "--on", "2025-06")
    run("--db", db, "capital", "plan", "bio", "3亿", "--year", "2026")
    brief = ("--db", db, "report", "brief", "--month", "2026-02")
    page = run(*brief, today="2026-03-09", env=env).out
    assert "no project is rated red" in page
    assert max(map(cells, page.splitlines())) <= 80
    assert "\r" not in run(*brief, "-f", "csv", today="2026-03-09").out
