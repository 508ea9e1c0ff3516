"""What a watchdog is told."""

from mulmok.model.time import HOUR


def test_a_works_that_judges_is_ok_and_tells_the_age_of_its_data(works, stranger):
    works.take(1, 7.0)
    answer = stranger.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert body["judging"] is True
    assert body["store"] == "ok"
    assert body["waiting"] == 0


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
