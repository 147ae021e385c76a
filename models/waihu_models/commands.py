"""Commands: what we ask of the exchange. Plain values; only ``telephony/`` knows how they are carried out."""

from dataclasses import dataclass
from enum import StrEnum

from waihu_models.ids import BridgeId, LegId, PlaybackId, RecordingId
from waihu_models.signals import Verdict
from waihu_models.supervision import SpyMode
from waihu_models.transcript import Side


@dataclass(frozen=True, slots=True)
class TrunkAddress:
    """A number behind a trunk; ``number`` is spelt as that carrier wants it."""

    trunk: str
    number: str


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """A phone of ours; with ``auto_answer`` it is asked to pick up by itself."""

    phone: str
    auto_answer: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """Ring an address; ``ring_timeout_s`` (whole seconds, > 0) later the exchange gives up."""

    leg_id: LegId
    address: TrunkAddress | PhoneAddress
    caller_id: str
    ring_timeout_s: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer an inbound leg."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class Screen:
    """Let machine detection listen to an answered leg."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class EndScreening:
    """Take a leg out of machine detection: it comes back as ``LegScreened`` with this ``verdict``, and no other.

    A leg that machine detection has let go of already is gone (``LegGone``): its own verdict comes, or has come.
    """

    leg_id: LegId
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OpenBridge:
    """Make a bridge; making one that exists is no error."""

    bridge_id: BridgeId


@dataclass(frozen=True, slots=True)
class CloseBridge:
    """Take a bridge away; the legs in it stay up."""

    bridge_id: BridgeId


@dataclass(frozen=True, slots=True)
class Join:
    """Put a leg into a bridge."""

    bridge_id: BridgeId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class Hold:
    """Take a leg out of its bridge and play music to it."""

    bridge_id: BridgeId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class Resume:
    """End the music and put the leg back into the bridge."""

    bridge_id: BridgeId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class StartMusic:
    """Play music on hold to a waiting leg."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class StopMusic:
    """End music on hold."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class Play:
    """Play an announcement to a leg.

    ``media`` is its name (``safe-harbour``), or the absolute path of a sound without its ending.
    """

    leg_id: LegId
    media: str
    playback_id: PlaybackId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Let the exchange ask an answered leg, which is in no bridge, for one key; ``LegChose`` tells what came of it.

    Attributes:
        sound: Absolute path, without its ending, of what is said; a key cuts it short.
        keys: Those that are an answer, of 0-9 and *; "": the sound is only played, to its end.
        tries: How often it is said to who presses nothing or another key, 1..5.
        wait_s: How long a key is waited for after the sound, 1..30.
        wrong: Path of what is said after another key; "": nothing.
    """

    leg_id: LegId
    sound: str
    keys: str = ""
    tries: int = 1
    wait_s: int = 5
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """End an announcement; one that has ended is no error. Until then the leg cannot join a bridge."""

    leg_id: LegId
    playback_id: PlaybackId


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Press keys towards the far end of a leg: ``digits`` of 0-9, *, #, A-D, one after the other."""

    leg_id: LegId
    digits: str


@dataclass(frozen=True, slots=True)
class AnswerTransfer:
    """Tell a phone that asked for its call to be passed on whether that was done; if so, it hangs up."""

    leg_id: LegId
    done: bool


SPY_SETTLES_S = 0.5


@dataclass(frozen=True, slots=True)
class Spy:
    """Ring a supervisor's phone and let it hear the leg ``on``, heard by nobody; it ends with that leg.

    Never sent twice. It takes ``SPY_SETTLES_S`` from the answer until the exchange listens to a ``ChangeSpy``.
    """

    leg_id: LegId
    phone: str
    on: LegId
    ring_timeout_s: int


@dataclass(frozen=True, slots=True)
class ChangeSpy:
    """Change who hears a supervisor.

    ``anew``: let go of the customer who is leaving. Until then the exchange cannot end the leg of a customer whom a
    supervisor has barged in on; after it ``SPY_SETTLES_S`` have to pass once more.
    """

    leg_id: LegId
    mode: SpyMode
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Tap:
    """Send the sound of one side of the leg ``on``, the customer's, to an ear; it ends with that leg.

    Nothing is told of the tap, and whatever becomes of it or of the ear, the leg it hears goes on.

    Attributes:
        side: The customer's: what comes from the leg. The agent's: what the leg hears.
        stream_id: 32 hexadecimal digits, by which the ear knows what it gets.
        host: IPv4 address at which the ear takes AudioSocket connections; ``port`` likewise.
    """

    leg_id: LegId
    on: LegId
    side: Side
    stream_id: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Untap:
    """End a tap; one that has ended is no error."""

    leg_id: LegId


class HangUpCause(StrEnum):
    """What the far end is told."""

    NORMAL = "normal"
    BUSY = "busy"
    CONGESTION = "congestion"


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg; a leg that is gone already is no error."""

    leg_id: LegId
    cause: HangUpCause = HangUpCause.NORMAL


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record both directions of a leg: left what it says, right what it hears."""

    recording_id: RecordingId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Write silence until resumed, so that times keep fitting."""

    recording_id: RecordingId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class ResumeRecording:
    """Go on recording after a pause."""

    recording_id: RecordingId
    leg_id: LegId


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End a recording before its leg ends."""

    recording_id: RecordingId
    leg_id: LegId


Command = (
    PlaceCall
    | Answer
    | Screen
    | EndScreening
    | OpenBridge
    | CloseBridge
    | Join
    | Hold
    | Resume
    | StartMusic
    | StopMusic
    | Play
    | Ask
    | StopPlaying
    | HangUp
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | SendDigits
    | AnswerTransfer
    | Spy
    | ChangeSpy
    | Tap
    | Untap
)
