"""A real machine greets, beeps and records; it gets the message after the beep, and nothing before."""

from pathlib import Path

from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import SPEECH_RMS, power, read_raw, rms
from tests.asterisk.world import controller, logged_in, plan_of, prepared, some_agents, written

from waihu.store.calls import call_by_id
from waihu.telephony.carrier import Carrier
from waihu.telephony.espeak import Espeak
from waihu.telephony.exchange import Exchange
from waihu.telephony.spoken_sounds import SpeakingPlan
from waihu.telephony.tones import RATE_HZ
from waihu_models.call import CallState, Voicemail
from waihu_models.campaign import DialMode
from waihu_models.outcome import Outcome

MACHINE = "+441632960001"
TEXT = "This is Example Limited. Please call us back on 0800 123 456."
BEEP_HZ, STEP_S = 1000.0, 0.1


def loud(samples: list[int]) -> list[bool]:
    """For each tenth of a second, whether something is heard."""
    step = int(STEP_S * RATE_HZ)
    return [rms(samples[start : start + step]) > SPEECH_RMS for start in range(0, len(samples) - step, step)]


def beeps(samples: list[int]) -> list[bool]:
    step = int(STEP_S * RATE_HZ)
    return [power(samples[start : start + step], BEEP_HZ) > 0.8 for start in range(0, len(samples) - step, step)]


async def test_a_machine_is_left_the_message_after_its_beep(
    exchange: Exchange, carrier: Carrier, tmp_path: Path
) -> None:
    url, campaign = await prepared(
        tmp_path, [MACHINE], agents=some_agents(1), mode=DialMode.PROGRESSIVE, screening=True, voicemail=TEXT
    )
    folder = exchange.config.recordings_dir
    assert folder is not None
    spoken = SpeakingPlan(speaker=Espeak(), folder=folder / "spoken")
    async with controller(plan_of(exchange, url, speaking=spoken)) as (app, seen):
        await logged_in(app)
        await app.dialling.start(campaign.name)
        await until(lambda: any(c.state is CallState.SCREENING for c in seen.calls.values()), 15.0, "screened")
        (call,) = seen.calls.values()
        name = (await app.switch.ari.request("GET", f"channels/{call.leg_id}"))["name"]  # type: ignore[attr-defined]
        said, heard = folder / "machine-says.sln", folder / "machine-hears.sln"
        await exchange.cli(f"mixmonitor start {name} /dev/null,r({said})t({heard})")
        await until(lambda: seen.calls[call.id].ended_at, 60.0, "over")
        ended = seen.calls[call.id]
        assert (ended.outcome, ended.voicemail) == (Outcome.MACHINE, Voicemail.LEFT)
        assert (await call_by_id(await written(app), call.id)).voicemail is Voicemail.LEFT
    beep = beeps(list(read_raw(said)))
    last_beep = max(place for place, is_beep in enumerate(beep) if is_beep)
    message = [place for place, is_loud in enumerate(loud(list(read_raw(heard)))) if is_loud]
    assert message, "the message is heard"
    assert min(message) > last_beep, "not before the end of the beep"
    assert len(message) * STEP_S > 1.5
