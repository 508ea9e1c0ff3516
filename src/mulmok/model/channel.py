"""Channel: one measured quantity at one place of a works."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.quantity import Quantity
from mulmok.model.text import Names

#: A reading stands for so many intervals; what lies further apart has a silence between. Site choice:
#: two lost readings are a hiccup.
INTERVALS = 3


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured quantity at one place, e.g. `inlet.nh4_n`.

    All numbers are in the canonical unit of the quantity; the check settings are the quantity's
    defaults unless the site file said otherwise.
    """

    id: str
    quantity: Quantity
    #: Nominal interval between readings [ns].
    every: int
    #: Measuring range of the instrument [canonical unit].
    low: float
    high: float
    #: Smallest step the instrument shows [canonical unit].
    resolution: float
    #: Largest believable change [canonical unit per minute]; inf: not checked.
    rate_limit: float
    #: Spike check: how many robust deviations from the running median.
    spike_deviations: float
    #: Flat line: suspect, then fail, after so long without a change beyond the resolution [ns].
    flat_suspect: int
    flat_fail: int
    name: Names | None = None

    @property
    def silence(self) -> int:
        """Two readings further apart than this [ns] say nothing about the time between them."""
        return INTERVALS * self.every

    @property
    def place(self) -> str:
        """Where it stands: the id up to the last dot (`inlet` of `inlet.nh4_n`)."""
        return self.id.rpartition(".")[0]

    @property
    def title(self) -> Names:
        """Name shown to people: the site file's, else the quantity's."""
        return self.name or self.quantity.name
