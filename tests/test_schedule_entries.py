"""Where digests go: targets that the ledger may keep, and entries of the settings whose secrets it may not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Run
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.schedule import deliver
from tracker.schedule.deliver import Target, file_path, read_target, stored_target

SECRET = "json://li:hunter2-9f@chat.example.org/token"
FOLDER = "/srv/{zone}"


# --- targets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mailto:a@b.org", Target("mail", "mailto:a@b.org", "a@b.org")),
        ("MAILTO:a@b.org, 李@例.cn", Target("mail", "mailto:a@b.org,李@例.cn", "a@b.org,李@例.cn")),
        ("team", Target("entry", "Team", "Team")),
        ("/srv/a.csv", Target("file", "/srv/a.csv", "/srv/a.csv")),
        ("周报-{date}.csv", Target("file", *("/srv/{{zone}}/周报-{date}.csv",) * 2)),
    ],
)
def test_a_target_is_a_mail_an_entry_or_a_file(text: str, expected: Target) -> None:
    found = read_target(text, ["Team"], folder=FOLDER)
    assert found == expected
    assert stored_target(found.text) == expected


def test_the_file_is_named_by_the_moment_and_the_schedule() -> None:
    found = read_target("{name}-{date}T{time}.txt", [], folder=FOLDER)
    moment = datetime(2023, 3, 31, 8, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert file_path(found, "周报", moment) == Path("/srv/{zone}/周报-2023-03-31T0805.txt")


@pytest.mark.parametrize(
    "url", [SECRET, f" {SECRET}", "mailto://li:hunter2-9f@b", "tgram:/hunter2-9f/1", "file:///a.csv"]
)
def test_a_url_is_refused_and_not_echoed(url: str) -> None:
    with pytest.raises(ValueRefused, match=r"\[deliver\.NAME\]") as refused:
        read_target(url, [], folder=FOLDER)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mailto:nobody", "not a mail address"),
        ("mailto:a@b.org?bcc=c@d.org", "not a mail address"),
        ("mailto:a@b.org\nBcc: c@d.org", "cannot be stored"),
        ("taem", "did you mean “team”"),
        ("nowhere", r"A file has a suffix: digest-\{date\}\.html"),
        ("a.pptx", "names no format"),
        ("a-{day}.csv", "Known: {date}, {time}, {name}"),
        ("a-{dat}.csv", "did you mean “date”"),
        ("a-{date!r}.csv", "there is no"),
        ("a-{0.__class__}.csv", "there is no"),
        ("a-{.csv", "write {{ for a brace"),
        ("~nobody-of-this-name/a.csv", "no such home folder"),
        ("", "is empty"),
    ],
)
def test_what_is_no_target_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueRefused, match=sentence):
        read_target(text, ["team"], folder=FOLDER)


# --- entries --------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(isolated: Path) -> Path:
    """The user's own settings file, private and empty."""
    file = isolated / ".config/tracker/config.toml"
    file.parent.mkdir(parents=True)
    file.touch(mode=0o600)
    return file


def test_a_secret_is_read_when_it_is_needed_and_never_shown(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.parent / "url").write_text(SECRET + "\n")
    (settings.parent / "url").chmod(0o600)
    settings.write_text(
        f'[deliver.text]\nurl = "{SECRET}"\n[deliver.file]\nurl_file = "url"\n[deliver.env]\nenv = "CHAT_URL"\n'
        f"[deliver.cmd]\nurl_cmd = \"printf '%s\\\\n' '{SECRET}'\"\ntimeout = 5\ntries = 1\n"
    )
    monkeypatch.setenv("CHAT_URL", SECRET)
    assert deliver.entry_names() == ["text", "file", "env", "cmd"]
    for name in deliver.entry_names():
        found = deliver.entry(name)
        assert found.url.reveal() == SECRET
        assert "hunter2" not in repr(found) + str(found)
    assert (found.timeout, found.tries) == (5.0, 1)
    assert deliver.entry("ENV") == deliver.entry("env")


@pytest.mark.parametrize(("mode", "says"), [(0o640, "chmod 600"), (0o604, "chmod 600"), (0o666, "chmod")])
def test_a_secret_that_others_may_read_is_refused(settings: Path, mode: int, says: str) -> None:
    secret = settings.parent / "url"
    secret.write_text(SECRET)
    settings.write_text(f'[deliver.text]\nurl = "{SECRET}"\n[deliver.file]\nurl_file = "{secret}"\n')
    for file, name in ((settings, "text"), (secret, "file")):
        file.chmod(mode)
        with pytest.raises(Refused, match=f"{says} .*{file.name}") as refused:
            deliver.entry(name).url.reveal()
        assert "hunter2" not in str(refused.value)
        file.chmod(0o600)


def test_a_command_from_a_file_that_others_may_write_is_not_run(settings: Path) -> None:
    settings.write_text(f'[deliver.a]\nurl_cmd = "touch {settings.parent}/ran; echo x"\n')
    settings.chmod(0o622)
    with pytest.raises(Refused, match="chmod go-w"):
        deliver.entry("a").url.reveal()
    assert not (settings.parent / "ran").exists()


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("url_cmd = 'echo hunter2-9f >&2; exit 3'", "it ended with 3"),
        ("url_cmd = 'true'", "is empty"),
        ("url_cmd = \"printf '\\\\377'\"", "it printed no text"),
        ("url_file = 'missing'", "cannot be read"),
        ("url_file = '/'", "chmod 600|cannot be read"),
        ("env = 'NO_SUCH_VARIABLE'", "is empty"),
    ],
)
def test_a_secret_that_cannot_be_had_is_a_sentence_without_it(settings: Path, table: str, sentence: str) -> None:
    settings.write_text(f"[deliver.a]\n{table}\n")
    with pytest.raises(Refused, match=sentence) as refused:
        deliver.entry("a").url.reveal()
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[deliver.a]\nulr = 'x'", "did you mean “url”"),
        ("[deliver.a]\ntimeout = 3", "needs one of url"),
        ("[deliver.a]\nurl = 'x'\nenv = 'y'", "not several"),
        ("[deliver.a]\nurl = 3", "needs url"),
        ("[deliver.a]\nurl = 'x'\ntimeout = 0", "timeout is a number"),
        ("[deliver.a]\nurl = 'x'\ntries = true", "tries is a whole number"),
        ("[deliver]\na = 'x'", "holds tables"),
        ("deliver = 'x'", "is a table"),
        ("[deliver.b]\nurl = 'x'", r"no \[deliver\.a\]"),
        ("[deliver", "is not TOML"),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(settings: Path, text: str, sentence: str) -> None:
    settings.write_text(text)
    with pytest.raises(UsageError, match=sentence):
        deliver.entry("a")


def test_the_mail_server_has_its_password_when_asked(settings: Path) -> None:
    settings.write_text(
        '[mail]\nhost = "smtp.example.org"\nfrom = "zone@example.org"\nsecurity = "tls"\nport = 2465\nuser = "li"\n'
        'password = "hunter2-9f"\n'
    )
    mail = deliver.mail_server()
    assert "hunter2" not in repr(mail)
    server = mail.server()
    assert (server.host, server.sender, server.security, server.port) == (
        *("smtp.example.org", "zone@example.org"),
        *("tls", 2465),
    )
    assert server.password == "hunter2-9f"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"mail needs a server"),
        ("[mail]\nhost = 'h'", "needs from"),
        ("[mail]\nhost = 'h'\nfrom = 'a@b'\nsecurity = 'startls'", "did you mean “starttls”"),
        ("[mail]\nhost = 'h'\nfrom = 'a@b'\nport = 70000", "port is a whole number"),
        ("[mail]\nhots = 'h'", "did you mean “host”"),
    ],
)
def test_a_mail_table_that_cannot_be_read_is_refused(settings: Path, text: str, sentence: str) -> None:
    settings.write_text(text)
    with pytest.raises(UsageError, match=sentence):
        deliver.mail_server()


def test_tables_of_delivery_are_no_settings_and_not_shown(run: Run, isolated: Path) -> None:
    file = isolated / ".config/tracker/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'currency = "USD"\n[deliver.a]\nurl = "{SECRET}"\n[mail]\nhost = "h"\n')
    done = run("config", "show", "-f", "csv")
    assert done.code == 0
    assert "USD" in done.out
    assert "hunter2" not in done.out + done.err
