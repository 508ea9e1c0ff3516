"""Roll-up: many checks, one flag, every reason kept.

The worst mark wins by the precedence of `model.flag.RANK`; each check that found a reading less than
good leaves its bit. Nothing a check said is ever lost, and the value is never touched.
"""

from __future__ import annotations

import numpy as np

from mulmok.model.block import Block, Bytes
from mulmok.model.flag import RANK, Flag, Reason

_NOT_EVALUATED, _GOOD = int(Flag.NOT_EVALUATED), int(Flag.GOOD)


def rolled_up(block: Block, marks: Bytes, reason: int, *, notes: bool = False) -> Block:
    """Give the block with one check's marks taken in.

    notes   the check leaves its bit also where it marked NOT_EVALUATED: a remark, not a doubt
    """
    spoke = marks > _NOT_EVALUATED
    if notes:
        spoke |= marks == _NOT_EVALUATED
    if not spoke.any():
        # The common case, twice as quick: nobody spoke against anything.
        flag = np.where((block.flag == _NOT_EVALUATED) & (marks == _GOOD), marks, block.flag)
        return block.flagged(flag.astype(np.uint8), block.reasons)
    flag = np.where(RANK[marks] > RANK[block.flag], marks, block.flag)
    reasons = block.reasons | np.where(spoke, np.uint32(reason), np.uint32(0))
    return block.flagged(flag, reasons.astype(np.uint32))


def missing(block: Block) -> Block:
    """Give the block with every row without a value flagged MISSING."""
    gone = np.isnan(block.value)
    if not gone.any():
        return block
    flag = np.where(gone, np.uint8(Flag.MISSING), block.flag)
    reasons = block.reasons | np.where(gone, np.uint32(Reason.MISSING), np.uint32(0))
    return block.flagged(flag, reasons.astype(np.uint32))
