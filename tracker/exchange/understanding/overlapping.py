"""Figures of one row that include each other: the month, the year so far and everything so far, side by side.

The ledger books what a running figure adds to the entries before it, so that what stands in the row twice may be booked
once only. The month stays as it is; the year so far becomes the year up to the month before; everything so far becomes
everything up to the end of last year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from tracker.dates import Period
from tracker.errors import ValueRefused
from tracker.exchange.records import Record
from tracker.exchange.understanding.targets import Target
from tracker.i18n import _
from tracker.money import Figure

_RUNNING = ("ytd", "cumulative")


class Contradicts(ValueRefused):
    """Figures of a row that cannot hold together; `record` has the larger part of them."""

    def __init__(self, sentence: str, record: Record) -> None:
        super().__init__(sentence)
        self.record = record


def overlap(targets: Sequence[Target]) -> bool:
    """Whether columns of these targets may include each other."""
    running = [one for one in targets if one.measure in _RUNNING]
    return any(_includes(one, other) for one in running for other in targets if other is not one)


def _includes(running: Target, other: Target) -> bool:
    if other.kind != running.kind or other.select != running.select or other.field != "figure":
        return False
    # Without a time of their own both take that of the row.
    same_end = (other.on and other.on.last) == (running.on and running.on.last)
    if other.measure == "cumulative" or not same_end:
        return False
    return running.measure == "cumulative" or other.measure in ("", "flow")


def disentangled(records: list[Record]) -> list[Record]:
    """The records of one row, its capital figures without what others of the row include. Raises Contradicts."""
    capital: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        figure = record.values.get("figure") if record.kind == "capital" else None
        if isinstance(figure, Figure) and figure.money is not None and record.values.get("on") is not None:
            capital[record.values.get("kind", ""), figure.money.currency].append(record)
    dropped: set[int] = set()
    for group in capital.values():
        dropped |= _settle(group)
    return [record for record in records if id(record) not in dropped]


def _settle(group: list[Record]) -> set[int]:
    """Take from each running figure what the others of the group include; those of which nothing is left."""
    of = {
        measure: [one for one in group if (one.values.get("measure") or "flow") == measure]
        for measure in ("flow", *_RUNNING)
    }
    dropped = set()
    years = {one.values["on"].last: (one, one.values["figure"]) for one in of["ytd"]}
    for record in of["cumulative"]:
        on: Period = record.values["on"]
        if on.last in years:
            whole = years[on.last][1]
            _take(record, [whole], Period.year(on.last.year - 1))
            if record.values["figure"].money.minor == 0:
                dropped.add(id(record))
        else:
            _without_last(record, of["flow"], None)
    for record in of["ytd"]:
        if _without_last(record, of["flow"], record.values["on"].last.year):
            dropped.add(id(record))
    return dropped


def _without_last(record: Record, flows: list[Record], year: int | None) -> bool:
    """Take away the flows with which a running figure ends; whether they fill the whole year."""
    end = record.values["on"].last
    parts = []
    while flow := next((one for one in flows if one.values["on"].last == end), None):
        parts.append(flow.values["figure"])
        end = flow.values["on"].first - timedelta(days=1)
        if year is not None and end.year < year:
            return True
    if parts:
        _take(record, parts, Period.month(end.year, end.month))
    return False


def _take(record: Record, parts: list[Figure], on: Period) -> None:
    figure: Figure = record.values["figure"]
    money = figure.money
    assert money is not None
    for part in parts:
        assert part.money is not None
        money = money + -part.money
    if money.minor < 0:
        raise Contradicts(
            _("the figure up to {on} is smaller than the part of it that stands beside it").format(
                on=record.values["on"]
            ),
            record,
        )
    exact = all(one.qualifier == "exact" for one in (figure, *parts))
    record.values["figure"] = Figure(money, figure.qualifier if exact else "about", figure.availability)
    record.values["on"] = on
