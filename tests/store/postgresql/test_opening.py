"""What stands in the way of opening a PostgreSQL database, in one sentence each."""

import asyncio
import builtins
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from tests.encryption import CIPHER
from tests.postgres import GUARDED, PostgresServer
from tests.store.builders import SLUG, made_show
from vetrina.store.errors import StoreNotReady, StoreUnusable
from vetrina.store.postgresql import database as module
from vetrina.store.postgresql.address import EXAMPLE, parsed
from vetrina.store.sql.schema import Migrated
from vetrina.store.sql.store import postgres_database, postgres_store
from vetrina.store.sql.tables import metadata

PASSWORD = "s3cr3t-of-the-shop"


async def refusal(url, **more):
    """The sentence with which a database is refused; it names the setting and no password."""
    made = postgres_store(url, CIPHER, **more)
    with pytest.raises(StoreUnusable) as caught:
        await made.open()
    sentence = str(caught.value)
    assert sentence.startswith("VETRINA_DATABASE: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert PASSWORD not in sentence
    return sentence


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(module, "PAUSES_S", ())


@pytest.fixture
def guarded(postgres_server):
    """A role with a password and few rights."""
    postgres_server.sql(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    yield postgres_server
    postgres_server.sql(f"DROP OWNED BY {GUARDED}; DROP ROLE {GUARDED}")


async def test_a_wrong_password(guarded):
    url = guarded.url("postgres", GUARDED, f"{PASSWORD}-old")
    assert f"refuses the password of user {GUARDED}" in await refusal(url)


async def test_a_user_that_does_not_exist(postgres_server):
    sentence = await refusal(postgres_server.url("postgres", "nosuchuser", PASSWORD))
    assert "does not let user nosuchuser in" in sentence


async def test_a_database_that_does_not_exist(postgres_server):
    sentence = await refusal(postgres_server.url("nowhere"))
    assert "the database nowhere at" in sentence
    assert "does not exist: make it with createdb" in sentence


async def test_a_user_who_may_not_make_tables(guarded):
    name = guarded.create()
    guarded.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
    try:
        sentence = await refusal(guarded.url(name, GUARDED, PASSWORD))
    finally:
        guarded.drop(name)
    assert "grant it CREATE" in sentence


@pytest.mark.parametrize(
    "url",
    [f"postgresql://u:{PASSWORD}@127.0.0.1:9/x", f"postgresql://u:{PASSWORD}@/x?host=/nowhere"],
)
async def test_a_server_that_is_not_there(url):
    assert "does not answer (" in await refusal(url)


async def test_a_server_that_is_too_old(empty_postgres, monkeypatch):
    monkeypatch.setattr(module, "OLDEST", 990_000)
    sentence = await refusal(empty_postgres)
    assert "is version 18." in sentence
    assert sentence.endswith("too old: Vetrina needs 99 or newer.")


async def test_a_replica():
    server = PostgresServer()
    try:
        server.start()
        name = server.create()
        server.stop()
        (server.data / "standby.signal").touch()
        server.start()
        assert "is a replica that can only be read: name the primary" in await refusal(
            server.url(name)
        )
    finally:
        server.close()


async def test_a_database_that_can_only_be_read(postgres_server):
    name = postgres_server.create()
    postgres_server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "can only be read" in await refusal(postgres_server.url(name))
    postgres_server.drop(name)


async def test_a_database_of_another_program(postgres_server, empty_postgres):
    name = empty_postgres.split("@/")[1].split("?")[0]
    postgres_server.sql("CREATE TABLE recipes (name text)", name)
    sentence = await refusal(empty_postgres)
    assert sentence.endswith("holds tables of another program: give Vetrina a database of its own.")


async def test_a_newer_schema(postgres_server, postgres):
    name = postgres.split("@/")[1].split("?")[0]
    postgres_server.sql("UPDATE alembic_version SET version_num = '9001'", name)
    sentence = await refusal(postgres)
    assert sentence.endswith("written by a newer version (schema 9001): install that version.")


async def test_looking_changes_nothing(postgres_server, empty_postgres):
    name = empty_postgres.split("@/")[1].split("?")[0]
    made = postgres_store(empty_postgres, CIPHER, look=True)
    with pytest.raises(StoreNotReady, match="holds nothing yet"):
        await made.open()
    assert postgres_server.sql("SELECT count(*) FROM pg_class WHERE relname = 'shows'", name) == "0"


async def test_many_that_start_together_migrate_once(empty_postgres):
    databases = [postgres_database(empty_postgres) for _ in range(6)]
    await asyncio.gather(*(each.open() for each in databases))
    try:
        migrated = [each.migrated for each in databases if each.migrated is not None]
        assert [type(each) for each in migrated] == [Migrated]
        assert migrated[0].before is None
    finally:
        await asyncio.gather(*(each.close() for each in databases))


async def test_the_migrations_make_the_tables_of_the_code(empty_postgres):
    database = postgres_database(empty_postgres)
    await database.open()

    def compare(connection):
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, metadata)

    assert await database.read(compare) == []
    await database.close()


async def test_every_text_is_compared_byte_by_byte(postgres_server, postgres):
    """Whatever the server's language: the order of locks is that of Python's sort."""
    others = postgres_server.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'text' "
        "AND table_schema = 'public' AND collation_name IS DISTINCT FROM 'C'",
        postgres.split("@/")[1].split("?")[0],
    )
    assert others == ""


async def test_marks_of_long_ago_are_swept_out(postgres):
    store = postgres_store(postgres, CIPHER)
    await store.open()
    await made_show(store, SLUG)

    def age(connection):
        connection.execute(
            text("UPDATE installation SET value = '\\x00' WHERE name LIKE 'writer/%'")
        )

    await store._write_alone(age)
    await store.close()
    again = postgres_store(postgres, CIPHER)
    await again.open()
    rows = await again._rows(text("SELECT name FROM installation"))
    assert {row.name for row in rows} <= {again._database._writer}
    await again.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "db.example",
        f"mysql://u:{PASSWORD}@db.example/x",
        f"postgresql://u:a@{PASSWORD}@db.example/x",
        f"postgresql://u:a/{PASSWORD}@db.example/x",
        f"postgresql://u:a#{PASSWORD}@db.example/x",
        f"postgresql://u:a?{PASSWORD}@db.example/x",
        f"postgresql://u:{PASSWORD}/x",
        f"postgresql://[{PASSWORD}/x",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(url):
    with pytest.raises(StoreUnusable, match="VETRINA_DATABASE is no address") as caught:
        postgres_store(url, CIPHER)
    assert EXAMPLE in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "host", "name", "dsn"),
    [
        ("postgres://u:p@h/x", "h", "x", "postgresql://u:p@h/x"),
        ("postgresql+asyncpg://u:p%40@h:7/x", "h:7", "x", "postgresql://u:p%40@h:7/x"),
        (
            "postgresql://[::1]:7/x?sslmode=require&channel_binding=require",
            "[::1]:7",
            "x",
            "postgresql://[::1]:7/x?sslmode=require",
        ),
        ("postgresql:///x?host=/run/pg", "/run/pg", "x", "postgresql:///x?host=%2Frun%2Fpg"),
        (
            "postgresql://u:p@h1:7,h2/x",
            "h1:7,h2",
            "x",
            "postgresql://u:p@h1:7,h2/x?target_session_attrs=read-write",
        ),
    ],
)
def test_an_address_is_understood_as_other_programs_do(url, host, name, dsn):
    address = parsed(url, "VETRINA_DATABASE")
    assert (address.host, address.name) == (host, name)
    assert address.dsn == dsn
    assert "p%40" not in repr(address)


def test_a_missing_driver_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("vetrina.store.postgresql")]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "asyncpg":
            raise ModuleNotFoundError("No module named 'asyncpg'", name="asyncpg")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreUnusable, match=r"pip install 'vetrina\[postgres\]'\.$"):
        postgres_store("postgresql://h/x", CIPHER)


def test_no_engine_shows_what_is_written():
    """Statements with their values would go into the log with an error."""
    engine = create_engine("sqlite://")
    assert not engine.hide_parameters
    assert postgres_store("postgresql://h/x", CIPHER)._database._writing.sync_engine.hide_parameters
