"""Past readings into a new works: what is beyond our clock does not blind it."""

from pathlib import Path

import numpy as np
from crash_child import START

from mulmok.config.load import load_site
from mulmok.model.flag import Reason
from mulmok.model.message import Readings
from mulmok.model.time import DAY, FOREVER, MINUTE
from mulmok.run.build import build_pipeline
from mulmok.run.history import keep_history
from mulmok.store.sqlite import Store

SITE = Path(__file__).parents[3] / "examples/smallest.toml"


def message(*minutes: int) -> Readings:
    count = len(minutes)
    return Readings(
        0, np.ones(count, np.int16), START + MINUTE * np.array(minutes), np.full(count, 7.0),
        np.zeros(count, np.uint8),
    )  # fmt: skip


def test_a_row_of_another_century_in_an_imported_file_is_kept_and_moves_no_time(tmp_path: Path):
    site = load_site(SITE)
    pipeline = build_pipeline(site)
    century = 73 * 365 * DAY // MINUTE
    store = Store.open(tmp_path / "data")
    store.know_channels([channel.id for channel in site.channels])
    kept = keep_history(
        site, pipeline, store, [message(0, 1, 2), message(century)], START + 10 * MINUTE
    )
    with store.query() as query:
        rows = query.rows(site.channels[1].id, 0, FOREVER)
    store.close()
    assert kept.readings == 3
    assert rows.reasons.tolist() == [0, 0, 0, Reason.FUTURE]
    assert kept.state.order.latest == START + 2 * MINUTE
