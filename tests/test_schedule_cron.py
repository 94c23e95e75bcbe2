"""A schedule under the real cron daemon, and its line alone, with nothing around it but what cron gives a job."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Run

OTHERS = b"# mine \xe6\x88\x91\xe7\x9a\x84\nFOO=bar\n0 0 29 2 * echo 100\\% >/dev/null\n"
PATIENCE_SECONDS = 75


def _missing() -> str:
    """Why the daemon cannot be used here, "" where it can."""
    if os.geteuid() != 0:
        return "starting a cron daemon needs root"
    if not shutil.which("cron") or not shutil.which("crontab"):
        return "Debian's cron is not installed"
    return ""


@pytest.fixture
def ledger(run: Run, tmp_path: Path) -> Path:
    """A ledger with blanks, a quotation mark and a percent sign in its path, and a schedule for every minute."""
    folder = tmp_path / "the zone's 100% 台账"
    folder.mkdir()
    place = folder / "zone.db"
    assert run("--db", place, "init").code == 0
    assert run("config", "set", "deliver_folder", folder).code == 0
    words = ("schedule", "add", "每分钟", "--cron", "* * * * *", "--report", "changes", "--lang", "zh")
    done = run("--db", place, *words, "--to", str(folder / "摘要.txt"))
    assert done.code == 0, done.err
    done = run("--db", place, "project", "add", "motor", "--name", "电机工厂", "--total", "25亿元")
    assert done.code == 0, done.err
    return place


def _expect_digest(place: Path) -> None:
    digest = (place.parent / "摘要.txt").read_text()
    assert digest.startswith("所报期间：自台账建立（")
    assert "变动 · 截至" in digest
    assert "motor · 电机工厂" in digest
    assert "总投资：入账 25亿元" in digest
    assert "\ufffd" not in digest


def test_the_line_runs_with_what_cron_gives_a_job_and_nothing_else(run: Run, ledger: Path, isolated: Path) -> None:
    printed = run("--db", ledger, "schedule", "install", "--print")
    assert printed.code == 0, printed.err
    [line] = [line for line in printed.out.splitlines() if line.startswith("* * * * * ")]
    command = line.removeprefix("* * * * * ").replace("\\%", "%")
    given = {"HOME": str(isolated), "LOGNAME": "zone", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env=given, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    _expect_digest(ledger)


@pytest.mark.skipif(bool(_missing()), reason=_missing() or "can be used")
def test_the_real_daemon_delivers_and_leaves_the_other_lines_alone(run: Run, ledger: Path, isolated: Path) -> None:
    # The settings of the runner are those of this test.
    others = OTHERS + f"HOME={isolated}\n".encode()
    with _own_crontab(others), _daemon():
        done = run("--db", ledger, "schedule", "install")
        assert done.code == 0, done.err
        installed = _crontab()
        assert installed.startswith(others)
        assert run("--db", ledger, "schedule", "install").code == 0
        assert _crontab() == installed
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (ledger.parent / "摘要.txt").exists() and time.monotonic() < deadline:
            time.sleep(0.5)
        assert (ledger.parent / "摘要.txt").exists(), f"no digest after {PATIENCE_SECONDS} s"
        _expect_digest(ledger)
        assert run("--db", ledger, "schedule", "uninstall").code == 0
        assert _crontab() == others


def _crontab() -> bytes:
    return subprocess.run(["crontab", "-l"], capture_output=True, check=False).stdout


@contextmanager
def _own_crontab(content: bytes) -> Iterator[None]:
    """The crontab of this user for one test at a time; as it was afterwards."""
    with Path(tempfile.gettempdir(), f"tracker-test-crontab-{os.getuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
        subprocess.run(["crontab", "-"], input=content, check=True)
        try:
            yield
        finally:
            if before.returncode == 0:
                subprocess.run(["crontab", "-"], input=before.stdout, check=True)
            else:
                subprocess.run(["crontab", "-r"], check=False)


@contextmanager
def _daemon() -> Iterator[None]:
    """A daemon, unless one is running already."""
    daemon = subprocess.Popen(["cron", "-f"], stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr)
    try:
        time.sleep(2)  # it compares whole seconds, and would not see a table that changes in the one it was read in
        yield
    finally:
        daemon.terminate()
        daemon.wait(10)
