"""The journal's codes in words a person reads."""

from dataclasses import replace
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.model.alarm import IsaState, Transition
from mulmok.model.time import MINUTE
from mulmok.text.catalog import render
from mulmok.web.cause_words import cause_words

SITE = load_site(Path(__file__).parents[3] / "examples/smallest.toml")
PH = SITE.channels[SITE.channels.index(SITE.channel("inlet.ph"))]
RULE = SITE.alarms[0]


def change(cause, before=IsaState.UNACK, after=IsaState.RTNUN, alarm=RULE.id):
    return Transition(alarm, 0, 0, before, after, 1, cause)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("command acknowledge by kim", "acknowledged by kim"),
        ("source plc failing connection refused", "source plc fails: connection refused"),
        ("source plc failing", "source plc fails"),
        ("something new", "something new"),
        ("event 20261123T191800Z-nowhere.ph", "event 20261123T191800Z-nowhere.ph"),
        ("reading nowhere.ph=4", "reading nowhere.ph=4"),
    ],
)
def test_a_code_is_said_in_words_and_an_unknown_one_as_it_is(code, words):
    assert str(cause_words(SITE, change(code))) == words


def test_what_names_a_channel_names_it_as_the_works_does():
    for code in (
        "reading inlet.ph=4.25",
        "no data inlet.ph",
        "event 20261123T191800Z-inlet.ph",
        "event 20261123T191800Z-inlet.ph-dropout",
    ):
        assert str(PH.title) in str(cause_words(SITE, change(code)))


def test_the_value_that_passed_a_limit_is_not_rounded_onto_it():
    # The probe shows hundredths; the alarm's limit may lie closer.
    assert str(cause_words(SITE, change("reading inlet.ph=4.9996"))).endswith("at 4.9996")


def test_a_channel_id_with_dashes_is_known_in_an_event_s_id():
    dashed = replace(PH, id="inlet-2.ph-a", name=None)
    plain = replace(PH, id="inlet-2.ph")
    site = replace(SITE, channels=(plain, dashed))
    for tail in ("", "-dropout"):
        said = cause_words(site, change(f"event 20261123T191800Z-inlet-2.ph-a{tail}"))
        assert str(said) == f"event that began at {dashed.title}"
    said = cause_words(site, change("event 20261123T191800Z-inlet-2.ph-stuck"))
    assert str(said) == f"event that began at {plain.title}"


def test_a_deadline_says_which_time_was_over():
    rule = replace(RULE, off_delay=5 * MINUTE)
    site = replace(SITE, alarms=(rule,))
    assert str(cause_words(site, change("deadline"))) == "normal again for 5 min"
    shelved = change("deadline", IsaState.SHLVD, IsaState.NORM)
    assert str(cause_words(site, shelved)) == "its time on the shelf was over"
    gone = change("deadline", alarm="no longer there")
    assert str(cause_words(site, gone)) == "a delay was over"


def test_an_event_of_a_place_is_named_by_the_place():
    said = cause_words(SITE, change("event 20261123T191800Z-inlet"))
    assert render(said, "en") == "event that began at Inlet"
    assert render(said, "ko") == "유입에서 시작된 사건"
