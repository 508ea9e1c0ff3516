"""A service asked over HTTP: one bounded and suspicious client for all drivers that ask one.

An answer is read up to `LIMIT` bytes, unpacked ones, and for `ANSWER_S` seconds, however slowly it
drips. Certificates are verified. Neither a redirect nor a link to a next page leads to another host
or out of TLS: what signs in here is nobody else's, and the service does not choose whom we ask.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from mulmok.model.clock import Clock
from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND, from_datetime
from mulmok.source.address import shown_url, stay
from mulmok.source.answer import LIMIT, Answer, read_body
from mulmok.source.payload import plain
from mulmok.source.port import Setup
from mulmok.source.settings import Given, SettingKey

#: How a driver signs in to a service.
SIGN_IN: tuple[SettingKey, ...] = (
    SettingKey("token", "secret", text("token it is asked with (Authorization: Bearer)"), '"env:SERVICE_TOKEN"', usual="none"),
    SettingKey("user", "text", text("name it is asked with"), '"mulmok"', usual="none"),
    SettingKey("password", "secret", text("password of that name"), '"env:SERVICE_PASSWORD"', usual="none"),
    SettingKey("ca", "text", text("PEM file of the certificate that its own is signed by, for a service of the house; a relative path begins at the site file"), '"works-ca.pem"', usual="public authorities"),
)  # fmt: skip

#: Longest time an answer may take, from asking to its last byte [s]. Site choice.
ANSWER_S = 60.0
#: Pages of one answer. Site choice.
MOST_PAGES = 1000
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_REDIRECTS = 5
#: What is read of an answer that is a fault [bytes].
_FAULT = 16 * 1024


class BusyError(SourceError):
    """The service asks for a pause; `wait` [ns]."""

    def __init__(self, words: Text, wait: int) -> None:
        super().__init__(words)
        self.wait = wait


class AbsentError(SourceError):
    """The service answers, and what was asked for is not there."""


@dataclass
class Service:
    """One service; use it as an async context manager, once for each connection."""

    clock: Clock | None
    headers: Mapping[str, str] = field(default_factory=dict)
    sign_in: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    #: What signs in, by the name of its setting: it is never shown.
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, setup: Setup, headers: Mapping[str, str] | None = None) -> Service:
        """Make it from the settings of `SIGN_IN`. Raises InputError when `ca` is no certificate."""
        return cls.made(setup.clock, setup.settings, setup.beside, headers)

    @classmethod
    def made(
        cls,
        clock: Clock | None,
        given: Mapping[str, Given],
        beside: Path,
        headers: Mapping[str, str] | None = None,
    ) -> Service:
        """Make it from settings; `beside` is where a relative `ca` begins. Raises InputError."""
        secrets = {key: str(given[key]) for key in ("token", "password", "api_key") if key in given}
        own = {"Accept-Encoding": "gzip", "User-Agent": "mulmok", **(headers or {})}
        if "token" in secrets:
            own["Authorization"] = f"Bearer {secrets['token']}"
        user = given.get("user")
        both = None if user is None else (str(user), secrets.get("password", ""))
        return cls(clock, own, both, _trusting(given.get("ca"), beside), secrets)

    async def __aenter__(self) -> Self:
        """Begin with no connection."""
        auth = None if self.sign_in is None else httpx.BasicAuth(*self.sign_in)
        verify = self.tls or httpx.create_ssl_context()
        self._client = httpx.AsyncClient(
            headers=dict(self.headers), auth=auth, timeout=_TIMEOUT, verify=verify
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ask(self, url: str, method: str = "GET", body: str | None = None) -> Answer:
        """Ask once. Raises SourceError, BusyError where it says when to come again, AbsentError."""
        place = shown_url(url)
        kind = {} if body is None else {"Content-Type": "application/json"}
        try:
            request = self._client.build_request(method, url, content=body, headers=kind)
            async with asyncio.timeout(ANSWER_S):
                return await self._answer(request, place)
        except TimeoutError:
            raise SourceError(
                text(
                    "{place} has not sent its whole answer within {seconds:g} s",
                    place=place,
                    seconds=ANSWER_S,
                )
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise SourceError(_unanswered(place, fault)) from fault

    async def _answer(self, request: httpx.Request, place: str) -> Answer:
        for _ in range(_REDIRECTS + 1):
            response = await self._client.send(request, stream=True)
            try:
                if response.next_request is not None:
                    request = response.next_request
                    stay(str(response.url), str(request.url))
                    continue
                if not response.is_success:
                    raise self._fault(
                        response, await read_body(response, place, _FAULT, whole=False)
                    )
                payload = await read_body(response, place, LIMIT, whole=True)
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Answer(str(response.url), payload, kind)
            finally:
                await response.aclose()
        raise SourceError(text("{place} redirects in circles", place=place))

    def _fault(self, response: httpx.Response, body: bytes) -> SourceError:
        place, status = shown_url(str(response.url)), response.status_code
        if status in (401, 403):
            return SourceError(self._refused(place, status))
        if status in (404, 410):
            return AbsentError(
                text(
                    "there is nothing at {place} ({status}): is url right?",
                    place=place,
                    status=status,
                )
            )
        said = plain(body) if not body.lstrip().startswith(b"<") else ""
        for secret in self.secrets.values():
            said = said.replace(secret, "***")
        words = text(
            "{place} answers {status} {reason}: {said}",
            place=place,
            status=status,
            reason=response.reason_phrase,
            said=said or "-",
        )
        wait = self._retry_after(response) if status in (429, 503) else None
        return SourceError(words) if wait is None else BusyError(words, wait)

    def _refused(self, place: str, status: int) -> Text:
        given = [name for name in ("token", "user", "password", "api_key") if self._has(name)]
        if not given:
            return text(
                "{place} wants a sign-in ({status}): set token, or user and password",
                place=place,
                status=status,
            )
        return text(
            "{place} refuses the sign-in ({status}): is the setting {settings} right?",
            place=place,
            status=status,
            settings=", ".join(given),
        )

    def _has(self, name: str) -> bool:
        return self.sign_in is not None if name == "user" else name in self.secrets

    def _retry_after(self, response: httpx.Response) -> int | None:
        words = response.headers.get("retry-after", "").strip()
        if words.isascii() and words.isdigit() and len(words) < 10:
            return int(words) * SECOND
        if self.clock is None:
            return None
        try:
            return max(from_datetime(parsedate_to_datetime(words)) - self.clock.now(), 0)
        except (ValueError, OverflowError):
            return None


def _unanswered(place: str, fault: Exception) -> Text:
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return text(
                "the certificate of {place} is not trusted: {why}; for an authority of the house set ca",
                place=place,
                why=cause.verify_message,
            )
        cause = cause.__cause__ or cause.__context__
    why = str(fault) or type(fault).__name__
    return text("{place} does not answer: {why}", place=place, why=why)


def _trusting(ca: Given | None, beside: Path) -> ssl.SSLContext | None:
    if ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(beside / str(ca)))
    except (OSError, ssl.SSLError) as fault:
        raise InputError(
            text("ca: {path} holds no certificate: {why}", path=str(ca), why=str(fault))
        ) from fault
