"""The list of fields of a record: its table has these columns, and each goes everywhere a field goes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from tracker.models.base import Versioned
from tracker.models.company import Company
from tracker.models.fields import CompanyFields, ProjectFields
from tracker.models.project import Project


@pytest.mark.parametrize(("table", "listed"), [(Project, ProjectFields), (Company, CompanyFields)])
def test_the_fields_that_are_listed_are_the_columns_of_the_table(
    table: type[Versioned], listed: type[ProjectFields] | type[CompanyFields]
) -> None:
    own = {name: info.annotation for name, info in table.model_fields.items() if name not in Versioned.model_fields}
    written = {str(one): str(annotation).removeprefix("<class '").removesuffix("'>") for one, annotation in own.items()}
    assert {one.name: one.type for one in fields(listed)} == {
        name: annotation.replace("datetime.date", "date") for name, annotation in written.items()
    }
