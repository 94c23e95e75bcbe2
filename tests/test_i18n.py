"""The catalogue of sentences: read as it is written, English where a translation is missing, no field lost."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests import catalogue
from tests.conftest import Run
from tracker import i18n
from tracker.i18n import Catalogue, read_catalogue

PO = """msgid ""
msgstr "Language: zh\\n"

msgid "one \\"quoted\\"\\nline"
msgstr "一"

msgid "{count} row"
msgid_plural "{count} rows"
msgstr[0] "{count}行"

msgid "waiting"
msgstr ""
"""


def test_a_catalogue_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "zh.po").write_text(PO, encoding="utf-8")
    assert read_catalogue(tmp_path / "zh.po") == {
        "": "Language: zh\n",
        'one "quoted"\nline': "一",
        "{count} row": "{count}行",
        "waiting": "",
    }
    words = Catalogue(tmp_path / "zh.po")
    assert words.gettext('one "quoted"\nline') == "一"
    assert words.gettext("waiting") == "waiting"
    assert words.gettext("not there") == "not there"
    assert [words.ngettext("{count} row", "{count} rows", n) for n in (1, 2)] == ["{count}行"] * 2
    assert [words.ngettext("{n} cow", "{n} cows", n) for n in (1, 2)] == ["{n} cow", "{n} cows"]


def test_the_program_speaks_chinese_once_it_is_chosen() -> None:
    assert i18n._("nothing found") == "nothing found"
    i18n.choose("zh")
    assert i18n._("nothing found") == "没有找到"
    assert i18n.ngettext("{count} row", "{count} rows", 1) == "{count}行"
    i18n.choose("en")
    assert i18n._("nothing found") == "nothing found"


def test_no_translation_loses_or_invents_a_field() -> None:
    assert [fault for fault in catalogue.faults("zh") if "the fields of" in fault] == []


def test_no_blank_stands_between_a_number_and_its_measure_word() -> None:
    blank = re.compile(r"(?:\{[^{}]*\}|\d) [个条项天处行列次张份种组级位家件段]")
    texts = read_catalogue(catalogue.catalogue("zh")).values()
    assert [text for text in texts if blank.search(text)] == []


def test_chinese_sentences_have_chinese_days_names_and_commas(tmp_path: Path, run: Run) -> None:
    def said(line: str) -> str:
        done = run(*shlex.split(f"--db {tmp_path / 'a.db'} --lang zh {line}"), today="2023-03-31")
        return done.out + done.err

    said("init")
    said("project add motor --name 电机工厂 --stage 签约 --on 2022-11 --total 25亿元")
    assert "motor 竣工：计划2024年6月\n" in said("milestone plan motor completed 2024-06")
    assert "motor 竣工：预计2024年9月（基线2024年6月，+92天）\n" in said("milestone forecast motor 竣工 2024-09")
    assert "motor 完成投资 7,000万元，截至2023年3月的本年累计\n" in said(
        "capital record motor completed 7000万元 --on 2023-03 --ytd"
    )
    assert "motor：2023年第一季度的进度报告（正文）\n" in said("project review motor --on 2023Q1 --text 好")
    assert said("progress").startswith("2023年进度 · 截至2023年3月31日\n")


def test_the_year_of_the_overview_is_never_cut(tmp_path: Path, run: Run) -> None:
    def said(line: str, columns: int = 80) -> str:
        return run(
            *shlex.split(f"--db {tmp_path / 'a.db'} --lang zh {line}"),
            today="2023-06-30",
            env={"COLUMNS": f"{columns}"},
        ).out

    said("init")
    said(f"project add motor --name {'很长的名称' * 20} --owner 李娜")
    said("capital plan motor 'USD 9836.69万' --year 2023")
    said("capital record motor completed 'USD 5581.27万' --on 2023-06 --ytd")
    assert "  USD    计划9,836.69万 · 完成5,581.27万 · 完成率56.7% · 差距+6.7\n" in said("overview")
    assert "差距+6.7\n" in said("overview", 50)


def test_the_rule_of_a_file_does_not_follow_a_long_source_to_its_end(tmp_path: Path, run: Run) -> None:
    db = f"{tmp_path / 'a.db'}"
    run("--db", db, "init")
    run("--db", db, "project", "add", "motor", "--name", "电机工厂", "--source", "合同 / " + "很长的原文，" * 80)
    lines = run("--db", db, "--lang", "zh", "show", "motor").out.splitlines()
    assert 0 < max(len(line.strip()) for line in lines if line.strip() and set(line.strip()) == {"─"}) <= 120
    assert max(map(len, lines)) > 400
