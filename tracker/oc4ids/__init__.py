"""Open Contracting for Infrastructure Data Standard 0.9.5: the ledger as a project package, and any package as records.

The package is made of records and read as records, so it asks nothing of a database itself.
"""

from tracker.oc4ids.building import package, records
from tracker.oc4ids.exact_json import parse_json, write_package
from tracker.oc4ids.publication import DEFAULT_PREFIX, Publication
from tracker.oc4ids.reading import is_ours, is_package, read_package
from tracker.oc4ids.source import PackageSource
from tracker.oc4ids.terms import ROOM

__all__ = [
    "DEFAULT_PREFIX",
    "ROOM",
    "PackageSource",
    "Publication",
    "is_ours",
    "is_package",
    "package",
    "parse_json",
    "read_package",
    "records",
    "write_package",
]
