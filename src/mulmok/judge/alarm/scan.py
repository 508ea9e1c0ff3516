"""The kernel: looks at every row once for every rule, and says what it is to the alarm's input.

Its numbers stand in this file, because a compiled kernel is kept as long as its own file is unchanged.
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Kinds of rules; REPORTED ones are not driven by rows.
REPORTED, LEVEL, RATE, SILENCE = range(4)
#: Inputs; NOTHING: never heard.
NOTHING, FALSE, TRUE, UNKNOWN = range(4)
#: Stands for the row of an edge that no row made.
NO_ROW = -1
_MINUTE = 60e9


@njit(cache=True, nogil=True)
def scan(  # type: ignore[no-untyped-def]  # noqa: ANN201
    at, value, counts, bounds, instants,  # noqa: ANN001
    kind, channel, sign, limit, deadband, span,  # noqa: ANN001
    given, side, last_at, last_known, last_value, out,  # noqa: ANN001
):  # fmt: skip
    """Write (rule, at, input, row, known_at) of each edge while there is room; count them all.

    `at` to `bounds` are a block's (`counts`: which rows say anything), `instants` its run's, `kind` to `span` the arrays of `Watch`;
    `given` to `last_value` those of `Memory`, written to.
    """
    count = 0
    for rule in range(len(kind)):
        watched = kind[rule]
        if watched == REPORTED:
            continue
        if watched == SILENCE and given[rule] == NOTHING:
            # Never heard: the waiting began when the works did.
            last_at[rule] = instants[0]
            last_known[rule] = instants[0]
            given[rule] = FALSE
        # What a channel that says nothing any more is to this rule.
        quiet = TRUE if watched == SILENCE else UNKNOWN
        place = 0
        for row in range(bounds[channel[rule]], bounds[channel[rule] + 1]):
            while place < len(instants) - 1 and instants[place] < at[row]:
                place += 1
            if watched == SILENCE and not counts[row]:
                continue
            deadline = last_at[rule] + span[rule]
            if given[rule] != NOTHING and given[rule] != quiet and at[row] > deadline:
                given[rule] = quiet
                if count < len(out):
                    beyond = max(deadline, last_known[rule])
                    first = np.searchsorted(instants, beyond, side="right")
                    out[count] = (rule, deadline, quiet, NO_ROW, instants[min(first, place)])
                count += 1
            code = UNKNOWN
            if watched == SILENCE:
                code = FALSE
            elif counts[row]:
                x = sign[rule] * value[row]
                if watched == RATE:
                    gap = at[row] - last_at[rule]
                    x = np.nan
                    if 0 < gap <= span[rule]:
                        x = sign[rule] * (value[row] - last_value[rule]) / (gap / _MINUTE)
                    last_value[rule] = value[row]
                if x > limit[rule]:
                    code = TRUE
                elif x <= limit[rule] - deadband[rule]:
                    code = FALSE
                elif not np.isnan(x):
                    code = TRUE if side[rule] == TRUE else FALSE
                if code != UNKNOWN:
                    side[rule] = code
            if counts[row]:
                last_at[rule] = max(last_at[rule], at[row])
                last_known[rule] = instants[place]
            if code != given[rule]:
                given[rule] = code
                if count < len(out):
                    out[count] = (rule, at[row], code, row, instants[place])
                count += 1
        # Readings that came after time had passed them are a channel catching up: it is quiet only
        # if time goes on and it has not.
        deadline = last_at[rule] + span[rule]
        beyond = max(deadline, last_known[rule])
        if given[rule] != NOTHING and given[rule] != quiet and instants[-1] > beyond:
            given[rule] = quiet
            if count < len(out):
                known = instants[np.searchsorted(instants, beyond, side="right")]
                out[count] = (rule, deadline, quiet, NO_ROW, known)
            count += 1
    return count
