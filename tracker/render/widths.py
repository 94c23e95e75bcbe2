"""Which columns a screen has room for, and how wide each of them is."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

GAP = 2
LEAST = 8
READABLE = 12
SHORTEST_BAR = 8
LONGEST_BAR = 20
# Names have room for so much, on two lines, before columns of less weight have theirs.
LONGEST_NAME = 24
# On a screen of so many cells a picture of priority 1 is there, whatever the other columns ask for.
WIDE = 100
# A picture of this priority takes only what the other columns leave over.
LEAVES_FIRST = 9


class Need(NamedTuple):
    """What one column asks for, in cells.

    `title` and `content` are the widths at which nothing wraps, `whole` the one at which no figure does, `title_least`
    and `content_least` those below which a word or an amount would break. The higher the `priority`, the earlier the
    column leaves. A `drawn` column takes what the others leave over, from `shortest` to `longest` cells of it. `names`
    are of two lines at most.
    """

    title: int
    title_least: int
    content: int
    content_least: int
    priority: int
    drawn: bool = False
    names: bool = False
    whole: int = 0
    shortest: int = SHORTEST_BAR
    longest: int = LONGEST_BAR

    @property
    def natural(self) -> int:
        """The width at which nothing wraps."""
        return max(self.title, self.content, 1)

    @property
    def one_line(self) -> int:
        """The width at which nothing but the title wraps."""
        return max(self.title_least, self.content, 1)

    @property
    def keeps_room(self) -> bool:
        """Whether a picture leaves among the other columns by its priority, and not as soon as names need the room."""
        return self.drawn and 1 < self.priority < LEAVES_FIRST

    @property
    def readable(self) -> int:
        """The width at which names still read well, and a picture can be compared."""
        if self.drawn:
            return max(self.shortest, self.title_least)
        if self.names:
            return max(self.least, min(self.content, LONGEST_NAME, max(READABLE, self.content // 2 + 4)))
        return max(self.least, self.whole, min(self.content, READABLE))

    @property
    def least(self) -> int:
        """The width below which something breaks that must not."""
        return max(self.title_least, self.content_least, 1)


_Asks = Callable[[Need], int]
# The last one breaks amounts: it is reached only on a screen narrower than a single one of them.
_FLOORS: tuple[_Asks, ...] = (
    lambda need: need.one_line,
    lambda need: need.readable,
    lambda need: need.least,
    lambda need: 1,
)


def fit(needs: Sequence[Need], room: int | None) -> list[int]:
    """The width of every column in a table of at most `room` cells, 0 for a column that is left out.

    Titles wrap first, then names, down to a width that still reads well. When that is not enough, columns of priority
    2 and beyond leave; then names shrink to the least, and at last columns of priority 1 and 0 leave, names before
    others, but never the first. Without a `room` everything is as wide as it needs, and nothing is drawn.
    """
    if room is None:
        return [0 if need.drawn else need.natural for need in needs]
    kept = [
        place
        for place, need in enumerate(needs)
        if not need.drawn or need.keeps_room or (need.priority == 1 and room >= WIDE)
    ]
    kept = _leave(needs, kept, room, lambda need: need.readable, above=1)
    pictures = [place for place in kept if needs[place].drawn]
    kept = [place for place in kept if place not in pictures]
    room_for_words = room - sum(needs[place].readable + GAP for place in pictures)
    kept = _leave(needs, kept, room_for_words, lambda need: need.least, above=-1)
    widths = _shrink(needs, kept, room_for_words)
    for place, need in enumerate(needs):
        if need.drawn:
            widths[place] = _bar_width(need, room - table_width(widths) - GAP)
    return widths


def table_width(widths: Iterable[int]) -> int:
    """The cells a table with these columns takes, gaps included; columns of width 0 are not there."""
    kept = [width for width in widths if width]
    return sum(kept) + GAP * max(len(kept) - 1, 0)


def _leave(needs: Sequence[Need], kept: list[int], room: int, asks: _Asks, *, above: int) -> list[int]:
    """What is kept when columns of a priority `above` leave, highest and rightmost first, until the others fit."""
    while table_width(asks(needs[place]) for place in kept) > room:
        leaving = [place for place in kept[1:] if needs[place].priority > above]
        if not leaving:
            break
        kept = [
            place for place in kept if place != max(leaving, key=lambda at: (needs[at].priority, needs[at].names, at))
        ]
    return kept


def _shrink(needs: Sequence[Need], kept: Sequence[int], room: int) -> list[int]:
    """The widths of the kept columns: natural, then narrowed to each floor in turn as far as the room asks for it."""
    widths = [0] * len(needs)
    for place in kept:
        widths[place] = needs[place].natural
    for asks in _FLOORS:
        _narrow(widths, [asks(need) for need in needs], table_width(widths) - room)
    return widths


def _narrow(widths: list[int], floors: Sequence[int], excess: int) -> None:
    """Take `excess` cells away, always from the widest column that is above its floor."""
    while excess > 0:
        above = [place for place, width in enumerate(widths) if width > floors[place]]
        if not above:
            return
        above.sort(key=lambda place: widths[place])
        widest = above[-1]
        runner_up = widths[above[-2]] if len(above) > 1 else 0
        cut = min(excess, max(widths[widest] - max(runner_up, floors[widest]), 1))
        widths[widest] -= cut
        excess -= cut


def _bar_width(need: Need, left_over: int) -> int:
    """The width of a drawn column in the room left over, 0 where the drawing would be too short to compare."""
    if left_over < max(need.shortest, need.title_least):
        return 0
    return min(left_over, max(need.longest, need.title_least))


_OPENING, _CLOSERS = "（(【《〈「『[“‘", "）)】》〉」』]”’"
_CLOSING = _CLOSERS + "，。、；：！？,.;:!?%"
# A wide character, or a run of others, an opening mark beginning the next, with the blanks behind it.
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
_UNIT = rf"\s*(?:[(\[“‘]?[^\s{_WIDE}(\[“‘]+|\S)\s*|\s+"
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


_LEAST_NAME = 8


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
    if most == 1:
        return [_shortened(text, width, ellipsis)]
    return [*lines[: most - 1], _ended("".join(lines[most - 1 :]), width, ellipsis)]


def _shortened(text: str, width: int, ellipsis: str) -> str:
    """`text` with an ellipsis in its longest part, a name, so that the days and figures beside it stay whole."""
    parts = text.split(" · ")
    at = max(range(len(parts)), key=lambda part: cells(parts[part]))
    room = width - cells(text) + cells(parts[at])
    if room < _LEAST_NAME:
        return _ended(text, width, ellipsis)
    return " · ".join((*parts[:at], _ended(parts[at], room, ellipsis), *parts[at + 1 :]))


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
    for found in re.finditer(_UNIT, text):
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
