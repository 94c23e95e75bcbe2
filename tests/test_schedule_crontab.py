"""The block in the crontab and its lines: every other byte stays, and a line means what it says in any shell."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.database import Database, locate
from tracker.errors import Refused
from tracker.queries.schedules import ScheduleRow
from tracker.schedule import crontab
from tracker.schedule.crontab import Job, Program, Trigger, jobs, on_calendar, program, require_standing_alone, units

NOW = datetime(2023, 3, 31, 4, tzinfo=UTC)
PLACE = "/srv/zone.db"
JOB = Job(
    "weekly",
    Trigger("0 8 * * 1", True),
    "0 8 * * MON",
    "Asia/Shanghai",
    ("/usr/bin/python3", "-P", "-m", "tracker", "--db", PLACE, "schedule", "run", "weekly"),
    (("TZ", "Asia/Shanghai"), ("LC_ALL", "C.UTF-8")),
    None,
)
HOSTILE = 'it\'s 100% \\% \\\\ "项目" $HOME `id` ! * ~ ;&|<>(){}[]#?'
ROW = ScheduleRow(
    *(1, "weekly", "0 8 * * MON", None, "Asia/Shanghai", "progress", None, "last-run", None, "zh"),
    *(None, None, "empty", None, 2, NOW),
)


# --- the block ------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=40).filter(lambda one: b"tracker" not in one), max_size=6).map(b"\n".join))
def test_every_other_byte_of_a_crontab_stays(other: bytes) -> None:
    once = crontab.with_block(other, PLACE, [JOB])
    assert crontab.with_block(once, PLACE, [JOB]) == once
    assert once.startswith(other)
    assert crontab.without_block(once, PLACE) == other
    assert crontab.with_block(once, PLACE, []) == other
    both = crontab.with_block(once, "/srv/other.db", [JOB])
    assert crontab.without_block(both, "/srv/other.db") == once
    block = crontab.find_block(both, PLACE)
    assert block is not None
    assert crontab.scheduled_names(block) == {"weekly": crontab.line(JOB)}
    assert crontab.find_block(other, PLACE) is None


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_what_is_added_around_the_block_stays_too(before: bytes, after: bytes) -> None:
    once = crontab.with_block(before, PLACE, [JOB])
    changed = crontab.with_block(once + after, PLACE, [replace(JOB, name="daily")])
    assert changed.startswith(before)
    assert changed.endswith(after)
    left = crontab.without_block(changed, PLACE)
    assert left in (before + after, before + b"\n" + after)


def test_line_ends_of_windows_are_kept_and_understood() -> None:
    other = b"MAILTO=a@example.org\r\n0 1 * * * /bin/true\r\n"
    once = crontab.with_block(other, PLACE, [JOB])
    assert once.startswith(other)
    rewritten = once.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert crontab.without_block(rewritten, PLACE) == other


@pytest.mark.parametrize("damage", ["no end", "no begin", "twice", "turned round"])
def test_a_damaged_block_is_left_alone(damage: str) -> None:
    whole = crontab.with_block(b"", PLACE, [JOB])
    begin, *inside, end = whole.splitlines(keepends=True)
    damaged = {
        "no end": [begin, *inside],
        "no begin": [*inside, end],
        "twice": [begin, begin, *inside, end],
        "turned round": [end, *inside, begin],
    }[damage]
    with pytest.raises(Refused, match="is damaged and is left alone"):
        crontab.with_block(b"".join(damaged), PLACE, [JOB])
    with pytest.raises(Refused, match="is damaged and is left alone"):
        crontab.without_block(b"".join(damaged), PLACE)


def test_a_block_of_another_database_is_no_damage() -> None:
    other = crontab.with_block(b"", "/srv/zone.db.old", [JOB])
    assert crontab.with_block(other, PLACE, [JOB]).startswith(other)


def test_a_zone_that_some_crons_keep_to_is_seen() -> None:
    assert crontab.names_zone(b"a\n  CRON_TZ = Asia/Tokyo\n")
    assert not crontab.names_zone(b"# CRON_TZ=Asia/Tokyo\nTZ=UTC\n")


# --- lines ----------------------------------------------------------------------------------------------------------


def as_cron_reads(command: bytes, *, collapses: bool) -> bytes:
    """What cron hands to the shell: up to the first % that has no backslash; some crons collapse two backslashes."""
    found, escaped = bytearray(), False
    for byte in command:
        if escaped:
            if byte == ord("%") or (collapses and byte == ord("\\")):
                found.pop()
            found.append(byte)
            escaped = False
            continue
        if byte == ord("%"):
            break
        found.append(byte)
        escaped = byte == ord("\\")
    return bytes(found)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A stand-in for the interpreter, in a folder with a hostile name: it writes down what it was given."""
    folder = tmp_path / '100% it\'s \\% a \\\\ "解释器"'
    folder.mkdir()
    python = folder / "py thon"
    python.write_text('#!/bin/sh\n{ printf "%s\\0" "$PWD" "$TZ" "$LC_ALL" "$@"; } > "${0%/*}/told"\n')
    python.chmod(0o755)
    return python


@pytest.mark.parametrize("collapses", [True, False])
@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_hostile_names_and_paths_arrive_as_they_are(told: Path, tmp_path: Path, shell: str, collapses: bool) -> None:
    home = tmp_path / HOSTILE.replace("/", "")
    home.mkdir()
    database = str(home / "项目 %.db")
    words = (str(told), "-P", "-m", "tracker", "--db", database, "schedule", "run", "周报", HOSTILE)
    line = crontab.line(replace(JOB, words=words, folder=str(home)))
    command = as_cron_reads(line.split(b" ", 5)[5], collapses=collapses)
    environment = {"HOME": str(tmp_path), "LOGNAME": "x", "SHELL": shell, "PATH": "/usr/bin:/bin"}
    subprocess.run([shell, "-c", command], cwd=tmp_path, env=environment, check=True, timeout=20)
    place, *rest = (told.parent / "told").read_bytes().decode().split("\0")[:-1]
    assert os.path.samefile(place, home)
    assert rest == ["Asia/Shanghai", "C.UTF-8", *words[1:]]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_any_word_is_quoted_for_cron_and_shell(word: str) -> None:
    for collapses in (True, False):
        escaped = crontab.quoted(word).replace("%", r"\%").encode()
        assert shlex.split(as_cron_reads(escaped, collapses=collapses).decode()) == [word]


def test_the_line_stands_alone() -> None:
    start = program(Database("sqlite", "zone.db"), {"XDG_CONFIG_HOME": "/etc/zone", "XDG_DATA_HOME": "relative"}, None)
    [job] = jobs([ROW], start, ZoneInfo("Etc/UTC"), NOW)
    minute, hour, day, month, weekday, command, *words = shlex.split(crontab.line(job).decode())
    assert (minute, hour, day, month, weekday) == ("0", "0", "*", "*", "1")
    assert command == "/usr/bin/env"
    assert words[:3] == ["TZ=Asia/Shanghai", "LC_ALL=C.UTF-8", "XDG_CONFIG_HOME=/etc/zone"]
    assert Path(words[3]).is_absolute()
    place = str(Path("zone.db").absolute())
    assert words[-6:] == [place, "schedule", "run", "weekly", "--definition", ROW.definition]


def test_a_line_that_starts_too_often_asks_whether_it_is_due() -> None:
    start = Program("/usr/bin/python3", PLACE, PLACE)
    for row, doubt in ((ROW._replace(cron="0 17 LW * *"), False), (ROW, True)):
        [job] = jobs([row], start, ZoneInfo("Etc/UTC"), NOW, doubt=doubt)
        assert crontab.line(job).endswith(f"run weekly --definition {row.definition} --if-due".encode())


@pytest.mark.parametrize(
    "url", ["postgresql://li:secret@host/zone", "postgresql://host/zone?user=li&password=secret", "postgresql://[/zone"]
)
def test_a_password_never_stands_in_a_line(url: str) -> None:
    with pytest.raises(Refused, match=r"~/\.pgpass") as refused:
        program(locate(url), {}, None)
    assert "li:secret" not in str(refused.value)


def test_a_url_without_a_password_does() -> None:
    assert program(locate("postgres://li@host/zone"), {}, None).database == "postgresql://li@host/zone"


def test_a_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(Refused, match="no table of jobs can"):
        program(Database("sqlite", "/srv/a\nb.db"), {}, None)


def test_an_interpreter_that_finds_no_tracker_is_refused(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    for path in (python, tmp_path / "missing"):
        with pytest.raises(Refused, match="install it first"):
            require_standing_alone(Program(str(path), PLACE, PLACE))


# --- units of other schedulers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "events"),
    [
        ("0 8 * * MON", ["Mon *-*-* 08:00:00 Asia/Shanghai"]),
        ("0 8 * * MON-FRI", ["Mon,Tue,Wed,Thu,Fri *-*-* 08:00:00 Asia/Shanghai"]),
        ("30 7,17 * * *", ["*-*-* 07,17:30:00 Asia/Shanghai"]),
        ("0 17 LW * *", ["Mon..Fri *-*~01 17:00:00 Asia/Shanghai", "Fri *-*~03/1 17:00:00 Asia/Shanghai"]),
        ("0 8 L 2 *", ["*-02~01 08:00:00 Asia/Shanghai"]),
        ("0 8 * * 1#1", ["Mon *-*-01..07 08:00:00 Asia/Shanghai"]),
        ("0 8 * * 5L", ["Fri *-*~07/1 08:00:00 Asia/Shanghai"]),
        ("0 8 1 * MON", ["*-*-01 08:00:00 Asia/Shanghai", "Mon *-*-* 08:00:00 Asia/Shanghai"]),
    ],
)
def test_systemd_is_told_the_same_times(expression: str, events: list[str]) -> None:
    assert on_calendar(expression, "Asia/Shanghai") == events


needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")


@needs_systemd
@pytest.mark.parametrize("expression", ["0 8 * * MON", "0 17 LW * *", "*/15 * * * *", "0 8 * * 1#5", "0 8 1 1 FRI"])
def test_systemd_understands_every_event(expression: str) -> None:
    for event in on_calendar(expression, "Asia/Shanghai"):
        subprocess.run(["systemd-analyze", "calendar", event], capture_output=True, check=True, timeout=30)


@needs_systemd
@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 17 LW * *", ("2023-09-29", "2023-10-31", "2023-12-29")),
        ("0 17 * * 5L", ("2023-09-29", "2023-10-27", "2023-11-24")),
    ],
)
def test_the_last_days_are_those_of_systemd(expression: str, days: tuple[str, ...]) -> None:
    for day in days:
        found = []
        for event in on_calendar(expression, "UTC"):
            words = ["systemd-analyze", "calendar", f"--base-time={day[:8]}02 00:00:00 UTC", event]
            done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
            found += re.findall(r"Next elapse: \w+ ([0-9-]+) 17:00:00 UTC", done.stdout)
        assert min(found) == day


@needs_systemd
def test_the_units_of_systemd_are_clean(tmp_path: Path, told: Path) -> None:
    job = replace(JOB, name="周报-1", words=(str(told), *JOB.words[1:], HOSTILE), folder=str(told.parent))
    paths = []
    for unit in units(job):
        path = tmp_path / Path(unit.place).name
        path.write_text(f"# {unit.place}\n{unit.content}")
        paths.append(str(path))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, timeout=60)
    said = [line for line in done.stderr.splitlines() if "tracker-" in line or str(tmp_path) in line]
    assert said == []
