"""OPC UA without a server: names of nodes, and what stands in them."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.opcua_samples import NO_COMM, T0, good, point

from mulmok.model.status import Status
from mulmok.model.time import MINUTE
from mulmok.source.opcua.board import Board
from mulmok.source.opcua.decode import Sample, decoded, said
from mulmok.source.opcua.node_name import NodeNameError, parse_node, write_node
from mulmok.source.opcua.plan import Node, Plan
from mulmok.source.opcua.status_code import SHOWN, has_lost, is_bad, judged

# Names of nodes


@pytest.mark.parametrize(
    ("words", "numbered"),
    [
        ("ns=2;s=Inlet.pH", "ns=2;s=Inlet.pH"),
        ('ns=3;s="DB1"."a;b=c"', 'ns=3;s="DB1"."a;b=c"'),
        ("i=2258", "ns=0;i=2258"),
        ("nsu=urn:plc;i=7", "ns=2;i=7"),
        ("nsu=urn:odd%3Bname%25;s=x", "ns=3;s=x"),
        ("nsu=urn:else;s=x", None),
        ("ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a", "ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a"),
        ("ns=1;b=AQID", "ns=1;b=AQID"),
    ],
)  # fmt: skip
def test_a_node_is_named_as_opc_ua_names_it(words: str, numbered: str | None):
    uris = ["http://opcfoundation.org/UA/", "urn:server", "urn:plc", "urn:odd;name%"]
    assert parse_node(words).numbered(uris) == numbered


@pytest.mark.parametrize(
    "words",
    ["", "pH", "ns=2", "ns=2;", "ns=x;s=a", "ns=70000;s=a", "s=", "ns=2;i=x", "i=4294967296", "nsu=;s=a", "g=12", "b=*", "ns=²;i=1", "ns=2;i=²"],
)  # fmt: skip
def test_what_is_no_node_is_told_with_what_one_looks_like(words: str):
    with pytest.raises(NodeNameError, match="want a node id such as"):
        parse_node(words)


@given(st.text(max_size=40))
def test_any_text_is_a_node_or_told_to_be_none(words: str):
    with contextlib.suppress(NodeNameError):
        parse_node(words)


@given(st.text(alphabet="abc;%=3B", min_size=1), st.text(alphabet="ab;=%", min_size=1))
def test_a_name_that_is_written_is_read_as_the_same(uri: str, identifier: str):
    uris = ["http://opcfoundation.org/UA/", "urn:server", uri]
    assert parse_node(write_node(f"s={identifier}", 2, uris)).numbered(uris) == (
        f"ns={uris.index(uri)};s={identifier}"
    )


# What stands in a node


@pytest.mark.parametrize(
    ("value", "element", "number"),
    [
        (7.1, None, 7.1), (7, None, 7.0), (True, None, 1.0), (" 7.1 ", None, 7.1), ("1e3", None, 1000.0),
        ([1, 2.5], 1, 2.5), (["4"], 0, 4.0), (math.inf, None, math.inf),
    ],
)  # fmt: skip
def test_a_number_is_read_in_whatever_form_it_stands(value, element, number):
    have = decoded(point(element), good(value))
    assert (have.number, have.status, have.trouble) == (number, Status.NORMAL, None)


@pytest.mark.parametrize(
    ("value", "element", "says"),
    [
        ("n/a", None, '"n/a" (Double) is no number'),
        ("1_0", None, '"1_0" (Double) is no number'),
        ("nan", None, '"nan" (Double) is no number'),
        (b"\x01", None, "is no number"),
        (10**400, None, "is no number"),
        ([1, 2], None, "an array of 2: name one with element"),
        ([1, 2], 2, "an array of 2: there is no element 2"),
        (5.0, 0, '"5.0" is no array: element is of no use'),
        (["x\n"], 0, '"x?" (Double) is no number'),
    ],
)
def test_what_is_no_number_fails_and_says_why(value, element, says: str):
    have = decoded(point(element), good(value))
    assert math.isnan(have.value)
    assert have.status is Status.COMM_FAIL
    assert says in str(have.trouble)


def test_good_with_nothing_there_is_no_reading_and_nobodys_trouble():
    have = decoded(point(), good(None))
    assert (have.status, have.trouble) == (Status.COMM_FAIL, None)


@pytest.mark.parametrize(
    ("name", "code", "status", "kept"),
    [
        ("Good", 0, Status.NORMAL, True),
        ("Good", 0x0000_0480, Status.NORMAL, True),  # with a bit beside it
        ("GoodLocalOverride", 0x0096_0000, Status.MAINTENANCE, True),
        ("BadNoCommunication", NO_COMM, Status.COMM_FAIL, False),
        ("BadCommunicationError", 0x8005_0000, Status.COMM_FAIL, False),
        ("BadDeviceFailure", 0x808B_0000, Status.DEVICE_FAULT, False),
        ("BadSensorFailure", 0x808C_0000, Status.DEVICE_FAULT, False),
        ("BadOutOfService", 0x808D_0000, Status.STOPPED, False),
        ("UncertainLastUsableValue", 0x4090_0000, Status.COMM_FAIL, False),
        ("UncertainSensorCalibration", 0x420A_0000, Status.CALIBRATING, True),
        ("UncertainSensorNotAccurate", 0x4093_0000, Status.DEVICE_FAULT, True),
        ("UncertainEngineeringUnitsExceeded", 0x4094_0000, Status.NORMAL, True),
        ("?", 0xC000_0000, Status.COMM_FAIL, False),
    ],
)
def test_a_status_code_says_what_the_value_is_worth(name, code, status, kept):
    have = decoded(point(), Sample(7.0, code, name))
    assert have.status is status
    assert (have.value == 7.0) is kept
    assert have.trouble is None


def test_a_server_may_have_its_own_use_for_a_code():
    own = {"BadOutOfService": Status.MAINTENANCE, "0x808C0000": Status.STOPPED}
    assert judged(0x808D_0000, "BadOutOfService", own)[0] is Status.MAINTENANCE
    assert judged(0x808C_0000, "BadSensorFailure", own)[0] is Status.STOPPED


def test_what_the_peer_shows_comes_back_as_it_or_as_no_better():
    for status, code in SHOWN.items():
        back, _ = judged(code, "", {})
        assert back is status or (back is Status.NORMAL) == (status is Status.RESENT)


def test_a_queue_that_ran_over_is_heard():
    assert has_lost(0x0000_0480)
    assert not has_lost(0x0000_0400)
    assert not is_bad(0x4090_0000)


@pytest.mark.parametrize(
    ("value", "statuses", "status"),
    [
        (0, None, Status.NORMAL), (4, None, Status.MAINTENANCE), ("maintenance", None, Status.MAINTENANCE),
        (2.0, {"2": Status.CALIBRATING}, Status.CALIBRATING), (True, {"1": Status.STOPPED}, Status.STOPPED),
        (False, {"false": Status.NORMAL}, Status.NORMAL), ("RUN", {"RUN": Status.NORMAL}, Status.NORMAL),
    ],
)  # fmt: skip
def test_a_status_node_is_understood_by_the_codes_of_the_site_file(value, statuses, status):
    assert said(point(statuses=statuses), good(value)) == (status, None)


def test_a_status_that_is_not_known_is_not_normal():
    status, why = said(point(statuses={"0": Status.NORMAL}), good(3))
    assert status is Status.DEVICE_FAULT
    assert 'the status "3" is not known' in str(why)
    status, why = said(point(), Sample(None, NO_COMM, "BadNoCommunication"))
    assert status is Status.COMM_FAIL
    assert "cannot be read: BadNoCommunication" in str(why)


WHATEVER = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
STAMPS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(T0 - 5, T0 + 5)


@given(
    st.lists(
        st.builds(Sample, WHATEVER, st.integers(0, 2**32 - 1), st.text(max_size=5), st.just("?"), STAMPS, STAMPS),
        max_size=6,
    ),
    st.sampled_from(["source", "server", "ours"]),
    st.none() | st.integers(0, 3),
)  # fmt: skip
def test_whatever_a_server_sends_is_a_reading_or_trouble_and_never_an_error(
    samples, clock, element
):
    plan = Plan({0: point(element, status=0)}, (Node(parse_node("i=1"), MINUTE, 9),), 1, 1, 3, 1)
    board = Board(plan, clock)
    rows = board.told([(0, sample) for sample in samples], T0 + MINUTE)
    still = board.still({0: T0 + MINUTE})
    assert len(rows) <= 2 * len(samples)
    assert len(still) <= 1
    for each in (rows, still):
        assert each.value.dtype == np.float64
        assert set(each.status.tolist()) <= set(Status)
    str(board.trouble)
