"""The company of a project as a party of the standard."""

from __future__ import annotations

from typing import Any

from tracker.countries import country_name
from tracker.oc4ids.portfolio import Portfolio, split_id
from tracker.oc4ids.remarks import CITED, cells, written
from tracker.oc4ids.terms import CERTIFICATION, COMPANY, COMPANY_ROLE, FUNDER
from tracker.records.schema import KINDS

_PLACED = frozenset({"name", "country", "role", "ids"})
_REMARKED = frozenset(field.key for field in KINDS["company"].fields) - _PLACED
_CERTIFIED = ("on", "effective_from", *CITED)


def party(portfolio: Portfolio, name: str) -> dict[str, Any]:
    """The party that pays for the project: its names, identifiers, country and certifications."""
    values, lang = portfolio.companies.get(name, {"name": name}), portfolio.publication.lang
    identifiers = [{"scheme": scheme, "id": known} for scheme, known in map(split_id, values.get("ids") or ())]
    first, rest = identifiers[:1], identifiers[1:]
    country = values.get("country")
    everything = {
        "id": name,
        "name": name,
        "identifier": first[0] if first else None,
        "additionalIdentifiers": rest,
        "address": {"countryName": country_name(country, lang)} if country else None,
        "roles": [FUNDER],
        "classifications": _classifications(portfolio, name),
    }
    return {key: value for key, value in everything.items() if value}


def _classifications(portfolio: Portfolio, name: str) -> list[dict[str, str]]:
    values = portfolio.companies.get(name)
    if values is None:
        return []
    # Also without remarks: it says that the company is one of ours, given whole.
    found = [{"scheme": COMPANY, "id": name} | written(cells("company", values, _REMARKED))]
    if role := values.get("role"):
        words = KINDS["company"].field("role").words
        assert words is not None
        found.append({"scheme": COMPANY_ROLE, "id": role, "description": words[role].name(portfolio.publication.lang)})
    for one in portfolio.certifications.get(name, ()):
        lines = written(cells("certification", one, _CERTIFIED))
        found.append({"scheme": CERTIFICATION, "id": one["certification"]} | lines)
    return found
