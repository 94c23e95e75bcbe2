"""Projects: opened, edited, linked, removed; and what hangs on them by name."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ledgers import NO_CITE, NO_LABELS, Act, Ledger, booking, opening, undoing, yuan
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import Refused, TrackerError, UsageError, ValueRefused
from tracker.ledger import projects
from tracker.ledger.citation import Citation, Facts
from tracker.ledger.labels import LabelEdits, declare_field
from tracker.ledger.projects import Opening


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    return Ledger(locate(ledger_url))


NOTHING: Facts = {}


def editing(code: str, facts: Facts = NOTHING, labels: LabelEdits = NO_LABELS, cite: Citation = NO_CITE) -> Act:
    return lambda store: projects.edit(store, code, facts, labels, cite)


def declaring(name: str, kind: str) -> Act:
    return lambda store: declare_field(store, name, kind)


def linking(code: str, relation: str, target: str) -> Act:
    return lambda store: projects.link(store, code, relation, target, NO_CITE)


def labels_of(ledger: Ledger) -> set[tuple[object, ...]]:
    return {
        (row["category"], row["name"], row["value"]) for (table, _id), row in ledger.state().items() if table == "label"
    }


def refused(ledger: Ledger, act: Act, said: str, error: type[TrackerError] = Refused) -> None:
    """The act is refused in these words and leaves no trace, not even a number."""
    before, changes = ledger.state(), ledger.changes()
    with pytest.raises(error, match=said):
        ledger.do(act)
    assert ledger.state() == before
    assert ledger.changes() == changes


def test_a_project_is_opened_with_all_that_is_known_of_it(ledger: Ledger) -> None:
    facts = {
        "code": "nidec",
        "name": "电机工厂",
        "name_en": "Motor plant",
        "company": "示例电机",
        "land": 109_200,
        "jobs": 0,
        "country": "JP",
    }
    start = Opening("signed", Period.year(2022), yuan(2_500_000_000_00), standard_milestones=True)
    labels = LabelEdits(tags=("flagship",), aliases=("旗舰",), externals=("备案代码=2022-330482",))
    number, added = ledger.do(lambda store: projects.add(store, facts, start, labels, Citation("报告 / 当年签约")))
    assert number == 1
    assert (added.project.code, added.company.name, added.stage.event.stage) == ("nidec", "示例电机", "signed")
    assert (added.total.row.id, added.total.row.minor, added.milestones.reached) == (1, 2_500_000_000_00, ())
    row = ledger.state()["project", 1]
    assert (row["land"], row["jobs"], row["source"], row["quote"]) == (109_200, 0, "报告", "当年签约")
    assert labels_of(ledger) == {
        ("tag", "flagship", None),
        ("alias", "旗舰", None),
        ("external", "备案代码", "2022-330482"),
    }
    assert ledger.broken() == []


def test_a_total_without_a_day_counts_always(ledger: Ledger) -> None:
    ledger.do(lambda store: projects.add(store, {"code": "p"}, Opening(total=yuan(5)), NO_LABELS, NO_CITE))
    assert ledger.tuples("SELECT first_day, minor FROM capital_entry WHERE effective_from < '1900-01-01'") == [
        (None, 5)
    ]


def test_a_code_is_given_once_in_any_spelling(ledger: Ledger) -> None:
    for code in ("p", "q"):
        ledger.do(opening(code))
    for code in ("p", "P", "ｐ"):
        refused(ledger, opening(code), "already a project “p”")
        refused(ledger, editing("q", {"code": code}), "already a project “p”")


def test_a_code_is_a_word(ledger: Ledger) -> None:
    for code in ("", "-x", "a b", "../x", "x\x1b", "a" * 41):
        refused(ledger, opening(code), "code", ValueRefused)


def test_facts_that_cannot_be_are_refused(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    for facts, said in (
        ({"land": -2}, "land"),
        ({"jobs": 10_000_001}, "jobs is a number from 0 to 10,000,000"),
        ({"jobs": -5}, "jobs"),
        ({"name": "a\x1b[31m"}, "U\\+001B"),
    ):
        refused(ledger, editing("p", facts), said, ValueRefused)


def test_an_edit_changes_what_is_given_and_clears_what_is_empty(ledger: Ledger) -> None:
    ledger.do(opening("p", name="旧", site="A", land=5, jobs=7, kind="new"))
    number, edited = ledger.do(editing("p", {"name": "新", "site": "", "land": "", "kind": ""}, cite=Citation("doc")))
    assert (number, edited.changed, edited.company) == (2, True, None)
    row = ledger.state()["project", 1]
    assert (row["name"], row["site"], row["land"], row["kind"], row["jobs"]) == ("新", None, None, None, 7)
    assert row["source"] == "doc"
    assert ledger.count("project") == 2, "a version each"


def test_an_edit_that_changes_nothing_is_no_change(ledger: Ledger) -> None:
    ledger.do(opening("p", name="n"))
    number, edited = ledger.do(editing("p", {"name": "n"}))
    assert (number, edited.changed) == (None, False)
    assert ledger.changes() == 1


def test_the_old_code_of_a_renamed_project_still_finds_it(ledger: Ledger) -> None:
    ledger.do(opening("old"))
    ledger.do(editing("old", {"code": "new"}))
    assert labels_of(ledger) == {("alias", "old", None)}
    ledger.do(editing("OLD", {"site": "s"}))
    assert (ledger.state()["project", 1]["code"], ledger.state()["project", 1]["site"]) == ("new", "s")


def test_a_project_is_registered_in_a_period_that_has_begun(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    ledger.do(editing("p", {"registered": Period.month(2023, 3)}))
    row = ledger.state()["project", 1]
    assert (row["registered_first"], row["registered_last"]) == (date(2023, 3, 1), date(2023, 3, 31))
    refused(ledger, editing("p", {"registered": Period.month(2023, 4)}), "lies in the future")
    ledger.do(editing("p", {"registered": ""}))
    assert ledger.state()["project", 1]["registered_first"] is None


def test_a_project_is_found_by_code_alias_and_name(ledger: Ledger) -> None:
    ledger.do(opening("nidec", name="电机工厂"))
    ledger.do(editing("nidec", labels=LabelEdits(aliases=("旗舰",))))
    ledger.do(opening("other", name="nidec"))
    for place, word in enumerate(("nidec", "NIDEC", "电机工厂", "旗舰")):
        ledger.do(editing(word, {"site": f"s{place}"}))
    assert ledger.state()["project", 1]["site"] == "s3"
    refused(
        ledger,
        editing("nidek", {"site": "x"}),
        "there is no project “nidek”; did you mean “nidec”",
        UsageError,
    )


def test_a_name_that_means_two_projects_is_refused(ledger: Ledger) -> None:
    for code in ("a", "b"):
        ledger.do(opening(code, name="twin"))
    refused(ledger, editing("twin", {"site": "x"}), "2 in all", UsageError)


def test_no_project_is_a_part_of_its_own_part(ledger: Ledger) -> None:
    ledger.do(opening("a"))
    ledger.do(opening("b", parent="a"))
    ledger.do(opening("c", parent="b"))
    refused(ledger, editing("a", {"parent": "c"}), "its own part")
    refused(ledger, editing("a", {"parent": "a"}), "its own part")


def test_undo_builds_no_circle_of_parts(ledger: Ledger) -> None:
    ledger.do(opening("a"))
    ledger.do(opening("b", parent="a"))
    ledger.do(editing("b", {"parent": ""}))
    ledger.do(editing("a", {"parent": "b"}))
    refused(ledger, undoing(3), "its own part")


def test_a_company_of_nearly_the_same_name_is_not_opened_by_a_slip(ledger: Ledger) -> None:
    ledger.do(opening("a", company="平湖示例机床有限公司"))
    ledger.do(opening("b", company="平湖示例机床有限公司"))
    refused(ledger, opening("c", company="平湖示例机床有限公"), "did you mean “平湖示例机床有限公司”")
    assert ledger.count("company") == 1


# --- labels ---------------------------------------------------------------------------------------------------------


def test_labels_come_and_go(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    ledger.do(editing("p", labels=LabelEdits(tags=("Red", "blue"), externals=("x=1",))))
    assert ledger.do(editing("p", labels=LabelEdits(tags=("red", "ＢＬＵＥ"), externals=("X=1",))))[0] is None
    ledger.do(editing("p", labels=LabelEdits(untags=("RED",), externals=("x=2",))))
    assert labels_of(ledger) == {("tag", "blue", None), ("external", "x", "2")}
    ledger.do(editing("p", labels=LabelEdits(externals=("x=",))))
    assert labels_of(ledger) == {("tag", "blue", None)}
    refused(ledger, editing("p", labels=LabelEdits(untags=("rad",))), "there is no tag “rad”", UsageError)
    refused(ledger, editing("p", labels=LabelEdits(externals=("=1",))), "SCHEME=ID", UsageError)


KEPT = (
    ("text", " 甲 ", "甲"),
    ("number", "1,250.50", "1250.50"),
    ("number", "－３", "-3"),
    ("amount", "2.5亿元", "250000000.00 CNY"),
    ("amount", "unknown", "unknown"),
    ("date", "2023年4月", "2023-04"),
    ("date", "今天", "2023-03-31"),
    ("yes_no", "是", "yes"),
    ("yes_no", "FALSE", "no"),
)
REFUSED = (
    ("number", "1e999999"),
    ("number", "12,00"),
    ("number", "NaN"),
    ("amount", "5"),
    ("date", "13"),
    ("yes_no", "maybe"),
)


def test_a_field_keeps_values_of_its_type_in_one_form(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    for kind in ("text", "number", "amount", "date", "yes_no"):
        ledger.do(declaring(kind.upper(), kind))
    for kind, typed, kept in KEPT:
        ledger.do(editing("p", labels=LabelEdits(fields=(f"{kind}={typed}",))))
        assert ("field", kind.upper(), kept) in labels_of(ledger)
    for kind, typed in REFUSED:
        refused(ledger, editing("p", labels=LabelEdits(fields=(f"{kind}={typed}",))), ".", ValueRefused)


def test_a_field_is_declared_before_it_is_used_and_once(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    refused(ledger, editing("p", labels=LabelEdits(fields=("F=1",))), "declare it first")
    ledger.do(declaring("F", "text"))
    refused(ledger, declaring("f", "date"), "already a field “F”")
    refused(ledger, editing("p", labels=LabelEdits(fields=("G=1",))), "there is no declared field “G”", UsageError)


def test_a_field_in_use_stays_declared(ledger: Ledger) -> None:
    ledger.do(declaring("F", "text"))
    ledger.do(opening("p"))
    ledger.do(editing("p", labels=LabelEdits(fields=("F=1",))))
    refused(ledger, undoing(1), "change 3 builds on it")
    ledger.do(undoing(3))
    ledger.do(undoing(1))
    refused(ledger, undoing(4), "no longer declared")


# --- relations and removal ------------------------------------------------------------------------------------------


def test_a_relation_is_made_once_and_taken_back(ledger: Ledger) -> None:
    for code in ("a", "b"):
        ledger.do(opening(code))
    _number, linked = ledger.do(linking("a", "supports", "b"))
    assert (linked.project.code, linked.target.code, len(linked.relations)) == ("a", "b", 1)
    refused(ledger, linking("a", "supports", "b"), "recorded already")
    refused(ledger, linking("a", "supports", "a"), "itself")
    ledger.do(linking("a", "depends_on", "b"))
    refused(ledger, lambda store: projects.unlink(store, "b", None, "a"), "no such relation")
    refused(ledger, lambda store: projects.unlink(store, "a", "replaces", "b"), "no such relation")
    _number, unlinked = ledger.do(lambda store: projects.unlink(store, "a", None, "b"))
    assert [row.relation for row in unlinked.relations] == ["supports", "depends_on"]


def test_two_projects_do_not_support_each_other(ledger: Ledger) -> None:
    for code in ("a", "b"):
        ledger.do(opening(code))
    ledger.do(linking("a", "supports", "b"))
    refused(ledger, linking("b", "supports", "a"), "cannot relate so to each other")
    ledger.do(linking("b", "depends_on", "a"))


def test_a_removed_project_is_hidden_with_all_that_is_its_own(ledger: Ledger) -> None:
    for code in ("p", "q"):
        ledger.do(opening(code))
    for month in (1, 2):
        ledger.do(booking("completed", yuan(5), Period.month(2023, month)))
    ledger.do(linking("q", "supports", "p"))
    before = ledger.state()
    number, removed = ledger.do(lambda store: projects.remove(store, "p"))
    assert removed.ended == {"relation": 1, "capital_entry": 2}
    assert {facts.get("code") for facts in ledger.state().values()} == {"q"}
    refused(ledger, booking("completed", yuan(1), Period.month(2023, 3)), "there is no project", UsageError)
    refused(ledger, undoing(3), "change 6 builds on it")
    ledger.do(undoing(number))
    assert ledger.state() == before


def test_a_project_with_parts_is_not_removed(ledger: Ledger) -> None:
    ledger.do(opening("a"))
    ledger.do(opening("b", parent="a"))
    refused(ledger, lambda store: projects.remove(store, "a"), r"still has parts \(b\)")


def test_a_removed_project_comes_back_only_while_its_code_is_free(ledger: Ledger) -> None:
    ledger.do(opening("p"))
    ledger.do(lambda store: projects.remove(store, "p"))
    ledger.do(opening("P"))
    refused(ledger, undoing(2), "already a project “P”")


def test_a_removed_part_comes_back_only_while_its_whole_is_there(ledger: Ledger) -> None:
    ledger.do(opening("a"))
    ledger.do(opening("b", parent="a"))
    ledger.do(lambda store: projects.remove(store, "b"))
    ledger.do(lambda store: projects.remove(store, "a"))
    refused(ledger, undoing(3), "change 4 builds on it")
