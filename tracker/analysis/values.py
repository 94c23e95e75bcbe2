"""The reported figures of a series, and the figure derived from them for some days: an entry, and a value.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

from datetime import date
from typing import NamedTuple

from tracker.dates import Period


# Named tuples, as a ledger has millions of them and a frozen dataclass takes longer to make.
class Entry(NamedTuple):
    """One figure as it was reported.

    `basis` is period, ytd or cumulative; `first` matters for a period alone. `minor` is None where, and only where, the
    availability is unknown or withheld. `recorded` is the number of the change that wrote the present version.
    """

    id: int
    basis: str
    first: date
    last: date
    minor: int | None
    qualifier: str
    availability: str
    recorded: int
    effective_from: date


class Value(NamedTuple):
    """A derived figure: `state` is known, partial, lacking, not_reported or withheld.

    A known value reaches to the day `to`. A partial one is the sum of reported figures, so it is at least that;
    `missing` are the days before `to` of which nobody spoke, month by month. A lacking or withheld one holds the last
    known amount, if there is any, and its day; it takes part in no sum. `entries` are the ids, in ascending order, of
    the entries that the amount comes from.
    """

    state: str
    minor: int | None = None
    qualifier: str = "exact"
    availability: str = "unknown"
    to: date | None = None
    missing: tuple[Period, ...] = ()
    entries: tuple[int, ...] = ()


NOT_REPORTED = Value("not_reported")
LACKING = Value("lacking")
WITHHELD = Value("withheld", availability="withheld")
