"""What truly happens to a made-up project: its stages, its standstills and its end, as days nobody has recorded yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.demo.chance import Dice
from tracker.demo.trades import GOES_BACK, Profile

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
