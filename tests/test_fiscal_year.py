"""`fiscal_year_start` names spans wherever a period is typed, and periods are printed as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.test_reported_figures import Office

TODAY = "2026-10-03"


class April(Office):
    """An office whose fiscal years begin in April."""

    def __call__(self, *words: str, today: str = TODAY) -> Result:
        """One command."""
        env = {"TRACKER_FISCAL_YEAR_START": "4"}
        return self._run("--db", self._path, *words, today=today, env=env)


@pytest.fixture
def april(run: Run, tmp_path: Path) -> April:
    office = April(run, tmp_path / "april.db")
    office.do("project", "add", "bio", "--stage", "under_construction", "--on", "FY2025", today=TODAY)
    return office


def entries(office: Office, *words: str) -> list[str]:
    report = json.loads(office.do("capital", "list", *words, "-f", "json", today=TODAY).out)
    return [row["period"] for row in report["rows"]]


@pytest.mark.parametrize(
    ("typed", "days", "printed", "chinese"),
    [
        ("FY2026", "2025-04..2026-03", "FY2026", "2026财年"),
        ("FY2025/26", "2025-04..2026-03", "FY2025/26", "2025/26财年"),
        ("2026财年", "2025-04..2026-03", "FY2026", "2026财年"),
        ("2026Q1", "2026Q1", "2026Q1", "2026年第一季度"),
        ("2026H1", "2026H1", "2026H1", "2026年上半年"),
        ("2026年1-9月", "2026-01..2026-09", "2026-01..2026-09", "2026年1—9月"),
        ("2026-01..2026-08", "2026-01..2026-08", "2026-01..2026-08", "2026年1—8月"),
    ],
)
def test_a_period_is_typed_in_its_words_and_printed_so(
    april: April, typed: str, days: str, printed: str, chinese: str
) -> None:
    done = april.do("capital", "record", "bio", "completed", "1亿元", "--on", typed, today=TODAY)
    assert days in done.err
    assert printed in april.do("capital", "list", today=TODAY).out
    assert chinese in april.do("--lang", "zh", "capital", "list", today=TODAY).out
    assert printed in april.do("show", "bio", today=TODAY).out
    assert printed in april.do("log", "--limit", "1", today=TODAY).out
    assert printed in april.do("changes", "--since", TODAY, today=TODAY).out
    # The form for files says the days, and is read back whatever the setting is.
    [period] = entries(april)
    assert days in period


def test_figures_and_plans_stay_those_of_calendar_years(april: April) -> None:
    april.do("capital", "plan", "bio", "2亿元", "--year", "2026", today=TODAY)
    april.do("capital", "plan", "bio", "9亿元", "--year", "FY2027", today=TODAY)
    april.do("capital", "record", "bio", "completed", "1亿元", "--on", "2026-09", "--ytd", today=TODAY)
    row = april.rows("progress", "--as-of", "2026-09-30", today=TODAY)["bio"]
    assert row["plan"]["amounts"][0]["amount"] == "200000000.00"
    assert float(row["completion"]) == 0.5
    assert entries(april, "bio")[:2] == ["2026", "FY2027 (2026-04..2027-03)"]


def test_a_year_of_a_plan_is_a_year(april: April) -> None:
    for word in ("2026-08", "2026Q1", "2026H1"):
        refused = april("capital", "plan", "bio", "1亿元", "--year", word)
        assert (refused.code, "is not a year: write it like 2026 or FY2026" in refused.err) == (2, True)


def test_everywhere_a_period_is_typed(april: April, tmp_path: Path) -> None:
    april.do("indicator", "record", "zone:Z", "output", "3亿元", "--on", "FY2026", today=TODAY)
    assert "FY2026" in april.do("indicator", "list", today=TODAY).out
    april.do("milestone", "plan", "bio", "completed", "FY2028", today=TODAY)
    assert "FY2028" in april.do("milestone", "list", today=TODAY).out
    april.do("project", "field", "期限", "--type", "date", today=TODAY)
    april.do("project", "edit", "bio", "--field", "期限=FY2026", today=TODAY)
    assert "FY2026 (2025-04..2026-03)" in april.do("export", "projects", today=TODAY).out
    # From April 2026 on, as FY2027 begins then.
    assert "bio" in april.do("changes", "--since", "FY2027", today=TODAY).out
    assert april("log", "--since", "FY2028", today=TODAY).out == ""
    sheet = tmp_path / "plan.csv"
    sheet.write_text("Project code,Project name,Annual plan FY2027 (CNY)\nbio,bio,100\n", encoding="utf-8")
    assert "2026-04..2027-03" in april("import", str(sheet), today=TODAY).err


@pytest.mark.parametrize("month", ["0", "13", "april", "-1", "4.0"])
def test_the_setting_is_a_month(run: Run, month: str) -> None:
    refused = run("config", "set", "fiscal_year_start", month)
    assert (refused.code, "is not a month, 1 to 12" in refused.err) == (2, True)


def test_the_setting_is_kept(run: Run) -> None:
    assert run("config", "set", "fiscal_year_start", "4").code == 0
    assert "fiscal_year_start,4," in run("config", "show", "-f", "csv").out
