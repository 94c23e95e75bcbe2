"""What changed about a project's capital and the baselines it is measured against, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tracker.i18n import _, language
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.queries.capital import EntryRow
from tracker.queries.history import WrittenRow
from tracker.reports.change_words import Told, Values, basis_text, holds_from, on_days, word
from tracker.reports.report import Amounts
from tracker.vocabulary import CAPITAL_KINDS

# Another one holds from a day on; the one before keeps the days before.
VALID_FROM = ("total", "plan")


@dataclass(frozen=True, slots=True)
class ValidFrom:
    """The totals and plans of a project, before and after, as rows of the query for entries."""

    was: Sequence[EntryRow]
    now: Sequence[EntryRow]

    def preceding(self, number: int, values: Values, *, after: bool) -> Values | None:
        """The total, or the plan of the same period, that holds until the entry `number` does; None for the first."""
        earlier = [
            row
            for row in (self.now if after else self.was)
            if (row.kind, *_span(asdict(row))) == (values["kind"], *_span(values))
            and (row.effective_from, row.entry_id) < (values["effective_from"], number)
        ]
        last = max(earlier, key=lambda row: (row.effective_from, row.entry_id), default=None)
        return asdict(last) if last else None


def _span(values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    return (values["first_day"], values["last_day"]) if values["kind"] == "plan" else (None, None)


def tell_baselines(
    found: Iterable[WrittenRow], recorded: Sequence[WrittenRow], totals: ValidFrom
) -> tuple[list[Told], list[WrittenRow]]:
    """The versions of one project, each with its total, and what is left to tell of what was `recorded`."""
    told, rest = [], list(recorded)
    for one in found:
        values = one.values
        # The first version is what stood before: nobody approved it.
        if values["approved"] is None and values["version"] == 1:
            continue
        own = [each for each in rest if each.id == values["entry_id"] and (each.was is None or each.now is None)]
        rest = [each for each in rest if each not in own]
        told.append(_baseline(one, own[0] if own else None, totals))
    return told, rest


def _baseline(one: WrittenRow, total: WrittenRow | None, totals: ValidFrom) -> Told:
    values = one.values
    was: Values | None = None
    now: Values | None = None
    text = ""
    if total is not None:
        before = totals.preceding(total.id, total.values, after=one.now is not None)
        was, now = (before, total.values) if one.now is not None else (total.values, before)
        text = _(", total {was} → {now}").format(was=_amount(was), now=_amount(now))
    sentence = _("baseline {version} approved {day}{total}") if one.now else _("baseline {version} taken back{total}")
    why = f" ({values['reason']})" if values["reason"] and one.now else ""
    said = sentence.format(version=values["version"], day=values["approved"], total=text) + why
    return Told("baseline", said, _figures(was), _figures(now), one.change)


def tell_capital(found: Iterable[WrittenRow], totals: ValidFrom) -> Iterator[Told]:
    """What was recorded, corrected and withdrawn; a correction of what was recorded in between is what is recorded."""
    ended = []
    for one in found:
        if one.now is None:
            ended.append(one)
        elif one.was is None:
            yield _recorded(one, totals)
        elif told := _corrected(one):
            yield told
    yield from map(_withdrawn, ended)


def _recorded(one: WrittenRow, totals: ValidFrom) -> Told:
    assert one.now is not None
    before = totals.preceding(one.id, one.now, after=True) if one.now["kind"] in VALID_FROM else None
    kind, on, begins = word(CAPITAL_KINDS, one.now["kind"]), _for(one.now), holds_from(one.now)
    if before:
        said = _("{kind}: {was} → {now}").format(kind=kind + on, was=_amount(before), now=_amount(one.now))
    else:
        said = _("{kind}{on}: {amount} booked").format(kind=kind, on=on, amount=_amount(one.now))
    said += f", {begins}" if begins else ""
    return Told(one.now["kind"], said, _figures(before), _figures(one.now), one.change)


def _corrected(one: WrittenRow) -> Told | None:
    """The sentence of a correction; None where only its source, quotation or note is another."""
    assert one.was is not None
    assert one.now is not None
    was, now = ((_amount(values), _for(values), holds_from(values)) for values in (one.was, one.now))
    if was == now:
        return None
    sentence = _("{kind}{on}: corrected from {was} to {now}")
    if was[0] == now[0]:
        sentence = _("{kind}{on}: {now}, corrected from{was_on}")
    said = sentence.format(
        kind=word(CAPITAL_KINDS, one.now["kind"]),
        on=now[1],
        was=was[0],
        now=now[0],
        was_on=was[1] or f" {was[2]}",
    )
    return Told(one.now["kind"], said, _figures(one.was), _figures(one.now), one.change)


def _withdrawn(one: WrittenRow) -> Told:
    assert one.was is not None
    sentence = _("{kind}{on}: {amount} withdrawn").format(
        kind=word(CAPITAL_KINDS, one.was["kind"]), on=_for(one.was), amount=_amount(one.was)
    )
    return Told(one.was["kind"], sentence, _figures(one.was), None, one.change)


def _figure(values: Values) -> Figure:
    money = None if values["minor"] is None else Money(values["minor"], values["currency"])
    return Figure(money, values["qualifier"], values["availability"])


def _figures(values: Values | None) -> Amounts | None:
    return Amounts((_figure(values),)) if values else None


def _amount(values: Values | None) -> str:
    return format_figure(_figure(values), unit=AUTO, lang=language()) if values else "–"


def _for(values: Values) -> str:
    """The days of a figure and what it is a figure of, with a space before them."""
    days = on_days(values) if values["first_day"] else ""
    return "".join(f" {part}" for part in (days, basis_text(values["basis"])) if part)
