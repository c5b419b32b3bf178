"""An installation from before the list of orders: those that its shops brought are in it."""

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from tests.store.builders import NOW, record
from vetrina.store.sql.schema import MIGRATIONS

INSERT = text("INSERT INTO orders VALUES (:connection, :purchase, 1, :data)")


def upgrade(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_what_shops_brought_before_is_listed():
    records = [
        record("p1", paid_at=NOW),
        record("p2", void=True, connection="c2"),
        record("p3", lines=None),
    ]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, "0022")
        for one in records:
            data = orjson.dumps(one.record).decode()
            row = {"connection": one.connection, "purchase": one.record.purchase, "data": data}
            connection.execute(INSERT, row)
        upgrade(connection, "head")
        listed = connection.execute(text("SELECT * FROM shop_orders ORDER BY id")).all()
    engine.dispose()
    assert [tuple(row) for row in listed] == [
        ("c1.p1", "c1", "p1", NOW, "spring-drop", "paid", "mug-1"),
        ("c2.p2", "c2", "p2", 0, "spring-drop", "refunded", "mug-1"),
    ]
