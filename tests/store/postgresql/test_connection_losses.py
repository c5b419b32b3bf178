"""Connections to PostgreSQL that break: what was acknowledged is there once, whatever happened."""

import asyncio
import logging
import signal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.util import await_only

from tests.encryption import CIPHER
from tests.fakes import settled
from tests.postgres import PostgresServer
from tests.store.builders import SLUG, made_show, product, purchase
from vetrina.store.errors import StoreAway, StoreError
from vetrina.store.postgresql import connection as link
from vetrina.store.postgresql import database as module
from vetrina.store.sql.store import postgres_store


@pytest.fixture
async def store(postgres):
    made = postgres_store(postgres, CIPHER)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def own_server():
    """A server of this test's own, to do harm to."""
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
async def at_risk(own_server):
    made = postgres_store(own_server.url(own_server.create()), CIPHER)
    await made.open()
    await made_show(made)
    yield made
    await made.close()


async def test_a_connection_lost_in_the_middle_is_made_again(store, postgres_server):
    await made_show(store)
    pids = []

    def cut_once(connection):
        connection.execute(text("DELETE FROM products"))
        pids.append(connection.execute(text("SELECT pg_backend_pid()")).scalar())
        if len(pids) == 1:
            postgres_server.sql(f"SELECT pg_terminate_backend({pids[0]})")
        connection.execute(text("SELECT 1"))

    await asyncio.gather(
        store._write_alone(cut_once), *(store.append(purchase(number)) for number in range(5))
    )
    assert len(set(pids)) == 2
    assert [one.seq for one in await store.events(SLUG)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_transaction_that_had_to_make_room_is_run_again(store, state):
    await made_show(store)
    tries = []

    def make_room(connection):
        tries.append(1)
        if len(tries) < 4:
            connection.execute(
                text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
            )

    appends = [store.append(purchase(number)) for number in range(9)]
    await asyncio.gather(store._write_alone(make_room), *appends)
    assert len(tries) == 4
    assert [one.seq for one in await store.events(SLUG)] == list(range(1, 10))


async def test_who_wait_in_a_circle_both_get_through(postgres):
    """A real deadlock: each holds a product and wants the other's."""
    stores = [postgres_store(postgres, CIPHER) for _ in range(2)]
    for one in stores:
        await one.open()
    await stores[0].put_products([product("A"), product("B")])
    met = asyncio.Barrier(2)

    def crossing(first, second):
        runs = []

        def work(connection):
            runs.append(1)
            change = text("UPDATE products SET stock = coalesce(stock, 0) + 1 WHERE sku = :sku")
            connection.execute(change, {"sku": first})
            if len(runs) == 1:
                await_only(met.wait())
            connection.execute(change, {"sku": second})

        return work

    await asyncio.gather(
        stores[0]._write_alone(crossing("A", "B")), stores[1]._write_alone(crossing("B", "A"))
    )
    assert [one.stock for one in await stores[0].products()] == [2, 2]
    for one in stores:
        await one.close()


async def test_a_restart_of_the_server_goes_unnoticed(at_risk, own_server):
    await at_risk.append(purchase(1))
    own_server.stop()
    own_server.start()
    assert (await at_risk.head(SLUG)).seq == 1
    assert (await at_risk.append(purchase(2))).position.seq == 2


async def test_a_server_that_stays_away_is_told_of_and_comes_back(
    at_risk, own_server, monkeypatch, caplog
):
    monkeypatch.setattr(module, "PAUSES_S", (0.01, 0.01))
    own_server.kill()
    with caplog.at_level(logging.WARNING):
        told = await asyncio.gather(
            at_risk.append(purchase(1)), at_risk.head(SLUG), at_risk.ping(), at_risk.shows(),
            return_exceptions=True,
        )  # fmt: skip
    assert {(type(one), str(one)) for one in told} == {(StoreAway, "The database does not answer.")}
    assert len([one for one in caplog.records if "VETRINA_DATABASE" in one.getMessage()]) == 1
    own_server.start()
    assert await at_risk.ping() is None
    assert (await at_risk.append(purchase(1))).position.seq == 1


async def test_a_frozen_server_is_given_up_and_used_again(at_risk, own_server, monkeypatch):
    monkeypatch.setattr(link, "COMMAND_S", 0.2)
    monkeypatch.setattr(link, "CONNECT_S", 0.2)
    monkeypatch.setattr(module, "PAUSES_S", (0.01,))
    await at_risk._database._writing.dispose()
    await at_risk._database._reading.dispose()
    await at_risk.append(purchase(1))
    await at_risk.ping()
    own_server.signal(signal.SIGSTOP)
    try:
        told = await asyncio.gather(
            at_risk.append(purchase(2)), at_risk.ping(), return_exceptions=True
        )
    finally:
        own_server.signal(signal.SIGCONT)
    assert [type(one) for one in told] == [StoreAway, StoreAway]
    own_server.wait_until_ready()
    assert await at_risk.ping() is None
    await asyncio.gather(at_risk.append(purchase(2)), return_exceptions=True)
    assert [one.seq for one in await at_risk.events(SLUG)] == [1, 2]


async def test_a_process_that_stands_still_loses_the_row(postgres, monkeypatch):
    """It holds the show's row and is frozen; others wait, and then go on without it."""
    monkeypatch.setitem(link._HURRIED, "idle_in_transaction_session_timeout", "300")
    frozen, other = postgres_store(postgres, CIPHER), postgres_store(postgres, CIPHER)
    await frozen.open()
    await other.open()
    await made_show(frozen)
    async with frozen._database._writing.connect() as connection:
        await connection.execute(text("UPDATE shows SET seq = 7"))
        assert (await other.append(purchase(1))).position.seq == 1
        with pytest.raises(SQLAlchemyError):
            await connection.execute(text("SELECT 1"))
    await frozen.close()
    await other.close()


async def test_readers_who_give_up_leave_their_connections_whole(store):
    ran = []

    def long(connection):
        connection.execute(text("SELECT pg_sleep(0.05)"))
        ran.append(1)

    await made_show(store)
    readers = [asyncio.create_task(store._database.read(long)) for _ in range(12)]
    await settled()
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    assert len(await store.shows()) == 1
    await store.close()
    assert len(ran) == 12


async def test_readers_cannot_write(store, monkeypatch):
    monkeypatch.setattr(module, "PAUSES_S", ())
    with pytest.raises(StoreError, match="can only be read"):
        await store._database.read(lambda sql: sql.execute(text("DELETE FROM shows")))


async def test_a_server_that_answers_before_the_disk_has_it_is_overruled(own_server):
    name = own_server.create()
    own_server.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    made = postgres_store(own_server.url(name), CIPHER)
    await made.open()

    def setting(connection):
        return connection.execute(text("SHOW synchronous_commit")).scalar()

    assert await made._write_alone(setting) == "on"
    await made.close()


async def test_two_processes_append_a_thousand_to_one_show(postgres):
    stores = [postgres_store(postgres, CIPHER) for _ in range(2)]
    for one in stores:
        await one.open()
    await made_show(stores[0])
    made = await asyncio.gather(
        *(stores[number % 2].append(purchase(number)) for number in range(1_000))
    )
    log = await stores[0].events(SLUG)
    assert [one.seq for one in log] == list(range(1, 1_001))
    told = sorted((one for appended in made for one in appended.events), key=lambda one: one.seq)
    assert told == log
    for one in stores:
        await one.close()
