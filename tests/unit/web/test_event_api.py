"""Saying what an event was as a program does: signed in, with the session's token, as JSON."""

import pytest
from unit.web.conftest import Browser
from unit.web.test_alarms import commands
from unit.web.works import START, slurry

from mulmok.model.message import Action
from mulmok.model.time import MINUTE

EVENT = slurry(START + 10 * MINUTE, START + 40 * MINUTE)
PATH = f"/api/v1/events/{EVENT.id}"


@pytest.fixture
def seen(works, kim) -> Browser:
    works.keep(EVENT)
    return kim


def say(browser, saying, body, token=None):
    if token is None:
        token = browser.get("/api/v1/session").json()["csrf"]
    return browser.post(f"{PATH}/{saying}", json=body, headers={"X-CSRF-Token": token})


def test_a_session_tells_who_it_is_of(seen):
    body = seen.get("/api/v1/session").json()
    assert (body["name"], body["role"]) == ("kim", "operator")


def test_an_event_is_confirmed_and_the_answer_has_what_was_said(works, seen):
    answer = say(seen, "confirm", {"cause": "slaughterhouse", "why": "seen on site"})
    assert answer.status_code == 200
    said = {
        "action": "confirm", "cause": "slaughterhouse", "who": "kim",
        "at": "2026-03-02T01:00:00Z", "why": "seen on site",
    }  # fmt: skip
    assert answer.json()["said"] == [said]
    (command,) = commands(works)
    assert (command.action, command.event) == (Action.CONFIRM, EVENT.id)
    listed = seen.get("/api/v1/events", params={"start": "2026-03-02T00:00:00+09:00"}).json()
    assert [one["said"] for one in listed["events"]] == [[said]]
    assert seen.get(PATH).json()["said"] == [said]


def test_an_event_is_told_with_what_each_channel_said(seen):
    assert seen.get(PATH).json()["contributions"] == [
        {"channel": "inlet.cod", "change": 1.84, "strength": 12.5},
        {"channel": "inlet.ph", "change": -0.4, "strength": -5.0},
    ]


@pytest.mark.parametrize(
    ("saying", "body", "status", "field"),
    [
        ("confirm", {"cause": "nothing"}, 400, "cause"),
        ("reject", {"why": ""}, 400, "why"),
        ("reject", {"why": "x" * 501}, 400, "why"),
        ("reject", {"because": "x"}, 400, None),
        ("reject", ["x"], 400, None),
        ("reject", {"why": 1}, 400, None),
        ("explain", {"why": "x"}, 404, None),
    ],
)
def test_what_cannot_be_taken_is_refused_and_the_field_named(
    works, seen, saying, body, status, field
):
    answer = say(seen, saying, body)
    assert answer.status_code == status
    assert answer.json()["error"].get("field") == field
    assert commands(works) == []


def test_a_body_that_is_no_json_or_too_large_is_refused(works, seen):
    token = {"X-CSRF-Token": seen.get("/api/v1/session").json()["csrf"]}
    assert seen.post(f"{PATH}/reject", content=b"\xff", headers=token).status_code == 400
    assert seen.post(f"{PATH}/reject", content=b"x" * 20_000, headers=token).status_code == 413
    assert commands(works) == []


@pytest.mark.parametrize("token", ["", "00" * 64, "no token"])
def test_without_the_session_s_token_nothing_is_taken(works, seen, token):
    assert say(seen, "reject", {"why": "x"}, token).status_code == 403
    assert commands(works) == []


def test_a_viewer_may_not(works, seen, app):
    with Browser(app, headers={"accept-language": "en"}) as lee:
        lee.sign_in("lee")
        refused = say(lee, "reject", {"why": "x"})
    assert refused.status_code == 403
    assert "only operators" in refused.json()["error"]["message"]
    assert commands(works) == []


def test_the_token_of_a_logger_says_nothing(works, stranger, push_headers):
    works.keep(EVENT)
    assert (
        stranger.post(f"{PATH}/reject", json={"why": "x"}, headers=push_headers).status_code == 403
    )
    assert commands(works) == []


def test_an_event_that_never_was_is_told(seen):
    assert seen.get("/api/v1/events/e9").status_code == 404
