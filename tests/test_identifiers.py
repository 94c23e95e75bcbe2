"""Numbers of registers: their structure and their check character, by codes that are published."""

from __future__ import annotations

import pytest

from tracker.analysis.findings import is_credit_code, is_platform_code, is_well_formed


# The codes under which these companies are registered, as their own annual reports print them.
@pytest.mark.parametrize(
    "code", ["91330100799655058B", "914403001922038216", "9144030071526726XG", "91110000802100433B"]
)
def test_a_published_social_credit_code_holds_and_one_wrong_sign_does_not(code: str) -> None:
    assert is_credit_code(code)
    for place in range(2, 18):
        for sign in "01":
            if code[place] != sign:
                assert not is_credit_code(code[:place] + sign + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "91330100799655058b", "9133010079965505B", "91330100799655058I", "甲" * 18])
def test_what_is_not_written_as_one_does_not(code: str) -> None:
    assert not is_credit_code(code)


def test_a_code_of_the_platform_has_five_groups() -> None:
    assert is_platform_code("2020-330482-38-03-123456")
    assert not is_platform_code("2020-330482-38-3-123456")
    assert is_well_formed("备案代码", "anything")
    assert not is_well_formed("项目代码", "QH-01")
