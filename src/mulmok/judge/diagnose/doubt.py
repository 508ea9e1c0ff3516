"""Doubt: what an instrument shows while it is judged at fault is suspect, and not computed with.

From the instant the fault was known on; what came before stands as it was judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mulmok.model.block import Block
from mulmok.model.finding import Finding
from mulmok.model.flag import RANK, Flag, Reason


@dataclass(frozen=True)
class DoubtState:
    """Faults that are open."""

    faults: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Marks the readings of instruments at fault."""

    name: ClassVar[str] = "doubt"
    version: ClassVar[int] = 2
    state_type: ClassVar[type[DoubtState]] = DoubtState

    def start(self) -> DoubtState:
        """No instrument is at fault."""
        return DoubtState()

    def step(
        self, state: DoubtState, given: tuple[Block, tuple[Finding, ...]]
    ) -> tuple[DoubtState, Block]:
        """Mark the rows of a block after the words that name a fault, up to those that end it."""
        block, findings = given
        if not findings and not state.faults:
            return state, block
        faults = {fault.key: fault for fault in state.faults}
        faults |= {word.key: word for word in findings}
        if len(block):
            block = _marked(block, faults.values())
        return DoubtState(tuple(f for f in faults.values() if f.ended_at is None)), block


def _marked(block: Block, faults: Iterable[Finding]) -> Block:
    flag, reasons = block.flag.copy(), block.reasons.copy()
    for fault in faults:
        rows = block.rows(fault.channel)
        at = block.at[rows]
        doubted = at > fault.at
        if fault.ended_at is not None:
            # The reading that ended it is believed; a word known only later ends it after its instant.
            doubted &= at < fault.ended_at if fault.known_at is None else at <= fault.ended_at
        reasons[rows] |= np.where(doubted, np.uint32(Reason.FAULT), np.uint32(0))
        weaker = doubted & (RANK[flag[rows]] < RANK[Flag.SUSPECT])
        flag[rows] = np.where(weaker, np.uint8(Flag.SUSPECT), flag[rows])
    return block.flagged(flag, reasons)
