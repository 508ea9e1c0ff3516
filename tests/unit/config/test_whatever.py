"""Whatever a site file holds, it is read or refused in words; it never brings the reader down."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError

from .conftest import RIGHT

WORDS = (
    "works channel alarm source store http include id name ko en zone design bod every range "
    "quantity below above event channels driver token deadband no_data"
)
KEYS = st.sampled_from(WORDS.split())
LEAVES = (
    st.sampled_from(
        ["miryang", "ph", "inlet.ph", "5 min", "7", "0 mg/L", "1e308 g/L", "off", "water", "env:A"]
    )
    | st.text(max_size=5)
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {as_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08X}" for letter in value) + '"'
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def faults_of(path):
    """Faults of a file in words, none when it is right; any other exception is a bug."""
    try:
        load_site(path)
    except ConfigError as error:
        assert error.faults  # noqa: PT017 - the files that are right have no exception
        return [str(fault.as_text()) for fault in error.faults]
    return []


@settings(max_examples=300)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_a_file_holds_it_loads_or_says_why_not(tmp_path, values):
    words = "".join(f"{name} = {as_toml(value)}\n" for name, value in values.items())
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    faults = faults_of(tmp_path / "site.toml")
    assert "\x1b" not in "".join(faults)


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_whatever_bytes_a_file_has_it_loads_or_says_why_not(tmp_path, data):
    (tmp_path / "site.toml").write_bytes(data)
    with pytest.raises(ConfigError):
        load_site(tmp_path / "site.toml")


@settings(max_examples=300)
@given(st.data())
def test_a_right_file_with_a_piece_replaced_loads_or_says_why_not(tmp_path, data):
    lines = RIGHT.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    if "=" in lines[number]:
        lines[number] = lines[number].partition("=")[0] + "= " + as_toml(data.draw(VALUES))
    else:
        del lines[number]
    (tmp_path / "site.toml").write_text("\n".join(lines), encoding="utf-8")
    faults_of(tmp_path / "site.toml")
