"""The journal's codes in words a person reads."""

from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.web.cause_words import cause_words

SITE = load_site(Path(__file__).parents[3] / "examples/smallest.toml")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("deadline", "its time had passed"),
        ("command acknowledge by kim", "acknowledged by kim"),
        ("source plc failing connection refused", "source plc fails: connection refused"),
        ("source plc failing", "source plc fails"),
        ("something new", "something new"),
        ("event 20261123T191800Z-nowhere.ph", "event 20261123T191800Z-nowhere.ph"),
        ("reading nowhere.ph=4", "reading nowhere.ph=4"),
    ],
)
def test_a_code_is_said_in_words_and_an_unknown_one_as_it_is(code, words):
    assert str(cause_words(SITE, code)) == words


def test_what_names_a_channel_names_it_as_the_works_does():
    ph = SITE.channel("inlet.ph")
    assert ph is not None
    for code in (
        "reading inlet.ph=4.25",
        "no data inlet.ph",
        "event 20261123T191800Z-inlet.ph",
        "event 20261123T191800Z-inlet.ph-dropout",
    ):
        assert str(ph.title) in str(cause_words(SITE, code))
    assert "4.25" in str(cause_words(SITE, "reading inlet.ph=4.25"))
