from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, Table, inspect, text

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store, migrations, revision, upgrade
from ag2_marketing_tools.workspace.store.location import create_sqlite_file, location_of, make_engine
from ag2_marketing_tools.workspace.store.revision import HEAD, VERSION_TABLE
from ag2_marketing_tools.workspace.store.schema import metadata

OPTIONS = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}


@pytest.fixture
def differences(store_settings: Settings) -> Callable:
    """Migrates a database and tells how it differs from declared tables."""

    async def compare(declared: MetaData) -> list[object]:
        await upgrade(store_settings)
        engine = make_engine(location_of(store_settings))

        def read(connection: Connection) -> list[object]:
            return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), declared))

        try:
            async with engine.connect() as connection:
                return await connection.run_sync(read)
        finally:
            await engine.dispose()

    return compare


async def test_the_migrations_make_the_declared_tables(differences: Callable) -> None:
    assert await differences(metadata) == []


async def test_the_comparison_would_notice_a_difference(differences: Callable) -> None:
    other = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(other)
    other.tables["post"].append_column(Column("likes", Integer))
    Table("extra", other, Column("id", Integer, primary_key=True))
    found = [change[0] for change in await differences(other)]
    assert sorted(found) == ["add_column", "add_table"]


async def test_unique_keys_and_foreign_keys_are_in_the_database(store: Store) -> None:
    def read(connection: Connection) -> tuple[set[str], set[str]]:
        inspector = inspect(connection)
        tables = metadata.tables
        unique = {key["name"] for name in tables for key in inspector.get_unique_constraints(name)}
        foreign = {key["name"] for name in tables for key in inspector.get_foreign_keys(name)}
        return unique, foreign

    async with store.read() as connection:
        unique, foreign = await connection.run_sync(read)
    assert unique == {
        "uq_post_intent_key",
        "uq_observation_measurement",
        "uq_evidence_conversation_id_evidence_id",
        "uq_crawl_url_crawl_id_key",
        "uq_experiment_variant_experiment_id_position",
        "uq_experiment_variant_experiment_id_name",
        "uq_experiment_cell_experiment_id_metric_variant_id",
        "uq_account_name",
        "uq_access_token_digest",
        "uq_write_key_digest",
        "uq_todo_matter",
    }
    assert foreign == {
        "fk_post_campaign_id",
        "fk_post_transition_post_id",
        "fk_evidence_conversation_id",
        "fk_evidence_payload_digest",
        "fk_evidence_subject_payload_digest",
        "fk_crawl_url_crawl_id",
        "fk_crawl_page_crawl_id_number",
        "fk_crawl_sitemap_crawl_id",
        "fk_analysis_subject_analysis_id",
        "fk_experiment_holdout",
        "fk_experiment_variant_experiment_id",
        "fk_experiment_phase_experiment_id",
        "fk_experiment_look_experiment_id",
        "fk_experiment_change_experiment_id",
        "fk_assignment_experiment_id",
        "fk_assignment_variant_id",
        "fk_experiment_cell_experiment_id",
        "fk_experiment_cell_variant_id",
        "fk_login_session_account_id",
        "fk_monitor_failure_round_id",
    }


def test_the_code_knows_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [HEAD]
    numbers = [script.revision for script in scripts.walk_revisions()]
    assert all(len(number) == len(HEAD) and number.isdecimal() for number in numbers)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    store_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate = revision._migrate

    def migrate_and_fail(connection: Connection) -> None:
        migrate(connection)
        connection.execute(text("SELECT no_such_column FROM campaign"))

    monkeypatch.setattr(revision, "_migrate", migrate_and_fail)
    with pytest.raises(StoreError, match="no_such_column"):
        await upgrade(store_settings)
    monkeypatch.undo()
    assert await upgrade(store_settings) == HEAD


@pytest.mark.parametrize("version", ["0001", "0006", "0007"])
async def test_rows_of_an_older_version_outlive_the_upgrade(store_settings: Settings, version: str) -> None:
    def to_the_old_one(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.execute(text("INSERT INTO meta (key, value) VALUES ('kept', 'yes')"))

    location = location_of(store_settings)
    if location.dialect == "sqlite":
        create_sqlite_file(location.path)
    engine = make_engine(location)
    async with engine.begin() as connection:
        await connection.run_sync(to_the_old_one)
    await engine.dispose()
    assert await upgrade(store_settings) == HEAD
    store = await Store.open(store_settings, clock=SystemClock())
    async with store.read() as connection:
        assert await connection.scalar(text("SELECT value FROM meta WHERE key = 'kept'")) == "yes"
        assert (await connection.scalar(text("SELECT count(*) FROM crawl"))) == 0
        assert (await connection.scalar(text("SELECT count(*) FROM analysis"))) == 0
        assert (await connection.scalar(text("SELECT count(*) FROM access_log"))) == 0
    await store.aclose()
