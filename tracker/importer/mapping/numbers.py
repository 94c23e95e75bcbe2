"""Numbers as columns write them: which sign divides thousands and which the decimals, and the plain number left."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

POINT, COMMA = "1,234.56", "1.234,56"
STYLES = (POINT, COMMA)
MOST_DIGITS = 15

_WIDTHS = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x2212: "-", 0x3000: " ", 0xFFE5: "¥", 0xFFE1: "£"}
_BLANKS = "\u00a0\u202f\u2009 '’"
_RUN = re.compile(f"[0-9](?:[0-9.,{_BLANKS}]*[0-9])?")
_SEPARATED = re.compile("[.,]")
_NEGATIVE = re.compile(r"([^()（）0-9]*)[(（]([^()（）]*[0-9][^()（）]*)[)）](.*)", re.DOTALL)
_RANGE = re.compile(
    r"[0-9](?: ?(?:万|亿|万亿|元|万元|亿元|m|bn|k|million|billion))? ?(?:[-~–—至到]|to)+ ?[£$€¥]?[0-9]", re.IGNORECASE
)
_PLAIN = re.compile("[+-]?[0-9]+(?:[.][0-9]+)?")


class CellRefused(ValueRefused):
    """A cell that cannot be read, with what to do about it."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


def evidence(text: str) -> str | None:
    """POINT or COMMA where a number in the text can only be written so, "open" where it can be either, else None."""
    found: str | None = None
    for run in _RUN.findall(text):
        style = _style(run)
        if style in STYLES and _is_regular(run, style):
            return style
        found = "open" if style == "open" else found
    return found


def _is_regular(run: str, style: str) -> bool:
    try:
        plain_run(run, style)
    except CellRefused:
        return False
    return True


def _style(run: str) -> str | None:
    signs = _SEPARATED.findall(run)
    if not signs:
        return None
    if len(set(signs)) == 2:
        return POINT if signs[-1] == "." else COMMA
    grouped = COMMA if signs[0] == "." else POINT
    if len(signs) > 1:
        return grouped
    before, after = re.split("[.,]", run)
    whole = re.sub(f"[{_BLANKS}]", "", before)
    if len(after) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return "open"
    return POINT if grouped == COMMA else COMMA


def plain_run(run: str, style: str) -> str:
    """A written number as plain digits with a point. Raises CellRefused where its groups are not of three."""
    group, mark = (",", ".") if style == POINT else (".", ",")
    whole, _mark, decimals = run.partition(mark)
    parts = re.split(f"[{re.escape(group)}{_BLANKS}]", whole)
    regular = len(parts) == 1 or (1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]))
    if not regular or (decimals and not decimals.isdigit()):
        raise CellRefused(
            _("“{text}” does not fit the numbers of its column, which are written like {style}").format(
                text=shorten(run), style=style
            ),
            _('write it like the others, or say numbers = "{style}" for the column in a map').format(
                style=COMMA if style == POINT else POINT
            ),
        )
    return "".join(parts) + (f".{decimals}" if decimals else "")


def plain_numbers(text: str, style: str) -> str:
    """The text with every number in it written plainly, and an accountant's (5) as -5. Raises CellRefused."""
    if found := _NEGATIVE.fullmatch(text):
        text = f"-{found[1]}{found[2]}{found[3]}" if "-" not in text else text
    return _RUN.sub(lambda found: plain_run(found[0], style), text)


def plain_width(text: str) -> str:
    """The text with full-width digits, signs and brackets as plain ones; nothing else is changed."""
    return text.translate(_WIDTHS)


def is_range(text: str) -> bool:
    """Whether two numbers stand in the text with a dash or 至 between them."""
    return _RANGE.search(text) is not None


def is_plain(text: str) -> bool:
    """Whether the text is digits with at most a sign and a point, and nothing else."""
    return text.isascii() and _PLAIN.fullmatch(text) is not None


def typed_number(number: int | float) -> str:
    """A number cell as plain digits, exactly as the workbook shows it. Raises CellRefused for more than 15 digits."""
    if isinstance(number, int):
        text = str(number)
    else:
        if number != number or number in (float("inf"), float("-inf")):
            raise CellRefused(_("the cell holds no number"), _("type the number again"))
        text = format(Decimal(repr(number)), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    digits = text.lstrip("-").replace(".", "").strip("0")
    if len(digits) > MOST_DIGITS:
        raise CellRefused(
            _("{number} has more than {most} digits: a spreadsheet keeps no more, the last ones are lost").format(
                number=text, most=MOST_DIGITS
            ),
            _("round it in the spreadsheet, or type it as text"),
        )
    return text
