"""How the money of a made-up project is recorded: totals, plans, monthly work done, capital that arrived."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.dates import Period
from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.notebook import Clerk, months_between
from tracker.demo.steps import CorrectCapital, Rebaseline, RecordCapital, Undo
from tracker.demo.telling import Telling
from tracker.demo.trades import SOURCE, Profile
from tracker.money import Figure, Money

# Minor units of 万 of each currency; the yen has none.
_WAN = {"CNY": 10**6, "USD": 10**6, "EUR": 10**6, "JPY": 10**4}
# How many units are of the size of ten yuan: so that amounts look alike, not a rate.
_SIZE = {"CNY": 10, "USD": 1, "EUR": 1, "JPY": 200}
_SLIP = 10**4


def record_money(story: Telling, recorded: dict[str, date]) -> None:
    """Record every capital figure of a project, from the day its signature was recorded."""
    if "signed" not in recorded:
        return
    currency, wan = _size(story.profile, story.dice)
    clerk = Clerk(story.dice, recorded["signed"])
    _total(story, clerk, currency, wan)
    start = story.life.day_of("under_construction") or story.life.day_of("filed")
    done = story.life.day_of("completed") or story.life.day_of("in_production")
    if start is None:
        return
    done = done or start + timedelta(400)
    months = [month for month in months_between(start, min(done, END)) if story.life.works_on(month.last)]
    _plans(story, Clerk(story.dice, recorded["signed"]), currency, wan, start, done)
    share = wan * 100 // max(1, len(months_between(start, done)))
    _work_done(story, Clerk(story.dice, recorded["signed"]), currency, share, months)
    _arrivals(
        story, Clerk(story.dice, recorded["signed"]), wan // _SIZE[currency], start, min(done, END, story.life.ended)
    )
    _payments(story, Clerk(story.dice, recorded["signed"]), currency, share, months)


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
        if dice.below(0.12) and figure.money:
            cut = Figure(Money(figure.money.minor * dice.between(60, 95) // 100, currency))
            write(clerk.hears(day, 60, 200), CorrectCapital(change=number, why="示例：年中调整计划", figure=cut))


def _work_done(story: Telling, clerk: Clerk, currency: str, share: int, months: list[Period]) -> None:
    """The work done, as this project reports it: month by month, by quarter, or as a running figure."""
    manner = story.dice.pick(("flow", "flow", "flow", "flow", "quarter", "ytd", "ytd", "cumulative"))
    if manner in ("ytd", "cumulative"):
        # After a standstill a cumulative figure could add something that began in an earlier year.
        _running(story, clerk, currency, share, months, "ytd" if story.life.still else manner)
        return
    for month in months:
        if manner == "quarter" and month.last.month % 3:
            continue
        quarter = Period.quarter(month.last.year, month.last.month // 3) if manner == "quarter" else month
        amount = _noisy(story.dice, share) * (3 if manner == "quarter" else 1)
        _flow(story, clerk, "completed", _reported(story.dice, currency, amount), quarter)


def _noisy(dice: Dice, share: int) -> int:
    """A month's part: nothing in some months, else around its share, in hundredths of 万."""
    return 0 if dice.below(0.04) else share * dice.between(30, 165) // 100


def _reported(dice: Dice, currency: str, amount: int) -> Figure:
    if dice.below(0.03):
        return Figure(None, "exact", dice.pick(("unknown", "withheld")))
    return _exact(currency, amount)


def _flow(story: Telling, clerk: Clerk, kind: str, figure: Figure, on: Period) -> None:
    """Book one period; some are corrected, withdrawn, or booked twice and undone."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    entry = RecordCapital(code=code, kind=kind, figure=figure, on=on, source=SOURCE)
    # Some close the month before it is over.
    early = on.days > 5 and dice.below(0.08)
    day = clerk.hears(on.last, -5, -1) if early else clerk.hears(on.last, 2, 16)
    number = write(day, entry)
    chance = dice.between(1, 100)
    if chance <= 2:
        twice = write(clerk.hears(day, 0, 3), entry)
        write(clerk.last, Undo(change=twice))
    elif chance == 3:
        write(clerk.hears(day, 5, 40), CorrectCapital(change=number, why="示例：重复上报", withdraw=True))
    elif chance <= 6 and figure.money and figure.money.minor:
        right = Figure(Money(figure.money.minor * dice.between(80, 120) // 100 + 100, figure.money.currency))
        fixed = write(clerk.hears(day, 5, 60), CorrectCapital(change=number, why="示例：数据核实", figure=right))
        if chance == 6:
            write(clerk.last, Undo(change=fixed))


def _running(story: Telling, clerk: Clerk, currency: str, share: int, months: list[Period], measure: str) -> None:
    """Figures that run from the year's or the project's beginning; one is corrected before the next is booked."""
    code, dice, write = story.profile.code, story.dice, story.notebook.write
    sum_, year = 0, 0
    for place, month in enumerate(months):
        if measure == "ytd" and month.last.year != year:
            sum_, year = 0, month.last.year
        sum_ += _noisy(dice, share)
        # A cumulative figure skips no month, for the same reason.
        if measure == "ytd" and dice.below(0.12):
            continue
        figure = _exact(currency, sum_)
        day = clerk.hears(month.last, 2, 10)
        number = write(
            day,
            RecordCapital(code=code, kind="completed", figure=figure, on=month, measure=measure, source=SOURCE),
        )
        if place % 7 == 5:
            right = _exact(currency, _noisy(dice, share) + 1)
            write(clerk.hears(day, 0, 8), CorrectCapital(change=number, why="示例：当月数更正", figure=right))


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
