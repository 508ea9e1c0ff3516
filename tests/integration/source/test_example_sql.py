"""examples/sql.toml runs against the peer of its driver, as it stands but for the port."""

from __future__ import annotations

from pathlib import Path

from integration.source.pull_peers import lived_beside_its_peer

EXAMPLE = Path(__file__).parents[3] / "examples/sql.toml"


def test_the_example_reads_what_its_peer_shows(tmp_path):
    found, shown = lived_beside_its_peer(EXAMPLE, "sql", tmp_path)
    for channel, rows in found.items():
        assert rows, channel
        for at, value, status in rows:
            assert (value, status) == shown(channel, at), (channel, at)
