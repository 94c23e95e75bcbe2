"""How the life of a made-up project is recorded: its opening, stages, milestones and progress reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.dates import Period
from tracker.demo.chance import Dice
from tracker.demo.lives import END, Life
from tracker.demo.notebook import Clerk, Notebook, months_between, period, told
from tracker.demo.steps import (
    AddCompany,
    AddProject,
    Certify,
    EditProject,
    EnterStage,
    Forecast,
    PlanMilestone,
    Report,
    SetCondition,
    Undo,
)
from tracker.demo.trades import GRIDS, LEADS, OWNERS, SITES, SOURCE, TAGS, Profile

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
