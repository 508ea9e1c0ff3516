"""What the library or the server says against us, in words that tell what to do about it."""

from __future__ import annotations

import asyncio
import os

from asyncua import ua
from asyncua.ua import uaerrors

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.opcua.settings import Access

_USER = (
    uaerrors.BadUserAccessDenied,
    uaerrors.BadIdentityTokenInvalid,
    uaerrors.BadIdentityTokenRejected,
)
_OURS = (
    uaerrors.BadCertificateUntrusted,
    uaerrors.BadSecurityChecksFailed,
    uaerrors.BadCertificateInvalid,
    uaerrors.BadCertificateChainIncomplete,
    uaerrors.BadCertificateIssuerRevocationUnknown,
    uaerrors.BadCertificateRevocationUnknown,
    uaerrors.BadCertificateRevoked,
    uaerrors.BadCertificateUriInvalid,
    uaerrors.BadCertificateUseNotAllowed,
    uaerrors.BadCertificateTimeInvalid,
    uaerrors.BadCertificatePolicyCheckFailed,
)
_POLICY = (uaerrors.BadSecurityPolicyRejected, uaerrors.BadSecurityModeRejected)

#: All that the library raises when the outside world failed.
FAULTS = (ua.UaError, OSError, asyncio.TimeoutError, ConnectionError)


def complaint(fault: BaseException, access: Access) -> SourceError:
    """Make a SourceError of what was raised while talking to a server."""
    return SourceError(_words(fault, access))


def _words(fault: BaseException, access: Access) -> Text:
    url = access.url
    if isinstance(fault, _USER):
        if access.user is None:
            return text("{url} wants a user: give user and password", url=url)
        return text("{url} refuses the user {user} or the password", url=url, user=access.user)
    if isinstance(fault, _OURS):
        if access.security == "none":
            return text("{url} refuses us without security: {code}", url=url, code=_name(fault))
        return text(
            "{url} does not accept our certificate {path} ({code}): trust it at the server",
            url=url,
            path=str(access.certificate),
            code=_name(fault),
        )
    if isinstance(fault, _POLICY) or "No matching endpoints" in str(fault):
        return text("{url} does not speak with security = {security}", url=url, security=access.security)  # fmt: skip
    if isinstance(fault, ua.UaStatusCodeError):
        return text("{url} says {code}", url=url, code=_name(fault))
    if isinstance(fault, TimeoutError):
        return text("{url} does not answer within {seconds:g} s", url=url, seconds=access.timeout)
    if isinstance(fault, ConnectionError) and not isinstance(fault, ConnectionRefusedError):
        if access.security != "none":
            return text("{url} closed the connection: does it trust our certificate {path}?", url=url, path=str(access.certificate))  # fmt: skip
        return text("{url} closed the connection", url=url)
    if isinstance(fault, OSError):
        return text("{url} cannot be reached: {why}", url=url, why=_reason(fault))
    return text("{url} cannot be understood: {why}", url=url, why=f"{type(fault).__name__}: {fault}")  # fmt: skip


def _name(fault: BaseException) -> str:
    code = getattr(fault, "code", None)
    return ua.StatusCode(code).name if isinstance(code, int) else type(fault).__name__


def _reason(fault: OSError) -> str:
    """Say why in the system's words; asyncio puts the address where they should stand."""
    if fault.errno is not None and fault.errno > 0:
        return os.strerror(fault.errno)
    # A name that is not found has none of the system's numbers.
    return fault.strerror or str(fault)
