"""Both Korean code sets in both directions, and every word a file may say."""

from __future__ import annotations

import pytest

from mulmok.model.status import (
    RIVER_DETAIL,
    RIVER_NETWORK,
    TMS_LOGGER,
    TO_RIVER_NETWORK,
    TO_TMS_LOGGER,
    Status,
    parse_status,
)


def test_the_network_has_a_code_for_every_status_and_back():
    assert set(TO_RIVER_NETWORK) == set(Status)
    for status, code in TO_RIVER_NETWORK.items():
        assert RIVER_NETWORK[code] is status
    assert len(RIVER_NETWORK) == len(Status)


def test_the_logger_is_told_every_status_and_its_own_come_back_unchanged():
    assert set(TO_TMS_LOGGER) == set(Status)
    assert set(TO_TMS_LOGGER.values()) == set(TMS_LOGGER) == set("0123456")
    for code, status in TMS_LOGGER.items():
        assert TO_TMS_LOGGER[status] == code


def test_a_status_the_logger_lacks_is_told_by_one_of_the_same_worth():
    assert TMS_LOGGER[TO_TMS_LOGGER[Status.POWER_FAIL]] is Status.DEVICE_FAULT
    assert TMS_LOGGER[TO_TMS_LOGGER[Status.TRIAL]] is Status.MAINTENANCE
    assert TMS_LOGGER[TO_TMS_LOGGER[Status.RESENT]] is Status.NORMAL


@pytest.mark.parametrize("codes", [TMS_LOGGER, RIVER_NETWORK, RIVER_DETAIL])
def test_every_code_of_a_set_is_understood(codes: dict[str, Status]):
    for code, status in codes.items():
        assert parse_status(code) is status
        assert parse_status(f" {code.lower()} ") is status


def test_every_name_is_understood_in_any_case_and_nothing_said_is_normal():
    for status in Status:
        assert parse_status(status.name.lower()) is status
        assert parse_status(str(status.value)) is status
    assert parse_status(" ") is Status.NORMAL


@pytest.mark.parametrize("word", ["10", "-1", "B9", "A", "OK", "정상"])
def test_a_word_of_neither_set_is_refused_with_what_would_do(word: str):
    with pytest.raises(
        ValueError, match=f'"{word}": want one of NORMAL STOPPED .* or a code 0 to 9'
    ):
        parse_status(word)
