"""The running figures of one series (a project, a kind, a currency), derived from its entries as they were reported.

An entry is an edge between the ends of two days: a period from the eve of its first day to its last day, a
year-to-date figure from 31 December, a cumulative figure from the beginning. A span is known exactly where known edges
connect its two ends, adding and subtracting along the way. A figure that was not reported is never zero. Where two
ways lead to one value, an order of precedence decides, and the disagreement is named.

A day-end is written as the ordinal of its day. Amounts are whole minor units of one currency. Totals and plans are not
running figures, and nothing here applies to them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from tracker.analysis.values import LACKING, NOT_REPORTED, WITHHELD, Entry, Value
from tracker.dates import Period, month_end

# The day-end before all others, and the last one.
BEGINNING = 0
END = date.max.toordinal()

YEAR_TO_DATE, CUMULATIVE, PERIOD, CROSSING, INSTALMENT = range(5)
RUNNING = (YEAR_TO_DATE, CUMULATIVE)

# How exact an amount is, one bit for each word, so that a sum is as exact as all its parts together.
OVER, AT_MOST, NEARLY, ABOUT, ESTIMATED = 1, 2, 4, 8, 16
_BITS = {"exact": 0, "over": OVER, "at_most": AT_MOST, "nearly": NEARLY, "about": ABOUT}
# Bounds that point both ways, or nearly beside a bound, are about.
_WORDS = tuple(
    {0: "exact", OVER: "over", AT_MOST: "at_most", NEARLY: "nearly"}.get(bits, "about") for bits in range(16)
)
# The negative of a figure: its bound turns round; nearly says too little of its other side to be a bound.
_NEGATIVE = {"exact": 0, "over": AT_MOST, "at_most": OVER, "nearly": ABOUT, "about": ABOUT}


class Restatement(NamedTuple):
    """Entries that say another amount than the rest of the series makes of the same days.

    Of those that disagree it is the one recorded earliest, and of one change the detail. `by` is what the others make
    less what was `stated`. `first` is None for a cumulative figure.
    """

    first: date | None
    last: date
    stated: int
    by: int
    qualifier: str
    entries: tuple[int, ...]
    against: tuple[int, ...]


class Fall(NamedTuple):
    """Days that come to less than nothing, as a running figure is less than the one reported before it.

    `minor` is below zero; `entries` say the figure and `before` what it is less than.
    """

    first: date
    last: date
    minor: int
    qualifier: str
    entries: tuple[int, ...]
    before: tuple[int, ...]


class Overlap(NamedTuple):
    """Two periods with days in common, neither of which contains the other; the one recorded later is left out."""

    kept: int
    left_out: int
    shared: Period


class Repeat(NamedTuple):
    """An entry of the same basis and days as a new one, which says the same or differs from it `by` an amount."""

    id: int
    same: bool
    by: int | None


class Effects(NamedTuple):
    """What an entry does to its series."""

    overlaps: tuple[Overlap, ...]
    repeats: tuple[Repeat, ...]
    restatements: tuple[Restatement, ...]
    falls: tuple[Fall, ...]


class Row(NamedTuple):
    """The year to date, the cumulative figure and the month as of `day`, and until the next row.

    The year holds within its calendar year and the month within its calendar month; after that they are not reported.
    """

    day: date
    year: Value
    cumulative: Value
    month: Value


# --- edges, and the ways they make ----------------------------------------------------------------------------------


class _Edge(NamedTuple):
    """The figure reported for the days after `start` up to `end`, by one or several entries; None: not the amount.

    A period that begins on 1 January is a year-to-date figure. One with days of two years is a crossing.
    """

    kind: int
    start: int
    end: int
    minor: int | None
    bits: int
    recorded: int
    ids: tuple[int, ...]
    withheld: bool = False


def _edge(entry: Entry) -> _Edge:
    end = entry.last.toordinal()
    if entry.basis == "cumulative":
        kind, start = CUMULATIVE, BEGINNING
    elif entry.basis == "ytd":
        kind, start = YEAR_TO_DATE, _month(entry.last.year, 1).start
    else:
        start = entry.first.toordinal() - 1
        if start == end - 1:
            kind = INSTALMENT
        elif entry.first.year != entry.last.year:
            kind = CROSSING
        else:
            kind = YEAR_TO_DATE if start == _month(entry.last.year, 1).start else PERIOD
    withheld = entry.availability == "withheld"
    return _Edge(kind, start, end, entry.minor, _bits(entry), entry.recorded, (entry.id,), withheld)


def _bits(figure: Entry | Value) -> int:
    return _BITS[figure.qualifier] | (ESTIMATED if figure.availability == "estimated" else 0)


def _negative(bits: int) -> int:
    return (bits & ESTIMATED) | _NEGATIVE[_WORDS[bits & 15]]


def _together(start: int, end: int, parts: Sequence[_Edge]) -> _Edge:
    """The parts added up as one edge; without an amount where one of them has none."""
    bits = 0
    for part in parts:
        bits |= part.bits
    unknown = [part for part in parts if part.minor is None]
    return _Edge(
        parts[0].kind,
        start,
        end,
        None if unknown else sum(part.minor or 0 for part in parts),
        bits,
        max(part.recorded for part in parts),
        tuple(sorted(one for part in parts for one in part.ids)),
        bool(unknown) and all(part.withheld for part in unknown),
    )


def _by_precedence(edges: Iterable[_Edge], first: int) -> list[_Edge]:
    """Known edges in order: running figures of the kind `first`, the other running figures, details.

    Of two running figures of a kind the one recorded later comes first. Of two details it is the longer one, because
    what a period contains is its detail, and then the one recorded later.
    """

    def rank(edge: _Edge) -> tuple[int, int, int, int]:
        if edge.kind in RUNNING:
            return (edge.kind != first, 0, -edge.recorded, -edge.ids[-1])
        return (2, edge.start - edge.end, -edge.recorded, -edge.ids[-1])

    return sorted((edge for edge in edges if edge.minor is not None), key=rank)


@dataclass(frozen=True, slots=True)
class _Sum:
    """An amount, how exact it is, the entries it comes from, and the latest change that recorded one of them.

    `subtracted` are those of the entries that are subtracted.
    """

    minor: int = 0
    bits: int = 0
    ids: tuple[int, ...] = ()
    recorded: int = 0
    subtracted: tuple[int, ...] = ()

    def __add__(self, other: "_Sum") -> "_Sum":
        return _Sum(
            self.minor + other.minor,
            self.bits | other.bits,
            self.ids + other.ids,
            max(self.recorded, other.recorded),
            self.subtracted + other.subtracted,
        )

    def value(self, state: str, to: date, missing: tuple[Period, ...] = ()) -> Value:
        """The sum as a value that reaches to that day."""
        availability = "estimated" if self.bits & ESTIMATED else "reported"
        return Value(state, self.minor, _WORDS[self.bits & 15], availability, to, missing, tuple(sorted(set(self.ids))))


class _Net:
    """The day-ends that edges connect, each two of them by one way at most: the way of the edges that came first."""

    def __init__(self, edges: Iterable[_Edge], zero_to: int) -> None:
        """Take known edges in order of precedence; nothing was completed up to the day-end `zero_to`."""
        self._zero_to = zero_to
        self._leaders = {BEGINNING: BEGINNING}
        self._ways: dict[int, list[tuple[int, _Edge]]] = {BEGINNING: []}
        # Edges between day-ends that those before them connect already: they repeat what these say, or contradict it.
        self.redundant: list[_Edge] = []
        for edge in edges:
            start, end = self._node(edge.start), self._node(edge.end)
            one, other = self._leader(start), self._leader(end)
            if one == other:
                self.redundant.append(edge)
            else:
                self._leaders[one] = other
                self._ways.setdefault(start, []).append((end, edge))
                self._ways.setdefault(end, []).append((start, edge))

    def _node(self, day_end: int) -> int:
        return day_end if day_end > self._zero_to else BEGINNING

    def _leader(self, node: int) -> int:
        """The day-end that stands for all those connected with `node`."""
        leaders = self._leaders
        leader = leaders.setdefault(node, node)
        while leader != node:
            # Cuts the way short for the next search.
            leaders[node] = leaders[leader]
            node, leader = leader, leaders[leader]
        return node

    def connects(self, start: int, end: int) -> bool:
        """Whether edges lead from `start` to `end`."""
        start, end = self._node(start), self._node(end)
        if start == end:
            return True
        return start in self._ways and end in self._ways and self._leader(start) == self._leader(end)

    def furthest(self, start: int, after: int) -> int | None:
        """The last day-end beyond `after` that is connected with `start`."""
        floor = max(after, self._zero_to)
        return max((node for node in self._ways if node > floor and self.connects(start, node)), default=None)

    def neighbours(self) -> Iterator[tuple[int, int]]:
        """Each two day-ends that are connected, with none between them that is connected with them too."""
        connected: dict[int, list[int]] = {}
        for node in sorted(self._ways):
            connected.setdefault(self._leader(node), []).append(node)
        for nodes in connected.values():
            yield from pairwise(nodes)

    def between(self, start: int, end: int) -> _Sum | None:
        """What the days after `start` up to `end` come to; None where edges do not connect the two."""
        if not self.connects(start, end):
            return None
        start, end = self._node(start), self._node(end)
        if start == end:
            return _Sum()
        back: dict[int, tuple[int, _Edge]] = {}
        waiting = [start]
        while end not in back:
            node = waiting.pop()
            for neighbour, edge in self._ways[node]:
                if neighbour not in back and neighbour != start:
                    back[neighbour] = node, edge
                    waiting.append(neighbour)
        minor, bits, recorded, ids, subtracted = 0, 0, 0, list[int](), list[int]()
        node = end
        while node != start:
            before, edge = back[node]
            assert edge.minor is not None
            if before < node:
                minor += edge.minor
                bits |= edge.bits
            else:
                minor -= edge.minor
                bits |= _negative(edge.bits)
                subtracted.extend(edge.ids)
            recorded = max(recorded, edge.recorded)
            ids.extend(edge.ids)
            node = before
        return _Sum(minor, bits, tuple(ids), recorded, tuple(subtracted))


class _Said:
    """What the entries that end by a day-end say together, and the ways they make."""

    def __init__(self, edges: Iterable[_Edge], reach: int, zero_to: int) -> None:
        self.zero_to = zero_to
        longer, instalments = list[_Edge](), list[_Edge]()
        for edge in edges:
            if edge.end <= reach:
                (instalments if edge.kind == INSTALMENT else longer).append(edge)
        # By the end of a stretch of instalments, the last of them.
        self._last_instalments: dict[int, int] = {}
        self.edges = longer + list(self._added_up(instalments, longer)) if instalments else longer
        # An entry across the year's end answers for exactly its own days, and for the cumulative figure.
        self.edges_of_years = [edge for edge in self.edges if edge.kind != CROSSING]

    def _added_up(self, instalments: Sequence[_Edge], longer: Sequence[_Edge]) -> Iterator[_Edge]:
        """One edge for all instalments of a stretch, the part of their month around them that nothing longer touches.

        They speak for the whole stretch. An instalment that a longer entry touches is its detail and speaks for a day.
        """
        touched = _merged((edge.start, edge.end) for edge in longer)
        stretches: dict[tuple[int, int], list[_Edge]] = {}
        for edge in instalments:
            place = bisect_left(touched, edge.end, key=lambda days: days[1])
            if place < len(touched) and touched[place][0] < edge.end:
                yield edge
                continue
            month = _month_of(edge.end)
            start = max(month.start, touched[place - 1][1]) if place else month.start
            end = min(month.end, touched[place][0]) if place < len(touched) else month.end
            stretches.setdefault((start, end), []).append(edge)
        for (start, end), parts in stretches.items():
            self._last_instalments[end] = max(part.end for part in parts)
            told = {part.end for part in parts if part.minor is not None}
            yield _together(start, end, [part for part in parts if part.minor is not None or part.end not in told])

    @cached_property
    def year_net(self) -> _Net:
        """The ways for years and spans, where a year-to-date figure beats a cumulative one."""
        return _Net(_by_precedence(self.edges_of_years, YEAR_TO_DATE), self.zero_to)

    @cached_property
    def cumulative_net(self) -> _Net:
        """The ways for cumulative figures, where a cumulative figure beats a year-to-date one."""
        return _Net(_by_precedence(self.edges, CUMULATIVE), self.zero_to)

    @cached_property
    def running_net(self) -> _Net:
        """The ways for spans that running figures make without any detail."""
        running = (edge for edge in self.edges if edge.kind in RUNNING)
        return _Net(_by_precedence(running, YEAR_TO_DATE), self.zero_to)

    def day(self, day_end: int) -> date:
        """The day a figure reaches that ends there; instalments do not reach beyond the last of them."""
        return date.fromordinal(self._last_instalments.get(day_end, day_end))

    def year(self, year_start: int) -> Value:
        """The sum from the day-end of 31 December to the last day of the year with a figure."""
        end = max((edge.end for edge in self.edges_of_years), default=BEGINNING)
        if end <= year_start:
            return NOT_REPORTED
        return self._value(self.year_net, self.edges_of_years, year_start, end, year_start)

    def cumulative(self) -> Value:
        """The sum from the beginning to the last day with a figure; a hole in an earlier year makes it lacking."""
        if not self.edges:
            return NOT_REPORTED
        end = max(edge.end for edge in self.edges)
        year_start = _month(date.fromordinal(end).year, 1).start
        return self._value(self.cumulative_net, self.edges, BEGINNING, end, year_start)

    def _value(self, net: _Net, edges: Sequence[_Edge], start: int, end: int, year_start: int) -> Value:
        """The sum from `start` to `end`: at least what was said where only unspoken days after `year_start` break it.

        These holes cut all edges in two, as an edge across a hole would speak of it.
        """
        whole = net.between(start, end)
        if whole is not None:
            return whole.value("known", self.day(end))
        holes, place = list[tuple[int, int]](), year_start
        for since, until in _merged([(BEGINNING, self.zero_to), *((edge.start, edge.end) for edge in edges)]):
            if since > place:
                holes.append((place, since))
            place = max(place, until)
        corners = [start, *(day_end for hole in holes for day_end in hole), end]
        parts = [net.between(since, until) for since, until in zip(corners[::2], corners[1::2], strict=True)]
        if holes and all(part is not None for part in parts):
            total = sum((part for part in parts if part is not None), _Sum(0, OVER))
            missing = tuple(month for hole in holes for month in months_between(*hole))
            return total.value("partial", self.day(end), missing)
        withheld = self.is_withheld(edges, start, end)
        last = net.furthest(start, start)
        if last is None:
            return WITHHELD if withheld else LACKING
        told = net.between(start, last)
        assert told is not None
        return told.value("withheld" if withheld else "lacking", self.day(last))

    def is_withheld(self, edges: Sequence[_Edge], start: int, end: int) -> bool:
        """Whether nothing but withheld amounts breaks the way."""
        withheld = any(edge.withheld for edge in edges)
        ways = (edge for edge in edges if edge.minor is not None or edge.withheld)
        return withheld and _Net(ways, self.zero_to).connects(start, end)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that meet made one."""
    merged = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


# --- months ---------------------------------------------------------------------------------------------------------


class _Month(NamedTuple):
    """A month as days and as the two day-ends around it."""

    first: date
    last: date
    start: int
    end: int


@cache
def _month(year: int, month: int) -> _Month:
    first = date(year, month, 1)
    last = month_end(first)
    return _Month(first, last, first.toordinal() - 1, last.toordinal())


def _month_of(day_end: int) -> _Month:
    day = date.fromordinal(day_end)
    return _month(day.year, day.month)


@lru_cache(10_000)
def months_between(start: int, end: int) -> tuple[Period, ...]:
    """The days after `start` up to `end`, month by month; asked for the same years again and again."""
    months = []
    while start < end:
        until = min(_month_of(start + 1).end, end)
        months.append(Period.of(date.fromordinal(start + 1), date.fromordinal(until)))
        start = until
    return tuple(months)


# --- a series -------------------------------------------------------------------------------------------------------


class Series:
    """The entries of one series, in any order.

    Nothing was completed before `begun`, the day of the project's first dated stage from `signed` on, unless an entry
    says otherwise. The values take all entries, whenever they count from: `as_of` chooses among them.
    """

    def __init__(self, entries: Iterable[Entry], begun: date | None = None) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: (entry.recorded, entry.id)))
        self.begun = begun
        contradicted = begun and any(entry.minor and entry.last < begun for entry in self.entries)
        self._zero_to = begun.toordinal() - 1 if begun and not contradicted else BEGINNING
        self._overlaps = _overlaps(self.entries)
        left_out = {overlap.left_out for overlap in self._overlaps}
        self._edges = list[_Edge]()
        # The figure reported for exactly these days.
        self._periods: dict[tuple[int, int], _Edge] = {}
        for entry in self.entries:
            if entry.id in left_out:
                continue
            edge = _edge(entry)
            if entry.basis != "period" or entry.minor is None:
                self._edges.append(edge)
                continue
            # A second entry of the same days is a further instalment.
            days = edge.start, edge.end
            self._periods[days] = _together(*days, [self._periods[days], edge]) if days in self._periods else edge
        self._edges += self._periods.values()
        self._end = max((edge.end for edge in self._edges), default=BEGINNING)
        self._said: dict[int, _Said] = {}

    def as_of(self, day: date) -> "Series":
        """The series of the entries that count from `day` or from an earlier day."""
        begun = self.begun if self.begun and self.begun <= day else None
        return Series((entry for entry in self.entries if entry.effective_from <= day), begun)

    def year(self, day: date) -> Value:
        """The year to date of the year of `day`, from entries that end by the end of its month."""
        return self._until(_month(day.year, day.month).end).year(_month(day.year, 1).start)

    def cumulative(self, day: date) -> Value:
        """The figure since the beginning, from entries that end by the end of the month of `day`."""
        return self._until(_month(day.year, day.month).end).cumulative()

    def month(self, day: date) -> Value:
        """The whole month of `day`."""
        month = _month(day.year, day.month)
        return self.span(month.first, month.last)

    def span(self, first: date, last: date) -> Value:
        """The days from `first` to `last`, exactly: no span is partial or ends at an earlier day.

        An entry of exactly these days holds, unless the difference of running figures uses one of a later change.
        """
        start, end = first.toordinal() - 1, last.toordinal()
        said = self._until(END)
        stated = self._periods.get((start, end))
        if stated is not None:
            assert stated.minor is not None
            difference = said.running_net.between(start, end)
            if difference is not None and difference.recorded > stated.recorded:
                return difference.value("known", last)
            return _Sum(stated.minor, stated.bits, stated.ids).value("known", last)
        total = said.year_net.between(start, end) or self._instalments(start, end)
        if total is not None:
            return total.value("known", said.day(end))
        if not any(edge.start < end and edge.end > start for edge in said.edges_of_years):
            return NOT_REPORTED
        return WITHHELD if said.is_withheld(said.edges_of_years, start, end) else LACKING

    def row(self, day: date) -> Row:
        """The year to date, the cumulative figure and the month of `day`."""
        return Row(day, self.year(day), self.cumulative(day), self.month(day))

    def crossings(self) -> tuple[int, ...]:
        """The ids of the entries across a year's end, which count in no calendar year."""
        return tuple(sorted(one for edge in self._edges if edge.kind == CROSSING for one in edge.ids))

    def overlaps(self) -> tuple[Overlap, ...]:
        """Each two periods that overlap in part."""
        return self._overlaps

    def disagreements(self) -> tuple[Restatement, ...]:
        """Every entry that says another amount than those recorded later, or beside it, make of its days.

        A bound that the other amount keeps does not disagree with it.
        """
        known = [edge for edge in self._until(END).edges if edge.minor is not None]
        known.sort(key=lambda edge: (-edge.recorded, edge.kind not in RUNNING, edge.start - edge.end, -edge.ids[-1]))
        net = _Net(known, self._zero_to)
        found = list[Restatement]()
        for edge in net.redundant:
            others = net.between(edge.start, edge.end)
            assert others is not None
            assert edge.minor is not None
            by, bits = others.minor - edge.minor, others.bits | _negative(edge.bits)
            # Truly the difference is nothing; over and at most say on which side of `by` it lies.
            kept = (by < 0 and bits & 15 == OVER) or (by > 0 and bits & 15 == AT_MOST)
            if by and not kept:
                first = None if edge.kind == CUMULATIVE else date.fromordinal(edge.start + 1)
                against = tuple(sorted(set(others.ids)))
                last = date.fromordinal(edge.end)
                found.append(Restatement(first, last, edge.minor, by, _WORDS[bits & 15], edge.ids, against))
        return tuple(sorted(found, key=lambda one: (one.last, one.entries)))

    def falls(self) -> tuple[Fall, ...]:
        """Every span between two neighbouring day-ends that is derived and below zero.

        A negative amount that was said of exactly these days is not derived, and over a negative amount may be above
        zero.
        """
        said = self._until(END)
        found: dict[tuple[int, int], Fall] = {}
        for net in (said.year_net, said.cumulative_net):
            for start, end in net.neighbours():
                total, stated = net.between(start, end), self._periods.get((start, end))
                assert total is not None
                is_said = start == BEGINNING or (stated is not None and stated.minor == total.minor)
                if total.minor < 0 and total.bits & 15 != OVER and not is_said and (start, end) not in found:
                    found[start, end] = Fall(
                        date.fromordinal(start + 1),
                        date.fromordinal(end),
                        total.minor,
                        _WORDS[total.bits & 15],
                        tuple(sorted(set(total.ids) - set(total.subtracted))),
                        tuple(sorted(set(total.subtracted))),
                    )
        return tuple(sorted(found.values(), key=lambda one: (one.last, one.entries)))

    def _until(self, reach: int) -> _Said:
        """What the entries say that end by `reach`."""
        reach = min(reach, self._end)
        if reach not in self._said:
            self._said[reach] = _Said(self._edges, reach, self._zero_to)
        return self._said[reach]

    def _instalments(self, start: int, end: int) -> _Sum | None:
        """The instalments of some days of a month; None where a longer entry touches these days, or there are none."""
        touching = [edge for edge in self._edges if edge.start < end and edge.end > start]
        if end > _month_of(start + 1).end or any(edge.kind != INSTALMENT for edge in touching) or not touching:
            return None
        told = {edge.end: edge for edge in touching if edge.minor is not None}
        if any(edge.end not in told for edge in touching):
            return None
        total = _together(start, end, list(told.values()))
        return _Sum(total.minor or 0, total.bits, total.ids)


_FIRST, _LAST = attrgetter("first"), attrgetter("last")


def _overlaps(entries: Sequence[Entry]) -> tuple[Overlap, ...]:
    """Each two known periods of one year that overlap in part, from entries in the order of recording.

    Running figures overlap everything, and an entry across the year's end is kept.
    """
    periods = [
        entry
        for entry in entries
        if entry.basis == "period" and entry.minor is not None and entry.first.year == entry.last.year
    ]
    around = list[date]()
    for entry in sorted(sorted(periods, key=_LAST, reverse=True), key=_FIRST):
        while around and around[-1] < entry.first:
            around.pop()
        if around and around[-1] < entry.last:
            break
        around.append(entry.last)
    else:
        return ()
    kept, found = list[Entry](), list[Overlap]()
    for entry in periods:
        pairs = [
            Overlap(other.id, entry.id, Period.of(max(other.first, entry.first), min(other.last, entry.last)))
            for other in kept
            if (other.first < entry.first <= other.last < entry.last)
            or (entry.first < other.first <= entry.last < other.last)
        ]
        found += pairs
        if not pairs:
            kept.append(entry)
    return tuple(found)


def _days(entry: Entry) -> tuple[date | None, date]:
    return (entry.first if entry.basis == "period" else None, entry.last)


def effects(entries: Iterable[Entry], new: Entry, begun: date | None = None) -> Effects:
    """What `new` does to the series of `entries`; it takes the place of an entry with the same id.

    The overlaps, restatements and falls are those that the series did not have before.
    """
    old = tuple(entries)
    before = Series(old, begun)
    after = Series([*(entry for entry in old if entry.id != new.id), new], begun)
    days = _days(new)
    repeats = [
        Repeat(
            one.id,
            (one.minor, one.qualifier, one.availability) == (new.minor, new.qualifier, new.availability),
            None if one.minor is None or new.minor is None else new.minor - one.minor,
        )
        for one in before.entries
        if one.basis == new.basis and _days(one) == days
    ]
    return Effects(
        tuple(one for one in after.overlaps() if one not in before.overlaps()),
        tuple(repeats),
        tuple(one for one in after.disagreements() if one not in before.disagreements()),
        tuple(one for one in after.falls() if one not in before.falls()),
    )


# --- the values over time -------------------------------------------------------------------------------------------


def timeline(entries: Iterable[Entry], begun: date | None = None) -> tuple[Row, ...]:
    """One row for each day on which a value of the series changes, in the order of the days.

    The rows say at every day what `Series.as_of(day)` says.
    """
    said = tuple(entries)
    rows = list[Row]()
    before = Row(date.min, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED)
    for row in _plain_rows(said, begun) if _is_plain(said, begun) else _all_rows(Series(said, begun)):
        same_year = before.day.year == row.day.year
        year = before.year if same_year else NOT_REPORTED
        month = before.month if same_year and before.day.month == row.day.month else NOT_REPORTED
        if row.month != month or row.year != year or row.cumulative != before.cumulative:
            rows.append(row)
            before = row
    return tuple(rows)


def _all_rows(series: Series) -> Iterator[Row]:
    """The values on every day on which they may change."""
    days = {series.begun} if series.begun else set[date]()
    for entry in series.entries:
        days.add(entry.effective_from)
        # An entry that counts from before the month of its last day joins the year when that month begins, and its
        # other months one by one.
        month = _month(entry.effective_from.year, entry.effective_from.month)
        while month.last < entry.last:
            days.add(month.last + timedelta(days=1))
            month = _month_of(month.end + 1)
    for day in sorted(days):
        yield series.as_of(day).row(day)


def _is_plain(entries: Sequence[Entry], begun: date | None) -> bool:
    """Whether `_plain_rows` may be asked.

    Each entry counts from the month of its last day and none is of days before the project began. No longer entry is
    said twice, none overlaps another in part and none lies across a year's end. Beside instalments, all others end
    with a month.
    """
    periods, running, has_instalments, ends_with_month = list[Entry](), set[tuple[str, date]](), False, True
    for entry in entries:
        last, since = entry.last, entry.effective_from
        if last.month != since.month or last.year != since.year or (begun and last < begun):
            return False
        if entry.basis != "period":
            if (entry.basis, last) in running:
                return False
            running.add((entry.basis, last))
        elif entry.first == last:
            has_instalments = True
            continue
        elif entry.first.year != last.year:
            return False
        else:
            periods.append(entry)
        ends_with_month = ends_with_month and last == _month(last.year, last.month).last
    if has_instalments and not ends_with_month:
        return False
    return len({(entry.first, entry.last) for entry in periods}) == len(periods) and not _overlaps(periods)


def _plain_rows(entries: Sequence[Entry], begun: date | None) -> Iterator[Row]:
    """The values on every day on which they may change, of a plain series."""
    arriving: dict[date, list[Entry]] = {}
    for entry in entries:
        arriving.setdefault(entry.effective_from, []).append(entry)
    if begun and arriving:
        arriving.setdefault(begun, [])
    steps = _Steps(entries, begun)
    for day in sorted(arriving):
        yield steps.take(day, arriving[day])


class _Steps:
    """The rows of a plain series, each from the one before it where only one way can lead to a value.

    A value that several ways could lead to is left to the whole series.
    """

    def __init__(self, entries: Sequence[Entry], begun: date | None) -> None:
        self._entries, self._begun = entries, begun
        self._withheld = any(entry.availability == "withheld" for entry in entries)
        self._zero_to = BEGINNING
        # What is known, by day-ends, and all day-ends that it leads to.
        self._to_date: dict[int, Entry] = {}
        self._cumulative: dict[int, Entry] = {}
        self._periods: dict[tuple[int, int], Entry] = {}
        self._nodes = set[int]()
        # The last day-end with any figure and with a known one of a kind; the latest change of a running figure.
        self._end = self._end_to_date = self._end_cumulative = BEGINNING
        self._newest_running = 0
        self._row = Row(date.min, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED)
        # What the latest detail adds to: the row before it, and the last day-end with a figure by then.
        self._before, self._before_end = self._row, BEGINNING
        # The cumulative figure when the present year began, and the last day-end with a figure by then.
        self._opening, self._opening_end = NOT_REPORTED, BEGINNING
        # The entries of the present month, as long as all of them are known instalments and nothing longer touches it.
        self._instalments: list[Entry] | None = None

    def take(self, day: date, arrived: Sequence[Entry]) -> Row:
        """The row of `day`, from which the entries `arrived` count."""
        month, year_start = _month(day.year, day.month), _month(day.year, 1).start
        before = self._row
        is_new_month = before.day < month.first
        if is_new_month:
            if before.day.year != day.year:
                self._opening, self._opening_end = before.cumulative, self._end
            self._instalments = [] if self._end <= month.start else None
        if is_new_month or self._instalments is None:
            self._before, self._before_end = before, self._end
        for entry in arrived:
            self._add(entry, month, year_start)
        if self._begun == day:
            self._zero_to = day.toordinal() - 1
            if self._end == BEGINNING:
                return before
            self._instalments = None
            self._row = self._whole(day).row(day)
            return self._row
        detail = self._detail(arrived, month, year_start)
        year = self._year(detail, year_start)
        cumulative = self._since_beginning(detail, year_start)
        this_month = self._month(detail, month, year_start)
        if year is None or cumulative is None or this_month is None:
            whole = self._whole(day)
            year = whole.year(day) if year is None else year
            cumulative = whole.cumulative(day) if cumulative is None else cumulative
            this_month = whole.month(day) if this_month is None else this_month
        self._row = Row(day, year, cumulative, this_month)
        return self._row

    @cached_property
    def _series(self) -> Series:
        return Series(self._entries, self._begun)

    def _whole(self, day: date) -> Series:
        return self._series.as_of(day)

    def _add(self, entry: Entry, month: _Month, year_start: int) -> None:
        if entry.basis == "period" and entry.first == entry.last:
            self._add_instalment(entry, month)
            return
        self._instalments = None
        end = entry.last.toordinal()
        if end > self._end:
            self._end = end
        if entry.minor is None:
            return
        if entry.basis == "period":
            start = entry.first.toordinal() - 1
            self._periods[start, end] = entry
        else:
            start = year_start if entry.basis == "ytd" else BEGINNING
        self._nodes.add(start)
        self._nodes.add(end)
        if start == year_start:
            self._end_to_date = max(self._end_to_date, end)
            other = self._to_date.get(end)
            if other is None or (other.recorded, other.id) < (entry.recorded, entry.id):
                self._to_date[end] = entry
        elif start == BEGINNING:
            self._end_cumulative = max(self._end_cumulative, end)
            self._cumulative[end] = entry
        else:
            return
        self._newest_running = max(self._newest_running, entry.recorded)

    def _add_instalment(self, entry: Entry, month: _Month) -> None:
        """Add a single day; instalments speak for all of their month, unless something longer does."""
        self._end = max(self._end, month.end)
        if entry.minor is None:
            self._instalments = None
            return
        if self._instalments is not None:
            self._instalments.append(entry)
        self._nodes.update((month.start, entry.last.toordinal() - 1, entry.last.toordinal(), month.end))

    def _detail(self, arrived: Sequence[Entry], month: _Month, year_start: int) -> "_Detail | None":
        """What arrived as one known detail later than all before it, so that one way alone leads to its end."""
        if self._instalments:
            bits = 0
            for entry in self._instalments:
                bits |= _bits(entry)
            minor = sum(entry.minor or 0 for entry in self._instalments)
            ids = tuple(sorted(entry.id for entry in self._instalments))
            return _Detail(month.start, max(entry.last for entry in self._instalments), minor, bits, ids)
        if len(arrived) != 1:
            return None
        entry = arrived[0]
        if entry.basis != "period" or entry.minor is None or entry.first == entry.last:
            return None
        start = entry.first.toordinal() - 1
        if start == year_start or start < self._before_end:
            return None
        return _Detail(start, entry.last, entry.minor, _bits(entry), (entry.id,))

    def _year(self, detail: "_Detail | None", year_start: int) -> Value | None:
        end, reached = self._before_end, max(self._before_end, self._zero_to, year_start)
        stated = self._to_date.get(self._end)
        if stated is not None and self._end > year_start:
            return _stated(stated)
        stated = self._cumulative.get(self._end)
        if stated is not None and self._end_to_date <= year_start < self._end:
            # No year-to-date figure leads to or from either end of the year to date.
            if year_start <= self._zero_to:
                return _stated(stated)
            since = self._cumulative.get(year_start)
            if since is not None and year_start not in self._to_date:
                return _less(stated, since)
            return LACKING if year_start not in self._nodes and not self._withheld else None
        if detail is None:
            return None
        if end <= year_start:
            return _added(_NOTHING, detail, reached)
        before = self._before.year
        if before.state == "lacking" and not self._withheld:
            return before
        return _added(before, detail, reached) if before.state in ("known", "partial") else None

    def _since_beginning(self, detail: "_Detail | None", year_start: int) -> Value | None:
        stated = self._cumulative.get(self._end)
        if stated is not None:
            return _stated(stated)
        stated = self._to_date.get(self._end)
        if stated is not None and self._end_cumulative <= year_start < self._end:
            # Nothing but the opening leads over the beginning of the year.
            if year_start <= self._zero_to:
                return _stated(stated)
            if self._opening.state == "known" and self._opening_end == year_start:
                assert stated.minor is not None
                step = _Detail(year_start, stated.last, stated.minor, _bits(stated), (stated.id,))
                return _added(self._opening, step, year_start)
            return self._lacking_after(self._opening)
        if detail is None:
            return None
        before, reached = self._before.cumulative, max(self._before_end, self._zero_to)
        if self._before_end <= self._zero_to:
            before = _NOTHING if self._zero_to else NOT_REPORTED
        # A hole that begins in an earlier year ends what is known, and so does one in it when a year begins.
        if before.state == "known" and reached >= year_start:
            return _added(before, detail, reached)
        if before.state == "partial" and self._before_end > year_start:
            return _added(before, detail, reached)
        return self._lacking_after(before)

    def _lacking_after(self, before: Value) -> Value | None:
        """What is lacking when nothing leads on from `before`."""
        if self._withheld or before.state not in ("known", "lacking", "not_reported"):
            return None
        if not before.entries:
            return LACKING
        return Value("lacking", before.minor, before.qualifier, before.availability, before.to, (), before.entries)

    def _month(self, detail: "_Detail | None", month: _Month, year_start: int) -> Value | None:
        start, end = month.start, month.end
        if detail is not None and self._instalments:
            return _added(_NOTHING, detail, start)
        stated = self._periods.get((start, end))
        if stated is not None and self._newest_running <= stated.recorded:
            return _stated(stated)
        until, since = self._to_date.get(end), self._to_date.get(start)
        begins = start <= max(year_start, self._zero_to)
        if until is not None and (begins or since is not None):
            newest = until.recorded if begins or since is None else max(until.recorded, since.recorded)
            if stated is not None and newest <= stated.recorded:
                return _stated(stated)
            return _stated(until) if begins or since is None else _less(until, since)
        if stated is not None:
            # The difference of running figures may lead through any of them.
            return None if until is not None or end in self._cumulative else _stated(stated)
        until = self._cumulative.get(end)
        if until is not None and self._end_to_date <= year_start:
            # No year-to-date figure leads to or from either end of the month.
            if start <= self._zero_to:
                return _stated(until)
            since = self._cumulative.get(start)
            if since is not None and start not in self._to_date:
                return _less(until, since)
        if self._withheld or self._end <= start or end <= self._zero_to:
            return None
        is_reached = end in self._nodes and (start in self._nodes or start <= self._zero_to)
        return None if is_reached else LACKING


class _Detail(NamedTuple):
    """A known detail: what the days after `start` up to the day `to` come to."""

    start: int
    to: date
    minor: int
    bits: int
    ids: tuple[int, ...]


_NOTHING = Value("known", 0, availability="reported")


def _stated(entry: Entry) -> Value:
    return Value("known", entry.minor, entry.qualifier, entry.availability, entry.last, (), (entry.id,))


def _less(until: Entry, since: Entry) -> Value:
    """The difference of two running figures."""
    assert until.minor is not None
    assert since.minor is not None
    bits = _bits(until) | _negative(_bits(since))
    return _Sum(until.minor - since.minor, bits, (since.id, until.id)).value("known", until.last)


def _added(before: Value, detail: _Detail, reached: int) -> Value:
    """The value and what comes after it; of the days between `reached` and the detail nobody spoke."""
    assert before.minor is not None
    bits, missing, state, ids = detail.bits | _bits(before), before.missing, before.state, detail.ids
    if detail.start > reached:
        bits, missing, state = bits | OVER, missing + months_between(reached, detail.start), "partial"
    if before.entries:
        ids = before.entries + ids if before.entries[-1] < ids[0] else tuple(sorted(before.entries + ids))
    availability = "estimated" if bits & ESTIMATED else "reported"
    return Value(state, before.minor + detail.minor, _WORDS[bits & 15], availability, detail.to, missing, ids)
