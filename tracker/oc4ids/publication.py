"""Who publishes a package, when and under which identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.text import clean, shorten

# Prefixes are given out by the standard's help desk; this one only marks that none was.
DEFAULT_PREFIX = "oc4ids-local"
_PREFIX = re.compile("oc4ids-[a-z0-9]{1,20}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


@dataclass(frozen=True, slots=True)
class Publication:
    """What the head of a package says, and the language of the titles that are not of the ledger itself.

    Days are written as of `zone`. The identifier of a project is the `prefix`, a hyphen and its code. Without `uri` the
    package is named by a UUID of its content and moment. Raises UsageError for a prefix, URI or licence that is none.
    """

    moment: datetime
    zone: tzinfo
    publisher: str
    prefix: str = DEFAULT_PREFIX
    uri: str | None = None
    license: str | None = None
    lang: str = "en"

    def __post_init__(self) -> None:
        clean(self.publisher, _("publisher"))
        if not _PREFIX.fullmatch(self.prefix):
            raise UsageError(
                _("“{prefix}” is no OC4IDS prefix: write the one you were given, like oc4ids-qu8r7p").format(
                    prefix=shorten(self.prefix)
                )
            )
        for uri in (self.uri, self.license):
            if uri is not None and not is_uri(uri):
                raise UsageError(
                    _("“{uri}” is no URI: write it whole, like https://example.org/package.json").format(
                        uri=shorten(uri)
                    )
                )


def is_uri(text: str) -> bool:
    """Whether the text is an absolute URI in plain ASCII, as RFC 3986 writes it."""
    if not _URI.fullmatch(text) or re.search("%(?![0-9A-Fa-f]{2})", text):
        return False
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    fragment_is_plain = not re.search(r"[\[\]#]", parts.path + parts.query + parts.fragment)
    return fragment_is_plain and bool(parts.netloc or parts.scheme not in ("http", "https"))
