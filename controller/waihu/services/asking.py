"""Asking: who has answered, or called, is asked by keys before an agent is looked for.

A call whose ``asks`` names a menu stays in ANSWERED while its person is led through the menus; then it waits for an
agent with what was chosen, or is hung up. The exchange says each prompt and takes the key; which prompt, and what a key
means, is decided here. Where something cannot be said, or an answer does not come, the call goes on as if nothing was
pressed: nobody is left in silence.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from waihu.routing import announcements
from waihu.routing.menu_walk import MenuStep, Question, answered, begin
from waihu.services.asking_parts import AskingParts
from waihu.services.call_control import CallControl
from waihu.services.menus import Menus
from waihu.services.reception import Reception
from waihu.services.voicemail import VoicemailDrop
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Direction
from waihu_models.commands import Ask, StopMusic
from waihu_models.disposition import STANDARD
from waihu_models.errors import WaihuError
from waihu_models.events import CallChanged
from waihu_models.ids import CallId
from waihu_models.menu import ASKED_IN, MENU_KEYS, Chosen

log = structlog.get_logger()

ANSWER_LIMIT_S = 300.0
"""Longer than the longest prompt, said as often as can be wished."""
BY_MENU = "by menu"


@dataclass(slots=True)
class _Asked:
    """A call whose person is asked; ``step`` is what is said now."""

    step: MenuStep
    timer: asyncio.TimerHandle | None = None


def _is_asked(call: Call) -> bool:
    return call.state is CallState.ANSWERED and call.asks.startswith(ASKED_IN)


class Asking:
    """Leads people through menus."""

    def __init__(self, parts: AskingParts) -> None:
        self._parts = parts
        self.menus = Menus(parts.store)
        self.voicemail = VoicemailDrop(parts)
        self._asked: dict[CallId, _Asked] = {}
        self.route: Callable[[Call, Chosen], Awaitable[sig.Routed]] | None = None
        """Says where somebody waits who has chosen."""
        parts.bus.subscribe(CallChanged, self._call_changed)

    def attend(self, reception: Reception, control: CallControl) -> None:
        """Be told of callers and of answers, with all who can do something with calls."""
        control.attend(reception)
        reception.asks = self.first_of
        reception.chose = self.chose
        control.transfers.menus = lambda name: name in self.menus.by_name()

    def first_of(self, dialled: str) -> str:
        """Return what callers of a number of ours are asked first, as ``Call.asks`` has it; "": nothing."""
        menu = self.menus.first_of(dialled)
        return f"{ASKED_IN}{menu}" if menu else ""

    def chose(self, call_id: CallId, signal: sig.LegChose) -> None:
        """Take an answer."""
        asked = self._asked.get(call_id)
        if asked is None:  # asked by a controller that is gone
            self._parts.calls.post(call_id, sig.LegEntered(signal.leg_id, signal.at))
            return
        self._go_on(call_id, asked, signal.key)

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.state is not CallState.ANSWERED or call.hang_up_asked:
            self._forget(call.id)
        elif call.asks.startswith(ASKED_IN) and (change.was is None or not _is_asked(change.was)):
            step = begin(
                self.menus.by_name(), call.asks.removeprefix(ASKED_IN), self._parts.clock.now(),
                recorded=call.recording_allowed,
            )  # fmt: skip
            self._forget(call.id)
            self._asked[call.id] = asked = _Asked(step)
            self._parts.tasks.start(self._say(call, asked), f"menu {call.id}")

    def _forget(self, call_id: CallId) -> None:
        asked = self._asked.pop(call_id, None)
        if asked is not None and asked.timer is not None:
            asked.timer.cancel()

    def _go_on(self, call_id: CallId, asked: _Asked, key: str) -> None:
        """Follow a key, or the end of what was said."""
        if asked.timer is not None:
            asked.timer.cancel()
            asked.timer = None
        call = self._parts.calls.get(call_id)
        if call is None or self._asked.get(call_id) is not asked:
            return
        if not isinstance(asked.step, Question):
            self._end(call, asked)
            return
        asked.step = answered(self.menus.by_name(), asked.step, key, self._parts.clock.now())
        self._parts.tasks.start(self._say(call, asked), f"menu {call_id}")

    async def _say(self, call: Call, asked: _Asked) -> None:
        step = asked.step
        sound = await self._parts.speaking.or_none(step.text, step.language) if step.text else None
        if self._asked.get(call.id) is not asked:
            return
        if sound is None:
            self._go_on(call.id, asked, "")
            return
        loop = asyncio.get_running_loop()
        asked.timer = loop.call_later(ANSWER_LIMIT_S, self._go_on, call.id, asked, "")
        try:
            if call.connected_at is not None:  # who is passed on hears music
                await self._parts.switch.execute(StopMusic(call.leg_id))
            await self._parts.switch.execute(await self._question(call, step, str(sound)))
        except WaihuError as error:
            log.warning("caller_not_asked", call_id=call.id, problem=str(error))
            self._go_on(call.id, asked, "")

    async def _question(self, call: Call, step: MenuStep, sound: str) -> Ask:
        if not isinstance(step, Question):
            return Ask(leg_id=call.leg_id, sound=sound)
        wrong = await self._parts.speaking.or_none(announcements.wrong_key(step.language), step.language)
        menu = step.menu
        return Ask(
            leg_id=call.leg_id, sound=sound, keys="".join(key for key in MENU_KEYS if key in menu.keys),
            tries=menu.tries, wait_s=menu.wait_s, wrong=str(wrong or ""),
        )  # fmt: skip

    def _end(self, call: Call, asked: _Asked) -> None:
        step, now = asked.step, self._parts.clock.now()
        self._forget(call.id)
        if not isinstance(step, Question) and step.hang_up:
            judged = STANDARD.get(step.disposition)
            self._parts.calls.post(call.id, sig.HangUpAsked(now, BY_MENU, chosen=step.chosen, disposition=judged))
        else:
            self._parts.tasks.start(self._let_in(call, step.chosen), f"menu {call.id}")

    async def _let_in(self, call: Call, chosen: Chosen) -> None:
        # Whom we called waits for an agent of the campaign, unless a key leads to a queue.
        if self.route is not None and (call.direction is Direction.INBOUND or chosen.queue):
            self._parts.calls.post(call.id, await self.route(call, chosen))
        self._parts.calls.post(call.id, sig.LegEntered(call.leg_id, self._parts.clock.now(), chosen))
