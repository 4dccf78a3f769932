"""A bare Starlette handler with the server's own writer: what single events cost without anything around them.

No key, limit, consent, header or figure; the body is read and parsed by the standard library. Prints its address.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ag2_marketing.server.engine import EngineSink
from ag2_marketing.server.operation.figures import Figures
from ag2_marketing.server.writer import GroupWriter
from ag2_marketing_tools.experiments.events import IncomingEvent
from ag2_marketing_tools.workspace import Settings, Workspace


async def main() -> None:
    """Serve until killed."""
    async with Workspace.open(Settings()) as ws:
        writer = GroupWriter(EngineSink(ws), 20_000, ws.clock, Figures())

        async def track(request: Request) -> Response:
            sent = json.loads(await request.body())
            event = IncomingEvent(
                metrics={"conversion": True},
                event_id=sent["event_id"],
                experiment_id=sent["experiment_id"],
                user_id=sent["user_id"],
            )
            (outcome,) = await writer.write([event])
            return JSONResponse({"status": outcome.kind})

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            writer.start()
            yield
            await writer.stop()

        app = Starlette(routes=[Route("/api/track/conversion", track, methods=["POST"])], lifespan=lifespan)
        server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="error", http="httptools", lifespan="on")
        )
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        print(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", flush=True)
        await task


asyncio.run(main())
