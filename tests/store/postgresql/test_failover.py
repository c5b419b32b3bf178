"""A replica takes over: the address names both, and the store finds the one that takes writes."""

import time

import pytest

from tests.encryption import CIPHER
from tests.postgres import PostgresServer
from tests.store.builders import SLUG, made_show, purchase
from tests.waiting import PATIENCE_S
from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.store import postgres_store


@pytest.fixture
def primary():
    server = PostgresServer(durable=True)
    server.start()
    yield server
    server.close()


@pytest.fixture
def replica(primary):
    """Every commit waits for it, so that a failover loses nothing."""
    server = PostgresServer(durable=True, replica_of=primary)
    server.start()
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.sql("SELECT pg_reload_conf()")
    waited_for = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
    deadline = time.monotonic() + PATIENCE_S
    while primary.sql(waited_for) != "1":
        assert time.monotonic() < deadline, server.log()
    yield server
    server.close()


async def test_a_failover_goes_on_where_the_primary_was(primary, replica):
    store = postgres_store(
        f"postgresql://postgres@/postgres?host={replica.home},{primary.home}&port=5432,5432", CIPHER
    )
    await store.open()
    await made_show(store)
    for number in range(1, 21):
        await store.append(purchase(number))
    primary.kill()
    replica.promote()
    assert (await store.append(purchase(21))).position.seq == 21
    assert [one.seq for one in await store.events(SLUG)] == list(range(1, 22))
    await store.close()


async def test_a_replica_alone_is_refused(primary, replica):
    with pytest.raises(StoreUnusable, match="name the primary"):
        await postgres_store(replica.url("postgres"), CIPHER).open()
