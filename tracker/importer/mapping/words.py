"""Words that stand where a value would: withheld, unknown, nothing, broken."""

from __future__ import annotations

import re

from tracker.importer.mapping.folding import folded
from tracker.vocabulary import AVAILABILITY

WITHHELD, UNKNOWN, BLANK, BROKEN = "withheld", "unknown", "blank", "broken"

_WITHHELD = re.compile(
    r"exempt(?:ed)?\b.*|withheld\b.*|redacted\b.*|confidential\b.*"
    "|commercial(?:ly)?[ -](?:sensitive|in[ -]confidence).*|not (?:disclosed|published)|undisclosed"
    "|涉密|商业秘密|不(?:予)?公开"
    "|未公开|未披露|保密|不便公开|不宜公开|秘密"
)
_UNKNOWN = frozenset(
    [
        "#n/a",
        "n/a",
        "n.a.",
        "na",
        "n/k",
        "nk",
        "tbc",
        "tbd",
        "tba",
        "t.b.c.",
        "t.b.d.",
        "to be confirmed",
        "to be determined",
        "not known",
        "not available",
        "unknown",
        "不详",
        "不明",
        "未知",
        "待定",
        "未定",
        "待确定",
        "待核实",
        "待补充",
        "暂无",
        "暂缺",
        "k.a.",
        "k. a.",
        "unbekannt",
        "offen",
        "-",
        "--",
        "---",
        "/",
        "//",
        "\\",
        "?",
        "??",
        "…",
        "...",
    ]
)
_BLANK = frozenset(("", "无", "none", "null", "nil", "空"))
_ERRORS = frozenset(("#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#####"))


def meaning(text: str) -> str | None:
    """WITHHELD, UNKNOWN, BLANK or BROKEN (an error of a formula) for a text that is no value, else None."""
    # Most cells are values: a word of this list is short, or begins with one of few letters.
    written = folded(text)
    if written in _BLANK:
        return BLANK
    if written in _UNKNOWN:
        return UNKNOWN
    if written in _ERRORS or (written and not written.strip("#")):
        return BROKEN
    if _WITHHELD.fullmatch(written) or written in _withheld_words():
        return WITHHELD
    return None


def _withheld_words() -> tuple[str, ...]:
    return AVAILABILITY[WITHHELD].spellings
