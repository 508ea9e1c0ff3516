"""What the site file may say of readings pushed over HTTP: nothing; the token is in `[http]`."""

from __future__ import annotations

from mulmok.source.settings import SettingKey

SETTINGS: tuple[SettingKey, ...] = ()
