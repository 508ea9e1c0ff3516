"""Tokens with which programs push: the works' own opens all channels, a source's opens its own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.config.site import Site


@dataclass(frozen=True)
class Pusher:
    """A program that may push.

    source    id of the source whose token it has; "": the works' own
    channels  indices it may push, int16; None: all
    """

    source: str = ""
    channels: NDArray[np.int16] | None = None

    def beside(self, other: Pusher | None) -> Pusher:
        """Give one that may push what either may: they have the same token."""
        if other is None:
            return self
        if other.channels is None or self.channels is None:
            return Pusher()
        both = np.concatenate([other.channels, self.channels])
        return Pusher(f"{other.source}, {self.source}", both)

    def foreign(self, channel: NDArray[np.int16]) -> int | None:
        """Give the first channel of a batch that it may not push; None when it may all."""
        if self.channels is None:
            return None
        others = channel[~np.isin(channel, self.channels)]
        return int(others[0]) if len(others) else None


@dataclass(frozen=True)
class Tokens:
    """Hashes of the tokens there are; the tokens themselves are not kept."""

    known: tuple[tuple[bytes, Pusher], ...] = ()

    @classmethod
    def of(cls, site: Site, token: str | None, of_sources: Mapping[str, str]) -> Tokens:
        """Take the works' own token and those of sources, by their id."""
        index = {channel.id: place for place, channel in enumerate(site.channels)}
        known = {digest(token): Pusher()} if token else {}
        for spec in site.sources:
            if spec.id in of_sources:
                members = np.array([index[name] for name in spec.channels], np.int16)
                given = digest(of_sources[spec.id])
                known[given] = Pusher(spec.id, members).beside(known.get(given))
        return cls(tuple(known.items()))

    def __bool__(self) -> bool:
        """Whether anybody may push at all."""
        return bool(self.known)

    def pusher(self, authorization: str) -> Pusher | None:
        """Give who has the token of an Authorization header; None: nobody.

        Each hash is compared in full, whichever fits: how long it takes tells nothing.
        """
        scheme, _, token = authorization.partition(" ")
        given, found = digest(token.strip()), None
        for known, pusher in self.known:
            if hmac.compare_digest(given, known) and found is None:
                found = pusher
        return found if scheme.lower() == "bearer" else None


def digest(token: str) -> bytes:
    """Give the SHA-256 of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
