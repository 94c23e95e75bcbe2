"""Settings come from the flag, the environment, the project file, the user's file, in this order, else the default."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tracker import settings
from tracker.analysis.rag_status import RULES
from tracker.errors import UsageError


@pytest.fixture
def user_file() -> Path:
    """The user's settings file, in a folder that is there."""
    file = settings.user_file()
    assert file is not None
    file.parent.mkdir(parents=True)
    return file


def test_without_anything_said_the_defaults_hold(isolated: Path, tmp_path: Path) -> None:
    chosen = settings.load({}, {}, tmp_path)
    assert chosen.settings == settings.Settings(db=str(isolated / ".local/share/tracker/tracker.db"), lang="en")
    assert set(chosen.origins.values()) == {"default"}


def test_each_place_counts_more_than_the_one_below_it(user_file: Path, tmp_path: Path) -> None:
    project = tmp_path / settings.PROJECT_FILE
    user_file.write_text('currency = "EUR"\n')
    told: list[tuple[dict[str, str | None], dict[str, str], str, str]] = [
        ({}, {}, "zh", str(project)),
        ({}, {"TRACKER_LANG": "en"}, "en", "TRACKER_LANG"),
        ({"lang": "zh"}, {"TRACKER_LANG": "en"}, "zh", "--lang"),
    ]
    user_file.write_text('lang = "en"\ncurrency = "EUR"\n')
    project.write_text('lang = "zh"\n')
    for flags, environment, lang, origin in told:
        chosen = settings.load(flags, environment, tmp_path)
        assert (chosen.settings.lang, chosen.origins["lang"]) == (lang, origin)
        assert (chosen.settings.currency, chosen.origins["currency"]) == ("EUR", str(user_file))


def test_the_nearest_project_file_upward_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (tmp_path / settings.PROJECT_FILE).write_text("due_days = 7\n")
    assert settings.load({}, {}, inner).settings.due_days == 7
    (tmp_path / "a" / settings.PROJECT_FILE).write_text("due_days = 8\n")
    assert settings.load({}, {}, inner).settings.due_days == 8


def test_project_files_above_the_home_folder_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    (tmp_path / settings.PROJECT_FILE).write_text("due_days = 7\n")
    assert settings.load({}, {}, home / "work").settings.due_days == 30
    (home / settings.PROJECT_FILE).write_text("due_days = 9\n")
    assert settings.load({}, {}, home / "work").settings.due_days == 9


@pytest.mark.parametrize(
    ("locale", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.GBK", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses_the_language(locale: dict[str, str], lang: str) -> None:
    assert settings.load({}, locale, None).settings.lang == lang


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ledger.db", "{folder}/ledger.db"),
        ("sqlite:///ledger.db", "sqlite:///{folder}/ledger.db"),
        ("/srv/ledger.db", "/srv/ledger.db"),
        ("~/ledger.db", "{home}/ledger.db"),
    ],
)
def test_a_path_in_a_file_is_meant_from_its_folder(isolated: Path, tmp_path: Path, written: str, meant: str) -> None:
    (tmp_path / settings.PROJECT_FILE).write_text(f'db = "{written}"\n')
    assert settings.load({}, {}, tmp_path).settings.db == meant.format(folder=tmp_path, home=isolated)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour = 'red'", "there is no setting “colour”; did you mean “color”? Known: db, lang"),
        ("color = 'red'", ", color: “red” is not one of auto, always, never"),
        ("color = 'alway'", "did you mean “always”?"),
        ("currency = 'XYZ'", ", currency: “XYZ” is not a known currency"),
        ("unit = 'acre'", ", unit: “acre” is not a unit of amounts"),
        ("timezone = 'Mars/Base'", ", timezone: “Mars/Base” is not a time zone"),
        ("timezone = '../../etc/passwd'", "is not a time zone"),
        ("due_days = -1", ", due_days: “-1” is not a number of days"),
        ("due_days = true", "due_days must be a text or a whole number"),
        ("due_days = [1]", "due_days must be a text or a whole number"),
        ("lang = 'fr'", "“fr” is not one of en, zh"),
        ("lights = 'blue'", "“blue” is not one of points, share, slip"),
        ("actor = 'a\\u202eb'", ", actor: the actor contains U+202E"),
        ("db = ", "is not TOML"),
        ("db = 1\ndb = 2", "is not TOML"),
        ("['\\u001b[31m']", "there is no setting “"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_key(tmp_path: Path, text: str, part: str) -> None:
    file = tmp_path / settings.PROJECT_FILE
    file.write_text(text.replace("'", '"') + "\n")
    with pytest.raises(UsageError) as refusal:
        settings.load({}, {}, tmp_path)
    assert str(refusal.value).startswith(str(file))
    assert part in str(refusal.value)
    assert "\x1b" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / settings.PROJECT_FILE).write_bytes("actor = '李'".encode("gbk"))
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        settings.load({}, {}, tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / settings.PROJECT_FILE).touch(mode=0)
    with pytest.raises(UsageError, match="cannot be read"):
        settings.load({}, {}, tmp_path)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TRACKER_COLOR: “red” is not one of auto"):
        settings.load({}, {"TRACKER_COLOR": "red"}, tmp_path)


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert settings.load({}, {"TRACKER_LANG": ""}, tmp_path).settings.lang == "en"


def test_a_user_without_a_home_names_the_database(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for variable in settings.PLACES:
        monkeypatch.delenv(variable, raising=False)
    result = run("list")
    assert result.code == 1
    assert "name one with --db PATH or TRACKER_DB" in result.err
    assert run("config", "set", "lang", "zh").code == 1


def test_a_password_is_in_no_representation() -> None:
    secret = settings.Settings(db="postgresql://li:secret@host/zone", lang="en")
    assert "secret" not in repr(secret)
    assert "secret" not in str(secret)


def test_the_rule_sets_of_lights_are_those_there_are() -> None:
    assert set(settings.LIGHT_RULES) == set(RULES)


# --- tracker config ------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_config_set_keeps_what_is_written_in_the_file(run: Run, here: Path, user_file: Path) -> None:
    user_file.write_text('# mine\nlang = "en"  # for now\n')
    assert run("config", "set", "lang", "zh").code == 0
    assert run("config", "set", "due_days", "14", env={"TRACKER_LANG": "en"}).code == 0
    assert user_file.read_text() == '# mine\nlang = "zh"  # for now\ndue_days = 14\n'
    shown = run("config", "show", "-f", "csv").out
    assert f"due_days,14,{user_file}" in shown


def test_config_set_makes_the_file_of_a_new_user(run: Run, here: Path) -> None:
    assert run("config", "set", "db", "ledger.db").code == 0
    file = settings.user_file()
    assert file is not None
    assert file.read_text() == f'db = "{here}/ledger.db"\n'
    assert file.stat().st_mode & 0o777 == 0o600


def test_config_set_writes_the_projects_file_on_demand(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "deep").mkdir()
    assert run("config", "set", "currency", "美元", "--project").code == 0
    monkeypatch.chdir(here / "deep")
    assert run("config", "set", "db", "ledger.db", "--project").code == 0
    assert (here / "tracker.toml").read_text() == 'currency = "USD"\ndb = "deep/ledger.db"\n'
    assert settings.load({}, {}, here).settings.db == f"{here}/deep/ledger.db"
    assert run("config", "path").out.splitlines()[1] == str(here / "tracker.toml")


@pytest.mark.parametrize(("key", "value"), [("colour", "never"), ("color", "red"), ("due_days", "soon"), ("db2", "")])
def test_config_set_refuses_what_could_not_be_read_back(run: Run, here: Path, key: str, value: str) -> None:
    result = run("config", "set", key, value, "--project")
    assert result.code == 2
    assert list(here.iterdir()) == []


def test_config_set_repairs_a_wrong_value(run: Run, here: Path, user_file: Path) -> None:
    user_file.write_text('color = "red"\n')
    assert run("list").code == 2
    assert run("config", "set", "color", "never").code == 0
    assert user_file.read_text() == 'color = "never"\n'


def test_config_show_masks_a_password(run: Run, here: Path) -> None:
    shown = run("--db", "postgresql://li:secret@host/zone", "config", "show", "-f", "json")
    row = {"setting": "db", "value": "postgresql://li:***@host/zone", "from": "--db"}
    assert row in json.loads(shown.out)["rows"]


def test_help_and_version_need_no_settings(run: Run, user_file: Path) -> None:
    user_file.write_text("broken")
    for words in (("--help",), ("list", "--help"), ("-V",), ("config", "path")):
        assert run(*words).code == 0
