"""What a campaign says of variables of the dialplan, for a look at a template as its calls would have it."""

from collections.abc import Callable, Mapping

from waihu.dialplan.variables import Value, Variable
from waihu_models.campaign import Campaign

_SAYS: Mapping[str, Callable[[Campaign], Value]] = {
    "campaign": lambda one: str(one.id),
    "campaign_name": lambda one: one.name,
    "caller_id": lambda one: one.caller_id,
    "language": lambda one: one.speech_language,
    "ring_timeout_s": lambda one: one.ring_timeout_s,
    "drop_media": lambda one: one.drop_media,
    "trunk": lambda one: one.trunk,
}
"""Names of variables a campaign fills where they are declared."""


def campaign_values(campaign: Campaign, known: Mapping[str, Variable]) -> dict[str, Value]:
    """Return a campaign's values of the declared variables that have a name it knows; nothing where it says nothing."""
    said = {name: say(campaign) for name, say in _SAYS.items() if name in known}
    return {name: value for name, value in said.items() if value != ""}
