"""State to bytes and back, bit for bit: dataclasses of plain fields and numpy arrays. No pickle."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import numpy as np

T = TypeVar("T")


def to_bytes(state: object) -> bytes:
    """Write a state down. Raises NotImplementedError when it holds what cannot be written exactly."""
    return msgspec.msgpack.encode(state, enc_hook=_encode)


def from_bytes(data: bytes, state_type: type[T]) -> T:
    """Read a state of `state_type` back. Raises msgspec.ValidationError when it is another."""
    return msgspec.msgpack.decode(data, type=state_type, dec_hook=_decode)


def _encode(value: object) -> object:
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject or value.dtype.names is not None:
            # Their bytes would be addresses, or lose the fields' names.
            raise NotImplementedError(f"an array of {value.dtype}")
        return [value.dtype.str, list(value.shape), value.tobytes()]
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(type(value).__name__)


def _decode(wanted: Any, value: Any) -> object:
    if (getattr(wanted, "__origin__", None) or wanted) is np.ndarray:
        dtype, shape, data = value
        return np.frombuffer(data, dtype=np.dtype(dtype)).reshape(shape).copy()
    raise NotImplementedError(wanted)
