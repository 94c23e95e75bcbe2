"""What a heading says: how it is compared, the target it names, its unit, and whether it is the day of a stage.

A heading is looked up exactly, once case, width, blanks, punctuation, unit and time are taken away. A target is a field
of a kind of record, and of which of the records that a row makes. It is written `project.name`,
`capital[completed].figure @2023-06 ytd`, `milestone[completed baseline].on`, `project.ids[备案代码]`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache

from tracker.currencies import CODES
from tracker.dates import Period, parse_period
from tracker.dates.cells import split_period
from tracker.errors import UsageError, ValueRefused
from tracker.i18n import _, in_every_language
from tracker.importer.synonyms import COMMON, GENERIC, NUMBERING, PATTERNS, TABLES, WORDS
from tracker.models.fields import FIELDS, Field, Type
from tracker.money import parse_heading_unit, quantities
from tracker.money.quantities import COUNTERS
from tracker.records.schema import KINDS
from tracker.text import folded, not_one_of, shorten, unknown_word
from tracker.vocabulary import CAPITAL_KINDS, INDICATORS, MILESTONES, NATURES

# --- how words are compared ------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What is left of a heading to be looked up: letters, digits and % signs; Project # is Project no."""
    return "".join(
        letter
        for letter in re.sub("(?<=[a-z]) ?#$", " no", folded(text))
        if letter == "%" or letter.isalnum() or unicodedata.category(letter).startswith("M")
    )


def brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its bracketed parts, and these parts."""
    plain = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]")
    parts = re.findall(r"\(([^()]*)(?:\)|$)|\[([^\[\]]*)\]", plain)
    outside = re.sub(r"\([^()]*(?:\)|$)|\[[^\[\]]*\]", " ", plain)
    return " ".join(outside.split()), tuple((round_ or square).strip() for round_, square in parts)


def has_chinese(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return re.search("[\u4e00-\u9fff]", text) is not None


# --- targets ---------------------------------------------------------------------------------------------------------

WHATS = ("baseline", "forecast", "actual")
GOALS = ("actual", "floor", "stretch")
# The fields that the words in brackets after a kind give a value, in order.
SELECTORS: dict[str, tuple[str, ...]] = {
    "capital": ("kind",),
    "milestone": ("milestone", "what"),
    "stage": ("stage",),
    "condition": ("condition",),
    "certification": ("certification",),
    "indicator": ("indicator", "what"),
    "baseline": ("version",),
}
# Columns that say more about the figure, or the day, beside them; not fields of their own.
COMPANIONS = {
    "project": ("is_registered",),
    "capital": ("currency", "unit", "qualifier", "availability", "year", "month", "reported"),
    "baseline": ("currency", "unit", "qualifier", "availability"),
    "indicator": ("currency", "unit", "measure", "qualifier", "availability", "year", "month"),
    "review": ("year", "month"),
}
_NAMED = ("ids", "fields")
_FORM = re.compile(
    r"(?P<kind>[a-z]+)(?:\[(?P<select>[^\]]*)\])?\.(?P<field>[a-z_]+)(?:\[(?P<name>[^\]]+)\])?"
    r"(?: +@(?P<on>\S+))?(?: +(?P<basis>period|ytd|cumulative))?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A field, the values that select the record (`select`, in the order of SELECTORS, "" for open ones), and its time.

    `name` is the scheme of an external id or the name of a declared field; `basis` "" is not said.
    """

    kind: str
    field: str
    select: tuple[str, ...] = ()
    name: str = ""
    on: Period | None = None
    basis: str = ""

    def __str__(self) -> str:
        select = " ".join(word for word in self.select if word)
        text = f"{self.kind}[{select}]" if select else self.kind
        text += f".{self.field}" + (f"[{self.name}]" if self.name else "")
        text += f" @{self.on.iso()}" if self.on else ""
        return f"{text} {self.basis}" if self.basis and self.basis != "period" else text

    @property
    def selected(self) -> dict[str, str]:
        """The fields that the words in brackets fill."""
        pairs = zip(SELECTORS.get(self.kind, ()), self.select, strict=False)
        return {key: word for key, word in pairs if word}

    @property
    def known(self) -> Field | None:
        """The field of the kind; None for a companion."""
        return next((field for field in KINDS[self.kind].fields if field.key == self.field), None)

    @property
    def is_amount(self) -> bool:
        """Whether it holds money, as far as that can be told without the indicator."""
        return self.known is not None and self.known.type in (Type.FIGURE, Type.QUANTITY)

    @property
    def open(self) -> Target:
        """The same without its time."""
        return replace(self, on=None, basis="")


def parse_target(text: str) -> Target:
    """The target that `text` writes. Raises UsageError with the closest name."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            _(
                "“{text}” is not a target: write KIND.FIELD, like project.name or capital[completed].figure @2023-06"
            ).format(text=shorten(text))
        )
    kind, field = found["kind"], found["field"]
    if kind not in KINDS:
        raise UsageError(unknown_word(_("“{text}”: there is no kind “{word}”"), kind, KINDS, text=shorten(text)))
    fields = (*(one.key for one in KINDS[kind].fields), *COMPANIONS.get(kind, ()))
    if field not in fields:
        sentence = _("“{text}”: a {kind} has no field “{word}”")
        raise UsageError(unknown_word(sentence, field, fields, text=shorten(text), kind=kind))
    if found["name"] and field not in _NAMED:
        raise UsageError(_("“{text}”: only ids and fields take a name in brackets").format(text=shorten(text)))
    keys, words = SELECTORS.get(kind, ()), (found["select"] or "").split()
    if len(words) > len(keys):
        raise UsageError(_("“{text}”: too many words in the brackets").format(text=shorten(text)))
    second = {"milestone": WHATS, "indicator": GOALS}.get(kind, ())
    try:
        if len(words) == 1 and words[0] in second:
            words = ["", *words]
        elif words:
            if words[1:] and words[1] not in second:
                raise ValueRefused(not_one_of(words[1], second))
            words[0] = _code(kind, keys[0], words[0])
        if found["on"] and not re.search("[0-9]{4}", found["on"]):
            raise ValueRefused(_("a period is written with its year, like 2023-06"))
        on = parse_period(found["on"], today=date(2000, 1, 1)) if found["on"] else None
    except ValueRefused as refused:
        raise UsageError(_("“{text}”: {reason}").format(text=shorten(text), reason=refused)) from None
    return Target(kind, field, tuple(words), found["name"] or "", on, found["basis"] or "")


def _code(kind: str, key: str, word: str) -> str:
    open_list = {"milestone": MILESTONES, "indicator": INDICATORS}.get(kind)
    words = open_list or KINDS[kind].field(key).words
    if words is None:
        return word
    return words.parse(word) if open_list is None else words.find(word) or word


# --- units ---------------------------------------------------------------------------------------------------------

# How a unit of money is shown that has one of these powers.
_WRITTEN = {
    0: "",
    2: "百",
    3: "k",
    4: "万",
    5: "十万",
    6: "m",
    7: "千万",
    8: "亿",
    9: "bn",
    10: "百亿",
    11: "千亿",
    12: "万亿",
}

MONEY, LAND, PERCENT, COUNT = "money", "land", "percent", "count"

_OF_MANY = "pesos?|rs|rupees?|dollars?|francs?|dinars?|rials?|shillings?|kr"
_PERCENT = ("%", "百分比", "percent", "per cent", "pct")
_COUNT = (*COUNTERS.split("|"), "persons", "no", "number")
_FILLERS = re.compile(
    r"^(?:单位|金额单位|货币单位|단위|unit|currency|in|of|as|figures|amounts|all|are|values)\b[:：]?|[:：.,]"
)
# Of what year the prices are, which changes no unit.
_PRICES = re.compile(
    r"\b(?:nominal|real|current|constant|outturn|prices?|equivalent"
    r"|(?:(?:in|at|of) )?(?:19|20)[0-9]{2}(?:/[0-9]{2})?)\b"
)
_TITLE = re.compile(
    r"(?:单位|计量单位|단위|unit|units|currency|"
    # 填报单位：… 单位：万元 in one line: an office, then the unit.
    r"(?:figures|amounts|values|costs)?(?: are)?(?: all)? ?\bin)\b ?[:：]? ?((?:(?!单位)[^()\[\]。;；])+)"
)
# The unit at the end of a heading that has no brackets.
_ENDING = re.compile(
    "(?P<base>.+?)[ :,/_-]*(?P<unit>(?:万亿|千亿|百亿|十亿|亿|千万|百万|万|千)?(?:人民币|[美欧日港韩加澳]元|英镑|元)"
    r"|(?:in )?(?:[$£€₹]|us\$|[ac]\$|usd|gbp|euros?|eur|cny|rmb|jpy|hkd|inr|php|brl|mxn|rs\.?)"
    r" ?(?:m|mn|millions?|bn|billions?|k|000s?|'000s?|thousands?|crores?|lakhs?)?"
    r"|(?:in )?(?:millions?|billions?|thousands?|crores?|mio|mrd|tsd)\.? ?(?:of )?(?:[$£€]|us\$|usd|gbp|eur|cny|rmb)?"
    # cost_m, as programs write it.
    r"|(?<=(?:cost|dget|alue|ount|apex)[ _])(?:m|mn|bn|k)"
    r"|teur|亩|平方米|公顷|m2|%)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """10**`power` of a currency's own unit (currency None: not said), or an area as thousandths of a 亩, or another."""

    measure: str = MONEY
    power: int = 0
    currency: str | None = None
    land: Fraction | None = None
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        if self.measure != MONEY:
            return self.text
        indian = {5: "lakh", 7: "crore"}.get(self.power) if self.text.isascii() else None
        return f"{self.currency or ''} {indian or _WRITTEN.get(self.power, self.text)}".strip() or "元"


def read_unit(text: str, *, configured: str | None = None) -> Unit | None:
    """The unit a text is, None where it is anything else; `configured` decides what $ and ¥ are."""
    written = folded(text).strip(" ()[]")
    for _step in range(4):
        written = _FILLERS.sub("", written).strip(" ")
    written = _PRICES.sub(" ", written).strip(" ,")
    if not written or len(written) > 40:
        return None
    if written in quantities.LAND:
        return Unit(LAND, land=quantities.LAND[written], text=written)
    if written in _PERCENT:
        return Unit(PERCENT, text="%")
    if written in _COUNT:
        return Unit(COUNT, text=written)
    # Pesos and rupees are of many countries: their power of ten counts, their currency is asked.
    plain = re.sub(r"\b(?:de|of|in)\b", " ", unaccented(written))
    for words in (written, re.sub(rf"\b(?:{_OF_MANY})(?![a-z])\.?", " ", plain).strip()):
        for usual in (configured, "USD", "CNY"):
            try:
                unit = parse_heading_unit(words, currency=usual)
            except ValueRefused:
                continue
            return Unit(power=unit.power, currency=unit.currency, text=text.strip())
    return None


def _contradict(one: Unit, other: Unit) -> bool:
    """Whether two units of one heading cannot both be meant."""
    if one.measure != other.measure or one.measure not in (MONEY, LAND):
        return False
    pairs = ((one.power, other.power), (one.currency, other.currency), (one.land, other.land))
    return any(first and second and first != second for first, second in pairs)


def split_unit(heading: str, *, configured: str | None = None) -> tuple[str, Unit | None, tuple[str, ...]]:
    """A heading without its unit, the unit, and the other remarks in brackets."""
    base, parts = brackets(heading)
    unit: Unit | None = None
    remarks = []
    for part in [piece.strip() for written in parts for piece in re.split("[、;]|,(?![0-9]{3})", written)]:
        read = read_unit(part, configured=configured)
        if read is None:
            remarks.append(part)
        elif unit and _contradict(unit, read):
            # （万元、亿元）, (USD, EUR m), （亩、平方米）: nobody knows.
            return base, None, (", ".join(parts),)
        elif unit and unit.measure == read.measure == MONEY:
            # (USD; millions): one says the currency, the other what is counted.
            unit = replace(unit, power=unit.power or read.power, currency=unit.currency or read.currency)
        else:
            unit = unit or read
    if unit is None and (found := _ENDING.fullmatch(folded(base))):
        unit = read_unit(found["unit"], configured=configured)
        base = found["base"] if unit else base
    return base, unit, tuple(remarks)


def unit_of_titles(titles: Iterable[str], *, configured: str | None = None) -> Unit | None:
    """The unit of money the lines above a table give for all of it: 单位：万元, (£ million), figures in $m."""
    for title in titles:
        _base, parts = brackets(title)
        said = [found[1] for found in _TITLE.finditer(folded(title))]
        for text in (*said, *parts):
            for part in re.split("[、,，/和·]| and | unless | except ", text):
                unit = read_unit(part, configured=configured)
                if unit is not None and unit.measure == MONEY:
                    return unit
    return None


def asked_unit(text: str, *, configured: str | None = None) -> Unit:
    """The unit an option or a map gives; 1 is that of shares, of which 0.35 is 35 %. Raises UsageError."""
    unit = Unit(PERCENT, text="1") if text.strip() == "1" else read_unit(text, configured=configured)
    if unit is None:
        sentence = _("“{text}” is not a unit: write 万元, 亿美元, £m, USD bn, 亩 or %")
        raise UsageError(sentence.format(text=shorten(text)))
    return unit


# --- the days of stages --------------------------------------------------------------------------------------------

_DAYS = "时间节点|时间|日期|年月|年份|年度|月份|节点|일자|날짜|일|date|day"
_BEFORE = (
    "时间节点|关键节点|重要节点|项目时间|建设周期|建设起止时间|建设起止年限|起止时间|时间|日期|dateof"
    "|date|timeline|dates"
)
WHAT_WORDS = {
    "baseline": "计划|规划|目标|要求|基线|계획|예정|planned|plan|target|baseline|scheduled|approved|original|proposed"
    "|intended|geplanter|geplante",
    "forecast": "预计|预期|拟|预测|forecast|expected|estimated|estimate|est|exp|tentative|anticipated|projected"
    "|latestforecast|revised",
    "actual": "实际|已|실제|actual|achieved|reached|tatsächlicher|tatsächliche",
}
# Beside the spellings of the stages: a project starts and ends, a contract is signed.
_WORDS = {
    "under_construction": "착공|项目开工|着工|开建|建设开始|开始建设|开始|起始|start|project start|construction start"
    "|start on site"
    "|commencement|begin|beginning|beginn|baubeginn|projektbeginn|start of construction|works start",
    "completed": "준공|완공|项目竣工|建成|完成|建设完成|结束|终止|end|project end|finish|completion|construction end"
    "|project completion|closing|project closing"
    "|practical completion|construction completion|handover|ende|fertigstellung|bauende|projektende",
    "in_production": "项目投产|投入使用|运营|go live|opening|operation|operations|in service|inbetriebnahme",
    "signed": "项目签约|合同签订|协议签订|contract|agreement|signature|award|contract award",
    "filed": "项目备案|approval|board approval|filing",
    "site_secured": "土地出让|出让|摘牌|land acquisition|项目拿地",
    "topped_out": "主体完工",
    "at_capacity": "项目达产",
}
# Too short, or of too many meanings, to be the heading of a day by themselves.
_NEEDS_DAY = "开始 起始 完成 建成 结束 终止 运营 出让 contract agreement award operation opening approval filing"
_HEADS = (
    "start begin beginn end ende finish completion startonsite projectstart projectend fertigstellung golive "
    "groundbreaking contractsigned practicalcompletion"
)

# The end of a project that is called no more than that is the one that was planned.
_ENDS = "end projectend ende projektende finish 结束"


def stage_day(heading: str) -> Target | None:
    """The milestone or, for a day that was reached, the stage event whose day a heading names; None for any other.

    A heading that says neither planned nor expected nor actual leaves that open.
    """
    whole = key(heading)
    rest, what = _taken(whole, WHAT_WORDS)
    after = re.sub(f"(?<=.)(?:{_DAYS})$", "", rest)
    before = re.sub(f"^(?:{_BEFORE})(?=.)", "", after)
    rest, dated = before, before != rest
    if what is None:
        rest, what = _taken(rest, WHAT_WORDS)
    if rest not in _codes() and rest.isascii() and rest.endswith("on"):
        rest, dated = rest.removesuffix("on"), True
    code = _codes().get(rest)
    if what is None and rest in _ENDS.split():
        what = "baseline"
    said = what is not None and not whole.startswith("已")
    if code is None or not (dated or (rest not in _NEEDS_DAY.split() and (said or rest in _HEADS.split()))):
        return None
    if what == "actual":
        return Target("stage", "on", (code,))
    return Target("milestone", "on", (code, what) if what else (code,))


def says_what(remark: str) -> bool:
    """Whether a remark in a heading says that its day is planned, expected or actual: (est.), （计划）."""
    return any(key(remark) in words.split("|") for words in WHAT_WORDS.values())


def _taken(text: str, words: dict[str, str]) -> tuple[str, str | None]:
    """The text without the first word of a meaning that stands at its beginning or end, and the meaning."""
    for what, joined in words.items():
        for word in sorted(joined.split("|"), key=len, reverse=True):
            if text.startswith(word) and len(text) > len(word):
                return text[len(word) :], what
            if text.endswith(word) and word != "已" and len(text) > len(word):
                return text[: -len(word)], what
    return text, None


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for term in MILESTONES:
        for word in (*term.spellings, *_WORDS.get(term.code, "").split("|")):
            codes.setdefault(key(word), term.code)
    return codes


# --- fields --------------------------------------------------------------------------------------------------------

_SHORTEST_PLURAL = 3


def known(kind: str, heading: str) -> Target | None:
    """What a heading (its unit and time taken away) stands for in a table of this kind; None where it is not known."""
    wanted, table = key(heading), _table(kind)
    found = table.get(wanted)
    if found is None and wanted.isascii() and len(wanted) > _SHORTEST_PLURAL:
        found = table.get(wanted.removesuffix("s")) or table.get(wanted + "s")
    return stage_day(heading) if found is None and kind == "project" else found


def known_plan(kind: str, heading: str) -> Target | None:
    """What a heading stands for with a year, and only then: 2023年计划投资 is a plan, 计划投资 may be a total."""
    words = {key(word): target for target, word in _lines(TABLES["plans"])}
    target = words.get(key(heading)) if kind in ("project", "capital") else None
    return parse_target(target) if target else None


def generic(heading: str) -> bool:
    """Whether a heading means something only under its group title: 名称, 时间, amount."""
    return key(heading) in GENERIC.split()


def numbering(heading: str) -> bool:
    """Whether a column only numbers the rows."""
    return key(heading) in NUMBERING.split() or heading.strip() in ("#", "№")


def spellings(kind: str) -> Iterator[str]:
    """Every heading that is known for a kind, to find the closest."""
    return (spelling for spelling, _target in _spelled(kind))


def find_capital(text: str) -> str | None:
    """The one kind of capital that is named within a longer text, such as a title; None where none or several are."""
    folded = key(text)
    words = {key(word): term.code for term in CAPITAL_KINDS for word in term.spellings if len(key(word)) > 3}
    words |= {"完成投资": "completed", "年度计划": "plan", "计划投资": "plan"}
    found: set[str] = set()
    for word in sorted(words, key=len, reverse=True):
        if word in folded:
            found.add(words[word])
            folded = folded.replace(word, " ")
    return found.pop() if len(found) == 1 else None


@cache
def _table(kind: str) -> dict[str, Target]:
    table: dict[str, Target] = {}
    for spelling, target in _spelled(kind):
        table.setdefault(key(spelling), target)
    table.pop("", None)
    return table


@cache
def _spelled(kind: str) -> tuple[tuple[str, Target], ...]:
    """Spellings with their targets; the first of equals counts, so what is particular comes before what is made."""
    written = [(spelling, parse_target(target)) for target, spelling in _lines(TABLES[kind])]
    if kind in ("project", "capital"):
        written += [(spelling, parse_target(target)) for target, spelling in _lines(TABLES["figures"])]
        written += [
            (word, Target("capital", "figure", (term.code,))) for term in CAPITAL_KINDS for word in term.spellings
        ]
    if kind == "indicator":
        written += [
            (word, Target("indicator", "value", (term.code,))) for term in INDICATORS for word in term.spellings
        ]
    common = "" if kind == "field" else COMMON.replace("KIND", kind)
    written += [(spelling, parse_target(target)) for target, spelling in _lines(common)]
    # A field that no line above names is known by its labels.
    named = {target for _spelling, target in written}
    for one in FIELDS.get(kind, ()):
        if (target := parse_target(f"{kind}.{one.key}")) not in named:
            written += [(spelling, target) for spelling in in_every_language(one.label)]
    return tuple(written)


def _lines(table: str) -> Iterator[tuple[str, str]]:
    for line in re.sub("\n +", " ", table).split("\n"):
        if not line:
            continue
        target, _bar, words = line.partition("|")
        for word in words.split(","):
            yield target.strip(), word.strip()


def measure_of(indicator: str) -> str | None:
    """What an indicator is measured in; None for one of the user's own."""
    return NATURES[indicator].measure if indicator in NATURES else None


def guessed(heading: str) -> Iterator[tuple[Target, bool]]:
    """What the words of a project's heading suggest that is not known whole, the likeliest first.

    With each, whether every word of the heading is one that says so. Whoever asks looks at the values too.
    """
    # 6. Total cost: the columns are numbered.
    heading = re.sub(r"^\s*[0-9]{1,2}[.)]\s*(?=\D)", "", heading)
    words = " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|%|[^\W\d_a-zA-Z]+", unaccented(heading))).lower()
    words += " " + "".join(re.findall("[\u4e00-\u9fff]", folded(heading)))
    for target, needed, excluded, understood in _patterns():
        if needed.search(words) and not (excluded and excluded.search(words)):
            # What is granted for a project may be less than it costs.
            granted = target.is_amount and re.search(_classes("FUNDS"), words)
            yield target, not granted and re.search(r"\w", understood.sub(" ", words)) is None


def unaccented(text: str) -> str:
    """A text with plain letters in the place of those with accents."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


# Letters that are not a plain one and an accent.
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae"})


# What an amount may be counted by: 元/平方米, 万元/亩, 每公里造价, cost per km.
_THING = (
    "平方?米|平米|㎡|亩|公顷|公里|千米|米|吨|千瓦|兆瓦|户|人|台|套|间|床位?|车位|m2|m²|sqm|sq|square|km|kilomet(?:er|re)|miles?"
    "|ha|hectares?|acre|foot|feet|ft|unit|capita|person|household|home|dwelling|bed|job|tonne|ton|kw|mw|kwh|mwh|lane"
)
_RATE = re.compile(
    rf"(?:[元价额资$€£¥₩]|(?<![a-z])[a-z]{{3}}|cost|price|value) ?/ ?(?:{_THING})(?![a-z])|每(?:{_THING})"
    rf"|单[方位](?:造价|成本|投资)|[亩地户人]均|(?<![a-z])per (?:{_THING})(?![a-z])"
)


def is_rate(heading: str) -> bool:
    """Whether a heading speaks of an amount per area, length or other thing, which is no amount of a project."""
    return _RATE.search(folded(heading)) is not None


def is_aside(heading: str) -> bool:
    """Whether the words of a heading speak of a part, a difference, a forecast or a rate, which is no sum itself,
    or of the day on which its row was changed.
    """
    words = unaccented(heading).casefold().replace("_", " ")
    return (
        is_rate(heading)
        or re.search(_classes("TALK|GRANT|forecast|percent|%|updated?|modified|更新|修改|创建|录入|填报|出生"), words)
        is not None
    )


def is_part(heading: str) -> bool:
    """Whether the words of a heading speak of the eligible part of a sum."""
    return re.search(_classes("PARTLY"), unaccented(heading).casefold()) is not None


# Words that are understood beside those of any target.
_BESIDE = (
    "PROJECT|NAME|DATE|of|the|a|an|s|to|for|by|in|on|de|du|des|d|la|le|l|les|del|di|do|da|dos|das|der|die|el|van|het|at|and|und|et|y|e|op|bij|im|zum|zur"
    "|lead|main|primary|principal|line|organi[sz]ation|entity|request|requested|verlening|aanvraag"
    "|r|summary|zusammenfassung|or|oder|other|andere|appropriate|angemessene|indicator|standortindikator(?:en)?|postcode"
    "|postleitzahl|plz|gemass|according|allocated|field"
    "|construction|项目|工程|建设|名称|时间|年月|日期?|总|金?额|投资"
)


@cache
def _patterns() -> tuple[tuple[Target, re.Pattern[str], re.Pattern[str] | None, re.Pattern[str]], ...]:
    """Of each line the target, the words that make it, those that speak against it, and all that are understood."""
    lines = [(target, needed.split(" & "), excluded) for target, needed, *excluded in _split_lines(PATTERNS)]
    words: dict[str, list[str]] = {}
    for target, needed, _excluded in lines:
        words.setdefault(target, [_BESIDE]).extend(needed)
    understood = {target: re.compile(_classes("|".join(parts))) for target, parts in words.items()}
    found = []
    for target, needed, excluded in lines:
        together = "".join(f"(?=.*(?:{_classes(part)}))" for part in needed)
        without = re.compile(_classes(excluded[0])) if excluded else None
        found.append((parse_target(target), re.compile(together), without, understood[target]))
    return tuple(found)


def _split_lines(table: str) -> Iterator[list[str]]:
    return (line.split(" || ") for line in re.sub("\n +", "", table).strip().splitlines())


def _classes(written: str) -> str:
    """A pattern with the classes of WORDS in it, every word of which stands alone."""
    for name, words in _split_lines(WORDS):
        written = written.replace(name, words)
    return "|".join(word if re.search("[\u4e00-\u9fff%]", word) else rf"\b{word}\b" for word in written.split("|"))


def knows(text: str) -> bool:
    """Whether a text is a heading of any kind of table, by the words alone."""
    if len(text) > 80 or not text.strip():
        return False
    base = split_unit(text)[0]
    rest = split_period(folded(base))[0]
    words = {base, rest, *halves(base)} - {""}
    return numbering(base) or any(known(kind, word) is not None for kind in _KINDS for word in words)


def halves(heading: str) -> tuple[str, ...]:
    """Both halves of a heading in two languages, 项目名称 / Project name; () for any other."""
    for between in (" [/|] ", "[/|]", _SCRIPTS):
        parts = [part.strip() for part in re.split(between, heading) if part.strip()]
        if len(parts) == 2 and (between == " [/|] " or has_chinese(parts[0]) != has_chinese(parts[1])):
            return tuple(parts)
    return ()


# Where Chinese ends and a word in Latin letters begins, or the reverse; PPP项目 is one word.
_SCRIPTS = "(?<=[\u4e00-\u9fff]) *(?=[A-Za-z][a-z])|(?<=[a-z]) *(?=[\u4e00-\u9fff])|(?<=[A-Za-z]) +(?=[\u4e00-\u9fff])"


def unread_unit(heading: str) -> str:
    """What in the brackets of a heading is about money, and no unit that is known; "" for none."""
    base, unit, remarks = split_unit(heading)
    if unit is None and (found := _COUNTED.search(split_period(folded(base).replace("_", " "))[0])):
        return found[0]
    return next((part for part in remarks if _ABOUT_MONEY.search(split_period(folded(part))[0])), "")


_POWERS = "10+k|10{3,}|10+,000|mn|bn|millions?|billions?|thousands?|lakhs?|crores?"
_COUNTED = re.compile(f"(?<![a-z0-9])(?:{_POWERS})(?![a-z0-9])")
_CODES = "|".join(map(str.lower, CODES))
_ABOUT_MONEY = re.compile(
    f"^10+$|[$€£¥₩₹₱元円원]|(?<![a-z0-9])(?:{_CODES}|yuan|rmb|mil|thou|k|m|{_POWERS})(?![a-z0-9])"
)


_KINDS = tuple(kind for kind in TABLES if kind not in ("figures", "plans"))
