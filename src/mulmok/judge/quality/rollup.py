"""Roll-up: many checks, one flag, every reason kept.

The worst mark wins by the precedence of `model.flag.RANK`; each check that found a reading less than
good leaves its bit. Nothing a check said is ever lost, and the value is never touched.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from mulmok.model.block import Block, Bytes
from mulmok.model.flag import RANK, Flag, Reason

_NOT_EVALUATED = int(Flag.NOT_EVALUATED)


def rolled_up(block: Block, marks: Bytes, reason: int, *, notes: bool = False) -> Block:
    """Give the block with one check's marks taken in.

    notes   the check leaves its bit also where it marked NOT_EVALUATED: a remark, not a doubt
    """
    flag = np.empty(len(block), np.uint8)
    least = _NOT_EVALUATED if notes else _NOT_EVALUATED + 1
    if not _worse(block.flag, marks, RANK, least, flag):
        return block.flagged(flag, block.reasons)
    reasons = np.empty(len(block), np.uint32)
    _noted(block.reasons, marks, np.uint32(reason), least, reasons)
    return block.flagged(flag, reasons)


def missing(block: Block) -> Block:
    """Give the block with every row without a value flagged MISSING."""
    gone = np.isnan(block.value)
    if not gone.any():
        return block
    flag = np.where(gone, np.uint8(Flag.MISSING), block.flag)
    reasons = block.reasons | np.where(gone, np.uint32(Reason.MISSING), np.uint32(0))
    return block.flagged(flag, reasons.astype(np.uint32))


@njit(cache=True, nogil=True)
def _worse(flag, marks, rank, least, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Take the worse of flag and mark; tell whether any mark speaks against its reading."""
    spoke = False
    for row in range(len(flag)):
        mark = marks[row]
        out[row] = mark if rank[mark] > rank[flag[row]] else flag[row]
        spoke |= mark >= least
    return spoke


@njit(cache=True, nogil=True)
def _noted(reasons, marks, reason, least, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for row in range(len(marks)):
        out[row] = reasons[row] | reason if marks[row] >= least else reasons[row]
