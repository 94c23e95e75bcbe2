"""Several projects at once, as a person types it: edited together, merged into one, named by the program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once
from tracker.app import App

TODAY = "2023-03-31"


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """An empty ledger."""
    path = tmp_path / "a.db"
    once(path, lambda: done(run("--db", path, "init", today=TODAY)))
    return path


def done(result: Result) -> Result:
    """The result of a call that has to succeed."""
    assert result.code == 0, result.err
    return result


def rows(run: Run, db: Path, *words: str) -> list[dict[str, str]]:
    """The rows of a listing."""
    return list(csv.DictReader(io.StringIO(done(run("--db", db, *words, "-f", "csv", today=TODAY)).out)))


class TestEditingSeveral:
    """`tracker project edit A B C`."""

    @pytest.fixture(autouse=True)
    def projects(self, run: Run, db: Path) -> None:
        for code, owner in (("a", "李娜"), ("b", "李娜"), ("c", "王芳")):
            done(run("--db", db, "project", "add", code, "--owner", owner, "--stage", "signed", today=TODAY))

    def owners(self, run: Run, db: Path) -> dict[str, str]:
        return {row["code"]: row["owner"] for row in rows(run, db, "list", "--columns", "code,owner")}

    def test_codes_are_edited_in_one_change(self, run: Run, db: Path) -> None:
        said = done(run("--db", db, "project", "edit", "a", "c", "a", "--owner", "赵", today=TODAY)).err
        assert said.count("changed") == 2
        assert said.count("recorded") == 1
        assert self.owners(run, db) == {"a": "赵", "b": "李娜", "c": "赵"}
        done(run("--db", db, "undo", today=TODAY))
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}

    def test_filters_stand_for_codes_and_are_asked_about(
        self, run: Run, db: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = (
            "--db",
            db,
            "project",
            "edit",
            "--where",
            "owner=李娜",
            "--where",
            "stage=签约，filed",
            "--owner",
            "赵",
        )
        assert run(*words, today=TODAY).code == 2
        assert "dry run" in done(run(*words, "-n", today=TODAY)).err
        monkeypatch.setattr(App, "has_terminal", property(lambda _self: True))
        refused = run(*words, today=TODAY, input="n\n")
        assert (refused.code, "Change 2 projects?" in refused.err) == (1, True)
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}
        assert "project a changed" in done(run(*words, today=TODAY, input="y\n")).err
        assert self.owners(run, db) == {"a": "赵", "b": "赵", "c": "王芳"}

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("--owner", "x"), 2, "give the projects"),
            (("a", "--where", "owner=李娜", "--owner", "x"), 2, "give the projects"),
            (("a", "zz", "--owner", "x"), 2, "there is no project “zz”"),
            (("a", "b", "--name", "x"), 2, "belong to one project"),
            (("a", "b", "--alias", "x"), 2, "belong to one project"),
            (("--where", "ower=x", "--owner", "x"), 2, "did you mean “owner”?"),
            (("--where", "owner", "--owner", "x"), 2, "is not a filter"),
            (("--where", "stage=x", "--owner", "x"), 2, "x"),
            (("--where", "owner=nobody", "--owner", "x"), 0, "no project matches"),
        ],
    )
    def test_what_cannot_be_is_refused(self, run: Run, db: Path, words: tuple[str, ...], code: int, said: str) -> None:
        result = run("--db", db, "project", "edit", *words, "--yes", today=TODAY)
        assert (result.code, said in result.err) == (code, True), result.err
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}


class TestMerging:
    """`tracker project merge A B`."""

    def play(self, run: Run, db: Path, *lines: str) -> None:
        for line in lines:
            done(run("--db", db, *line.split(), today="2023-06-30"))

    def merged(self, run: Run, db: Path, *more: str, code: int = 0) -> str:
        result = run("--db", db, "project", "merge", "p", "q", *more, today="2023-06-30")
        assert result.code == code, result.err
        return result.err

    def figures(self, run: Run, db: Path) -> set[tuple[str, ...]]:
        words = ("--db", db, "export", "capital", "--as-of", "2024-12-31")
        found = csv.DictReader(io.StringIO(done(run(*words, today="2023-06-30")).out))
        return {(row["project"], row["kind"], row["on"], row["amount"]) for row in found}

    @pytest.fixture
    def two(self, run: Run, db: Path) -> Path:
        """Two projects: a figure of January in both, one of February that differs, one of March in the second."""
        self.play(
            run,
            db,
            "project add p --owner 李娜 --stage signed --on 2022-03 --total 10亿元",
            "project add q --name 中津二 --owner 李娜 --stage under_construction --on 2023-01 --chain 机床",
            "capital record p completed 1000万元 --on 2023-01",
            "capital record q completed 1000万元 --on 2023-01",
            "capital record p completed 2000万元 --on 2023-02",
            "capital record q completed 2500万元 --on 2023-02",
            "capital record q completed 500万元 --on 2023-03",
            "milestone plan q completed 2024-06",
            "request open q power",
            "project follow q call --next 2023-07-03",
            "project review q --physical 10%",
        )
        return db

    @pytest.mark.parametrize(
        ("keep", "february"),
        [("A", {"20000000.00"}), ("B", {"25000000.00"}), ("sum", {"20000000.00", "25000000.00"})],
    )
    def test_figures_of_one_period_are_decided(self, run: Run, two: Path, keep: str, february: set[str]) -> None:
        said = self.merged(run, two, "--keep", keep)
        assert "same in both" in said
        found = self.figures(run, two)
        assert {row[3] for row in found if row[2] == "2023-02"} == february
        assert [row[3] for row in found if row[2] == "2023-01"] == ["10000000.00"]
        assert {row[0] for row in found} == {"p"}
        shown = done(run("--db", two, "show", "q", today="2023-06-30")).out
        assert all(word in shown for word in ("中津二", "机床", "call", "2024-06", "10%", "Under construction"))
        assert [row["code"] for row in rows(run, two, "request", "list")] == []  # raised after the day of `rows`
        before = done(run("--db", two, "database", "check", today="2023-06-30")).out
        assert "whole" in before

    def test_without_an_answer_the_conflicts_are_listed(self, run: Run, two: Path) -> None:
        for more in ((), ("-n",)):
            said = self.merged(run, two, *more, code=1)
            assert "completed investment 2023-02: A CNY 20m, B CNY 25m" in said
            assert "--keep sum" in said
        assert {row[0] for row in self.figures(run, two)} == {"p", "q"}

    def test_a_terminal_is_asked(self, run: Run, two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(App, "has_terminal", property(lambda _self: True))
        words = ("--db", two, "project", "merge", "p", "q")
        assert "2000" not in run(*words, today="2023-06-30", input="x\n").out
        assert {row[0] for row in self.figures(run, two)} == {"p", "q"}
        assert "CNY 25m taken" in done(run(*words, today="2023-06-30", input="b\n")).err

    def test_one_undo_parts_them_again(self, run: Run, two: Path) -> None:
        before = done(run("--db", two, "export", "all", "-f", "jsonl", today="2023-06-30")).out
        self.merged(run, two, "--keep", "sum")
        self.play(run, two, "undo")
        assert done(run("--db", two, "export", "all", "-f", "jsonl", today="2023-06-30")).out == before

    def test_fields_that_differ_are_decided_and_totals_too(self, run: Run, db: Path) -> None:
        self.play(
            run,
            db,
            "project add p --owner 李娜 --total 10亿元 --on 2022-01 --lead-source fund_led",
            "project add q --owner 王芳 --total 12亿元 --on 2023-01 --lead-source 以商引商",
        )
        said = self.merged(run, db, code=1)
        assert "lead: A fund-led, B referral by an investor" in said
        assert "owner: A 李娜, B 王芳" in said
        assert "total investment" in said
        self.merged(run, db, "--keep", "B")
        assert [(row["code"], row["owner"], row["total"]) for row in rows(run, db, "list")] == [
            ("p", "王芳", "1200000000.00")
        ]

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (("project add q --parent p",), "q is a part of p"),
            (("project add q", "project edit p --parent q"), "p is a part of q"),
            (
                ("project add q", "project add x", "project link p supports x", "project link x supports q"),
                "cannot relate so to each other",
            ),
        ],
    )
    def test_what_is_not_one_project_is_refused(self, run: Run, db: Path, lines: tuple[str, ...], said: str) -> None:
        self.play(run, db, "project add p", *lines)
        assert said in self.merged(run, db, "--keep", "A", code=1)
        assert "the same project" in run("--db", db, "project", "merge", "p", "p").err

    def test_series_that_contradict_each_other_are_a_conflict(self, run: Run, db: Path) -> None:
        self.play(
            run,
            db,
            "project add p",
            "project add q",
            "capital record p completed 300万元 --on 2023-03 --ytd",
            "capital record q completed 100万元 --on 2023-01",
            "capital record q completed 100万元 --on 2023-02",
            "capital record q completed 200万元 --on 2023-03",
        )
        assert "contradict" in self.merged(run, db, code=1)
        assert "cannot be added" in self.merged(run, db, "--keep", "sum", code=1)
        self.merged(run, db, "--keep", "A")
        assert {row[2:] for row in self.figures(run, db)} == {("2023Q1", "3000000.00")}

    def test_running_figures_add_under_one_number_where_nothing_else_speaks_of_their_days(
        self, run: Run, db: Path
    ) -> None:
        self.play(
            run,
            db,
            "project add p",
            "project add q",
            "capital record p completed 300万元 --on 2023-03 --ytd",
            "capital record q completed 近200万元 --on 2023-03 --ytd",
        )
        self.merged(run, db, "--keep", "sum")
        words = ("capital", "list", "p", "--as-of", "2023-06-30")
        found = list(csv.DictReader(io.StringIO(done(run("--db", db, *words, "-f", "csv", today="2023-06-30")).out)))
        assert [(row["amount"], row["amount_qualifier"]) for row in found] == [("5000000.00", "nearly")]
        self.play(run, db, "undo", "capital record q completed 10万元 --on 2023-02")
        assert "their sum is not known" in self.merged(run, db, "--keep", "sum", code=1)

    def test_another_currency_is_never_added(self, run: Run, db: Path) -> None:
        self.play(
            run,
            db,
            "project add p",
            "project add q",
            "capital record p utilised_foreign 300万美元 --on 2023-03",
            "capital record q utilised_foreign 2000万元 --on 2023-03",
        )
        assert "A USD 3m, B CNY 20m" in self.merged(run, db, code=1)
        assert "cannot be added" in self.merged(run, db, "--keep", "sum", code=1)
        self.merged(run, db, "--keep", "A")
        assert {row[3] for row in self.figures(run, db)} == {"3000000.00"}

    def test_stages_of_both_are_put_into_the_order_of_their_days(self, run: Run, db: Path) -> None:
        self.play(
            run,
            db,
            "project add p --stage signed --on 2022-01 --milestones standard",
            "project stage p completed --on 2023-05",
            "project add q --stage under_construction --on 2022-10",
        )
        self.merged(run, db)
        assert [row["stage"] for row in rows(run, db, "list", "--as-of", "2023-06-30")] == ["completed"]
        assert [row["stage"] for row in rows(run, db, "list", "--as-of", "2022-12-31")] == ["under_construction"]
        self.play(run, db, "undo", "project stage q in_production --on 2023-02")
        assert "stage: A signed 2022-01, completed 2023-05, B under construction" in self.merged(run, db, code=1)
        self.merged(run, db, "--keep", "B")
        assert [row["stage"] for row in rows(run, db, "list", "--as-of", "2023-06-30")] == ["in_production"]

    def test_parts_milestones_and_conditions_move(self, run: Run, db: Path) -> None:
        self.play(
            run,
            db,
            "project add p",
            "project add q",
            "project add q1 --parent q",
            "milestone plan p completed 2024-06",
            "milestone plan q completed 2024-08",
            "milestone forecast q completed 2024-09 --made 2023-03-01",
            "project condition q suspended --why permit --on 2023-04",
        )
        said = self.merged(run, db, code=1)
        assert "milestone date completed baseline: A 2024-06, B 2024-08" in said
        assert "condition: A active, B suspended 2023-04" in said
        assert "parts of p now: q1" in self.merged(run, db, "--keep", "A")
        shown = done(run("--db", db, "show", "p", today="2023-06-30")).out
        assert "2024-09" in shown
        assert "2024-08" not in shown
        assert "Suspended" not in shown


class TestNames:
    """Codes made of names, and names found by their pinyin."""

    @pytest.fixture(autouse=True)
    def extra(self) -> None:
        pytest.importorskip("pypinyin")

    def add(self, run: Run, db: Path, *words: str) -> str:
        return done(run("--db", db, "project", "add", *words, today=TODAY)).err

    def codes(self, run: Run, db: Path, *words: str) -> list[str]:
        return [row["code"] for row in rows(run, db, "list", *words)]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("--name", "日本电产"), "rbdc"),
            (("--name", "中津EV（二期）"), "zjeveq"),
            (("--name", "Nidec EV Plant"), "nidec-ev-plant"),
            (("--name-en", "Nidec EV Plant"), "nidec-ev-plant"),
            (("--name", "Nidec EV traction-motor flagship"), "nidec-ev-traction"),
        ],
    )
    def test_a_code_is_made_of_the_name(self, run: Run, db: Path, words: tuple[str, ...], code: str) -> None:
        said = self.add(run, db, *words)
        assert f"project {code} added" in said
        assert "its code was made of its name" in said
        # A second one of the same name gets a number.
        assert f"project {code}-2 added" in self.add(run, db, *words)
        assert self.codes(run, db) == [code, f"{code}-2"]

    def test_a_code_needs_a_name(self, run: Run, db: Path) -> None:
        assert run("--db", db, "project", "add", "--owner", "李娜").code == 2
        assert "its code" not in self.add(run, db, "typed", "--name", "日本电产")

    def test_names_are_found_by_pinyin_and_initials(self, run: Run, db: Path) -> None:
        self.add(run, db, "a", "--name", "日本电产旗舰工厂")
        self.add(run, db, "b", "--name", "日本电产理德", "--company", "平湖机械")
        self.add(run, db, "nidec", "--name", "Nidec", "--alias", "重庆银行")

        def shown(word: str) -> tuple[int, str]:
            result = run("--db", db, "show", word, today=TODAY)
            return result.code, (result.out or result.err)[:60]

        for word in ("rbdcqjgc", "ribendianchanqijian"):
            assert shown(word)[1].startswith("a ·"), word
        assert shown("rbdcld")[1].startswith("b ·")
        assert shown("chongqingyinhang")[1].startswith("nidec ·")
        # A part is enough, of the name, of its pinyin and of an alias; of several each is named, and a code wins.
        for word, code in (("旗舰", "a"), ("理德", "b"), ("dianchanlide", "b"), ("cqjg", "a"), ("庆银", "nidec")):
            assert shown(word)[1].startswith(f"{code} ·"), word
        for word in ("rbdc", "日本电产"):
            said = run("--db", db, "show", word, today=TODAY)
            assert (said.code, said.err.splitlines()[1:3]) == (2, ["  a · 日本电产旗舰工厂", "  b · 日本电产理德"])
        assert "did you mean “b”?" in run("--db", db, "project", "edit", "理德", "--owner", "x", today=TODAY).err
        assert self.codes(run, db, "--text", "dianchan") == ["a", "b"]
        assert self.codes(run, db, "--text", "pinghu") == ["b"]
        # Where a name has the letters themselves, pinyin is not looked at.
        assert self.codes(run, db, "--text", "ni") == ["nidec"]
        # To write to a project its pinyin is not enough.
        refused = run("--db", db, "capital", "record", "rbdcld", "total", "1亿", today=TODAY)
        assert (refused.code, "did you mean “b”?" in refused.err) == (2, True)
        # It follows the name.
        done(run("--db", db, "project", "edit", "b", "--name", "中津", today=TODAY))
        assert shown("rbdcld")[0] == 2
        assert shown("zj")[1].startswith("b ·")
        assert "whole" in done(run("--db", db, "database", "check", today=TODAY)).out

    def test_an_import_and_a_restore_fill_it(self, run: Run, db: Path, tmp_path: Path) -> None:
        table, copy = tmp_path / "t.csv", tmp_path / "b.db"
        table.write_text("项目代码,项目名称\na,日本电产\n", encoding="utf-8")
        done(run("--db", db, "import", table, "--yes", today=TODAY))
        done(run("--db", db, "database", "backup", copy, today=TODAY))
        done(run("--db", tmp_path / "c.db", "database", "restore", copy, today=TODAY))
        for one in (db, tmp_path / "c.db"):
            assert run("--db", one, "show", "rbdc", today=TODAY).out.startswith("a ·")

    def test_without_the_extra_all_else_works_and_it_says_so(
        self, run: Run, db: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("tracker.text.reads_pinyin", lambda: False)
            self.add(run, db, "a", "--name", "日本电产")
            nameless = run("--db", db, "project", "add", "--name", "日本电产", today=TODAY)
            assert (nameless.code, "investment-tracker[zh]" in nameless.err) == (2, True)
            assert "project nidec added" in self.add(run, db, "--name", "日本电产", "--name-en", "Nidec")
        for words in (("show", "rbdc"), ("list", "--text", "rbdc")):
            result = run("--db", db, *words, today=TODAY)
            assert "not found by pinyin yet" in result.out + result.err, words
        assert "whole" in done(run("--db", db, "database", "check", today=TODAY)).out
        done(run("--db", db, "database", "upgrade", today=TODAY))
        assert self.codes(run, db, "--text", "rbdc") == ["a", "nidec"]
