"""The tree of errors. Each class has a stable ``code`` and says whether trying again can help (``retryable``).

WaihuError
├── BadInput              a person or a file gave something unusable; names the place
│   ├── BadField          one field of what was given is unusable; names its path
│   ├── BadNumber         not a phone number that can be dialled
│   ├── BadSettings       a setting is missing, misspelt or out of its range
│   ├── BadRulePack       a rule pack cannot be read or cannot hold; names file, line and field
│   └── BadTemplate       a dialplan template cannot be rendered; names its line
├── NotFound              no such campaign, agent, call …
├── Conflict              it cannot be done as things stand
│   ├── Stale             somebody else changed it first; says what is different now
│   └── CallRefused       the law, or a rule, forbids this call now; says which
├── NeedsVersion          a change does not say which version was looked at
├── NotLoggedIn           nobody is known to ask
├── NotAllowed            who asks may not do this
├── TooOften              asked too many times in a short while (retryable)
├── SwitchError           the exchange did not do what was asked
│   ├── SwitchUnreachable no connection (retryable)
│   ├── SwitchTimeout     no answer in time; the command may or may not have been carried out
│   ├── SwitchRefused     the exchange said no
│   └── LegGone           the leg had already left
├── StoreError            the database did not do what was asked
│   ├── StoreBusy         locked or overloaded (retryable)
│   ├── StoreTooOld       the schema is not the one this program needs: run ``waihu migrate``
│   └── NumberKeyLost     nobody can tell who is on the do-not-call lists: the key of their hashes is missing
├── SpeechError           a recogniser did not do what was asked
│   ├── NoModel           no recogniser for that language
│   ├── BadModel          a model is missing, damaged, or cannot hear sound of this rate
│   ├── SpeechBusy        no recogniser can follow another stream (retryable)
│   ├── SpeechUnreachable a recogniser does not answer (retryable)
│   └── BadRecording      a recording is missing, cut, or holds no sound
├── NotSpoken             a text could not be made into speech: no engine, too slow, or too much at once (retryable)
├── IllegalTransition     a signal came in a state in which it cannot happen
├── ExchangeFailed        Asterisk could not be built, configured or started
└── DeliveryFailed        another system did not take what it was to be told; it may or may not have read it
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class WaihuError(Exception):
    """Base of all errors that Waihu raises on purpose."""

    code: ClassVar[str] = "waihu_error"
    retryable: ClassVar[bool] = False


class BadInput(WaihuError):
    """Something given from outside is unusable."""

    code = "bad_input"


class BadField(BadInput):
    """One field of what was given is unusable.

    Attributes:
        path: Which, as a JSON path: ``$.host``.
        problem: What is wrong with it.
    """

    code = "bad_field"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class BadNumber(BadInput):
    """Not a phone number that can be dialled."""

    code = "bad_number"


class BadSettings(BadInput):
    """A setting is missing, misspelt or out of its range."""

    code = "bad_settings"


class BadRulePack(BadInput):
    """A rule pack cannot be read, or cannot hold; the message names file, line and field."""

    code = "bad_rule_pack"


class BadTemplate(BadInput):
    """A dialplan template cannot be rendered.

    Attributes:
        template: Its name.
        line: Of it, from 1; 0: of no line.
        problem: A code that ``waihu.dialplan.finding_words`` has a sentence for.
        values: What stands in the gaps of that sentence.
    """

    code = "bad_template"

    def __init__(self, template: str, line: int, problem: str, values: tuple[str, ...]) -> None:
        super().__init__(f"{template}:{line}: {problem} {', '.join(values)}".rstrip())
        self.template = template
        self.line = line
        self.problem = problem
        self.values = values


class NotFound(WaihuError):
    """What was named does not exist."""

    code = "not_found"


class Conflict(WaihuError):
    """It cannot be done as things stand, for example because somebody else was first."""

    code = "conflict"


class Stale(Conflict):
    """The thing was changed by somebody else in the meantime.

    Attributes:
        difference: Name of each field that is not as it was asked to become -> its present value.
        version: The present version.
    """

    code = "stale"

    def __init__(self, what: str, difference: Mapping[str, Any], version: int) -> None:
        super().__init__(f"{what} was changed by somebody else: look at what is different, and decide again")
        self.difference = dict(difference)
        self.version = version


class NeedsVersion(WaihuError):
    """A change was asked for without saying which version was looked at."""

    code = "needs_version"


class NotLoggedIn(WaihuError):
    """Nobody is known to ask: a log-in is missing, over, or wrong."""

    code = "not_logged_in"


class NotAllowed(WaihuError):
    """Who asks may not do this."""

    code = "not_allowed"


class TooOften(WaihuError):
    """Asked too many times in a short while.

    Attributes:
        again_s: Seconds after which trying again makes sense.
    """

    code = "too_often"
    retryable = True

    def __init__(self, text: str, again_s: float) -> None:
        super().__init__(text)
        self.again_s = again_s


class CallRefused(Conflict):
    """The law, or a rule of the campaign, forbids a call now; ``refusal`` is its code, as for leads of the list."""

    code = "call_refused"

    def __init__(self, refusal: str, text: str) -> None:
        super().__init__(text)
        self.refusal = refusal


class SwitchError(WaihuError):
    """The exchange did not do what was asked."""

    code = "switch_error"


class SwitchUnreachable(SwitchError):
    """There is no connection to the exchange."""

    code = "switch_unreachable"
    retryable = True


class SwitchTimeout(SwitchError):
    """The exchange did not answer in time; the command may or may not have been carried out."""

    code = "switch_timeout"


class SwitchRefused(SwitchError):
    """The exchange refused the command."""

    code = "switch_refused"


class LegGone(SwitchError):
    """The leg the command was for is no longer there."""

    code = "leg_gone"


class StoreError(WaihuError):
    """The database did not do what was asked."""

    code = "store_error"


class StoreBusy(StoreError):
    """The database is locked or its queue of writes is full."""

    code = "store_busy"
    retryable = True


class StoreTooOld(StoreError):
    """The schema is not the one this program needs."""

    code = "store_too_old"


class NumberKeyLost(StoreError):
    """The key that numbers on do-not-call lists were hashed with is missing, or is another one."""

    code = "number_key_lost"


class SpeechError(WaihuError):
    """A recogniser did not do what was asked."""

    code = "speech_error"


class NoModel(SpeechError):
    """There is no recogniser for that language."""

    code = "no_model"


class BadModel(SpeechError):
    """A model is missing, damaged, or cannot hear sound of this rate; the message says which, and how to mend it."""

    code = "bad_model"


class SpeechBusy(SpeechError):
    """No recogniser can follow another stream in time."""

    code = "speech_busy"
    retryable = True


class SpeechUnreachable(SpeechError):
    """A recogniser does not answer."""

    code = "speech_unreachable"
    retryable = True


class BadRecording(SpeechError):
    """A recording is missing, cut, or holds no sound; the message says which."""

    code = "bad_recording"


class NotSpoken(WaihuError):
    """A text could not be made into speech: there is no engine, it failed or was too slow, or has too much to do."""

    code = "not_spoken"
    retryable = True


class IllegalTransition(WaihuError):
    """A signal came in a state in which it cannot happen."""

    code = "illegal_transition"

    def __init__(self, state: str, signal: object) -> None:
        super().__init__(f"{type(signal).__name__} cannot happen in state {state}")
        self.state = state
        self.signal = signal


class ExchangeFailed(WaihuError):
    """Asterisk could not be built, configured or started."""

    code = "exchange_failed"


class DeliveryFailed(WaihuError):
    """Another system did not take what it was to be told.

    Attributes:
        answered: It is there, and said no to this one; False: it is away, broken or overloaded.
    """

    code = "delivery_failed"

    def __init__(self, text: str, *, answered: bool = False) -> None:
        super().__init__(text)
        self.answered = answered
