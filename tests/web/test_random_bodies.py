"""Whatever is sent, the server has an answer: never a 500, always a problem with a code."""

import asyncio
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import FakeClock
from tests.properties import at_most
from tests.sqlite import with_tables
from tests.web.conftest import site_over
from vetrina.protocol.command_codec import COMMAND_TYPES
from vetrina.store.sql.store import sqlite_store
from vetrina.web.hook_actions import ACTIONS
from vetrina.web.http.operation import Caller, Upload
from vetrina.web.operations import OPERATIONS

PATHS = sorted(
    {
        (operation.method, operation.path)
        for operation in OPERATIONS
        if operation.body is not None and not isinstance(operation.body, Upload)
    }
)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(0, 2000)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
    | st.sampled_from(["MUG-1", "EUR", "spring", "generic", "overlay", "d1", "live", "/media/x"])
)  # fmt: skip
NAMES = st.sampled_from(
    "sku skus title price amount currency slug status host name url kind show secret role label "
    "actions code text stock image link prior_price force type".split()
) | st.text(max_size=8)
MONEY = st.fixed_dictionaries({"amount": LEAVES, "currency": st.just("EUR") | LEAVES})
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
COMMANDS = st.fixed_dictionaries(
    {"type": st.sampled_from(COMMAND_TYPES)},
    optional={
        **dict.fromkeys("sku slot ttl_s duration_s lead_s quantity per_viewer".split(), LEAVES),
        **dict.fromkeys("deal text until label brand shown interval_s reason name".split(), LEAVES),
        "price": MONEY,
        "rehearsal": LEAVES,
    },
)
PRODUCTS = st.fixed_dictionaries(
    {"sku": st.text(max_size=5), "title": st.text(max_size=5), "price": MONEY},
    optional=dict.fromkeys("stock image link prior_price".split(), LEAVES),
)
BODIES = JSON | COMMANDS | PRODUCTS | st.lists(COMMANDS | PRODUCTS, max_size=3)
REQUESTS = st.lists(st.tuples(st.sampled_from(PATHS), BODIES), min_size=1, max_size=12)
HOOKS = st.lists(
    st.tuples(st.sampled_from(list(ACTIONS)), st.none() | st.text(max_size=12)), max_size=12
)


def on_a_new_site(use) -> None:
    """A server of its own for each example, so that none stands on another's leavings."""

    async def run() -> None:
        with TemporaryDirectory() as folder:
            store = sqlite_store(with_tables(Path(folder)), serve=True)
            await store.open()
            async with site_over(store, Path(folder), FakeClock()) as site:
                await site.show()
                await use(site)
            await store.close()

    asyncio.run(run())


def check(answer) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]


@settings(max_examples=at_most(60))
@given(REQUESTS)
def test_no_body_breaks_a_call(requests):
    async def use(site):
        for (method, path), body in requests:
            url = path.replace("{slug}", "spring")
            check(await site.http.request(method, url, json=body, headers=site.auth))
        for path in ("", "/bag", "/events", "/keys", "/overlays"):
            assert (await site.get(f"/shows/spring{path}")).status_code == 200
        assert (await site.get("/products")).status_code == 200

    on_a_new_site(use)


@settings(max_examples=at_most(60))
@given(HOOKS)
def test_no_value_breaks_a_hook(actions):
    async def use(site):
        _, key = await site.key("hook", show="spring", actions=tuple(ACTIONS))
        for action, value in actions:
            path = f"/hooks/{key}/{action}" + ("" if value is None else f"/{quote(value, safe='')}")
            check(await site.http.get(path))

    on_a_new_site(use)


@settings(max_examples=at_most(40))
@given(st.lists(st.tuples(st.sampled_from(OPERATIONS), st.text(max_size=10)), max_size=12))
def test_no_address_breaks_a_call(calls):
    async def use(site):
        for operation, text in calls:
            if operation.caller is Caller.OPERATOR:
                continue
            part = quote(text, safe="") or "x"
            path = part.join(re.split(r"\{\w+\}", operation.path))
            query = f"?after={quote(text)}&show={quote(text)}&limit=1"
            check(await site.http.request(operation.method, path + query, headers=site.auth))

    on_a_new_site(use)
