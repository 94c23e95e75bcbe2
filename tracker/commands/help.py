"""`tracker help TERM`: what the words of tables and reports mean, or how a command is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.core import TyperGroup

from tracker.app import App
from tracker.errors import UsageError
from tracker.i18n import N_, _, language
from tracker.text import did_you_mean, fold, shorten

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with its names, other spellings of it, what it means, and the command that shows it ("" for none)."""

    en: str
    zh: str
    text: str
    command: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The term in the chosen language, the other one beside it."""
        return f"{self.zh} · {self.en}" if language() == "zh" else f"{self.en} · {self.zh}"

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that may be typed for the term."""
        return (self.en, self.zh, *self.synonyms)


DEFINITIONS = (
    # --- the year ---
    Definition(
        "completion",
        "完成率",
        N_(
            "Completed investment of the year to date ÷ plan of the year. Without a plan or without a figure there is"
            " none. Of several projects together: over those with a plan, in one currency."
        ),
        "progress",
        ("done", "投资完成率", "完成进度"),
    ),
    Definition(
        "plan",
        "年度计划投资",
        N_("The investment planned for a calendar year. A plan counts from the day it was agreed."),
        "progress",
        ("annual plan", "计划投资", "年度计划", "计划"),
    ),
    Definition(
        "completed investment",
        "完成投资",
        N_("The value of the work done, in money; not the cash that was paid."),
        "progress",
        ("completed", "投资完成额"),
    ),
    Definition(
        "time progress",
        "时间进度",
        N_("The share of the year that is over: months ÷ 12 at the end of a month, else days ÷ days of the year."),
        "progress",
        ("elapsed",),
    ),
    Definition(
        "gap",
        "差距",
        N_("100 × completion − 100 × time progress, in percentage points: below 0 the project is behind time."),
        "progress",
        ("gap (pp)", "差距（百分点）", "超欠时进度", "points", "pp", "百分点"),
    ),
    Definition(
        "light",
        "灯号",
        N_(
            "Red, yellow or green by a named rule set: “points” compares the gap with a tolerance, “share” the part of"
            " the plan to date that is missing, “slip” the days late on the next milestone. Grey: cannot be judged."
        ),
        "progress",
        ("traffic light", "red", "yellow", "green", "grey", "红黄绿灯", "红灯", "黄灯", "绿灯", "灰灯", "亮灯"),
    ),
    Definition(
        "judged",
        "人工判断",
        N_("The light that a reviewer gave in a progress report; it is shown beside the computed one."),
        "report monthly",
        ("overridden", "人工改判"),
    ),
    Definition(
        "cumulative completion",
        "占总投资",
        N_("Completed investment since the beginning ÷ the total investment of the current baseline."),
        "progress",
        ("% of total", "of total", "累计完成率"),
    ),
    Definition(
        "year on year",
        "同比",
        N_(
            "This year to date ÷ the year before to the same day − 1; both years end on the day that the figures of"
            " this year reach."
        ),
        "report monthly",
        ("on year", "growth", "增长率"),
    ),
    Definition(
        "on the period before",
        "环比",
        N_("A period ÷ the period before it − 1."),
        "report monthly",
        ("period on period",),
    ),
    # --- figures ---
    Definition(
        "year to date",
        "本年累计",
        N_("A figure from 1 January to its day; kept as it was reported and never divided into months."),
        "capital record",
        ("ytd",),
    ),
    Definition(
        "cumulative",
        "累计",
        N_("A figure from the beginning of the project to its day."),
        "capital record",
        ("开工以来累计", "累计完成投资"),
    ),
    Definition(
        "partial",
        "部分",
        N_("Months nobody reported lie between the known ones: the figure is at least (≥) what is printed."),
        "progress",
        ("at least", "≥", "至少数"),
    ),
    Definition(
        "not reported",
        "未报",
        N_("A project that is expected to report a month, or has a plan, and has no figure. It is not zero."),
        "report missing",
        ("missing",),
    ),
    Definition(
        "figures to",
        "数据截至",
        N_("The last day that the figures of a project reach."),
        "report missing",
        ("figures_to",),
    ),
    Definition(
        "unknown",
        "未知",
        N_("An entry without an amount: it is known that there is a figure, not which. It is added nowhere."),
    ),
    Definition(
        "withheld",
        "不公开",
        N_("An entry whose amount is not disclosed. It is added nowhere and never counts as zero."),
        "",
        ("未公开",),
    ),
    Definition(
        "estimated",
        "估计",
        N_("A figure its source calls an estimate; sums and ratios made of it are marked (est.)."),
        "",
        ("est.", "估"),
    ),
    Definition(
        "coverage",
        "覆盖",
        N_("(a/b) behind a sum: the figure is known for a of b projects."),
        "summary",
        ("(a/b)", "覆盖率"),
    ),
    Definition(
        "restatement",
        "调整",
        N_("A later figure changes what an earlier period comes to. It is named when it is recorded, and by check."),
        "check",
        ("restated", "追溯调整", "重述"),
    ),
    Definition(
        "parts counted with their parent",
        "随上级项目计入的部分",
        N_(
            "A parent project's own figure replaces those of its parts, which are listed and not "
            "added a second time. Rows and this line together are the total."
        ),
        "progress",
        ("elsewhere",),
    ),
    # --- money ---
    Definition("total investment", "总投资", N_("The investment agreed for the whole project."), "list", ("total",)),
    Definition(
        "registered investment",
        "入统投资",
        N_("The completed investment that the statistics bureau has accepted."),
        "",
        ("registered", "入库"),
    ),
    Definition(
        "contracted foreign capital",
        "合同外资",
        N_("Foreign capital agreed in contracts. It is never added to what has arrived."),
        "summary",
    ),
    Definition(
        "utilised foreign capital",
        "实到外资",
        N_("Foreign capital that has arrived."),
        "summary",
    ),
    Definition(
        "utilised domestic capital",
        "实到内资",
        N_("Capital from other regions of the country that has arrived."),
        "summary",
    ),
    Definition(
        "foreign capital realised",
        "外资到位率",
        N_("Utilised ÷ contracted foreign capital, of the year and since the beginning; above 100% is to be checked."),
        "summary",
        ("realisation",),
    ),
    Definition(
        "funds in place",
        "资金到位率",
        N_("Funds in place ÷ total investment, over the projects with both figures in one currency."),
        "report monthly",
        ("到位资金",),
    ),
    Definition(
        "paid", "实际支付", N_("Money that was paid out; the actual cost of the earned value."), "report earned-value"
    ),
    Definition(
        "investment per mu",
        "亩均投资",
        N_("Total investment ÷ land, where both are known; 1 mu = 10,000/15 m²."),
        "summary",
        ("per mu", "投资强度"),
    ),
    # --- rates ---
    Definition(
        "start rate",
        "开工率",
        N_(
            "Started of signed: projects signed in the period whose site work has begun. Started of planned: projects"
            " whose baseline for the start lies between the beginning of the year and the day, and that have begun."
            " Ended projects stay in the denominator."
        ),
        "report monthly",
        ("started of signed", "started of planned", "签约项目开工率"),
    ),
    Definition(
        "completion rate of projects",
        "竣工率",
        N_("Projects completed ÷ projects whose baseline for completion lies in the period to the day."),
        "report monthly",
        ("completed of planned",),
    ),
    Definition(
        "commissioning rate",
        "投产率",
        N_("Projects in production ÷ projects whose baseline for production lies in the period to the day."),
        "report monthly",
        ("in production of planned",),
    ),
    Definition(
        "same-year start",
        "当年签约当年开工",
        N_("Projects signed and started in the same year ÷ projects signed in the year."),
        "summary",
        ("same_year", "当年开工"),
    ),
    Definition(
        "kept",
        "履约率",
        N_("Of the projects signed in the year, those that have started or are still active."),
        "summary",
    ),
    # --- milestones ---
    Definition(
        "baseline",
        "基线",
        N_("The day or total first approved; a new baseline adds a version and never removes a delay."),
        "report slippage",
        ("re-baseline",),
    ),
    Definition(
        "forecast",
        "预测",
        N_("The day a milestone is expected on, with the day the forecast was made; every forecast is kept."),
        "report slippage",
        ("expected",),
    ),
    Definition(
        "slip",
        "延期",
        N_("Actual, else latest forecast, − baseline, in days; 0 where two ranges of days overlap."),
        "report slippage",
    ),
    Definition(
        "days late",
        "逾期天数",
        N_("Days since the expected day passed without the milestone being reached; below 0 it is still to come."),
        "overview",
        ("overdue", "逾期", "late"),
    ),
    Definition(
        "P50 and P80",
        "P50 与 P80",
        N_("The days by which half, and four in five, of comparable cases were finished (Kaplan–Meier)."),
        "report forecast",
        ("p50", "p80"),
    ),
    # --- time and the ledger ---
    Definition(
        "as of",
        "截至",
        N_("The day the facts are about: what happened up to that day counts."),
        "list",
        ("as_of", "--as-of"),
    ),
    Definition(
        "known on",
        "已知于",
        N_("Only what had been recorded by the end of that day counts: a report prints again as it was."),
        "list",
        ("known_on", "--known-on"),
    ),
    Definition(
        "change",
        "变更",
        N_("Everything one command recorded, with who, when and why; undo takes it back as a whole."),
        "log",
    ),
    Definition(
        "entry", "条目", N_("One capital figure as it was reported, with its period and source."), "capital list"
    ),
    Definition(
        "seal",
        "印鉴",
        N_("A hash over all changes up to one: kept elsewhere, it shows whether the ledger was altered."),
        "database seal",
        ("hash", "哈希", "封印"),
    ),
    Definition(
        "stage",
        "阶段",
        N_(
            "How far a project has come: lead, negotiating, signed, filed, site secured, under construction, topped"
            " out, completed, in production, at capacity."
        ),
        "project stage",
    ),
    Definition(
        "condition",
        "状态",
        N_("Active, suspended, terminated, lost or closed; the last three are ended and left out of totals."),
        "project condition",
        ("active", "suspended", "terminated", "lost", "closed"),
    ),
    # --- earned value ---
    Definition(
        "earned value",
        "挣值",
        N_(
            "PV: annual plans, linear inside a year. EV: completed. AC: paid. SV = EV − PV, CV = EV − AC,"
            " SPI = EV ÷ PV, CPI = EV ÷ AC, EAC = BAC ÷ CPI with BAC the total investment."
        ),
        "report earned-value",
        ("pv", "ev", "ac", "sv", "cv", "spi", "cpi", "eac", "bac", "etc", "vac", "tcpi"),
    ),
    # --- papers ---
    Definition(
        "ledger of projects",
        "台账",
        N_("The table of projects an office keeps all year, a row a project."),
        "export ledger",
        ("ledger",),
    ),
    Definition(
        "monthly report",
        "月报",
        N_("The figures of a month, project by project or group by group, worst first."),
        "report monthly",
    ),
    Definition(
        "bulletin",
        "通报",
        N_("The results of a month in sentences, with rankings and a red list."),
        "report bulletin",
    ),
    Definition(
        "ranking",
        "晾晒",
        N_("Owners, grids, sites or chains by one figure; equal values share a rank."),
        "report ranking",
        ("rank", "排名"),
    ),
    Definition(
        "target",
        "目标",
        N_("The value set for an indicator: a floor (at least), a stretch, or a limit (at most)."),
        "report targets",
        ("floor", "stretch", "attained", "保底", "冲刺", "目标完成率"),
    ),
)


@app.command("help")
def show_help(
    ctx: typer.Context,
    term: Annotated[
        list[str] | None,
        typer.Argument(metavar="TERM", help=N_("A term of a table, in either language, or a command.")),
    ] = None,
) -> None:
    """Explain a term of the tables, or how a command is used; without one list the terms.

    tracker help gap
    tracker help 完成率
    tracker help capital record
    """
    run: App = ctx.obj
    if not term:
        for one in sorted(DEFINITIONS, key=lambda one: fold(one.name)):
            run.print(f"{one.name}\n")
        return
    text = " ".join(term)
    for one in DEFINITIONS:
        if fold(text) in map(fold, one.spellings):
            see = _("See: {command}").format(command=f"tracker {one.command}") if one.command else ""
            run.print("\n".join(filter(None, (one.name, *run.fitted(_(one.text)), see))) + "\n")
            return
    here = ctx.find_root()
    command = here.command
    for word in term:
        found = command.get_command(here, word) if isinstance(command, TyperGroup) else None
        if found is None:
            commands = command.list_commands(here) if isinstance(command, TyperGroup) else ()
            known = (*(spelling for one in DEFINITIONS for spelling in one.spellings), *commands)
            raise UsageError(
                _("no definition of “{term}”{hint} All terms: tracker help").format(
                    term=shorten(text), hint=did_you_mean(text, known) or _(".")
                )
            )
        here = typer.Context(found, info_name=word, parent=here)
        command = found
    run.print(command.get_help(here) + "\n")
