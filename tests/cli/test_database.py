"""From SQLite to PostgreSQL on the command line, with everything that clients hold on to."""

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from tests.encryption import CIPHER
from tests.running_server import vetrina as program
from tests.store.builders import (
    NOW,
    SLUG,
    answer,
    connection,
    idempotent,
    key,
    made_show,
    product,
    purchase,
    said,
)
from tests.store.selling import fill_selling
from vetrina.cli import main
from vetrina.cli.database import copy_database
from vetrina.domain.catalogue.entry import entry_of
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.domain.selling.shop import ShopProfile
from vetrina.settings import Settings
from vetrina.store.errors import StoreUnusable
from vetrina.store.ports.import_jobs import ToldImport
from vetrina.store.ports.matches import Match
from vetrina.store.ports.polls import Poll
from vetrina.store.ports.shows import Append, Standing
from vetrina.store.ports.states import StoredState
from vetrina.store.ports.syncs import Sync, SyncedProduct
from vetrina.store.ports.unread import UnreadDelivery
from vetrina.store.postgresql.address import parsed
from vetrina.store.postgresql.connection import PostgresConnections
from vetrina.store.sql.copy import BATCH, TABLES
from vetrina.store.sql.schema import MIGRATIONS, migrate
from vetrina.store.sql.store import FILE, postgres_store, sqlite_store
from vetrina.store.sql.tables import installation

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 2 * BATCH + 7
ITALY = Market(code="it", name="Italy", countries=("IT",), shipping=Money(490, "EUR"))


@pytest.fixture
def vetrina(tmp_path, monkeypatch):
    """Run a command on a data folder of its own; returns its exit code and what it printed."""
    monkeypatch.setenv("COLUMNS", "300")

    async def run(*arguments):
        command = [*arguments, "--data", str(tmp_path / "data")]
        result = await asyncio.to_thread(CliRunner().invoke, main, command)
        return result.exit_code, result.output

    return run


@pytest.fixture
async def filled(tmp_path):
    """A store with something in every table; yields its data folder."""
    store = sqlite_store(tmp_path / "data")
    await store.open()
    await store.encrypt_secrets()
    await made_show(store)
    await made_show(store, "second", epoch="other")
    await store.append(purchase(1))
    many = [said(f"{number} \0 \x1a ü") for number in range(EVENTS)]
    await store.append(Append(show=SLUG, events=many, standing=Standing("live", NOW)))
    small = Variant(sku="B-S", values=("S",), price=product("B").price, stock=0)
    chosen = Product(
        sku="B", title="B", price=small.price, stock=0, options=("Size",), variants=(small,)
    )
    await store.put_products([product("A", title="NUL \0 and \x1a"), chosen])
    await store.add_key(key(actions=("pin.next",)), "digest")
    await store.add_login_code("code", NOW)
    await store.put_answer(answer(body=bytes(range(256))))
    await store.append(Append(show=SLUG, events=[], request=idempotent("k2")))
    await store.add_connection(replace(connection(), show=SLUG, options={"a": "ü"}))
    await store.note_references("c1", [Match(ref="r", sku="A")])
    await store.put_poll(Poll(connection="c1", address="https://x", key="k", since=NOW))
    unread = UnreadDelivery(connection="c1", id="u", received_at=NOW, why="", sealed=b"\0\xff")
    await store.keep_unread(unread, since=0, at_most=9)
    await store.put_state(SLUG, StoredState(1, "v1", b"sum", bytes(range(256))))
    await store.remember_imported([entry_of(product("A"))])
    await store.tell_import(ToldImport(id="i", told_at=NOW, told=b"\0\xff"), 0)
    sync = Sync(connection="c1", keep=True, status="running", round=1, started_at=NOW, moved_at=NOW)
    await store.put_sync(sync)
    await store.put_synced("c1", [SyncedProduct(id="1", skus=("A",), changed_at=NOW, round=1)])
    await store.put_shop(ShopProfile(handle="giulia", name="Bottega Giulia"))
    await store.put_markets([ITALY])
    await fill_selling(store)
    await store.salt()
    await store.close()
    return tmp_path / "data"


async def rows_of(store):
    """Every row of every table, but what processes note of themselves."""
    found = {}
    for table in TABLES:
        statement = select(table).order_by(*table.primary_key.columns)
        if table is installation:
            statement = statement.where(~table.c.name.startswith("writer/"))
        found[table.name] = [tuple(row) for row in await store._rows(statement)]
    return found


async def test_everything_is_copied(vetrina, filled, empty_postgres):
    code, told = await vetrina("db", "copy", "--to", empty_postgres)
    assert code == 0, told
    before, after = sqlite_store(filled), postgres_store(empty_postgres, CIPHER)
    await before.open()
    await after.open()
    rows = await rows_of(before)
    assert all(rows.values()), rows.keys()
    assert await rows_of(after) == rows
    assert f"{sum(map(len, rows.values()))} rows are copied" in told
    assert await after.head(SLUG) == await before.head(SLUG)
    assert await after.salt() == await before.salt()
    await before.close()
    # What comes next is numbered on.
    assert (await after.append(purchase(2))).position.seq == EVENTS + 2
    await after.put_products([product("C")])
    await made_show(after, "third")
    await after.add_key(key("key-2"), "digest-2")
    assert [one.sku for one in await after.products()] == ["A", "B", "MUG-1", "C"]
    await after.close()


async def test_an_empty_installation_is_copied(vetrina, tmp_path, empty_postgres):
    store = sqlite_store(tmp_path / "data")
    await store.open()
    await store.close()
    assert (await vetrina("db", "copy", "--to", empty_postgres))[0] == 0
    after = postgres_store(empty_postgres, CIPHER)
    await after.open()
    await made_show(after)
    assert len(await after.shows()) == 1
    await after.close()


async def test_a_target_that_is_not_empty_is_left_alone(vetrina, filled, postgres):
    target = postgres_store(postgres, CIPHER)
    await target.open()
    await target.put_products([product("THEIRS")])
    code, told = await vetrina("db", "copy", "--to", postgres)
    [full] = re.findall(r"not empty \(there are rows in (.*?)\)", " ".join(told.split()))
    assert (code, set(full.split(", "))) == (
        1, {"listing_words", "listings", "prices", "products"},
    )  # fmt: skip
    assert [one.sku for one in await target.products()] == ["THEIRS"]
    assert await target.shows() == []
    await target.close()


async def test_a_second_copy_is_refused(vetrina, filled, empty_postgres):
    assert (await vetrina("db", "copy", "--to", empty_postgres))[0] == 0
    code, told = await vetrina("db", "copy", "--to", empty_postgres)
    assert (code, "not empty" in told) == (1, True)


async def test_nothing_is_copied_while_a_server_runs(vetrina, filled, postgres):
    server = sqlite_store(filled, serve=True)
    await server.open()
    code, told = await vetrina("db", "copy", "--to", postgres)
    await server.close()
    assert (code, "Another server uses" in told) == (1, True)


async def nothing_is_there(url):
    target = postgres_store(url, CIPHER)
    await target.open()
    rows = await rows_of(target)
    await target.close()
    return not any(rows.values())


async def test_a_damaged_log_is_not_copied(vetrina, filled, postgres):
    with closing(sqlite3.connect(filled / FILE)) as database:
        database.execute("UPDATE shows SET seq = seq + 1 WHERE slug = ?", (SLUG,))
        database.commit()
    code, told = await vetrina("db", "copy", "--to", postgres)
    assert (code, "nothing was copied, restore a backup" in told) == (1, True)
    assert await nothing_is_there(postgres)


async def test_what_is_written_meanwhile_is_noticed(filled, postgres):
    def write_at_the_end(table, copied, of):
        if table == TABLES[-1].name and copied == of:
            with closing(sqlite3.connect(filled / FILE)) as database:
                database.execute("INSERT INTO login_codes VALUES ('late', 1, NULL)")
                database.commit()

    settings = Settings(data=filled)
    with pytest.raises(StoreUnusable, match="Something wrote while it was copied"):
        await copy_database(settings, postgres, "--to", write_at_the_end)
    assert await nothing_is_there(postgres)


async def test_there_must_be_something_to_copy(vetrina, postgres):
    code, told = await vetrina("db", "copy", "--to", postgres)
    assert (code, "There is no database in" in told) == (1, True)
    assert (await vetrina("db", "copy"))[0] == 2


async def test_the_address_is_not_shown(vetrina, filled):
    code, told = await vetrina("db", "copy", "--to", "postgresql://u:hidden@127.0.0.1:9/x")
    assert code == 1
    assert "--to: the database x at 127.0.0.1:9 does not answer" in told
    assert "hidden" not in told


async def test_migrating_says_what_it_did(vetrina, empty_postgres, monkeypatch):
    monkeypatch.setenv("VETRINA_DATABASE", empty_postgres)
    code, told = await vetrina("migrate")
    assert code == 0
    assert re.search(r"The PostgreSQL database .* has its tables now \(schema \d+\)", told)
    code, told = await vetrina("migrate")
    assert (code, "there was nothing to do" in told) == (0, True)


async def test_migrating_an_older_database_says_from_where(vetrina, empty_postgres, tmp_path):
    """The schema as it was in an earlier version, which knew fewer migrations."""
    newest = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))[-1]
    earlier = shutil.copytree(MIGRATIONS, tmp_path / "earlier")
    for path in (earlier / "versions").glob("0*.py"):
        if path.name > "0008~":
            path.unlink()
    engine = PostgresConnections(parsed(empty_postgres, "VETRINA_DATABASE")).engine()
    async with engine.begin() as postgres:
        await postgres.run_sync(migrate, "the database", earlier)
    await engine.dispose()
    code, told = await vetrina("migrate", "--database", empty_postgres)
    assert code == 0, told
    assert f"was brought from schema 0008 to {newest}" in told


async def test_migrating_sqlite_says_what_it_did(vetrina):
    assert "The database in" in (await vetrina("migrate"))[1]
    assert "there was nothing to do" in (await vetrina("migrate"))[1]


async def test_a_wrong_database_is_named_with_its_setting(vetrina, monkeypatch):
    monkeypatch.setenv("VETRINA_DATABASE", "mysql://u:hidden@h/x")
    for command in (("migrate",), ("key", "list"), ("doctor",)):
        code, told = await vetrina(*command)
        assert (code, "VETRINA_DATABASE is no address" in told) == (1, True), told
        assert "hidden" not in told


def test_a_server_does_not_start_without_its_database(tmp_path):
    address = "postgresql://u:hidden@127.0.0.1:9/x"
    code, told = program("serve", "--database", address, "--data", tmp_path)
    assert code == 1
    assert told == (
        "vetrina: VETRINA_DATABASE: the database x at 127.0.0.1:9 does not answer "
        "(Connection refused).\n"
    )


async def test_keys_and_the_doctor_use_the_database(vetrina, filled, postgres, monkeypatch):
    monkeypatch.setenv("VETRINA_DATABASE", postgres)
    code, secret = await vetrina("key", "create", "--role", "control", "--label", "There")
    assert (code, secret[:4]) == (0, "ctl_")
    assert "There" in (await vetrina("key", "list"))[1]
    code, told = await vetrina("doctor")
    assert "The PostgreSQL database" in told
    assert "is in order" in told
    assert "is not in use: VETRINA_DATABASE names another" in told
    monkeypatch.setenv("VETRINA_DATABASE", "postgresql://u:hidden@127.0.0.1:9/x")
    code, told = await vetrina("doctor")
    assert (code, "does not answer" in told, "hidden" in told) == (1, True, False)
