"""Numbers of registers that can be checked by themselves: social credit codes, codes of the approval platform."""

from __future__ import annotations

import re

# GB 32100-2015: the signs in the order of their values, and the weight of each of the first 17 places, 3**place mod 31.
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(f"[0-9A-Z]{{2}}[0-9]{{6}}[{_SIGNS}]{{10}}")
# Year, six digits of the region, two of the industry, two of the kind of procedure, six in order.
_PLATFORM_CODE = re.compile("(?:19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")
CREDIT_SCHEMES = ("统一社会信用代码", "社会信用代码", "信用代码")
PLATFORM_SCHEMES = ("项目代码", "投资项目代码", "项目统一代码", "统一项目代码")


def is_credit_code(code: str) -> bool:
    """Whether a text is written as a unified social credit code, its last sign being the check of the others."""
    if not _CREDIT_CODE.fullmatch(code):
        return False
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _SIGNS[-total % 31] == code[17]


def is_platform_code(code: str) -> bool:
    """Whether a text is written as a code of the national platform of investment projects."""
    return _PLATFORM_CODE.fullmatch(code) is not None


def is_well_formed(scheme: str, code: str) -> bool:
    """Whether a number of a register is as its scheme has it; a scheme that is not known takes any."""
    if scheme in CREDIT_SCHEMES:
        return is_credit_code(code)
    return is_platform_code(code) if scheme in PLATFORM_SCHEMES else True
