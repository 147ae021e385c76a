"""Trunks, how they are doing, and test calls; for administrators. A password comes in and never goes out."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.house import House
from waihu.api.line_states import LineQuality, line_quality
from waihu.api.routes import Routes
from waihu.services.sip_words import meaning_of
from waihu.services.test_call import StepName, TestCall
from waihu.services.trunk_watch import Rating, TrunkLive
from waihu.services.words import NOTHING, Words
from waihu.store.unit import Unit
from waihu.telephony.trunk_state import Registration
from waihu_models.access import Right
from waihu_models.errors import BadField, BadNumber
from waihu_models.phone import parse_e164
from waihu_models.trunk import CarrierTrunk, Source

routes = Routes("trunks")

TrunkName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
Host = Annotated[str, Meta(min_length=1, max_length=253)]
SipPort = Annotated[int, Meta(ge=1, le=65535)]
UserName = Annotated[str, Meta(max_length=64)]
TrunkPassword = Annotated[str, Meta(max_length=200)]
Codecs = Annotated[list[Annotated[str, Meta(min_length=1, max_length=16)]], Meta(min_length=1, max_length=6)]
MaxLines = Annotated[int, Meta(ge=1, le=10_000)]
CallsPerSecond = Annotated[float, Meta(gt=0, le=200)]
CallerNumber = Annotated[str, Meta(pattern=r"^(\+?[0-9]{1,20})?$")]
Prefix = Annotated[str, Meta(pattern=r"^[0-9*#+]{0,16}$")]

_BY_HAND = Words(
    "The exchange is not managed by this program: set the trunk up there by hand, under the same name.",
    "交换机不由本程序管理：请在交换机上手工配置同名中继。",
)


class Trunk(Struct, frozen=True, kw_only=True):
    """A carrier. One of the settings file is changed there; not ``managed``: it also has to be set up by hand."""

    name: str
    host: str
    port: int
    username: str
    has_password: bool
    register: bool
    codecs: list[str]
    max_lines: int
    calls_per_s: float
    caller_id: str
    strip_plus: bool
    dial_prefix: str
    enabled: bool
    source: Source
    managed: bool
    hint: BothLanguages
    version: int


class NewTrunk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trunk to be made."""

    name: TrunkName
    host: Host
    port: SipPort = 5060
    username: UserName = ""
    password: TrunkPassword = ""
    register: bool = False
    codecs: Codecs = msgspec.field(default_factory=lambda: ["alaw", "ulaw"])
    max_lines: MaxLines = 30
    calls_per_s: CallsPerSecond = 5.0
    caller_id: CallerNumber = ""
    strip_plus: bool = False
    dial_prefix: Prefix = ""
    enabled: bool = True


class TrunkChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a trunk; what is left out stays, the password too."""

    host: Host | UnsetType = UNSET
    port: SipPort | UnsetType = UNSET
    username: UserName | UnsetType = UNSET
    password: TrunkPassword | UnsetType = UNSET
    register: bool | UnsetType = UNSET
    codecs: Codecs | UnsetType = UNSET
    max_lines: MaxLines | UnsetType = UNSET
    calls_per_s: CallsPerSecond | UnsetType = UNSET
    caller_id: CallerNumber | UnsetType = UNSET
    strip_plus: bool | UnsetType = UNSET
    dial_prefix: Prefix | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class CodeCount(Struct, frozen=True, kw_only=True):
    """How many calls of the last hour that nobody answered ended with a SIP code."""

    code: int
    count: int
    meaning: BothLanguages


class TrunkState(Struct, frozen=True, kw_only=True):
    """A trunk now. Figures are of its calls of the last hour: answered per attempt, average talk, post-dial delay.

    ``quality``: whether it gets calls, and its last ten minutes, null for one that is switched off; ``group``: the line
    group it is in.
    """

    name: str
    rating: Rating
    hints: list[BothLanguages]
    registration: Registration
    reachable: bool | None
    round_trip_ms: float | None
    lines_used: int
    max_lines: int
    calls_per_s_now: float
    attempts: int
    answered: int
    answer_ratio: float | None
    average_talk_s: float | None
    post_dial_delay_s: float | None
    codes: list[CodeCount]
    group: str | None
    quality: LineQuality | None


class TestCallWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number to be called through a trunk, and played a short message; ``fictional`` numbers are for tests."""

    __test__ = False

    number: Annotated[str, Meta(min_length=3, max_length=32)]
    trunk: TrunkName
    caller_id: CallerNumber = ""
    region: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    fictional: bool = False


class TestCallStep(Struct, frozen=True, kw_only=True):
    """How far it got, with the SIP code that told of it (0: none) and what that means."""

    __test__ = False

    name: StepName
    at: datetime
    sip_code: int
    meaning: BothLanguages


class TestCallShown(Struct, frozen=True, kw_only=True):
    """A test call; ``good``: the message was played to its end."""

    __test__ = False

    id: str
    trunk: str
    number: str
    started_at: datetime
    steps: list[TestCallStep]
    over: bool
    good: bool


def _trunk(trunk: CarrierTrunk, *, managed: bool) -> Trunk:
    return Trunk(
        name=trunk.name, host=trunk.host, port=trunk.port, username=trunk.username,
        has_password=bool(trunk.password), register=trunk.register, codecs=list(trunk.codecs),
        max_lines=trunk.max_lines, calls_per_s=trunk.calls_per_s, caller_id=trunk.caller_id,
        strip_plus=trunk.strip_plus, dial_prefix=trunk.dial_prefix, enabled=trunk.enabled, source=trunk.source,
        managed=managed, hint=both(NOTHING if managed else _BY_HAND), version=trunk.version,
    )  # fmt: skip


def _state(house: House, live: TrunkLive) -> TrunkState:
    figures, name = live.figures, live.trunk.name
    return TrunkState(
        name=name,
        rating=live.rating,
        hints=[both(hint) for hint in live.hints],
        registration=live.sip.registration,
        reachable=live.sip.reachable,
        round_trip_ms=live.sip.round_trip_ms,
        lines_used=live.lines_used,
        max_lines=live.trunk.max_lines,
        calls_per_s_now=live.calls_per_s,
        attempts=figures.attempts,
        answered=figures.answered,
        answer_ratio=figures.answer_ratio,
        average_talk_s=figures.average_talk_s,
        post_dial_delay_s=figures.average_first_sign_s,
        codes=[
            CodeCount(code=code, count=count, meaning=both(meaning_of(code)))
            for code, count in figures.sip_codes.most_common(20)
        ],
        group=next((group.name for group in house.line_side.groups if name in group.trunks), None),
        quality=line_quality(house, name),
    )


def _test_call(call: TestCall) -> TestCallShown:
    steps = [
        TestCallStep(name=step.name, at=step.at, sip_code=step.sip_code, meaning=both(step.said)) for step in call.steps
    ]
    return TestCallShown(
        id=call.id, trunk=call.trunk, number=call.masked, started_at=call.started_at, steps=steps, over=call.over,
        good=call.good,
    )  # fmt: skip


@routes.get("/trunks", right=Right.TRUNKS)
async def list_trunks(ask: Ask) -> list[Trunk]:
    """Return all trunks, those of the settings file first."""
    shelf = ask.house.office.trunks
    return [_trunk(trunk, managed=shelf.managed) for trunk in shelf]


@routes.post("/trunks", right=Right.TRUNKS, status=201)
async def create_trunk(ask: Ask, body: NewTrunk) -> Trunk:
    """Make a trunk and tell the exchange of it."""
    office = ask.house.office
    values: dict[str, Any] = msgspec.to_builtins(body)
    trunk = CarrierTrunk(**{**values, "codecs": tuple(body.codecs), "calls_per_s": float(body.calls_per_s)})
    made = await office.trunks.add(trunk, ask.by)
    office.trunk_watch.forget()
    return _trunk(made, managed=office.trunks.managed)


@routes.get("/trunks/{name}", right=Right.TRUNKS)
async def read_trunk(ask: Ask, name: str) -> Trunk:
    """Return one trunk."""
    shelf = ask.house.office.trunks
    return _trunk(shelf.get(name), managed=shelf.managed)


@routes.patch("/trunks/{name}", right=Right.TRUNKS)
async def change_trunk(ask: Ask, name: str, body: TrunkChange) -> Trunk:
    """Change a trunk; new limits count at once, and calls under way go on."""
    office = ask.house.office
    made = await office.trunks.change(name, ask.if_match(), msgspec.to_builtins(body), ask.by)
    office.trunk_watch.forget()
    return _trunk(made, managed=office.trunks.managed)


@routes.delete("/trunks/{name}", right=Right.TRUNKS)
async def remove_trunk(ask: Ask, name: str) -> None:
    """Take a trunk away that carries no calls and that no campaign names."""
    await ask.house.office.trunks.remove(name, ask.if_match(), ask.by)
    ask.house.office.trunk_watch.forget()


@routes.get("/trunk-states", right=Right.TRUNKS)
async def list_trunk_states(ask: Ask) -> list[TrunkState]:
    """Return how every trunk is doing now, as seen ten seconds ago at most."""
    return [_state(ask.house, live) for live in await ask.house.office.trunk_watch.all()]


@routes.get("/trunk-states/{name}", right=Right.TRUNKS)
async def read_trunk_state(ask: Ask, name: str) -> TrunkState:
    """Return how one trunk is doing now."""
    return _state(ask.house, await ask.house.office.trunk_watch.one(name))


@routes.post("/trunks/{name}/try-again", right=Right.TRUNKS)
async def try_trunk_again(ask: Ask, name: str) -> TrunkState:
    """Give a drained trunk a share of the calls now; one that is not drained stays as it is."""
    house = ask.house
    house.line_side.carriers.try_again(name)
    unit = Unit()
    unit.add_audit(ask.by.actor, "trunk.try", name, "", ask.by.at)
    await house.store.commit(unit)
    return _state(house, await house.office.trunk_watch.one(name))


@routes.post("/test-calls", right=Right.TRUNKS, status=201, idempotent=True)
async def create_test_call(ask: Ask, body: TestCallWish) -> TestCallShown:
    """Call a number through a trunk and play it a short message; never one on a do-not-call list."""
    try:
        number = parse_e164(body.number, body.region, allow_fictional=body.fictional)
    except BadNumber as error:
        raise BadField("$.number", str(error)) from error
    return _test_call(await ask.house.office.test_calls.start(number, body.trunk, ask.by, caller_id=body.caller_id))


@routes.get("/test-calls/{test_call_id}", right=Right.TRUNKS)
async def read_test_call(ask: Ask, test_call_id: str) -> TestCallShown:
    """Return how far a test call has got; ask once a second until it is over."""
    return _test_call(ask.house.office.test_calls.get(test_call_id))


@routes.delete("/test-calls/{test_call_id}", right=Right.TRUNKS)
async def stop_test_call(ask: Ask, test_call_id: str) -> None:
    """Hang up a test call."""
    ask.house.office.test_calls.stop(test_call_id)
