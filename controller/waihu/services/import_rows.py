"""From the cells of a row to what is imported of it: columns found by their names, numbers in one spelling."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waihu.dialer.calling_hours import zone_named
from waihu.dialer.lead_order import value_of_level
from waihu.dialer.preferred_time import read_times
from waihu_models.campaign import ListOrder
from waihu_models.errors import BadInput, BadNumber, BadSettings
from waihu_models.lead import Consent
from waihu_models.list_entry import BadRow, ListEntry
from waihu_models.phone import E164, parse_e164

# Field -> names under which lists call it, lower case, without spaces and signs.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "cell", "number", "msisdn",
              "电话", "电话号码", "手机", "手机号", "手机号码", "号码", "联系电话", "联系方式"),
    "name": ("name", "fullname", "customer", "customername", "contact", "姓名", "名称", "客户", "客户名称", "客户姓名",
             "联系人"),
    "external_id": ("externalid", "customerid", "id", "编号", "客户编号", "客户号"),
    "priority": ("priority", "优先级"),
    "urgency": ("urgency", "紧急度", "紧急程度"),
    "value": ("value", "customervalue", "价值", "客户价值"),
    "level": ("level", "customerlevel", "grade", "等级", "级别", "客户等级", "客户级别"),
    "score": ("score", "leadscore", "评分", "得分", "分数"),
    "tags": ("tags", "tag", "labels", "label", "标签"),
    "preferred": ("preferredtime", "preferredtimes", "besttime", "besttimetocall", "方便时间", "偏好时间", "期望时间",
                  "联系时间", "最佳联系时间"),
    "zone": ("zone", "timezone", "时区"),
    "postcode": ("postcode", "postalcode", "zip", "zipcode", "邮编", "邮政编码"),
    "region": ("region", "state", "province", "stateprovince", "省", "省份", "州", "地区"),
    "consent_call": ("consentcall", "callconsent", "允许来电", "外呼授权"),
    "consent_record": ("consentrecord", "recordconsent", "recordingconsent", "允许录音", "录音授权"),
}  # fmt: skip
FIELDS = tuple(_NAMES)
_YES = frozenset({"yes", "y", "true", "1", "granted", "是", "同意", "允许"})
_NO = frozenset({"no", "n", "false", "0", "denied", "否", "拒绝", "不同意", "不允许"})
_BETWEEN_TAGS = re.compile(r"\s*[,;|，；、]\s*")
_SIGNS = re.compile(r"[\s_\-./()（）:：*#]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row; ``custom`` are the columns we do not know, by their own names."""

    header: tuple[str, ...]
    phones: tuple[int, ...]
    places: Mapping[str, int]
    custom: Mapping[str, int]


def find_columns(header: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Recognise the columns of a list.

    Args:
        header: The first row.
        mapping: Field -> name of its column, where the header does not say it by itself; "": no column has it.
    Raises:
        BadInput: no column for phone numbers, or a mapping to what is not there.
    """
    names = [unicodedata.normalize("NFKC", name).strip() for name in header]
    for wanted, column in mapping.items():
        if wanted not in FIELDS:
            raise BadInput(f"there is no field {wanted!r}; fields are {', '.join(FIELDS)}")
        if column and column not in names:
            raise BadInput(f"there is no column {column!r}; the file has {', '.join(names)}")
    chosen = {names.index(column): wanted for wanted, column in mapping.items() if column}
    left_out = {wanted for wanted, column in mapping.items() if not column}
    for index, name in enumerate(names):
        known = _field_named(name)
        if known in left_out:
            continue
        if index not in chosen and known is not None and (known == "phone" or known not in chosen.values()):
            chosen[index] = known
    # A phone column named by hand is the only one: the others may be fax numbers for all we know.
    by_hand = "phone" in mapping
    phones = tuple(
        i for i, f in sorted(chosen.items()) if f == "phone" and (not by_hand or names[i] == mapping["phone"])
    )
    if not phones:
        raise BadInput(
            f"no column looks like phone numbers; the file has {', '.join(names) or 'no columns'}. "
            "Say which: --map phone=COLUMN"
        )
    places = {known: index for index, known in chosen.items() if known != "phone"}
    custom = {name: i for i, name in enumerate(names) if name and i not in phones and i not in places.values()}
    return Columns(tuple(names), phones, places, custom)


def recognised(header: Sequence[str]) -> list[str | None]:
    """Return what each column of a header is by its name; of several for one field but the number the first."""
    found: list[str | None] = []
    for name in header:
        known = _field_named(unicodedata.normalize("NFKC", name).strip())
        found.append(known if known == "phone" or known not in found else None)
    return found


def _field_named(name: str) -> str | None:
    plain = _SIGNS.sub("", name).lower().rstrip("0123456789")
    return next((known for known, names in _NAMES.items() if plain in names), None)


@dataclass(frozen=True, slots=True)
class NumberRules:
    """How numbers of this list are read."""

    region: str | None = None
    allow_fictional: bool = False

    def read(self, text: str) -> E164:
        """Return the number of a cell.

        Raises:
            BadNumber: it is none.
        """
        plain = unicodedata.normalize("NFKC", text).strip().lstrip("'\"=").removeprefix("tel:").rstrip('"')
        return parse_e164(plain, self.region, allow_fictional=self.allow_fictional)


def read_entry(
    line: int, cells: Sequence[str], columns: Columns, rules: NumberRules, order: ListOrder | None = None
) -> ListEntry | BadRow:
    """Return what a row says, or why it cannot be imported; ``order`` knows the customer levels there are."""
    try:
        numbers = [rules.read(cells[i]) for i in columns.phones if i < len(cells) and cells[i].strip()]
    except BadNumber as error:
        return BadRow(line, cells, "bad_number", str(error))
    if not numbers:
        return BadRow(line, cells, "no_number", "the row has no phone number")
    try:
        entry = _entry(line, cells, columns, numbers)
        if isinstance(entry, ListEntry) and entry.level:
            value_of_level(entry.level, order or ListOrder())
        return entry
    except (BadInput, BadSettings) as error:
        return BadRow(line, cells, "bad_value", str(error))


def _entry(line: int, cells: Sequence[str], columns: Columns, numbers: Sequence[E164]) -> ListEntry | BadRow:
    def said(known: str) -> str:
        index = columns.places.get(known)
        return cells[index].strip() if index is not None and index < len(cells) else ""

    call_consent = _consent(said("consent_call"), "consent_call")
    if call_consent is Consent.DENIED:
        return BadRow(line, cells, "consent_denied", "the list says that this customer may not be called")
    return ListEntry(
        line=line,
        cells=cells,
        number=numbers[0],
        more_numbers=tuple(dict.fromkeys(number for number in numbers[1:] if number != numbers[0])),
        name=said("name")[:200],
        external_id=said("external_id")[:64],
        priority=_number(said("priority"), "priority") or 0.0,
        urgency=_number(said("urgency"), "urgency"),
        value=_number(said("value"), "value"),
        level=said("level")[:64],
        score=_number(said("score"), "score") or 0.0,
        tags=tuple(dict.fromkeys(filter(None, _BETWEEN_TAGS.split(said("tags")[:200])))),
        preferred=read_times(said("preferred")),
        zone=zone_named(said("zone")).key if said("zone") else None,
        postcode=said("postcode")[:64],
        region=said("region")[:64],
        call_consent=call_consent,
        recording_consent=_consent(said("consent_record"), "consent_record"),
        custom={name: cells[i].strip() for name, i in columns.custom.items() if i < len(cells) and cells[i].strip()},
    )


def _consent(text: str, known: str) -> Consent:
    word = text.lower()
    if not word:
        return Consent.UNKNOWN
    if word in _YES or word in _NO:
        return Consent.GRANTED if word in _YES else Consent.DENIED
    raise BadInput(f"{known} says {text!r}; write yes or no")


def _number(text: str, known: str) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError as error:
        raise BadInput(f"{known} {text!r} is not a number") from error
    if number is not None and not math.isfinite(number):
        raise BadInput(f"{known} {text!r} is not a number that can be compared")
    return number
