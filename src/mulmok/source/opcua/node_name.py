"""Node ids as people write them (OPC UA Part 6, 5.3.1.10 and .11): `ns=2;s=Inlet.pH`, `nsu=urn:plc;i=12`.

The number of a namespace is the server's business and may change when it is set up anew; its name
(`nsu`) does not. Names are found among those the server has when we connect.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from mulmok.model.text import Text, text

_KINDS = "isgb"
_NAMESPACE = re.compile(r"(?:(ns|nsu)=([^;]*);)?([isgb])=(.+)", re.DOTALL)
_LARGEST = 2**32 - 1


class NodeNameError(ValueError):
    """What was given is no node id; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node id; `written` is how it stands in the site file.

    namespace  its number, or its name
    kind       of the identifier: i number, s text, g GUID, b bytes in base64
    """

    written: str
    namespace: int | str
    kind: str
    identifier: str

    def __str__(self) -> str:
        return self.written

    def numbered(self, namespaces: Sequence[str]) -> str | None:
        """Give the id with the namespace's number at this server; None when it has no such name."""
        number = self.namespace
        if isinstance(number, str):
            if number not in namespaces:
                return None
            number = namespaces.index(number)
        return f"ns={number};{self.kind}={self.identifier}"


def parse_node(words: str) -> NodeName:
    """Read a node id. Raises NodeNameError."""
    written = words.strip()
    parts = _NAMESPACE.fullmatch(written)
    if parts is None:
        raise _unlike(words)
    how, where, kind, identifier = parts.groups()
    namespace: int | str = 0
    if how == "ns":
        if not where.isascii() or not where.isdigit() or int(where) > 65_535:
            raise _unlike(words)
        namespace = int(where)
    elif how == "nsu":
        # Part 6: these two letters are the only ones that are written otherwise.
        namespace = where.replace("%3B", ";").replace("%3b", ";").replace("%25", "%")
        if not namespace:
            raise _unlike(words)
    if not _is_right(kind, identifier):
        raise _unlike(words)
    return NodeName(written, namespace, kind, identifier)


def write_node(identifier: str, number: int, namespaces: Sequence[str]) -> str:
    """Write `s=Inlet.pH` of a namespace with the namespace's name, where it has one of its own.

    Namespace 0 is OPC UA's and 1 is the server's, always; the name of 1 may hold that of its machine.
    """
    if number == 0:
        return identifier
    if 1 < number < len(namespaces) and namespaces[number]:
        name = namespaces[number].replace("%", "%25").replace(";", "%3B")
        return f"nsu={name};{identifier}"
    return f"ns={number};{identifier}"


def _is_right(kind: str, identifier: str) -> bool:
    if kind == "i":
        return identifier.isascii() and identifier.isdigit() and int(identifier) <= _LARGEST
    if kind == "g":
        try:
            uuid.UUID(identifier)
        except ValueError:
            return False
    if kind == "b":
        try:
            base64.b64decode(identifier, validate=True)
        except (binascii.Error, ValueError):
            return False
    return True


def _unlike(words: str) -> NodeNameError:
    return NodeNameError(
        text(
            'have "{have}", want a node id such as {one} or {other}',
            have=words,
            one="ns=2;s=Inlet.pH",
            other="nsu=urn:plc:inlet;i=1001",
        )
    )
