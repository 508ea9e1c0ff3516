"""Passwords: argon2 hashes, checked off the event loop (one takes a tenth of a second)."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
#: Longer ones are refused before any work is spent on them [characters].
LONGEST = 256

#: A hash of nothing anybody knows, checked when the name is unknown, so that the time taken does not
#: tell which names exist.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


async def is_password(password: str, kept: str | None) -> bool:
    """Whether `password` belongs to the hash `kept`; None stands for a person nobody knows."""
    if len(password) > LONGEST:
        return False
    return await asyncio.to_thread(_verified, password, kept)


def _verified(password: str, kept: str | None) -> bool:
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
