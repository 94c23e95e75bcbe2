"""Made-up companies and projects: every name begins with 示例 or Sample, so that none is taken for a real one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tracker.demo.chance import Dice

SOURCE = "示例月报 (made up)"
# The number of the project that goes back a stage, with a reason.
GOES_BACK = 2
# In every dozen: the suppliers of its flagship (of the first three dozens), a parent, and that parent's phases.
SUPPLIERS, FLAGSHIPS, PARENT, PHASES = (3, 4, 5), 3, 6, (7, 8)
# How much of the parent each of its two phases is.
PHASE_PERCENT = 45


@dataclass(frozen=True, slots=True)
class Trade:
    """An industry chain: its code in project codes, its name, and what its companies make in both languages."""

    code: str
    chain: str
    zh: str
    en: str


TRADES = (
    Trade("ev", "新能源汽车", "电驱动", "E-Drive"),
    Trade("tool", "高端机床", "精密机床", "Machine Tool"),
    Trade("bio", "生物医药", "生物制药", "Biopharma"),
    Trade("mat", "新材料", "复合材料", "Composites"),
    Trade("chip", "集成电路", "半导体", "Semiconductor"),
    Trade("home", "智能家居", "智能家电", "Smart Home"),
)
SITES = ("示例东区", "示例西区", "示例国别园", "示例飞地园")
GRIDS = ("一网格", "二网格", "三网格", "四网格", "五网格", "六网格")
OWNERS = ("专员甲", "专员乙", "专员丙", "专员丁", "专员戊", "专员己", "专员庚", "专员辛")
# Half of the capital comes from China.
COUNTRIES = ("CN", "CN", "CN", "CN", "CN", "JP", "DE", "US", "KR", "FR")
KINDS = ("new", "new", "new", "new", "expansion", "expansion", "capital_increase", "relocation", "lease", "acquisition")
LEADS = (
    "referral_by_investor",
    "overseas_mission",
    "fund_led",
    "chain_led",
    "stationed_office",
    "event",
    "existing_investor",
    "walk_in",
)
TAGS = ("省重点", "市重点", "亿元以上", "外资标杆")
_GIVEN = (
    ("晨星", "Morningstar"),
    ("远帆", "Farsail"),
    ("青禾", "Greengrain"),
    ("云岭", "Cloudridge"),
    ("北斗", "Dipper"),
    ("流萤", "Firefly"),
    ("磐石", "Bedrock"),
    ("听涛", "Surf"),
    ("白鹭", "Egret"),
    ("朝露", "Dew"),
    ("松风", "Pinewind"),
    ("星河", "Galaxy"),
    ("海棠", "Crabapple"),
    ("丹霞", "Redcliff"),
    ("明镜", "Mirror"),
    ("春雷", "Thunder"),
)
_WORKS = {
    "new": ("生产基地", "Plant"),
    "expansion": ("扩建", "Extension"),
    "capital_increase": ("增资", "Capital Increase"),
    "relocation": ("搬迁", "Relocation"),
    "lease": ("租赁厂房", "Leased Workshop"),
    "acquisition": ("并购", "Acquisition"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What does not change in the life of a made-up project; `added_on` is the day it was first recorded."""

    index: int
    code: str
    name: str
    name_en: str
    company: str
    company_en: str
    trade: Trade
    kind: str
    country: str
    flagship: bool
    added_on: date
    parent: str | None = None

    @property
    def foreign(self) -> bool:
        """Whether the capital comes from abroad."""
        return self.country != "CN"

    @property
    def has_phases(self) -> bool:
        """Whether it is a parent; its phases are the next two of its dozen."""
        return self.parent is None and self.index % 12 == PARENT


def profile(index: int, dice: Dice, added_on: date) -> Profile:
    """The profile of the project number `index`, with a company of its own; every twelfth is a flagship."""
    trade = TRADES[(index + index // 12) % len(TRADES)]
    given, given_en = _GIVEN[index % len(_GIVEN)]
    round_ = index // len(_GIVEN)
    number = f"{round_ + 1}" if round_ else ""
    flagship = index % 12 == 0
    # A capital increase is built fast enough to go back before the story ends.
    kind = "new" if flagship else "capital_increase" if index == GOES_BACK else dice.pick(KINDS)
    works, works_en = _WORKS[kind]
    return Profile(
        index=index,
        code=f"{trade.code}-{index + 1:03d}",
        name=f"示例{given}{number}{trade.zh}{works}项目",
        name_en=f"Sample {given_en} {number} {trade.en} {works_en}".replace("  ", " "),
        company=f"示例{given}{number}{trade.zh}有限公司",
        company_en=f"Sample {given_en} {number} {trade.en} Co., Ltd.".replace("  ", " "),
        trade=trade,
        kind=kind,
        country=dice.pick(COUNTRIES),
        flagship=flagship,
        added_on=added_on,
    )


def phase(index: int, of: Profile, number: int, added_on: date) -> Profile:
    """The profile of a phase of another project: a part with a code of its own and the same company."""
    return replace(
        of,
        index=index,
        code=f"{of.code}-p{number}",
        name=f"{of.name}第{number}期",
        name_en=f"{of.name_en}, phase {number}",
        flagship=False,
        added_on=added_on,
        parent=of.code,
    )
