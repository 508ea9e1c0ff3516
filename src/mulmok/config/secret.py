"""Secrets stand outside the site file: this reads them from where the reference says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mulmok.model.errors import InputError
from mulmok.model.text import text


def read_secret(reference: str, beside: Path, environment: Mapping[str, str]) -> str:
    """Give the secret that `env:NAME` or `file:PATH` refers to.

    beside  the site file: a relative path begins in its folder

    Raises InputError, which names the reference and never the secret.
    """
    kind, _, where = reference.partition(":")
    if kind == "env":
        secret = environment.get(where, "")
        if not secret:
            raise InputError(text('the environment variable "{name}" is not set', name=where))
        return secret
    try:
        secret = (beside.parent / where).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise InputError(
            text('the secret in "{path}" cannot be read: {why}', path=where, why=why)
        ) from error
    if not secret:
        raise InputError(text('the file "{path}" holds no secret', path=where))
    return secret
