"""What shows only beside others: a figure in the wrong unit, one that is most of a total, a project opened twice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeVar

from tracker.analysis.findings import OPEN, Entry, Finding, Subject, command, said, shown
from tracker.i18n import _, language
from tracker.money import Money
from tracker.text import fold
from tracker.vocabulary import CAPITAL_KINDS

Key = TypeVar("Key")
# Fewer do not say what is usual.
FEWEST_SIBLINGS = 4
# 元 for 千元, 万元 and 亿元, and the reverse.
_POWERS = (3, 4, 8)
MOST_OF = Fraction(1, 2)
FEWEST_PARTS = 5
ALIKE = 0.8
Figures = Sequence[tuple[Subject, Entry]]


def of_all(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Every finding that comes of comparing projects, or the entries of one, with each other."""
    yield from unit_slips(subjects)
    yield from dominant(subjects)
    yield from duplicates(subjects)


def unit_slips(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """A figure about 10³, 10⁴ or 10⁸ times its siblings, or that part of them: 元 for 万元, 万 for 亿, and the reverse.

    A total is compared with the totals of the other projects in its currency, every other figure with those of the same
    project, kind and currency. Siblings are judged by their median, and only where there are at least four.
    """
    figures = [(one, entry) for one in subjects for entry in one.entries if entry.money.minor > 0]
    totals = [pair for pair in figures if pair[1].kind == "total"]
    flows = [pair for pair in figures if pair[1].kind not in ("total", "plan")]
    groups = [
        *_grouped(totals, lambda one, entry: entry.money.currency),
        *_grouped(flows, lambda one, entry: (one.project_id, entry.kind, entry.money.currency)),
    ]
    for group in groups:
        yield from _slips(group)


def _grouped(figures: Figures, key: Callable[[Subject, Entry], Key]) -> list[Figures]:
    groups: dict[Key, list[tuple[Subject, Entry]]] = defaultdict(list)
    for one, entry in figures:
        groups[key(one, entry)].append((one, entry))
    return list(groups.values())


def _slips(group: Figures) -> Iterator[Finding]:
    # Sorted once for all of them: a ledger may hold thousands of entries of one kind.
    ordered = sorted(entry.money.minor for _one, entry in group)
    for one, entry in group:
        place = bisect_left(ordered, entry.money.minor)
        others = _Without(ordered, place)
        power = slip_power(entry.money.minor, others)
        if power:
            yield _slip(one, entry, power, Fraction(entry.money.minor) / _middle(others))


class _Without(Sequence[int]):
    """A sorted list without the value at one place, which nothing is copied for."""

    def __init__(self, ordered: Sequence[int], place: int) -> None:
        self._ordered, self._place = ordered, place

    def __len__(self) -> int:
        return len(self._ordered) - 1

    def __getitem__(self, number: Any) -> Any:
        return self._ordered[number + (number >= self._place)]


def slip_power(minor: int, others: Sequence[int]) -> int:
    """The power of ten by which `minor` is off the median of `others`, sorted: 3, 4 or 8, negative below it; 0: none.

    It is the power p where the ratio lies within half an order of magnitude of it, from 10^(p − ½) to 10^(p + ½).
    """
    if len(others) < FEWEST_SIBLINGS or minor <= 0:
        return 0
    ratio = Fraction(minor) / _middle(others)
    square = max(ratio, 1 / ratio) ** 2
    power = next((one for one in _POWERS if 10 ** (2 * one - 1) <= square < 10 ** (2 * one + 1)), 0)
    return power if ratio > 1 else -power


def median(values: Iterable[int]) -> Fraction:
    """The middle value, or half of the two middle ones together."""
    return _middle(sorted(values))


def _middle(ordered: Sequence[int]) -> Fraction:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return Fraction(ordered[middle])
    return Fraction(ordered[middle - 1] + ordered[middle], 2)


def _slip(one: Subject, entry: Entry, power: int, ratio: Fraction) -> Finding:
    right = Fraction(entry.money.minor) / Fraction(10) ** power
    meant = Money(int(right), entry.money.currency) if right.denominator == 1 else None
    return Finding(
        "warning",
        "unit",
        one.code,
        slip_words(entry.kind, entry.money, power, round(ratio if power > 0 else 1 / ratio)),
        command(
            *("capital", "correct", str(entry.entry_id), "--amount", said(meant) if meant else OPEN),
            *("--why", _("slip of the unit")),
        ),
    )


def slip_words(kind: str, money: Money, power: int, times: int) -> str:
    """The sentence about a figure that is `times` its siblings, or that part of them where `power` is negative."""
    sentence = (
        _("{kind} {amount} is about {times:,} times its siblings: a slip of the unit?")
        if power > 0
        else _("{kind} {amount} is about 1/{times:,} of its siblings: a slip of the unit?")
    )
    return sentence.format(kind=_kind(kind), amount=shown(money), times=times)


def dominant(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """One entry is more than half of a sum over five or more projects, of one kind and currency."""
    groups: dict[tuple[str, str], list[tuple[Subject, Entry]]] = defaultdict(list)
    for one in subjects:
        for entry in one.entries:
            groups[entry.kind, entry.money.currency].append((one, entry))
    for (kind, _currency), group in groups.items():
        whole = sum(entry.money.minor for _one, entry in group)
        one, largest = max(group, key=lambda pair: pair[1].money.minor)
        if len({other.project_id for other, _entry in group}) >= FEWEST_PARTS and largest.money.minor > MOST_OF * whole:
            share = round(Fraction(100 * largest.money.minor, whole))
            sentence = _("{kind} {amount} is {share}% of the sum over {count} projects")
            projects = len({other.project_id for other, _entry in group})
            yield Finding(
                "note",
                "dominant",
                one.code,
                sentence.format(kind=_kind(kind), amount=shown(largest.money), share=share, count=projects),
                command("capital", "list", one.code, "--kind", kind),
            )


def duplicates(subjects: Iterable[Subject]) -> Iterator[Finding]:
    """Two projects of one company on one site whose names are alike, and neither is a part of the other.

    Parts of one parent are phases of it and have names alike on purpose.
    """
    groups: dict[tuple[str, str], list[Subject]] = defaultdict(list)
    for one in subjects:
        if one.company:
            groups[fold(one.company), fold(one.site or "")].append(one)
    for group in groups.values():
        for one, other in combinations(group, 2):
            if not _is_family(one, other) and likeness(one.name, other.name) >= ALIKE:
                yield Finding(
                    "note",
                    "duplicate",
                    other.code,
                    _("looks like {code} opened twice: same company and site, names alike").format(code=one.code),
                    command("project", "remove", other.code),
                )


def likeness(name: str, other: str) -> float:
    """How alike two names are, from 0 to 1: twice the matching letters ÷ the letters of both (Ratcliff/Obershelp)."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, fold(name), fold(other), autojunk=False).ratio()


def _is_family(one: Subject, other: Subject) -> bool:
    parents = {one.parent_id, other.parent_id} - {None}
    return bool(parents & {one.project_id, other.project_id}) or (
        one.parent_id is not None and one.parent_id == other.parent_id
    )


def _kind(code: str) -> str:
    return CAPITAL_KINDS[code].name(language())
