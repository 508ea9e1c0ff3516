"""The error tree. A message says what, where, what was had and what was wanted.

MulmokError
├── InputError         what a person gave is wrong (file, option, value); exit code 2
│   └── ConfigError    the site file is wrong; carries every fault found
├── PluginError        missing, duplicate, or does not import; exit code 2
├── SourceError        the outside world failed; becomes a SourceStatus, never reaches the core
└── StoreError         journal or database unusable: stop, loudly
    └── DamagedError   the database is damaged, and will not mend itself
"""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.text import Text, text


class MulmokError(Exception):
    """Something a person must read, in their language; `text` is the whole message."""

    exit_code = 1

    def __init__(self, message: Text | str) -> None:
        self.text = (
            message if isinstance(message, Text) else Text("{message}", {"message": message})
        )
        super().__init__(str(self.text))


class InputError(MulmokError):
    """What a person gave (a file, an option, a value) is wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a site file: where it stands, what it has, what it should have.

    A fault of the file itself, such as that there is none, stands on no line: 0.
    """

    file: str
    line: int
    path: str
    message: Text

    def as_text(self) -> Text:
        """Give the line a person reads: `site.toml:41 channel.inlet_cod.range: ...`."""
        if not self.line:
            return Text("{file}: {message}", {"file": self.file, "message": self.message})
        return Text(
            "{file}:{line} {path}: {message}",
            {"file": self.file, "line": self.line, "path": self.path, "message": self.message},
        )


class ConfigError(InputError):
    """The site file is wrong; `faults` names everything that is, at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        lines = {f"fault_{number}": fault.as_text() for number, fault in enumerate(faults)}
        super().__init__(Text("\n".join(f"{{{name}}}" for name in lines), lines))


class PluginError(MulmokError):
    """A plugin is missing, doubled, or cannot be imported."""

    exit_code = 2


class SourceError(MulmokError):
    """The outside world failed; `retry` says whether trying again can help."""

    def __init__(self, message: Text | str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


class StoreError(MulmokError):
    """The journal or the database cannot be used: mulmok never runs without a journal."""


class DamagedError(StoreError):
    """Part of the database is damaged. It does not mend itself, though other parts may still work."""


def unexpected(have: object, want: Text | str) -> Text:
    """Say what was had and what was wanted, in the one form all faults use."""
    return text('have "{have}", want {want}', have=have, want=want)
