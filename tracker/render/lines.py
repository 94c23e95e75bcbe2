"""How many cells of a terminal a text takes, and how it is broken and cut to fit a number of them.

The measure is that of rich (`rich.cells`), which knows every script and emoji. It is loaded only for a text that holds
more than ASCII, Chinese and our own marks, so that most tables are written without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_OPENING, _CLOSERS = "（(【《〈「『[“‘", "）)】》〉」』]”’"
_CLOSING = _CLOSERS + "，。、；：！？,.;:!?%"
# A wide character, or a run of others, an opening mark beginning the next, with the blanks behind it.
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
_UNIT = re.compile(rf"\s*(?:[{_WIDE}]|[^\s{_WIDE}](?:[^\s{_WIDE}(\[“‘])*)\s*|\s+")
_NARROW = frozenset("–—’“”…·−≈≤→◇○●░─│├└▼█▏▎▍▌▋▊▉▁▂▃▄▅▆▇")
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


class _Sizes(dict[str, int]):
    """The cells of each character met so far."""

    def __missing__(self, character: str) -> int:
        self[character] = size = _size(character)
        return size


def _size(character: str) -> int:
    if " " <= character <= "~" or character in _NARROW:
        return 1
    if "\u4e00" <= character <= "\u9fff" or "\uff01" <= character <= "\uff60":
        return 2
    from rich.cells import get_character_cell_size

    return get_character_cell_size(character)


_sizes = _Sizes()
_size_of = _sizes.__getitem__


def cells(text: str) -> int:
    """The cells that `text`, one line, takes."""
    if text.isascii() and text.isprintable():
        return len(text)
    if _JOINER in text or _EMOJI_STYLE in text:
        from rich.cells import cell_len

        return cell_len(text)
    return sum(map(_size_of, text))


def wrapped(text: str, width: int, most: int | None = None, ellipsis: str = "…") -> list[str]:
    """The lines of `text`, one line, no wider than `width`, at most `most` of them, the last of more with an ellipsis.

    A line ends after a word, or between two Chinese characters, never inside brackets and never before a closing mark;
    only what is too long for a line of its own is broken within. Blanks at the end of a line stay where it has room.
    """
    if len(text) <= width and cells(text) <= width:
        return [text]
    lines: list[str] = []
    line, used = "", 0
    for unit in _units(text, width):
        size = cells(unit.rstrip())
        if used and used + size > width:
            lines.append(_fitted(line, width))
            line, used = "", 0
        if size > width:
            *whole, unit = _pieces(unit, width)
            lines += whole
        line += unit
        used += cells(unit)
    lines.append(_fitted(line, width))
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], _ended("".join(lines[most - 1 :]), width, ellipsis)]


def _ended(text: str, width: int, ellipsis: str) -> str:
    """The start of `text` with an ellipsis behind its last word that has room, else within the first."""
    ellipsis = ellipsis if cells(ellipsis) < width else "…"
    room = width - cells(ellipsis)
    line = ""
    for unit in _units(text, width):
        if cells((line + unit).rstrip()) > room:
            break
        line += unit
    return (line.rstrip() or cut(text, max(room, 0)).rstrip()) + ellipsis


def _units(text: str, width: int) -> list[str]:
    """`text` in what is not broken: words, single Chinese characters, and brackets with all they hold if that fits.

    A closing mark belongs to what is before it, an opening one to what follows, and blanks to the word before them.
    """
    units: list[str] = []
    opened: list[int] = []  # the units that began with an opening mark, not closed yet
    for found in _UNIT.finditer(text):
        unit = found[0]
        if units and (unit[0] in _CLOSING or units[-1].rstrip()[-1:] in _OPENING):
            units[-1] += unit
        else:
            units.append(unit)
        opened += [len(units) - 1] * sum(unit.count(mark) for mark in _OPENING)
        for _closed in range(sum(unit.count(mark) for mark in _CLOSERS)):
            if opened and cells("".join(units[opened[-1] :]).rstrip()) <= width:
                units[opened[-1] :] = ["".join(units[opened[-1] :])]
            opened = opened[:-1]
    return units


def cut(text: str, width: int) -> str:
    """The start of `text` in at most `width` cells; of a wide character that would be halved, a blank is left."""
    if cells(text) <= width:
        return text
    room = width
    for begin, size in _drawn(text):
        if size > room:
            return text[:begin] + " " * room
        if not room:
            return text[:begin]
        room -= size
    return text


def _fitted(line: str, width: int) -> str:
    """`line` without the blanks that have no room."""
    excess = len(line) - width
    if excess > 0:
        line = line[: len(line) - min(len(line) - len(line.rstrip()), excess)]
    return cut(line, width)


def _pieces(word: str, width: int) -> list[str]:
    """`word` in pieces of at most `width` cells."""
    if word.isascii() and word.isprintable():
        return [word[begin : begin + width] for begin in range(0, len(word), width)]
    places, used = [0], 0
    for begin, size in _drawn(word):
        if used + size > width:
            places.append(begin)
            used = 0
        used += size
    return [word[begin:end] for begin, end in pairwise([*places, len(word)])]


def _drawn(text: str) -> Iterator[tuple[int, int]]:
    """Where each sign begins, and its cells; a sign is a letter with its marks, or an emoji with what joins it."""
    if all(map(_size_of, text)) and _JOINER not in text and _EMOJI_STYLE not in text:
        yield from enumerate(map(_size_of, text))
        return
    from rich.cells import split_graphemes

    yield from ((begin, size) for begin, _end, size in split_graphemes(text)[0])
