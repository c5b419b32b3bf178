"""Providers that sign the raw body and nothing else: base64 of its HMAC-SHA256, in a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from vetrina.connectors.port import NO_OPTIONS, BadSignature, Connector, Headers, Reason
from vetrina.connectors.signatures import base64_mac, is_one_of


class BodySignature(Connector):
    """Checks the signature of such a provider; what the body says is read by each one's module."""

    signature_headers: ClassVar[tuple[str, ...]]
    """Where it may stand, as the provider writes the names: the first one that came counts."""

    def spellings(self, secret: str) -> tuple[str, ...]:
        """The forms of a secret that the provider may have signed with."""
        return (secret,)

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        given = first_header(headers, self.signature_headers)
        if not given:
            raise BadSignature.missing(self.signature_headers[0])
        spellings = [spelling for secret in secrets for spelling in self.spellings(secret)]
        if not is_one_of(given, [base64_mac(secret, body) for secret in spellings]):
            raise BadSignature(Reason.WRONG_SECRET)

    def signed(self, secret: str, body: bytes) -> dict[str, str]:
        """The header with the signature, as the provider sends it."""
        return {self.signature_headers[0].lower(): base64_mac(secret, body)}


def first_header(headers: Headers, names: Sequence[str]) -> str:
    """The first of these headers that came with something in it; "" when none did."""
    return next((headers[name.lower()] for name in names if headers.get(name.lower())), "")
