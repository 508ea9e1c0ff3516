"""Rows: one channel as the first page shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmView, IsaState
from mulmok.model.channel import Channel
from mulmok.model.flag import REASON_NAMES, Flag, Reason
from mulmok.model.status import STATUS_NAMES, Status
from mulmok.model.text import Names
from mulmok.model.time import MINUTE
from mulmok.store.query import LatestRow
from mulmok.web.board import Board, undrawn
from mulmok.web.numbers import MISSING, show_value
from mulmok.web.picture import Bar, Spark

#: How each flag is shown; the style sheet has a mark for each.
KINDS = {
    Flag.GOOD: "good",
    Flag.NOT_EVALUATED: "good",
    Flag.SUSPECT: "suspect",
    Flag.FAIL: "bad",
    Flag.MISSING: "missing",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One channel.

    at       instant of the newest reading [ns UTC]; None: never one
    kind     good, suspect, bad, missing
    old      no reading for longer than three intervals
    x        place of the pointer on the bar, None: no value to point at
    band     place and width of the normal band on the bar, None: not known yet
    side     -1 below the band, +1 above, 0 inside or not known
    alarm    the most urgent alarm raised on this channel
    """

    channel: Channel
    at: int | None
    shown: str
    kind: str
    old: bool
    reasons: int
    status: int
    x: float | None
    beyond: bool
    band: tuple[float, float] | None
    band_words: str
    side: int
    alarm: AlarmView | None
    bar: Bar
    spark: Spark

    @property
    def why(self) -> tuple[Names, ...]:
        """Why the reading is not good: the instrument's own word, and the checks that spoke."""
        said = (STATUS_NAMES[Status(self.status)],) if self.status != Status.NORMAL else ()
        checks = (name for reason, name in REASON_NAMES.items() if self.reasons & reason)
        return said + tuple(checks)


def rows_of(site: Site, board: Board) -> tuple[Row, ...]:
    """Every channel, in the order of the site file."""
    alarms: dict[int, AlarmView] = {}
    for view in board.listed:
        if view.state is not IsaState.RTNUN:
            alarms.setdefault(view.rule.channel, view)
    return tuple(
        _row(channel, board, alarms.get(index)) for index, channel in enumerate(site.channels)
    )


def _row(channel: Channel, board: Board, alarm: AlarmView | None) -> Row:
    bar, spark = board.day.get(channel.id) or undrawn(channel)
    latest = board.latest.get(channel.id)
    if latest is None:
        return Row(
            channel,
            None,
            MISSING,
            "missing",
            True,
            0,
            0,
            None,
            False,
            None,
            "",
            0,
            alarm,
            bar,
            spark,
        )
    kind = "missing" if math.isnan(latest.value) else KINDS[Flag(latest.flag)]
    pointed = kind in {"good", "suspect"}
    low, high = latest.low, latest.high
    band = None
    if math.isfinite(low) and math.isfinite(high):
        left, right = bar.scale.place(low), bar.scale.place(high)
        band = (left, round(max(right - left, 1.0), 1))
    return Row(
        channel=channel,
        at=latest.at,
        shown=MISSING if kind == "missing" else show_value(latest.value, channel),
        kind=kind,
        old=board.status.now - latest.at > max(3 * channel.every, 3 * MINUTE),
        reasons=latest.reasons & ~int(Reason.MISSING),
        status=latest.status,
        x=bar.scale.place(latest.value) if pointed else None,
        beyond=pointed and bar.scale.is_beyond(latest.value),
        band=band,
        band_words=f"{show_value(low, channel)} – {show_value(high, channel)}" if band else "",
        side=_side(latest) if pointed else 0,
        alarm=alarm,
        bar=bar,
        spark=spark,
    )


def _side(latest: LatestRow) -> int:
    """Comparisons with NaN are false: an unknown band has no outside."""
    return (latest.value > latest.high) - (latest.value < latest.low)
