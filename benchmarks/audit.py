"""CPU time of the complete analysis of a fetched page: `python -m benchmarks.audit [FOLDER_OF_PAGES]`.

Prints a table: the bare parse by lexbor, parsing without main text, the whole page, the whole audit with
language, main text, keywords and every check; and pyseoanalyzer on the same pages where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from ag2_marketing_tools.pages import parse, prose
from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.seo import engine, sections
from ag2_marketing_tools.seo.catalogue import PARTS
from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals
from ag2_marketing_tools.seo.subject import Subject

URL = "https://care.example/page/"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
REPEATS = 5
PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "pages"


def audit(content: bytes) -> None:
    """Do all that `run_audit` does once the page has come."""
    page = parse.parse_document(content, url=URL)
    robots = RobotsTxt(url="https://care.example/robots.txt", status=404)
    subject = Subject(page, robots, core_web_vitals("not asked for"), NOW)
    judged = engine.judge(subject, PARTS)
    engine.findings(judged)
    engine.score(judged)
    sections.meta(subject)
    sections.headings(subject)
    sections.page_facts(subject)


def without_main_text(content: bytes) -> None:
    """Parse a page, its main text left out."""
    extracted = prose._extracted
    prose._extracted = lambda html: ""
    try:
        parse.parse_document(content, url=URL)
    finally:
        prose._extracted = extracted


STEPS: dict[str, Callable[[bytes], object]] = {
    "lexbor alone": lambda content: LexborHTMLParser(decode_html(content, None).text),
    "page without main text": without_main_text,
    "page": lambda content: parse.parse_document(content, url=URL),
    "complete audit": audit,
}


def cpu_ms(step: Callable[[bytes], object], content: bytes) -> float:
    """Return the least CPU time of some runs: what other processes cost is none of ours."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        step(content)
        times.append(1_000 * (time.process_time() - started))
    return min(times)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES, help="a folder of .html files")
    folder = parser.parse_args(arguments).folder
    pages = [path.read_bytes() for path in sorted(folder.glob("*.html"))]
    if not pages:
        print(f"not measured: {folder} holds no .html files")
        return
    audit(pages[0])  # models and data are loaded once in a process
    print(f"{len(pages)} pages, CPU ms, best of {REPEATS}\n")
    print("| step | median | p95 | greatest |\n|---|---:|---:|---:|")
    for name, step in STEPS.items():
        times = sorted(cpu_ms(step, page) for page in pages)
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
        print(f"| {name} | {statistics.median(times):.1f} | {p95:.1f} | {times[-1]:.1f} |")
    if importlib.util.find_spec("pyseoanalyzer") is None:
        print("\npyseoanalyzer: not installed")
        return
    from pyseoanalyzer.page import Page as Rival  # type: ignore[import-not-found]  # noqa: PLC0415

    times = sorted(cpu_ms(lambda content: Rival(url=URL).analyze(content.decode()), page) for page in pages)
    print(f"| pyseoanalyzer | {statistics.median(times):.1f} | | {times[-1]:.1f} |")


if __name__ == "__main__":
    main(sys.argv[1:] if __spec__ is not None else [])
