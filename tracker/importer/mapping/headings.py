"""The headings people write, in Chinese, English and some German, for every field of every kind of record.

A heading is looked up exactly, once case, width, blanks, punctuation, unit and time are taken away; what is not known
is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tracker.importer.mapping.folding import key
from tracker.importer.mapping.list_synonyms import TABLES
from tracker.importer.mapping.stage_days import stage_day
from tracker.importer.mapping.synonyms import COMMON, GENERIC, NUMBERING
from tracker.importer.mapping.targets import Target, parse_target
from tracker.indicators import INDICATORS, NATURES
from tracker.vocabulary import CAPITAL_KINDS

_SHORTEST_PLURAL = 3


def known(kind: str, heading: str) -> Target | None:
    """What a heading (its unit and time taken away) stands for in a table of this kind; None where it is not known."""
    wanted, table = key(heading), _table(kind)
    found = table.get(wanted)
    if found is None and wanted.isascii() and len(wanted) > _SHORTEST_PLURAL:
        found = table.get(wanted.removesuffix("s")) or table.get(wanted + "s")
    return stage_day(heading) if found is None and kind == "project" else found


def known_plan(kind: str, heading: str) -> Target | None:
    """What a heading stands for with a year, and only then: 2023年计划投资 is a plan, 计划投资 may be a total."""
    words = {key(word): target for target, word in _lines(TABLES["plans"])}
    target = words.get(key(heading)) if kind in ("project", "capital") else None
    return parse_target(target) if target else None


def generic(heading: str) -> bool:
    """Whether a heading means something only under its group title: 名称, 时间, amount."""
    return key(heading) in GENERIC


def numbering(heading: str) -> bool:
    """Whether a column only numbers the rows."""
    return key(heading) in NUMBERING or heading.strip() in ("#", "№")


def spellings(kind: str) -> Iterator[str]:
    """Every heading that is known for a kind, to find the closest."""
    return (spelling for spelling, _target in _spelled(kind))


def find_capital(text: str) -> str | None:
    """The one kind of capital that is named within a longer text, such as a title; None where none or several are."""
    folded = key(text)
    words = {key(word): term.code for term in CAPITAL_KINDS for word in term.spellings if len(key(word)) > 3}
    words |= {"完成投资": "completed", "年度计划": "plan", "计划投资": "plan"}
    found: set[str] = set()
    for word in sorted(words, key=len, reverse=True):
        if word in folded:
            found.add(words[word])
            folded = folded.replace(word, " ")
    return found.pop() if len(found) == 1 else None


@cache
def _table(kind: str) -> dict[str, Target]:
    table: dict[str, Target] = {}
    for spelling, target in _spelled(kind):
        table.setdefault(key(spelling), target)
    table.pop("", None)
    return table


@cache
def _spelled(kind: str) -> tuple[tuple[str, Target], ...]:
    """Spellings with their targets; the first of equals counts, so what is particular comes before what is made."""
    written = [(spelling, parse_target(target)) for target, spelling in _lines(TABLES[kind])]
    if kind in ("project", "capital"):
        written += _capital()
    if kind == "indicator":
        written += _indicators()
    common = "" if kind == "field" else COMMON.replace("KIND", kind)
    return tuple(written + [(spelling, parse_target(target)) for target, spelling in _lines(common)])


def _lines(table: str) -> Iterator[tuple[str, str]]:
    for line in re.sub("\n +", " ", table).split("\n"):
        if not line:
            continue
        target, _bar, words = line.partition("|")
        for word in words.split(","):
            yield target.strip(), word.strip()


def _capital() -> Iterator[tuple[str, Target]]:
    for target, spelling in _lines(TABLES["figures"]):
        yield spelling, parse_target(target)
    for term in CAPITAL_KINDS:
        for spelling in term.spellings:
            yield spelling, Target("capital", "figure", (term.code,))


def _indicators() -> Iterator[tuple[str, Target]]:
    for term in INDICATORS:
        for spelling in term.spellings:
            yield spelling, Target("indicator", "value", (term.code,))


def measure_of(indicator: str) -> str | None:
    """What an indicator is measured in; None for one of the user's own."""
    return NATURES[indicator].measure if indicator in NATURES else None


def knows(text: str) -> bool:
    """Whether a text is a heading of any kind of table, by the words alone."""
    from tracker.importer.mapping.periods import split_period
    from tracker.importer.mapping.units import split_unit

    if len(text) > 60 or not text.strip():
        return False
    base = split_unit(text)[0]
    rest = split_period(base)[0]
    return numbering(base) or any(
        known(kind, word) is not None for kind in TABLES if kind in _KINDS for word in {base, rest} if word
    )


_KINDS = frozenset(TABLES) - {"figures", "plans"}
