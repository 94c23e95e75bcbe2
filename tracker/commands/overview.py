"""`tracker` alone: what is overdue, due soon and changed lately, or how to begin."""

from __future__ import annotations

from tracker.app import App
from tracker.i18n import _


def overview(app: App) -> None:
    """Print the overview; where there is no database yet, say on stderr how to begin."""
    if app.database.engine == "sqlite" and not app.database.path.exists():
        app.say(_("there is no database at {place} yet; create it: tracker init").format(place=app.database))
        app.say(_("or look around in an example first: tracker demo"))
        return
    from tracker.commands.answer import answer
    from tracker.commands.options import View
    from tracker.reports.overview import overview as build

    answer(app, View(), lambda reader, asked: build(reader, asked, app.settings.due_days))
