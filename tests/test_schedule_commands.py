"""`tracker schedule` as it is typed, with a crontab of its own."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result, Run

FAKE = """#!/bin/sh
case "$1" in
-l) test -e "{table}" || {{ echo "no crontab for li" >&2; exit 1; }}; cat "{table}" ;;
-) cat > "{table}.new" && if grep -q REFUSE "{table}.new"; then echo 'bad minute' >&2; exit 1; fi
   echo x >> "{table}.written"; mv "{table}.new" "{table}" ;;
esac
"""
OTHERS = b"MAILTO=li@example.org\r\n# \xff\xfe bytes\n*/5 * * * * /bin/true # 100\\%\n\n0 1 * * * last"
Type = Callable[..., Result]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file behind a crontab command that comes first on the PATH; not there yet."""
    path = tmp_path / "table"
    command = tmp_path / "bin/crontab"
    command.parent.mkdir()
    command.write_text(FAKE.format(table=path))
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    return path


@pytest.fixture
def line(run: Run, ledger_url: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type one line after `tracker schedule`, in an empty ledger, on a Friday at noon in UTC."""
    monkeypatch.chdir(tmp_path)
    env = {"TRACKER_DB": ledger_url, "TRACKER_TIMEZONE": "Asia/Shanghai", "TRACKER_ACTOR": "li"}
    env["TRACKER_DELIVER_FOLDER"] = str(tmp_path)

    def call(words: str, **more: str | None) -> Result:
        return run("schedule", *shlex.split(words), today="2023-03-31", env=env | more)

    return call


on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
WEEKLY = 'add weekly --when "every monday 08:00" --report progress --report changes'


def rows(line: Type, words: str) -> list[dict[str, object]]:
    """The rows of a question."""
    done = line(f"{words} -f json")
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)["rows"]
    return found


def test_a_schedule_is_added_and_its_next_runs_are_said_on_both_clocks(line: Type) -> None:
    done = line(WEEKLY)
    assert (done.code, done.out) == (0, "")
    said = done.err.splitlines()
    assert said[0] == "schedule weekly added: every monday 08:00"
    assert said[1] == "change 1 recorded; undo: tracker undo 1"
    assert said[2].startswith("run 1: Mon 2023-04-03 08:00 Asia/Shanghai")
    assert len(said) == 7
    [row] = rows(line, "list --columns all")
    assert (row["when"], row["cron"], row["zone"]) == ("every monday 08:00", "0 8 * * MON", "Asia/Shanghai")
    assert (row["next"], row["last"], row["lang"]) == ("2023-04-03T00:00:00Z", None, "en")


def test_shared_options_are_kept_as_words_and_known_to_some_report(line: Type) -> None:
    done = line(
        f"{WEEKLY} --stage 签约,filed --country 日本 --chain 'a b' --year 2022 --lights slip --unit 亿 --lang zh"
    )
    assert done.code == 0, done.err
    [row] = rows(line, "list --columns all")
    words = shlex.split(str(row["options"]))
    assert words[:6] == ["--stage", "signed", "--stage", "filed", "--chain", "a b"]
    assert words[6:] == ["--country", "JP", "--year", "2022", "--lights", "slip", "--unit", "亿元"]
    refused = line("add other --cron @daily --report 'rate list' --chain x")
    assert (refused.code, "--chain does not apply to any of the reports" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("add a --report progress", "give when it runs"),
        ("add a --cron @daily --when 'daily 8:00' --report progress", "give when it runs"),
        ("add a --cron @daily", "--report is missing"),
        ("add a/b --cron @daily --report progress", "leave out the"),
        ("add a --cron '0 8 * * MUM' --report progress", "--cron: “MUM” is not a valid day of the week"),
        ("add a --when 'every munday 8:00' --report progress", "did you mean “monday”"),
        ("add a --cron @daily --report progres", "did you mean “progress”"),
        ("add a --cron @daily --report 'progress --sotr gap'", "did you mean “--sort”"),
        ("add a --cron @daily --report 'show'", "CODE is missing"),
        ("add a --cron @daily --report 'progress -o x.csv'", "leave out --to, which the schedule has"),
        ("add a --cron @daily --report 'progress -f csv'", "leave out --format, which the schedule has"),
        ("add a --cron @daily --report 'project add x'", "does something else"),
        ("add a --cron @daily --report 'config show'", "does something else"),
        ("add a --cron @daily --report 'schedule list'", "does something else"),
        ("add a --cron @daily --report 'capital'", "is not a report"),
        ("add a --cron @daily --report '--db x progress'", "does not begin with a report"),
        ("add a --cron @daily --report 'progress --help'", "does not begin with a report"),
        ('add a --cron @daily --report "progress \'x"', "quotation mark"),
        ("add a --cron @daily --report ''", "is empty"),
        ("add a --cron @daily --report changes --since soon", "--since"),
        ("add a --cron @daily --report progress --only-if-changed --always", "contradict"),
        ("add a --cron @daily --report progress --fail-on overdu", "did you mean “overdue”"),
        ("add a --cron @daily --report progress --format htm", "did you mean “html”"),
        ("add a --cron @daily --report progress --to nowhere", "neither a file nor an entry"),
        ("add a --cron @daily --report progress --to mailto:a@b.org", "mail needs a server: write [mail]"),
        ("remove a", "there is no schedule “a”"),
        ("show a", "there is no schedule “a”"),
        ("install a", "goes with --print-as alone"),
        ("install --print --print-as systemd", "give one"),
    ],
)
@on_sqlite
def test_what_cannot_be_is_refused_at_once(line: Type, words: str, says: str) -> None:
    done = line(words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert rows(line, "list") == []


@pytest.mark.parametrize(
    "report",
    [
        "summary --by nothing",
        "monthly --by nothing",
        "ranking --by nothing",
        "progress --columns nothing",
        "list --sort nothing --limit 3",
        "list --stage nothing",
        "show nothing",
    ],
)
@on_sqlite
def test_a_report_is_refused_for_what_it_would_not_take_itself(line: Type, report: str) -> None:
    refused = line(f'add weekly --when "every monday 08:00" --report "{report}"')
    assert refused.code == 2
    assert "nothing" in refused.err
    assert "weekly" not in line("list -f csv").out


@on_sqlite
def test_a_url_with_a_secret_is_kept_nowhere(line: Type, ledger_url: str, tmp_path: Path, isolated: Path) -> None:
    done = line("add a --cron @daily --report progress --to slack://hunter2-token/b/c")
    assert done.code == 2
    assert "[deliver.NAME]" in done.err
    config = isolated / ".config/tracker/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[deliver.team]\nurl = "slack://hunter2-token/b/c"\n')
    config.chmod(0o600)
    assert line("add a --cron @daily --report progress --to team --to '报-{date}.csv'").code == 0
    [row] = rows(line, "list")
    assert row["to"] == ["team", f"{tmp_path}/报-{{date}}.csv"]
    seen = done.err + line("show a").out + line("install --print").out
    assert "hunter2" not in seen
    assert b"hunter2" not in Path(ledger_url.removeprefix("sqlite:///")).read_bytes()


@on_sqlite
def test_install_writes_one_block_and_uninstall_takes_it_out(line: Type, table: Path) -> None:
    table.write_bytes(OTHERS)
    line(WEEKLY)
    line("add 月报 --when '每月最后一个工作日 17:00' --report monthly")
    assert [row["installed"] for row in rows(line, "list")] == ["no; run: tracker schedule install"] * 2
    done = line("install")
    assert done.code == 0, done.err
    assert "2 schedules are in your crontab" in done.err
    assert "月报: cron starts it at" in done.err
    written = table.read_bytes()
    assert written.startswith(OTHERS)
    assert line("install").err == "your crontab is up to date; nothing was written\n" + done.err.split("\n", 1)[1]
    assert table.with_name("table.written").read_text() == "x\n"
    assert [row["installed"] for row in rows(line, "list")] == ["yes", "yes"]
    assert line("uninstall").code == 0
    assert table.read_bytes() == OTHERS
    assert "has no schedule of this database" in line("uninstall").err


@on_sqlite
def test_orphans_and_outdated_lines_are_told(line: Type, table: Path) -> None:
    line(WEEKLY)
    line("add daily --cron @daily --report progress")
    assert line("install").code == 0
    line("add daily --cron '0 9 * * *' --report progress --replace")
    assert "still starts it" in line("remove weekly").err
    found = {row["name"]: row["installed"] for row in rows(line, "list")}
    assert found == {"daily": "outdated; run: tracker schedule install", "weekly": "orphan: not in the ledger"}
    line("remove daily")
    assert line("install").code == 0
    assert table.read_bytes() == b""


@on_sqlite
def test_two_databases_live_in_one_crontab(line: Type, table: Path, run: Run, tmp_path: Path) -> None:
    line(WEEKLY)
    line("install")
    first = table.read_bytes()
    other = ("--db", tmp_path / "it's 100% 项目.db")
    assert run(*other, "init").code == 0
    assert run(*other, "schedule", "add", "weekly", "--cron", "@daily", "--report", "progress").code == 0
    assert run(*other, "schedule", "install").code == 0
    assert table.read_bytes().startswith(first)
    assert run(*other, "schedule", "uninstall").code == 0
    assert table.read_bytes() == first


@on_sqlite
def test_what_cron_refuses_or_does_not_have_is_a_sentence(line: Type, table: Path, tmp_path: Path) -> None:
    line(WEEKLY)
    table.write_bytes(b"# REFUSE\n")
    done = line("install")
    assert (done.code, "cron did not take the new crontab: bad minute" in done.err) == (1, True)
    assert table.read_bytes() == b"# REFUSE\n"
    table.write_bytes(b"# <<< tracker schedules of " + os.fsencode(tmp_path / "tracker.db") + b"\n")
    assert "is damaged and is left alone" in line("install").err
    empty = tmp_path / "nothing"
    empty.mkdir()
    done = line("install", PATH=str(empty))
    assert (done.code, "schedule install --print" in done.err) == (1, True)
    listed = line("list", PATH=str(empty))
    assert (listed.code, "whether the crontab has them is not known" in listed.err) == (0, True)
    assert line("install --print", PATH=str(empty)).out.count("schedule run weekly") == 1


@on_sqlite
def test_systemd_gets_its_files(line: Type) -> None:
    line(WEEKLY)
    line("add daily --cron @daily --report progress")
    done = line("install weekly --print-as systemd")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("# ~/.config/")
    assert "weekly" in done.out
    assert "daily" not in done.out


def test_a_schedule_is_in_the_log_and_can_be_undone(line: Type, run: Run, ledger_url: str) -> None:
    env = {"TRACKER_DB": ledger_url}
    line(WEEKLY)
    line("add weekly --cron @daily --report progress --replace")
    told = run("log", "-f", "csv", env=env)
    assert (told.code, "every monday 08:00" in told.out) == (0, True)
    assert run("undo", "-y", env=env, today="2023-03-31").code == 0
    assert [row["when"] for row in rows(line, "list")] == ["every monday 08:00"]
    assert run("undo", "-y", env=env, today="2023-03-31").code == 0
    assert rows(line, "list") == []


def test_show_tells_the_next_runs_on_both_clocks(line: Type) -> None:
    line(WEEKLY)
    found = [row for row in rows(line, "show weekly") if row["section"] == "Next runs"]
    assert len(found) == 5
    assert str(found[0]["detail"]).startswith("Mon 2023-04-03 08:00 Asia/Shanghai")


@on_sqlite
def test_a_dry_run_adds_nothing(line: Type) -> None:
    done = line(f"{WEEKLY} -n")
    assert (done.code, "dry run: nothing was recorded" in done.err) == (0, True)
    assert rows(line, "list") == []
