"""The door refuses what would deceive a reader, the screen writes it out, and ordinary names pass untouched."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tracker.errors import UsageError, ValueRefused
from tracker.text import clean, clean_code, did_you_mean, fold, shorten, show, suggest, width

NEVER_SHOWN = frozenset(
    chr(point)
    for first, last in (
        (0x00, 0x1F),
        (0x7F, 0x9F),
        (0xAD, 0xAD),
        (0x061C, 0x061C),
        (0x180E, 0x180E),
        (0x200B, 0x200B),
        (0x200E, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0xD800, 0xF8FF),
        (0xFEFF, 0xFEFF),
        (0xFFF9, 0xFFFB),
        (0xE0000, 0xE007F),
        (0xF0000, 0x10FFFF),
    )
    for point in range(first, last + 1)
)

HOSTILE = {
    "NUL": ("a\x00b", "U+0000"),
    "bell": ("a\x07b", "U+0007"),
    "backspace": ("safe\x08\x08evil", "U+0008"),
    "tab": ("a\tb", "U+0009"),
    "line break": ("row 1\nrow 2", "U+000A"),
    "vertical tab": ("a\x0bb", "U+000B"),
    "form feed": ("a\x0cb", "U+000C"),
    "carriage return": ("12.00\r99", "U+000D"),
    "shift out": ("a\x0eb", "U+000E"),
    "escape alone": ("\x1b", "U+001B"),
    "ANSI colour": ("\x1b[31mred\x1b[0m", "U+001B"),
    "ANSI clear screen": ("\x1b[2J\x1b[H", "U+001B"),
    "cursor up": ("x\x1b[1Ax", "U+001B"),
    "OSC title": ("\x1b]0;owned\x07", "U+001B"),
    "OSC hyperlink": ("\x1b]8;;https://example.org\x1b\\click\x1b]8;;\x1b\\", "U+001B"),
    "OSC clipboard": ("\x1b]52;c;ZXZpbA==\x07", "U+001B"),
    "DCS": ("\x1bP1$r\x1b\\", "U+001B"),
    "terminal reset": ("\x1bc", "U+001B"),
    "unit separator at the edge": ("\x1fname", "U+001F"),
    "DEL": ("a\x7fb", "U+007F"),
    "C1 next line": ("a\x85b", "U+0085"),
    "C1 at the edge": ("name\x85", "U+0085"),
    "C1 CSI": ("a\x9b31mb", "U+009B"),
    "C1 OSC": ("\x9d0;owned\x9c", "U+009D"),
    "soft hyphen": ("a\xadb", "U+00AD"),
    "Arabic letter mark": ("a\u061cb", "U+061C"),
    "Mongolian vowel separator": ("a\u180eb", "U+180E"),
    "zero-width space": ("ni\u200bdec", "U+200B"),
    "zero-width joiner between letters": ("ni\u200ddec", "U+200D"),
    "zero-width non-joiner between letters": ("ni\u200cdec", "U+200C"),
    "joiner hiding ideographs": ("平\u200d湖\u200d经", "U+200D"),
    "joiner at the start": ("\u200dabc", "U+200D"),
    "left-to-right mark": ("a\u200eb", "U+200E"),
    "right-to-left mark": ("a\u200fb", "U+200F"),
    "line separator": ("a\u2028b", "U+2028"),
    "paragraph separator at the edge": ("a\u2029", "U+2029"),
    "left-to-right embedding": ("a\u202ab", "U+202A"),
    "pop directional formatting": ("a\u202cb", "U+202C"),
    "right-to-left override": ("25\u202e00", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    "word joiner": ("a\u2060b", "U+2060"),
    "left-to-right isolate": ("a\u2066b", "U+2066"),
    "pop directional isolate": ("a\u2069b", "U+2069"),
    "byte order mark": ("\ufeffname", "U+FEFF"),
    "interlinear annotation": ("a\ufff9b\ufffac\ufffb", "U+FFF9"),
    "tag characters": ("flag\U000e0067\U000e007f", "U+E0067"),
    "language tag": ("a\U000e0001b", "U+E0001"),
    "lone high surrogate": ("a\ud800b", "U+D800"),
    "byte that was not UTF-8": ("a\udcffb", "U+DCFF"),
    "private use": ("a\ue000b", "U+E000"),
    "private use plane": ("a\U000f0000b", "U+F0000"),
    "unassigned": ("a\u0378b", "U+0378"),
    "noncharacter": ("a\uffffb", "U+FFFF"),
    "last code point": ("a\U0010ffffb", "U+10FFFF"),
    "pile of combining marks": ("Z" + "\u0335" * 40, "U+0335"),
    "pile out of marks that decompose": ("Z" + "\u0344" * 8, "U+0308"),
}

ORDINARY = [
    "日本电产汽车马达(浙江)有限公司",
    "国家级专精特新“小巨人”企业",
    "平湖　经开",
    "[red-001] [/] [bold]not markup[/bold]",
    "=HYPERLINK(1)",
    "'; DROP TABLE project; --",
    "Société Générale & Cie. – “Nord”",
    "尼得科（浙江）机床",
    "㈱ツガミ",
    "葛\U000e0100城市",
    "👨‍👩‍👧 family",
    "🏴‍☠️ and ❤️ and 1️⃣ and 👍🏽",
    "می‌خواهم",
    "ന്‍",
    "שלום",
    "Việt Nam",
    "\\u202e is only letters here",
    "½ ≈ 50 %",
]

# Any character at all, and runs of those whose neighbours decide whether they may stay.
any_text = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from(
        "a平🙂👨\u200c\u200d\ufe0f\u0301\u0344\u0d28\u0d4d\u061c\u180e\u0600\u0378\u3000 \n\r\x1b\u3164\ud800"
    ),
    max_size=30,
)


def kept_or_refused(door: Callable[[], str]) -> str | None:
    """What the door lets in; None for a refusal, whose sentence must itself be safe to show."""
    refusal: ValueRefused | None = None
    try:
        return door()
    except ValueRefused as error:
        refusal = error
    assert not NEVER_SHOWN & set(str(refusal))
    return None


class TestClean:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_text_is_refused_with_its_code_point_and_field_and_echoed_safely(self, name: str) -> None:
        text, code_point = HOSTILE[name]
        with pytest.raises(ValueRefused, match=r"^the name contains U") as caught:
            clean(text, "the name")
        assert code_point in str(caught.value)
        assert not NEVER_SHOWN & set(str(caught.value))

    @pytest.mark.parametrize("text", ORDINARY)
    def test_an_ordinary_name_is_kept_and_shown_as_it_is(self, text: str) -> None:
        assert clean(text, "the name") == text
        assert show(text) == text

    def test_every_class_is_refused_inside_a_name(self) -> None:
        for character in sorted(NEVER_SHOWN)[::17]:
            with pytest.raises(ValueRefused, match=f"U\\+{ord(character):04X}"):
                clean(f"a{character}b", "the name")

    def test_blanks_at_the_edges_fall_away(self) -> None:
        assert clean(" \u3000\t平湖 经开\u00a0\r\n", "the name") == "平湖 经开"

    def test_a_decomposed_spelling_is_stored_composed(self) -> None:
        assert clean("カ\u3099 e\u0301", "the name") == "ガ é"

    @pytest.mark.parametrize("text", ["", "   ", "\u3000", "\ufe0f", "\u3164", "\u2800\u2800", "\u0301"])
    def test_a_text_that_shows_nothing_is_empty(self, text: str) -> None:
        with pytest.raises(ValueRefused, match="the name is empty"):
            clean(text, "the name")

    def test_the_longest_text_is_kept_and_one_more_character_is_refused_with_both_lengths(self) -> None:
        assert clean("湖" * 500, "the name") == "湖" * 500
        with pytest.raises(ValueRefused, match="the name has 501 characters, the most is 500"):
            clean("湖" * 501, "the name")
        with pytest.raises(ValueRefused, match="the most is 3"):
            clean("abcd", "the tag", longest=3)

    def test_a_note_keeps_its_line_breaks_and_nothing_else(self) -> None:
        assert clean("one\r\ntwo\n\nthree\n", "the note", lines=True) == "one\ntwo\n\nthree"
        for text in ("one\rtwo", "one\ttwo", "one\u2028two", "one\x0ctwo"):
            with pytest.raises(ValueRefused, match="the note contains"):
                clean(text, "the note", lines=True)

    def test_the_refusal_counts_as_a_usage_error(self) -> None:
        with pytest.raises(UsageError) as caught:
            clean("", "the name")
        assert caught.value.exit_code == 2

    def test_a_huge_text_is_refused_at_once(self) -> None:
        begun = time.perf_counter()
        with pytest.raises(ValueRefused) as caught:
            clean("湖" * 300_000, "the name")
        assert len(str(caught.value)) < 200
        assert time.perf_counter() - begun < 5

    @given(any_text, st.booleans())
    @example("\u2000\u0344" * 9, False)
    @example("a\n\r\nb", True)
    def test_cleaning_twice_changes_nothing_and_what_is_kept_shows_as_it_is(self, text: str, lines: bool) -> None:
        kept = kept_or_refused(lambda: clean(text, "the name", lines=lines))
        if kept is None:
            return
        assert clean(kept, "the name", lines=lines) == kept
        assert show(kept, lines=lines) == kept
        assert unicodedata.is_normalized("NFC", kept)
        assert kept.encode()


class TestCleanCode:
    @pytest.mark.parametrize(
        "code",
        [
            "nidec-flagship",
            "2208-330482-04-01-123456",
            "平湖-01",
            "A",
            "9",
            "ツガミ_2",
            "zone/2023.1",
            "a" * 40,
            "Größe",
        ],
    )
    def test_a_code_is_stored_as_typed(self, code: str) -> None:
        assert clean_code(code, "the code") == code

    @pytest.mark.parametrize("mark", list(" $`;|&<>*?!\"'\\()[]{}#%~^=+,:@½①🙂、“\u3000"))
    def test_blanks_and_characters_a_shell_reads_are_refused(self, mark: str) -> None:
        with pytest.raises(ValueRefused, match="use letters, digits and"):
            clean_code(f"a{mark}b", "the code")

    @pytest.mark.parametrize("code", ["-x", "--help", "_x", ".x", "/etc/passwd", "a/../b", "a/", "a//b", "a/.b", "-"])
    def test_a_code_is_never_an_option_or_a_path_upwards(self, code: str) -> None:
        with pytest.raises(ValueRefused, match="must start with a letter or digit"):
            clean_code(code, "the code")

    @pytest.mark.parametrize("code", ["", " ", "a" * 41, "a\u200bb", "a\u3164", "\u3164"])
    def test_empty_long_and_invisible_codes_are_refused(self, code: str) -> None:
        with pytest.raises(ValueRefused, match=r"^the code"):
            clean_code(code, "the code")

    @given(any_text)
    def test_a_code_that_is_kept_is_one_word_without_a_leading_mark(self, text: str) -> None:
        code = kept_or_refused(lambda: clean_code(text, "the code"))
        if code is None:
            return
        assert clean_code(code, "the code") == code
        assert len(code.split()) == 1
        assert code[0].isalnum()


class TestShow:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_hostile_text_is_written_out_in_plain_characters(self, name: str) -> None:
        assert not NEVER_SHOWN & set(show(HOSTILE[name][0]))

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\x1b[31m", "\\u001b[31m"),
            ("a\u202eb", "a\\u202eb"),
            ("a\U000e0001", "a\\U000e0001"),
            ("a\udcff", "a\\udcff"),
            ("one\ntwo", "one⏎two"),
            ("one\r\ntwo", "one\\u000d⏎two"),
            ("", ""),
        ],
    )
    def test_each_character_is_named_by_its_number(self, text: str, shown: str) -> None:
        assert show(text) == shown

    def test_the_lines_of_a_note_stay_lines_where_asked(self) -> None:
        assert show("one\ntwo\x1b", lines=True) == "one\ntwo\\u001b"

    @given(any_text)
    def test_nothing_that_the_door_refuses_is_ever_shown(self, text: str) -> None:
        shown = show(text)
        assert not NEVER_SHOWN & set(shown)
        assert show(shown) == shown
        assert shown.encode() or not text


class TestShorten:
    def test_a_short_text_stays_whole(self) -> None:
        assert shorten("a" * 60) == "a" * 60
        assert shorten("湖" * 30) == "湖" * 30

    def test_a_long_text_is_cut_by_cells(self) -> None:
        assert shorten("a" * 61) == "a" * 59 + "…"
        assert shorten("湖" * 31) == "湖" * 29 + "…"
        assert shorten("湖湖湖", 5) == "湖湖…"

    def test_a_cut_emoji_leaves_no_loose_joiner(self) -> None:
        assert shorten("abc👨‍👩‍👧‍👦xyz", 4) == "abc…"

    @given(any_text, st.integers(1, 80))
    def test_the_result_is_safe_and_never_wider_than_the_limit(self, text: str, limit: int) -> None:
        short = shorten(text, limit)
        assert width(short) <= limit
        assert not NEVER_SHOWN & set(short)

    def test_a_flood_of_marks_that_take_no_cells_is_cut_too(self) -> None:
        assert len(shorten("a" + "\u200d👨" * 5000)) < 500


class TestWidth:
    @pytest.mark.parametrize(
        ("text", "cells"),
        [
            ("", 0),
            ("abc", 3),
            ("平湖", 4),
            ("ＡＢ", 4),
            ("e\u0301", 1),
            ("👨‍👩‍👧‍👦", 2),
            ("❤️", 2),
            ("1️⃣", 2),
            ("각", 2),
            ("ｶﾞ", 2),
        ],
    )
    def test_cells_as_a_terminal_counts_them(self, text: str, cells: int) -> None:
        assert width(text) == cells

    @given(
        st.text(st.characters(max_codepoint=0xFFEF, categories=("Lu", "Ll", "Lt", "Lm", "Nd", "Mn", "P", "Sc", "Zs")))
    )
    def test_tables_are_measured_alike(self, text: str) -> None:
        assert width(text) == cell_len(text)

    def test_every_ideograph_kana_and_hangul_syllable_is_measured_as_the_tables_do(self) -> None:
        for first, last in ((0x3041, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xFF01, 0xFFDC), (0x20000, 0x2A6DF)):
            for point in range(first, last + 1):
                if unicodedata.category(chr(point)) != "Cn":
                    assert width(chr(point)) == cell_len(chr(point)), hex(point)


class TestFold:
    def test_case_and_width_do_not_count(self) -> None:
        assert fold("ＮＩＤＥＣ－1") == fold("nidec-1")
        assert fold("STRASSE") == fold("Straße")
        assert fold("ｶﾞ") == fold("ガ")

    @given(any_text)
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)


class TestSuggest:
    KNOWN = ("nidec-flagship", "nidec-read", "zhongjin", "平湖经开")

    @pytest.mark.parametrize(
        ("word", "name"),
        [
            ("nidec-flagshp", "nidec-flagship"),
            ("NIDEC_READ", "nidec-read"),
            ("zho", "zhongjin"),
            ("平湖经", "平湖经开"),
            ("dmg-mori", None),
            ("", None),
            ("n", None),
        ],
    )
    def test_the_closest_name_or_none(self, word: str, name: str | None) -> None:
        assert suggest(word, self.KNOWN) == name

    def test_a_beginning_that_fits_two_names_suggests_the_shorter(self) -> None:
        assert suggest("ni", self.KNOWN) == "nidec-read"

    def test_the_clause_ends_a_sentence_or_is_empty(self) -> None:
        assert did_you_mean("zhongjn", self.KNOWN) == "; did you mean “zhongjin”?"
        assert did_you_mean("dmg-mori", self.KNOWN) == ""

    def test_a_hostile_known_name_is_echoed_safely(self) -> None:
        assert did_you_mean("evil name", ["evil\x1bname"]) == "; did you mean “evil\\u001bname”?"

    def test_a_pasted_page_costs_no_time(self) -> None:
        begun = time.perf_counter()
        suggest("ab" * 500_000, [f"{number}ab" * 1000 for number in range(200)])
        assert time.perf_counter() - begun < 5
