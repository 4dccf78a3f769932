"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}


def upgrade() -> None:
    """Bring the previous revision's tables to this one."""
    ${upgrades if upgrades else "raise NotImplementedError"}
