"""One connection from its first reading to its failure.

Two ways in, one board: notifications as they come, and at each turn a read of the channels that were
not told of. Whatever fails ends both.
"""

from __future__ import annotations

import asyncio
from typing import cast

import numpy as np

from mulmok.model.text import text
from mulmok.model.time import DAY, NEVER
from mulmok.source.opcua.board import RESTS, Board
from mulmok.source.opcua.credentials import aging
from mulmok.source.opcua.decode import Sample
from mulmok.source.opcua.open_session import open_client, sends_plain_password
from mulmok.source.opcua.plan import Plan
from mulmok.source.opcua.session import Session, quieten
from mulmok.source.opcua.settings import Access
from mulmok.source.opcua.stamp import Clock
from mulmok.source.polling import Polling
from mulmok.source.port import Arrival, Deliver, Setup


class Live:
    """A session with its board.

    is_overheard  whether the password went over the line unencrypted
    """

    def __init__(
        self, setup: Setup, access: Access, session: Session, plan: Plan, *, is_overheard: bool
    ) -> None:
        self._setup = setup
        self._access = access
        self._clock = setup.clock
        self._session = session
        self._plan = plan
        clock = str(setup.settings.get("time", "source"))
        self.board = Board(plan, cast("Clock", clock))
        self.is_overheard = is_overheard
        self._first: list[Arrival] = []
        self._subscribe_at = 0
        self._aged_at = NEVER
        #: Readings go to disk one after the other, in the order in which they were taken.
        self._one_by_one = asyncio.Lock()

    @classmethod
    async def open(cls, setup: Setup, access: Access, plan: Plan) -> Live:
        """Connect. Raises SourceError."""
        quieten()
        client = await open_client(access, setup.beside, setup.clock.now())
        session = Session(client, plan, access, setup.clock)
        return cls(setup, access, session, plan, is_overheard=sends_plain_password(client, access))

    async def listen(self) -> None:
        """Learn what every node shows now. Raises SourceError."""
        self._look_at_certificates()
        await self._session.find_namespaces()
        samples, took = await self._ask(list(range(len(self._plan.nodes))))
        self._first = [self.board.told(samples, self._clock.now(), took)]

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled. Raises SourceError."""
        if self._setup.trial:
            turns = dict.fromkeys(self._plan.points, self._clock.now())
            await _handed([*self._first, self.board.still(turns)], deliver)
            await self._session.watch()
        await _handed(self._first, deliver)
        await self._subscribe(deliver)
        ways = [
            asyncio.create_task(self._session.watch()),
            asyncio.create_task(self._take_turns(deliver)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def close(self) -> None:
        """Leave the server."""
        await self._session.close()

    async def _subscribe(self, deliver: Deliver) -> None:
        async def taken(samples: list[tuple[int, Sample]]) -> None:
            async with self._one_by_one:
                await _handed([self.board.told(samples, self._clock.now())], deliver)
            self._report_lost()

        now = self._clock.now()
        self._subscribe_at = now + RESTS
        nodes = self.board.worth_asking(range(len(self._plan.nodes)), now)
        await self._session.subscribe(nodes, taken)

    def _look_at_certificates(self) -> None:
        """Once a day: a connection may last longer than they do."""
        now = self._clock.now()
        if self._aged_at <= now - DAY:
            self._aged_at = now
            for words in aging(self._access, self._setup.beside, now):
                self._setup.report(words)

    def _report_lost(self) -> None:
        for words in self.board.lost():
            self._setup.report(words)
        lost = self._session.lost()
        if lost:
            self._setup.report(
                text(
                    "{url}: notifications are lost, with the changes in them: {count}",
                    url=self._access.url,
                    count=lost,
                )
            )

    async def _take_turns(self, deliver: Deliver) -> None:
        polling = Polling(self._clock, self._setup.feeding())
        while True:
            turns = await polling.turn()
            self._look_at_certificates()
            asked = self._plan.nodes_of(self.board.unheard(turns))
            samples, took = await self._ask(self.board.worth_asking(asked, self._clock.now()))
            async with self._one_by_one:
                news = self.board.told(samples, self._clock.now(), took)
                await _handed([news, self.board.still(turns)], deliver)
            back = self.board.back()
            # A node that was made anew is another to the server than the one that it monitored.
            await self._session.forget(back)
            if back or (self._session.is_partial and self._clock.now() >= self._subscribe_at):
                await self._subscribe(deliver)

    async def _ask(self, nodes: list[int]) -> tuple[list[tuple[int, Sample]], int]:
        """Read nodes; give what came and how long that took [ns]."""
        if not nodes:
            return [], 1
        asked = self._clock.now()
        samples = await self._session.read(nodes)
        answered = self._clock.now()
        self.board.hear_clock(self._session.server_clock, asked, answered)
        return samples, max(answered - asked, 1)


async def _handed(arrivals: list[Arrival], deliver: Deliver) -> None:
    """Hand over what came at one time as one message."""
    arrival = Arrival(
        np.concatenate([one.channel for one in arrivals]),
        np.concatenate([one.at for one in arrivals]),
        np.concatenate([one.value for one in arrivals]),
        np.concatenate([one.status for one in arrivals]),
    )
    if len(arrival):
        await deliver(arrival)
