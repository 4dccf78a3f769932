"""The guard's speed: a 5,000-character message against a ledger with 100,000 leaf values.

Run `python benchmarks/grounding.py`. Two ledgers: one result that holds all 100,000 values, and 100 results of 1,000
values each, cited in turn. Every message is new text (no result is reused between runs) and is grounded. The first
check of each ledger, which indexes it, is timed apart; recording one more result and checking against it shows that
indexing is incremental.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from ag2_marketing.grounding import GroundingReport, Ledger, check

LEAVES = 100_000
MESSAGE_CHARACTERS = 5_000
RUNS = 30
TARGET_MS = 20.0
METRICS = ("clicks", "impressions", "conversions", "sessions", "orders")


def pages(first: int, count: int) -> list[dict[str, object]]:
    """Return rows of figures, one per page, all different."""
    return [
        {"name": f"page-{row:05d}", **{m: 1_000_000 + 10 * row + i for i, m in enumerate(METRICS)}}
        for row in range(first, first + count)
    ]


def sentence(evidence: str, row: int, metric: int) -> str:
    """Return one honest sentence."""
    value = 1_000_000 + 10 * row + metric
    named = f"The page named page-{row:05d} had {value:,} {METRICS[metric]} in the period that we looked at"
    return f"{named}, which the team should keep in mind [{evidence}]. "


def message(run: int, cite: Callable[[int], str], rows: int) -> str:
    """Return a message of about 5,000 characters that differs from run to run."""
    text, at = "", run * 97
    while len(text) < MESSAGE_CHARACTERS:
        row = at * 7919 % rows
        text += sentence(cite(row), row, at % len(METRICS))
        at += 1
    return text[: text.rindex(". ", 0, MESSAGE_CHARACTERS) + 1]


def timed_ms(run: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of time, and of processor time, that a call takes."""
    start, used = time.perf_counter(), time.process_time()
    run()
    return (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000


def measure(name: str, ledger: Ledger, cite: Callable[[int], str], rows: int) -> float:
    """Measure one ledger and print its line; return the median processor time in milliseconds."""
    first, _ = timed_ms(ledger.index_all)
    check(message(10_000, cite, rows), ledger)  # loads the lexicon and the patterns
    texts = [message(run, cite, rows) for run in range(RUNS)]
    waits, used = [], []
    for text in texts:
        reports: list[GroundingReport] = []
        wait, processor = timed_ms(lambda text=text, reports=reports: reports.append(check(text, ledger)))  # type: ignore[misc]
        waits.append(wait)
        used.append(processor)
        assert reports[0].grounded, reports[0].violations[:3]
    waits.sort()
    numbers = check(texts[0], ledger).numbers
    print(
        f"{name}: median {statistics.median(waits):.1f} ms, p95 {waits[int(len(waits) * 0.95)]:.1f} ms, "
        f"processor {statistics.median(used):.1f} ms "
        f"({len(texts[0]):,} characters, {numbers} numbers); indexing once {first:,.0f} ms"
    )
    return statistics.median(used)


def main() -> None:
    """Measure and print."""
    rows = LEAVES // len(METRICS)
    single = Ledger()
    single.record(tool="page_report", arguments={}, result={"pages": pages(0, rows)})
    slowest = measure("one result of 100,000 values   ", single, lambda row: "E1", rows)

    many, each = Ledger(), rows // 100
    for part in range(100):
        many.record(
            tool="page_report", arguments={"part": str(part)}, result={"pages": pages(part * each, each)}
        )
    slowest = max(
        slowest, measure("100 results of 1,000 values    ", many, lambda row: f"E{row // each + 1}", rows)
    )

    def one_more() -> None:
        entry = many.record(tool="page_report", arguments={}, result={"pages": pages(50_000, 200)})
        assert check(sentence(entry.id, 50_007, 1), many).grounded

    print(f"record one more result of 1,000 values and check one sentence: {timed_ms(one_more)[0]:.1f} ms")
    print(f"target {TARGET_MS:.0f} ms of processor time: {'met' if slowest < TARGET_MS else 'missed'}")


if __name__ == "__main__":
    main()
