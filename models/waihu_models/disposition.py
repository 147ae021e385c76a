"""Dispositions: the agent's judgement of a call, and what it means for the lead."""

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a disposition amounts to, whatever a campaign calls it."""

    SUCCESS = "success"
    CALLBACK = "callback"
    REFUSED = "refused"
    INVALID = "invalid"
    DO_NOT_CALL = "do_not_call"
    NO_CONTACT = "no_contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Disposition:
    """One choice an agent has at the end of a call."""

    code: str
    label_en: str
    label_zh: str
    category: Category
    requires_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A disposition as it is offered: ``hot_key`` 1 to 9 chooses it; what is not ``active`` is no longer offered."""

    code: str
    label_en: str
    label_zh: str
    category: Category
    requires_note: bool = False
    hot_key: int | None = None
    active: bool = True

    @property
    def disposition(self) -> Disposition:
        """Return what it means."""
        return Disposition(self.code, self.label_en, self.label_zh, self.category, self.requires_note)


STANDARD = {
    d.code: d
    for d in (
        Disposition("sale", "Sale", "成交", Category.SUCCESS),
        Disposition("interested", "Interested", "有意向", Category.CALLBACK),
        Disposition("callback", "Call back", "预约回拨", Category.CALLBACK),
        Disposition("refused", "Not interested", "拒绝", Category.REFUSED),
        Disposition("wrong_number", "Wrong number", "打错/非本人", Category.INVALID),
        Disposition("do_not_call", "Do not call", "勿再来电", Category.DO_NOT_CALL),
        Disposition("machine", "Answering machine", "留言机", Category.NO_CONTACT),
        Disposition("no_contact", "Nobody spoke", "无人说话", Category.NO_CONTACT),
        Disposition("other", "Other", "其他", Category.OTHER, requires_note=True),
    )
}
