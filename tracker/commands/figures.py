"""A figure that is given as an amount, or said to be unknown or withheld."""

from __future__ import annotations

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.money import Figure


def availability_of(*, unknown: bool, withheld: bool) -> str | None:
    """ "unknown", "withheld", or None for neither. Raises UsageError for both."""
    if unknown and withheld:
        raise UsageError(_("a figure is unknown or withheld, not both"))
    return "unknown" if unknown else "withheld" if withheld else None


def known_figure(figure: Figure | None, availability: str | None, name: str) -> Figure | None:
    """The one figure that was said, None where nothing was. Raises UsageError for an amount that is also unknown."""
    if availability is None:
        return figure
    if figure is not None:
        raise UsageError(_("{name} was given, so the figure is not {word}").format(name=name, word=availability))
    return Figure(availability=availability)
