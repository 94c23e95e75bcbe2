"""A report's due days as a calendar (RFC 5545): an all-day event for each, under an identifier that stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.render import Options
from tracker.render.cells import days_text
from tracker.reports.report import Due, Report
from tracker.text import show

_LONGEST = 75  # octets of a line, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def write_calendar(report: Report, options: Options) -> str:
    """The calendar. Raises UsageError for a report without due days."""
    if report.due is None:
        raise UsageError(_("ics is a calendar of due days; {title} has none").format(title=report.title))
    return "".join(f"{line}\r\n" for content in _contents(report, report.due, options) for line in _folded(content))


def _contents(report: Report, due: tuple[Due, ...], options: Options) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tracker//milestones//EN", "CALSCALE:GREGORIAN")
    yield f"X-WR-CALNAME:{_text(report.title)}"
    for one in due:
        day = one.on.last
        yield from ("BEGIN:VEVENT", f"UID:{_text(one.uid)}", f"DTSTAMP:{_day(report.as_of)}T000000Z")
        yield f"DTSTART;VALUE=DATE:{_day(day)}"
        yield f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}"
        slip = f" ({days_text(one.late, options)})" if one.late else ""
        yield f"SUMMARY:{_text(one.title + slip)}"
        if one.on.first != one.on.last:
            yield f"DESCRIPTION:{_text(one.on.display(options.lang))}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}" if day.year >= 1000 else f"{day.year:04}{day:%m%d}"


def _text(text: str) -> str:
    return show(text, lines=True).translate(_ESCAPED)


def _folded(content: str) -> Iterator[str]:
    """The content line in pieces of at most 75 octets, none of which ends inside a character."""
    piece, room = "", _LONGEST
    for character in content:
        octets = len(character.encode())
        if octets > room:
            yield piece
            # The blank that begins a further line counts.
            piece, room = " ", _LONGEST - 1
        piece += character
        room -= octets
    yield piece
