"""Companies, their names and their steps on the innovation ladder."""

from __future__ import annotations

import pytest

from tests.ledgers import NO_CITE, NO_LABELS, Act, Ledger, opening, undoing
from tests.test_ledger_projects import labels_of, refused
from tests.test_ledger_stages import at
from tracker.database import locate
from tracker.errors import UsageError, ValueRefused
from tracker.ledger import companies
from tracker.ledger.citation import Citation, Facts
from tracker.ledger.labels import LabelEdits


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger(locate(ledger_url))


def adding(facts: Facts, labels: LabelEdits = NO_LABELS) -> Act:
    return lambda store: companies.add(store, facts, labels, NO_CITE)


def editing(name: str, facts: Facts, labels: LabelEdits = NO_LABELS) -> Act:
    return lambda store: companies.edit(store, name, facts, labels, NO_CITE)


def test_a_company_is_added_edited_and_found_by_every_name(ledger: Ledger) -> None:
    facts = {
        "name": "示例电机",
        "name_en": "Example Motor",
        "group_name": "示例集团",
        "country": "JP",
        "role": "chain_leader",
        "founded": 2013,
    }
    assert ledger.do(adding(facts, LabelEdits(aliases=("电机",))))[1].name == "示例电机"
    for year, name in enumerate(("示例电机", "EXAMPLE motor", "电机"), start=2014):
        ledger.do(editing(name, {"founded": year}))
    assert ledger.do(editing("电机", {"founded": 2016}))[0] is None
    ledger.do(editing("电机", {"group_name": "", "role": "", "founded": ""}, LabelEdits(unaliases=("电机",))))
    row = ledger.state()["company", 1]
    assert (row["group_name"], row["role"], row["founded"], row["country"]) == (None, None, None, "JP")
    assert labels_of(ledger) == set()
    ledger.do(opening("p", company="example motor"))
    assert ledger.count("company") == 5, "five versions of one company"
    assert ledger.count("company_identity") == 1


def test_a_name_is_given_once_and_never_taken_away(ledger: Ledger) -> None:
    for name in ("Alpha", "Beta"):
        ledger.do(adding({"name": name}))
    refused(ledger, adding({"name": "ALPHA"}), "already a company “Alpha”")
    refused(ledger, editing("Beta", {"name": "alpha"}), "already a company “Alpha”")
    refused(ledger, editing("Beta", {"name": ""}), "needs a name", UsageError)
    refused(ledger, adding({}), "name is empty", ValueRefused)
    refused(ledger, adding({"name": "x\u202ey"}), "U\\+202E", ValueRefused)
    refused(ledger, editing("Bota", {"name": "x"}), "did you mean “Beta”", UsageError)
    for year in (-1, 10_000):
        refused(ledger, editing("Beta", {"founded": year}), "founded is a number from 1 to 2,199", ValueRefused)
    ledger.do(editing("Beta", {"name": "BETA"}))


def test_a_certification_is_recorded_once(ledger: Ledger) -> None:
    def certifying(on: str) -> Act:
        return lambda store: companies.certify(store, "c", "little_giant", at(on), Citation("报告 / 小巨人"))

    ledger.do(adding({"name": "c"}))
    _number, certified = ledger.do(certifying("2022"))
    assert (certified.company.name, certified.row.certification) == ("c", "little_giant")
    refused(ledger, certifying("2023"), "already a certification")
    refused(ledger, certifying("2024"), "in the future")
    refused(ledger, undoing(1), "change 2 builds on it")
