"""Crawls of generated sites beside advertools (Scrapy), and audits of whole sites; time and memory.

A crawl of 2,000 pages, and its memory at 10,000; then audits, which judge each page, too: the wait for 25
pages, and the memory at 10,000.

Each crawl is a process of its own against a server of its own, the crawlers in turn; a figure is the median
of the runs, memory their maximum. Both read the same pages over the same number of connections, without a
pause, and write what they found: ours to SQLite, advertools to a file of JSON lines.

The rate of `crawl` is measured at the server, from its first page to its last, and is thus the same measure
for both; `whole process` counts imports, start and end as well. advertools is looked for in the Python that
ADVERTOOLS_PYTHON names, then in this environment.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMALL, PAGES, LARGE = 25, 2_000, 10_000
RUNS = 3
CONNECTIONS = 8
OURS = f"""
import asyncio, sys
from pathlib import Path
from ag2_marketing_tools.pages.crawl import crawl
from ag2_marketing_tools.workspace import Settings, Workspace

async def main(origin, home, pages):
    settings = Settings(_env_file=None, home=Path(home), allowed_origins=(origin,), host_min_interval_s=0,
                        host_max_connections={CONNECTIONS})
    async with Workspace.open(settings) as ws:
        one = crawl(origin, ws, max_pages=pages)
        count = 0
        async for page in one:
            count += 1
            if count % 2000 == 0:
                rss = int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1])
                print(count, rss // 1024, file=sys.stderr)
        report = await one.report()
        print(report.html_page_count)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""
AUDIT = """
import asyncio, logging, resource, sys, time
from pathlib import Path
from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import Settings, Workspace

class Steps(logging.Handler):
    count = 0
    def emit(self, record):
        self.count += 1
        if self.count % 2000 == 0:
            rss = int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1])
            print(self.count, rss // 1024, file=sys.stderr)

async def main(origin, home, pages):
    settings = Settings(_env_file=None, home=Path(home), allowed_origins=(origin,), host_min_interval_s=0)
    logger = logging.getLogger("ag2_marketing_tools.progress")
    logger.setLevel(logging.INFO)
    logger.addHandler(Steps())
    async with Workspace.open(settings) as ws:
        await run_audit.run({"url": origin, "max_pages": 1}, ws)  # libraries and data are read once
        start_s, before_s = time.perf_counter(), time.process_time()
        audit = await run_audit.run({"url": origin, "max_pages": pages}, ws)
        wall_s, cpu_s = time.perf_counter() - start_s, time.process_time() - before_s
        print(audit.site.judged_count, wall_s, cpu_s, len(audit.site.model_dump_json()))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""
THEIRS = f"""
import sys
from pathlib import Path
import advertools
output = Path(sys.argv[2]) / "crawl.jl"
settings = {{"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": {CONNECTIONS},
            "CLOSESPIDER_PAGECOUNT": int(sys.argv[3])}}
advertools.crawl(sys.argv[1], str(output), follow_links=True, allowed_domains=["127.0.0.1"],
                 custom_settings=settings)
print(sum('"status":' in line for line in output.open()))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    runs = parser.parse_known_args()[0].runs
    other = _advertools()
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(_run([sys.executable, "-c", OURS], PAGES))
        if other:
            theirs.append(_run([other, "-c", THEIRS], PAGES))
    _print("ag2-marketing", ours)
    if theirs:
        _print("advertools", theirs)
        ratio = _median(ours, "rate") / _median(theirs, "rate")
        print(f"ag2-marketing crawls {ratio:.1f} times as fast")
    else:
        print("advertools: not installed")
    large = _run([sys.executable, "-c", OURS], LARGE)
    steps = ", ".join(f"{rss} MB at {count}" for count, rss in large["steps"])
    print(
        f"{LARGE} pages: {large['rate']:.0f} pages/s; {steps}; peak with the report {large['peak_mb']:.0f} MB"
    )
    for pages in (SMALL, LARGE):
        _print_audit(
            pages, [_run([sys.executable, "-c", AUDIT], pages) for _ in range(runs if pages == SMALL else 1)]
        )


def _advertools() -> str | None:
    for python in (os.environ.get("ADVERTOOLS_PYTHON"), sys.executable):
        if not python:
            continue
        found = subprocess.run([python, "-c", "import advertools"], capture_output=True, check=False)
        if found.returncode == 0:
            return python
    return None


def _run(command: list[str], pages: int) -> dict:
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "generated_site.py"), "--pages", str(pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    origin = server.stdout.readline().strip()
    # Scrapy is called as a program: it must be found beside its Python.
    path = os.pathsep.join((str(Path(command[0]).parent), os.environ.get("PATH", "")))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, origin, folder, str(pages)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PATH": path},
        )
        peak_mb = _watched_peak_mb(process)
        out, err = process.communicate()
        whole_s = time.perf_counter() - start
    served = json.loads(server.communicate("")[0])
    counted, *figures = out.split() or ["0"]
    if process.returncode or int(counted) != pages:
        raise SystemExit(f"{command[0]} read {out.strip()!r} of {pages} pages: {err[-2000:]}")
    steps = [tuple(map(int, line.split())) for line in err.splitlines() if line.replace(" ", "").isdigit()]
    rate = pages / served["seconds"]
    return {
        "rate": rate,
        "whole_s": whole_s,
        "peak_mb": peak_mb,
        "steps": steps,
        "figures": [float(figure) for figure in figures],
    }


def _print_audit(pages: int, runs: list[dict]) -> None:
    wall_s, cpu_s, size = (statistics.median(run["figures"][at] for run in runs) for at in range(3))
    steps = "".join(f"{rss} MB at {count}, " for count, rss in runs[0]["steps"])
    print(
        f"audit of {pages} pages, no pause between requests: {wall_s:.2f} s, of which CPU {cpu_s:.2f} s "
        f"({len(runs)} runs); {steps}peak {max(run['peak_mb'] for run in runs):.0f} MB; "
        f"its part about the site has {size:.0f} bytes"
    )


def _median(runs: list[dict], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def _watched_peak_mb(process: subprocess.Popen[str]) -> float:
    """Return the peak of the process and its children together, looked at every 50 ms until it ends."""
    peak_kb = 0
    while process.poll() is None:
        peak_kb = max(peak_kb, sum(_rss_kb(pid) for pid in _family(process.pid)))
        time.sleep(0.05)
    return peak_kb / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _rss_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _print(name: str, runs: list[dict]) -> None:
    rates = [run["rate"] for run in runs]
    whole_s = _median(runs, "whole_s")
    print(
        f"{name}: crawl {_median(runs, 'rate'):.0f} pages/s (of {len(runs)} runs: {min(rates):.0f} to "
        f"{max(rates):.0f}); whole process {PAGES / whole_s:.0f} pages/s; "
        f"peak {max(run['peak_mb'] for run in runs):.0f} MB, child processes included"
    )


if __name__ == "__main__":
    main()
