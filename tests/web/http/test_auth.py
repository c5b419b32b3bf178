import asyncio

import pytest

from tests.web.conftest import bearer, problem
from vetrina.bus.port import KeyRevoked
from vetrina.domain.access import KEY_ROLES, Role
from vetrina.store.errors import StoreAway
from vetrina.store.ports.keys import Key
from vetrina.web.http.auth import CACHED_KEYS, CACHED_S, Authenticator, digest_of, goes_first, mint
from vetrina.web.http.operation import Caller
from vetrina.web.operations import OPERATIONS

CONTROL = [operation for operation in OPERATIONS if operation.caller is Caller.KEY]
OPEN = [
    operation for operation in OPERATIONS if operation.caller in (Caller.ANYONE, Caller.OPERATOR)
]
KEYS = ["none", "nonsense", "revoked", "overlay", "hook", "other_show", "this_show", "all_shows"]
SAMPLE = Key(id="key_1", role=Role.CONTROL, show=None, label="", created_at=0)


def address(operation) -> str:
    values = {
        "slug": "spring",
        "token": "ck_unknown",
        "id": "key_none",
        "delivery": "dlv_1",
        "number": "1",
        "sku": "MUG-1",
        "handle": "giulia",
        "code": "WELCOME10",
        "place": "rome",
    }
    return operation.path.format(**values)


async def headers_of(site, kind) -> dict[str, str]:
    """The Authorization header of a caller of some kind."""
    match kind:
        case "none":
            return {}
        case "nonsense":
            return bearer("ctl_" + "x" * 32)
        case "revoked":
            key, secret = await site.key("control")
            await site.store.revoke_key(key.id, site.clock.now_ms())
        case "overlay" | "hook":
            _, secret = await site.key(kind, show="spring")
        case "other_show":
            _, secret = await site.key("control", show="autumn")
        case "this_show":
            _, secret = await site.key("control", show="spring")
        case "all_shows":
            _, secret = await site.key("control")
    return bearer(secret)


def expected(operation, kind) -> str | None:
    """What the caller is told, None when it is let in."""
    if kind in ("none", "nonsense", "revoked"):
        return "unauthorized"
    if kind in ("overlay", "hook"):
        return "forbidden"
    if kind == "all_shows" or operation.scope == "some":
        return None
    if operation.scope == "all":
        return "forbidden"
    return None if kind == "this_show" else "forbidden"


@pytest.mark.parametrize("kind", KEYS)
async def test_who_may_do_what(site, kind):
    for slug in ("spring", "autumn"):
        await site.show(slug, bag=False)
    headers = await headers_of(site, kind)
    for operation in CONTROL:
        site.clock.advance(2_000)  # so many wrong keys at once would be stopped
        answer = await site.http.request(operation.method, address(operation), headers=headers)
        code = expected(operation, kind)
        if code is not None:
            told = problem(answer, 401 if code == "unauthorized" else 403, code)
            assert "spring" not in told["detail"]
        elif operation.name != "revoke_key" or kind == "all_shows":
            assert answer.status_code not in (401, 403), operation.name
        else:
            # A key of one show cannot tell other shows' keys from those that are not there.
            problem(answer, 403, "forbidden")
        if operation.name == "revoke_own_key" and code is None:
            headers = await headers_of(site, kind)


async def test_open_calls_need_no_key(site):
    await site.show()
    for operation in OPEN:
        answer = await site.http.request(operation.method, address(operation))
        assert answer.status_code not in (401, 403), operation.name


async def test_nothing_says_why_a_key_is_not_good(site):
    """Unknown, revoked and missing look alike, byte for byte."""
    told = set()
    for kind in ("none", "nonsense", "revoked"):
        answer = await site.http.get("/api/v1/shows", headers=await headers_of(site, kind))
        assert answer.headers["www-authenticate"] == "Bearer"
        told.add(answer.content)
    assert len(told) == 1


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic abc", "ctl_x", "Bearer ctl_short", "Bearer ctl_" + "é" * 32,
     "Bearer ctl_" + "x" * 500],
)  # fmt: skip
async def test_headers_that_are_no_key(site, header):
    answer = await site.http.get(
        "/api/v1/shows", headers=[(b"authorization", header.encode("latin-1", "replace"))]
    )
    problem(answer, 401, "unauthorized")


async def test_the_scheme_is_read_in_any_case(site):
    headers = {"authorization": f"bearer {site.control}"}
    assert (await site.http.get("/api/v1/shows", headers=headers)).status_code == 200


def test_a_secret_has_its_prefix_and_128_random_bits():
    secrets = {mint(role) for role in KEY_ROLES for _ in range(50)}
    assert len(secrets) == 150
    assert all(len(secret.partition("_")[2]) * 6 >= 128 for secret in secrets)
    assert {secret.partition("_")[0] for secret in secrets} == {"ctl", "ovl", "hook"}


class CountingStore:
    """A key store that counts, and answers when it is told to."""

    def __init__(self, store) -> None:
        self._store = store
        self.asked = 0
        self.found = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.note_key_used = store.note_key_used

    async def key(self, digest):
        self.asked += 1
        found = await self._store.key(digest)
        self.found.set()
        await self.gate.wait()
        return found


async def test_a_busy_key_is_looked_up_once_in_a_while(site, clock):
    store = CountingStore(site.store)
    auth = Authenticator(store, clock)
    for _ in range(5):
        assert await auth.key(site.control) is not None
    assert store.asked == 1
    clock.advance(int(CACHED_S * 1000))
    await auth.key(site.control)
    assert store.asked == 2


async def test_a_revocation_during_the_look_up_is_not_overlooked(site, clock):
    store = CountingStore(site.store)
    auth = Authenticator(store, clock)
    key, secret = await site.key("control")
    store.gate.clear()
    asking = asyncio.create_task(auth.key(secret))
    await store.found.wait()
    await site.store.revoke_key(key.id, clock.now_ms())
    auth.forget(key.id)
    store.gate.set()
    await asking
    assert await auth.key(secret) is None


async def test_the_memory_of_keys_is_bounded(clock):
    class AnyKey:
        asked = 0

        async def key(self, digest):
            self.asked += 1
            return SAMPLE

        async def note_key_used(self, key_id, at):
            pass

    store = AnyKey()
    auth = Authenticator(store, clock)
    first = "ctl_" + "a" * 32
    await auth.key(first)
    for number in range(CACHED_KEYS):
        await auth.key(f"ctl_{number:032}")
    await auth.key(first)
    assert store.asked == CACHED_KEYS + 2


def test_the_digest_is_sha_256():
    assert digest_of("abc").startswith("ba7816bf8f01cfea")


async def test_a_revocation_in_another_process_counts_as_soon_as_it_is_heard_of(site):
    key, secret = await site.key("control")
    headers = bearer(secret)
    assert (await site.http.get("/api/v1/shows", headers=headers)).status_code == 200
    await site.store.revoke_key(key.id, site.clock.now_ms())
    await site.bus.publish([KeyRevoked(key.id)])
    problem(await site.http.get("/api/v1/shows", headers=headers), 401, "unauthorized")


async def test_an_overlay_comes_back_while_the_store_is_away(site):
    """Its show is in memory, as for viewers; whoever may change things waits for the store."""
    await site.show()
    secrets = [(await site.key(role, show="spring"))[1] for role in ("overlay", "control")]
    known = [await site.context.auth.key(secret) for secret in secrets]
    site.clock.advance(3_600_000)

    async def away(digest):
        raise StoreAway("The database does not answer.")

    site.store.key = away
    assert await site.context.auth.key(secrets[0]) == known[0]
    with pytest.raises(StoreAway):
        await site.context.auth.key(secrets[1])
    with pytest.raises(StoreAway):
        await site.context.auth.key(mint(Role.OVERLAY))
    site.context.auth.forget(known[0].id)
    with pytest.raises(StoreAway):
        await site.context.auth.key(secrets[0])


async def test_health_checks_and_keys_in_use_go_before_strangers(site):
    """Strangers' floods wait for the host, and not the host for them."""

    def first(path="/", authorization=None):
        headers = [] if authorization is None else [(b"authorization", authorization.encode())]
        return goes_first(site.context.auth, {"path": path, "headers": headers})

    _, secret = await site.key("control")
    assert first("/healthz")
    assert not first()
    assert not first(authorization=f"Bearer {secret}")
    await site.context.auth.key(secret)
    assert first(authorization=f"Bearer {secret}")
    assert not first(authorization="Bearer ctl_of-nobody-at-all-0123456789")
