"""Bytes that are not UTF-8: whether they read as Chinese in GB18030 or as Western letters in cp1252.

Chinese text is made of pairs of bytes above 127, nearly all of them among the 3755 everyday characters and the
punctuation of GB 2312. Western text has such bytes one at a time between plain letters: £ before a digit, é in a word.
Either reading of the other gives characters that nobody writes. A single pair between plain letters may be both, and
counts as Western for nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RUN = re.compile(rb"[\x80-\xff]+")
# Everyday characters (rows 16 to 55 of GB 2312, in the order of their sounds), punctuation, full-width forms.
_EVERYDAY = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
# Some of these are in any table about projects; Korean in its own encoding has the same bytes, and rarely one of them.
_COMMON = frozenset(
    word.encode("gb18030")
    for word in "的一是在有人中大国家和地方公司企业工程项目名称编号序投资总额金计划年度月日季完成累本万亿元建设开工竣产"
    "签约备案注阶段进展负责单位产业链园区行类别性质阶形象情况合同到外实际时间期新扩技改无否男女省市县镇亩用面积规模内容主要小张王李股份限集团"
)
# Undefined in cp1252, or a sign that hardly any text has: they hint at yet another encoding.
_ODD = frozenset(b"\x81\x82\x83\x86\x87\x88\x89\x8b\x8d\x8f\x90\x98\x9b\x9d")
MOST = 2**18


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far a sample reads as Chinese and as Western text: shares of its bytes above 127, 0 to 1."""

    chinese: float
    western: float


def lines_of_interest(block: bytes, room: int) -> bytes:
    """The lines of `block` with bytes above 127, cut to `room` bytes."""
    found = bytearray()
    for line in block.splitlines():
        if not line.isascii():
            found += line + b"\n"
            if len(found) >= room:
                break
    return bytes(found[:room])


def weigh(sample: bytes) -> Evidence:
    """The evidence of lines that have bytes above 127."""
    everyday = common = western = neutral = total = 0
    for match in _RUN.finditer(sample):
        run = match[0]
        pairs = [run[place : place + 2] for place in range(0, len(run) - 1, 2)]
        total += len(run)
        common += 2 * sum(pair in _COMMON for pair in pairs)
        everyday += 2 * sum(_EVERYDAY.fullmatch(pair) is not None for pair in pairs)
        if len(run) == 2 and _EVERYDAY.fullmatch(run):
            neutral += 2
        elif len(run) <= 3 and not _ODD.intersection(run):
            western += len(run)
    chinese = everyday / total if common * 10 >= total > 0 else 0.0
    return Evidence(chinese, western / (total - neutral) if total > neutral else 0.0)
