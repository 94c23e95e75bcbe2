"""Countries and regions by ISO 3166-1 code, with the names people write in Chinese and English."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import did_you_mean, fold, shorten

_TABLE = Path(__file__).parent / "data" / "countries.tsv"


class _Country(NamedTuple):
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
    if code := _known(text):
        return code
    # Three letters are within one slip of dozens of codes: only names are worth suggesting.
    names = (name for country in _countries().values() for name in country.spellings[2:])
    raise ValueRefused(
        _("there is no country “{word}”{hint} Give its name or its ISO 3166-1 code, for example JP").format(
            word=shorten(text), hint=did_you_mean(text, names) or _(".")
        )
    )


# What stands before or behind the name of a country in its official form, also shortened.
_WORDS_OF_STATE = (
    "democratic|dem|socialist|federal|federated|fed|federative|federation|islamic|arab|people|peoples|s|plurinational"
    "|bolivarian|republica|bolivariana|cooperative|co|operative|united|union|hashemite|grand|principality|oriental"
    "|eastern"
    "|independent|republic|rep|kingdom|state|states|sts|commonwealth|duchy|sultanate|emirate|nation|r|b|rb|of|de|and"
)
_OFFICIAL = (
    rf"(?:the )?(?:(?:{_WORDS_OF_STATE}) )*(?:republic|kingdom|states?|commonwealth|duchy|principality|sultanate"
    "|emirate|union|federation|confederation|nation) of (?:the )?(.+)"
)
_BEHIND = rf"(.+?), (?:the|(?:(?:{_WORDS_OF_STATE})\b[ .]*)+)"
_OFFICIAL_CHINESE = (
    "(.{2,}?)(?:伊斯兰|阿拉伯|民主|人民|社会主义|联邦|多民族|合作|大)*(?:共和国|王国|联邦|酋长国|公国|苏丹国)"
)
# Official names that are made of an adjective.
_ADJECTIVES = {
    "AL": "albanian", "AR": "argentine", "AT": "austrian", "CH": "swiss", "CZ": "czech", "EE": "estonian",
    "FR": "french", "GA": "gabonese", "GR": "hellenic", "HR": "croatian", "IT": "italian", "KG": "kyrgyz",
    "LB": "lebanese",
    "MX": "united mexican", "PL": "polish", "PT": "portuguese", "RU": "russian", "SK": "slovak", "SI": "slovenian",
    "TG": "togolese", "TN": "tunisian", "SY": "syrian arab", "UY": "uruguayan",
}  # fmt: skip
# The names that Babel's data have in these languages.
_LANGUAGES = ("en", "zh", "zh_Hant", "fr", "de", "es", "pt", "it", "nl", "pl", "ja", "ko", "ru")


def _known(text: str) -> str | None:
    """The code of a name as it stands, in its official form, or as other languages have it."""
    spellings = _codes_by_spelling()
    plain = " ".join(fold(text).replace("'", " ").replace("’", " ").replace("-", " ").split())
    # Bolivia (Plurinational State of), and the islands of 维尔京群岛（英属）.
    if found := re.fullmatch(r"(.+?) ?[(]([^()]+ of(?: the)?|英属|美属)[)]", plain):
        turned = f"{found[2]} {found[1]}" if found[2].isascii() else f"{found[2]}{found[1]}"
        return _known(turned)
    # Whose republic is meant is not for a program to say.
    if plain in ("republic of china", "the republic of china"):
        return None
    if code := spellings.get(_key(text)):
        return code
    for form in (_OFFICIAL, _BEHIND, _OFFICIAL_CHINESE):
        found = re.fullmatch(form, plain.replace(".", ""))
        if found is None:
            continue
        # The official form may itself be made of several: Republic of the Union of Myanmar.
        inner = found[1] if found[1] != plain and " of " in found[1] else None
        if code := spellings.get(_key(found[1])) or (_known(inner) if inner else None):
            return code
    for code, adjective in _ADJECTIVES.items():
        if re.fullmatch(rf"(?:the )?{adjective} (?:republic|confederation|federation|states)", plain):
            return code
    return _in_other_languages().get(_key(text))


@cache
def _in_other_languages() -> dict[str, str]:
    try:
        from babel import Locale
    except ModuleNotFoundError:
        return {}
    names: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _countries():
                names.setdefault(_key(name), set()).add(code)
    # There are two countries called Congo, and other names mean one country here and another there.
    return {name: codes.pop() for name, codes in names.items() if len(codes) == 1 and name not in ("congo", "刚果")}


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
