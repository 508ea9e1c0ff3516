"""Answers of SensorThings services to units and readings, whatever the answers are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.channels import make_channel
from unit.source.pulled import setup_of

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.time import HOUR, parse_instant
from mulmok.source.answer import Answer
from mulmok.source.batch import Gathering
from mulmok.source.payload import PayloadError
from mulmok.source.sensorthings.decode import observations_of, signal_in_unit
from mulmok.source.sensorthings.plan import Plan, slices
from mulmok.source.signal import Signal

AT = parse_instant("2026-03-01T00:00:00Z")
#: A page as FROST-Server sends it.
GOOD = json.dumps(
    {
        "@iot.nextLink": "http://h/v1.1/Datastreams(1)/Observations?$top=2&$skip=2",
        "value": [
            {
                "@iot.id": 7,
                "@iot.selfLink": "http://h/v1.1/Observations(7)",
                "phenomenonTime": "2026-03-01T09:00:00.000+09:00",
                "resultTime": None,
                "result": 7.12,
                "resultQuality": "0",
                "parameters": {},
            },
            {
                "@iot.id": 8,
                "phenomenonTime": "2026-03-01T00:00:00Z/2026-03-01T00:10:00Z",
                "result": "7.2",
            },
        ],
    }
).encode()


def known(payload: bytes) -> str:
    """What is made of a payload: only ever readings, or a fault of the decoder's own."""
    rows = Gathering()
    try:
        page = observations_of(Answer("http://h/v1.1", payload).document(), 0, Signal(), None, rows)
    except (SourceError, PayloadError):
        return "refused"
    return repr((page, rows))


def test_a_page_is_read_and_part_of_one_is_refused():
    whole = known(GOOD)
    rows = Gathering()
    page = observations_of(json.loads(GOOD), 0, Signal(), None, rows)
    assert (rows.at, rows.value) == ([AT, AT + HOUR // 6], [7.12, 7.2])
    assert page.next.endswith("$skip=2")
    assert {known(GOOD[:end]) for end in range(len(GOOD))} == {"refused"}
    assert known(GOOD + b"\n") == whole
    assert known(GOOD + b"]") == "refused"


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_read_or_refused(payload):
    known(payload)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_spoilt_pages_are_read_or_refused(changes):
    payload = bytearray(GOOD)
    for place, byte in changes:
        payload[place] = byte
    known(bytes(payload))


@given(
    st.fixed_dictionaries(
        {
            name: st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.integers(), max_size=2) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
            for name in ("phenomenonTime", "result", "resultQuality")
        }
    )
)  # fmt: skip
def test_any_observation_is_read_or_said_to_be_wrong(entity):
    rows = Gathering()
    page = observations_of({"value": [entity, 7, None]}, 0, Signal(), {"0": Status.NORMAL}, rows)
    assert len(rows.at) == (page.last is not None)


UNITS = {
    "mS/cm": (1000.0, 0.0),
    "µS/cm": (1.0, 0.0),
    "㎲/㎝": (1.0, 0.0),
}


@pytest.mark.parametrize("symbol", UNITS)
def test_the_unit_of_a_datastream_is_converted(symbol):
    stream = {"unitOfMeasurement": {"name": "x", "symbol": symbol}}
    signal, trouble = signal_in_unit(make_channel("inlet.ec"), {}, Signal(), stream)
    assert trouble is None
    assert signal is not None
    assert (signal.factor, signal.shift) == UNITS[symbol]


@pytest.mark.parametrize(
    "stream", [{}, None, [], {"unitOfMeasurement": None}, {"unitOfMeasurement": {"symbol": 7}}]
)
def test_a_datastream_without_a_unit_asks_for_one_but_for_ph(stream):
    signal, trouble = signal_in_unit(make_channel("inlet.ec"), {}, Signal(), stream)
    assert signal is None
    assert "set unit" in str(trouble)
    signal, trouble = signal_in_unit(make_channel("inlet.ph"), {}, Signal(), stream)
    assert trouble is None
    given_ = Signal(factor=2.0)
    assert signal_in_unit(make_channel("inlet.ec"), {"unit": "mS/cm"}, given_, stream) == (
        given_,
        None,
    )


def test_datastreams_are_named_by_number_or_in_quotes():
    setup = setup_of(
        Path("/nowhere"),
        {"url": "http://h/v1.1/"},
        inlet_ph={"datastream": "12"},
        inlet_ec={"datastream": "o'ne"},
    )
    plan = Plan.of(setup)
    assert plan.stream(0) == "http://h/v1.1/Datastreams(12)"
    assert plan.stream(1) == "http://h/v1.1/Datastreams(%27o%27%27ne%27)"
    assert plan.observations(0, AT, AT + HOUR).endswith(
        "/Observations?$filter=phenomenonTime%20gt%202026-03-01T00%3A00%3A00Z%20and%20"
        "phenomenonTime%20le%202026-03-01T01%3A00%3A00Z&$orderby=phenomenonTime%20asc&$top=1000"
    )


def test_a_long_time_is_parted_and_the_last_part_has_no_end():
    parts = list(slices({0: AT, 1: AT + HOUR}, AT + 2 * HOUR + 1))
    assert parts == [(AT, AT + HOUR), (AT + HOUR, AT + 2 * HOUR), (AT + 2 * HOUR, None)]
    assert list(slices({0: AT}, AT)) == [(AT, None)]
