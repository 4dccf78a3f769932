"""One row of every table of access to the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from ag2_marketing_tools.workspace.store.schema import access_token, account, login_session, write_key

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def an_access() -> list[tuple[Table, dict[str, Any]]]:
    """Rows of one person and one project, each after the rows that it refers to."""
    at = {"created_at": AT}
    return [
        (account, {"id": "a1", "name": "anna", "password_hash": "h", "role": "admin", **at}),
        (login_session, {"digest": "d1", "account_id": "a1", "used_at": AT, **at}),
        (access_token, {"id": "t1", "label": "Caf\u00e9", "digest": "d2", "role": "viewer", **at}),
        (write_key, {"id": "k1", "project": "site", "digest": "d3", **at}),
    ]
