import pytest

from waihu.telephony.trunk_state import Registration, SipState, look_at_trunks
from waihu_models.errors import SwitchTimeout

REGISTRATIONS = """
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

 dead/sip:127.0.0.1:9                                    dead                        Unregistered      (exp. 4s)
 good/sip:a-very-long-name-of-a-carrier.example.net:5060  good                       Registered        (exp. 250s)
 no_entry/sip:192.0.2.9:5060                             no_entry                    Rejected          (exp. 55s)

Objects found: 3
""".splitlines()
AOR = """
      Aor:  <Aor..............................................>  <MaxContact>
    Contact:  <Aor/ContactUri............................> <Hash....> <Status> <RTT(ms)..>
==========================================================================================

      Aor:  {name}                                              0
    Contact:  {name}/sip:127.0.0.1:18944                  8134b75388 {status}

 ParameterName        : ParameterValue
 contact              : sip:127.0.0.1:18944
"""
STATUS = {"good": "Avail         1.265", "dead": "Unavail        -nan", "no_entry": "NonQual        -nan"}


async def says(line: str) -> list[str]:
    if line == "pjsip show registrations":
        return REGISTRATIONS
    name = line.removeprefix("pjsip show aor ")
    return AOR.format(name=name, status=STATUS[name]).splitlines() if name in STATUS else ["Unable to find object x."]


async def test_registration_answer_and_round_trip_are_read_from_what_asterisk_prints() -> None:
    assert await look_at_trunks(says, ["good", "dead", "no_entry", "unheard"]) == {
        "good": SipState(Registration.REGISTERED, True, 1.265),
        "dead": SipState(Registration.UNREGISTERED, False, None),
        "no_entry": SipState(Registration.REJECTED, None, None),
        "unheard": SipState(Registration.NONE, None, None),
    }


async def test_of_an_exchange_that_does_not_answer_nothing_is_known() -> None:
    async def silent(line: str) -> list[str]:
        raise SwitchTimeout(line)

    assert await look_at_trunks(silent, ["good"]) == {"good": SipState()}


@pytest.mark.parametrize("count", [0, 60])
async def test_no_more_trunks_are_asked_about_than_one_look_may_cost(count: int) -> None:
    asked = []

    async def counting(line: str) -> list[str]:
        asked.append(line)
        return []

    names = [f"t{number}" for number in range(count)]
    assert list(await look_at_trunks(counting, names)) == names
    assert len(asked) == 1 + min(count, 50)
