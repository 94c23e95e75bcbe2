"""Countries and regions by ISO 3166-1 code, with the names people write in Chinese and English."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten

_TABLE = Path(__file__).parent / "data" / "countries.tsv"


@dataclass(frozen=True, slots=True)
class _Country:
    code: str
    alpha3: str
    en: str
    zh: str
    synonyms: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.code, self.alpha3, self.en, self.zh, *self.synonyms)


def parse_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code meant by a two- or three-letter code or a name in Chinese or English, in any case.

    Spaces, punctuation, accents and "the" do not count. Raises ValueRefused.
    """
    if code := _codes_by_spelling().get(_key(text)):
        return code
    # Three letters are within one slip of dozens of codes: only names are worth suggesting.
    names = (name for country in _countries().values() for name in country.spellings[2:])
    raise ValueRefused(
        _("there is no country “{word}”{hint} Give its name or its ISO 3166-1 code, for example JP").format(
            word=shorten(text), hint=did_you_mean(text, names) or _(".")
        )
    )


def country_name(code: str, lang: str) -> str:
    """The short name in "zh", in English for any other language; a code that is not in ISO 3166-1 is its own name."""
    country = _countries().get(code)
    if country is None:
        return code
    return country.zh if lang == "zh" else country.en


@cache
def _countries() -> dict[str, _Country]:
    rows = (line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines()[1:])
    return {
        code: _Country(code, alpha3, en, zh, tuple(synonyms.split("|")) if synonyms else ())
        for code, alpha3, en, zh, synonyms in rows
    }


@cache
def _codes_by_spelling() -> dict[str, str]:
    return {_key(spelling): country.code for country in _countries().values() for spelling in country.spellings}


def _key(text: str) -> str:
    words = ("saint" if word in ("st", "st.") else word for word in fold(text).replace("&", " and ").split())
    joined = "".join(word for word in words if word != "the")
    # Decomposed, an accent is a mark of its own and falls away with the punctuation.
    return "".join(character for character in unicodedata.normalize("NFKD", joined) if character.isalnum())
