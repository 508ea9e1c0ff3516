"""Readings pushed over HTTP: the bytes of a body to rows. The server itself is in `web`."""
