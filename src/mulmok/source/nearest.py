"""Which channel somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, ids: Iterable[str], count: int = 3) -> str:
    """Ids closest to a mistyped one, best first, as a list for a sentence."""
    known = sorted(ids)
    close = get_close_matches(word.lower(), known, count, 0.5)
    tail = word.rpartition(".")[2]
    same_quantity = [id_ for id_ in known if id_.rpartition(".")[2] == tail]
    found = list(dict.fromkeys([*close, *same_quantity]))[:count] or known[:count]
    return ", ".join(found)
