"""What a column stands for: a field of a kind of record, and of which of the records that a row makes.

Written `project.name`, `capital[completed].figure @2023-06 ytd`, `milestone[completed baseline].on`,
`project.ids[备案代码]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.dates import Period, parse_period
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import _
from tracker.models.fields import Field, Type
from tracker.records.schema import KINDS
from tracker.text import not_one_of, shorten, unknown_word

WHATS = ("baseline", "forecast", "actual")
GOALS = ("actual", "floor", "stretch")
# The fields that the words in brackets after a kind give a value, in order.
SELECTORS: dict[str, tuple[str, ...]] = {
    "capital": ("kind",),
    "milestone": ("milestone", "what"),
    "stage": ("stage",),
    "condition": ("condition",),
    "certification": ("certification",),
    "indicator": ("indicator", "what"),
    "baseline": ("version",),
}
# Columns that say more about the figure, or the day, beside them; not fields of their own.
COMPANIONS = {
    "project": ("is_registered",),
    "capital": ("currency", "unit", "qualifier", "availability", "year", "month", "reported"),
    "baseline": ("currency", "unit", "qualifier", "availability"),
    "indicator": ("currency", "unit", "measure", "qualifier", "availability", "year", "month"),
    "review": ("year", "month"),
}
_NAMED = ("ids", "fields")
_FORM = re.compile(
    r"(?P<kind>[a-z]+)(?:\[(?P<select>[^\]]*)\])?\.(?P<field>[a-z_]+)(?:\[(?P<name>[^\]]+)\])?"
    r"(?: +@(?P<on>\S+))?(?: +(?P<basis>period|ytd|cumulative))?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A field, the values that select the record (`select`, in the order of SELECTORS, "" for open ones), and its time.

    `name` is the scheme of an external id or the name of a declared field; `basis` "" is not said.
    """

    kind: str
    field: str
    select: tuple[str, ...] = ()
    name: str = ""
    on: Period | None = None
    basis: str = ""

    def __str__(self) -> str:
        select = " ".join(word for word in self.select if word)
        text = f"{self.kind}[{select}]" if select else self.kind
        text += f".{self.field}" + (f"[{self.name}]" if self.name else "")
        text += f" @{self.on.iso()}" if self.on else ""
        return f"{text} {self.basis}" if self.basis and self.basis != "period" else text

    @property
    def selected(self) -> dict[str, str]:
        """The fields that the words in brackets fill."""
        pairs = zip(SELECTORS.get(self.kind, ()), self.select, strict=False)
        return {key: word for key, word in pairs if word}

    @property
    def known(self) -> Field | None:
        """The field of the kind; None for a companion."""
        return next((field for field in KINDS[self.kind].fields if field.key == self.field), None)

    @property
    def is_amount(self) -> bool:
        """Whether it holds money, as far as that can be told without the indicator."""
        return self.known is not None and self.known.type in (Type.FIGURE, Type.QUANTITY)

    @property
    def open(self) -> Target:
        """The same without its time."""
        return replace(self, on=None, basis="")


def parse_target(text: str) -> Target:
    """The target that `text` writes. Raises UsageError with the closest name."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            _(
                "“{text}” is not a target: write KIND.FIELD, like project.name or capital[completed].figure @2023-06"
            ).format(text=shorten(text))
        )
    kind, field = found["kind"], found["field"]
    if kind not in KINDS:
        raise UsageError(unknown_word(_("“{text}”: there is no kind “{word}”"), kind, KINDS, text=shorten(text)))
    fields = (*(one.key for one in KINDS[kind].fields), *COMPANIONS.get(kind, ()))
    if field not in fields:
        sentence = _("“{text}”: a {kind} has no field “{word}”")
        raise UsageError(unknown_word(sentence, field, fields, text=shorten(text), kind=kind))
    if found["name"] and field not in _NAMED:
        raise UsageError(_("“{text}”: only ids and fields take a name in brackets").format(text=shorten(text)))
    on = _period(found["on"], text) if found["on"] else None
    return Target(
        kind, field, _select(kind, found["select"] or "", text), found["name"] or "", on, found["basis"] or ""
    )


def _select(kind: str, written: str, text: str) -> tuple[str, ...]:
    """The words in brackets, each in its place and as its code."""
    keys = SELECTORS.get(kind, ())
    words = written.split()
    if len(words) > len(keys):
        raise UsageError(_("“{text}”: too many words in the brackets").format(text=shorten(text)))
    second = {"milestone": WHATS, "indicator": GOALS}.get(kind, ())
    if len(words) == 1 and words[0] in second:
        return ("", words[0])
    if len(words) == 2 and words[1] not in second:
        raise UsageError(_("“{text}”: {reason}").format(text=shorten(text), reason=not_one_of(words[1], second)))
    return (_code(kind, keys[0], words[0], text), *words[1:]) if words else ()


def _code(kind: str, key: str, word: str, text: str) -> str:
    from tracker.vocabulary import INDICATORS, MILESTONES

    open_lists = {"milestone": MILESTONES, "indicator": INDICATORS}
    words = open_lists.get(kind) or KINDS[kind].field(key).words
    if words is None:
        return word
    try:
        return words.parse(word)
    except ValueRefused as refused:
        if kind in open_lists:
            return word
        raise UsageError(_("“{text}”: {reason}").format(text=shorten(text), reason=refused)) from None


def _period(word: str, text: str) -> Period:
    from datetime import date

    try:
        if not re.search("[0-9]{4}", word):
            raise ValueRefused(_("a period is written with its year, like 2023-06"))
        return parse_period(word, today=date(2000, 1, 1))
    except ValueRefused as refused:
        raise UsageError(_("“{text}”: {reason}").format(text=shorten(text), reason=refused)) from None
