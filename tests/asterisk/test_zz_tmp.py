from tests.asterisk.support import bare_ari, until
import asyncio
async def test_in(exchange, carrier):
    async with bare_ari(exchange) as ari:
        await carrier.call_in(f"{exchange.host}:{exchange.sip_port}", "4000", "123")
        start = (await until(lambda: [e for e in ari.events if e["type"] == "StasisStart"]))[0]
        cid=start["channel"]["id"]
        await ari.request("POST", f"/channels/{cid}/answer")
        await asyncio.sleep(1)
        await ari._session.delete(f"{ari._url}/channels/{cid}")
        await asyncio.sleep(1)
        for e in ari.events: print(e["type"], e.get("cause"), (e.get("channel") or {}).get("state"))
