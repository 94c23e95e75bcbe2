"""The calendar: holidays and make-up working days, typed, of China's published ones, or of a csv or ics file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.dates import Period, parse_period
from tracker.errors import InputRejected, Refused, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.cite import short_text
from tracker.ledger.store import Store
from tracker.models.calendar import CalendarDay
from tracker.text import fold, shorten
from tracker.vocabulary import DAY_KINDS

_MOST_DAYS = 366
# Names of columns, and words in the summary of an event, as published calendars have them.
_HEADINGS = {
    "day": ("day", "date", "日期", "日", "holiday_date"),
    "kind": ("kind", "type", "类型", "性质", "类别", "安排"),
    "name": ("name", "holiday", "名称", "节日", "节假日", "说明", "holiday_name"),
}
_REST = re.compile("休|放假|holiday|day off", re.IGNORECASE)
_WORK = re.compile(r"班|调休上班|补班|\bwork|make-?up", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Special:
    """One day of the calendar; `kind` is a code of DAY_KINDS."""

    day: date
    kind: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The days that are in the calendar now, and how many of them are new, changed, or were there already."""

    days: tuple[Special, ...]
    new: int
    changed: int
    same: int


def enter(store: Store, days: Iterable[Special]) -> Entered:
    """Record days, the last of several of one date; one that is there already is revised where it is another now."""
    known = {row.day: row for row in store.find(CalendarDay)}
    wanted = {one.day: one for one in days}
    new = changed = 0
    for one in wanted.values():
        facts = {"day": one.day, "kind": one.kind, "name": short_text(one.name, _("the name"))}
        row = known.get(one.day)
        if row is None:
            store.add(CalendarDay.model_validate(facts))
            new += 1
        elif row.facts() != facts:
            store.revise(row, **facts)
            changed += 1
    return Entered(tuple(wanted.values()), new, changed, len(wanted) - new - changed)


def remove(store: Store, on: Period) -> list[CalendarDay]:
    """End the days of a period. Raises Refused where none is in the calendar."""
    rows = [row for row in store.find(CalendarDay) if on.first <= row.day <= on.last]
    if not rows:
        raise Refused(_("no day of {period} is in the calendar").format(period=on))
    for row in rows:
        store.end(row)
    return rows


def days_of(on: Period, kind: str, name: str | None) -> list[Special]:
    """Every day of a period. Raises UsageError for more than a year."""
    count = (on.last - on.first).days + 1
    if count > _MOST_DAYS:
        raise UsageError(_("{period} is longer than a year").format(period=on))
    return [Special(on.first + timedelta(step), kind, name) for step in range(count)]


def china_days(years: Sequence[int]) -> list[Special]:
    """The holidays and make-up working days that China's State Council published for these years.

    Raises Refused without the extra `calendar`, and for a year that the package does not have.
    """
    try:
        from chinese_calendar.constants import Holiday, holidays, workdays
    except ImportError:
        raise Refused(
            _("the days of China come with the extra calendar: pip install 'investment-tracker[calendar]'")
        ) from None
    known = {day.year for day in holidays}
    for year in years:
        if year not in known:
            raise Refused(
                _("chinesecalendar knows the years {first} to {last}, not {year}: update it, or import a file").format(
                    first=min(known), last=max(known), year=year
                )
            )
    names = {one.value: one.chinese for one in Holiday}
    found = [
        Special(day, kind, names.get(name, name))
        for kind, days in (("holiday", holidays), ("working", workdays))
        for day, name in days.items()
        if day.year in years
    ]
    return sorted(found, key=lambda one: one.day)


def days_of_file(content: bytes, name: str, today: date) -> tuple[list[Special], int]:
    """The days of a csv or ics file, and how many events were left out because only others are marked 休 or 班.

    Raises InputRejected, naming the line, for what is no day.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    left_out = 0
    if "BEGIN:VCALENDAR" in text[:1000]:
        events = list(_events(text, name))
        marked = [one for one in events if _REST.search(one[2]) or _WORK.search(one[2])]
        left_out = len(events) - len(marked) if marked else 0
        found = _of_events(marked or events)
    else:
        found = _of_csv(text, name, today)
    if not found:
        raise InputRejected(_("{file} has no day of a calendar").format(file=name))
    return found, left_out


def _of_csv(text: str, name: str, today: date) -> list[Special]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=None)) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise InputRejected(_("{file} has no day of a calendar").format(file=name)) from None
    headings = [fold(cell) for cell in rows[0]] if rows else []
    places = {
        field: next((headings.index(word) for word in words if word in headings), None)
        for field, words in _HEADINGS.items()
    }
    if places["day"] is None or places["kind"] is None:
        raise InputRejected(
            _("{file} needs the columns day and kind (holiday or working), and may have name").format(file=name)
        )
    found: list[Special] = []
    for number, row in enumerate(rows[1:], start=2):
        day, kind, called = (
            row[place].strip() if place is not None and place < len(row) else "" for place in places.values()
        )
        try:
            found += days_of(parse_period(day, today=today), DAY_KINDS.parse(kind), called or None)
        except (ValueRefused, UsageError) as error:
            raise InputRejected(
                _("{file}, line {line}: {reason}").format(file=name, line=number, reason=error)
            ) from None
    return found


def _of_events(events: Sequence[tuple[date, date, str]]) -> list[Special]:
    return [
        Special(first + timedelta(step), "working" if _WORK.search(title) else "holiday", title.strip() or None)
        for first, last, title in events
        for step in range(min((last - first).days, _MOST_DAYS))
    ]


def _events(text: str, name: str) -> Iterator[tuple[date, date, str]]:
    """First day, the day after the last, and summary of every event."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    for block in re.findall(r"BEGIN:VEVENT(.*?)END:VEVENT", unfolded, re.DOTALL):
        days = dict(re.findall(r"(?m)^(DTSTART|DTEND)[^:\r\n]*:(\d{8})", block))
        summary = re.search(r"(?m)^SUMMARY[^:\r\n]*:(.*?)\r?$", block)
        title = re.sub(r"\\([,;\\])", r"\1", summary[1]) if summary else ""
        try:
            first = date.fromisoformat(days["DTSTART"])
            last = date.fromisoformat(days["DTEND"]) if "DTEND" in days else first + timedelta(1)
        except (KeyError, ValueError):
            raise InputRejected(
                _("{file}: an event has no day (“{title}”)").format(file=name, title=shorten(title))
            ) from None
        yield first, max(last, first + timedelta(1)), title
