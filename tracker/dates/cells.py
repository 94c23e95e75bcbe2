"""What a date cell of somebody's sheet says beyond a date: that it is expected, or that nothing has happened yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.dates.period import Period
from tracker.dates.reading import parse_period


class Marker(StrEnum):
    """How the words beside a date take it."""

    FORECAST = "forecast"
    PLANNED = "planned"
    ABOUT = "about"


_BEFORE = {
    Marker.FORECAST: "预计将?于?|预期于?|有望于?|力争于?|expected(?: in| on)?|forecast(?: for)?|est[.]|exp[.]",
    Marker.PLANNED: "计划于?|拟于?|planned(?: for| in| on)?|target(?:ed)?(?: for)?",
    Marker.ABOUT: "大约|约|circa|ca[.]|c[.]|about|around|approximately|approx[.]?|~|≈",
}
_AFTER = {
    Marker.FORECAST: "预计|预期|expected|forecast|est[.]?|estimated",
    Marker.PLANNED: "计划|planned|target",
    Marker.ABOUT: "左右|前后|or so|approx[.]?",
}
_SPACE = "[ \t\u3000:：]*"
_HAS_NOT = (
    "(?:目前|暂时)?(?:尚|还|暂|仍|均)?[未没](?:有)?"
    "(?:正式|实际|全面)?(?:开工|动工|开建|启动|实施|竣工|完工|完成|建成|封顶|投产|达产|投用|签约|备案|拿地|入库|供地|开始)(?:建设)?"
    "|待(?:开工|动工|启动|竣工|投产|签约|备案)"
    "|not (?:yet )?(?:started|begun|commenced|completed|finished|signed|in production|done)|not yet|unstarted"
)


@dataclass(frozen=True, slots=True)
class MarkedPeriod:
    """A period, and what the word beside it makes of it."""

    period: Period
    marker: Marker


def parse_marked(text: str, *, today: date, year: int | None = None, fiscal_year_start: int = 1) -> MarkedPeriod | None:
    """The period with the word of expectation beside it: `预计2023年6月`, `计划于2023年6月底前`, `Jun 2023 (expected)`.

    None where no such word stands in the text: read it with `parse_period`, whose other arguments these are. Raises
    ValueRefused where such a word stands there and the rest is not a period.
    """
    for marker in Marker:
        before = re.match(f"{_SPACE}(?:{_BEFORE[marker]}){_SPACE}(?P<rest>.+)", text, re.IGNORECASE | re.DOTALL)
        after = re.fullmatch(
            f"(?P<rest>.+?){_SPACE}[(（]?(?:{_AFTER[marker]})[)）]?{_SPACE}", text, re.IGNORECASE | re.DOTALL
        )
        if found := before or after:
            period = parse_period(found["rest"], today=today, year=year, fiscal_year_start=fiscal_year_start)
            return MarkedPeriod(period, marker)
    return None


def has_not_happened(text: str) -> bool:
    """Whether the text says that there is no day yet: 未开工, 尚未竣工, not started."""
    return re.fullmatch(f"{_SPACE}(?:{_HAS_NOT}){_SPACE}", text, re.IGNORECASE) is not None
