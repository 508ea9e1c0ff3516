"""What of a source needs a person, channel by channel: for drivers of which parts may fail."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.source.port import Seen


def unread(place: str, now: int, words: Text) -> Seen:
    """Give what is seen of a channel of which nothing could be read, and why."""
    return Seen(place, "", math.nan, math.nan, Status.COMM_FAIL, now, now, fault=words)


class Troubles:
    """Troubles of a source's channels; each stands until the channel is well again."""

    def __init__(self, ids: Mapping[int, str]) -> None:
        self._ids = ids
        self._own: dict[int, Text] = {}
        self._whole: Text | None = None

    def say(self, index: int, words: Text | None) -> None:
        """Note what is wrong with a channel; None: nothing is."""
        if words is None:
            self._own.pop(index, None)
        else:
            self._own[index] = Text("{channel}: {why}", {"channel": self._ids[index], "why": words})

    def say_of_all(self, words: Text | None) -> None:
        """Note what is wrong with the source as a whole; None: nothing is."""
        self._whole = words

    def clear(self) -> None:
        """Begin anew."""
        self._own.clear()
        self._whole = None

    @property
    def text(self) -> Text | None:
        """What a person must see to; None when there is nothing."""
        if self._whole is not None:
            return self._whole
        if not self._own:
            return None
        first = self._own[min(self._own)]
        if len(self._own) == 1:
            return first
        return text(
            "{first} (and {more} more of its channels)", first=first, more=len(self._own) - 1
        )
