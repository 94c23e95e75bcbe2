"""The one home of translation: `_` looks a sentence up in the chosen language, and the language is chosen once."""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("en", "zh")
_CATALOGUES = Path(__file__).parent / "locale"

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def choose(language: str) -> None:
    """Use `language` (one of LANGUAGES) for every sentence from here on."""
    global _catalogue, _language
    _catalogue = gettext.translation("tracker", _CATALOGUES, languages=[language], fallback=True)
    _language = language


def language() -> str:
    """The language chosen: "en" or "zh"."""
    return _language


def _(sentence: str) -> str:
    return _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for `count` things, in the plural form of the chosen language."""
    return _catalogue.ngettext(one, many, count)
