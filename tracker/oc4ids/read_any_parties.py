"""The parties of a project of any publisher, as companies."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.countries import parse_country
from tracker.errors import ValueRefused
from tracker.oc4ids.found import Place, first_of
from tracker.oc4ids.remarks import written

# Whose project it is: the first of these roles that a party has.
_OWNERS = ("publicAuthority", "procuringEntity", "buyer", "funder", "administrativeEntity")


def companies(project: Place) -> str:
    """Add every party with a name as a company; the name of the one whose project it is, "" where nobody is named."""
    roles: dict[str, tuple[str, ...]] = {}
    for party in project.each("parties"):
        name = _name(party)
        if name:
            roles.setdefault(name, ())
            roles[name] += party.texts("roles")
            _company(party, name)
    authority = project.child("publicAuthority").text("name").strip()
    if authority:
        if authority not in roles:
            project.findings.add("company", {"name": authority}, f"{project.path}/publicAuthority")
        return authority
    owners = (name for role in _OWNERS for name, own in roles.items() if role in own)
    return next(owners, next(iter(roles), ""))


def _name(party: Place) -> str:
    return first_of(party.text("name"), party.child("identifier").text("legalName")).strip()


def _company(party: Place, name: str) -> None:
    country = party.child("address").text("countryName")
    code = _country(country)
    unread = {"countryName": "" if code else country}
    cells = {"name": name, "country": code, "note": written(unread).get("description", "")}
    legal = party.child("identifier").text("legalName").strip()
    aliases = (legal,) if legal and legal != name else ()
    names = {"ids": tuple(dict.fromkeys(_ids(party))), "aliases": aliases}
    party.findings.add("company", cells, party.path, names=names)


def _ids(party: Place) -> Iterator[str]:
    for one in (party.child("identifier"), *party.each("additionalIdentifiers")):
        known, scheme = one.text("id"), one.text("scheme")
        if known.strip():
            yield f"{scheme.replace('=', '-') or 'id'}={known}"


def _country(name: str) -> str:
    """The code of a country the ledger knows by this name; another is kept as a note."""
    try:
        return parse_country(name) if name.strip() else ""
    except ValueRefused:
        return ""
