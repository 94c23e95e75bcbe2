"""The same questions answered from the steps of a history alone: plain dictionaries, no ledger, no SQL, no report.

Reported figures are found by solving equations. Every day-end has an unknown amount, all that was ever completed by
then; an entry says by how much two of these differ. A figure is known exactly where it follows from the equations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.synthetic import steps as act

Row = dict[str, Any]
# In the order of the field; nothing here looks it up in the program's own list.
STAGES = (
    "lead",
    "negotiating",
    "signed",
    "filed",
    "site_secured",
    "under_construction",
    "topped_out",
    "completed",
    "in_production",
    "at_capacity",
)
FIRST_BUILT = STAGES.index("under_construction")
ALWAYS = date.min
# The day-end before all others, as date.min is no eve of anything.
BEGINNING = date.min
# What holds from a day on instead of adding up.
VALID_FROM = ("total", "plan")


@dataclass(frozen=True)
class Answer:
    """A figure: "known", "partial" (at least `minor`), "lacking" (`minor` to the day `to`, or nothing), "withheld"
    (lacking, and only withheld entries are in the way) or "not_reported"."""

    state: str
    minor: int | None = None
    to: date | None = None
    missing: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it takes part in sums."""
        return self.state in ("known", "partial")


@dataclass(frozen=True)
class Answers:
    """The figures of a project, kind and currency: of the year, of all time, of the month."""

    year: Answer
    cumulative: Answer
    month: Answer


NOT_REPORTED = Answer("not_reported")


class Equations:
    """Differences between day-ends in order of precedence: one that follows from those before it is not taken in."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        """Take them in one after the other, each solved for its latest unknown day-end."""
        self._differences = list(differences)
        # For a day-end the others it depends on, and the differences it is made of by their places; how often each.
        self._solved: dict[date, tuple[Counter[date], Counter[int]]] = {}
        for place, one in enumerate(self._differences):
            left, made_of = self._reduced(one.start, one.end)
            if left:
                unknown = max(left)
                sign = left.pop(unknown)
                rest = Counter({day: -sign * times for day, times in left.items()})
                made_of[place] -= 1
                self._solved[unknown] = rest, Counter({key: -sign * times for key, times in made_of.items()})

    def _reduced(self, start: date, end: date) -> tuple[Counter[date], Counter[int]]:
        """What is left of `end` minus `start` after every solved day-end is put in, and the differences put in."""
        left, made_of = Counter({end: 1}), Counter[int]()
        left[start] -= 1
        while solvable := [day for day, times in left.items() if times and day in self._solved]:
            day = max(solvable)
            times = left.pop(day)
            rest, parts = self._solved[day]
            for other, more in rest.items():
                left[other] += times * more
            for place, more in parts.items():
                made_of[place] += times * more
        return Counter({day: times for day, times in left.items() if times}), made_of

    def between(self, start: date, end: date) -> int | None:
        """What the days after `start` up to `end` come to; None where that does not follow."""
        left, made_of = self._reduced(start, end)
        return None if left else sum(times * (self._differences[place].minor or 0) for place, times in made_of.items())

    def newest(self, start: date, end: date) -> int:
        """The latest change among the differences that this is made of."""
        _left, made_of = self._reduced(start, end)
        return max((self._differences[place].recorded for place, times in made_of.items() if times), default=0)


@dataclass(frozen=True)
class Difference:
    """What was said of the days after `start` up to `end`; `minor` is None where the amount is not known."""

    basis: str
    start: date
    end: date
    minor: int | None
    withheld: bool
    recorded: int

    @property
    def crosses(self) -> bool:
        """Whether it is a period with days of two years."""
        return self.basis == "period" and (self.start + timedelta(1)).year != self.end.year

    @property
    def running(self) -> str:
        """Which running figure it is, "" for a detail; a period from 1 January on is a year to date."""
        if self.basis == "period" and self.start == date(self.end.year - 1, 12, 31):
            return "ytd"
        return self.basis if self.basis in ("ytd", "cumulative") else ""


class Series:
    """The entries of one project, kind and currency that count on a day, as rows of a Recount."""

    def __init__(self, rows: Sequence[Row], as_of: date, begun: date | None) -> None:
        """`begun` is the first day of the first dated stage from signed on."""
        self._as_of, self._rows, self._begun = as_of, rows, begun
        says_otherwise = begun and any(row["minor"] and row["last"] < begun for row in rows)
        eve = begun - timedelta(1) if begun and begun <= as_of and not says_otherwise else None
        self._zero_to = eve or BEGINNING
        self._stated: dict[tuple[date, date], list[Row]] = defaultdict(list)
        # By the end of days that instalments stand for, the last instalment.
        self._last_instalment: dict[date, date] = {}
        self._all = list(self._differences(rows))
        self._yearly = [one for one in self._all if not one.crosses]

    def _differences(self, rows: Sequence[Row]) -> Iterator[Difference]:
        left_out = _left_out(rows)
        singles = []
        for row in sorted(rows, key=lambda row: (row["recorded"], row["id"])):
            if row["id"] in left_out:
                continue
            if row["basis"] == "period" and row["first"] == row["last"]:
                singles.append(row)
            elif row["basis"] == "period" and row["minor"] is not None:
                self._stated[row["first"] - timedelta(1), row["last"]].append(row)
            else:
                yield _difference(row)
        for (start, end), same_days in self._stated.items():
            minor, recorded = sum(row["minor"] for row in same_days), max(row["recorded"] for row in same_days)
            yield Difference("period", start, end, minor, False, recorded)
        yield from self._instalments(singles, [row for row in rows if row not in singles and row["id"] not in left_out])

    def _instalments(self, singles: list[Row], longer: list[Row]) -> Iterator[Difference]:
        """The entries of a single day, added over the days around it that nothing longer touches, within its month."""
        stretches: dict[tuple[date, date], list[Row]] = defaultdict(list)
        for row in singles:
            if _touched(row["last"], longer):
                yield replace(_difference(row), basis="instalments")
                continue
            first = last = row["last"]
            while first.day > 1 and not _touched(first - timedelta(1), longer):
                first -= timedelta(1)
            while (last + timedelta(1)).day > 1 and not _touched(last + timedelta(1), longer):
                last += timedelta(1)
            stretches[first - timedelta(1), last].append(row)
        for (start, end), rows in stretches.items():
            known = {row["last"] for row in rows if row["minor"] is not None}
            kept = [row for row in rows if row["minor"] is not None or row["last"] not in known]
            without = [row for row in kept if row["minor"] is None]
            minor = None if without else sum(row["minor"] for row in kept)
            withheld = bool(without) and all(row["availability"] == "withheld" for row in without)
            self._last_instalment[end] = max(row["last"] for row in rows)
            yield Difference("instalments", start, end, minor, withheld, max(row["recorded"] for row in kept))

    def answers(self) -> Answers:
        """The year to date, the cumulative figure and the month of the day."""
        return Answers(self.year(), self.in_all(), self.month())

    def year(self) -> Answer:
        """From 31 December to the last day of the year that was spoken of."""
        new_year = date(self._as_of.year - 1, 12, 31)
        until = [one for one in self._yearly if one.end <= _month_end(self._as_of)]
        end = max((one.end for one in until), default=BEGINNING)
        if end <= new_year:
            return NOT_REPORTED
        return self._answer(until, "ytd", new_year, end, new_year)

    def cumulative(self) -> Answer:
        """From the beginning to the last day that was spoken of."""
        until = [one for one in self._all if one.end <= _month_end(self._as_of)]
        if not until:
            return NOT_REPORTED
        end = max(one.end for one in until)
        return self._answer(until, "cumulative", BEGINNING, end, date(end.year - 1, 12, 31))

    def in_all(self) -> Answer:
        """What a report prints of all years: the cumulative figure, else what was said of them as a lower bound."""
        found = self.cumulative()
        if found.minor is None and all(row["basis"] != "cumulative" for row in self._rows):
            return self._years() or found
        return found

    def _years(self) -> Answer | None:
        """At least what was said of all years, where nothing reaches back to the beginning."""
        if not self._rows:
            return None
        minor, missing, reached = 0, set[str](), self._begun and self._begun - timedelta(1)
        last = None
        for number in range(min(row["last"].year for row in self._rows), self._as_of.year + 1):
            eve, day = date(number - 1, 12, 31), min(date(number, 12, 31), self._as_of)
            one = Series([row for row in self._rows if row["counts"] <= day], day, self._begun).year()
            if one.state == "not_reported":
                continue
            if one.state not in ("known", "partial"):
                return None
            if reached and reached < eve:
                missing |= set(_months(reached, eve))
            minor, missing, reached, last = minor + (one.minor or 0), missing | set(one.missing), one.to, one.to
        return Answer("partial", minor, last, tuple(sorted(missing))) if last else None

    def month(self) -> Answer:
        """The month of the day: a period of exactly these days holds unless a later running figure says otherwise."""
        return self.span(self._as_of.replace(day=1), _month_end(self._as_of))

    def span(self, first: date, last: date) -> Answer:
        """The days from `first` to `last`."""
        start = first - timedelta(1)
        if stated := self._stated.get((start, last)):
            running = self._equations([one for one in self._all if one.running], "ytd", start)
            difference = running.between(start, last)
            newer = running.newest(start, last) > max(row["recorded"] for row in stated)
            stands = sum(row["minor"] for row in stated)
            return Answer("known", difference if difference is not None and newer else stands, last)
        minor = self._equations(self._yearly, "ytd", start).between(start, last)
        if minor is not None:
            return Answer("known", minor, self._to(last))
        spoken = any(one.start < last and one.end > start for one in self._yearly)
        if not spoken:
            return NOT_REPORTED
        return Answer("withheld" if self._only_withheld(self._yearly, start, last) else "lacking")

    def _equations(self, differences: Sequence[Difference], first: str, start: date) -> Equations:
        """What is known of them: running figures before details, those of the kind `first` before the others.

        Of two running figures of a kind, and of two details of the same length, the later recorded one comes first; a
        longer detail comes before what it contains. First of all, nothing was completed before the project began.
        """

        def rank(one: Difference) -> tuple[int, int, int]:
            kind = 0 if one.running == first else 1 if one.running else 2
            return (kind, (one.start - one.end).days if kind == 2 else 0, -one.recorded)

        known = sorted((one for one in differences if one.minor is not None), key=rank)
        days = {day for one in differences for day in (one.start, one.end)}
        nothing = [
            Difference("cumulative", BEGINNING, day, 0, False, 0)
            for day in sorted(days | {start, self._zero_to})
            if BEGINNING < day <= self._zero_to
        ]
        return Equations([*nothing, *known])

    def _answer(self, said: list[Difference], first: str, start: date, end: date, new_year: date) -> Answer:
        equations = self._equations(said, first, start)
        minor = equations.between(start, end)
        if minor is not None:
            return Answer("known", minor, self._to(end))
        holes = self._holes(said, new_year, end)
        pieces = zip([start, *(last for _first, last in holes)], [*(first for first, _last in holes), end], strict=True)
        amounts = [equations.between(one, other) for one, other in pieces]
        if holes and None not in amounts:
            missing = tuple(sorted({month for hole in holes for month in _months(*hole)}))
            return Answer("partial", sum(amount or 0 for amount in amounts), self._to(end), missing)
        state = "withheld" if self._only_withheld(said, start, end) else "lacking"
        spoken_to = {one.end for one in said if one.minor is not None and one.end > max(start, self._zero_to)}
        reached = [day for day in spoken_to if equations.between(start, day) is not None]
        if not reached:
            return Answer(state)
        return Answer(state, equations.between(start, max(reached)), self._to(max(reached)))

    def _to(self, end: date) -> date:
        """The day that a figure reaches: instalments reach no further than the last of them."""
        return self._last_instalment.get(end, end)

    def _holes(self, said: list[Difference], new_year: date, end: date) -> list[tuple[date, date]]:
        """The days of the year that nobody spoke of, as pairs of day-ends, found day by day."""
        begin, last = max(new_year, self._zero_to).toordinal(), end.toordinal()
        spoken_of: set[int] = set()
        for one in said:
            spoken_of.update(range(max(one.start.toordinal(), begin) + 1, min(one.end.toordinal(), last) + 1))
        silent = [date.fromordinal(day) for day in range(begin + 1, last + 1) if day not in spoken_of]
        holes: list[tuple[date, date]] = []
        for day in silent:
            if holes and holes[-1][1] == day - timedelta(1):
                holes[-1] = holes[-1][0], day
            else:
                holes.append((day - timedelta(1), day))
        return holes

    def _only_withheld(self, said: list[Difference], start: date, end: date) -> bool:
        """Whether the figure would follow if the withheld amounts were known."""
        as_if = [
            Difference(one.basis, one.start, one.end, one.minor or 0, False, one.recorded)
            for one in said
            if one.minor is not None or one.withheld
        ]
        return (
            any(one.withheld for one in said) and self._equations(as_if, "ytd", start).between(start, end) is not None
        )


def _difference(row: Row) -> Difference:
    starts = {
        "period": row["first"] - timedelta(1),
        "ytd": date(row["last"].year - 1, 12, 31),
        "cumulative": BEGINNING,
    }
    withheld = row["availability"] == "withheld"
    return Difference(row["basis"], starts[row["basis"]], row["last"], row["minor"], withheld, row["recorded"])


def _touched(day: date, longer: list[Row]) -> bool:
    found = (_difference(row) for row in longer)
    return any(one.start < day <= one.end for one in found)


def _left_out(rows: Sequence[Row]) -> set[int]:
    """Periods of one year that overlap one recorded before them in part."""
    kept: list[Row] = []
    left_out = set()
    for row in sorted(rows, key=lambda row: (row["recorded"], row["id"])):
        if row["basis"] != "period" or row["minor"] is None or row["first"].year != row["last"].year:
            continue
        days = _days_of(row)
        if any((shared := days & _days_of(other)) and shared not in (days, _days_of(other)) for other in kept):
            left_out.add(row["id"])
        else:
            kept.append(row)
    return left_out


def _days_of(row: Row) -> set[int]:
    return set(range(row["first"].toordinal(), row["last"].toordinal() + 1))


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1)


def _months(start: date, end: date) -> list[str]:
    """The months of the days after `start` up to `end`."""
    first, last = start + timedelta(1), end
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month) if first <= last else ()
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


class Recount:
    """What stands after the steps recorded up to and including a day."""

    def __init__(self, steps: Iterable[act.Step], known_on: date) -> None:
        """Carry out the steps in plain Python; a row lives in its table as long as nothing has replaced it."""
        # By table and code, so that the rows of one project are found among few; without a code, all of the table.
        self._rows: dict[tuple[str, object], dict[int, Row]] = defaultdict(dict)
        self._number = 0
        self._families: dict[object, dict[tuple[str, str], dict[str, int]]] = {}
        self._answers: dict[tuple[object, date, int | None], Answers] = {}
        self._journal: dict[int, list[tuple[bool, int, Row]]] = {}
        for change, step in enumerate(steps, start=1):
            if step.recorded_on <= known_on:
                self._change, self._today = change, step.recorded_on
                self._journal[change] = []
                self._carry_out(step.act)

    def table(self, name: str, **where: object) -> list[Row]:
        """The live rows of one kind whose values equal `where`, in the order they were first written."""
        among = self._rows[name, where.get("code")]
        rows = (row for _key, row in sorted(among.items(), key=lambda item: item[0]))
        return [row for row in rows if all(row.get(key) == value for key, value in where.items())]

    # --- questions ---------------------------------------------------------------------------------------------------

    def stages(self, as_of: date) -> dict[str, str]:
        """The stage each project is at."""
        return {row["code"]: row["stage"] for row in self.table("stage") if row["counts"] <= as_of}

    def conditions(self, as_of: date) -> dict[str, str]:
        """The condition of each project that ever changed it."""
        return {row["code"]: row["condition"] for row in self.table("condition") if row["counts"] <= as_of}

    def capital(
        self, as_of: date, year: int | None = None, codes: Container[str] | None = None
    ) -> dict[tuple[str, str, str], int]:
        """What each project (of `codes`, if given) has of a kind in a currency, known at least in part.

        Of all time: the cumulative figure, the total in force, the plans of all years. Of `year`: the plan of the year
        and the year to its end, or to `as_of` where that comes first.
        """
        sums: Counter[tuple[str, str, str]] = Counter()
        for row in self.counted(as_of):
            inside = year is None or (row["kind"] == "plan" and {row["first"].year, row["last"].year} == {year})
            chosen = codes is None or row["code"] in codes
            if row["kind"] in VALID_FROM and inside and chosen and row["minor"] is not None:
                sums[row["code"], row["kind"], row["currency"]] += row["minor"]
        for key, answers in self.figures(as_of, year, codes).items():
            found = answers.cumulative if year is None else answers.year
            if found.counts and found.minor is not None:
                sums[key] = found.minor
        return dict(sums)

    def figures(
        self, as_of: date, year: int | None = None, codes: Container[str] | None = None
    ) -> dict[tuple[str, str, str], Answers]:
        """The figures of every project, kind and currency with an entry; of an earlier `year` those to its end."""
        if year is not None and year > as_of.year:
            return {}
        day = as_of if year is None or year >= as_of.year else date(year, 12, 31)
        series: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in self.counted(as_of):
            if row["kind"] not in VALID_FROM and (codes is None or row["code"] in codes):
                series[row["code"], row["kind"], row["currency"]].append(row)
        for key, rows in series.items():
            if (key, as_of, year) not in self._answers:
                self._answers[key, as_of, year] = Series(rows, day, self.begun(key[0])).answers()
        return {key: self._answers[key, as_of, year] for key in series}

    def series(self, code: str, kind: str, currency: str, as_of: date) -> Series:
        """The entries of one series that count on a day."""
        same = {"code": code, "kind": kind, "currency": currency}
        rows = [row for row in self.table("capital", **same) if row["counts"] <= as_of]
        return Series(rows, as_of, self.begun(code))

    def begun(self, code: str) -> date | None:
        """The first day of the first stage from signed on."""
        order = STAGES.index("signed")
        days = [row["first"] for row in self.table("stage", code=code) if STAGES.index(row["stage"]) >= order]
        return min(days, default=None)

    def exists_from(self, code: str) -> date:
        """The day from which a project exists: that of its earliest fact, at the latest that of its recording."""
        [project] = self.table("project", code=code)
        days: list[date] = [project["recorded_on"]]
        for table in ("stage", "condition", "review", "capital"):
            days += [row["first"] for row in self.table(table, code=code) if row["first"]]
        days += [row["first"] for row in self.table("day", code=code, what="baseline")]
        return min(days)

    def existing(self, as_of: date) -> set[str]:
        """The projects that exist on a day."""
        return {row["code"] for row in self.table("project") if self.exists_from(row["code"]) <= as_of}

    def together(
        self, as_of: date, year: int | None = None, codes: Iterable[str] | None = None
    ) -> dict[tuple[str, str], int]:
        """The sum over projects (default: all) by kind and currency; a parent among them stands for its parts.

        Families are those of the projects that exist on the day, also where a part is not among `codes`.
        """
        parents = {row["code"]: row["parent"] for row in self.table("project")}
        chosen = set(parents if codes is None else codes)
        families = self.family(as_of, year, self.existing(as_of) | chosen)
        sums: Counter[tuple[str, str]] = Counter()
        for (code, kind), by_currency in families.items():
            above = parents[code]
            while above is not None and not (above in chosen and families.get((above, kind))):
                above = parents.get(above)
            if code in chosen and above is None:
                for currency, minor in by_currency.items():
                    sums[kind, currency] += minor
        return dict(sums)

    def family(
        self, as_of: date, year: int | None = None, codes: Iterable[str] | None = None
    ) -> dict[tuple[str, str], dict[str, int]]:
        """What each project has of a kind by currency with its parts among `codes`: its own where it has one.

        Of all time, what its parts have of the years of which it has no figure is added; where it has a cumulative
        figure, what they have after its day.
        """
        key = (as_of, year, None if codes is None else frozenset(codes))
        if key not in self._families:
            self._families[key] = self._family(as_of, year, key[2])
        return self._families[key]

    def _family(
        self, as_of: date, year: int | None, codes: frozenset[str] | None
    ) -> dict[tuple[str, str], dict[str, int]]:
        own = self.capital(as_of, year, codes)
        told = {(code, kind) for code, kind, _currency in own}
        every = {row["code"]: row["parent"] for row in self.table("project")}
        chosen = every if codes is None else {code: every[code] for code in codes}
        parts: dict[str | None, list[str]] = defaultdict(list)
        for code, parent in chosen.items():
            parts[parent].append(code)
        below = {code for code, parent in chosen.items() if parent in chosen}
        found: dict[tuple[str, str], dict[str, int]] = {}
        by_year: dict[int, dict[tuple[str, str], dict[str, int]]] = {}

        def of(code: str, kind: str) -> dict[str, int]:
            if (code, kind) not in found:
                sums: Counter[str] = Counter()
                if (code, kind) in told:
                    sums.update({key[2]: minor for key, minor in own.items() if key[:2] == (code, kind)})
                    if year is None and kind not in VALID_FROM and parts[code]:
                        rows = [row for row in self.table("capital", code=code, kind=kind) if row["counts"] <= as_of]
                        if any(row["basis"] == "cumulative" for row in rows):
                            sums.update(self._after(parts, code, kind, as_of))
                        else:
                            spoken_of = {row["last"].year for row in rows}
                            for number in range(2015, as_of.year + 1):
                                if number not in spoken_of:
                                    if number not in by_year:
                                        by_year[number] = self.family(as_of, number, below)
                                    for part in parts[code]:
                                        sums.update(by_year[number].get((part, kind), {}))
                else:
                    for part in parts[code]:
                        sums.update(of(part, kind))
                found[code, kind] = dict(sums)
            return found[code, kind]

        kinds = {kind for _code, kind, _currency in own}
        return {(code, kind): of(code, kind) for code in chosen for kind in sorted(kinds)}

    def _after(self, parts: dict[str | None, list[str]], code: str, kind: str, as_of: date) -> Counter[str]:
        """What the parts have after the last figure of their parent."""
        rows = [row for row in self.table("capital", code=code, kind=kind) if row["counts"] <= as_of]
        last = max(rows, key=lambda row: (row["last"], row["basis"] == "cumulative"))
        since = last["last"] if last["basis"] == "cumulative" else date(last["last"].year, 12, 31)
        sums: Counter[str] = Counter()
        for part in parts[code]:
            for key in {row["currency"] for row in self.table("capital", code=part, kind=kind)}:
                series = self.series(part, kind, key, as_of)
                reached = series.in_all()
                after = series.span(since + timedelta(1), reached.to) if reached.to and reached.to > since else None
                if after and after.counts and after.minor is not None:
                    sums[key] += after.minor
            sums.update(self._after(parts, part, kind, as_of) if parts[part] else {})
        return sums

    def converted(self, as_of: date) -> dict[tuple[str, str], Fraction]:
        """The figure of all time in CNY by project and kind, at the rate of the day asked about."""
        sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for (code, kind, currency), minor in self.capital(as_of).items():
            sums[code, kind] += minor * self._in_cny(currency, as_of)
        return dict(sums)

    def _in_cny(self, currency: str, day: date) -> Fraction:
        """What a minor unit is worth in 分."""
        if currency == "CNY":
            return Fraction(1)
        [*_before, last] = sorted(
            (row["on"], row["rate"]) for row in self.table("rate", base=currency) if row["on"] <= day
        )
        assert (day - last[0]).days <= 31
        return Fraction(last[1]) * (100 if currency == "JPY" else 1)

    def requests(self, as_of: date) -> list[Row]:
        """The requests raised by a day, as they stood on it."""
        found = []
        for row in self.table("request"):
            if row["raised"] <= as_of:
                later = {step: None for step in ("answered", "closed") if row[step] and row[step] > as_of}
                found.append(row | later)
        return found

    def counted(self, as_of: date) -> Iterator[Row]:
        """The entries that count on a day; of totals, and of plans of the same days, the last one agreed by then."""
        rows = [row for row in self.table("capital") if row["counts"] <= as_of]
        in_force: dict[object, Row] = {}
        agreed = [row for row in rows if row["kind"] in VALID_FROM]
        for row in sorted(agreed, key=lambda row: (row["counts"], row["id"])):
            in_force[row["code"], row["kind"], None if row["kind"] == "total" else (row["first"], row["last"])] = row
        yield from in_force.values()
        yield from (row for row in rows if row["kind"] not in VALID_FROM)

    def without_amount(self, as_of: date) -> Counter[tuple[str, str, str]]:
        """How many entries are unknown or withheld, by project, kind and which of both."""
        return Counter(
            (row["code"], row["kind"], row["availability"]) for row in self.counted(as_of) if row["minor"] is None
        )

    def milestones(self, as_of: date) -> dict[tuple[str, str], dict[str, tuple[date, date]]]:
        """For each milestone its baseline, latest forecast and actual, where it has them."""
        found: dict[tuple[str, str], dict[str, tuple[date, date]]] = {}
        for row in self.table("day"):
            if row["counts"] <= as_of:
                days = found.setdefault((row["code"], row["milestone"]), {})
                days[row["what"]] = (row["first"], row["last"])
        return found

    def projects(self, column: str) -> Counter[str | None]:
        """How many projects there are for each value of a column such as chain, site or owner."""
        return Counter(row[column] for row in self.table("project"))

    # --- acts --------------------------------------------------------------------------------------------------------

    def _carry_out(self, done: act.Act) -> None:
        match done:
            case act.AddProject():
                columns = ("chain", "site", "grid", "owner", "parent")
                given = {name: getattr(done, name) for name in columns}
                self._add("project", code=done.code, **given, recorded_on=self._today)
            case act.EditProject():
                self._edit(done)
            case act.EnterStage():
                self._enter(done)
            case act.SetCondition():
                self._add("condition", code=done.code, condition=done.condition, **self._happened(done.on))
            case act.Report():
                self._add("review", code=done.code, **self._happened(done.on))
            case act.PlanMilestone():
                self._plan(done)
            case act.Forecast():
                self._day(done.code, done.milestone, "forecast", done.on.first, done.on.last, done.made)
            case act.RecordCapital():
                self._book(done)
            case act.CorrectCapital():
                self._correct(done)
            case act.Rebaseline():
                self._rebaseline(done)
            case act.OpenRequest():
                names = ("title", "code", "company", "category", "raised", "due")
                asked = {name: getattr(done, name) for name in names}
                own = self.table("project", code=done.code)[0]["owner"] if done.code else None
                self._add("request", **asked, owner=done.owner or own, answered=None, closed=None, change=self._change)
            case act.AnswerRequest() | act.CloseRequest():
                [old] = self.table("request", change=done.change)
                self._revise(old, **{"answered" if isinstance(done, act.AnswerRequest) else "closed": done.day})
            case act.SetRate():
                self._add("rate", base=done.base, counter=done.counter, on=done.day, rate=done.rate)
            case act.Link():
                self._add("link", code=done.code, target=done.target)
            case act.Undo():
                for added, key, row in reversed(self._journal[done.change]):
                    # What comes back is a version of its own, recorded now.
                    self._put(key, row if added else row | {"recorded": self._change}, there=not added)

    def _add(self, table: str, **values: object) -> None:
        self._number += 1
        keys = {"table": table, "id": self._number, "recorded": self._change}
        self._put(self._number, keys | values, there=True)

    def _end(self, row: Row) -> None:
        self._put(row["id"], row, there=False)

    def _revise(self, row: Row, **new: object) -> None:
        """The next version of a record, under its number."""
        self._end(row)
        self._put(row["id"], row | new | {"recorded": self._change}, there=True)

    def _put(self, key: int, row: Row, *, there: bool) -> None:
        self._journal[self._change].append((there, key, row))
        for code in {None, row.get("code")}:
            if there:
                self._rows[row["table"], code][key] = row
            else:
                del self._rows[row["table"], code][key]

    def _happened(self, on: Any) -> Row:
        return {"first": on.first, "last": on.last, "counts": min(on.last, self._today)}

    def _edit(self, done: act.EditProject) -> None:
        [old] = self.table("project", code=done.code)
        given = {name: getattr(done, name) for name in ("chain", "site", "grid", "owner")}
        self._revise(old, **{name: value for name, value in given.items() if value is not None})

    def _enter(self, done: act.EnterStage) -> None:
        before, order = self.table("stage", code=done.code), STAGES.index(done.stage)
        if before and STAGES.index(before[-1]["stage"]) > order:
            for row in self.table("day", code=done.code, what="actual"):
                if STAGES.index(row["milestone"]) > order:
                    self._end(row)
        self._add("stage", code=done.code, stage=done.stage, **self._happened(done.on))
        if order >= FIRST_BUILT and self.table("milestone", code=done.code, milestone=done.stage):
            self._reach(done.code, done.stage, done.on.first, done.on.last)

    def _reach(self, code: str, milestone: str, first: date, last: date) -> None:
        if not self.table("day", code=code, milestone=milestone, what="actual"):
            self._day(code, milestone, "actual", first, last, min(last, self._today))

    def _plan(self, done: act.PlanMilestone) -> None:
        self._add("milestone", code=done.code, milestone=done.milestone)
        self._day(done.code, done.milestone, "baseline", done.on.first, done.on.last, done.made or ALWAYS)
        for row in self.table("stage", code=done.code, stage=done.milestone)[-1:]:
            if STAGES.index(done.milestone) >= FIRST_BUILT:
                self._reach(done.code, done.milestone, row["first"], row["last"])

    def _day(self, code: str, milestone: str, what: str, first: date, last: date, counts: date) -> None:
        self._add("day", code=code, milestone=milestone, what=what, first=first, last=last, counts=counts)

    def _book(self, done: act.RecordCapital) -> None:
        """Record a figure as it was said; the same again is nothing, another running figure of the day replaces it."""
        # What is not said is unknown in the currency of what was said last of this kind.
        kin = [] if done.kind in VALID_FROM else self.table("capital", code=done.code, kind=done.kind)
        unknown = kin[-1]["currency"] if kin else "CNY"
        row = self._said(done.code, done.kind, done.figure, unknown) | {
            "basis": done.basis,
            "first": None,
            "last": None,
        }
        if done.on is not None:
            first = date(done.on.last.year, 1, 1) if done.basis == "ytd" else done.on.first
            row |= {"first": first, "last": done.on.last}
        if done.kind in VALID_FROM:
            self._agree(row, done.from_day)
            return
        same = {name: row[name] for name in ("code", "kind", "currency", "basis", "last")}
        twins = [
            old for old in self.table("capital", **same) if done.basis == "cumulative" or old["first"] == row["first"]
        ]
        words = ("minor", "qualifier", "availability")
        if not done.further and any(all(old[word] == row[word] for word in words) for old in twins):
            return
        if twins and done.basis != "period":
            self._revise(twins[-1], **row | {"steps": (*twins[-1]["steps"], self._change)})
            return
        self._add("capital", **row, steps=(self._change,), counts=min(row["last"], self._today))

    def _said(self, code: str, kind: str, figure: Any, unknown: str = "CNY") -> Row:
        """A figure as it was said; `unknown` is the currency of one without an amount."""
        return {
            "code": code,
            "kind": kind,
            "minor": figure.money.minor if figure.money else None,
            "currency": figure.money.currency if figure.money else unknown,
            "qualifier": figure.qualifier,
            "availability": figure.availability,
        }

    def _agree(self, row: Row, from_day: date | None) -> None:
        """A total or plan: the first one of its days holds always or from its first day, another one from a day on."""
        names = ("code", "kind", "first", "last") if row["kind"] == "plan" else ("code", "kind")
        before = self.table("capital", **{name: row[name] for name in names})
        first = self._today if before else row["first"] if row["kind"] == "plan" else ALWAYS
        counts = from_day or first
        for old in before:
            if old["counts"] == counts:
                self._revise(old, **row | {"steps": (*old["steps"], self._change)})
                return
        self._add("capital", **row, steps=(self._change,), counts=counts)

    def _rebaseline(self, done: act.Rebaseline) -> None:
        """Another total, which holds from the approval on; the one before keeps the days before."""
        assert done.total.money is not None
        self._agree(
            self._said(done.code, "total", done.total) | {"basis": "period", "first": None, "last": None}, done.approved
        )

    def _correct(self, done: act.CorrectCapital) -> None:
        """An entry is put right under its number, and counts from the day it counted from."""
        [old] = (row for row in self._rows["capital", None].values() if done.change in row["steps"])
        if done.withdraw:
            self._end(old)
            return
        assert done.figure is not None
        figure = self._said(old["code"], old["kind"], done.figure, old["currency"])
        self._revise(old, **figure | {"steps": (*old["steps"], self._change)})
