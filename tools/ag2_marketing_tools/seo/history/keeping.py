"""A finished audit on its way into the history."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ag2_marketing_tools.history.keeping import Finished, Measure, keep
from ag2_marketing_tools.history.versions import digest_of
from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot
from ag2_marketing_tools.seo.model import Audit, RunAudit
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import Headline

SOURCE = "run_audit"


async def kept(audit: Audit, params: RunAudit, ws: Workspace) -> Audit:
    """Keep an audit; return it with its id in the history, or with a note that it was not kept."""
    named = audit.model_copy(update={"history_id": ws.ids.new("audit")})
    summary = audit.summary
    answer = await keep(
        Finished(
            kind="audit",
            id=str(named.history_id),
            asked_url=params.url,
            page_url=audit.final_url,
            params=params,
            result=named,
            core=lambda: AuditSnapshot.model_validate(named.model_dump()).model_dump(mode="json"),
            catalogue_version=catalogue_version(),
            headline=Headline(
                score=audit.score.value,
                critical=summary.critical,
                warning=summary.warning,
                info=summary.info,
                pages=_pages(audit),
            ),
            measures=list(_measures(audit)),
        ),
        ws,
    )
    notes = [*audit.notes, *([answer.note] if answer.note else [])]
    return audit.model_copy(update={"history_id": answer.id, "notes": notes})


@cache
def catalogue_version() -> str:
    """Return what names the state of the catalogue: its checks with all that verdicts and score depend on."""
    return digest_of(
        [
            check.model_dump(mode="json", include={"id", "part", "scope", "severity", "limits"})
            for check in checks().values()
        ]
    )


def _pages(audit: Audit) -> int:
    """Return how many pages were looked at: those of the site where it was crawled."""
    return audit.site.judged_count if audit.site is not None else 1


def _measures(audit: Audit) -> Iterator[Measure]:
    summary, vitals = audit.summary, audit.core_web_vitals
    if audit.score.value is not None:
        yield Measure(metric="seo.score", value=audit.score.value, unit="point", source=SOURCE)
    for severity in ("critical", "warning", "info"):
        count = getattr(summary, severity)
        yield Measure(metric=f"seo.findings.{severity}", value=count, unit="finding", source=SOURCE)
    yield Measure(metric="seo.checks.passed", value=summary.passed, unit="check", source=SOURCE)
    for name in ("lcp", "inp", "cls") if vitals is not None else ():
        vital = getattr(vitals, name)
        if vital.value is not None:
            yield Measure(metric=name, value=vital.value, unit=vital.unit, source=f"{SOURCE}:{vital.source}")
