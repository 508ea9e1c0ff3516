"""What people say of events is kept beside the journal: the last word holds, the first is not lost."""

from __future__ import annotations

from integration.store.making import START

from mulmok.model.alarm import Refusal
from mulmok.model.judgement import Judgement
from mulmok.model.message import Action, Command
from mulmok.model.text import text
from mulmok.model.time import MINUTE
from mulmok.store.audit import Deed
from mulmok.store.sqlite import Store
from mulmok.store.statements import Statement


def says(action: Action, who: str = "kim", at: int = START, event: str = "e1", **more: str):
    return Command(at, who, action, "", event=event, **more)


def test_the_last_word_on_an_event_comes_first_and_the_others_stay(store: Store):
    first = says(Action.REJECT, why="시험 방류")
    then = says(Action.CONFIRM, "park", START + MINUTE, cause="livestock", why="tanker seen")
    store.write([(first, Judgement()), (then, Judgement())], received_at=START)
    store.write([(says(Action.REJECT, event="e2", why="rain"), Judgement())], received_at=START)
    with store.query() as query:
        said = query.statements(["e1", "e3"])
    assert said == {
        "e1": (
            Statement("e1", START + MINUTE, "park", Action.CONFIRM, "livestock", "tanker seen"),
            Statement("e1", START, "kim", Action.REJECT, "", "시험 방류"),
        )
    }
    assert [word.real for word in said["e1"]] == [True, False]


def test_what_is_said_of_an_event_leaves_a_trace_with_its_cause(store: Store):
    confirmed = says(Action.CONFIRM, cause="livestock", why="tanker seen")
    group = [(confirmed, Judgement()), (says(Action.REJECT, why="rain"), Judgement())]
    store.write(group, received_at=START + 5)
    with store.query() as query:
        assert query.deeds() == [
            Deed(START + 5, "kim", "reject", "e1", "rain"),
            Deed(START + 5, "kim", "confirm", "e1 livestock", "tanker seen"),
        ]


def test_a_command_that_was_refused_says_nothing_of_an_event(store: Store):
    command = says(Action.CONFIRM, cause="acid")
    refused = Judgement(refused=(Refusal(command, text("no")),))
    store.write([(command, refused)], received_at=START)
    with store.query() as query:
        assert query.statements(["e1"]) == {}


def test_a_word_on_an_alarm_is_none_on_an_event(store: Store):
    store.write(
        [(Command(START, "kim", Action.ACKNOWLEDGE, "ph-low"), Judgement())], received_at=START
    )
    with store.query() as query:
        assert query.statements(["", "ph-low"]) == {}
