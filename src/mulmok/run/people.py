"""People as the command line makes them. No default password: a generated one, shown once."""

from __future__ import annotations

import getpass
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher

from mulmok.run.clock import SystemClock
from mulmok.store.audit import Deed
from mulmok.store.people import Person
from mulmok.store.sqlite import Store

#: Letters and digits nobody mistakes for one another on a control-room screen.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A sign-in just made; the password is nowhere else."""

    name: str
    password: str


def new_password() -> str:
    """Make a password of about 79 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def make_person(store: Store, name: str, role: str) -> NewPerson:
    """Add a person with a generated password, or give an old one a new password."""
    password = new_password()
    person = Person(name, role, PasswordHasher().hash(password))
    store.people.put(person, _deed("person.put", name, role))
    return NewPerson(name, password)


def remove_person(store: Store, name: str) -> bool:
    """Remove a person; False when there was none."""
    return store.people.remove(name, _deed("person.remove", name))


def _deed(action: str, name: str, role: str = "") -> Deed:
    """Note who sat at the machine: the command line asks for no sign-in."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = "?"
    return Deed(SystemClock().now(), f"{who} (command line)", action, name, role)


def first_person(store: Store) -> NewPerson | None:
    """Make the first operator where there is nobody yet."""
    with store.query() as query:
        if query.people():
            return None
    return make_person(store, "operator", "operator")
