"""Scripted callees over real SIP and RTP: what is recorded of their leg is recognised as what they say."""

from pathlib import Path

import numpy as np
import pytest
from tests.asterisk.support import bare_ari
from tests.asterisk.test_carrier import dial
from tests.asterisk.test_carrier_sound import read_raw, record

from asr_fixture.recognition import Recognition
from asr_fixture.scoring import score
from asr_fixture.texts import expected, read_words, tokens
from waihu.speech.model_pack import unpack
from waihu.telephony.carrier_scripts import Script, spoken
from waihu.telephony.exchange import Exchange

PACKED = Path(__file__).resolve().parents[1] / "fixtures" / "asr"
WORST_RATIO = {"en": 0.2, "zh": 0.15}
NUMBERS = ("+44163296030", "+8610100030")


def words_said(script: Script) -> list[str]:
    words = read_words(script.language)
    return [word for phrase in script.phrases for word in expected(tokens(phrase, words))]


@pytest.mark.timeout(60)
async def test_scripted_callees_say_their_words_and_hang_up(exchange: Exchange, tmp_path: Path) -> None:
    recorded = {}
    async with bare_ari(exchange) as ari:
        channels = {number: await dial(ari, exchange, number) for number in NUMBERS}
        for number, channel in channels.items():
            await ari.event(channel, "StasisStart")
            recorded[number] = await record(exchange, ari, channel)
        for channel in channels.values():
            end = await ari.event(channel, "ChannelDestroyed", 40)
            assert end["cause"] in {0, 16}
    for number, path in recorded.items():
        script = spoken(number)
        assert script is not None
        model = unpack(PACKED / f"fixture-{script.language}.zip", tmp_path / script.language)
        heard = Recognition(model).words(np.array(read_raw(path), np.float64))
        assert score(script.language, words_said(script), heard).ratio < WORST_RATIO[script.language], heard
