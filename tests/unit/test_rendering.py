import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.dialplan.variables import complete, declared
from waihu.telephony.exchange_config import Amd, ExchangeConfig, Phone, Ports, Trunk
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.rendering import Place, Secrets, conf_value, render, shipped_variables
from waihu_models.errors import BadInput

INSTALL = AsteriskInstall(("asterisk",), Path("/modules"), Path("/data"), (22, 1), "system")
PLACE = Place(Path("/var/waihu/exchange"), Path("/run/waihu"))
PORTS = Ports(sip=5060, http=8088, ami=5038, rtp_start=10000, rtp_end=20000)
HOSTILE = st.text(st.sampled_from("a1;\\[]=>#\"'\n\r\t\0 ,@:-*ü外\u2028\u00a0"), max_size=30) | st.text(max_size=30)

Section = tuple[str, list[tuple[str, str]]]


def read_conf(text: str) -> list[Section]:
    r"""Read a .conf file as Asterisk does: ``;`` begins a comment unless a backslash stands before it."""
    sections: list[Section] = []
    for raw in re.split(r"[\n\r]", text):
        line, start = raw, 0
        while (at := line.find(";", start)) >= 0:
            if at > 0 and line[at - 1] == "\\":
                line, start = line[: at - 1] + line[at:], at
            else:
                line = line[:at]
        line = line.strip(" \t")
        if line.startswith("["):
            sections.append((line[1 : line.index("]")], []))
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            sections[-1][1].append((name.strip(), value.lstrip(">").strip(" \t")))
    return sections


def rendered(secrets: Secrets | None = None, **config: object) -> dict[str, str]:
    made = ExchangeConfig(directory=PLACE.directory, **config)  # type: ignore[arg-type]
    return render(
        made, INSTALL, PLACE, PORTS, secrets or Secrets("ari-secret", "ami-secret", {"agent1": "phone-secret"})
    )


def values_of(text: str, section: str, name: str) -> list[str]:
    return [value for title, pairs in read_conf(text) if title == section for key, value in pairs if key == name]


def outline(text: str) -> list[tuple[str, list[str]]]:
    """What a file consists of, whatever the values are."""
    return [(title, [name for name, _ in pairs]) for title, pairs in read_conf(text)]


@given(HOSTILE)
def test_a_value_is_refused_or_read_back_as_it_was(text: str) -> None:
    try:
        written = f"[section]\nbefore = 1\nkey = {conf_value(text)}\nafter = 2\n"
    except BadInput:
        assert text != text.strip() or not text.isprintable()
        return
    assert read_conf(written) == [("section", [("before", "1"), ("key", text), ("after", "2")])]


@settings(max_examples=20)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_account_breaks_out_of_its_place_in_the_configuration(username: str, password: str, secret: str) -> None:
    def files(username: str, password: str, secret: str) -> dict[str, str]:
        trunk = Trunk(name="carrier", host="127.0.0.1", username=username, password=password)
        phones = (Phone(name="agent1"), Phone(name="agent2", password=password or "x"))
        return rendered(Secrets(secret, secret, {"agent1": secret}), trunks=(trunk,), phones=phones)

    try:
        made = files(username, password, secret)
    except BadInput:
        return
    harmless = files("user" if username else "", "pass", "secret")
    for name, text in made.items():
        assert outline(text) == outline(harmless[name]), name
    if username:
        assert values_of(made["pjsip_trunks.conf"], "carrier", "username") == [username]
        assert values_of(made["pjsip_trunks.conf"], "carrier", "password") == [password]
    assert values_of(made["pjsip_phones.conf"], "agent1", "password") == [secret]
    assert values_of(made["ari.conf"], "waihu", "password") == [secret]
    assert values_of(made["manager.conf"], "waihu", "secret") == [secret]


@pytest.mark.parametrize("value", [
    "two\nlines", "carriage\rreturn", "zero\0", " space before", "space after ", "tab\tinside", "x" * 1001, "\u2028",
])  # fmt: skip
def test_what_asterisk_would_not_read_back_is_refused(value: str) -> None:
    with pytest.raises(BadInput):
        rendered(trunks=(Trunk(name="carrier", host="127.0.0.1", username="u", password=value),))


@pytest.mark.parametrize("bad", [
    {"name": "car]rier"}, {"name": "car\nrier"}, {"name": "1carrier"}, {"name": ""}, {"name": "x" * 41},
    {"host": "127.0.0.1\nx = y"}, {"host": "-x"}, {"host": "a b"}, {"host": ""},
    {"port": 0}, {"port": 65536}, {"max_channels": 0}, {"qualify_s": -1},
    {"codecs": ()}, {"codecs": ("ulaw", "mp3")},
    {"match": ("10.0.0.0/8", "x;y")},
    {"register": True},
])  # fmt: skip
def test_a_trunk_that_cannot_be_written_down_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Trunk(**{"name": "carrier", "host": "127.0.0.1", **bad})  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [
    {"contact": "sip:x\ncontact = y"}, {"contact": "http://x"}, {"contact": "sip:a b"}, {"max_contacts": 0},
    {"name": "agent 1"},
])  # fmt: skip
def test_a_phone_that_cannot_be_written_down_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Phone(**{"name": "agent1", **bad})  # type: ignore[arg-type]


def test_a_contact_with_parameters_comes_through() -> None:
    phone = Phone(name="agent1", contact="sip:agent1@127.0.0.1:5070;transport=tcp")
    text = rendered(phones=(phone,))["pjsip_phones.conf"]
    assert values_of(text, "agent1", "contact") == ["sip:agent1@127.0.0.1:5070;transport=tcp"]


@pytest.mark.parametrize("bad", [
    {"app": "wai,hu"}, {"host": "0.0.0.0\n"}, {"rtp_timeout_s": -1}, {"qualify_frequency_s": 90_000},
    {"external_address": "x y"}, {"local_networks": ("10.0.0.0/8\n",)},
    {"trunks": (Trunk(name="same", host="h"),), "phones": (Phone(name="same"),)},
])  # fmt: skip
def test_an_exchange_that_cannot_be_written_down_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        ExchangeConfig(directory=Path("/x"), **bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [
    {"sip": -1}, {"http": 65536}, {"rtp_start": 10000}, {"rtp_start": 2000, "rtp_end": 1000},
])  # fmt: skip
def test_ports_that_are_none_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        Ports(**bad)


def test_machine_detection_keeps_to_its_range() -> None:
    assert Amd(greeting_ms=0).greeting_ms == 0
    with pytest.raises(BadInput, match="amd greeting_ms is 60001"):
        Amd(greeting_ms=60_001)


def test_ari_and_the_manager_listen_on_loopback_wherever_sip_listens() -> None:
    files = rendered(host="0.0.0.0")
    assert values_of(files["http.conf"], "general", "bindaddr") == ["127.0.0.1"]
    assert values_of(files["manager.conf"], "general", "bindaddr") == ["127.0.0.1"]
    assert values_of(files["pjsip.conf"], "udp", "bind") == ["0.0.0.0:5060"]


def test_browsers_come_over_loopback_and_their_sound_is_bound_where_all_sound_is() -> None:
    files = rendered(host="192.0.2.7")
    assert values_of(files["pjsip.conf"], "ws", "protocol") == ["ws"]
    assert values_of(files["pjsip.conf"], "ws", "bind") == ["192.0.2.7:8088"]
    assert values_of(files["http.conf"], "general", "bindaddr") == ["127.0.0.1"]
    assert values_of(files["rtp.conf"], "general", "icesupport") == ["yes"]


def test_browsers_are_told_the_external_address_beside_the_own_one() -> None:
    assert "ice_host_candidates" not in rendered(host="192.0.2.7")["rtp.conf"]
    text = rendered(host="192.0.2.7", external_address="203.0.113.5")["rtp.conf"]
    assert values_of(text, "ice_host_candidates", "192.0.2.7") == ["203.0.113.5,include_local_address"]
    assert "ice_host_candidates" not in rendered(host="192.0.2.7", external_address="sip.example.net")["rtp.conf"]


def test_an_exchange_bound_to_every_address_tells_browsers_the_one_it_sends_from() -> None:
    text = rendered(host="0.0.0.0", external_address="127.0.0.1")["rtp.conf"]
    assert values_of(text, "ice_host_candidates", "127.0.0.1") == ["127.0.0.1,include_local_address"]


@pytest.mark.parametrize("kind", ["auth", "aor", "endpoint"])
def test_what_the_configuration_says_comes_before_what_is_made_at_run_time(kind: str) -> None:
    assert values_of(rendered()["sorcery.conf"], "res_pjsip", kind) == [
        f"config,pjsip.conf,criteria=type={kind}",
        "memory",
    ]


def test_an_echo_test_begins_with_a_beep_where_there_is_one() -> None:
    assert "Playback(/var/sounds/en/beep)" in rendered(sounds_dir=Path("/var/sounds"))["dialplan_phones.conf"]
    for folder in (None, Path("/var/my sounds"), Path("/var/a,b"), Path("/var/${X}")):
        text = rendered(sounds_dir=folder)["dialplan_phones.conf"]
        assert "Playback" not in text
        assert text.count("Echo()") == 2


def test_two_echo_tests_on_one_number_are_one() -> None:
    text = rendered(dialplan=(("self_test_extension", "*43"),))["dialplan_phones.conf"]
    assert text.count("Echo()") == 1


# ---- dialplan variables -------------------------------------------------------------------------------------------

KNOWN = declared(shipped_variables())


def test_every_dialplan_variable_has_a_default() -> None:
    values = complete(KNOWN, {})
    assert values["app"] == "waihu"
    assert values["echo_limit_s"] == 120


@pytest.mark.parametrize(("name", "good", "bad"), [
    ("echo_limit_s", (5, 3600), (4, 3601, -1, "120", True, 7.5)),
    ("leg_limit_s", (60, 86_400), (59, 86_401)),
    ("echo_extension", ("*43", "0123456789#"), ("", "12a", "*43\n", "*43,1", "1" * 17)),
    ("app", ("waihu", "a.b-c_d", "x" * 64), ("", "wai hu", "wai,hu", "waihu\n", "x" * 65, "${X}")),
])  # fmt: skip
def test_a_dialplan_variable_keeps_to_its_declared_range(
    name: str, good: tuple[str | int, ...], bad: tuple[str | int, ...]
) -> None:
    for value in good:
        assert complete(KNOWN, {name: value})[name] == value
    for value in bad:
        with pytest.raises(BadInput, match=name):
            complete(KNOWN, {name: value})


def test_a_dialplan_variable_nobody_declared_is_refused() -> None:
    with pytest.raises(BadInput, match="no such dialplan variables: hostile"):
        rendered(dialplan=(("hostile", 1),))


def test_a_given_dialplan_variable_is_used() -> None:
    text = rendered(dialplan=(("echo_extension", "*99"),))["dialplan_phones.conf"]
    assert "exten => *99,1," in text
    assert "*43" not in text
