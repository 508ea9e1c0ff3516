"""The other side of a driver, for a desk without instruments: `mulmok simulate modbus SITE`.

A peer is a real server, client or writer of the protocol that shows simulated instruments where the
site file says the real ones stand. It lives in the driver's folder (`peer.py`), is named by the entry
point group `mulmok.peers` under the driver's name, and is not imported by the driver.
"""

from __future__ import annotations

from typing import Protocol, Self

from mulmok.model.status import Status
from mulmok.source.port import Setup


class Instruments(Protocol):
    """What the simulated instruments of a works show."""

    def show(self, index: int, at: int) -> tuple[float, Status]:
        """Value [canonical unit] and status of a channel, by its index, at an instant [ns UTC].

        NaN where the instrument shows nothing. `Signal.number` gives what it would send.
        """
        ...


class Peer(Protocol):
    """A simulated device, made from the very settings with which the driver would ask it."""

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> Self:
        """Make it; `host` is the address to listen on, for one that listens."""
        ...

    @property
    def place(self) -> str:
        """Where it is to be found: `127.0.0.1:5020`, a folder, a topic."""
        ...

    async def serve(self) -> None:
        """Show the instruments until cancelled. Raises SourceError when it cannot begin."""
        ...
