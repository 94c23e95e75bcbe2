"""What the user's own settings file says about deliveries: [deliver.NAME], [mail], [templates], read when needed.

A file that holds a secret is its owner's alone; what the ledger, the crontab and the log get to see is the name.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.settings import parsed, require_trusted, user_file
from tracker.text import did_you_mean, fold, not_one_of, shorten, show, typed_path, unknown_word

if TYPE_CHECKING:
    from tracker.schedule.deliver import MailServer

_COMMAND_SECONDS = 30
_LONGEST = 10_000
_COMMON = {"timeout": 30.0, "tries": 3}
_MAIL = ("host", "port", "security", "user", "from")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret comes from: `source` is "text", "file", "cmd" or "env"; nothing is read before `reveal`."""

    source: str
    what: str = field(repr=False)
    place: str
    file: Path

    def reveal(self) -> str:
        """The secret. Raises Refused, without it, where it cannot be had or others could read it."""
        match self.source:
            case "text":
                _require_private(self.file)
                found = self.what
            case "file":
                found = _from_file(self.file.parent / typed_path(self.what), self.place)
            case "env":
                found = os.environ.get(self.what, "")
            case _:
                found = _from_command(self.what, self.place)
        if not found.strip():
            raise Refused(_("{place} is empty: there is nothing to deliver with").format(place=self.place))
        return found.strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """A place [deliver.NAME]: `url` is what apprise delivers to, `timeout` in seconds, `tries` in one run."""

    name: str
    url: Secret
    timeout: float = 30.0
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """The table [mail]: the server mail is handed to."""

    host: str
    sender: str
    security: str
    port: int
    user: str
    password: Secret | None
    timeout: float = 30.0
    tries: int = 3

    def server(self) -> MailServer:
        """The server with its password. Raises Refused where that cannot be had."""
        from tracker.schedule.deliver import MailServer

        password = self.password.reveal() if self.password else ""
        return MailServer(self.host, self.sender, self.security, self.port, self.user, password, self.timeout)


# What a user writes into his settings file, so that mail can be sent.
MAIL_LINES = (
    "[mail]",
    'host = "smtp.example.org"',
    'from = "zone@example.org"',
    'security = "starttls"      # or tls, none',
    'user = "zone"',
    'password_file = "~/.smtp"  # or password, password_cmd, env',
)


def entry_names() -> list[str]:
    """The names of the entries there are."""
    return list(_section("deliver")[1])


def entry(name: str) -> Entry:
    """The entry of this name. Raises UsageError, with the closest name, where there is none or it cannot be read."""
    file, tables = _section("deliver")
    found = next((one for one in tables if fold(one) == fold(name)), None)
    if found is None:
        raise UsageError(
            _("there is no [deliver.{name}] in the configuration{hint}").format(
                name=shorten(name), hint=did_you_mean(name, tables) or _("; add it with url, url_file, url_cmd or env")
            )
        )
    table, place = tables[found], f"{show(str(file))}, [deliver.{shorten(found)}]"
    if not isinstance(table, dict):
        raise UsageError(
            _("{origin}: [deliver] holds tables [deliver.NAME], not “{key}”").format(
                origin=show(str(file)), key=shorten(found)
            )
        )
    _require_keys(table, (*_keys_of("url"), *_COMMON), place)
    url = _secret(table, "url", file, place)
    if url is None:
        raise UsageError(_("{place} needs one of url, url_file, url_cmd, env").format(place=place))
    return Entry(found, url, *_common(table, place))


def template(name: str) -> Path:
    """The file of the template that [templates] calls `name`: schedules know no other. Raises UsageError."""
    file, table = _section("templates")
    path = next((path for one, path in table.items() if fold(one) == fold(name)), None)
    if not isinstance(path, str):
        raise UsageError(
            _("there is no template “{name}” for schedules in your settings{hint} Name it there: {example}").format(
                name=shorten(name), hint=did_you_mean(name, table) or _("."), example='[templates] NAME = "FILE"'
            )
        )
    return file.parent / typed_path(path)


def has_mail_server() -> bool:
    """Whether there is a table [mail]."""
    return bool(_section("mail")[1])


def mail_server() -> Mail:
    """The table [mail]. Raises UsageError where there is none or it cannot be read."""
    from tracker.schedule.deliver import SECURITY

    file, table = _section("mail")
    if not table:
        raise UsageError(
            _('mail needs a server: write [mail] with host = "…" and from = "…" into {file}').format(
                file=show(str(file)) if file != Path() else "config.toml"
            )
        )
    place = f"{show(str(file))}, [mail]"
    _require_keys(table, (*_MAIL, *_keys_of("password"), *_COMMON), place)
    host, sender = (_text(table, key, place, needed=True) for key in ("host", "from"))
    security = _text(table, "security", place) or "starttls"
    if security not in SECURITY:
        reason = not_one_of(security, SECURITY)
        raise UsageError(_("{origin}: {reason}").format(origin=f"{place}, security", reason=reason))
    port, user = table.get("port", 0), _text(table, "user", place)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise UsageError(_("{place}: port is a whole number up to 65535").format(place=place))
    password = _secret(table, "password", file, place)
    return Mail(host, sender, security, port, user, password, *_common(table, place))


# --- tables --------------------------------------------------------------------------------------------------------


def _section(key: str) -> tuple[Path, dict[str, Any]]:
    """The user's own file and its table `key`. Raises Refused where others could have written the file."""
    file = user_file()
    if file is None:
        return Path(), {}
    origin = show(str(file))
    section = parsed(file, origin).get(key, {})
    if not isinstance(section, dict):
        raise UsageError(_("{origin}: {key} is a table, [{key}]").format(origin=origin, key=key))
    if section:
        require_trusted(file)
    return file, section


def _keys_of(secret: str) -> tuple[str, ...]:
    return secret, f"{secret}_file", f"{secret}_cmd", "env"


def _require_keys(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(unknown_word(_("{place}: there is no “{word}”"), key, known, place=place))


def _text(table: Mapping[str, Any], key: str, place: str, *, needed: bool = False) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise UsageError(_('{place} needs {key} = "…"').format(place=place, key=key))
    return value


def _common(table: Mapping[str, Any], place: str) -> tuple[float, int]:
    timeout, tries = table.get("timeout", _COMMON["timeout"]), table.get("tries", _COMMON["tries"])
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout <= 600:
        raise UsageError(_("{place}: timeout is a number of seconds up to 600").format(place=place))
    if isinstance(tries, bool) or not isinstance(tries, int) or not 1 <= tries <= 10:
        raise UsageError(_("{place}: tries is a whole number from 1 to 10").format(place=place))
    return float(timeout), tries


# --- secrets -------------------------------------------------------------------------------------------------------


def _secret(table: Mapping[str, Any], key: str, file: Path, place: str) -> Secret | None:
    given = [one for one in _keys_of(key) if one in table]
    if len(given) > 1:
        raise UsageError(_("{place}: give one of {keys}, not several").format(place=place, keys=", ".join(given)))
    if not given:
        return None
    source = {key: "text", "env": "env"}.get(given[0], given[0].rpartition("_")[2])
    return Secret(source, _text(table, given[0], place, needed=True), f"{place}, {given[0]}", file)


def _require_private(file: Path) -> None:
    """Raise Refused where others than its owner can read a file that holds a secret, or could have written it."""
    try:
        others = os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077
    except OSError as error:
        raise Refused(
            _("{file} cannot be read: {reason}").format(file=show(str(file)), reason=show(error.strerror or str(error)))
        ) from None
    if others:
        raise Refused(
            _("{file} holds a secret and others may read it: chmod 600 {quoted}").format(
                file=show(str(file)), quoted=shlex.quote(show(str(file)))
            )
        )
    require_trusted(file)


def _from_file(file: Path, place: str) -> str:
    _require_private(file)
    try:
        return file.read_text("utf-8")[:_LONGEST]
    except (OSError, UnicodeDecodeError):
        raise Refused(_("{place}: {file} cannot be read as text").format(place=place, file=show(str(file)))) from None


def _from_command(command: str, place: str) -> str:
    """What a command prints; what it says on stderr may hold the secret, and is not shown."""
    try:
        done = subprocess.run(
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=True,
        )
        return done.stdout.decode()[:_LONGEST]
    except subprocess.CalledProcessError as error:
        reason = _("it ended with {code}").format(code=error.returncode)
    except subprocess.TimeoutExpired:
        reason = _("it took longer than {seconds} s").format(seconds=_COMMAND_SECONDS)
    except (OSError, UnicodeDecodeError):
        reason = _("it printed no text")
    raise Refused(_("{place}: the command gave no secret: {reason}").format(place=place, reason=reason)) from None
