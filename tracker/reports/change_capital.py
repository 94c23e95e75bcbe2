"""What became otherwise of a project's capital and of the baselines it is measured against, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tracker.i18n import _, language
from tracker.money import AUTO, Figure, Money, format_figure
from tracker.queries.changes import Difference
from tracker.reports.change_words import Told, Values, on_days, word
from tracker.reports.report import Amounts
from tracker.vocabulary import CAPITAL_KINDS


def tell_baselines(
    found: Iterable[Difference], booked: Sequence[Difference], corrects: Mapping[int, int]
) -> tuple[list[Told], list[Difference]]:
    """The versions of one project, each with its total, and what is left to tell of what was `booked`."""
    told, rest = [], list(booked)
    for one in found:
        values = one.now or one.was or {}
        # The first version is what stood before: nobody approved it.
        if values["approved"] is None and values["version"] == 1:
            continue
        gone = [each for each in rest if each.now is None and (each.was or {})["kind"] == "total"]
        come = [each for each in rest if each.was is None and (each.now or {})["kind"] == "total"]
        own = come if one.now else gone
        moved = [*gone, *come] if any(_first(each.thing, corrects) == values["entry_id"] for each in own) else []
        rest = [each for each in rest if each not in moved]
        told.append(_baseline(one, gone if moved else [], come if moved else []))
    return told, rest


def _first(entry: int, corrects: Mapping[int, int]) -> int:
    """The entry that `entry` corrects, and that one before it, to the first."""
    while entry in corrects:
        entry = corrects[entry]
    return entry


def _baseline(one: Difference, gone: Sequence[Difference], come: Sequence[Difference]) -> Told:
    values = one.now or one.was or {}
    was, now = ([_figure(side) for each in sides if (side := each.was or each.now)] for sides in (gone, come))
    total = ""
    if was or now:
        shown = [_shown(figures[0]) if figures else "–" for figures in (was, now)]
        total = _(", total {was} → {now}").format(was=shown[0], now=shown[1])
    sentence = _("baseline {version} approved {day}{total}") if one.now else _("baseline {version} taken back{total}")
    why = f" ({values['reason']})" if values["reason"] and one.now else ""
    said = sentence.format(version=values["version"], day=values["approved"], total=total) + why
    return Told("baseline", said, Amounts(tuple(was)), Amounts(tuple(now)), one.change)


def tell_capital(found: Iterable[Difference], corrects: Mapping[int, int]) -> Iterator[Told]:
    """What was booked, corrected and withdrawn; a correction of what was booked in between is what is booked."""
    gone = {one.thing: one for one in found if one.now is None}
    for one in found:
        if one.now is None:
            continue
        first = one.thing
        while first in corrects and first not in gone:
            first = corrects[first]
        old = gone.pop(first, None)
        yield _corrected(old, one) if old else _booked(one)
    for one in gone.values():
        yield _withdrawn(one)


def _booked(one: Difference) -> Told:
    assert one.now is not None
    if one.was is not None:
        return _corrected(one, one)
    sentence = _("{kind}{on}: {amount} booked").format(
        kind=word(CAPITAL_KINDS, one.now["kind"]), on=_for(one.now), amount=_amount(one.now)
    )
    return Told(one.now["kind"], sentence, None, _figures(one.now), one.change)


def _corrected(old: Difference, new: Difference) -> Told:
    assert old.was is not None
    assert new.now is not None
    sentence = _("{kind}{on}: corrected from {was} to {now}").format(
        kind=word(CAPITAL_KINDS, new.now["kind"]), on=_for(new.now), was=_amount(old.was), now=_amount(new.now)
    )
    return Told(new.now["kind"], sentence, _figures(old.was), _figures(new.now), new.change)


def _withdrawn(one: Difference) -> Told:
    assert one.was is not None
    sentence = _("{kind}{on}: {amount} withdrawn").format(
        kind=word(CAPITAL_KINDS, one.was["kind"]), on=_for(one.was), amount=_amount(one.was)
    )
    return Told(one.was["kind"], sentence, _figures(one.was), None, one.change)


def _figure(values: Values) -> Figure:
    money = None if values["minor"] is None else Money(values["minor"], values["currency"])
    return Figure(money, values["qualifier"], values["availability"])


def _figures(values: Values) -> Amounts:
    return Amounts((_figure(values),))


def _amount(values: Values) -> str:
    return _shown(_figure(values))


def _shown(figure: Figure) -> str:
    return format_figure(figure, unit=AUTO, lang=language())


def _for(values: Values) -> str:
    return f" {on_days(values)}" if values["first_day"] else ""
