"""The words by which rows that are no data are told, and by which a heading is known where nobody knows more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tracker.i18n import _
from tracker.importer.readers.shapes import folded

_UNITS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]|[,，:：/].*|\$m|£m|€m")
# Headings of spreadsheets everywhere; the vocabulary of the field adds its own.
_PLAIN = """
    name project projectname code id no number company owner sector region country status stage phase start end date
    startdate enddate amount currency period kind cost budget forecast total description department notes remarks
    projekt beginn ende
    序号 名称 项目 项目名称 项目编号 编号 代码 单位 投资方 企业 企业名称 业主单位 行业 产业链 地块 园区 网格
    责任人 负责人 阶段 项目阶段 进展 形象进度 状态 日期 时间 开工时间 竣工时间 投产时间 签约时间
    备注 金额 币种 年度计划 用地面积 建设地点 建设内容
"""


def delimiter_name(delimiter: str) -> str:
    """What a delimiter is called in a sentence."""
    return {"\t": _("tab"), " ": _("blank"), "\x1f": _("none")}.get(delimiter, f"“{delimiter}”")


def is_known(text: str) -> bool:
    """Whether a text is a heading by the words of the field, when its unit and blanks are taken away."""
    plain = folded(_UNITS.sub("", text)).replace("_", "").replace("-", "")
    return bool(plain) and plain in _known()


@cache
def _known() -> frozenset[str]:
    from tracker.records.schema import KINDS
    from tracker.vocabulary import CAPITAL_KINDS, STAGES

    fields = {field.key.replace("_", "") for kind in KINDS.values() for field in kind.fields}
    spelled = {folded(word).replace("_", "") for term in CAPITAL_KINDS for word in term.spellings}
    dated = {
        folded(word) + suffix for term in STAGES for word in term.spellings for suffix in ("时间", "日期", "date", "")
    }
    return frozenset(fields | spelled | dated | set(_PLAIN.split()))


# --- headings ---

_UNIT = re.compile(
    r"[(（\[]?\s*(?:[十百千万亿]*(?:元|美元|欧元|日元|港元|平方米|人|吨)|亩|个|项|家|%|％|m²|㎡|公顷|年|月"
    r"|(?:(?:CNY|USD|EUR|GBP|JPY|HKD|CHF|RMB)\s*)?[£$€¥￥]?\s*(?:k|m|mn|bn|(?:m|b)illions?|thousands?)?)\s*[)）\]]?",
    re.IGNORECASE,
)
_SERIAL = frozenset(("序号", "序", "行号", "no", "no.", "nr", "nr.", "#"))
_NUMBERING = re.compile(r"[(（]?(?:([0-9]{1,3})|[甲乙丙丁戊己庚辛壬癸])[)）]?")


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: "万元", "(£m)", "亩"."""
    return _UNIT.fullmatch(text) is not None


def is_serial(heading: str) -> bool:
    """Whether a heading is that of a column which only counts the rows."""
    return folded(heading) in _SERIAL


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether the cells of a row number the columns, as forms have it: 甲 乙 1 2 3."""
    found = [_NUMBERING.fullmatch(text) for text in texts]
    numbers = [int(match[1]) for match in found if match and match[1]]
    enough = 2 if len(numbers) < len(found) else 4
    if len(found) < 3 or not all(found) or len(numbers) < enough or numbers[0] > 3:
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# --- rows that are no data -----------------------------------------------------------------------------------------

_CHINESE_TOTAL = "合计|总计|小计|共计|总和"
_OTHER_TOTAL = "(?:grand|sub)?-?totals?|sum|summe|gesamt|gesamtsumme|zwischensumme|insgesamt"
_CHINESE_DIGIT = "[一二三四五六七八九十]"
# Alone, or with a count or a remark: "合计：", "合计（12个）", "Total (12 projects)", "Total:".
_TOTAL = re.compile(
    rf"(?:[一-鿿]{{0,12}}(?:{_CHINESE_TOTAL})|{_OTHER_TOTAL})[:：]?(?:[(（].*[)）]|共?[0-9]+[个项家户].*)?"
)
# "Total of all projects", "Total for 2023"; not "Total Energies", which is a name.
_TOTAL_OF = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals? +(?:of|for|all|number|amount|cost|projects|[12][0-9]{3})\b.*", re.IGNORECASE
)
# Excel's own subtotals: "North Total" under rows called North.
_TOTAL_AFTER = re.compile(r"(.+?) (?:sub)?total", re.IGNORECASE)
_NOTE = re.compile(
    r"[*※†]|(?:注|备注|附注|说明|填表说明|来源|资料来源|数据来源|注释)\s*[0-9一二三]?\s*[:：.、]"
    r"|(?:填表人|填报人|填报单位|制表|制表人|审核|审核人|单位负责人|联系人|联系电话|填表日期|填报日期|报送单位)\s*(?:[:：]|$)"
    r"|(?:notes?|sources?|remarks?|nb|n\.b\.|quelle|anmerkung(?:en)?|hinweis)\s*[0-9]?\s*[:.]|(?:notes?|sources?)\s*$",
    re.IGNORECASE,
)
_CHINESE_NUMBER = re.compile(rf"[(（]?{_CHINESE_DIGIT}+[)）]?[、.．]?")
_SECTION = re.compile(
    rf"[(（]{_CHINESE_DIGIT}+[)）]|{_CHINESE_DIGIT}+[、.．]|第{_CHINESE_DIGIT}+[部分类批]|[IVX]+[.、]\s|part\s+\w+[.:]?",
    re.IGNORECASE,
)
_SENTENCE = re.compile("[:：。]|.{40}")

# How all of these begin or end, for a first look at a label.
_SUSPECT = re.compile(
    r"\s|[*※†]|合|总计|总和|小计|共计|注|备注|附注|说明|填[表报]|来源|资料来源|数据来源|制表|审核|单位负责人|联系|报送"
    r"|grand|sub-?\s?total|total|sum|zwischen|gesamt|insgesamt|note|source|remark|nb|n\.b|quelle|anmerkung|hinweis"
    r"|.*(?:计|和|[:：)）\s]|total)$",
    re.IGNORECASE | re.DOTALL,
)


def is_suspect(text: str) -> bool:
    """Whether a label may be that of a total or a note, by how it begins or ends; others surely are not."""
    return _SUSPECT.match(text) is not None


def is_total_word(text: str) -> bool:
    """Whether a text is the label of a total row, as far as it can tell by itself."""
    plain = text.strip()
    return _TOTAL.fullmatch(folded(plain)) is not None or _TOTAL_OF.fullmatch(plain) is not None


def subtotal_of(text: str) -> str | None:
    """The name before "Total", as Excel writes subtotals."""
    found = _TOTAL_AFTER.fullmatch(text.strip())
    return found[1] if found else None


def is_note(text: str) -> bool:
    """Whether a text begins like a footnote or like the signature under a table."""
    return _NOTE.match(text.strip()) is not None


def is_section(text: str) -> bool:
    """Whether a text begins with the number of a section: "一、", "（二）", "II. "."""
    return _SECTION.match(text.strip()) is not None


def is_chinese_number(text: str) -> bool:
    """Whether a text is a Chinese number and nothing else, as sections have it in the column of serial numbers."""
    return _CHINESE_NUMBER.fullmatch(text.strip()) is not None


def is_sentence(text: str) -> bool:
    """Whether a text is one of prose rather than a name."""
    return _SENTENCE.search(text.strip()) is not None
