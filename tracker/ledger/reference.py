"""Reference data of a ledger: exchange rates, days of the calendar, maps of files, closed months."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from itertools import product
from typing import Any

from tracker.currencies import fold as fold_number
from tracker.dates import Period, Precision, parse_period
from tracker.errors import InputRejected, Refused, UsageError, ValueRefused
from tracker.i18n import _, language
from tracker.ledger.citation import Citation, long_text, require_currency, require_past, short_text
from tracker.ledger.store import Store
from tracker.models.reference import CalendarDay, ExchangeRate, ImportMap, MonthClose
from tracker.text import LONGEST_CODE, clean, command_line, fold, pick, shorten
from tracker.vocabulary import DAY_KINDS

_RATE = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,12}))?")


@dataclass(frozen=True, slots=True)
class NewRate:
    """One unit of `base` is `rate` units of `counter` on a day; `rate` is an exact decimal text."""

    base: str
    counter: str
    on: date
    rate: str

    @property
    def pair(self) -> str:
        """Both currencies: "USD/CNY"."""
        return f"{self.base}/{self.counter}"


@dataclass(frozen=True, slots=True)
class RateSet:
    """The rate that was recorded, and the one of that day before (None: it is the first)."""

    row: ExchangeRate
    was: str | None = None


@dataclass(frozen=True, slots=True)
class RatesImported:
    """How many rates were recorded, were recorded already, and differ from the recorded ones, which were kept."""

    added: int
    same: int
    differing: int


def set_rate(store: Store, new: NewRate, why: str | None, cite: Citation) -> RateSet:
    """Record the rate of a day.

    Raises Refused for a day in the future and for another rate of that day without `why`; ValueRefused for a rate that
    is no positive decimal; UsageError for a pair of one currency.
    """
    facts = facts_of(new, store.today)
    rows = store.find(ExchangeRate, base=new.base, counter=new.counter, on_day=new.on)
    for row in store.find(ExchangeRate, base=new.counter, counter=new.base, on_day=new.on):
        require_reciprocal(row, new)
    if not rows:
        return RateSet(store.add(ExchangeRate.model_validate(facts | cite.columns())))
    reason = long_text(why, _("reason"))
    if reason is None:
        raise Refused(
            _("{pair} of {day} is {rate} already; to change it, give a reason with --why").format(
                pair=new.pair, day=Period.day(new.on), rate=rows[0].rate
            )
        )
    was = rows[0].rate
    return RateSet(store.revise(rows[0], **facts | cite.columns() | {"note": reason}), was)


def import_rates(store: Store, found: Iterable[NewRate], cite: Citation) -> RatesImported:
    """Record the rates that are not there yet; a recorded rate is kept, also where it differs."""
    present = {(row.base, row.counter, row.on_day): row.rate for row in store.find(ExchangeRate)}
    added = same = differing = 0
    for new in found:
        facts = facts_of(new, store.today)
        old = present.get((new.base, new.counter, new.on))
        if old is None:
            store.add(ExchangeRate.model_validate(facts | cite.columns()))
            added += 1
        elif Fraction(old) == Fraction(new.rate):
            same += 1
        else:
            differing += 1
    return RatesImported(added, same, differing)


def parse_rate(text: str) -> str:
    """A positive rate as the ledger keeps it: "6.9646". Raises ValueRefused for anything else."""
    found = _RATE.fullmatch(fold_number(text))
    if found is None or Fraction(found[0]) == 0:
        raise ValueRefused(
            _("“{text}” is not a rate: write a positive number with at most 12 decimals, like 6.9646").format(
                text=shorten(text)
            )
        )
    whole, decimals = found[1].lstrip("0") or "0", (found[2] or "").rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def facts_of(new: NewRate, today: date) -> dict[str, object]:
    """The columns of a rate. Raises ValueRefused, UsageError or Refused where it cannot be."""
    for code in (new.base, new.counter):
        require_currency(code)
    if new.base == new.counter:
        raise UsageError(_("a rate is between two currencies, not {base} and itself").format(base=new.base))
    require_past(new.on, today)
    return {"base": new.base, "counter": new.counter, "on_day": new.on, "rate": parse_rate(new.rate)}


def require_reciprocal(row: ExchangeRate, new: NewRate) -> None:
    """Raise Refused where `row`, the pair the other way round, differs by more than a tenth: a slip of the pen."""
    product = Fraction(row.rate) * Fraction(parse_rate(new.rate))
    if not Fraction(9, 10) < product < Fraction(11, 10):
        raise Refused(
            _("1 {counter} = {rate} {base} is recorded for {day}: this is not its reverse").format(
                counter=new.counter, rate=row.rate, base=new.base, day=Period.day(new.on)
            )
        )


SOURCE = "European Central Bank, euro foreign exchange reference rates"
# A rate between two currencies other than the euro is a quotient; the ledger keeps this many decimals of it.
DECIMALS = 10


def ecb_rates(bases: Iterable[str], counter: str, since: date, until: date) -> list[NewRate]:
    """What one unit of each of `bases` was worth in `counter`, on the days from `since` to `until` that have a rate.

    No rate is made up for weekends and holidays. A pair without the euro is worked out over it, rounded half to even to
    ten decimals. Raises Refused without the package, ValueRefused for a currency it has not.
    """
    try:
        package = import_module("currency_converter")
    except ImportError:
        raise Refused(_("this needs the extra: pip install 'investment-tracker[fx]'")) from None
    reference = package.CurrencyConverter(decimal=True, fallback_on_missing_rate=False, fallback_on_wrong_date=False)
    wanted = list(dict.fromkeys(code for code in bases if code != counter))
    for code in (counter, *wanted):
        if code not in reference.currencies:
            raise ValueRefused(_("the European Central Bank gives no rate of {code}").format(code=code))
    days = [since + timedelta(days=offset) for offset in range((until - since).days + 1)]
    found = []
    for base, day in product(wanted, days):
        of_base, of_counter = _of_euro(reference, base, day), _of_euro(reference, counter, day)
        if of_base is not None and of_counter is not None:
            scaled = round(Fraction(of_counter) / Fraction(of_base) * 10**DECIMALS)
            rate = f"{scaled // 10**DECIMALS}.{scaled % 10**DECIMALS:0{DECIMALS}d}"
            found.append(NewRate(base, counter, day, rate))
    return found


def _of_euro(reference: Any, code: str, day: date) -> Decimal | None:
    """What one euro was worth in `code`; None on a day without a rate."""
    if code == "EUR":
        return Decimal(1)
    try:
        found: Decimal = reference.convert(1, "EUR", code, date=day)
    except Exception as error:
        # By name, because the class is the package's own.
        if type(error).__name__ == "RateNotFoundError":
            return None
        raise
    return found


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
        found = [
            Special(first + timedelta(step), "working" if _WORK.search(title) else "holiday", title.strip() or None)
            for first, last, title in marked or events
            for step in range(min((last - first).days, _MOST_DAYS))
        ]
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


LONGEST_MAP = 200_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """A map, and whether it is "new", "changed" or the "same" as before."""

    row: ImportMap
    outcome: str


def remember(store: Store, name: str, headings: Sequence[str], text: str) -> Remembered:
    """Keep a map for files with these headings, in the place of the one there is, which keeps its name.

    A name that another map has gets a number. Raises ValueRefused for a text that may not be kept.
    """
    facts = {
        "headings": "\n".join(" ".join(heading.split()) for heading in headings),
        "text": clean(text, _("the map"), longest=LONGEST_MAP, lines=True),
    }
    maps = list(store.find(ImportMap))
    layout = layout_of(headings)
    for row in maps:
        if layout_of(row.headings.split("\n")) == layout:
            same = row.text == facts["text"]
            return Remembered(row, "same") if same else Remembered(store.revise(row, **facts), "changed")
    wanted, taken = clean(name, _("the name"))[: LONGEST_CODE - 4], {fold(row.name) for row in maps}
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(maps) + 2))
    free = next(name for name in numbered if fold(name) not in taken)
    return Remembered(store.add(ImportMap.model_validate(facts | {"name": free})), "new")


def forget(store: Store, name: str) -> ImportMap:
    """End a map. Raises UsageError, with the closest name, where there is none of this name."""
    row = pick(name, [((one.name,), one) for one in store.find(ImportMap)], _("map of a file"))
    store.end(row)
    return row


# The months and years of a heading, which the next file has others of: 9月完成 in September is 10月完成 in October.
_TIMES = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-/–](?:[0-9]{4}|[0-9]{2}))?|[0-9]{1,2}(?:[-–~至到][0-9]{1,2})?(?=月)|q[1-4]"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*[-']?[0-9]{2,4}|[一二三四](?=季度)"
)


def heading_key(heading: str) -> str:
    """What a heading is compared by."""
    return "".join(fold(heading).split())


def timeless(heading: str) -> str:
    """A heading without the times in it."""
    return _TIMES.sub("#", heading_key(heading))


def layout_of(headings: Sequence[str]) -> tuple[str, ...]:
    """What two files of one layout have in common: their headings, in any order, but for the times in them."""
    return tuple(sorted(map(timeless, headings)))


def require_month(month: Period) -> None:
    """Raise ValueRefused for days that are not those of one month."""
    if month.precision is not Precision.MONTH:
        raise ValueRefused(_("“{text}” is not a month: write it like 2023-08").format(text=month.display(language())))


def require_over(month: Period, today: date) -> None:
    """Raise Refused for a month that has not ended."""
    if month.last >= today:
        raise Refused(
            _("{month} has not ended: it can be closed after {day}").format(
                month=month.display(language()), day=Period.day(month.last)
            )
        )


def close(store: Store, month: Period, note: str | None) -> MonthClose:
    """Close a month. Raises Refused where it has not ended, or is closed."""
    require_month(month)
    require_over(month, store.today)
    if found := store.first(MonthClose, last_day=month.last):
        raise Refused(
            _("{month} is closed since change {change}; to close it anew: {command}").format(
                month=month.display(language()),
                change=found.recorded_from,
                command=command_line("month reopen {iso}", iso=month.iso()),
            )
        )
    return store.add(MonthClose(last_day=month.last, note=long_text(note, _("the note"))))


def reopen(store: Store, month: Period, why: str | None) -> MonthClose:
    """Open a month again, for a reason. Raises Refused where it is not closed."""
    require_month(month)
    found = store.first(MonthClose, last_day=month.last)
    if found is None:
        raise Refused(_("{month} is not closed").format(month=month.display(language())))
    store.change.reason = long_text(why, _("reason"))
    store.end(found)
    return found
