"""Texts from outside: which may be stored, and how any text is shown safely."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, TypeVar

from tracker.errors import Ambiguous, InputRejected, UsageError, ValueRefused
from tracker.i18n import _

LONGEST = 500
LONGEST_CODE = 40
_MOST_BYTES = 100 * 2**20

# Blanks that any editor or spreadsheet leaves at the edges; other control characters there are refused, not stripped.
_EDGES = " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# Format characters that are visible: number signs and currency marks of Arabic, Syriac and Kaithi.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_JOINERS = "\u200c\u200d"
# Letters and symbols that draw nothing: the Hangul fillers and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_EMOJI_STYLE = "\ufe0f"
# Living scripts stack four or five marks on a letter; a longer pile only paints over the neighbouring lines.
_MOST_MARKS = 8
_CODE_MARKS = frozenset("-_./")
# User and password of a URL, also one that was cut, or whose slashes a path has made one; not a host and its port.
_PORT = r"[0-9]{0,5}(?:[/?#\s”,;]|$)"
_USER = rf"([A-Za-z][A-Za-z0-9+.-]+:/{{1,2}}[^\s:/@?#\[]*):(?:(?={_PORT})\S*@|(?!{_PORT})(?:\S*@|[^”\n]*@|[^\s”]*))"
# And where the scheme was left out or mistyped: li:secret@host/zone.
_BARE = r"(?<![\w.%+-])(?!(?i:mailto):)([\w.%+-]+):[^\s:/@”]+@(?=[\w.-]+[:/?])"
_PARAMETER = r"([?&])([^\s=&?#]+)=[^\s&#”]*"
_SECRET = r"(?:password|passwd|pwd|secret|token|(?:client|server)_key)"
# As connection strings of other kinds have it: password='two words'.
_ASSIGNED = rf"(?i)({_SECRET}\s*=\s*)(?!\*{{3}}(?:\W|$))(?:'(?:\\.|[^'\\\n])*'?|(?:\\.|[^\s&#”;\\])+)"
# difflib compares every pair of letters: a pasted page must not cost seconds.
_LONGEST_GUESS = 60
# The database that was named on the command line.
_place: str | None = None
# Just above 0.6, where three letters (EUR) begin to resemble seven (Ecuador).
_CLOSE = 0.65


@cache
def _chinese() -> re.Pattern[str]:
    # So wide a range takes a millisecond to compile.
    return re.compile("[ -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*")


def _is_plain(text: str) -> bool:
    """Whether a text is printable ASCII and Chinese alone, as most are: of one cell and of two, and nothing to hide."""
    return (text.isascii() and text.isprintable()) or _chinese().fullmatch(text) is not None


def clean(text: str, what: str, *, longest: int = LONGEST, lines: bool = False) -> str:
    """The text as it is stored: edges stripped, NFC, nothing invisible, 1 to `longest` characters.

    `what` names the field in the refusal ("the name"). `lines` allows line breaks, kept as "\\n".
    Raises ValueRefused on control, bidirectional, zero-width, private, unassigned and surrogate characters, on piles of
    combining marks, and on a text that shows nothing; nothing is silently repaired.
    """
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if lines else text).strip(_EDGES)
    is_plain = kept and _is_plain(kept)
    for place, character in () if is_plain else _hidden(kept):
        if not (lines and character == "\n"):
            raise _refused_character(kept, place, what)
    if not is_plain and all(character in _BLANK or character.isspace() or _is_mark(character) for character in kept):
        raise ValueRefused(_("{what} is empty: give at least one visible character").format(what=what))
    if len(kept) > longest:
        raise ValueRefused(
            _("{what} has {length} characters, the most is {longest}: shorten “{text}”").format(
                what=what, length=len(kept), longest=longest, text=shorten(kept)
            )
        )
    return kept


@lru_cache(1_000)
def clean_code(text: str, what: str) -> str:
    """A code as it is stored: letters and digits of any script with - _ . / between, 1 to 40 characters, as typed.

    Each part between slashes starts with a letter or digit, so that a code is never an option or a path upwards.
    Compare codes by `fold`. Raises ValueRefused.
    """
    code = clean(text, what, longest=LONGEST_CODE)
    for character in code:
        if not _is_code_letter(character) and character not in _CODE_MARKS:
            raise ValueRefused(
                _("{what} “{code}” contains “{character}”: use letters, digits and - _ . / only").format(
                    what=what, code=shorten(code), character=character
                )
            )
    if not all(part and _is_code_letter(part[0]) for part in code.split("/")):
        raise ValueRefused(
            _("{what} “{code}” must start with a letter or digit, also after each “/”").format(
                what=what, code=shorten(code)
            )
        )
    return code


def typed_path(text: str) -> Path:
    """The path that a person typed, the home folder put in place of ~. Raises ValueRefused where there is none."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueRefused(_("“{path}”: there is no such home folder").format(path=shorten(text))) from None


def read_whole(source: Path | BinaryIO, name: str) -> bytes:
    """The bytes of a file or stream from outside, called `name`.

    Raises InputRejected for more than a text can sensibly have (a device never ends), OSError as the system does.
    """
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputRejected(_("{path} has more than 100 MB and is not read").format(path=show(name)))
    return data


def show(text: str, *, lines: bool = False) -> str:
    """The text with every character that `clean` refuses written out as \\uXXXX, safe on any terminal.

    A line break becomes “⏎”, or stays where `lines` is asked for. Never raises; old rows and error texts may hold
    anything.
    """
    if _is_plain(text):
        return text
    shown = list(text)
    for place, character in _hidden(text):
        if character == "\n":
            shown[place] = "\n" if lines else "⏎"
        else:
            shown[place] = f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"
    return "".join(shown)


def mask(text: str) -> str:
    """The text with the password of every URL and connection string in it masked."""
    if "=" in text:
        text = re.sub(_ASSIGNED, r"\1***", text)
    if "@" in text:
        text = re.sub(_BARE, r"\1:***@", text)
    if ":/" not in text:
        return text

    def parameter(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}=***" if names_secret(found[2]) else found[0]

    return re.sub(_PARAMETER, parameter, re.sub(_USER, r"\1:***@", text))


def names_secret(name: str) -> bool:
    """Whether the value of a parameter of a URL called `name` is a secret; the name may be quoted, also twice."""
    from urllib.parse import unquote

    return re.search(f"{_SECRET}$", fold(unquote(unquote(name)))) is not None


def name_place(place: str | None) -> None:
    """Let the commands that sentences name from now on have this --db, because this command line has it."""
    global _place
    _place = place


def command_line(line: str, *words: object, at: str | None = None, **values: object) -> str:
    """A command to type: `line`, which follows the name of the program, its {values} and further `words`, all quoted.

    It names the database that this command line named, or the one `at` a place.
    """
    text = plain_command(line, *words, **values)
    return text.replace("tracker", f"tracker --db {_quoted(mask(at or _place or ''))}", 1) if at or _place else text


def plain_command(line: str, *words: object, **values: object) -> str:
    """The same for a cell of a report, which is a file and a mail too: the reader knows which ledger it is of."""
    filled = line.format_map({name: _quoted(value) for name, value in values.items()})
    return " ".join(("tracker", filled, *map(_quoted, words)))


def _quoted(word: object) -> str:
    from shlex import quote

    return str(word) if re.fullmatch(r"[\w@%+=:,./…-]+", str(word)) else quote(str(word))


def shorten(text: str, limit: int = 60) -> str:
    """The text as `show` writes it, cut with “…” to at most `limit` display cells (at least 1), to be echoed."""
    # Eight characters a cell is more than any script needs and bounds the work on a pasted file.
    head = show(text[: limit * 8])
    if len(text) <= limit * 8 and width(head) <= limit:
        return head
    used = 0
    for place, cells in enumerate(_cells(head)):
        used += cells
        if used >= limit:
            return head[:place].rstrip(_JOINERS) + "…"
    return head + "…"


def width(text: str) -> int:
    """The number of terminal cells the text takes: 2 for East Asian wide characters, 0 for combining marks."""
    if _is_plain(text):
        return 2 * len(text) - len(text.encode("ascii", "ignore"))
    return sum(_cells(text))


@lru_cache(20_000)
def fold(text: str) -> str:
    """The form in which two spellings are compared: full-width and half-width, upper and lower case are the same."""
    # Lower-casing can leave a sequence that composes anew, and the reverse, hence compatibility form on both sides.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def containing(word: str) -> str:
    """The pattern, with the escape \\, of the folded texts that contain a word."""
    escaped = fold(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－﹣"), "-") | dict.fromkeys(map(ord, "～∼〜"), "~")
# Traditional signs of headings, of amounts and of words of the field.
SIMPLIFIED = str.maketrans(
    "項專案稱總資額萬億圓計劃預畫開啟動時間竣產業鏈階態責單員領導網區鎮園點狀況進場際實報驗備註說來類別積佔畝擬"
    "國標題號碼編簽約協議設築建項內容規範權屬問題訴需協調決聯絡電話級層務對應營運達滿擴遷購併東廠廳縣訂後當季劃"
    "結尾選擇處辦紅黃綠燈監監測統數據庫賬帳幣種幾個雙貨採購審核準許證書費繳納稅機構術環評質檢測試轉讓與關係於從"
    "爲為爭會儲兌冊軍衝發變團圖塊頭奮將帶強歸徑戶搶換無暫條檔樁歐匯沒濟滯牽獨礎簡線終經絕續緩職"
    "節榮獲銜補裝見譽認訖記訪詞詳談謀負賃賦賴過還釋鋼鉤銷鍵鎊長門閉難韓頂頃飾饋駐龍餘製佈係臺約",
    "项专案称总资额万亿圆计划预画开启动时间竣产业链阶态责单员领导网区镇园点状况进场际实报验备注说来类别积占亩拟"
    "国标题号码编签约协议设筑建项内容规范权属问题诉需协调决联络电话级层务对应营运达满扩迁购并东厂厅县订后当季划"
    "结尾选择处办红黄绿灯监监测统数据库账账币种几个双货采购审核准许证书费缴纳税机构术环评质检测试转让与关系于从"
    "为为争会储兑册军冲发变团图块头奋将带强归径户抢换无暂条档桩欧汇没济滞牵独础简线终经绝续缓职"
    "节荣获衔补装见誉认讫记访词详谈谋负赁赋赖过还释钢钩销键镑长门闭难韩顶顷饰馈驻龙余制布系台约",
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in lower case, plain width and simplified signs, with single blanks and plain dashes."""
    plain = " ".join(fold(text).translate(_DASHES).split())
    return plain if plain.isascii() else plain.translate(SIMPLIFIED)


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to a mistyped word, as it is spelled in `known`; None where nothing is close."""
    from difflib import get_close_matches

    # The dashes of an option are the same in every other one, and make nothing alike.
    spelled = {fold(name)[:_LONGEST_GUESS].removeprefix("--"): name for name in known}
    wanted = fold(word)[:_LONGEST_GUESS].strip().removeprefix("--")
    if close := get_close_matches(wanted, spelled, n=1, cutoff=_CLOSE):
        return spelled[close[0]]
    longer = [name for folded, name in spelled.items() if len(wanted) > 1 and folded.startswith(wanted)]
    return min(longer, key=len, default=None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The clause "; did you mean “name”?" for the end of a refusal, or "" where no known name is close."""
    name = suggest(word, known)
    return "" if name is None else _("; did you mean “{name}”?").format(name=shorten(name))


def unknown_word(sentence: str, word: str, known: Iterable[str], *, near: Iterable[str] = (), **fields: object) -> str:
    """The refusal of a word: `sentence` about `{word}` and `fields`, the closest known name, and all there are.

    The sentence is translated already. The closest is looked for in `near`, where that is given, else in `known`.
    """
    known = tuple(known)
    return _("{sentence}{hint} Known: {known}").format(
        sentence=sentence.format(word=shorten(word), **fields),
        hint=did_you_mean(word, near or known) or _("."),
        known=_(", ").join(map(shorten, known)),
    )


def not_one_of(word: str, known: Iterable[str]) -> str:
    """The refusal of a word where few are known: all of them, and the closest."""
    known = tuple(known)
    return _("“{word}” is not one of {known}{hint}").format(
        word=shorten(word), known=_(", ").join(map(shorten, known)), hint=did_you_mean(word, known)
    )


def _hidden(text: str) -> Iterator[tuple[int, str]]:
    """Each place and character of the text that must not reach a terminal as it is."""
    marks = 0
    for place, character in enumerate(text):
        if _is_mark(character):
            marks += 1
            if marks > _MOST_MARKS or (character in _JOINERS and not _joins(text, place)):
                yield place, character
            continue
        marks = 0
        harmless = character in _VISIBLE_FORMAT or unicodedata.category(character) == "Zs"
        if not character.isprintable() and not harmless:
            yield place, character


def _is_mark(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _joins(text: str, place: int) -> bool:
    """Whether the joiner at `place` does its work: inside an emoji, or in a script from Arabic to Mongolian.

    Between other letters it would hide the next one from every count of cells, and make two names look the same.
    """
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return _takes_joiner(before) and (not after.isalnum() or _takes_joiner(after))


def _takes_joiner(character: str) -> bool:
    if "\u0600" <= character <= "\u1aff":
        return character.isprintable()
    if character == "":
        return False
    return character == _EMOJI_STYLE or unicodedata.category(character) in ("So", "Sk", "Sm")


def _is_code_letter(character: str) -> bool:
    return character not in _BLANK and (unicodedata.category(character) == "Nd" or character.isalpha())


def _refused_character(text: str, place: int, what: str) -> ValueRefused:
    character = text[place]
    name = unicodedata.name(character, "")
    return ValueRefused(
        _("{what} contains {character} as character {place}, which cannot be stored: remove it from “{text}”").format(
            what=what,
            character=f"U+{ord(character):04X}" + (f" ({name})" if name else ""),
            place=place + 1,
            text=shorten(text),
        )
    )


def _cells(text: str) -> Iterator[int]:
    """The cells each character adds, as terminals that join emoji count them."""
    previous = ""
    for character in text:
        if previous == "\u200d":
            yield 0  # drawn as one with the emoji before it
        elif character == _EMOJI_STYLE:
            # A sign of one cell grows to two where it is drawn as an emoji.
            grows = previous and (previous in "0123456789#*" or unicodedata.category(previous) == "So")
            yield int(bool(grows) and _character_cells(previous) == 1)
        else:
            yield _character_cells(character)
        previous = character


def _character_cells(character: str) -> int:
    if character in _BLANK:
        return 2 if character == "\u115f" else int(character == "\u2800")
    if "\u1160" <= character <= "\u11ff" or unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf", "Cc"):
        return 0  # Hangul vowels and final consonants join the syllable before them
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


T = TypeVar("T")
CHINESE = "[\u3400-\u4dbf\u4e00-\u9fff]+"
# How weighty it is to be named by pinyin: less than by any name, which are 0 to 3.
PINYIN, INITIALS = 4, 5
PINYIN_EXTRA = "pip install 'investment-tracker[zh]'"


def pick(word: str, named: Iterable[tuple[tuple[str | None, ...], T]], what: str, *, part: bool = False) -> T:
    """The thing among `named` (its names, the thing) that `word` names; case and width do not count.

    Earlier names win over later ones: a code over an alias. With `part`, a word that is no whole name may be a part of
    one. Raises UsageError, with the closest name, where nothing or more than one thing is meant.
    """
    listed = list(named)
    wanted = fold(word)
    places = range(max((len(names) for names, _thing in listed), default=0))
    found = [[one for one in listed if place < len(one[0]) and fold(one[0][place] or "") == wanted] for place in places]
    if part and wanted:
        found.append([one for one in listed if any(wanted in fold(name) for name in one[0] if name)])
    for own in found:
        if len(own) > 1:
            raise several_named(word, [names for names, _thing in own], what)
        if own:
            return own[0][1]
    known = [name for names, _thing in listed for name in names if name]
    hint = did_you_mean(word, known) or _(".")
    raise UsageError(_("there is no {what} “{word}”{hint}").format(what=what, word=shorten(word), hint=hint))


# Of more things that a word names the others are counted.
_MOST_NAMED = 10


def several_named(word: str, found: Sequence[Sequence[str | None]], what: str) -> Ambiguous:
    """The refusal of a word that names several things, which go by the names in `found`."""
    lines = [" · ".join(shorten(name) for name in dict.fromkeys(names) if name) for names in found[:_MOST_NAMED]]
    if (left := len(found) - _MOST_NAMED) > 0:
        lines.append(_("and {count} more").format(count=left))
    sentence = _("“{word}” matches more than one {what}, {count} in all; give the code or the whole name of one")
    return Ambiguous(sentence.format(word=shorten(word), count=len(found), what=what), lines)


def reads_pinyin() -> bool:
    """Whether the extra `zh` is installed."""
    return find_spec("pypinyin") is not None


def readings(name: str) -> tuple[str, str] | None:
    """The pinyin of a Chinese name, written together, and its initials: 日电EV工厂 gives "ridianevgongchang", "rdevgc".

    None for a name without Chinese, and where the extra `zh` is not installed.
    """
    if not re.search(CHINESE, name) or not reads_pinyin():
        return None
    from pypinyin.seg.mmseg import seg

    full, initials = "", ""
    place = 0
    for run in re.finditer(CHINESE, name):
        between = _letters(name[place : run.start()])
        syllables = [one for word in seg.cut(run[0]) for one in _syllables(word)]
        full += between + "".join(syllables)
        initials += between + "".join(syllable[0] for syllable in syllables)
        place = run.end()
    rest = _letters(name[place:])
    return fold(full + rest), fold(initials + rest)


@lru_cache(20_000)
def _syllables(word: str) -> tuple[str, ...]:
    """The pinyin of one of the words into which pypinyin divides a text."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
