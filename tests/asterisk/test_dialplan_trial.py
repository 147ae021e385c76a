"""The throw-away exchange, the words an exchange knows, and values as a real Asterisk reads them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.asterisk.support import until
from tests.asterisk.test_exchange import listeners

from waihu.dialplan.known_words import listed, shipped
from waihu.dialplan.lint import plan_of
from waihu.dialplan.probing import ProbeCall
from waihu.dialplan.shown import differences, read_shown
from waihu.dialplan.templates import render
from waihu.telephony.ari import AriAccess
from waihu.telephony.asterisk import Asterisk
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import ExchangeConfig, OwnTemplate
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.instance import Instance
from waihu.telephony.probe import Prober
from waihu.telephony.trial import TrialConfig, sweep, try_dialplan
from waihu_models.errors import ExchangeFailed, SwitchUnreachable

HOSTILE = 'Müller & Söhne; "GmbH", (neu) [1] \\o/ 外呼 100 % of $5'


async def test_the_shipped_list_of_words_is_what_the_exchange_knows(exchange: Exchange) -> None:
    words = listed(await exchange.cli("core show applications"), await exchange.cli("core show functions"))
    assert shipped().applications - words.applications == set(), "none that is not there"
    assert words.applications - shipped().applications == set(), "add these to known_words.toml"
    assert shipped().functions == words.functions


async def test_a_trial_has_no_ports_says_nothing_of_what_is_good_and_leaves_nothing(
    install: AsteriskInstall, tmp_path: Path
) -> None:
    config = ExchangeConfig(directory=tmp_path / "own")
    trial = Asterisk(install, TrialConfig(directory=tmp_path / "bare"))
    await trial.start()
    try:
        assert [socket for socket in listeners(trial.pid) if socket[0].startswith("tcp")] == []
        assert [port for _, address, port in listeners(trial.pid) if address == "0100007F"] == []
    finally:
        await trial.stop()
    report = await try_dialplan(install, config)
    assert report.complaints == ()
    assert report.shown["waihu-screen"]["s"][1] == ("", "AMD()")
    assert report.words.applications == shipped().applications
    assert not (config.directory / "trial").exists()


async def test_a_trial_that_is_given_up_leaves_no_program(install: AsteriskInstall, tmp_path: Path) -> None:
    config = ExchangeConfig(directory=tmp_path / "own")
    pid_file = config.directory / "trial" / "running.json"
    trying = asyncio.create_task(try_dialplan(install, config))
    await until(pid_file.exists, 20.0, "it is started")
    running = Instance(config.directory / "trial").running()
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    assert running is not None
    await until(lambda: not running.pid.alive, 10.0, "it has ended")
    assert not (config.directory / "trial").exists()
    with pytest.raises(ExchangeFailed):
        await try_dialplan(install, config, limit_s=1e-9)
    assert not (config.directory / "trial").exists()


async def test_a_trial_that_a_killed_controller_left_is_ended_by_the_next(
    install: AsteriskInstall, tmp_path: Path
) -> None:
    config = ExchangeConfig(directory=tmp_path / "own")
    left = Asterisk(install, TrialConfig(directory=config.directory / "trial"))
    await left.start()
    assert (await try_dialplan(install, config)).complaints == ()
    await until(lambda: not left.alive(), 10.0, "the one that was left has ended")
    sweep(config.directory / "trial")  # of nothing: nothing happens


async def test_a_name_arrives_as_it_was_and_adds_nothing(install: AsteriskInstall, tmp_path: Path) -> None:
    """What tests/unit/test_dialplan_values.py says of any value, held against Asterisk's own reading."""
    template = (
        "[c]\nexten => s,1,Set(NAME={{ company }})\n same => n,NoOp(a,{{ company }},b)\n"
        " same => n,Set(SAME=$[${LEN(${NAME})} = {{ company | length }}])\n same => n,Hangup()\n"
    )
    rendered = render("t", template, {"company": HOSTILE})
    config = ExchangeConfig(directory=tmp_path / "own", own_dialplans=(OwnTemplate("t", rendered.text),))
    report = await try_dialplan(install, config)
    assert report.complaints == ()
    ours = {name: steps for name, steps in report.shown.items() if name == "c"}
    assert differences(plan_of({"t": rendered}), ours) == []
    assert ours["c"]["s"][1] == ("", f"Set(NAME={HOSTILE})")


async def test_a_probe_sees_every_step_from_the_first_and_reaches_nobody(
    own_exchange: Callable[..., Exchange],
) -> None:
    text = (
        "[c]\nexten => short,1,Set(A=1)\n same => n,NoOp()\n same => n,Hangup()\nexten => long,1,Answer()\n"
        " same => n,Echo()\nexten => round,1,NoOp()\n same => n,Goto(1)\n"
    )
    exchange = own_exchange(own_dialplans=(OwnTemplate("t", text),))
    await exchange.start()
    prober = Prober(AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password))
    names = ("short", "long", "round")
    short, long, rounds = await prober.probe([ProbeCall("c", name, name) for name in names], limit_s=2.0)
    assert (short.steps, short.application, short.ended) == (3, "Hangup", True)
    assert (long.steps, long.application, long.ended) == (2, "Echo", False)
    assert rounds.steps == 300

    async def over() -> bool:
        return "0 active channels" in await exchange.cli("core show channels")

    await until(over, 10.0, "all are hung up")
    shown = read_shown(await exchange.cli("dialplan show"))
    assert "c" in shown


async def test_a_probe_without_an_exchange_says_so(
    own_exchange: Callable[..., Exchange], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waihu.telephony.probe.CONNECT_LIMIT_S", 0.2)
    with pytest.raises(SwitchUnreachable, match="for a probe"):
        await Prober(AriAccess("http://127.0.0.1:9/ari", "a", "b")).probe([ProbeCall("c", "s", "s")])


def test_a_trial_is_told_nothing_of_trunks_and_phones(tmp_path: Path) -> None:
    config = replace(ExchangeConfig(directory=tmp_path), app="other")
    assert TrialConfig.templates[:2] == config.templates
    assert TrialConfig(directory=tmp_path).endpoints == ()
