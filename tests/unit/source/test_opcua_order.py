"""A notification that never came is noticed by the numbers of the others."""

from __future__ import annotations

import pytest

from mulmok.source.opcua.order import Order

#: Sign of life.
ALIVE = True


@pytest.mark.parametrize(
    ("came", "lost"),
    [
        ([(1, False), (2, False), (3, False)], 0),
        ([(7, False), (8, False)], 0),  # whoever comes late has lost nothing
        ([(1, False), (2, ALIVE), (2, ALIVE), (2, False)], 0),
        ([(1, False), (2, ALIVE), (3, False)], 0),  # a server that counts its signs of life
        ([(1, False), (0, ALIVE), (2, False)], 0),  # one that gives them no number
        ([(0, False), (0, False), (0, False)], 0),  # one that does not count
        ([(2**32 - 1, False), (1, False), (2, False)], 0),
        ([(1, False), (3, False)], 1),
        ([(1, False), (5, False), (6, False), (8, False)], 4),
    ],
)
def test_a_gap_in_the_numbers_is_what_was_lost(came, lost: int):
    order = Order()
    for number, alive in came:
        order.came(number, alive=alive)
    assert order.lost() == lost
    assert order.lost() == 0
