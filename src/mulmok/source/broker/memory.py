"""What must be remembered of a session at a broker over restarts: our name there, and what was asked for.

Without the name the broker would keep messages for somebody who never comes back; without what was
asked for it would go on sending what the site file does not want any more.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mulmok.model.errors import SourceError
from mulmok.model.text import text

#: MQTT 3.1.1, 3.1.3.1: every broker takes a name of 23 letters and digits.
_DIGITS = 8


def new_name() -> str:
    """Make a name nobody else has: `mulmok` and sixteen digits."""
    return f"mulmok{secrets.token_hex(_DIGITS)}"


@dataclass(frozen=True, slots=True)
class Memory:
    """Our name at a broker, and the filters asked for under it."""

    name: str
    filters: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path, name: str = "") -> Memory:
        """Give what was kept, with the name that is asked for; what cannot be read is begun anew."""
        try:
            kept = json.loads(path.read_text("utf-8"))
            before, filters = str(kept["name"]), tuple(str(one) for one in kept["filters"])
        except (OSError, ValueError, KeyError, TypeError):
            return cls(name or new_name())
        if name and name != before:
            return cls(name)
        return cls(before, filters)

    def keep(self, path: Path, filters: Iterable[str]) -> None:
        """Remember the name with these filters. Raises SourceError."""
        words = json.dumps({"name": self.name, "filters": list(filters)}, ensure_ascii=False)
        fresh = path.with_name(f"{path.name}.new")
        try:
            fresh.write_text(words, "utf-8")
            fresh.replace(path)
        except OSError as fault:
            raise SourceError(
                text(
                    "{file} cannot be written: {reason}",
                    file=str(path),
                    reason=fault.strerror or str(fault),
                )
            ) from fault
