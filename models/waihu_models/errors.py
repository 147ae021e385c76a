"""The tree of errors. Each class has a stable ``code`` and says whether trying again can help (``retryable``).

WaihuError
├── BadInput              a person or a file gave something unusable; names the place
│   ├── BadNumber         not a phone number that can be dialled
│   ├── BadSettings       a setting is missing, misspelt or out of its range
│   └── BadRulePack       a rule pack cannot be read or cannot hold; names file, line and field
├── NotFound              no such campaign, agent, call …
├── Conflict              somebody else changed it first
├── SwitchError           the exchange did not do what was asked
│   ├── SwitchUnreachable no connection (retryable)
│   ├── SwitchTimeout     no answer in time; the command may or may not have been carried out
│   ├── SwitchRefused     the exchange said no
│   └── LegGone           the leg had already left
├── StoreError            the database did not do what was asked
│   ├── StoreBusy         locked or overloaded (retryable)
│   ├── StoreTooOld       the schema is not the one this program needs: run ``waihu migrate``
│   └── NumberKeyLost     nobody can tell who is on the do-not-call lists: the key of their hashes is missing
├── IllegalTransition     a signal came in a state in which it cannot happen
└── ExchangeFailed        Asterisk could not be built, configured or started
"""

from typing import ClassVar


class WaihuError(Exception):
    """Base of all errors that Waihu raises on purpose."""

    code: ClassVar[str] = "waihu_error"
    retryable: ClassVar[bool] = False


class BadInput(WaihuError):
    """Something given from outside is unusable."""

    code = "bad_input"


class BadNumber(BadInput):
    """Not a phone number that can be dialled."""

    code = "bad_number"


class BadSettings(BadInput):
    """A setting is missing, misspelt or out of its range."""

    code = "bad_settings"


class BadRulePack(BadInput):
    """A rule pack cannot be read, or cannot hold; the message names file, line and field."""

    code = "bad_rule_pack"


class NotFound(WaihuError):
    """What was named does not exist."""

    code = "not_found"


class Conflict(WaihuError):
    """The thing was changed by somebody else in the meantime."""

    code = "conflict"


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
