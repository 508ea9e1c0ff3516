"""Flags beside a technician's codes: recall and precision, by points and by runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.time import DAY

#: The technician's codes, by what was done to the values.
TYPES = {
    1: "code 1, interpolated",
    2: "code 2, struck out",
    10: "code 10, moved by a constant",
    4: "code 4, kept with a remark",
}
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Series:
    """A channel's readings with the technician's code (0: none), and what was corrected without one."""

    channel: Channel
    at: Instants
    value: Values
    code: NDArray[np.int64]
    drift: Truths

    @property
    def uncoded(self) -> Truths:
        """Rows without a code."""
        return np.equal(self.code, 0)


def runs(rows: Truths) -> list[slice]:
    """Stretches of rows that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False]))))
    return [slice(*pair) for pair in edges.reshape(-1, 2).tolist()]


def share(part: int, whole: int) -> str:
    """Count and percentage."""
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else "none"


def scores(name: str, series: list[Series], flagged: list[Truths]) -> list[tuple[str, str]]:
    """Recall and precision by type, and how many flags were of use at all."""
    both = list(zip(series, flagged, strict=True))
    false = sum(_count(flags & one.uncoded) for one, flags in both)
    figures = []
    for code, words in TYPES.items():
        points = sum(_count(one.code == code) for one in series)
        hits = sum(_count(flags & (one.code == code)) for one, flags in both)
        found = [bool(flags[run].any()) for one, flags in both for run in runs(one.code == code)]
        measured = (
            f"points: recall {share(hits, points)}, precision {share(hits, hits + false)}; "
            f"runs found: {share(sum(found), len(found))}"
        )
        figures.append((f"{name}, {words}", measured))
    drift = share(
        sum(_count(flags & one.drift) for one, flags in both),
        sum(_count(one.drift) for one in series),
    )
    chance = share(
        sum(_count(flags & one.uncoded & ~one.drift) for one, flags in both),
        sum(_count(one.uncoded & ~one.drift) for one in series),
    )
    figures.append(
        (f"{name}, no code, corrected", f"flagged: {drift}; of untouched rows: {chance}")
    )
    return [*figures, *useful(name, series, flagged)]


def useful(name: str, series: list[Series], flagged: list[Truths]) -> list[tuple[str, str]]:
    """How many runs of flags lie at or beside a code, and the other flags by channel."""
    both = list(zip(series, flagged, strict=True))
    right = total = 0
    for one, flags in both:
        near = np.convolve(~one.uncoded, [True, True, True], "same").astype(np.bool_)
        stretches = runs(flags)
        total += len(stretches)
        right += sum(bool(near[run].any()) for run in stretches)
    days = (series[0].at[-1] - series[0].at[0]) / DAY
    words = [
        f"{one.channel.quantity.id} {_count(flags & one.uncoded) / days * 30:.1f}"
        for one, flags in both
    ]
    return [
        (f"{name}, flagged runs at or near a code", share(right, total)),
        (f"{name}, flags without a code in 30 d", ", ".join(words)),
    ]


def _count(rows: Truths) -> int:
    return int(np.count_nonzero(rows))
