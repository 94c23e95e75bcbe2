"""`tracker import` as a user meets it: preview, yes, problems by cell, folders, interruption, a terminal."""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.isolation import ROOT, clean_environment
from tests.ledgers import once
from tracker.errors import InputRejected
from tracker.importer.mapping import Options
from tracker.importer.open_input import TableInput, open_input

SHEET = """项目名称,项目编号,总投资（万元）,投资方,项目阶段
晨星电池厂,BAT-1,12000,晨星公司,签约
东湖冷链,COLD-2,不公开,东湖物流,在谈
合计,,12000,,
"""
CAPITAL = "project,kind,amount,currency,on\nBAT-1,completed,{amount},CNY,2023-01\nBAT-1,completed,7.00,CNY,2023-02\n"


@pytest.fixture
def db(tmp_path: Path, run: Run, today: object) -> Path:
    path = tmp_path / "tracker.db"
    once(path, lambda: run("--db", path, "init"))
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "台账.csv"
    path.write_bytes(SHEET.encode("gb18030"))
    return path


def changes(db: Path) -> int:
    with sqlite3.connect(db) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM change WHERE id > 0").fetchone()[0])


def test_without_a_terminal_it_previews_and_says_how_to_go_on(db: Path, sheet: Path, run: Run) -> None:
    result = run("--db", db, "import", sheet)
    assert result.code == 0
    assert "projects: 2 new, 0 changed, 0 same" in result.out
    assert "GB18030" in result.err
    assert "总投资（万元） → capital[total].figure" in result.err
    assert "row 4 left out" in result.err
    assert "--apply" in result.err
    assert changes(db) == 0


def test_applied_once_it_changes_nothing_the_second_time_and_one_undo_takes_it_back(
    db: Path, sheet: Path, run: Run
) -> None:
    first = run("--db", db, "import", sheet, "--apply")
    assert first.code == 0
    assert "change 1 recorded; undo: tracker --db" in first.err
    again = run("--db", db, "import", sheet, "--apply")
    assert again.code == 0
    assert "nothing was changed" in again.err
    assert again.out == ""
    assert changes(db) == 1
    assert run("--db", db, "undo").code == 0
    assert run("--db", db, "list").out == ""


def test_a_bulk_edit_shows_exactly_the_cells_that_changed(db: Path, sheet: Path, tmp_path: Path, run: Run) -> None:
    run("--db", db, "import", sheet, "--apply")
    edited = tmp_path / "projects.csv"
    run("--db", db, "export", "projects", "-o", edited)
    edited.write_text(edited.read_text("utf-8-sig").replace("东湖冷链,", "东湖冷链物流园,"), "utf-8")
    result = run("--db", db, "import", edited, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert [(row["how"], row["field"], row["old"], row["new"]) for row in rows] == [
        ("changed", "name", "东湖冷链", "东湖冷链物流园")
    ]
    assert "projects: 0 new, 1 changed, 1 same" in result.err


def test_json_has_every_difference_and_a_table_says_how_many_more(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "many.csv"
    path.write_text("code,name\n" + "".join(f"p{number},n{number}\n" for number in range(1_200)))
    assert len(json.loads(run("--db", db, "import", path, "-f", "json").out)["rows"]) == 1_200
    assert "and 200 more" in run("--db", db, "import", path).out


def test_problems_stand_by_cell_on_stdout_and_in_a_file_and_nothing_is_written(
    db: Path, tmp_path: Path, run: Run
) -> None:
    path, errors = tmp_path / "bad.csv", tmp_path / "errors.csv"
    path.write_text("项目名称,项目编号,总投资（万元）\n甲厂,a,abc\n乙厂,&&&,12\n丙厂,c,5\n")
    result = run("--db", db, "import", path, "--apply", "-f", "csv", "--errors-to", errors)
    assert result.code == 4
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert [(row["row"], row["cell"], row["value"]) for row in rows] == [("2", "C2", "abc"), ("3", "B3", "&&&")]
    assert list(csv.DictReader(io.StringIO(errors.read_text("utf-8-sig")))) == rows
    assert "2 of 3 rows: 2 problems, and nothing was changed" in result.err
    assert changes(db) == 0
    skipped = run("--db", db, "import", path, "--apply", "--skip-bad")
    assert skipped.code == 0
    assert "left out: C2 总投资（万元）: “abc”" in skipped.err
    codes = [row["code"] for row in csv.DictReader(io.StringIO(run("--db", db, "export", "projects", "-f", "csv").out))]
    assert codes == ["a", "c"]


def test_problems_are_a_line_for_a_column_and_value_with_the_cells_and_the_value_as_it_stands(
    db: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "bad.csv"
    lines = "".join(f"{code},甲{code},{country},-7.25\n" for code, country in zip("abcd", "ZZZX", strict=True))
    path.write_text(f"项目编号,项目名称,国别,2023年计划投资（万元）\n{lines}", "utf-8")
    result = run("--db", db, "import", path, env={"COLUMNS": "200"})
    assert result.code == 4
    rows = [line.split() for line in result.out.splitlines() if "C2," in line or "D2," in line]
    assert [row[:6] for row in rows] == [
        ["3", "C2,", "C3,", "C4", "国别", "Z"],
        ["4", "D2,", "D3,", "D4,", "…", "2023年计划投资（万元）"],
    ]
    assert "-7.25" in result.out
    assert "4 of 4 rows" in result.err


def test_standard_input_is_a_file(db: Path, run: Run) -> None:
    result = run("--db", db, "import", "-", "--apply", input=SHEET.encode())
    assert result.code == 0
    assert "change 1 recorded" in result.err


def test_a_correction_is_told_old_and_new(db: Path, sheet: Path, tmp_path: Path, run: Run) -> None:
    run("--db", db, "import", sheet, "--apply")
    path = tmp_path / "capital.csv"
    for amount in ("5.00", "6.50"):
        path.write_text(CAPITAL.format(amount=amount))
        result = run("--db", db, "import", path, "--apply", "-f", "csv")
    [row] = csv.DictReader(io.StringIO(result.out))
    assert (row["what"], row["field"]) == ("BAT-1 completed investment 2023-01", "figure")
    assert "5.00" in row["old"]
    assert "6.50" in row["new"]
    assert run("--db", db, "database", "check").code == 0


def test_the_edit_of_a_person_is_kept_listed_and_taken_on_demand(db: Path, sheet: Path, run: Run) -> None:
    run("--db", db, "import", sheet, "--apply")
    run("--db", db, "project", "edit", "BAT-1", "--name", "晨星动力")
    kept = run("--db", db, "import", sheet)
    assert "kept" in kept.out
    assert "--conflict" in kept.out
    assert run("--db", db, "import", sheet, "--conflict", "ask").code == 2
    assert run("--db", db, "import", sheet, "--conflict", "take", "--apply").code == 0
    assert "晨星电池厂" in run("--db", db, "list").out


def test_a_map_is_written_to_be_edited_and_used(db: Path, sheet: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "map.toml"
    assert run("--db", db, "import", sheet, "--map-init", "-o", path).code == 0
    assert "项目名称" in path.read_text("utf-8")
    assert run("--db", db, "import", sheet, "--map-init", "-o", path).code == 1
    result = run("--db", db, "import", sheet, "--map", path, "--apply")
    assert "change 1 recorded" in result.err


def test_an_exported_folder_goes_round_and_an_altered_one_is_refused(
    db: Path, sheet: Path, tmp_path: Path, run: Run
) -> None:
    run("--db", db, "import", sheet, "--apply")
    folder, again, other = tmp_path / "all", tmp_path / "again", tmp_path / "other.db"
    run("--db", db, "export", "all", "-o", folder)
    run("--db", other, "init")
    assert run("--db", other, "import", folder, "--apply").code == 0
    run("--db", other, "export", "all", "-o", again)
    for path in folder.glob("*.csv"):
        assert path.read_bytes() == (again / path.name).read_bytes()
    with (folder / "projects.csv").open("a") as file:
        file.write("\n")
    refused = run("--db", other, "import", folder)
    assert refused.code == 4
    assert "projects.csv" in refused.err
    assert run("--db", other, "import", tmp_path / "empty").code == 1


@pytest.mark.parametrize("name", ["all.xlsx", "all.jsonl"])
def test_an_export_in_one_file_goes_round(db: Path, sheet: Path, tmp_path: Path, run: Run, name: str) -> None:
    run("--db", db, "import", sheet, "--apply")
    other = tmp_path / "other.db"
    run("--db", db, "export", "all", "-o", tmp_path / name)
    run("--db", other, "init")
    assert run("--db", other, "import", tmp_path / name, "--apply").code == 0
    exports = [run("--db", path, "export", "all", "-f", "jsonl").out for path in (db, other)]
    assert exports[0] == exports[1]


def test_a_project_package_is_one_more_form(db: Path, sheet: Path, tmp_path: Path, run: Run) -> None:
    run("--db", db, "import", sheet, "--apply")
    package = tmp_path / "package.json"
    run("--db", db, "export", "oc4ids", "-o", package)
    assert "nothing was changed" in run("--db", db, "import", package).err
    package.write_text("[1]")
    assert run("--db", db, "import", package).code == 4


def test_a_file_that_changes_while_it_is_read_is_refused(sheet: Path, today: object) -> None:
    from tests.conftest import TODAY

    [one] = open_input(str(sheet), lambda: io.BytesIO(), Options(TODAY, home="CNY"))
    assert isinstance(one, TableInput)
    one.require_unchanged()
    sheet.write_bytes(sheet.read_bytes().replace(b"12000", b"13000"))
    with pytest.raises(InputRejected):
        one.require_unchanged()


def test_hostile_cells_stay_words(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "hostile.csv"
    path.write_text('code,name\nx,"[red]a[/] =1+1 \'; DROP TABLE project"\ny,\x1b[31mred\n', "utf-8")
    result = run("--db", db, "import", path)
    assert result.code == 4
    assert "\x1b" not in result.out + result.err
    skipped = run("--db", db, "import", path, "--skip-bad", "--apply")
    assert "[red]a[/]" in skipped.out
    assert "DROP TABLE" in run("--db", db, "list", "-f", "csv").out


def test_chinese_is_spoken(db: Path, sheet: Path, run: Run) -> None:
    assert "新增" in run("--db", db, "--lang", "zh", "import", sheet).out


def test_preview_names_what_is_out_of_proportion(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "slip.csv"
    months = "".join(f"p,completed,{1000 + number}.00,CNY,2022-{number:02}\n" for number in range(1, 9))
    run("--db", db, "project", "add", "p", "--name", "甲厂")
    path.write_text(f"project,kind,amount,currency,on\n{months}p,completed,10000000.00,CNY,2023-01\n")
    assert "slip of the unit" in run("--db", db, "import", path).out


# --- reports month after month -------------------------------------------------------------------------------------


def _month(folder: Path, month: int, to_date: int, in_month: int, total: int = 80_000) -> Path:
    """A sheet of one month: the total, the year to date and the month, in 万元."""
    path = folder / f"m{month}-{in_month}-{total}.csv"
    title = f"2026年月报（截至{month}月底）\n单位：万元\n"
    heads = f"项目编号,项目名称,总投资,本年累计完成,{month}月完成\n"
    path.write_text(f"{title}{heads}bio,康泽,{total},{to_date},{in_month}\n", "utf-8")
    return path


def _capital(db: Path, run: Run) -> list[tuple[str, str, str, str, str]]:
    rows = csv.DictReader(io.StringIO(run("--db", db, "export", "capital", "-f", "csv").out))
    return [(row["kind"], row["basis"], row["on"], row["amount"], row["effective_from"]) for row in rows]


def test_the_report_of_every_month_is_recorded_as_it_was_said(db: Path, tmp_path: Path, run: Run) -> None:
    day = "2026-11-27"
    for month, to_date, in_month in ((9, 20_500, 3_000), (10, 24_500, 4_000)):
        sheet = _month(tmp_path, month, to_date, in_month)
        assert f"change {month - 8} recorded" in run("--db", db, "import", sheet, "--apply", today=day).err
        assert "nothing was changed" in run("--db", db, "import", sheet, "--apply", today=day).err
    assert _capital(db, run) == [
        ("total", "period", "", "800000000.00", ""),
        ("completed", "ytd", "2026-01..2026-09", "205000000.00", ""),
        ("completed", "ytd", "2026-01..2026-10", "245000000.00", ""),
        ("completed", "period", "2026-09", "30000000.00", ""),
        ("completed", "period", "2026-10", "40000000.00", ""),
    ]
    restated = run("--db", db, "import", _month(tmp_path, 10, 24_500, 5_000), "--apply", today=day)
    assert "bio completed investment 2026-01..2026-09 restated by CNY -10m" in restated.out
    assert ("completed", "period", "2026-10", "50000000.00", "") in _capital(db, run)


def test_another_total_is_a_new_one_from_the_day_of_the_sheet(db: Path, tmp_path: Path, run: Run) -> None:
    run("--db", db, "import", _month(tmp_path, 9, 20_500, 3_000), "--apply", today="2026-11-27")
    result = run("--db", db, "import", _month(tmp_path, 10, 24_500, 4_000, 90_000), "--apply", today="2026-11-27")
    assert "bio total investment, from 2026-10-31" in result.out
    assert [one for one in _capital(db, run) if one[0] == "total"] == [
        ("total", "period", "", "800000000.00", ""),
        ("total", "period", "", "900000000.00", "2026-10-31"),
    ]


def test_months_from_january_are_the_year_to_date(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "base.csv"
    path.write_text("项目编号,项目名称,总投资（万元）,2026年1-6月完成投资（万元）\nQH-01,青禾,125000,12000\n", "utf-8")
    run("--db", db, "import", path, "--apply", today="2026-11-27")
    assert _capital(db, run)[1] == ("completed", "ytd", "2026H1", "120000000.00", "")


def test_a_status_word_without_a_day_is_no_day(db: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "stages.csv"
    lines = "S-1,青禾基地,在建,2025-03-01,2027-06\nS-2,澜星中心,竣工,2021-06-30,2023-07-05\n"
    path.write_text(f"项目编号,项目名称,项目阶段,计划开工时间,计划竣工时间\n{lines}", "utf-8")
    run("--db", db, "import", path, "--apply", today="2026-11-27")
    stages = list(csv.DictReader(io.StringIO(run("--db", db, "export", "stages", "-f", "csv").out)))
    assert [(row["stage"], row["on"], row["effective_from"]) for row in stages] == [
        ("under_construction", "", "2026-11-27"),
        ("completed", "", "2026-11-27"),
    ]
    milestones = csv.DictReader(io.StringIO(run("--db", db, "export", "milestones", "-f", "csv").out))
    assert {row["what"] for row in milestones} == {"baseline"}
    assert "nothing was changed" in run("--db", db, "import", path, "--apply", today="2026-12-01").err


def test_a_folder_of_the_first_version_comes_over(db: Path, tmp_path: Path, run: Run) -> None:
    """It is what `export all` of the program at d2c4bd4 wrote: its demo, and some running figures and baselines."""
    origin, folder, other = ROOT / "tests" / "data" / "first-version", tmp_path / "all", tmp_path / "other.db"
    day = "2026-11-27"
    assert run("--db", db, "import", origin, "--apply", today=day).code == 0
    assert [one for one in _capital(db, run) if one[0] in ("completed", "paid", "total")] == [
        ("total", "period", "", "2500000000.00", ""),
        ("total", "period", "", "3000000000.00", day),
        ("total", "period", "", "3200000000.00", day),
        ("completed", "ytd", "2026-01..2026-08", "175000000.00", ""),
        ("completed", "ytd", "2026-01..2026-09", "205000000.00", ""),
        ("completed", "period", "2026-10", "10000000.00", ""),
        ("paid", "cumulative", "2026-06", "500000000.00", ""),
        ("paid", "cumulative", "2026-07..2026-08", "530000000.00", ""),
    ]
    assert "nothing was changed" in run("--db", db, "import", origin, "--apply", today=day).err
    run("--db", db, "export", "all", "-o", folder)
    run("--db", other, "init")
    run("--db", other, "import", folder, "--apply", today=day)
    run("--db", other, "export", "all", "-o", tmp_path / "again")
    for path in folder.glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


# --- processes -----------------------------------------------------------------------------------------------------


ROWS = 6_000


def test_an_answer_to_no_question_and_another_land_are_said(run: Run, tmp_path: Path) -> None:
    db, path = tmp_path / "a.db", tmp_path / "a.csv"
    run("--db", db, "init")
    head = "项目编号,项目名称,项目阶段,用地面积（亩）\n"
    path.write_text(f"{head}A1,甲,竣工,109.2\n", encoding="utf-8")
    assert run("--db", db, "import", path, "--apply").code == 0
    path.write_text(f"{head}A1,甲,在建,120.5\n", encoding="utf-8")
    refused = run("--db", db, "import", path, "--answer", "bakc=keep")
    assert (refused.code, "there is no question “bakc”; did you mean “back”?" in refused.err) == (2, True)
    done = run("--db", db, "import", path, "--answer", "C2=keep", "--answer", "C3=keep")
    assert "--answer C3: nothing is asked about this cell" in done.err
    assert "C2: nothing" not in done.err
    [line] = [line for line in done.out.splitlines() if " land " in line]
    assert line.split()[-4:] == ["land", "109.2", "120.5", "2"]


def _many(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write("project,kind,amount,currency,on\n")
        file.writelines(
            f"p,completed,{number}.00,CNY,20{10 + number % 12}-0{number % 9 + 1}\n" for number in range(rows)
        )


def _start(db: Path, path: Path, home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tracker", "--db", str(db), "import", str(path), "--apply"]
    return subprocess.Popen(
        command, cwd=ROOT, env=clean_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _writing(db: Path) -> bool:
    """Whether a transaction has begun to write: its journal lies beside the file."""
    return db.with_name(f"{db.name}-journal").exists()


@pytest.fixture
def big(db: Path, tmp_path: Path, run: Run) -> Path:
    assert run("--db", db, "project", "add", "p", "--name", "甲厂").code == 0
    path = tmp_path / "big.csv"
    _many(path, ROWS)
    return path


def test_an_interrupted_import_has_written_nothing(db: Path, big: Path, isolated: Path, run: Run) -> None:
    for _try in range(5):
        before = changes(db)
        process = _start(db, big, isolated)
        while not _writing(db) and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _out, error = process.communicate()
        if process.returncode:
            break
        # On a busy machine it is done before the signal comes.
        assert run("--db", db, "undo", "-y").code == 0
    assert process.returncode == 130
    assert b"interrupted" in error
    assert b"Traceback" not in error
    assert changes(db) == before


def test_a_killed_import_has_written_nothing_or_everything(db: Path, big: Path, isolated: Path, run: Run) -> None:
    chance = random.Random(5)
    for _try in range(3):
        before = changes(db)
        process = _start(db, big, isolated)
        while not _writing(db) and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
        with sqlite3.connect(db) as connection:
            number = connection.execute("SELECT COUNT(*) FROM capital_entry").fetchone()[0]
        assert number in (0, ROWS)
        assert changes(db) in (before, before + 1)
    assert run("--db", db, "database", "check").code == 0


def test_what_is_wrong_with_a_row_of_several_figures_is_told_once(db: Path, run: Run, tmp_path: Path) -> None:
    run("--db", db, "project", "add", "bio", "--name", "康泽生物")
    sheet = tmp_path / "m2.csv"
    sheet.write_text("2026年月报（截至2月底）\n单位：万元\n项目编号,本年累计完成,2月完成\nbio,4700,2600\nnew1,100,50\n")
    refused = run("--db", db, "import", sheet, "--errors-to", tmp_path / "p.csv", today="2026-03-09")
    assert (refused.code, refused.err.splitlines()[-1].startswith("tracker: 1 of 2 rows: 1 problem")) == (4, True)
    assert (tmp_path / "p.csv").read_text("utf-8-sig").count("new1") == 2
    taken = run("--db", db, "import", sheet, "--skip-bad", "--apply", today="2026-03-09")
    assert (taken.code, "capital entries: 2 new" in taken.out + taken.err) == (0, True)


def test_a_name_beside_the_code_is_not_offered_as_a_line_that_makes_projects(
    db: Path, run: Run, tmp_path: Path
) -> None:
    run("--db", db, "project", "add", "bio", "--name", "康泽生物")
    sheet = tmp_path / "m2.csv"
    sheet.write_text("2026年月报（截至2月底）\n单位：万元\n项目编号,项目名称,本年累计完成\nbio,康泽,4700\n")
    seen = run("--db", db, "import", sheet, today="2026-03-09")
    assert "“项目编号” already" in seen.err or "not read: 项目名称 (B)" in seen.err
    assert '"project.name"' not in seen.err


@pytest.mark.parametrize(("lang", "sentence"), [("en", "there is no file gone.toml"), ("zh", "没有文件 gone.toml")])
def test_a_map_that_is_not_there_is_named_in_the_language(
    db: Path, sheet: Path, run: Run, lang: str, sentence: str
) -> None:
    refused = run("--db", db, "--lang", lang, "import", sheet, "--map", "gone.toml")
    assert (refused.code, sentence in refused.err) == (4, True)


@pytest.mark.parametrize(("lang", "called"), [("en", "bio under construction baseline"), ("zh", "bio 开工 基线")])
def test_milestones_of_a_preview_are_called_by_their_names(
    db: Path, run: Run, tmp_path: Path, lang: str, called: str
) -> None:
    run("--db", db, "project", "add", "bio", "--name", "康泽生物")
    sheet = tmp_path / "plan.csv"
    sheet.write_text("项目编号,项目名称,计划开工时间\nbio,康泽生物,2027-03\n")
    assert called in run("--db", db, "--lang", lang, "import", sheet, today="2026-03-09").out


def test_on_a_terminal_it_asks_conflict_by_conflict_and_before_it_writes(db: Path, sheet: Path, run: Run) -> None:
    run("--db", db, "import", sheet, "--apply")
    run("--db", db, "project", "edit", "BAT-1", "--name", "晨星动力")
    run("--db", db, "company", "add", "无关公司")
    for answers, name in (("n", "晨星动力"), ("y\nn", "晨星动力"), ("y\ny", "晨星电池厂")):
        shown = run("--db", db, "import", sheet, "--conflict", "ask", input=f"{answers}\n", terminal=True).out
        rest = shown.partition("instead of the one entered by hand")[2]
        assert ("record this" in rest) == ("\n" in answers)
        assert name in run("--db", db, "list").out
