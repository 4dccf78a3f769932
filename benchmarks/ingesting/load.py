"""Clients that send events as fast as they are answered, or at a given rate; prints what they saw as JSON.

Run as a process of its own: `load.py URL KEY REQUESTS EVENTS CONNECTIONS RATE`. Bodies are made beforehand. The
clients speak HTTP/1.1 over bare streams, so that they cost the machine little. RATE is requests a second, by
the clock and not by the answers (an answer that is late is counted from when it was due); 0 is as fast as it goes.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

USERS = 5_000
PATHS = {True: "/api/track/conversion", False: "/api/track/batch"}


def bodies(key: str, requests: int, events: int) -> list[bytes]:
    """Return the requests' bodies; every event has an id of its own, and a value of one metric."""
    run = time.time_ns()
    made = []
    for request in range(requests):
        each = [
            {
                "event": "conversion",
                "event_id": f"{run:x}-{request}-{number}",
                "experiment_id": "test_1",
                "variant_id": None,
                "user_id": f"user-{(request * events + number) % USERS}",
            }
            for number in range(events)
        ]
        made.append(json.dumps({"write_key": key, **(each[0] if events == 1 else {"events": each})}).encode())
    return made


async def main(url: str, key: str, requests: int, events: int, connections: int, rate: float) -> None:
    """Send all requests, and print events a second and the requests' times."""
    made = bodies(key, requests, events)
    head = (
        f"POST {PATHS[events == 1]} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
        "Content-Type: application/json\r\nContent-Length: "
    ).encode()
    started = time.perf_counter()
    due = ((started + number / rate) if rate else 0.0 for number in itertools.count())
    work = zip(made, due, strict=False)
    times_ms: list[float] = []
    await asyncio.gather(*(_client(url, head, work, times_ms) for _ in range(connections)))
    took_s = time.perf_counter() - started
    times_ms.sort()
    found = {
        "events_per_s": requests * events / took_s,
        "requests_per_s": requests / took_s,
        "median_ms": times_ms[len(times_ms) // 2],
        "p99_ms": times_ms[int(len(times_ms) * 0.99)],
        "max_ms": times_ms[-1],
    }
    print(json.dumps(found))


async def _client(url: str, head: bytes, work: Iterator[tuple[bytes, float]], times_ms: list[float]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for body, due in work:
        if due:
            await asyncio.sleep(due - time.perf_counter())
        begun = due or time.perf_counter()
        writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        status = await reader.readuntil(b"\r\n\r\n")
        if not status.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the server said {status.splitlines()[0].decode()}")
        length = int(status.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await reader.readexactly(length)
        if b"recorded" not in answer:
            raise SystemExit(f"not recorded: {answer[:300].decode()}")
        times_ms.append((time.perf_counter() - begun) * 1000)
    writer.close()


if __name__ == "__main__":
    url, key, *numbers = sys.argv[1:]
    requests, events, connections = map(int, numbers[:3])
    asyncio.run(main(url, key, requests, events, connections, float(numbers[3])))
