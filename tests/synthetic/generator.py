"""A made-up portfolio of any size: the same projects, histories and slips of the pen for the same seed.

Every name begins with 示例 or Sample, so that none is taken for a real one. Recording lags behind what happens. Offices
report as real ones do: most by month, some the year to date (本年累计) beside the month, some only the year to date or
all time (累计). Some skip a month, some do not know one, some restate an earlier figure, some report nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from tests.synthetic.steps import (
    Act,
    AddCompany,
    AddProject,
    AnswerRequest,
    Certify,
    CloseRequest,
    CorrectCapital,
    EditProject,
    EnterStage,
    Following,
    Forecast,
    Link,
    OpenRequest,
    PlanMilestone,
    Rebaseline,
    RecordCapital,
    RecordIndicator,
    Report,
    SetCondition,
    SetRate,
    SetTarget,
    Step,
    Undo,
)
from tracker.dates import Period
from tracker.money import Figure, Money
from tracker.money.quantities import Quantity

T = TypeVar("T")


class Dice:
    """Draws from one seed; of the generator only `random()` is used, whose sequence Python promises to keep."""

    def __init__(self, seed: int, stream: int) -> None:
        """Each `stream` of a `seed` is drawn on its own, so that one project more changes no other."""
        self._random = random.Random(seed * 1_000_003 + stream)

    def below(self, share: float) -> bool:
        """True in `share` (0 to 1) of the draws."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of `options`; one that is listed twice is twice as likely."""
        return options[int(self._random.random() * len(options))]

    def skewed(self, middle: int) -> int:
        """A duration around `middle`, now and then twice as long: a product of chances, as delays multiply."""
        hundredths = middle * 100
        for _factor in range(3):
            # Factors whose logarithms balance; whole numbers, because rounding differs between machines.
            hundredths = hundredths * self.between(70, 142) // 100
        return max(1, hundredths // 100)

    def later(self, day: date, low: int, high: int) -> date:
        """A day from `low` to `high` days after `day`."""
        return day + timedelta(self.between(low, high))


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


# The last day on which anything is recorded.
END = date(2023, 6, 30)

# Days between one stage and the next, around which chance moves.
_SIGNED_TO_STARTED = 200
_STARTED_TO_COMPLETED = 420
_COMPLETED_TO_PRODUCTION = 90
_PRODUCTION_TO_CAPACITY = 240


@dataclass(frozen=True, slots=True)
class Turn:
    """A stage or condition a project enters on a day; `why` where a reason is due."""

    day: date
    stage: str | None = None
    condition: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """The turns of a project in order, and the spans in which it stands still."""

    turns: tuple[Turn, ...]
    still: tuple[tuple[date, date], ...] = ()

    def day_of(self, stage: str) -> date | None:
        """When the project first enters a stage."""
        return next((turn.day for turn in self.turns if turn.stage == stage), None)

    @property
    def ended(self) -> date:
        """The day after which nothing happens any more: its end, or a day beyond the story."""
        return next((turn.day for turn in self.turns if turn.condition in ("terminated", "lost")), date.max)

    def works_on(self, day: date) -> bool:
        """Whether the project is neither ended nor standing still."""
        return day <= self.ended and not any(first <= day <= last for first, last in self.still)


def live(profile: Profile, dice: Dice, begin: date) -> Life:
    """The life of a project whose first turn is on `begin`."""
    turns = _courtship(dice, begin) if not profile.flagship and dice.below(0.5) else []
    if turns and dice.below(0.2):
        lost = Turn(dice.later(turns[-1].day, 30, 120), condition="lost", why="示例：落户外地")
        return Life((*turns, lost))
    signed = dice.later(turns[-1].day, 30, 90) if turns else begin
    turns += _building(profile.kind, dice, signed)
    fate = dice.between(1, 100)
    if profile.index == GOES_BACK:
        return Life(tuple(_gone_back(turns, dice)))
    if fate <= 9 and not profile.flagship:
        return Life(tuple(_terminated(turns, dice)))
    if fate <= 26:
        return _suspended(turns, dice, resumes=fate > 13)
    return Life(tuple(turns))


def _courtship(dice: Dice, begin: date) -> list[Turn]:
    turns = [Turn(begin, stage="lead")]
    if dice.below(0.7):
        turns.append(Turn(dice.later(begin, 20, 90), stage="negotiating"))
    return turns


def _building(kind: str, dice: Dice, signed: date) -> list[Turn]:
    """From the signature to full capacity; leased and bought plants skip land and construction."""
    quick = dice.below(0.3)
    to_start = dice.skewed(70 if quick else _SIGNED_TO_STARTED)
    stages = {"signed": 0, "filed": to_start // 4}
    if kind in ("lease", "acquisition"):
        stages["in_production"] = to_start + 20
    else:
        on_own_land = kind != "capital_increase"
        building = dice.skewed(_STARTED_TO_COMPLETED if on_own_land else _STARTED_TO_COMPLETED // 2)
        if on_own_land:
            stages["site_secured"] = to_start * 3 // 5
        stages["under_construction"] = to_start
        if on_own_land:
            stages["topped_out"] = to_start + building * 45 // 100
        stages["completed"] = to_start + building
        stages["in_production"] = to_start + building + dice.skewed(_COMPLETED_TO_PRODUCTION)
    stages["at_capacity"] = stages["in_production"] + dice.skewed(_PRODUCTION_TO_CAPACITY)
    return [Turn(signed + timedelta(days), stage=stage) for stage, days in stages.items()]


def _gone_back(turns: list[Turn], dice: Dice) -> list[Turn]:
    """The same life, but what was called completed has to be built again."""
    at = next(place for place, turn in enumerate(turns) if turn.stage == "completed")
    found = dice.between(20, 50)
    again = Turn(turns[at].day + timedelta(found), stage="under_construction", why="示例：验收未通过，返工")
    rest = [Turn(turn.day + timedelta(found + 60), stage=turn.stage) for turn in turns[at:]]
    return [*turns[: at + 1], again, *rest]


def _terminated(turns: list[Turn], dice: Dice) -> list[Turn]:
    at = dice.between(1, len(turns) - 1)
    end = Turn(dice.later(turns[at - 1].day, 40, 200), condition="terminated", why="示例：投资方撤回")
    return [turn for turn in turns if turn.day < end.day] + [end]


def _suspended(turns: list[Turn], dice: Dice, *, resumes: bool) -> Life:
    """The same life with a standstill after one of its middle stages; what comes later comes later by as much."""
    at = dice.between(1, max(1, len(turns) - 3))
    stop = dice.later(turns[at].day, 5, 60)
    before = [turn for turn in turns if turn.day < stop]
    halt = Turn(stop, condition="suspended", why="示例：资金未到位")
    if not resumes:
        return Life((*before, halt), ((stop, date.max),))
    days = dice.between(60, 240)
    resume = Turn(stop + timedelta(days), condition="active")
    after = [Turn(turn.day + timedelta(days), turn.stage) for turn in turns if turn.day >= stop]
    return Life((*before, halt, resume, *after), ((stop, resume.day),))


@dataclass
class Notebook:
    """The steps of one project in the order of writing; a correction or undo names its step by its number here."""

    steps: list[Step] = field(default_factory=list)

    def write(self, day: date, act: Act) -> int:
        """Write an act recorded on `day`; its number in this notebook, from 1."""
        self.steps.append(Step(day, act))
        return len(self.steps)


@dataclass
class Clerk:
    """Whoever records one subject of a project, in order: never before what was recorded last."""

    dice: Dice
    last: date

    def hears(self, day: date, low: int, high: int) -> date:
        """The day on which something that happened on `day` is recorded, `low` to `high` days later."""
        self.last = max(self.last, self.dice.later(day, low, high))
        return self.last

    def lag(self, day: date) -> date:
        """The usual lag of up to 45 days, sometimes of months."""
        return self.hears(day, 60, 150) if self.dice.below(0.05) else self.hears(day, 0, 45)


def period(dice: Dice, day: date) -> Period:
    """`day` as exactly as it is known: mostly the day itself, else its month, quarter or year."""
    known = dice.between(1, 100)
    if known <= 72:
        return Period.day(day)
    if known <= 84:
        return Period.month(day.year, day.month)
    if known <= 92:
        return Period.quarter(day.year, (day.month + 2) // 3)
    return Period.year(day.year)


def told(day: date) -> bool:
    """Whether a day still belongs to the story."""
    return day <= END


def months_between(first: date, last: date) -> list[Period]:
    """The calendar months from that of `first` to that of `last`."""
    found = []
    day = first.replace(day=1)
    while day <= last:
        month = Period.month(day.year, day.month)
        found.append(month)
        day = month.last + timedelta(1)
    return found


# What a schedule promises, in days after the signature.
_PROMISED = {"under_construction": 180, "completed": 560, "in_production": 640}


@dataclass(frozen=True, slots=True)
class Telling:
    """One project with everything its recording draws on."""

    profile: Profile
    life: Life
    dice: Dice
    notebook: Notebook


def open_project(story: Telling) -> None:
    """Record the company and the project, and later what becomes known of them."""
    profile, dice, write = story.profile, story.dice, story.notebook.write
    day = profile.added_on
    if profile.parent is None:
        write(day, _company(profile, dice))
    project = _project(profile, dice)
    write(day, project)
    clerk = Clerk(dice, day)
    land = story.life.day_of("site_secured")
    if land:
        write(clerk.lag(land), EditProject(code=profile.code, land=dice.between(8, 400) * 500, source=SOURCE))
    start = story.life.day_of("under_construction")
    if start and dice.below(0.4):
        heard = clerk.hears(start, 10, 90)
        write(heard, EditProject(code=profile.code, registered=Period.month(heard.year, heard.month), source=SOURCE))
    if dice.below(0.2):
        owner = dice.pick([owner for owner in OWNERS if owner != project.owner])
        write(clerk.hears(day, 90, 700), EditProject(code=profile.code, owner=owner))
    if dice.below(0.15):
        grid = dice.pick([grid for grid in GRIDS if grid != project.grid])
        write(clerk.hears(day, 90, 500), EditProject(code=profile.code, grid=grid, tags=(dice.pick(TAGS),)))
    if profile.parent is None and dice.below(0.4):
        step = dice.pick(("tech_sme", "high_tech", "little_giant"))
        on = clerk.hears(day, 30, 900)
        write(on, Certify(company=profile.company, certification=step, on=Period.year(on.year), source=SOURCE))


def _company(profile: Profile, dice: Dice) -> AddCompany:
    return AddCompany(
        name=profile.company,
        name_en=profile.company_en,
        country=profile.country,
        group_name="示例集团" if dice.below(0.15) else None,
        role="chain_leader" if profile.flagship else dice.pick(("leading", "supporting", None)),
        founded=dice.between(1995, 2021),
        source=SOURCE,
    )


def _project(profile: Profile, dice: Dice) -> AddProject:
    return AddProject(
        code=profile.code,
        name=profile.name,
        name_en=profile.name_en,
        kind=profile.kind,
        company=profile.company,
        chain=profile.trade.chain,
        sector=profile.trade.zh,
        site=None if dice.below(0.08) else dice.pick(SITES),
        grid=dice.pick(GRIDS),
        owner=None if dice.below(0.05) else dice.pick(OWNERS),
        lead_source=dice.pick(LEADS),
        capital_origin="foreign" if profile.foreign else dice.pick(("domestic", "domestic", "domestic", "mixed")),
        jobs=dice.between(3, 120) * 10 if dice.below(0.7) else None,
        parent=profile.parent,
        tags=(dice.pick(TAGS),) if dice.below(0.3) else (),
        externals=(f"备案代码=示例-{profile.index + 1:06d}",) if dice.below(0.4) else (),
        source=SOURCE,
    )


def record_turns(story: Telling) -> dict[str, date]:
    """Record the stages and conditions; the day each stage was first recorded on."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    clerk = Clerk(dice, story.profile.added_on)
    recorded: dict[str, date] = {}
    for turn in story.life.turns:
        day, on = clerk.lag(turn.day), period(dice, turn.day)
        if turn.condition:
            write(day, SetCondition(code=code, condition=turn.condition, on=on, why=turn.why, source=SOURCE))
        elif turn.stage:
            if turn.stage == "topped_out" and dice.below(0.15):
                # Taken for more than it was, and undone at once.
                wrong = write(day, EnterStage(code=code, stage="completed", on=on, source=SOURCE))
                write(day, Undo(change=wrong))
            write(day, EnterStage(code=code, stage=turn.stage, on=on, why=turn.why, source=SOURCE))
            recorded.setdefault(turn.stage, day)
    return recorded


def record_milestones(story: Telling, recorded: dict[str, date]) -> None:
    """Record the schedule promised at the signature, and every new expectation until a milestone is reached."""
    signed = story.life.day_of("signed")
    if signed is None or not story.dice.below(0.8):
        return
    clerk = Clerk(story.dice, recorded["signed"])
    for milestone, days in _PROMISED.items():
        if milestone == "in_production" or story.life.day_of(milestone):
            promised = signed + timedelta(days if story.life.day_of("under_construction") else days // 3)
            _record_milestone(story, clerk.hears(signed, 0, 30), milestone, promised, recorded)


def _record_milestone(
    story: Telling, planned_on: date, milestone: str, promised: date, recorded: dict[str, date]
) -> None:
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    baseline = _expectation(dice, promised)
    plan = PlanMilestone(code=code, milestone=milestone, on=baseline, made=story.life.day_of("signed"), source=SOURCE)
    write(planned_on, plan)
    truth = story.life.day_of(milestone) or promised + timedelta(dice.between(60, 300))
    # Nobody expects any more what has been recorded, or what has ended.
    closed = min(recorded.get(milestone, date.max), story.life.ended)
    clerk = Clerk(dice, planned_on)
    made = max(planned_on, promised - timedelta(dice.between(60, 200)))
    for _again in range(dice.between(0, 4)):
        day = clerk.hears(made, 0, 20)
        if day >= closed or not told(day):
            return
        near = promised + (truth - promised) * dice.between(30, 100) // 100
        expected = _expectation(dice, max(near, made + timedelta(15)))
        write(day, Forecast(code=code, milestone=milestone, on=expected, made=made, source=SOURCE))
        made = max(made, day) + timedelta(dice.between(30, 120))


def _expectation(dice: Dice, day: date) -> Period:
    return Period.day(day) if dice.below(0.3) else Period.month(day.year, day.month)


def record_reports(story: Telling) -> None:
    """Record the monthly progress reports of the building, and one of the half-year on the last day of the story."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    clerk = Clerk(dice, story.profile.added_on)
    start, done = story.life.day_of("under_construction"), story.life.day_of("completed")
    if start and done:
        for month in months_between(start, min(done, END)):
            if story.life.works_on(month.last) and dice.below(0.45):
                physical = min(10_000, 10_000 * max(1, (month.last - start).days) // max(1, (done - start).days))
                light = dice.pick(("green", "green", "yellow", "red", None))
                report = Report(code=code, on=month, physical=physical, text="示例进度", light=light, source=SOURCE)
                write(clerk.hears(month.last, 1, 12), report)
    # Written by whoever closes the books, so that every story ends on the same day.
    if story.life.works_on(END):
        write(END, Report(code=code, on=Period.half(END.year, 1), text="示例：半年盘点", source=SOURCE))


# Minor units of 万 of each currency; the yen has none.
_WAN = {"CNY": 10**6, "USD": 10**6, "EUR": 10**6, "JPY": 10**4}
# How many units are of the size of ten yuan: so that amounts look alike, not a rate.
_SIZE = {"CNY": 10, "USD": 1, "EUR": 1, "JPY": 200}
_SLIP = 10**4
# How offices report the work done; one that is listed twice is twice as likely.
MANNERS = ("month",) * 5 + ("beside",) * 2 + ("ytd", "cumulative", "quarter", "nothing")


@dataclass(frozen=True, slots=True)
class Size:
    """The money of a project: its total in 万 of its currency, and what is built of it a month in hundredths of 万."""

    currency: str
    wan: int
    share: int


def record_money(story: Telling, recorded: dict[str, date], parent: Size | None) -> Size | None:
    """Record every capital figure of a project, from the day its signature was recorded; what size it has.

    A phase has its part of the size of its `parent`.
    """
    if "signed" not in recorded:
        return None
    currency, wan = _size(story.profile, story.dice)
    if parent is not None:
        currency, wan = parent.currency, max(10, parent.wan * PHASE_PERCENT // 100)
    clerk = Clerk(story.dice, recorded["signed"])
    _total(story, clerk, currency, wan)
    start = story.life.day_of("under_construction") or story.life.day_of("filed")
    done = story.life.day_of("completed") or story.life.day_of("in_production")
    if start is None:
        return Size(currency, wan, 0)
    done = done or start + timedelta(400)
    months = [month for month in months_between(start, min(done, END)) if story.life.works_on(month.last)]
    building = max(1, len(months_between(start, done)))
    share = wan * 100 // building
    planned = wan
    if parent is not None and parent.share:
        # It builds no faster than its part of what is planned of the parent.
        share = min(share, parent.share * PHASE_PERCENT // 100)
        planned = share * building // 100
    _plans(story, Clerk(story.dice, recorded["signed"]), currency, planned, start, done)
    _work_done(story, Clerk(story.dice, recorded["signed"]), currency, share, months)
    _arrivals(
        story, Clerk(story.dice, recorded["signed"]), wan // _SIZE[currency], start, min(done, END, story.life.ended)
    )
    _payments(story, Clerk(story.dice, recorded["signed"]), currency, share, months)
    return Size(currency, wan, share)


def _size(profile: Profile, dice: Dice) -> tuple[str, int]:
    """The currency of a project and its size in 万 of it."""
    currency = dice.pick(("CNY", "USD", "EUR", "JPY")) if profile.foreign and dice.below(0.5) else "CNY"
    tens = dice.between(8_000, 40_000) if profile.flagship else dice.skewed(dice.pick((300, 800, 2_000, 6_000)))
    return currency, max(10, tens * _SIZE[currency])


def _figure(dice: Dice, currency: str, wan: int) -> Figure:
    """A figure of so many 万, now and then qualified or estimated."""
    qualifier = "exact" if dice.below(0.75) else dice.pick(("about", "nearly", "over", "at_most"))
    return Figure(Money(wan * _WAN[currency], currency), qualifier, "estimated" if dice.below(0.06) else "reported")


def _exact(currency: str, hundredths_of_wan: int) -> Figure:
    return Figure(Money(hundredths_of_wan * _WAN[currency] // 100, currency))


def _total(story: Telling, clerk: Clerk, currency: str, wan: int) -> None:
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    slips = story.profile.index == 1 or dice.below(0.08)
    if dice.below(0.1) and not slips:
        return
    day = clerk.hears(clerk.last, 0, 20)
    if dice.below(0.1) and not slips:
        figure = Figure(None, "exact", dice.pick(("unknown", "unknown", "withheld")))
        write(day, RecordCapital(code=code, kind="total", figure=figure, source=SOURCE))
        return
    figure = _figure(dice, currency, wan)
    money = Money(wan * _WAN[currency], currency)
    if slips:
        # 亿 typed for 万, or 万 for 亿, and found weeks later.
        slipped = money.minor * _SLIP if wan < _SLIP else money.minor // _SLIP
        wrong = write(
            day, RecordCapital(code=code, kind="total", figure=Figure(Money(slipped, currency)), source=SOURCE)
        )
        write(clerk.hears(day, 14, 60), CorrectCapital(change=wrong, why="示例：单位万与亿混淆", figure=figure))
        return
    write(day, RecordCapital(code=code, kind="total", figure=figure, source=SOURCE))
    if dice.below(0.1):
        percent = dice.between(90, 139)
        grown = Figure(Money(money.minor * (percent + (percent >= 100)) // 100, currency))
        heard = clerk.hears(day, 120, 500)
        approved = heard - timedelta(wan % 11)
        write(heard, Rebaseline(code=code, total=grown, why="示例：总投资调整", approved=approved, source=SOURCE))


def _plans(story: Telling, clerk: Clerk, currency: str, wan: int, start: date, done: date) -> None:
    """A plan for each year of the building, approved in its first weeks; some are missing, some adjusted."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    months = max(1, len(months_between(start, done)))
    for year in range(start.year, min(done.year, END.year) + 1):
        first, last = max(start, date(year, 1, 1)), min(done, date(year, 12, 31))
        day = clerk.hears(first, 0, 40)
        if dice.below(0.15) or not story.life.works_on(first):
            continue
        figure = _exact(currency, wan * 100 * len(months_between(first, last)) // months)
        plan = RecordCapital(code=code, kind="plan", figure=figure, on=Period.year(year), source=SOURCE)
        number = write(day, plan)
        chance = dice.between(1, 100)
        if chance <= 12 and figure.money:
            # Agreed in a meeting, heard of some days later: it leaves the months before as they were.
            agreed = clerk.hears(day, 60, 200)
            cut = Figure(Money(figure.money.minor * dice.between(60, 95) // 100, currency))
            write(clerk.hears(agreed, 0, 15), replace(plan, figure=cut, from_day=agreed))
        elif chance <= 16 and figure.money:
            right = Figure(Money(figure.money.minor + wan, currency))
            write(clerk.hears(day, 5, 30), CorrectCapital(change=number, why="示例：计划数录错", figure=right))


def _work_done(story: Telling, clerk: Clerk, currency: str, share: int, months: list[Period]) -> None:
    """The work done, in the manner of this project's office."""
    manner = story.dice.pick(MANNERS)
    if story.profile.has_phases and story.dice.below(0.5):
        # The parent has the plan, its phases report what is done.
        manner = "nothing"
    office = Office(story, clerk, currency, share)
    match manner:
        case "month":
            office.report_months(months)
        case "quarter":
            office.report_quarters(months)
        case "beside":
            office.report_both(months)
        case "ytd" | "cumulative":
            office.report_running(months, manner)


@dataclass
class Office:
    """Who reports the work done on one project, about `share` hundredths of 万 a month."""

    story: Telling
    clerk: Clerk
    currency: str
    share: int

    def report_months(self, months: list[Period]) -> None:
        """Month by month; most begin with what was done since the beginning, some skip a month."""
        dice = self.story.dice
        for place, month in enumerate(months):
            amount = _noisy(dice, self.share)
            if place and dice.below(0.015):
                continue
            figure = _reported(dice, self.currency, amount)
            if place == 0 and dice.below(0.7):
                self._say("cumulative", _exact(self.currency, amount), month)
                self._say("ytd", _exact(self.currency, amount), month)
                continue
            _flow(self.story, self.clerk, "completed", figure, month)

    def report_quarters(self, months: list[Period]) -> None:
        """Quarter by quarter, what was done before the first whole one as the year to date."""
        for month in months:
            if month.last.month % 3 == 0:
                amount = _noisy(self.story.dice, self.share) * 3
                figure = _reported(self.story.dice, self.currency, amount)
                if month.last == months[min(2, len(months) - 1)].last:
                    self._say("ytd", figure, month)
                else:
                    quarter = Period.quarter(month.last.year, month.last.month // 3)
                    _flow(self.story, self.clerk, "completed", figure, quarter)

    def report_both(self, months: list[Period]) -> None:
        """The year to date and the month beside it; in some months the year says that earlier ones were otherwise."""
        dice, sum_, year = self.story.dice, 0, 0
        for place, month in enumerate(months):
            if month.last.year != year:
                sum_, year = 0, month.last.year
            amount = _noisy(dice, self.share)
            sum_ += amount
            if place and month.last.month > 1 and dice.below(0.06):
                sum_ = max(0, sum_ + self.share * dice.between(-20, 25) // 100)
            said = [("ytd", _exact(self.currency, sum_)), ("period", _reported(dice, self.currency, amount))]
            if place == 0:
                said.insert(0, ("cumulative", _exact(self.currency, sum_)))
            day = self.clerk.hears(month.last, 2, 12)
            for basis, figure in said if dice.below(0.8) else reversed(said):
                self._say(basis, figure, month, day)
            if dice.below(0.03):
                # Said again with another amount: the year was otherwise than reported.
                sum_ += self.share * dice.between(1, 15) // 100 + 1
                self._say("ytd", _exact(self.currency, sum_), month, self.clerk.hears(day, 5, 25))

    def report_running(self, months: list[Period], basis: str) -> None:
        """A figure that runs from the year's or the project's beginning; some months are skipped, some put right."""
        dice, sum_, year = self.story.dice, 0, 0
        for place, month in enumerate(months):
            if basis == "ytd" and month.last.year != year:
                sum_, year = 0, month.last.year
            sum_ += _noisy(dice, self.share)
            if dice.below(0.12):
                continue
            figure = Figure(None, "exact", "unknown") if dice.below(0.01) else _exact(self.currency, sum_)
            number = self._say(basis, figure, month)
            if place % 7 == 5:
                sum_ += self.share * dice.between(1, 9) // 100 + 1
                correction = CorrectCapital(change=number, why="示例：累计数更正", figure=_exact(self.currency, sum_))
                self.story.notebook.write(self.clerk.hears(self.clerk.last, 0, 8), correction)

    def _say(self, basis: str, figure: Figure, on: Period, day: date | None = None) -> int:
        """Report a figure on `day` (None: some days after the period); the number of the step."""
        said = RecordCapital(
            code=self.story.profile.code, kind="completed", figure=figure, on=on, basis=basis, source=SOURCE
        )
        return self.story.notebook.write(day or self.clerk.hears(on.last, 2, 10), said)


def _noisy(dice: Dice, share: int) -> int:
    """A month's part: nothing in some months, else around its share, in hundredths of 万."""
    return 0 if dice.below(0.04) else share * dice.between(30, 165) // 100


def _reported(dice: Dice, currency: str, amount: int) -> Figure:
    if dice.below(0.012):
        return Figure(None, "exact", dice.pick(("unknown", "withheld")))
    return _exact(currency, amount)


def _flow(story: Telling, clerk: Clerk, kind: str, figure: Figure, on: Period) -> None:
    """Report one period; some are put right, withdrawn, or recorded a second time and undone."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    entry = RecordCapital(code=code, kind=kind, figure=figure, on=on, source=SOURCE)
    # Some close the month before it is over.
    early = on.days > 5 and dice.below(0.08)
    day = clerk.hears(on.last, -5, -1) if early else clerk.hears(on.last, 2, 16)
    number = write(day, entry)
    chance = dice.between(1, 100)
    if chance <= 2:
        twice = write(clerk.hears(day, 0, 3), replace(entry, further=True))
        write(clerk.last, Undo(change=twice))
    elif chance == 3:
        write(clerk.hears(day, 5, 40), CorrectCapital(change=number, why="示例：重复上报", withdraw=True))
    elif chance <= 6 and figure.money and figure.money.minor:
        right = Figure(Money(figure.money.minor * dice.between(80, 120) // 100 + 100, figure.money.currency))
        fixed = write(clerk.hears(day, 5, 60), CorrectCapital(change=number, why="示例：数据核实", figure=right))
        if chance == 6:
            write(clerk.last, Undo(change=fixed))


def _arrivals(story: Telling, clerk: Clerk, tens: int, start: date, until: date) -> None:
    """Foreign or domestic capital of a project of `tens` ten-yuan 万: contracted, arrived in tranches, in place."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    usd = max(10, tens * dice.between(30, 80) // 100)
    if story.profile.foreign:
        entry = RecordCapital(
            code=code,
            kind="contracted_foreign",
            figure=_figure(dice, "USD", usd),
            on=Period.month(clerk.last.year, clerk.last.month),
            source=SOURCE,
        )
        write(clerk.hears(clerk.last, 0, 20), entry)
    kind, currency, part = (
        ("utilised_foreign", "USD", usd * 30) if story.profile.foreign else ("utilised_domestic", "CNY", tens * 200)
    )
    day = start
    for _tranche in range(dice.between(1, 4)):
        day = dice.later(day, 20, 150)
        if day > until:
            return
        _flow(story, clerk, kind, _exact(currency, _noisy(dice, part)), Period.day(day))
        if dice.below(0.3):
            _flow(story, clerk, "funds_in_place", _exact("CNY", _noisy(dice, tens * 200)), Period.day(day))


def _payments(story: Telling, clerk: Clerk, currency: str, share: int, months: list[Period]) -> None:
    """What was truly paid, by quarter, where the project reports it at all: bills come after the work."""
    if story.dice.below(0.5):
        for month in months:
            if month.last.month % 3 == 0:
                paid = _exact(currency, _noisy(story.dice, share) * 5 // 2)
                _flow(story, clerk, "paid", paid, Period.quarter(month.last.year, month.last.month // 3))


_ZONE = "zone:示例经济开发区"
_YEARS = (2020, 2021, 2022)
# Indicator, currency of its amounts (none: a count), the first year's value in units, growth a year in hundredths.
_MEASURES = (
    ("output", "CNY", 42_000_000_000, (104, 114)),
    ("utilised_foreign", "USD", 160_000_000, (92, 118)),
    ("utilised_domestic", "CNY", 900_000_000, (95, 115)),
    ("high_tech_new", None, 21, (90, 130)),
    ("large_projects", None, 4, (80, 140)),
)


def record_indicators(dice: Dice) -> Notebook:
    """Values of 2020 to 2022, each recorded early in the next year with that year's targets, then 2023 by month.

    Targets are a floor, and a stretch a tenth to a quarter above it.
    """
    notebook = Notebook()
    for indicator, currency, value, growth in _MEASURES:
        for year in _YEARS:
            day = dice.later(date(year + 1, 1, 10), 0, 40)
            notebook.write(day, _actual(indicator, _quantity(currency, value), Period.year(year)))
            floor = value * dice.between(*growth) // 100
            stretch = floor * dice.between(110, 125) // 100 + 1
            target = SetTarget(
                subject=_ZONE,
                indicator=indicator,
                on=Period.year(year + 1),
                floor=_quantity(currency, floor),
                stretch=_quantity(currency, stretch),
                source=SOURCE,
            )
            notebook.write(day, target)
            value = floor * dice.between(88, 118) // 100
        for month in months_between(date(2023, 1, 1), END):
            share = value * dice.between(60, 110) // 1200
            notebook.write(
                month.last + timedelta(dice.between(5, 20)), _actual(indicator, _quantity(currency, share), month)
            )
    return notebook


def _actual(indicator: str, value: Quantity, on: Period) -> RecordIndicator:
    return RecordIndicator(subject=_ZONE, indicator=indicator, value=value, on=on, source=SOURCE)


def _quantity(currency: str | None, value: int) -> Quantity:
    """`value` in units; all the currencies here have hundredths."""
    return Quantity("money", value * 100, currency) if currency else Quantity("count", value)


# Currency, decimals of its rate, and the rate at the beginning in units of the last of them.
_BEGINNINGS = (("USD", 4, 69_000), ("EUR", 4, 76_000), ("JPY", 6, 62_000))
# A rate stays within a tenth of where it began, and moves by at most a fiftieth of that a month.
_MOST, _STEP = 10, 50


def record_rates(dice: Dice) -> Notebook:
    """The rate of each currency in CNY at the end of every month from December 2019 on, recorded within days."""
    notebook = Notebook()
    months = months_between(date(2019, 12, 1), END)
    for currency, decimals, beginning in _BEGINNINGS:
        rate = beginning
        for month in months:
            # The last day of the story hears its own rate; the first one was recorded after it began.
            day = min(max(dice.later(month.last, 0, 3), date(2020, 1, 2)), END)
            text = _decimal(rate, decimals)
            notebook.write(day, SetRate(base=currency, counter="CNY", rate=text, day=month.last, source=SOURCE))
            rate += dice.between(-beginning // _STEP, beginning // _STEP)
            rate = min(max(rate, beginning - beginning // _MOST), beginning + beginning // _MOST)
    return notebook


def _decimal(rate: int, decimals: int) -> str:
    """An exact decimal text without zeros at its end."""
    digits = str(rate).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".")


# What is asked for, and the category it belongs to.
_WISHES = (
    ("用电", "示例：增容 2000 千伏安"),
    ("用电", "示例：双回路供电"),
    ("用地", "示例：加快交地"),
    ("审批", "示例：施工许可提前办理"),
    ("用工", "示例：招聘技术工人"),
    ("配套", "示例：职工宿舍"),
    ("融资", "示例：对接银行贷款"),
    ("物流", "示例：货车通行证"),
)


def record_requests(story: Telling) -> None:
    """Record up to three requests of a project or its company, one after the other; some wait, some are forgotten."""
    dice = story.dice
    clerk = Clerk(dice, story.profile.added_on)
    raised = story.profile.added_on
    for _request in range(dice.pick((0, 0, 1, 1, 2, 3))):
        raised = dice.later(raised, 20, 400)
        if raised > min(story.life.ended, END):
            return
        _record(story, clerk, raised)


def _record(story: Telling, clerk: Clerk, raised: date) -> None:
    dice, write = story.dice, story.notebook.write
    day = clerk.hears(raised, 0, 4)
    opened = write(day, _opening(story, raised))
    if dice.below(0.1):
        return
    answered = raised + timedelta(dice.skewed(5))
    text = "示例：已派人上门对接"
    day = clerk.hears(answered, 0, 3)
    write(day, AnswerRequest(change=opened, text=text, day=answered, source=SOURCE))
    if dice.below(0.88):
        closed = answered + timedelta(dice.skewed(18))
        day = clerk.hears(closed, 0, 3)
        write(day, CloseRequest(change=opened, text="示例：已办结", day=closed, source=SOURCE))


def _opening(story: Telling, raised: date) -> OpenRequest:
    dice, profile = story.dice, story.profile
    category, title = dice.pick(_WISHES)
    by_company = dice.below(0.2)
    return OpenRequest(
        title=title,
        code=None if by_company else profile.code,
        company=profile.company if by_company else None,
        category=category,
        due=_due(dice, raised),
        owner=dice.pick(OWNERS) if by_company or dice.below(0.25) else None,
        raised=raised,
        source=SOURCE,
    )


def _due(dice: Dice, raised: date) -> date | None:
    return dice.later(raised, 10, 40) if dice.below(0.85) else None


MOST = 2_000
_FIRST = date(2020, 1, 2)


def generate(projects: int, seed: int) -> list[Step]:
    """The history of `projects` (1 to 2,000) made-up projects from 2020 to 2023-06-30, in the order of recording.

    Step n is change n of an empty ledger. Raises ValueError for another number.
    """
    if not 1 <= projects <= MOST:
        raise ValueError(f"from 1 to {MOST} projects can be made up, not {projects}")
    profiles: list[Profile] = []
    sizes: list[Size | None] = []
    notebooks: list[Notebook] = []
    for index in range(projects):
        story, size = _story(Dice(seed, index), index, profiles, sizes)
        sizes.append(size)
        profiles.append(story.profile)
        notebooks.append(story.notebook)
    zone = [_links(Dice(seed, -1), profiles), record_indicators(Dice(seed, -2)), record_rates(Dice(seed, -3))]
    return _merged([*notebooks, *zone])


def _story(dice: Dice, index: int, before: list[Profile], sizes: list[Size | None]) -> tuple[Telling, Size | None]:
    place, of = index % 12, None
    if place in PHASES:
        parent, of = before[index - place + PARENT], sizes[index - place + PARENT]
        begin = min(dice.later(parent.added_on, 20, 200), END - timedelta(60))
        found = phase(index, parent, place - PARENT, max(parent.added_on, dice.later(begin, 0, 45)))
    else:
        begin = _FIRST + timedelta(dice.between(0, 100 if index in (0, GOES_BACK) else 1_180))
        found = profile(index, dice, dice.later(begin, 0, 45))
    story = Telling(found, live(found, dice, begin), dice, Notebook())
    open_project(story)
    recorded = record_turns(story)
    record_milestones(story, recorded)
    record_reports(story)
    size = record_money(story, recorded, of)
    record_requests(story)
    return story, size


def _links(dice: Dice, profiles: list[Profile]) -> Notebook:
    notebook = Notebook()
    for one in profiles:
        place = one.index % 12
        if place in SUPPLIERS and one.index < 12 * FLAGSHIPS:
            flagship = profiles[one.index - place]
            day = dice.later(max(one.added_on, flagship.added_on), 0, 60)
            notebook.write(day, Link(code=one.code, relation="supports", target=flagship.code, source=SOURCE))
    return notebook


def _merged(notebooks: list[Notebook]) -> list[Step]:
    """Every step by the day of recording, those of one day notebook by notebook, in the numbers of the whole."""
    ordered = sorted(
        (step.recorded_on, book, place)
        for book, notebook in enumerate(notebooks)
        for place, step in enumerate(notebook.steps, start=1)
        if told(step.recorded_on)
    )
    numbers = {(book, place): number for number, (_day, book, place) in enumerate(ordered, start=1)}
    return list(_renumbered(notebooks, ordered, numbers))


def _renumbered(
    notebooks: list[Notebook], ordered: list[tuple[date, int, int]], numbers: dict[tuple[int, int], int]
) -> Iterator[Step]:
    for _day, book, place in ordered:
        step = notebooks[book].steps[place - 1]
        if isinstance(step.act, Following):
            yield replace(step, act=replace(step.act, change=numbers[book, step.act.change]))
        else:
            yield step
