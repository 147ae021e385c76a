"""AsteriskSwitch: the Switch port on a real Asterisk, through ARI and, for recordings, AMI."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import structlog

from waihu.telephony.ami import AmiAccess, AmiClient, checked
from waihu.telephony.ari import AriAccess, AriClient, AriHooks, part
from waihu.telephony.asking import asked
from waihu.telephony.media_words import counts_of
from waihu.telephony.port import OnSignal, SwitchView
from waihu.telephony.speaking import sound_path
from waihu.telephony.taps import Taps
from waihu.telephony.translate import WANTED, Malformed, Tapped, arrival_of, facts_of, translate
from waihu_models import commands as do
from waihu_models.errors import LegGone, SwitchRefused, SwitchUnreachable
from waihu_models.ids import BridgeId, LegId
from waihu_models.media import MediaCounts
from waihu_models.signals import SwitchBack, SwitchLost, Verdict
from waihu_models.supervision import SpyMode

__all__ = ["AmiAccess", "AriAccess", "AsteriskSwitch"]

log = structlog.get_logger(__name__)

APP = "waihu"
SCREENING = "waihu-screen"
_SCREENING_APP = "AMD"
_AMD_STATUS = {Verdict.HUMAN: "HUMAN", Verdict.MACHINE: "MACHINE", Verdict.UNSURE: "NOTSURE"}
SUPERVISION = "waihu-supervise"
ASKING = "waihu-ask"
_SPY_KEY = {SpyMode.LISTEN: "4", SpyMode.WHISPER: "5", SpyMode.BARGE: "6"}  # of ChanSpy with its option d
_SPY_ANEW = "*"
_AUTO_ANSWER = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:waihu>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "info=alert-autoanswer",
}
_TRANSFERS_BY_US = {"PJSIP_TRANSFER_HANDLING()": "ari-only"}  # else Asterisk dials what a phone asks for, by itself
KEY_MS = 120
_OPENING_TIMEOUT_S = 5.0
_SUBSCRIBED_AT_ONCE = 50


def _utc_now() -> datetime:
    return datetime.now(UTC)  # the default of an adapter that has no clock handed in


class AsteriskSwitch:
    """Carries out commands and reports signals.

    Args:
        ari: Access to ARI.
        ami: Access to AMI.
        recordings_dir: Absolute folder the exchange writes raw recordings to.
        media: Name of an announcement -> ARI media URI, e.g. ``sound:/var/sounds/en/safe-harbour``.
        trunks: Endpoints of the exchange that are no phones.
        app: Name of the Stasis application.
        now: Reads the time of day.
    """

    def __init__(  # noqa: PLR0913 -- what an exchange is to us, each part by its name
        self,
        ari: AriAccess,
        ami: AmiAccess,
        *,
        recordings_dir: Path,
        media: Mapping[str, str],
        trunks: Collection[str] = (),
        app: str = APP,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        hooks = AriHooks(self._on_event, self._on_up, self._on_lost)
        self.ari = AriClient(ari, app, hooks)
        self.ami = AmiClient(ami)
        self.taps = Taps(self.ari, app)
        self.events: Counter[str] = Counter()
        self.malformed: Counter[str] = Counter()
        self._app = app
        self._subscription = f"applications/{part(app)}/subscription"
        self._recordings_dir = recordings_dir
        self._media = dict(media)
        self._trunks = frozenset(trunks)
        self._heard: set[str] = set()
        self._now = now
        self._on_signal: OnSignal = lambda _: None
        self._tasks: list[asyncio.Task[None]] = []
        self._carry_out: dict[type, Callable[[Any], Awaitable[None]]] = {
            do.PlaceCall: self._place,
            do.Answer: self._answer,
            do.Screen: self._screen,
            do.EndScreening: self._end_screening,
            do.OpenBridge: self._open_bridge,
            do.CloseBridge: self._close_bridge,
            do.Join: self._join,
            do.Hold: self._hold,
            do.Resume: self._resume,
            do.StartMusic: self._start_music,
            do.StopMusic: self._stop_music,
            do.Play: self._play,
            do.Ask: self._ask,
            do.StopPlaying: self._stop_playing,
            do.HangUp: self._hang_up,
            do.StartRecording: self._start_recording,
            do.PauseRecording: self._pause_recording,
            do.ResumeRecording: self._resume_recording,
            do.StopRecording: self._stop_recording,
            do.SendDigits: self._send_digits,
            do.AnswerTransfer: self._answer_transfer,
            do.Spy: self._spy,
            do.ChangeSpy: self._change_spy,
            do.Tap: self.taps.open,
            do.Untap: self.taps.close,
        }

    # ---- life ------------------------------------------------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether commands can be given now."""
        return self.ari.up

    def know_trunks(self, trunks: Collection[str]) -> None:
        """Learn which endpoints are no phones, after trunks were changed."""
        self._trunks = frozenset(trunks)

    def subscribe(self, on_signal: OnSignal) -> None:
        """Register the one receiver of signals; call before entering."""
        self._on_signal = on_signal

    async def __aenter__(self) -> Self:
        """Begin to connect; ``SwitchBack`` tells when commands can be given."""
        self._tasks = [
            asyncio.create_task(self.ari.run(), name="ari"),
            asyncio.create_task(self.ami.run(), name="ami"),
        ]
        for task in self._tasks:
            task.add_done_callback(_report)
        return self

    async def __aexit__(self, *exc: Any) -> None:
        """Disconnect; legs stay as they are."""
        self.ari.closing = True
        for task in self._tasks:
            task.remove_done_callback(_report)
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _on_up(self) -> None:
        # Answers to requests pass the same filter as events: without RESTResponse no answer comes any more.
        wanted = {"allowed": [{"type": kind} for kind in ("RESTResponse", *WANTED)]}
        await self.ari.request("PUT", f"applications/{part(self._app)}/eventFilter", wanted)
        view = await self.view()
        self._heard.clear()
        phones = [name for name in view.phones if name not in self._trunks]
        for start in range(0, len(phones), _SUBSCRIBED_AT_ONCE):
            await self._hear_of_those_there(phones[start : start + _SUBSCRIBED_AT_ONCE])
        there = {name: here for name, here in view.phones.items() if name in self._heard or name in self._trunks}
        self.ari.mark_up()
        self._on_signal(SwitchBack(self._now(), view.legs, view.bridges, view.arrivals, there))

    async def _hear_of_those_there(self, phones: Sequence[str]) -> None:
        """Be told of phones; one in a browser that was taken away may still be listed, and is no more."""
        try:
            await self._hear_of(phones)
        except SwitchRefused:
            for phone in phones:
                with suppress(SwitchRefused):
                    await self._hear_of([phone])

    async def _hear_of(self, phones: Sequence[str]) -> None:
        """Be told when phones come and go. Each event of a leg of theirs then comes twice, so never of trunks."""
        names = ",".join(f"endpoint:PJSIP/{name}" for name in phones)
        await self.ari.request("POST", self._subscription, eventSource=names)
        self._heard.update(phones)

    def _on_lost(self, reason: str) -> None:
        log.error("exchange_lost", reason=reason)
        self._on_signal(SwitchLost(self._now(), reason))

    def _on_event(self, event: Any) -> None:
        signal = translate(event, self._now())
        if isinstance(signal, Malformed):
            self.malformed[signal.kind] += 1
            log.warning("malformed_event", kind=signal.kind, problem=signal.problem)
        elif isinstance(signal, Tapped):
            self.events["Tapped"] += 1
            self.taps.entered(signal.leg_id)
        elif signal is not None:
            self.events[type(signal).__name__] += 1
            self._on_signal(signal)
        elif event.get("type") == "ApplicationReplaced":
            # Two controllers would dial the same list: the newer one has the exchange.
            self.events["ApplicationReplaced"] += 1
            self.ari.replaced("another controller took over")

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def view(self) -> SwitchView:
        """Read what the exchange holds."""
        now = self._now()
        channels = await self.ari.request("GET", "channels", timeout_s=_OPENING_TIMEOUT_S) or []
        bridges = await self.ari.request("GET", "bridges", timeout_s=_OPENING_TIMEOUT_S) or []
        # Not endpoints/PJSIP: without a phone and a trunk there is no such technology, which would be an error.
        endpoints = await self.ari.request("GET", "endpoints", timeout_s=_OPENING_TIMEOUT_S) or []
        bridge_of = {channel: BridgeId(bridge["id"]) for bridge in bridges for channel in bridge["channels"]}
        legs = {LegId(channel["id"]): facts_of(channel, bridge_of.get(channel["id"])) for channel in channels}
        phones = {
            endpoint["resource"]: endpoint.get("state") != "offline"
            for endpoint in endpoints
            if endpoint["technology"] == "PJSIP"
        }
        arrivals = tuple(filter(None, (arrival_of(channel, self._app, now) for channel in channels)))
        return SwitchView(legs, frozenset(BridgeId(bridge["id"]) for bridge in bridges), phones, arrivals)

    async def media(self, leg_id: LegId) -> MediaCounts:
        """Read what was counted of a leg's sound so far."""
        said = await self.ari.request("GET", f"channels/{part(leg_id)}/rtp_statistics")
        try:
            return counts_of(said)
        except (KeyError, TypeError, ValueError) as error:
            raise SwitchRefused(f"unreadable figures of {leg_id}: {error}") from error

    # ---- commands --------------------------------------------------------------------------------------------------

    async def execute(self, command: do.Command) -> None:
        """Carry out one command."""
        if not self.ari.up:
            raise SwitchUnreachable("not connected to the exchange")
        await self._carry_out[type(command)](command)

    async def _place(self, command: do.PlaceCall) -> None:
        variables: dict[str, str] = {}
        match command.address:
            case do.TrunkAddress(trunk, number):
                endpoint = f"PJSIP/{checked(number)}@{checked(trunk)}"
            case do.PhoneAddress(phone, auto_answer):
                endpoint = f"PJSIP/{checked(phone)}"
                if phone not in self._heard:  # made known to the exchange after we connected
                    with suppress(SwitchRefused):  # 422: there is no such phone, as dialling it will say
                        await self._hear_of([phone])
                variables = {**_TRANSFERS_BY_US, **(_AUTO_ANSWER if auto_answer else {})}
        # Originated straight into the application: one leg costs the same however many there are.
        wish = {
            "endpoint": endpoint,
            "app": self._app,
            "appArgs": "out",
            "callerId": checked(command.caller_id),
            "timeout": command.ring_timeout_s,
            "variables": variables,
        }
        await self.ari.request("POST", f"channels/{part(command.leg_id)}", wish)

    async def _answer(self, command: do.Answer) -> None:
        # Of a leg that it did not originate the application hears no more once the leg has left it: not even its end.
        await self.ari.request("POST", self._subscription, gone=(422,), eventSource=f"channel:{command.leg_id}")
        await self.ari.request("POST", f"channels/{part(command.leg_id)}/answer")

    async def _screen(self, command: do.Screen) -> None:
        path = f"channels/{part(command.leg_id)}/continue"
        await self.ari.request("POST", path, context=SCREENING, extension="s", priority=1)

    async def _end_screening(self, command: do.EndScreening) -> None:
        channel = await self.ari.request("GET", f"channels/{part(command.leg_id)}")
        # Elsewhere it may be in a conversation, out of which a redirect would tear it.
        if channel["dialplan"]["app_name"] != _SCREENING_APP:
            raise LegGone(f"leg {command.leg_id!r} is not in machine detection")
        # "continue" is for legs in the application; this one is in the dialplan.
        extension = f"early-{_AMD_STATUS[command.verdict]}"
        await self.ami.act("Redirect", Channel=channel["name"], Context=SCREENING, Exten=extension, Priority="1")

    async def _open_bridge(self, command: do.OpenBridge) -> None:
        with suppress(LegGone):  # 409: it is there already
            await self.ari.request("POST", f"bridges/{part(command.bridge_id)}", type="mixing", name=command.bridge_id)
        # Without this nobody would tell that it was taken away.
        await self.ari.request("POST", self._subscription, eventSource=f"bridge:{command.bridge_id}")

    async def _close_bridge(self, command: do.CloseBridge) -> None:
        with suppress(LegGone):
            await self.ari.request("DELETE", f"bridges/{part(command.bridge_id)}")

    async def _join(self, command: do.Join) -> None:
        # 400: no such channel; 422: it is not, or not any more, in our application. 404 is said of the bridge.
        path = f"bridges/{part(command.bridge_id)}/addChannel"
        await self.ari.request("POST", path, gone=(400, 422), channel=command.leg_id)

    async def _hold(self, command: do.Hold) -> None:
        path = f"bridges/{part(command.bridge_id)}/removeChannel"
        await self.ari.request("POST", path, gone=(400,), channel=command.leg_id)  # 422: it is in another bridge
        await self._start_music(do.StartMusic(command.leg_id))

    async def _resume(self, command: do.Resume) -> None:
        await self.ari.request("DELETE", f"channels/{part(command.leg_id)}/moh")
        await self._join(do.Join(command.bridge_id, command.leg_id))

    async def _start_music(self, command: do.StartMusic) -> None:
        await self.ari.request("POST", f"channels/{part(command.leg_id)}/moh")

    async def _stop_music(self, command: do.StopMusic) -> None:
        await self.ari.request("DELETE", f"channels/{part(command.leg_id)}/moh")

    async def _play(self, command: do.Play) -> None:
        media = (
            f"sound:{sound_path(command.media)}" if command.media.startswith("/") else self._media.get(command.media)
        )
        if media is None:
            raise SwitchRefused(f"there is no announcement {command.media!r}; known: {', '.join(self._media)}")
        path = f"channels/{part(command.leg_id)}/play/{part(command.playback_id)}"
        await self.ari.request("POST", path, media=media)

    async def _ask(self, command: do.Ask) -> None:
        leg = f"channels/{part(command.leg_id)}"
        for name, value in asked(command).items():
            await self.ari.request("POST", f"{leg}/variable", gone=(409,), variable=name, value=value)
        await self.ari.request("POST", f"{leg}/continue", context=ASKING, extension="s", priority=1)

    async def _stop_playing(self, command: do.StopPlaying) -> None:
        with suppress(LegGone):
            await self.ari.request("DELETE", f"playbacks/{part(command.playback_id)}")

    async def _hang_up(self, command: do.HangUp) -> None:
        with suppress(LegGone):
            await self.ari.request("DELETE", f"channels/{part(command.leg_id)}", reason=str(command.cause))

    # ---- recordings: there is no MixMonitor in ARI -----------------------------------------------------------------

    async def _start_recording(self, command: do.StartRecording) -> None:
        # Option D: headerless, customer left, agent right; the call stays in a two-party bridge.
        file = str(self._recordings_dir / f"{command.recording_id}.raw")
        channel = await self._channel_name(command.leg_id)
        await self.ami.act("MixMonitor", Channel=channel, File=file, Options="D")

    async def _pause_recording(self, command: do.PauseRecording) -> None:
        await self._mute(command.leg_id, muted=True)

    async def _resume_recording(self, command: do.ResumeRecording) -> None:
        await self._mute(command.leg_id, muted=False)

    async def _mute(self, leg_id: LegId, *, muted: bool) -> None:
        channel = await self._channel_name(leg_id)
        await self.ami.act("MixMonitorMute", Channel=channel, Direction="both", State="1" if muted else "0")

    async def _stop_recording(self, command: do.StopRecording) -> None:
        await self.ami.act("StopMixMonitor", Channel=await self._channel_name(command.leg_id))

    async def _send_digits(self, command: do.SendDigits) -> None:
        path = f"channels/{part(command.leg_id)}/dtmf"
        await self.ari.request("POST", path, dtmf=checked(command.digits), duration=KEY_MS, between=KEY_MS)

    async def _answer_transfer(self, command: do.AnswerTransfer) -> None:
        states = "channel_answered" if command.done else "channel_declined"
        path = f"channels/{part(command.leg_id)}/transfer_progress"
        await self.ari.request("POST", path, gone=(409, 412), states=states)

    # ---- supervisors: ChanSpy is a word of the dialplan --------------------------------------------------------------

    async def _spy(self, command: do.Spy) -> None:
        channel = await self._channel_name(command.on)
        if command.phone not in self._heard:  # an unknown phone is refused here; from a known one we hear its leg's end
            await self._hear_of([command.phone])
        variables = {"WAIHU_SPY_ON": channel, **_AUTO_ANSWER}
        await self.ami.act(
            "Originate",
            Channel=f"PJSIP/{command.phone}",
            ChannelId=command.leg_id,
            Context=SUPERVISION,
            Exten="s",
            Priority="1",
            CallerID="Waihu",
            Timeout=str(command.ring_timeout_s * 1000),
            Async="true",
            Variable=[f"{name}={value}" for name, value in variables.items()],
        )

    async def _change_spy(self, command: do.ChangeSpy) -> None:
        channel = await self._channel_name(command.leg_id)
        for key in (_SPY_KEY[command.mode], *([_SPY_ANEW] if command.anew else [])):
            await self.ami.act("PlayDTMF", Channel=channel, Digit=key, Receive="1")

    async def _channel_name(self, leg_id: LegId) -> str:
        channel = await self.ari.request("GET", f"channels/{part(leg_id)}")
        return str(channel["name"])


def _report(task: "asyncio.Task[None]") -> None:
    """Say so when a connection's task ends, which it never should."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("connection_task_failed", task=task.get_name(), exc_info=error)
