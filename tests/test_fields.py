"""The list of fields of a record: its table has these columns, and each field goes everywhere a field goes."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.isolation import ROOT
from tracker.importer.headings import known, spellings
from tracker.models.base import Versioned
from tracker.models.company import Company
from tracker.models.fields import (
    CITED,
    FIELDS,
    GROUPED,
    PLAIN,
    CompanyFields,
    Field,
    Listed,
    MilestoneFields,
    ProjectFields,
    RequestFields,
    Type,
)
from tracker.models.milestone import Milestone
from tracker.models.project import Project
from tracker.models.request import Request


@pytest.mark.parametrize(
    ("table", "listed"),
    [(Project, ProjectFields), (Company, CompanyFields), (Milestone, MilestoneFields), (Request, RequestFields)],
)
def test_the_fields_that_are_listed_are_the_columns_of_the_table(table: type[Versioned], listed: type[Listed]) -> None:
    own = {name: info.annotation for name, info in table.model_fields.items() if name not in Versioned.model_fields}
    assert {one.name: one.type for one in fields(listed)} == own


def _typed(one: Field, turn: int) -> str:
    """A value of a field as it is typed: one that it gets first, or another one."""
    match one.type:
        case Type.WORD if one.words is not None:
            return one.words.codes[turn]
        case Type.COUNTRY:
            return ("JP", "DE")[turn]
        case Type.COUNT | Type.YEAR:
            return ("2001", "2002")[turn]
        case Type.LAND:
            return ("10.5", "20.25")[turn]
        case Type.PERIOD:
            return ("2023-01", "2023-02")[turn]
        case Type.DAY:
            return ("2023-01-01", "2023-02-01")[turn]
    return f"{one.key} {turn + 1}"


PLURAL = {"project": "projects", "company": "companies", "milestone": "milestones", "request": "requests"}
# How a record is added, and what is given in other ways than by options: its names, and what happens to it later.
ADDED = {
    "project": ("project", "add", "p"),
    "company": ("company", "add", "p"),
    "milestone": ("milestone", "plan", "p", "m", "2023-01"),
    "request": ("request", "open", "p", "t"),
}
BESIDES = {
    "project": ("code",),
    "company": ("name",),
    "milestone": ("milestone",),
    "request": ("title", "answered", "answer", "closed", "outcome"),
}
# All but those, what a record is cited by, and other records.
SOME = {
    table: [one for one in every if one.key not in (*BESIDES[table], *CITED) and not one.refers]
    for table, every in FIELDS.items()
}
EDITED = ("project", "company")


def _options(table: str, turn: int) -> list[str]:
    return [word for one in SOME[table] for word in (f"--{one.option.replace('_', '-')}", _typed(one, turn))]


def _done(run: Run, *argv: str | Path) -> str:
    done = run(*argv)
    assert done.code == 0, done.err
    return done.out


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _kept(run: Run, table: str, *database: str | Path) -> dict[str, str]:
    """The one record of a table as an export has it."""
    [row] = _rows(_done(run, *database, "export", PLURAL[table]))
    return {one.key: row[one.key] for one in SOME[table]}


EVERY_COLUMN = ("list", "--columns", "all", "-f", "csv")
LISTED = [f"{one.option}_mu" if one.type is Type.LAND else one.option for one in PLAIN["project"]]


@pytest.mark.parametrize("table", EDITED)
@pytest.mark.usefixtures("today")
def test_a_field_is_set_changed_logged_cleared_and_undone(table: str, run: Run) -> None:
    some = SOME[table]
    first, second = ({one.key: _typed(one, turn) for one in some} for turn in (0, 1))
    _done(run, "init")
    _done(run, table, "add", "p", *_options(table, 0))
    assert _kept(run, table) == first
    _done(run, table, "edit", "p", *_options(table, 1))
    assert _kept(run, table) == second
    log = {row["what"]: (row["was"], row["now"]) for row in _rows(_done(run, "log", "-f", "csv")) if row["was"]}
    changes = [(row["table"], row["field"]) for row in _rows(_done(run, "export", "changes")) if row["was"]]
    for one in some:
        was, now = log[f"{table}: {one.name}"]
        assert was != now
        assert (table, one.columns[0]) in changes
    texts = [one for one in some if one.key != "name"]
    _done(run, table, "edit", "p", *(word for one in texts for word in (f"--{one.option.replace('_', '-')}", "")))
    assert {_kept(run, table)[one.key] for one in texts} == {""}
    _done(run, "undo")
    assert _kept(run, table) == second


@pytest.mark.usefixtures("today")
def test_a_field_is_shown_and_listed_and_groups_projects(run: Run) -> None:
    _done(run, "init")
    _done(run, "project", "add", "p", *_options("project", 0))
    shown = _rows(_done(run, "show", "p", "-f", "csv"))
    assert {one.heading for one in SOME["project"]} <= {row["item"] for row in shown}
    [row] = _rows(_done(run, *EVERY_COLUMN))
    assert all(row[key] for key in LISTED)
    for one in GROUPED:
        assert row[one.option] in _done(run, "summary", "--by", one.option, "-f", "csv")
        _done(run, "project", "edit", "--where", f"{one.option}={row[one.option]}", "--yes", "--jobs", row["jobs"])


@pytest.mark.parametrize("table", ["milestone", "request"])
@pytest.mark.usefixtures("today")
def test_a_field_is_set_listed_and_changed_by_a_file_which_the_log_says(table: str, run: Run, tmp_path: Path) -> None:
    some, (first, second) = SOME[table], ([_typed(one, turn) for one in SOME[table]] for turn in (0, 1))
    _done(run, "init")
    _done(run, *ADDED["project"])
    _done(run, *ADDED[table], *_options(table, 0))
    assert list(_kept(run, table).values()) == first
    [listed] = _rows(_done(run, table, "list", "--columns", "all", "-f", "csv"))
    for one in PLAIN[table]:
        assert listed[one.option] == (_kept(run, table)[one.key] if one in some else "")
    changed = tmp_path / f"{table}.csv"
    _done(run, "export", PLURAL[table], "-o", changed)
    rows = _rows(changed.read_text(encoding="utf-8-sig"))
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        # What tells one request from another stays.
        writer.writerow(rows[0] | {o.key: text for o, text in zip(some, second, strict=True) if o.key != "raised"})
    _done(run, "import", changed, "--apply", "--yes", "--conflict", "take")
    log = {row["what"]: row["now"] for row in _rows(_done(run, "log", "-f", "csv")) if row["was"]}
    for one, text in zip(some, second, strict=True):
        if one.key != "raised":
            assert [now for what, now in log.items() if what.endswith(f": {one.name}")] == [text]
    _done(run, "undo")
    assert list(_kept(run, table).values()) == first


@pytest.mark.parametrize(
    ("what", "name"), [("projects", "p.csv"), ("companies", "c.xlsx"), ("all", "all.xlsx"), ("all", "all")]
)
@pytest.mark.usefixtures("today")
def test_a_field_comes_back_from_a_file(what: str, name: str, run: Run, tmp_path: Path) -> None:
    tables = [table for table in FIELDS if what in (PLURAL[table], "all")]
    other = ("--db", tmp_path / "other.db")
    _done(run, "init")
    for table in tables:
        _done(run, *ADDED[table], *_options(table, 0))
    _done(run, "export", what, "-o", tmp_path / name)
    _done(run, *other, "init")
    _done(run, *other, "import", tmp_path / name, "--apply", "--yes")
    for table in tables:
        assert _kept(run, table, *other) == _kept(run, table)


@pytest.mark.parametrize("table", list(FIELDS))
def test_a_field_is_a_heading_of_somebodys_file(table: str) -> None:
    """By other names than its own where there are any, else by its labels."""
    targets = {known(table, spelling) for spelling in spellings(table)}
    assert {one.key for one in FIELDS[table]} <= {target.field for target in targets if target and target.kind == table}


def test_a_field_is_known_as_it_was_known_then(run: Run) -> None:
    first, second = (_options("project", turn) for turn in (0, 1))
    for words, today in ((("init",), "2023-03-01"), (("project", "add", "p", *first), "2023-03-02")):
        assert run(*words, today=today).code == 0
    [before] = _rows(run(*EVERY_COLUMN, today="2023-03-02").out)
    assert run("project", "edit", "p", *second, today="2023-03-05").code == 0
    [now] = _rows(run(*EVERY_COLUMN, today="2023-03-05").out)
    [then] = _rows(run(*EVERY_COLUMN, "--known-on", "2023-03-02", today="2023-03-05").out)
    assert all(then[key] == before[key] != now[key] for key in LISTED)


# The whole of what a plain column takes: the file, a line of it, and the line that is put behind that one.
COLUMN = (
    ("tracker/models/project.py", "    grid: str | None = None\n", "    permit: str | None = None\n"),
    (
        "tracker/models/fields.py",
        '    grid: str | None = field(metadata=_field(N_("grid")))\n',
        '    permit: str | None = field(metadata=_field(N_("permit number")))\n',
    ),
    (
        "db/migrations/versions/0001_ledger.py",
        '        sa.Column("grid", sa.String(), nullable=True),\n',
        '        sa.Column("permit", sa.String(), nullable=True),\n',
    ),
    ("tracker/locale/zh.po", 'msgstr "网格"\n', '\nmsgid "permit number"\nmsgstr "许可证号"\n'),
    # The same of a milestone and of a request; the label is there already.
    ("tracker/models/milestone.py", "    weight: int = 1\n", "    permit: str | None = None\n"),
    (
        "tracker/models/fields.py",
        '        metadata=_field(N_("weight"), Type.COUNT, most=1_000_000, '
        'help=N_("How much it counts [default: 1]."))\n    )\n',
        '    permit: str | None = field(metadata=_field(N_("permit number")))\n',
    ),
    (
        "db/migrations/versions/0001_ledger.py",
        '        sa.Column("weight", sa.Integer(), nullable=False),\n',
        '        sa.Column("permit", sa.String(), nullable=True),\n',
    ),
    ("tracker/models/request.py", "    outcome: str | None = None\n", "    permit: str | None = None\n"),
    (
        "tracker/models/fields.py",
        '    outcome: str | None = field(metadata=_field(N_("outcome")))\n',
        '    permit: str | None = field(metadata=_field(N_("permit number")))\n',
    ),
    (
        "db/migrations/versions/0001_ledger.py",
        '        sa.Column("outcome", sa.String(), nullable=True),\n',
        '        sa.Column("permit", sa.String(), nullable=True),\n',
    ),
)


# And of what a stage takes.
STAGE = (
    (
        "tracker/vocabulary.py",
        "    filed | 备案 | filed | 已备案, 项目备案, 立项, 已立项, 核准, filing, approved\n",
        "    permitted | 施工许可 | construction permit | 取得施工许可\n",
    ),
)


def _program_with(lines: tuple[tuple[str, str, str], ...], copy: Path) -> Path:
    """A copy of the program with a line put behind another one in some files; what is the same stays compiled."""
    for name in ("tracker", "db", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("sessions"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, before, line in lines:
        text = (copy / name).read_text(encoding="utf-8")
        assert before in text
        (copy / name).write_text(text.replace(before, before + line, 1), encoding="utf-8")
    return copy


def _done_in(copy: Path, *words: str | Path, input: str = "") -> str:
    done = subprocess.run((sys.executable, *words), cwd=copy, capture_output=True, text=True, check=False, input=input)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_plain_column_is_a_line_in_four_files(tmp_path: Path) -> None:
    """In a copy of the program with one more, it goes where a field goes; a heading of other words is a fifth line."""
    copy = _program_with(COLUMN, tmp_path / "copy")
    options = ("-q", "-n", "0", "-p", "no:cacheprovider", "-k", "a_field or listed")
    _done_in(copy, "-m", "pytest", *options, Path(__file__).relative_to(ROOT))
    listed = "from tracker.models.fields import FIELDS; print([one.label for one in FIELDS['project']])"
    assert "permit number" in _done_in(copy, "-c", listed)


# What the program with one more stage is asked, and what it says; the ledger is that of the program without it.
WITH_THE_STAGE = {
    "project stage p 施工许可 --on 2023-02": "computed by another tracker",
    "database upgrade": "has schema 0001",
    "project add q --milestones standard": "project q added",
    "project stage p 施工许可 --on 2023-02 ": "p: construction permit, 2023-02",
    "list -f csv": "permitted",
    "summary --by stage -f csv": "permitted",
    "show q -f csv": "construction permit",
    "export oc4ids --prefix oc4ids-abcdef": '"status": "preparation"',
    "database check": "whole",
}
PLAYED = (
    "import pathlib, sys; from tests.transcript import Examples, replay; home = pathlib.Path(sys.argv[1]);"
    "sys.stdout.write(replay(sys.stdin.read(), markdown=False, home=home, examples=Examples(home)))"
)


def test_a_stage_is_a_line_of_the_vocabulary(run: Run, today: date, tmp_path: Path) -> None:
    """A ledger is written by the program with one more stage once its derived rows are computed anew."""
    ledger = ("--db", str(tmp_path / "tracker.db"))
    _done(run, *ledger, "init")
    _done(run, *ledger, "project", "add", "p", "--stage", "signed", "--on", "2023-01", "--milestones", "standard")
    lines = [f"$ tracker {' '.join(ledger)} {words}" for words in WITH_THE_STAGE]
    text = "\n".join((f"# session: today={today}", *lines))
    played = _done_in(_program_with(STAGE, tmp_path / "copy"), "-c", PLAYED, tmp_path, input=text)
    for words, printed in zip(WITH_THE_STAGE, re.split(r"^\$ .*\n", played, flags=re.MULTILINE)[1:], strict=True):
        assert WITH_THE_STAGE[words] in printed, words
        assert ("[exit" in printed) == ("run: tracker" in printed), printed
