"""Amounts: what is read, what is refused, how they print, and that printing and reading are each other's inverse."""

from __future__ import annotations

import dataclasses
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.currencies import CODES, minor_digits
from tracker.errors import ValueRefused
from tracker.money import (
    AUTO,
    AVAILABILITIES,
    LIMIT,
    ONE,
    QUALIFIERS,
    UNITS,
    WITHOUT_AMOUNT,
    Figure,
    Money,
    Unit,
    format_figure,
    format_money,
    from_plain,
    parse_figure,
    parse_money,
    parse_unit,
    plain,
    rounds,
)
from tracker.text import show

LANGUAGES = ("en", "zh")
CURRENCIES = st.sampled_from(CODES)
MINOR = st.one_of(
    st.integers(-LIMIT, LIMIT),
    st.integers(-(10**9), 10**9),
    # Round amounts are what people write, and what picks the large units.
    st.builds(lambda n, power: n * 10**power, st.integers(-8_999, 8_999), st.integers(0, 14)),
)
MONEY = st.builds(Money, MINOR, CURRENCIES)
FIGURES = st.one_of(
    st.builds(Figure, MONEY, st.sampled_from(QUALIFIERS), st.sampled_from(["reported", "estimated"])),
    st.builds(Figure, st.none(), st.just("exact"), st.sampled_from(WITHOUT_AMOUNT)),
)


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


# --- money and figures ---------------------------------------------------------------------------------------------


def test_money_adds_and_turns_sign_within_one_currency() -> None:
    assert sum([yuan(1), yuan(2)], Money.zero("CNY")) == yuan(3)
    assert -yuan(5) + yuan(5) == Money.zero("CNY")


def test_money_of_two_currencies_has_no_sum() -> None:
    with pytest.raises(ValueError, match="CNY and USD have no sum"):
        yuan(1) + Money(1, "USD")


def test_a_sum_may_pass_the_limit_of_a_single_entry() -> None:
    assert (Money(LIMIT, "CNY") + Money(LIMIT, "CNY")).minor == 2 * LIMIT


def test_money_and_figures_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        yuan(1).minor = 2  # type: ignore[misc]  # the refusal is what is tested


@pytest.mark.parametrize("availability", WITHOUT_AMOUNT)
def test_a_figure_without_amount_is_unknown_or_withheld_and_unqualified(availability: str) -> None:
    assert Figure(availability=availability).money is None
    with pytest.raises(ValueRefused, match="neither amount nor qualifier"):
        Figure(yuan(0), availability=availability)
    with pytest.raises(ValueRefused, match="neither amount nor qualifier"):
        Figure(qualifier="about", availability=availability)


@pytest.mark.parametrize("availability", ["reported", "estimated"])
def test_a_reported_or_estimated_figure_has_an_amount_and_zero_is_one(availability: str) -> None:
    assert Figure(yuan(0), availability=availability).money == yuan(0)
    with pytest.raises(ValueRefused, match="must be called unknown or withheld"):
        Figure(availability=availability)


def test_words_outside_the_vocabulary_are_refused() -> None:
    with pytest.raises(ValueRefused, match="“roughly” is not one of exact, about"):
        Figure(yuan(1), qualifier="roughly")
    with pytest.raises(ValueRefused, match="“maybe” is not one of reported"):
        Figure(yuan(1), availability="maybe")


# --- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25亿元", "2500000000.00"),
        ("25 亿元", "2500000000.00"),
        (" 25亿 元\n", "2500000000.00"),
        ("２５亿元", "2500000000.00"),
        ("人民币25亿元", "2500000000.00"),
        ("￥25亿", "2500000000.00"),
        ("12,000万", "120000000.00"),
        ("１２，０００", "12000.00"),
        ("1.5万", "15000.00"),
        ("3千万", "30000000.00"),
        ("3.5千万元", "35000000.00"),
        ("2,500百万元", "2500000000.00"),
        ("5百", "500.00"),
        ("2千亿", "200000000000.00"),
        ("1.2万亿元", "1200000000000.00"),
        ("1亿2千万元", "120000000.00"),
        ("1亿2,000.5万元", "120005000.00"),
        ("1亿500万", "105000000.00"),
        ("1万亿5000万", "1000050000000.00"),
        ("2千5百万", "25000000.00"),
        ("3万5千", "35000.00"),
        ("3万5000", "35000.00"),
        ("1亿零5百", "100000500.00"),
        ("1亿零500万", "105000000.00"),
        ("1亿〇500万元", "105000000.00"),
        ("3亿零200万元", "302000000.00"),
        ("3亿 零 200万元", "302000000.00"),
        ("1万亿零300亿", "1030000000000.00"),
        ("1亿零500", "100000500.00"),
        ("3千零50万元", "30500000.00"),
        ("3千零5万元", "30050000.00"),
        ("五百万", "5000000.00"),
        ("十亿", "1000000000.00"),
        ("二十五亿元", "2500000000.00"),
        ("一百零五万", "1050000.00"),
        ("一百〇五万", "1050000.00"),
        ("两千五百万", "25000000.00"),
        ("九千九百九十九万", "99990000.00"),
        ("一亿二千万", "120000000.00"),
        ("三万零五", "30005.00"),
        ("2.5bn CNY", "2500000000.00"),
        ("CNY 2.5bn", "2500000000.00"),
        ("cny2.5B", "2500000000.00"),
        ("RMB 3.2 million", "3200000.00"),
        ("2.5 billion yuan", "2500000000.00"),
        ("1 trillion", "1000000000000.00"),
        ("5 thousand yuan", "5000.00"),
        ("250k", "250000.00"),
        ("1,250,000.50", "1250000.50"),
        ("1250000.5", "1250000.50"),
        ("1250000.0", "1250000.00"),
        ("1.2500亿", "125000000.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("+5元", "5.00"),
        ("-5万元", "-50000.00"),
        ("－5万元", "-50000.00"),
        ("\u22125万元", "-50000.00"),
        ("CNY -5m", "-5000000.00"),
        ("-CNY 5m", "-5000000.00"),
        ("-¥5", "-5.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, expected: str) -> None:
    assert parse_money(text, currency="CNY") == from_plain(expected, "CNY")


@pytest.mark.parametrize(
    ("text", "configured", "expected", "currency"),
    [
        ("2.88亿美元", "CNY", "288000000.00", "USD"),
        ("US$288m", "CNY", "288000000.00", "USD"),
        ("US$ 288 m", None, "288000000.00", "USD"),
        ("$288m", "USD", "288000000.00", "USD"),
        ("$5", "HKD", "5.00", "HKD"),
        ("5 dollars", "SGD", "5.00", "SGD"),
        ("JPY 1,200,000", "CNY", "1200000", "JPY"),
        ("120万日元", None, "1200000", "JPY"),
        ("¥5", "JPY", "5", "JPY"),
        ("¥5亿元", None, "500000000.00", "CNY"),
        ("$5亿美元", None, "500000000.00", "USD"),
        ("5亿", "USD", "500000000.00", "USD"),
        ("5亿元", "USD", "500000000.00", "CNY"),
        ("港币500万元", "CNY", "5000000.00", "HKD"),
        ("1.234 KWD", None, "1.234", "KWD"),
        ("KWD 1.5亿", None, "150000000.000", "KWD"),
        ("€5m", None, "5000000.00", "EUR"),
    ],
)
def test_the_named_currency_counts_and_else_the_configured_one(
    text: str, configured: str | None, expected: str, currency: str
) -> None:
    assert parse_money(text, currency=configured) == from_plain(expected, currency)


@pytest.mark.parametrize(
    ("qualifier", "templates"),
    [
        ("about", "约{} 大约{} ~{} ～{} ≈{} about_{} around_{} approx_{} approx.{} {}左右"),
        ("nearly", "近{} 将近{} 接近{} nearly_{} almost_{}"),
        (
            "over",
            "超{} 超过{} 突破{} 逾{} 至少{} 不少于{} >{} >={} ≥{} ＞{} over_{} at_least_{} more_than_{} {}以上 {}+",
        ),
        ("at_most", "不超过{} 至多{} <{} <={} ≤{} up_to_{} at_most_{} less_than_{} {}以内 {}以下"),
    ],
)
def test_qualifiers_are_read_before_and_after_the_amount(qualifier: str, templates: str) -> None:
    for template in templates.split():
        text = template.replace("_", " ").format("14亿元")
        assert parse_figure(text, currency="CNY") == Figure(yuan(1_400_000_000), qualifier), text


@pytest.mark.parametrize(
    ("text", "amount"),
    [("10余亿元", 10**9), ("十多亿元", 10**9), ("14亿多元", 14 * 10**8), ("3千多万", 3 * 10**7), ("超过10余亿", 10**9)],
)
def test_a_remainder_word_inside_the_number_means_over(text: str, amount: int) -> None:
    assert parse_figure(text, currency="CNY") == Figure(yuan(amount), "over")


@pytest.mark.parametrize("text", ["est. 5m", "estimated CNY 5m", "估计500万", "500万元（估）", "CNY 5m (est.)"])
def test_estimates_are_read(text: str) -> None:
    assert parse_figure(text, currency="CNY") == Figure(yuan(5_000_000), availability="estimated")


def test_an_estimate_may_be_qualified() -> None:
    figure = Figure(yuan(5_000_000), "about", "estimated")
    assert parse_figure("约500万元（估算）", currency="CNY") == figure
    assert parse_figure("est. about 5m", currency="CNY") == figure


@pytest.mark.parametrize(
    ("text", "availability"),
    [
        ("unknown", "unknown"),
        (" Unknown ", "unknown"),
        ("未知", "unknown"),
        ("withheld", "withheld"),
        ("不公开", "withheld"),
    ],
)
def test_figures_without_amount_are_read_without_a_currency(text: str, availability: str) -> None:
    assert parse_figure(text, currency=None) == Figure(availability=availability)


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is blank"),
        ("\u3000 \t", "it is blank"),
        ("NaN", "there is no number"),
        ("inf", "there is no number"),
        ("近", "there is no number"),
        ("CNY", "there is no number"),
        ("–", "there is no number"),
        ("٣٤", "there is no number"),
        ("12,00", "write the number like"),
        ("1,2345", "write the number like"),
        ("1,00,000", "write the number like"),
        ("1.2.3", "write the number like"),
        ("0x10", "write the number like"),
        ("1_000", "write the number like"),
        (".5亿", "write the number like"),
        ("5.", "write the number like"),
        ("5,", "write the number like"),
        ("1/2", "write the number like"),
        ("10-20亿", "“10-20亿” is a range"),
        ("10万千", "write the number like"),
        ("百亿", "write the number like"),
        ("3亿零", "“零” is not a number"),
        ("1亿零2亿", "must fall from large to small"),
        ("五个百亿", "write the number like"),
        ("二点五亿", "write the number like"),
        ("二五", "write the number like"),
        ("零", "write the number like"),
        ("5亿万", "write the number like"),
        ("2千万1亿", "must fall from large to small"),
        ("1亿2亿", "must fall from large to small"),
        ("1亿12000万", "must fall from large to small"),
        ("1万10000", "must fall from large to small"),
        ("1.5亿2千万", "must fall from large to small"),
        ("1亿2千", "two readings"),
        ("3万5", "two readings"),
        ("三万五", "two readings"),
        ("二百五", "two readings"),
        ("1.005 CNY", "at most 2 decimals"),
        ("1.250", "at most 2 decimals"),
        ("1.0000001万", "at most 2 decimals"),
        ("1.5 JPY", "no decimals"),
        ("9000000000000000.01", "beyond the largest amount kept, 9000000000000000 CNY"),
        ("-100000万亿", "beyond the largest amount"),
        ("9" * 90, "beyond the largest amount"),
        ("--5", "more than one sign"),
        ("-CNY -5", "more than one sign"),
        ("5%", "“%” is not a known currency"),
        ("5 CYN", "did you mean “CNY”"),
        ("5²", "is not a known currency"),
        ("5m m", "is not a known currency"),
        ("$5", "“\\$” may be USD"),
        ("US$5亿元", "“us\\$” and “元” are different currencies"),
        ("CNY 5 USD", "are different currencies"),
        ("约14亿元以上", "both about and over"),
        ("近10余亿", "both nearly and over"),
        ("5万 million", "a Chinese and an English unit"),
        ("5" + " " * 200 + "元", "longer than 100 characters"),
        ("5\x00", "\\\\u0000"),
        ("\x1b[31m5", "\\\\u001b"),
        ("\u202e5", "\\\\u202e"),
        ("5\u200b元", "\\\\u200b"),
    ],
)
def test_what_has_no_one_exact_reading_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason) as refused:
        parse_figure(text, currency="CNY")
    assert str(refused.value).startswith("cannot read “")
    assert show(str(refused.value)) == str(refused.value)


@pytest.mark.parametrize("text", ["¥5", "$5", "5", "5亿", "5 dollars"])
def test_without_a_configured_currency_a_bare_number_or_shared_symbol_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match=r"no currency is named|may be"):
        parse_figure(text, currency=None)


def test_a_shared_symbol_is_refused_where_the_configured_currency_does_not_use_it() -> None:
    with pytest.raises(ValueRefused, match="“¥” may be CNY, JPY; write the code"):
        parse_figure("¥5", currency="USD")


def test_a_configured_currency_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueRefused, match="“XXX” is not a known currency"):
        parse_figure("5", currency="XXX")


@pytest.mark.parametrize("text", ["近34亿", "14亿元以上", "est. 5m", "unknown", "不公开"])
def test_parse_money_wants_an_exact_reported_amount(text: str) -> None:
    with pytest.raises(ValueRefused, match="an exact amount is needed here"):
        parse_money(text, currency="CNY")


def test_a_refusal_repeats_a_shortened_text() -> None:
    with pytest.raises(ValueRefused) as refused:
        parse_figure("9" * 10_000, currency="CNY")
    assert str(refused.value) == f"cannot read “{'9' * 59}…” as an amount: it is longer than 100 characters"


@settings(max_examples=250)
@given(
    st.one_of(
        st.text(max_size=200),
        st.text(alphabet="0123456789.,+-() 元万亿千百十零二两余多约近超$¥€＄１kmbnCNYUSD\x00\u202e\ud800", max_size=30),
    )
)
def test_any_text_is_read_or_refused_in_one_printable_sentence(text: str) -> None:
    try:
        figure = parse_figure(text, currency="CNY")
    except ValueRefused as refused:
        sentence = str(refused)
        assert show(sentence) == sentence
        assert len(sentence) < 400
    else:
        assert figure.money is None or abs(figure.money.minor) <= LIMIT


# --- the exact text of files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (yuan(2_500_000_000), "2500000000.00"),
        (Money(5, "CNY"), "0.05"),
        (Money(-5, "CNY"), "-0.05"),
        (Money(0, "CNY"), "0.00"),
        (Money(0, "JPY"), "0"),
        (Money(-1_200_000, "JPY"), "-1200000"),
        (Money(1, "KWD"), "0.001"),
        (Money(12345, "CLF"), "1.2345"),
        (Money(LIMIT, "CNY"), "9000000000000000.00"),
    ],
)
def test_plain_writes_every_digit_and_reads_back(money: Money, text: str) -> None:
    assert plain(money) == text
    assert from_plain(text, money.currency) == money


@given(MONEY)
def test_plain_text_reads_back_as_the_same_money(money: Money) -> None:
    assert from_plain(plain(money), money.currency) == money
    assert parse_money(f"{money.currency} {plain(money)}", currency=None) == money


@pytest.mark.parametrize(("text", "minor"), [("+5", 500), ("5.5", 550), ("5.500000", 550), ("007", 700)])
def test_plain_text_may_leave_out_or_add_zeros(text: str, minor: int) -> None:
    assert from_plain(text, "CNY") == Money(minor, "CNY")


@pytest.mark.parametrize(
    "text",
    ["", " 5", "5\n", "5.", ".5", "1,000", "1e3", "５", "٣", "--5", "5.0000000", "9" * 21, "NaN", "5元", "5\x00"],
)
def test_any_other_text_in_files_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="write plain digits"):
        from_plain(text, "CNY")


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("1.005", "CNY", "at most 2 decimals"),
        ("1.5", "JPY", "no decimals"),
        ("1.0001", "KWD", "at most 3 decimals"),
        ("9000000000000000.01", "CNY", "beyond the largest amount"),
        ("99999999999999999999", "JPY", "beyond the largest amount"),
        ("1", "XXX", "not a known currency"),
    ],
)
def test_plain_text_too_fine_or_too_large_is_refused(text: str, currency: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        from_plain(text, currency)


# --- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("元", "元 1 unit UNIT １"),
        ("万元", "万元 万"),
        ("亿元", "亿元 亿"),
        ("万亿元", "万亿元 万亿"),
        ("k", "k K"),
        ("m", "m M ｍ"),
        ("bn", "bn b BN"),
        ("auto", "auto Auto"),
    ],
)
def test_units_are_read_by_any_of_their_words(code: str, words: str) -> None:
    assert {parse_unit(word).code for word in words.split()} == {code}


@pytest.mark.parametrize("text", ["", "百", "mm", "yuan", "\x1b[31m", "x" * 1000])
def test_other_units_are_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(ValueRefused, match="write one of 元, 万元, 亿元, 万亿元, k, m, bn, auto"):
        parse_unit(text)


# --- printing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("CNY 2500000000", "25亿元", "CNY 2.5bn"),
        ("USD 288000000", "2.88亿美元", "USD 288m"),
        ("CNY 120000000", "1.2亿元", "CNY 120m"),
        ("CNY 123450000", "12,345万元", "CNY 123.45m"),
        ("JPY 1200000", "120万日元", "JPY 1.2m"),
        ("KWD 150000000", "KWD 1.5亿", "KWD 150m"),
        ("CNY 1250.50", "1,250.50元", "CNY 1,250.50"),
        ("CNY 9999", "9,999元", "CNY 9,999"),
        ("CNY 0.05", "0.05元", "CNY 0.05"),
        ("CNY 1234567.89", "1,234,567.89元", "CNY 1,234,567.89"),
        ("CNY 0", "0元", "CNY 0"),
        ("KWD 0", "KWD 0", "KWD 0"),
        ("CNY -2500000000", "-25亿元", "CNY -2.5bn"),
        ("CNY 5000000000000", "50,000亿元", "CNY 5,000bn"),
    ],
)
def test_auto_prints_short_without_losing_a_digit(text: str, zh: str, en: str) -> None:
    money = parse_money(text, currency=None)
    assert format_money(money, lang="zh") == zh
    assert format_money(money, lang="en") == en


@pytest.mark.parametrize(
    ("text", "decimals", "zh", "en"),
    [
        ("CNY 123450000", 2, "1.23亿元", "CNY 123.45m"),
        ("CNY 1234567890.12", 2, "12.35亿元", "CNY 1.23bn"),
        ("CNY 1234567.89", 2, "123.46万元", "CNY 1.23m"),
        ("CNY 12345.67", 2, "12,345.67元", "CNY 12,345.67"),
        ("CNY 12345.67", 1, "12,345.7元", "CNY 12,345.7"),
        ("CNY 12345.67", 0, "12,346元", "CNY 12,346"),
        ("CNY 1234567890", 2, "12.35亿元", "CNY 1.23bn"),
        ("CNY 12345670000", 2, "123.46亿元", "CNY 12.35bn"),
        ("CNY 250000000", 0, "2亿元", "CNY 250m"),
        ("CNY 1250.50", 3, "1,250.50元", "CNY 1,250.50"),
    ],
)
def test_auto_in_a_table_takes_the_unit_of_the_amounts_size(text: str, decimals: int, zh: str, en: str) -> None:
    money = parse_money(text, currency=None)
    assert format_money(money, lang="zh", decimals=decimals) == zh
    assert format_money(money, lang="en", decimals=decimals) == en


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("元", "25,000,000元", "CNY 25,000,000"),
        ("万元", "2,500万元", "CNY 2,500万"),
        ("亿元", "0.25亿元", "CNY 0.25亿"),
        ("万亿元", "0.000025万亿元", "CNY 0.000025万亿"),
        ("k", "CNY 25,000k", "CNY 25,000k"),
        ("m", "CNY 25m", "CNY 25m"),
        ("bn", "CNY 0.025bn", "CNY 0.025bn"),
    ],
)
def test_a_chosen_unit_is_kept_in_both_languages(unit: str, zh: str, en: str) -> None:
    assert format_money(yuan(25_000_000), unit=parse_unit(unit), lang="zh") == zh
    assert format_money(yuan(25_000_000), unit=parse_unit(unit), lang="en") == en


@pytest.mark.parametrize(
    ("minor", "printed"),
    [(50, "0"), (51, "1"), (150, "2"), (249, "2"), (250, "2"), (251, "3"), (350, "4"), (-50, "0"), (-150, "-2")],
)
def test_rounding_is_half_to_even_and_knows_no_minus_zero(minor: int, printed: str) -> None:
    assert format_money(Money(minor, "CNY"), unit=ONE, lang="en", decimals=0) == f"CNY {printed}"


@pytest.mark.parametrize(
    ("figure", "zh", "en"),
    [
        (Figure(yuan(3_400_000_000), "about"), "≈34亿元", "≈CNY 3.4bn"),
        (Figure(yuan(3_400_000_000), "nearly"), "近34亿元", "nearly CNY 3.4bn"),
        (Figure(yuan(1_400_000_000), "over"), ">14亿元", ">CNY 1.4bn"),
        (Figure(yuan(1_400_000_000), "at_most"), "≤14亿元", "≤CNY 1.4bn"),
        (Figure(yuan(5_000_000), availability="estimated"), "500万元（估）", "CNY 5m (est.)"),
        (Figure(availability="unknown"), "未知", "unknown"),
        (Figure(availability="withheld"), "不公开", "withheld"),
    ],
)
def test_figures_print_with_their_qualifier_and_availability(figure: Figure, zh: str, en: str) -> None:
    assert format_figure(figure, unit=AUTO, lang="zh") == zh
    assert format_figure(figure, unit=AUTO, lang="en") == en


@settings(max_examples=250)
@given(FIGURES, st.sampled_from(UNITS), st.sampled_from(LANGUAGES))
def test_every_figure_printed_in_full_reads_back_as_itself(figure: Figure, unit: Unit, lang: str) -> None:
    assert parse_figure(format_figure(figure, unit=unit, lang=lang), currency=None) == figure


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_currency_qualifier_and_unit_reads_back(lang: str) -> None:
    """In every unit each currency, and of some each way to say how sure it is."""
    sure = set(product(QUALIFIERS, set(AVAILABILITIES) - set(WITHOUT_AMOUNT)))
    for currency, unit in product(CODES, UNITS):
        for words in sure if currency in ("CNY", "USD", "JPY", "KWD") else {("exact", "reported")}:
            figure = Figure(Money(-123_456_780_000, currency), *words)
            text = format_figure(figure, unit=unit, lang=lang)
            assert parse_figure(text, currency=None) == figure, text


def _read_or_none(text: str) -> Money | None:
    """The money read back; None where rounding made it one that is refused, beyond the limit for instance."""
    try:
        return parse_money(text, currency=None)
    except ValueRefused:
        return None


@settings(max_examples=250)
@given(MONEY, st.sampled_from(UNITS), st.sampled_from(LANGUAGES), st.integers(0, 16))
def test_rounds_tells_exactly_when_the_printed_amount_is_another_one(
    money: Money, unit: Unit, lang: str, decimals: int
) -> None:
    text = format_money(money, unit=unit, lang=lang, decimals=decimals)
    assert rounds(money, unit, decimals, lang=lang) is (_read_or_none(text) != money)


@given(MONEY, st.sampled_from([unit for unit in UNITS if unit != AUTO]), st.sampled_from(LANGUAGES), st.integers(0, 6))
def test_rounding_moves_an_amount_by_half_of_the_last_printed_digit_at_most(
    money: Money, unit: Unit, lang: str, decimals: int
) -> None:
    text = format_money(money, unit=unit, lang=lang, decimals=decimals)
    digits = text.removeprefix(money.currency).strip(" ").replace(",", "")
    number = "".join(character for character in digits if character in "-.0123456789")
    whole, _, fraction = number.partition(".")
    places = unit.power + minor_digits(money.currency)
    printed = int(whole + fraction.ljust(places, "0"))
    assert len(fraction) <= decimals
    assert 2 * abs(printed - money.minor) <= 10 ** max(0, places - decimals)


def test_rounds_without_a_language_is_true_where_any_language_rounds() -> None:
    money = yuan(123_450_000)
    assert format_money(money, lang="zh", decimals=2) == "1.23亿元"
    assert format_money(money, lang="en", decimals=2) == "CNY 123.45m"
    assert [rounds(money, AUTO, 2, lang=lang) for lang in ("zh", "en")] == [True, False]
    assert rounds(money, AUTO, 2)
    assert not rounds(money, AUTO, None)
