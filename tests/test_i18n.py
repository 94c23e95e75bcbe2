"""The catalogue of sentences: read as it is written, English where a translation is missing, no field lost."""

from __future__ import annotations

from pathlib import Path

from tests import catalogue
from tracker import i18n
from tracker.i18n import Catalogue, read_catalogue

PO = """msgid ""
msgstr "Language: zh\\n"

msgid "one \\"quoted\\"\\nline"
msgstr "一"

msgid "{count} row"
msgid_plural "{count} rows"
msgstr[0] "{count} 行"

msgid "waiting"
msgstr ""
"""


def test_a_catalogue_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "zh.po").write_text(PO, encoding="utf-8")
    assert read_catalogue(tmp_path / "zh.po") == {
        "": "Language: zh\n",
        'one "quoted"\nline': "一",
        "{count} row": "{count} 行",
        "waiting": "",
    }
    words = Catalogue(tmp_path / "zh.po")
    assert words.gettext('one "quoted"\nline') == "一"
    assert words.gettext("waiting") == "waiting"
    assert words.gettext("not there") == "not there"
    assert [words.ngettext("{count} row", "{count} rows", n) for n in (1, 2)] == ["{count} 行"] * 2
    assert [words.ngettext("{n} cow", "{n} cows", n) for n in (1, 2)] == ["{n} cow", "{n} cows"]


def test_the_program_speaks_chinese_once_it_is_chosen() -> None:
    assert i18n._("nothing found") == "nothing found"
    i18n.choose("zh")
    assert i18n._("nothing found") == "没有找到"
    assert i18n.ngettext("{count} row", "{count} rows", 1) == "{count} 行"
    i18n.choose("en")
    assert i18n._("nothing found") == "nothing found"


def test_no_translation_loses_or_invents_a_field() -> None:
    assert [fault for fault in catalogue.faults("zh") if "the fields of" in fault] == []
