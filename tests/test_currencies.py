"""Currency codes, their minor digits, and the words people write for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.currencies import CODES, closest, minor_digits, name, parse_currency, resolve
from tracker.errors import ValueRefused
from tracker.text import show


@pytest.mark.parametrize(
    ("code", "digits"),
    [("CNY", 2), ("USD", 2), ("HUF", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("BHD", 3), ("CLF", 4)],
)
def test_minor_digits_follow_iso_4217(code: str, digits: int) -> None:
    assert minor_digits(code) == digits


def test_codes_are_three_capitals_and_each_is_kept_once() -> None:
    assert len(CODES) == len(set(CODES)) == 159
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CODES)


@pytest.mark.parametrize("code", ["XAU", "XDR", "XXX", "XTS", "CHE", "USN", "DEM", "FRF", "ZWL", "ANG", "cny", ""])
def test_metals_funds_withdrawn_codes_and_other_spellings_have_no_minor_digits(code: str) -> None:
    with pytest.raises(ValueRefused, match="not a known currency"):
        minor_digits(code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CNY", "CNY cny Cny ＣＮＹ 元 人民币 人民币元 RMB rmb¥ CN¥ yuan renminbi"),
        ("USD", "USD 美元 美金 US$ us＄ US_Dollars"),
        ("JPY", "JPY 日元 日圆 円 日币 JP¥ yen"),
        ("EUR", "EUR 欧元 € euro Euros"),
        ("GBP", "GBP 英镑 £ ￡ pounds Pound_Sterling"),
        ("HKD", "HKD 港元 港币 HK$ Hong_Kong_dollars"),
        ("KRW", "KRW 韩元 ₩ ￦ won"),
        ("TWD", "TWD 新台币 NT$"),
        ("SGD", "SGD 新加坡元 S$"),
        ("AUD", "AUD 澳元 A$"),
        ("CAD", "CAD 加元 C$"),
        ("CHF", "CHF 瑞士法郎 瑞郎 Swiss_francs"),
        ("RUB", "RUB 卢布 ₽ roubles"),
        ("THB", "THB 泰铢 ฿"),
        ("ISK", "ISK isk"),
    ],
)
def test_codes_names_and_symbols_are_read_in_any_case_and_width(code: str, words: str) -> None:
    assert {parse_currency(word.replace("_", " ")) for word in words.split()} == {code}


def test_every_code_and_every_name_reads_back() -> None:
    for code in CODES:
        assert parse_currency(code) == parse_currency(f" {code.lower()} ") == code
        assert parse_currency(name(code, "zh")) == parse_currency(name(code, "en")) == code


def test_names_are_chinese_where_common_and_codes_elsewhere() -> None:
    assert [name(code, "zh") for code in ("CNY", "USD", "TWD", "KWD")] == ["元", "美元", "新台币", "KWD"]
    assert name("CNY", "en") == "CNY"


@pytest.mark.parametrize(
    ("symbol", "configured", "code"),
    [("$", "USD", "USD"), ("＄", "HKD", "HKD"), ("dollars", "CAD", "CAD"), ("¥", "CNY", "CNY"), ("￥", "JPY", "JPY")],
)
def test_a_shared_symbol_is_read_as_the_configured_currency(symbol: str, configured: str, code: str) -> None:
    assert parse_currency(symbol, configured=configured) == code


@pytest.mark.parametrize("symbol", ["$", "¥", "￥", "dollars", "kr", "pesos", "rupees"])
@pytest.mark.parametrize("configured", [None, "EUR"])
def test_a_shared_symbol_is_refused_where_the_configured_currency_is_no_candidate(
    symbol: str, configured: str | None
) -> None:
    with pytest.raises(ValueRefused, match=r"may be .*; write the code"):
        parse_currency(symbol, configured=configured)


def test_a_refusal_of_a_shared_symbol_lists_a_few_common_currencies() -> None:
    with pytest.raises(ValueRefused) as refused:
        parse_currency("$")
    assert str(refused.value) == "“$” may be USD, HKD, TWD, SGD, AUD …; write the code"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CYN", "CNY"),
        ("RNB", "CNY"),
        ("US", "USD"),
        ("EURO€", "EUR"),
        ("yaun", "CNY"),
        ("人民", "CNY"),
        ("英镑英镑", "GBP"),
    ],
)
def test_an_unknown_currency_is_refused_with_the_closest_known_one(typed: str, meant: str) -> None:
    assert closest(typed) == meant
    with pytest.raises(ValueRefused, match=f"did you mean “{meant}”"):
        parse_currency(typed)


@pytest.mark.parametrize("typed", ["%", "qqqq", "½", "\x00", "\ud800"])
def test_what_resembles_nothing_gets_no_suggestion(typed: str) -> None:
    assert closest(typed) is None
    with pytest.raises(ValueRefused, match="write an ISO code"):
        parse_currency(typed)


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\t\n"])
def test_a_blank_currency_is_refused(blank: str) -> None:
    with pytest.raises(ValueRefused, match="name a currency"):
        parse_currency(blank, configured="CNY")


@pytest.mark.parametrize(
    ("words", "configured", "code"),
    [
        (("", ""), "CNY", "CNY"),
        (("¥", "元"), None, "CNY"),
        (("$", "美元"), None, "USD"),
        (("CNY", "元"), "USD", "CNY"),
        (("人民币", "元"), "USD", "CNY"),
        (("港币", "元"), "CNY", "HKD"),
        (("新台币", "元"), None, "TWD"),
    ],
)
def test_words_on_both_sides_must_mean_one_currency(words: tuple[str, str], configured: str | None, code: str) -> None:
    assert resolve(words, configured=configured) == code


@pytest.mark.parametrize("words", [("US$", "元"), ("USD", "元"), ("CNY", "USD"), ("¥", "美元"), ("日元", "元")])
def test_words_that_disagree_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ValueRefused, match="are different currencies"):
        resolve(words, configured="CNY")


def test_without_words_and_configuration_the_currency_is_asked_for() -> None:
    with pytest.raises(ValueRefused, match="no currency is named and none is configured"):
        resolve(("", ""), configured=None)


@given(st.text())
def test_any_text_is_a_known_code_or_refused_in_words(text: str) -> None:
    try:
        answer = parse_currency(text)
    except ValueRefused as refused:
        answer = str(refused)
    assert answer in CODES or ("currency" in answer and show(answer) == answer) or "write the code" in answer
