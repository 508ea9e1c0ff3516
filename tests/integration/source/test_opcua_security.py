"""Certificates, users and passwords: what works works, and what does not says why and what to do."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.crypto.truststore import TrustStore
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions
from integration.source.opcua_pki import URI, make
from integration.source.opcua_plc import OnlyMulmok, Plc, free_port
from integration.source.opcua_works import FAST, Works, channel, site_text, until

from mulmok.model.message import SourceState
from mulmok.model.time import DAY
from mulmok.run import supervise
from mulmok.run.clock import SystemClock
from mulmok.source.opcua.credentials import aging
from mulmok.source.opcua.settings import SECURITY, Access

PASSWORD = "t0p-secret-word"


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)
    monkeypatch.setenv("PLC_PASSWORD", PASSWORD)


@pytest.fixture
def pki(tmp_path: Path) -> Path:
    make(tmp_path, "mulmok")
    make(tmp_path, "plc", uri="urn:plc")
    return tmp_path


def secured(pki: Path, port: int, users: object = None) -> Plc:
    plc = Plc(port, users=users)
    plc.policies = [
        ua.SecurityPolicyType.Basic256Sha256_Sign,
        ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
        ua.SecurityPolicyType.Aes128Sha256RsaOaep_Sign,
        ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
        ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
        ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
    ]
    return plc


async def with_certificate(plc: Plc, pki: Path) -> None:
    await plc.server.load_certificate(str(pki / "plc.der"))
    await plc.server.load_private_key(str(pki / "plc-key.pem"))


def works_of(pki: Path, port: int, security: str, more: str = "", name: str = "mulmok") -> Works:
    words = f'security = "{security}"\ncertificate = "{name}.pem"\nkey = "{name}-key.pem"\n'
    return Works.of(
        pki, site_text(port, channel("inlet.ph", "ns=2;s=pH"), more=f"{FAST}\n{words}{more}")
    )


def test_each_security_works_from_end_to_end(pki: Path):
    port = free_port()

    async def play():
        plc = secured(pki, port)
        await with_certificate(plc, pki)
        async with plc:
            await plc.add("pH", 7.0)
            for security in SECURITY:
                works = works_of(pki, port, security, 'server_certificate = "plc.pem"')
                await works.run(lambda works=works: until(lambda: works.values("inlet.ph"), lambda works=works: works.said))  # fmt: skip
                assert set(works.values("inlet.ph")) == {7.0}
            refused = works_of(pki, port, "aes128-sign", 'server_certificate = "mulmok.der"')
            await refused.run(lambda: until(lambda: refused.state is SourceState.FAILING))
            assert refused.failed_with("shows another certificate than mulmok.der (thumbprint ")
            plain = Works.of(pki, site_text(port, channel("inlet.ph", "ns=2;s=pH")))
            await plain.run(lambda: until(lambda: plain.state is SourceState.FAILING))
            return plain

    plain = asyncio.run(play())
    assert plain.failed_with("does not speak with security = none"), plain.said


def test_a_security_that_is_not_offered_is_told_with_those_that_are(pki: Path):
    port = free_port()

    async def play():
        async with Plc(port):
            works = works_of(pki, port, "aes256-encrypt")
            await works.run(lambda: until(lambda: works.state is SourceState.FAILING))
            return works

    assert asyncio.run(play()).failed_with("does not offer aes256-encrypt; it offers: none")


def test_a_certificate_that_the_server_does_not_trust_is_named(pki: Path):
    port = free_port()
    (pki / "trusted").mkdir()
    (pki / "trusted/plc.der").write_bytes((pki / "plc.der").read_bytes())

    async def play():
        plc = secured(pki, port)
        await with_certificate(plc, pki)
        store = TrustStore([pki / "trusted"], [])
        await store.load()
        plc.server.iserver.certificate_validator = CertificateValidator(
            CertificateValidatorOptions.TRUSTED_VALIDATION
            | CertificateValidatorOptions.PEER_CLIENT,
            store,
        )
        async with plc:
            works = works_of(pki, port, "basic256sha256-encrypt")
            await works.run(lambda: until(lambda: works.state is SourceState.FAILING))
            return works

    works = asyncio.run(play())
    assert works.failed_with("does not accept our certificate mulmok.pem"), works.said


def test_the_right_user_is_let_in_and_a_wrong_password_is_told_and_never_shown(
    pki: Path, monkeypatch, caplog
):
    port = free_port()
    user = 'user = "mulmok"\npassword = "env:PLC_PASSWORD"'

    async def play():
        plc = secured(pki, port, OnlyMulmok())
        await with_certificate(plc, pki)
        plc.policies.append(ua.SecurityPolicyType.NoSecurity)
        async with plc:
            await plc.add("pH", 7.0)
            wrong = works_of(pki, port, "basic256sha256-encrypt", user)
            await wrong.run(lambda: until(lambda: wrong.state is SourceState.FAILING))
            nobody = Works.of(pki, site_text(port, channel("inlet.ph", "ns=2;s=pH")))
            await nobody.run(lambda: until(lambda: nobody.state is SourceState.FAILING))
            monkeypatch.setenv("PLC_PASSWORD", "right")
            right = works_of(pki, port, "basic256sha256-encrypt", user)
            await right.run(lambda: until(lambda: right.values("inlet.ph"), lambda: right.said))
            return wrong, nobody

    with caplog.at_level(logging.DEBUG):
        wrong, nobody = asyncio.run(play())
    assert wrong.failed_with("refuses the user mulmok or the password")
    assert nobody.failed_with("wants a user: give user and password")
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(wrong)


def test_a_password_that_everybody_can_read_is_told(tmp_path: Path, monkeypatch, caplog):
    port = free_port()
    monkeypatch.setenv("PLC_PASSWORD", "right")
    more = 'user = "mulmok"\npassword = "env:PLC_PASSWORD"'
    works = Works.of(tmp_path, site_text(port, channel("inlet.ph", "ns=2;s=pH"), more=more))

    async def play():
        async with Plc(port, users=OnlyMulmok()) as plc:
            await plc.add("pH", 7.0)
            await works.run(lambda: until(lambda: works.values("inlet.ph")))

    asyncio.run(play())
    assert "the password goes over the line unencrypted" in caplog.text


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"days": 1, "begins": timedelta(days=-9)}, "late.pem expired on "),
        ({"begins": timedelta(days=2)}, "late.pem is valid from "),
        ({"uri": None}, "late.pem names no application"),
        ({"password": "hidden"}, "late-key.pem is encrypted: want key_password"),
    ],
)
def test_a_wrong_certificate_is_told_before_anybody_is_asked(tmp_path: Path, how, says: str):
    make(tmp_path, "late", **how)
    works = works_of(tmp_path, 1, "aes256-encrypt", name="late")
    asyncio.run(works.run(lambda: until(lambda: works.state is SourceState.FAILING)))
    assert works.failed_with(says), works.said


def test_wrong_files_are_told_with_what_is_wrong_with_them(tmp_path: Path):
    make(tmp_path, "one")
    make(tmp_path, "other")
    (tmp_path / "junk.pem").write_text("-----BEGIN CERTIFICATE-----\nnot at all\n")
    (tmp_path / "junk-key.pem").write_bytes(b"\x30\x03junk")
    (tmp_path / "mixed.pem").write_bytes((tmp_path / "one.pem").read_bytes())
    (tmp_path / "mixed-key.pem").write_bytes((tmp_path / "other-key.pem").read_bytes())
    (tmp_path / "half.pem").write_bytes((tmp_path / "one.pem").read_bytes())
    (tmp_path / "half-key.pem").write_bytes(b"\x30\x03junk")
    for name, says in {
        "none": "none.pem cannot be read: No such file",
        "junk": "junk.pem is no certificate in PEM or DER",
        "half": "half-key.pem is no private key",
        "mixed": "mixed-key.pem is not the key of mixed.pem",
    }.items():
        works = works_of(tmp_path, 1, "aes256-encrypt", name=name)
        asyncio.run(
            works.run(lambda works=works: until(lambda: works.state is SourceState.FAILING))
        )
        assert works.failed_with(says), works.said


def test_a_key_with_a_password_is_opened_with_it(tmp_path: Path, monkeypatch):
    make(tmp_path, "mulmok", uri=URI, password="hidden")
    monkeypatch.setenv("KEY_PASSWORD", "hidden")
    works = works_of(tmp_path, free_port(), "aes256-sign", 'key_password = "env:KEY_PASSWORD"')
    asyncio.run(works.run(lambda: until(lambda: works.state is SourceState.FAILING)))
    assert works.failed_with("cannot be reached")


def test_a_certificate_that_expires_soon_is_told_while_it_is_good(tmp_path: Path, caplog):
    port = free_port()
    make(tmp_path, "mulmok", days=9)
    make(tmp_path, "plc", uri="urn:plc", days=400)

    async def play():
        plc = secured(tmp_path, port)
        await with_certificate(plc, tmp_path)
        async with plc:
            await plc.add("pH", 7.0)
            works = works_of(tmp_path, port, "aes256-encrypt", 'server_certificate = "plc.pem"')
            await works.run(lambda: until(lambda: works.values("inlet.ph")))

    asyncio.run(play())
    told = [record.getMessage() for record in caplog.records if "expires on" in record.getMessage()]
    assert len(told) == 1
    assert "mulmok.pem expires on 20" in told[0]


def test_each_certificate_is_looked_at_again_as_it_is_by_then(tmp_path: Path):
    make(tmp_path, "mulmok", days=400)
    make(tmp_path, "plc", uri="urn:plc", days=60)
    files = {"certificate": "mulmok.pem", "key": "mulmok-key.pem", "server_certificate": "plc.pem"}
    access = Access.of({"url": "opc.tcp://plc", "security": "aes256-sign", **files})
    now = SystemClock().now()
    assert aging(access, tmp_path, now) == []
    (soon,) = aging(access, tmp_path, now + 40 * DAY)
    assert "plc.pem expires on" in str(soon)
    (late,) = aging(access, tmp_path, now + 70 * DAY)
    assert "plc.pem expired on" in str(late)
    (tmp_path / "plc.pem").unlink()
    (gone,) = aging(access, tmp_path, now)
    assert "plc.pem cannot be read" in str(gone)
    assert aging(Access.of({"url": "opc.tcp://plc"}), tmp_path, now) == []
