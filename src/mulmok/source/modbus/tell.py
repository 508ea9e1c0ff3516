"""From what a turn brought to what a person must see to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mulmok.model.text import Text
from mulmok.source.modbus.decode import Decoded, in_other_orders
from mulmok.source.modbus.faults import Faults, refused, unknown_status, unlikely
from mulmok.source.modbus.scan import Turn

#: So often in a row a number must be all but zero before that is odd. Noise about a true zero may
#: now and then look like another number turned. Site choice.
_TINY_AGAIN = 3


@dataclass
class Teller:
    """Keeps the faults of channels as each turn shows them."""

    faults: Faults
    _tiny: Counter[int] = field(default_factory=Counter)

    def tell(self, turn: Turn, decoded: Decoded) -> None:
        """Note what is wrong with the channels of a turn, and that it is no more where all is well."""
        found = self._found(turn, decoded)
        known = self.faults.channels
        if known:
            for row, point in enumerate(turn.plan.points):
                # What was not read at all says nothing new of the channel.
                if decoded.read[row] and point.index in known:
                    del known[point.index]
        known.update(found)

    def _found(self, turn: Turn, decoded: Decoded) -> dict[int, Text]:
        points, found = turn.plan.points, dict[int, Text]()
        if turn.refused:
            for point in points:
                for span in point.needs():
                    if span in turn.refused:
                        found.setdefault(point.index, refused(point, span, turn.refused[span]))
        for row in decoded.unknown:
            point = points[row]
            if point.status is not None:
                word = int(turn.words[turn.plan.place[point.status.span]])
                found[point.index] = unknown_status(point, point.status.code(word))
        self._count_tiny(turn, decoded)
        for row in (*decoded.odd, *decoded.tiny):
            point, begin = points[row], turn.plan.place[points[row].span]
            words = turn.words[begin : begin + point.span.count].tolist()
            others = dict(in_other_orders(point, words))
            lasting = others and self._tiny[point.index] >= _TINY_AGAIN
            if row in decoded.odd or lasting:
                number, value = float(decoded.number[row]), float(decoded.value[row])
                found[point.index] = unlikely(point, number, value, others)
        return found

    def _count_tiny(self, turn: Turn, decoded: Decoded) -> None:
        again = {turn.plan.points[row].index for row in decoded.tiny}
        for index in turn.due if self._tiny else ():
            if index not in again:
                del self._tiny[index]
        self._tiny.update(again)
