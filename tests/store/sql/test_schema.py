"""Migrations: they make the tables of the code, and run whole or not at all."""

import re
import shutil
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, inspect, text

from vetrina.store.errors import StoreUnusable
from vetrina.store.sql.schema import MIGRATIONS, migrate
from vetrina.store.sql.tables import metadata

NEXT = """
from alembic import op
from sqlalchemy import Column, Text

revision = "{revision}"
down_revision = "{before}"

def upgrade():
    op.create_table("added_{revision}", Column("name", Text, primary_key=True))
    {more}
"""


@pytest.fixture
def engine():
    made = create_engine("sqlite://")

    def prepare(driver, _record):
        driver.isolation_level = None

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    yield made
    made.dispose()


@pytest.fixture
def migrations(tmp_path):
    """A copy of the migrations, to add to and to take from."""
    return shutil.copytree(
        MIGRATIONS, tmp_path / "100% ours", ignore=shutil.ignore_patterns("__pycache__")
    )


def add(migrations, revision, before, more=""):
    source = NEXT.format(revision=revision, before=before, more=more)
    (migrations / "versions" / f"{revision}_more.py").write_text(source)


def run(engine, migrations=MIGRATIONS):
    with engine.begin() as connection:
        migrate(connection, "the database", migrations)


def look(engine):
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        return revision, set(inspect(connection).get_table_names())


def test_the_migrations_make_the_tables_of_the_code(engine):
    run(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_what_the_tables_would_make(engine):
    """Clause by clause, so that keys, uniqueness and the layout on disk agree as well."""

    def clauses(made):
        with made.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql <> ''"))
            split = {name: sorted(re.split(r"[\s(),]+", sql)) for name, sql in rows}
        return {name: sql for name, sql in split.items() if name != "alembic_version"}

    run(engine)
    other = create_engine("sqlite://")
    metadata.create_all(other)
    assert clauses(engine) == clauses(other)
    other.dispose()


def test_running_again_changes_nothing(engine):
    run(engine)
    before = look(engine)
    run(engine)
    assert look(engine) == before


def test_tables_that_are_up_to_date_need_no_alembic(engine, monkeypatch):
    run(engine)
    monkeypatch.setitem(sys.modules, "vetrina.store.sql.migrating", None)
    run(engine)


def test_a_migration_is_named_after_its_number():
    """By their names it is told whether the tables are up to date."""
    script = ScriptDirectory(str(MIGRATIONS))
    walked = {revision.revision: revision.down_revision for revision in script.walk_revisions()}
    numbers = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert walked == dict(zip(numbers, [None, *numbers], strict=False))


@pytest.mark.parametrize("lost", [1, 7])
def test_a_migration_that_was_lost_after_it_ran_is_missed(engine, migrations, lost):
    run(engine)
    next((migrations / "versions").glob(f"{lost:04}_*.py")).unlink()
    with pytest.raises(StoreUnusable, match="A migration is missing"):
        run(engine, migrations)


def test_a_later_version_adds_what_is_missing(engine, migrations):
    run(engine)
    add(migrations, "9001", before=newest())
    add(migrations, "9002", before="9001")
    run(engine, migrations)
    revision, tables = look(engine)
    assert revision == "9002"
    assert {"added_9001", "added_9002", "shows"} <= tables


def test_a_migration_that_fails_leaves_the_schema_as_it_was(engine, migrations):
    run(engine)
    before = look(engine)
    add(migrations, "9001", before=newest())
    add(migrations, "9002", before="9001", more="raise OSError('no disk')")
    with pytest.raises(OSError, match="no disk"):
        run(engine, migrations)
    assert look(engine) == before


def test_a_newer_schema_is_refused_and_left_alone(engine, migrations):
    add(migrations, "9001", before=newest())
    run(engine, migrations)
    before = look(engine)
    with pytest.raises(StoreUnusable, match=re.escape("newer version (schema 9001): install")):
        run(engine)
    assert look(engine) == before


def test_a_lost_migration_is_named(engine, migrations):
    add(migrations, "9002", before="9001")
    with pytest.raises(StoreUnusable, match=r"is missing in .*100% ours/versions"):
        run(engine, migrations)
    assert look(engine) == (None, set())


@pytest.mark.parametrize("lost", ["versions/0001_first_tables.py", "versions", "."])
def test_lost_migrations_are_named(engine, migrations, lost):
    path = migrations / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    with pytest.raises(StoreUnusable, match="A migration is missing"):
        run(engine, migrations)


def test_tables_of_another_program_are_left_alone(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(StoreUnusable, match="tables of another program"):
        run(engine)
    assert look(engine) == (None, {"recipes"})


def newest():
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))[-1]
