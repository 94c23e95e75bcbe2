"""What a record of capital says, checked as the ledger checks what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.dates import ALWAYS, Period, month_end
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _, language
from tracker.importer.apply.desk import Desk
from tracker.importer.apply.entries import Key, key_of
from tracker.ledger.capital import VALID_FROM
from tracker.ledger.cite import long_text
from tracker.models.capital import BASES
from tracker.money import LIMIT, Figure
from tracker.records.schema import Record
from tracker.vocabulary import CAPITAL_KINDS

CITED = ("note", "quote", "source")
_CODES = frozenset(CAPITAL_KINDS.codes)
# Words repeat down a column; more are not remembered.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says, checked; `cited` holds note, quotation and source as far as the file gives them.

    `given_from` is the day from which it counts where the file says it, `effective_from` that day or the usual one.
    """

    kind: str
    basis: str
    figure: Figure
    on: Period | None
    given_from: date | None
    effective_from: date
    cited: dict[str, str | None]

    @property
    def key(self) -> Key:
        """What it has in common with the entry it means."""
        return key_of(self.kind, self.basis, self.on)


def read(desk: Desk, record: Record) -> Said:
    """What a record says. Raises Refused and ValueRefused for what cannot be recorded."""
    values = record.values
    kind, figure, on = values.get("kind"), values.get("figure"), values.get("on")
    if kind not in _CODES:
        desk.at = "kind"
        kind = CAPITAL_KINDS.parse(kind or "")
    if figure is None:
        desk.at = "figure"
        raise ValueRefused(_("the amount is missing: give it, or say unknown or withheld"))
    basis = values.get("basis") or "period"
    _require_sound(desk, kind, figure, basis)
    if kind not in VALID_FROM:
        basis, on = _flow_days(desk, basis, on)
    usual = _usual(desk, kind, on)
    given = values.get("effective_from")
    if given is not None and given > max(usual, desk.rules.today):
        given = None
    return Said(kind, basis, figure, on, given, usual if given is None else given, _cited(desk, values))


def _flow_days(desk: Desk, basis: str, on: Period | None) -> tuple[str, Period]:
    """The basis and period of a figure that adds up: one of the running year is one of the year to the file's day."""
    desk.at = "on"
    if on is None:
        raise ValueRefused(_("give the period of the figure, such as 2023-03"))
    today = desk.rules.today
    ends = month_end(today)
    if basis == "period" and on.first == date(today.year, 1, 1) and on.last > ends:
        basis, on = "ytd", Period.of(on.first, max(desk.day, on.first))
        sentence = _("a figure of the year {year} is read as the year to date, to {day}")
        desk.remark(sentence.format(year=today.year, day=on.last))
    if on.first > today or on.last > ends:
        raise Refused(_("{period} lies in the future (today is {today})").format(period=on, today=today))
    if basis == "ytd":
        on = Period.of(date(on.last.year, 1, 1), on.last)
    return basis, on


def _usual(desk: Desk, kind: str, on: Period | None) -> date:
    """The day from which such an entry counts by itself."""
    if on is None:
        if kind != "total":
            desk.at = "on"
            raise ValueRefused(_("give the period of the figure, such as 2023-03"))
        return ALWAYS
    return on.first if kind == "plan" else min(on.last, desk.rules.today)


def _require_sound(desk: Desk, kind: str, figure: Figure, basis: str) -> None:
    if basis not in BASES:
        desk.at = "basis"
        raise ValueRefused(_("“{word}” is not one of {known}").format(word=basis, known=", ".join(BASES)))
    name = CAPITAL_KINDS[kind].name(language())
    if basis != "period" and kind in VALID_FROM:
        desk.at = "basis"
        raise ValueRefused(_("a {kind} is neither year-to-date nor cumulative").format(kind=name))
    desk.at = "figure"
    minor = figure.money.minor if figure.money else 0
    if abs(minor) > LIMIT:
        raise Refused(_("the amount is beyond the largest that is kept"))
    if minor < 0 and kind in VALID_FROM:
        raise Refused(_("a {kind} cannot be negative").format(kind=name))


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
    words = [desk.projects.rows[project].code, CAPITAL_KINDS[said.kind].name(language())]
    if said.on:
        words.append(str(said.on))
    basis = {"ytd": _("year to date"), "cumulative": _("cumulative")}.get(said.basis)
    return f"{' '.join(words)}, {basis}" if basis else " ".join(words)
