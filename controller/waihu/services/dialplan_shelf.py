"""The dialplan shelf: every template there is, its versions, and the way of a new one to the running exchange."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from waihu.clock import Clock
from waihu.dialplan.variables import Value, Variable, declared
from waihu.services.campaign_values import campaign_values
from waihu.services.dialplan_change import DialplanChange, NotThrough, said_of
from waihu.services.dialplan_check import Desk, Looked, difference, look, with_own, without_own
from waihu.store import dialplan as stored
from waihu.store.audit import By
from waihu.store.campaigns import campaigns
from waihu.store.store import Store
from waihu.telephony.exchange_config import OwnTemplate
from waihu.telephony.rendering import shipped_dialplans, shipped_variables
from waihu_models.dialplan import Finding, TemplateVersion, VersionState, Wish, has_errors
from waihu_models.errors import BadField, BadInput, Conflict, ExchangeFailed, NotFound, WaihuError

log = structlog.get_logger()

FOLLOW_S = 1.0
MOST_SHOWN = 200
"""Versions of a template in its history."""
MOST_TEMPLATES = 50
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
SHIPPED = "waihu"
"""Who wrote version 0."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A template as it runs. ``number`` 0: as it is shipped; ``shipped`` False: it was made here."""

    name: str
    number: int
    shipped: bool
    source: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Difference:
    """A text beside what runs: both rendered, and unified diffs of the templates and of what they are rendered to."""

    running: Shelved
    running_rendered: str
    rendered_text: str
    source: str
    rendered: str


class DialplanShelf:
    """Keeps templates, and brings versions to the exchange."""

    def __init__(self, store: Store, change: DialplanChange, clock: Clock) -> None:
        self._store = store
        self._change = change
        self._clock = clock

    # ---- looking ---------------------------------------------------------------------------------------------------

    @property
    def variables(self) -> dict[str, Variable]:
        """Every variable a template may use."""
        return declared(shipped_variables())

    async def all(self) -> list[Shelved]:
        """Return every template as it runs, by name."""
        running = {one.template: one for one in await stored.in_force(self._store)}
        shipped, own = shipped_dialplans(), {one.name: one for one in self._change.config.own_dialplans}
        names = sorted({*shipped, *own, *await stored.names(self._store)})
        return [_shelved(name, shipped, own.get(name), running.get(name)) for name in names]

    async def _running(self, name: str) -> Shelved:
        """Return a template as it runs; one that is new has nothing in it."""
        empty = Shelved(name, 0, False, "", {})
        return next((one for one in await self.all() if one.name == name), empty)

    async def get(self, name: str) -> Shelved:
        """Return one template as it runs.

        Raises:
            NotFound: there is none of this name.
        """
        found = next((one for one in await self.all() if one.name == name), None)
        if found is None:
            raise NotFound(f"there is no dialplan {name!r}")
        return found

    async def history(self, name: str) -> list[TemplateVersion]:
        """Return the versions of a template, newest first; the shipped one comes last.

        Raises:
            NotFound: there is no such template.
        """
        await self.get(name)
        kept = await stored.versions(self._store, name, MOST_SHOWN)
        return [*kept, *self._shipped(name)]

    async def version(self, name: str, number: int) -> TemplateVersion:
        """Return one version; 0 is the shipped one.

        Raises:
            NotFound: there is none.
        """
        if number == 0 and (shipped := self._shipped(name)):
            return shipped[0]
        return await stored.version(self._store, name, number)

    def _shipped(self, name: str) -> list[TemplateVersion]:
        source, now = shipped_dialplans().get(name), self._clock.now()
        if source is None:
            return []
        return [
            TemplateVersion(
                id=0, template=name, number=0, text=source, author=SHIPPED, reason="", at=now,
                state=VersionState.APPLIED, state_at=now,
            )
        ]  # fmt: skip

    async def preview(
        self, name: str, text: str, values: Mapping[str, Value], campaign_id: str | None = None
    ) -> Looked:
        """Return the whole dialplan as it would be with this text, as a campaign would have it.

        Raises:
            BadField: a name, value or the campaign is wrong.
        """
        own = with_own(self._change.config.own_dialplans, self._own(name, text, values))
        extra: dict[str, Value] = {}
        if campaign_id:
            found = next((one for one in await campaigns(self._store) if one.id == campaign_id), None)
            if found is None:
                raise BadField("$.campaign_id", f"there is no campaign {campaign_id!r}")
            extra = campaign_values(found, self.variables)
        return await look(self._change.config, own, await self._change.words(), extra)

    async def checked(
        self, name: str, text: str, values: Mapping[str, Value], *, trial: bool = False
    ) -> tuple[Finding, ...]:
        """Return what is wrong with the dialplan as it would be with this text; nothing is kept.

        Args:
            name: Of the template.
            text: The template.
            values: Variables that are not at their defaults in it.
            trial: Whether a throw-away exchange reads it, too, if nothing else is wrong.

        Raises:
            BadField: a name or value is wrong.
            Conflict: there is no Asterisk to try it on.
        """
        own = with_own(self._change.config.own_dialplans, self._own(name, text, values))
        return await self._looked_at(own, trial=trial)

    async def _looked_at(self, own: tuple[OwnTemplate, ...], *, trial: bool) -> tuple[Finding, ...]:
        looked = await look(self._change.config, own, await self._change.words())
        tried = await self._change.attempt(own, looked) if trial and looked.good else []
        return (*looked.findings, *tried)

    async def difference(self, name: str, text: str, values: Mapping[str, Value]) -> Difference:
        """Return what differs between this text and what runs.

        Raises:
            BadField: a name or value is wrong.
        """
        config, words = self._change.config, await self._change.words()
        running = await self._running(name)
        now = await look(config, config.own_dialplans, words)
        then = await look(config, with_own(config.own_dialplans, self._own(name, text, values)), words)
        before, after = (looked.rendered[name].text if name in looked.rendered else "" for looked in (now, then))
        return Difference(
            running,
            before,
            after,
            difference(running.source, text, (f"{name} {running.number}", name)),
            difference(before, after, (f"{name}.conf {running.number}", f"{name}.conf")),
        )

    # ---- changing --------------------------------------------------------------------------------------------------

    def _own(self, name: str, text: str, values: Mapping[str, Value]) -> OwnTemplate:
        if not _NAME.fullmatch(name):
            raise BadField("$.name", "a small letter, then up to 39 small letters, digits and _")
        try:
            Desk(self.variables).values(self._change.config, dict(values))
        except BadInput as error:
            raise BadField("$.values", str(error)) from error
        return OwnTemplate(name, text, tuple(sorted(values.items())))

    async def save(self, name: str, text: str, values: Mapping[str, Value], reason: str, by: By) -> TemplateVersion:
        """Keep a draft of a template, whatever it is worth.

        Raises:
            BadField: a name, a value or the reason is wrong, or there are too many templates.
        """
        self._own(name, text, values)
        if not reason.strip():
            raise BadField("$.reason", "say why, for those who read the history")
        names = {*shipped_dialplans(), *await stored.names(self._store)}
        if name not in names and len(names) >= MOST_TEMPLATES:
            raise BadField("$.name", f"there are {MOST_TEMPLATES} templates, and no more are kept")
        now = self._clock.now()
        draft = TemplateVersion(
            id=0, template=name, number=0, text=text, values=dict(values), author=by.actor, reason=reason.strip(),
            at=now, state=VersionState.DRAFT, state_at=now,
        )  # fmt: skip
        return await stored.add_version(self._store, draft, by)

    async def stage(self, name: str, number: int, by: By, wish: Wish = Wish.NONE) -> TemplateVersion:
        """Look through a draft and try it on a throw-away exchange; it becomes staged or refused.

        Args:
            name: Of the template.
            number: Of the version.
            by: Who wants it.
            wish: What a command still wants done with it.

        Raises:
            NotFound: there is no such version.
            Conflict: it is applied, or cannot be tried here.
        """
        which = await stored.version(self._store, name, number)
        if which.state is VersionState.APPLIED:
            raise Conflict(f"version {number} of {name!r} is applied already")
        own = with_own(self._change.config.own_dialplans, _own_of(which))
        findings = await self._looked_at(own, trial=True)
        state = VersionState.REFUSED if has_errors(findings) else VersionState.STAGED
        return await stored.settle(self._store, which, state, findings, by, wish)

    async def apply(self, name: str, number: int, by: By) -> TemplateVersion:
        """Bring a staged version to the exchange; it is applied, or rolled back by itself.

        Raises:
            NotFound: there is no such version.
            Conflict: it is not staged, another change is under way, or the exchange is not ours.
            ExchangeFailed: the exchange cannot be told now: the version stays staged.
        """
        which = await stored.version(self._store, name, number)
        if which.state is not VersionState.STAGED:
            raise Conflict(f"version {number} of {name!r} is {which.state}: stage it first")
        own = with_own(self._change.config.own_dialplans, _own_of(which))
        await stored.begin(self._store, which)

        async def keep() -> None:
            await stored.settle(self._store, which, VersionState.APPLIED, which.findings, by)

        try:
            await self._change.bring(own, keep)
        except NotThrough as refusal:
            return await stored.settle(self._store, which, VersionState.ROLLED_BACK, refusal.findings, by)
        except (ExchangeFailed, Conflict) as error:
            await stored.leave(self._store, which, [*which.findings, replace(said_of(error), template=name)])
            raise
        return await stored.version(self._store, name, number)

    async def roll_back(self, name: str, by: By, to: int | None = None) -> Shelved:
        """Let what ran before run again.

        Args:
            name: Of the template.
            by: Who wants it.
            to: Number of an applied version, or 0 for the shipped one; None: the one before.

        Raises:
            NotFound: it was never applied.
            Conflict: nothing is there to go back to, or it does not work any more; the exchange is as it was.
            ExchangeFailed: the exchange cannot be told now.
        """
        applied = await stored.applied(self._store, name)
        gone = applied[:1] if to is None else [one for one in applied if one.number != to]
        if to is not None and any(one.number == to for one in applied):
            gone = applied[: [one.number for one in applied].index(to)]
        elif to:
            raise NotFound(f"version {to} of {name!r} was never applied, or was taken back")
        if not gone:
            raise Conflict(f"the dialplan {name!r} is as it was: there is nothing to take back")
        left = applied[len(gone) :]
        present = self._change.config.own_dialplans
        own = with_own(present, _own_of(left[0])) if left else without_own(present, name)
        try:
            await self._change.bring(own, lambda: stored.take_back(self._store, gone, by))
        except NotThrough as refusal:
            raise Conflict(f"what ran before does not work any more: {refusal}") from refusal
        return await self.get(name)

    # ---- what runs by itself ---------------------------------------------------------------------------------------

    async def follow(self) -> None:
        """Do what commands ask for, until cancelled."""
        while True:
            await self._change.assure()
            for which in await stored.wished(self._store):
                await self._grant(which)
            await asyncio.sleep(FOLLOW_S)

    async def _staged_and_applied(self, which: TemplateVersion, by: By) -> None:
        if which.state is not VersionState.STAGED:
            which = await self.stage(which.template, which.number, by, wish=Wish.APPLY)
        if which.state is VersionState.STAGED:
            await self.apply(which.template, which.number, by)
        else:
            await stored.leave(self._store, which, which.findings)

    async def _grant(self, which: TemplateVersion) -> None:
        by = By(which.wished_by, self._clock.now())
        try:
            if which.wish is Wish.APPLY:
                await self._staged_and_applied(which, by)
            else:
                await self.roll_back(which.template, by)
        except WaihuError as error:
            log.warning("dialplan_wish_not_granted", template=which.template, problem=str(error))
            await stored.leave(self._store, which, [replace(said_of(error), template=which.template)])


def _own_of(version: TemplateVersion) -> OwnTemplate:
    return OwnTemplate(version.template, version.text, tuple(sorted(version.values.items())))


def own_of(versions: Sequence[TemplateVersion]) -> tuple[OwnTemplate, ...]:
    """Return versions as the exchange is told of them."""
    return tuple(sorted((_own_of(one) for one in versions), key=lambda one: one.name))


def _shelved(
    name: str, shipped: Mapping[str, str], own: OwnTemplate | None, running: TemplateVersion | None
) -> Shelved:
    if own is None:
        return Shelved(name, 0, name in shipped, shipped.get(name, ""), {})
    number = running.number if running is not None and _own_of(running) == own else 0
    return Shelved(name, number, name in shipped, own.source, dict(own.values))
