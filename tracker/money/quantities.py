"""What an indicator holds: an amount of money, a number of things, a percentage or a rank, read and printed."""

import re
from dataclasses import dataclass
from fractions import Fraction

from tracker.currencies import fold
from tracker.errors import ValueRefused
from tracker.i18n import _, language
from tracker.money.amounts import (
    ABSENT,
    AUTO,
    ESTIMATED,
    MARKS,
    WITHOUT_AMOUNT,
    Figure,
    Money,
    Unit,
    format_figure,
    parse_figure,
    read_number,
)
from tracker.text import shorten

MEASURES = ("money", "count", "percent", "rank")
# Counts and percentages are read with every word an amount may have, as one of whole units and one of hundredths.
_WHOLE, _HUNDREDTHS = "XPF", "CNY"
COUNTERS = "家|个|种|项|人|名|户|台|件|宗|条|次|辆|套|companies|enterprises|projects|people|units"
_AFTER = "$|及?以上|及?以下|左右|上下|以内|之内|or more|or less|or so|\\+"
_COUNTED = f"(?<=[0-9零〇一二两三四五六七八九十百千万亿多余 ]) *({COUNTERS}) *(?={_AFTER})"
_RANK = "(?:第|no[. ] ?|#|rank ?)([0-9]{1,6}|[一二三四五六七八九十百]{1,5}) ?[位名]?|([0-9]{1,6})(?:st|nd|rd|th)"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value of `measure`: minor units of `currency`, hundredths of a percent, or whole things counted in `unit`.

    `value` is None where, and only where, the availability is unknown or withheld.
    """

    measure: str
    value: int | None
    currency: str | None = None
    unit: str | None = None
    qualifier: str = "exact"
    availability: str = "reported"

    @property
    def figure(self) -> Figure:
        """The figure of an amount of money."""
        money = None if self.value is None else Money(self.value, self.currency or "")
        return Figure(money, self.qualifier, self.availability)


def parse_quantity(text: str, *, measure: str | None, currency: str | None) -> Quantity:
    """The value a person wrote: `近34亿元`, `20家以上`, `25.74%`, `第1位`, `unknown`.

    `measure` is one of MEASURES, None to be told from the text; `currency` is the configured one for an amount that
    names none. Raises ValueRefused where the text has no one exact reading, or not of that measure.
    """
    written = fold(text)
    if measure == "money" or (measure is None and _is_money(text)):
        return _quantity("money", parse_figure(text, currency=currency))
    rank = re.fullmatch(_RANK, written)
    if rank or measure == "rank":
        return _rank(written, rank, text, measure)
    share = re.fullmatch("(.*[0-9]) ?%(.*)", written)
    if share or measure == "percent":
        return _percent(f"{share[1]}{share[2]}" if share else written, text, measure, named=share is not None)
    found = _count(written, text)
    if measure is None and found.unit is None and re.search("[万亿]|[0-9] ?[kmbt]", written):
        sentence = _("“{text}” may be money or a number of things: write 34亿元, or 1.2万人")
        raise ValueRefused(sentence.format(text=shorten(text)))
    return found


def _is_money(text: str) -> bool:
    """Whether the text names a currency."""
    try:
        return parse_figure(text, currency=None).money is not None
    except ValueRefused:
        return False


def _rank(written: str, found: re.Match[str] | None, text: str, measure: str | None) -> Quantity:
    plain = found[1] or found[2] if found else written
    if measure not in ("rank", None) or (found is None and not re.fullmatch("[0-9]{1,6}", written)):
        raise _refused(text, measure or "rank")
    place = read_number(plain).times(0)
    if place < 1:
        raise _refused(text, "rank")
    return Quantity("rank", place)


def _percent(number: str, text: str, measure: str | None, *, named: bool) -> Quantity:
    if measure not in ("percent", None) or not (named or number in ABSENT["en"]):
        raise _refused(text, measure or "percent")
    return _read(number, text, "percent", _HUNDREDTHS)


def _count(written: str, text: str) -> Quantity:
    counted = re.search(_COUNTED, written)
    number = written[: counted.start()] + written[counted.end() :] if counted else written
    found = _read(number, text, "count", _WHOLE)
    if found.value is not None and found.value < 0:
        raise _refused(text, "count")
    unit = counted[1] if counted and found.value is not None else None
    return Quantity("count", found.value, None, unit, found.qualifier, found.availability)


def _read(number: str, text: str, measure: str, currency: str) -> Quantity:
    if _is_money(number):
        raise _refused(text, measure)
    try:
        figure = parse_figure(number, currency=currency)
    except ValueRefused:
        raise _refused(text, measure) from None
    return _quantity(measure, figure)


def _quantity(measure: str, figure: Figure) -> Quantity:
    value = figure.money.minor if figure.money else None
    currency = figure.money.currency if figure.money and measure == "money" else None
    return Quantity(measure, value, currency, None, figure.qualifier, figure.availability)


def _refused(text: str, measure: str) -> ValueRefused:
    example = {"count": "62, 254家 or 20家以上", "percent": "25.74%", "rank": "1 or 第1位", "money": "645亿元"}[measure]
    why = _("a {measure} is written like {example}").format(measure=measure_name(measure), example=example)
    return ValueRefused(_("cannot read “{text}”: {reason}").format(text=shorten(text), reason=why))


def measure_name(measure: str) -> str:
    """What a measure is called in a sentence."""
    return {"money": _("amount"), "count": _("number"), "percent": _("percentage"), "rank": _("rank")}[measure]


def format_quantity(quantity: Quantity, *, unit: Unit, lang: str, decimals: int | None = None) -> str:
    """The value with its qualifier and availability: "nearly CNY 3.4bn", ">20", "25.74%", "第1位", "unknown"."""
    if quantity.availability in WITHOUT_AMOUNT or quantity.value is None:
        return ABSENT[lang][quantity.availability]
    if quantity.measure == "money":
        return format_figure(quantity.figure, unit=unit, lang=lang, decimals=decimals)
    plain = f"{quantity.value:,}"
    if quantity.measure == "percent":
        plain = percent_text(quantity.value)
    elif quantity.measure == "rank":
        plain = f"第{quantity.value}位" if lang == "zh" else f"no. {quantity.value}"
    estimated = ESTIMATED[lang] if quantity.availability == "estimated" else ""
    return MARKS[lang][quantity.qualifier] + plain + estimated


def quantity_text(quantity: Quantity) -> str:
    """The value as a sentence prints it: in the unit of its size and the chosen language."""
    return format_quantity(quantity, unit=AUTO, lang=language())


def percent_text(hundredths: int) -> str:
    """Hundredths of a percent as people read them: 2574 is "25.74%", 2500 is "25%"."""
    whole, rest = divmod(abs(hundredths), 100)
    decimals = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{'-' if hundredths < 0 else ''}{whole:,}{decimals}%"


def share_of(hundredths: int) -> Fraction:
    """Hundredths of a percent as a share: 2574 is 0.2574."""
    return Fraction(hundredths, 10_000)


MU = Fraction(1000)
# Thousandths of a 亩 in each unit, as `currencies.fold` writes it.
LAND: dict[str, Fraction] = {
    **dict.fromkeys(("亩", "mu"), MU),
    **dict.fromkeys(("m2", "m²", "㎡", "m^2", "sqm", "sq m", "平方米", "平米"), Fraction(3, 2)),
    **dict.fromkeys(
        ("ha", "hectare", "hectares", "公顷", "万平方米", "万平米", "万m2", "万m²", "万㎡"), Fraction(15_000)
    ),
}
