"""Units of a column: 万元, 亿美元, $m, £ million, TEUR, 亩, m², %, as headings, titles and options write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tracker import areas
from tracker.currencies import parse_currency
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import _
from tracker.importer.mapping.folding import brackets, folded
from tracker.text import shorten

MONEY, LAND, PERCENT, COUNT = "money", "land", "percent", "count"

_POWERS = {
    12: "万亿|trillion|tn",
    11: "千亿",
    10: "百亿",
    9: "十亿|billion|bn|bln|mrd|milliarden|b",
    8: "亿",
    7: "千万",
    6: "百万|millions|million|mio|mln|mn|mm|m",
    5: "十万",
    4: "万",
    3: "千|thousands|thousand|tsd|'000s|'000|000s|000|k",
    2: "百",
}
_POWER = {word: power for power, words in _POWERS.items() for word in words.split("|")}
_WRITTEN = {0: "", **{power: words.split("|")[0] for power, words in _POWERS.items()}, 6: "m", 9: "bn", 3: "k"}
_LETTER_POWER = {"t": 3, "k": 3, "m": 6}
_PERCENT = ("%", "百分比", "percent", "per cent", "pct")
_COUNT = ("人", "个", "家", "名", "台", "套", "项", "people", "persons", "no", "number", "件", "宗")
_FILLERS = re.compile(
    r"^(?:单位|金额单位|货币单位|unit|currency|in|of|as|figures|amounts|all|are|values)\b[:：]?|[:：.,]"
)
_SYMBOL = re.compile(r"us\$|hk\$|a\$|c\$|s\$|nt\$|[$£€¥₩₹₽฿₺]")
_TITLE = re.compile(
    r"(?:单位|计量单位|unit|units|currency|"
    r"(?:figures|amounts|values|costs)?(?: are)?(?: all)? ?\bin)\b ?[:：]? ?([^()\[\]。;；]+)"
)
# The unit at the end of a heading that has no brackets.
_ENDING = re.compile(
    "(?P<base>.+?)[ :,/_-]*(?P<unit>(?:万亿|千亿|百亿|十亿|亿|千万|百万|万|千)?(?:人民币|[美欧日港韩加澳]元|英镑|元)"
    r"|(?:[$£€]|us\$|usd|gbp|eur|cny|rmb|jpy|hkd) ?(?:m|mn|million|bn|billion|k|000s?|'000s?)?"
    r"|(?:million|billion|thousand|mio|mrd|tsd)\.? ?(?:[$£€]|us\$|usd|gbp|eur|cny|rmb)?|teur|亩|平方米|公顷|m2|%)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """10**`power` of a currency's own unit (currency None: not said), or an area as thousandths of a 亩, or another."""

    measure: str = MONEY
    power: int = 0
    currency: str | None = None
    land: Fraction | None = None
    text: str = ""

    def __str__(self) -> str:
        if self.measure != MONEY:
            return self.text
        return f"{self.currency or ''} {_WRITTEN[self.power]}".strip() or "元"


def read_unit(text: str, *, configured: str | None = None) -> Unit | None:
    """The unit a text is, None where it is anything else; `configured` decides what $ and ¥ are."""
    written = folded(text).strip(" ()[]")
    for _step in range(4):
        written = _FILLERS.sub("", written).strip(" ")
    if not written or len(written) > 40:
        return None
    if written in areas.LAND:
        return Unit(LAND, land=areas.LAND[written], text=written)
    if written in _PERCENT:
        return Unit(PERCENT, text="%")
    if written in _COUNT:
        return Unit(COUNT, text=written)
    return _money(written, configured)


def _money(written: str, configured: str | None) -> Unit | None:
    for power, rest in _splits(written):
        if not rest:
            return Unit(power=power)
        currency = currency_of(rest, configured)
        if currency:
            return Unit(power=power, currency=currency)
    return None


def _splits(written: str) -> Iterable[tuple[int, str]]:
    """Every power of ten with what is left for the currency, the longest words first."""
    words = sorted(_POWER, key=len, reverse=True)
    yield 0, written
    for word in words:
        for place in (found.start() for found in re.finditer(re.escape(word), written)):
            before, after = written[:place], written[place + len(word) :]
            if _stands_alone(word, before, after):
                yield _POWER[word], " ".join(f"{before} {after}".split())
    if found := re.fullmatch("(?:([tkm]) ?(eur|€|usd|gbp|chf|£)|(eur|€|usd|gbp|chf|£) ?([tkm]))", written):
        yield _LETTER_POWER[found[1] or found[4]], found[2] or found[3]


def _stands_alone(word: str, before: str, after: str) -> bool:
    """Whether Latin letters of a power of ten are a word of their own: m in $m, not in mark."""
    if not word.isascii():
        return True
    return not (before[-1:].isalpha() and before[-1:].isascii()) and not (after[:1].isalpha() and after[:1].isascii())


def currency_of(word: str, configured: str | None) -> str | None:
    """The currency a word or symbol names; $ and ¥ are USD and CNY unless `configured` is another of that sign."""
    word = word.strip(" .,:/的")
    if word in ("万元", "人民币元"):
        return None
    for default in (configured, "USD", "CNY"):
        try:
            return parse_currency(word, configured=default)
        except ValueRefused:
            continue
    found = re.fullmatch("(人民币|美元|欧元|日元|港元)(?: ?元)?", word)
    return parse_currency(found[1]) if found else None


def shared_symbol(text: str) -> str:
    """The sign in a text that more than one currency has ("$" or "¥"), "" where there is none."""
    written = folded(text)
    found = _SYMBOL.search(written)
    return found[0] if found and found[0] in "$¥" else ""


def split_unit(heading: str, *, configured: str | None = None) -> tuple[str, Unit | None, tuple[str, ...]]:
    """A heading without its unit, the unit, and the bracketed remarks that are none."""
    base, parts = brackets(heading)
    unit: Unit | None = None
    remarks = []
    for part in parts:
        read = read_unit(part, configured=configured)
        if read is None:
            remarks.append(part)
        else:
            unit = unit or read
    if unit is None and (found := _ENDING.fullmatch(folded(base))):
        unit = read_unit(found["unit"], configured=configured)
        base = found["base"] if unit else base
    return base, unit, tuple(remarks)


def unit_of_titles(titles: Iterable[str], *, configured: str | None = None) -> Unit | None:
    """The unit of money the lines above a table give for all of it: 单位：万元, (£ million), figures in $m."""
    for title in titles:
        _base, parts = brackets(title)
        said = [found[1] for found in _TITLE.finditer(folded(title))]
        for text in (*said, *parts):
            for part in re.split("[、,，/和]| and | unless | except ", text):
                unit = read_unit(part, configured=configured)
                if unit is not None and unit.measure == MONEY:
                    return unit
    return None


def asked_unit(text: str, *, configured: str | None = None) -> Unit:
    """The unit an option or a map gives. Raises UsageError."""
    unit = read_unit(text, configured=configured)
    if unit is None:
        raise UsageError(_("“{text}” is no unit: write 万元, 亿美元, £m, USD bn, 亩 or %").format(text=shorten(text)))
    return unit
