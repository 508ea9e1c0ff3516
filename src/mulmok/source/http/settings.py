"""What the site file may say of a source that pushes over HTTP."""

from __future__ import annotations

from mulmok.model.text import text
from mulmok.source.settings import SettingKey

#: Name of the setting that holds a source's own token.
TOKEN = "token"  # noqa: S105 - the key, not a secret

SETTINGS: tuple[SettingKey, ...] = (
    SettingKey(TOKEN, "secret", text("token with which only this source's channels may be pushed, by reference: env:NAME or file:PATH"), '"env:LOGGER_TOKEN"', usual="the works' own token in [http]"),
)  # fmt: skip
