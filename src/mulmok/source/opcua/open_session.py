"""From a site file's address and credentials to a session with the server."""

from __future__ import annotations

from pathlib import Path

from asyncua import Client, ua
from asyncua.crypto import security_policies, uacrypto

from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.source.opcua.complaint import FAULTS, complaint
from mulmok.source.opcua.credentials import Credentials, fingerprint, load_credentials
from mulmok.source.opcua.settings import SECURITY, Access

#: How long the server keeps the session of one that is gone [ms]: small servers have few of them.
_KEPT_MS = 60_000
#: Largest message a server may send us [bytes, chunks]. Site choice.
_LARGEST, _CHUNKS = 16 * 1024 * 1024, 1024
_POLICIES = {
    "Basic256Sha256": security_policies.SecurityPolicyBasic256Sha256,
    "Aes128_Sha256_RsaOaep": security_policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256_Sha256_RsaPss": security_policies.SecurityPolicyAes256Sha256RsaPss,
}


async def open_client(access: Access, beside: Path, now: int | None) -> Client:
    """Connect; give a client whose session is active. Raises SourceError, and nothing is left open.

    beside  folder from which relative paths of certificates are meant
    now     our clock [ns UTC]; None: leave it to the server to say that a certificate has expired
    """
    credentials = None
    if access.security != "none":
        credentials = load_credentials(access, beside, now)
    client = Client(access.address, timeout=access.timeout, watchdog_intervall=access.timeout)
    client.name = client.description = "mulmok"
    client.application_uri = "urn:mulmok" if credentials is None else credentials.uri
    client.session_timeout = _KEPT_MS
    client.max_messagesize, client.max_chunkcount = _LARGEST, _CHUNKS
    if access.user is not None:
        client.set_user(access.user)
        client.set_password(access.password or "")
    try:
        if credentials is not None:
            await _secure(client, access, credentials)
        await client.connect()
    except BaseException as fault:
        client.disconnect_socket()
        if isinstance(fault, FAULTS):
            raise complaint(fault, access) from fault
        raise
    return client


def sends_plain_password(client: Client, access: Access) -> bool:
    """Whether the user's password went over the line for everybody to read."""
    if not access.password or access.security.endswith("-encrypt"):
        return False
    policy = client.server_policy(ua.UserTokenType.UserName)
    return policy.SecurityPolicyUri in (None, "", security_policies.SecurityPolicyNone.URI)


async def _secure(client: Client, access: Access, credentials: Credentials) -> None:
    """Take the endpoint with the security that is wanted, and the certificate it shows."""
    name, mode = SECURITY[access.security]
    policy = _POLICIES[name]
    endpoints = await client.connect_and_get_server_endpoints()
    shown = None
    for endpoint in endpoints:
        if (
            endpoint.SecurityPolicyUri == policy.URI
            and endpoint.SecurityMode == ua.MessageSecurityMode[mode]
        ):
            shown = uacrypto.x509_from_der(endpoint.ServerCertificate)
    if shown is None:
        raise SourceError(
            text(
                "{url} does not offer {security}; it offers: {offered}",
                url=access.url,
                security=access.security,
                offered=", ".join(offered(endpoints)) or "-",
            )
        )
    der = uacrypto.der_from_x509(shown)
    if credentials.server is not None and der != credentials.server:
        raise SourceError(
            text(
                "{url} shows another certificate than {path} (thumbprint {shown}, not {pinned})",
                url=access.url,
                path=str(access.server_certificate),
                shown=fingerprint(der),
                pinned=fingerprint(credentials.server),
            )
        )
    await client.set_security(
        policy,
        certificate=uacrypto.CertProperties(credentials.certificate, "der"),
        private_key=uacrypto.CertProperties(credentials.key, "der"),
        server_certificate=uacrypto.CertProperties(der, "der"),
        mode=ua.MessageSecurityMode[mode],
    )


def offered(endpoints: list[ua.EndpointDescription]) -> list[str]:
    """Give what of our securities a server offers, as the site file would have it; others by name."""
    found = []
    for endpoint in endpoints:
        policy = str(endpoint.SecurityPolicyUri).rpartition("#")[2]
        mode = endpoint.SecurityMode.name
        known = [word for word, have in SECURITY.items() if have == (policy, mode)]
        found.append(known[0] if known else "none" if policy == "None" else f"{policy} {mode}")
    return sorted(set(found))
