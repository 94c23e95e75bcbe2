"""The figures of a project, a row a kind, currency and day from which they hold.

Kinds that add up follow the running figures of their series. A total, and the plan of one period, hold from the day
they were agreed until another one does; the plan of a year is the entry of exactly that year, else the sum of the
plans inside it that no longer plan contains.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tracker.analysis import running
from tracker.analysis.running import Series
from tracker.analysis.values import LACKING, NOT_REPORTED, WITHHELD, Entry, Value
from tracker.dates import ALWAYS, UNTIL_FURTHER, Period
from tracker.money import at_least, exactness, merged_qualifier
from tracker.vocabulary import VALID_FROM

_DAY = timedelta(days=1)
_EXACT = ("exact", "exact")


# A named tuple, as a ledger has millions of them and a frozen dataclass takes longer to make.
class Figures(NamedTuple):
    """What a kind and currency come to from `from_day` until the day before `to_day`.

    `year` is of the year of `from_day` and not reported in later ones, `month` likewise of its month. A total is in
    `cumulative`, a plan in `year`.
    """

    kind: str
    currency: str
    from_day: date
    to_day: date
    year: Value
    cumulative: Value
    month: Value


def figures(entries: Iterable[tuple[str, str, Entry]], begun: date | None) -> Iterator[Figures]:
    """The rows of one project from its entries, each with its kind and currency.

    `begun` is the first day of the first dated stage from signed on, before which nothing was completed.
    """
    by_series: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    valid: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for kind, currency, entry in entries:
        if kind in VALID_FROM:
            valid[kind].append((currency, entry))
        else:
            by_series[kind, currency].append(entry)
    for (kind, currency), own in sorted(by_series.items()):
        rows = running.timeline(own, begun)
        # As long as nothing that was said reaches back to the beginning, all that was said is a bound.
        stated_from = min((one.effective_from for one in own if one.basis == "cumulative"), default=UNTIL_FURTHER)
        # The figures of the years before the present one, added up, and of the present one.
        earlier, present = NOT_REPORTED, NOT_REPORTED
        # The days before the present year of which nobody spoke, and the last day of which somebody did.
        silent, reached, eve = tuple[Period, ...](), begun and begun - _DAY, date.min
        ends = [*(row.day for row in rows[1:]), UNTIL_FURTHER]
        for (day, year, cumulative, month), end in zip(rows, ends, strict=True):
            if day.year != eve.year + 1:
                silent += present.missing
                earlier, present, eve = _both(earlier, present), NOT_REPORTED, date(max(day.year - 1, 1), 12, 31)
            if year.state != "not_reported":
                if reached and reached < eve:
                    silent += running.months_between(reached.toordinal(), eve.toordinal())
                present, reached = year, year.to
            if cumulative.minor is None and day < stated_from:
                said = _both(earlier, present)
                if said.state in ("known", "partial"):
                    exact = at_least(said.qualifier)
                    missing = silent + present.missing
                    cumulative = Value("partial", said.minor, exact, said.availability, said.to, missing, said.entries)
            yield Figures(kind, currency, day, end, year, cumulative, month)
    for kind, pairs in sorted(valid.items()):
        yield from _valid(kind, pairs)


def _both(earlier: Value, later: Value) -> Value:
    """The sum of the figures of two spans, the unknown one where one is unknown, the only one where there is one."""
    if earlier.state == "not_reported" or later.state not in ("known", "partial", "not_reported"):
        return later
    if later.state == "not_reported" or earlier.state not in ("known", "partial"):
        return earlier
    # Not `added`, because this is asked for every row of a ledger.
    qualifiers, ids = (earlier.qualifier, later.qualifier), earlier.entries + later.entries
    return Value(
        "known",
        (earlier.minor or 0) + (later.minor or 0),
        "exact" if qualifiers == _EXACT else merged_qualifier(qualifiers),
        "estimated" if "estimated" in (earlier.availability, later.availability) else "reported",
        later.to,
        (),
        ids if earlier.entries[-1:] < later.entries[:1] else tuple(sorted({*ids})),
    )


class Family(NamedTuple):
    """The series of one kind and currency of a project, and those of its parts."""

    own: Series
    parts: tuple["Family", ...] = ()

    def year(self, day: date) -> Value:
        """The year to date: the project's own where it has one, else the sum of its parts."""
        own = self.own.year(day)
        return own if own.state != "not_reported" else _sum_of([part.year(day) for part in self.parts])

    def after(self, day: date, year_end: date) -> Value:
        """The figures reported for the days after `day` up to the end of its year, as of `year_end`."""
        own = self.own.year(year_end)
        if own.state == "not_reported":
            return _sum_of([part.after(day, year_end) for part in self.parts])
        return self.own.span(day + timedelta(days=1), own.to) if own.to and own.to > day else NOT_REPORTED

    def first_year(self) -> int | None:
        """The year of the first entry of any member."""
        years = [entry.last.year if entry.basis != "period" else entry.first.year for entry in self.own.entries]
        return min([*years, *(year for part in self.parts if (year := part.first_year()))], default=None)

    def begun(self) -> date | None:
        """The day before which nothing was completed."""
        return self.own.begun or min((day for part in self.parts if (day := part.begun())), default=None)


def _sum_of(values: Iterable[Value]) -> Value:
    """The sum of parts, at least that where some are unknown; days without a figure are left out."""
    spoken = [value for value in values if value.state != "not_reported"]
    known = [value for value in spoken if value.state in ("known", "partial")]
    if not known:
        return spoken[0] if spoken else NOT_REPORTED
    total = added(known)
    return total if len(known) == len(spoken) else total._replace(state="partial")


def family_cumulative(family: Family, as_of: date) -> Value | None:
    """What a family comes to since the beginning, as of a day, where the parent has entries of its own.

    A cumulative figure that the parent stated holds to its day, and the parts add after it; else each year is the
    parent's own where it has one, and otherwise the sum of its parts. None where a figure of the parent's is unknown,
    so that its own figure is complete.
    """
    own = family.own.cumulative(as_of)
    stated = [entry.last for entry in family.own.entries if entry.basis == "cumulative" and entry.minor is not None]
    first, begun = family.first_year(), family.begun()
    if first is None:
        return None
    values, since = list[Value](), date(first, 1, 1) - timedelta(days=1)
    if stated:
        if own.state != "known" or own.to is None:
            return None
        values.append(own)
        since = own.to
        if own.to == max(stated) and own.to < as_of:
            values.append(_sum_of([part.after(own.to, min(date(own.to.year, 12, 31), as_of)) for part in family.parts]))
            first = own.to.year + 1
            since = values[-1].to or own.to
        else:
            first = own.to.year + 1
    whole = bool(stated) or (begun is not None and begun > since)
    for year in range(first, as_of.year + 1):
        value = family.year(min(date(year, 12, 31), as_of))
        if value.state in ("lacking", "withheld"):
            if family.own.year(min(date(year, 12, 31), as_of)).state != "not_reported":
                return None
            whole = False
        if value.state in ("known", "partial"):
            # Days before the year of which nobody spoke, unless the project began later.
            whole = whole and (since == date(year - 1, 12, 31) or (begun is not None and begun > since + timedelta(1)))
            values.append(value)
            since = value.to or since
    total = _sum_of(values)
    return (
        total
        if whole and total.state == "known"
        else total._replace(state="partial")
        if total.minor is not None
        else None
    )


def added(values: Iterable[Value]) -> Value:
    """The sum of some known or partial values."""
    values = list(values)
    qualifier, availability = exactness(values)
    return Value(
        "partial" if any(value.state == "partial" for value in values) else "known",
        sum(value.minor or 0 for value in values),
        qualifier,
        availability,
        max((value.to for value in values if value.to), default=None),
        (),
        tuple(sorted({one for value in values for one in value.entries})),
    )


def _valid(kind: str, pairs: Sequence[tuple[str, Entry]]) -> Iterator[Figures]:
    """The rows of totals or plans: at each day on which one begins to hold, and for a plan each year it is of."""
    days = {entry.effective_from for _currency, entry in pairs}
    if kind == "plan":
        days |= {max(entry.effective_from, date(entry.last.year, 1, 1)) for _currency, entry in pairs}
    ordered = sorted(days)
    begun: dict[str, tuple[date, Value]] = {}
    for day in ordered:
        held = [pair for pair in pairs if pair[1].effective_from <= day]
        now = _totals(held) if kind == "total" else year_plan(held, day.year)
        for currency in sorted({*begun, *now}):
            since, value = begun.get(currency, (day, None))
            new = now.get(currency)
            if new == value and not (kind == "plan" and since.year != day.year):
                continue
            if value is not None:
                yield _row(kind, currency, since, day, value)
            if new is None:
                begun.pop(currency, None)
            else:
                begun[currency] = day, new
    for currency, (since, value) in sorted(begun.items()):
        yield _row(kind, currency, since, UNTIL_FURTHER, value)


def _row(kind: str, currency: str, since: date, until: date, value: Value) -> Figures:
    if kind == "plan":
        return Figures(kind, currency, since, until, value, NOT_REPORTED, NOT_REPORTED)
    return Figures(kind, currency, since, until, NOT_REPORTED, value, NOT_REPORTED)


def _totals(held: Sequence[tuple[str, Entry]]) -> dict[str, Value]:
    if not held:
        return {}
    currency, entry = max(held, key=lambda pair: (pair[1].effective_from, pair[1].id))
    return {currency: value_of(entry)}


def year_plan(held: Sequence[tuple[str, Entry]], year: int) -> dict[str, Value]:
    """The plan of a calendar year by currency, from the plans that hold, each with its currency."""
    return span_plan(held, date(year, 1, 1), date(year, 12, 31))


def span_plan(held: Sequence[tuple[str, Entry]], first: date, last: date) -> dict[str, Value]:
    """The plan of the days from `first` to `last` by currency: that of exactly these days, else of its parts."""
    newest: dict[tuple[date, date], tuple[str, Entry]] = {}
    for pair in sorted(held, key=lambda one: (one[1].effective_from, one[1].id)):
        newest[pair[1].first, pair[1].last] = pair
    if (first, last) in newest:
        currency, entry = newest[first, last]
        return {currency: value_of(entry)}
    inside = [pair for (begin, end), pair in newest.items() if first <= begin and end <= last]
    parts: dict[str, list[Entry]] = defaultdict(list)
    for currency, entry in inside:
        contained = any(
            other.first <= entry.first
            and entry.last <= other.last
            and (other.first, other.last) != (entry.first, entry.last)
            for _other_currency, other in inside
        )
        if not contained:
            parts[currency].append(entry)
    return {
        currency: added(map(value_of, own)) if all(entry.minor is not None for entry in own) else LACKING
        for currency, own in parts.items()
    }


def value_of(entry: Entry) -> Value:
    """The value that one entry states."""
    if entry.minor is None:
        return WITHHELD if entry.availability == "withheld" else LACKING
    to = None if entry.last == ALWAYS else entry.last
    return Value("known", entry.minor, entry.qualifier, entry.availability, to, (), (entry.id,))
