"""One pass over the records of some sources: compared, written in the order in which they build on each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from tracker.errors import TrackerError
from tracker.importer.apply.baselines import Baselines
from tracker.importer.apply.capital import Capital
from tracker.importer.apply.desk import Desk
from tracker.importer.apply.events import Events
from tracker.importer.apply.indicators import Indicators
from tracker.importer.apply.milestones import Milestones
from tracker.importer.apply.owners import Companies, Projects
from tracker.importer.apply.result import Outcome, Rules, Source
from tracker.importer.apply.simple import Certifications, Fields, Rates, Relations, Requests, Reviews
from tracker.ledger.store import Store
from tracker.records.schema import KINDS, Problem, Record

# Entered as they come. The others refer to what may come later in the file, or must be in the order of their days.
_AT_ONCE = frozenset(("field", "company", "certification", "project", "capital", "rate", "indicator"))


class Taker(Protocol):
    """What enters the records of one kind."""

    def take(self, record: Record) -> None:
        """Enter one record. Raises TrackerError where it cannot be."""
        ...


class Run:
    """The takers of one source."""

    def __init__(self, desk: Desk) -> None:
        """Begin at `desk`."""
        self._desk = desk
        self._fields = Fields(desk)
        self._projects = Projects(desk, self._fields)
        self._capital = Capital(desk)
        # Made when they are first needed, because each begins with what is in the ledger then.
        self._makers: dict[str, Callable[[], Taker]] = {
            "field": lambda: self._fields,
            "company": lambda: Companies(desk, self._fields),
            "certification": lambda: Certifications(desk),
            "project": lambda: self._projects,
            "relation": lambda: Relations(desk),
            "stage": lambda: Events(desk, "stage"),
            "condition": lambda: Events(desk, "condition"),
            "milestone": lambda: Milestones(desk),
            "capital": lambda: self._capital,
            "baseline": lambda: Baselines(desk),
            "review": lambda: Reviews(desk),
            "indicator": lambda: Indicators(desk),
            "request": lambda: Requests(desk),
            "rate": lambda: Rates(desk),
        }
        self._takers: dict[str, Taker] = {}
        self._later: dict[str, list[Record]] = defaultdict(list)

    def all(self, records: Iterable[Record | Problem]) -> None:
        """Enter all records that are not left out, and note the problems."""
        name, skip = self._desk.source.name, self._desk.rules.skip
        for record in records:
            if skip and (name, record.row) in skip:
                continue
            if isinstance(record, Problem):
                self._desk.outcome.refuse(name, record)
            elif record.kind in _AT_ONCE:
                self._enter(record)
            else:
                self._later[record.kind].append(record)
        for kind in KINDS:
            for record in self._in_order(kind, self._later[kind]):
                self._enter(record)
            if (settle := getattr(self._takers.get(kind), "settle", None)) is not None:
                settle()

    def _in_order(self, kind: str, records: list[Record]) -> Iterable[Record]:
        """By day where days have an order; a file of ours has the order in which things were recorded."""
        order = {"stage": Events.order, "condition": Events.order, "milestone": Milestones.order}.get(kind)
        return records if order is None or self._desk.source.ours else sorted(records, key=order)

    def _enter(self, record: Record) -> None:
        if record.kind not in self._takers:
            self._takers[record.kind] = self._makers[record.kind]()
        self._desk.at = ""
        try:
            self._takers[record.kind].take(record)
        except TrackerError as error:
            self._desk.refuse(record, error)


def carry_out(store: Store, sources: Sequence[Source], rules: Rules) -> Outcome:
    """Compare the records of `sources` with the ledger, and write what is new or differs into the change of `store`.

    Whoever calls this takes the change back where the outcome has problems.
    """
    outcome = Outcome(rules.listed)
    for source in sources:
        Run(Desk(store, source, rules, outcome)).all(source.records())
    return outcome
