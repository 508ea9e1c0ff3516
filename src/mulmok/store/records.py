"""Writes what came of a message into the tables, inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Block
from mulmok.model.judgement import Expectation, Judgement
from mulmok.store.codec import effect_to_bytes, event_to_bytes
from mulmok.store.sql import queries


@dataclass(frozen=True)
class Recorder:
    """Knows the connection and the channels' keys."""

    connection: sqlite3.Connection
    keys: NDArray[np.int64]
    ids: list[str]

    def record(self, said: Judgement, seq: int) -> None:
        """Write everything a judgement says."""
        for run in said.runs:
            if len(run.block):
                self._rows(run.block, run.expectation)
        if said.late is not None:
            self._rows(said.late, None)
        execute = self.connection.executemany
        if said.transitions:
            execute(
                queries()["add_transition"],
                [
                    (
                        change.alarm,
                        change.at,
                        change.known_at,
                        change.before.value,
                        change.after.value,
                        change.priority,
                        change.cause,
                        seq,
                    )
                    for change in said.transitions
                ],
            )
        if said.events:
            execute(
                queries()["set_event"],
                [(e.id, e.detected_at, e.ended_at, event_to_bytes(e)) for e in said.events],
            )
        if said.loads:
            execute(
                queries()["set_load"],
                [
                    (d.channel, d.period, d.start, d.end, d.mass, d.rate, d.mean, d.coverage)
                    for d in said.loads
                ],
            )
        if said.effects:
            execute(
                queries()["ask_effect"],
                [(effect.key, effect_to_bytes(effect), effect.at) for effect in said.effects],
            )

    def _rows(self, block: Block, expectation: Expectation | None) -> None:
        rows = self._columns(block, expectation)
        self.connection.executemany(queries()["add_row"], rows)
        ends = [
            int(block.bounds[c + 1]) - 1
            for c in range(block.channels)
            if block.bounds[c + 1] > block.bounds[c]
        ]
        self.connection.executemany(queries()["set_latest"], [rows[end] for end in ends])

    def _columns(
        self, block: Block, expectation: Expectation | None
    ) -> list[tuple[object, ...]]:
        """Rows as tuples; SQLite turns NaN into NULL by itself."""
        nothing = [None] * len(block)
        low = nothing if expectation is None else expectation.low.tolist()
        high = nothing if expectation is None else expectation.high.tolist()
        return list(
            zip(
                self.keys[block.channel_of_rows()].tolist(),
                block.at.tolist(),
                block.value.tolist(),
                block.flag.tolist(),
                block.status.tolist(),
                block.reasons.tolist(),
                low,
                high,
                strict=True,
            )
        )
