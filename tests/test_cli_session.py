"""Every command does what it says, in sessions as a user would type them, on either engine."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

TODAY = "2023-03-31"
Type = Callable[[str], Result]


@pytest.fixture
def line(run: Run, ledger_url: str) -> Type:
    """Type one line after `tracker`, in an empty ledger, on TODAY."""

    def call(words: str) -> Result:
        return run(*shlex.split(words), today=TODAY, env={"TRACKER_DB": ledger_url, "TRACKER_ACTOR": "li.na"})

    return call


@pytest.fixture
def told(line: Type) -> Callable[[str], list[str]]:
    """Type a line that is to succeed and to print no data; the lines it says."""

    def call(words: str) -> list[str]:
        result = line(words)
        assert (result.code, result.out) == (0, ""), result.err
        return result.err.splitlines()

    return call


@pytest.fixture
def rows(line: Type) -> Callable[[str], list[dict[str, object]]]:
    """Type a question; its rows as JSON gives them."""

    def call(words: str) -> list[dict[str, object]]:
        result = line(f"{words} -f json")
        assert result.code == 0, result.err
        found: list[dict[str, object]] = json.loads(result.out)["rows"]
        return found

    return call


def test_a_project_from_its_opening_to_its_removal(
    line: Type, told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    said = told(
        "project add A-1 --name 甲 --name-en Alpha --kind 新建 --company 甲公司 --group G --chain 机床 --sector S"
        " --site 飞地 --grid 一网格 --owner 王 --lead-source 以商引商 --origin 外资 --country 日本 --land '72800 m2'"
        " --jobs 2,500 --tag 重点 --alias 甲厂 --id 备案代码=2201 --total 25亿元 --stage 签约 --on 2022"
        " --milestones standard"
        " --source '报告 / 一句话' --note n"
    )
    assert said[0] == "project A-1 added"
    assert said[-1] == "change 1 recorded; undo: tracker undo 1"
    told("project add B-1 --name 乙 --parent A-1")
    told("project edit 甲厂 --code A-2 --owner '' --jobs '' --untag 重点 --unalias 甲厂 --id 备案代码=")
    told("project stage A-2 under_construction --on 2022-10")
    assert told("project stage A-2 签约 --on 2022-11 --why 退回")[0] == "A-2: signed, 2022-11"
    told("project condition A-2 停缓建 --why 等")
    told("project review A-2 --physical 45% --text 结顶 --light 黄 --on 2023-02")
    assert told("project link B-1 supports A-2")[0] == "B-1 supports A-2"
    told("project unlink B-1 supports A-2")
    told("project link B-1 depends_on A-2")
    told("project unlink B-1 A-2")
    told("project field 能耗 --type number")
    told("project edit B-1 --field 能耗=12.5")
    assert [row["field"] for row in rows("project field")] == ["能耗"]
    [first, second] = rows("list --columns all")
    assert (first["code"], first["stage"], first["condition"], first["jobs"]) == ("A-2", "signed", "suspended", None)
    assert (first["land_mu"], first["country"], first["tags"]) == ("109.2", "JP", None)
    assert second["code"] == "B-1"
    assert line("show A-2").out.startswith("A-2 · Alpha · as of 2023-03-31")
    assert told("project remove B-1 -y")[0] == "project B-1 removed"
    assert [row["code"] for row in rows("list")] == ["A-2"]


def test_capital_is_recorded_planned_corrected_and_withdrawn(
    line: Type, told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    told("project add A-1 --total 25亿元")
    told("capital record A-1 completed 1.2亿元 --on 2023-02 --source s --note n")
    assert told("capital record A-1 completed 2亿元 --on 2023-03 --ytd")[0] == (
        "entry 3: A-1 completed investment CNY 200m, year to 2023-03"
    )
    told("capital record A-1 utilised_foreign US$3m --on 2023Q1")
    told("capital record A-1 completed -5万元 --on -7d")
    told("capital record A-1 paid --withheld --on 2022")
    told("capital plan A-1 3亿元")
    told("capital correct 2 --amount 1.3亿 --why unit")
    assert told("capital correct 4 --amount 4m --why 'names no currency'")[0] == (
        "entry 4: A-1 utilised foreign capital USD 4m, 2023Q1 (was USD 3m)"
    )
    told("capital correct 6 --withdraw --why twice")
    live = rows("capital list A-1")
    [foreign] = [row for row in live if row["kind"] == "utilised_foreign"]
    assert _texts(foreign) >= {"4000000.00", "USD"}
    assert len(rows("capital list A-1 --all")) == len(live) + 3, "ended versions too"
    assert [row["kind"] for row in rows("capital list --kind plan")] == ["plan"]


def test_a_cumulative_figure_says_how_to_give_the_start_of_the_year(told: Callable[[str], list[str]]) -> None:
    told("project add A-1 --stage 开工 --on 2021-03")
    said = told("capital record A-1 completed 5亿 --on 2023-02 --cumulative -n")
    assert said == [
        "entry 1: A-1 completed investment CNY 500m, cumulative to 2023-02",
        "the year 2023 is not known from this figure: give the cumulative figure at its start with"
        " --at-year-start AMOUNT",
        "dry run: nothing was recorded",
    ]
    assert told("capital record A-1 completed 5亿 --on 2023-02 --cumulative --at-year-start 4.2亿") == [
        "entry 1: A-1 completed investment CNY 420m, cumulative to 2022-12",
        "entry 2: A-1 completed investment CNY 500m, cumulative to 2023-02",
        "change 2 recorded; undo: tracker undo 2",
    ]


def test_what_a_figure_changes_is_named_and_what_is_unlikely_warned_about(
    line: Type, told: Callable[[str], list[str]]
) -> None:
    told("project add A-1 --total 1亿")
    told("capital record A-1 completed 700万 --on 2023-01 --ytd")
    assert told("capital record A-1 completed 700万 --on 2023-01 --ytd") == [
        "entry 2 already has this figure; nothing to change"
    ]
    assert told("capital record A-1 completed 70万 --on 2023-02 --ytd")[1] == (
        "2023-02 comes to CNY -6.3m: the running figure is less than the one before (entry 2)"
    )
    assert told("capital record A-1 completed 1.2亿 --on 2023-03 --ytd")[1] == (
        "warning: CNY 120m is more than the total of A-1, CNY 100m"
    )
    assert told("capital record A-1 completed 1m美元 --on 2022")[1] == (
        "warning: the other figures of A-1 are in CNY, this one is in USD"
    )
    refused = line("capital record A-1 completed 1m美元 --on 2023-03 --ytd")
    assert (refused.code, refused.out) == (1, "")
    assert "the last running figure of A-1 is in CNY (entry 4), this one in USD: add -y" in refused.err
    told("capital record A-1 completed 1m美元 --on 2023-03 --ytd -y")


def test_a_restatement_is_named(told: Callable[[str], list[str]]) -> None:
    told("project add A-1")
    told("capital record A-1 paid 1元 --on 2023-01")
    told("capital record A-1 completed 175万 --on 2023-01 --ytd")
    told("capital record A-1 completed 205万 --on 2023-02 --ytd")
    told("capital record A-1 completed 30万 --on 2023-02")
    assert told("capital record A-1 completed 200万 --on 2023-02 --ytd")[:2] == [
        "entry 3: A-1 completed investment CNY 2m, year to 2023-02 (was CNY 2.05m)",
        "the year to 2023-01 restated by CNY -50k (entry 2)",
    ]


def test_a_second_amount_of_a_month_must_be_named(line: Type, told: Callable[[str], list[str]]) -> None:
    told("project add A-1")
    told("capital record A-1 paid 100万 --on 2023-01")
    refused = line("capital record A-1 paid 50万 --on 2023-01")
    assert (refused.code, refused.out) == (1, "")
    assert "further amount, or the right one? (--further / --replace)" in refused.err
    assert told("capital record A-1 paid 50万 --on 2023-01 --further")[0] == "entry 2: A-1 paid CNY 500k, 2023-01"
    assert told("capital record A-1 paid 100万 --on 2023-01 --further")[1] == (
        "warning: entry 1 has the same figure for the same period"
    )
    assert told("capital record A-1 paid 60万 --on 2023-01 --replace")[0] == (
        "entry 3: A-1 paid CNY 600k, 2023-01 (was CNY 1m)"
    )
    assert line("capital record A-1 paid 1 --on 2023-01 --replace --further").code == 2
    assert line("capital record A-1 paid 1 --on 2023-01 --at-year-start 2").code == 2
    assert line("capital record A-1 paid 1 --on 2023-01 --from 2023-01-01").code == 2
    # Neither would do what it says: a total is a new value from a day on, a running figure holds what came before it.
    for words in ("total 1亿 --further", "total 1亿 --replace", "paid 3 --on 2023-01 --ytd --further"):
        refused = line(f"capital record A-1 {words}")
        assert (refused.code, refused.out, "--further" in refused.err) == (2, "", True)


def test_a_total_and_a_plan_hold_from_their_day_on(line: Type, told: Callable[[str], list[str]]) -> None:
    told("project add A-1 --total 25亿")
    assert told("capital record A-1 total 30亿 --from 2023-02-01")[:2] == [
        "entry 2: A-1 total investment CNY 3bn, from 2023-02-01 (was CNY 2.5bn)",
        "if it is a re-baseline, record it with: tracker project rebaseline A-1 --total AMOUNT --why TEXT",
    ]
    told("capital plan A-1 3亿")
    assert told("capital plan A-1 2亿 --year 2023 --from 2023-03-01")[0] == (
        "entry 4: A-1 annual plan CNY 200m, 2023, from 2023-03-01 (was CNY 300m)"
    )
    assert told("capital plan A-1 1亿 --on 2023Q4")[0] == "entry 5: A-1 annual plan CNY 100m, 2023Q4"
    assert line("capital plan A-1 1亿 --on 2023Q4 --year 2023").code == 2


def test_a_correction_says_what_was(line: Type, told: Callable[[str], list[str]]) -> None:
    told("project add A-1")
    told("project add B-1")
    told("capital record A-1 completed 6800万 --on 2023-02 --source '快报 / 6800万'")
    assert told("capital correct 1 --ytd 6900万 --why running")[:2] == [
        "entry 1: A-1 completed investment CNY 69m, year to 2023-02 (was CNY 68m, 2023-02)",
        "its quotation was removed: it is of another figure",
    ]
    assert told("capital correct 1 --project B-1 --why 'wrong project'")[0] == (
        "entry 1: B-1 completed investment CNY 69m, year to 2023-02 (was A-1)"
    )
    assert told("capital correct 1 --withdraw --why twice")[0] == "entry 1 of B-1 (CNY 69m) withdrawn"
    assert line("capital correct 1 --ytd 1 --amount 2 --why x").code == 2
    assert "entry 1 was withdrawn in change 6" in line("capital correct 1 --ytd 1 --why x").err


def test_one_limit_of_jobs_holds_wherever_they_come_from(line: Type, told: Callable[[str], list[str]]) -> None:
    refused = line("project add A-1 --jobs 10,000,001")
    assert (refused.code, "is not a whole number from 0 to 10000000" in refused.err) == (2, True)
    told("project add A-1 --jobs 10,000,000 --registered 2022-05")
    told("project edit A-1 --registered ''")


# --- on a terminal --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(run: Run, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Result]:
    """Type a line on a terminal, and the answers to what it asks."""
    from tracker.app import App

    def call(words: str, answers: str) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(App, "has_terminal", property(lambda _app: True))
            env = {"TRACKER_DB": ledger_url, "TRACKER_ACTOR": "li.na"}
            return run(*shlex.split(words), today=TODAY, env=env, input=answers)

    return call


def test_a_terminal_is_asked_what_only_a_person_can_decide(
    told: Callable[[str], list[str]],
    rows: Callable[[str], list[dict[str, object]]],
    asked: Callable[[str, str], Result],
) -> None:
    told("project add A-1")
    told("capital record A-1 paid 100万 --on 2023-01")
    undecided = asked("capital record A-1 paid 50万 --on 2023-01", "\n")
    assert (undecided.code, "not decided; nothing was changed" in undecided.err) == (1, True)
    answered = asked("capital record A-1 paid 50万 --on 2023-01", "further\n")
    assert answered.code == 0
    assert "is CNY 500k a further amount, or the right one? [further/replace]" in answered.err
    assert "entry 2: A-1 paid CNY 500k, 2023-01" in answered.err
    assert asked("capital record A-1 paid 80万 --on 2023-01", "r\n").code == 0
    assert len(rows("capital list A-1")) == 2


def test_a_terminal_is_asked_about_what_is_unlikely(
    told: Callable[[str], list[str]], asked: Callable[[str, str], Result]
) -> None:
    told("project add A-1 --total 1亿")
    declined = asked("capital record A-1 completed 2亿 --on 2023-01", "n\n")
    assert declined.code == 1
    assert "warning: CNY 200m is more than the total of A-1, CNY 100m\nrecord it? [y/N]" in declined.err
    assert asked("capital record A-1 completed 2亿 --on 2023-01", "y\n").err.count("warning") == 1
    assert "[y/N]" not in asked("capital record A-1 completed 3亿 --on 2023-02 -y", "").err
    assert "[y/N]" not in asked("capital record A-1 completed 1元 --on 2023-03", "").err


def test_a_terminal_is_asked_whether_a_total_is_a_re_baseline(
    told: Callable[[str], list[str]], asked: Callable[[str, str], Result]
) -> None:
    told("project add A-1 --total 25亿")
    answered = asked("capital record A-1 total 30亿 --from 2023-02-01", "rebaseline\na second line\n")
    assert "A-1 has a total of CNY 2.5bn in force: is CNY 3bn a re-baseline, or just a new value?" in answered.err
    assert "A-1: baseline 2, approved 2023-02-01, total CNY 3bn" in answered.err
    assert answered.code == 0
    valued = asked("capital record A-1 total 31亿", "value\n")
    assert (valued.code, "entry 3: A-1 total investment CNY 3.1bn" in valued.err) == (0, True)
    assert "if it is a re-baseline" not in valued.err


def _texts(value: object) -> set[str]:
    """Every text inside a JSON value."""
    if isinstance(value, dict):
        return _texts(list(value.values()))
    return set().union(*map(_texts, value)) if isinstance(value, list) else {str(value)}


def test_milestones_are_planned_forecast_reached_and_removed(
    line: Type, told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    told("project add A-1")
    told("milestone plan A-1 投产 2023-10 --made 2022-05-23 --source s")
    told("milestone plan A-1 power-on 2023-02 --title 通电 --weight 3")
    assert told("milestone forecast A-1 in_production 2023-12 --made -7d")[0] == (
        "A-1 in production: expected 2023-12 (baseline 2023-10, +61 d)"
    )
    told("milestone reach A-1 power-on")
    told("milestone reach A-1 power-on -2d --why typo")
    assert told("milestone plan A-1 封顶 2023-02")[0] == "A-1 topped out: planned for 2023-02"
    assert told("milestone reach A-1 封顶 2023-03-01")[:2] == [
        "A-1 topped out: reached 2023-03-01 (baseline 2023-02, +1 d)",
        "A-1: topped out, 2023-03-01",
    ]
    told("milestone remove A-1 封顶")
    # That of a stage need not have been planned; a forecast has nothing to be measured by.
    assert line("milestone forecast A-1 竣工 2023-12").err.splitlines()[0] == (
        "tracker: A-1 has no milestone “completed”; plan it with: tracker milestone plan A-1 completed DATE"
    )
    assert told("milestone reach A-1 竣工 2023-03-05")[:2] == [
        "A-1 completed: reached 2023-03-05",
        "A-1: completed, 2023-03-05",
    ]
    told("milestone remove A-1 竣工")
    [production, power] = rows("milestone list A-1")
    assert (production["baseline"], production["forecast"], production["made"]) == ("2023-10", "2023-12", "2023-03-24")
    assert power["actual"] == "2023-03-29"
    told("milestone remove A-1 通电")
    assert len(rows("milestone list --stage signed")) == 0
    assert len(rows("milestone list")) == 1


def test_companies_are_added_edited_certified_and_shown(
    line: Type, told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    told("company add 博格隆 --name-en Bogelong --group B --country 中国 --role 龙头 --founded 2013 --alias Bestchrom")
    told("company edit Bestchrom --name 博格隆生物 --role '' --founded '' --unalias Bestchrom")
    told("company certify Bogelong 小巨人 --on 2022 --source 工信部")
    [company] = rows("company list")
    assert (company["name"], company["role"], company["founded"], company["country"]) == (
        "博格隆生物",
        None,
        None,
        "CN",
    )
    assert "little giant" in line("company show 博格隆生物").out


def test_the_log_says_who_did_what_and_undo_reverts_it(
    line: Type, told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    told("project add A-1 --owner 王")
    told("project edit A-1 --owner 李")
    changes = rows("log A-1 --since -7d --limit 1")
    assert {row["who"] for row in changes} == {"li.na"}
    assert {row["command"] for row in changes} == {"project edit A-1 --owner '李'"}
    assert rows("log --since 2023-04-01") == []
    assert told("undo -n")[-1] == "dry run: nothing was recorded"
    assert told("undo -y")[0] == "change 2 (project edit A-1 --owner '李') is undone"
    assert rows("list --columns owner") == [{"owner": "王"}]
    assert told("undo 3 -y")[-1] == "change 4 recorded; undo: tracker undo 4"
    assert rows("list --columns owner") == [{"owner": "李"}]
    refused = line("undo 1 -y")
    assert refused.code == 1
    assert "build" in refused.err


def test_the_options_before_the_command_stay_out_of_the_log(run: Run, ledger_url: str) -> None:
    assert run("--db", ledger_url, "--lang", "en", "project", "add", "A-1", today=TODAY).code == 0
    log = run("--db", ledger_url, "log", "-f", "csv", today=TODAY).out
    assert "project add A-1" in log
    assert ledger_url not in log


def test_reports_answer_for_another_day_and_another_state_of_knowledge(
    run: Run, ledger_url: str, told: Callable[[str], list[str]]
) -> None:
    env = {"TRACKER_DB": ledger_url}
    assert run("project", "add", "A-1", "--stage", "signed", "--on", "2022", today="2023-01-10", env=env).code == 0
    told("project add B-1")
    listed = run("list", "--known-on", "2023-02-01", "--columns", "code", "-f", "csv", today=TODAY, env=env)
    assert listed.out.split() == ["code", "A-1"]
    assert run("list", "--as-of", "-60d", today=TODAY, env=env).out.startswith("Projects · as of 2023-01-30")


def test_filters_take_words_in_any_spelling_lists_and_repetitions(
    told: Callable[[str], list[str]], rows: Callable[[str], list[dict[str, object]]]
) -> None:
    told("project add A --stage signed --on 2022 --chain 甲 --country JP")
    told("project add B --stage filed --on 2022 --chain 乙 --tag t")
    told("project add C --stage lead --on 2022 --chain 乙")

    def codes(filters: str) -> str:
        return "".join(str(row["code"]) for row in rows(f"list {filters}"))

    assert codes("--stage 签约,filed") == codes("--stage signed --stage 备案") == "AB"
    assert codes("--chain 乙 --chain 甲 --stage lead") == "C"
    assert codes("--country 日本") == codes("--text a") == "A"
    assert codes("--tag t") == "B"
    assert codes("--year 2022") == "A"
    assert codes("--condition 停缓建") == ""


def test_the_overview_shows_what_is_due(line: Type, told: Callable[[str], list[str]]) -> None:
    told("project add A-1 --name-en Alpha --total 25亿元 --stage signed --on 2022")
    told("milestone plan A-1 under_construction 2023-02")
    told("milestone plan A-1 topped_out 2023-04-15")
    overview = line("")
    assert (overview.code, overview.err) == (0, "")
    assert re.search(r"Overdue: 1\n +A-1 +Under construction · Alpha", overview.out)
    assert "Due in 30 days: 1" in overview.out


def test_summary_and_progress_answer(line: Type, told: Callable[[str], list[str]]) -> None:
    told("project add A-1 --chain 机床 --total 25亿元")
    told("capital plan A-1 3亿元")
    told("capital record A-1 completed 1亿元 --on 2023-02")
    assert "机床" in line("summary --by chain").out
    for rules in ("points", "share", "slip"):
        assert f"lights by rule set “{rules}”" in line(f"progress --explain --lights {rules}").out
    assert line("summary --by colour").code == 2


def test_the_database_tells_about_itself(line: Type, rows: Callable[[str], list[dict[str, object]]]) -> None:
    line("project add A-1")
    facts = {row["item"]: row["value"] for row in rows("database info")}
    assert (facts["schema"], facts["project_rows"], facts["last_change"]) == (facts["expected_schema"], 1, 1)
    assert facts["last_change_at"] == "2023-03-31T12:00:00Z"
    checked = line("database check")
    assert checked.code == 0
    assert "are whole" in checked.out
    assert line("database upgrade").code == 0


def test_a_backup_is_restored_after_a_mistake(run: Run, tmp_path: Path) -> None:
    env = {"TRACKER_DB": str(tmp_path / "ledger.db")}
    copy = tmp_path / "copy.db"
    for words in ("init", "project add A-1", f"database backup {copy}", "project add B-1"):
        assert run(*words.split(), today=TODAY, env=env).code == 0
    assert run("database", "backup", copy, today=TODAY, env=env).code == 1
    assert run("database", "restore", copy, today=TODAY, env=env).code == 2
    restored = run("database", "restore", copy, "-y", today=TODAY, env=env)
    assert restored.code == 0
    [saved] = tmp_path.glob("ledger.db.before-restore.*.bak")
    assert str(saved) in restored.err
    assert run("list", "--columns", "code", "-f", "csv", today=TODAY, env=env).out.split() == ["code", "A-1"]
    (tmp_path / "ledger.db").unlink()
    assert run("database", "restore", saved, today=TODAY, env=env).code == 0
    assert run("list", "-f", "csv", today=TODAY, env=env).out.count("\n") == 3


def test_a_backup_needs_no_name(run: Run, tmp_path: Path) -> None:
    env = {"TRACKER_DB": str(tmp_path / "ledger.db")}
    assert run("init", env=env).code == 0
    assert run("database", "backup", today=TODAY, env=env).code == 0
    assert (tmp_path / "ledger.db.20230331T120000Z.bak").is_file()


def test_a_ledger_tampered_with_is_found(run: Run, tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "ledger.db"
    env = {"TRACKER_DB": str(path)}
    for words in ("init", "project add A-1", "project add B-1"):
        assert run(*words.split(), env=env).code == 0
    connection = sqlite3.connect(path)
    [(guard,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'guard_project_update'").fetchall()
    connection.execute("DROP TRIGGER guard_project_update")
    connection.execute("UPDATE project SET owner = 'x' WHERE code = 'B-1'")
    connection.execute(guard)
    connection.commit()
    connection.close()
    checked = run("database", "check", env=env)
    assert checked.code == 1
    assert "change 2" in checked.out
    assert "1 fault" in checked.err


@pytest.mark.parametrize(
    "words",
    [
        "project add C-1 --total 1元",
        "project edit A-1 --owner 李",
        "project stage A-1 开工",
        "project condition A-1 closed --why x",
        "project review A-1 --physical 5%",
        "project link A-1 supports B-1",
        "project remove A-1",
        "project field f --type text",
        "capital record A-1 completed 1元 --on 2023-01",
        "capital record A-1 completed 1元 --on 2023-01 --cumulative",
        "capital plan A-1 1元",
        "capital correct 1 --amount 2元 --why x",
        "milestone plan A-1 投产 2023-10",
        "company add 乙公司",
        "company edit 甲公司 --role 龙头",
        "company certify 甲公司 高企",
        "undo",
    ],
)
def test_a_dry_run_says_what_would_be_done_and_leaves_every_byte(run: Run, tmp_path: Path, words: str) -> None:
    path = tmp_path / "ledger.db"
    env = {"TRACKER_DB": str(path)}

    def make() -> None:
        for setup in ("init", "project add A-1 --company 甲公司 --total 1元", "project add B-1"):
            assert run(*setup.split(), today=TODAY, env=env).code == 0

    once(path, make)
    before = path.read_bytes()
    result = run(*words.split(), "-n", today=TODAY, env=env)
    assert result.code == 0, result.err
    assert result.err.splitlines()[-1] == "dry run: nothing was recorded"
    assert len(result.err.splitlines()) > 1
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_to_be_typed_names_the_database_of_the_line(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "my zone.db"
    typed = f"tracker --db '{place}' "
    assert f"first steps: {typed}project add CODE" in run("--db", place, "init").err
    done = run("--db", place, "project", "add", "a", "--name", "A")
    assert done.err.endswith(f"; undo: {typed}undo 1\n")
    # What names the database already, or only explains a command, stays as it is.
    other = tmp_path / "none.db"
    assert run("--db", other, "list").err.count("--db") == 1
    assert "usage: tracker list\nhelp: tracker list --help" in run("--db", place, "list", "x").err
    # Without --db the settings of this place hold for the next command too.
    assert "undo: tracker undo 2" in run("project", "add", "b", "--name", "B", env={"TRACKER_DB": str(place)}).err
