"""The steps of the scenario; each returns what was seen, and raises ``NotSeen`` where something was not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from waihu.cli.blended.ears import hears
from waihu.cli.blended.hands import Hands, Refused
from waihu.cli.blended.house import (
    ANYBODY,
    BO,
    BUSY,
    CY,
    EVA,
    EXPERT,
    PLATINUM,
    SUPERVISORS_PHONE,
    TALKERS,
    TONE_HZ,
    UNRESOLVED,
)
from waihu.cli.blended.stage import HANDS, Stage, require
from waihu.dialer.line_health import LineState
from waihu.services.why_routed import why_routed
from waihu.services.words import Words
from waihu.store.routing_calls import decision_on
from waihu.telephony.rendering import shipped_dialplans
from waihu_models.call import WENT_ON, Call, CallState, Direction
from waihu_models.ids import AgentId
from waihu_models.supervision import SpyMode, SpyState

Seen = list[str]

_NUMBERED = "Set(CALLER=${FILTER(+0-9a-zA-Z_.*#-,${CALLERID(num)})})"
_MASKED = "+441632960001"
_WENT_ON_LEAST = 3


@dataclass(frozen=True, slots=True)
class Act:
    """One step: what it is called, and what it does."""

    title: Words
    play: Callable[[Stage], Awaitable[Seen]]


# ---- callers -------------------------------------------------------------------------------------------------------


async def platinum(stage: Stage) -> Seen:
    """A platinum customer gets an expert, though others have been free for longer."""
    await stage.only(BO, CY, EVA)
    call = await stage.connected(await stage.call_in(PLATINUM))
    require((call.queue, call.agent_id) == (EXPERT, EVA), f"queue {call.queue!r}, agent {call.agent_id!r}")
    seen = [f"{call.number_e164}: queue {call.queue}, agent {call.agent_id}", await _why(stage, call)]
    await stage.hang_up(call)
    return seen


async def unresolved(stage: Stage) -> Seen:
    """Whose last call was not resolved gets the same agent again, though another one waits for longer."""
    await stage.only(BO)
    first = await stage.connected(await stage.call_in(UNRESOLVED))
    await stage.hang_up(first, "interested")
    await stage.only(CY)
    await stage.only(CY, BO)  # cy has been free for longer
    again = await stage.connected(await stage.call_in(UNRESOLVED))
    require(again.agent_id == first.agent_id, f"first {first.agent_id}, then {again.agent_id}")
    seen = [
        f"first call: agent {first.agent_id}, judged 'interested', which settles nothing",
        f"second call: agent {again.agent_id}, while {CY} had been free for longer",
        await _why(stage, again),
    ]
    await stage.hang_up(again)
    return seen


async def _why(stage: Stage, call: Call) -> str:
    async def kept() -> str:
        return why_routed(await decision_on(stage.app.store, call.id)).en

    return f"why: {await stage.eventually(kept, f'why {call.number_e164} was sent there')}"


async def blended(stage: Stage) -> Seen:
    """Who waits in a queue gets the next free agent, before anybody else of the list."""
    await stage.only(BO, CY)
    await stage.app.dialling.start(TALKERS)
    await stage.until(
        lambda: len(_outbound(stage, CallState.CONNECTED)) >= 2, "both agents talk with people of the list"
    )
    caller = await stage.connected(await stage.call_in(ANYBODY))
    waited_s = caller.agent_wait_s
    came = caller.queue_since or caller.state_since
    between = [
        call.number_e164
        for call in stage.calls.values()
        if call.direction is Direction.OUTBOUND and call.connected_at and caller.connected_at
        and came < call.connected_at < caller.connected_at
    ]  # fmt: skip
    require(not between, f"{between} of the list came first")
    talked = len([call for call in stage.calls.values() if call.direction is Direction.OUTBOUND and call.connected_at])
    await stage.hang_up(caller)
    await stage.until(lambda: _talked(stage) > talked, "the list goes on")
    await stage.app.dialling.pause(TALKERS)
    await stage.until(lambda: not _outbound(stage, *_LIVE), "calls of the list are over", 60.0)
    return [
        f"both agents talked with people of the list; {caller.number_e164} called and waited {waited_s:.1f} s",
        f"agent {caller.agent_id} was free first and got the caller; nobody of the list came before, then it went on",
    ]


_LIVE = tuple(state for state in CallState if state is not CallState.ENDED)


def _outbound(stage: Stage, *states: CallState) -> list[Call]:
    calls = (call for call in stage.calls.values() if call.direction is Direction.OUTBOUND)
    return [call for call in calls if call.state in states]


def _talked(stage: Stage) -> int:
    return sum(1 for call in stage.calls.values() if call.direction is Direction.OUTBOUND and call.connected_at)


# ---- templates -----------------------------------------------------------------------------------------------------


async def template(stage: Stage) -> Seen:
    """A template is changed as the console does it, and the next call follows; the one under way goes on."""
    text = shipped_dialplans()["inbound"]
    require(_NUMBERED in text, "the shipped template is another one than this scenario changes")
    await stage.only(BO, CY)
    before = await stage.connected(await stage.call_in(ANYBODY))
    async with Hands(stage.app.address, HANDS, stage.admin_password) as hands:
        changed = text.replace(_NUMBERED, f"Set(CALLER={_MASKED})")
        number = await hands.save("inbound", changed, "callers stay unnamed")
        staged = await hands.step("inbound", number, "stage")
        require(staged["state"] == "staged", f"not staged: {staged['findings']}")
        applied = await hands.step("inbound", number, "apply")
        require(applied["state"] == "applied", f"not applied: {applied['findings']}")
        after = await stage.connected(await stage.call_in(ANYBODY))
        require(after.number_e164 == _MASKED, f"the next call does not follow: {after.number_e164}")
        require(stage.calls[before.id].state is CallState.CONNECTED, "the call under way did not go on")
        await hands.ask("POST", "/dialplans/inbound/roll-back", {"to": None})
    for call in (before, after):
        await stage.hang_up(call)
    return [
        f"inbound, version {number}: staged after a throw-away exchange read it, applied, probed",
        f"the caller before: {before.number_e164}, and talks on; the next one: {after.number_e164}; then rolled back",
    ]


async def broken(stage: Stage) -> Seen:
    """A broken template is refused with the place, and what runs stays."""
    text = shipped_dialplans()["inbound"].replace("Stasis(", "Stasiss(")
    await stage.only(BO, CY)
    async with Hands(stage.app.address, HANDS, stage.admin_password) as hands:
        number = await hands.save("inbound", text, "a mistake")
        refused = await hands.step("inbound", number, "stage")
        found = [one for one in refused["findings"] if one["severity"] == "error"]
        require(refused["state"] == "refused" and found, f"it is {refused['state']}")
        try:
            await hands.step("inbound", number, "apply")
        except Refused as no:
            answer = str(no).partition(":")[0]
        else:
            answer = ""
        require(answer, "what was refused could be applied")
    call = await stage.connected(await stage.call_in(ANYBODY))
    require(call.number_e164 == ANYBODY, f"the next call came as {call.number_e164}")
    await stage.hang_up(call)
    return [
        f"line {found[0]['line']}: {found[0]['text']['en']}",
        f"to apply it all the same: {answer}; the next caller came in as before",
    ]


# ---- carriers ------------------------------------------------------------------------------------------------------


async def carriers(stage: Stage) -> Seen:
    """A carrier refuses everything: its calls go on over the other one, no lead is lost, and it gets no more."""
    await stage.only(BO, CY)
    health = stage.app.lines.health["north"]
    require(health.state is LineState.OPEN, f"carrier north is {health.state}")
    await stage.app.dialling.start(BUSY)
    await stage.until(lambda: _ended_on(stage, "north"), "a call over north")
    await stage.north.fail()
    await stage.until(lambda: health.state is LineState.DRAINED, "north is drained", 90.0)
    failed = [call for call in _ended_on(stage, "north") if call.reason.startswith(WENT_ON)]
    require(len(failed) >= _WENT_ON_LEAST, f"{len(failed)} calls went on")
    await stage.until(lambda: all(_onward(stage, call) for call in failed), "calls that went on are made")
    again = [_onward(stage, call) for call in failed]
    lost = [c.number_e164 for c, n in zip(failed, again, strict=True) if n is None or n.lead_id != c.lead_id]
    require(not lost, f"lost: {lost}")
    moved_s = max((n.dialled_at - c.dialled_at).total_seconds() for c, n in zip(failed, again, strict=True) if n)
    so_far = len(_ended_on(stage, "south"))
    await stage.until(lambda: len(_ended_on(stage, "south")) > so_far + _WENT_ON_LEAST, "south carries on")
    await stage.app.dialling.pause(BUSY)
    await stage.until(lambda: not _outbound(stage, *_LIVE), "calls of the list are over", 60.0)
    told = [alert.text for alert in stage.alerts if alert.code == "trunk_drained"]
    require(told, "nobody was told")
    return [
        f"{len(failed)} calls went on over south within {moved_s:.1f} s, with the same leads; none is lost",
        f"alert: {told[0]}",
    ]


def _ended_on(stage: Stage, trunk: str) -> list[Call]:
    calls = (call for call in stage.calls.values() if call.trunk == trunk and call.ended_at is not None)
    return [call for call in calls if call.direction is Direction.OUTBOUND]


def _onward(stage: Stage, call: Call) -> Call | None:
    return next((c for c in stage.calls.values() if c.id == call.reason.removeprefix(WENT_ON)), None)


# ---- supervision ---------------------------------------------------------------------------------------------------


async def supervision(stage: Stage) -> Seen:
    """A supervisor listens, whispers, barges in; what arrives at each phone says who hears whom."""
    await stage.only(CY)
    call = await stage.connected(await stage.call_in(ANYBODY, phone=f"tone{TONE_HZ['customer']}"))
    supervisions = stage.app.control.supervisions
    listens = {CY: {"customer"}, "customer": {CY}, "supervisor": {CY, "customer"}}
    whispers = {**listens, CY: {"customer", "supervisor"}}
    barges = {**whispers, "customer": {CY, "supervisor"}}
    seen = []
    await supervisions.start(SUPERVISORS_PHONE, AgentId(CY), SpyMode.LISTEN, stage.by)
    for mode, expected in ((SpyMode.LISTEN, listens), (SpyMode.WHISPER, whispers), (SpyMode.BARGE, barges)):
        if mode is not SpyMode.LISTEN:
            await supervisions.change(mode, stage.by)
        await stage.until(lambda mode=mode: _spies(stage, mode), f"{mode} is on")  # type: ignore[misc]
        seen.append(f"{mode}: {await hears(stage.carrier, expected)}")
    await supervisions.stop(stage.by)
    await stage.hang_up(call)
    return seen


def _spies(stage: Stage, mode: SpyMode) -> bool:
    one = stage.app.control.supervisions.of("demo")
    return one is not None and (one.state, one.mode) == (SpyState.ON, mode)


ACTS = (
    Act(Words("An inbound VIP goes to the expert group", "VIP 来电转至专家组"), platinum),
    Act(Words("An unresolved caller gets the same agent", "上次未解决的来电转回同一坐席"), unresolved),
    Act(Words("Agents work blended: who waits comes first", "混合坐席：排队来电优先"), blended),
    Act(Words("A changed template is followed by the next call", "修改模板后，下一通电话即生效"), template),
    Act(Words("A broken template is refused", "有错误的模板被拒绝"), broken),
    Act(Words("Listen, whisper, barge", "监听、耳语、强插"), supervision),
    Act(Words("A carrier fails, its calls go on over the other", "运营商故障，通话转至另一线路"), carriers),
)
