"""`month close` 月结: what is restated since is said at the door, marked, and listed in the next reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tests.test_reported_figures import Office

CLOSED, LATER, NEXT = "2023-09-03", "2023-09-20", "2023-10-05"
HEAD = "2023-08 was closed by change 6"


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Office:
    """Two projects with running figures to July and August; August is closed by change 6."""
    office = Office(run, tmp_path / "office.db")

    def make() -> None:
        for code in ("bio", "chip"):
            office.do("project", "add", code, "--name", code, "--stage", "under_construction", "--on", "2023-02")
        office.do("capital", "record", "bio", "completed", "17500万元", "--on", "2023-07", "--ytd", today="2023-08-03")
        office.do("capital", "record", "bio", "completed", "20500万元", "--on", "2023-08", "--ytd", today=CLOSED)
        office.do("capital", "record", "chip", "completed", "500万元", "--on", "2023-08", today=CLOSED)
        office.do("month", "close", "2023-08", "--note", "sent up", today=CLOSED)

    once(tmp_path / "office.db", make)
    return office


def restated(office: Office, month: str = "2023-08", *words: str, today: str = NEXT) -> dict[tuple[str, str], Any]:
    """The restated figures of a closed month in 万元: what they were and are, and the changes."""
    report = json.loads(office.do("month", "show", month, *words, "-f", "json", today=today).out)

    def amount(cell: dict[str, Any] | None) -> float | None:
        return float(cell["amounts"][0]["amount"]) / 10_000 if cell and cell["amounts"] else None

    return {
        (row["code"], row["measure"]): (
            *((row["was"], row["is"]) if row["kind"] is None else (amount(row["before"]), amount(row["after"]))),
            row["changes"],
        )
        for row in report["rows"]
    }


def sentences(office: Office, month: str, *words: str) -> list[str]:
    report = json.loads(office.do("report", "monthly", "--month", month, *words, "-f", "json", today="2023-12-03").out)
    return [line for line in report["coverage"] if line.startswith("restated")]


def test_what_may_not_be_closed_or_reopened(office: Office) -> None:
    refused = office("month", "close", "2023-09", today="2023-09-30")
    assert (refused.code, refused.err) == (
        1,
        "tracker: 2023-09 has not ended: it can be closed after 2023-09-30\n",
    )
    refused = office("month", "close", "2023年8月", today=LATER)
    assert (refused.code, "2023-08 is closed since change 6" in refused.err) == (1, True)
    refused = office("month", "reopen", "2023-07", today=LATER)
    assert (refused.code, refused.err) == (1, "tracker: 2023-07 is not closed\n")
    for word in ("2023", "2023Q3", "2023-08-31"):
        refused = office("month", "close", word, today=LATER)
        assert (refused.code, "is not a month" in refused.err) == (2, True)
    assert [row["month"] for row in json.loads(office.do("month", "list", "-f", "json").out)["rows"]] == ["2023-08"]


def test_a_close_names_who_has_not_reported_and_a_dry_run_closes_nothing(office: Office) -> None:
    done = office.do("month", "close", "2023-09", "--dry-run", today=NEXT)
    assert "2 projects expected to report it have not: tracker --db " in done.err
    assert "report missing --month 2023-09\n" in done.err
    assert [row["month"] for row in json.loads(office.do("month", "list", "-f", "json").out)["rows"]] == ["2023-08"]


def test_an_entry_into_a_closed_month_is_taken_and_named(office: Office) -> None:
    done = office.do("capital", "record", "chip", "completed", "100万元", "--on", "2023-08", "--further", today=LATER)
    assert f"{HEAD}: 1 entry comes after its close; restated: " in done.err
    assert "chip completed investment of the month CNY 5m → CNY 6m" in done.err
    assert restated(office)["chip", "of the month"] == (500, 600, ["7"])
    entries = json.loads(office.do("capital", "list", "chip", "-f", "json", today=NEXT).out)["rows"]
    assert [row["after_close"] for row in entries] == [None, "2023-08"]
    assert "after the close of 2023-08" in office.do("show", "chip", today=NEXT).out
    assert "entry 4, after the close of 2023-08" in office.do("log", "--limit", "1", today=NEXT).out
    # As it was known at the close, nothing is restated.
    assert restated(office, "2023-08", "--known-on", CLOSED) == {}


def test_an_entry_that_changes_no_figure_is_named_as_well(office: Office) -> None:
    done = office.do("capital", "record", "bio", "completed", "3000万元", "--on", "2023-08", today=LATER)
    assert f"{HEAD}: 1 entry comes after its close; no figure of it changes\n" in done.err
    assert restated(office) == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # The running figure of the month before moves the month, and nothing else of it.
        (
            ("capital", "record", "bio", "completed", "18000万元", "--on", "2023-07", "--ytd"),
            {("bio", "of the month"): (3000, 2500, ["7"])},
        ),
        (
            ("capital", "correct", "2", "--amount", "20700万元", "--why", "counted anew"),
            {
                ("bio", "of the month"): (3000, 3200, ["7"]),
                ("bio", "year to date"): (20500, 20700, ["7"]),
                ("bio", "cumulative"): (20500, 20700, ["7"]),
            },
        ),
        (
            ("capital", "correct", "3", "--withdraw", "--why", "not ours"),
            {
                ("chip", "of the month"): (500, None, ["7"]),
                ("chip", "year to date"): (500, None, ["7"]),
                ("chip", "cumulative"): (500, None, ["7"]),
            },
        ),
        (("undo", "5", "-y"), {("chip", "of the month"): (500, None, ["7"])}),
        (
            ("capital", "plan", "bio", "3亿元", "--year", "2023"),
            {("bio", "of the year"): (None, 30000, ["7"])},
        ),
        (
            ("project", "stage", "bio", "completed", "--on", "2023-08-20"),
            {("bio", "stage"): ("under_construction", "completed", ["7"])},
        ),
        (("capital", "record", "bio", "completed", "24500万元", "--on", "2023-09", "--ytd"), {}),
    ],
)
def test_every_figure_that_differs_from_the_close_is_listed_whatever_caused_it(
    office: Office, words: tuple[str, ...], expected: dict[tuple[str, str], Any]
) -> None:
    done = office.do(*words, today=NEXT)
    found = restated(office)
    assert {key: found.get(key) for key in expected} == expected
    assert bool(found) == bool(expected)
    assert (HEAD in done.err) == bool(expected)
    assert bool(sentences(office, "2023-09")) == bool(expected)
    # What the program printed then and prints now differs by exactly that.
    for code in {code for code, measure in found if measure in ("of the month", "year to date")}:
        report = ("report", "monthly", "--month", "2023-08")
        then, now = (office.rows(*report, *known)[code] for known in (("--known-on", CLOSED), ()))
        for key, measure in (("month", "of the month"), ("year_to_date", "year to date")):
            assert (then[key]["amounts"] != now[key]["amounts"]) == ((code, measure) in found)


def test_later_figures_that_contradict_a_closed_month_restate_it(office: Office) -> None:
    """ytd of September and a month of September that does not lead to it say something else of August."""
    sheet = "项目编号,项目名称,本年累计完成,9月完成\nbio,bio,24500,5000\n"
    path = Path(str(office._path)).parent / "m9.csv"
    path.write_text(f"2023年月报（截至9月底）\n单位：万元\n{sheet}", encoding="utf-8")
    office.do("import", str(path), "-y", today=NEXT)
    assert restated(office)["bio", "year to date"] == (20500, 19500, ["7"])
    assert sentences(office, "2023-09") == [
        "restated since 2023-08 was closed: bio completed investment year to date CNY 205m → CNY 195m (change 7)"
    ]


def test_an_import_and_its_preview_name_the_closed_month(office: Office, tmp_path: Path) -> None:
    sheet = tmp_path / "m8.csv"
    sheet.write_text(
        "2023年月报（截至8月底）\n单位：万元\n项目编号,项目名称,本年累计完成\nbio,bio,20700\n", encoding="utf-8"
    )
    for words in ((), ("-y",)):
        done = office.do("import", str(sheet), *words, today=LATER)
        assert f"{HEAD}: 1 entry comes after its close; restated: bio completed investment of the month" in done.err
    assert restated(office)["bio", "of the month"] == (3000, 3200, ["7"])


def test_the_next_report_lists_it_once_and_the_bulletin_says_it(office: Office) -> None:
    office.do("capital", "correct", "3", "--amount", "600万元", "--why", "counted anew", today=LATER)
    words = "restated since 2023-08 was closed: chip completed investment of the month CNY 5m → CNY 6m"
    assert sentences(office, "2023-09")[0].startswith(words)
    assert sentences(office, "2023-09", "--text", "bio") == []
    # August's own report, printed again, says what it was when it was closed; July's says nothing.
    assert sentences(office, "2023-08")[0].startswith(words)
    assert sentences(office, "2023-08", "--known-on", CLOSED) == []
    assert sentences(office, "2023-07") == []
    text = office.do("report", "bulletin", "--month", "2023-09", today=NEXT).out
    assert (
        "Restated since the month was closed: August 2023, chip: completed investment of the month CNY 5m → CNY 6m"
        in text
    )
    zh = office.do("--lang", "zh", "report", "bulletin", "--month", "2023-09", today=NEXT).out
    assert "月结后调整的数据：2023年8月chip：完成投资" in zh
    # September told it and is closed: October does not tell it again, but what came since.
    office.do("month", "close", "2023-09", today=NEXT)
    assert sentences(office, "2023-10") == []
    office.do("capital", "correct", "2", "--amount", "20700万元", "--why", "again", today="2023-10-09")
    # Nobody reported September, whose running figure is that of August.
    assert [line.split(":")[0][-18:] for line in sentences(office, "2023-10")] == [
        "2023-08 was closed",
        "2023-09 was closed",
    ]


def test_a_month_is_closed_anew_after_it_was_reopened(office: Office) -> None:
    office.do("capital", "correct", "3", "--amount", "600万元", "--why", "counted anew", today=LATER)
    office.do("month", "reopen", "2023-08", "--why", "sent back", today=LATER)
    assert json.loads(office.do("month", "list", "-f", "json").out)["rows"] == []
    assert HEAD not in office.do("capital", "correct", "3", "--amount", "650万元", "--why", "again", today=LATER).err
    office.do("month", "close", "2023-08", today=LATER)
    assert restated(office) == {}
    assert "sent back" in office.do("log", today=LATER).out
    # Undo of a close opens the month, and undo of that closes it as it was.
    office.do("undo", "10", "-y", today=LATER)
    assert json.loads(office.do("month", "list", "-f", "json").out)["rows"] == []
    assert office("month", "show", "2023-08").code == 2


def test_closes_go_along_with_the_ledger(office: Office, run: Run, tmp_path: Path) -> None:
    written = office.do("export", "month_closes").out
    assert written.splitlines()[1:] == ["2023-08,sent up"]
    office.do("export", "all", "-o", str(tmp_path / "all.xlsx"))
    other = Office(run, tmp_path / "other.db")
    other.do("import", str(tmp_path / "all.xlsx"), "-y")
    assert other.do("export", "month_closes").out == written
    copy = tmp_path / "copy.db"
    office.do("database", "copy", "--to", str(copy))
    office._path = str(copy)
    assert restated(office) == {}
    assert office.do("database", "check").code == 0


def test_on_both_engines(run: Run, ledger_url: str) -> None:
    def do(*words: str, today: str = CLOSED) -> str:
        done = run("--db", ledger_url, *words, today=today)
        assert done.code == 0, done.err
        return done.out + done.err

    do("project", "add", "bio", "--stage", "under_construction", "--on", "2023-02")
    do("capital", "record", "bio", "completed", "100万元", "--on", "2023-08")
    do("month", "close", "2023-08")
    said = do("capital", "record", "bio", "completed", "20万元", "--on", "2023-08", "--further", today=LATER)
    assert "1 entry comes after its close; restated: bio completed investment of the month CNY 1m → CNY 1.2m" in said
    assert "of the month" in do("month", "show", "2023-08", today=LATER)
    assert "restated since 2023-08 was closed: bio" in do("report", "monthly", "--month", "2023-09", today=NEXT)
    assert "1.2" in do("report", "trend", "--last", "2", today=NEXT)
    assert "CNY 200k" in do("report", "revisions", today=NEXT)
    assert "bio" in do("report", "missing", "--month", "2023-09", today=NEXT)
    assert "chip" not in do("report", "missing", "--month", "2023-09", "--known-on", LATER, today=NEXT)
    do("undo", today=NEXT)
    assert "every figure of 2023-08 is as it was known at its close" in do("month", "show", "2023-08", today=NEXT)


def test_a_figure_that_later_ones_contradict_is_counted_once_also_of_january(run: Run, tmp_path: Path) -> None:
    office = Office(run, tmp_path / "january.db")
    office.do("project", "add", "bio", "--stage", "under_construction", "--on", "2023-01")
    january = ("capital", "record", "bio", "completed", "1500万元", "--on", "2023-01")
    for words in ((), ("--ytd",)):
        office.do(*january, *words, today="2023-02-05")
    office.do("month", "close", "2023-01", today="2023-02-05")
    office.do("capital", "record", "bio", "completed", "1500万元", "--on", "2023-02", today="2023-03-05")
    office.do("capital", "record", "bio", "completed", "2500万元", "--on", "2023-02", "--ytd", today="2023-03-05")
    assert list(restated(office, "2023-01").values()) == [(1500, 1000, ["5", "6"])]
    shown = json.loads(office.do("month", "list", "-f", "json", today=NEXT).out)["rows"]
    assert [row["restated"] for row in shown] == [1]
