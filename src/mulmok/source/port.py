"""The port every source stands behind.

The contract, so that drivers can stay small:

- `run` delivers until it is cancelled, or until the source is exhausted (then it returns).
- `deliver` comes back only when the rows are on disk. A driver acknowledges to the outside world
  (MQTT ack, HTTP 200, moving a file) after that, never before; a crash in between means the same
  rows come again, which is harmless: readings are idempotent on (channel, at).
- Drivers do not retry, back off or log. They raise `SourceError` and are started again by
  `run/supervise.py`, which also turns their silence into a `SourceStatus`.
- Rows may come in any order and late; bringing them into time order is the pipeline's first stage.
- A driver reads no clock. One that lives in time is handed a `Clock`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Bytes, Instants, Values


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """Readings as one message of the outside world brought them, in the order they came.

    channel  index in the works' channel list, int16 (n,)
    at       instants measured [ns UTC], int64 (n,)
    value    [canonical unit], float64 (n,); missing is NaN
    status   instrument status, uint8 (n,)
    """

    channel: NDArray[np.int16]
    at: Instants
    value: Values
    status: Bytes

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.at)


Deliver = Callable[[Arrival], Awaitable[None]]


class Source(Protocol):
    """A way in; see the contract at the top of this file."""

    async def run(self, deliver: Deliver) -> None:
        """Hand over what arrives until cancelled or exhausted."""
        ...


class Clock(Protocol):
    """Time as the works lives it, handed to sources that need any."""

    def now(self) -> int:
        """Give the present instant [ns UTC]."""
        ...

    async def sleep_until(self, at: int) -> None:
        """Return when `now()` has reached `at` [ns UTC]."""
        ...
