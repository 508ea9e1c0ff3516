"""The one thread that judges and writes.

It takes what has arrived, judges it, and commits journal, readings, alarms and effects in one
transaction; only then are senders told. If the commit fails, the state of before is kept, senders
hear why, and nothing has happened.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.errors import StoreError
from mulmok.model.judgement import Judgement
from mulmok.model.message import Message, Tick
from mulmok.model.text import text
from mulmok.model.time import MINUTE, SECOND
from mulmok.run.build import dump_state
from mulmok.run.clock import Clock, stopwatch
from mulmok.run.guarded import judge
from mulmok.run.joining import Waiting, together
from mulmok.store.sqlite import Store

_log = logging.getLogger(__name__)

#: How many waiting messages share one commit at most.
_GROUP = 256
#: The machine's time between ticks, between snapshots and between looks at housekeeping [ns].
_TICK_EVERY = SECOND
_SNAPSHOT_EVERY = 5 * MINUTE
_HOUSEKEEPING_EVERY = 2 * SECOND
#: Journal entries after which a snapshot is due before its time: a restart has no more to replay.
#: Site choice: some seconds of judging.
SNAPSHOT_AFTER = 20_000
#: Event time by which ticks stay behind the clock, so that a reading under way is not overtaken.
#: Site choice.
TICK_GRACE = 5 * SECOND


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a message: its place in the journal and what it brought about."""

    seq: int
    judgement: Judgement


@dataclass(slots=True)
class Pulse:
    """What the writer tells about itself; read by other threads, written only by the writer."""

    #: The machine's monotonic time of the last turn of the loop [ns].
    turned: int = 0
    #: Event time judged so far [ns UTC].
    upto: int = 0
    #: Why the last commit failed, or None.
    failing: StoreError | None = None
    readings: int = 0
    commits: int = 0
    #: Duration of the last judge-and-commit [ns].
    took: int = 0


@dataclass
class Writer:
    """Owns the pipeline's state and the store's writing connection."""

    pipeline: Pipeline
    state: PipelineState
    store: Store
    clock: Clock
    key: str
    channels: int
    published: Callable[[Judgement], None]
    snapshot_after: int = SNAPSHOT_AFTER
    pulse: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        """Prepare the thread; nothing runs yet."""
        self._inbox: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mulmok-writer")
        self._in_hand: list[Waiting] = []
        self._ended = threading.Event()
        self._tick: Tick | None = None
        self._seq = self.store.last_seq()
        self._snapshot_seq = self._seq

    def start(self) -> None:
        """Begin to take messages."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what has been taken, write a snapshot, and end."""
        self._stop.set()
        self._inbox.put(Waiting(None, None, Future()))
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How many messages wait to be judged."""
        return self._inbox.qsize()

    def submit(self, message: Message, *, joins: bool = False) -> Future[object]:
        """Hand a message over; the future gives `Committed` once it is on disk, or StoreError.

        joins   of readings: they may become one message with others that wait, whose `Committed` is
                then all of theirs. Fifty devices that are read in one instant are judged once
        """
        return self._hand_over(Waiting(message, None, Future(), joins))

    def perform(self, work: Callable[[Store], object]) -> Future[object]:
        """Have `work` done with the writing connection, between commits."""
        return self._hand_over(Waiting(None, work, Future()))

    def _hand_over(self, waiting: Waiting) -> Future[object]:
        self._inbox.put(waiting)
        if self._ended.is_set():
            self._turn_away()
        return waiting.done

    def _run(self) -> None:
        try:
            self._turn_until_stopped()
        except BaseException as fault:  # noqa: BLE001 - whatever it was, the waiting hear of it
            _log.critical("the writer has ended", exc_info=True)
            self.pulse.failing = _ended(fault)
        finally:
            self._ended.set()
            self._turn_away()

    def _turn_away(self) -> None:
        """Tell all who wait that nobody will come."""
        waiting = self._in_hand + self._take(0)
        while waiting:
            for each in waiting:
                if not each.done.done():
                    each.done.set_exception(self.pulse.failing or _ended("stopped"))
            waiting = self._take(0)

    def _turn_until_stopped(self) -> None:
        next_tick = next_snapshot = next_care = stopwatch()
        next_snapshot += _SNAPSHOT_EVERY
        while True:
            group = self._in_hand = self._take(max(next_tick - stopwatch(), 0) / SECOND)
            self.pulse.turned = stopwatch()
            for waiting in group:
                if waiting.work is not None:
                    self._perform(waiting)
            self._judge_and_commit([waiting for waiting in group if waiting.message is not None])
            now = stopwatch()
            if now >= next_tick:
                next_tick = now + _TICK_EVERY
                self._advance()
            if now >= next_snapshot or self._seq - self._snapshot_seq >= self.snapshot_after:
                next_snapshot = now + _SNAPSHOT_EVERY
                self._guard(self._write_snapshot)
            if now >= next_care and self._inbox.empty():
                next_care = now + _HOUSEKEEPING_EVERY
                self._guard(lambda: self.store.care(self.clock.now()) > 0)
                if self.pulse.failing is not None:
                    # The only way to find out that the store takes again what it is given.
                    self._guard(lambda: self._write_snapshot(anyway=True))
            if self._stop.is_set() and self._inbox.empty():
                break
        self._guard(self._write_snapshot)

    def _take(self, patience_s: float) -> list[Waiting]:
        try:
            group = [
                self._inbox.get(timeout=patience_s) if patience_s else self._inbox.get_nowait()
            ]
        except queue.Empty:
            return []
        while len(group) < _GROUP:
            try:
                group.append(self._inbox.get_nowait())
            except queue.Empty:
                break
        # One whose sender has gone before its turn is dropped; from here on none can go.
        return [waiting for waiting in group if waiting.done.set_running_or_notify_cancel()]

    def _judge_and_commit(self, group: list[Waiting]) -> None:
        if not group:
            return
        begun = stopwatch()
        # A quiet tick is journaled only when something follows it: until then the last one stands
        # for all (law of ticks).
        parts = together(group)
        messages = [message for message, _ in parts]
        silent = [self._tick] if self._tick is not None else []
        state, said = self.state, []
        for message in messages:
            state, judgement = judge(self.pipeline, state, message, channels=self.channels)
            said.append(judgement)
        pairs = [(tick, Judgement()) for tick in silent] + list(zip(messages, said, strict=True))
        try:
            seqs = self.store.write(pairs, received_at=self.clock.now())[len(silent) :]
        except StoreError as error:
            self.pulse.failing = error
            for waiting in group:
                waiting.done.set_exception(error)
            return
        self.state, self._tick, self._seq = state, None, seqs[-1]
        self.pulse.failing = None
        self.pulse.commits += 1
        self.pulse.took = stopwatch() - begun
        for (_, senders), seq, judgement in zip(parts, seqs, said, strict=True):
            self.pulse.upto = max(self.pulse.upto, judgement.upto)
            self.pulse.readings += sum(len(run.block) for run in judgement.runs)
            for sender in senders:
                sender.done.set_result(Committed(seq, judgement))
            self.published(judgement)

    def _advance(self) -> None:
        """Let event time go on without readings."""
        tick = Tick(self.clock.now() - TICK_GRACE)
        state, said = judge(self.pipeline, self.state, tick, channels=self.channels)
        if said.transitions or said.loads or said.events or said.findings or said.effects:
            try:
                self._seq = self.store.write([(tick, said)], received_at=self.clock.now())[-1]
            except StoreError as error:
                self.pulse.failing = error
                return
            self._tick, self.pulse.failing = None, None
            self.published(said)
        else:
            self._tick = tick
        self.state = state
        self.pulse.upto = max(self.pulse.upto, said.upto)

    def _write_snapshot(self, *, anyway: bool = False) -> bool:
        # A quiet tick the journal does not know is in the state too, and may be: ticks change only
        # how soon something is known.
        if self._seq == self._snapshot_seq and self._tick is None and not anyway:
            return False
        body = dump_state(self.pipeline, self.state)
        self.store.save_snapshot(self.key, self._seq, body)
        self._snapshot_seq = self._seq
        return True

    def _guard(self, act: Callable[[], bool]) -> None:
        """Write something; `act` tells whether there was anything to write."""
        try:
            if act():
                self.pulse.failing = None
        except StoreError as error:
            self.pulse.failing = error
            _log.error("%s", error)

    def _perform(self, waiting: Waiting) -> None:
        if waiting.work is None:
            return
        try:
            waiting.done.set_result(waiting.work(self.store))
        except Exception as error:  # noqa: BLE001 - the asker gets it
            waiting.done.set_exception(error)


def _ended(why: object) -> StoreError:
    return StoreError(
        text("mulmok has stopped judging and keeping ({why}): start it again", why=str(why))
    )
