"""The numbers of a subscription's notifications, by which one that is lost is noticed.

They are counted from 1, and from 1 again after the largest (Part 4, 7.26). A sign of life has the
number that the next notification will have and uses none up; there are servers that use it up, or
that do not count, and that is no loss.

One that comes and cannot be understood is passed over by the library without a word, and a server
may drop one that was not fetched in time.
"""

from __future__ import annotations


class Order:
    """What number is due."""

    def __init__(self) -> None:
        #: Highest number that may come next; None: none has come.
        self._due: int | None = None
        self._lost = 0

    def came(self, number: int, *, alive: bool) -> None:
        """Note a notification; `alive`: it is but a sign of life."""
        if not alive and self._due is not None and number > self._due:
            self._lost += number - self._due
        self._due = max(number + 1, self._due or 0) if alive else number + 1

    def lost(self) -> int:
        """Count those that never came, since this was last asked."""
        lost, self._lost = self._lost, 0
        return lost
