from __future__ import annotations

import asyncio
import hashlib
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from access_rows import an_access
from experiment_rows import an_experiment
from sqlalchemy import Table, select

from ag2_marketing_tools.errors import Conflict, MarketingError, StoreError
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store, backup, backups, restore, upgrade
from ag2_marketing_tools.workspace.store.conversations import (
    StoredConversation,
    StoredEvidence,
    Subject,
    save,
)
from ag2_marketing_tools.workspace.store.observations import record
from ag2_marketing_tools.workspace.store.schema import (
    access_log,
    analysis,
    analysis_subject,
    campaign,
    client_profile,
    crawl,
    crawl_page,
    crawl_sitemap,
    crawl_url,
    intervention_response,
    metadata,
    monitor,
    monitor_failure,
    monitor_round,
    post,
    post_transition,
    subject,
    todo,
)

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)

BACK_UP = """
import asyncio, sys
from pathlib import Path
from ag2_marketing_tools.workspace import Settings
from ag2_marketing_tools.workspace.store import backup
print("starting", flush=True)
asyncio.run(backup(Settings(_env_file=None), Path(sys.argv[1])))
"""


async def fill(store: Store, an_observation: Any) -> None:
    """Put rows into every table, with values that are easily lost."""
    text = "quotes \"' newline\n tab\t zero-width\u200b emoji \U0001f600"
    async with store.begin() as connection:
        row = a_campaign("c1", name=text, config={"b": 1.0, "a": [text, None, 10**30]}, approved_by="anna")
        await connection.execute(campaign.insert(), row)
        await connection.execute(post.insert(), [a_post("c1", number) for number in range(3)])
        transition = {"id": "t1", "post_id": "c1-0", "to_state": "draft", "at": AT, "actor": "anna"}
        await connection.execute(post_transition.insert(), transition)
        for table, row in (
            *a_crawl(),
            *an_analysis(),
            *an_experiment(),
            *an_access(),
            *people(),
            *a_monitor(),
        ):
            await connection.execute(table.insert(), row)
    entry = StoredEvidence(
        evidence_id="E1",
        tool="t",
        at=AT,
        payload_digest="p1",
        digest="d1",
        payload={"x": 0.1},
        subjects=(Subject("person", "anna"),),
    )
    gone = StoredEvidence(
        evidence_id="E2", tool="t", at=AT, payload_digest="p2", digest="d2", payload=None, erased_at=AT
    )
    await save(
        store,
        StoredConversation(
            id="k1", kind="chat", title="t", started_at=AT, head="d2", report={"a": 1}, evidence=(entry, gone)
        ),
    )
    many = [an_observation(day, value=day / 3) for day in range(1200)]
    await record(store, many, ids=SequentialIds())


def a_campaign(campaign_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": campaign_id,
        "name": "Spring",
        "config": {},
        "targeting": None,
        "tracking": {},
        "status": "approved",
        "created_at": AT,
        "approved_at": AT,
        "approved_by": None,
        **changes,
    }


def a_crawl() -> list[tuple[Table, dict[str, Any]]]:
    """Rows of a crawl, each key at the edge of what a column holds."""
    of = {"crawl_id": "w1", "number": 0}
    url = "https://a.example/?q=\u00e9"
    began = {"id": "w1", "start_url": url, "anchor_url": url, "scope": "site", "max_pages": 25}
    known = {"url": url, "key": -(2**63), "waiting": False, "rank": 0, "level": 0, "hops": 0}
    return [
        (crawl, {**began, "state": "running", "skipped": {"deep": 1}, "started_at": AT}),
        (crawl_url, {**of, **known, "in_sitemap": True}),
        (crawl_page, {**of, "outcome": "page", "links": [0, 2**31 - 1], "noindex": False, "fetched_at": AT}),
        (crawl_sitemap, {**of, "url": url, "waiting": True, "depth": 0, "guessed": False}),
    ]


def people() -> list[tuple[Table, dict[str, Any]]]:
    """A client in the register, with an assessment and a response, at whom somebody looked."""
    of = {"client_id": "cl-\u00e9", "recorded_at": AT}
    entry = {"kind": "client", "id": "cl-\u00e9", "location": None, "attributes": {"condition": "\u00e9"}}
    looked = {"subject_kind": "client", "subject_id": "person-0", "audience": "terminal", "actor": None}
    return [
        (subject, {**entry, "active": False, "recorded_at": AT}),
        (client_profile, {**of, "assessed_at": AT, "assessment": {"pain": 6.0, "text": "\U0001f600"}}),
        (
            intervention_response,
            {**of, "intervention_id": "i", "responded_at": AT, "response": {"x": [None]}},
        ),
        (access_log, {"id": "a1", "at": AT, "tool": "t", **looked}),
    ]


def a_monitor() -> list[tuple[Table, dict[str, Any]]]:
    """A monitor with a round that failed for a client, and what it found."""
    of = {"subject_kind": "client", "subject_id": "cl-\u00e9"}
    seen = {"state": "open", "rounds": 1, "first_seen_at": AT, "last_seen_at": AT, "changed_at": AT}
    matter = {"monitor": "clients", "kind": "risk", "topic": "t", "text": "\u00e9", "finding": {"x": 1.0}}
    return [
        (monitor, {"name": "clients", "round_id": "r1", "leased_until": AT, "due_at": None}),
        (monitor_round, {"id": "r1", "monitor": "clients", "started_at": AT, "state": "failed"}),
        (monitor_failure, {"round_id": "r1", "reason": "\u00e9", **of}),
        (todo, {"id": "t1", "sensitive": True, **matter, **of, **seen}),
    ]


def an_analysis() -> list[tuple[Table, dict[str, Any]]]:
    """Rows of an audit whose page says what is easily lost."""
    url = "https://a.example/?q=\u00e9"
    made = {"finished_at": AT, "product_version": "1", "catalogue_version": "c", "parameters": {"url": url}}
    found = {"score": 99.9, "critical": 0, "result": {"version": 1, "result": {"title": "\u0000 \ud83d"}}}
    about = {"analysis_id": "a1", "subject_kind": "page", "subject_id": url}
    return [
        (analysis, {"id": "a1", "kind": "audit", "page_url": url, "size": 2**31 - 1, **made, **found}),
        (analysis_subject, about),
    ]


def a_post(campaign_id: str, number: int) -> dict[str, Any]:
    return {
        "id": f"{campaign_id}-{number}",
        "campaign_id": campaign_id,
        "item": number,
        "occurrence": 0,
        "platform": "x",
        "state": "draft",
        "run_at": AT,
        "timezone": "UTC",
        "content": {"text": "Hello"},
        "preview": {},
        "version": 1,
        "intent_key": f"{campaign_id}:{number}",
        "created_at": AT,
        "updated_at": AT,
    }


async def contents(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    store = await Store.open(settings, clock=SystemClock())
    async with store.read() as connection:
        found = {}
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [dict(row) for row in rows.mappings()]
    await store.aclose()
    return found


@pytest.fixture
async def filled(store_settings: Settings, an_observation) -> Settings:
    """A database with rows in every table."""
    await upgrade(store_settings)
    store = await Store.open(store_settings, clock=FixedClock(AT))
    await fill(store, an_observation)
    await store.aclose()
    return store_settings


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Another, empty SQLite database."""
    return Settings(_env_file=None, home=tmp_path / "elsewhere")


def rewritten(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """Copy a backup, with some members replaced (or, where None, left out)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changes[name] if name in changes else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return target


async def test_everything_comes_back_in_either_kind_of_database(
    filled: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    manifest = await backup(filled, file, clock=FixedClock(AT))
    before = await contents(filled)
    assert all(before.values())
    assert {name: len(rows) for name, rows in before.items()} == {
        name: summary.rows for name, summary in manifest.tables.items()
    }
    await restore(elsewhere, file)  # a backup of PostgreSQL goes into SQLite …
    assert await contents(elsewhere) == before
    again = tmp_path / "again.zip"
    await backup(elsewhere, again, clock=FixedClock(AT))
    await restore(filled, again, replace=True)  # … and back
    assert repr(await contents(filled)) == repr(before)


async def test_a_backup_is_the_owners_only_and_leaves_nothing_beside_it(
    filled: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    await backup(filled, folder / "backup.zip")
    assert [path.name for path in folder.iterdir()] == ["backup.zip"]
    assert (folder / "backup.zip").stat().st_mode & 0o777 == 0o600


async def test_the_same_rows_give_the_same_bytes(filled: Settings, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        await backup(filled, tmp_path / name, clock=FixedClock(AT))
    members = [zipfile.ZipFile(tmp_path / name) for name in ("a.zip", "b.zip")]
    first, second = ({name: each.read(name) for name in each.namelist()} for each in members)
    for each in members:
        each.close()
    assert first == second


async def test_a_backup_of_a_database_in_use_is_of_one_moment(
    store_settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    await upgrade(store_settings)
    store = await Store.open(store_settings, clock=SystemClock())
    done = asyncio.Event()

    async def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            async with store.begin() as connection:
                await connection.execute(campaign.insert(), a_campaign(f"c{number}"))
                await connection.execute(post.insert(), [a_post(f"c{number}", n) for n in range(20)])

    writer = asyncio.create_task(write())
    files = []
    for number in range(5):
        await asyncio.sleep(0.05)
        files.append(tmp_path / f"{number}.zip")
        await backup(store_settings, files[-1])
    done.set()
    await writer
    await store.aclose()
    for file in files:
        await restore(elsewhere, file, replace=True)
        rows = await contents(elsewhere)
        assert len(rows["post"]) == 20 * len(rows["campaign"]) > 0


async def test_a_cancelled_backup_leaves_the_old_file_and_no_half_one(
    filled: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "backup.zip").write_bytes(b"the old one")
    task = asyncio.create_task(backup(filled, folder / "backup.zip"))
    while len(list(folder.iterdir())) == 1:
        assert not task.done()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [path.name for path in folder.iterdir()] == ["backup.zip"]
    assert (folder / "backup.zip").read_bytes() == b"the old one"


async def test_an_interrupted_program_leaves_no_half_file(
    filled: Settings, tmp_path: Path, start_program
) -> None:
    import signal
    import time

    store = await Store.open(filled, clock=SystemClock())
    async with store.begin() as connection:
        many = [a_campaign(f"m{n}", name="n" * 1000) for n in range(20_000)]
        await connection.execute(campaign.insert(), many)
    await store.aclose()
    folder = tmp_path / "backups"
    folder.mkdir()
    process = start_program(BACK_UP, filled, str(folder / "backup.zip"))
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 0 for path in folder.iterdir()):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in err
    assert list(folder.iterdir()) == []


async def test_a_backup_that_cannot_be_written_is_one_clear_sentence(
    elsewhere: Settings, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        await backup(elsewhere, tmp_path / "no" / "such" / "folder" / "backup.zip")
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        await backup(elsewhere, tmp_path / "folder.zip")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
async def test_a_full_disk_is_one_clear_sentence(filled: Settings, tmp_path: Path, monkeypatch) -> None:
    def full(**_options: object) -> tuple[int, str]:
        link = tmp_path / "full.part"
        link.symlink_to("/dev/full")
        return os.open(link, os.O_WRONLY), str(link)

    monkeypatch.setattr(backups.tempfile, "mkstemp", full)
    with pytest.raises(StoreError, match=r"cannot be written .*No space left"):
        await backup(filled, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()
    assert not (tmp_path / "full.part").is_symlink()


async def test_a_database_with_rows_is_not_overwritten_unasked(filled: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    await backup(filled, file)
    before = await contents(filled)
    with pytest.raises(Conflict, match="not empty") as caught:
        await restore(filled, file)
    assert "--replace" in str(caught.value)
    assert await contents(filled) == before


async def test_replacing_brings_back_the_old_state_and_its_pseudonyms(
    filled: Settings, tmp_path: Path, an_observation
) -> None:
    file = tmp_path / "backup.zip"
    await backup(filled, file)
    before = await contents(filled)
    store = await Store.open(filled, clock=SystemClock())
    key = store.pseudonym_key
    await record(store, [an_observation(source="later")], ids=SequentialIds())
    async with store.begin() as connection:
        await connection.execute(campaign.update().values(name="changed"))
    await store.aclose()
    await restore(filled, file, replace=True)
    assert await contents(filled) == before
    store = await Store.open(filled, clock=SystemClock())
    assert store.pseudonym_key == key
    await store.aclose()


def manifest_with(file: Path, **changes: object) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return json.dumps({**json.loads(archive.read("manifest.json")), **changes}).encode()


async def refusal(settings: Settings, file: Path) -> str:
    before = await contents(settings)
    with pytest.raises(MarketingError) as caught:
        await restore(settings, file, replace=True)
    assert await contents(settings) == before  # whatever was wrong, nothing was touched
    return str(caught.value)


async def test_a_file_that_is_no_sound_backup_is_refused_before_anything_is_touched(
    filled: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    await backup(filled, file)
    whole = file.read_bytes()
    for content in (b"", b"no zip", whole[: len(whole) // 2], whole[:-1]):
        (tmp_path / "bad.zip").write_bytes(content)
        assert "is no backup of this program, or is damaged" in await refusal(filled, tmp_path / "bad.zip")
    changes: list[tuple[dict[str, bytes | None], str]] = [
        ({"manifest.json": None}, "is no backup"),
        ({"manifest.json": b"{}"}, "is no backup"),
        ({"manifest.json": manifest_with(file, format="tarball")}, "of the format tarball 1"),
        (
            {"manifest.json": manifest_with(file, format_version=2)},
            "this program reads ag2-marketing-backup 1",
        ),
        ({"manifest.json": manifest_with(file, revision="9999")}, "of the schema 9999"),
        ({"manifest.json": manifest_with(file, tables={})}, "of the schema"),
        ({"campaign.jsonl": None}, "is no backup"),
        ({"campaign.jsonl": b""}, "campaign.jsonl is not what was written"),
    ]
    for change, words in changes:
        assert words in await refusal(filled, rewritten(file, tmp_path / "bad.zip", change))
    with pytest.raises(StoreError, match="cannot be read"):
        await restore(filled, tmp_path / "nothing.zip")


@pytest.mark.parametrize(
    "line",
    [
        b"{not json\n",
        b"[]\n",
        b'{"key": "a"}\n',
        b'{"key": "a", "value": "b", "more": 1}\n',
        b'{"key": null, "value": "b"}\n',
        b'{"key": "a", "value": "b"}\n{"key": "a", "value": "c"}\n',
    ],
)
async def test_a_forged_member_with_its_right_digest_is_undone(
    filled: Settings, tmp_path: Path, line: bytes
) -> None:
    file = tmp_path / "backup.zip"
    manifest = await backup(filled, file)
    tables = json.loads(manifest.model_dump_json())["tables"]
    tables["meta"] = {"rows": 1, "sha256": hashlib.sha256(line).hexdigest()}
    forged = {"meta.jsonl": line, "manifest.json": manifest_with(file, tables=tables)}
    await refusal(filled, rewritten(file, tmp_path / "bad.zip", forged))
