"""The one home of translation: `_` looks a sentence up in the chosen language, and the language is chosen once."""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
_CATALOGUES = Path(__file__).parent / "locale"
_ENTRY = r'(?m)^msgid "(.*)"\n(?:msgid_plural .*\n)?msgstr(?:\[0\])? "(.*)"$'


class Catalogue(gettext.NullTranslations):
    """The sentences of one .po file; what is not in it stays as it is. The languages it serves have no plural forms."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.sentences = read_catalogue(path)

    def gettext(self, message: str) -> str:
        """The translation of `message`."""
        return self.sentences.get(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation of `msgid1`, which is the same for any `n`; without one, the English form for `n`."""
        return self.sentences.get(msgid1) or super().ngettext(msgid1, msgid2, n)


def read_catalogue(path: Path) -> dict[str, str]:
    """Sentence → translation ("" where it waits for one) of a .po file whose texts each stand on one line.

    Read as it is: a compiled catalogue would be one more thing to build and to forget.
    """
    pairs = re.findall(_ENTRY, path.read_text(encoding="utf-8"))
    return {_unquoted(sentence): _unquoted(translation) for sentence, translation in pairs}


def in_every_language(sentence: str) -> tuple[str, ...]:
    """The sentence in each of LANGUAGES."""
    others = (read_catalogue(_CATALOGUES / f"{language}.po") for language in LANGUAGES[1:])
    return (sentence, *(sentences.get(sentence) or sentence for sentences in others))


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text
    import json

    unquoted: str = json.loads(f'"{text}"')
    return unquoted


_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def choose(language: str) -> None:
    """Use `language` (one of LANGUAGES) for every sentence from here on."""
    global _catalogue, _language
    _catalogue = _translations(language)
    _language = language


@cache
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.NullTranslations() if language == "en" else Catalogue(_CATALOGUES / f"{language}.po")


def language() -> str:
    """The language chosen: "en" or "zh"."""
    return _language


def _(sentence: str) -> str:
    return _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for `count` things, in the plural form of the chosen language."""
    return _catalogue.ngettext(one, many, count)


def N_(sentence: str) -> str:  # noqa: N802  # the name that extractors of messages know
    """The sentence itself."""
    return sentence
