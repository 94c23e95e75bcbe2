"""What others may write is not obeyed: settings files, schedules of a shared ledger, databases from elsewhere."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.isolation import ROOT, clean_environment
from tests.ledgers import once
from tests.postgres import PostgresServer
from tracker import settings
from tracker.app import App
from tracker.commands.lazy_group import LazyGroup
from tracker.commands.root import tree
from tracker.database import locate
from tracker.engine import make_engine
from tracker.ledger.hash_chain import hashes
from tracker.schema import expected_objects
from tracker.text import mask

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


@pytest.mark.parametrize(("place", "mode"), [("config.toml", 0o666), ("config.toml", 0o620), (".", 0o777)])
def test_the_own_settings_file_is_refused_too_where_others_could_have_written_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, mode: int
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    folder = tmp_path / "xdg" / "tracker"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[deliver.team]\nurl_cmd = "touch ran"\n')
    assert run("init").code == 0
    (folder / place).chmod(mode)
    for words in (("list",), ("project", "add", "x"), ("config", "set", "lang", "zh")):
        done = run(*words)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), done
        assert "config.toml is not trusted" in done.err


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

    def make() -> None:
        assert run("init").code == 0
        assert run("project", "add", "x", "--name", "touch ran; #", "--stage", "signed", "--on", "2023-01").code == 0

    once(tmp_path / "zone.db", make)
    return tmp_path


ADD = ("schedule", "add", "daily", "--cron", "@daily")


def _alter(ledger: Path, **values: str) -> None:
    """What somebody does who may write the shared ledger: another version of the schedule, past the program."""
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS guard_schedule_update")
        for column, value in values.items():
            connection.execute(f"UPDATE schedule SET {column} = ?", (value,))


@pytest.mark.parametrize(
    "place", [".bashrc", "out/../.bashrc", "link/.bashrc", "out/a.csv", "{name}/../.bashrc", "{name:>9}.csv"]
)
def test_files_are_delivered_only_below_the_folder_of_the_runner(run: Run, shared: Path, place: str) -> None:
    (shared / "link").symlink_to(shared)
    (shared / "out" / "a.csv").symlink_to(shared / ".bashrc")
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


# --- passwords -------------------------------------------------------------------------------------------------------

URLS = (
    "postgresql://li:Geheim1@127.0.0.1:1/zone",
    "postgresql://127.0.0.1:1/zone?user=li&password=Geheim1&sslpassword=Geheim2",
    "POSTGRES://li:Geheim1%40x@127.0.0.1:1/zone?pass%77ord=Geheim2",
    "postgresql://li:Geheim1@Geheim2@127.0.0.1:1/zone",
    "postgresql://li:Geheim1/Geheim2%zz@127.0.0.1:1/zone",
    "postgresql://127.0.0.1:1/zone?password=Geheim1%00",
    "mysql://li:Geheim1@127.0.0.1/zone?passwd=Geheim2",
    "host=127.0.0.1 user=li password=Geheim1",
    "host=127.0.0.1 user=li password='Geheim1 Geheim2'",
    "host=127.0.0.1 password=Geheim1\\ Geheim2",
    "postgresql://127.0.0.1:1/zone?pass%2577ord=Geheim1&oauth_client_secret=Geheim2",
    "postgresql:li:Geheim1@127.0.0.1/zone",
    "postgresql：//li:Geheim1@127.0.0.1/zone",
    "li:Geheim1@127.0.0.1:5432/zone",
)


def _leaves(branch: LazyGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    with branch.make_context("tracker", [], resilient_parsing=True, obj=App()) as context:
        for name in branch.list_commands(context):
            command = branch.get_command(context, name)
            if isinstance(command, LazyGroup):
                yield from _leaves(command, (*path, name))
            else:
                yield (*path, name)


@pytest.mark.parametrize("url", URLS)
def test_no_command_shows_the_password_of_a_url(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    leaves = list(_leaves(tree()))
    assert len(leaves) > 60
    config = settings.user_file()
    assert config is not None
    for path in leaves:
        for words in (("--db", url, *path), ("--debug", "--db", url, *path, url), ("--db", url, *path, "--to", url)):
            config.unlink(missing_ok=True)  # `config set` may have put it there
            done = run(*words)
            assert "Geheim" not in done.out + done.err, words


def test_a_masked_sentence_keeps_everything_else() -> None:
    assert (
        mask("postgresql://li:a@h/x?password=b&c=d is out: 12:30 li@h")
        == "postgresql://li:***@h/x?password=***&c=d is out: 12:30 li@h"
    )
    assert mask("host=db password='b c' user=li; PGPASSWORD = d and pwd=e") == (
        "host=db password=*** user=li; PGPASSWORD = *** and pwd=***"
    )
    assert mask("x.db?password=b, or postgresql://h/x?options=-c%20password=b") == (
        "x.db?password=*** or postgresql://h/x?options=-c%20password=***"
    )
    for text in (
        "postgresql://db.example:5432/x of li@h",
        "/srv/a:b/c@d",
        "https://x.org/a?b=c",
        "postgresql://[::1]:5432/x",
        "mailto:li@x.org?subject=a",
        "at 12:30@home",
    ):
        assert mask(text) == text


def test_the_log_holds_no_password(run: Run, tmp_path: Path) -> None:
    assert run("--db", tmp_path / "a.db", "init").code == 0
    words = ("project", "add", "x", "--name", "X", "--source", "postgresql://li:Geheim1@h/zone")
    assert run("--db", tmp_path / "a.db", *words).code in (0, 2)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        commands = "".join(row[0] for row in connection.execute("SELECT command FROM change"))
    assert "Geheim" not in commands


# --- small ones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_json_is_utf8_whatever_the_environment_says(run: Run, tmp_path: Path, isolated: Path, encoding: str) -> None:
    def program(*words: str) -> bytes:
        done = run("--db", tmp_path / "zone.db", *words, today="2023-03-31", encoding=encoding)
        assert done.code == 0, done.err
        return done.out_bytes

    program("init")
    program("project", "add", "x", "--name", "电机 ü", "--stage", "signed", "--on", "2023-01")
    for words in (("list", "-f", "json"), ("list", "-f", "jsonl"), ("export", "projects", "-f", "jsonl")):
        assert "电机 ü".encode() in program(*words), words
    assert "2023年2月".encode() in program("--lang", "zh", "report", "bulletin", "-f", "json")
    environment = clean_environment(isolated) | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "tracker", "--db", str(tmp_path / "zone.db"), "list", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert "电机 ü".encode() in done.stdout


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_a_name_of_blanks_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    assert run("--db", tmp_path / "a.db", "init").code == 0
    done = run("--db", tmp_path / "a.db", "project", "add", "x", "--name", name)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert run("--db", tmp_path / "a.db", "list", "-f", "jsonl").out == ""


def test_a_home_folder_that_is_not_there_is_a_sentence(run: Run, isolated: Path) -> None:
    for words in (("--db", "~nobody-of-this-name/x.db", "list"), ("--db", "~nobody-of-this-name/x.db", "init")):
        done = run(*words)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "no such home folder" in done.err
    config = settings.user_file()
    assert config is not None
    config.parent.mkdir(parents=True)
    config.write_text('db = "~nobody-of-this-name/x.db"\n')
    done = run("list")
    assert (done.code, "no such home folder" in done.err) == (2, True)


def test_a_delivery_without_its_library_fails_alone(
    run: Run, shared: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (isolated / ".config/tracker/config.toml").open("a") as config:
        config.write('[deliver.team]\nurl = "json://127.0.0.1:1/x"\ntries = 1\n')
    (isolated / ".config/tracker/config.toml").chmod(0o600)
    assert run(*ADD, "--report", "list", "--to", "team", "--to", "ok.csv").code == 0
    monkeypatch.setattr("tracker.schedule.deliver.find_spec", lambda _name: None)
    monkeypatch.setitem(sys.modules, "apprise", None)
    done = run("schedule", "run", "daily")
    assert done.code == 1
    assert [line.partition(" → ")[0] for line in done.err.splitlines()[:-1]] == ["daily: list"]
    assert "investment-tracker[notify]" in done.err
    assert (shared / "out" / "ok.csv").exists()
    with closing(sqlite3.connect(shared / "zone.db")) as connection:
        results = connection.execute("SELECT target, result FROM schedule_delivery ORDER BY id").fetchall()
    assert results == [("team", "failed"), (f"{shared}/out/ok.csv", "delivered")]
    refused = run(*ADD, "--replace", "--report", "list", "--to", "team")
    assert (refused.code, "investment-tracker[notify]" in refused.err) == (1, True)


def test_a_target_whose_folder_is_missing_is_refused_when_it_is_added(run: Run, shared: Path) -> None:
    done = run(*ADD, "--report", "list", "--to", "gone/ok.csv")
    assert (done.code, "does not exist" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("table", "mailer", "warns"), [('MAILTO=""', True, True), ("", False, True), ("MAILTO=li", True, False)]
)
def test_a_digest_that_nobody_gets_is_told(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch, table: str, mailer: bool, warns: bool
) -> None:
    (shared / "bin").mkdir()
    (shared / "table").write_text(f"{table}\n")
    (shared / "bin/crontab").write_text(
        f'#!/bin/sh\nif [ "$1" = - ]; then cat > {shared}/table; else cat {shared}/table; fi\n'
    )
    (shared / "bin/crontab").chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda *_place, **_places: "/usr/sbin/sendmail" if mailer else None)
    monkeypatch.setenv("PATH", f"{shared}/bin:/bin")
    monkeypatch.setattr("tracker.schedule.crontab.require_standing_alone", lambda _start: None)
    assert run(*ADD, "--report", "list").code == 0
    assert run("schedule", "add", "filed", "--cron", "@daily", "--report", "list", "--to", "ok.csv").code == 0
    for words in (("schedule", "install"), ("schedule", "list")):
        done = run(*words)
        assert done.code == 0
        assert ("daily: " in done.out + done.err and "nobody gets" in done.out + done.err) == warns
        assert "filed, " not in done.out + done.err


# --- databases from elsewhere ----------------------------------------------------------------------------------------


def _execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


ALTER = ("DROP TRIGGER guard_project_update", "UPDATE project SET name = 'Y' WHERE name LIKE 'touch%'")


def test_backup_and_restore_recompute_the_hashes(run: Run, shared: Path) -> None:
    assert run("database", "backup", shared / "good.bak").code == 0
    shutil.copy(shared / "good.bak", shared / "bad.bak")
    _execute(shared / "bad.bak", *ALTER)
    before = (shared / "zone.db").read_bytes()
    done = run("database", "restore", shared / "bad.bak", "-y")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert f"change 1 of {shared}/bad.bak is not what was recorded" in done.err
    assert (shared / "zone.db").read_bytes() == before
    _execute(shared / "zone.db", *ALTER)
    done = run("database", "backup", shared / "worse.bak")
    assert (done.code, "change 1 of" in done.err) == (1, True)
    assert not (shared / "worse.bak").exists()
    # A ledger that was altered is kept as it is when a sound backup takes its place.
    assert run("database", "restore", shared / "good.bak", "-y").code == 0
    assert run("database", "check").code == 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE review ADD COLUMN extra TEXT DEFAULT (hex(randomblob(9)))",
        "ALTER TABLE project ADD COLUMN extra TEXT",
        "DROP TABLE review",
        "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'review'",
    ],
)
def test_a_file_with_other_tables_is_not_restored(run: Run, shared: Path, statement: str) -> None:
    assert run("database", "backup", shared / "bad.bak").code == 0
    _execute(shared / "bad.bak", *statement.split("; "))
    before = (shared / "zone.db").read_bytes()
    done = run("database", "restore", shared / "bad.bak", "-y")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "of the backup is not the one of its schema" in done.err
    assert (shared / "zone.db").read_bytes() == before


def test_nothing_of_a_foreign_file_stays_or_runs(run: Run, shared: Path) -> None:
    assert run("database", "backup", shared / "sly.bak").code == 0
    body = "BEGIN UPDATE alembic_version SET version_num = 'sly'; END"
    _execute(
        shared / "sly.bak",
        "CREATE TABLE foreign_table (x)",
        "DROP INDEX ix_change_undoes",
        "CREATE INDEX ix_change_undoes ON change (actor)",
        "CREATE INDEX sly_index ON change (length(actor))",
        *(
            f"CREATE TRIGGER sly_{action}_{table} AFTER {action} ON {table} {body}"
            for action in ("INSERT", "UPDATE", "DELETE")
            for table in ("project", "project_state", "lookup_name", "change", "foreign_table")
        ),
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET name = 'sqlite_sly', sql = replace(sql, 'sly_INSERT_change', 'sqlite_sly')"
        " WHERE name = 'sly_INSERT_change'",
    )
    assert run("database", "restore", shared / "sly.bak", "-y").code == 0
    assert run("project", "add", "y", "--name", "Y").code == 0
    checked = run("database", "check", "-f", "csv")
    assert (checked.code, "sly" in checked.out) == (0, False), checked.out


def test_two_restores_within_a_second_both_keep_what_they_replace(run: Run, shared: Path) -> None:
    assert run("database", "backup", shared / "old.bak").code == 0
    for code in ("y", "z"):
        assert run("project", "add", code, "--name", code).code == 0
        assert run("database", "restore", shared / "old.bak", "-y").code == 0
    saved = sorted(shared.glob("zone.db.before-restore.*"))
    assert len(saved) == 2
    kept = [run("--db", path, "list", "-f", "csv").out for path in saved]
    assert sorted("y" if "\ny," in text else "z" if "\nz," in text else "" for text in kept) == ["y", "z"]
    assert run("database", "backup").code == run("database", "backup").code == 0


def test_two_restores_at_once_both_keep_what_they_replace(run: Run, shared: Path, isolated: Path) -> None:
    for code in ("y", "z"):
        assert run("database", "backup", shared / f"{code}.bak").code == 0
        assert run("project", "add", code, "--name", code).code == 0
    words = [sys.executable, "-m", "tracker", "--db", str(shared / "zone.db"), "database", "restore", "-y"]
    environment = clean_environment(isolated) | {"TRACKER_TODAY": "2023-03-31"}
    both = [subprocess.Popen([*words, str(shared / f"{code}.bak")], cwd=ROOT, env=environment) for code in ("y", "z")]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    rows = [
        len(run("--db", path, "list", "-f", "jsonl").out.splitlines())
        for path in (*shared.glob("zone.db.before-restore.*"), shared / "zone.db")
    ]
    assert sorted(rows) == [1, 2, 3]  # the state before, and that of both backups: one of them is in place


def test_a_settings_file_that_gets_a_password_is_its_owners_alone(run: Run, isolated: Path) -> None:
    config = isolated / ".config/tracker/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('lang = "en"\n')
    config.chmod(0o644)
    assert run("config", "set", "db", "postgresql://li:Geheim1@h/zone").code == 0
    assert config.stat().st_mode & 0o777 == 0o600


# --- the seal outside ------------------------------------------------------------------------------------------------


def _rewrite(path: Path, *statements: str) -> None:
    """What somebody does who knows the program: rows altered, and every hash computed anew."""
    _execute(path, "DROP TRIGGER guard_project_update", "DROP TRIGGER guard_seal_update", *statements)
    with locate(str(path)).reading() as reader:
        numbers = [number for number, *_hashes in hashes(reader)]
    for number in numbers:
        with locate(str(path)).reading() as reader:
            computed = {one: digest for one, _stored, digest in hashes(reader)}
        _execute(path, f"UPDATE seal SET digest = '{computed[number]}' WHERE change_id = {number}")
    _execute(
        path,
        *(
            sql
            for (_kind, name), sql in expected_objects().items()
            if name in ("guard_project_update", "guard_seal_update")
        ),
    )


@pytest.fixture
def sealed(run: Run, shared: Path) -> Path:
    """The shared ledger with six changes, a backup after the second, and its seals beside it."""
    for number in range(5):
        assert run("project", "add", f"p{number}", "--name", f"P {number}").code == 0
        if number == 0:
            assert run("database", "backup", shared / "two.bak").code == 0
    assert run("database", "seal", "-o", shared / "seal.txt").code == 0
    assert run("database", "seal", "-o", shared / "seal.json").code == 0
    (shared / "printed.txt").write_text(run("database", "seal").out)
    assert run(*ADD, "--report", "list", "--always", "--to", "digest.html", "--to", "digest.json").code == 0
    assert run("schedule", "run", "daily").code == 0
    (shared / "bulletin.md").write_text(run("--lang", "zh", "report", "bulletin").out)
    return shared


SEALS = ("seal.txt", "seal.json", "printed.txt", "out/digest.html", "out/digest.json", "bulletin.md")


def test_a_seal_is_a_file_of_ledger_change_hash_and_day(run: Run, sealed: Path) -> None:
    facts = json.loads((sealed / "seal.json").read_text())
    assert json.loads(run("--lang", "zh", "database", "seal", "-f", "json").out).keys() == facts.keys()
    assert (facts["change"], facts["day"], len(facts["hash"]), len(facts["ledger"])) == (6, "2023-03-31", 64, 36)
    first, *lines = (sealed / "seal.txt").read_text().splitlines()
    assert first == f"seal: ledger {facts['ledger']}, change 6, hash {facts['hash']}, day 2023-03-31"
    assert lines == facts["hashes"]
    assert lines[-1] == f"6 {facts['hash'][:12]}"
    assert (sealed / "printed.txt").read_text() == (sealed / "seal.txt").read_text()


def test_a_ledger_agrees_with_its_seals_later_too(run: Run, sealed: Path) -> None:
    assert run("project", "add", "later", "--name", "Later").code == 0
    for file in SEALS:
        done = run("database", "check", "--against", sealed / file)
        assert (done.code, "agrees with the ledger" in done.out) == (0, True), (file, done.err)
        assert run("database", "check", "--against", "-", input=(sealed / file).read_bytes()).code == 0, file


def test_a_chain_with_new_hashes_is_found_with_the_first_wrong_change(run: Run, sealed: Path) -> None:
    _rewrite(sealed / "zone.db", "UPDATE project SET sector = 'Q' WHERE name = 'P 2'")
    assert run("database", "check").code == 0
    for file in SEALS:
        done = run("database", "check", "--against", sealed / file, "-f", "csv")
        assert (done.code, done.out.count("\nseal,")) == (1, 1), file
        last = {"out/digest.html": 7, "out/digest.json": 7, "bulletin.md": 7}.get(file)
        assert f"\nseal,{last or 4}," in done.out, file


@pytest.mark.parametrize("engine", ["postgres"])
def test_the_owner_of_a_server_who_rewrites_the_chain_is_found_by_a_seal(
    run: Run, ledger_url: str, tmp_path: Path
) -> None:
    import psycopg

    for number in range(3):
        assert run("--db", ledger_url, "project", "add", f"p{number}", "--name", f"P {number}").code == 0
    assert run("--db", ledger_url, "database", "seal", "-o", tmp_path / "seal.txt").code == 0
    with psycopg.connect(ledger_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # what no trigger sees
        owner.execute("UPDATE project SET sector = 'Q' WHERE name = 'P 1'")
        broken = run("--db", ledger_url, "database", "check", "-f", "csv")
        assert (broken.code, "\nchange,2," in broken.out) == (1, True)
        for number in (2, 3):
            with locate(ledger_url).reading() as reader:
                computed = {one: digest for one, _stored, digest in hashes(reader)}
            owner.execute("UPDATE seal SET digest = %s WHERE change_id = %s", (computed[number], number))
    assert run("--db", ledger_url, "database", "check").code == 0
    done = run("--db", ledger_url, "database", "check", "--against", tmp_path / "seal.txt", "-f", "csv")
    assert (done.code, "\nseal,2," in done.out) == (1, True), done.out


def test_a_rollback_a_fork_and_another_ledger_are_found(run: Run, sealed: Path) -> None:
    assert run("database", "restore", sealed / "two.bak", "-y").code == 0
    done = run("database", "check", "--against", sealed / "seal.txt")
    assert (done.code, "change 6, sealed on 2023-03-31, is not there: the ledger ends with change 2" in done.out) == (
        1,
        True,
    )
    for number in range(5):
        assert run("project", "add", f"q{number}", "--name", f"Q {number}").code == 0
    done = run("database", "check", "--against", sealed / "seal.txt")
    assert (done.code, "change 3 is not the one that was sealed with change 6" in done.out) == (1, True)
    assert run("--db", sealed / "other.db", "init").code == 0
    done = run("--db", sealed / "other.db", "database", "check", "--against", sealed / "seal.txt")
    assert (done.code, "the seal is of ledger" in done.out) == (1, True)


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff\xfe", None])
def test_what_holds_no_seal_is_rejected(run: Run, shared: Path, content: bytes | None) -> None:
    if content is not None:
        (shared / "x.txt").write_bytes(content)
    done = run("database", "check", "--against", shared / "x.txt")
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("database", "check", "--against", "/dev/zero"),
        ("calendar", "import", "/dev/zero"),
        ("import", "x.csv", "--map", "/dev/zero"),
    ],
)
def test_a_file_that_never_ends_is_not_read(
    run: Run, shared: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(shared)
    monkeypatch.setattr("tracker.text._MOST_BYTES", 2**20)
    (shared / "x.csv").write_text("项目名称\n甲\n")
    done = run(*words)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)


# --- roles on PostgreSQL, older and newer schemas --------------------------------------------------------------------


@pytest.fixture
def roles(postgres: PostgresServer, ledger_url: str) -> Iterator[Callable[[str], str]]:
    """The URL of the ledger for somebody with the GRANTs that the guide gives to reader and editor."""
    import psycopg

    [grants] = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/database.md").read_text(), re.DOTALL)
    with psycopg.connect(ledger_url, autocommit=True) as owner:
        owner.execute(grants.encode())
        for role in ("reader", "editor"):
            owner.execute(f"CREATE ROLE a_{role} LOGIN IN ROLE tracker_{role}".encode())
        yield lambda role: ledger_url.replace("postgres@", f"a_{role}@")
        for role in ("a_reader", "a_editor", "tracker_editor", "tracker_reader"):
            owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


@pytest.mark.parametrize("engine", ["postgres"])
def test_the_grants_of_the_guide_are_enough_and_no_more(
    run: Run, ledger_url: str, roles: Callable[[str], str], tmp_path: Path
) -> None:
    import psycopg

    def on(url: str, *words: str) -> Result:
        return run("--db", url, *words, today="2023-03-31")

    for words in (
        ("project", "add", "x", "--name", "X", "--company", "C", "--stage", "signed", "--chain", "高端机床"),
        ("capital", "record", "x", "completed", "1亿元", "--on", "2023-01"),
        ("capital", "correct", "1", "--amount", "2亿元", "--why", "typo"),
        ("milestone", "plan", "x", "completed", "2024-06"),
        ("schedule", "add", "daily", "--cron", "@daily", "--report", "list"),
        ("schedule", "run", "daily", "--always"),
        ("undo",),
        ("export", "all", "-o", str(tmp_path / "all.xlsx")),
        ("import", str(tmp_path / "all.xlsx"), "--apply", "--yes"),
        ("database", "check"),
    ):
        done = on(roles("editor"), *words)
        assert done.code == 0, (words, done.err)
    for words in (("list",), ("progress",), ("show", "x"), ("database", "check"), ("database", "seal")):
        assert on(roles("reader"), *words).code == 0, words
    for role, words in (("reader", ("project", "add", "y", "--name", "Y")), ("editor", ("database", "upgrade"))):
        done = on(roles(role), *words)
        assert (done.code, done.err.count("\n")) == (1, 1)
    with psycopg.connect(roles("editor"), autocommit=True) as editor:
        for sql in (
            "UPDATE project SET name = 'Z'",
            "UPDATE project SET recorded_to = 1",
            "UPDATE change SET actor = 'z'",
            "UPDATE seal SET digest = 'z'",
            "DELETE FROM capital_entry",
            "DELETE FROM change",
            "TRUNCATE project_state",
            "TRUNCATE change CASCADE",
            "DROP TRIGGER guard_project_update ON project",
            "ALTER TABLE project DISABLE TRIGGER ALL",
            "DROP TABLE project CASCADE",
            "CREATE OR REPLACE FUNCTION tracker_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "INSERT INTO alembic_version VALUES ('9999')",
            "SET session_replication_role = replica",
            # Its own tables, where the triggers would look for those of the ledger.
            "CREATE TEMP TABLE seal (change_id int); CREATE TEMP TABLE change AS SELECT 2 AS id;"
            " UPDATE project SET recorded_to = 2 WHERE recorded_from = 1",
        ):
            with pytest.raises(psycopg.Error):
                editor.execute(sql.encode())
    assert on(ledger_url, "database", "upgrade").code == 0
    assert on(ledger_url, "database", "check").code == 0


def test_a_check_in_a_process_of_its_own_knows_the_whole_schema(ledger_url: str, tmp_path: Path) -> None:
    """What other commands of one process have loaded before does not count."""
    command = (sys.executable, "-m", "tracker", "--db", ledger_url, "database", "check")
    environment = clean_environment(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def _set_schema(url: str, revision: str) -> None:
    with make_engine(locate(url)).begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_writing_to_a_newer_schema_asks_for_a_newer_tracker(run: Run, ledger_url: str) -> None:
    _set_schema(ledger_url, "9999")
    for words in (
        ("project", "add", "x", "--name", "X"),
        ("undo",),
        ("list",),
        ("database", "check"),
        ("database", "upgrade"),
    ):
        done = run("--db", ledger_url, *words)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "install a newer tracker" in done.err
        assert "database upgrade" not in done.err


def test_an_older_schema_is_checked_before_it_is_upgraded(
    run: Run, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--db", ledger_url, "project", "add", "x", "--name", "X").code == 0
    for module in ("tracker.schema", "tracker.commands.database"):
        monkeypatch.setattr(f"{module}.expected_revision", lambda: "9999")
    with make_engine(locate(ledger_url)).begin() as connection:
        connection.exec_driver_sql("DROP VIEW relations")
    done = run("--db", ledger_url, "database", "check")
    assert (done.code, done.err) == (0, ""), done.out
    out = " ".join(done.out.replace("'", "").split())
    assert f"are checked after tracker --db {ledger_url} database upgrade" in out
    with make_engine(locate(ledger_url)).begin() as connection:
        table = " ON project" if ledger_url.startswith("postgres") else ""
        connection.exec_driver_sql(f"DROP TRIGGER guard_project_update{table}")
        connection.exec_driver_sql("UPDATE project SET name = 'Y'")
    done = run("--db", ledger_url, "database", "check", "-f", "csv")
    assert (done.code, "\nchange,1," in done.out) == (1, True)


def test_a_process_of_its_own_undoes_what_it_has_loaded_no_table_of(run: Run, tmp_path: Path, isolated: Path) -> None:
    db = tmp_path / "a.db"
    story = ("init", "project add a --name 甲", "project add b --name 乙", "request open b 增容", "project merge a b")
    for words in story:
        assert run("--db", db, *words.split()).code == 0, words
    for number in ("4", "3"):
        command = [sys.executable, "-m", "tracker", "--db", str(db), "undo", number]
        done = subprocess.run(command, cwd=ROOT, env=clean_environment(isolated), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
