"""What must hold of a campaign before it is kept: names that exist, numbers to dial from, hours that are hours."""

from collections.abc import Collection
from zoneinfo import ZoneInfo, available_timezones

from waihu_models.campaign import CallingHours, Campaign, DialMode
from waihu_models.errors import BadField, BadNumber
from waihu_models.phone import parse_e164

WEEK = 7


def check_campaign(campaign: Campaign, trunks: Collection[str], menus: Collection[str]) -> None:
    """Refuse a campaign that cannot work.

    Args:
        campaign: As it shall be.
        trunks: Names of the trunks there are.
        menus: Names of the menus there are.
    Raises:
        BadField: names the field and what is wrong with it.
    """
    if not campaign.name.strip():
        raise BadField("$.name", "a campaign needs one")
    if campaign.trunk and campaign.trunk not in trunks:
        raise BadField("$.trunk", f"there is no trunk {campaign.trunk!r}; known: {', '.join(sorted(trunks)) or 'none'}")
    if campaign.caller_id:
        try:
            parse_e164(campaign.caller_id, allow_fictional=True)
        except BadNumber as error:
            raise BadField("$.caller_id", f"{error}") from error
    if campaign.caller_id and campaign.caller_id_set:
        raise BadField("$.caller_id_set", "either one caller id or a set of them")
    check_menu_of(campaign, menus)
    _check_hours(campaign.hours)


def check_menu_of(campaign: Campaign, menus: Collection[str]) -> None:
    """Refuse a menu that is not there, or that nobody could be led through.

    Raises:
        BadField: says which.
    """
    if campaign.menu and campaign.menu not in menus:
        raise BadField("$.menu", f"there is no menu {campaign.menu!r}; known: {', '.join(sorted(menus)) or 'none'}")
    if campaign.menu and campaign.mode is DialMode.PREVIEW:
        raise BadField("$.menu", "in preview mode the agent is there when somebody answers: nobody can be asked first")


def _check_hours(hours: CallingHours) -> None:
    if len(hours.windows) != WEEK:
        raise BadField("$.hours.windows", "seven days, Monday first")
    for day, windows in enumerate(hours.windows):
        last = None
        for start, end in windows:
            if start >= end or (last is not None and start < last):
                raise BadField(f"$.hours.windows[{day}]", "windows in order, each with its start before its end")
            last = end
    if hours.default_zone is not None and hours.default_zone not in available_timezones():
        raise BadField("$.hours.default_zone", f"there is no time zone {hours.default_zone!r}, e.g. Asia/Shanghai")
    if hours.default_zone is not None:
        ZoneInfo(hours.default_zone)
