"""Keeps groups of messages and says which are on disk; killed by the test, at any moment."""

from __future__ import annotations

import sys
from pathlib import Path

from integration.store.making import IDS, START, effect, judgement, readings, transition

from mulmok.model.judgement import Judgement
from mulmok.model.message import Message
from mulmok.model.time import MINUTE
from mulmok.store.sqlite import Store

#: Messages in each group.
SIZE = 4


def group(number: int) -> list[tuple[Message, Judgement]]:
    """Make the messages of group `number`, each with a reading of both channels and an alarm."""
    out: list[tuple[Message, Judgement]] = []
    for one in range(number * SIZE, (number + 1) * SIZE):
        at = START + one * MINUTE
        rows = {0: [(at, float(one))], 1: [(at, one / 100)]}
        more = {"transitions": (transition(at),), "effects": (effect(at, f"e{one}"),)}
        out.append((readings(rows), judgement(rows, **more)))
    return out


def main() -> None:
    """Go on after the last group there is, for ever."""
    store = Store.open(Path(sys.argv[1]))
    store.know_channels(IDS)
    number = store.last_seq() // SIZE
    while True:
        store.write(group(number), received_at=START)
        print(number, flush=True)
        number += 1
        if number % 16 == 0:
            store.save_snapshot("site", store.last_seq(), bytes(50_000))
            store.care(START + number * SIZE * MINUTE * 40)


if __name__ == "__main__":
    main()
