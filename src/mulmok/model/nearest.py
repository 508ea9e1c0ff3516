"""What somebody probably meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """Give the one known word that was probably meant; None when none is like it."""
    plain = {each.lower(): each for each in known}
    return next((plain[near] for near in get_close_matches(word.lower(), plain, 1)), None)


def nearest_channels(word: str, ids: Iterable[str], count: int = 3) -> str:
    """Channel ids closest to a mistyped one, best first, as a list for a sentence.

    Ids of the same quantity at another place are near too: their ends agree.
    """
    known = sorted(ids)
    close = get_close_matches(word.lower(), known, count, 0.5)
    tail = word.rpartition(".")[2]
    same_quantity = [id_ for id_ in known if id_.rpartition(".")[2] == tail]
    found = list(dict.fromkeys([*close, *same_quantity]))[:count] or known[:count]
    return ", ".join(found)
