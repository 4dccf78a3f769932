"""Crawls of sites: their addresses, what these answered, and the sitemaps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Create the tables of crawls."""
    _create_crawl()
    _create_crawl_url()
    _create_crawl_page()
    _create_crawl_sitemap()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_crawl() -> None:
    op.create_table(
        "crawl",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("start_url", sa.Text(), nullable=False),
        sa.Column("anchor_url", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("max_pages", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stop_reason", sa.Text()),
        sa.Column("skipped", sa.JSON(), nullable=False),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl")),
        comment="A crawl of one site, resumable while its state is not `finished`.",
    )
    op.create_index(op.f("ix_crawl_start_url_started_at"), "crawl", ["start_url", "started_at"])


def _create_crawl_url() -> None:
    op.create_table(
        "crawl_url",
        sa.Column("crawl_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("in_sitemap", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("crawl_id", "number", name=op.f("pk_crawl_url")),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawl.id"], name=op.f("fk_crawl_url_crawl_id")),
        sa.UniqueConstraint("crawl_id", "key", name=op.f("uq_crawl_url_crawl_id_key")),
        comment="An address that a crawl knows, once, under the hash of its canonical form; "
        "the waiting are its frontier.",
    )
    op.create_index(
        op.f("ix_crawl_url_crawl_id_waiting_rank_level_number"),
        "crawl_url",
        ["crawl_id", "waiting", "rank", "level", "number"],
    )


def _create_crawl_page() -> None:
    op.create_table(
        "crawl_page",
        sa.Column("crawl_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("media_type", sa.Text()),
        sa.Column("location", sa.Text()),
        sa.Column("redirect_to", sa.Integer()),
        sa.Column("title", sa.Text()),
        sa.Column("description", sa.Text()),
        sa.Column("h1", sa.Text()),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("canonical_key", sa.BigInteger()),
        sa.Column("noindex", sa.Boolean()),
        sa.Column("nofollow", sa.Boolean()),
        sa.Column("words", sa.Integer()),
        sa.Column("html_bytes", sa.Integer()),
        sa.Column("wire_bytes", sa.Integer()),
        sa.Column("time_to_first_byte_ms", sa.Double()),
        sa.Column("total_ms", sa.Double()),
        sa.Column("text_digest", sa.BigInteger()),
        sa.Column("sketch", sa.Text()),
        sa.Column("javascript_signs", sa.JSON()),
        sa.Column("links", sa.JSON()),
        sa.Column("external_links", sa.Integer()),
        _moment("fetched_at"),
        sa.PrimaryKeyConstraint("crawl_id", "number", name=op.f("pk_crawl_page")),
        sa.ForeignKeyConstraint(
            ["crawl_id", "number"],
            ["crawl_url.crawl_id", "crawl_url.number"],
            name=op.f("fk_crawl_page_crawl_id_number"),
        ),
        comment="What one address of a crawl answered; `links` holds the numbers of the addresses that it "
        "links to.",
    )


def _create_crawl_sitemap() -> None:
    op.create_table(
        "crawl_sitemap",
        sa.Column("crawl_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("guessed", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer()),
        sa.Column("left_out", sa.Integer()),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("crawl_id", "number", name=op.f("pk_crawl_sitemap")),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawl.id"], name=op.f("fk_crawl_sitemap_crawl_id")),
        comment="A sitemap of a crawled site: how many addresses it gave, or why it gave none.",
    )
