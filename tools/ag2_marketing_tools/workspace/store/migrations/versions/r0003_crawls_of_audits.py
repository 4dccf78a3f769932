"""What a crawl was made for, when it was last at work, and what was noted of each page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Add the columns; crawls of before have none of it."""
    op.add_column("crawl", sa.Column("purpose", sa.Text()))
    op.add_column("crawl", sa.Column("at_work_at", sa.DateTime(timezone=True)))
    op.add_column("crawl_page", sa.Column("remark", sa.JSON()))
