"""Passwords of trunks and phones as they lie in the store: sealed with a key that lies beside it, not in it.

Whoever gets hold of a copy of the database alone cannot call at our cost. AES-256-GCM; what a password is for is
sealed with it, so that a row cannot be given the password of another one.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from waihu.store.number_key import NumberKey
from waihu_models.errors import NumberKeyLost

_NONCE_BYTES = 12
_PURPOSE = "sealed passwords"


def seal(key: NumberKey, password: str, about: str) -> str:
    """Return a password as it may be stored; "" stays "".

    Args:
        key: That of the do-not-call lists; one of its own is made from it.
        password: In clear.
        about: What it is for, ``trunk north``; has to be the same when it is opened.
    """
    if not password:
        return ""
    nonce = os.urandom(_NONCE_BYTES)
    closed = AESGCM(key.derived(_PURPOSE)).encrypt(nonce, password.encode(), about.encode())
    return base64.b64encode(nonce + closed).decode()


def unseal(key: NumberKey, sealed: str, about: str) -> str:
    """Return a password in clear.

    Raises:
        NumberKeyLost: it was sealed with another key, or for something else.
    """
    if not sealed:
        return ""
    try:
        raw = base64.b64decode(sealed, validate=True)
        opened = AESGCM(key.derived(_PURPOSE)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise NumberKeyLost(
            f"the password of {about} cannot be opened with this key: give the password anew"
        ) from error
    return opened.decode()
