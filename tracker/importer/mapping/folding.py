"""How headings and words of a file are compared: case, width, blanks and punctuation do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tracker.text import fold

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－﹣"), "-") | dict.fromkeys(map(ord, "～∼〜"), "~")
_KEPT = frozenset("%")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in lower case and plain width, with single blanks and plain dashes, line breaks as blanks."""
    return " ".join(fold(text).translate(_DASHES).split())


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What is left of a heading to be looked up: letters, digits and % signs."""
    return "".join(letter for letter in folded(text) if letter in _KEPT or _counts(letter))


def _counts(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its bracketed parts, and these parts."""
    plain = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]")
    parts = re.findall(r"\(([^()]*)\)|\[([^\[\]]*)\]", plain)
    outside = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", plain)
    return " ".join(outside.split()), tuple((round_ or square).strip() for round_, square in parts)


def has_chinese(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return re.search("[\u4e00-\u9fff]", text) is not None
