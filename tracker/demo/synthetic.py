"""A made-up portfolio of any size: the same projects, histories and slips of the pen for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker.demo.chance import Dice
from tracker.demo.flows import Size, record_money
from tracker.demo.indicators import record_indicators
from tracker.demo.lives import END, live
from tracker.demo.notebook import Notebook, told
from tracker.demo.rates import record_rates
from tracker.demo.requests import record_requests
from tracker.demo.steps import Following, Link, Step
from tracker.demo.telling import Telling, open_project, record_milestones, record_reports, record_turns
from tracker.demo.trades import (
    FLAGSHIPS,
    GOES_BACK,
    PARENT,
    PHASES,
    SOURCE,
    SUPPLIERS,
    Profile,
    phase,
    profile,
)

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
