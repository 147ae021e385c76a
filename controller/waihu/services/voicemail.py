"""Messages for answering machines: where detection hears one, its campaign's text is spoken after the beep."""

import structlog

from waihu.services.asking_parts import AskingParts
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Voicemail
from waihu_models.commands import LeaveMessage
from waihu_models.errors import WaihuError
from waihu_models.events import CallChanged

log = structlog.get_logger()

SOUND_LIMIT_S = 3.0
"""A machine waits for nobody: without its sound by then no message is left."""


class VoicemailDrop:
    """Has each message spoken while its machine is being heard, and left once it was."""

    def __init__(self, parts: AskingParts) -> None:
        self._parts = parts
        parts.bus.subscribe(CallChanged, self._call_changed)

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.state is not CallState.SCREENING or call.voicemail is not Voicemail.WANTED or call.hang_up_asked:
            return
        if change.entered is CallState.SCREENING:  # spoken now, it is there when it is needed
            self._parts.tasks.start(self._made(call), f"message {call.id}")
        if call.verdict is sig.Verdict.MACHINE and (was is None or was.verdict is not call.verdict):
            self._parts.tasks.start(self._leave(call), f"voicemail {call.id}")

    async def _sound(self, call: Call) -> str:
        campaign = self._parts.calls.job_of(call.id).campaign
        if campaign is None or not campaign.voicemail:
            return ""
        language = "zh" if campaign.speech_language.startswith("zh") else "en"
        sound = await self._parts.speaking.or_none(campaign.voicemail, language, within_s=SOUND_LIMIT_S)
        return str(sound or "")

    async def _made(self, call: Call) -> None:
        await self._sound(call)

    async def _leave(self, call: Call) -> None:
        try:
            if sound := await self._sound(call):
                await self._parts.switch.execute(LeaveMessage(call.leg_id, sound))
                return
        except WaihuError as error:
            log.warning("message_not_left", call_id=call.id, problem=str(error))
        self._parts.calls.post(call.id, sig.MessageLeft(call.leg_id, self._parts.clock.now()))
