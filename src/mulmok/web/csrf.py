"""CSRF tokens: every form carries one that only the session it belongs to can have been given.

Before sign-in there is no session; then a random cookie stands for it. In the page a token is masked
anew each time, so that compressed pages tell nothing of it (BREACH).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

_SIZE = 32


def masked(secret: str) -> str:
    """Give the token of a session's secret, in one of its many forms."""
    pad = secrets.token_bytes(_SIZE)
    return (pad + _xor(pad, _token(secret))).hex()


def is_token(secret: str, given: str) -> bool:
    """Whether `given` is one of the forms of the secret's token."""
    try:
        both = bytes.fromhex(given)
    except ValueError:
        return False
    if len(both) != 2 * _SIZE:
        return False
    return hmac.compare_digest(_xor(both[:_SIZE], both[_SIZE:]), _token(secret))


def _token(secret: str) -> bytes:
    return hashlib.sha256(b"mulmok csrf " + secret.encode()).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
