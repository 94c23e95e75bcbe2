"""What the sentences of a bulletin are made of: values that carry their words, and stay numbers beside them.

Every value is frozen and small; printed, it is its `text`. None stands for what is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.analysis.completion import Ratio
from tracker.dates import Period
from tracker.i18n import language
from tracker.money import AUTO, Figure, Unit, format_figure, plain, turned
from tracker.reports.report import Amounts, Cell, Kind

# A sentence has words where a table has marks; each is read back as the same qualifier.
QUALIFIERS = {
    "zh": {"exact": "", "about": "约", "nearly": "近", "over": "超", "at_most": "不超过"},
    "en": {"exact": "", "about": "about ", "nearly": "nearly ", "over": "over ", "at_most": "at most "},
}
_COVERED = {"zh": "（{of}个中{known}个有数）", "en": " (known for {known} of {of})"}
_SPANS = {"zh": "{}至{}", "en": "{} to {}"}
_LISTED = {"zh": ("、", "、"), "en": (", ", " and ")}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Worded:
    """A value that is printed as its text."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Number(Worded):
    """A share (1 = 100 %), a number of months, …; `value` as files hold it."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Gap(Worded):
    """The gap to time progress in percentage points: `size` is without sign, `side` is ahead, behind or even."""

    value: Decimal
    size: str
    side: str


@dataclass(frozen=True, slots=True)
class Growth(Worded):
    """What was completed against the year `before`, both to one `day` of their years, which is in this year.

    `value` is the growth as a share; `size` is it in percent without sign, `side` is up, down or even.
    """

    value: Decimal
    size: str
    side: str
    before: Amount | None
    day: Day


@dataclass(frozen=True, slots=True)
class Money(Worded):
    """One figure with its qualifier; `amount` and `currency` are None where it is unknown or withheld."""

    amount: Decimal | None
    currency: str | None
    qualifier: str
    availability: str


@dataclass(frozen=True, slots=True)
class Amount(Worded):
    """A figure a currency, never added; the text ends with the coverage: `known` of `of` projects have a figure.

    `bare` is the text without the coverage.
    """

    bare: str
    figures: tuple[Money, ...]
    known: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Day(Worded):
    """A day, or the range of days it is known to lie in; both in ISO form."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Month(Worded):
    """A calendar month."""

    year: int
    number: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """How values become words.

    `number` prints a number of a kind for people, `exact` for files; `words` makes words from outside harmless for
    where they are going.
    """

    number: Callable[[Fraction, Kind], str]
    exact: Callable[[Fraction, Kind], str]
    words: Callable[[str], str]
    unit: Unit = AUTO
    decimals: int | None = 2

    def told(self, value: Fraction | None, kind: Kind = Kind.RATIO) -> Number | None:
        """A number; one that is not exact is qualified in words."""
        if value is None:
            return None
        plain_value = Fraction(value)
        return Number(_word(value) + self.number(plain_value, kind), Decimal(self.exact(plain_value, kind)))

    def gap(self, value: Fraction | None) -> Gap | None:
        """A gap; one that is printed as nothing is even."""
        if value is None:
            return None
        text = self.number(Fraction(value), Kind.POINTS)
        side = "ahead" if text.startswith("+") else "behind" if text.startswith("-") else "even"
        # What is at least 3 points behind as a signed number is at most 3 points behind in words.
        size = _size_word(value, is_turned=side == "behind") + text.lstrip("+-")
        return Gap(_word(value) + text, Decimal(self.exact(value, Kind.POINTS)), size, side)

    def growth(self, value: Fraction | None, before: Cell, on: Period) -> Growth | None:
        """A growth to a day; one that is printed as nothing is even."""
        number = self.told(value)
        if number is None or value is None:
            return None
        bare = self.number(abs(Fraction(value)), Kind.RATIO)
        side = "even" if not bare.strip("0.%") else "up" if value > 0 else "down"
        size = _size_word(value, is_turned=side == "down") + bare
        return Growth(number.text, number.value, size, side, self.amount(before), day(on))

    def money(self, figure: Figure) -> Money:
        """A figure."""
        lang = language()
        # The qualifier is said in words here, so the mark of a table is kept off.
        amount = format_figure(_unqualified(figure), unit=self.unit, lang=lang, decimals=self.decimals)
        text = QUALIFIERS[lang][figure.qualifier] + amount
        number = Decimal(plain(figure.money)) if figure.money else None
        return Money(
            text, number, figure.money.currency if figure.money else None, figure.qualifier, figure.availability
        )

    def amount(self, cell: Cell) -> Amount | None:
        """The cell of a table; None where it has no figure."""
        if not isinstance(cell, Amounts) or not cell.figures:
            return None
        figures = tuple(self.money(figure) for figure in cell.figures)
        bare = listed([one.text for one in figures])
        return Amount(bare + _coverage(cell), bare, figures, cell.known, cell.of)

    def label(self, text: str | None) -> str | None:
        """Words from outside."""
        return self.words(text) if text else None


def day(period: Period) -> Day:
    """A day as the language writes it; days that are no months of a year are written from the first to the last."""
    lang = language()
    text = period.display(lang)
    if ".." in text:
        months = all(len(part) == len("2023-01") for part in text.split(".."))
        ends = text.split("..") if months else [Period.day(one).display(lang) for one in (period.first, period.last)]
        text = _SPANS[lang].format(*ends)
    return Day(text, period.first.isoformat(), period.last.isoformat())


def month(period: Period) -> Month:
    """A month as a heading writes it: 2023年6月, June 2023."""
    year, number = period.first.year, period.first.month
    text = period.display("zh") if language() == "zh" else f"{_MONTHS[number - 1]} {year}"
    return Month(text, year, number)


def listed(texts: Sequence[str]) -> str:
    """Several texts in one sentence: a、b、c, or a, b and c."""
    comma, last = _LISTED[language()]
    return last.join(part for part in (comma.join(texts[:-1]), *texts[-1:]) if part)


def _word(value: Fraction, *, is_turned: bool = False) -> str:
    """What stands before a number that is no exact one."""
    if not isinstance(value, Ratio):
        return ""
    return QUALIFIERS[language()][turned(value.qualifier) if is_turned else value.qualifier]


def _size_word(value: Fraction, *, is_turned: bool) -> str:
    """What stands before a size that words such as 超 go before."""
    word = _word(value, is_turned=is_turned)
    return "至少" if word == "超" else word


def _unqualified(figure: Figure) -> Figure:
    return Figure(figure.money, "exact", figure.availability)


def _coverage(cell: Amounts) -> str:
    if cell.known is None or cell.of is None or cell.known >= cell.of:
        return ""
    return _COVERED[language()].format(known=cell.known, of=cell.of)
