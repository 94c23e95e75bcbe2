"""The currencies amounts are kept in: ISO 4217 codes, their minor units, and the words people write for them.

Kept are the currencies in use and the two units of account with four decimals (CLF, UYW). Left out are the other fund
codes, precious metals, test codes and withdrawn currencies.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.errors import ValueRefused
from tracker.i18n import _
from tracker.text import shorten

# Those of today, and HRK and BGN, in which the lists of the years before the euro are.
_CODES_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
          CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS
          INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
          MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE
          SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR
          ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()}
CODES = tuple(sorted(_DIGITS))

# The first word is the Chinese name that is printed; every word is read, in any case and with any spaces between.
_WORDS = {
    "CNY": "元|人民币|人民币元|rmb|rmb¥|cn¥|yuan|renminbi",
    "USD": "美元|美金|us$|u.s.$|us dollar|u.s. dollar|american dollar",
    "JPY": "日元|日圆|日円|円|日币|jp¥|yen|japanese yen",
    "EUR": "欧元|€|euro",
    "GBP": "英镑|£|pound|pound sterling|british pound",
    "HKD": "港元|港币|香港元|hk$|hong kong dollar",
    "KRW": "韩元|韩圆|韩币|₩|won|korean won|원",
    "TWD": "新台币|台币|nt$|taiwan dollar|new taiwan dollar",
    "SGD": "新加坡元|新加坡币|新币|新元|s$|sg$|singapore dollar",
    "AUD": "澳元|澳大利亚元|a$|au$|australian dollar",
    "CAD": "加元|加拿大元|c$|ca$|canadian dollar",
    "CHF": "瑞士法郎|瑞郎|swiss franc",
    "RUB": "卢布|俄罗斯卢布|₽|ruble|rouble",
    "THB": "泰铢|฿|baht|thai baht",
    "NZD": "新西兰元|纽元|nz$|new zealand dollar",
    "MOP": "澳门元|澳门币|mop$|pataca",
    "INR": "印度卢比|₹|indian rupee",
    "IDR": "印尼盾|印尼卢比|rp|rupiah",
    "MYR": "林吉特|马来西亚林吉特|令吉|马币|rm|ringgit",
    "PHP": "菲律宾比索|₱|philippine peso",
    "VND": "越南盾|₫|dong",
    "SEK": "瑞典克朗|swedish krona",
    "NOK": "挪威克朗|norwegian krone",
    "DKK": "丹麦克朗|danish krone",
    "TRY": "土耳其里拉|₺|turkish lira",
    "MXN": "墨西哥比索|mx$|mexican peso",
    "BRL": "巴西雷亚尔|雷亚尔|r$|brazilian real",
    "ZAR": "南非兰特|兰特|rand",
    "AED": "阿联酋迪拉姆|迪拉姆|uae dirham",
    "SAR": "沙特里亚尔|saudi riyal",
    "KZT": "坚戈|₸|tenge",
    "PLN": "兹罗提|zł|zloty",
    "HUF": "福林|forint",
    "RON": "罗马尼亚列伊|lei|romanian leu",
    "BGN": "保加利亚列弗|лв|лв.|bulgarian lev",
    "HRK": "克罗地亚库纳|kn|kuna",
    "CZK": "捷克克朗|kč|czech koruna",
    "ILS": "谢克尔|新谢克尔|₪|shekel",
}
_DOLLARS = "AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD USD XCD"
_SHARED = {
    "$": f"{_DOLLARS} ARS CLP COP CUP DOP MXN UYU",
    "dollar": _DOLLARS,
    "¥": "CNY JPY",
    "kr": "DKK ISK NOK SEK",
    "peso": "ARS CLP COP CUP DOP MXN PHP UYU",
    "rupee": "INR LKR MUR NPR PKR SCR",
}
# Chinese calls the unit of these 元 as well: 港币500万元 is in Hong Kong dollars.
_COUNTED_IN_YUAN = frozenset({"美金", "港币", "新台币", "台币", "新加坡币", "新币", "澳门币"})

_NAMES_ZH = {code: words.split("|")[0] for code, words in _WORDS.items()}
# The common currencies stand first: `closest` takes the first of equals.
_CANDIDATES = {
    **{
        word.replace(" ", ""): frozenset({code})
        for code, words in _WORDS.items()
        for word in (code.lower(), *words.split("|"))
    },
    **{code.lower(): frozenset({code}) for code in CODES},
    **{word: frozenset(codes.split()) for word, codes in _SHARED.items()},
}
# Full-width forms, and the spaces, minus signs and wave dashes that keyboards and typesetters put for the plain ones.
_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"￥": "¥", "￡": "£", "￦": "₩", "\u3000": " ", "\u00a0": " ", "\u202f": " ", "\u2212": "-", "\u301c": "~"}
)
_LONGEST_GUESS = 40
_LIKE = 0.6
_FEW = 5


def fold(text: str) -> str:
    """The text in plain-width lower case without outer blanks; nothing else is changed, so that `²` never becomes 2."""
    return text.strip(" \t\r\n\u3000\u00a0").translate(_WIDTH).lower()


def minor_digits(code: str) -> int:
    """How many decimals the currency has: CNY 2, JPY 0, KWD 3; ValueRefused for an unknown code."""
    digits = _DIGITS.get(code)
    if digits is None:
        raise _unknown(code)
    return digits


def name(code: str, lang: str) -> str:
    """The currency's name as amounts print it: in "zh" the Chinese name of the common ones, else the code."""
    return _NAMES_ZH.get(code, code) if lang == "zh" else code


def parse_currency(text: str, *, configured: str | None = None) -> str:
    """The ISO 4217 code meant by a code, name or symbol.

    A symbol several currencies share (`$`, `¥`) is read only as `configured`, and only where that is one of them.
    Raises ValueRefused for anything else.
    """
    if not fold(text):
        raise ValueRefused(_("name a currency, for instance CNY, USD, 人民币 or 美元"))
    return resolve([text], configured=configured)


def resolve(words: Iterable[str], *, configured: str | None) -> str:
    """The one currency that all `words` around an amount agree on; without words the configured one.

    Raises ValueRefused where a word is unknown, the words disagree, or more than one currency is left.
    """
    named = [word for word in words if word]
    if not named:
        if configured is None:
            raise ValueRefused(_("no currency is named and none is configured; name it, as in CNY 5 or 5元"))
        minor_digits(configured)
        return configured
    counted_in_yuan = len(named) > 1 and named[-1] == "元" and named[0] in _COUNTED_IN_YUAN
    agreed = frozenset.intersection(*map(_candidates, named[:1] if counted_in_yuan else named))
    if not agreed:
        raise ValueRefused(
            _("“{first}” and “{second}” are different currencies; name one").format(first=named[0], second=named[-1])
        )
    if len(agreed) == 1:
        return next(iter(agreed))
    if configured in agreed:
        return configured
    few = [code for code in dict.fromkeys((*_WORDS, *CODES)) if code in agreed][:_FEW]
    codes = ", ".join(few) + (" …" if len(agreed) > _FEW else "")
    raise ValueRefused(_("“{word}” may be {codes}; write the code").format(word=shorten(named[0]), codes=codes))


def closest(word: str) -> str | None:
    """The code whose own spelling, or one of whose names, looks most like `word`; None where nothing does."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=_key(word[:_LONGEST_GUESS]), autojunk=False)

    def likeness(spelling: str) -> float:
        matcher.set_seq1(spelling)
        # The two cheap upper bounds spare the costly ratio nearly always: a bad column is refused thousands of times.
        return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE <= matcher.quick_ratio() else 0.0

    best = max((spelling for spelling in _CANDIDATES if spelling not in _SHARED), key=likeness)
    return next(iter(_CANDIDATES[best])) if likeness(best) >= _LIKE else None


def _candidates(word: str) -> frozenset[str]:
    key = _key(word)
    codes = _CANDIDATES.get(key) or _CANDIDATES.get(key.removesuffix("s"))
    if codes is None:
        raise _unknown(word)
    return codes


def _key(word: str) -> str:
    return fold(word).replace(" ", "")


def _unknown(word: str) -> ValueRefused:
    near = closest(word)
    if near is None:
        sentence = _("“{word}” is not a known currency or unit; write an ISO code, for instance CNY, USD or EUR")
        return ValueRefused(sentence.format(word=shorten(word)))
    return ValueRefused(
        _("“{word}” is not a known currency; did you mean “{near}”?").format(word=shorten(word), near=near)
    )
