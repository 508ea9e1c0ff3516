"""What is logged is read by the people of the works: it is in their language."""

from __future__ import annotations

import io
import itertools
import logging

import pytest

from mulmok.model.alarm import ISA_NAMES, IsaState
from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.text.logged import InLanguage

NUMBER = itertools.count()
REFUSED = SourceError(
    text("the folder {folder} cannot be read: {reason}", folder="in", reason="Permission denied")
)


def logged(language: str, message: object, *arguments: object) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(InLanguage(language))
    log = logging.getLogger(f"mulmok.test.{next(NUMBER)}")
    log.propagate = False
    log.addHandler(handler)
    log.warning(message, *arguments)
    return out.getvalue()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "plc: the folder in cannot be read: Permission denied\n"),
        ("ko", "plc: 폴더 in을(를) 읽을 수 없습니다: Permission denied\n"),
    ],
)
def test_an_error_and_its_text_are_said_in_the_language(language: str, said: str):
    assert logged(language, "%s: %s", "plc", REFUSED) == said
    assert logged(language, "%s: %s", "plc", REFUSED.text) == said


def test_a_whole_message_is_said_in_the_language_with_what_is_in_it():
    words = text("{source} waits for the disk: {why}", source="plc", why=REFUSED.text)
    assert logged("ko", words).startswith("plc이(가) 디스크를 기다립니다: 폴더 in")
    alarm = text(
        "alarm {alarm} is {state} (priority {priority}) since {time}: {cause}",
        alarm="ph-low",
        state=ISA_NAMES[IsaState.UNACK],
        priority=1,
        time="2026-01-05T00:00:00Z",
        cause="reading inlet.ph=4.2",
    )
    assert logged("ko", alarm) == (
        "경보 ph-low: 미확인 경보 (우선순위 1), 2026-01-05T00:00:00Z부터: reading inlet.ph=4.2\n"
    )


def test_a_plain_message_is_left_alone():
    assert logged("ko", "%s took %d ms, 100%%", "it", 5) == "it took 5 ms, 100%\n"
    assert logged("ko", "100 %") == "100 %\n"
