"""Digests by mail: plain text and tables of HTML side by side, files attached, over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.schedule.message import Message, NotDelivered, masked
from tracker.text import shorten, show

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
    """The mail that carries `message`. Raises UsageError for an address that is none."""
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
    mail["Subject"] = " ".join(message.subject.split())
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
            said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
            return f"{error.smtp_code} {shorten(said)}"
        case TimeoutError():
            return _("no answer in time")
        case OSError() if error.strerror:
            return error.strerror
    return str(error) or type(error).__name__
