"""Maps of files: what somebody said of a layout once, kept for the next file with the same headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.i18n import _
from tracker.ledger.store import Store
from tracker.models.import_map import ImportMap
from tracker.text import LONGEST_CODE, clean, fold, pick

LONGEST_MAP = 200_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """A map, and whether it is "new", "changed" or the "same" as before."""

    row: ImportMap
    outcome: str


def remember(store: Store, name: str, headings: Sequence[str], text: str) -> Remembered:
    """Keep a map for files with these headings, in the place of the one there is, which keeps its name.

    A name that another map has gets a number. Raises ValueRefused for a text that may not be kept.
    """
    facts = {
        "headings": "\n".join(" ".join(heading.split()) for heading in headings),
        "text": clean(text, _("the map"), longest=LONGEST_MAP, lines=True),
    }
    maps = list(store.find(ImportMap))
    layout = layout_of(headings)
    for row in maps:
        if layout_of(row.headings.split("\n")) == layout:
            same = row.text == facts["text"]
            return Remembered(row, "same") if same else Remembered(store.revise(row, **facts), "changed")
    wanted, taken = clean(name, _("the name"))[: LONGEST_CODE - 4], {fold(row.name) for row in maps}
    free = next(name for number in range(1, len(maps) + 2) if fold(name := _numbered(wanted, number)) not in taken)
    return Remembered(store.add(ImportMap.model_validate(facts | {"name": free})), "new")


def forget(store: Store, name: str) -> ImportMap:
    """End a map. Raises UsageError, with the closest name, where there is none of this name."""
    row = pick(name, [((one.name,), one) for one in store.find(ImportMap)], _("map of a file"))
    store.end(row)
    return row


# The months and years of a heading, which the next file has others of: 9月完成 in September is 10月完成 in October.
_TIMES = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-/–](?:[0-9]{4}|[0-9]{2}))?|[0-9]{1,2}(?:[-–~至到][0-9]{1,2})?(?=月)|q[1-4]"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*[-']?[0-9]{2,4}|[一二三四](?=季度)"
)


def heading_key(heading: str) -> str:
    """What a heading is compared by."""
    return "".join(fold(heading).split())


def timeless(heading: str) -> str:
    """A heading without the times in it."""
    return _TIMES.sub("#", heading_key(heading))


def layout_of(headings: Sequence[str]) -> tuple[str, ...]:
    """What two files of one layout have in common: their headings, in any order, but for the times in them."""
    return tuple(sorted(map(timeless, headings)))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"
