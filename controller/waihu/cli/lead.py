"""``waihu lead``: pause, resume, close a lead, give it another number. A running controller hears of it at once."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.store import lead_changes as stored
from waihu.store.audit import By
from waihu.store.campaigns import campaign_named
from waihu.store.leads import leads_by_key
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.ids import LeadId
from waihu_models.phone import parse_e164

app = typer.Typer(help="Pause, resume, close a lead, give it another number.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="Id of a lead, or a number as +441632960000: every lead with it.")]
OfCampaign = Annotated[str | None, typer.Option(help="Only the lead of this campaign.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the lead and in the audit log.")]
Change = Callable[[Store, LeadId, By], Awaitable[None]]


@app.command()
def pause(
    key: Key, settings_file: SettingsFile = None, campaign: OfCampaign = None, reason: Reason = "by hand"
) -> None:
    """Leave a lead alone until it is resumed."""
    _say(
        "paused",
        _done(settings_file, key, campaign, lambda store, lead, by: stored.pause_lead(store, lead, reason, by)),
    )


@app.command()
def resume(key: Key, settings_file: SettingsFile = None, campaign: OfCampaign = None) -> None:
    """Let a paused lead be called again; its refusals are counted anew."""
    _say("resumed", _done(settings_file, key, campaign, stored.resume_lead))


@app.command()
def close(
    key: Key, settings_file: SettingsFile = None, campaign: OfCampaign = None, reason: Reason = "by hand"
) -> None:
    """Call a lead no more."""
    _say(
        "closed",
        _done(settings_file, key, campaign, lambda store, lead, by: stored.close_lead(store, lead, reason, by)),
    )


@app.command()
def number(
    key: Key,
    new: Annotated[str, typer.Argument(help="The number to be called from now on.")],
    settings_file: SettingsFile = None,
    campaign: OfCampaign = None,
    region: Annotated[str | None, typer.Option(help="ISO country in which a national number is read.")] = None,
    allow_fictional: Annotated[bool, typer.Option(help="Accept numbers given to nobody, for tests.")] = False,
) -> None:
    """Give a lead another number."""
    wanted = parse_e164(new, region, allow_fictional=allow_fictional)
    _say(
        "changed",
        _done(settings_file, key, campaign, lambda store, lead, by: stored.set_number(store, lead, wanted, by)),
    )


def _done(settings_file: SettingsFile, key: str, campaign: str | None, change: Change) -> int:
    by = by_shell()

    async def work(store: Store) -> int:
        leads = await leads_by_key(store, key)
        if campaign is not None:
            wanted = (await campaign_named(store, campaign)).id
            leads = [lead for lead in leads if lead.campaign_id == wanted]
        if not leads:
            raise NotFound(f"there is no lead with id or number {key!r}; numbers are written as +441632960000")
        for lead in leads:
            await change(store, lead.id, by)
        return len(leads)

    return with_store(settings_file, work)


def _say(what: str, count: int) -> None:
    typer.echo(f"{count} {'lead' if count == 1 else 'leads'} {what}.")
