"""Help: terms explained in both languages, commands in sections, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tracker.commands.help import DEFINITIONS
from tracker.commands.lazy_group import LazyGroup
from tracker.commands.root import tree
from tracker.render.widths import cells


def test_a_term_is_explained_by_any_of_its_names_in_the_chosen_language(run: Run) -> None:
    english = run("help", "完成率").out.splitlines()
    assert english[0] == "completion · 完成率"
    assert english[1].startswith("Completed investment of the year to date ÷ plan of the year.")
    assert english[2] == "See: tracker progress"
    chinese = run("--lang", "zh", "help", "gap (pp)").out.splitlines()
    assert chinese[:2] == ["差距 · gap", "100×完成率−100×时间进度，单位为百分点；小于0即落后于时间进度。"]


def test_an_unknown_term_is_refused_with_the_closest_one(run: Run) -> None:
    refused = run("help", "complettion")
    assert (refused.code, "did you mean “completion”?" in refused.err) == (2, True)
    assert run("help", "capital", "record").out == run("capital", "record", "--help").out
    assert len(run("help").out.splitlines()) == len(DEFINITIONS)


def test_every_spelling_names_one_term_and_every_command_named_exists(run: Run) -> None:
    spellings = [name for one in DEFINITIONS for name in one.spellings]
    assert len(set(spellings)) == len(spellings)
    for one in DEFINITIONS:
        if one.command:
            assert run(*one.command.split(), "--help").code == 0, one.command


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_page_of_help_is_wider_than_eighty_columns(run: Run, lang: str) -> None:
    paths: list[tuple[str, ...]] = [()]
    for name, entry in tree().entries.items():
        command = entry.load()
        below = command.entries if isinstance(command, LazyGroup) else ()
        paths += [(name,), *((name, one) for one in below)]
    for path in paths:
        page = run("--lang", lang, *path, "--help", env={"COLUMNS": "80"}).out
        # An example is there to be copied: it is not broken.
        lines = [line for line in page.splitlines() if not line.startswith("  tracker ")]
        assert max(map(cells, lines)) <= 80, path


def test_help_in_chinese_has_chinese_headings_and_says_in_chinese_what_each_command_is_for(run: Run) -> None:
    pages = [(name, below) for name, entry in tree().entries.items() if isinstance(below := entry.load(), LazyGroup)]
    paths = [(name, *rest) for name, below in pages for rest in ((), *((one,) for one in below.entries))]
    for path in paths:
        page = run("--lang", "zh", *path, "--help").out
        assert not page.splitlines()[2].isascii(), path
        assert not {"Arguments:", "Commands:", "Options:"} & set(page.splitlines()), path


def test_the_terms_are_called_in_chinese_as_the_tables_call_them(run: Run) -> None:
    terms = run("--lang", "zh", "help").out.splitlines()
    wanted = {"条目 · entry", "印鉴 · seal", "不公开 · withheld", "调整 · restatement"}
    assert wanted <= set(terms)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_projects_without_a_plan_fold_into_one_line(run: Run, tmp_path: Path, lang: str) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for code in ("bad", "good", "free", "idle"):
        run("--db", db, "project", "add", code, "--stage", "signed", "--on", "2022", today="2023-07-01")
    for code, amount in (("good", "9千万"), ("bad", "1千万"), ("free", "7千万")):
        run("--db", db, "capital", "record", code, "completed", amount, "--on", "2023-06", "--ytd", today="2023-07-01")
    for code in ("good", "bad"):
        run("--db", db, "capital", "plan", code, "1亿", "--year", "2023", today="2023-07-01")
    shown = run("--db", db, "--lang", lang, "progress", today="2023-06-30", env={"COLUMNS": "80"}).out.splitlines()
    rows = [line.split()[0] for line in shown if line[:1].isalpha()][-6:]
    assert [row for row in rows if row in ("bad", "good", "free", "idle")] == ["bad", "good"]
    label = "2 projects without a plan: --all" if lang == "en" else "2个项目没有年度计划：--all"
    [line] = [line for line in shown if line.startswith(label)]
    assert line.split()[-1] in ("70m", "7,000万元")
    every = run("--db", db, "--lang", lang, "progress", "--all", today="2023-06-30").out
    assert "idle" in every
    assert label not in every
