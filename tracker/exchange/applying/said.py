"""What a record of capital says, checked as the ledger checks what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.dates import Period, Precision
from tracker.errors import Refused, ValueRefused
from tracker.exchange.applying.desk import Desk
from tracker.exchange.applying.entries import Key, key_of
from tracker.exchange.applying.parts import figure_columns
from tracker.exchange.records import Record
from tracker.i18n import _, language
from tracker.ledger.book import Book
from tracker.ledger.cite import ALWAYS, long_text
from tracker.ledger.entries import SINGLE
from tracker.models import CapitalEntry
from tracker.money import LIMIT, Figure, from_plain
from tracker.vocabulary import CAPITAL_KINDS

CITED = ("note", "quote", "source")
_MEASURES = ("flow", "ytd", "cumulative")
_CODES = frozenset(CAPITAL_KINDS.codes)
# Words repeat down a column; more are not remembered.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says, checked; `cited` holds note, quotation and source as far as the file gives them."""

    kind: str
    figure: Figure
    on: Period | None
    measure: str
    reported: int | None
    counts_from: date
    cited: dict[str, str | None]

    @property
    def key(self) -> Key:
        """What it has in common with the entry it means."""
        first, last = (self.on.first, self.on.last) if self.on else (None, None)
        return key_of(self.kind, first, last, self.measure)


def read(desk: Desk, record: Record) -> Said:
    """What a record says. Raises Refused and ValueRefused for what cannot be booked."""
    values = record.values
    kind, figure, on = values.get("kind"), values.get("figure"), values.get("on")
    if kind not in _CODES:
        desk.at = "kind"
        kind = CAPITAL_KINDS.parse(kind or "")
    if figure is None:
        desk.at = "figure"
        raise ValueRefused(_("the amount is missing: give it, or say unknown or withheld"))
    measure = values.get("measure") or "flow"
    usual = _usual(desk, kind, on)
    _require_sound(desk, kind, figure, measure)
    told = values.get("counts_from")
    counts_from = usual if told is None or told > max(usual, desk.rules.today) else told
    reported = _reported(desk, values, figure)
    return Said(kind, figure, on, measure, reported, counts_from, _cited(desk, values))


def _usual(desk: Desk, kind: str, on: Period | None) -> date:
    """The day from which such an entry counts by itself."""
    desk.at = "on"
    if on is None:
        if kind != "total":
            raise ValueRefused(_("say which period the figure speaks of, such as 2023-03"))
        return ALWAYS
    if kind == "plan":
        if on.precision is not Precision.YEAR:
            raise ValueRefused(_("a plan is made for a year, such as 2023, not for {period}").format(period=on))
        return on.first
    today = desk.rules.today
    if on.first > today:
        raise Refused(_("{period} lies in the future (today is {today})").format(period=on, today=today))
    return min(on.last, today)


def _require_sound(desk: Desk, kind: str, figure: Figure, measure: str) -> None:
    desk.at = "measure"
    if measure not in _MEASURES:
        raise ValueRefused(_("“{word}” is none of flow, ytd, cumulative").format(word=measure))
    desk.at = "figure"
    minor = figure.money.minor if figure.money else 0
    if abs(minor) > LIMIT:
        raise Refused(_("the amount is beyond the largest that is kept"))
    if minor < 0 and kind in SINGLE:
        raise Refused(_("a {kind} cannot be negative").format(kind=CAPITAL_KINDS[kind].name(language())))


def _reported(desk: Desk, values: dict[str, Any], figure: Figure) -> int | None:
    text = values.get("reported")
    if text is None:
        return None
    desk.at = "reported"
    return from_plain(text, figure.money.currency if figure.money else desk.rules.currency).minor


def _cited(desk: Desk, values: dict[str, Any]) -> dict[str, str | None]:
    cited = {}
    for name in CITED:
        if name in values:
            desk.at = name
            cited[name] = _text(values[name])
    return cited


@lru_cache(_REMEMBERED)
def _text(text: str | None) -> str | None:
    return long_text(text, _("text"))


def what_of(desk: Desk, project: int, said: Said) -> str:
    """What a record is called where it is listed."""
    code, kind = desk.projects.rows[project].code, CAPITAL_KINDS[said.kind].name(language())
    return f"{code} {kind} {said.on}" if said.on else f"{code} {kind}"


def correct(book: Book, old: CapitalEntry, fields: set[str], said: Said) -> CapitalEntry:
    """Take an entry back and book the right one, so that a report as of an earlier day shows it too."""
    columns = old.facts() | {"corrects": old.thing}
    if "figure" in fields:
        columns |= figure_columns(said.figure, old.currency) | {"measure": "flow", "reported_minor": None}
    if "on" in fields:
        first, last = (said.on.first, said.on.last) if said.on else (None, None)
        columns |= {"first_day": first, "last_day": last, "counts_from": said.counts_from}
    if "counts_from" in fields:
        columns["counts_from"] = said.counts_from
    if said.reported is not None or "measure" in fields:
        columns |= {"measure": said.measure, "reported_minor": said.reported}
    columns |= {name: said.cited[name] for name in CITED if name in fields}
    book.void(old, note=_("the imported file says otherwise"))
    return book.append(CapitalEntry.model_validate(columns))
