"""The whole job from Python: audit a site, work out its content strategy, plan and store its campaign.

Three bundled sites on loopback stand for the web, and no model is used; for a site of yours, give its
address and leave out `settings` and `llm_config`. Every figure that the agents name stands in
`answer["evidence"]`.
"""

import asyncio

from ag2_marketing import Settings, run_marketing_workflow
from ag2_marketing.demo import COMPETITORS, TARGET, served_sites


async def main() -> None:
    with served_sites() as origins:
        answer = await run_marketing_workflow(
            f"{origins[TARGET]}/",
            competitors=[f"{origins[name]}/" for name in COMPETITORS],
            platforms=("facebook", "linkedin"),
            campaign_name="Autumn at home",
            settings=Settings(allowed_origins=tuple(origins.values())),
            llm_config=False,
        )
    for entry in answer["transcript"]:
        if entry["kind"] == "message":
            print(f"{entry['speaker']}> {entry['text']}\n")
    campaign = answer["campaign"]
    print(f"{campaign['name']}: {len(campaign['scheduled_posts'])} posts {campaign['status']}")
    print(f"{len(answer['evidence'].entries)} tool calls and words of the user are on the ledger")


if __name__ == "__main__":
    asyncio.run(main())
