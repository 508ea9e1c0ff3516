"""How each file of a folder stands: still changing, unfinished, refused, done with; and what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mulmok.model.text import Text, text
from mulmok.source.files.folder import Look, shown

#: Looks after which it is said of an unfinished file that it no longer changes, or of one that is
#: held that nobody lets it go. Site choice.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """A file that may go on, what is said if it does not, and whether nothing of it can be used."""

    words: Text
    useless: bool


@dataclass
class States:
    """Remembers the files of one folder by their names; `report` is told what a person should know."""

    report: Callable[[Text], None]
    #: Files that are done with, as they looked.
    settled: dict[str, Look] = field(default_factory=dict)
    #: How a file looked, and how many looks in a row since.
    _looked: dict[str, tuple[Look, int]] = field(default_factory=dict)
    _unfinished: dict[str, _Unfinished] = field(default_factory=dict)
    _refused: dict[str, Text] = field(default_factory=dict)
    #: How many times in a row a file could not be read.
    _held: dict[str, int] = field(default_factory=dict)
    #: What was said of which file: the same sentence is not repeated each time it grows.
    _told: set[tuple[str, str]] = field(default_factory=set)
    #: Columns that the file that was taken last does not have.
    _lacking: Text | None = None

    def trouble(self, unreadable: Mapping[str, str]) -> Text | None:
        """What is wrong with the files; `unreadable` are folders among them, and why."""
        said = [self._refused[name] for name in sorted(self._refused)]
        if self._lacking is not None:
            said.append(self._lacking)
        said += [
            text("the folder {folder} cannot be read: {reason}", folder=shown(name), reason=why)
            for name, why in sorted(unreadable.items())
        ]
        if not said:
            return None
        first, *more = said
        if not more:
            return first
        return text("{first} (refused besides: {more})", first=first, more=len(more))

    def is_done(self, name: str, look: Look) -> bool:
        """Whether a file is done with and looks as it did then."""
        return self.settled.get(name) == look

    def is_ready(self, name: str, look: Look) -> bool:
        """Whether a file is to be read at this look; one that stays unfinished is given up."""
        before, times = self._looked.get(name, (None, 0))
        times = times + 1 if before == look else 0
        self._looked[name] = look, times
        if times == 0:
            self._unfinished.pop(name, None)
            return False
        if name not in self._unfinished:
            return True
        if times >= PATIENCE:
            unfinished = self._unfinished.pop(name)
            if unfinished.useless:
                self.refuse(name, look, unfinished.words)
            else:
                self.tell(name, unfinished.words)
                self.done(name, look)
        return False

    def changed(self, name: str, look: Look) -> None:
        """Note that a file was written to while it was read."""
        self._looked[name] = look, 0

    def held(self, name: str, why: str) -> None:
        """Note that a file could not be read: its writer may hold it, but not without end."""
        self._held[name] = self._held.get(name, 0) + 1
        if self._held[name] >= PATIENCE:
            words = text(
                "{file} cannot be read: {reason}: is it open in another program?",
                file=shown(name),
                reason=why,
            )
            self._say_refused(name, words)

    def unfinished(self, name: str, words: Text, *, useless: bool) -> None:
        """Note that a file may go on, and what is to be said if it does not."""
        self._held.pop(name, None)
        self._unfinished[name] = _Unfinished(words, useless)

    def took(
        self,
        name: str,
        look: Look,
        warnings: Iterable[Text],
        tail: Text | None,
        lacking: Sequence[str],
    ) -> None:
        """Note that a file was taken; `tail` is what is said of its last line if that gets no end."""
        self._refused.pop(name, None)
        self._held.pop(name, None)
        for warning in warnings:
            self.tell(name, warning)
        self._lacking = None
        if lacking:
            self._lacking = text(
                "{file} has no column {columns}: is it another now?",
                file=shown(name),
                columns=", ".join(f'"{column}"' for column in lacking),
            )
        if tail is None:
            self.done(name, look)
        else:
            self._unfinished[name] = _Unfinished(tail, useless=False)

    def refuse(self, name: str, look: Look, words: Text) -> None:
        """Note that a file is wrong; it is read again when it changes."""
        self._say_refused(name, words)
        self.done(name, look)

    def done(self, name: str, look: Look) -> None:
        """Note that there is nothing more to do with a file that looks so."""
        self.settled[name] = look
        self._looked.pop(name, None)

    def tell(self, name: str, words: Text) -> None:
        """Say something of a file, once."""
        said = (name, words.template)
        if said not in self._told:
            self._told.add(said)
            self.report(words)

    def forget_all_but(self, names: KeysView[str]) -> None:
        """Let go of files that are gone."""
        memories: tuple[dict[str, Any], ...] = (
            self.settled,
            self._looked,
            self._unfinished,
            self._refused,
            self._held,
        )
        for memory in memories:
            for name in memory.keys() - names:
                del memory[name]
        self._told = {(name, words) for name, words in self._told if name in names}

    def _say_refused(self, name: str, words: Text) -> None:
        if self._refused.get(name) != words:
            self.report(words)
        self._refused[name] = words
