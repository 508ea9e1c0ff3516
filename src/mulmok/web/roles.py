"""Roles: what a person may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mulmok.model.text import Names


class Role(StrEnum):
    """Each may do what those before it may, and more."""

    VIEWER = "viewer"
    OPERATOR = "operator"


ROLE_NAMES = {Role.VIEWER: Names("열람자", "viewer"), Role.OPERATOR: Names("운전원", "operator")}
_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `csrf` must come back with every form of this session."""

    name: str
    role: Role
    csrf: str

    @property
    def may_command(self) -> bool:
        """Whether alarms may be acknowledged and shelved."""
        return _RANK[self.role] >= _RANK[Role.OPERATOR]
