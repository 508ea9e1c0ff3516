"""A story: a folder that tells what comes in and what must come out.

    site.toml            the works
    readings.csv         what came in (any readings file mulmok takes), in the order of time
    planted.toml         or what is planted in simulated water (`mulmok_testing.planted`); the site is
                         then `planted.site.toml` beside the folders
    commands.csv         what people did: at,who,action,alarm,why,until, or event,cause for what they
                         said of an event   (may be absent)
    events.jsonl         the events that must come of it
    alarms.jsonl         the alarm transitions that must come of it
    why.md               what the story is for

The four ways in which it is run are in `mulmok_testing.ways`.
`python -m mulmok_testing.story FOLDER...` writes what comes out now, for a person to read and accept.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.judgement import Judgement
from mulmok.model.message import Action, Command, Message, Readings
from mulmok.model.time import parse_instant
from mulmok.run.build import build_pipeline
from mulmok.run.replay import Outcome
from mulmok.source.files.read import read_readings
from mulmok.text.record import event_record, transition_record
from mulmok_testing.planted import FILE as PLANTED
from mulmok_testing.planted import Planted


@dataclass(frozen=True)
class Story:
    """One folder, read."""

    folder: Path
    site: Site
    messages: tuple[Message, ...]
    planted: Planted | None = None

    @classmethod
    def read(cls, folder: Path) -> Story:
        """Read the folder's site, readings and commands."""
        commands = list(_commands(folder / "commands.csv"))
        if (folder / PLANTED).exists():
            site_file = folder.parent / "planted.site.toml"
            site, planted = load_site(site_file), Planted.read(folder, site_file)
            return cls(folder, site, tuple(_merged(planted.readings(site), commands)), planted)
        site = load_site(folder / "site.toml")
        result = read_readings([folder / "readings.csv"], site.channels, zone=None)
        rows = result.rows
        arrived = Readings(0, rows.channel, rows.at, rows.value, rows.status)
        return cls(folder, site, tuple(_merged(arrived, commands)))

    def begun(self) -> tuple[Pipeline, PipelineState]:
        """The works before the story: new, or after its quiet history."""
        pipeline = build_pipeline(self.site)
        return pipeline, self.planted.before(pipeline) if self.planted else pipeline.start()

    def expected(self) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """Events and alarms as the folder has them."""
        events, alarms = (
            [
                json.loads(line)
                for line in (self.folder / name).read_text(encoding="utf-8").splitlines()
            ]
            for name in ("events.jsonl", "alarms.jsonl")
        )
        return events, alarms


def records(outcome: Outcome) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Events and alarms of an outcome in the form of the story's files."""
    return (
        [event_record(event) for event in outcome.events],
        [transition_record(transition) for transition in outcome.in_order()],
    )


def whole(story: Story) -> Outcome:
    """Run the story as few large messages."""
    return fold(story, story.messages)


def fold(story: Story, messages: Iterable[Message]) -> Outcome:
    """Judge messages one after the other."""
    outcome, (pipeline, state) = Outcome(), story.begun()
    for message in messages:
        said: Judgement
        state, said = pipeline.step(state, message)
        outcome.take(said)
    return outcome


def _commands(path: Path) -> Iterator[Command]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Command(
                at=parse_instant(row["at"]),
                who=row["who"],
                action=Action(row["action"]),
                alarm=row.get("alarm") or "",
                why=row.get("why") or "",
                until=parse_instant(row["until"]) if row.get("until") else None,
                event=row.get("event") or "",
                cause=row.get("cause") or "",
            )


def _merged(rows: Readings, commands: list[Command]) -> Iterator[Message]:
    """Readings with the commands between them, where they fell in time."""
    begin = 0
    for command in sorted(commands, key=lambda command: command.at):
        end = int(np.searchsorted(rows.at, command.at, side="right"))
        if end > begin:
            yield part(rows, begin, end)
        yield command
        begin = end
    if begin < len(rows):
        yield part(rows, begin, len(rows))


def part(rows: Readings, begin: int, end: int) -> Readings:
    """Rows `begin` to `end` of a message as a message of their own."""
    return Readings(
        rows.received_at,
        rows.channel[begin:end],
        rows.at[begin:end],
        rows.value[begin:end],
        rows.status[begin:end],
        rows.source,
    )


def _accept(folder: Path) -> None:
    """Write what comes of the story now."""
    for name, lines in zip(
        ("events.jsonl", "alarms.jsonl"), records(whole(Story.read(folder))), strict=True
    ):
        words = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / name).write_text(words, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _accept(Path(name))
