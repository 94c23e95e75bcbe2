"""`report bulletin`: what it says of small ledgers, again later, in templates of one's own, and what it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Result, Run
from tests.ledgers import once
from tests.test_startup import start
from tracker import i18n
from tracker.app import App
from tracker.commands.report import BULLETIN_GROUPS
from tracker.commands.root import invoke
from tracker.errors import UsageError
from tracker.reports import bulletin_sandbox
from tracker.reports.bulletin import PLACES, Bulletin, built_in, ends
from tracker.schedule.digest import Gathering

TODAY = "2023-07-05"
LEDGER = (
    ("2023-01-05", "company add 甲公司"),
    ("2023-01-05", "project add a --name 甲项目 --owner 张三 --company 甲公司 --total 约30亿元"),
    ("2023-01-05", "project stage a signed --on 2022-06"),
    ("2023-01-05", "project add b --name 乙项目 --owner 李四 --stage signed --on 2023-01-04"),
    ("2023-01-05", "project add c --name 丙项目 --owner 王五 --stage signed --on 2023-01-04"),
    ("2023-01-05", "capital plan a 近12亿元 --year 2023"),
    ("2023-01-05", "capital plan b 2亿元 --year 2023"),
    ("2023-01-05", "capital plan c 4亿元 --year 2023"),
    ("2023-01-05", "milestone plan b under_construction 2023-06 --made 2023-01-05"),
    ("2023-01-05", "milestone plan a completed 2023-06-20 --made 2023-01-05"),
    ("2023-05-05", "milestone forecast a completed 2023-07-10 --made 2023-05-05"),
    ("2023-06-12", "milestone forecast a completed 2023-09-30 --made 2023-06-12"),
    ("2023-06-12", "request open a 用电增容 --due 2023-06-20 --raised 2023-06-01 --owner 张三"),
    ("2023-06-13", "request open b 招工 --raised 2023-06-02"),
    ("2023-06-20", "project stage c under_construction --on 2023-06-15"),
    ("2023-06-20", "project add d --name 丁项目 --total 超5亿元 --stage signed --on 2023-06-18"),
    ("2023-07-01", "capital record a completed 超7亿元 --on 2023-06"),
    ("2023-07-01", "capital record b completed --withheld --on 2023-06"),
    ("2023-07-01", "capital record c completed 1亿元 --on 2023-05"),
    ("2023-07-01", "project review a --physical 40% --text 土地尚未交付 --light red --on 2023-06"),
    ("2023-07-01", "project condition b suspended --why 资金未到位 --on 2023-06-30"),
)  # fmt: skip


def carry_out(run: Run, db: Path, *steps: tuple[str, str]) -> Path:
    """A ledger in which these commands were given on these days."""
    if not db.exists():
        assert run("--db", db, "init").code == 0
    for day, words in steps:
        result = run("--db", db, *words.split(" "), today=day)
        assert result.code == 0, (words, result.err)
    return db


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """Four projects in June 2023, carried out once."""
    path = tmp_path / "a.db"
    once(path, lambda: carry_out(run, path, *LEDGER))
    return path


def bulletin(run: Run, db: Path, *words: str | Path, lang: str = "zh", today: str = TODAY) -> Result:
    """What the command gives."""
    return run("--db", db, "--lang", lang, "report", "bulletin", *words, today=today)


def text(run: Run, db: Path, *words: str | Path, lang: str = "zh", today: str = TODAY) -> str:
    """What the command prints."""
    result = bulletin(run, db, *words, lang=lang, today=today)
    assert (result.code, result.err) == (0, ""), result.err
    return result.out


# --- the sentences --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "2023年6月投资项目推进情况通报\n",
        "列入通报的项目共4个，时间进度50.0%。2023年计划投资近18亿元（4个中3个有数）。6月完成投资超7亿元（4个中1个有数）。"
        "1—6月累计完成投资至少8亿元（4个中2个有数）。",
        "以人民币安排年度计划的项目2个，计划投资近16亿元，已完成投资至少8亿元，完成年度计划的约50.0%，与时间进度持平"
        "（另有1个项目的完成投资有未知数，未计入）。",
        "1个项目的完成投资部分或全部未知、不公开，未计入合计。",
        "- 开工率：2023年签约3个，已开工1个，开工率33.3%（比上年同期提高33.3个百分点）；按计划应开工1个，已开工0个，"
        "按计划开工率0.0%。\n",
        "- 竣工率：按计划应竣工1个，已竣工0个，竣工率0.0%。\n- 投产率：没有按计划应投产的项目。\n",
        "- 资金到位率：没有可以计算的项目。\n",
        "参与排名的责任人2个（另有2个没有完成率或不属于任何责任人，未参与）：靠前的是张三约58.3%（第1位，超时间进度约8.3个百分点）；"
        "靠后的是王五至少25.0%（第2位，欠时间进度不超过25.0个百分点）。",
        "签约项目1个：丁项目（2023年6月18日），总投资超5亿元。\n\n开工项目1个：丙项目（2023年6月15日）。\n\n"
        "本月没有竣工、投产的项目。",
        "本月停建或结束的项目1个：乙项目（停缓建，原因：资金未到位）。",
        "应开工未开工的项目1个：乙项目（计划2023年6月开工）。",
        "应竣工未竣工的项目1个：甲项目（计划2023年6月20日竣工，现预计2023年9月30日）。",
        "本月有1个节点推迟：甲项目的竣工由2023年7月10日推迟到2023年9月30日（推迟82天，比基线晚102天）。",
        "截至2023年6月30日，已过预定日期而未实现的节点共0个。",
        "本月新收诉求2件，办结0件；月底未办结2件，其中逾期1件。逾期的是：用电增容（甲公司，应于2023年6月20日办结，逾期10天，"
        "张三负责）。",
        "- 甲项目：土地尚未交付（判定红灯）\n",
        "已计入的项目完成年度计划还差约8亿元，余下6个月平均每月需完成投资约1.33亿元。",
    ],
)
def test_what_a_development_zone_would_write(run: Run, db: Path, sentence: str) -> None:
    told = text(run, db)
    if sentence.endswith("共0个。"):
        assert "已过预定日期" not in told
    else:
        assert sentence in told


@pytest.mark.parametrize(
    "sentence",
    [
        "Investment projects: bulletin for June 2023\n",
        "The plan for 2023 is nearly CNY 1.8bn (known for 3 of 4).",
        "The 2 projects planned in CNY have completed at least CNY 800m of nearly CNY 1.6bn, or about 50.0%: level with"
        " time progress (1 more left out: completed investment not known in full).",
        "- Start: 1 of 3 projects signed in 2023 started, 33.3%, 33.3 points above the year before;",
        "2 owners are ranked (2 more without a completion or without owner). At the top: 张三 with about 58.3% (rank 1",
        "Signed: 1 project with a total investment of over CNY 500m: 丁项目 (2023-06-18).",
        "No project was completed or put into production.",
        "To be started in the month and not: 1 project: 乙项目 (planned for 2023-06).",
        "1 milestone was put off: 甲项目, completed, from 2023-07-10 to 2023-09-30"
        " (by 82 days, 102 days behind the baseline).",
        "2 requests were raised in the month and 0 closed; at its end 2 requests are open, 1 of them overdue.",
        "- 甲项目: 土地尚未交付 (judged red)",
        "To reach the plan of the year of the projects measured about CNY 800m is missing: about CNY 133.33m in each of"
        " the 6 months left.",
    ],
)
def test_what_an_english_reader_expects(run: Run, db: Path, sentence: str) -> None:
    assert sentence in text(run, db, lang="en")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("month", ["2022-06", "2023-01", "2023-06", "2023-12"])
def test_no_sentence_has_a_dash_for_a_number_or_the_word_of_a_machine(
    run: Run, db: Path, lang: str, month: str
) -> None:
    told = text(run, db, "--month", month, lang=lang, today="2024-01-05")
    assert not re.search("[–−]|None|nan|  |\\( |，，|。。|：。|、）", told)
    assert not re.search("[，、：；]$", told, re.MULTILINE)
    assert "\n\n\n" not in told
    assert told.endswith("\n")


def test_what_is_unknown_is_said_to_be_and_is_never_nothing(run: Run, tmp_path: Path) -> None:
    db = carry_out(
        run,
        tmp_path / "u.db",
        ("2023-01-05", "project add u --name 某项目 --owner 张三 --stage signed --on 2022-01-04"),
        ("2023-01-05", "capital plan u 2亿元 --year 2023"),
        ("2023-07-01", "capital record u completed --unknown --on 2023-06"),
    )
    told = text(run, db)
    assert "6月没有已知的完成投资。年初以来没有已知的完成投资。" in told
    assert "没有可以排名的责任人。" in told
    assert "完成年度计划还差多少尚不清楚。" in told
    assert "完成年度计划的0" not in told


def test_the_year_ends_with_its_plan_reached_or_not(run: Run, db: Path) -> None:
    assert "全年已经结束，年度计划投资没有完成。" in text(run, db, "--month", "2023-12", today="2024-01-03")
    carry_out(run, db, ("2024-01-04", "capital record a completed 11亿元 --on 2023-11"))
    assert "年度计划投资已经完成。" in text(run, db, "--month", "2023-11", today="2024-01-05")


def test_january_is_one_month_and_not_a_range(run: Run, db: Path) -> None:
    carry_out(run, db, ("2023-07-02", "capital record a completed 1亿元 --on 2023-01"))
    assert "1月累计完成投资1亿元" in text(run, db, "--month", "2023-01")


def test_equals_share_their_place(run: Run, tmp_path: Path) -> None:
    steps = [("2023-01-05", f"project add {one} --name {one}项目 --owner {one}") for one in "abcdef"]
    steps += [("2023-01-05", f"capital plan {one} 2亿元 --year 2023") for one in "abcdef"]
    db = carry_out(run, tmp_path / "t.db", *steps)
    # No figure is not zero.
    told = text(run, db, "--month", "2023-06")
    assert "没有可以排名的责任人。" in told
    assert "6个有年度计划的项目今年未报数。" in told
    assert not re.search("(?<![0-9])0[.]0%", told)
    assert "亮红灯" not in told
    carry_out(run, db, *(("2023-07-01", f"capital record {one} completed 0元 --on 2023-06 --ytd") for one in "abcdef"))
    assert "参与排名的责任人6个，完成率相同，均为0.0%。" in text(run, db, "--month", "2023-06")
    carry_out(
        run, db, *(("2023-07-01", f"capital record {one} completed 1亿元 --on 2023-06 --ytd --yes") for one in "ab")
    )
    told = text(run, db, "--month", "2023-06")
    assert "靠前的是a、b 50.0%（并列第1位，与时间进度持平）；靠后的是f、e、d、c 0.0%（并列第3位，" in told


@given(st.lists(st.integers(0, 6).map(Fraction), max_size=20))
def test_nobody_is_among_the_best_and_the_worst(values: list[Fraction]) -> None:
    ordered = sorted(values, reverse=True)
    best, worst = ends(ordered)
    assert not best & worst
    assert all(high > low for high in best for low in worst)
    if len(set(values)) > 1:
        assert (ordered[0] in best, ordered[-1] in worst) == (True, True)
        strictly = sum(1 for value in ordered if value in best and value != min(best))
        assert strictly < PLACES
    else:
        assert (best, worst) == (set(), set())


def test_the_targets_of_the_year_and_of_the_rates_have_their_places(run: Run, db: Path) -> None:
    carry_out(
        run,
        db,
        ("2023-01-05", "indicator target zone:平湖 开工率 80% --stretch 90% --on 2023 --new"),
        ("2023-01-05", "indicator target zone:平湖 output 100亿元 --on 2023"),
        ("2023-01-05", "indicator target zone:平湖 high_tech_new 20家 --stretch 30家 --on 2023"),
        ("2023-07-01", "indicator record zone:平湖 output 近40亿元 --on 2023-01-01..2023-05-31"),
        ("2023-07-01", "indicator record zone:平湖 high_tech_new 22 --on 2023H1"),
    )
    told = text(run, db)
    assert "- 目标：平湖开工率不低于80%（冲刺90%）。\n" in told
    assert (
        "- 平湖产值（2023年）：目标不低于100亿元，2023年1—5月完成近40亿元，为目标的近40.0%，平均每月还需约10亿元。"
        in told
    )
    # What is reached needs nothing more; the stretch target still does.
    assert "目标不低于20家（冲刺30家），2023年上半年完成22，为目标的110.0%，冲刺平均每月还需1.3。" in told
    assert "平湖开工率（" not in told


def test_filters_are_named_and_hold(run: Run, db: Path) -> None:
    told = text(run, db, "--owner", "张三", "--owner", "李四", "--stage", "signed")
    assert "通报范围：阶段为签约，责任人为张三或李四。" in told
    assert "丙项目" not in told
    assert "Only projects with owner 张三 or 李四." in text(run, db, "--owner", "张三", "--owner", "李四", lang="en")


@pytest.mark.parametrize("by", BULLETIN_GROUPS)
def test_every_grouping_has_its_word(run: Run, db: Path, by: str) -> None:
    word = {"owner": "责任人", "site": "地块", "chain": "产业链", "grid": "网格"}[by]
    assert word in text(run, db, "--by", by).partition("三、")[2].partition("四、")[0]


def test_amounts_are_in_the_unit_asked_for(run: Run, db: Path) -> None:
    assert "计划投资近180,000万元" in text(run, db, "--unit", "万元")


# --- the same again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", ["text", "md"])
def test_an_earlier_bulletin_comes_back_byte_for_byte(run: Run, db: Path, lang: str, form: str) -> None:
    words = ("--month", "2023-06", "-f", form)
    then = bulletin(run, db, *words, lang=lang).out_bytes
    carry_out(
        run,
        db,
        ("2023-07-20", "capital record a completed 1亿元 --on 2023-05"),
        ("2023-07-20", "project edit a --owner 李四 --name 改名项目"),
        ("2023-07-20", "project stage b under_construction --on 2023-06-25"),
        ("2023-07-20", "request close 1 --text 已办 --on 2023-06-25"),
        ("2023-07-20", "project review a --text 后补 --on 2023-06"),
        ("2023-07-20", "milestone reach a completed 2023-06-28"),
    )
    assert bulletin(run, db, *words, "--known-on", TODAY, lang=lang, today="2023-08-01").out_bytes == then
    assert bulletin(run, db, *words, lang=lang, today="2023-08-01").out_bytes != then


def test_a_month_without_projects_is_one_sentence(run: Run, db: Path, tmp_path: Path) -> None:
    result = bulletin(run, db, "--month", "2019-01", lang="en")
    assert (result.code, result.out, result.err) == (0, "", "no project matches\n")
    target = tmp_path / "none.txt"
    assert bulletin(run, db, "--month", "2019-01", "-o", target, lang="en").code == 0
    assert target.read_text("utf-8") == "no project matches\n"


# --- formats --------------------------------------------------------------------------------------------------------


def test_json_holds_every_value_by_its_name(run: Run, db: Path) -> None:
    page = json.loads(text(run, db, "-f", "json", "--known-on", TODAY))
    assert list(page) == [*(field.name for field in fields(Bulletin)), "seal"]
    assert page["known_on"] == TODAY
    assert page["as_of"] == {"text": "2023年6月30日", "first": "2023-06-30", "last": "2023-06-30"}
    [plan] = page["plan"]["figures"]
    assert plan == {
        "text": "近18亿元",
        "amount": "1800000000.00",
        "currency": "CNY",
        "qualifier": "nearly",
        "availability": "reported",
    }
    assert page["together"]["completion"] == {"text": "约50.0%", "value": "0.5"}
    assert page["together"]["gap"] == {"text": "约0.0", "value": "0", "size": "约0.0", "side": "even"}
    assert page["needed"]["a_month"]["amount"] == "133333333.33"
    assert [one["name"] for one in page["ranking"]["best"]] == ["甲项目"]


def test_json_of_a_month_without_projects_is_still_json(run: Run, db: Path) -> None:
    assert json.loads(text(run, db, "--month", "2019-01", "-f", "json"))["projects"] == 0


def test_markdown_has_headings_and_text_has_none(run: Run, db: Path) -> None:
    told = text(run, db, "-f", "md")
    assert told.startswith("# 2023年6月投资项目推进情况通报\n\n")
    assert told.count("\n## ") == 8
    assert re.sub("^#+ ", "", told, flags=re.MULTILINE) == text(run, db)


@pytest.mark.parametrize(("suffix", "beginning"), [("txt", "2023年6月"), ("md", "# 2023年6月"), ("json", "{")])
def test_a_file_gets_what_its_suffix_names(run: Run, db: Path, tmp_path: Path, suffix: str, beginning: str) -> None:
    target = tmp_path / f"通报.{suffix}"
    result = bulletin(run, db, "-o", target)
    assert (result.code, result.out) == (0, "")
    assert target.read_text("utf-8").startswith(beginning)
    assert target.read_text("utf-8") == text(run, db, "-f", suffix.replace("txt", "text"))


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("-f", "xlsx"), 2, "there is no format “xlsx”. Known: text, md, html, docx, pdf, json"),
        (("-o", "a.xlsx"), 2, "“a.xlsx” does not end in .txt, .md, .html, .docx, .pdf, .json"),
        (("--by", "owners"), 2, "cannot group by “owners”; did you mean “owner”?"),
        (("--month", "2023"), 2, "is not a month"),
        (("--month", "2023-06", "--as-of", "2023-06-15"), 2, "leave out --as-of"),
        (("--lights", "slipp"), 2, "did you mean “slip”?"),
        (("-f", "json", "--template", "x.md"), 2, "leave out --template"),
        (("--write-template", "--template", "x.md"), 2, "leave out --template"),
        (("--template", "no.md"), 2, "there is no template file no.md"),
        (("--template", "/"), 2, "there is no template file /"),
        (("--sort", "gap"), 2, "no option --sort"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, db: Path, words: tuple[str, ...], code: int, part: str) -> None:
    result = bulletin(run, db, *words, lang="en")
    assert (result.code, result.out) == (code, "")
    assert part in result.err


def test_neither_the_ledger_nor_the_template_is_written_over(run: Run, db: Path, tmp_path: Path) -> None:
    assert "the database in use" in bulletin(run, db, "-f", "text", "-o", db, lang="en").err
    own = tmp_path / "own.md"
    own.write_text("x")
    result = bulletin(run, db, "--template", own, "-o", own, lang="en")
    assert result.code == 2
    assert "is the template" in result.err
    assert own.read_text() == "x"


# --- templates of one's own -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_built_in_template_can_be_copied_and_used(run: Run, db: Path, tmp_path: Path, lang: str) -> None:
    own = tmp_path / "own.md"
    assert text(run, db, "--write-template", lang=lang) == built_in(lang).source
    written = bulletin(run, db, "--write-template", "-o", own, lang=lang)
    assert written.code == 0
    assert own.read_text("utf-8") == built_in(lang).source
    assert text(run, db, "--template", own, lang=lang) == text(run, db, lang=lang)
    own.write_text("edited")
    again = bulletin(run, db, "--write-template", "-o", own, lang=lang)
    assert again.code == 1
    assert own.read_text() == "edited"


def _names(thing: Any, seen: set[Any]) -> set[str]:
    """The names of all values that hang on a dataclass."""
    if thing in seen:
        return set()
    seen.add(thing)
    found = set()
    for name, kind in get_type_hints(thing).items():
        found.add(name)
        kinds = [kind, *get_args(kind), *(deep for one in get_args(kind) for deep in get_args(one))]
        for one in kinds:
            if hasattr(one, "__dataclass_fields__"):
                found |= _names(one, seen)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_is_told_at_the_head_of_the_template(lang: str) -> None:
    head = built_in(lang).source.partition("#}")[0]
    told = set(re.findall("[a-z_]+", head))
    assert _names(Bulletin, set()) - {"text", "value", "qualifier", "availability"} <= told


def using(run: Run, db: Path, folder: Path, template: str | bytes, lang: str = "en") -> Result:
    """The bulletin by a template."""
    own = folder / "own.md"
    own.write_bytes(template if isinstance(template, bytes) else template.encode())
    return bulletin(run, db, "--template", own, lang=lang)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ projects }} in {{ month.year }}\r\n\r\n\r\nend", "4 in 2023\n\nend\n"),
        ("{{ (plan.figures[0].amount / 10**8)|round(1) }}", "18.0\n"),
        ("{{ together.completion.value < 0.51 }} {{ groups.best|map(attribute='name')|join('+') }}", "True 张三\n"),
        ("[{{ known_on }}]", "[not known]\n"),
        ("\x1b[31m{{ '\\u202e' }}\x07|", "\\u001b[31m\\u202e\\u0007|\n"),
        ("\ufeffa\tb", "a   b\n"),
        ("", "\n"),
    ],
)
def test_a_template_of_ones_own_is_followed(run: Run, db: Path, tmp_path: Path, template: str, told: str) -> None:
    result = using(run, db, tmp_path, template)
    assert (result.code, result.err) == (0, "")
    text, seal, _rest = result.out.partition("\nseal: ledger ")
    assert (text, bool(seal)) == (told, True)


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("a\n\n{{ projcts }}", "line 3: there is no “projcts”; did you mean “projects”?"),
        ("\n{{ together.compltion }}", "line 2: there is no “compltion”; did you mean “completion”?"),
        ("{% for one in groups.best %}\n{{ one.nme }}{% endfor %}", "line 2: there is no “nme”; did you mean “name”?"),
        ("{% if projcts %}{% endif %}", "line 1: there is no “projcts”"),
        ("{{ known_on.first }}", "ask first with {% if … %}"),
        ("x\n{% if %}", "line 2: Expected an expression"),
        ("x\n{% for a in groups.best %}", "line 2: "),
        ("{{ 'a'|uper }}", "line 1: No filter named 'uper'"),
        ("{% for i in range(10**9) %}{% endfor %}", "line 1: it takes too long or grows too large"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "it takes too long or grows too large"),
        ("{{ 'x' * 10**10 }}", "it takes too long or grows too large"),
        ("{{ '%9999999999d' % 1 }}", "it takes too long or grows too large"),
        (
            "{% set a = ['x' * 10**8] %}{% for i in range(9) %}{% set a = a + a %}{{ a|join|length }}{% endfor %}",
            "large",
        ),
        ("{{ '{:9999999999}'.format(1) }}", "it takes too long or grows too large"),
        ("{{ 'x'|center(9999999999) }}", "it takes too long or grows too large"),
        ("{{ '{0.__class__}'.format(month) }}", "unsafe"),
        ("{{ month.__class__ }}", "unsafe"),
        ("{{ month.text.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
        ("{{ self._TemplateReference__context }}", "own.md"),
        ("{% set month.year = 2000 %}", "line 1: "),
        ("{% include '/etc/passwd' %}", "a template cannot include another one"),
        ("{% import 'os' as os %}", "a template cannot include another one"),
        ("{{ 1 / 0 }}", "line 1: "),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"x" * 200_001, "more than 200000 characters"),
    ],
)
def test_a_template_that_cannot_be_followed_is_refused_in_one_sentence(
    run: Run, db: Path, tmp_path: Path, template: str | bytes, part: str
) -> None:
    result = using(run, db, tmp_path, template)
    assert (result.code, result.out) == (2, "")
    assert part in result.err
    assert "own.md" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "template", ["{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "{{ 9**(9**9) }}"]
)
def test_a_template_that_takes_too_long_is_ended(
    run: Run, db: Path, tmp_path: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In loops and within one calculation; here after a second."""
    assert bulletin_sandbox.SECONDS == 5
    hurried = "from tracker.reports import bulletin_sandbox as it; it.SECONDS = 1; it.main()"
    start = subprocess.run

    def sooner(_command: object, **more: Any) -> object:
        return start((sys.executable, "-P", "-c", hurried), **more)

    monkeypatch.setattr("tracker.reports.bulletin.subprocess.run", sooner)
    result = using(run, db, tmp_path, template)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "own.md: it takes too long" in result.err


HOSTILE = "{{7*7}}{%if%}{#x#}*b*[l](x)<i>`c`|_e_"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_from_outside_stay_what_they_are(run: Run, tmp_path: Path, lang: str) -> None:
    db = carry_out(
        run,
        tmp_path / "h.db",
        ("2023-06-05", f"project add h --name {HOSTILE} --owner {HOSTILE} --stage signed --on 2023-06-04"),
        ("2023-06-05", "capital plan h 2亿元 --year 2023"),
        ("2023-07-01", f"project review h --text {HOSTILE} --on 2023-06"),
        ("2023-07-01", f"project condition h suspended --why {HOSTILE} --on 2023-06-30"),
        ("2023-07-01", f"request open h {HOSTILE} --raised 2023-06-02 --due 2023-06-03 --owner {HOSTILE}"),
    )
    told = text(run, db, lang=lang)
    assert told.count(HOSTILE) >= 6
    page = text(run, db, "-f", "md", lang=lang)
    assert HOSTILE not in page
    assert "{{7\\*7}}{%if%}{#x#}\\*b\\*\\[l\\](x)\\<i\\>\\`c\\`\\|\\_e\\_" in page


# --- in a digest ----------------------------------------------------------------------------------------------------


def test_a_digest_gets_the_bulletin_as_markdown_and_nothing_of_an_empty_month(db: Path) -> None:
    i18n.choose("zh")
    app = App(flags={"db": str(db), "lang": "zh", "color": None}, moment=datetime(2023, 7, 5, 12, tzinfo=UTC))
    app.gathering = Gathering(0, 10**9)
    for month in ("2023-06", "2019-06"):
        invoke(app, ["report", "bulletin", "--month", month])
    told, nothing = app.gathering.parts
    assert told.text.startswith("# 2023年6月投资项目推进情况通报\n")
    assert (told.empty, nothing.empty) == (False, True)
    i18n.choose("en")
    with pytest.raises(UsageError, match="leave it out"):
        invoke(app, ["report", "bulletin", "--write-template"])


# --- what it costs --------------------------------------------------------------------------------------------------


def test_only_the_bulletin_loads_the_library_of_templates(demo_database: Path, tmp_path: Path) -> None:
    on = ("--db", str(demo_database), "report")
    for words in (("report", "bulletin", "--help"), (*on, "monthly"), (*on, "bulletin", "-f", "json")):
        assert "jinja2" not in start(tmp_path, *words, TRACKER_TODAY="2023-03-05").modules
    told = start(tmp_path, *on, "bulletin", TRACKER_TODAY="2023-03-05")
    assert "bulletin for February 2023" in told.out
    assert {"jinja2"} <= told.modules
    assert not {"sqlalchemy", "pydantic", "sqlmodel"} & told.modules
