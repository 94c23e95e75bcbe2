"""What every question carries: the day it asks about, the state of knowledge, and the projects it is about."""

from datetime import date, datetime, tzinfo
from fractions import Fraction
from typing import NamedTuple, Protocol

from tracker.database import Reader
from tracker.dates import end_of_day

# Beyond every change: what is known now.
FOREVER = 9223372036854775806
# The condition of the index over the versions that ended.
ENDED = f"recorded_to < {FOREVER + 1}"


class Converts(Protocol):
    """Turns minor units of one currency, on a day, into minor units of `target`, unrounded."""

    target: str

    def convert(self, minor: int, currency: str, day: date) -> Fraction:
        """The amount in the target. Raises Refused where no rate is known."""
        ...


class AsOf(NamedTuple):
    """Facts up to `day`, as recorded up to the change `known` (that of the end of `known_on`, or all).

    With `converter`, sums are asked for in one currency.
    """

    day: date
    known_on: date | None = None
    known: int = FOREVER
    converter: Converts | None = None

    def known_in(self, table: str = "") -> str:
        """The condition that a version was known then: an open one, where everything known now is asked for."""
        prefix = f"{table}." if table else ""
        if self.known >= FOREVER:
            return f"{prefix}recorded_to = {FOREVER + 1}"
        return f"{prefix}recorded_from <= :known AND {prefix}recorded_to > :known"


class Filters(NamedTuple):
    """Which projects: a project is meant when it matches one value of every list that is not empty.

    `stage`, `condition` and `country` hold codes, the others text as typed; `text` is looked for in code, names,
    company and aliases; `year` is that of signing.
    """

    stage: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    text: tuple[str, ...] = ()


def ask(reader: Reader, day: date, known_on: date | None, zone: tzinfo) -> AsOf:
    """The question of what held on `day`, as it was known when `known_on` (a day in `zone`) had ended.

    Where nothing was recorded since, that is what is known now, and what is derived from it is at hand.
    """
    if known_on is None:
        return AsOf(day)
    known = last_change_before(reader, end_of_day(known_on, zone))
    return AsOf(day, known_on, known if known < newest_change(reader) else FOREVER)


def ledger_id(reader: Reader) -> str:
    """What tells this ledger from every other one, also in copies and exports."""
    return str(reader.tuples("SELECT uuid FROM ledger ORDER BY id LIMIT 1")[0][0])


def newest_change(reader: Reader) -> int:
    """The number of the newest change."""
    return int(reader.tuples("SELECT COALESCE(MAX(id), 0) FROM change")[0][0])


def last_change_before(reader: Reader, moment: datetime) -> int:
    """The number of the last change recorded before a moment, 0 for none."""
    # The ledger's order counts, not the clock's: one clock may have been set back between two changes.
    sql = "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_at < :moment"
    return int(reader.tuples(sql, {"moment": reader.bound_moment(moment)})[0][0])
