"""Status: what the instrument says of itself, and values that are not there.

A value sent with a communication failure is missing, whatever number came with it. While an
instrument is stopped, calibrated, maintained or broken, what it shows is not the water: the value
stays visible and is never computed with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mulmok.model.block import Block, Bytes
from mulmok.model.channel import Channel
from mulmok.model.flag import Flag, Reason
from mulmok.model.status import Status

_MARK = np.full(256, Flag.FAIL, np.uint8)
_MARK[[Status.NORMAL, Status.RESENT]] = Flag.GOOD
_MARK[Status.TRIAL] = Flag.SUSPECT
_MARK[Status.COMM_FAIL] = Flag.MISSING


@dataclass(frozen=True)
class StatusState:
    """Nothing is remembered."""


@dataclass(frozen=True)
class StatusCheck:
    """Marks each reading by its instrument's status word."""

    name: ClassVar[str] = "status"
    version: ClassVar[int] = 1
    reason: ClassVar[Reason] = Reason.STATUS
    state_type: ClassVar[type[StatusState]] = StatusState

    @classmethod
    def for_channels(cls, _: tuple[Channel, ...]) -> StatusCheck:
        """Make the check; it has no settings."""
        return cls()

    def start(self) -> StatusState:
        """Nothing to remember."""
        return StatusState()

    def step(self, state: StatusState, block: Block) -> tuple[StatusState, Bytes]:
        """Mark a block."""
        return state, _MARK[block.status]
