"""The user's crontab: one marked block for each database, every other byte of it left alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.errors import Refused
from tracker.i18n import _
from tracker.schedule.jobs import Job
from tracker.text import shorten, show

_BEGIN, _END = "# >>> tracker schedules of ", "# <<< tracker schedules of "
# Says that the line before the block had no end until the block came.
_JOINED = "# >>> tracker schedules (line ended here) of "
_NOTE = (
    "# Written by: tracker schedule install. What you change here is lost; remove it with: tracker schedule uninstall"
)
_SECONDS = 30


class Unreadable(Refused):
    """The crontab cannot be read or written here."""


@dataclass(frozen=True, slots=True)
class Block:
    """The block of one database in a crontab: the bytes before, inside and after it."""

    before: bytes
    lines: tuple[bytes, ...]
    after: bytes
    joined: bool = False


# --- lines ---------------------------------------------------------------------------------------------------------


def line(job: Job) -> bytes:
    """The line that starts `job`, with everything it needs in it.

    It is one command to /usr/bin/env, so that it means the same in whatever shell the crontab asks for.
    """
    words = ("/usr/bin/env", *(f"{name}={value}" for name, value in job.environment), *job.words)
    command = " ".join(map(quoted, words))
    if job.folder is not None:
        command = f"cd {quoted(job.folder)} && {command}"
    return os.fsencode(f"{job.when.line} " + command.replace("%", r"\%"))


def quoted(word: str) -> str:
    """The word as every shell reads it back, also after cron has looked at its backslashes.

    Cron takes a backslash before a % (and some before another backslash) away: no two meet, and none meets a %.
    """
    if word and all(letter.isascii() and (letter.isalnum() or letter in "@_+=:,./-") for letter in word):
        return word
    return "'" + word.replace("'", "'\"'\"'").replace("\\", "\\''") + "'"


# --- the block -----------------------------------------------------------------------------------------------------


def find_block(crontab: bytes, place: str) -> Block | None:
    """The block of the database `place`, None where there is none.

    Raises Refused where it is damaged: a marker is missing, doubled, or out of order.
    """
    lines = _split(crontab)
    names = [one.rstrip(b"\r\n") for one in lines]
    begin = [number for number, name in enumerate(names) if name in (_marker(_BEGIN, place), _marker(_JOINED, place))]
    end = [number for number, name in enumerate(names) if name == _marker(_END, place)]
    if not begin and not end:
        return None
    if len(begin) != 1 or len(end) != 1 or begin[0] > end[0]:
        raise Refused(
            _(
                "the block of {place} in your crontab is damaged and is left alone: its first and last line must be"
                " there once each; mend it with crontab -e, or delete what is left of it and install again"
            ).format(place=show(place))
        )
    first, last = begin[0], end[0]
    inside = tuple(name for name in names[first + 1 : last] if name and not name.startswith(b"#"))
    return Block(b"".join(lines[:first]), inside, b"".join(lines[last + 1 :]), names[first] == _marker(_JOINED, place))


def with_block(crontab: bytes, place: str, found: Sequence[Job]) -> bytes:
    """The crontab with the block of `place` holding `found`; without jobs there is no block. Raises Refused."""
    if not found:
        return without_block(crontab, place)
    block = find_block(crontab, place)
    if block is None:
        joined = bool(crontab) and not crontab.endswith(b"\n")
        block = Block(crontab + b"\n" * joined, (), b"", joined)
    head = _marker(_JOINED if block.joined else _BEGIN, place)
    inside = (head, _NOTE.encode(), *(line(job) for job in found), _marker(_END, place))
    return block.before + b"".join(one + b"\n" for one in inside) + block.after


def without_block(crontab: bytes, place: str) -> bytes:
    """The crontab as it was before the block of `place` came. Raises Refused where that is damaged."""
    block = find_block(crontab, place)
    if block is None:
        return crontab
    if block.joined and not block.after:
        return block.before.removesuffix(b"\n")
    return block.before + block.after


def names_zone(crontab: bytes) -> bool:
    """Whether a line sets CRON_TZ, which some crons keep to and Debian's does not."""
    return re.search(rb"(?m)^[ \t]*CRON_TZ[ \t]*=", crontab) is not None


def unmailed(crontab: bytes, place: str) -> str | None:
    """Why cron mails nobody what the jobs of `place` print, in a sentence; None where it does."""
    block = find_block(crontab, place)
    named = re.findall(rb"(?m)^[ \t]*MAILTO[ \t]*=[ \t]*(.*?)[ \t\r]*$", block.before if block else crontab)
    if named and not named[-1].strip(b"\"'"):
        return _("MAILTO is empty in your crontab, so nobody gets what a schedule prints: give it a target with --to")
    if shutil.which("sendmail", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib") is None:
        return _(
            "this machine has no mailer (sendmail), so nobody gets what a schedule prints: give it a target with --to"
        )
    return None


def scheduled_names(block: Block) -> dict[str, bytes]:
    """The schedules that a block starts, each with its line."""
    import shlex

    found = {}
    for one in block.lines:
        try:
            words = shlex.split(os.fsdecode(one).replace(r"\%", "%"))
            found[words[words.index("run", words.index("schedule")) + 1]] = one
        except (ValueError, IndexError):
            continue
    return found


def _split(crontab: bytes) -> list[bytes]:
    """Lines that end with a line feed alone: cron knows no other end."""
    return [one + b"\n" for one in crontab.split(b"\n")[:-1]] + [one for one in crontab.split(b"\n")[-1:] if one]


def _marker(head: str, place: str) -> bytes:
    return os.fsencode(head + place)


# --- the command ---------------------------------------------------------------------------------------------------


def read_crontab() -> bytes:
    """The user's crontab, empty where there is none yet. Raises Unreadable, with what to do instead."""
    done = _call("-l")
    if done.returncode and b"no crontab" not in done.stderr.lower():
        raise Unreadable(_("your crontab cannot be read: {reason}").format(reason=_reason(done.stderr)))
    return b"" if done.returncode else done.stdout


def write_crontab(crontab: bytes) -> None:
    """Put a crontab in place of the user's; cron keeps the old one where it does not take it. Raises Unreadable."""
    done = _call("-", content=crontab)
    if done.returncode:
        raise Unreadable(_("cron did not take the new crontab: {reason}").format(reason=_reason(done.stderr)))
    if read_crontab() != crontab:
        raise Unreadable(_("cron keeps another crontab than it was given; look at it with: crontab -l"))


def _call(word: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["crontab", word],
            input=content,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # Its sentences are looked at; nothing else of its environment changes.
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise Unreadable(
            _(
                "there is no crontab command here: take the lines from tracker schedule install --print, or --print-as"
                " systemd"
            )
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreadable(_("the crontab command cannot be used: {reason}").format(reason=show(str(error)))) from None


def _reason(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return shorten(lines[-1] if lines else _("it does not say why"), 200)
