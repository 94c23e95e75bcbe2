"""Cron expressions: five fields or a macro, checked at once, and what Debian's cron can be given of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten

if TYPE_CHECKING:
    from cronsim import CronSim

MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LONGEST = 120
# A moment from which fifty years are looked at; which one does not matter.
_SOMETIME = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fields:
    """What an expression asks for, as numbers; days of the week from 0, Sunday.

    `last_day` and `last_working_day` are L and LW of the day of the month; `nth` holds (weekday, n) of 1#2, n is 0 for
    the last one (5L). Where `both`, a day must match day of month and day of week, else one of them is enough.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    last_day: bool
    last_working_day: bool
    nth: tuple[tuple[int, int], ...]
    both: bool

    @property
    def every_day(self) -> bool:
        """Whether no field leaves out a day."""
        whole = len(self.days) == 31, len(self.weekdays) == 7
        return len(self.months) == 12 and (all(whole) if self.both else any(whole))

    @property
    def plain(self) -> bool:
        """Whether every cron understands its days."""
        return not (self.last_day or self.last_working_day or self.nth)


def parse_cron(text: str) -> str:
    """The expression as it is kept: five fields in capitals, one blank between them.

    Raises ValueRefused, naming the field and the closest word, for anything that is no expression, and for one whose
    day never comes.
    """
    typed = " ".join(fold(text).split())
    if typed.startswith("@"):
        return _macro(typed)
    fields = typed.upper().split()
    if len(fields) != 5 or len(typed) > _LONGEST:
        raise ValueRefused(
            _(
                "“{text}” is no cron expression: write five fields, minute hour day month weekday, such as 0 8 * * MON"
            ).format(text=shorten(text))
        )
    _require_fields(fields)
    expression = " ".join(fields)
    _require_coming(expression)
    return expression


def fields_of(expression: str) -> Fields:
    """What the checked `expression` asks for."""
    sim = _sim(expression)
    last = {sim.LAST, sim.LAST_WEEKDAY}
    weekdays = {one % 7 for one in sim.weekdays if isinstance(one, int)}
    nth = {(one[0] % 7, max(one[1], 0)) for one in sim.weekdays if isinstance(one, tuple)}
    return Fields(
        tuple(sorted(sim.minutes)),
        tuple(sorted(sim.hours)),
        tuple(sorted(sim.days - last)),
        tuple(sorted(sim.months)),
        tuple(sorted(weekdays)),
        sim.LAST in sim.days,
        sim.LAST_WEEKDAY in sim.days,
        tuple(sorted(nth)),
        sim.day_and,
    )


def plain_line(expression: str) -> str:
    """The five fields in numbers alone, as every cron reads them; for expressions without L and #.

    A field that begins with a star keeps it: it decides whether both days must match, and what a night does on which
    the clocks change.
    """
    fields, texts = fields_of(expression), expression.split()
    numbers = (fields.minutes, fields.hours, fields.days, fields.months, fields.weekdays)
    return " ".join(
        text if re.fullmatch(r"\*(/[0-9]+)?", text) else ("*," if text.startswith("*") else "") + ranges(values)
        for text, values in zip(texts, numbers, strict=True)
    )


def ranges(values: Iterable[int]) -> str:
    """Numbers as a field of cron: "1-5,9"."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _macro(typed: str) -> str:
    if typed in MACROS:
        return MACROS[typed]
    raise ValueRefused(
        _("there is no “{macro}”{hint} Known: {known}").format(
            macro=shorten(typed), hint=did_you_mean(typed, MACROS) or _("."), known=", ".join(MACROS)
        )
    )


def _sim(expression: str, start: datetime = _SOMETIME) -> CronSim:
    from cronsim import CronSim

    return CronSim(expression, start)


def _require_fields(fields: list[str]) -> None:
    """Raise ValueRefused for the first field that cannot stand alone."""
    from cronsim import CronSimError

    names = (_("minute"), _("hour"), _("day of the month"), _("month"), _("day of the week"))
    bounds = ("0–59", "0–23", "1–31, L, LW", "1–12, JAN–DEC", "0–7, SUN–SAT, MON#1, 5L")
    for place, field in enumerate(fields):
        try:
            _sim(" ".join(field if other == place else "*" for other in range(5)))
        except CronSimError:
            raise ValueRefused(
                _("“{field}” is no {name} of a cron expression ({bounds}){hint}").format(
                    field=shorten(field), name=names[place], bounds=bounds[place], hint=_hint(field, place)
                )
            ) from None


def _hint(field: str, place: int) -> str:
    known = {3: MONTHS, 4: DAYS}.get(place, ())
    unknown = [word for word in re.findall("[A-Z]{2,}", field) if word not in (*known, "LW")]
    return did_you_mean(unknown[0], known) if unknown else ""


def _require_coming(expression: str) -> None:
    from cronsim import CronSimError

    try:
        next(_sim(expression))
    except (CronSimError, StopIteration):
        raise ValueRefused(
            _("“{text}” names a day that never comes, such as the 30th of February").format(text=expression)
        ) from None
