"""A service asked over TLS is believed only with a certificate that holds."""

from __future__ import annotations

import datetime as dt
import ssl

from integration.source.pull_desk import Desk, Server, site_file
from integration.source.pull_http import always, run, source


def test_a_certificate_that_has_expired_is_not_trusted(tmp_path):
    context, ca = certificate(tmp_path, days=-1)

    async def story() -> Desk:
        async with Server(always("{}"), ssl=context) as server:
            words = site_file(
                source(server.port, more=f'ca = "{ca}"', scheme="https"), inlet_ph='path = "d.ph"'
            )
            async with Desk(tmp_path / "w", words) as desk:
                await desk.until(lambda: desk.failing)
                return desk

    assert "is not trusted: certificate has expired" in run(story()).failing


def test_a_certificate_of_the_house_is_trusted_where_ca_names_it(tmp_path):
    context, ca = certificate(tmp_path, days=1)

    async def story(more: str) -> Desk:
        async with Server(always('{"d": {"ph": 7}}'), ssl=context) as server:
            words = site_file(
                source(server.port, more=more, scheme="https"), inlet_ph='path = "d.ph"'
            )
            async with Desk(tmp_path / "w", words) as desk:
                await desk.until(lambda: desk.failing or desk.rows)
                return desk

    assert run(story(f'ca = "{ca}"')).of("inlet.ph")
    assert "for an authority of the house set ca" in run(story("")).failing


def certificate(folder, days: int) -> tuple[ssl.SSLContext, str]:
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    whole = built.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.pem").write_bytes(whole)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, str(folder / "server.pem")
