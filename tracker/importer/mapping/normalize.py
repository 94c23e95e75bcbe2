"""How headings and words of a file are compared, and which words stand where a value would: null values."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tracker.text import fold
from tracker.vocabulary import AVAILABILITY

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－﹣"), "-") | dict.fromkeys(map(ord, "～∼〜"), "~")
# Traditional signs of headings and of words of the field.
_SIMPLE = str.maketrans(
    "項專案稱總資額萬億圓計劃預畫開啟動時間竣產業鏈階態責單員領導網區鎮園點狀況進場際實報驗備註說來類別積佔畝擬"
    "國標題號碼編簽約協議設築建項內容規範權屬問題訴需協調決聯絡電話級層務對應營運達滿擴遷購併東廠廳縣訂後當季劃"
    "結尾選擇處辦紅黃綠燈監監測統數據庫賬帳幣種幾個雙貨採購審核準許證書費繳納稅機構術環評質檢測試轉讓與關係於從"
    "爲為爭會儲兌冊軍衝發變團圖塊頭奮將帶強歸徑戶搶換無暫條檔樁歐匯沒濟滯牽獨礎簡線終經絕續緩職"
    "節榮獲銜補裝見譽認訖記訪詞詳談謀負賃賦賴過還釋鋼鉤銷鍵鎊長門閉難韓頂頃飾饋駐龍餘製佈係臺約",
    "项专案称总资额万亿圆计划预画开启动时间竣产业链阶态责单员领导网区镇园点状况进场际实报验备注说来类别积占亩拟"
    "国标题号码编签约协议设筑建项内容规范权属问题诉需协调决联络电话级层务对应营运达满扩迁购并东厂厅县订后当季划"
    "结尾选择处办红黄绿灯监监测统数据库账账币种几个双货采购审核准许证书费缴纳税机构术环评质检测试转让与关系于从"
    "为为争会储兑册军冲发变团图块头奋将带强归径户抢换无暂条档桩欧汇没济滞牵独础简线终经绝续缓职"
    "节荣获衔补装见誉认讫记访词详谈谋负赁赋赖过还释钢钩销键镑长门闭难韩顶顷饰馈驻龙余制布系台约",
)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in lower case, plain width and simplified signs, with single blanks and plain dashes."""
    plain = " ".join(fold(text).translate(_DASHES).split())
    return plain if plain.isascii() else plain.translate(_SIMPLE)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What is left of a heading to be looked up: letters, digits and % signs."""
    return "".join(
        letter
        for letter in folded(text)
        if letter == "%" or letter.isalnum() or unicodedata.category(letter).startswith("M")
    )


def brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its bracketed parts, and these parts."""
    plain = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]")
    parts = re.findall(r"\(([^()]*)(?:\)|$)|\[([^\[\]]*)\]", plain)
    outside = re.sub(r"\([^()]*(?:\)|$)|\[[^\[\]]*\]", " ", plain)
    return " ".join(outside.split()), tuple((round_ or square).strip() for round_, square in parts)


def has_chinese(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return re.search("[\u4e00-\u9fff]", text) is not None


# --- null values ---------------------------------------------------------------------------------------------------

WITHHELD, UNKNOWN, BLANK, BROKEN = "withheld", "unknown", "blank", "broken"

_WITHHELD = re.compile(
    r"(?:data |information )?(?:exempt|withheld|redacted|suppressed)\b.*|exempt(?:ed|ion)\b.*"
    r"|(?:data |information )?restricted(?: (?:data|information|access|under|due|by|for)\b.*)?"
    r"|(?:commercial(?:ly)?|strictly|market)?[ -]*(?:in[ -])?(?:confiden(?:tial|ce)|sensitive|classified)\b.*"
    r"|(?:data )?not (?:yet )?(?:to be )?(?:publicly )?(?:disclosed|published|public|released|for publication)\b.*"
    "|(?:section|s|foi|foia) ?[0-9]* ?exempt.*|undisclosed|unpublished|secret"
    # Not 5000（不涉密）, nor a figure that leaves the secret part out.
    r"|(?:[^0-9]|[0-9]{4}年)*(?<![不非未无])(?<!不属于)(?<!不是)(?:涉密|保密|机密|绝密|秘密)"
    "(?!.*(?:除外|以外|不含|未含|未计))(?:[^0-9]|[0-9]{4}年)*"
    "|(?:暂|均|尚)?[不未非](?:予|便|宜|对外|向社会)*(?:公开|公布|公表|公示|披露|透露)"
)
_UNKNOWN = re.compile(
    r"#?n[/.]?a\.?|n/k|nk|t\.?b\.?[cda]\.?|to be (?:confirmed|determined|advised|announced|decided|agreed)"
    "|(?:(?:data|information) )?(?:not|un)[ -]?"
    "(?:known|available|provided|supplied|reported|stated|specified|applicable)"
    "|(?:no|missing) data|unclear|不详|不明|未知|待定|未定|待确定|待核实|待补充|暂无|暂缺|不适用|未提供|未填报"
    r"|k\. ?a\.|unbekannt|offen|s/d|s\.d\.|n\.d\.|nd|sin dato|sem informacao|no disponible|[-/\\?.…_*]+"
)
# What amounts, days and ratings are said to be, and names and words of the field are not.
_NO_VALUE = re.compile(
    "(?:data |information |value |figure |cost |date )?(?:not|un|none|never)[ -]?(?:yet |currently |to be )?"
    "(?:given|recorded|set|determined|decided|confirmed|finali[sz]ed|established|assessed|estimated|agreed|rated|stated"
    "|quantified|costed|calculated|fixed|scheduled|allocated|provided)(?: yet)?"
    "|to be [a-z]+|(?:pending|awaiting|subject to|see)(?: .*)?|under (?:review|discussion|negotiation|assessment|study"
    "|consideration|evaluation|development)|missing|blank|reset"
    "|no (?:[a-z]+ )?(?:data|information|figure|estimate|value|rating|entry|response)|[尚还]?待[\u4e00-\u9fff]{1,6}"
    "|[尚暂]?[未不](?:详|明|知|定|清楚|明确|确定|核定|核实|落实|提供|填报?|上报|统计|掌握|测算|批复)|尚无|面议|另议"
    "|[暂尚]?[无缺](?:数据|资料|信息|法提供|失|项)?|没有|[\u4e00-\u9fff]{1,5}[^年月 -~]中"
)
# What a day may be, where there is none: the work goes on, or nobody has set its end.
_NO_DAY = re.compile(
    r"(?:no|without(?: an?)?) (?:fixed |set |specific |planned )?(?:start |end |completion |finish )?date(?: set)?"
    "|ongoing|on-going|continuing|continuous|open[ -]ended|indefinite|rolling|长期|持续|永久|无|没有|未确定"
)
_BLANK = frozenset(("", "无", "none", "null", "nil", "空"))
_ERRORS = frozenset(("#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#####"))
# The words of withholding that are not the beginning of a name.
_ONLY_WITHHELD = re.compile(
    "withheld|redacted|confidential|undisclosed|commercially sensitive|(?:data )?exempt(?:ed)? under .*"
    "|涉密|商业秘密|不(?:予)?公开|未公开|未披露|保密|不便公开|不宜公开"
)
_SHORT_NULL = re.compile(r"#?n[/.]a\.?|#na|na|[-/\\?.…_*]+")


def null_value(text: str) -> str | None:
    """WITHHELD, UNKNOWN, BLANK or BROKEN (an error of a formula) for a text that is no word of the field, else None."""
    written = folded(text)
    if written in _BLANK:
        return BLANK
    if _UNKNOWN.fullmatch(written):
        return UNKNOWN
    if written in _ERRORS or not written.strip("#"):
        return BROKEN
    if _WITHHELD.fullmatch(written) or written in AVAILABILITY[WITHHELD].spellings:
        return WITHHELD
    return None


def null_amount(text: str) -> str | None:
    """As `null_value`, for a cell of an amount or a rating: also “to be finalised”, 待批复, and words in brackets."""
    found = null_value(text)
    if found is None and not any(map(str.isdigit, text)):
        written = folded(text).strip("()[]<>【】\"'“”. ")
        found = null_value(written) or (UNKNOWN if _NO_VALUE.fullmatch(written) else None)
    return found


def null_day(text: str) -> str | None:
    """As `null_amount`, for a cell of a day: also “No end date” and “Ongoing”."""
    return null_amount(text) or (BLANK if _NO_DAY.fullmatch(folded(text)) else None)


def null_text(text: str, *, free: bool) -> bool:
    """Whether a cell of text says nothing: only a mark, n/a or none; where it is not `free`, also TBC or “withheld”.

    Every other word is kept: a project may be called Confidential Computing Centre.
    """
    written = folded(text)
    if written in _BLANK or written in _ERRORS or _SHORT_NULL.fullmatch(written):
        return True
    return not free and (_UNKNOWN.fullmatch(written) or _ONLY_WITHHELD.fullmatch(written)) is not None
