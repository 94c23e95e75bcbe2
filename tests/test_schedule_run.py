"""`tracker schedule run`: what each target is told, what is recorded, and what happens where one cannot be reached."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Result, Run
from tests.isolation import ROOT, clean_environment
from tests.ledgers import once
from tests.servers import answering, endpoint, free_port, mail_server

DAY = "2023-04-03"
Call = Callable[..., Result]


@pytest.fixture
def call(run: Run, tmp_path: Path) -> Call:
    """The program on a ledger of one project, on a Monday."""
    place = tmp_path / "zone.db"

    def call(*words: str | Path, day: str = DAY) -> Result:
        return run("--db", place, *words, today=day, env={"TRACKER_DELIVER_FOLDER": str(tmp_path)})

    def make() -> None:
        assert call("init").code == 0
        assert call("project", "add", "motor", "--name", "电机工厂", "--total", "25亿元", day="2023-03-01").code == 0

    once(place, make)
    return call


def _settings(text: str) -> None:
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "tracker"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    (folder / "config.toml").chmod(0o600)


def _add(call: Call, *words: str, day: str = "2023-03-01") -> None:
    done = call("schedule", "add", "weekly", "--cron", "0 8 * * MON", "--report", "changes", *words, day=day)
    assert done.code == 0, done.err


def _book(call: Call, month: int, amount: str = "1亿元") -> None:
    done = call("capital", "record", "motor", "completed", amount, "--on", f"2023-{month:02}", "--further")
    assert done.code == 0, done.err


def _rows(tmp_path: Path, sql: str) -> list[Any]:
    with sqlite3.connect(tmp_path / "zone.db") as connection:
        return connection.execute(sql).fetchall()


# --- one run -------------------------------------------------------------------------------------------------------


def test_a_run_prints_what_is_new_once(call: Call, tmp_path: Path) -> None:
    _add(call)
    _book(call, 1)
    first = call("schedule", "run", "weekly")
    assert first.code == 0
    assert "completed investment 2023-01: CNY 100m booked" in first.out
    # The first one tells of all there is.
    assert first.out.startswith("Changes recorded from the beginning of the ledger, 2023-")
    assert "motor · " in first.out
    assert first.err == "weekly: changes → printed, changes 1 to 3\n"
    again = call("schedule", "run", "weekly")
    assert (again.code, again.out, again.err) == (0, "", "weekly: nothing new\n")
    _book(call, 2)
    assert "2023-02: CNY 100m booked" in (third := call("schedule", "run", "weekly")).out
    assert "2023-01" not in third.out
    assert _rows(tmp_path, "SELECT result, from_change, until_change FROM schedule_run ORDER BY id") == [
        ("delivered", 0, 3),
        ("empty", 3, 3),
        ("delivered", 3, 4),
    ]


def test_the_first_digest_begins_where_it_is_told_to(call: Call) -> None:
    _book(call, 1)
    assert call("project", "add", "late", day="2023-04-05T08:00:00+00:00").code == 0
    _add(call, "--from", "2023-04-05", day="2023-04-05T09:00:00+00:00")
    done = call("schedule", "run", "weekly", day="2023-04-06T08:00:00+00:00")
    assert done.out.startswith("Changes recorded from 2023-04-05 to 2023-04-05 ")
    assert "late" in done.out
    assert "2023-01" not in done.out


def test_a_missing_mail_server_is_explained_with_the_lines_to_write(call: Call) -> None:
    words = ("schedule", "add", "w", "--cron", "@daily", "--report", "list", "--to", "mailto:a@b.org")
    refused = call(*words)
    assert refused.code == 2
    assert refused.err.splitlines()[:3] == ["[mail]", 'host = "smtp.example.org"', 'from = "zone@example.org"']
    assert 'security = "starttls"      # 或 tls、none' in call("--lang", "zh", *words).err.splitlines()
    _settings(_mail(25))
    assert call(*words).code == 0


def test_a_dry_run_prints_and_moves_nothing(call: Call, tmp_path: Path) -> None:
    _add(call, "--to", "digest.txt")
    _book(call, 1)
    for _time in range(2):
        done = call("schedule", "run", "weekly", "--dry-run")
        assert "CNY 100m booked" in done.out
        assert "nothing was delivered or recorded" in done.err
    assert _rows(tmp_path, "SELECT * FROM schedule_run") == []


def test_an_empty_digest_is_delivered_where_it_is_asked_for(call: Call, tmp_path: Path) -> None:
    _add(call, "--from", "2023-04-04", "--to", str(tmp_path / "{name}-{date}.txt"))
    assert "nothing new" in call("schedule", "run", "weekly").err
    assert not (tmp_path / "weekly-2023-04-03.txt").exists()
    assert call("schedule", "run", "weekly", "--always").code == 0
    assert (
        (tmp_path / "weekly-2023-04-03.txt")
        .read_text()
        .partition("\n\n")[2]
        .startswith("Changes: nothing was recorded\n\nseal: ")
    )


def test_only_if_changed_keeps_a_table_back_until_something_changed(call: Call) -> None:
    _add(call, "--report", "list", "--only-if-changed", "--chain", "高端机床")
    _book(call, 1)
    assert call("schedule", "run", "weekly").out == ""  # the project that changed is of no chain
    assert call("project", "edit", "motor", "--chain", "高端机床").code == 0
    assert "motor" in call("schedule", "run", "weekly").out
    assert call("schedule", "run", "weekly").out == ""


def test_the_digest_speaks_the_language_the_schedule_was_made_for(call: Call, tmp_path: Path) -> None:
    _add(
        call, "--lang", "zh", "--unit", "亿元", "--to", str(tmp_path / "周报.html"), "--to", str(tmp_path / "周报.xlsx")
    )
    _book(call, 1, "12345678元")
    assert call("schedule", "run", "weekly").code == 0
    page = (tmp_path / "周报.html").read_text()
    assert "完成投资 2023年1月：入账" in page
    assert "<script" not in page
    book = openpyxl.load_workbook(tmp_path / "周报.xlsx")
    assert book.sheetnames == ["变动"]


def test_several_reports_fill_each_format(call: Call, tmp_path: Path) -> None:
    suffixes = ("txt", "csv", "json", "jsonl", "md", "html", "xlsx")
    _add(call, "--report", "list", *(word for suffix in suffixes for word in ("--to", str(tmp_path / f"d.{suffix}"))))
    _book(call, 1)
    assert call("schedule", "run", "weekly").code == 0
    assert [report["rows"] != [] for report in json.loads((tmp_path / "d.json").read_text())] == [True, True]
    assert openpyxl.load_workbook(tmp_path / "d.xlsx").sheetnames == ["Changes", "Projects"]
    assert (tmp_path / "d.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,")
    for suffix in ("txt", "md", "html", "jsonl"):
        assert "电机工厂" in (tmp_path / f"d.{suffix}").read_text()


def test_findings_end_with_3_after_the_digest_is_out(call: Call) -> None:
    _add(call, "--fail-on", "overdue")
    assert call("schedule", "run", "weekly").code == 0
    assert call("milestone", "plan", "motor", "completed", "2023-03-15").code == 0
    done = call("schedule", "run", "weekly")
    assert done.code == 3
    assert "completed: planned for 2023-03-15" in done.out
    assert done.err.endswith("tracker: weekly: 1 is overdue\n")


def test_a_report_that_cannot_be_made_is_recorded_and_moves_nothing(call: Call, tmp_path: Path) -> None:
    _add(call, "--report", "show motor")
    _book(call, 1)
    assert call("project", "remove", "motor").code == 0
    done = call("schedule", "run", "weekly")
    assert done.code == 1
    assert "there is no project “motor”" in done.err
    assert _rows(tmp_path, "SELECT result, error IS NULL FROM schedule_run") == [("failed", 0)]


def test_what_is_not_understood_is_a_usage_error(call: Call) -> None:
    _add(call)
    for words in ((), ("weekly", "--due"), ("--if-due",)):
        assert call("schedule", "run", *words).code == 2
    done = call("schedule", "run", "weekyl")
    assert done.code == 2
    assert "did you mean “weekly”?" in done.err


# --- when it is due ------------------------------------------------------------------------------------------------


def test_a_machine_that_slept_catches_up_once(call: Call, tmp_path: Path) -> None:
    _add(call)
    _book(call, 1)
    asleep = "2023-04-05T09:00:00+00:00"
    assert "CNY 100m booked" in call("schedule", "run", "--due", day=asleep).out
    _book(call, 2)
    assert call("schedule", "run", "--due", day="2023-04-06T09:00:00+00:00").out == ""
    assert call("schedule", "run", "weekly", "--if-due", day="2023-04-09T23:59:00+00:00").out == ""
    assert "2023-02" in call("schedule", "run", "weekly", "--if-due", day="2023-04-10T08:00:00+00:00").out
    assert len(_rows(tmp_path, "SELECT id FROM schedule_run")) == 2


def test_a_clock_set_back_loses_nothing_and_repeats_nothing(call: Call) -> None:
    _add(call)
    _book(call, 1)
    assert "2023-01" in call("schedule", "run", "weekly", day="2023-04-03T08:00:00+00:00").out
    _book(call, 2)
    back = call("schedule", "run", "weekly", day="2023-04-02T08:00:00+00:00")
    assert "2023-02" in back.out
    assert "2023-01" not in back.out


def test_one_failing_schedule_does_not_stop_the_others(call: Call, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    _add(call, "--to", str(tmp_path / "gone" / "digest.txt"))
    (tmp_path / "gone").rmdir()
    done = call("schedule", "add", "second", "--cron", "@daily", "--report", "list", day="2023-03-01")
    assert done.code == 0, done.err
    _book(call, 1)
    done = call("schedule", "run", "--due")
    assert done.code == 1
    assert "motor" in done.out
    assert "gone does not exist" in done.err
    assert done.err.endswith("tracker: 1 schedule needs a look\n")


# --- deliveries ----------------------------------------------------------------------------------------------------


def _mail(port: int, timeout: int = 20) -> str:
    table = '[mail]\nhost = "127.0.0.1"\nsecurity = "none"\nfrom = "zone@example.org"\ntries = 1\n'
    return f"{table}port = {port}\ntimeout = {timeout}\n"


def _entry(name: str, port: int, tries: int = 1) -> str:
    return f'[deliver.{name}]\nurl = "json://127.0.0.1:{port}/geheim"\ntimeout = 20\ntries = {tries}\n'


def test_names_are_no_markup_in_a_mail(call: Call) -> None:
    names = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "=1+1", "{{ 7*7 }}")
    for number, name in enumerate(names):
        assert call("project", "add", f"h{number}", "--name", name, "--owner", name, "--stage", "签约").code == 0
    with mail_server() as (box, port):
        _settings(_mail(port))
        _add(call, "--report", "list", "--report", "report brief", "--to", "mailto:li@example.org")
        assert call("schedule", "run", "weekly").code == 0
    [(_to, mail)] = box.mails
    html = mail.get_body(("html",))
    assert html is not None
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.update((tag, *(key for key, _value in attrs)))  # type: ignore[method-assign]
    parser.feed(html.get_content())
    assert found.isdisjoint({"script", "img", "a", "src", "href", "onerror", "onmouseover"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html.get_content()
    assert "{{ 7*7 }}" in html.get_content()


def test_mail_and_chat_get_what_was_sent(call: Call, tmp_path: Path) -> None:
    with mail_server() as (box, mail_port), endpoint() as (chat_port, posted):
        _settings(_mail(mail_port) + _entry("team", chat_port))
        _add(call, "--lang", "zh", "--to", "mailto:li@example.org", "--to", "team")
        _book(call, 1)
        done = call("schedule", "run", "weekly")
        assert (done.code, done.out) == (0, "")
        assert [line.partition("，")[0] for line in done.err.splitlines()] == [
            "weekly：changes → mailto:li@example.org",
            "weekly：changes → team",
        ]
    [(to, mail)] = box.mails
    assert to == ["li@example.org"]
    assert mail["Subject"].replace("\u00a0", " ") == "weekly · 2023-04-03 · 变动"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert "完成投资 2023年1月：入账 1亿元" in text.get_content()
    assert html is not None
    assert "完成投资 2023年1月：入账 1亿元" in html.get_content()
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "weekly-2023-04-03.xlsx"
    book = openpyxl.load_workbook(BytesIO(attached.get_payload(decode=True)))  # type: ignore[arg-type]  # bytes, decoded
    assert "电机工厂" in str([[cell.value for cell in row] for row in book.active.iter_rows()])
    assert "完成投资 2023年1月：入账 1亿元" in posted[0]["message"]
    assert _rows(tmp_path, "SELECT target, result FROM schedule_delivery ORDER BY target") == [
        ("mailto:li@example.org", "delivered"),
        ("team", "delivered"),
    ]
    assert b"geheim" not in (tmp_path / "zone.db").read_bytes()


@pytest.mark.parametrize("failing", ["refused", "silent", "closes", "angry"])
def test_a_server_that_fails_leaves_the_watermark_and_the_others_go_on(
    call: Call, tmp_path: Path, failing: str
) -> None:
    greeting = {"silent": b"", "closes": None, "angry": b"554 go away\r\n"}
    with endpoint() as (chat_port, posted):
        if failing == "refused":
            _settings(_mail(free_port()) + _entry("team", chat_port))
            _add(call, "--to", "mailto:li@example.org", "--to", "team")
            _book(call, 1)
            done = call("schedule", "run", "weekly")
        else:
            with answering(greeting[failing]) as port:
                _settings(_mail(port, timeout=1) + _entry("team", chat_port))
                _add(call, "--to", "mailto:li@example.org", "--to", "team")
                _book(call, 1)
                done = call("schedule", "run", "weekly")
        assert done.code == 1
        assert "tracker: weekly did not reach every target, the next run makes up for it: mailto:li@" in done.err
        assert "weekly: changes → team, changes 1 to 3\n" in done.err
        assert len(posted) == 1
        _book(call, 2)
        with mail_server() as (box, port):
            _settings(_mail(port) + _entry("team", chat_port))
            assert call("schedule", "run", "weekly").code == 0
    [(_to, mail)] = box.mails
    body = mail.get_body(("plain",))
    assert body is not None
    told = body.get_content()
    assert "2023-01" in told  # what was missed, and what is new
    assert "2023-02" in told
    assert "2023-01" not in posted[1]["message"]  # the others get the new alone
    assert "2023-02" in posted[1]["message"]
    results = "SELECT result FROM schedule_run ORDER BY id"
    assert _rows(tmp_path, results) == [("partial",), ("delivered",)]


def test_a_failed_delivery_is_tried_again_within_the_run(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tracker.schedule.deliver.time.sleep", waited.append)
    with endpoint(500) as (port, posted):
        _settings(_entry("team", port, tries=3))
        _add(call, "--to", "team")
        _book(call, 1)
        done = call("schedule", "run", "weekly")
    assert done.code == 1
    assert len(posted) == 3
    assert waited == [2.0, 8.0]
    assert "geheim" not in done.err


def test_a_secret_that_others_may_read_is_refused(call: Call) -> None:
    with endpoint() as (port, posted):
        _settings(_entry("team", port))
        _add(call, "--to", "team")
        _book(call, 1)
        (Path(os.environ["XDG_CONFIG_HOME"]) / "tracker" / "config.toml").chmod(0o644)
        done = call("schedule", "run", "weekly")
    assert done.code == 1
    assert "chmod 600" in done.err
    assert posted == []


# --- many at once --------------------------------------------------------------------------------------------------


def _start(place: Path, home: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tracker", "--db", str(place), *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=clean_environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_overlapping_runs_with_kills_lose_no_digest(call: Call, tmp_path: Path, isolated: Path) -> None:
    """Every booked entry is told: by one run alone, or again by the next where a kill fell before the record."""
    runs = 200 if os.environ.get("CI") == "true" else 12
    chance = random.Random(7)
    place = tmp_path / "zone.db"
    with endpoint() as (port, posted):
        _settings(_entry("team", port))
        assert call("schedule", "add", "weekly", "--cron", "@daily", "--report", "changes", "--to", "team").code == 0
        alive: list[subprocess.Popen[bytes]] = []
        killed = 0
        codes: Counter[int] = Counter()
        for number in range(runs):
            if number % 4 == 0:
                _book(call, 1, f"{1_000 + number}万元")
            alive.append(_start(place, isolated, "schedule", "run", "weekly"))
            if len(alive) < 3:
                continue
            process = alive.pop(0)
            if chance.random() < 0.4:
                time.sleep(chance.uniform(0, 1.0))
                process.send_signal(signal.SIGKILL)
                killed += 1
            codes[_ended(process)] += 1
        for process in alive:
            codes[_ended(process)] += 1
        assert killed
        assert set(codes) <= {0, 5, -signal.SIGKILL}, codes
        assert call("schedule", "run", "weekly").code == 0  # no lock is left, and what was missed is told
    amounts = {number: f"{(1_000 + number) / 100:g}m" for number in range(0, runs, 4)}
    told = Counter(number for number, text in amounts.items() for digest in posted if text in digest["message"])
    assert set(told) == set(amounts)
    assert sum(count - 1 for count in told.values()) <= killed * 2


def _ended(process: subprocess.Popen[bytes]) -> int:
    process.communicate(timeout=60)
    return process.returncode


def test_a_second_run_ends_with_5_and_says_so(call: Call, tmp_path: Path) -> None:
    from tracker.schedule.deliver import lock_folder, only_one

    _add(call)
    with only_one(lock_folder(), str(tmp_path / "zone.db"), "weekly"):
        done = call("schedule", "run", "weekly")
    assert done.code == 5
    assert done.err == "tracker: another run of “weekly” is under way; this one leaves it alone\n"
    assert call("schedule", "run", "weekly").code == 0


def test_a_person_asks_for_the_changes_since_the_last_run(call: Call) -> None:
    _add(call)
    refused = call("changes", "--since", "last-run")
    assert refused.code == 1
    assert refused.err == "tracker: no schedule has delivered anything yet: give a day, such as --since -7d\n"
    _book(call, 1)
    assert "2023-01" in call("changes", "--since", "last-run:weekly").out
    assert call("schedule", "run", "weekly").code == 0
    _book(call, 2)
    for since in ("last-run", "last-run:weekly"):
        done = call("changes", "--since", since)
        assert "2023-02" in done.out
        assert "2023-01" not in done.out
    assert call("changes", "--since", "last-run:weekyl").code == 2


def test_a_past_digest_is_printed_again_as_it_was(call: Call, tmp_path: Path) -> None:
    _add(call, "--report", "progress")
    _book(call, 1)
    printed = call("schedule", "run", "weekly", day="2023-04-03").out
    assert "2023-01" in printed
    _book(call, 2)
    assert call("capital", "correct", "2", "--amount", "3亿元", "--why", "typing slip", day="2023-04-12").code == 0
    assert call("schedule", "run", "weekly", day="2023-04-17").out != printed
    assert call("schedule", "add", "weekly", "--cron", "@daily", "--report", "list", "--replace").code == 0
    runs = _rows(tmp_path, "SELECT COUNT(*) FROM schedule_run")
    for day in ("2023-04-03", "2023-04-16"):
        again = call("schedule", "run", "weekly", "--known-on", day, day="2023-05-01")
        assert (again.code, again.out, again.err) == (0, printed, "")
    assert _rows(tmp_path, "SELECT COUNT(*) FROM schedule_run") == runs
    assert (
        call("schedule", "run", "weekly", "--known-on", "2023-04-01").err
        == "tracker: weekly had not run by 2023-04-01\n"
    )
    assert call("schedule", "run", "--due", "--known-on", "2023-04-01").code == 2
