"""Every list is in the order of the field, and every spelling of a word leads to its one code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import i18n, vocabulary
from tracker.errors import ValueRefused
from tracker.text import clean
from tracker.vocabulary import (
    AVAILABILITY,
    CAPITAL_KINDS,
    CERTIFICATIONS,
    COMPANY_ROLES,
    CONDITIONS,
    FIELD_TYPES,
    LEAD_SOURCES,
    LIGHTS,
    MILESTONES,
    OC4IDS_STATUS,
    ORIGINS,
    PROJECT_KINDS,
    QUALIFIERS,
    RELATIONS,
    STAGES,
    Term,
    Vocabulary,
)

LISTS = [value for value in vars(vocabulary).values() if isinstance(value, Vocabulary)]
SPELLINGS = [(words, term, spelling) for words in LISTS for term in words for spelling in term.spellings]

each_list = pytest.mark.parametrize("words", LISTS, ids=lambda words: words.name_en)


@pytest.fixture
def chinese() -> Iterator[None]:
    before = i18n.language()
    i18n.choose("zh")
    yield
    i18n.choose(before)


@each_list
def test_codes_are_unique_lower_case_words_in_rising_order(words: Vocabulary) -> None:
    assert len(set(words.codes)) == len(words) > 1
    assert all(code.replace("_", "").isalpha() and code == code.lower() for code in words.codes)
    orders = [term.order for term in words]
    assert orders == sorted(set(orders))


@each_list
def test_no_two_terms_share_a_spelling(words: Vocabulary) -> None:
    owners: dict[str, str] = {}
    for term in words:
        for spelling in term.spellings:
            key = vocabulary._key(spelling)
            assert key
            assert owners.setdefault(key, term.code) == term.code, spelling


@each_list
def test_no_term_lists_the_same_synonym_twice(words: Vocabulary) -> None:
    for term in words:
        keys = [vocabulary._key(synonym) for synonym in term.synonyms]
        assert len(keys) == len(set(keys)), term.code


@each_list
def test_every_name_fits_the_door(words: Vocabulary) -> None:
    for term in words:
        for spelling in term.spellings:
            assert clean(spelling, "the word") == spelling


@each_list
def test_every_spelling_parses_to_its_code(words: Vocabulary) -> None:
    for term in words:
        for spelling in term.spellings:
            assert words.parse(spelling) == term.code, spelling
            assert words.parse(f"  {spelling.upper()} ") == term.code, spelling


@given(st.sampled_from(SPELLINGS), st.randoms())
def test_case_width_spaces_hyphens_and_underscores_do_not_count(
    entry: tuple[Vocabulary, Term, str], chance: Random
) -> None:
    words, term, spelling = entry
    wide = {chr(point): chr(point + 0xFEE0) for point in range(0x21, 0x7F)}
    written = []
    for letter in spelling:
        if letter in " -_":
            written.append(chance.choice(["", " ", "-", "_", "\u3000", "—"]))
        else:
            written.append(chance.choice([letter, letter.upper(), wide.get(letter, letter)]))
    assert words.parse("".join(written)) == term.code


def test_the_stages_stand_in_the_order_of_the_field() -> None:
    assert [(term.order, term.code, term.zh) for term in STAGES] == [
        (10, "lead", "线索"),
        (20, "negotiating", "在谈"),
        (30, "signed", "签约"),
        (40, "filed", "备案"),
        (50, "site_secured", "拿地"),
        (60, "under_construction", "开工"),
        (70, "topped_out", "封顶"),
        (80, "completed", "竣工"),
        (90, "in_production", "投产"),
        (100, "at_capacity", "达产"),
    ]


def test_every_stage_has_its_standard_status() -> None:
    assert tuple(OC4IDS_STATUS) == STAGES.codes
    assert list(OC4IDS_STATUS.values()) == (
        ["identification"] * 2 + ["preparation"] * 3 + ["implementation"] * 2 + ["completion"] + ["maintenance"] * 2
    )


def test_milestones_are_the_stages_from_signing_on() -> None:
    assert MILESTONES.codes == STAGES.codes[2:]
    assert MILESTONES.parse("开工") == "under_construction"
    with pytest.raises(ValueRefused, match="there is no milestone “线索”"):
        MILESTONES.parse("线索")


def test_capital_kinds_stand_in_the_order_of_the_field() -> None:
    assert [(term.code, term.zh) for term in CAPITAL_KINDS] == [
        ("total", "总投资"),
        ("plan", "年度计划投资"),
        ("completed", "完成投资"),
        ("registered", "入统投资"),
        ("contracted_foreign", "合同外资"),
        ("utilised_foreign", "实到外资"),
        ("utilised_domestic", "实到内资"),
        ("funds_in_place", "到位资金"),
        ("paid", "实际支付"),
    ]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (CONDITIONS, "active suspended terminated lost closed"),
        (PROJECT_KINDS, "new expansion capital_increase relocation lease acquisition"),
        (QUALIFIERS, "exact about nearly over at_most"),
        (AVAILABILITY, "reported estimated unknown withheld"),
        (RELATIONS, "supports phase_of replaces depends_on"),
        (CERTIFICATIONS, "tech_sme high_tech specialised_sme little_giant single_champion"),
        (COMPANY_ROLES, "chain_leader leading supporting"),
        (ORIGINS, "foreign domestic mixed"),
        (LIGHTS, "green yellow red grey"),
        (FIELD_TYPES, "text number amount date yes_no"),
    ],
    ids=lambda value: value.name_en if isinstance(value, Vocabulary) else "",
)
def test_stored_codes_stay_as_they_are(words: Vocabulary, codes: str) -> None:
    assert words.codes == tuple(codes.split())


@pytest.mark.parametrize(
    ("words", "text", "code"),
    [
        (STAGES, "在建", "under_construction"),
        (STAGES, "Under-Construction", "under_construction"),
        (STAGES, "摘地", "site_secured"),
        (CONDITIONS, "停建", "suspended"),
        (CAPITAL_KINDS, "实际利用外资", "utilised_foreign"),
        (CAPITAL_KINDS, "合同利用外资", "contracted_foreign"),
        (CAPITAL_KINDS, "Utilized foreign", "utilised_foreign"),
        (QUALIFIERS, "突破", "over"),
        (QUALIFIERS, "＞", "over"),
        (QUALIFIERS, "at least", "over"),
        (CERTIFICATIONS, "国家级专精特新「小巨人」企业", "little_giant"),
        (CERTIFICATIONS, "国家级专精特新小巨人企业", "little_giant"),
        (LEAD_SOURCES, "以商引商", "referral_by_investor"),
        (LEAD_SOURCES, "出海抢商", "overseas_mission"),
        (LEAD_SOURCES, "基金招商", "fund_led"),
        (LIGHTS, "amber", "yellow"),
    ],
)
def test_words_of_the_field_are_understood(words: Vocabulary, text: str, code: str) -> None:
    assert words.parse(text) == code


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (STAGES, "试生产"),
        (STAGES, "sig"),
        (STAGES, "under"),
        (STAGES, ""),
        (STAGES, "-"),
        (CAPITAL_KINDS, "累计完成投资"),
        (CAPITAL_KINDS, "计划投资"),
        (CAPITAL_KINDS, "投资"),
        (CERTIFICATIONS, "科技型中小企业"),
    ],
)
def test_what_could_mean_two_things_is_refused(words: Vocabulary, text: str) -> None:
    with pytest.raises(ValueRefused, match=f"there is no {words.name_en} “{text}”"):
        words.parse(text)


def test_an_unknown_word_is_refused_with_the_closest_name_and_the_whole_list() -> None:
    with pytest.raises(ValueRefused) as caught:
        STAGES.parse("undr_construction")
    assert str(caught.value) == (
        "there is no stage “undr_construction”; did you mean “under_construction”? Known: lead, negotiating, signed, "
        "filed, site_secured, under_construction, topped_out, completed, in_production, at_capacity"
    )
    with pytest.raises(ValueRefused, match=r"there is no light “blue”\. Known: green, yellow, red, grey$"):
        LIGHTS.parse("blue")


@pytest.mark.usefixtures("chinese")
def test_in_chinese_the_list_is_named_and_each_code_stands_beside_its_name() -> None:
    with pytest.raises(ValueRefused, match=r"灯号.*green 绿灯、yellow 黄灯、red 红灯、grey 灰灯$"):
        LIGHTS.parse("blue")


def test_a_hostile_word_is_echoed_safely() -> None:
    with pytest.raises(ValueRefused, match=r"there is no stage “\\u001b\[31mred”"):
        STAGES.parse("\x1b[31mred")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(ValueRefused):
        assert STAGES.parse(text) in STAGES.codes


def test_terms_are_found_by_their_exact_code_only() -> None:
    assert STAGES["signed"].name("zh") == "签约"
    assert STAGES["signed"].name("en") == "signed"
    assert STAGES.get("signed") is STAGES["signed"]
    assert STAGES.get("签约") is None
    assert "signed" in STAGES
    assert "签约" not in STAGES
    with pytest.raises(KeyError):
        STAGES["签约"]
