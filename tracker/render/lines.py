"""How many cells of a terminal a text takes, and how it is broken and cut to fit a number of them.

The measure is that of rich (`rich.cells`), which knows every script and emoji. It is loaded only for a text that holds
more than ASCII, Chinese and our own marks, so that most tables are written without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_WORD = re.compile(r"\s*\S+\s*")
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


def wrapped(text: str, width: int) -> list[str]:
    """The lines of `text`, one line, no wider than `width`: broken after words, and within one that is too long.

    Blanks at the end of a line stay where it has room for them.
    """
    if len(text) <= width and cells(text) <= width:
        return [text]
    places = [0, *_breaks(text, width), len(text)]
    return [_fitted(text[begin:end], width) for begin, end in pairwise(places)]


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


def _breaks(text: str, width: int) -> Iterator[int]:
    """The places where the second line begins, the third, …"""
    used = 0
    for found in _WORD.finditer(text):
        begin, word = found.start(), found[0]
        size = cells(word.rstrip())
        if size <= width - used:
            used += cells(word)
        elif size > width:
            pieces = _pieces(word, width)
            for piece in pieces[:-1]:
                if begin:
                    yield begin
                begin += len(piece)
            if begin:
                yield begin
            used = cells(pieces[-1])
        elif used and begin:
            yield begin
            used = cells(word)


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
