"""One delivery: a digest to one target, tried more than once, and the sentence for why it did not get there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tracker.database import Database
from tracker.errors import TrackerError
from tracker.i18n import _
from tracker.queries.schedules import ScheduleRow
from tracker.render.look import Look
from tracker.render.output import format_of, write_atomically
from tracker.schedule import delivery_config
from tracker.schedule.digest import Digest, as_file, as_markdown, as_page, as_text, attachments
from tracker.schedule.message import Message, masked
from tracker.schedule.targets import Target, file_path, require_below, stored_target

# Seconds before the second, third … try: time for a server to come up again, and not for a job to pile up on the next.
PAUSES = (2.0, 8.0, 30.0)


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """What every delivery of a run shares; `moment` is aware, in the zone of the schedule; files go below `folder`."""

    database: Database
    schedule: ScheduleRow
    moment: datetime
    look: Look
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
    data = as_file(digest, format_of(path) or context.schedule.format or "table", context.look)
    return _Attempt(lambda: write_atomically(path, data, protected=context.database.files))


def _by_mail(context: DeliveryContext, digest: Digest, target: Target) -> _Attempt:
    from tracker.schedule.mail import send

    mail = delivery_config.mail_server()
    server, message = mail.server(), _message(context, digest, target)
    return _Attempt(lambda: send(message, server, target.addresses), mail.tries, (server.password,))


def _to_entry(context: DeliveryContext, digest: Digest, target: Target) -> _Attempt:
    from tracker.schedule.chat import post

    entry = delivery_config.entry(target.place)
    url, markdown = entry.url.reveal(), as_markdown(digest, context.look)
    return _Attempt(lambda: post(digest.subject, markdown, url, entry.name, entry.timeout), entry.tries, (url,))


_ATTEMPTS = {"file": _to_file, "mail": _by_mail, "entry": _to_entry}


def _message(context: DeliveryContext, digest: Digest, target: Target) -> Message:
    place = f"{context.database}\n{target.text}".encode("utf-8", "surrogateescape")
    key = f"tracker.{context.schedule.schedule_id}.{digest.until.change}.{hashlib.sha256(place).hexdigest()[:12]}"
    return Message(
        key,
        digest.subject,
        as_text(digest, context.look),
        as_page(digest, context.look),
        context.moment.astimezone(UTC),
        attachments(digest, context.schedule.format, context.look),
    )
