"""Roles: what a person may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mulmok.model.text import Names


class Role(StrEnum):
    """Each may do what those before it may, and more."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"


ROLE_NAMES = {
    Role.VIEWER: Names("열람자", "viewer"),
    Role.OPERATOR: Names("운전원", "operator"),
    Role.ENGINEER: Names("설비 담당", "engineer"),
}
_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `csrf` must come back with every form of this session."""

    name: str
    role: Role
    csrf: str

    @property
    def may_command(self) -> bool:
        """Whether alarms may be acknowledged and shelved, and events confirmed and rejected."""
        return self.may_act_as(Role.OPERATOR)

    @property
    def may_service(self) -> bool:
        """Whether alarms may be inhibited and taken out of service."""
        return self.may_act_as(Role.ENGINEER)

    def may_act_as(self, role: Role) -> bool:
        """Whether whatever `role` may do may be done."""
        return _RANK[self.role] >= _RANK[role]
