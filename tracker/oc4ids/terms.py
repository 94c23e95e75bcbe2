"""The codes of the standard and of our own classification schemes, and which of ours each of them stands for.

https://standard.open-contracting.org/infrastructure/0.9.5/en/reference/codelists/
"""

from __future__ import annotations

from tracker.vocabulary import OC4IDS_STATUS, STAGES

# The kinds of records a package has room for; indicators, requests and rates are of no project.
ROOM = (
    "field",
    "company",
    "certification",
    "project",
    "relation",
    "stage",
    "condition",
    "milestone",
    "capital",
    "baseline",
    "review",
)

# Schemes of identifiers and classifications that are ours. A project with an identifier of OWN_CODE was written by us.
OWN_CODE = "tracker-code"
OC4IDS = "oc4ids"
STAGE, CONDITION = "tracker-stage", "tracker-condition"
# What no field of the standard holds, as remarks.
PROJECT, COMPANY, RELATION = "tracker-project", "tracker-company", "tracker-relation"
CERTIFICATION, COMPANY_ROLE = "tracker-certification", "tracker-company-role"
TAG = "tracker-tag"
# Followed by the type of the declared field.
FIELD = "tracker-field-"
# Fields of a project whose value is the code of a classification, each in a scheme of its own.
CLASSIFIED = {
    key: f"tracker-{key.replace('_', '-')}" for key in ("kind", "chain", "grid", "lead_source", "capital_origin")
}

# The codelist has no word for the others: their own classification says what they are.
TYPES = {"new": "construction", "expansion": "expansion"}
MILESTONE_TYPES = {
    "signed": "approval",
    "filed": "approval",
    "under_construction": "delivery",
    "topped_out": "delivery",
    "completed": "delivery",
    "in_production": "delivery",
}
# Commissioning is testing before operation, which no stage of ours is.
MILESTONE_CODES = {"filed": "projectApproval", "under_construction": "commencement", "completed": "completion"}
FUNDER = "funder"
PARENT = "parent"

PHYSICAL, FINANCIAL = "physicalProgress", "financialProgress"
# Work done in money terms is what the standard calls financial progress; other kinds of capital keep their own codes.
METRICS = {"completed": FINANCIAL}
MILESTONE_METRIC = "milestone-"
BASELINE_METRIC = "baseline"
PLAN = "plan"
RUNNING = ("ytd", "cumulative")

# Newer than the codelist of 0.9.5, which is closed: amounts in these stand in a description.
UNLISTED_CURRENCIES = frozenset({"SLE", "VED", "XCG", "ZWG"})

_ENDED = ("terminated", "lost")
CANCELLED = "cancelled"


def status_of(stage: str | None, condition: str | None) -> str | None:
    """The projectStatus of a project at `stage` in `condition`; None where no stage is known.

    What was terminated or lost is cancelled; what was closed is cancelled too unless it was completed before.
    """
    if condition in _ENDED or (condition == "closed" and not _completed(stage)):
        return CANCELLED
    return OC4IDS_STATUS.get(stage or "")


def _completed(stage: str | None) -> bool:
    return stage is not None and STAGES[stage].order >= STAGES["completed"].order


# Back from a status alone: the first stage of the ledger that it certainly includes, and the condition.
STAGES_OF_STATUS = {
    "identification": "lead",
    "preparation": "signed",
    "implementation": "under_construction",
    "completion": "completed",
    "maintenance": "in_production",
    "decommissioning": "in_production",
    "decommissioned": "in_production",
}
CONDITIONS_OF_STATUS = {CANCELLED: "terminated", "decommissioned": "closed"}
KINDS_OF_TYPE = {code: kind for kind, code in TYPES.items()}
STAGES_OF_MILESTONE = {code: stage for stage, code in MILESTONE_CODES.items()}
# (relation, whether the other project is the one that relates to this one)
RELATIONS_OF = {
    "construction": ("phase_of", False),
    "expansion": ("phase_of", True),
    "rehabilitation": ("phase_of", True),
    "replacement": ("replaces", True),
}
