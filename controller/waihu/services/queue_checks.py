"""What of a queue, and of what an agent takes, could not be used; nothing here looks anything up."""

import re
from collections.abc import Collection, Iterable, Mapping

from waihu_models.errors import BadField
from waihu_models.line_group import is_zone
from waihu_models.queue import Abilities, AfterHours, Queue

LONGEST_TITLE = 120
LONGEST_TEXT = 500
LANGUAGES = ("zh", "en")
HIGHEST_LEVEL = 10
MOST_NEEDS = 10
MOST_SKILLS = 50
MOST_WINDOWS = 20
LIMITS: Mapping[str, tuple[float, float]] = {
    "priority": (1, 1000),
    "service_level_s": (1, 3600),
    "service_level_ratio": (0.01, 1),
    "patience_s": (5, 7200),
    "most_waiting": (0, 10_000),
    "sticky_s": (0, 600),
}
LIMITS_OR_NEVER: Mapping[str, tuple[float, float]] = {"announce_every_s": (10, 600), "callback_after_s": (5, 3600)}
"""Fields that may be 0 as well: never."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)
_SKILL = re.compile(r"[^\W_](?:[\w -]{0,30}\w)?")
_KEY = re.compile(r"[0-9*#]", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_queue(queue: Queue, others: Iterable[Queue]) -> None:
    """Refuse what could not be used, or would send callers round and round.

    Raises:
        BadField: with the path of the first field that is wrong.
    """
    _check_words(queue)
    _check_limits(queue)
    levels = {need.skill: need.level for need in queue.skills}
    if len(levels) != len(queue.skills):
        raise BadField("$.skills", "each skill once")
    _check_skills(levels, MOST_NEEDS)
    _check_hours(queue)
    _check_overflow(queue, {other.name: other for other in others})


def _check_words(queue: Queue) -> None:
    if not _NAME.fullmatch(queue.name):
        raise BadField("$.name", "up to 32 small letters, digits and -")
    if len(queue.title) > LONGEST_TITLE or _CONTROL.search(queue.title):
        raise BadField("$.title", f"one line of {LONGEST_TITLE} letters at most")
    for name in ("welcome", "closed_text"):
        text = getattr(queue, name)
        if len(text) > LONGEST_TEXT or _CONTROL.search(text):
            raise BadField(f"$.{name}", f"one line of {LONGEST_TEXT} letters at most: it is spoken")
    if queue.language not in LANGUAGES:
        raise BadField("$.language", "zh or en")
    if not _KEY.fullmatch(queue.callback_key):
        raise BadField("$.callback_key", "one key of a phone: 0 to 9, * or #")


def _check_limits(queue: Queue) -> None:
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(queue, name) <= most:
            raise BadField(f"$.{name}", f"it has to lie in {least:g}..{most:g}")
    for name, (least, most) in LIMITS_OR_NEVER.items():
        value = getattr(queue, name)
        if value and not least <= value <= most:
            raise BadField(f"$.{name}", f"it has to lie in {least:g}..{most:g}, or be 0: never")
    if queue.callback_after_s >= queue.patience_s:
        raise BadField("$.callback_after_s", "nobody waits so long here: it has to be less than the patience")


def _check_skills(levels: Mapping[str, int], most: int) -> None:
    if len(levels) > most:
        raise BadField("$.skills", f"there may be {most} skills")
    for skill, level in levels.items():
        if not _SKILL.fullmatch(skill):
            raise BadField("$.skills", f"{skill!r} is no name of a skill: up to 32 letters, digits, spaces and -")
        if not 1 <= level <= HIGHEST_LEVEL:
            raise BadField("$.skills", f"the level of {skill!r} has to lie in 1..{HIGHEST_LEVEL}")


def _check_hours(queue: Queue) -> None:
    if len(queue.windows) > MOST_WINDOWS or not all(window.usable for window in queue.windows):
        raise BadField("$.windows", "days are 1 (Monday) to 7, start and end differ, 20 at most")
    if not is_zone(queue.zone):
        raise BadField("$.zone", "no time zone: Europe/London, Asia/Shanghai …")
    if queue.after_hours is AfterHours.QUEUE and not queue.overflow_to:
        raise BadField("$.after_hours", "say to which queue callers overflow: they go there when this one is closed")


def _check_overflow(queue: Queue, others: Mapping[str, Queue]) -> None:
    """Follow the queues callers overflow to; that of the others was checked, so only a way back here can be round."""
    way, following = [queue.name], queue.overflow_to
    if following and following != queue.name and following not in others:
        raise BadField("$.overflow_to", f"there is no queue {following!r}")
    while following:
        way.append(following)
        if following == queue.name:
            raise BadField("$.overflow_to", f"callers would go round: {' → '.join(way)}")
        following = others[following].overflow_to if following in others and len(way) <= len(others) + 1 else ""


def check_abilities(able: Abilities, queues: Collection[str]) -> None:
    """Refuse what no agent can take; skills that no queue asks for are fine.

    Raises:
        BadField: with the path of the first field that is wrong.
    """
    unknown = able.queues - set(queues)
    if unknown:
        raise BadField("$.queues", f"there is no queue {min(unknown)!r}")
    _check_skills(able.skills, MOST_SKILLS)
