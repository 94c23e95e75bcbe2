"""The outer shell: pipes, full disks, closed descriptors, cron's bare environment, signals, encodings, a terminal."""

from __future__ import annotations

import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pytest

from tests.conftest import Run
from tests.isolation import ROOT, clean_environment
from tests.ledgers import once
from tracker.text import width

PROGRAM = (sys.executable, "-m", "tracker")


@pytest.fixture
def ledger(tmp_path: Path, isolated: Path) -> Path:
    """A ledger with one project of a Chinese code and name."""
    from tracker.cli import main

    path = tmp_path / "ledger.db"

    def make() -> None:
        assert main(["--db", str(path), "init"]) == 0
        assert main(["--db", str(path), "project", "add", "甲-1", "--name", "旗舰工厂", "--total", "25亿元"]) == 0

    once(path, make)
    return path


@pytest.fixture
def environment(ledger: Path, isolated: Path) -> dict[str, str]:
    """The environment of a process of its own."""
    return clean_environment(isolated) | {"TRACKER_DB": str(ledger), "PYTHONPATH": str(ROOT)}


def sh(line: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    """What bash makes of `line`, in which `tracker` is the program."""
    script = f'tracker() {{ {shlex.quote(sys.executable)} -m tracker "$@"; }}\nset -o pipefail\n{line}'
    return subprocess.run(["bash", "-c", script], env=dict(environment), capture_output=True, check=False, timeout=60)


def test_a_reader_that_leaves_early_is_no_error(environment: dict[str, str]) -> None:
    done = sh("tracker list --columns all -f json | true", environment)
    assert done.returncode in (0, 141)
    assert done.stderr == b""
    done = sh("tracker --help | head -1", environment)
    assert done.stdout.startswith(b"Usage: tracker")
    assert done.stderr == b""


@pytest.mark.parametrize("words", ["list", "list -f csv", "--help", "-V", "config path"])
def test_output_that_cannot_be_written_is_said(environment: dict[str, str], words: str) -> None:
    done = sh(f"tracker {words} > /dev/full", environment)
    assert done.returncode == 1
    assert done.stderr.endswith(b": No space left on device\n")
    assert done.stderr.count(b"\n") == 1


def test_data_for_a_closed_stdout_is_not_lost_silently(environment: dict[str, str]) -> None:
    done = sh("tracker list >&-", environment)
    assert (done.returncode, done.stderr) == (1, b"tracker: the output could not be written: Bad file descriptor\n")


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", "<&-", "<&- >&- 2>&-"])
def test_what_is_recorded_stays_recorded_where_nobody_can_be_told(
    run: Run, environment: dict[str, str], closed: str
) -> None:
    assert sh(f"tracker project add B-1 {closed}", environment).returncode == 0
    assert "B-1" in run("list", env=environment).out


def test_a_refusal_nobody_can_be_told_keeps_its_code(environment: dict[str, str]) -> None:
    assert sh("tracker lst 2>/dev/full", environment).returncode == 2


@pytest.mark.parametrize(
    "locale", [{}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_cron_gets_utf8(environment: dict[str, str], isolated: Path, locale: dict[str, str]) -> None:
    bare = {"HOME": str(isolated), "PATH": "/usr/bin:/bin", **locale}
    command = [*PROGRAM, "--db", environment["TRACKER_DB"], "--lang", "zh", "list"]
    done = subprocess.run(command, env=bare, cwd=ROOT, capture_output=True, check=True)
    assert "旗舰工厂" in done.stdout.decode()
    assert "25亿元" in done.stdout.decode()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "ascii", "latin-1"])
def test_other_encodings_get_plain_marks_and_never_fail(run: Run, environment: dict[str, str], encoding: str) -> None:
    done = run("--lang", "zh", "list", env=environment, encoding=encoding)
    assert (done.code, done.err) == (0, "")
    text = done.out_bytes.decode(encoding)
    assert "-----" in text
    assert "─" not in text
    assert ("旗舰工厂" in text) == encoding.startswith("gb")


def test_a_name_that_the_encoding_lacks_is_no_error_on_either_stream(environment: dict[str, str]) -> None:
    done = sh("tracker show 🏭", environment | {"PYTHONIOENCODING": "gbk"})
    assert done.returncode == 2
    assert done.stderr.startswith(b"tracker: ")


def test_an_interrupted_wait_changes_nothing(environment: dict[str, str], ledger: Path) -> None:
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        process = pexpect.spawn(PROGRAM[0], [*PROGRAM[1:], "project", "remove", "甲-1"], env=environment, cwd=str(ROOT))
        process.expect_exact("Remove it? [y/N] ", timeout=30)
        # Until it waits in read(): Python sees a signal that comes a moment earlier only after the next answer.
        time.sleep(0.5)
        process.kill(number)
        process.expect(pexpect.EOF, timeout=30)
        process.close()
        assert process.exitstatus == code
        assert b"Traceback" not in process.before
    assert b"nothing was changed" in process.before
    connection = sqlite3.connect(ledger)
    assert connection.execute("SELECT COUNT(*) FROM change WHERE id > 0").fetchone() == (1,)
    connection.close()


def test_an_interruption_at_any_moment_is_quiet(environment: dict[str, str]) -> None:
    for delay in (0.06, 0.12, 0.4):
        process = subprocess.Popen(
            [*PROGRAM, "project", "add", "X", "-n"], env=environment, cwd=ROOT, stderr=subprocess.PIPE
        )
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
        # Python itself speaks before the program has begun.
        if b"site" not in err and b"runpy" not in err:
            assert b"Traceback" not in err
            # The interpreter dies of the signal itself where it came inside an exec(), whoever caught it.
            assert process.returncode in (0, 130, -signal.SIGINT)


# --- a terminal ----------------------------------------------------------------------------------------------------


def test_a_terminal_gets_a_table_that_fits_it(environment: dict[str, str]) -> None:
    words = [*PROGRAM[1:], "list"]
    shown = pexpect.spawn(
        PROGRAM[0], words, env=environment, cwd=str(ROOT), dimensions=(24, 24), encoding="utf-8", timeout=30
    ).read()
    plain = re.sub("\x1b[^m]*m", "", shown.replace("\r", ""))
    assert plain != shown
    assert "more: --explain" in plain
    assert max(map(width, plain.splitlines())) <= 24


@pytest.mark.parametrize(
    ("told", "variables", "coloured"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"TRACKER_COLOR": "never"}, False),
    ],
)
def test_colour_is_for_terminals_unless_told(
    run: Run, environment: dict[str, str], told: tuple[str, ...], variables: dict[str, str], coloured: bool
) -> None:
    environment = {"TERM": "xterm", **environment, **variables}
    assert ("\x1b[" in run(*told, "list", env=environment, terminal=True).out) == coloured


def test_colour_is_in_a_pipe_only_on_demand(run: Run, environment: dict[str, str]) -> None:
    assert "\x1b" not in run("list", env=environment).out
    assert "\x1b[1m" in run("--color", "always", "list", env=environment).out


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("y", 0, "change 2 recorded"),
        ("是", 0, "change 2 recorded"),
        ("n", 1, "not confirmed"),
        ("", 1, "not confirmed"),
    ],
)
def test_a_terminal_is_shown_what_goes_and_asked(
    run: Run, environment: dict[str, str], answer: str, code: int, said: str
) -> None:
    asked = environment | {"COLUMNS": "120"}
    done = run("project", "remove", "甲-1", env=asked, input=f"{answer}\n", terminal=True)
    question = "project 甲-1 removed\r\nhidden with it: 1 × capital entry\r\nRemove it? [y/N] "
    _typed, shown, rest = done.out.partition(question)
    assert (done.code, shown) == (code, question)
    assert said in rest
    assert "hidden with it" not in rest


def test_a_second_amount_of_a_month_is_asked_about(run: Run, environment: dict[str, str]) -> None:
    words, asked = ("capital", "record", "甲-1", "completed", "--on", "2023-02"), environment | {"COLUMNS": "120"}
    assert run(*words, "1亿元", env=asked).code == 0
    shown = run(*words, "2亿元", env=asked, terminal=True).out
    assert "nothing was changed" in shown.partition("is CNY 200m a further amount, or the right one?")[2]
