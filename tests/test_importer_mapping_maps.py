"""Maps: what they say goes before what is found out; what is written for a table reads it the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.understood import problems, records, table_of, understood
from tracker.errors import InputRejected, UsageError
from tracker.importer.mapping import Map, Reading, load_map, map_folder, named_maps, write_map
from tracker.importer.mapping.maps import read_map
from tracker.importer.readers import Table, open_table
from tracker.money import Figure, Money
from tracker.records.schema import Record

DATA = Path(__file__).parent / "data"


def values(lines: list[list[Any]], text: str, **asked: Any) -> list[dict[str, Any]]:
    """The values of all records of a table under a map."""
    return [one.values for one in records(understood(table_of(lines), map=text, **asked))]


# --- what a map says -----------------------------------------------------------------------------------------------


def test_a_map_names_columns_that_no_heading_would() -> None:
    text = """
        [columns]
        "Foo" = "project.code"
        "bar" = { to = "capital[total].figure", unit = "亿元" }
        "Baz" = "skip"
    """
    assert values([["Foo", "Bar", "Baz"], ["A", "5", "x"]], text) == [
        {"code": "A"},
        {"project": "A", "kind": "total", "figure": Figure(Money(50_000_000_000, "CNY"))},
    ]


def test_a_map_gives_the_period_of_a_column() -> None:
    text = '[columns]\n"累计" = "capital[completed].figure @2023-06 cumulative"'
    [entry] = values([["项目编号", "累计"], ["A", "5万元"]], text, what="capital")
    assert (str(entry["on"]), entry["basis"]) == ("2023-06", "cumulative")


def test_the_month_of_the_file_may_be_said() -> None:
    [_project, entry] = values([["项目编号", "投资方", "本月完成投资（万元）"], ["A", "b", "5"]], 'as_of = "2023-06"')[
        :2
    ]
    assert str(entry["on"]) == "2023-06"


def test_words_of_the_file_get_a_meaning() -> None:
    text = """
        [values.stage]
        "推进" = "开工"
        "黄了" = "终止"
        "？" = ""
        [values."项目来源渠道"]
        "老带新" = "以商引商"
        [columns]
        "项目来源渠道" = "project.lead_source"
    """
    lines = [["项目名称", "项目阶段", "项目来源渠道"], ["a", "推进", "老带新"], ["b", "黄了", ""], ["c", "？", ""]]
    found = [{key: word for key, word in one.items() if key not in ("name", "project")} for one in values(lines, text)]
    assert found == [
        {"lead_source": "referral_by_investor"},
        {"stage": "under_construction"},
        {},
        {"condition": "terminated", "reason": "黄了"},
        {},
    ]


def test_constants_hold_for_every_row() -> None:
    text = '[constants]\n"project.site" = "平湖经开"\n"project.tags" = "重点 | 2023"'
    assert values([["项目名称", "投资方"], ["a", "b"]], text) == [
        {"name": "a", "company": "b", "site": "平湖经开", "tags": ("重点", "2023")}
    ]
    text = '[constants]\n"capital.kind" = "实际支付"\n"capital.currency" = "EUR"'
    [entry] = values([["项目编号", "金额", "日期"], ["A", "5", "2023-06"]], text, what="capital")
    assert (entry["kind"], entry["figure"]) == ("paid", Figure(Money(500, "EUR")))


def test_one_cell_may_hold_several_fields() -> None:
    text = '[columns]\n"状态" = { to = ["stage.stage", "project.kind", "project.chain"], split = "/" }'
    lines = [["项目名称", "状态"], ["a", "签约/新建/生物"], ["b", "开工"], ["c", "签约/新建/生物/x"]]
    reading = understood(table_of(lines), map=text)
    assert [one.cell for one in problems(reading)] == ["B4"]
    found = [one.values for one in reading.records() if hasattr(one, "values")]
    assert found == [
        {"name": "a", "kind": "new", "chain": "生物"},
        {"project": "a", "stage": "signed"},
        {"name": "b"},
        {"project": "b", "stage": "under_construction"},
        {"name": "c"},
    ]


def test_of_several_stages_in_one_cell_the_furthest_counts() -> None:
    text = '[columns]\n"状态" = { to = "stage.stage", split = "/" }'
    assert values([["项目名称", "状态"], ["a", "签约/拿地/开工"]], text)[1]["stage"] == "under_construction"


def test_a_map_says_the_order_the_style_the_unit_and_the_currency() -> None:
    text = 'date_order = "mdy"\nnumbers = "1.234,56"\nunit = "m"\ncurrency = "USD"'
    found = values([["Project", "Planned start", "Total cost"], ["a", "05/06/2023", "1.234"]], text, what="project")
    assert str(found[1]["on"]) == "2023-05-06"
    assert found[2]["figure"] == Figure(Money(123_400_000_000, "USD"))


def test_a_column_is_named_by_its_group_title_or_its_letter_too() -> None:
    table = table_of([["Project", "Q", "Q (2)"], ["a", "1", "2"]], above=["", "Plan", "Actual"])
    text = '[columns]\n"Plan / Q" = "capital[plan].figure @2023"\n"[C]" = "capital[paid].figure @2023"'
    assert [one.values["kind"] for one in records(understood(table, map=text, what="capital"))] == ["plan", "paid"]


# --- what it may not say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('curency = "CNY"', "currency"),
        ('[columns]\n"a" = { too = "project.name" }', "too"),
        ('[columns]\n"a" = "project.nme"', "project"),
        ('[columns]\n"a" = { unit = "万元" }', "to ="),
        ('[columns]\n"a" = { to = ["project.name", "project.code"] }', "split"),
        ('[columns]\n"a" = 5', "KIND.FIELD"),
        ('[columns]\n"a" = { to = "capital[total].figure", unit = "furlong" }', "furlong"),
        ('date_order = "dym"', "dmy"),
        ('numbers = "1 234"', "1,234.56"),
        ('blank = "wipe"', "keep"),
        ('what = "projct"', "project"),
        ('currency = "gold"', "gold"),
        ("header = true", "whole number"),
        ('transpose = "yes"', "true or false"),
        ("values = 5", "table"),
        ("[values]\nstage = 5", "stage"),
        ('[constants]\n"project.nme" = "x"', "name"),
        ("what = [", "TOML"),
        ("a" * 10, "TOML"),
    ],
)
def test_what_a_map_may_not_say_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=r"map\.toml") as refused:
        read_map(text, "map.toml")
    assert said in str(refused.value)


def test_a_constant_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(UsageError, match="constants"):
        understood(table_of([["项目名称", "投资方"], ["a", "b"]]), map='[constants]\n"stage.stage" = "梦想"')


# --- where maps lie ------------------------------------------------------------------------------------------------


def test_a_map_is_loaded_by_its_name_or_its_file(tmp_path: Path) -> None:
    folder = map_folder()
    assert folder is not None
    assert named_maps() == ()
    folder.mkdir(parents=True)
    (folder / "monthly.toml").write_text('unit = "万元"', encoding="utf-8")
    (tmp_path / "own.toml").write_text('\ufeffunit = "亿元"', encoding="utf-8")
    assert named_maps() == ("monthly",)
    assert load_map("monthly").unit == "万元"
    assert load_map(str(tmp_path / "own.toml")).unit == "亿元"
    assert Map.load(tmp_path / "own.toml").unit == "亿元"


def test_a_map_that_is_not_there_is_refused_with_the_closest_name(tmp_path: Path) -> None:
    folder = map_folder()
    assert folder is not None
    folder.mkdir(parents=True)
    (folder / "monthly.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="monthly"):
        load_map("montly")
    with pytest.raises(InputRejected, match=r"gone\.toml"):
        load_map(str(tmp_path / "gone.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputRejected, match="UTF-8"):
        load_map(str(tmp_path / "bad.toml"))


# --- writing -------------------------------------------------------------------------------------------------------


def same(table: Table, **asked: Any) -> None:
    """A map written for the table reads it as it was read without."""
    before = understood(table, **asked)
    after = understood(table, map=write_map(table, before), **asked)
    assert [(one.heading, one.target, one.unit) for one in after.assigned] == [
        (one.heading, one.target, one.unit) for one in before.assigned
    ]
    assert after.ignored == before.ignored
    assert _said(before) == _said(after)


def _said(reading: Reading) -> list[tuple[str, dict[str, Any]]]:
    return [(one.kind, one.values) for one in reading.records() if isinstance(one, Record)]


@pytest.mark.parametrize(
    "name", sorted(path.name for path in DATA.iterdir() if path.suffix in (".csv", ".xlsx", ".ods"))
)
def test_a_map_written_for_a_file_reads_it_the_same_way(name: str) -> None:
    same(open_table(DATA / name))


def test_a_map_written_for_a_wide_table_reads_it_the_same_way() -> None:
    same(table_of([["项目名称", "1月", "2月"], ["甲", "1", "2"]], title=("2023年完成投资（万元）",)))
    same(table_of([["项目名称", "1月", "1月 (2)"], ["甲", "1", "2"]], above=["", "2023年完成投资", "2022年完成投资"]))
    same(table_of([["项目名称", "项目进展", "形象进度"], ["甲", "开工", "60%"]]))
    same(table_of([["Project", "Kind", "Amount", "Date"], ["a", "paid", "1", "31/01/2023"]]))


def test_a_written_map_says_what_it_cannot_tell() -> None:
    table = table_of([["项目名称", "投资方", "完成投资", "产业链条"], ["a", "b", "1", "c"]])
    text = write_map(table, understood(table))
    assert "period" in text
    assert "产业链”" in text
    assert '"产业链条" = "skip"' in text


def test_hostile_headings_are_written_as_data() -> None:
    heading = 'a"]\n[values]\x1b[31m\\'
    table = table_of([["项目名称", "投资方", heading], ["a", "b", "1"]], name="x\n[columns]\n.csv")
    text = write_map(table, understood(table))
    assert "\x1b" not in text
    assert list(read_map(text, "map.toml").columns) == ["项目名称", "投资方", heading]


def test_months_may_take_their_year_from_a_constant() -> None:
    text = '[constants]\n"capital.year" = "2022"\n"capital.unit" = "万元"'
    [entry] = values([["项目编号", "资金类别", "金额", "月份"], ["A", "完成投资", "5", "6月"]], text)
    assert (str(entry["on"]), entry["figure"]) == ("2022-06", Figure(Money(5_000_000, "CNY")))
    with pytest.raises(UsageError, match="qualifier"):
        values([["项目编号", "资金类别", "金额"], ["A", "完成投资", "5"]], '[constants]\n"capital.qualifier" = "约"')


def test_a_word_of_a_map_may_be_a_beginning_or_a_whole_sentence() -> None:
    meant = (
        '[values.stage]\n"On hold*" = "suspended"\n"*licitação*" = "filed"\n"works are under way, see note" = "开工"'
    )
    cells = ["On hold - awaiting funding", "Em licitação (2)", "Works are under way, see note"]
    lines = [["Project name", "Status"], *([f"p{place}", cell] for place, cell in enumerate(cells))]
    found = [one for one in records(understood(table_of(lines), map=meant)) if one.kind != "project"]
    assert [(one.values.get("stage"), one.values.get("condition"), one.values.get("reason")) for one in found] == [
        (None, "suspended", "On hold - awaiting funding"),
        ("filed", None, None),
        ("under_construction", None, None),
    ]
