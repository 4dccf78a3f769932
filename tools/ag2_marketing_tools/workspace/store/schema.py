"""Every table, declared once; the migrations are held to it by a test.

A column's `info` carries the marks of rule 10: `personal` (it names or describes a person) and `health`.
`subject_kind` in `info` says whose id a personal column holds, so that erasure finds it.
Ids come from `ws.ids`, times are UTC (`UtcDateTime`), and states are words whose meaning the families own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


PERSON = "person"
"""The subject kind of people who use the product (approvers, actors)."""


def personal(subject_kind: str | None = None) -> dict[str, Any]:
    """Return the `info` of a column that names or describes a person.

    Args:
        subject_kind: Given where the whole value is the id of a subject of this kind; erasure then clears it.
    """
    return {"personal": True} if subject_kind is None else {"personal": True, "subject_kind": subject_kind}


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts about this database itself, such as the key of its pseudonyms.",
)

campaign = Table(
    "campaign",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("config", json_column(), nullable=False),
    Column("targeting", json_column()),
    Column("tracking", json_column(), nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("approved_at", UtcDateTime),
    Column("approved_by", Text, info=personal(PERSON)),
    Index(None, "status", "created_at"),
    comment="A planned campaign as it was asked for.",
)

post = Table(
    "post",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign_id", Text, ForeignKey(campaign.c.id), nullable=False),
    Column("item", Integer, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("platform", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("run_at", UtcDateTime, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("content", json_column(), nullable=False),
    Column("preview", json_column(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("intent_key", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("external_id", Text),
    UniqueConstraint("intent_key"),
    Index(None, "campaign_id", "item", "occurrence"),
    Index(None, "state", "run_at"),
    comment="One post on one platform at one time; `intent_key` keeps it from going out twice.",
)

post_transition = Table(
    "post_transition",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_id", Text, ForeignKey(post.c.id), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, info=personal(PERSON)),
    Column("reason", Text),
    Index(None, "post_id", "at"),
    comment="Every change of a post's state: from what, to what, when, by whom and why.",
)

observation = Table(
    "observation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False, info=personal()),
    Column("metric", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("sample_size", BigInteger),
    Column("unit", Text, nullable=False),
    Column("observed_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint(
        "subject_kind", "subject_id", "metric", "observed_at", "source", name="uq_observation_measurement"
    ),
    Index(None, "metric", "observed_at"),
    comment="One measured value of one metric of one subject (a page, a caregiver) at one time.",
)

conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, info=personal()),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("head", Text),
    Column("report", json_column(), info=personal()),
    Index(None, "started_at"),
    comment="A finished conversation: its report, and the head of its evidence chain.",
)

evidence_payload = Table(
    "evidence_payload",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("payload", json_column(), info=personal()),
    Column("erased_at", UtcDateTime),
    comment="What a tool call returned, apart from the chain; NULL with `erased_at` is a tombstone.",
)

evidence = Table(
    "evidence",
    metadata,
    Column("conversation_id", Text, ForeignKey(conversation.c.id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("evidence_id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("payload_digest", Text, ForeignKey(evidence_payload.c.digest), nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("conversation_id", "evidence_id"),
    Index(None, "payload_digest"),
    comment="The chain: each digest covers the payload's digest and the entry before it.",
)

evidence_subject = Table(
    "evidence_subject",
    metadata,
    Column("payload_digest", Text, ForeignKey(evidence_payload.c.digest), primary_key=True),
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, info=personal()),
    Index(None, "subject_kind", "subject_id"),
    comment="Whom a payload names, so that erasure finds it.",
)

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

analysis = Table(
    "analysis",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("page_url", Text, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("product_version", Text, nullable=False),
    Column("catalogue_version", Text, nullable=False),
    Column("parameters", json_column(), nullable=False),
    Column("score", Double),
    Column("critical", Integer),
    Column("warning", Integer),
    Column("info", Integer),
    Column("pages", Integer),
    Column("words", Integer),
    Column("gaps", Integer),
    Column("size", Integer, nullable=False),
    Column("result", json_column(), nullable=False, info=personal()),
    Index(None, "kind", "page_url", "finished_at"),
    comment="A finished audit or content analysis of one page: its headline figures, and in `result` all of "
    "it with the version of its form.",
)

analysis_subject = Table(
    "analysis_subject",
    metadata,
    Column("analysis_id", Text, ForeignKey(analysis.c.id), primary_key=True),
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, info=personal()),
    Index(None, "subject_kind", "subject_id"),
    comment="What an analysis is about: the addresses of its page, and whom its result names.",
)
