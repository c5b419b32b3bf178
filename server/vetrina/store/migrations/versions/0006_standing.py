"""What must be known of a show without reading its log: its status, and when it is due.

Shows of before have none until their next event, or until a server has looked at them.
"""

from alembic import op
from sqlalchemy import BigInteger, Column

from vetrina.store.sql.column_types import TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("shows", Column("status", TEXT))
    op.add_column("shows", Column("due_at", BigInteger()))
    op.execute(
        "UPDATE shows SET status = 'ended' WHERE EXISTS (SELECT 1 FROM events "
        "WHERE events.show = shows.slug AND events.type = 'show_ended')"
    )
