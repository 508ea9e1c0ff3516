"""A state through bytes and back, as the store keeps it."""

from __future__ import annotations

from typing import Any

from mulmok.judge.pipeline import Pipeline
from mulmok.run.build import dump_state, load_state
from mulmok.store.snapshot import from_bytes, to_bytes


def through_bytes(stage: Any, state: Any) -> Any:
    """Write the state down and read it back."""
    if isinstance(stage, Pipeline):
        return load_state(stage, dump_state(stage, state))
    return from_bytes(to_bytes(state), stage.state_type)
