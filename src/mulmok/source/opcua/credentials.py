"""Who we are to a server, and whom we take for it: certificates and keys, looked at before connecting.

A wrong file is told of with its name and what is wrong with it, where the library would only say that
the connection was closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, format_instant, from_datetime
from mulmok.source.opcua.settings import Access

#: Largest file that can be a certificate or a key [bytes].
_LARGEST = 100_000
#: How long before a certificate expires that is told [ns]: to have another one trusted takes a visit.
#: Site choice.
_SOON = 30 * DAY


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our certificate and its key, and the server's certificate where the site file names one.

    certificate, key, server  DER
    uri                       the application's name in the certificate: a server compares it with
                              what we call ourselves
    """

    certificate: bytes
    key: bytes
    uri: str
    server: bytes | None

    def __repr__(self) -> str:
        return f"Credentials({self.uri})"


def load_credentials(access: Access, beside: Path, now: int | None) -> Credentials:
    """Read and check the files. Raises SourceError.

    now  our clock [ns UTC]; None: when they expire is not looked at
    """
    certificate = _certificate(beside / str(access.certificate), now)
    key = _key(beside / str(access.key), access.key_password)
    if key.public_key() != certificate.public_key():
        raise SourceError(
            text(
                "{key} is not the key of {certificate}",
                key=str(access.key),
                certificate=str(access.certificate),
            )
        )
    server = None
    if access.server_certificate is not None:
        server = _certificate(beside / access.server_certificate, now).public_bytes(Encoding.DER)
    return Credentials(
        certificate=certificate.public_bytes(Encoding.DER),
        key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        uri=_uri(certificate, str(access.certificate)),
        server=server,
    )


def aging(access: Access, beside: Path, now: int) -> list[Text]:
    """Say which certificates will end the connection soon, or at its next beginning."""
    found = []
    for name in (access.certificate, access.server_certificate):
        if access.security == "none" or name is None:
            continue
        path = beside / name
        try:
            ends = from_datetime(_certificate(path, now).not_valid_after_utc)
        except SourceError as fault:
            found.append(fault.text)
            continue
        if now > ends - _SOON:
            found.append(
                text(
                    "the certificate {path} expires on {at}, and nothing can be read from then on: "
                    "make a new one",
                    path=str(path),
                    at=format_instant(ends),
                )
            )
    return found


def _certificate(path: Path, now: int | None) -> x509.Certificate:
    content = _read(path)
    try:
        if b"-----BEGIN" in content:
            certificate = x509.load_pem_x509_certificate(content)
        else:
            certificate = x509.load_der_x509_certificate(content)
    except ValueError:
        raise SourceError(text("{path} is no certificate in PEM or DER", path=str(path))) from None
    begins = from_datetime(certificate.not_valid_before_utc)
    ends = from_datetime(certificate.not_valid_after_utc)
    if now is not None and now > ends:
        raise SourceError(
            text(
                "the certificate {path} expired on {at}: make a new one",
                path=str(path),
                at=format_instant(ends),
            )
        )
    if now is not None and now < begins:
        raise SourceError(
            text(
                "the certificate {path} is valid from {at} on: is our clock right?",
                path=str(path),
                at=format_instant(begins),
            )
        )
    return certificate


def _key(path: Path, password: str | None) -> RSAPrivateKey:
    content = _read(path)
    load = load_pem_private_key if b"-----BEGIN" in content else load_der_private_key
    try:
        key = load(content, None if password is None else password.encode())
    except TypeError:
        words = (
            text("the key {path} is encrypted: want key_password", path=str(path))
            if password is None
            else text("the key {path} is not encrypted: key_password is of no use", path=str(path))
        )
        raise SourceError(words) from None
    except ValueError:
        raise SourceError(
            text("{path} is no private key in PEM or DER, or key_password is wrong", path=str(path))
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise SourceError(text("the key {path} is not of RSA, as OPC UA wants it", path=str(path)))
    return key


def _uri(certificate: x509.Certificate, path: str) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.UniformResourceIdentifier)
    except x509.ExtensionNotFound:
        found = []
    if not found:
        raise SourceError(
            text("the certificate {path} names no application (a URI in subjectAltName)", path=path)
        )
    return found[0]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise SourceError(text("{path} cannot be read: {why}", path=str(path), why=why)) from fault
    if len(content) > _LARGEST:
        raise SourceError(text("{path} is too large for a certificate or a key", path=str(path)))
    return content


def fingerprint(der: bytes) -> str:
    """Give the SHA-1 of a certificate as OPC UA tools show it (Part 4: the thumbprint)."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
