"""Budget and metrics: total investment, annual plans, every other figure by its period, physical progress."""

from __future__ import annotations

from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from tracker.money import Figure, Money, plain
from tracker.oc4ids.days import begin_of, exact, span
from tracker.oc4ids.portfolio import Values
from tracker.oc4ids.remarks import CITED, cells, written
from tracker.oc4ids.terms import (
    BASELINE_METRIC,
    METRICS,
    PHYSICAL,
    PLAN,
    RUNNING,
    UNLISTED_CURRENCIES,
)
from tracker.records.schema import KINDS
from tracker.records.serialize import write
from tracker.vocabulary import CAPITAL_KINDS

Object = dict[str, Any]

_ENTRY = ("basis", "effective_from", *CITED)
_VERSION = ("start", "end", "approved", "effective_from", "reason", *CITED)
_REVIEW = ("light", "text", "effective_from", *CITED)


def exact_number(text: str) -> int | Decimal:
    """A plain decimal as the shortest exact number: 2500000000 for "2500000000.00"."""
    number = Decimal(text)
    whole = int(number)
    return whole if whole == number else Decimal(text.rstrip("0"))


def amount_of(money: Money) -> Object:
    """The Value of an amount."""
    return {"amount": exact_number(plain(money)), "currency": money.currency}


def _valued(key: str, name: str, figure: Figure | None, lines: dict[str, str]) -> Object:
    """The Value of a figure under `key`. What a Value cannot say, its qualifier above all, goes to `lines`.

    `name` is that of the record's field. An unknown or withheld figure is never a number.
    """
    if figure is None:
        return {}
    before = "" if name == "figure" else f"{name}_"
    if figure.qualifier != "exact":
        lines[f"{before}qualifier"] = figure.qualifier
    if figure.availability != "reported":
        lines[f"{before}availability"] = figure.availability
    if figure.money is None:
        return {}
    if figure.money.currency in UNLISTED_CURRENCIES:
        lines["amount" if name == "figure" else name] = plain(figure.money)
        lines[f"{before}currency"] = figure.money.currency
        return {}
    return {key: amount_of(figure.money)}


# --- budget --------------------------------------------------------------------------------------------------------


def budget(capital: list[Values], versions: list[Values], zone: tzinfo) -> Object:
    """The total investment, and the plan of each year as its breakdown."""
    total = _totals(capital)[-1] if _totals(capital) else None
    found: Object = {}
    if total:
        lines: dict[str, str] = {}
        value = _valued("amount", "figure", total["figure"], lines)
        lines |= _entry_lines(total) | cells("capital", total, ("on",))
        found = written(lines) | value | _approved(total["figure"], versions, zone)
    plans = [one for one in capital if one["kind"] == PLAN]
    if plans:
        breakdown = {"id": PLAN, "budgetBreakdown": _numbered([_breakdown(one, zone) for one in plans])}
        found["budgetBreakdowns"] = [breakdown]
    return found


def _totals(capital: list[Values]) -> list[Values]:
    """The totals agreed one after the other, the one that holds now last."""
    return sorted((one for one in capital if one["kind"] == "total"), key=lambda one: one["effective_from"] or date.min)


def _approved(figure: Figure, versions: list[Values], zone: tzinfo) -> Object:
    """The day of the first of the latest baselines that have this total."""
    day = None
    for version in reversed(versions):
        if version["total"] != figure:
            break
        day = version["approved"]
    return {"approvalDate": begin_of(day, zone)} if day else {}


def _breakdown(one: Values, zone: tzinfo) -> Object:
    lines: dict[str, str] = {}
    value = _valued("amount", "figure", one["figure"], lines)
    return {"id": one["on"].iso()} | written(lines | _entry_lines(one)) | value | {"period": span(one["on"], zone)}


def _entry_lines(one: Values) -> dict[str, str]:
    lines = cells("capital", one, _ENTRY) | _named(one)
    if lines.get("basis") == "period":
        del lines["basis"]
    return lines


def _named(one: Values) -> dict[str, str]:
    """The period as it was said, where its days alone do not say it: a fiscal year."""
    return {"on": one["on"].iso()} if one["on"] and one["on"].text else {}


# --- metrics -------------------------------------------------------------------------------------------------------


def capital_metrics(capital: list[Values], zone: tzinfo, lang: str) -> list[Object]:
    """The figures of each kind by period, without plans and the total that holds; running figures apart."""
    by_metric: dict[tuple[str, str], list[Values]] = {}
    totals = _totals(capital)
    for one in [*totals[:-1], *(one for one in capital if one["kind"] not in ("total", PLAN))]:
        running = one["basis"] if one["basis"] in RUNNING else ""
        by_metric.setdefault((one["kind"], running), []).append(one)
    found = []
    for (kind, running), own in by_metric.items():
        name = METRICS.get(kind, kind) + (f"-{running}" if running else "")
        title = CAPITAL_KINDS[kind].name(lang)
        found.append({"id": name, "title": title, "observations": _numbered([_entry(one, zone) for one in own])})
    return found


def _entry(one: Values, zone: tzinfo) -> Object:
    lines: dict[str, str] = {}
    value = _valued("value", "figure", one["figure"], lines)
    noted = written(lines | _entry_lines(one), "notes")
    if one["on"] is None:
        return {"id": "total"} | value | noted
    return {"id": one["on"].iso(), "period": span(one["on"], zone)} | value | noted


def physical_metric(reviews: list[Values], zone: tzinfo) -> list[Object]:
    """What the progress reports say: physical progress in percent, the judged light and the text as notes."""
    if not reviews:
        return []
    return [{"id": PHYSICAL, "observations": _numbered([_review(one, zone) for one in reviews])}]


def _review(one: Values, zone: tzinfo) -> Object:
    measure: Object = {}
    if one["physical"] is not None:
        text = write(KINDS["review"].field("physical"), one["physical"])[0]
        measure = {"measure": exact_number(text), "unit": {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}}
    noted = written(cells("review", one, _REVIEW) | _named(one), "notes")
    return {"id": one["on"].iso(), "period": span(one["on"], zone)} | measure | noted


def baseline_metric(versions: list[Values], zone: tzinfo) -> list[Object]:
    """Every version of what the project is measured against: its total, its start and its end."""
    if not versions:
        return []
    return [{"id": BASELINE_METRIC, "observations": _numbered([_version(one, zone) for one in versions])}]


def _version(one: Values, zone: tzinfo) -> Object:
    lines: dict[str, str] = {}
    value = _valued("value", "total", one["total"], lines)
    period = exact("startDate", one["start"], zone) | exact("endDate", one["end"], zone, end=True)
    noted = written(lines | cells("baseline", one, _VERSION), "notes")
    return {"id": str(one["version"])} | ({"period": period} if period else {}) | value | noted


def _numbered(objects: list[Object]) -> list[Object]:
    """The objects, with a number after an id that stands there already."""
    seen: dict[str, int] = {}
    for one in objects:
        name = one["id"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            one["id"] = f"{name} ({seen[name]})"
    return objects
