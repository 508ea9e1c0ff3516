"""What a watchdog is told."""

import sqlite3
import time
from dataclasses import replace

import pytest

from mulmok.model.errors import StoreError
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.text import text
from mulmok.model.time import HOUR, MINUTE


def test_a_works_that_judges_is_ok_and_tells_the_age_of_its_data(works, stranger):
    works.take(1, 7.0)
    answer = stranger.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert body["judging"] is True
    assert body["store"] == "ok"
    assert body["waiting"] == 0


def test_a_database_of_which_one_page_is_bad_fails_though_readings_are_still_kept(works, kim):
    works.take(1, 7.0)
    path = works.engine.store.path
    with sqlite3.connect(path) as looking:
        looking.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (size,) = looking.execute("PRAGMA page_size").fetchone()
        places = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'event' AND rootpage > 0"
        pages = [page for (page,) in looking.execute(places)]
    looking.close()
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(bytes(range(256)) * (size // 256))
    for _ in range(100):
        kim.get("/")
        if kim.get("/health").status_code == 503:
            break
        time.sleep(0.1)
    works.clock.advance(MINUTE)
    works.take(1, 7.1)
    answer = kim.get("/health")
    assert answer.status_code == 503, "what was damaged once does not mend itself"
    assert answer.json()["status"] == "failing"
    assert "is damaged" in answer.json()["store"]


def test_data_that_grow_old_are_told(works, stranger):
    works.take(1, 7.0)
    stranger.now("/health")
    works.clock.advance(HOUR)
    assert stranger.get("/health").json()["data_age_s"] >= 3600


def test_a_works_that_no_longer_judges_fails(works, stranger):
    works.take(1, 7.0)
    works.engine.writer.stop()
    answer = stranger.get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"


def test_what_ails_the_store_is_said_in_the_works_language_or_the_askers(works, stranger):
    works.take(1, 7.0)
    full = text("{path} is locked by another program; close what has it open", path="m.sqlite")
    works.engine.writer.pulse.failing = StoreError(full)
    asked = {language: {"accept-language": language} for language in ("", "en", "ko")}
    said = {name: stranger.get("/health", headers=header) for name, header in asked.items()}
    assert {answer.status_code for answer in said.values()} == {503}
    assert said["en"].json()["store"] == str(full)
    assert said["ko"].json()["store"].startswith("m.sqlite")
    assert "다른 프로그램" in said["ko"].json()["store"]
    assert said[""].json()["store"] == said["ko"].json()["store"], "the works' own"


def test_it_tells_nothing_of_people_and_values(works, stranger):
    works.take(1, 7.3)
    for path in ("/health", "/metrics"):
        words = stranger.get(path).text
        assert "kim" not in words
        assert "7.3" not in words


def test_the_figures_are_prometheus_text(works, stranger):
    works.take(1, 7.0, 4.0)
    answer = stranger.get("/metrics")
    lines = dict(
        line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")
    )
    assert float(lines["mulmok_readings_total"]) == 2
    assert float(lines['mulmok_alarms{priority="1"}']) == 1
    assert float(lines['mulmok_health{state="ok"}']) == 1
    assert float(lines["mulmok_store_ok"]) == 1


@pytest.mark.parametrize("state", [SourceState.SILENT, SourceState.FAILING])
def test_a_source_not_heard_from_degrades_the_works_and_is_named(works, kim, state):
    works.take(1, 7.0)
    report = SourceStatus(works.clock.now(), "plc", state)
    kim.portal.call(works.engine.report, report)
    answer = kim.get("/health")
    assert answer.status_code == 200, "what does come in may be relied on"
    assert answer.json()["status"] == "degraded"
    assert answer.json()["silent_sources"] == ["plc"]
    assert "mulmok_silent_sources 1.0" in kim.get("/metrics").text
    assert "Not heard from: plc" in kim.now()
    kim.portal.call(works.engine.report, replace(report, state=SourceState.OK))
    assert kim.get("/health").json()["status"] == "ok"


def test_a_works_that_never_heard_anything_has_no_age_of_data(stranger):
    stranger.now("/health")
    assert stranger.get("/health").json()["data_age_s"] is None
    assert "mulmok_data_age_seconds" not in stranger.get("/metrics").text


def test_that_judging_has_stopped_comes_before_everything_else(works, kim):
    works.take(1, 7.0, 4.0)
    works.engine.writer.stop()
    page = kim.now()
    assert "Judging has stopped: what is shown is old" in page
    assert 'look-blind"' in page
    assert 'mulmok_health{state="failing"} 1.0' in kim.get("/metrics").text
