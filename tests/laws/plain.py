"""Anything a stage says or keeps, as plain values that are equal only when every bit is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np


def plain(value: object) -> object:
    """Numbers keep their sign of zero, arrays their type and bytes; NaN equals NaN."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes()
    if is_dataclass(value):
        return type(value).__name__, *(
            (field.name, plain(getattr(value, field.name))) for field in fields(value)
        )
    if isinstance(value, float | np.floating):
        return float(value).hex()
    if isinstance(value, Mapping):
        return tuple((key, plain(entry)) for key, entry in sorted(value.items()))
    if isinstance(value, tuple | list):
        return tuple(plain(entry) for entry in value)
    return value
