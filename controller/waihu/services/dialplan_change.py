"""Tell the running exchange another dialplan, watch whether it works, and take it back by itself if it does not.

Calls under way keep the steps they are in: Asterisk holds a dialplan for as long as somebody goes through it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from waihu.dialplan.fault import Fault
from waihu.dialplan.known_words import KnownWords, listed, shipped
from waihu.dialplan.lint import plan_of
from waihu.dialplan.probing import ProbeCall, Trace, probe_calls, verdict
from waihu.dialplan.reading import Plan
from waihu.dialplan.shown import differences, read_shown
from waihu.services.dialplan_check import Looked, look
from waihu.services.exchange_desk import ExchangeDesk
from waihu.telephony.exchange_config import ExchangeConfig, OwnTemplate
from waihu.telephony.trial import TrialReport
from waihu_models.dialplan import Finding
from waihu_models.errors import Conflict, ExchangeFailed, SwitchError, WaihuError

log = structlog.get_logger()

_NOT_OURS = ExchangeConfig(directory=Path("exchange"))
MOST_SAID = 20
"""Findings that are kept of one attempt: one mistake may show in each of a thousand steps."""


@dataclass(frozen=True, slots=True)
class DialplanTools:
    """What a change is tried and watched with.

    Attributes:
        attempt: Lets a throw-away exchange read a dialplan; None: there is no Asterisk here.
        probe: Calls into the running one; None: nobody can.
        set_aside: Own templates that did not fit this release at the start, each with why; the shipped ones run.
    """

    attempt: Callable[[ExchangeConfig], Awaitable[TrialReport]] | None = None
    probe: Callable[[Sequence[ProbeCall]], Awaitable[list[Trace]]] | None = None
    set_aside: tuple[tuple[str, str], ...] = ()


class NotThrough(Exception):
    """A dialplan did not come through; the exchange is as it was."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(one.code for one in findings))
        self.findings = tuple(findings[:MOST_SAID])


class DialplanChange:
    """Changes what the exchange runs, one change at a time."""

    def __init__(self, exchange: ExchangeDesk, tools: DialplanTools, alert: Callable[[str, str], None]) -> None:
        self._exchange = exchange
        self._tools = tools
        self._alert = alert
        self._busy = asyncio.Lock()
        self._applying = False
        self._words: KnownWords | None = None
        self._doubtful = False

    @property
    def config(self) -> ExchangeConfig:
        """What the exchange was told last; of one that somebody else manages, what ours would be told."""
        return self._exchange.config or _NOT_OURS

    def _of_ours(self) -> ExchangeConfig:
        if not self._exchange.managed:
            raise Conflict("the exchange is not managed by this program: change its dialplan there")
        return self.config

    async def words(self) -> KnownWords:
        """Return the applications and functions the exchange has; while it cannot be asked, those it is to have."""
        if self._words is None and self._exchange.managed:
            with suppress(ExchangeFailed):
                self._words = listed(
                    await self._exchange.cli("core show applications"), await self._exchange.cli("core show functions")
                )
        return self._words or shipped()

    async def attempt(self, own: tuple[OwnTemplate, ...], looked: Looked) -> list[Finding]:
        """Let a throw-away exchange read a dialplan; return what it makes of it.

        Raises:
            Conflict: there is no Asterisk to try it on, or the exchange is not ours.
        """
        config = replace(self._of_ours(), own_dialplans=own)
        if self._tools.attempt is None:
            raise Conflict("there is no Asterisk here to try a dialplan on: it cannot be staged")
        changed = next((one.name for one in own if one not in self.config.own_dialplans), "")
        try:
            report = await self._tools.attempt(config)
        except ExchangeFailed as error:
            return [Finding(template=changed, code="trial-fails", values=(str(error)[:400],))]
        said = [Finding(template=changed, code="trial-says", values=(text[:400],)) for text in report.complaints]
        differs = differences(plan_of(looked.rendered), report.shown)
        return [*said, *(_finding(fault, looked, changed) for fault in differs)][:MOST_SAID]

    async def bring(self, own: tuple[OwnTemplate, ...], keep: Callable[[], Awaitable[None]]) -> None:
        """Tell the exchange, see that it does what was written, keep that; or nothing of it.

        Args:
            own: Every template that is not as it is shipped.
            keep: Writes it down, once it works.

        Raises:
            NotThrough: the templates are bad, or did not do in the exchange what they are to do; it is as it was.
            ExchangeFailed: the exchange cannot be told now; it is as it was.
            Conflict: another change is under way, or the exchange is not ours.
        """
        if self._applying:
            raise Conflict("another change of the dialplan is being applied: wait until it is through")
        self._applying = True
        try:
            async with self._busy:  # free within a moment: the exchange may just be looked at
                await self._bring(own, keep)
        finally:
            self._applying = False

    async def _bring(self, own: tuple[OwnTemplate, ...], keep: Callable[[], Awaitable[None]]) -> None:
        config, words = self._of_ours(), await self.words()
        looked, present = await look(config, own, words), await look(config, config.own_dialplans, words)
        if not looked.good:
            raise NotThrough(looked.findings)
        told = False
        try:
            async with self._exchange.changing(lambda now: replace(now, own_dialplans=own)):
                told = True
                await self._watched(plan_of(present.rendered), looked)
                await keep()
        except BaseException:
            self._doubtful = True
            raise
        finally:
            log.info("dialplan_told", told=told)

    async def _watched(self, before: Plan, looked: Looked) -> None:
        after = plan_of(looked.rendered)
        if differs := differences(after, read_shown(await self._exchange.cli("dialplan show"))):
            raise NotThrough([_finding(fault, looked, fault.template) for fault in differs])
        calls = probe_calls(before, after)
        if not calls or self._tools.probe is None:
            return
        try:
            traces = await self._tools.probe(calls)
        except SwitchError as error:
            raise NotThrough([_failed(calls[0], str(error), after)]) from error
        pairs = zip(calls, traces, strict=True)
        if bad := [_failed(call, problem, after) for call, trace in pairs if (problem := verdict(trace))]:
            raise NotThrough(bad)

    async def assure(self) -> None:
        """After a change that did not come through: see that the exchange really is as it was, or tell it again."""
        if not self._doubtful or self._busy.locked():
            return
        async with self._busy:
            config = self.config
            try:
                present = await look(config, config.own_dialplans, await self.words())
                shown = read_shown(await self._exchange.cli("dialplan show"))
                if differences(plan_of(present.rendered), shown):
                    log.warning("dialplan_not_as_it_was")
                    await self._exchange.tell_again()
                    return  # looked at once more the next time
            except ExchangeFailed as error:  # it is away; it begins with the right one when it is back
                log.info("dialplan_not_looked_at", problem=str(error))
                return
            self._doubtful = False


def _failed(call: ProbeCall, problem: str, plan: Plan) -> Finding:
    first = plan.contexts[call.context][call.written][1]
    return Finding(template=first.template, code="probe-failed", values=(call.extension, call.context, problem[:200]))


def _finding(fault: Fault, looked: Looked, otherwise: str) -> Finding:
    rendered = looked.rendered.get(fault.template)
    return Finding(
        template=fault.template or otherwise, code=fault.code, line=rendered.line_of(fault.line) if rendered else 0,
        rendered_line=fault.line, values=fault.values,
    )  # fmt: skip


def said_of(error: WaihuError) -> Finding:
    """Return a finding that says why the exchange could not be told."""
    return Finding(template="", code="exchange-refused", values=(str(error)[:400],))
