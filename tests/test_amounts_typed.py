"""Amounts as sheets and people have them: scripts, styles of numbers, units of headings, reasons of refusals."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.currencies import minor_digits
from tracker.errors import ValueRefused
from tracker.money import LIMIT, Figure, Money, Unit, parse_figure, parse_heading_unit, parse_money, plain
from tracker.money.amounts import SIGNS, Counts, sign_of_currency


def cny(yuan: str, qualifier: str = "exact") -> Figure:
    return Figure(Money(int(Decimal(yuan) * 100), "CNY"), qualifier)


def refusal(text: str, **context: object) -> str:
    with pytest.raises(ValueRefused) as refused:
        parse_figure(text, **({"currency": "CNY"} | context))  # type: ignore[arg-type]  # whatever is under test
    return str(refused.value)


# --- typed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25亿元人民币", cny("2500000000")),
        ("25亿元（人民币）", cny("2500000000")),
        ("人民币25亿元", cny("2500000000")),
        ("人民币25亿元人民币", cny("2500000000")),
        ("25亿人民币", cny("2500000000")),
        ("约25亿元人民币", cny("2500000000", "about")),
        ("5000万元港币", Figure(Money(5_000_000_000, "HKD"))),
        ("壹亿贰仟万元整", cny("120000000")),
        ("人民币（大写）：壹亿贰仟万元整", cny("120000000")),
        ("人民币壹亿贰仟万圆整", cny("120000000")),
        ("伍佰万元正", cny("5000000")),
        ("壹拾贰万叁仟肆佰伍拾陆元柒角捌分", cny("123456.78")),
        ("叁元零伍分", cny("3.05")),
        ("3元5角", cny("3.50")),
        ("壹亿零伍佰萬圓", cny("105000000")),
        ("貳億參仟陸佰萬元", cny("236000000")),
        ("5000萬元", cny("50000000")),
        ("10億円", Figure(Money(1_000_000_000, "JPY"))),
        ("10億日圓", Figure(Money(1_000_000_000, "JPY"))),
        ("5000萬港幣", Figure(Money(5_000_000_000, "HKD"))),
        ("新臺幣3億元", Figure(Money(30_000_000_000, "TWD"))),
        ("1.5个亿", cny("150000000")),
        ("3個億", cny("300000000")),
        ("两个亿", cny("200000000")),
        ("3个多亿", cny("300000000", "over")),
        ("10多个亿", cny("1000000000", "over")),
        ("1.3亿元", cny("130000000")),
        ("小于40万", cny("400000", "at_most")),
        ("不到40万", cny("400000", "at_most")),
        ("不超过40万", cny("400000", "at_most")),
        ("40万以内", cny("400000", "at_most")),
        ("不大于40万元", cny("400000", "at_most")),
        ("不小于40万元", cny("400000", "over")),
        ("5000余", cny("5000", "over")),
        ("5000多", cny("5000", "over")),
        ("5000有余", cny("5000", "over")),
        ("5000余万元", cny("50000000", "over")),
        ("5000万余元", cny("50000000", "over")),
        ("3亿元余", cny("300000000", "over")),
        ("￥5000余", cny("5000", "over")),
        ("1.250.000,50 EUR", Figure(Money(125_000_050, "EUR"))),
        ("1 250 000,50 EUR", Figure(Money(125_000_050, "EUR"))),
        ("1\u202f250\u202f000,50 €", Figure(Money(125_000_050, "EUR"))),
        ("1\u2009250\u2009000,50 €", Figure(Money(125_000_050, "EUR"))),
        ("1'250'000.50 CHF", Figure(Money(125_000_050, "CHF"))),
        ("1’000", cny("1000")),
        ("1250000,50 EUR", Figure(Money(125_000_050, "EUR"))),
        ("0,50 EUR", Figure(Money(50, "EUR"))),
        ("1.250.000", cny("1250000")),
        ("1 200 000", cny("1200000")),
        ("1,250.500", cny("1250.5")),
        ("1.5E+02", cny("150")),
        ("6.96E-01", None),
        ("6.96e+03元", cny("6960")),
        ("1.5E+02万元", cny("1500000")),
        ("-1.5E+02", cny("-150")),
        ("(5)", cny("-5")),
        ("（1,234.56）", cny("-1234.56")),
        ("£(5)", Figure(Money(-500, "GBP"))),
        ("(£5m)", Figure(Money(-500_000_000, "GBP"))),
        ("5 crore INR", Figure(Money(5_000_000_000, "INR"))),
        ("5 lakh INR", Figure(Money(50_000_000, "INR"))),
        ("€5 mio", Figure(Money(500_000_000, "EUR"))),
        ("5 Mrd. €", Figure(Money(500_000_000_000, "EUR"))),
        ("2 millions EUR", Figure(Money(200_000_000, "EUR"))),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(text: str, expected: Figure | None) -> None:
    if expected is None:
        assert "cannot read" in refusal(text)
    else:
        assert parse_figure(text, currency="CNY") == expected


@pytest.mark.parametrize(
    ("text", "part", "reason"),
    [
        ("25-30亿元", "25-30亿", "is a range"),
        ("25~30亿元", "25~30亿", "is a range"),
        ("25亿—30亿元", "25亿—30亿", "is a range"),
        ("25亿元至30亿元", "25亿元至30亿", "is a range"),
        ("五到六亿", "五到六亿", "is a range"),
        ("$3m to $5m", "3m to $5", "is a range"),
        ("1.2.3", "1.2.3", "is not a number"),
        ("12,00", "12,00", "is not a number"),
        ("1亿2.3.4万", "2.3.4万", "is not a number"),
        ("五个百亿", "五个百亿", "is not a number"),
        ("2023-05-01", "2023-05-01", "is not a number"),
        ("25亿元人民币左右吧", "人民币左右吧", "is not a known currency"),
        ("5亿元/年", "/年", "is not a known currency"),
        ("5 CYN", "cyn", "is not a known currency"),
        ("美元25亿日元", "美元", "are different currencies"),
        ("3.5元5角", None, "has decimals and 角 or 分"),
        ("10(5)", "10(5", "is not a number"),
    ],
)
def test_a_refusal_names_the_part_that_was_not_understood(text: str, part: str | None, reason: str) -> None:
    sentence = refusal(text)
    assert reason in sentence
    assert sentence.startswith(f"cannot read “{text}”")
    assert part is None or f"“{part}”" in sentence


@pytest.mark.parametrize("text", ["25-30", "25-30亿元", "3千", "五百", "1.2.3", "33.33333333", "1.250,5,0", "5余kg"])
def test_a_refusal_in_a_column_has_no_number_that_is_not_in_the_cell(text: str) -> None:
    sentence = refusal(text, unit="万元").split("; ")[0]  # what follows is an example
    assert set(re.findall("[0-9.,]*[0-9]", sentence)) <= {*re.findall("[0-9.,]*[0-9]", text), "2"}


# --- numbers of a column -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1.250", ",", "1250"),
        ("1.250", ".", "1.25"),
        ("1,5", ",", "1.5"),
        ("12,00", ",", "12"),
        ("1.250,5", ",", "1250.5"),
        ("1 250,5", ",", "1250.5"),
        ("1,250", ".", "1250"),
        ("1,250", None, "1250"),
        ("1250", ",", "1250"),
        ("1,5E+02", ",", "150"),
        ("1.250.000", None, "1250000"),
    ],
)
def test_the_decimal_sign_of_a_column_is_kept_to(text: str, decimal: str | None, expected: str) -> None:
    assert parse_figure(text, currency="CNY", decimal=decimal) == cny(expected)


@pytest.mark.parametrize(
    ("text", "decimal"), [("1.5", ","), ("1,250.50", ","), ("1,5", "."), ("1.250,50", "."), ("1.5E+02", ",")]
)
def test_a_number_that_does_not_fit_its_column_is_refused(text: str, decimal: str) -> None:
    assert f"“{text.lower()}” does not fit the numbers beside it" in refusal(text, decimal=decimal)


@given(
    st.integers(0, 10**12),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), (" ", "."), ("'", ".")]),
    st.integers(0, 99),
)
def test_numbers_grouped_in_any_style_are_read_or_refused_and_never_another(
    whole: int, signs: tuple[str, str], hundredths: int
) -> None:
    group, point = signs
    text = f"{whole:,}".replace(",", group) + f"{point}{hundredths:02d}"
    expected = Money(whole * 100 + hundredths, "EUR")
    assert parse_figure(text, currency="EUR", decimal=point).money == expected
    if point == "." or whole == 0 or whole > 999:
        assert parse_money(text, currency="EUR") == expected
    else:
        assert "is not a number" in refusal(text)


# --- the units of headings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "power", "currency"),
    [
        ("元", 0, "CNY"),
        ("万元", 4, "CNY"),
        ("萬元", 4, "CNY"),
        ("亿元", 8, "CNY"),
        ("千元", 3, "CNY"),
        ("百万元", 6, "CNY"),
        ("千万元", 7, "CNY"),
        ("十亿元", 9, "CNY"),
        ("万亿元", 12, "CNY"),
        ("万", 4, None),
        ("亿", 8, None),
        ("万元人民币", 4, "CNY"),
        ("人民币万元", 4, "CNY"),
        ("（万元）", 4, "CNY"),
        ("亿美元", 8, "USD"),
        ("万美元", 4, "USD"),
        ("万元港币", 4, "HKD"),
        ("億円", 8, "JPY"),
        ("百万日元", 6, "JPY"),
        ("£m", 6, "GBP"),
        ("£ million", 6, "GBP"),
        ("£M", 6, "GBP"),
        ("US$ million", 6, "USD"),
        ("million USD", 6, "USD"),
        ("USD m", 6, "USD"),
        ("USD bn", 9, "USD"),
        ("GBP m", 6, "GBP"),
        ("millions of euros", 6, "EUR"),
        ("in thousands of euros", 3, "EUR"),
        ("Mio. €", 6, "EUR"),
        ("Mrd. EUR", 9, "EUR"),
        ("TEUR", 3, "EUR"),
        ("T€", 3, "EUR"),
        ("k€", 3, "EUR"),
        ("€k", 3, "EUR"),
        ("kUSD", 3, "USD"),
        ("£000", 3, "GBP"),
        ("£'000", 3, "GBP"),
        ("£000s", 3, "GBP"),
        ("'000", 3, None),
        ("m", 6, None),
        ("thousands", 3, None),
        ("₹ crore", 7, "INR"),
        ("INR lakh", 5, "INR"),
        ("EUR", 0, "EUR"),
        ("€", 0, "EUR"),
        ("$m", 6, "USD"),
        ("$", 0, "USD"),
        ("RM million", 6, "MYR"),
        ("forint", 0, "HUF"),
    ],
)
def test_the_unit_of_a_heading_is_read(heading: str, power: int, currency: str | None) -> None:
    unit = parse_heading_unit(heading, currency="USD")
    assert (unit.power, unit.currency, unit.code) == (power, currency, heading)


@pytest.mark.parametrize("heading", ["", "备注", "亩", "%", "m²", "abc m", "个", "$m", "万平方米", "million people"])
def test_what_is_no_unit_of_amounts_is_refused(heading: str) -> None:
    with pytest.raises(ValueRefused, match="is not a unit of amounts"):
        parse_heading_unit(heading)


# Each sign of the table, a number with it, and what it says under a heading in 万元 (None: refused as unclear).
TABLE = {
    "万亿": ("2万亿", cny("2000000000000")),
    "亿": ("2亿", cny("200000000")),
    "个亿": ("2个亿", cny("200000000")),
    "万": ("2万", cny("20000")),
    "千": ("2千", None),
    "百": ("2百", None),
    "十": ("二十", None),
    "元": ("5000元", cny("5000")),
    **{word: (f"2 {word}", cny("2000000000000")) for word in ("tn", "trillion", "trillions")},
    **{
        word: (f"2{word}", cny("2000000000"))
        for word in ("b", "bn", "bil", "bln", "billion", "billions", "mrd", "milliarden")
    },
    **{word: (f"2 {word}", cny("20000000")) for word in ("crore", "crores", "cr")},
    **{
        word: (f"2{word}", cny("2000000"))
        for word in (
            "m",
            "mm",
            "mn",
            "mln",
            "mio",
            "mill",
            "million",
            "millions",
            "millones",
            "milhoes",
            "milioni",
        )
    },
    **{word: (f"2 {word}", cny("200000")) for word in ("lakh", "lakhs")},
    **{word: (f"2{word}", cny("2000")) for word in ("k", "tsd", "thous", "thousand", "thousands", "miles", "milhares")},
    **{
        word: (f"5000{word}", cny("50000000", "over"))
        for word in ("余", "多", "有余", "以上", "及以上", "超", " or more", "+")
    },
    **{
        word: (f"5000{word}", cny("50000000", "about"))
        for word in ("左右", "上下", "程度", " or so", " approx", " approx.", " approximately")
    },
    **{
        word: (f"5000{word}", cny("50000000", "at_most"))
        for word in ("以下", "及以下", "以内", "之内", "不到", "不足", "未满", " or less")
    },
}


@pytest.mark.parametrize(("sign", "cell", "expected"), [(sign.strip(), *row) for sign, row in TABLE.items()])
def test_each_sign_of_the_table_is_a_unit_of_its_own_or_is_not(sign: str, cell: str, expected: Figure | None) -> None:
    if expected is None:
        assert SIGNS[sign].counts is Counts.UNCLEAR
        assert "may be counted in 万元 or not" in refusal(cell, unit="万元")
    else:
        assert parse_figure(cell, currency=None, unit="万元") == expected
        own = parse_figure(cell, currency="CNY") == expected
        assert own is (SIGNS[sign].counts is Counts.OWN)


def test_the_table_of_signs_has_a_test_a_row() -> None:
    assert {sign.strip() for sign in TABLE} == set(SIGNS)


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        ("元", Counts.OWN),
        ("人民币", Counts.OWN),
        ("美元", Counts.OWN),
        ("円", Counts.OWN),
        ("英镑", Counts.OWN),
        ("yuan", Counts.OWN),
        ("us dollar", Counts.OWN),
        ("u.s. dollar", Counts.OWN),
        ("euros", Counts.OWN),
        ("cny", Counts.HEADING),
        ("eur", Counts.HEADING),
        ("rmb", Counts.HEADING),
        ("¥", Counts.HEADING),
        ("$", Counts.HEADING),
        ("us$", Counts.HEADING),
        ("€", Counts.HEADING),
    ],
)
def test_a_currency_is_a_unit_where_its_name_stands_behind_the_number(word: str, counts: Counts) -> None:
    assert sign_of_currency(word, behind=True).counts is counts
    assert sign_of_currency(word, behind=False).counts is Counts.HEADING


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("5000", "万元", cny("50000000")),
        ("5000余", "万元", cny("50000000", "over")),
        ("5000多", "万元", cny("50000000", "over")),
        ("￥5000余", "万元", cny("50000000", "over")),
        ("人民币5000", "万元", cny("50000000")),
        ("5000 CNY", "万元", cny("50000000")),
        ("3余", "亿元", cny("300000000", "over")),
        ("3.5", "亿元", cny("350000000")),
        ("约34", "亿元", cny("3400000000", "about")),
        ("小于40", "万元", cny("400000", "at_most")),
        ("1.2亿元", "万元", cny("120000000")),
        ("1.2亿", "万元", cny("120000000")),
        ("1.5个亿", "万元", cny("150000000")),
        ("1亿2千万", "万元", cny("120000000")),
        ("3千万", "万元", cny("30000000")),
        ("3千元", "万元", cny("3000")),
        ("五百万", "万元", cny("5000000")),
        ("10余亿", "万元", cny("1000000000", "over")),
        ("5000万", "亿元", cny("50000000")),
        ("5000元", "万元", cny("5000")),
        ("3千", "元", cny("3000")),
        ("1.5E+02", "万元", cny("1500000")),
        ("1.25E5", "元", cny("125000")),
        ("12.5e3", "元", cny("12500")),
        ("–7.25", "万元", cny("-72500")),
        ("−7.25", "万元", cny("-72500")),
        ("5000（美元）", "万元", Figure(Money(5_000_000_000, "USD"))),
        ("5000万(RMB)", "亿元", cny("50000000")),
        ("预计5000", "万元", Figure(Money(5_000_000_000, "CNY"), availability="estimated")),
        ("5000（暂估）", "万元", Figure(Money(5_000_000_000, "CNY"), availability="estimated")),
        ("c. 3", "亿元", cny("300000000", "about")),
        ("6.96E-04", "亿元", cny("69600")),
        ("(5)", "万元", cny("-50000")),
        ("500（估）", "万元", Figure(Money(500_000_000, "CNY"), availability="estimated")),
        ("unknown", "万元", Figure(availability="unknown")),
        ("2.88", "亿美元", Figure(Money(28_800_000_000, "USD"))),
        ("2.88亿美元", "万元", Figure(Money(28_800_000_000, "USD"))),
        ("1.25", "£m", Figure(Money(125_000_000, "GBP"))),
        ("£1.25", "£m", Figure(Money(125_000_000, "GBP"))),
        ("£1.25bn", "£m", Figure(Money(125_000_000_000, "GBP"))),
        ("€5", "£m", Figure(Money(500_000_000, "EUR"))),
        ("6.96E-04", "USD m", Figure(Money(69_600, "USD"))),
        ("1,425.00", "£m", Figure(Money(142_500_000_000, "GBP"))),
        ("1.25", "TEUR", Figure(Money(125_000, "EUR"))),
        ("1", "'000", cny("1000")),
    ],
)
def test_a_cell_is_read_in_the_unit_of_its_heading(cell: str, unit: str, expected: Figure) -> None:
    assert parse_figure(cell, currency="CNY", unit=unit) == expected
    assert parse_figure(cell, currency="CNY", unit=parse_heading_unit(unit, currency="CNY")) == expected


@given(
    st.integers(0, 10**15), st.integers(0, 3), st.sampled_from([0, 3, 4, 6, 8]), st.sampled_from(["CNY", "JPY", "KWD"])
)
def test_plain_digits_in_a_column_are_exactly_their_value_times_its_unit(
    digits: int, places: int, power: int, currency: str
) -> None:
    value = Fraction(digits, 10**places) * 10 ** (power + minor_digits(currency))
    cell = f"{Decimal(digits).scaleb(-places):f}"
    unit = Unit("x", power, "", currency)
    if value.denominator == 1 and value <= LIMIT:
        assert parse_figure(cell, currency=None, unit=unit, decimal=".").money == Money(int(value), currency)
        assert parse_figure(f" {cell}", currency=None, unit=unit, decimal=".").money == Money(int(value), currency)
    else:
        assert "cannot read" in refusal(cell, unit=unit, decimal=".")


# --- rounding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "unit", "minor", "rounded"),
    [
        ("33.3333333333", "万元", 33_333_333, True),
        ("0.3333333333333333", "亿元", 3_333_333_333, True),
        ("-33.3333333333", "万元", -33_333_333, True),
        ("33.33", "万元", 33_330_000, False),
        ("33.3300000000", "万元", 33_330_000, False),
        ("0.0000005", "万元", 0, True),  # half a fen, to even
        ("0.0000015", "万元", 2, True),
        ("1E-09", "元", 0, True),
        ("约33.3333333333", "万元", 33_333_333, True),
    ],
)
def test_digits_beyond_the_minor_unit_are_rounded_where_that_is_allowed_and_told(
    cell: str, unit: str, minor: int, rounded: bool
) -> None:
    figure = parse_figure(cell, currency=None, unit=unit, rounding=True)
    assert figure.money == Money(minor, "CNY")
    assert figure.rounded is rounded
    if rounded:
        assert "at most 2 decimals" in refusal(cell, unit=unit)


def test_rounding_is_no_part_of_the_figure_and_settles_no_doubt() -> None:
    figure = parse_figure("33.3333333333", currency=None, unit="万元", rounding=True)
    assert figure == Figure(figure.money)
    assert "at most 2 decimals" in refusal("1.250", rounding=True)


@given(st.integers(-9 * 10**11, 9 * 10**11), st.integers(0, 16))
def test_rounding_moves_an_amount_by_half_a_minor_unit_at_most(digits: int, places: int) -> None:
    cell = f"{Decimal(digits).scaleb(-places):f}"
    figure = parse_figure(cell, currency="CNY", unit="万元", decimal=".", rounding=True)
    exact = Fraction(digits, 10**places) * 10**6
    assert figure.money is not None
    assert abs(figure.money.minor - exact) <= Fraction(1, 2)
    assert figure.rounded is (exact.denominator != 1)


# --- financial numerals --------------------------------------------------------------------------------------------

_FINANCIAL = "零壹贰叁肆伍陆柒捌玖"


def _financial(value: int) -> str:
    """The value as contracts write it, after the rules of 《票据法》 for amounts in words."""
    text, pending = "", False
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, value = divmod(value, scale)
        written = ""
        for weight, place in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit, section = divmod(section, weight)
            if digit:
                written += ("零" if pending and (text or written) else "") + _FINANCIAL[digit] + place
                pending = False
            else:
                pending = True
        if written:
            text += written + name
        pending = pending or not written
    return text


@given(st.integers(1, 10**12 - 1), st.sampled_from(["元", "元整", "圆整"]))
def test_amounts_in_financial_numerals_are_read(value: int, end: str) -> None:
    text = f"人民币{_financial(value)}{end}"
    money = parse_money(text, currency=None)
    assert plain(money) == f"{value}.00"


@given(
    st.text(alphabet="0123456789.,'-()eE+ 万亿千个余多元角分整壹贰仟萬億円人民币美$€£mbn至到", max_size=20),
    st.sampled_from(["万元", "£m", None]),
)
def test_any_text_of_these_signs_is_read_or_refused(text: str, unit: str | None) -> None:
    try:
        figure = parse_figure(text, currency="CNY", unit=unit, rounding=True)
    except ValueRefused:
        return
    assert figure.money is None or abs(figure.money.minor) <= LIMIT
