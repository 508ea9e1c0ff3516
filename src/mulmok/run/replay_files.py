"""`mulmok replay`: readings files in, `events.jsonl`, `alarms.jsonl` and `flags.parquet` out.

The files appear together, at the end, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from mulmok.config.site import Site
from mulmok.model.block import Block
from mulmok.model.flag import Flag, spoken
from mulmok.model.message import Readings
from mulmok.model.status import Status
from mulmok.run.build import build_pipeline
from mulmok.run.outputs import Outputs
from mulmok.run.replay import Outcome, judgements
from mulmok.text.record import event_record, transition_record, write_lines

_SCHEMA = pa.schema(
    [
        ("time", pa.timestamp("ns", tz="UTC")),
        ("channel", pa.dictionary(pa.int16(), pa.string())),
        ("value", pa.float64()),
        ("status", pa.dictionary(pa.int8(), pa.string())),
        ("flag", pa.uint8()),
        ("reasons", pa.dictionary(pa.int16(), pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a replay came to; `mulmok replay --json` prints it."""

    readings: int
    missing: int
    good: int
    suspect: int
    failed: int
    late: int
    duplicates: int
    conflicts: int
    events: int
    warnings: int
    alarms: int
    transitions: int

    def as_json(self) -> dict[str, int]:
        """Give the figures by name."""
        return asdict(self)


def replay_files(
    site: Site,
    messages: Iterable[Readings],
    out: Path | None,
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Judge `messages` under `site` and write the contract's files into `out`.

    progress is called with the number of readings judged so far. Raises InputError when `out` is no
    folder to write to, MulmokError when the disk refuses later; then `out` is as it was.
    """
    counts = np.zeros(256, dtype=np.int64)
    outcome, seen = Outcome(), 0
    with Outputs(out) as outputs:
        flags = outputs.parquet("flags.parquet", _SCHEMA) if outputs.path else None
        for said in judgements(build_pipeline(site), messages, len(site.channels)):
            outcome.take(said)
            late = [] if said.late is None else [said.late]
            for block in [*(run.block for run in said.runs), *late]:
                counts += np.bincount(block.flag, minlength=256)
                seen += len(block)
                if flags is not None:
                    flags.write_table(_flag_table(site, block))
            progress(seen)
        if outputs.path:
            write_lines(outputs.path / "events.jsonl", map(event_record, outcome.events))
            write_lines(outputs.path / "alarms.jsonl", map(transition_record, outcome.in_order()))
    events = outcome.events
    return Summary(
        readings=seen,
        missing=int(counts[Flag.MISSING]),
        good=int(counts[Flag.GOOD]),
        suspect=int(counts[Flag.SUSPECT]),
        failed=int(counts[Flag.FAIL]),
        late=outcome.late,
        duplicates=outcome.duplicates,
        conflicts=outcome.conflicts,
        events=len(events),
        warnings=sum(event.warned_at is not None for event in events),
        alarms=len({transition.alarm for transition in outcome.transitions}),
        transitions=len(outcome.transitions),
    )


def _flag_table(site: Site, block: Block) -> pa.Table:
    """Rows of a block as the contract's flag table."""
    bits, index = np.unique(block.reasons, return_inverse=True)
    names = [spoken(int(word)) for word in bits]
    return pa.Table.from_arrays(
        [
            pa.array(block.at, pa.timestamp("ns", tz="UTC")),
            pa.DictionaryArray.from_arrays(
                block.channel_of_rows().astype(np.int16), [channel.id for channel in site.channels]
            ),
            pa.array(block.value, from_pandas=True),
            pa.DictionaryArray.from_arrays(
                block.status.astype(np.int8), [status.name for status in Status]
            ),
            pa.array(block.flag),
            pa.DictionaryArray.from_arrays(index.astype(np.int16), names),
        ],
        schema=_SCHEMA,
    )
