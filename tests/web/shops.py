"""A shop's side of a webhook: connections of every kind, and samples signed for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.web.conftest import Site
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import Sample, samples

# The second in which the samples were paid.
NOW_MS = 1_795_199_400_000
SAMPLES = {f"{kind}/{one.name}": one for kind in CONNECTORS for one in samples(kind)}
SECRETS = {
    "shopify": "hush" * 8,
    "stripe": "whsec_of_the_tests",
    "fourthwall": "e3f93c7c" * 4,
    "tiktok": "x" * 40,
}
APP_KEYS = {"tiktok": "68xu5ks"}


@dataclass(frozen=True)
class Shop:
    """One connection of a running server, from the shop's side."""

    site: Site
    kind: str
    id: str
    secret: str

    @property
    def options(self) -> dict[str, str]:
        return {"app_key": APP_KEYS[self.kind]} if self.kind in APP_KEYS else {}

    async def deliver(self, sample: Sample | str, secret: str | None = None) -> httpx.Response:
        """Sign and send a sample; its own ids stay, so that a repeat is one."""
        if isinstance(sample, str):
            sample = SAMPLES[f"{self.kind}/{sample}"]
        return await self.send(sample.body, self.signed(sample, secret))

    def signed(self, sample: Sample, secret: str | None = None) -> dict[str, str]:
        now_ms = self.site.clock.now_ms()
        given = (sample.headers, sample.body, secret or self.secret, now_ms, self.options)
        return {**CONNECTORS[self.kind].sign(*given), **sample.headers}

    async def send(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return await self.site.http.post(f"/webhooks/{self.id}", content=body, headers=headers)

    async def told(self) -> dict[str, Any]:
        """The connection as the panel sees it."""
        listed = (await self.site.get("/connections")).json()["connections"]
        return next(one for one in listed if one["id"] == self.id)


async def shop(site: Site, kind: str, show: str | None = None) -> Shop:
    """A new connection."""
    body = {"kind": kind, "show": show}
    for name, known in (("secret", SECRETS), ("app_key", APP_KEYS)):
        if kind in known:
            body[name] = known[kind]
    made = await site.post("/connections", body)
    assert made.status_code == 201, made.text
    return Shop(site, kind, made.json()["id"], made.json()["secret"])


def changed(name: str, headers: dict[str, str] | None = None, **fields: Any) -> Sample:
    """A sample with other fields."""
    sample = SAMPLES[name]
    body = json.dumps({**json.loads(sample.body), **fields}).encode()
    return Sample(sample.kind, sample.name, {**sample.headers, **(headers or {})}, body)
