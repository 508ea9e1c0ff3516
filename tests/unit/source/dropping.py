"""A folder into which files are dropped, and what its source makes of them."""

from __future__ import annotations

import asyncio

from mulmok.source.files.driver import FilesDriver
from mulmok.source.files.form import Form
from mulmok.source.files.ledger import Ledger

HEAD = "time,inlet.ph,inlet.ec\n"
ROW = "2026-01-01T00:00:00Z,7,700\n"
NEXT = ROW.replace("00:00:00", "00:01:00")


AS_IT_IS = Form()


class Drop:
    def __init__(self, folder, works, form=AS_IT_IS, **more):
        self.arrivals, self.said = [], []
        self.driver = FilesDriver(
            folder,
            works,
            Ledger(folder / "drop.taken"),
            lambda message: self.said.append(str(message)),
            form,
            **more,
        )

    async def deliver(self, arrival):
        self.arrivals.append(arrival)

    def look(self, times=1):
        for _ in range(times):
            asyncio.run(self.driver.look(self.deliver))

    @property
    def values(self):
        return [float(value) for arrival in self.arrivals for value in arrival.value]

    @property
    def trouble(self):
        return None if self.driver.trouble is None else str(self.driver.trouble)
