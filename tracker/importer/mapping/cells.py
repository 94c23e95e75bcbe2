"""Cell parsers: one for each column, made once, that remembers what it has read.

A parser gives None for a cell that says nothing and raises ValueRefused for one that cannot be read. Amounts and days
are read by `money` and `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tracker.currencies import minor_digits, parse_currency
from tracker.dates import Precision
from tracker.dates.cells import MarkedPeriod, Marker, read_cell, stage_named
from tracker.dates.reading import split_range
from tracker.errors import ValueRefused
from tracker.i18n import _, language
from tracker.importer import headings
from tracker.importer.headings import COUNT, LAND, MONEY, Target, Unit, brackets, read_unit
from tracker.importer.readers.source_file import Formula
from tracker.models.fields import Field, Type
from tracker.money import WITHOUT_AMOUNT, Figure, Money, parse_figure
from tracker.money import Unit as MoneyUnit
from tracker.money.amounts import read_number, too_fine, unreadable
from tracker.money.quantities import Quantity, parse_quantity
from tracker.records import serialize
from tracker.records.schema import KINDS
from tracker.render.data import unguarded
from tracker.text import folded, not_one_of, shorten
from tracker.vocabulary import (
    AVAILABILITY,
    CONDITIONS,
    LIGHTS,
    MILESTONES,
    PROJECT_KINDS,
    QUALIFIERS,
    STAGES,
    Vocabulary,
)

if TYPE_CHECKING:
    from tracker.importer.mapping.columns import Column, Formats
    from tracker.importer.mapping.maps import Map

Reader = Callable[[Any], Any]
# The `split` of cells that hold a range of days.
RANGE = "range"
# A cell holds either the one or the other.
EITHER = "either"
# The sign before decimals of each way to write numbers.
DECIMALS = {"1,234.56": ".", "1.234,56": ","}

# Days, words and codes repeat; amounts do not, and a file may have any number of them.
_REMEMBERED = 20_000
_NUMBERS = (bool, int, float)
# A spreadsheet keeps no more digits than these.
_MOST_DIGITS = 15
_ANY_DAY = date(2000, 1, 1)


class Memory(dict[Any, Any]):
    """What a reader made of each cell; a cell that was not seen is read, and one that cannot be read raises."""

    def __init__(self, read: Reader) -> None:
        """Begin empty, with the reader to ask."""
        super().__init__()
        self._read = read

    def __missing__(self, cell: Any) -> Any:
        if any(part.__class__ is Formula for part in (cell if isinstance(cell, tuple) else (cell,))):
            raise ValueRefused(_("a formula without a value"), _("open the file in Excel or WPS and save it there"))
        value = self._read(cell)
        # True and 1.0 are 1 to a dict, and a workbook has all three.
        if len(self) < _REMEMBERED and cell.__class__ not in _NUMBERS:
            self[cell] = value
        return value


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


def refused(sentence: str, hint: str = "", *, text: object, **words: object) -> ValueRefused:
    """The refusal of a cell, which the sentence shows as {text}."""
    return ValueRefused(sentence.format(text=shorten(str(text)), **words), hint)


# --- texts ---------------------------------------------------------------------------------------------------------

_FORMULA_TEXT = re.compile('="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]{2}", re.IGNORECASE)
_BETWEEN = re.compile(r"[|、;；\n]")
_BETWEEN_TAGS = re.compile(r"[|、;；,，\n]")
_NO_CODE = re.compile(r"[^\w./-]+")


# A text before which somebody put the apostrophe that keeps a spreadsheet from running it.
_GUARDED = ("'=", "'+", "'-", "'@")


def text_of(cell: Any) -> str:
    """A cell as the text it shows: whole numbers without .0, days without a time of day."""
    if cell.__class__ is Formula:
        return f"={cell}"
    if isinstance(cell, str):
        text = cell.strip()
        if text.startswith(_GUARDED):
            return text[1:]
        found = _FORMULA_TEXT.fullmatch(text) if text.startswith("=") else None
        return found[1].strip() if found else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == cell.time().min
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def read_text(cell: Any) -> str | None:
    """Free text: every word of it is kept."""
    text = text_of(cell)
    return None if null_text(text, free=True) else text


def read_name(cell: Any) -> str | None:
    """The name of a company, person or place; 待定 and TBC are none."""
    text = text_of(cell)
    return None if null_text(text, free=False) else text


def read_code(cell: Any) -> str | None:
    """A code or number of a register. Raises ValueRefused where a spreadsheet has lost its last digits."""
    text = text_of(cell)
    lost = isinstance(cell, int | float) and len(text.lstrip("-")) > _MOST_DIGITS
    if lost or _SCIENTIFIC.fullmatch(text):
        sentence = _("“{text}” has lost its last digits: a spreadsheet keeps {most}")
        raise refused(sentence, _("format the column as text and enter the code again"), text=text, most=_MOST_DIGITS)
    text = text.removeprefix("'")
    return None if null_text(text, free=True) else text


def names_reader(*, tags: bool) -> Reader:
    """A reader of several names in one cell, divided by | 、 ; or lines, and tags by commas too."""
    between = _BETWEEN_TAGS if tags else _BETWEEN

    def read(cell: Any) -> tuple[str, ...] | None:
        text = read_text(cell)
        return tuple(name.strip() for name in between.split(text) if name.strip()) or None if text else None

    return read


def labelled_reader(name: str, *, code: bool) -> Reader:
    """A reader of one name=value pair, as external ids and declared fields are kept."""

    def read(cell: Any) -> tuple[str, ...] | None:
        text = read_code(cell) if code else read_text(cell)
        return (f"{name}={text}",) if text else None

    return read


def own_reader(field: Field, *, guarded: bool) -> Reader:
    """A reader of text and names as our own files hold them: blanks at the edges, lines and bars are kept."""

    def read(cell: Any) -> Any:
        if cell is None or cell == "":
            return None
        text = text_of(cell) if not isinstance(cell, str) or cell.startswith('="') else cell
        return serialize.read(field, (unguarded(text) if guarded else text,))

    return read


# --- words ---------------------------------------------------------------------------------------------------------

# What lists of projects call their states, beside the words of the field; the last four are conditions.
_STATUS = {
    "under_construction": "공사중|시공중|진행중|추진중|착공|in progress|in delivery|in execution|under implementation"
    "|implementation|in implementation|execution|work in progress|under way|underway|in construction|delivery"
    "|constructing|em andamento|em execucao|in corso|en curso|em curso|laufend|w realizacji|w trakcie realizacji"
    "|contratado en ejecución|contratado en ejecucion|em obras|obra em andamento|em execucao de obras|em execução"
    "|en ejecucion|en ejecución|en cours|in umsetzung|im bau|续建|新开工|续建项目|在建项目|全面开工",
    "completed": "준공|완공|완료|finished|finalised|finalized|delivered|done|works completed|substantially complete"
    "|substantially completed|zakończony|zakończona|zakończone|zakonczony|zrealizowany|practical completion"
    "|handed over|handover|建成|已建成|完成|已完成|已验收|concluso|finalizado|finalizada|concluido|concluído"
    "|concluida|concluída|terminado|terminada|acheve|achevé|abgeschlossen|close-out|closeout|closed out|竣工项目",
    "in_production": "竣工投产|建成投产|投产达效|in service|in use|opened|operations|operation|em operação"
    "|en operacion|en operación",
    "signed": "award|awarded|contract award|contract awarded|contracted",
    "lead": "pipeline|proposed|proposal|concept|identification|identified|储备项目|谋划",
    "suspended": "중단|보류|halted|shelved|stopped|stalled|deferred|postponed|dormant|paralisado|paralisada"
    "|paralizado|paralizada|suspendido|停滞",
    "terminated": "취소|abandoned|dropped|withdrawn|discontinued|cancelado|cancelada|annulé|scrapped",
    "lost": "已落户他处|落户外地|已落户外地|落户外省|lost to other site|lost to another site",
    "active": "active|delayed|on track|on schedule|behind schedule|at risk|ahead of schedule|late|滞后|正常推进"
    "|vigente|ativo|ativa|activo|activa|atrasada|atrasado",
}
_NOT_STARTED = (
    "not started|not yet started|not commenced|yet to start|planned|planning|in planning|拟建|待建|预备|规划|筹建"
    "|미착공|착공예정|예정"
)
# Words of the time before building that are no stage: a project with one is active, and building is yet to begin.
_BEFORE_BUILDING = (
    "design|pre-design|predesign|preliminary design|detailed design|final design|procurement|construction procurement"
    "|design procurement|tender|tendering|in tender|out to tender|bidding|bid|out to bid|pre-construction"
    "|preconstruction|feasibility|feasibility study|pre-planning|initiation|pending|ação preparatória"
    "|acao preparatoria|em licitação de obra|em licitação|licitação|em contratação|a iniciar|não iniciada"
    "|nao iniciada|en trámite|en tramite|en licitación|en licitacion|en proyecto|no iniciado|no iniciada|por iniciar"
    "|pre-tender|tender evaluation|preparation|scoping|pre-feasibility|business case|outline business case"
    "|full business case|strategic outline case|招标|招投标|设计|初步设计|施工图设计|勘察设计|前期|前期手续|前期准备"
    "|手续办理|办理手续|可研|可研编制|环评|审批|报批|报建"
)
_STATUS_CODES = {folded(word): code for code, words in _STATUS.items() for word in words.split("|")}
_BEFORE_WORDS = frozenset(_BEFORE_BUILDING.split("|"))
_NOT_STARTED_WORDS = frozenset(_NOT_STARTED.split("|")) | _BEFORE_WORDS
# Building is planned, or has not begun.
_NOT_BEGUN = re.compile(
    "(?:计划|拟|预计|[暂尚还仍]?未|待|即将)(?:新|正式|全面)?(?:开工|动工|开建|建设|启动|实施)(?:建设|项目)?"
    "|not yet (?:begun|commenced)"
)
_ON_SITE = re.compile(
    "(?:正在|全面)?(?:桩基|基础|主体|土建|钢?结构|地下室?|厂房|装饰|装修|外立面|室外|管网|道路)*(?:工程)?(?:施工|建设)中?"
    "|(?:内部|内外|外)?装[修饰](?:施工|工程)?中?|设备安装中?"
)
# A reason behind a condition that ends it: 停工（已复工）.
_RESUMED = re.compile("复工|恢复|重启|解除|取消|已|lifted|resum|restart|reinstat|reopen|revers|complet")
# Around a status: what it is said of, and that it is going on.
_CALLED = re.compile("^已(?!落户)|项目$|状态$|类$| projects?$")
_IS_GOING = re.compile(
    "^(?:正在|处于|目前|开展|under |in |at |out to )|(?:阶段|工作|中)$"
    "| (?:phase|stage|underway|under way|in progress|started|commenced)$"
)
# The stages that go on for a while: 备案中 is not filed yet.
_GOING = ("lead", "negotiating", "under_construction", "suspended", "active")
# The number before a phase, and brackets around it: 3-Construction, (Pre-Design).
_OF_PROJECT = re.compile("^(?:project|works|contract) (?:is |are )?")
_NUMBERED = re.compile(r"(?:(?:(?:stage|phase|gate) )?[0-9]{1,2} ?[-.):] ?)?(.+)")


_LIGHTS = {"r": "red", "a": "amber", "y": "yellow", "g": "green"}
_LIGHTS |= {"🔴": "red", "🟠": "amber", "🟡": "yellow", "🟢": "green"}
_BETWEEN_LIGHTS = re.compile("(?:amber|yellow)[/-](?:red|green)|(?:red|green)[/-](?:amber|yellow)")


def _rating(text: str) -> str:
    """A rating in plain words: amber/red for A/R."""
    written = folded(text).replace(" ", "")
    signs = [sign for sign in written if sign not in "/-"]
    return "/".join(_LIGHTS[sign] for sign in signs) if signs and set(signs) <= _LIGHTS.keys() else written


def is_between_lights(text: str) -> bool:
    """Whether a rating lies between two lights, as those of five steps do."""
    return _BETWEEN_LIGHTS.fullmatch(_rating(text)) is not None


class Condition(str):
    """A word of the stage column that is a condition: 停工, terminated; `begun` False for one that is yet to start.

    `said` is the text of the cell.
    """

    begun = True
    said = ""


class NotStarted(Condition):
    """Active, and building is yet to begin."""

    begun = False


class BetweenLights(str):
    """The light of a rating that lies between two; `said` is the text of the cell."""

    said = ""


def _condition(code: str, text: str, kind: type[Condition] = Condition) -> Condition:
    found = kind(code)
    found.said = text
    return found


def word_reader(vocabulary: Vocabulary) -> Reader:
    """A reader of codes of a vocabulary, from any of their spellings."""
    table = vocabulary.name_en.replace(" ", "_")

    def read(cell: Any) -> str | None:
        text = text_of(cell)
        if vocabulary is LIGHTS and is_between_lights(text):
            light = BetweenLights("yellow")
            light.said = text
            return light
        code = vocabulary.find(text) or vocabulary.find(_rating(text) if vocabulary is LIGHTS else folded(text))
        if code or (null_amount if vocabulary is LIGHTS else null_value)(text) is not None:
            return code
        try:
            return vocabulary.parse(text)
        except ValueRefused as refused:
            raise ValueRefused(str(refused), _word_hint(table, text)) from None

    return read


def _word_hint(table: str, text: str) -> str:
    return _('give its meaning in a map: [values.{table}] "{word}" = …').format(table=table, word=shorten(text, 30))


def read_stage(cell: Any) -> str | None:
    """A stage, or a condition that stands in its place."""
    text = text_of(cell)
    for word, going in _statuses(text):
        if word in _NOT_STARTED_WORDS:
            return _condition("active", text, NotStarted)
        code = _STATUS_CODES.get(word) or _term(word)
        if code is not None and (not going or code in _GOING):
            return code if code in STAGES else _condition(code, text)
    if _NOT_BEGUN.fullmatch(folded(text)):
        return _condition("active", text, NotStarted)
    # Terminated (lack of funds): the reason stands behind a condition; behind a stage it may say that not all is there.
    base, remarks = brackets(text)
    code = _STATUS_CODES.get(folded(base)) or _term(folded(base))
    if remarks and code is not None and code in CONDITIONS and not any(map(_RESUMED.search, map(folded, remarks))):
        return _condition(code, text)
    if _ON_SITE.fullmatch(folded(text)):
        return "under_construction"
    # Completed and operational: of two stages the later.
    both = [
        _STATUS_CODES.get(word) or _term(word) for word in re.split(" (?:and|und|et|y|e) | ?[&+] ?|并已?", folded(text))
    ]
    if len(both) > 1 and all(code in STAGES for code in both):
        return max(filter(None, both), key=lambda code: STAGES[code].order)
    if null_value(text) is not None:
        return None
    try:
        return STAGES.parse(text)
    except ValueRefused as refused:
        raise ValueRefused(str(refused), _word_hint("stage", text)) from None


def _term(word: str) -> str | None:
    return STAGES.find(word) or CONDITIONS.find(word)


def _statuses(text: str) -> Iterator[tuple[str, bool]]:
    """The words that a status may be known by, and whether it says that this is going on: 招标 for 招标中."""
    written = folded(text)
    yield written, False
    plain = _OF_PROJECT.sub("", written)
    if found := _NUMBERED.fullmatch(folded(plain).removeprefix("(").removesuffix(")").strip()):
        plain = found[1]
    plain = _CALLED.sub("", plain)
    yield plain, False
    going = _IS_GOING.sub("", plain).strip(" -")
    for word in (going, going.removesuffix("s")):
        yield word, going != plain


def is_stage_alone(text: str) -> bool:
    """Whether a text is a stage or condition and says nothing beside it: 主体施工 says what is being built."""
    if _ON_SITE.fullmatch(folded(text)) and _term(folded(text)) is None:
        return False
    with suppress(ValueRefused):
        read_stage(text)
        return True
    return False


# What stands among new and expansion and is a stage; a design, a road or an operation is what a project is about.
_STAGE_OF_LISTS = re.compile(
    "已?(?:续建|(?:计划|拟)?新?开工|在建|储备|预备|前期|拟建|待建|未开工|竣工|完工|建成|投产|竣工投产|建成投产|停建|缓建"
    "|谋划|签约)(?:类|项目)*"
    "|(?:under construction|in progress|ongoing|completed|not started|planned|suspended|cancelled)(?: projects?)?"
)


def is_stage_not_kind(text: str) -> bool:
    """Whether a word in a column of kinds of projects is no kind but a stage or a condition: 续建, 新开工, 预备."""
    if PROJECT_KINDS.find(text) or _STAGE_OF_LISTS.fullmatch(folded(text)) is None:
        return False
    with suppress(ValueRefused):
        return read_stage(text) is not None
    return False


def is_before_building(text: str) -> bool:
    """Whether a status names what comes before building, and no stage."""
    return any(word in _BEFORE_WORDS for word, _going in _statuses(text))


def furthest_stage_reader(separator: str) -> Reader:
    """A reader of a cell with several stages, of which the last in the order of the field counts."""

    def read(cell: Any) -> str | None:
        found = [part for part in map(read_stage, text_of(cell).split(separator)) if part is not None]
        stages = [part for part in found if not isinstance(part, Condition)]
        return max(stages, key=lambda code: STAGES[code].order) if stages else next(iter(found), None)

    return read


def choice_reader(choices: Mapping[str, str]) -> Reader:
    """A reader of one of a few codes; `choices` gives, to each code, its spellings with | between."""
    codes = {folded(word): code for code, spelled in choices.items() for word in (code, *spelled.split("|"))}

    def read(cell: Any) -> str | None:
        text = text_of(cell)
        if folded(text) in codes or null_value(text) is not None:
            return codes.get(folded(text))
        raise ValueRefused(not_one_of(text, choices), _("write one of them, or give its meaning in a map"))

    return read


def read_availability(cell: Any) -> str | None:
    """Whether a figure is reported, estimated, unknown or withheld."""
    text = text_of(cell)
    return AVAILABILITY.parse(text) if text else None


_NO_COUNTRY = ("world", "worldwide", "global", "multi-country", "multinational", "various", "several countries")


def read_country(cell: Any) -> str | None:
    """A country by any of its names; NA is Namibia, and n/a is none."""
    from tracker.countries import parse_country

    text = text_of(cell)
    if (text != "NA" and null_value(text) is not None) or folded(text) in _NO_COUNTRY:
        return None
    try:
        return parse_country(text)
    except ValueRefused as reason:
        raise ValueRefused(str(reason), _word_hint("country", text)) from None


def read_currency(cell: Any) -> str | None:
    """A currency by its code, name or sign."""
    text = text_of(cell)
    if null_value(text) is not None:
        return None
    for usual in ("USD", "CNY"):
        try:
            return parse_currency(text, configured=usual)
        except ValueRefused:
            continue
    raise refused(_("“{text}” is not a known currency"), _("write its ISO code, like CNY"), text=text)


def read_milestone(cell: Any) -> str | None:
    """A milestone of the field by any spelling of its stage, else a code made of its name."""
    text = read_text(cell)
    if text is None:
        return None
    return MILESTONES.find(text) or _NO_CODE.sub("-", text).strip("-./_")[:40] or text


def read_milestone_title(cell: Any) -> str | None:
    """The name of a milestone, where its code is another."""
    text = read_text(cell)
    code = read_milestone(cell)
    return text if text != code and code not in MILESTONES else None


def read_indicator(cell: Any) -> str | None:
    """An indicator of the field by its code, else the name it is given."""
    from tracker.vocabulary import INDICATORS

    text = read_text(cell)
    return (INDICATORS.find(text) or text) if text else None


def read_registered(cell: Any) -> Any:
    """Whether a project is in the register of the statistics, from a column that says yes or no."""
    text = folded(text_of(cell))
    if re.fullmatch("是|有|[已在](?:入|纳)?(?:库|统)(?:入库)?|yes|y|true|1|√|✓|✔", text):
        return True
    if re.fullmatch("否|(?:[暂尚]?未|待|拟|不)(?:入|纳|在)?(?:库|统)|no|n|false|0|×|x|✗", text) or null_value(text):
        return None
    raise refused(_("“{text}” is not yes or no"), text=text_of(cell))


# --- days ----------------------------------------------------------------------------------------------------------


def day_reader(
    order: str | None,
    *,
    only_days: bool = False,
    marked: bool = False,
    stage: str = "",
    planned: bool = False,
    fiscal: int | None = None,
    year: int | None = None,
) -> Reader:
    """A reader of Period, or of date with `only_days`; `order` is that of the column's days, None: none needed.

    With `marked` a word of expectation beside a day stays with it, as MarkedPeriod; without, 约 alone may stand there.
    A day that is said to be that of another `stage` than the column's, or in a `planned` column an actual one, is
    refused.
    """

    def read(cell: Any) -> Any:
        if isinstance(cell, str):
            cell = text_of(cell).removeprefix("'")
            if (said := null_day(cell)) is not None:
                if said == BROKEN:
                    raise _broken(cell)
                return None
            if stage and (other := stage_named(cell)) not in (None, stage):
                raise refused(
                    _("“{text}” is the day of “{other}”, the column is of “{stage}”"),
                    _("put the day into the column of its stage"),
                    text=cell,
                    other=STAGES[other].name(language()),
                    stage=STAGES[stage].name(language()),
                )
        found = read_cell(cell, order=order, fiscal=fiscal, year=year)
        if planned and isinstance(found, MarkedPeriod) and found.marker is Marker.ACTUAL:
            sentence = _("“{text}” is an actual day, the column is of planned ones")
            raise refused(sentence, _("put the day into the column of its stage"), text=text_of(cell))
        if isinstance(found, MarkedPeriod) and not marked:
            if found.marker in (Marker.FORECAST, Marker.PLANNED):
                hint = _("leave the cell empty, or map its column to a forecast")
                raise refused(_("“{text}” is expected, not reached"), hint, text=text_of(cell))
            found = found.period
        if found is None or not only_days or isinstance(found, MarkedPeriod):
            return found
        if found.precision is not Precision.DAY:
            raise refused(_("“{text}” is not one day"), _("give the day, like 2023-04-05"), text=cell)
        return found.first

    return read


def _broken(text: str) -> ValueRefused:
    return refused(_("the formula of the cell failed: {text}"), _("repair it, or empty the cell"), text=text)


def range_reader(order: str | None, place: int) -> Reader:
    """A reader of the first (0) or last (1) day of a range like 2023.3—2024.12; a single period is both."""
    read_one = day_reader(order)

    def read(cell: Any) -> Any:
        if isinstance(cell, str) and null_day(cell) is None and (ends := split_range(cell, today=_ANY_DAY)):
            return ends[place]
        return read_one(cell)

    return read


def year_reader(order: str | None) -> Reader:
    """A reader of the year of a day, or of a year alone."""
    read_day = day_reader(order)

    def read(cell: Any) -> int | None:
        period = read_day(cell.rstrip("年") if isinstance(cell, str) else cell)
        return period.first.year if period else None

    return read


def year_month_reader(order: str | None, fiscal: int | None = None) -> Reader:
    """A reader of (year, month) cells; a month without a year, and a fiscal year of any month, are refused."""
    read_day = day_reader(order, fiscal=fiscal)

    def read(cell: Any) -> Any:
        year, month = (text_of(part).strip(" 年月份") for part in cell)
        if not month:
            period = read_day(cell[0])
            if period and period.first.year < period.last.year and not fiscal:
                raise ValueRefused(
                    _("with which month does the fiscal year {year} begin?").format(year=year),
                    _("set fiscal_year_start = 4 (for April) in a map"),
                )
            return period
        if not year:
            raise ValueRefused(_("the month {month} has no year").format(month=shorten(month)), _("fill in the year"))
        return read_day(f"{year}年{month}月" if month.isdigit() else f"{month} {year}")

    return read


def is_month(cell: Any) -> bool:
    """Whether a cell names a month without its year: 6, 6月, June."""
    text = text_of(cell).strip(" 月份")
    return (text.isdigit() and 1 <= int(text) <= 12) or (bool(text) and text.isalpha())


# --- numbers -------------------------------------------------------------------------------------------------------

_UNSIGNED = re.compile("([0-9]+)(?:[.]([0-9]+))?")
# An amount of fewer digits in minor units is below the largest that is kept.
_SURELY_KEPT = 18
_NUMBER = re.compile(r"([+-]?) ?([.,]?[0-9](?:[0-9.,'’ ]*[0-9])?(?:[eE][+-]?[0-9]+)?) ?(.*)", re.DOTALL)
_SYMBOLS = re.compile(r"us\$|hk\$|a\$|c\$|s\$|nt\$|r\$|mx\$|[$¥]", re.IGNORECASE)
_DOLLARS = "AUD CAD HKD NZD SGD TWD USD MXN BRL"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a column writes its numbers: the sign before decimals, unit and currency (None: nowhere said).

    Digits finer than the minor unit are rounded and counted, but in `own` files, where each number may have its sign.
    """

    decimal: str = "."
    unit: Unit | None = None
    currency: str | None = None
    own: bool = False

    @property
    def heading(self) -> MoneyUnit:
        """The unit of money that a number without one of its own counts in."""
        counted = self.unit is not None and self.unit.measure == MONEY
        return MoneyUnit(self.unit.text, self.unit.power, "") if self.unit and counted else MoneyUnit("元", 0, "")


# More than the dearest project of a list costs, in the currencies whose unit is small; of the others this.
MOST_MONEY = {"JPY": 10**13, "KRW": 10**14, "IDR": 10**15, "VND": 10**15}
MOST_OF_OTHERS = 10**11


def _most(currency: str) -> int:
    """Ten times what the dearest project costs, in minor units: no amount beyond is in the unit of its heading."""
    most: int = 10 * MOST_MONEY.get(currency, MOST_OF_OTHERS) * 10 ** minor_digits(currency)
    return most


def currency_for(text: str, column: str | None) -> str | None:
    """The currency of a cell with a sign of several: that of the column where it has the sign, else USD or CNY."""
    found = _SYMBOLS.search(folded(text))
    if found and found[0] == "$":
        return column if column and column in _DOLLARS else "USD"
    if found and found[0] == "¥":
        return column if column in ("CNY", "JPY") else "CNY"
    return column


def number_text(cell: Any, what: str) -> str:
    """A cell of a number column as text; typed numbers are written out. Raises ValueRefused for a date, yes or no."""
    if isinstance(cell, str):
        text = text_of(cell).removeprefix("'")
        if text.startswith("="):
            raise refused(_("the cell holds the formula {text}"), _("save the file with values instead"), text=text)
        return text
    if cell is None:
        return ""
    if isinstance(cell, bool | date | time | timedelta):
        hint = _("format the cell as a number in the spreadsheet, or skip the column in a map")
        raise ValueRefused(_("the cell holds {value}, not {what}").format(value=shorten(str(cell)), what=what), hint)
    return typed_number(cell)


def typed_number(number: int | float) -> str:
    """A number cell as plain digits, as the workbook shows it. Raises ValueRefused where it has lost digits."""
    if isinstance(number, int):
        text = str(number)
    else:
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueRefused(_("the cell holds no number"), _("type the number again"))
        # The digits beyond the fifteenth are those of the machine.
        text = format(Decimal(repr(number) if number.is_integer() else format(number, f".{_MOST_DIGITS}g")), "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    whole = text.lstrip("-").partition(".")[0]
    if len(whole if isinstance(number, float) and not number.is_integer() else whole.rstrip("0")) > _MOST_DIGITS:
        sentence = _("{number} has more than {most} digits: a spreadsheet keeps no more, the last ones are lost")
        hint = _("round it in the spreadsheet, or type it as text")
        raise ValueRefused(sentence.format(number=text, most=_MOST_DIGITS), hint)
    return text


# Where 1,50,000 is written for 150,000.
_BY_LAKHS = ("INR", "PKR", "BDT", "NPR", "LKR")
_LAKHS = re.compile(r"(?<![0-9,.])[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9,])")


def figure_reader(numbers: Numbers) -> Reader:
    """A reader of money.Figure; a currency or unit in the cell goes before that of the column."""
    currency, heading = numbers.currency, numbers.heading
    digits = heading.power + minor_digits(currency) if currency else 0
    most = _most(currency) if currency and heading.power else 10**_SURELY_KEPT

    def read(cell: Any) -> Figure | None:
        # Nearly all cells of nearly all files are plain digits.
        if currency and cell.__class__ is str and (found := _UNSIGNED.fullmatch(cell)):
            whole, decimals = found.groups()
            short = digits - len(decimals or "")
            if short >= 0 and (decimals is None or numbers.decimal == ".") and len(cell) < _SURELY_KEPT - short:
                minor = int(whole + (decimals or "")) * 10**short
                if minor <= most:
                    return Figure(Money(minor, currency))
        text = number_text(cell, _("an amount"))
        said = null_amount(text)
        if said == BROKEN:
            raise _broken(text)
        if said is not None:
            return None if said == BLANK else Figure(availability=said, currency=currency)
        in_currency = currency_for(text, currency)
        if in_currency in _BY_LAKHS:
            text = _LAKHS.sub(lambda found: found[0].replace(",", ""), text)
        try:
            if numbers.own and "," in text:
                # A file of our own has a point before its decimals, or the comma of who saved it anew.
                with suppress(ValueRefused):
                    return parse_figure(text, currency=in_currency, decimal=".")
                with suppress(ValueRefused):
                    return parse_figure(text, currency=in_currency, decimal=",")
            if numbers.own:
                return parse_figure(text, currency=in_currency, decimal=".")
            figure = parse_figure(text, currency=in_currency, unit=heading, decimal=numbers.decimal, rounding=True)
            if (
                heading.power
                and figure.money
                and abs(figure.money.minor) > _most(figure.money.currency)
                # 1.5万亿 says its unit itself.
                and figure != parse_figure(text, currency=in_currency, decimal=numbers.decimal, rounding=True)
            ):
                hint = _("write the unit of this amount behind it")
                raise refused(
                    _("“{text}” in {unit} is more than any project costs"), hint, text=text, unit=numbers.unit
                )
            if figure.rounded and figure.money and not figure.money.minor:
                raise unreadable(text, too_fine(figure.money.currency))
            return figure
        except ValueRefused as reason:
            hint = reason.hint or (
                _("write it like 1234.56, 1.2亿元 or £3m, or leave the cell empty")
                if in_currency or re.search("[£€₹₱₩]", text)
                else _("name the currency in the heading, with --currency, or in a map: currency = …")
            )
            raise ValueRefused(str(reason), hint) from None

    return read


def _number(cell: Any, numbers: Numbers, what: str) -> tuple[Fraction, str] | None:
    """The number of a cell and the word behind it, None where it says nothing."""
    text = number_text(cell, what)
    said = null_amount(text)
    if said == BROKEN:
        raise _broken(text)
    if said is not None:
        return None
    found = _NUMBER.fullmatch(folded(text))
    if found and re.match("[-~–—至到].*[0-9]", found[3]):
        raise refused(_("“{text}” is a range, not {what}"), _("write one number"), text=text, what=what)
    if found is None or len(text) > 60:
        raise _not_a(what, text)
    try:
        number = read_number(found[2].lower(), decimal=numbers.decimal)
    except ValueRefused as reason:
        raise refused(_("“{text}” is not {what}"), str(reason), text=text, what=what) from None
    value = number.mantissa * Fraction(10) ** (number.power - number.fraction)
    return (-value if found[1] == "-" else value), found[3].strip()


def _not_a(what: str, text: object) -> ValueRefused:
    return refused(
        _("“{text}” is not {what}"), _("write a plain number, or leave the cell empty"), text=text, what=what
    )


def land_reader(numbers: Numbers) -> Reader:
    """A reader of areas in thousandths of a 亩; what is finer is rounded half to even. A bare number is in 亩."""
    column = (
        numbers.unit if numbers.unit and numbers.unit.measure == LAND else Unit(LAND, land=Fraction(1000), text="亩")
    )

    def read(cell: Any) -> int | None:
        found = _number(cell, numbers, _("an area"))
        if found is None:
            return None
        unit = read_unit(found[1]) if found[1] else column
        if unit is None or unit.land is None:
            raise refused(_("“{text}” is not an area"), _("write it like 109.2亩 or 72800 m2"), text=cell)
        return round(found[0] * unit.land)

    return read


def count_reader(numbers: Numbers) -> Reader:
    """A reader of whole numbers, with or without the word for what is counted."""

    def read(cell: Any) -> int | None:
        found = _number(cell, numbers, _("a whole number"))
        if found is None:
            return None
        unit = read_unit(found[1]) if found[1] else Unit(COUNT)
        if found[0].denominator != 1 or unit is None or unit.measure != COUNT:
            hint = _("write a plain number, or leave the cell empty")
            raise refused(_("“{text}” is not a whole number"), hint, text=cell)
        return int(found[0])

    return read


def percent_reader(numbers: Numbers, *, shares: bool) -> Reader:
    """A reader of hundredths of a percent, rounded half to even; with `shares`, a bare 0.65 is 65 %."""

    def read(cell: Any) -> int | None:
        found = _number(cell, numbers, _("a percentage"))
        if found is None:
            return None
        if found[1] not in ("", "%", "percent", "per cent", "pct"):
            raise _not_a(_("a percentage"), cell)
        return round(found[0] * (10_000 if shares and not found[1] else 100))

    return read


def rate_reader(numbers: Numbers) -> Reader:
    """A reader of exact decimals, as text."""

    def read(cell: Any) -> str | None:
        text = number_text(cell, _("a rate"))
        found = _number(cell, numbers, _("a rate"))
        if found is None:
            return None
        if found[1] or found[0] < 0:
            raise _not_a(_("a rate"), text)
        return _decimal(found[0])

    return read


def quantity_reader(numbers: Numbers, measure: str | None) -> Reader:
    """A reader of the value of an indicator, of a `measure` or told from the text; a cell may be (value, unit)."""

    def read(cell: Any) -> Quantity | None:
        value, unit_text = cell if isinstance(cell, tuple) else (cell, None)
        text = number_text(value, _("a value"))
        said = null_amount(text)
        if said == BROKEN:
            raise _broken(text)
        if said is not None:
            return None if said == BLANK else Quantity(measure or "count", None, availability=said)
        unit = read_unit(unit_text) if isinstance(unit_text, str) and unit_text.strip() else numbers.unit
        if (measure or (unit.measure if unit else None)) == "money":
            currency = (unit.currency if unit else None) or numbers.currency
            found: Figure = figure_reader(replace(numbers, unit=unit, currency=currency))(text)
            minor, code = (found.money.minor, found.money.currency) if found.money else (None, None)
            return Quantity("money", minor, code, None, found.qualifier, found.availability)
        bare = _NUMBER.fullmatch(text)
        if bare and not bare[3]:
            plain, _word = _number(text, numbers, _("a value")) or (Fraction(0), "")
            text = f"{'-' if plain < 0 else ''}{_decimal(abs(plain))}"
            if measure == "percent" or (measure is None and unit and unit.text == "%"):
                text += "%"
            elif unit and unit.measure == COUNT:
                text += unit.text
        return parse_quantity(text, measure=measure, currency=numbers.currency)

    return read


def _decimal(value: Fraction) -> str:
    """A decimal fraction written out."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    whole, rest = divmod(int(value * 10**places), 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


# --- the parser of a column ----------------------------------------------------------------------------------------

_CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("milestone", "what"): headings.WHAT_WORDS,
    ("indicator", "what"): {
        "actual": "实际|完成|reported",
        "floor": "保底|目标|保底目标|target|minimum",
        "stretch": "冲刺|奋斗|冲刺目标",
    },
    ("indicator", "direction"): {
        "at_least": "不低于|至少|at least|>=|≥|min",
        "at_most": "不高于|至多|at most|<=|≤|max",
    },
    ("capital", "basis"): {
        "period": "当期|本期|本月|当月|单月|发生额|period|monthly|flow",
        "ytd": "本年累计|当年累计|年累计|年初至今|year to date",
        "cumulative": "累计|项目累计|开工以来累计|to date|total to date",
    },
    ("indicator", "measure"): {
        "money": "金额|amount|currency",
        "count": "数量|个数|number",
        "percent": "百分比|比例|percentage|%",
        "rank": "排名|位次",
    },
}
_SPECIAL: dict[tuple[str, str], Reader] = {
    ("project", "code"): read_code,
    ("stage", "stage"): read_stage,
    ("milestone", "milestone"): read_milestone,
    ("indicator", "indicator"): read_indicator,
    ("rate", "base"): read_currency,
    ("rate", "counter"): read_currency,
}
_FREE_TEXTS = ("name", "name_en", "note", "text", "title", "reason", "quote", "answer", "outcome")


def reader_of(column: Column, target: Target, formats: Formats, mapping: Map | None) -> Reader:
    """The reader of one target of a column, with the words of the map put in the place of those of the file."""
    read = _reader(column, target, formats)
    meant = _meant(column, target, mapping) if mapping else {}
    return synonyms(read, meant) if meant else read


def _meant(column: Column, target: Target, mapping: Map) -> dict[str, str]:
    field = target.known
    names = [str(target.open), f"{target.kind}.{target.field}", column.heading.text]
    if field is not None and field.words is not None:
        names.insert(0, field.words.name_en.replace(" ", "_"))
        names.insert(0, field.words.name_en.replace(" ", ""))
    if field is not None and field.type is Type.COUNTRY:
        names.insert(0, "country")
    if target.kind == "stage":
        # A word of the stage column may be said to mean a condition.
        names.insert(0, "condition")
    found: dict[str, str] = {}
    for name in names:
        found |= {folded(word): code for word, code in mapping.values.get(name, {}).items()}
    return found


def synonyms(read: Reader, meant: Mapping[str, str]) -> Reader:
    """A reader that first puts the words of a map in the place of those of the file; "" says nothing.

    A word of the map with * in it is a pattern: "On hold*" is every text that begins so.
    """
    patterns = [(pattern.replace("[", "[[]"), word) for pattern, word in meant.items() if "*" in pattern]

    def read_meant(cell: Any) -> Any:
        written = folded(text_of(cell))
        word = meant.get(written)
        if word is None:
            word = next((code for pattern, code in patterns if fnmatchcase(written, pattern)), None)
        if word is None:
            return read(cell)
        found = read(word) if word else None
        return _condition(found, text_of(cell), type(found)) if isinstance(found, Condition) else found

    return read_meant


def _reader(column: Column, target: Target, formats: Formats) -> Reader:
    kind, name = target.kind, target.field
    field = target.known
    if column.native and field is not None and field.type in (Type.TEXT, Type.NAMES) and (kind, name) not in _CHOICES:
        return own_reader(field, guarded=column.guarded)
    if (kind, name) in _CHOICES:
        return choice_reader(_CHOICES[kind, name])
    if (kind, name) == ("project", "kind") and field is not None and field.words is not None:
        read_kind = word_reader(field.words)
        return lambda cell: None if is_stage_not_kind(text_of(cell)) else read_kind(cell)
    if column.split == EITHER:
        return lambda cell: read_stage(cell) if is_stage_not_kind(text_of(cell)) else None
    if (kind, name) == ("stage", "stage") and column.split:
        return furthest_stage_reader(column.split)
    if (kind, name) in _SPECIAL:
        return _SPECIAL[kind, name]
    if field is None:
        return _companion(name)
    if name == "project" or (kind == "relation" and name == "target"):
        return read_code
    if target.name:
        return labelled_reader(target.name, code=name == "ids")
    if field.words is not None:
        return word_reader(field.words)
    return _typed_reader(column, target, field.type, formats)


def _typed_reader(column: Column, target: Target, kind: Type, formats: Formats) -> Reader:
    numbers = formats.numbers.get(column.index, Numbers())
    order = formats.orders.get(column.index)
    match kind:
        case Type.FIGURE:
            return figure_reader(numbers)
        case Type.QUANTITY:
            return quantity_reader(numbers, headings.measure_of(target.select[0]) if target.select else None)
        case Type.LAND:
            return land_reader(numbers)
        case Type.PERCENT:
            return percent_reader(numbers, shares=column.index in formats.shares)
        case Type.COUNT:
            return count_reader(numbers)
        case Type.YEAR:
            return year_reader(order)
        case Type.RATE:
            return rate_reader(numbers)
        case Type.PERIOD | Type.DAY:
            if column.split == RANGE:
                return range_reader(order, column.targets.index(target))
            staged = target.kind in ("milestone", "stage")
            fiscal, year = formats.fiscal.get(column.index), formats.years.get(column.index)
            stage = target.select[0] if staged and target.select and target.select[0] in STAGES else ""
            return day_reader(
                order,
                only_days=kind is Type.DAY,
                marked=staged,
                stage=stage,
                planned=staged and len(target.select) > 1,
                fiscal=fiscal,
                year=year,
            )
        case Type.COUNTRY:
            return read_country
        case Type.NAMES:
            return names_reader(tags=target.field == "tags")
        case _:
            return read_text if target.field in _FREE_TEXTS else read_name


def _companion(name: str) -> Reader:
    match name:
        case "currency":
            return read_currency
        case "qualifier":
            return word_reader(QUALIFIERS)
        case "availability":
            return read_availability
        case "is_registered":
            return read_registered
        case _:
            return text_of


def constant(target: Target, text: str) -> Any:
    """The value of a constant of a map. Raises ValueRefused."""
    if target.known is None:
        return _companion(target.field)(text)
    if target.name:
        return labelled_reader(target.name, code=False)(text)
    special = _SPECIAL.get((target.kind, target.field))
    if special is not None:
        return special(text)
    field = KINDS[target.kind].field(target.field)
    if field.type in (Type.FIGURE, Type.QUANTITY):
        return parse_figure(text, currency=None)
    return serialize.read(field, (text,))


def figure_with(numbers: Numbers, names: tuple[str, ...], meant: Mapping[str, Reader]) -> Reader:
    """A reader of (figure, …) cells, where columns beside the figure, by their `names`, say more about it."""
    manners: dict[tuple[Any, ...], tuple[Reader, str, str]] = {}
    # Beside the flow that the first version of the program worked out stands the running figure that was said.
    place = names.index("reported") + 1 if "reported" in names else 0

    def learn(beside: tuple[Any, ...]) -> tuple[Reader, str, str]:
        said = {name: meant[name](cell) for name, cell in zip(names, beside, strict=True)}
        read_figure = figure_reader(_with(numbers, said.get("currency"), said.get("unit")))
        manner = (read_figure, said.get("qualifier") or "", said.get("availability") or "")
        if len(manners) < _REMEMBERED:
            manners[beside] = manner
        return manner

    def read(row: tuple[Any, ...]) -> Figure | None:
        beside = row[1:]
        read_figure, qualifier, availability = manners.get(beside) or learn(beside)
        figure: Figure | None = read_figure((place and row[place]) or row[0])
        if figure is None and availability in WITHOUT_AMOUNT:
            figure = read_figure(availability)
        return _qualified(figure, qualifier, availability) if figure and (qualifier or availability) else figure

    return read


def _qualified(figure: Figure, qualifier: str, availability: str) -> Figure:
    """A figure with what the columns beside it say of it."""
    if figure.money is None:
        return figure
    exact = figure.qualifier if qualifier in ("", "exact") else qualifier
    _require_reported(availability)
    return Figure(figure.money, exact, availability or figure.availability, figure.rounded)


def _require_reported(availability: str) -> None:
    if availability in WITHOUT_AMOUNT:
        sentence = _("there is an amount, but it is called {word}")
        raise ValueRefused(sentence.format(word=availability), _("take one of the two away"))


def _with(numbers: Numbers, currency: str | None, unit_text: str | None) -> Numbers:
    unit = numbers.unit
    if unit_text:
        unit = read_unit(unit_text, configured=currency or numbers.currency)
        if unit is None or unit.measure != MONEY:
            raise refused(_("“{text}” is not a unit of money"), _("write 元, 万元, £m or USD bn"), text=unit_text)
    named = currency or (unit.currency if unit else None) or numbers.currency
    return replace(numbers, unit=unit, currency=named)


def quantity_with(numbers: Numbers, column: Column, names: tuple[str, ...]) -> Reader:
    """A reader of (value, …) cells, where the columns beside the value name the indicator, its unit or measure."""
    measures = choice_reader(_CHOICES["indicator", "measure"])
    qualifiers = word_reader(QUALIFIERS)

    def read(row: tuple[Any, ...]) -> Any:
        said = dict(zip(names, row[1:], strict=True))
        indicator = column.target.select[0] if column.target.select else read_indicator(said.get("indicator"))
        measure = measures(said.get("measure")) or headings.measure_of(indicator or "")
        currency = read_currency(said.get("currency")) or numbers.currency
        found = quantity_reader(replace(numbers, currency=currency), measure)((row[0], text_of(said.get("unit"))))
        qualifier, availability = qualifiers(said.get("qualifier")), read_availability(said.get("availability"))
        if found is None:
            absent = availability in WITHOUT_AMOUNT and measure
            return Quantity(measure or "", None, availability=availability or "") if absent else None
        if found.value is not None:
            _require_reported(availability or "")
            found = replace(found, qualifier=qualifier or found.qualifier)
        return replace(found, availability=availability or found.availability)

    return read


def split_reader(read: Reader, separator: str, place: int, count: int) -> Reader:
    """A reader of one part of cells that hold `count` values with `separator` between them."""

    def read_part(cell: Any) -> Any:
        text = text_of(cell)
        if not text:
            return None
        parts = [part.strip() for part in text.split(separator)]
        if len(parts) > count:
            raise refused(_("“{text}” has {parts} parts, not {count}"), text=text, parts=len(parts), count=count)
        return read(parts[place]) if place < len(parts) else None

    return read_part
