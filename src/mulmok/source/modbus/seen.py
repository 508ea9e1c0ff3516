"""What was last seen of each channel, put into words only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field

from mulmok.model.status import Status
from mulmok.source.modbus.address import BIT_TABLES, Span
from mulmok.source.modbus.decode import Decoded
from mulmok.source.modbus.scan import Turn
from mulmok.source.port import Seen


@dataclass(slots=True)
class Memory:
    """The newest turn of each channel, by its index: the turn, what it showed, when, and the row."""

    _last: dict[int, tuple[Turn, Decoded, int, int]] = field(default_factory=dict)

    def keep(self, turn: Turn, decoded: Decoded, now: int) -> None:
        """Remember a turn."""
        for row, point in enumerate(turn.plan.points):
            self._last[point.index] = turn, decoded, now, row

    def seen(self) -> dict[int, Seen]:
        """Give what was last seen, by index of the channel."""
        return {index: _seen(*kept) for index, kept in self._last.items()}


def _seen(turn: Turn, decoded: Decoded, now: int, row: int) -> Seen:
    point = turn.plan.points[row]
    block = turn.plan.home[point.span]
    raw = _raw(turn, point.span)
    if raw and point.status is not None:
        raw = f"{raw}, status {_raw(turn, point.status.span) or '?'}"
    return Seen(
        place=point.span.place,
        raw=raw,
        number=float(decoded.number[row]),
        value=float(decoded.value[row]),
        status=Status(int(decoded.status[row])),
        at=turn.due[point.index],
        received_at=turn.received[block] or now,
        took=turn.took[block],
    )


def _raw(turn: Turn, span: Span) -> str:
    begin = turn.plan.place[span]
    if not turn.got[begin]:
        return ""
    words = turn.words[begin : begin + span.count].tolist()
    return " ".join(f"{word:d}" if span.table in BIT_TABLES else f"{word:04X}" for word in words)
