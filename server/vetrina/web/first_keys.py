"""First keys: those that a start makes by itself, and the links that the console prints once."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass

from vetrina.domain.access import Role
from vetrina.live.demo import SLUG as DEMO_SLUG
from vetrina.store.errors import Conflict
from vetrina.store.ports.keys import Key
from vetrina.web.context import Context
from vetrina.web.http.auth import digest_of, mint, new_key_id

LOGIN_MS = 60 * 60 * 1000
ENVIRONMENT = "VETRINA_CONTROL_KEY"
DEMO_LABEL = "demo"
# Each start of the demo prints a new overlay link; old sources in OBS keep working for a while.
DEMO_KEYS = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the console's welcome."""

    name: str
    url: str
    hint: str = ""


class FirstKeys:
    """Makes the links of the welcome. Asking twice makes new ones."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def links(self, base: str) -> list[Link]:
        """Where to go first; with secrets in them, so for the console only."""
        found = [await self._control(base)]
        if self._context.settings.demo:
            found.append(await self._demo_overlay(base))
            found.append(Link("Viewers", f"{base}/live/{DEMO_SLUG}", "open it on a phone"))
        if (shop := await self._context.store.shop()) is not None:
            found.append(Link("Shop", f"{base}/shop/{shop.handle}"))
        found.append(Link("API", f"{base}/docs"))
        return found

    async def _control(self, base: str) -> Link:
        keys = await self._context.store.keys()
        usable = any(key.role is Role.CONTROL and key.revoked_at is None for key in keys)
        if usable and not self._context.settings.demo:
            hint = "log in with your control key; lost it: vetrina key create --role control"
            return Link("Control panel", f"{base}/control", hint)
        code = await login_code(self._context)
        hint = "logs in once, within the hour"
        return Link("Control panel", f"{base}/control#code={code}", hint)

    async def _demo_overlay(self, base: str) -> Link:
        context = self._context
        now = context.clock.now_ms()
        old = [key for key in await context.store.keys(DEMO_SLUG) if key.label == DEMO_LABEL]
        for key in [key for key in old if key.revoked_at is None][: -DEMO_KEYS + 1]:
            await context.store.revoke_key(key.id, now)
        secret = mint(Role.OVERLAY)
        key = Key(
            id=new_key_id(), role=Role.OVERLAY, show=DEMO_SLUG, label=DEMO_LABEL, created_at=now
        )
        await context.store.add_key(key, digest_of(secret))
        url = f"{base}/overlay/{secret}"
        return Link("Overlay", url, "drag it into OBS, or open it with ?preview=1 to look")


async def login_code(context: Context, valid_ms: int = LOGIN_MS, made_by: str | None = None) -> str:
    """A new one-time code that a browser exchanges for a control key.

    `made_by`: the key that asked for it.
    """
    code = secrets.token_urlsafe(24)
    expires_at = context.clock.now_ms() + valid_ms
    await context.store.add_login_code(digest_of(code), expires_at, made_by)
    return code


async def adopt_control_key(context: Context) -> None:
    """Make the key of VETRINA_CONTROL_KEY one that logs in. A revoked one stays revoked."""
    given = context.settings.control_key
    if given is None:
        return
    digest = digest_of(given.get_secret_value())
    if await context.store.key(digest) is None:
        key = Key(
            id=new_key_id(),
            role=Role.CONTROL,
            show=None,
            label=ENVIRONMENT,
            created_at=context.clock.now_ms(),
        )
        with contextlib.suppress(Conflict):  # another worker was quicker
            await context.store.add_key(key, digest)
