"""The rule set of the traffic lights, as an option and as the settings have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.parsers import parses
from tracker.errors import TrackerError, ValueRefused
from tracker.i18n import N_
from tracker.settings import LIGHT_RULES

if TYPE_CHECKING:
    from tracker.analysis.rag_status import RuleSet


def _checked(app: App, text: str) -> str:
    from tracker.analysis.rag_status import rule_set

    try:
        return rule_set(text, app.settings.own_lights).name
    except TrackerError as error:
        raise ValueRefused(str(error)) from None


Lights = Annotated[
    str | None,
    typer.Option(
        "--lights",
        metavar="|".join((*LIGHT_RULES, "NAME")),
        callback=parses(_checked),
        help=N_("The rule set of the traffic lights, built in or from the settings."),
        autocompletion=complete.plain_words(LIGHT_RULES),
    ),
]


def rules_of(app: App, lights: str | None) -> RuleSet:
    """The rule set asked for, else the settings' one. Raises UsageError where its table cannot be read."""
    from tracker.analysis.rag_status import rule_set

    return rule_set(lights or app.settings.lights, app.settings.own_lights)
