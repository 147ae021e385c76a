"""What machine detection found, as steps of a call's life."""

from datetime import timedelta

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Voicemail
from waihu_models.call_queue import begins_to_be_asked, is_to_be_asked
from waihu_models.call_transfer import Step, to
from waihu_models.values import changed


def screened(call: Call, signal: sig.LegScreened) -> Step:
    """Take the verdict: a person is asked, or waits for an agent, a machine is left a message or hung up."""
    call = changed(call, verdict=signal.verdict)
    if signal.verdict is sig.Verdict.MACHINE and call.voicemail is Voicemail.WANTED and not call.hang_up_asked:
        return call, ()  # a message is left, once its sound is there
    if signal.verdict is sig.Verdict.MACHINE or call.hang_up_asked:
        return call, (do.HangUp(call.leg_id),)
    if is_to_be_asked(call):
        return begins_to_be_asked(call, signal.at)
    ended_at = signal.at - timedelta(seconds=signal.silence_s)
    return to(call, CallState.WAITING, signal.at, greeting_ended_at=max(ended_at, call.answered_at or ended_at)), ()


def message_left(call: Call, signal: sig.MessageLeft) -> Step:
    """Hang up a machine that was spoken to, or could not be."""
    return changed(call, voicemail=Voicemail.LEFT if signal.left else Voicemail.FAILED), (do.HangUp(call.leg_id),)
