"""One run of a schedule: what each target has not received yet is delivered and recorded, one run at a time.

A target is a file, an address to which mail goes over SMTP, or a named entry of the settings for a chat that apprise
knows; a secret is never part of it. A delivery is tried more than once.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shlex
import smtplib
import ssl
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from tracker.database import Database
from tracker.errors import Busy, Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import _
from tracker.queries.schedules import ScheduleRow, Watermark, last_change, since_delivered
from tracker.render import Options
from tracker.render.output import format_of, write_atomically
from tracker.schedule.digest import Attachment, Digest, as_file, as_markdown, as_page, as_text, attachments
from tracker.settings import parsed, require_trusted, user_file, user_folder
from tracker.text import clean, did_you_mean, fold, not_one_of, shorten, show, typed_path, unknown_word

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
        password = self.password.reveal() if self.password else ""
        return MailServer(self.host, self.sender, self.security, self.port, self.user, password, self.timeout)


def mail_lines() -> tuple[str, ...]:
    """What a user writes into his settings file, so that mail can be sent."""
    return (
        "[mail]",
        'host = "smtp.example.org"',
        'from = "zone@example.org"',
        'security = "starttls"      # ' + _("or tls, none"),
        'user = "zone"',
        'password_file = "~/.smtp"  # ' + _("or password, password_cmd, env"),
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


MASK = "***"
_MORE = 200


@dataclass(frozen=True, slots=True)
class Message:
    """One digest as a mail.

    `key` is the same each time the same digest is sent to the same place, so that a mailbox can tell a repetition;
    `written` is the moment in UTC.
    """

    key: str
    subject: str
    text: str
    html: str
    written: datetime
    attachments: tuple[Attachment, ...] = ()


class NotDelivered(Refused):
    """A delivery that did not happen, with the reason in a sentence that holds no secret."""


def masked(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret in it masked, as it was given and as a URL writes it."""
    from urllib.parse import quote, quote_plus

    spellings = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), quote_plus(secret))}
    # The longest first: a secret may begin with another one.
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text


def fit(text: str, most_bytes: int) -> str:
    """`text` cut after a whole line so that it takes at most `most_bytes` in UTF-8, with how many lines are left out.

    A single line beyond the limit is cut inside.
    """
    if len(text.encode()) <= most_bytes:
        return text
    lines = text.rstrip("\n").split("\n")
    kept: list[str] = []
    room = most_bytes - len(_and_more(len(lines)).encode()) - 1
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    left_out = sum(1 for line in lines[len(kept) :] if line.strip())
    if not kept:
        return lines[0].encode()[: max(0, most_bytes - _MORE)].decode(errors="ignore") + "…"
    return "\n".join([*kept, _and_more(left_out)])


def _and_more(count: int) -> str:
    return _("… and {count} more lines").format(count=count)


PLACEHOLDERS = ("date", "time", "name")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/?/")
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"/?=&%]+@[^@\s,;:<>()\[\]\\\"/?=&%]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One place: `kind` is "file", "mail" or "entry", `text` what the ledger keeps.

    `place` is the path with its placeholders, the addresses with commas between, or the name of the entry.
    """

    kind: str
    text: str
    place: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of a mail."""
        return tuple(self.place.split(","))


def read_target(text: str, entries: Iterable[str], *, folder: str, format: str | None = None) -> Target:
    """The target that a person named; `entries` are the names of the configuration.

    A relative path is meant from `folder`, the setting deliver_folder, and kept absolute. Its suffix says the format,
    unless `format` does. Raises ValueRefused for anything else, and for a URL without echoing it.
    """
    if _URL.match(text.strip()):
        raise ValueRefused(
            _(
                "a URL holds secrets and stays out of the ledger: put it into your configuration as "
                "[deliver.NAME] with url, url_file, url_cmd or env, and give --to NAME"
            )
        )
    target = clean(text, _("the target"))
    if target.lower().startswith("mailto:"):
        return _mail(target)
    if name := next((name for name in entries if fold(name) == fold(target)), None):
        return Target("entry", name, name)
    if "/" not in target and not Path(target).suffix:
        known = list(entries)
        hint = did_you_mean(target, known) or _(".")
        raise ValueRefused(
            _(
                "“{target}” is neither a file nor an entry [deliver.{target}] of the configuration{hint}"
                " A file has a suffix: digest-{{date}}.html"
            ).format(target=shorten(target), hint=hint)
        )
    _require_placeholders(target)
    # Braces in the folder's own name are no placeholders.
    path = Path(folder.replace("{", "{{").replace("}", "}}")).absolute() / typed_path(target)
    if format is None and format_of(path) is None:
        raise ValueRefused(
            _("the suffix of “{path}” names no format: choose one such as .txt or .csv, or give --format").format(
                path=shorten(target)
            )
        )
    return Target("file", str(path), str(path))


def stored_target(text: str) -> Target:
    """The target that the ledger keeps as `text`."""
    if text.startswith("mailto:"):
        return Target("mail", text, text.removeprefix("mailto:"))
    return Target("file" if Path(text).is_absolute() else "entry", text, text)


def file_path(target: Target, name: str, moment: datetime) -> Path:
    """The file of a "file" target for the schedule `name` at `moment`, which is in the zone of the schedule."""
    _require_placeholders(target.place)
    values = {"date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H%M}", "name": name}
    return Path(target.place.format_map(values))


def require_below(path: Path, folder: str) -> None:
    """Raise Refused unless `path` lies below `folder`, links followed, and the folder that is to hold it is there.

    Whoever may write the ledger says where a schedule is delivered; whoever runs it says what may be written to.
    """
    if not folder:
        raise Refused(
            _("{path} is not written: schedules write below one folder, name it: {command}").format(
                path=show(str(path)), command="tracker config set deliver_folder FOLDER"
            )
        )
    if not path.resolve().is_relative_to(Path(folder).resolve()):
        raise Refused(
            _("{path} is not written: it is not below {folder}, the deliver_folder of your settings").format(
                path=show(str(path)), folder=show(folder)
            )
        )
    if not path.parent.is_dir():
        raise Refused(
            _("{path} is not written: the folder {folder} does not exist, create it first").format(
                path=show(str(path)), folder=show(str(path.parent))
            )
        )


def _mail(target: str) -> Target:
    addresses = [one.strip() for one in target[len("mailto:") :].split(",")]
    for one in addresses:
        if not _ADDRESS.fullmatch(one):
            raise ValueRefused(
                _("“{text}” is not a mail address: write mailto:zone@example.org, several with commas").format(
                    text=shorten(one)
                )
            )
    place = ",".join(addresses)
    return Target("mail", f"mailto:{place}", place)


def _require_placeholders(target: str) -> None:
    braced = [f"{{{name}}}" for name in PLACEHOLDERS]
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(target)]
    except ValueError:
        raise ValueRefused(
            _("“{path}”: write {{{{ for a brace that is not one of {known}").format(
                path=shorten(target), known=_(", ").join(braced)
            )
        ) from None
    for name, spec, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            sentence = _("“{path}”: there is no {{{word}}}")
            raise ValueRefused(unknown_word(sentence, name, braced, near=PLACEHOLDERS, path=shorten(target)))


# Beyond this the reader closed the output a telephone, whatever the service would take.
MOST_BYTES = 30_000


def require_apprise() -> None:
    """Raise Refused where the extra that delivers to chats is not installed."""
    if find_spec("apprise") is None:
        raise Refused(_("delivering to a chat needs apprise: pip install 'investment-tracker[notify]'"))


def post(subject: str, markdown: str, url: str, name: str, timeout: float = 30.0) -> None:
    """Send `markdown` to the service at `url`, which sentences call `name`: the URL itself holds the secret.

    Raises NotDelivered where the service does not take it within `timeout` seconds, UsageError for an invalid URL.
    """
    service = _service(url)
    import apprise

    if service is None:
        raise UsageError(_("apprise does not know the url of “{name}”").format(name=name))
    service.socket_connect_timeout = service.socket_read_timeout = timeout
    # Services count characters or bytes; bytes are never fewer.
    body = fit(markdown, min(service.body_maxlen - len(subject.encode()) - 8, MOST_BYTES))
    sender = apprise.Apprise()
    sender.add(service)
    try:
        taken = sender.notify(body=body, title=subject, body_format=apprise.NotifyFormat.MARKDOWN)
    except Exception as error:  # a plug-in of somebody else's; what it says may hold the URL
        raise NotDelivered(
            _("“{name}”: {reason} while sending").format(name=name, reason=type(error).__name__)
        ) from None
    if not taken:
        raise NotDelivered(_("“{name}”: the service did not take it").format(name=name))


def _service(url: str):  # type: ignore[no-untyped-def]  # apprise's own types are not exported in a stable place
    require_apprise()
    # It tells the URL in its warnings, and logging without a handler writes warnings to stderr.
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    logging.getLogger("apprise").propagate = False
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True)


SECURITY = ("none", "starttls", "tls")
_PORTS = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over and for whom; `security` is one of SECURITY, `timeout` in seconds for each answer."""

    host: str
    sender: str
    security: str = "starttls"
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0

    @property
    def place(self) -> str:
        """Host and port, as a sentence names them."""
        return f"{self.host}:{self.port or _PORTS[self.security]}"


def compose(message: Message, sender: str, to: Sequence[str]) -> EmailMessage:
    """The mail that carries `message`. Raises UsageError for an invalid address."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"], mail["To"] = sender, ", ".join(to)
        domain = mail["From"].addresses[0].domain
    except (ValueError, IndexError) as error:
        raise UsageError(
            _("“{sender}” and “{to}” must be mail addresses, such as zone@example.org").format(
                sender=shorten(sender), to=shorten(", ".join(to))
            )
        ) from error
    # A header that is folded between Chinese words loses the blanks there, and no other ones.
    blank = "\u00a0" if any(letter > "\u2fff" for letter in message.subject) else " "
    mail["Subject"] = blank.join(message.subject.split())
    mail["Date"] = format_datetime(message.written)
    # The same digest has the same id: a mailbox keeps one where a broken connection made us send it twice.
    mail["Message-ID"] = f"<{message.key}@{domain or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    for attached in message.attachments:
        main, sub = attached.media_type.split("/", 1)
        mail.add_attachment(attached.content, maintype=main, subtype=sub, filename=attached.name)
    return mail


def send(message: Message, server: MailServer, to: Sequence[str]) -> None:
    """Hand `message` over for every address of `to`.

    Raises NotDelivered, with the reason and no secret, unless the server took it for all of them.
    """
    mail = compose(message, server.sender, to)
    try:
        with closing(_connected(server)) as connection:
            refused = _hand_over(mail, connection, server, to)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        reason = masked(show(_reason(error)), (server.password,))
        raise NotDelivered(
            _("mail through {place}: {reason}").format(place=show(server.place), reason=reason)
        ) from None
    if refused:
        who = ", ".join(map(shorten, refused))
        raise NotDelivered(_("mail through {place}: refused for {who}").format(place=show(server.place), who=who))


def _connected(server: MailServer) -> smtplib.SMTP:
    port = server.port or _PORTS[server.security]
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, port, timeout=server.timeout, context=ssl.create_default_context())
    return smtplib.SMTP(server.host, port, timeout=server.timeout)


def _hand_over(
    mail: EmailMessage, connection: smtplib.SMTP, server: MailServer, to: Sequence[str]
) -> Mapping[str, object]:
    """The addresses that were refused while others were taken."""
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)
    refused = connection.send_message(mail, to_addrs=list(to))
    # The mail is taken: a farewell that fails does not take it back.
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    return refused


def _reason(error: Exception) -> str:
    """What went wrong, in the words of the server or of the system."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return _("the server refuses user and password")
        case smtplib.SMTPRecipientsRefused():
            return _("refused for {who}").format(who=", ".join(map(shorten, error.recipients)))
        case smtplib.SMTPResponseException():
            answer = error.smtp_error
            text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
            return f"{error.smtp_code} {shorten(text)}"
        case TimeoutError():
            return _("no answer in time")
        case OSError() if error.strerror:
            return error.strerror
    return str(error) or type(error).__name__


# Seconds before the second, third … try: time for a server to come up again, and not for a job to pile up on the next.
PAUSES = (2.0, 8.0, 30.0)


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """What every delivery of a run shares; `moment` is aware, in the zone of the schedule; files go below `folder`."""

    database: Database
    schedule: ScheduleRow
    moment: datetime
    options: Options
    folder: str


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How to deliver once, how often to try, and what must not stand in a sentence."""

    send: Callable[[], None]
    tries: int = 1
    secrets: tuple[str, ...] = ()


def deliver(context: DeliveryContext, digest: Digest, text: str) -> str | None:
    """Deliver to the target that the ledger keeps as `text`; None once it is there, else why it is not, in a sentence.

    What the settings, a server, a library or the disk refuse is such a sentence, without any secret: one target that
    fails keeps nothing from the others.
    """
    secrets: tuple[str, ...] = ()
    try:
        attempt = _ATTEMPTS[(target := stored_target(text)).kind](context, digest, target)
        secrets = attempt.secrets
        for pause in PAUSES[: attempt.tries - 1]:
            try:
                attempt.send()
                return None
            except TrackerError:
                time.sleep(pause)
        attempt.send()
    except TrackerError as error:
        return masked(str(error), secrets)
    except Exception as error:  # what a library says may hold a secret
        return _("a bug: {kind}").format(kind=type(error).__name__)
    return None


def _to_file(context: DeliveryContext, digest: Digest, target: Target) -> _Attempt:
    path = file_path(target, context.schedule.name, context.moment)
    require_below(path, context.folder)
    data = as_file(digest, format_of(path) or context.schedule.format or "table", context.options)
    return _Attempt(lambda: write_atomically(path, data, protected=context.database.files))


def _by_mail(context: DeliveryContext, digest: Digest, target: Target) -> _Attempt:
    mail = mail_server()
    server = mail.server()
    place = f"{context.database}\n{target.text}".encode("utf-8", "surrogateescape")
    message = Message(
        f"tracker.{context.schedule.schedule_id}.{digest.until.change}.{hashlib.sha256(place).hexdigest()[:12]}",
        digest.subject,
        as_text(digest, context.options),
        as_page(digest, context.options, mail=True),
        context.moment.astimezone(UTC),
        attachments(digest, context.schedule.format, context.options),
    )
    return _Attempt(lambda: send(message, server, target.addresses), mail.tries, (server.password,))


def _to_entry(context: DeliveryContext, digest: Digest, target: Target) -> _Attempt:
    found = entry(target.place)
    url, markdown = found.url.reveal(), as_markdown(digest, context.options)
    return _Attempt(lambda: post(digest.subject, markdown, url, found.name, found.timeout), found.tries, (url,))


_ATTEMPTS = {"file": _to_file, "mail": _by_mail, "entry": _to_entry}


# --- a run of a schedule -----------------------------------------------------------------------------------------

_PRIVATE = 0o600


def lock_folder() -> Path:
    """Where locks lie. Raises Refused for a user without a home folder."""
    path = user_folder("XDG_STATE_HOME")
    if path is None:
        raise Refused(_("there is no home folder to keep a lock in: set HOME or XDG_STATE_HOME"))
    return path / "locks"


@contextmanager
def only_one(folder: Path, database: str, name: str) -> Iterator[None]:
    """Hold the lock of schedule `name` of `database` (its path or URL) while the block runs.

    The lock is on an open descriptor of a file in `folder`, which stays there and means nothing by itself. Raises Busy
    where another process holds it, Refused where the file cannot be opened. It works on one machine, for one user.
    """
    digest = hashlib.sha256(f"{database}\n{name}".encode("utf-8", "surrogateescape")).hexdigest()
    path = folder / f"{digest[:32]}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A planted link is not followed; the descriptor is closed for programs that are started meanwhile.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
    except OSError as error:
        raise Refused(
            _("the lock of “{name}” cannot be taken in {folder}: {reason}").format(
                name=show(name), folder=show(str(folder)), reason=show(error.strerror or str(error))
            )
        ) from error
    try:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sentence = _("another run of “{name}” is under way; this one leaves it alone")
            raise Busy(sentence.format(name=show(name))) from None
        yield
    finally:
        os.close(descriptor)


OUTPUT = "-"  # the target of a schedule that was given none: the run's own output, which cron mails


class WriteOut(Protocol):
    """Writes data to the program's own output; what is no `text` not onto a terminal."""

    def __call__(self, chunks: Iterable[bytes], *, text: bool = False) -> None:
        """Write the chunks."""


# The digest of the changes after the first watermark up to the second.
Make = Callable[[Watermark, Watermark], Digest]


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The delivery to one target: `error` is the reason of a failure, `silent`: there was nothing to deliver."""

    target: str
    since: Watermark
    silent: bool = False
    failed: bool = False
    error: str | None = None

    @property
    def result(self) -> str:
        """The word of the record."""
        return "failed" if self.failed or self.error else "empty" if self.silent else "delivered"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run: the delivery to every target, up to which change; `error` is why there was no digest at all."""

    results: tuple[DeliveryResult, ...]
    until: Watermark
    error: str | None = None

    @property
    def result(self) -> str:
        """The word of the record: delivered, partial, failed or empty."""
        words = {one.result for one in self.results}
        if "failed" not in words:
            return "delivered" if "delivered" in words else "empty"
        return "partial" if "delivered" in words else "failed"

    @property
    def delivered(self) -> tuple[str, ...]:
        """The targets with a delivery, the run's own output left out."""
        return tuple(one.target for one in self.results if one.result == "delivered" and one.target != OUTPUT)

    @property
    def failures(self) -> tuple[str, ...]:
        """The reasons of failed deliveries, a sentence each."""
        if self.error:
            return (self.error,)
        return tuple(
            one.error if one.target == OUTPUT else f"{one.target}: {one.error}" for one in self.results if one.error
        )


def preview(context: DeliveryContext, make: Make) -> tuple[str, ...]:
    """The digests a run would deliver now, as text, one for each beginning its targets are at; nothing moves."""
    windows, until = _windows(context.database, context.schedule)
    beginnings = {since.change: since for _target, since in windows}
    return tuple(as_text(make(since, until), context.options) for since in beginnings.values())


def run(context: DeliveryContext, make: Make, write_out: WriteOut, *, always: bool) -> Outcome:
    """Deliver to every target what it has not received yet, and record it; a failed target does not stop the others.

    A digest is delivered at least once: where the program dies between a delivery and its record, the next run tells
    that target the same again.
    """
    from tracker.ledger.schedules import Delivered, RunRecord, record_run

    begun = time.monotonic()
    windows, until = _windows(context.database, context.schedule)
    try:
        digests = {since.change: make(since, until) for _target, since in windows}
    except TrackerError as error:
        outcome = Outcome(
            tuple(DeliveryResult(target, since, failed=True) for target, since in windows), until, str(error)
        )
    else:
        results = (_tell(context, target, since, digests[since.change], write_out, always) for target, since in windows)
        outcome = Outcome(tuple(results), until)
    first = min((since for _target, since in windows), key=lambda since: since.change)
    started = context.moment.astimezone(UTC)
    record = RunRecord(
        schedule=context.schedule.schedule_id,
        started=started,
        finished=started + timedelta(seconds=time.monotonic() - begun),
        result=outcome.result,
        from_change=first.change,
        from_at=first.at,
        until_change=until.change,
        until_at=until.at or started,
        deliveries=tuple(
            Delivered(one.target, one.result, one.since.change, until.change, one.error) for one in outcome.results
        ),
        error="; ".join(outcome.failures) or None,
    )
    record_run(context.database, record)
    return outcome


def _windows(database: Database, schedule: ScheduleRow) -> tuple[list[tuple[str, Watermark]], Watermark]:
    """Each target with the change of its last delivery, and the change of the delivery of this run."""
    with database.reading() as reader:
        until = last_change(reader)
        found = schedule.target_lines or (OUTPUT,)
        return [(target, since_delivered(reader, schedule.schedule_id, target)) for target in found], until


def _tell(
    context: DeliveryContext, target: str, since: Watermark, digest: Digest, write_out: WriteOut, always: bool
) -> DeliveryResult:
    if digest.silent and not always:
        return DeliveryResult(target, since, silent=True)
    if target != OUTPUT:
        return DeliveryResult(target, since, error=deliver(context, digest, target))
    format = context.schedule.format or "table"
    try:
        write_out([as_file(digest, format, context.options, to_file=False)], text=format != "xlsx")
    except TrackerError as error:
        return DeliveryResult(target, since, error=str(error))
    except BrokenPipeError:
        return DeliveryResult(target, since, error=_("the reader closed the output"))
    return DeliveryResult(target, since)
