"""Where the header of a file stands: exports of instruments have titles above it, and units below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mulmok.source.files.form import Form

#: Lines among which a header is looked for. Site choice: no export has more titles.
TITLES = 100


def header_place(lines: Iterable[Sequence[str]], form: Form) -> int:
    """Give the place of the header among the lines of a file, each as its cells.

    It is the first that has a column of times; the first of all where none has, which is then told
    of as wrong.
    """
    if form.skip is not None:
        return form.skip
    names = form.times
    for place, cells in zip(range(TITLES), lines, strict=False):
        bare = [cell.strip() for cell in cells]
        if any(name in names or name.lower() == "time" for name in bare):
            return place
    return 0
