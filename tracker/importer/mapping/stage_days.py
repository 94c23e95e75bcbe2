"""Headings of the days of stages: 计划开工时间, actual completion date, 竣工日期."""

from __future__ import annotations

import re
from functools import cache

from tracker.importer.mapping.folding import key
from tracker.importer.mapping.targets import Target
from tracker.vocabulary import MILESTONES

_DAYS = "时间节点|时间|日期|年月|月份|节点|date|day"
_BEFORE = (
    "时间节点|关键节点|重要节点|项目时间|建设周期|建设起止时间|建设起止年限|起止时间|时间|日期|dateof"
    "|date|timeline|dates"
)
_WHAT = {
    "baseline": "计划|规划|目标|要求|planned|plan|target|baseline|scheduled|approved|original|geplanter|geplante",
    "forecast": "预计|预期|拟|预测|forecast|expected|estimated|anticipated|projected|latestforecast|revised",
    "actual": "实际|已|actual|achieved|tatsächlicher|tatsächliche",
}
# Beside the spellings of the stages: a project starts and ends, a contract is signed.
_WORDS = {
    "under_construction": "项目开工|开建|建设开始|开始建设|开始|起始|start|project start|construction start"
    "|start on site"
    "|commencement|begin|beginning|beginn|baubeginn|projektbeginn|start of construction|works start",
    "completed": "项目竣工|建成|完成|建设完成|结束|终止|end|project end|finish|completion|construction end"
    "|project completion"
    "|practical completion|construction completion|handover|ende|fertigstellung|bauende|projektende",
    "in_production": "项目投产|投入使用|运营|go live|opening|operation|operations|in service|inbetriebnahme",
    "signed": "项目签约|合同签订|协议签订|contract|agreement|signature|award|contract award",
    "filed": "项目备案|approval|filing",
    "site_secured": "土地出让|出让|摘牌|land acquisition|项目拿地",
    "topped_out": "主体完工",
    "at_capacity": "项目达产",
}
# Too short, or of too many meanings, to be the heading of a day by themselves.
_NEEDS_DAY = frozenset(
    [
        "开始",
        "起始",
        "完成",
        "建成",
        "结束",
        "终止",
        "运营",
        "出让",
        "contract",
        "agreement",
        "award",
        "operation",
        "opening",
        "approval",
        "filing",
    ]
)
_HEADS = frozenset(
    [
        "start",
        "begin",
        "beginn",
        "end",
        "ende",
        "finish",
        "completion",
        "startonsite",
        "projectstart",
        "projectend",
        "fertigstellung",
        "golive",
        "groundbreaking",
        "contractsigned",
        "practicalcompletion",
    ]
)

# The end of a project that is called no more than that is the one that was planned.
_ENDS = frozenset(["end", "projectend", "ende", "projektende", "finish", "结束"])


def stage_day(heading: str) -> Target | None:
    """The milestone or, for a day that was reached, the stage event whose day a heading names; None for any other.

    A heading that says neither planned nor expected nor actual leaves that open.
    """
    whole = key(heading)
    rest, what = _taken(whole, _WHAT)
    rest, dated = _undated(rest)
    if what is None:
        rest, what = _taken(rest, _WHAT)
    if rest not in _codes() and rest.isascii() and rest.endswith("on"):
        rest, dated = rest.removesuffix("on"), True
    code = _codes().get(rest)
    if what is None and rest in _ENDS:
        what = "baseline"
    said = what is not None and not whole.startswith("已")
    if code is None or not (dated or (rest not in _NEEDS_DAY and (said or rest in _HEADS))):
        return None
    if what == "actual":
        return Target("stage", "on", (code,))
    return Target("milestone", "on", (code, what) if what else (code,))


def _taken(text: str, words: dict[str, str]) -> tuple[str, str | None]:
    """The text without the first word of a meaning that stands at its beginning or end, and the meaning."""
    for what, joined in words.items():
        for word in sorted(joined.split("|"), key=len, reverse=True):
            if text.startswith(word) and len(text) > len(word):
                return text[len(word) :], what
            if text.endswith(word) and word != "已" and len(text) > len(word):
                return text[: -len(word)], what
    return text, None


def _undated(text: str) -> tuple[str, bool]:
    """The text without the word for a day, and whether it had one."""
    after = re.sub(f"(?<=.)(?:{_DAYS})$", "", text)
    before = re.sub(f"^(?:{_BEFORE})(?=.)", "", after)
    return before, before != text


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for term in MILESTONES:
        for word in (*term.spellings, *_WORDS.get(term.code, "").split("|")):
            codes.setdefault(key(word), term.code)
    return codes
