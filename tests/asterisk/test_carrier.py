"""Every number of the simulated carrier ends a call as a real network would: what our exchange sees of it."""

import pytest
from tests.asterisk.support import BareAri, bare_ari, until

from waihu.telephony.exchange import Exchange

PLAN = "+4930100000"  # rings 0 s, voice 0, English


async def dial(ari: BareAri, exchange: Exchange, number: str, timeout_s: int = 20) -> str:
    channel = f"c-{number.strip('+')}"
    await ari.request(
        "POST", f"/channels/{channel}",
        endpoint=f"PJSIP/{number}@carrier", app=exchange.config.app, appArgs="out", timeout=timeout_s,
        callerId="+4930777",
    )  # fmt: skip
    return channel


@pytest.mark.parametrize(
    ("number", "status", "cause", "sip_code"),
    [
        ("02", "BUSY", 17, 486),
        ("04", "NOANSWER", 1, 404),
        ("05", "CONGESTION", 34, 503),
        ("07", "NOANSWER", 21, 403),
        ("12", "NOANSWER", 22, 410),
        ("13", "NOANSWER", 18, 408),
        ("14", "NOANSWER", 19, 480),
        ("15", "NOANSWER", 27, 502),
        ("16", "NOANSWER", 38, 500),
        ("19", "NOANSWER", 21, 603),
        ("77", "NOANSWER", 1, 404),  # no behaviour has this number
    ],
)
async def test_a_refused_call_has_this_cause_and_sip_code(
    exchange: Exchange, number: str, status: str, cause: int, sip_code: int
) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, PLAN + number)
        end = await ari.event(channel, "ChannelDestroyed")
        assert (end["cause"], end["tech_cause"]) == (cause, sip_code)
        assert ari.statuses(channel) == [status]


async def test_what_rings_for_ever_ends_by_our_own_limit(exchange: Exchange) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, PLAN + "03", timeout_s=1)
        end = await ari.event(channel, "ChannelDestroyed")
        assert (end["cause"], end["tech_cause"]) == (19, 480)
        assert ari.statuses(channel) == ["RINGING"]


async def test_the_third_last_digit_is_the_time_of_ringing(exchange: Exchange) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, "+4930100202")
        await ari.event(channel, "ChannelDestroyed")
        assert ari.statuses(channel) == ["RINGING", "BUSY"]


async def test_a_number_in_mandarin_is_dialled_the_same_way(exchange: Exchange) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, "+8610100011")
        end = await ari.event(channel, "ChannelDestroyed")
        assert ari.statuses(channel) == ["ANSWER"]
        assert end["cause"] in {0, 16}


@pytest.mark.parametrize("number", ["11", "22"])
async def test_people_hang_up_by_themselves(exchange: Exchange, number: str) -> None:
    async with bare_ari(exchange) as ari:
        channel = await dial(ari, exchange, PLAN + number)
        end = await ari.event(channel, "ChannelDestroyed")
        assert end["cause"] in {0, 16}
        assert ari.statuses(channel) == ["ANSWER"]


VERDICTS = {
    "00": ("HUMAN", "HUMAN"),
    "18": ("HUMAN", "HUMAN"),
    "01": ("MACHINE", "LONGGREETING"),
    "09": ("MACHINE", "LONGGREETING"),
    "10": ("MACHINE", "LONGGREETING"),
    "08": ("MACHINE", "INITIALSILENCE"),
    "20": ("NOTSURE", "TOOLONG"),  # no RTP in silence: app_amd has nothing to measure
    "21": ("NOTSURE", "TOOLONG"),
    "17": ("HUMAN", "HUMAN"),
}


async def test_machine_detection_hears_what_is_there(exchange: Exchange) -> None:
    """All at once: each takes seconds of listening."""
    async with bare_ari(exchange) as ari:
        channels = {number: await dial(ari, exchange, f"+4930110000{number}") for number in VERDICTS}
        for channel in channels.values():
            await ari.event(channel, "StasisStart")
            path = f"/channels/{channel}/continue"
            await ari.request("POST", path, context="waihu-screen", extension="s", priority=1)

        def verdict(number: str) -> tuple[str, ...]:
            starts = ari.of(channels[number], "StasisStart")[1:]
            return (starts[0]["args"][1], starts[0]["args"][2].split("-")[0]) if starts else ()

        await until(lambda: all(verdict(number) for number in VERDICTS), 15)
        assert {number: verdict(number) for number in VERDICTS} == VERDICTS
        for channel in channels.values():
            await ari.hang_up(channel)
