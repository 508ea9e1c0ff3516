"""Noise as a pure function of (seed, stream, counter): no generator, no state, no order.

Counters are put through the finaliser of SplitMix64 [1]_. A normal deviate is the sum of the four
16-bit words of the hash: exact in every environment, and never beyond 3.5 standard deviations.

References
----------
.. [1] G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators,"
   OOPSLA 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants, Values

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_WORD = np.uint64(0xFFFF)
#: Standard deviation of the sum of four uniform 16-bit words.
_SPREAD = (4 * (65_536.0**2 - 1) / 12) ** 0.5
_MEAN = 2.0 * 65_535.0


@dataclass(frozen=True, slots=True)
class Chance:
    """A stream of noise of its own for each name."""

    seed: int

    def _hash(self, name: str, counter: Instants) -> NDArray[np.uint64]:
        salt = blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        x = counter.astype(np.uint64) * _GOLDEN + np.uint64(int.from_bytes(salt, "little"))
        x = (x ^ (x >> np.uint64(30))) * _MIX1
        x = (x ^ (x >> np.uint64(27))) * _MIX2
        return x ^ (x >> np.uint64(31))

    def uniform(self, name: str, counter: Instants) -> Values:
        """Uniform in [0, 1)."""
        return (self._hash(name, counter) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normal(self, name: str, counter: Instants) -> Values:
        """Mean 0, standard deviation 1."""
        x = self._hash(name, counter)
        total = x & _WORD
        for shift in (16, 32, 48):
            total = total + ((x >> np.uint64(shift)) & _WORD)
        return (total.astype(np.float64) - _MEAN) / _SPREAD

    def smooth(self, name: str, at: Instants, period: int) -> Values:
        """Noise without steps: normal deviates every `period` [ns], eased into one another."""
        knot = at // period
        share = (at - knot * period) / period
        ease = share * share * (3.0 - 2.0 * share)
        return self.normal(name, knot) * (1.0 - ease) + self.normal(name, knot + 1) * ease

    def pick(self, name: str, counter: int, count: int) -> int:
        """One of `count` choices."""
        return int(self.uniform(name, np.array([counter], np.int64))[0] * count)
