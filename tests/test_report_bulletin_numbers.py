"""Every number of a bulletin is one of the tables': told again from their CSV, the sentences are the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import STAGES
from tests.synthetic import steps as act
from tests.test_report_monthly import counted_on
from tracker.dates import Period, parse_period
from tracker.money import AUTO, format_money, from_plain

Row = dict[str, str]
MONTHS = (date(2023, 6, 30), date(2022, 9, 30), date(2022, 1, 31), date(2022, 12, 31))
ENDED = ("terminated", "lost", "closed")
ACTS = {"under_construction": "开工", "completed": "竣工", "in_production": "投产"}
WORDS = {"exact": "", "about": "约", "nearly": "近", "over": "超", "at_most": "不超过"}
MOST = 10


def money(amount: str, currency: str, qualifier: str = "exact") -> str:
    """An amount as a sentence says it."""
    *estimated, word = qualifier.split()
    text = format_money(from_plain(amount, currency), unit=AUTO, lang="zh", decimals=2)
    if word == "estimated":
        estimated, word = [word], "exact"
    return WORDS[word] + text + ("（估）" if estimated else "")


def tenths(number: Decimal) -> str:
    """A number of a file to one decimal.

    A file has rounded once already: where that left a 5 at the end, both neighbours are meant, as «1.2|1.3».
    """
    if number * 10 % 1 == Decimal("0.5"):
        return f"«{number - Decimal('0.05'):.1f}|{number + Decimal('0.05'):.1f}»"
    return f"{number:.1f}"


def percent(share: str) -> str:
    """A share of a file as a sentence says it."""
    return f"{tenths(Decimal(share) * 100)}%"


def against(gap: str) -> str:
    """A gap of a file as a sentence says it."""
    size = tenths(abs(Decimal(gap)))
    if size == "0.0":
        return "与时间进度持平"
    return f"{'超' if Decimal(gap) > 0 else '欠'}时间进度{size}个百分点"


def pattern(sentence: str) -> str:
    """What finds a sentence."""
    parts = re.split("«(.+?)»", sentence)
    return "".join(
        f"(?:{'|'.join(map(re.escape, part.split('|')))})" if place % 2 else re.escape(part)
        for place, part in enumerate(parts)
    )


def etc(things: list[Any]) -> str:
    """How a list that is too long ends."""
    return f"等{len(things)}个" if len(things) > MOST else ""


def shown(on: date | str) -> str:
    """A day of a file as a sentence says it."""
    period = Period.day(on) if isinstance(on, date) else parse_period(on, today=made_up.END)
    return period.display("zh")


class Tables:
    """The tables of one month, as files."""

    def __init__(self, run: Run, db: Path, as_of: date) -> None:
        """Ask for nothing yet."""
        self.run, self.db, self.as_of = run, db, as_of
        self.month = Period.month(as_of.year, as_of.month)

    def csv(self, *words: str) -> list[Row]:
        """The rows of a listing on the last day of the month."""
        return list(csv.DictReader(io.StringIO(self.told(*words, "--as-of", str(self.as_of), "-f", "csv"))))

    def told(self, *words: str) -> str:
        """What a command prints in Chinese."""
        result = self.run("--db", self.db, "--lang", "zh", *words, today="2023-07-15")
        assert result.code == 0, result.err
        return result.out

    @cached_property
    def rows(self) -> list[Row]:
        """The projects of the monthly report, worst first."""
        return self.csv("report", "monthly")

    @cached_property
    def page(self) -> dict[str, Any]:
        """The monthly report in English, for its total row and its coverage."""
        words = ("report", "monthly", "--as-of", str(self.as_of), "-f", "json")
        page: dict[str, Any] = json.loads(self.run("--db", self.db, *words, today="2023-07-15").out)
        return page

    @cached_property
    def rates(self) -> dict[str, Any]:
        """The total row of the groups, which holds the rates."""
        words = ("report", "monthly", "--by", "owner", "--as-of", str(self.as_of), "-f", "json")
        totals: dict[str, Any] = json.loads(self.run("--db", self.db, *words, today="2023-07-15").out)["totals"]
        return totals

    @cached_property
    def conditions(self) -> dict[str, str]:
        """The condition of every project."""
        return {row["code"]: row["condition"] for row in self.csv("list")}

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of every project."""
        return {row["code"]: row["name"] for row in self.csv("list")}

    def said(self, sentence: str) -> int:
        """The number a sentence of the coverage begins with, 0 where it is not there."""
        found = re.search(f"([0-9]+) {sentence}", "\n".join(self.page["coverage"]))
        return int(found[1]) if found else 0

    def sum(self, key: str, codes: Iterable[str], currency: str = "CNY") -> Decimal:
        """The sum of a column over projects in one currency; a parent with a figure stands for its parts."""
        chosen = {row["code"]: row for row in self.rows if row["code"] in set(codes)}
        parents = {row["code"]: row["parent"] for row in made_up.recount().table("project")}
        return sum(
            (
                Decimal(row[key])
                for code, row in chosen.items()
                if row[f"{key}_currency"] == currency
                if not (parents[code] in chosen and chosen[parents[code]][key])
            ),
            Decimal(0),
        )


def sentences(tables: Tables) -> Iterator[str]:
    """Every sentence with a number in it, told from the tables."""
    for told in (
        _whole,
        _together,
        _rates,
        _ranking,
        _events,
        _missed,
        _moved,
        _requests,
        _problems,
        _needed,
        _targets,
    ):
        yield from told(tables)


def _whole(tables: Tables) -> Iterator[str]:
    year, month, totals = tables.as_of.year, tables.as_of.month, tables.page["totals"]
    yield f"# {year}年{month}月投资项目推进情况通报"
    yield f"现将{year}年{month}月投资项目推进情况通报如下。"
    elapsed = tenths(Decimal(100 * month) / 12)
    yield f"截至{shown(tables.as_of)}，列入通报的项目共{len(tables.rows)}个，时间进度{elapsed}%。"
    so_far = "1月" if month == 1 else f"1—{month}月"
    for words, key, growth in (
        (f"{year}年计划投资", "plan", ""),
        (f"{month}月完成投资", "month", ""),
        (f"{so_far}累计完成投资", "year_to_date", _on_year(tables)),
    ):
        if amounts := totals[key]["amounts"]:
            yield f"{words}{_least(_amounts(amounts), totals[key]['state'])}{_covered(totals[key])}{growth}。"
    yield f"{month}月没有已知的完成投资。"
    lights = [row["light"] for row in tables.rows]
    yield f"按规则亮红灯的项目{lights.count('red')}个，亮黄灯的项目{lights.count('yellow')}个。"

    lacking = re.search("([0-9]+) completed figures? partly", "\n".join(tables.page["coverage"]))
    yield f"{lacking[1] if lacking else 0}个项目的完成投资部分或全部未知、不公开，未计入合计。"
    yield f"{tables.said('of them not reported')}个有年度计划的项目今年未报数。"
    month_typed = f"{tables.as_of:%Y-%m}"
    reported = json.loads(tables.told("report", "missing", "--by", "owner", "--month", month_typed, "-f", "json"))[
        "totals"
    ]
    expected, missing = int(reported["expected"]), int(reported["missing"])
    yield f"应报{year}年{month}月完成投资的项目{expected}个，其中{missing}个未报。"
    if reached := max((row["figures_to"] for row in tables.rows if row["figures_to"]), default=None):
        yield f"{year}年{month}月没有项目上报完成投资，以上数据最晚截至{shown(reached)}。"


def _on_year(tables: Tables) -> str:
    """The growth of the year to date, from the total row and the sentence that says its day."""
    totals, found = tables.page["totals"], None
    for sentence in tables.page["notes"]:
        found = re.match("completed to ([-0-9]+), on the year before", sentence) or found
    if totals["growth"] is None or found is None:
        return ""
    growth = Decimal(totals["growth"])
    words = "持平" if not growth else f"{'增长' if growth > 0 else '下降'}{tenths(abs(growth) * 100)}%"
    base = totals["year_before"]
    return f"，同比{words}（两年均算至{shown(found[1])}的同日，上年同期{_amounts(base['amounts'])}{_covered(base)}）"


def _amounts(amounts: list[dict[str, str]]) -> str:
    return "、".join(money(one["amount"], one["currency"], _word(one)) for one in amounts)


def _least(text: str, state: str | None) -> str:
    """A partial sum is at least that."""
    return re.sub("(^|、)超", r"\1至少", text) if state == "partial" else text


def _word(one: dict[str, str]) -> str:
    return f"estimated {one['qualifier']}" if one["availability"] == "estimated" else one["qualifier"]


def _covered(cell: dict[str, Any]) -> str:
    return f"（{cell['of']}个中{cell['known']}个有数）" if cell["known"] < cell["of"] else ""


def _families(tables: Tables) -> tuple[list[Row], Decimal, Decimal, int, int]:
    """The families planned in CNY with a known figure, done and plan, how many projects, how many lacking."""
    counted = counted_on(tables.as_of)
    shown_ = [row["code"] for row in tables.rows]
    found = counted.families(shown_, counted.year, counted.own_year, counted.own_plan, both=False)
    known = {code: pair for code, pair in found.items() if not counted.is_silent(code)}
    done = sum(done.get("CNY", 0) for done, _plan in known.values())
    plan = sum(plan["CNY"] for _done, plan in known.values())
    planned = [
        code
        for code in shown_
        if set(counted.plan.get(code, {})) == {"CNY"}
        and set(counted.pair(code, counted.year, counted.own_year, counted.own_plan)[0]) <= {"CNY"}
    ]
    rows = [row for row in tables.rows if row["code"] in known]
    return rows, Decimal(done) / 100, Decimal(plan) / 100, len(planned), len(found) - len(known)


def _together(tables: Tables) -> Iterator[str]:
    totals = tables.page["totals"]
    rows, done, plan, projects, lacking = _families(tables)
    words = (_merged(rows, "plan_qualifier"), _merged(rows, "year_to_date_qualifier"))
    state = "partial" if any(row["year_to_date_state"] == "partial" for row in rows) else None
    if rows:
        assert f"{done / plan:.6f}".rstrip("0").rstrip(".") == totals["completion"].rstrip("0").rstrip(".")
        yield (
            f"以人民币安排年度计划的项目{projects - lacking}个，计划投资{money(str(plan), 'CNY', words[0])}，已完成投资"
            f"{_least(money(str(done), 'CNY', words[1]), state)}，完成年度计划的{percent(totals['completion'])}，"
            f"{against(totals['gap'])}"
            + (f"（另有{lacking}个项目的完成投资有未知数，未计入）" if lacking else "")
            + "。"
        )


def _merged(rows: list[Row], key: str) -> str:
    words = [row[key] for row in rows if row[key] and row[key] not in ("unknown", "withheld")]
    others = {word.replace("estimated ", "") for word in words} - {"exact", "estimated"}
    word = "exact" if not others else others.pop() if len(others) == 1 else "about"
    return f"estimated {word}" if any(one.startswith("estimated") for one in words) else word


def _rates(tables: Tables) -> Iterator[str]:
    totals, year = tables.rates, tables.as_of.year
    for key, name, due, done in (
        ("started_of_signed", "开工率", f"{year}年签约", "开工"),
        ("started_of_planned", "按计划开工率", "按计划应开工", "开工"),
        ("completed_of_planned", "竣工率", "按计划应竣工", "竣工"),
        ("commissioned_of_planned", "投产率", "按计划应投产", "投产"),
    ):
        size = totals[f"{key}_cohort"]
        if size:
            change = _change(totals[f"{key}_change"])
            yield f"{due}{size}个，已{done}{totals[f'{key}_done']}个，{name}{percent(totals[key])}{change}"
        else:
            yield f"没有{due}的项目"
        of_year = key.replace("planned", "year")
        if of_year != key and totals[f"{of_year}_cohort"]:
            cohort = f"全年计划{done}{totals[f'{of_year}_cohort']}个"
            yield f"；{cohort}，已{done}{totals[f'{of_year}_done']}个，占{percent(totals[of_year])}"
    yield from _early(tables)
    if totals["funds_rate"]:
        funds = f"按两项都有数的{totals['funds_projects']}个项目计算"
        yield f"- 资金到位率：{percent(totals['funds_rate'])}（到位资金与总投资之比，{funds}）。"


def _change(points: str | None) -> str:
    if points is None:
        return ""
    size = tenths(abs(Decimal(points)))
    words = (
        "与上年同期持平" if size == "0.0" else f"比上年同期{'提高' if Decimal(points) > 0 else '下降'}{size}个百分点"
    )
    return f"（{words}）"


def _early(tables: Tables) -> Iterator[str]:
    """Those that came to a stage before the time planned for it in the year."""
    year = Period.year(tables.as_of.year)
    stages, days = made_up.recount().table("stage"), made_up.recount().milestones(tables.as_of)
    now = made_up.recount().stages(tables.as_of)
    for code, word in ACTS.items():
        order, early = STAGES.index(code), []
        for project, name in tables.names.items():
            planned = days.get((project, code), {}).get("baseline")
            reached = [
                row
                for row in stages
                if row["code"] == project and row["counts"] <= tables.as_of
                if row["stage"] == code or (code == "under_construction" and STAGES.index(row["stage"]) > order)
            ]
            if planned is None or not reached or STAGES.index(now[project]) < order:
                continue
            if year.contains(planned[0]) and year.contains(planned[1]) and reached[0]["last"] < planned[0]:
                early.append(name)
        if early:
            yield f"；提前{word}{len(early)}个：{'、'.join(early[:MOST])}{etc(early)}"


def _ranking(tables: Tables) -> Iterator[str]:
    owners = tables.csv("report", "monthly", "--by", "owner")
    competing = [row for row in owners if row["completion"] and row["group"]]
    aside = len(owners) - len(competing)
    more = f"（另有{aside}个没有完成率或不属于任何责任人，未参与）" if aside else ""
    yield f"参与排名的责任人{len(competing)}个{more}：靠前的是{_ends(competing, 'group')}。"
    projects = [row for row in tables.rows if row["completion"]]
    aside = len(tables.rows) - len(projects)
    more = f"（另有{aside}个没有完成率，未参与）" if aside else ""
    yield f"参与排名的项目{len(projects)}个{more}：靠前的是{_ends(projects, 'name')}。"


def _ends(rows: list[Row], name: str) -> str:
    """Three from the top and three from the bottom, with those that equal the last of them."""
    rows = sorted(rows, key=lambda row: -Decimal(row["completion"]))
    values = [Decimal(row["completion"]) for row in rows]
    count = min(3, len(rows) // 2)
    best = [row for row in rows if Decimal(row["completion"]) >= values[count - 1]]
    worst = [row for row in reversed(rows) if Decimal(row["completion"]) <= values[-count]]
    return f"{_ranked(best, values, name)}；靠后的是{_ranked(worst, values, name)}"


def _ranked(rows: list[Row], values: list[Decimal], name: str) -> str:
    def of(value: str, tied: list[Row]) -> str:
        together = "、".join(row[name] for row in tied[:MOST]) + etc(tied)
        place = f"{'并列' if len(tied) > 1 else ''}第{values.index(Decimal(value)) + 1}位"
        return f"{together}{percent(value)}（{place}，{against(tied[0]['gap'])}）"

    return "、".join(of(value, list(tied)) for value, tied in groupby(rows, key=lambda row: row["completion"]))


def _events(tables: Tables) -> Iterator[str]:
    stages = made_up.recount().table("stage")

    def first(code: str, counts: Callable[[str], bool]) -> tuple[date, date] | None:
        rows = [row for row in stages if row["code"] == code and row["counts"] <= tables.as_of and counts(row["stage"])]
        return (rows[0]["first"], rows[0]["last"]) if rows else None

    vague = []
    for word, counts in (
        ("签约", lambda stage: stage == "signed"),
        ("开工", lambda stage: STAGES.index(stage) >= STAGES.index("under_construction")),
        ("竣工", lambda stage: stage == "completed"),
        ("投产", lambda stage: stage == "in_production"),
    ):
        days = {code: on for code in tables.names if (on := first(code, counts))}
        inside = {code: on for code, on in days.items() if tables.month.first <= on[0] and on[1] <= tables.month.last}
        across = [on for on in days.values() if on[0] <= tables.month.last and tables.month.first <= on[1]]
        if len(across) > len(inside):
            vague.append(f"{word}{len(across) - len(inside)}个")
        if inside:
            yield _happened(tables, word, inside)
    yield f"另有日期不够精确、无法确定是否在本月的：{'、'.join(vague)}，未计入。"
    last = {row["code"]: row for row in made_up.recount().table("condition") if row["counts"] <= tables.as_of}
    halted = [
        code
        for code, row in last.items()
        if row["condition"] != "active" and tables.month.first <= row["first"] and row["last"] <= tables.month.last
    ]
    yield f"本月停建或结束的项目{len(halted)}个："
    yield from (f"{tables.names[code]}（" for code in halted)


def _happened(tables: Tables, word: str, days: dict[str, tuple[date, date]]) -> str:
    order = sorted(days, key=lambda code: (days[code], list(tables.names).index(code)))
    listed = "、".join(f"{tables.names[code]}（{Period.of(*days[code]).display('zh')}）" for code in order[:MOST])
    total = ""
    if word == "签约":
        rows = [row for row in tables.rows if row["code"] in days]
        sums = defaultdict[str, Decimal](Decimal)
        for row in rows:
            if row["total"]:
                sums[row["total_currency"]] += Decimal(row["total"])
        known = sum(1 for row in rows if row["total"])
        amounts = "、".join(
            money(str(one), currency, _merged(rows, "total_qualifier")) for currency, one in sums.items()
        )
        covered = f"（{len(days)}个中{known}个有数）" if known < len(days) else ""
        total = f"，总投资{amounts}{covered}" if amounts else ""
    return f"{word}项目{len(days)}个：{listed}{etc(order)}{total}。"


def _ends_in(text: str, month: Period) -> bool:
    return bool(text) and month.contains(parse_period(text, today=made_up.END).last)


def _missed(tables: Tables) -> Iterator[str]:
    places = {row["code"]: place for place, row in enumerate(tables.rows)}
    stages = made_up.recount().stages(tables.as_of)
    rows = [row for row in tables.csv("report", "slippage") if tables.conditions[row["code"]] not in ENDED]
    for code, word in ACTS.items():
        late = []
        for row in sorted(rows, key=lambda row: places.get(row["code"], len(places))):
            beyond = row["code"] in stages and STAGES.index(stages[row["code"]]) >= STAGES.index(code)
            if row["milestone"] != code or row["actual"] or beyond:
                continue
            by, due = (
                ("计划", row["baseline"]) if _ends_in(row["baseline"], tables.month) else ("预计", row["forecast"])
            )
            if _ends_in(due, tables.month):
                later = row["forecast"] and (
                    parse_period(row["forecast"], today=made_up.END).last > parse_period(due, today=made_up.END).last
                )
                now = f"，现预计{shown(row['forecast'])}" if later else ""
                late.append(f"{row['name']}（{by}{shown(due)}{word}{now}）")
        if late:
            yield f"应{word}未{word}的项目{len(late)}个：{'、'.join(late[:MOST])}{etc(late)}。"
    overdue = sum(1 for row in rows if row["overdue"])
    yield f"截至{shown(tables.as_of)}，已过预定日期而未实现的节点共{overdue}个。"


def _moved(tables: Tables) -> Iterator[str]:
    trend = tables.csv("report", "slippage", "--trend")
    found = []
    for before, row in pairwise(trend):
        made = row["made"] and tables.month.contains(date.fromisoformat(row["made"]))
        if made and row["moved"] and int(row["moved"]) > 0:
            found.append((before["on"], row))
    told = []
    for on, row in sorted(found, key=lambda pair: -int(pair[1]["moved"])):
        behind = f"，比基线晚{row['slip']}天" if row["slip"] and int(row["slip"]) > 0 else ""
        word = ACTS[row["milestone"]]
        told.append(f"{row['name']}的{word}由{shown(on)}推迟到{shown(row['on'])}（推迟{row['moved']}天{behind}）")
    rest = f"；其余{len(told) - MOST}个从略" if len(told) > MOST else ""
    yield f"本月有{len(told)}个节点推迟：{'；'.join(told[:MOST])}{rest}。"


def _requests(tables: Tables) -> Iterator[str]:
    rows = tables.csv("request", "list")
    inside = {
        key: sum(1 for row in rows if row[key] and tables.month.contains(date.fromisoformat(row[key])))
        for key in ("raised", "closed")
    }
    still = sum(1 for row in rows if not row["closed"])
    late = [row for row in rows if row["overdue"]]
    yield (f"本月新收诉求{inside['raised']}件，办结{inside['closed']}件；月底未办结{still}件，其中逾期{len(late)}件。")
    told = [
        f"{row['title']}（{row['company']}，应于{shown(row['due'])}办结，逾期{row['overdue']}天"
        + (f"，{row['owner']}负责）" if row["owner"] else "）")
        for row in late[:MOST]
    ]
    yield f"逾期的是：{'、'.join(told)}{f'等{len(late)}件' if len(late) > MOST else ''}。"


def _problems(tables: Tables) -> Iterator[str]:
    said: dict[str, tuple[date, str]] = {}
    lights: dict[str, str] = {}
    for step in made_up.steps():
        one = step.act
        if isinstance(one, act.Report) and tables.month.contains(one.on.last) and one.code in tables.names:
            day = said.get(one.code, (date.min, ""))[0]
            if one.text and one.on.last >= day:
                said[one.code] = one.on.last, one.text
            if one.light:
                lights[one.code] = {"green": "绿灯", "yellow": "黄灯", "red": "红灯"}[one.light]
    order = [row["code"] for row in tables.rows]
    told = sorted(said, key=lambda code: order.index(code) if code in order else len(order))
    for code in told[:MOST]:
        judged = f"（判定{lights[code]}）" if code in lights else ""
        yield f"- {tables.names[code]}：{said[code][1]}{judged}"
    yield f"本月进展报告共{len(told)}个项目有文字说明，其余{len(told) - MOST}个从略。"


def _needed(tables: Tables) -> Iterator[str]:
    rows, done, plan, _projects, lacking = _families(tables)
    missing, left = plan - done, 12 - tables.as_of.month
    if left and missing > 0:
        words = (_merged(rows, "plan_qualifier"), _merged(rows, "year_to_date_qualifier"))
        planned, made = (word.replace("estimated", "").strip() or "exact" for word in words)
        turned = {"over": "at_most", "at_most": "over", "nearly": "about"}.get(made, made)
        both = {planned, turned} - {"exact"}
        word = "exact" if not both else both.pop() if len(both) == 1 else "about"
        word = f"estimated {word}" if any(one.startswith("estimated") for one in words) else word
        a_month = str((missing / left).quantize(Decimal("0.01")))
        yield (
            f"{'已计入的项目' if lacking else ''}完成年度计划还差{money(str(missing), 'CNY', word)}，余下{left}个月"
            f"平均每月需完成投资{money(a_month, 'CNY', word)}。"
        )


def _targets(tables: Tables) -> Iterator[str]:
    table = json.loads(tables.told("report", "targets", "--as-of", str(tables.as_of), "-f", "json"))
    files = tables.csv("report", "targets")
    titles = {row["indicator"] for row in files}
    assert len(table["rows"]) == len(files)
    names = dict(zip(sorted(titles), (_indicator(one) for one in sorted(titles)), strict=True))
    for row in files:
        if row["period"] != str(tables.as_of.year):
            continue
        words = f"- {row['subject']}{names[row['indicator']]}（{row['period']}年）：目标不低于{_quantity(row['floor'])}"
        words += f"（冲刺{_quantity(row['stretch'])}）" if row["stretch"] else ""
        if not row["actual"]:
            yield f"{words}，实绩未知。"
            continue
        part = shown(row["actual_of"]) if row["actual_of"] else ""
        words += f"，{part}完成{_quantity(row['actual'])}，为目标的{percent(row['attained'])}"
        for key, name in (("needed", "平均每月还需"), ("needed_stretch", "冲刺平均每月还需")):
            needed = row[key].split(" ")[0]
            words += f"，{name}{_quantity(row[key])}" if needed and Decimal(needed) else ""
        yield words + "。"


def _indicator(code: str) -> str:
    from tracker.vocabulary import INDICATORS

    return INDICATORS[code].zh


def _quantity(text: str) -> str:
    if " " not in text:
        return text
    *words, amount, currency = text.split(" ")
    return money(amount, currency, " ".join(words) or "exact")


@pytest.fixture
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up portfolio."""
    return made_up.ledger(tmp_path_factory)


@pytest.mark.parametrize("as_of", MONTHS, ids=str)
def test_every_number_stands_in_the_tables(run: Run, db: Path, as_of: date) -> None:
    tables = Tables(run, db, as_of)
    text = tables.told("report", "bulletin", "--month", f"{as_of:%Y-%m}", "-f", "md").replace("\\", "")
    text = text.partition("\n印鉴：")[0]
    # How exact a share is stands in a column of its own.
    text = re.sub("(约|近|超|至少|不超过)(?=[0-9.]+(%|个百分点))", "", text)
    told = 0
    for sentence in sorted(sentences(tables), key=len, reverse=True):
        text, found = re.subn(pattern(sentence), "", text)
        told += bool(found)
    assert not re.findall("[^\n]*[0-9][^\n]*", text), "a number that no table gives"
    assert told > 15
