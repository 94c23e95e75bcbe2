"""A small ledger with a record of every kind, texts that are hard on files, and a history that exports leave out."""

from __future__ import annotations

from datetime import date

from tests.ledgers import NO_CITE, NO_LABELS, Act, Ledger, booking, correcting, opening, yuan
from tracker.dates import Period
from tracker.ledger import (
    baselines,
    companies,
    indicators,
    labels,
    milestones,
    projects,
    reference,
    requests,
    stages,
)
from tracker.ledger.citation import Citation
from tracker.ledger.labels import LabelEdits
from tracker.ledger.projects import Opening
from tracker.ledger.reference import NewRate
from tracker.ledger.store import Store
from tracker.money import Figure
from tracker.money.quantities import Quantity

HOSTILE = Citation("=1+1 | \\ \"x\" / 'quoted', —\n-second line", "'apostrophe\n@x, 🏭 |")
YEAR, MARCH = Period.year(2022), Period.month(2023, 3)


def fill(ledger: Ledger) -> None:
    """Record everything, on one day."""
    for act in (*_projects(), *_facts(), *_measures()):
        ledger.do(act)


def _projects() -> tuple[Act, ...]:
    company = {
        "name": "“=Alpha | 甲” 有限公司",
        "name_en": "Alpha's \\ Co.",
        "group_name": "=集团",
        "country": "JP",
        "role": "chain_leader",
        "founded": 1999,
    }
    facts = {
        "code": "z-main",
        "name": "主项目",
        "name_en": "Main | \\ <b>",
        "kind": "new",
        "company": company["name"],
        "chain": "新能源",
        "sector": "电机",
        "site": "东区",
        "grid": "一网格",
        "owner": "-王",
        "lead_source": "event",
        "capital_origin": "foreign",
        "land": 109_200,
        "jobs": 2_500,
    }
    names = LabelEdits(
        ("a|b", "\\", "日资"), (), ("=alias", "'x"), (), ("备案代码=12345678901234567X", "u=a=b"), ("评级=A|B\\",)
    )
    return (
        lambda store: labels.declare_field(store, "评级", "text"),
        lambda store: companies.add(
            store, company, LabelEdits(aliases=("甲", "A | B"), externals=("uscc=913",)), HOSTILE
        ),
        lambda store: companies.add(store, {"name": "乙"}, NO_LABELS, NO_CITE),
        lambda store: companies.certify(store, "甲", "little_giant", YEAR, HOSTILE),
        lambda store: projects.add(
            store, facts, Opening("signed", YEAR, yuan(250_000_000_000, qualifier="nearly"), True), names, HOSTILE
        ),
        opening("a-part", name="部分", parent="z-main", company="乙"),
        opening("b-other", name="=other", country="DE"),
        opening("gone", name="gone"),
        lambda store: projects.link(store, "b-other", "supports", "z-main", HOSTILE),
        lambda store: projects.link(store, "gone", "supports", "z-main", NO_CITE),
    )


def _facts() -> tuple[Act, ...]:
    def stage(code: str, to: str, on: Period, why: str | None = None) -> Act:
        return lambda store: stages.stage(store, code, to, on, why, NO_CITE)

    def forecast(on: Period) -> Act:
        return lambda store: milestones.forecast(store, "z-main", "completed", on, date(2023, 3, 1), NO_CITE)

    return (
        stage("z-main", "under_construction", YEAR),
        stage("b-other", "filed", YEAR),
        stage("b-other", "signed", YEAR, "退回"),
        lambda store: stages.condition(store, "b-other", "suspended", MARCH, "=资金", HOSTILE),
        lambda store: stages.review(store, "z-main", MARCH, 4550, "进度\n-第二行", "yellow", HOSTILE),
        lambda store: milestones.plan(
            store, "z-main", "completed", Period.month(2024, 6), HOSTILE, title="竣工", weight=3
        ),
        lambda store: milestones.plan(
            store, "z-main", "under_construction", Period.quarter(2022, 4), NO_CITE, made=date(2022, 5, 23)
        ),
        lambda store: milestones.plan(store, "b-other", "own-1", Period.half(2024, 1), NO_CITE, title="'own"),
        forecast(Period.month(2024, 8)),
        forecast(Period.month(2024, 7)),
        booking("plan", yuan(100), Period.year(2024), code="z-main"),
        booking("plan", yuan(5_000_000), Period.year(2023), code="z-main"),
        booking("completed", yuan(1_000_000), Period.month(2023, 1), code="z-main"),
        booking("completed", yuan(3_000_000), Period.month(2023, 2), "ytd", code="z-main"),
        booking("completed", yuan(700), MARCH, code="z-main"),
        booking("paid", yuan(700), MARCH, code="z-main"),
        booking("paid", yuan(700), MARCH, code="z-main", again="further"),
        booking("utilised_foreign", yuan(-25, "JPY"), Period.day(date(2023, 3, 5)), code="b-other"),
        booking("contracted_foreign", Figure(None, availability="withheld"), MARCH, code="b-other"),
        booking("total", Figure(None, availability="unknown"), None, code="b-other"),
        booking("paid", yuan(900, qualifier="about"), MARCH, code="gone"),
        correcting(3, figure=yuan(6_000_000)),
        lambda store: projects.remove(store, "gone"),
        lambda store: baselines.rebaseline(
            store,
            "z-main",
            baselines.NewBaseline(yuan(300_000_000_000), None, Period.month(2024, 9), date(2023, 3, 20)),
            "=重新批复",
            HOSTILE,
        ),
    )


def _measures() -> tuple[Act, ...]:
    def value(subject: str, name: str, quantity: Quantity, growth: int | None = None) -> Act:
        return lambda store: indicators.record(store, subject, name, quantity, YEAR, HOSTILE, growth=growth)

    def target(store: Store) -> object:
        goal = indicators.Goal(Quantity("count", 20), Quantity("count", 25), made=date(2023, 1, 10))
        return indicators.target(store, "zone:平湖 | 经开", "high_tech_new", goal, Period.year(2023), NO_CITE)

    money = Quantity("money", 340_000_000_000, "CNY", None, "nearly", "reported")
    return (
        value("company:甲", "output", money, 2574),
        value("zone:平湖 | 经开", "rank", Quantity("rank", 1)),
        value("zone:平湖 | 经开", "=own, 指标", Quantity("percent", -1_250)),
        value("site:东区", "employees", Quantity("count", None, availability="withheld")),
        target,
        lambda store: requests.open_request(
            store,
            {
                "title": '=缺工"',
                "project": "z-main",
                "category": "用工",
                "raised": date(2023, 2, 1),
                "due": date(2023, 3, 1),
            },
            HOSTILE,
        ),
        lambda store: requests.open_request(
            store, {"title": "用电", "company": "乙", "raised": date(2023, 2, 1)}, NO_CITE
        ),
        lambda store: requests.answer(store, 1, "-已回复\n'", date(2023, 2, 10), NO_CITE),
        lambda store: requests.close(store, 1, "+完成", date(2023, 2, 20), NO_CITE),
        lambda store: requests.follow(
            store, "z-main", "=电话 | \n'约见", date(2023, 3, 1), date(2023, 3, 9), "-王", HOSTILE
        ),
        lambda store: requests.settle(store, "z-main", date(2023, 3, 10)),
        lambda store: reference.enter(store, [reference.Special(date(2023, 4, 5), "holiday", "=清明 | x")]),
        lambda store: reference.set_rate(store, NewRate("USD", "CNY", date(2023, 3, 1), "6.9400"), None, HOSTILE),
        lambda store: reference.remember(
            store, "台账", ("项目 | 名称", "=总投资（万元）"), '[columns]\n"项目 | 名称" = "project.name"\n'
        ),
        lambda store: reference.close(store, Period.month(2023, 1), "=上报 | \n区里"),
    )  # fmt: skip
