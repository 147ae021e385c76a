"""A controller with its console as a program of its own, so that tests can kill it: arguments as JSON.

Prints its address on a line when it serves, and runs until it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from waihu import log as logging
from waihu.app import Plan, running
from waihu.services.lines import Trunk
from waihu.settings import WebSettings
from waihu.telephony.exchange import Exchange
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.telephony.web_phones import AriWebPhones


def given_of(exchange: Exchange, store_url: str, port: int) -> dict[str, Any]:
    """Return what the program is told: the exchange, the store, and where to serve (0: anywhere)."""
    return {
        "ari": [exchange.ari_url, exchange.ari_user, exchange.ari_password],
        "ami": [exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password],
        "sip": exchange.sip_ws_url, "recordings": str(exchange.config.recordings_dir), "store_url": store_url,
        "port": port,
    }  # fmt: skip


def plan(given: dict[str, Any]) -> Plan:
    """Return what such a controller is built from."""
    recordings = Path(given["recordings"])
    switch = AsteriskSwitch(
        AriAccess(*given["ari"]), AmiAccess(*given["ami"]), recordings_dir=recordings, media={}, trunks=["carrier"]
    )
    return Plan(
        store_url=given["store_url"], switch=switch, trunks=(Trunk("carrier", max_lines=50, calls_per_s=50),),
        recordings=recordings, web=WebSettings(port=given["port"]), web_phones=AriWebPhones(switch.ari),
        sip_target=lambda: str(given["sip"]),
    )  # fmt: skip


async def main(given: dict[str, Any]) -> None:
    """Run until killed."""
    logging.configure("info")
    async with running(plan(given)) as app:
        assert await app.reached(10.0)
        sys.stdout.write(f"{app.address}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
