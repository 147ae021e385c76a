"""What the exchange begins with: the applied templates, as far as they still fit this release."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from waihu.dialplan.finding_words import english
from waihu.dialplan.known_words import shipped
from waihu.services.dialplan_check import look
from waihu.services.dialplan_shelf import own_of
from waihu.store import dialplan as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu.telephony.exchange_config import ExchangeConfig, OwnTemplate
from waihu_models.dialplan import Finding, Severity, VersionState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class BegunWith:
    """Templates to begin with, and those that were set aside, each with why: the shipped ones run in their place."""

    own: tuple[OwnTemplate, ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()


async def settle_broken_off(store: Store, by: By) -> None:
    """Say of versions a killed controller was just telling the exchange of that they did not come through."""
    for which in await stored.broken_off(store):
        log.warning("dialplan_change_broken_off", template=which.template, number=which.number)
        findings = [*which.findings, Finding(template=which.template, code="broken-off")]
        await stored.settle(store, which, VersionState.ROLLED_BACK, findings, by)


async def begin_with(store: Store, config: ExchangeConfig) -> BegunWith:
    """Return the templates to begin with; one that no longer fits is set aside, and looked at by nobody until then.

    Raises:
        ExchangeFailed: templates cannot be rendered at all.
    """
    own = own_of(await stored.in_force(store))
    set_aside: list[tuple[str, str]] = []
    while own:
        looked = await look(config, own, shipped())
        bad = _first_bad(looked.findings, own)
        if bad is None:
            break
        log.error("dialplan_set_aside", template=bad.template, problem=english(bad))
        set_aside.append((bad.template, english(bad)))
        own = tuple(one for one in own if one.name != bad.template)
    return BegunWith(own, tuple(set_aside))


def _first_bad(findings: Sequence[Finding], own: Sequence[OwnTemplate]) -> Finding | None:
    """Return what is wrong with an own template; where only shipped ones suffer from one, the first has to go."""
    bad = [one for one in findings if one.severity is Severity.ERROR]
    names = {one.name for one in own}
    blamed = next((one for one in bad if one.template in names), None)
    if blamed is None and bad:
        return Finding(template=own[0].name, code=bad[0].code, values=bad[0].values)
    return blamed
