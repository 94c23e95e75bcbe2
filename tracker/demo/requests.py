"""What the companies of a made-up portfolio ask for, when they are answered, and what stays open or overdue."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.demo.chance import Dice
from tracker.demo.lives import END
from tracker.demo.notebook import Clerk
from tracker.demo.steps import AnswerRequest, CloseRequest, OpenRequest
from tracker.demo.telling import Telling
from tracker.demo.trades import OWNERS, SOURCE

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
