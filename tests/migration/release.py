"""Writes down what a release leaves behind: `cd tests; python -m migration.release VERSION`.

Run once, when a schema is released; the file it makes is never changed again. It holds a bit of
everything, so that the next version can show it still reads it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from integration.store.making import (
    IDS,
    START,
    effect,
    event,
    judgement,
    minutes,
    readings,
    transition,
)

from mulmok.model.bottle import Bottle
from mulmok.model.instrument import Comparison
from mulmok.model.judgement import Judgement, Load
from mulmok.model.message import Action, Command
from mulmok.model.time import DAY, HOUR
from mulmok.store.audit import Deed
from mulmok.store.people import Person
from mulmok.store.sqlite import Store


def fill(store: Store) -> None:
    """Keep two days of readings, the first of them sealed, and one of everything else."""
    store.know_channels(IDS)
    store.know_configuration("fingerprint", "what judging sees")
    rows = {1: [*minutes(START, 30), (START + 2 * DAY, 7.0)]}
    more = {
        "events": (event(START, START + HOUR),),
        "transitions": (replace(transition(START), who="kim", why="확인"),),
        "loads": (Load("inlet.ph", "hour", START, START + HOUR, 1.0, 1.0, 7.0, 0.5),),
        "effects": (effect(START, "e"),),
    }
    store.write([(readings(rows), judgement(rows, **more))], received_at=START)
    store.save_snapshot("site", 1, b"state")
    store.care(START + 3 * DAY)
    store.people.put(Person("kim", "operator", "$argon2id$"))
    store.people.sign_in("browser", "kim", "csrf", START)
    store.audit(Deed(START, "kim", "sign-in"))
    said = Command(START, "kim", Action.CONFIRM, "", "운전자 통화", event="e1", cause="acid")
    store.write([(said, Judgement())], received_at=START)
    store.compare(Comparison("inlet.ph", START, "park", 7.1, 7.0, START, "완충액"))
    store.keep_bottle(Bottle("sample/inlet/1", "inlet", START, "kim", "냄새", "e1", START, 3, 4.5))


def main() -> None:
    """Write `version-N.sql`."""
    version = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder))
        fill(store)
        lines = [*store.connection.iterdump(), f"PRAGMA user_version = {version};"]
        store.close()
    path = Path(__file__).with_name(f"version-{version}.sql")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
