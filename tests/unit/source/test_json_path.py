"""A path that is walked directly finds what JMESPath finds, in every document."""

from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.source.json_path import finder, steps

NAMES = st.sampled_from(["a", "b", "data", "x y", "1", "값", ""])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def paths(draw) -> str:
    """Names, quoted or not, with places in lists between them."""
    words = draw(st.sampled_from(["", "@"]))
    for step in draw(st.lists(NAMES | st.integers(-3, 3), min_size=1, max_size=4)):
        if isinstance(step, int):
            words += f"[{step}]"
        else:
            name = step if step.isascii() and step.isalpha() else json.dumps(step)
            words += f".{name}" if words else name
    return words


@given(paths(), DOCUMENTS)
def test_a_walked_path_finds_what_the_language_finds(path: str, document: object):
    assert steps(path) is not None
    assert finder(path)(document) == jmespath.search(path, document)


@pytest.mark.parametrize(
    "path",
    [
        "a[*].b",
        "a | b",
        "a || b",
        "keys(@)",
        "[a, b]",
        "{x: a}",
        "a[?b > `1`].c",
        "a.*",
        "a[]",
        "`1`",
    ],
)
@given(document=DOCUMENTS.filter(lambda one: isinstance(one, dict)))
def test_a_path_that_is_more_is_left_to_the_language(path: str, document: object):
    assert steps(path) is None
    assert finder(path)(document) == jmespath.search(path, document)


def test_the_steps_of_a_path_are_its_names_and_places():
    assert steps('a."x y"[0][-1].b') == ("a", "x y", 0, -1, "b")
    assert steps("@") == ()
    assert steps("[2]") == (2,)
