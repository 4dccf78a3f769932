"""One agent at a time: each has public async methods that need no chat and no model.

An answer is a dictionary with a `status`; where something failed, `error` says what and what would be
right. What could not be measured is null, with a `reason` beside it.
"""

import asyncio

from ag2_marketing import ContentStrategyAgent, MarketingAutomationAgent, SEOAuditAgent, Settings
from ag2_marketing.demo import TARGET, served_sites


async def main() -> None:
    with served_sites() as origins:
        settings = Settings(allowed_origins=tuple(origins.values()))
        site = f"{origins[TARGET]}/"

        audit = await SEOAuditAgent(settings=settings).run_audit(site)
        print(f"{audit['status']}: the page is titled {audit['meta']['title']!r}")
        paint = audit["core_web_vitals"]["lcp"]
        print(f"largest contentful paint: {paint['value']}, because: {paint['reason']}")

        content = await ContentStrategyAgent(settings=settings).analyze_content(site)
        print(f"it speaks of {', '.join(content['primary_keywords'][:3])}")

        automation = MarketingAutomationAgent(settings=settings)
        campaign = await automation.schedule_campaign(
            {
                "name": "What the page speaks of",
                "platforms": ["facebook"],
                "content": [
                    {"text": f"Ask us about {keyword}."} for keyword in content["primary_keywords"][:2]
                ],
            }
        )
        print(f"{campaign['status']}: {[post['preview']['text'] for post in campaign['scheduled_posts']]}")

        refused = await automation.schedule_campaign(
            {"name": "Nowhere", "platforms": ["myspace"], "content": []}
        )
        print(f"{refused['status']}: {refused['error']}")


if __name__ == "__main__":
    asyncio.run(main())
