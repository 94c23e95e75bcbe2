"""What shows only beside others: a wrong unit, most of a sum, a part above its parent, a project entered twice.

Everything here takes time in proportion to what is compared: groups are sorted once, and names are compared letter by
letter only inside small groups.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise
from operator import attrgetter
from typing import Any

from tracker.analysis.capital_values import year_plan
from tracker.analysis.findings import (
    OPEN,
    Entry,
    Finding,
    Subject,
    command,
    compared,
    correct,
    days,
    exceeds,
    kind_name,
    said,
    shown,
)
from tracker.analysis.running import Value
from tracker.dates import Period
from tracker.i18n import _, ngettext
from tracker.money import Money
from tracker.settings import Thresholds
from tracker.text import fold

# 元 for 千元, 万元, 百万元 and 亿元, and the reverse.
FACTORS = (3, 4, 6, 8)
# Fewer do not say what is usual, unless the settings say otherwise.
FEWEST_SIBLINGS = 4
# Round figures have their digits in common by chance.
_TELLING_DIGITS = 3
# In a larger group only neighbours in the order of their names are compared letter by letter.
_MOST_COMPARED = 12
# Projects of no company are compared where their names begin alike.
_BEGINNING = 4
_DECORATION = re.compile(r"[\W_]+")
# What tells one phase or plant of a company from the next: a number, a roman number or a letter that stands alone.
_COUNTED = re.compile(r"[0-9]+|[一二三四五六七八九十]+|(?<![a-z])(?:[ivx]+|[a-z])(?![a-z])")


# --- units -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sibling:
    """A figure that others are compared with: its amount in minor units, its entry, its project.

    `beside` is the largest plan or completed figure that the project has in the currency of its total.
    """

    minor: int
    entry: Entry
    code: str
    beside: Entry | None = None


def total_of(one: Subject) -> Sibling | None:
    """The total in force of a project, to be compared with the totals of others."""
    total = one.total
    if total is None or not total.minor:
        return None
    own = [
        entry
        for entry in one.entries
        if entry.kind in ("plan", "completed") and entry.currency == total.currency and (entry.minor or 0) > 0
    ]
    return Sibling(total.minor, total, one.code, max(own, key=lambda entry: entry.minor or 0, default=None))


def unit_slips(one: Subject, limits: Thresholds) -> Iterator[Finding]:
    """Figures of a project that are 10³, 10⁴, 10⁶ or 10⁸ times what stands beside them, or that part of it.

    A figure is compared with those of the same kind, currency and basis by their median, where there are enough of
    them; where there are fewer, with any figure of the project that has the same digits. Totals have their siblings
    in other projects: see `total_slips`.
    """
    figures = [entry for entry in one.entries if entry.minor is not None and entry.minor > 0]
    by_digits = _by_digits(figures)
    groups: dict[tuple[str, str, str], list[Sibling]] = defaultdict(list)
    for entry in figures:
        if entry.kind != "total":
            groups[entry.kind, entry.currency, entry.said.basis].append(Sibling(entry.minor or 0, entry, one.code))
    compared_ids = set[int]()
    for group in groups.values():
        if len(group) > limits.unit_siblings:
            compared_ids |= {sibling.entry.id for sibling in group}
            yield from _outliers(group, by_digits, limits)
    for same in by_digits.values():
        # Of two figures with the same digits the one recorded later is the slip.
        first, *later = sorted(same, key=lambda entry: (entry.said.recorded, entry.id))
        for entry in later:
            power = _power_between(first, entry)
            if power and entry.id not in compared_ids and _digits(entry) >= 10 ** (_TELLING_DIGITS - 1):
                yield _slip(one.code, entry, power, first)


def total_slips(totals: Iterable[Sibling], limits: Thresholds, of: Collection[str] | None = None) -> Iterator[Finding]:
    """Totals, in one currency each, that are off the median of the others by 10³, 10⁴, 10⁶ or 10⁸.

    Only those of the projects with the codes `of` are reported, where these are given.
    """
    groups: dict[str, list[Sibling]] = defaultdict(list)
    for sibling in totals:
        groups[sibling.entry.currency].append(sibling)
    for group in groups.values():
        if len(group) > limits.unit_siblings:
            yield from _outliers(group, {}, limits, of)


def _outliers(
    group: Sequence[Sibling],
    by_digits: Mapping[tuple[str, int], Sequence[Entry]],
    limits: Thresholds,
    of: Collection[str] | None = None,
) -> Iterator[Finding]:
    ordered = sorted(group, key=attrgetter("minor", "entry.id"))
    amounts = [sibling.minor for sibling in ordered]
    if amounts[-1] ** 2 < 10 ** (2 * FACTORS[0] - 1) * amounts[0] ** 2:
        return
    for place, sibling in enumerate(ordered):
        if of is not None and sibling.code not in of:
            continue
        power = slip_power(sibling.minor, _Without(amounts, place), limits.unit_siblings)
        if not power:
            continue
        twin = _same_digits(sibling.entry, by_digits, up=power > 0)
        if sibling.beside is not None:
            # The project's own figures say more than the totals of others.
            power = _nearest_power(sibling.minor, sibling.beside.minor or 0, up=power > 0)
            yield _slip(sibling.code, sibling.entry, power, sibling.beside)
        elif twin is not None:
            yield _slip(sibling.code, sibling.entry, _power_between(twin, sibling.entry), twin)
        else:
            yield _slip(sibling.code, sibling.entry, power, _nearest(ordered, amounts, place, power).entry)


class _Without(Sequence[int]):
    """A sorted list without the value at one place, which nothing is copied for."""

    def __init__(self, ordered: Sequence[int], place: int) -> None:
        self._ordered, self._place = ordered, place

    def __len__(self) -> int:
        return len(self._ordered) - 1

    def __getitem__(self, number: Any) -> Any:
        return self._ordered[number + (number >= self._place)]


def slip_power(minor: int, others: Sequence[int], fewest: int = FEWEST_SIBLINGS) -> int:
    """The power of ten by which `minor` is off the median of `others`, sorted: 3, 4, 6 or 8, negative below it, else 0.

    It is the one of these powers that brings the figure nearest to the median, and at most half an order of magnitude
    away from it; 0 where there are fewer than `fewest` others.
    """
    if len(others) < max(1, fewest) or minor <= 0:
        return 0
    # Whole numbers throughout: the median may lie halfway between two.
    middle = _middle(others)
    figure, usual = minor * middle.denominator, middle.numerator
    small, large = sorted((figure * figure, usual * usual))
    power = next((one for one in FACTORS if 10 ** (2 * one - 1) * small <= large < 10 ** (2 * one + 1) * small), 0)
    return power if figure > usual else -power


def _nearest_power(minor: int, other: int, *, up: bool) -> int:
    """The factor that brings a figure, too large (`up`) or too small, nearest to another."""

    def distance(power: int) -> Fraction:
        ratio = Fraction(minor, other) / Fraction(10) ** power
        return max(ratio, 1 / ratio)

    return min((power if up else -power for power in FACTORS), key=distance)


def median(values: Iterable[int]) -> Fraction:
    """The middle value, or half of the two middle ones together."""
    return _middle(sorted(values))


def _middle(ordered: Sequence[int]) -> Fraction:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def _nearest(ordered: Sequence[Sibling], amounts: Sequence[int], place: int, power: int) -> Sibling:
    """The sibling that the figure at `place` comes nearest to when it is put right."""
    right = Fraction(amounts[place]) / Fraction(10) ** power
    there = bisect_left(amounts, right)
    near = [number for number in range(there - 2, there + 2) if 0 <= number < len(ordered) and number != place]
    return min((ordered[number] for number in near), key=lambda sibling: abs(sibling.minor - right))


def _digits(entry: Entry) -> int:
    """The amount without the zeros at its end."""
    text = str(entry.minor).rstrip("0")
    return int(text or 0)


def _by_digits(figures: Iterable[Entry]) -> dict[tuple[str, int], list[Entry]]:
    found: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in figures:
        found[entry.currency, _digits(entry)].append(entry)
    return {key: same for key, same in found.items() if len(same) > 1}


def _same_digits(entry: Entry, by_digits: Mapping[tuple[str, int], Sequence[Entry]], *, up: bool) -> Entry | None:
    """A figure with the same digits that `entry` is too large for (`up`), or too small, by one of the factors."""
    if not by_digits:
        return None
    for other in by_digits.get((entry.currency, _digits(entry)), ()):
        power = _power_between(other, entry)
        if power and (power > 0) == up:
            return other
    return None


def _power_between(one: Entry, other: Entry) -> int:
    """By which of the factors `other` is more than `one`, negative where it is less; 0: by none."""
    small, large = sorted((one.minor or 0, other.minor or 0))
    power = next((power for power in FACTORS if small * 10**power == large), 0) if small else 0
    return power if (other.minor or 0) > (one.minor or 0) else -power


def _slip(code: str, entry: Entry, power: int, beside: Entry) -> Finding:
    right = Fraction(entry.minor or 0) / Fraction(10) ** power
    meant = Money(int(right), entry.currency) if right.denominator == 1 else None
    text = slip_words(entry.kind, entry.money, power, 10 ** abs(power))
    text += _(" (beside {amount}, entry {id})").format(amount=shown(beside.money), id=beside.id)
    mend = correct(entry.id, "--amount", said(meant) if meant else OPEN, why=_("slip of the unit"))
    return Finding("warning", "unit", code, text, mend)


def slip_words(kind: str, money: Money, power: int, times: int) -> str:
    """The sentence about a figure that is `times` its siblings, or that part of them where `power` is negative."""
    sentence = (
        _("{kind} {amount} is about {times:,} times its siblings: a slip of the unit?")
        if power > 0
        else _("{kind} {amount} is about 1/{times:,} of its siblings: a slip of the unit?")
    )
    return sentence.format(kind=kind_name(kind), amount=shown(money), times=times)


# --- sums ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sum:
    whole: int = 0
    projects: int = 0
    largest: int = 0
    code: str = ""


class Sums:
    """The sum of each kind and currency over projects, and the project with the largest figure in it."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)

    def add(self, one: Subject) -> None:
        """Add the figures of a project."""
        for key, value in one.cumulative.items():
            if value.minor and value.state in ("known", "partial"):
                total = self._sums[key]
                total.whole += value.minor
                total.projects += 1
                if value.minor > total.largest:
                    total.largest, total.code = value.minor, one.code

    def dominant(self, limits: Thresholds) -> Iterator[Finding]:
        """A project that is most of a sum over several projects, of one kind and currency."""
        for (kind, currency), total in self._sums.items():
            is_most = 0 < limits.dominant_percent * total.whole < 100 * total.largest
            if total.projects >= max(1, limits.dominant_projects) and is_most:
                sentence = _("{kind} {amount} is {share}% of the sum over {count} projects")
                text = sentence.format(
                    kind=kind_name(kind),
                    amount=shown(Money(total.largest, currency)),
                    share=round(Fraction(100 * total.largest, total.whole)),
                    count=total.projects,
                )
                mend = command("capital", "list", total.code, "--kind", kind)
                yield Finding("note", "dominant", total.code, text, mend)


# --- parents and their parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """What is compared of a project that has parts or is one.

    `figures` are the total, what is completed to date and the plans of years, by kind, year (None: of no year) and
    currency, each with the entry to correct. `periods` are the entries of kinds that add up, by kind and days.
    """

    code: str
    parent_id: int | None
    figures: Mapping[tuple[str, int | None, str], tuple[Value, int]]
    periods: Mapping[tuple[Any, ...], Entry]


def member(one: Subject) -> Member:
    """A project as it is compared inside its family."""
    figures: dict[tuple[str, int | None, str], tuple[Value, int]] = {}
    for (kind, currency), value in one.cumulative.items():
        if kind in ("total", "completed") and value.minor is not None:
            own = one.series.get((kind, currency), ())
            last = max(own, key=lambda entry: (entry.said.last, entry.id), default=None) if own else one.total
            if last is not None:
                figures[kind, None, currency] = value, last.id
    for year in {plan.first.year for _currency, plan in one.plans}:
        for currency, value in year_plan(one.plans, year).items():
            if value.entries:
                figures["plan", year, currency] = value, value.entries[-1]
    periods = {
        _span(entry): entry for own in one.series.values() for entry in own if entry.minor is not None and entry.minor
    }
    return Member(one.code, one.parent_id, figures, periods)


def _span(entry: Entry) -> tuple[Any, ...]:
    first = entry.said.first if entry.said.basis == "period" else None
    return entry.kind, entry.currency, entry.said.basis, first, entry.said.last


def families(members: Mapping[int, Member], limits: Thresholds, of: Collection[int] | None = None) -> Iterator[Finding]:
    """Parts whose figures are more than those of their parent, alone or together, and figures recorded on both.

    Only families with one of the projects `of` are compared, where these are given.
    """
    parts: dict[int, list[Member]] = defaultdict(list)
    wanted = set[int]()
    for number, one in members.items():
        if one.parent_id is not None and one.parent_id in members:
            parts[one.parent_id].append(one)
            if of is None or number in of or one.parent_id in of:
                wanted.add(one.parent_id)
    for parent_id, own in parts.items():
        if parent_id not in wanted:
            continue
        parent = members[parent_id]
        for key, (whole, entry) in parent.figures.items():
            yield from _above_parent(key, parent, whole, entry, own, limits)
        for part in own:
            yield from _on_both(parent, part)


def _above_parent(
    key: tuple[str, int | None, str],
    parent: Member,
    whole: Value,
    entry: int,
    parts: Sequence[Member],
    limits: Thresholds,
) -> Iterator[Finding]:
    kind, year, currency = key
    named = kind_name(kind) if year is None else f"{kind_name(kind)} {Period.year(year)}"
    figures = [(part, *part.figures[key]) for part in parts if key in part.figures]
    above = False
    for part, value, number in figures:
        if exceeds(value, whole, limits.parent_percent):
            above = True
            sentence = _("{kind} {part} is more than the {whole} of its parent {parent}")
            money = compared(Money(value.minor or 0, currency), Money(whole.minor or 0, currency))
            text = sentence.format(kind=named, parent=parent.code, **money)
            yield Finding("warning", "part", part.code, text, correct(number, "--amount", OPEN))
    known = [value for _part, value, _number in figures if value.state in ("known", "partial") and value.minor]
    bounded = any(value.qualifier == "at_most" for value in known)
    together = Value("known", sum(value.minor or 0 for value in known), "at_most" if bounded else "exact")
    if not above and exceeds(together, whole, limits.parent_percent):
        sentence = ngettext(
            "{kind} {whole} is less than the {part} of its {count} part",
            "{kind} {whole} is less than the {part} of its {count} parts",
            len(known),
        )
        money = compared(Money(together.minor or 0, currency), Money(whole.minor or 0, currency))
        text = sentence.format(kind=named, count=len(known), **money)
        yield Finding("warning", "part", parent.code, text, correct(entry, "--amount", OPEN))


def _on_both(parent: Member, part: Member) -> Iterator[Finding]:
    """One finding for a part and kind: the first of the days that are on both."""
    shared: dict[str, list[tuple[Entry, Entry]]] = defaultdict(list)
    for span, entry in part.periods.items():
        if span in parent.periods:
            shared[entry.kind].append((parent.periods[span], entry))
    for kind, pairs in shared.items():
        upper, lower = min(pairs, key=lambda pair: (pair[1].said.last, pair[1].id))
        sentence = _("{kind} {period} is on this part (entry {id}) and on its parent {parent} (entry {other})")
        text = sentence.format(
            kind=kind_name(kind),
            period=days(lower.period),
            id=lower.id,
            parent=parent.code,
            other=upper.id,
        )
        more = len(pairs) - 1
        if more:
            text += ngettext("; and {count} more period", "; and {count} more periods", more).format(count=more)
        later = max(upper, lower, key=lambda entry: (entry.said.recorded, entry.id))
        mend = command("capital", "correct", str(later.id), "--withdraw", "--why", OPEN)
        yield Finding("warning", "both", part.code, text, mend)


# --- projects entered twice ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """What is compared of two projects that may be one."""

    project_id: int
    code: str
    name: str
    company: str | None = None
    parent_id: int | None = None
    total: Money | None = None
    ended: bool = False
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Fold the name once: case, width, spaces and brackets do not count."""
        object.__setattr__(self, "key", _DECORATION.sub("", fold(self.name)) or fold(self.name))


def duplicates(
    projects: Sequence[Named],
    linked: Collection[tuple[int, int]],
    limits: Thresholds,
    of: Collection[int] | None = None,
) -> Iterator[Finding]:
    """Projects with the same name, or the same company and total, or names that are nearly the same.

    Parts of one family, and projects `linked` as phases or replacements, have names alike on purpose. A later project
    is reported once, beside the first that it is like. Only pairs with one of the projects `of` are reported, where
    these are given.
    """
    found = set[int]()
    for rule in (_same_name, _same_company_and_total, _nearly_same_name):
        for one, other in rule(projects, limits):
            is_asked = of is None or one.project_id in of or other.project_id in of
            if not is_asked or other.project_id in found or _belongs(one, other, linked):
                continue
            found.add(other.project_id)
            yield _duplicate(one, other, rule.__name__)


def _same_name(projects: Sequence[Named], limits: Thresholds) -> Iterator[tuple[Named, Named]]:
    yield from _beside_first(projects, lambda one: one.key)


def _same_company_and_total(projects: Sequence[Named], limits: Thresholds) -> Iterator[tuple[Named, Named]]:
    yield from _beside_first(
        projects, lambda one: (fold(one.company), one.total) if one.company and one.total and one.total.minor else None
    )


def _beside_first(projects: Sequence[Named], key: Any) -> Iterator[tuple[Named, Named]]:
    groups: dict[Any, list[Named]] = defaultdict(list)
    for one in projects:
        if (word := key(one)) is not None:
            groups[word].append(one)
    for group in groups.values():
        yield from _pairs(group)


def _pairs(group: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Every two of a small group; of a large one each beside the one before it."""
    yield from combinations(group, 2) if len(group) <= _MOST_COMPARED else pairwise(group)


def _nearly_same_name(projects: Sequence[Named], limits: Thresholds) -> Iterator[tuple[Named, Named]]:
    groups: dict[str, list[Named]] = defaultdict(list)
    for one in projects:
        groups[fold(one.company) if one.company else one.key[:_BEGINNING]].append(one)
    for group in groups.values():
        if len(group) > _MOST_COMPARED:
            group.sort(key=lambda one: one.key)
        for one, other in _pairs(group):
            if _counted(one) == _counted(other) and _is_alike(one, other, limits.alike_percent):
                yield (one, other) if one.project_id < other.project_id else (other, one)


def _counted(one: Named) -> list[str]:
    return _COUNTED.findall(fold(one.name))


def _is_alike(one: Named, other: Named, percent: int) -> bool:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one.key, other.key, autojunk=False)
    # The first two are upper bounds, and quick.
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(100 * ratio() >= percent for ratio in ratios)


def likeness(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1: twice the matching letters ÷ the letters of both (Ratcliff/Obershelp)."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, fold(name), fold(other), autojunk=False).ratio()


def _belongs(one: Named, other: Named, linked: Collection[tuple[int, int]]) -> bool:
    parents = {one.parent_id, other.parent_id} - {None}
    return (
        bool(parents & {one.project_id, other.project_id})
        or (one.parent_id is not None and one.parent_id == other.parent_id)
        or (one.project_id, other.project_id) in linked
        or (other.project_id, one.project_id) in linked
    )


def _duplicate(one: Named, other: Named, rule: str) -> Finding:
    sentence = {
        "_same_name": _("has the name of {code}: entered twice?"),
        "_same_company_and_total": _("has the company and the total investment of {code}: entered twice?"),
        "_nearly_same_name": _("has nearly the name of {code}: entered twice?"),
    }[rule]
    # What was given up and signed anew is another project in the place of the first.
    if one.ended:
        mend = command("project", "link", other.code, "replaces", one.code)
    else:
        mend = command("project", "remove", other.code)
    severity = "warning" if rule == "_same_name" else "note"
    return Finding(severity, "duplicate", other.code, sentence.format(code=one.code), mend)
