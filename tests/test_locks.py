"""What others may write is not obeyed: settings files, schedules of a shared ledger, databases from elsewhere."""

from __future__ import annotations

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run

# --- settings files ------------------------------------------------------------------------------------------------


@pytest.fixture
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, two below the one that tests may open to others, with a settings file in the middle."""
    folder = tmp_path / "shared" / "zone" / "deep"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    (folder.parent / "tracker.toml").write_text('db = "planted.db"\n')
    return folder.parent


@pytest.mark.parametrize(
    ("place", "mode"),
    [("tracker.toml", 0o646), ("tracker.toml", 0o664), (".", 0o777), ("..", 0o757), ("..", 0o775), ("deep", None)],
)
def test_a_settings_file_that_others_could_have_written_is_refused_whole(
    run: Run, zone: Path, isolated: Path, place: str, mode: int | None
) -> None:
    assert run("init").code == 0
    assert (zone / "planted.db").exists()
    if mode is None:
        os.symlink(zone / "tracker.toml", zone / "deep" / "tracker.toml")
        (zone / "deep").chmod(0o777)
    else:
        (zone / place).chmod(mode)
    before = (zone / "planted.db").read_bytes()
    for words in (
        ("project", "add", "x", "--name", "X"),
        ("init",),
        ("list",),
        ("config", "set", "lang", "zh", "--project"),
    ):
        done = run(*words)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), done
        assert "tracker.toml is not trusted" in done.err
        assert "chmod go-w" in done.err
    assert (zone / "planted.db").read_bytes() == before
    assert not (isolated / ".local/share/tracker/tracker.db").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("place", ["tracker.toml", "."])
def test_a_settings_file_of_another_user_is_refused(run: Run, zone: Path, place: str) -> None:
    os.chown(zone / place, 12345, 12345)
    done = run("init")
    assert (done.code, "belongs to another user" in done.err) == (1, True)


def test_a_sticky_folder_is_safe(run: Run, zone: Path) -> None:
    zone.parent.chmod(0o1777)
    assert run("init").code == 0


@pytest.mark.parametrize(
    "text",
    [
        '[mail]\nhost = "evil.example"\nfrom = "a@b.org"',
        '[deliver.team]\nurl_cmd = "touch ran"',
        '[templates]\nours = "/etc/passwd"',
        'deliver_folder = "/"',
        'db = "postgresql://evil.example/ledger"',
        'db = "postgresql://li:hunter2@evil.example/ledger"',
    ],
)
def test_only_the_own_settings_file_names_secrets_commands_and_hosts(run: Run, zone: Path, text: str) -> None:
    (zone / "tracker.toml").write_text(text + "\n")
    done = run("list")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "belongs in your own settings" in done.err
    assert "hunter2" not in done.err


def test_config_set_keeps_a_server_out_of_the_project_file(run: Run, zone: Path) -> None:
    before = (zone / "tracker.toml").read_text()
    for key, value in (("db", "postgresql://li:hunter2@db.example/ledger"), ("deliver_folder", "out")):
        done = run("config", "set", key, value, "--project")
        assert (done.code, "hunter2" in done.err) == (1, False)
    assert (zone / "tracker.toml").read_text() == before


# --- schedules of a shared ledger -----------------------------------------------------------------------------------


@pytest.fixture
def shared(run: Run, tmp_path: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with one project, whose schedules may write below the folder out of the runner's own settings."""
    (tmp_path / "out").mkdir()
    config = isolated / ".config/tracker/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'deliver_folder = "{tmp_path}/out"\n[templates]\nours = "ours.md"\n')
    (config.parent / "ours.md").write_text("{{ projects }} in our words\n")
    monkeypatch.setenv("TRACKER_DB", str(tmp_path / "zone.db"))
    monkeypatch.setenv("TRACKER_TODAY", "2023-03-31")
    assert run("init").code == 0
    assert run("project", "add", "x", "--name", "touch ran; #", "--stage", "signed", "--on", "2023-01").code == 0
    return tmp_path


ADD = ("schedule", "add", "daily", "--cron", "@daily")


def _alter(ledger: Path, **values: str) -> None:
    """What somebody does who may write the shared ledger: another version of the schedule, past the program."""
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS guard_schedule_update")
        for column, value in values.items():
            connection.execute(f"UPDATE schedule SET {column} = ?", (value,))


@pytest.mark.parametrize("place", [".bashrc", "out/../.bashrc", "link/.bashrc", "{name}/../.bashrc", "{name:>9}.csv"])
def test_files_are_delivered_only_below_the_folder_of_the_runner(run: Run, shared: Path, place: str) -> None:
    (shared / "link").symlink_to(shared)
    done = run(*ADD, "--report", "list", "--format", "csv", "--to", shared / place)
    assert (done.code, done.err.count("\n")) in ((1, 1), (2, 1))
    assert run(*ADD, "--report", "list", "--format", "csv", "--to", "ok.csv").code == 0
    _alter(shared / "zone.db", targets=f"{shared}/{place}\n{shared}/out/ok.csv")
    done = run("schedule", "run", "daily")
    assert done.code == 1
    assert not (shared / ".bashrc").exists()
    assert (shared / "out" / "ok.csv").exists()  # the others are served


def test_no_file_is_delivered_where_no_folder_is_named(run: Run, shared: Path, isolated: Path) -> None:
    assert run(*ADD, "--report", "list", "--to", "ok.csv").code == 0
    (isolated / ".config/tracker/config.toml").unlink()
    done = run("schedule", "run", "daily")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "deliver_folder" in done.err
    refused = run(*ADD, "--replace", "--report", "list", "--to", "ok.csv")
    assert (refused.code, "tracker config set deliver_folder" in refused.err) == (1, True)


def test_a_template_of_a_schedule_is_a_name_of_the_settings_of_the_runner(run: Run, shared: Path) -> None:
    secret = shared / "pgpass"
    secret.write_text("host:5432:*:li:hunter2\n")
    done = run(*ADD, "--report", f"report bulletin --template {secret}")
    assert (done.code, "no template" in done.err) == (2, True)
    assert run(*ADD, "--report", "report bulletin --template ours", "--always").code == 0
    assert "1 in our words" in run("schedule", "run", "daily").out
    _alter(shared / "zone.db", reports=f"report bulletin --template {secret}")
    done = run("schedule", "run", "daily")
    assert (done.code, done.out, "hunter2" in done.err) == (1, "", False)


def test_the_crontab_starts_what_was_installed_and_nothing_else(run: Run, shared: Path) -> None:
    assert run(*ADD, "--report", "list").code == 0
    line = shlex.split(run("schedule", "install", "--print").out)
    words = line[line.index("schedule") :]
    assert run(*words).out.startswith("Projects")
    for column, value in (("reports", "companies"), ("targets", "mailto:eve@evil.example"), ("lang", "zh")):
        _alter(shared / "zone.db", **{column: value})
        done = run(*words)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
        assert "changed since it was installed" in done.err
    assert shlex.split(run("schedule", "install", "--print").out) != line


@pytest.mark.parametrize("name", ["--due", "a\n* * * * * touch ran", "a b", "../a"])
def test_a_name_that_is_none_is_not_put_into_a_crontab(run: Run, shared: Path, name: str) -> None:
    assert run(*ADD, "--report", "list").code == 0
    _alter(shared / "zone.db", name=name)
    done = run("schedule", "install", "--print")
    assert (done.code, done.out) == (2, "")
