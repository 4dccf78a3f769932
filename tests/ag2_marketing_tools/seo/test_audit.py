from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site

from ag2_marketing_tools.errors import FetchFailed, InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo import Audit, public_audit, run_audit
from ag2_marketing_tools.seo.catalogue import PARTS, checks
from ag2_marketing_tools.workspace import Workspace

PUBLIC = "http://care.example/"
GOOD = f"""<!doctype html><html lang=en><head><meta charset=utf-8>
<title>Home care in Lisbon by trained nurses</title>
<meta name=description content="Trained nurses visit your parents at home in Lisbon, by day and by night.">
<meta name=viewport content="width=device-width, initial-scale=1">
<link rel=canonical href="http://care.example/">
<meta property=og:title content=x><meta property=og:description content=x><meta property=og:image content=x>
<meta property=og:url content=x><meta name=twitter:card content=summary>
<link rel=icon href=/i.png></head><body><h1>Home care in Lisbon</h1><h2>Our nurses</h2>
{"<p>Our nurses visit your parents at home in Lisbon every day and cook a meal with them.</p>" * 15}
<a href=/prices>Prices of home care</a><img src=/n.jpg alt='A nurse' width=9 height=9></body></html>"""


async def audit(ws: Workspace, url: str, **arguments: Any) -> Audit:
    """Audit the page alone; what its site adds is tested in `site/`."""
    return await run_audit.run({"url": url, "max_pages": 1, **arguments}, ws)


async def test_a_good_page_has_nothing_to_mend_but_its_connection(site: Site, ws: Workspace) -> None:
    site.put("/", GOOD)
    found = await audit(ws, PUBLIC)
    assert {finding.check for finding in found.findings} == {
        "http.https", "sec.csp", "sec.xcto", "sec.xfo", "sec.permissions_policy", "http.compression",
        "sitemap.exists", "eeat.contact_about", "content.stuffing",  # one sentence fifteen times
    }  # fmt: skip
    assert found.url == PUBLIC
    assert found.timestamp == "2026-03-02T09:00:00+00:00"
    assert found.status == "success"
    assert found.summary.checks == len(found.checks) == len(checks())
    assert found.parts == list(PARTS)
    assert found.meta.language_detected == "en"
    assert found.headings.h1 == ["Home care in Lisbon"]
    assert found.page.words == 4 + 2 + 15 * 17 + 4
    assert (found.page.internal_links, found.page.external_links, found.page.images_without_alt) == (1, 0, 0)
    assert found.recommended_keywords[0].lower() in {"home care", "lisbon", "home care in lisbon", "nurses"}
    assert found.recommended_keywords == [keyword.term for keyword in found.keywords]


async def test_every_documented_key_and_every_key_of_the_examples_is_there(site: Site, ws: Workspace) -> None:
    site.put("/", "<p>Care")
    result = public_audit(await audit(ws, PUBLIC))
    documented = {"url", "timestamp", "core_web_vitals", "security", "mobile", "performance", "status"}
    assert documented | {"meta", "headings", "recommended_keywords"} <= result.keys()
    assert result["meta"]["description"] == ""
    assert result["meta"]["description_missing"] is True
    assert result["headings"]["h1"][0] == ""
    assert result["headings"]["h1_missing"] is True
    json.dumps(result, allow_nan=False)


async def test_fillers_stay_out_of_the_audit_itself(site: Site, ws: Workspace) -> None:
    site.put("/", "<p>Care")
    found = await audit(ws, PUBLIC)
    assert (found.meta.description, found.headings.h1) == (None, [])
    site.put("/b", "<h1>Care</h1><meta name=description content=Help>")
    full = public_audit(await audit(ws, "http://care.example/b"))
    assert (full["headings"]["h1"], full["headings"]["h1_missing"]) == (["Care"], False)
    assert (full["meta"]["description"], full["meta"]["description_missing"]) == ("Help", False)


async def test_without_a_key_vitals_are_null_with_their_reason(site: Site, ws: Workspace) -> None:
    site.put("/", GOOD)
    vitals = (await audit(ws, PUBLIC)).core_web_vitals
    assert vitals is not None
    for vital in (vitals.lcp, vitals.inp, vitals.cls):
        assert vital.value is None
        assert vital.rating is None
        assert "No key for pagespeed" in (vital.reason or "")
    assert (vitals.lcp.threshold_good, vitals.lcp.threshold_poor, vitals.lcp.unit) == (2500, 4000, "ms")
    assert "retired on 2024-03-12" in (vitals.fid.reason or "")


async def test_specific_metrics_run_their_parts_only(site: Site, ws: Workspace) -> None:
    site.put("/", "<p>Care")
    found = await audit(ws, PUBLIC, specific_metrics=["security", "core_web_vitals"])
    assert found.parts == ["core_web_vitals", "security"]
    assert (found.mobile, found.performance) == (None, None)
    assert found.security is not None
    assert {checks()[one.check].part for one in found.checks} == {"core_web_vitals", "security"}
    assert found.headings.h1 == []  # facts of the page come always


async def test_an_unknown_metric_is_refused_before_anything_is_fetched(site: Site, ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match=r"'backlinks' is not known.*structured_data"):
        await audit(ws, PUBLIC, specific_metrics=["backlinks"])
    assert site.asked == []


async def test_an_error_page_is_audited_as_one(site: Site, ws: Workspace) -> None:
    site.put("/", "<title>Not found</title><h1>Not found</h1>", status=404)
    found = await audit(ws, PUBLIC)
    assert found.http_status == 404
    assert "http.status" in {finding.check for finding in found.findings}
    assert any("error page" in note for note in found.notes)
    assert found.recommended_keywords == []


@pytest.mark.parametrize(
    ("body", "how", "kind"),
    [
        ("", {"status": 500}, "status"),
        ("{}", {"content_type": "application/json"}, "content_type"),
        (b"%PDF-1.4", {}, "content_type"),
        (b"<p>care</p>" * 900_000, {}, "too_large"),
        ("", {"status": 302, "location": "/"}, "redirect_loop"),
    ],
)
async def test_what_cannot_be_measured_is_an_error(
    site: Site, ws: Workspace, body: bytes | str, how: dict[str, Any], kind: str
) -> None:
    site.put("/", body, **how)
    with pytest.raises(FetchFailed) as caught:
        await audit(ws, PUBLIC)
    assert caught.value.kind == kind
    assert str(caught.value).endswith(".")


async def test_an_empty_page_degrades_to_findings(site: Site, ws: Workspace) -> None:
    site.put("/", "")
    found = await audit(ws, PUBLIC)
    assert {"title.present", "h1.present", "content.words"} <= {finding.check for finding in found.findings}
    assert found.page.words == 0


async def test_a_page_in_the_wrong_charset_is_found_damaged(site: Site, ws: Workspace) -> None:
    site.put("/", "<p>Für Ältere".encode("cp1252"), content_type="text/html; charset=utf-8")
    found = await audit(ws, PUBLIC)
    (damage,) = [finding for finding in found.findings if finding.check == "content.mojibake"]
    assert damage.measured is not None
    assert damage.measured.value == 2


async def test_the_same_page_gives_the_same_bytes(site: Site, ws: Workspace) -> None:
    site.put("/", GOOD)
    first, second = [await audit(ws, PUBLIC) for _ in range(2)]
    assert first.history_id != second.history_id  # two entries of the history
    assert first.model_dump_json(exclude={"history_id"}) == second.model_dump_json(exclude={"history_id"})


async def test_the_page_that_gives_orders_reports_what_it_hides_and_nothing_more(
    site: Site, ws: Workspace, shared_data: Path
) -> None:
    site.put("/", (shared_data / "injection_page.html").read_bytes())
    found = await audit(ws, PUBLIC)
    (hidden,) = [finding for finding in found.findings if finding.check == "content.hidden_text"]
    assert hidden.verdict == "fail"
    everything = found.model_dump_json()
    for carrier in (
        "display_none",
        "hidden_attr",
        "white_on_white",
        "offscreen",
        "css_class",
        "tags",
        "template",
    ):
        assert f"INJ_{carrier}" not in everything


async def test_every_shared_page_is_audited_without_an_error(
    site: Site, ws: Workspace, shared_data: Path
) -> None:
    pages = sorted((shared_data / "pages").glob("*.html"))
    assert len(pages) == 33
    for page in pages:
        site.put(f"/{page.name}", page.read_bytes(), content_type="text/html")
        found = await audit(ws, f"{PUBLIC}{page.name}")
        json.dumps(public_audit(found), allow_nan=False)
        assert found.summary.checks == len(checks())


def test_every_figure_of_an_audit_has_a_unit() -> None:
    """A number without a mark must have a `unit` beside it, or be a heading's level."""
    schema = Audit.model_json_schema(mode="serialization")
    bare = []
    for name, model in {**schema["$defs"], "Audit": schema}.items():
        fields = model.get("properties", {})
        for field, facts in fields.items():
            kinds = {facts.get("type"), *(branch.get("type") for branch in facts.get("anyOf", ()))}
            if kinds & {"number", "integer"} and "unit" not in facts and "unit" not in fields:
                bare.append(f"{name}.{field}")
    assert bare == []
    assert marked(Audit, "unit")["/performance/time_to_first_byte"] == "ms"


def test_quoted_text_of_the_page_is_marked_untrusted() -> None:
    untrusted = marked(Audit, "untrusted")
    for pointer in (
        "/meta/title",
        "/headings/h1/*",
        "/findings/*/evidence/*/excerpt",
        "/recommended_keywords/*",
    ):
        assert untrusted[pointer] is True


async def test_files_beside_the_page_are_asked_for_by_the_parts_that_look_at_them(
    site: Site, ws: Workspace
) -> None:
    site.put("/", GOOD)
    await audit(ws, PUBLIC, specific_metrics=["mobile", "headings"])
    assert site.paths() == ["/robots.txt", "/"]
    site.put(
        "/robots.txt", "User-agent: *\nDisallow: /llms.txt\nSitemap: /map.xml", content_type="text/plain"
    )
    await audit(ws, site.url("/"), specific_metrics=["indexing", "ai", "meta"])
    asked = site.paths()[2:]
    assert "/map.xml" in asked
    assert "/llms.txt" not in asked  # robots.txt forbids it
    assert "/favicon.ico" not in asked  # the page names its icon


async def test_a_sitemap_is_read_and_judged(site: Site, ws: Workspace) -> None:
    site.put("/", GOOD)
    site.put("/sitemap.xml", "<urlset><url><loc>/a</loc></url></urlset>", content_type="application/xml")
    found = {
        one.check: one.verdict for one in (await audit(ws, PUBLIC, specific_metrics=["indexing"])).checks
    }
    assert (found["sitemap.exists"], found["sitemap.valid"]) == ("pass", "warn")
