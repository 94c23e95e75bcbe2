"""How the money of a made-up project is reported: totals, plans, work done, capital that arrived.

Offices report as real ones do: most by month, some the year to date (本年累计) beside the month, some only the year to
date or all time (累计). Some skip a month, some do not know one, some restate an earlier figure, some report nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.dates import Period
from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.notebook import Clerk, months_between
from tracker.demo.steps import CorrectCapital, Rebaseline, RecordCapital, Undo
from tracker.demo.telling import Telling
from tracker.demo.trades import PHASE_PERCENT, SOURCE, Profile
from tracker.money import Figure, Money

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
