"""Finding the thing a person named, and the closest one where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten

T = TypeVar("T")


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
