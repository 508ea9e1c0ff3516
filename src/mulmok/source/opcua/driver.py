"""Readings from an OPC UA server: told of changes, and asked where nothing changes.

The OPC UA library takes a third of a second to import, so it is imported when a run begins: a site
file is checked, and a works without OPC UA run, without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mulmok.model.text import Text, text
from mulmok.source.opcua.board import Board
from mulmok.source.opcua.plan import Plan
from mulmok.source.opcua.settings import SETTINGS, Access, faults
from mulmok.source.port import Deliver, Seen, Setup
from mulmok.source.settings import Given, SettingKey


class OpcuaDriver:
    """One server; what the readings of its nodes are is said in `board`."""

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    # A server tells of changes while we are there, and at each turn what stands now: what it showed
    # while nobody was there cannot be had later.
    momentary: ClassVar[bool] = True
    told: ClassVar[bool] = True

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._access = Access.of(setup.settings)
        self._plan = Plan.of(setup)
        self._board: Board | None = None
        self._warned = False

    @classmethod
    def build(cls, setup: Setup) -> OpcuaDriver:
        """Make it from checked settings; nothing is opened yet."""
        return cls(setup)

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterable[tuple[str, Text]]:
        """Say what does not go together."""
        return faults(settings)

    @property
    def trouble(self) -> Text | None:
        """Nodes that are not there or not understood, and a clock that is off; None: all is well."""
        return None if self._board is None else self._board.trouble

    def seen(self) -> Mapping[int, Seen]:
        """Give what last came of each channel."""
        return {} if self._board is None else self._board.seen

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled. Raises SourceError."""
        from mulmok.source.opcua.live import Live  # noqa: PLC0415 - see above

        live = await Live.open(self._setup, self._access, self._plan)
        try:
            await live.listen()
            # What was wrong before stands until it is known what is wrong now.
            self._board = live.board
            if live.is_overheard and not self._warned:
                self._warned = True
                self._setup.report(
                    text(
                        "{url}: the password goes over the line unencrypted: give it security",
                        url=self._access.url,
                    )
                )
            await live.run(deliver)
        finally:
            await live.close()
