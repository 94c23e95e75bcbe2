"""What an indicator holds, read as people write it and printed so that it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import ValueRefused
from tracker.money import AUTO, LIMIT
from tracker.money.quantities import MEASURES, Quantity, format_quantity, parse_quantity, percent_text
from tracker.vocabulary import INDICATORS, NATURES


def read(text: str, measure: str | None = None) -> Quantity:
    """The quantity that `text` names, yuan where it names no currency."""
    return parse_quantity(text, measure=measure, currency="CNY")


@pytest.mark.parametrize(
    ("text", "measure", "found"),
    [
        ("62", None, Quantity("count", 62)),
        ("254家", "count", Quantity("count", 254, unit="家")),
        ("20家以上", "count", Quantity("count", 20, unit="家", qualifier="over")),
        ("at least 20 companies", None, Quantity("count", 20, unit="companies", qualifier="over")),
        ("100多种", None, Quantity("count", 100, unit="种", qualifier="over")),
        ("近300", "count", Quantity("count", 300, qualifier="nearly")),
        ("1.2万人", None, Quantity("count", 12_000, unit="人")),
        ("１２", "count", Quantity("count", 12)),
        ("0", "count", Quantity("count", 0)),
        ("25.74%", None, Quantity("percent", 2574)),
        ("-0.5%", "percent", Quantity("percent", -50)),
        ("超过95%", None, Quantity("percent", 9500, qualifier="over")),
        ("第1位", None, Quantity("rank", 1)),
        ("第一", None, Quantity("rank", 1)),
        ("第十二名", None, Quantity("rank", 12)),
        ("2nd", None, Quantity("rank", 2)),
        ("3", "rank", Quantity("rank", 3)),
        ("2.88亿美元", None, Quantity("money", 28_800_000_000, "USD")),
        ("突破14亿元", "money", Quantity("money", 140_000_000_000, "CNY", qualifier="over")),
        ("645亿", "money", Quantity("money", 6_450_000_000_000, "CNY")),
        ("unknown", "money", Quantity("money", None, availability="unknown")),
        ("不公开", "count", Quantity("count", None, availability="withheld")),
    ],
)  # fmt: skip
def test_it_is_read_as_people_write_it(text: str, measure: str | None, found: Quantity) -> None:
    assert read(text, measure) == found


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("$20", "count"), ("20元", "count"), ("-5", "count"), ("3.5家", "count"), ("many", "count"), ("", None),
        ("25", "percent"), ("1.234%", "percent"), ("5元%", "percent"), ("95%", "count"), ("95%", "rank"),
        ("0", "rank"), ("第零位", "rank"), ("1.5", "rank"), ("第1位", "count"), ("62家", "money"), ("34亿", None),
        ("5bn", None),
    ],
)  # fmt: skip
def test_what_has_no_one_reading_is_refused_in_a_sentence(text: str, measure: str | None) -> None:
    with pytest.raises(ValueRefused) as refused:
        read(text, measure)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("lang", ["en", "zh"])
@given(st.data())
def test_what_is_printed_reads_back(lang: str, data: st.DataObject) -> None:
    measure = data.draw(st.sampled_from(MEASURES))
    least = {"rank": 1, "count": 0}.get(measure, -LIMIT)
    value = data.draw(st.integers(least, 999_999 if measure == "rank" else LIMIT))
    qualifier = data.draw(st.sampled_from(("exact", "about", "nearly", "over", "at_most")))
    currency = "CNY" if measure == "money" else None
    quantity = Quantity(measure, value, currency, None, "exact" if measure == "rank" else qualifier)
    assert read(format_quantity(quantity, unit=AUTO, lang=lang), measure) == quantity


@pytest.mark.parametrize(
    ("hundredths", "text"), [(2574, "25.74%"), (2500, "25%"), (-50, "-0.5%"), (0, "0%"), (5, "0.05%")]
)
def test_a_percentage_keeps_its_digits(hundredths: int, text: str) -> None:
    assert percent_text(hundredths) == text


def test_every_indicator_has_a_nature_and_no_spelling_means_two() -> None:
    assert set(NATURES) == set(INDICATORS.codes)
    assert {nature.measure for nature in NATURES.values()} <= set(MEASURES)
    for term in INDICATORS:
        assert [INDICATORS.parse(spelling) for spelling in term.spellings] == [term.code] * len(term.spellings)
