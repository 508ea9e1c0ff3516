"""Encryption to a broker: what it shows is checked, and what we show is read anew at each connection."""

from __future__ import annotations

import ssl

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.broker.login import Login


class _Tidy(ssl.SSLSocket):
    """A socket that is closed when no agreement was reached: the library lets go of it open."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as the base has it
        """Agree on how to encrypt."""
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def context_of(login: Login) -> ssl.SSLContext:
    """Make what encrypts: certificates that were renewed are seen. Raises SourceError."""
    files = [one for one in (login.ca, login.certificate, login.key) if one is not None]
    for path in files:
        if not path.is_file():
            raise SourceError(text("{file}: there is no such file", file=str(path)))
    try:
        context = ssl.create_default_context(cafile=login.ca)
        if login.certificate is not None:
            # A key that is encrypted would have Python ask for its password at a terminal.
            context.load_cert_chain(login.certificate, login.key, password=lambda: "")
    except (OSError, ValueError) as fault:
        why = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or str(fault)
        names = ", ".join(str(path) for path in files)
        raise SourceError(
            text("of {files} no certificate can be read: {why}", files=names, why=str(why))
        ) from fault
    context.sslsocket_class = _Tidy
    return context
