"""How many erasures there were: read before people's data are, it shows later whether somebody was erased since."""

from __future__ import annotations

from sqlalchemy import select

from ag2_marketing_tools.privacy.rights import ERASURES
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import meta


async def erasures_counted(store: Store) -> str:
    """Return the count of erasures as `meta` holds it, `0` where there was none."""
    async with store.read() as connection:
        return await connection.scalar(select(meta.c.value).where(meta.c.key == ERASURES)) or "0"
