"""Why did a call end as it did? Its outcome in words, in English and Chinese."""

from waihu.services.words import NOTHING, Words
from waihu_models.call import Call, CallState, Direction
from waihu_models.outcome import Outcome

_OUTCOMES = {
    Outcome.ANSWERED: Words(
        "A person answered and spoke with an agent for {talk:.0f} s.", "客户接听，与坐席通话 {talk:.0f} 秒。"
    ),
    Outcome.ABANDONED: Words(
        "A person answered and no agent came within {patience:g} s: the call counts as abandoned.",
        "客户已接听，但 {patience:g} 秒内没有坐席接入：计为放弃呼叫。",
    ),
    Outcome.HUNG_UP: Words(
        "A person answered and hung up before an agent came.", "客户接听后，在坐席接入前挂断。"
    ),
    Outcome.MACHINE: Words(
        "Machine detection heard an answering machine, a fax or an announcement.", "检测为留言机、传真或语音提示。"
    ),
    Outcome.BUSY: Words("The line was busy.", "对方忙线。"),
    Outcome.NO_ANSWER: Words(
        "It rang and nobody answered within {ring} s.", "振铃 {ring} 秒无人接听。"
    ),
    Outcome.REJECTED: Words(
        "The callee, or the carrier, declined the call.", "对方或运营商拒绝了来电。"
    ),
    Outcome.INVALID_NUMBER: Words(
        "The carrier says that the number is vacant, changed or incomplete.", "运营商返回：空号、已改号或号码不完整。"
    ),
    Outcome.UNREACHABLE: Words(
        "The phone is switched off or out of coverage.", "对方关机或不在服务区。"
    ),
    Outcome.CONGESTION: Words(
        "The carrier could not carry the call; it says nothing about the callee.", "运营商线路拥塞，与被叫无关。"
    ),
    Outcome.CANCELLED: Words(
        "We, or the caller, gave the call up before any answer.", "在接听之前，我方或来电方取消了呼叫。"
    ),
    Outcome.FAILED: Words(
        "It failed on our own side: the exchange or the controller.", "我方交换机或控制程序出错。"
    ),
}  # fmt: skip
_UNDER_WAY = Words("The call is under way: {state}.", "通话进行中：{state}。")
_SAID = Words("The carrier said{sip}{cause}.", "运营商返回{sip}{cause}。")
_ASKED = Words("The end was asked for: {asked}.", "挂断原因：{asked}。")
_REASON = Words("Noted: {reason}.", "备注：{reason}。")


def why_call(call: Call) -> Words:
    """Return what became of a call, and by what it is known."""
    if call.outcome is None:
        state = call.state if call.state is not CallState.ENDED else "ended"
        return _UNDER_WAY.filled(state=state)
    said = [_OUTCOMES[call.outcome].filled(talk=call.talk_s, patience=call.patience_s, ring=call.ring_timeout_s)]
    said += [_carrier(call), _ASKED.filled(asked=call.hang_up_asked) if call.hang_up_asked else NOTHING]
    if call.reason and call.reason != call.hang_up_asked:
        said.append(_REASON.filled(reason=call.reason))
    return Words(" ".join(filter(None, (one.en for one in said))), "".join(one.zh for one in said))


def _carrier(call: Call) -> Words:
    if call.direction is Direction.INBOUND or not (call.sip_code or call.cause) or call.outcome is Outcome.ANSWERED:
        return NOTHING
    sip = f" SIP {call.sip_code}" if call.sip_code else ""
    cause = f" Q.850 {call.cause}" if call.cause else ""
    return _SAID.filled(sip=sip, cause="," + cause if sip and cause else cause)
