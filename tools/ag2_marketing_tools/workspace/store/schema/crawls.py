"""Crawls of sites."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from ag2_marketing_tools.workspace.store.schema.base import metadata
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

crawl = Table(
    "crawl",
    metadata,
    Column("id", Text, primary_key=True),
    Column("start_url", Text, nullable=False),
    Column("anchor_url", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("max_pages", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("stop_reason", Text),
    Column("skipped", json_column(), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("purpose", Text),
    Column("at_work_at", UtcDateTime),
    Index(None, "start_url", "started_at"),
    comment="A crawl of one site, resumable while its state is not `finished`.",
)

crawl_url = Table(
    "crawl_url",
    metadata,
    Column("crawl_id", Text, ForeignKey(crawl.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("key", BigInteger, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("in_sitemap", Boolean, nullable=False),
    UniqueConstraint("crawl_id", "key"),
    Index(None, "crawl_id", "waiting", "rank", "level", "number"),
    comment="An address that a crawl knows, once, under the hash of its canonical form; "
    "the waiting are its frontier.",
)

crawl_page = Table(
    "crawl_page",
    metadata,
    Column("crawl_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("reason", Text),
    Column("media_type", Text),
    Column("location", Text),
    Column("redirect_to", Integer),
    Column("title", Text),
    Column("description", Text),
    Column("h1", Text),
    Column("canonical_url", Text),
    Column("canonical_key", BigInteger),
    Column("noindex", Boolean),
    Column("nofollow", Boolean),
    Column("words", Integer),
    Column("html_bytes", Integer),
    Column("wire_bytes", Integer),
    Column("time_to_first_byte_ms", Double),
    Column("total_ms", Double),
    Column("text_digest", BigInteger),
    Column("sketch", Text),
    Column("javascript_signs", json_column()),
    Column("links", json_column()),
    Column("external_links", Integer),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("remark", json_column()),
    ForeignKeyConstraint(["crawl_id", "number"], [crawl_url.c.crawl_id, crawl_url.c.number]),
    comment="What one address of a crawl answered; `links` holds the numbers of the addresses that it "
    "links to.",
)

crawl_sitemap = Table(
    "crawl_sitemap",
    metadata,
    Column("crawl_id", Text, ForeignKey(crawl.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("guessed", Boolean, nullable=False),
    Column("entries", Integer),
    Column("left_out", Integer),
    Column("problem", Text),
    comment="A sitemap of a crawled site: how many addresses it gave, or why it gave none.",
)
