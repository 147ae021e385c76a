"""What ``dialplans/asking.conf.j2`` is told: the channel variables it reads."""

from waihu.telephony.speaking import sound_path
from waihu_models.commands import Ask
from waihu_models.errors import BadInput
from waihu_models.menu import MENU_KEYS


def asked(command: Ask) -> dict[str, str]:
    """Return the variables of a question.

    Raises:
        BadInput: a value cannot be said to the dialplan.
    """
    keys, limits = set(command.keys), (1 <= command.tries <= 5, 1 <= command.wait_s <= 30)
    if not keys <= set(MENU_KEYS) or len(keys) != len(command.keys) or not all(limits):
        raise BadInput(f"nobody can be asked for one of {command.keys!r}, {command.tries} times {command.wait_s} s")
    return {
        "WAIHU_SOUND": sound_path(command.sound),
        "WAIHU_KEYS": command.keys,
        "WAIHU_TRIES": str(command.tries),
        "WAIHU_WAIT_S": str(command.wait_s),
        "WAIHU_WRONG": sound_path(command.wrong) if command.wrong else "",
    }
