"""The words of the field: every closed list with its codes, its order, and its names in Chinese and English."""

import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from tracker.errors import ValueRefused
from tracker.i18n import _, language
from tracker.text import fold, unknown_word

# The formats of a report.
FORMATS = ("table", "csv", "json", "jsonl", "md", "html", "xlsx", "docx", "pdf", "ics")

# Spaces, hyphens, underscores, quotation marks and brackets: written, left out or mixed at will in headers.
_IGNORED_CATEGORIES = frozenset(("Zs", "Pd", "Pc", "Pi", "Pf", "Ps", "Pe"))
_IGNORED_MARKS = frozenset("\"'")


class Term(NamedTuple):
    """One word of a list: the code that is stored, the names that are shown, other spellings that are understood."""

    code: str
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    order: int = 0

    def name(self, lang: str) -> str:
        """The name in "zh"; in English for any other language."""
        return self.zh if lang == "zh" else self.en

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything a person may type for this term, the code first."""
        return (self.code, self.zh, self.en, *self.synonyms)


class Vocabulary:
    """A closed list of terms in the order of the field; iterating gives the terms."""

    def __init__(self, name_en: str, name_zh: str, terms: tuple[Term, ...]) -> None:
        self.name_en, self.name_zh, self.terms = name_en, name_zh, terms

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(term.code for term in self.terms)

    def name(self, lang: str) -> str:
        """What the list itself is called: "stage", "阶段"."""
        return self.name_zh if lang == "zh" else self.name_en

    def get(self, code: str) -> Term | None:
        """The term with exactly this code, or None."""
        return self._by_code.get(code)

    def find(self, text: str) -> str | None:
        """The code meant by a code, a name or a synonym in either language, or None.

        Case, width, spaces, - and _ do not count; beginnings of words are not guessed.
        """
        return self._by_spelling.get(_key(text))

    def parse(self, text: str) -> str:
        """The code meant by a spelling. Raises ValueRefused with the closest known spelling and the whole list."""
        if code := self.find(text):
            return code
        lang = language()
        known = (f"{term.code} {term.zh}" if lang == "zh" else term.code for term in self.terms)
        near = (spelling for term in self.terms for spelling in term.spellings)
        sentence = _("there is no {list} “{word}”")
        raise ValueRefused(unknown_word(sentence, text, known, near=near, list=self.name(lang)))

    def __getitem__(self, code: str) -> Term:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def _by_code(self) -> dict[str, Term]:
        return {term.code: term for term in self.terms}

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        return {_key(spelling): term.code for term in self.terms for spelling in term.spellings}


@lru_cache(10_000)
def _key(text: str) -> str:
    return "".join(
        character
        for character in fold(text)
        if character not in _IGNORED_MARKS and unicodedata.category(character) not in _IGNORED_CATEGORIES
    )


def _vocabulary(table: str) -> Vocabulary:
    """A list from its table: first "name | 名称", then "code | zh | en | synonym, synonym" a term, in order.

    A line that ends in a comma goes on in the next. A number after the name of the list is the step of the order.
    """
    head, *lines = table.replace(",\n", ",").strip().splitlines()
    name_en, name_zh, step = (*(cell.strip() for cell in head.split("|")), "1")[:3]
    terms = []
    for place, line in enumerate(lines, start=1):
        code, zh, en, synonyms = (cell.strip() for cell in line.split("|"))
        terms.append(Term(code, zh, en, tuple(word.strip() for word in synonyms.split(",")), place * int(step)))
    return Vocabulary(name_en, name_zh, tuple(terms))


# Trial production (试生产) is deliberately no spelling of any stage: it comes before acceptance in some trades and
# counts as production in others, so the user has to say which.
STAGES = _vocabulary("""
    stage | 阶段 | 10
    lead | 线索 | lead | 项目线索, 意向, 储备, prospect
    negotiating | 在谈 | negotiating | 洽谈, 洽谈中, 在洽谈, 谈判, 商谈, negotiation, in negotiation,
        under negotiation
    signed | 签约 | signed | 已签约, 签订, 签订协议, 签约项目, signing, contract signed
    filed | 备案 | filed | 已备案, 项目备案, 立项, 已立项, 核准, filing, approved
    site_secured | 拿地 | site secured | 已拿地, 摘地, 摘牌, 土地摘牌, 供地, 已供地, 取得土地, land secured,
        land acquired
    under_construction | 开工 | under construction | 在建, 已开工, 开工建设, 动工, 建设中, 施工, 施工中, construction,
        construction started, started, start, groundbreaking
    topped_out | 封顶 | topped out | 已封顶, 结顶, 主体封顶, 主体结顶, 结构封顶, topping out
    completed | 竣工 | completed | 已竣工, 竣工验收, 完工, 已完工, 建成, complete, completion, construction completed
    in_production | 投产 | in production | 已投产, 建成投产, 正式投产, 投运, 投用, production, operating, operational,
        in operation, commissioned
    at_capacity | 达产 | at capacity | 已达产, 达标达产, 满产, full capacity, full production, capacity reached
""")
# Where keeping in touch is the work itself.
LEAD_STAGES = ("lead", "negotiating")
# Each begins with a stage and holds until the next one.
# https://standard.open-contracting.org/infrastructure/0.9.5/en/reference/codelists/#projectstatus
_OC4IDS = {
    "lead": "identification",
    "signed": "preparation",
    "under_construction": "implementation",
    "completed": "completion",
    "in_production": "maintenance",
}
OC4IDS_STATUS: dict[str, str] = {}
for _code in STAGES.codes:
    OC4IDS_STATUS[_code] = _OC4IDS.get(_code) or next(reversed(OC4IDS_STATUS.values()))

# A project promises dates only once it is signed.
MILESTONES = Vocabulary("milestone", "里程碑", tuple(term for term in STAGES if term.order >= STAGES["signed"].order))


def milestone_term(code: str, title: str | None = None) -> Term:
    """A milestone's name: its own title, else the standard one."""
    return Term(code, title, title) if title else MILESTONES.get(code) or Term(code, code, code)


CONDITIONS = _vocabulary("""
    condition | 状态
    active | 正常 | active | 正常推进, 推进中, normal, ongoing, running
    suspended | 停缓建 | suspended | 停建, 缓建, 停工, 暂停, 暂缓, 中止, on hold, paused, halted
    terminated | 终止 | terminated | 已终止, 取消, 已取消, 撤销, 解约, cancelled, canceled, abandoned
    lost | 落户他处 | lost | 落户外地, 流失, 已流失, 外流, lost to another place, gone elsewhere
    closed | 结束 | closed | 已结束, 关闭, 完结, 销号, 归档, ended, finished
""")
# The conditions after which nothing of a project goes on.
ENDED = ("terminated", "lost", "closed")

# Cumulative work done (累计完成投资) and planned investment without a year (计划投资) are no spellings of any kind:
# they would be counted twice, or against the wrong total.
CAPITAL_KINDS = _vocabulary("""
    capital kind | 资金类别
    total | 总投资 | total investment | 总投资额, 投资总额, 计划总投资, 项目总投资
    plan | 年度计划投资 | annual plan | 年度计划, 年计划投资, 当年计划投资, 本年计划投资, 年度投资计划,
        planned for the year
    completed | 完成投资 | completed investment | 完成投资额, 投资完成额, 已完成投资, 实际完成投资, 本年完成投资,
        当年完成投资, 固定资产投资完成额, work done
    registered | 入统投资 | registered investment | 入统投资额, 入库投资, 入库投资额, 统计入库投资,
        investment in the statistics
    contracted_foreign | 合同外资 | contracted foreign capital | 合同外资额, 合同外资金额, 合同利用外资, 协议外资,
        contracted fdi, contractual foreign capital
    utilised_foreign | 实到外资 | utilised foreign capital | 实际利用外资, 实际使用外资, 实际到位外资, 外资到账,
        外资到位, 到账外资, 到位外资, utilized foreign, utilized foreign capital, utilised fdi, utilized fdi,
        fdi utilised, fdi utilized
    utilised_domestic | 实到内资 | utilised domestic capital | 实际利用内资, 实际到位内资, 内资到账, 内资到位,
        到账内资, 到位内资, utilized domestic, utilized domestic capital
    funds_in_place | 到位资金 | funds in place | 资金到位, 实际到位资金, 本年到位资金, funding in place,
        funds available
    paid | 实际支付 | paid | 实付, 实际支付额, 支付金额, 已支付, 已付款, actual payments, actual cost, disbursed
""")
# Kinds that hold from a day on instead of adding up.
VALID_FROM = ("total", "plan")

PROJECT_KINDS = _vocabulary("""
    project kind | 项目类型
    new | 新建 | new | 新建项目, 新设, 新设立, greenfield, new build
    expansion | 扩建 | expansion | 扩建项目, 改扩建, 改建扩建, extension
    capital_increase | 增资 | capital increase | 增资项目, 增资扩产, 增资扩股
    relocation | 搬迁 | relocation | 搬迁项目, 迁建, 迁入, move
    lease | 租赁 | lease | 租赁厂房, 租赁项目, 租用, leased, leased space, rented
    acquisition | 并购 | acquisition | 收购, 兼并, 兼并收购, merger, m&a, takeover
""")

# 以上 includes the figure itself in Chinese usage, so the inclusive forms ("at least") belong to `over` too.
QUALIFIERS = _vocabulary("""
    qualifier | 限定词
    exact | 准确 | exact | 精确, 确切, exactly, =
    about | 约 | about | 大约, 约为, 左右, around, approximately, approx, circa, ≈, ~
    nearly | 近 | nearly | 接近, 将近, almost, close to
    over | 超 | over | 突破, 超过, 逾, 高于, 以上, 至少, 不少于, 不低于, more than, above, at least, >, ≥
    at_most | 至多 | at most | 最多, 不超过, 不多于, 以内, up to, no more than, ≤
""")

AVAILABILITY = _vocabulary("""
    availability | 数据状态
    reported | 已报 | reported | 上报, 已上报, 已填报
    estimated | 估计 | estimated | 估算, 预计, 暂估, estimate
    unknown | 未知 | unknown | 不详, 不明, not known
    withheld | 不公开 | withheld | 保密, 未公开, 未披露, 不予公开, confidential, undisclosed
""")

RELATIONS = _vocabulary("""
    relation | 关联
    supports | 配套 | supports | 为其配套, 配套于, supporting, supplies
    phase_of | 分期 | phase of | 分期于, phase, stage of
    replaces | 替代 | replaces | 取代, 代替, replacing
    depends_on | 依赖 | depends on | 依赖于, 前置, depends, requires
""")

# From the first rung of the ladder to the last. 科技型中小企业 alone is also a national register, so it is no spelling.
CERTIFICATIONS = _vocabulary("""
    certification | 资质认定
    tech_sme | 省科技型中小企业 | provincial technology SME | 省级科技型中小企业, 浙江省科技型中小企业
    high_tech | 国家高新技术企业 | national high-tech enterprise | 高新技术企业, 国家级高新技术企业, 国高, 高企
    specialised_sme | 专精特新中小企业 | specialised and innovative SME | 专精特新, specialized sme, srdi sme
    little_giant | 国家级专精特新“小巨人”企业 | national little giant | 小巨人, 小巨人企业, 国家级小巨人,
        专精特新小巨人, 国家级专精特新小巨人, 专精特新小巨人企业, national little giant enterprise
    single_champion | 制造业单项冠军 | manufacturing single champion | 单项冠军, 单项冠军企业, 制造业单项冠军企业
""")

COMPANY_ROLES = _vocabulary("""
    company role | 企业角色
    chain_leader | 链主 | chain leader | 链主企业, 链主型企业
    leading | 龙头 | leading enterprise | 龙头企业, 骨干, 骨干企业
    supporting | 配套 | supporting enterprise | 配套企业, supplier
""")

ORIGINS = _vocabulary("""
    capital origin | 资金来源地
    foreign | 外资 | foreign | 外商, 外商投资, 外商独资, 外企, foreign-funded, wfoe
    domestic | 内资 | domestic | 国内投资, 内资企业, domestic-funded
    mixed | 中外合资 | mixed | 合资, 中外合作, joint venture, jv
""")

LIGHTS = _vocabulary("""
    light | 灯号
    green | 绿灯 | green | 绿, 绿色, 绿牌
    yellow | 黄灯 | yellow | 黄, 黄色, 黄牌, amber
    red | 红灯 | red | 红, 红色, 红牌
    grey | 灰灯 | grey | 灰, 灰色, 无, 无灯, gray, none, no light
""")

LEAD_SOURCES = _vocabulary("""
    lead source | 招商渠道
    referral_by_investor | 以商引商 | referral by an investor | 企业推荐, 以企引企, investor referral
    overseas_mission | 出海抢商 | overseas mission | 境外招商, 出境招商, 海外招商
    fund_led | 基金招商 | fund-led | 资本招商, fund
    chain_led | 产业链招商 | chain-led | 链式招商, 以链招商, chain
    stationed_office | 驻点招商 | stationed office | 驻外招商, 驻点, liaison office
    agent | 中介招商 | agent | 委托招商, 第三方招商, 代理招商, intermediary, broker
    event | 节会招商 | event | 展会招商, 会展招商, 推介会, fair, trade fair, exhibition
    association | 商会招商 | association | 协会招商, 商协会, chamber of commerce
    government_referral | 政府推荐 | government referral | 上级推荐, 部门推荐, 上级推介
    existing_investor | 存量增资 | existing investor | 本地企业增资, 增资扩产, reinvestment
    walk_in | 主动来访 | walk-in | 自主来访, 上门咨询, 主动对接
    other | 其他 | other | 其它
""")

FIELD_TYPES = _vocabulary("""
    field type | 字段类型
    text | 文本 | text | 文字, 字符, string
    number | 数字 | number | 数值, numeric
    amount | 金额 | amount | money
    date | 日期 | date | day, 时间
    yes_no | 是否 | yes or no | 布尔, boolean, bool
""")


class Nature(NamedTuple):
    """How an indicator is measured: "money", "count", "percent" or "rank"; what is a `flow` adds up over a year."""

    measure: str
    flow: bool


# Code | 名称 | name | other spellings | measure | flow (adds up over a year) or state (holds at a time).
# Output of one company and of all above-scale ones is one indicator: the subject says whose it is.
_TABLE = """
approved_projects | 报批内外资项目 | approved projects | 报批项目, 报批内外资项目数 | count | flow
contracted_foreign | 合同外资 | contracted foreign capital | 合同外资额, 合同利用外资 | money | flow
utilised_foreign | 实到外资 | utilised foreign capital | 实际利用外资, utilized foreign capital | money | flow
utilised_domestic | 实到内资 | utilised domestic capital | 实际利用内资, utilized domestic capital | money | flow
large_projects | 招大引强项目 | large projects | 新认定招大引强项目, newly recognised large projects | count | flow
filed_projects | 备案亿元以上项目 | filed projects of 100m | 亿元以上备案项目, 备案亿元以上投资项目 | count | flow
fixed_investment | 固定资产投资 | fixed-asset investment | 固投, fixed investment | money | flow
output | 产值 | output | 工业产值, 规上工业产值, 规模以上工业产值, industrial output | money | flow
output_increment | 产值增量 | output increment | 新增产值, increase in output | money | flow
rd_spending | 研发费用 | R&D spending | 规上研发费用, 规上企业研发费用, research spending | money | flow
tax_revenue | 税收 | tax revenue | 税收收入, taxes | money | flow
above_scale_enterprises | 规上工业企业 | above-scale enterprises | 规模以上工业企业, 规上企业 | count | state
little_giants_new | 新增小巨人 | new little giants | 新认定小巨人, 新增国家级专精特新小巨人 | count | flow
little_giants | 小巨人 | little giants | 小巨人企业, 国家级专精特新小巨人 | count | state
high_tech_new | 新增高新技术企业 | new high-tech enterprises | 新增高企, 新增国家级高新技术企业 | count | flow
high_tech | 高新技术企业 | high-tech enterprises | 高企, 国家级高新技术企业 | count | state
tech_sme_new | 新增科技型中小企业 | new tech SMEs | 新增省科技型中小企业, 新增省级科技型中小企业 | count | flow
tech_sme | 科技型中小企业 | tech SMEs | 省科技型中小企业, 省级科技型中小企业 | count | state
internet_platforms | 省级工业互联网平台 | provincial industrial-internet platforms | 工业互联网平台 | count | flow
five_ten_billions | 五个百亿 | five ten-billions | 五个百亿行动 | count | state
employees | 从业人员 | employees | 职工人数, 从业人数, staff | count | state
rank | 排名 | rank | 位次, 名次, 全省排名, ranking | rank | state
"""


def _rows() -> Iterator[tuple[Term, Nature]]:
    for place, line in enumerate(_TABLE.strip().splitlines(), start=1):
        code, zh, en, synonyms, measure, kind = (cell.strip() for cell in line.split("|"))
        words = tuple(word.strip() for word in synonyms.split(","))
        yield Term(code, zh, en, words, place), Nature(measure, kind == "flow")


INDICATORS = Vocabulary("indicator", "指标", tuple(term for term, _nature in _rows()))
NATURES: dict[str, Nature] = {term.code: nature for term, nature in _rows()}
SUBJECT_KINDS = Vocabulary(
    "subject",
    "对象",
    (
        Term("zone", "开发区", "zone", ("园区", "全区", "development zone"), 1),
        Term("site", "地块", "site", ("park", "产业园", "片区"), 2),
        Term("chain", "产业链", "chain", ("industry chain",), 3),
        Term("company", "企业", "company", ("公司", "enterprise"), 4),
    ),
)

DAY_KINDS = _vocabulary("""
    kind of day | 日期性质
    holiday | 放假 | holiday | 休, 休息, 节假日, 假日, 法定节假日, off, day off
    working | 调休上班 | working day | 班, 上班, 补班, 调休, 工作日, work, workday, makeup
""")


def noun_of(table: str) -> str:
    """The noun for a row of `table`."""
    return {
        "company": _("company"),
        "certification": _("certification"),
        "project": _("project"),
        "custom_field": _("field"),
        "label": _("label"),
        "relation": _("relation"),
        "stage_event": _("stage"),
        "condition_event": _("condition"),
        "milestone": _("milestone"),
        "milestone_date": _("milestone date"),
        "capital_entry": _("capital entry"),
        "review": _("progress report"),
        "indicator_value": _("indicator value"),
        "request": _("request"),
        "follow_up": _("follow-up"),
        "exchange_rate": _("exchange rate"),
        "baseline": _("baseline"),
        "schedule": _("schedule"),
        "import_map": _("map of a file"),
        "month_close": _("close of a month"),
        "calendar_day": _("day of the calendar"),
    }[table]
