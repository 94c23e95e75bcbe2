"""`--as-of` and `--known-on` together print again what was printed then, whatever was recorded since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conftest import Run

# Weeks of a project office's life: recording, correcting, forecasting again, undoing, removing.
WEEKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("2023-01-09", ("project add alpha --name 甲 --chain 汽车 --owner 张三 --total 25亿元 --stage signed --on 2022",)),
    ("2023-01-09", ("capital plan alpha 3亿元 --year 2023", "milestone plan alpha completed 2023-06")),
    ("2023-01-16", ("project add beta --name 乙项目 --chain 机床 --total >8亿元 --stage signed --on 2023-01-10",)),
    ("2023-01-31", ("project stage alpha under_construction --on 2023-01-20",)),
    ("2023-02-06", ("capital record alpha completed 1200万元 --on 2023-01",)),
    ("2023-02-13", ("capital correct 4 --amount 2400万元 --why 单位", "project edit alpha --chain 新能源汽车")),
    ("2023-02-20", ("milestone forecast alpha completed 2023-08", "capital plan beta 2亿元 --year 2023")),
    ("2023-02-28", ("undo", "project link beta supports alpha")),
    ("2023-03-06", ("capital record alpha completed 5000万元 --on 2023-02 --ytd -y",)),
    ("2023-03-13", ("project condition beta suspended --why 资金", "project review alpha --physical 20% --text ok")),
    ("2023-03-20", ("project remove beta -y",)),
    ("2023-03-27", ("undo", "project stage alpha signed --on 2023-03-25 --why 重签")),
    ("2023-03-27", ("capital record beta paid 1亿元 --on 2023-03",)),
    ("2023-04-03", ("milestone remove alpha completed -y", "company add 丙公司 --alias bing", "undo 2")),
)  # fmt: skip

REPORTS = (
    "list",
    "progress",
    "summary --by chain",
    "summary --by stage",
    "show alpha",
    "capital list",
    "milestone list",
)


def _words(text: str) -> list[str]:
    return text.split(" ")


def _printed(run: Run, url: str, today: str, extra: Iterable[str] = ()) -> dict[str, Any]:
    """What each report says, without the mark of the day it was known on."""
    found = {}
    for report in REPORTS:
        result = run("--db", url, *_words(report), *extra, "-f", "json", today=today)
        assert result.code in (0, 2), result.err
        page = json.loads(result.out) if result.code == 0 else {}
        page.pop("known_on", None)
        found[report] = page or result.err
    return found


def test_every_earlier_printout_comes_back(run: Run, ledger_url: str) -> None:
    printed: list[tuple[str, dict[str, Any]]] = []
    for day, commands in WEEKS:
        for command in commands:
            run("--db", ledger_url, *_words(command), today=day)
        if not printed or printed[-1][0] != day:
            printed.append((day, {}))
        printed[-1] = (day, _printed(run, ledger_url, day))
    assert len({json.dumps(pages, sort_keys=True) for _day, pages in printed}) == len(printed), "each week differs"
    for day, pages in printed:
        assert _printed(run, ledger_url, "2023-12-31", ("--as-of", day, "--known-on", day)) == pages


def test_a_dry_run_leaves_the_file_as_it_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    run("--db", path, "init", today="2023-01-01")
    for day, command in [(day, command) for day, commands in WEEKS for command in commands][:12]:
        before = path.read_bytes()
        result = run("--db", path, *_words(command), "-n", today=day)
        assert path.read_bytes() == before, command
        assert "nothing was recorded" in result.err, command
        run("--db", path, *_words(command), today=day)
