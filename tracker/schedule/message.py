"""What is delivered, and what is raised where it cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import Refused
from tracker.i18n import _

MASK = "***"
_MORE = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file sent along: its name, its content, its media type such as "text/csv"."""

    name: str
    content: bytes
    media_type: str


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
