"""Digests to chats and other services that apprise knows: markdown, cut to what the service takes."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.schedule.message import NotDelivered, fit

# Beyond this nobody reads on a telephone, whatever the service would take.
MOST_BYTES = 30_000


def require_apprise() -> None:
    """Raise Refused where the extra that delivers to chats is not installed."""
    if find_spec("apprise") is None:
        raise Refused(_("delivering to a chat needs apprise: pip install 'investment-tracker[notify]'"))


def post(subject: str, markdown: str, url: str, name: str, timeout: float = 30.0) -> None:
    """Send `markdown` to the service at `url`, which sentences call `name`: the URL itself holds the secret.

    Raises NotDelivered where the service does not take it within `timeout` seconds, UsageError for a URL that is none.
    """
    service = _service(url)
    import apprise

    if service is None:
        raise UsageError(_("the url of “{name}” is none that apprise knows").format(name=name))
    service.socket_connect_timeout = service.socket_read_timeout = timeout
    # Services count characters or bytes; bytes are never fewer.
    body = fit(markdown, min(service.body_maxlen - len(subject.encode()) - 8, MOST_BYTES))
    sender = apprise.Apprise()
    sender.add(service)
    try:
        taken = sender.notify(body=body, title=subject, body_format=apprise.NotifyFormat.MARKDOWN)
    except Exception as error:  # a plug-in of somebody else's; what it says may hold the URL
        raise NotDelivered(
            _("“{name}”: {reason} while sending").format(name=name, reason=type(error).__name__)
        ) from None
    if not taken:
        raise NotDelivered(_("“{name}”: the service did not take it").format(name=name))


def _service(url: str):  # type: ignore[no-untyped-def]  # apprise's own types are not exported in a stable place
    require_apprise()
    # It tells the URL in its warnings, and logging without a handler writes warnings to stderr.
    logging.getLogger("apprise").addHandler(logging.NullHandler())
    logging.getLogger("apprise").propagate = False
    import apprise

    return apprise.Apprise.instantiate(url, suppress_exceptions=True)
