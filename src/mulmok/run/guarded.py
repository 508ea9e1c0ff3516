"""Judging with a net: a fault in our own code costs a judgement, never a reading.

A message on which the pipeline fails is kept unjudged and flagged so, and judging itself becomes
an alarm. With the next readings that are judged it is well again; the alarm's own off-delay decides
how long it must stay so. All of it follows from the state and the messages, so that a replay of the
journal, and with it a restart, agrees with the past.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from mulmok.judge.pipeline import Pipeline
from mulmok.judge.quality.order import AHEAD, clock_of
from mulmok.judge.stages import PipelineState
from mulmok.model.block import Block
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Judgement
from mulmok.model.message import JUDGING, Message, Readings, SourceState, SourceStatus

_log = logging.getLogger(__name__)


def judge(
    pipeline: Pipeline, state: PipelineState, message: Message, *, channels: int
) -> tuple[PipelineState, Judgement]:
    """Judge one message; on a fault of ours, keep its readings unjudged and say so."""
    try:
        after, said = pipeline.step(state, message)
        return _well_again(pipeline, after, said) if _judged(message, said) else (after, said)
    except Exception as fault:  # noqa: BLE001 - the edge of our own code: a reading outlives our faults
        _log.exception("judging failed; the readings are kept unjudged")
        at = _instant(message)
        report = SourceStatus(at, JUDGING, SourceState.FAILING, f"{type(fault).__name__}: {fault}")
        try:
            state, said = pipeline.step(state, report)
        except Exception:  # noqa: BLE001 - likewise
            _log.exception("the fault of judging could not be made an alarm")
            said = Judgement(upto=at)
        if isinstance(message, Readings):
            said = replace(said, late=unjudged(message, channels))
        return state, said


def _judged(message: Message, said: Judgement) -> bool:
    """Whether readings were judged: only that shows that judging works."""
    return isinstance(message, Readings) and any(len(run.block) for run in said.runs)


def _well_again(
    pipeline: Pipeline, state: PipelineState, said: Judgement
) -> tuple[PipelineState, Judgement]:
    """Take the report of a fault back, where there is one."""
    if not any(JUDGING in names for names in state.alarms.reported):
        return state, said
    state, more = pipeline.step(state, SourceStatus(said.upto, JUDGING, SourceState.OK))
    return state, replace(
        said,
        transitions=said.transitions + more.transitions,
        effects=said.effects + more.effects,
    )


def _instant(message: Message) -> int:
    """How far a message says that time has come; a clock that is ahead says nothing."""
    if isinstance(message, Readings):
        return min(int(message.at.max()), clock_of(message))
    return message.at


def unjudged(message: Readings, channels: int) -> Block:
    """Readings as they came, first of each (channel, at), flagged as not judged."""
    order = np.lexsort((np.arange(len(message)), message.at, message.channel))
    channel, at = message.channel[order], message.at[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (channel[1:] != channel[:-1]) | (at[1:] != at[:-1])
    order = order[first]
    count = len(order)
    bounds = np.searchsorted(message.channel[order], np.arange(channels + 1)).astype(np.int64)
    ahead = message.at[order] - AHEAD > clock_of(message)
    reasons = np.where(ahead, Reason.UNJUDGED | Reason.FUTURE, Reason.UNJUDGED)
    return Block(
        at=message.at[order],
        value=message.value[order],
        flag=np.full(count, Flag.NOT_EVALUATED, np.uint8),
        status=message.status[order],
        reasons=reasons.astype(np.uint32),
        bounds=bounds,
    )
