"""Physical progress as any publisher reports it, as progress reports."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from tracker.oc4ids.found import Place, first_of
from tracker.oc4ids.remarks import written
from tracker.oc4ids.terms import PHYSICAL

_NUMBER = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,30})?) ?%?")
_PERCENT = ("", "percent", "percentage", "per cent", "%", "p1")
_HUNDREDTHS = Decimal("0.01")


def reviews(project: Place, code: str) -> None:
    """Add a progress report for every observation of physical progress; one without a period cannot be placed."""
    for metric in project.each("metrics"):
        if metric.text("id") == PHYSICAL:
            for one in metric.each("observations"):
                cells = {"project": code, "on": _on(one)} | _progress(one)
                one.findings.add("review", cells, one.path)


def _on(observation: Place) -> str:
    """The days observed; where only one end is given, that day."""
    period = observation.child("period")
    first, last = period.day("startDate"), period.day("endDate")
    return _span(first or last, last or first)


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return first.isoformat() if first == last else f"{first}..{last}"


def _progress(observation: Place) -> dict[str, str]:
    """A percentage to two decimals, with all of its digits in the note where it has more; any other measure as text."""
    written_out = isinstance(observation.value.get("measure"), str)
    measure = observation.text("measure") if written_out else observation.number("measure")
    unit = observation.child("unit")
    said = first_of(unit.text("id"), unit.text("name")).strip()
    number = _NUMBER.fullmatch(measure.strip())
    notes = observation.text("notes")
    if number is None or said.casefold() not in _PERCENT:
        return {"text": f"{measure} {said}".strip(), "note": notes}
    rounded = Decimal(number[1]).quantize(_HUNDREDTHS, ROUND_HALF_EVEN)
    if rounded == Decimal(number[1]):
        return {"physical": str(rounded), "note": notes}
    note = "\n".join(text for text in (notes, *written({"measure": measure}).values()) if text)
    return {"physical": str(rounded), "note": note}
