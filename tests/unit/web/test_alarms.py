"""What an operator does to an alarm, and what is left of it in the journal."""

import pytest
from unit.web.conftest import Browser

from mulmok.model.alarm import IsaState
from mulmok.model.message import Action, Command
from mulmok.model.time import HOUR


@pytest.fixture
def ringing(works, kim):
    """An alarm that rings, and an operator before it."""
    works.take(1, 7.1, 7.1, 4.2, 4.1)
    return kim


def state(works, alarm="ph-low"):
    return next(v.state for v in works.engine.alarm_views() if v.rule.id == alarm)


def commands(works):
    return [m for _, m in works.engine.store.journal(0) if isinstance(m, Command)]


def test_an_alarm_that_rings_stands_first_on_the_first_page(ringing):
    page = ringing.now()
    assert "pH low" in page
    assert "unacknowledged" in page
    assert 'role="alert"' not in page


def test_acknowledging_changes_its_state_and_says_who(works, ringing):
    assert ringing.act("ph-low", "acknowledge").status_code == 303
    assert state(works) is IsaState.ACKED
    (command,) = commands(works)
    assert (command.who, command.action, command.alarm) == ("kim", Action.ACKNOWLEDGE, "ph-low")


def test_acknowledging_twice_changes_nothing_and_says_so(works, ringing):
    ringing.act("ph-low", "acknowledge")
    again = ringing.act("ph-low", "acknowledge")
    assert again.status_code == 409
    assert "nothing changed" in again.text
    assert state(works) is IsaState.ACKED


def test_shelving_wants_a_reason(works, ringing):
    refused = ringing.act("ph-low", "shelve", minutes="60")
    assert refused.status_code == 400
    assert "say why" in refused.text
    assert state(works) is IsaState.UNACK


@pytest.mark.parametrize("minutes", ["", "0", "-5", "7", "100000", "ten", "²"])
def test_shelving_wants_one_of_the_offered_times(works, ringing, minutes):
    refused = ringing.act("ph-low", "shelve", minutes=minutes, why="cleaning")
    assert refused.status_code == 400
    assert "how long" in refused.text
    assert state(works) is IsaState.UNACK


def test_shelving_keeps_the_reason_and_the_end(works, ringing):
    assert ringing.act("ph-low", "shelve", minutes="60", why="probe is cleaned").status_code == 303
    assert state(works) is IsaState.SHLVD
    (command,) = commands(works)
    assert command.why == "probe is cleaned"
    assert command.until is not None
    assert (command.until - command.at) / 60e9 == 60
    page = ringing.now("/alarms")
    assert "probe is cleaned" in page


def test_unshelving_brings_it_back(works, ringing):
    ringing.act("ph-low", "shelve", minutes="60", why="cleaning")
    assert ringing.act("ph-low", "unshelve").status_code == 303
    assert state(works) is IsaState.UNACK


def test_a_viewer_looks_and_does_not_touch(works, ringing, app):
    with Browser(app, follow_redirects=False, headers={"accept-language": "en"}) as lee:
        lee.sign_in("lee")
        page = lee.now()
        assert "pH low" in page
        assert "/alarms/ph-low/acknowledge" not in page
        refused = lee.act("ph-low", "acknowledge")
    assert refused.status_code == 403
    assert "only operators" in refused.text
    assert state(works) is IsaState.UNACK


def test_nobody_acts_for_another_s_session(works, ringing, app):
    with Browser(app, follow_redirects=False) as other:
        other.sign_in("kim")
        theirs = other.token("/")
    answer = ringing.post("/alarms/ph-low/acknowledge", data={"csrf": theirs, "next": "/"})
    assert answer.status_code == 403
    assert state(works) is IsaState.UNACK


def test_a_stranger_acts_on_nothing(works, ringing, app):
    with Browser(app, follow_redirects=False) as nobody:
        answer = nobody.post("/alarms/ph-low/acknowledge", data={"next": "/"})
    assert answer.headers["location"] == "/sign-in"
    assert state(works) is IsaState.UNACK


@pytest.mark.parametrize("path", ["/alarms/no-such/acknowledge", "/alarms/ph-low/silence"])
def test_what_is_not_there_is_not_acted_on(ringing, path):
    form = {"csrf": ringing.token("/"), "next": "/"}
    assert ringing.post(path, data=form).status_code == 404


def test_a_script_gets_the_parts_anew(ringing):
    form = {"csrf": ringing.token("/"), "next": "/"}
    parts = ringing.post("/alarms/ph-low/acknowledge", data=form, headers={"hx-request": "true"})
    assert parts.status_code == 200
    assert "<html" not in parts.text
    assert "unacknowledged" not in parts.text


def test_the_journal_of_changes_says_why_an_alarm_was_hidden(works, ringing):
    ringing.act("ph-low", "shelve", minutes="60", why="tanker <unloads>")
    assert "shelved by kim: tanker &lt;unloads&gt;" in ringing.get("/alarms").text


def test_who_signed_in_and_what_they_asked_for_is_noted(works, ringing):
    ringing.act("ph-low", "acknowledge")
    ringing.act("ph-low", "acknowledge")
    with works.engine.query() as query:
        assert [(deed.who, deed.action, deed.about) for deed in query.deeds(3)] == [
            ("kim", "acknowledge.refused", "ph-low"),
            ("kim", "acknowledge", "ph-low"),
            ("kim", "sign-in", ""),
        ]


def test_the_journal_of_changes_is_told_in_words(works, ringing):
    ringing.act("ph-low", "acknowledge")
    page = ringing.get("/alarms").text
    assert "acknowledged by kim" in page
    assert "at 4.2" in page
    ringing.post("/language", data={"csrf": ringing.token("/"), "language": "ko", "next": "/"})
    page = ringing.get("/alarms").text
    assert "확인: kim" in page
    assert "command acknowledge" not in page


def test_a_reason_of_spaces_is_none(works, ringing):
    assert ringing.act("ph-low", "shelve", minutes="60", why="  ").status_code == 400
    assert state(works) is IsaState.UNACK
    assert commands(works) == []


def test_shelving_again_gives_another_end_and_reason(works, ringing):
    ringing.act("ph-low", "shelve", minutes="30", why="cleaning")
    assert ringing.act("ph-low", "shelve", minutes="60", why="still").status_code == 303
    (view,) = (view for view in works.engine.alarm_views() if view.rule.id == "ph-low")
    assert (view.suppressed_by, view.suppressed_why) == ("kim", "still")
    assert view.shelved_until == works.clock.now() + HOUR


def test_unshelving_what_is_not_shelved_changes_nothing_and_says_so(works, ringing):
    answer = ringing.act("ph-low", "unshelve")
    assert answer.status_code == 409
    assert "nothing changed" in answer.text
    assert state(works) is IsaState.UNACK


def test_a_shelf_ends_by_itself_and_the_alarm_rings_again(works, ringing):
    ringing.act("ph-low", "shelve", minutes="30", why="cleaning")
    works.clock.advance(HOUR)
    works.take(1, 4.0)
    assert state(works) is IsaState.UNACK
    assert "unacknowledged" in ringing.now()


def test_a_reason_is_text_and_never_markup(ringing):
    ringing.act("ph-low", "shelve", minutes="30", why="<script>alert(1)</script>")
    page = ringing.get("/alarms").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_refusal_reaches_the_eyes_of_whoever_pressed_the_button(ringing):
    form = {"csrf": ringing.token("/"), "next": "/", "minutes": "30", "why": " "}
    script = {"hx-request": "true"}
    told = ringing.post("/alarms/ph-low/shelve", data=form, headers=script)
    assert told.status_code == 400
    assert 'id="main"' in told.text
    assert "say why" in told.text
    # The pages' script drops an error's body unless it is told where to put it.
    assert '"code": "[45]..", "swap": true, "error": true, "target": "#main"' in ringing.now()
