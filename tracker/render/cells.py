"""One cell as the text a person reads: one function for each kind of value."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from tracker.analysis.completion import Ratio, decimal_text
from tracker.currencies import name as currency_name
from tracker.dates import Period
from tracker.i18n import _
from tracker.money import ESTIMATED, ONE, Figure, Unit, format_figure, rounds
from tracker.render import Options
from tracker.reports.report import Amounts, Bar, Cell, Drawing, Kind, Spark, Strip
from tracker.text import show
from tracker.vocabulary import Term

T = TypeVar("T")

NO_ENTRY = "–"
BAR_WIDTH = 10
LONGEST_CODE = 24

_EIGHTHS = " ▏▎▍▌▋▊▉"
_DAYS = {"en": "{days} d", "zh": "{days}天"}
_TONES = {"green": "green", "yellow": "yellow", "red": "red", "suspended": "yellow", "terminated": "dim", "lost": "dim"}
_ASCII_MARKS = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "≈": "~", "≤": "<=", "≥": ">=", "·": "-", "⏎": "|", "→": "->"}
    | {"◇": "+", "○": "o", "●": "*", "░": ".", "─": "-", "│": "|", "├": "|", "└": "`", "▼": "v"}
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("‘’", "'")
)


# Beyond so many different cells a column is one of names or figures, and no longer worth remembering.
_MOST_KNOWN = 4096
# The types of which a column often holds equal cells, none of which equals one of another type as 1 and True do.
_REPEATED = {type(None), str, int, Term, Period, date, datetime, tuple}


class Texts(dict[Cell, T]):
    """What the cells of a column are in words; what it holds again and again is put into words once."""

    def __init__(self, word: Callable[[Cell], T]) -> None:
        """`word` puts one cell into words."""
        self._word = word

    def __missing__(self, cell: Cell) -> T:
        text = self._word(cell)
        if len(self) < _MOST_KNOWN:
            self[cell] = text
        return text

    def of(self, cells: Sequence[Cell]) -> list[T]:
        """The words for each of the cells."""
        if _REPEATED.issuperset(map(type, cells)):
            return list(map(self.__getitem__, cells))
        return [self[cell] if type(cell) in _REPEATED else self._word(cell) for cell in cells]


class CellText(NamedTuple):
    """The text of a cell.

    `whole` lines are never wrapped or cut, `tone` is a colour, `rounded` says that the text dropped digits, `drawing`
    is what is to be drawn once the width of its column is known, and `details` are what a page unfolds below it.
    """

    text: str
    whole: bool = False
    tone: str = ""
    rounded: bool = False
    drawing: Drawing | None = None
    details: tuple[str, ...] = ()


def cell_text(cell: Cell, kind: Kind, options: Options) -> CellText:
    """`cell` of a column of `kind` as people read it, with nothing in it that could steer a terminal."""
    said = (_WRITERS.get(type(cell)) or _writer_of_base(cell))(cell, kind, options)
    return said._replace(text=marks(said.text, options)) if options.ascii else said


def amounts_text(amounts: Amounts, options: Options) -> str:
    """One figure a line, and how many of how many are known where some are not: `25亿元 (4/7)`.

    What is at least that has ≥ before it; a lacking figure is its last known one with the day it reaches, else the word
    for what was said of it, else a dash.
    """
    if amounts.state == "lacking" and amounts.last and amounts.to:
        month = Period.month(amounts.to.year, amounts.to.month)
        day = month if month.last == amounts.to else Period.day(amounts.to)
        last = _("{amount} to {day}").format(amount=_figure(amounts.last, options), day=day.display(options.lang))
        return last + _coverage(amounts)
    figures = [_figure(figure, options, at_least=amounts.state == "partial") for figure in amounts.figures]
    return ("\n".join(figures) or NO_ENTRY) + _coverage(amounts)


def _figure(figure: Figure, options: Options, *, at_least: bool = False) -> str:
    if at_least and figure.qualifier == "over":
        return "≥" + _figure(replace(figure, qualifier="exact"), options)
    return show(format_figure(figure, unit=options.unit, lang=options.lang, decimals=options.decimals))


def _coverage(amounts: Amounts) -> str:
    if amounts.known is None or amounts.of is None or amounts.known >= amounts.of:
        return ""
    # Below several figures, beside one.
    return f"{chr(10) if len(amounts.figures) > 1 else ' '}({amounts.known}/{amounts.of})"


def _is_rounded(amounts: Amounts, options: Options) -> bool:
    return any(
        f.money is not None and rounds(f.money, options.unit, options.decimals, lang=options.lang)
        for f in amounts.figures
    )


def ratio_text(share: Fraction) -> str:
    """`share` (1 = 100 %) in percent with one decimal, rounded half-even."""
    return decimal_text(share, 1, shift=2) + "%"


def points_text(points: Fraction) -> str:
    """Percentage points with their sign and one decimal, rounded half-even; nothing has no sign."""
    text = decimal_text(points, 1)
    return text if text.startswith("-") or text == "0.0" else "+" + text


def number_text(number: Fraction) -> str:
    """A plain number with two decimals, rounded half-even."""
    return decimal_text(number, 2)


_FRACTIONS = {Kind.POINTS: points_text, Kind.NUMBER: number_text}


def days_text(days: int, options: Options) -> str:
    """Signed days: `+12 d`, `+12天`."""
    return _DAYS[options.lang].format(days=f"{days:+d}" if days else "0")


def date_text(day: Period | date, options: Options) -> str:
    """A period or a day in the language, a moment in the zone to the minute."""
    if isinstance(day, datetime):
        return day.astimezone(options.zone).strftime("%Y-%m-%d %H:%M")
    period = day if isinstance(day, Period) else Period(day, day)
    return period.display(options.lang)


def bar_text(share: Fraction | None, width: int, options: Options) -> str:
    """A bar of at most `width` cells; a share beyond 1 fills it, one below 0 or none at all leaves it empty."""
    filled = within(share) * width
    if options.ascii:
        return "#" * round(filled)
    full, eighths = divmod(round(filled * 8), 8)
    return "█" * full + (_EIGHTHS[eighths] if eighths else "")


def within(share: Fraction | None) -> Fraction:
    """How much of a bar `share` fills: nothing where there is none, all of it from 1 on."""
    return min(max(share or Fraction(0), Fraction(0)), Fraction(1))


def marks(text: str, options: Options) -> str:
    """`text` with typographic marks an ASCII screen lacks replaced, where the options ask for it."""
    return text.translate(_ASCII_MARKS) if options.ascii else text


def _is_code(text: str) -> bool:
    """Short ASCII words are codes somebody may copy, so they are not broken."""
    return text.isascii() and len(text) <= LONGEST_CODE and " " not in text


# --- one writer for each type --------------------------------------------------------------------------------------


def _nothing(_cell: None, _kind: Kind, _options: Options) -> CellText:
    return CellText(NO_ENTRY, whole=True)


def _text(cell: str, _kind: Kind, _options: Options) -> CellText:
    text = show(cell)
    return CellText(text, whole=_is_code(text))


def _texts(cell: tuple[str | Term, ...], _kind: Kind, options: Options) -> CellText:
    return CellText(show(", ".join(one.name(options.lang) if isinstance(one, Term) else one for one in cell)))


def _term(cell: Term, _kind: Kind, options: Options) -> CellText:
    text = show(cell.name(options.lang))
    # A code in a tree stands behind its branch.
    branched = text != cell.code and cell.code in text and _is_code(cell.code)
    return CellText(text, whole=branched, tone=_TONES.get(cell.code, ""))


def _amounts(cell: Amounts, _kind: Kind, options: Options) -> CellText:
    return CellText(amounts_text(cell, options), whole=True, rounded=_is_rounded(cell, options))


def _truth(cell: bool, _kind: Kind, _options: Options) -> CellText:
    return CellText(_("yes") if cell else _("no"), whole=True)


def _number(cell: int, kind: Kind, options: Options) -> CellText:
    if kind is Kind.DAYS:
        return CellText(days_text(cell, options), whole=True, tone="red" if cell > 0 else "")
    return CellText(str(cell), whole=True)


def _fraction(cell: Fraction, kind: Kind, options: Options) -> CellText:
    text = _FRACTIONS.get(kind, ratio_text)(cell)
    if isinstance(cell, Ratio):
        text = cell.mark + text + (ESTIMATED[options.lang] if cell.availability == "estimated" else "")
    return CellText(text, whole=True)


def _day(cell: Period | date, _kind: Kind, options: Options) -> CellText:
    return CellText(date_text(cell, options), whole=True)


def _bar(cell: Bar, _kind: Kind, options: Options) -> CellText:
    return CellText(bar_text(cell.share, BAR_WIDTH, options), whole=True, drawing=cell)


def _drawing(cell: Spark | Strip, _kind: Kind, _options: Options) -> CellText:
    return CellText("", whole=True, drawing=cell)


_WRITERS: dict[type, Callable[[Any, Kind, Options], CellText]] = {
    type(None): _nothing,
    str: _text,
    Term: _term,
    Amounts: _amounts,
    bool: _truth,
    int: _number,
    Fraction: _fraction,
    Period: _day,
    datetime: _day,
    date: _day,
    Bar: _bar,
    Spark: _drawing,
    Strip: _drawing,
    tuple: _texts,
}


def _writer_of_base(cell: Cell) -> Callable[[Any, Kind, Options], CellText]:
    _WRITERS[type(cell)] = found = next(write for kind, write in _WRITERS.items() if isinstance(cell, kind))
    return found


def unit_text(unit: Unit, currency: str, lang: str) -> str:
    """The unit of amounts in one currency: 万元, CNY m."""
    named = currency_name(currency, lang)
    if named == currency or not (unit == ONE or unit.code.endswith("元")):
        return f"{currency} {unit.suffix}".strip()
    return unit.suffix + named
