"""A refused file is an alarm, from its folder to the operator's list, for as long as it lies there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.model.alarm import IsaState
from mulmok.model.engine import Health
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live

SITE = """
[works]
id = "drop"
name = { ko = "받는 곳", en = "Drop" }
zone = "Asia/Seoul"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"

[[source]]
id = "scada"
driver = "files"
folder = "incoming"
poll = "0.05 s"
channels = ["inlet.ph"]
"""


@pytest.fixture
def works(tmp_path: Path) -> Callable[..., None]:
    """Run the works until a condition holds of its engine; then stop it."""
    (tmp_path / "incoming").mkdir()
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    site = load_site(tmp_path / "site.toml")

    def run(*steps: tuple[Callable[[], object], Callable[[Engine], bool]]) -> None:
        engine = Engine.open(site, tmp_path / "data", SystemClock())

        async def serve() -> None:
            for act, holds in steps:
                act()
                async with asyncio.timeout(60):
                    while not holds(engine):  # noqa: ASYNC110 - seen from outside, like a watchdog
                        await asyncio.sleep(0.05)

        try:
            asyncio.run(live(engine, serve))
        finally:
            engine.close()

    return run


def raised(engine: Engine) -> bool:
    states = {view.rule.id: view.state for view in engine.alarm_views()}
    return (
        states["source-scada"] is IsaState.UNACK
        and engine.status().health is Health.DEGRADED
        and engine.status().silent == ("scada",)
    )


def returned(engine: Engine) -> bool:
    states = {view.rule.id: view.state for view in engine.alarm_views()}
    return states["source-scada"] is IsaState.RTNUN and engine.status().health is Health.OK


def test_a_refused_file_is_an_alarm_until_it_is_removed_and_over_a_restart(works, tmp_path: Path):
    incoming = tmp_path / "incoming"
    now = datetime.now(UTC).replace(microsecond=0).isoformat()

    def drop(name: str, content: str) -> Callable[[], object]:
        return lambda: (incoming / name).write_text(content, encoding="utf-8")

    works(
        (drop("bad.csv", "time,inlet.ph\nyesterday,7\n"), raised),
        (
            drop("good.csv", f"time,inlet.ph\n{now},7\n"),
            lambda engine: engine.status().readings == 1,
        ),
        (lambda: None, raised),
    )
    works((lambda: None, raised), ((incoming / "bad.csv").unlink, returned))
