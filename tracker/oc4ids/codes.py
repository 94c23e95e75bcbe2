"""From the identifiers of a package to codes of the ledger: the part after the prefix, made fit and unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from tracker.errors import ValueRefused
from tracker.text import LONGEST_CODE, clean_code, fold

_PREFIX = re.compile("oc4ids-[A-Za-z0-9]+-")
_SHORT_HASH = 8


@dataclass(frozen=True, slots=True)
class Codes:
    """The code of each project of a package by its identifier."""

    known: Mapping[str, str]

    def code(self, identifier: str) -> str:
        """The code that belongs to an identifier, also to one of a project that is not in the package."""
        return self.known.get(identifier) or fitting(identifier)


def codes_of(projects: Iterable[tuple[str, str]]) -> Codes:
    """The codes for (identifier, code) pairs; where the code is "", one is made of the identifier."""
    pairs = list(projects)
    known = {identifier: code for identifier, code in pairs if code}
    taken = {fold(code) for code in known.values()}
    for identifier, _own in pairs:
        if identifier and identifier not in known:
            code = fitting(identifier)
            if fold(code) in taken:
                code = _hashed(code, identifier)
            known[identifier] = code
            taken.add(fold(code))
    return Codes(known)


def fitting(identifier: str) -> str:
    """The local part of an identifier as a code: other signs become hyphens, a long one ends in a hash of the whole."""
    local = _PREFIX.sub("", identifier, count=1) if _PREFIX.match(identifier) else identifier
    with suppress(ValueRefused):
        return clean_code(local, "")
    code = re.sub("-{2,}", "-", "".join(map(_fit, local))).strip("-_.")
    return code if 0 < len(code) <= LONGEST_CODE else _hashed(code, identifier)


def _fit(character: str) -> str:
    if character in "-_.":
        return character
    try:
        return clean_code(character, "")
    except ValueRefused:
        return "-"


def _hashed(code: str, identifier: str) -> str:
    digest = sha256(identifier.encode(errors="surrogatepass")).hexdigest()[:_SHORT_HASH]
    head = code[: LONGEST_CODE - _SHORT_HASH - 1].rstrip("-_.") or "project"
    return f"{head}-{digest}"
