"""Which calls people review: a share of them, chosen by the call's id: nobody can choose, all get the same."""

from hashlib import sha256

_PARTS = 1 << 32


def is_sampled(call_id: str, share: float) -> bool:
    """Say whether a call is one of this share of all calls; of a larger share it is one as well."""
    place = int.from_bytes(sha256(call_id.encode()).digest()[:4], "big") / _PARTS
    return place < share
