"""The settings an administrator may change while the program runs: names, and what they mean in both languages.

Types, ranges and defaults are those of ``waihu.settings``: what may stand in the file may be set here.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import inspect

from waihu.services.words import Words
from waihu.settings import Settings
from waihu_models.errors import BadField


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSetting:
    """One of them; ``restart``: a change counts after the next start."""

    name: str  # section.key, as in the settings file
    help: Words
    restart: bool = False


def _setting(name: str, en: str, zh: str, *, restart: bool = False) -> RuntimeSetting:
    return RuntimeSetting(name=name, help=Words(en, zh), restart=restart)


RUNTIME = {
    setting.name: setting
    for setting in (
        _setting(
            "company.name", "Who is calling, as the announcements say it.", "语音播报中的公司名称。", restart=True
        ),
        _setting(
            "company.number", "Where called people can have calls stopped, as the announcements say it.",
            "语音播报中的退订电话。", restart=True,
        ),
        _setting("company.language", "Language of the announcements.", "语音播报的语言。", restart=True),
        _setting(
            "web.day_zone", "Time zone in which a day of the contact centre begins and ends.",
            "呼叫中心一天起止所用的时区。", restart=True,
        ),
        _setting(
            "recordings.retention_days", "Recordings older than this are deleted; 0: they are kept for ever.",
            "录音保留天数，超过则删除；0 表示永久保留。",
        ),
        _setting(
            "recordings.min_free_mb", "An alert is raised when less than this is free for recordings, in MB.",
            "录音磁盘剩余空间低于此值（MB）时报警。",
        ),
        _setting(
            "speech.retention_days", "Transcripts older than this are deleted; 0: they are kept for ever.",
            "转写文本保留天数，超过则删除；0 表示永久保留。",
        ),
        _setting(
            "desk.wrap_limit_s", "Wrap-up of agents who are made from now on, in seconds; 0: none.",
            "新建坐席的默认话后处理时长（秒）；0 表示没有。",
        ),
        _setting("desk.pause_reasons", "Reasons agents can choose from when they pause.", "坐席小休时可选的原因。"),
        _setting("web.session_hours", "How long a log-in lasts, in hours.", "登录有效时长（小时）。"),
        _setting("log.level", "How much is written to the log.", "日志级别。"),
        _setting(
            "alerts.loop_lag_ms", "An alert is raised when the program is later than this, in milliseconds.",
            "程序响应延迟超过此值（毫秒）时报警。",
        ),
        _setting(
            "alerts.store_backlog", "An alert is raised when more writes than this wait for the database.",
            "等待写入数据库的操作超过此数时报警。",
        ),
        _setting(
            "alerts.outbox_backlog", "An alert is raised when more events than this wait to be delivered.",
            "等待外发的事件超过此数时报警。",
        ),
        _setting(
            "alerts.trunk_failed_ratio",
            "An alert is raised when a carrier could not carry this share of a trunk's calls of the last hour.",
            "最近一小时中继呼叫被运营商拒绝承接的比例超过此值时报警。",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a value may be."""

    type: str  # text, whole, number, list
    low: float | None = None
    high: float | None = None
    above: float | None = None  # more than this
    choices: tuple[str, ...] = ()
    longest: int | None = None  # characters, or entries of a list


def shape_of(name: str) -> Shape:
    """Return what a setting may be, as ``waihu.settings`` declares it."""
    section, _, key = name.partition(".")
    kind = _field_type(_field_type(inspect.type_info(Settings), section), key)
    match kind:
        case inspect.IntType(ge=low, le=high):
            return Shape(type="whole", low=low, high=high)
        case inspect.FloatType(gt=above, ge=low, le=high):
            return Shape(type="number", low=low, high=high, above=above)
        case inspect.VarTupleType(max_length=longest):
            return Shape(type="list", longest=longest)
        case inspect.StrType(pattern=pattern, max_length=longest):
            choices = tuple((pattern or "").strip("^$()").split("|")) if pattern else ()
            return Shape(type="text", choices=choices, longest=longest)
    raise AssertionError(f"{name} is of no type that can be shown")


def _field_type(struct: Any, name: str) -> Any:
    return next(field.type for field in struct.fields if field.name == name)


def converted(name: str, value: Any) -> Any:
    """Return a value as the settings hold it.

    Raises:
        BadField: it does not fit.
    """
    section, _, key = name.partition(".")
    try:
        whole = msgspec.convert({section: {key: value}}, Settings)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `")
        inside = place.removeprefix(f"$.{section}.{key}").removesuffix("`")
        raise BadField(f"$.value{inside}", problem) from error
    return getattr(getattr(whole, section), key)
