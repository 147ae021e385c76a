"""What every exchange promises of the phones in browsers."""

from tests.contract.bench import Bench, contract

from waihu.telephony.switch import AsteriskSwitch
from waihu.telephony.web_phones import AriWebPhones, WebPhoneSwitch
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.fake_web_phones import FakeWebPhones
from waihu_models import signals as sig
from waihu_models.errors import SwitchError
from waihu_models.ids import new_id, web_phone


def phones_of(bench: Bench) -> WebPhoneSwitch:
    if isinstance(bench.switch, AsteriskSwitch):
        return AriWebPhones(bench.switch.ari)
    assert isinstance(bench.switch, FakeSwitch)
    return FakeWebPhones(bench.switch)


@contract
async def test_a_phone_is_there_once_it_is_made_and_cannot_be_reached_before_it_registers(bench: Bench) -> None:
    phones, phone = phones_of(bench), web_phone(new_id())
    await phones.make_phone(phone, "secret")
    assert (await bench.switch.view()).phones[phone] is False
    await phones.make_phone(phone, "another secret")
    assert (await bench.switch.view()).phones[phone] is False
    await phones.take_phone(phone)


@contract
async def test_a_phone_that_has_not_registered_cannot_be_rung(bench: Bench) -> None:
    phones, phone = phones_of(bench), web_phone(new_id())
    await phones.make_phone(phone, "secret")
    try:
        leg_id = await bench.ring(phone, 2)
    except SwitchError:
        pass  # it is said at once
    else:
        await bench.told(sig.LegEnded, leg_id)
    await phones.take_phone(phone)


@contract
async def test_taking_a_phone_away_twice_or_one_that_never_was_is_no_error(bench: Bench) -> None:
    phones, phone = phones_of(bench), web_phone(new_id())
    await phones.take_phone(phone)
    assert phone not in (await bench.switch.view()).phones
    await phones.make_phone(phone, "secret")
    await phones.take_phone(phone)
    await phones.take_phone(phone)
    assert (await bench.switch.view()).phones[phone] is False
    await phones.make_phone(phone, "another secret")
