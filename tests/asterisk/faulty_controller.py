"""A controller as a program of its own, so that tests can kill it: arguments as JSON on the command line.

Prints one line ``ready`` when everybody is logged in and the campaign dials.
"""

import asyncio
import json
import sys
from pathlib import Path

from waihu import log as logging
from waihu.app import Plan, running
from waihu.services.lines import Trunk
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch


async def main(given: dict[str, str]) -> None:
    logging.configure("info")
    recordings = Path(given["recordings"])
    switch = AsteriskSwitch(
        AriAccess(given["ari_url"], given["ari_user"], given["ari_password"]),
        AmiAccess(given["ami_host"], int(given["ami_port"]), given["ami_user"], given["ami_password"]),
        recordings_dir=recordings,
        media={"safe-harbour": given["safe_harbour"]},
    )
    plan = Plan(
        store_url=given["store_url"],
        switch=switch,
        trunks=(Trunk("carrier", max_lines=50, calls_per_s=50),),
        recordings=recordings,
    )
    async with running(plan) as app:
        assert await app.reached(10.0)
        for agent in app.agents:
            app.agents.log_in(agent.id)
        await app.dialling.start("spring")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
