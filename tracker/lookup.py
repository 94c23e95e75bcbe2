"""Finding the thing a person named, also by the pinyin of its name, and the closest one where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TypeVar

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten

T = TypeVar("T")
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# How weighty it is to be named by pinyin: less than by any name, which are 0 to 3.
PINYIN, INITIALS = 4, 5
PINYIN_EXTRA = "pip install 'investment-tracker[zh]'"


def pick(word: str, named: Iterable[tuple[tuple[str | None, ...], T]], what: str) -> T:
    """The thing among `named` (its names, the thing) that `word` names; case and width do not count.

    Earlier names win over later ones: a code over an alias. Raises UsageError, with the closest name, where nothing or
    more than one thing is meant.
    """
    listed = list(named)
    wanted = fold(word)
    for place in range(max((len(names) for names, _thing in listed), default=0)):
        found = [thing for names, thing in listed if place < len(names) and fold(names[place] or "") == wanted]
        if len(found) > 1:
            raise UsageError(
                _("“{word}” names {count} of the {what}: give the code").format(
                    word=shorten(word), count=len(found), what=what
                )
            )
        if found:
            return found[0]
    known = [name for names, _thing in listed for name in names if name]
    hint = did_you_mean(word, known) or _(".")
    raise UsageError(_("there is no {what} “{word}”{hint}").format(what=what, word=shorten(word), hint=hint))


def reads_pinyin() -> bool:
    """Whether the extra `zh` is installed."""
    return find_spec("pypinyin") is not None


def readings(name: str) -> tuple[str, str] | None:
    """The pinyin of a Chinese name, written together, and its initials: 日电EV工厂 gives "ridianevgongchang", "rdevgc".

    None for a name without Chinese, and where the extra `zh` is not installed.
    """
    if not CHINESE.search(name) or not reads_pinyin():
        return None
    from pypinyin import lazy_pinyin

    full, initials = "", ""
    place = 0
    for run in CHINESE.finditer(name):
        between = _letters(name[place : run.start()])
        syllables = lazy_pinyin(run[0])
        full += between + "".join(syllables)
        initials += between + "".join(syllable[0] for syllable in syllables)
        place = run.end()
    rest = _letters(name[place:])
    return fold(full + rest), fold(initials + rest)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
