"""One question to a U-City data server: the request, frame after frame each answered by ACK, EOT.

A frame that came wrong is answered by NAK and expected again, once; what the server makes of a NAK is
not known in public. The ACK says that a frame came whole: what is not on disk is asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.control_bytes import FrameError, Mark
from mulmok.source.conversation import Conversation, SilenceError
from mulmok.source.records import Record
from mulmok.source.ucity.decode import Frame, take

#: Records of one answer, beyond which it is no answer any more, and other bytes. Site choice.
_MOST, _PATIENCE = 50_000, 64
_ANSWER, _MORE = text("answer"), text("further frame or end (EOT)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came; `ended`: EOT came after it."""

    records: tuple[Record, ...] = ()
    ended: bool = True


@dataclass
class Exchange:
    """Questions and answers on one connection, one after the other."""

    line: Conversation
    checked: bool = True

    async def ask(self, request: bytes) -> Answer:
        """Ask. Raises SourceError; the connection is then gone."""
        try:
            await self.line.ready()
            answer = await self._turn(request, wrong=0) or await self._turn(request, wrong=1)
        except BaseException:
            # Whatever comes of this later must not be taken for the answer to the next.
            self.line.drop()
            raise
        if answer is None or not answer.ended:
            self.line.drop()
        if answer is None:
            raise SourceError(
                text("{place} does not send a frame again that came wrong", place=self.line.place)
            )
        return answer

    async def _turn(self, request: bytes, wrong: int) -> Answer | None:
        """Give the answer; None: it ended after a frame that came wrong. `wrong`: those before."""
        await self.line.say(request)
        records, frames, right, before, others = list[Record](), 0, True, wrong, 0
        while len(records) <= _MOST and frames <= _MOST and others < _PATIENCE:
            try:
                heard: Frame | Mark = await self.line.hear(self._take, _MORE if frames else _ANSWER)
            except FrameError as fault:
                if wrong:
                    raise SourceError(
                        text("{place}: {why}, twice", place=self.line.place, why=fault.text)
                    ) from None
                await self.line.settle()
                await self.line.say(bytes([Mark.NAK]))
                wrong, right = wrong + 1, False
                continue
            except SilenceError:
                if not frames or not right:
                    raise
                return Answer(tuple(records), ended=False)
            match heard:
                case Frame():
                    frames, right = frames + 1, True
                    records += heard.records
                    await self.line.say(bytes([Mark.ACK]))
                case Mark.EOT:
                    return None if wrong > before and not right else Answer(tuple(records))
                case Mark.NAK:
                    raise SourceError(
                        text("{place} does not take the request (NAK)", place=self.line.place)
                    )
                case _:
                    others += 1
        raise SourceError(
            text("{place} sends on and on and never {what}", place=self.line.place, what=_MORE)
        )

    def _take(self, data: bytes) -> tuple[Frame | Mark | None, int]:
        return take(data, checked=self.checked)
