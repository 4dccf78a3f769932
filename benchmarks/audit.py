"""CPU time of the complete analysis of a fetched page, and of its parts: `benchmarks/audit.py [FOLDER_OF_PAGES]`.

Each page goes through all steps in turn, several times; a figure is the least of its runs, for what other programs
cost is none of ours. What is remembered of addresses from page to page is forgotten before each run. Ratios are taken
page by page, to the bare parse of the same text by lexbor. Python looks for cycles as seldom as in every command.

Beside pyseoanalyzer both read the same pages from one server on loopback, each in a process of its own, in turn:
ours robots.txt, the page, its complete analysis and every check; pyseoanalyzer its `Page.analyze`. A page that
either fails to read is left out and counted. pyseoanalyzer is looked for in the Python that PYSEOANALYZER_PYTHON names.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

from selectolax.lexbor import LexborHTMLParser

from ag2_marketing.cli.terminal import YOUNG_OBJECTS
from ag2_marketing_tools.pages import parse, prose, structured_data, urls
from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.seo import engine, sections
from ag2_marketing_tools.seo import subject as subjects
from ag2_marketing_tools.seo.catalogue import PARTS
from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals
from ag2_marketing_tools.seo.subject import Subject

ROOT = Path(__file__).resolve().parents[1]
URL = "https://care.example/page/"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
REPEATS = 7
TARGET_MS, TARGET_RATIO, TARGET_BESIDE = 50, 12, 5
PAGES = ROOT.parent / "shared" / "data" / "pages"

OURS = """
import asyncio, sys, tempfile, time
from pathlib import Path
from ag2_marketing_tools.pages.fetch import fetch_with_robots
from ag2_marketing_tools.workspace import Settings, Workspace
from benchmarks.audit import as_in_a_command, judged

async def main():
    as_in_a_command()
    origin = sys.stdin.readline().strip()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(_env_file=None, home=Path(home), allowed_origins=(origin,), host_min_interval_s=0)
        async with Workspace.open(settings) as ws:
            for line in sys.stdin:
                started = time.process_time()
                fetched = await fetch_with_robots(line.strip(), ws)
                judged(fetched.page, fetched.robots)
                print(1_000 * (time.process_time() - started), flush=True)

asyncio.run(main())
"""
THEIRS = """
import sys, time
from pyseoanalyzer.page import Page

origin = sys.stdin.readline().strip()
for line in sys.stdin:
    started = time.process_time()
    try:
        ready = Page(url=line.strip(), base_domain=origin).analyze()
    except Exception:
        ready = False
    print(1_000 * (time.process_time() - started) if ready else "failed", flush=True)
"""


def as_in_a_command() -> None:
    """Set the interpreter as every command of `ag2-marketing` does."""
    gc.set_threshold(YOUNG_OBJECTS)


def judged(page: Page, robots: RobotsTxt) -> None:
    """Do all that `run_audit` does once the page has come."""
    subject = Subject(page, robots, core_web_vitals("not asked for"), NOW)
    outcomes = engine.judge(subject, PARTS)
    engine.findings(outcomes)
    engine.results(outcomes)
    engine.score(outcomes)
    sections.meta(subject)
    sections.headings(subject)
    sections.page_facts(subject)


def audit(content: bytes) -> None:
    """Parse a page and judge it."""
    page = parse.parse_document(content, url=URL)
    judged(page, RobotsTxt(url="https://care.example/robots.txt", status=404))


@contextmanager
def without_the_costly() -> Iterator[None]:
    """Leave out language identification, main text and microdata."""
    with (
        patch.object(prose, "main_text", lambda lines, boxes: ""),
        patch.object(prose, "_kinds_by_name", lambda elements, body: ()),
        patch.object(structured_data, "read_microdata", lambda tree, base: []),
        patch.object(subjects, "detect", lambda text: None),
    ):
        yield


def plain_page(content: bytes) -> None:
    """Parse a page without the costly parts."""
    with without_the_costly():
        parse.parse_document(content, url=URL)


def plain_audit(content: bytes) -> None:
    """Parse and judge a page without the costly parts."""
    with without_the_costly():
        audit(content)


def cpu_ms(step: Callable[[], object]) -> float:
    """Return the CPU time of one run, of a page that was never seen before."""
    urls.resolve.cache_clear()
    urls.canonical_form.cache_clear()
    urls._site_of.cache_clear()
    started = time.process_time()
    step()
    return 1_000 * (time.process_time() - started)


def measured(content: bytes) -> dict[str, float]:
    """Return the least CPU time of each step on one page."""
    text = decode_html(content, None).text
    steps: dict[str, Callable[[], object]] = {
        "lexbor alone": lambda: LexborHTMLParser(text),
        "page, plain": lambda: plain_page(content),
        "page": lambda: parse.parse_document(content, url=URL),
        "audit, plain": lambda: plain_audit(content),
        "complete audit": lambda: audit(content),
    }
    least: defaultdict[str, float] = defaultdict(lambda: float("inf"))
    for _ in range(REPEATS):
        for name, step in steps.items():
            least[name] = min(least[name], cpu_ms(step))
    return least


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile, between the two values nearest to it."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def print_steps(pages: Sequence[bytes]) -> None:
    """Measure the steps on all pages and print them, with their ratios to the bare parse."""
    as_in_a_command()
    audit(pages[0])  # models and data are loaded once in a process
    rows = [measured(page) for page in pages]
    print(f"{len(pages)} pages, CPU ms, best of {REPEATS}; ratio to the bare parse of the same page\n")
    print("| step | median | p95 | greatest | ratio: median | p95 | of the sums |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    bare = sum(row["lexbor alone"] for row in rows)
    for name in rows[0]:
        times = [row[name] for row in rows]
        ratios = [row[name] / row["lexbor alone"] for row in rows]
        print(
            f"| {name} | {statistics.median(times):.1f} | {p95(times):.1f} | {max(times):.1f} "
            f"| {statistics.median(ratios):.1f} | {p95(ratios):.1f} | {sum(times) / bare:.1f} |"
        )
    print("\n`plain`: without language identification, main text and microdata.")
    print(f"Targets: complete audit, p95 at most {TARGET_MS} ms; plain page, at most {TARGET_RATIO} times.\n")


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {".html": "text/html"}  # noqa: RUF012

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the output is the table."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback and yield its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def worker(python: str, code: str, origin: str) -> Callable[[str], float | None]:
    """Start a process and return what asks it for the CPU time of an address, None where it failed to read it."""
    process = subprocess.Popen(
        [python, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    source, sink = process.stdout, process.stdin

    def ask(url: str) -> float | None:
        print(url, file=sink, flush=True)
        answer = source.readline().strip()
        if not answer:
            raise SystemExit(f"{python} ended without an answer for {url}")
        return None if answer == "failed" else float(answer)

    print(origin, file=sink, flush=True)
    return ask


def print_beside(folder: Path, names: Sequence[str]) -> None:
    """Measure pyseoanalyzer and this engine on the same served pages and print both."""
    other = os.environ.get("PYSEOANALYZER_PYTHON")
    if not other:
        print("pyseoanalyzer: not measured, PYSEOANALYZER_PYTHON names no Python that has it")
        return
    with served(folder) as origin:
        ours, theirs = worker(sys.executable, OURS, origin), worker(other, THEIRS, origin)
        pairs = [_least(f"{origin}/{name}", ours, theirs) for name in names]
    both = [pair for pair in pairs if pair is not None]
    ratios = [their / our for our, their in both]
    our_ms, their_ms = zip(*both, strict=True)
    print(f"{len(both)} of {len(names)} pages that pyseoanalyzer could read, served on loopback, CPU ms\n")
    print("| | median | p95 | sum |\n|---|---:|---:|---:|")
    for name, times in (("ag2-marketing, complete audit", our_ms), ("pyseoanalyzer, Page.analyze", their_ms)):
        print(f"| {name} | {statistics.median(times):.1f} | {p95(times):.1f} | {sum(times):.0f} |")
    print(
        f"\nag2-marketing is {statistics.median(ratios):.1f} times as fast (median of the pages; least "
        f"{min(ratios):.1f}), {sum(their_ms) / sum(our_ms):.1f} times on the sums. Target: {TARGET_BESIDE} times."
    )


def _least(
    url: str, ours: Callable[[str], float | None], theirs: Callable[[str], float | None]
) -> tuple[float, float] | None:
    runs = [(ours(f"{url}?run={run}"), theirs(f"{url}?run={run}")) for run in range(4)]
    our = [one for one, _ in runs if one is not None]
    their = [one for _, one in runs if one is not None]
    return (min(our), min(their)) if our and their else None


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES, help="a folder of .html files")
    folder = parser.parse_args(arguments).folder
    files = sorted(folder.glob("*.html"))
    if not files:
        print(f"not measured: {folder} holds no .html files")
        return
    print_steps([path.read_bytes() for path in files])
    print_beside(folder, [path.name for path in files])


if __name__ == "__main__":
    main(sys.argv[1:] if __spec__ is not None else [])
