"""What the whole site shows of a page that the page alone does not."""

from __future__ import annotations

from audited_site import Audited, of_site, page, paths, verdict
from generated_site import GeneratedSite

CONFLICT, VERSIONS = "index.conflict", "hreflang.self_xdefault"


async def affected(site: GeneratedSite, audited: Audited, check: str) -> list[str]:
    found = of_site(await audited(), check)
    return paths(site, [one.url for one in found.places]) if found else []


async def test_noindex_in_a_sitemap_of_an_index_is_a_conflict(site: GeneratedSite, audited: Audited) -> None:
    index = f"<sitemapindex><sitemap><loc>{site.url('/map.xml')}</loc></sitemap></sitemapindex>"
    site.put("/sitemap.xml", index, content_type="application/xml")
    site.put("/map.xml", site.sitemap(["/", "/hidden", "/open"]), content_type="application/xml")
    site.put("/", page("Home", "/hidden", "/open", "/unlisted"))
    site.put("/hidden", page("Hidden", head="<meta name=robots content=noindex>"))
    site.put("/unlisted", page("Unlisted", head="<meta name=robots content=noindex>"))
    site.put("/open", page("Open"))
    assert await affected(site, audited, CONFLICT) == ["/hidden"]


async def test_a_canonical_that_leads_to_a_redirect_an_error_or_noindex_is_a_conflict(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a", "/b", "/c", "/d", "/moved", "/gone", "/hidden"))
    for path, target in {"/a": "/moved", "/b": "/gone", "/c": "/hidden", "/d": "/"}.items():
        site.put(path, page(f"Page {path[1]}", head=f"<link rel=canonical href={site.url(target)}>"))
    site.put("/moved", status=301, location="/")
    site.put("/hidden", page("Hidden", head="<meta name=robots content=noindex>"))
    found = of_site(await audited(), CONFLICT)
    assert found is not None
    assert paths(site, [one.url for one in found.places]) == ["/a", "/b", "/c"]
    assert paths(site, [one.excerpt or "" for one in found.places]) == ["/moved", "/gone", "/hidden"]


async def test_the_audited_page_is_judged_with_the_site_in_view(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/moved", head=f"<link rel=canonical href={site.url('/moved')}>"))
    site.put("/moved", status=301, location="/other")
    site.put("/other", page("Other", "/"))
    assert verdict(await audited(max_pages=1), CONFLICT) == "pass"
    found = await audited()
    (conflict,) = [one for one in found.findings if one.check == CONFLICT]
    assert conflict.message == "The canonical address is a redirect."
    assert conflict.evidence[0].url == site.url("/moved")


def versions(site: GeneratedSite, **addresses: str) -> str:
    return "".join(
        f'<link rel="alternate" hreflang="{code.replace("_", "-")}" href="{site.url(path)}">'
        for code, path in {**addresses, "x_default": "/"}.items()
    )


async def test_language_versions_that_name_each_other_pass(site: GeneratedSite, audited: Audited) -> None:
    both = versions(site, en="/", de="/de")
    site.put("/", page("Home", "/de", head=both))
    site.put("/de", page("Start", "/", head=both))
    assert await affected(site, audited, VERSIONS) == []


async def test_a_version_that_does_not_name_the_page_in_return_is_found(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/de", "/fr", head=versions(site, en="/", de="/de", fr="/fr")))
    site.put("/de", page("Start", "/", head=versions(site, en="/", de="/de", fr="/fr")))
    site.put("/fr", page("Accueil", "/"))
    found = of_site(await audited(), VERSIONS)
    assert found is not None
    assert paths(site, [one.url for one in found.places]) == ["/", "/de"]
    assert found.places[0].excerpt == site.url("/fr")


async def test_a_version_that_answers_with_an_error_is_found(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/de", head=versions(site, en="/", de="/de")))
    found = await audited()
    (finding,) = [one for one in found.findings if one.check == VERSIONS]
    assert finding.message == "The hreflang references lead to a redirect or an error."


async def test_a_version_that_was_not_read_is_not_judged(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/a", head=versions(site, en="/", de="/de")))
    site.put("/a", page("Visits"))
    assert await affected(site, audited, VERSIONS) == []
