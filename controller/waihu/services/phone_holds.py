"""The hold key of an agent's own phone (a SIP re-INVITE): the call is held as the desk holds it, with our music."""

import structlog

from waihu.services.call_wishes import CallWishes
from waihu_models.errors import WaihuError
from waihu_models.ids import AgentId
from waihu_models.signals import LegHeld, LegSignal, LegUnheld

log = structlog.get_logger()


class PhoneHolds:
    """Holds and resumes the call an agent is on; a key pressed beside a call, or while one is asked, means nothing."""

    def __init__(self, wishes: CallWishes) -> None:
        self._wishes = wishes

    def take(self, agent_id: AgentId, signal: LegSignal) -> bool:
        """Take a signal of an agent's leg, if it is about hold; return whether it was."""
        if not isinstance(signal, LegHeld | LegUnheld):
            return False
        try:
            if self._wishes.own(agent_id).consult is None:
                wish = self._wishes.hold if isinstance(signal, LegHeld) else self._wishes.resume
                wish(agent_id)
        except WaihuError as problem:  # no call, or it is in that state already
            log.debug("phone_hold_ignored", agent_id=agent_id, problem=str(problem))
        return True
