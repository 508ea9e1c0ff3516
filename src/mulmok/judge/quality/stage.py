"""The quality stage: checks in their order, each seeing what those before it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from mulmok.judge.quality.rollup import missing, rolled_up
from mulmok.model.block import Block, Bytes
from mulmok.model.channel import Channel
from mulmok.model.errors import PluginError
from mulmok.model.flag import PLUGIN_BITS
from mulmok.model.text import text

#: The built-in checks, in order: what is not the water first, comparisons with the past after it.
ORDER = ("status", "physical_range", "range", "gap", "rate", "spike", "flatline")


class Check(Protocol):
    """One check: parameters, a state, and a mark for each row (QARTOD flags)."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def version(self) -> int:
        """Version of the state's meaning."""
        ...

    @property
    def state_type(self) -> type[Any]:
        """Dataclass of the state."""
        ...

    def start(self) -> Any:
        """Give the state before the first reading."""
        ...

    def step(self, state: Any, block: Block) -> tuple[Any, Bytes]:
        """Mark every row of a block."""
        ...


@dataclass(frozen=True)
class Quality:
    """All checks with the bit each of them sets."""

    checks: tuple[Check, ...]
    bits: tuple[int, ...]
    name: ClassVar[str] = "quality"
    version: ClassVar[int] = 1

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...], classes: Mapping[str, Any]) -> Quality:
        """Make the checks of a works: built-in ones first, plugins after them by name.

        Raises PluginError when there are more plugins than reason bits for them.
        """
        foreign = sorted(name for name in classes if name not in ORDER)
        if len(foreign) > len(PLUGIN_BITS):
            raise PluginError(
                text(
                    "{count} check plugins are installed, {most} are possible: {names}",
                    count=len(foreign),
                    most=len(PLUGIN_BITS),
                    names=", ".join(foreign),
                )
            )
        names = [name for name in ORDER if name in classes] + foreign
        checks = tuple(classes[name].for_channels(channels) for name in names)
        own = [int(check.reason) for check in checks[: len(names) - len(foreign)]]
        given = [1 << bit for bit, _ in zip(PLUGIN_BITS, foreign, strict=False)]
        return cls(checks, (*own, *given))

    @property
    def state_type(self) -> Any:
        """The checks' states in their order: a tuple of each check's own dataclass."""
        return tuple[tuple(check.state_type for check in self.checks)]  # type: ignore[misc]

    def start(self) -> tuple[Any, ...]:
        """Give every check's first state."""
        return tuple(check.start() for check in self.checks)

    def step(self, state: tuple[Any, ...], block: Block) -> tuple[tuple[Any, ...], Block]:
        """Give the block with flags and reasons; raw values stay as they are."""
        if len(block) == 0:
            return state, block
        block = missing(block)
        states = []
        for check, bit, part in zip(self.checks, self.bits, state, strict=True):
            after, marks = check.step(part, block)
            block = rolled_up(block, marks, bit, notes=getattr(check, "notes", False))
            states.append(after)
        return tuple(states), block
