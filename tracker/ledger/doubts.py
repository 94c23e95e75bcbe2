"""What is unlikely about a capital figure that was recorded: none of it is refused, a person is asked or warned."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.analysis.capital_values import VALID_FROM
from tracker.analysis.running import Series
from tracker.ledger.capital import Recorded, entries_of, figure_of, first_signed, in_force
from tracker.ledger.store import Store
from tracker.models.capital import CapitalEntry
from tracker.money import Figure, Money


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is unlikely about a figure.

    `other_currency` is that of the project's other figures of the kind, else of its total. `total` is the total in
    force that the figure exceeds, or what there is `in_all` with it. `twin` is the number of an entry that has the same
    figure for the same period. `lacks_year` says that a cumulative figure leaves the year to date unknown until the
    figure at the start of the year is given.
    """

    other_currency: str | None = None
    total: Figure | None = None
    in_all: Figure | None = None
    twin: int | None = None
    lacks_year: bool = False

    @property
    def any(self) -> bool:
        """Whether a person should confirm the figure."""
        return bool(self.other_currency or self.total or self.twin)


def doubts_about(store: Store, recorded: Recorded) -> Doubts:
    """What is unlikely about a figure that was just recorded."""
    row = recorded.row
    if recorded.outcome not in ("new", "corrected"):
        return Doubts()
    every = store.find(CapitalEntry, project_id=recorded.project.id)
    kin = [one for one in every if one.kind == row.kind and one.id != row.id]
    total = in_force((one for one in every if one.kind == "total" and one.id != row.id), row.effective_from)
    so_far = _in_all(store, [*kin, row], row)
    exceeded = total is not None and _exceeds(total, row, so_far)
    return Doubts(
        _other_currency(kin, total, row),
        figure_of(total) if exceeded and total else None,
        so_far if exceeded else None,
        _twin(kin, row),
        _lacks_year(store, [*kin, row], row),
    )


def _other_currency(kin: list[CapitalEntry], total: CapitalEntry | None, row: CapitalEntry) -> str | None:
    known = [one.currency for one in kin if one.minor is not None]
    if not known and total is not None and total.minor is not None and not row.kind.endswith("_foreign"):
        known = [total.currency]
    return known[-1] if row.minor is not None and known and row.currency not in known else None


def _in_all(store: Store, series: list[CapitalEntry], row: CapitalEntry) -> Figure | None:
    """What the entries of a kind and currency come to by the days of the figure, where that can be told."""
    if row.kind in VALID_FROM or row.minor is None or row.last_day is None:
        return None
    entries = entries_of(one for one in series if one.currency == row.currency)
    value = Series(entries, first_signed(store, row.project_id)).cumulative(row.last_day)
    if value.minor is None or value.state not in ("known", "partial"):
        return None
    return Figure(Money(value.minor, row.currency), value.qualifier, value.availability)


def _exceeds(total: CapitalEntry, row: CapitalEntry, so_far: Figure | None) -> bool:
    """Whether the figure, or what there is in all with it, is more than the total in force."""
    if row.kind == "total" or row.minor is None or total.minor is None or total.currency != row.currency:
        return False
    most = max(row.minor, so_far.money.minor if so_far and so_far.money else 0)
    return most > total.minor and total.qualifier != "over"


def _twin(kin: list[CapitalEntry], row: CapitalEntry) -> int | None:
    if row.kind in ("total", "plan") or row.basis != "period" or row.minor is None:
        return None
    same = (row.basis, row.first_day, row.last_day, row.minor, row.currency)
    return next(
        (one.id for one in kin if (one.basis, one.first_day, one.last_day, one.minor, one.currency) == same), None
    )


def _lacks_year(store: Store, series: list[CapitalEntry], row: CapitalEntry) -> bool:
    if row.basis != "cumulative" or row.last_day is None:
        return False
    entries = entries_of(one for one in series if one.currency == row.currency)
    return Series(entries, first_signed(store, row.project_id)).year(row.last_day).state == "lacking"
