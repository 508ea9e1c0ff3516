"""Sessions: who is signed in. The browser has a random token, the store only its hash."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from mulmok.model.errors import StoreError
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND
from mulmok.store.people import Session
from mulmok.web.port import Engine
from mulmok.web.reading import ask
from mulmok.web.roles import Role, Visitor

#: A session ends so long after its last use, and so long after its beginning whatever its use [ns of
#: the machine's clock]. Site choice: a shift and its handover; a week.
IDLE = 12 * HOUR
ABSOLUTE = 7 * DAY
#: A use is noted at most so often, and a session looked up at most so often [ns].
_NOTE_EVERY = 5 * MINUTE
_LOOK_EVERY = 5 * SECOND
#: Sessions remembered between looks.
_ROOM = 2_000


@dataclass
class Sessions:
    """Begins, knows and ends sessions.

    machine_now   the machine's clock [ns UTC]: people live in real time, whatever the works does
    """

    engine: Engine
    machine_now: Callable[[], int]
    _known: dict[str, tuple[int, Session]] = field(default_factory=dict)

    async def begin(self, name: str) -> str:
        """Give the token of a new session. Raises StoreError."""
        token, csrf, now = secrets.token_urlsafe(32), secrets.token_hex(16), self.machine_now()
        await self.engine.perform(lambda store: store.people.sign_in(token, name, csrf, now))
        return token

    async def end(self, token: str) -> None:
        """Revoke a session. Raises StoreError."""
        self._known.pop(token, None)
        await self.engine.perform(lambda store: store.people.sign_out(token))

    async def visitor(self, token: str | None) -> Visitor | None:
        """Who comes with a token; None when it is unknown, or its time is over. Raises StoreError."""
        if not token:
            return None
        now = self.machine_now()
        session = await self._session(token, now)
        if session is None:
            return None
        if now - session.seen_at > IDLE or now - session.created_at > ABSOLUTE:
            await self.end(token)
            return None
        if now - session.seen_at > _NOTE_EVERY:
            await self._note(token, now)
        return Visitor(session.person, Role(session.role), session.csrf)

    async def _session(self, token: str, now: int) -> Session | None:
        looked, session = self._known.get(token, (0, None))
        if session is None or now - looked > _LOOK_EVERY:
            session = await ask(self.engine, lambda query: query.session(token))
            self._known.pop(token, None)
            if session is not None:
                self._known[token] = (now, session)
            while len(self._known) > _ROOM:
                del self._known[next(iter(self._known))]
        return session

    async def _note(self, token: str, now: int) -> None:
        self._known.pop(token, None)
        try:
            await self.engine.perform(lambda store: store.people.seen(token, now))
        except StoreError:
            # A full disk must not keep anybody from reading the pages; /health tells of it.
            return
