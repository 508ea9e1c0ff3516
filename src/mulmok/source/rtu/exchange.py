"""One question to a sewer RTU and its answer: ENQ, ACK, request, answer, ACK, EOT.

A frame that came wrong is answered by NAK and expected again, once. What is not said of the protocol
in public is taken as it comes: an answer in several frames, or none before EOT.

The ACK says that a frame came whole. It takes nothing from the RTU: what is not on disk is asked for
again by its time.
"""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.control_bytes import FrameError, Mark
from mulmok.source.conversation import Conversation, SilenceError
from mulmok.source.records import Record
from mulmok.source.rtu.commands import Checksum
from mulmok.source.rtu.decode import MOST_RECORDS, Frame, take

#: Records of one answer, beyond which it is no answer any more. Site choice.
_MOST = 50_000
#: Control bytes and frames that may come where another is awaited.
_PATIENCE = 64
_ANSWER, _EOT = text("answer"), text("end of transmission (EOT)")
_READY = text("acknowledgement (ACK)")


class RefusedError(SourceError):
    """The RTU says NAK to a request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came.

    full   one frame with no room for another record: there may be more than it could tell
    ended  EOT came after it
    """

    records: tuple[Record, ...] = ()
    full: bool = False
    ended: bool = True


@dataclass
class Exchange:
    """Questions and answers on one connection, one after the other.

    site  what must stand in the answers; "": anything may
    """

    line: Conversation
    checksum: str = Checksum.WHOLE
    site: str = ""

    async def ask(self, request: bytes) -> Answer:
        """Ask. Raises SourceError; the connection is then gone, unless it is a refusal."""
        try:
            await self.line.ready()
            answer = await self._turn(request, wrong=0) or await self._turn(request, wrong=1)
        except RefusedError:
            raise
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
        await self._begin()
        await self.line.say(request)
        return await self._answer(wrong)

    async def _begin(self) -> None:
        await self.line.say(bytes([Mark.ENQ]))
        wrong = 0
        for _ in range(_PATIENCE):
            try:
                heard = await self.line.hear(self._take, _READY)
            except FrameError as fault:
                wrong = await self._wrong(wrong, fault, Mark.ENQ)
                continue
            if heard is Mark.ACK:
                return
            if heard is Mark.NAK:
                raise SourceError(
                    text("{place} does not want to be asked now (NAK)", place=self.line.place)
                )
        raise self._confused(_READY)

    async def _answer(self, wrong: int) -> Answer | None:
        """Give the answer; None: it ended after a frame that came wrong. `wrong`: those before."""
        records, frames, before, taken = list[Record](), 0, wrong, False
        for _ in range(_PATIENCE + _MOST):
            try:
                heard: Frame | Mark = await self.line.hear(self._take, _EOT if frames else _ANSWER)
                self._check(heard)
            except FrameError as fault:
                wrong = await self._wrong(wrong, fault, Mark.NAK)
                continue
            except SilenceError:
                if not frames and not taken:
                    raise
                return Answer(tuple(records), frames == 1 and _full(records), ended=False)
            match heard:
                case Frame():
                    frames += 1
                    records += heard.records
                    await self.line.say(bytes([Mark.ACK]))
                case Mark.ACK:
                    taken = True
                case Mark.EOT:
                    if wrong > before and not frames:
                        return None
                    return Answer(tuple(records), frames == 1 and _full(records))
                case Mark.NAK:
                    raise RefusedError(
                        text("{place} does not take the request (NAK)", place=self.line.place)
                    )
            if len(records) > _MOST:
                break
        raise self._confused(_EOT)

    async def _wrong(self, wrong: int, fault: FrameError, reply: Mark) -> int:
        """Say that something came wrong, and count it. Raises SourceError when it has happened before."""
        if wrong:
            raise SourceError(
                text("{place}: {why}, twice", place=self.line.place, why=fault.text)
            ) from None
        await self.line.settle()
        await self.line.say(bytes([reply]))
        return wrong + 1

    def _take(self, data: bytes) -> tuple[Frame | Mark | None, int]:
        return take(data, self.checksum)

    def _check(self, heard: Frame | Mark) -> None:
        """Raise FrameError when an answer is another site's."""
        if isinstance(heard, Frame) and self.site and heard.site != self.site:
            raise FrameError(
                text('the answer is of the site "{have}", not "{want}"', have=heard.site, want=self.site)
            )  # fmt: skip

    def _confused(self, what: Text) -> SourceError:
        return SourceError(
            text("{place} sends on and on and never {what}", place=self.line.place, what=what)
        )


def _full(records: list[Record]) -> bool:
    return len(records) >= MOST_RECORDS
