"""Countries are found by code or by name in both languages, and loaded only when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import countries
from tracker.countries import country_name, parse_country
from tracker.errors import ValueRefused
from tracker.text import clean

TABLE = countries._countries()
SPELLINGS = [(country.code, spelling) for country in TABLE.values() for spelling in country.spellings]


def test_the_table_holds_the_249_codes_of_iso_3166_1() -> None:
    assert len(TABLE) == len({country.alpha3 for country in TABLE.values()}) == 249
    assert all(len(country.code) == 2 and country.code.isupper() for country in TABLE.values())
    assert all(len(country.alpha3) == 3 and country.alpha3.isupper() for country in TABLE.values())
    assert list(TABLE) == sorted(TABLE)


def test_no_two_countries_share_a_spelling() -> None:
    owners: dict[str, str] = {}
    for code, spelling in SPELLINGS:
        assert clean(spelling, "the country") == spelling
        assert owners.setdefault(countries._key(spelling), code) == code, spelling


@given(st.sampled_from(SPELLINGS))
def test_every_spelling_in_any_case_parses_to_its_code(entry: tuple[str, str]) -> None:
    code, spelling = entry
    assert parse_country(spelling) == parse_country(f" {spelling.lower()} ") == parse_country(spelling.upper()) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("日本", "JP"),
        ("jpn", "JP"),
        ("ＪＰ", "JP"),
        ("德国", "DE"),
        ("台湾", "TW"),
        ("中国台湾", "TW"),
        ("香港", "HK"),
        ("Macau", "MO"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("the Netherlands", "NL"),
        ("St Lucia", "LC"),
        ("St. Kitts & Nevis", "KN"),
        ("Saint Vincent and Grenadines", "VC"),
        ("cote d’ivoire", "CI"),
        ("Turkey", "TR"),
        ("Viet Nam", "VN"),
        ("阿拉伯联合酋长国", "AE"),
        ("刚果(金)", "CD"),
        ("英属维尔京群岛", "VG"),
    ],
)
def test_names_are_understood_as_people_write_them(text: str, code: str) -> None:
    assert parse_country(text) == code


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Germny", "there is no country “Germny”; did you mean “Germany”? Give its name or its ISO 3166-1 code"),
        ("EUR", "there is no country “EUR”. Give its name"),
        ("刚果", "there is no country “刚果”"),
        ("Congo", "there is no country “Congo”"),
        ("", "there is no country “”"),
        ("\x1b[2J", r"there is no country “\\u001b\[2J”"),
    ],
)
def test_an_unknown_or_unclear_country_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueRefused, match=f"^{sentence.replace('?', '[?]')}"):
        parse_country(text)


@pytest.mark.parametrize(
    ("code", "en", "zh"),
    [
        ("JP", "Japan", "日本"),
        ("DE", "Germany", "德国"),
        ("HK", "Hong Kong", "香港"),
        ("MO", "Macao", "澳门"),
        ("TW", "Taiwan", "中国台湾"),
        ("KR", "South Korea", "韩国"),
        ("AE", "United Arab Emirates", "阿联酋"),
        ("XX", "XX", "XX"),
    ],
)
def test_short_names_in_both_languages(code: str, en: str, zh: str) -> None:
    assert country_name(code, "en") == en
    assert country_name(code, "zh") == zh


def test_importing_reads_no_table() -> None:
    code = "import tracker.countries as c; assert c._countries.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Republic of India", "IN"), ("Socialist Republic of Viet Nam", "VN"), ("Republic of Turkiye", "TR"),
        ("Holland", "NL"), ("Republic of the Union of Myanmar", "MM"), ("Congo, Dem. Rep.", "CD"),
        ("Democratic Republic of the Congo", "CD"), ("Republic of Congo", "CG"), ("Egypt, Arab Rep.", "EG"),
        ("Korea, Rep.", "KR"), ("Gambia, The", "GM"), ("Slovak Republic", "SK"), ("Swiss Confederation", "CH"),
        ("Federal Democratic Republic of Nepal", "NP"), ("印度共和国", "IN"), ("德意志联邦共和国", "DE"), ("NA", "NA"),
    ],
)  # fmt: skip
def test_official_names_are_read(text: str, code: str) -> None:
    assert parse_country(text) == code


@pytest.mark.parametrize("text", ["Western Africa", "Europe", "Republic of China", "Multi-country", "South Asia"])
def test_what_is_no_one_country_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_country(text)


def test_names_in_other_languages_are_those_of_babel() -> None:
    pytest.importorskip("babel")
    assert [parse_country(name) for name in ("Deutschland", "Allemagne", "Alemania")] == ["DE"] * 3
    with pytest.raises(ValueRefused):
        parse_country("Congo")
