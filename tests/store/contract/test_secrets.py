"""What every store promises of secrets: encrypted wherever they lie, and never with a wrong key."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.store.builders import NOW, connection
from vetrina.data_key import FILE, new_key
from vetrina.encryption import Cipher
from vetrina.store.errors import StoreUnusable
from vetrina.store.ports.payments import PaymentSettings
from vetrina.store.ports.polls import Poll
from vetrina.store.ports.unread import UnreadDelivery
from vetrina.store.sql.selling_tables import payments
from vetrina.store.sql.tables import connections, polls

SECRET, KEY = "whsec_a-secret-of-a-shop", "ck_a-key-for-asking"
POLL = Poll(connection="c1", address="https://shop.example", key=KEY, secret=SECRET, since=NOW)
PAYMENTS = PaymentSettings(adapter="stripe", key="sk_live_money", changed_at=NOW)
OLD, NEW = new_key().decode(), new_key().decode()


def keyed(store, keys):
    store._cipher, store._key_checked = Cipher(Path("nowhere"), keys), False


async def filled(store, keys=OLD):
    """A store with one secret of each kind."""
    keyed(store, keys)
    await store.encrypt_secrets()
    await store.add_connection(connection(secrets=(SECRET, "older")))
    await store.put_poll(POLL)
    sealed = store._cipher.encrypt(b"an order")
    unread = UnreadDelivery(connection="c1", id="u", received_at=NOW, why="", sealed=sealed)
    await store.keep_unread(unread, since=0, at_most=9)
    await store.choose_payments(PAYMENTS)


async def all_of(store, table):
    return await store._rows(select(table))


async def kept(store):
    """All that the tables hold, as text."""
    rows = [row for table in (connections, polls, payments) for row in await all_of(store, table)]
    return str([tuple(row) for row in rows])


async def reads_everything(store):
    [found], [poll] = await store.connections(), await store.polls()
    [unread] = await store.unread()
    assert (await store.connection("c1")).secrets == found.secrets == (SECRET, "older")
    assert await store.poll("c1") == poll == POLL
    assert await store.chosen_payments() == PAYMENTS
    return store._cipher.decrypt(unread.sealed) == b"an order"


async def test_secrets_are_encrypted_wherever_they_lie(store):
    """They lay there in plain text: a copy of the database could sign orders."""
    await filled(store)
    assert await reads_everything(store)
    await store.set_secrets("c1", ["another"])
    for text in (SECRET, "older", "another", KEY, "sk_live_money"):
        assert text not in await kept(store)
    assert (await store.connection("c1")).secrets == ("another",)


async def test_plain_ones_of_an_earlier_version_are_read_and_encrypted_at_the_next_start(store):
    await filled(store)
    plain = {"secrets": [SECRET, "older"]}
    await store._write_alone(lambda sql: sql.execute(update(connections).values(plain)))
    await store._write_alone(lambda sql: sql.execute(update(polls).values(key=KEY, secret=None)))
    assert (await store.connection("c1")).secrets == (SECRET, "older")
    for _ in range(2):
        await store.encrypt_secrets()
        assert SECRET not in await kept(store)
        assert KEY not in await kept(store)
        assert (await store.connection("c1")).secrets == (SECRET, "older")
        assert (await store.poll("c1")).secret is None


async def test_a_wrong_key_is_said(stores):
    one, other = stores
    await filled(one)
    keyed(other, NEW)
    for call in (other.encrypt_secrets, other.check_key, other.reencrypt, other.connections):
        with pytest.raises(StoreUnusable, match="VETRINA_ENCRYPTION_KEY holds another key"):
            await call()
    assert await reads_everything(one)


async def test_a_missing_key_is_said_and_none_is_made(stores, tmp_path):
    one, other = stores
    await filled(one)
    other._cipher = Cipher(tmp_path / "elsewhere")
    with pytest.raises(StoreUnusable, match=f"there is no .*{FILE}, and VETRINA_ENCRYPTION_KEY"):
        await other.encrypt_secrets()
    assert not (tmp_path / "elsewhere").exists()


async def test_everything_is_encrypted_with_the_newest_key(stores):
    one, other = stores
    await filled(one)
    keyed(one, f"{NEW},{OLD}")
    assert await one.reencrypt() == 5
    keyed(other, NEW)
    await other.check_key()
    assert await reads_everything(other)
    keyed(other, OLD)
    with pytest.raises(StoreUnusable, match="holds another key"):
        await other.check_key()


async def test_what_a_lost_key_encrypted_is_let_go_of(store):
    await filled(store)
    keyed(store, NEW)
    assert await store.forget_unreadable() == 5
    await store.encrypt_secrets()
    assert (await store.connection("c1")).secrets == ()
    assert await store.polls() == await store.unread() == []
    assert (await store.chosen_payments()).key is None


async def test_a_new_database_gets_its_key_at_the_start(store, tmp_path):
    store._cipher = Cipher(tmp_path / "new")
    await store.encrypt_secrets()
    await store.add_connection(connection(secrets=(SECRET,)))
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o777 == 0o600
    assert (await store.connection("c1")).secrets == (SECRET,)
    assert SECRET not in await kept(store)
    await store._write_alone(lambda sql: sql.execute(insert(polls), {**_plain_poll()}))
    assert (await store.poll("c1")).key == KEY


def _plain_poll():
    return {
        "connection": "c1", "address": "https://shop.example", "key": KEY, "since": NOW,
        "reached": 0, "found": 0,
    }  # fmt: skip
