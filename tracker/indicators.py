"""The indicators a zone, site, chain or company reports: their names, what they are measured in, how they add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.vocabulary import Term, Vocabulary


@dataclass(frozen=True, slots=True)
class Nature:
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
