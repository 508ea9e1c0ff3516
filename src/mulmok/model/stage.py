"""What every stage is: parameters, a state that can be written down, and one way to go on.

    start() -> S                 the state before the first reading
    step(S, I) -> (S, O)         never changes its arguments, reads no clock, does no I/O

Parameters are the stage itself (a frozen dataclass). State is a dataclass of plain fields and
numpy arrays, so that `store/snapshot.py` can turn it into bytes and back, bit for bit. A step
copies what it writes to. Laws every stage obeys: tests/laws.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

S = TypeVar("S")
I_contra = TypeVar("I_contra", contravariant=True)
O_co = TypeVar("O_co", covariant=True)


class Stage(Protocol[S, I_contra, O_co]):
    """One stage of the pipeline."""

    @property
    def name(self) -> str:
        """Short name, unique among the stages; part of the snapshot's key."""
        ...

    @property
    def version(self) -> int:
        """Raised when the meaning of the state changes: old snapshots are then rebuilt, not read."""
        ...

    @property
    def state_type(self) -> type[S]:
        """The dataclass of its state."""
        ...

    def start(self) -> S:
        """Give the state before the first reading."""
        ...

    def step(self, state: S, given: I_contra) -> tuple[S, O_co]:
        """Take what came, give the new state and what it says."""
        ...
