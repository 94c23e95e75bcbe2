"""The same questions answered from the steps of a history alone: plain dictionaries, no ledger, no SQL, no report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tracker.demo import steps as act

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


class Recount:
    """What stands after the steps recorded up to and including a day."""

    def __init__(self, steps: Iterable[act.Step], known_on: date) -> None:
        """Carry out the steps in plain Python; a row lives in `rows` as long as nothing has replaced it."""
        self.rows: dict[int, Row] = {}
        self._number = 0
        self._journal: dict[int, list[tuple[bool, int, Row]]] = {}
        for change, step in enumerate(steps, start=1):
            if step.recorded_on <= known_on:
                self._change, self._today = change, step.recorded_on
                self._journal[change] = []
                self._carry_out(step.act)

    def table(self, name: str, **where: object) -> list[Row]:
        """The live rows of one kind whose values equal `where`, in the order they were first written."""
        return [
            row
            for _key, row in sorted(self.rows.items(), key=lambda item: item[0])
            if row["table"] == name and all(row.get(key) == value for key, value in where.items())
        ]

    # --- questions ---------------------------------------------------------------------------------------------------

    def stages(self, as_of: date) -> dict[str, str]:
        """The stage each project is at."""
        return {row["code"]: row["stage"] for row in self.table("stage") if row["counts"] <= as_of}

    def conditions(self, as_of: date) -> dict[str, str]:
        """The condition of each project that ever changed it."""
        return {row["code"]: row["condition"] for row in self.table("condition") if row["counts"] <= as_of}

    def capital(self, as_of: date, year: int | None = None) -> dict[tuple[str, str, str], int]:
        """The sum by project, kind and currency: of entries wholly inside `year`, or of all."""
        sums: Counter[tuple[str, str, str]] = Counter()
        for row in self.counted(as_of):
            inside = year is None or (row["first"] is not None and {row["first"].year, row["last"].year} == {year})
            if inside and row["minor"] is not None:
                sums[row["code"], row["kind"], row["currency"]] += row["minor"]
        return dict(sums)

    def converted(self, as_of: date) -> dict[tuple[str, str], Fraction]:
        """The sum in CNY by project and kind: each entry at the latest rate up to its last day, at most `as_of`."""
        sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for row in self.counted(as_of):
            if row["minor"] is not None:
                day = min(row["last"] or as_of, as_of)
                sums[row["code"], row["kind"]] += row["minor"] * self._in_cny(row["currency"], day)
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
        """The entries that count on a day; a total that was replaced counts until the day of the approval."""
        every = [*self.table("capital"), *self.table("replaced")]
        return (row for row in every if row["counts"] <= as_of < row.get("until", date.max))

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
                self._add("project", code=done.code, **{name: getattr(done, name) for name in columns})
            case act.EditProject():
                self._edit(done)
            case act.EnterStage():
                self._enter(done)
            case act.SetCondition():
                self._add("condition", code=done.code, condition=done.condition, **self._happened(done.on))
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
                self._end(old)
                self._add(**old | {"answered" if isinstance(done, act.AnswerRequest) else "closed": done.day})
            case act.SetRate():
                self._add("rate", base=done.base, counter=done.counter, on=done.day, rate=done.rate)
            case act.Link():
                self._add("link", code=done.code, target=done.target)
            case act.Undo():
                for added, key, row in reversed(self._journal[done.change]):
                    self._put(key, row, there=not added)

    def _add(self, table: str, **values: object) -> None:
        self._number += 1
        self._put(self._number, {"table": table, **values}, there=True)

    def _end(self, row: Row) -> None:
        key = next(key for key, other in self.rows.items() if other is row)
        self._put(key, row, there=False)

    def _put(self, key: int, row: Row, *, there: bool) -> None:
        self._journal[self._change].append((there, key, row))
        if there:
            self.rows[key] = row
        else:
            del self.rows[key]

    def _happened(self, on: Any) -> Row:
        return {"first": on.first, "last": on.last, "counts": min(on.last, self._today)}

    def _edit(self, done: act.EditProject) -> None:
        [old] = self.table("project", code=done.code)
        given = {name: getattr(done, name) for name in ("chain", "site", "grid", "owner")}
        self._end(old)
        self._add(**old | {name: value for name, value in given.items() if value is not None})

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
        minor = done.figure.money.minor if done.figure.money else None
        row: Row = {
            "code": done.code,
            "kind": done.kind,
            "currency": done.figure.money.currency if done.figure.money else "CNY",
            "availability": done.figure.availability,
            "change": self._change,
            "first": None,
            "last": None,
            "counts": ALWAYS,
        }
        if done.on is not None:
            row |= {"first": done.on.first, "last": done.on.last}
            if done.measure != "flow":
                assert minor is not None
                minor -= self._run(row, done.measure)
            row["counts"] = row["first"] if done.kind == "plan" else min(row["last"], self._today)
        self._add("capital", **row, minor=minor)

    def _run(self, row: Row, measure: str) -> int:
        """What a running figure includes already; the row then begins the day after it."""
        begin = date(row["last"].year, 1, 1) if measure == "ytd" else ALWAYS
        same = self.table("capital", code=row["code"], kind=row["kind"], currency=row["currency"])
        included = [one for one in same if begin <= one["first"] <= row["last"]]
        if included:
            row["first"] = max(one["last"] for one in included) + timedelta(1)
        elif measure == "ytd":
            row["first"] = begin
        return sum(one["minor"] for one in included)

    def _rebaseline(self, done: act.Rebaseline) -> None:
        """The total that stood counts up to the approval, and the new one from it."""
        assert done.total.money is not None
        [old] = self.table("capital", code=done.code, kind="total")
        self._end(old)
        self._add(**old | {"table": "replaced", "until": done.approved})
        new = {"minor": done.total.money.minor, "availability": done.total.availability, "change": self._change}
        self._add(**old | new | {"counts": max(old["counts"], done.approved)})

    def _correct(self, done: act.CorrectCapital) -> None:
        [old] = self.table("capital", change=done.change)
        self._end(old)
        if not done.withdraw:
            assert done.figure is not None
            assert done.figure.money is not None
            money = done.figure.money
            counts = old["counts"]
            if old["last"] is not None and old["kind"] != "plan":
                counts = min(old["last"], self._today)
            new = {"minor": money.minor, "currency": money.currency, "availability": done.figure.availability}
            self._add(**old | new | {"counts": counts, "change": self._change})
