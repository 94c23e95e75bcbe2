"""What changed about companies, zones and rates: sentences that belong to no project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tracker.i18n import _, language, ngettext
from tracker.money import AUTO
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.queries.history import WrittenRow
from tracker.reports.change_words import Names, Told, on_days, tell
from tracker.reports.report import Cell
from tracker.reports.words import term
from tracker.vocabulary import INDICATORS, SUBJECT_KINDS, Term

Values = Mapping[str, Any]
# In the order of the sentences about one company.
_OF_COMPANY = ("company", "label", "certification", "request", "indicator_value")


def tell_companies(
    found: Iterable[WrittenRow], names: Names, is_meant: Callable[[int], bool]
) -> Iterator[tuple[Cell, Told]]:
    """The sentences about each company that is meant, under its name; what a project asks for is the project's."""
    by_company: dict[int, dict[str, list[WrittenRow]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        values = one.values
        company = one.id if one.table == "company" else values.get("company_id")
        if one.table in _OF_COMPANY and company is not None and values.get("project_id") is None:
            by_company[company][one.table].append(one)
    for company in sorted(filter(is_meant, by_company)):
        heading = names.get(("company", company), str(company))
        for subject in _OF_COMPANY:
            for one in by_company[company][subject]:
                for told in _tell_indicator(one) if subject == "indicator_value" else tell(one, names):
                    yield heading, told


def tell_indicators(found: Iterable[WrittenRow], is_meant: Callable[[str, str], bool]) -> Iterator[tuple[Cell, Told]]:
    """The values and targets of each zone, site and chain that is meant (by kind and name), under its name."""
    by_subject: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        values = one.values
        if one.table == "indicator_value" and values["company_id"] is None:
            by_subject[values["subject_kind"], values["subject"]].append(one)
    for (kind, name), own in by_subject.items():
        if is_meant(kind, name):
            word = SUBJECT_KINDS[kind]
            heading = Term(f"{kind}:{name}", f"{word.zh} · {name}", f"{word.en} · {name}")
            for one in own:
                for told in _tell_indicator(one):
                    yield heading, told


def _tell_indicator(one: WrittenRow) -> Iterator[Told]:
    values = one.values
    was, now = (_value(side) if side else None for side in (one.was, one.now))
    if was == now:
        return
    indicator = term(INDICATORS, values["indicator"])
    names = {
        "actual": "{indicator} {period}",
        "floor": _("{indicator} {period}, target"),
        "stretch": _("{indicator} {period}, stretch target"),
    }
    name = names[values["what"]].format(
        indicator=indicator.name(language()) if indicator else "",
        period=on_days(values),
    )
    sentence = _("{name}: {was} → {now}") if was and now else _("{name}: {now} recorded")
    if now is None:
        sentence = _("{name}: {was} taken back")
    what = "indicator" if values["what"] == "actual" else "target"
    yield Told(what, sentence.format(name=name, was=was, now=now), was, now, one.change)


def _value(values: Values) -> str:
    columns = ("measure", "value", "currency", "unit", "qualifier", "availability")
    text = format_quantity(Quantity(*(values[name] for name in columns)), unit=AUTO, lang=language())
    if values["growth"] is None:
        return text
    return _("{value} ({growth} on the year)").format(value=text, growth=percent_text(values["growth"]))


def tell_rates(found: Iterable[WrittenRow]) -> Iterator[tuple[Cell, Told]]:
    """The exchange rates: one sentence for all the new ones of a pair, one for each that became another."""
    text = _("Exchange rates")
    heading = Term("rates", text, text)
    new: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        if one.table == "exchange_rate":
            values = one.values
            if one.was is None:
                new[values["base"], values["counter"]].append(one)
            elif one.now is None or one.now["rate"] != one.was["rate"]:
                yield heading, _other_rate(one)
    for own in new.values():
        yield heading, _new_rates(own)


def _other_rate(one: WrittenRow) -> Told:
    values = one.values
    was, now = (side["rate"] if side else None for side in (one.was, one.now))
    sentence = (
        _("{base}/{counter} on {day}: {was} → {now}") if now else _("{base}/{counter} on {day}: {was} taken back")
    )
    said = sentence.format(base=values["base"], counter=values["counter"], day=values["on_day"], was=was, now=now)
    return Told("rate", said, was, now, one.change)


def _new_rates(own: Sequence[WrittenRow]) -> Told:
    rates = sorted((one.now for one in own if one.now), key=lambda values: values["on_day"])
    last = rates[-1]
    sentence = ngettext(
        "{base}/{counter} on {day}: {rate} recorded",
        "{base}/{counter}: {count} rates recorded, from {first} to {day}, the last {rate}",
        len(rates),
    )
    said = sentence.format(
        base=last["base"],
        counter=last["counter"],
        count=len(rates),
        first=rates[0]["on_day"],
        day=last["on_day"],
        rate=last["rate"],
    )
    return Told("rate", said, None, last["rate"], max(one.change for one in own))
