from pathlib import Path

import pytest

from waihu.settings import Settings, load
from waihu_models.agent import PhoneMode
from waihu_models.errors import BadSettings

FILE = """
[company]
name = "Example Limited"
language = "zh"

[exchange]
sip_port = 5070

[[trunks]]
name = "carrier"
host = "127.0.0.1"
password = "from file"

[[phones]]
name = "agent1"

[[agents]]
id = "1001"
phone = "agent1"
mode = "on_hook"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "waihu.toml"
    path.write_text(FILE, "utf-8")
    return path


def refused(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> str:
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSettings) as caught:
        load(path, environ or {})
    return str(caught.value)


def test_everything_has_a_default() -> None:
    assert load(None, {}) == Settings()


def test_a_file_says_what_differs_from_the_defaults(file: Path) -> None:
    settings = load(file, {})
    assert (settings.company.name, settings.company.language, settings.exchange.sip_port) == (
        "Example Limited",
        "zh",
        5070,
    )
    assert settings.trunks[0].max_lines == 30
    assert settings.agents[0].mode is PhoneMode.ON_HOOK
    assert settings.exchange.http_port == 8088


def test_the_environment_overrides_the_file(file: Path) -> None:
    environ = {
        "WAIHU_EXCHANGE__SIP_PORT": "5099",
        "WAIHU_EXCHANGE__MANAGED": "true",
        "WAIHU_LOG__JSON": "1",
        "WAIHU_STORE__URL": "sqlite+aiosqlite:///x.db",
        "WAIHU_RECORDINGS__MIN_FREE_MB": "7",
    }
    settings = load(file, environ)
    assert (settings.exchange.sip_port, settings.exchange.managed, settings.log.json) == (5099, True, True)
    assert (settings.store.url, settings.recordings.min_free_mb) == ("sqlite+aiosqlite:///x.db", 7)
    assert settings.company.name == "Example Limited"


@pytest.mark.parametrize("name", ["WAIHU_VAR", "WAIHU_SETTINGS", "OTHER_STORE__URL", "PATH"])
def test_variables_that_are_no_settings_are_left_alone(name: str) -> None:
    assert load(None, {name: "/somewhere"}) == Settings()


@pytest.mark.parametrize(("text", "places"), [
    ("[exchnage]\nsip_port = 1", ["exchnage"]),
    ("[exchange]\nsip_prot = 1", ["sip_prot", "$.exchange"]),
    ("[exchange]\nsip_port = 65536", ["$.exchange.sip_port", "65535"]),
    ("[exchange]\nsip_port = -1", ["$.exchange.sip_port"]),
    ('[exchange]\nsip_port = "five"', ["$.exchange.sip_port"]),
    ("[recordings]\nmin_free_mb = -1", ["$.recordings.min_free_mb"]),
    ('[company]\nlanguage = "fr"', ["$.company.language"]),
    ('[log]\nlevel = "loud"', ["$.log.level"]),
    ('[[trunks]]\nname = "a"', ["$.trunks[0]", "host"]),
    ('[[trunks]]\nname = "A b"\nhost = "h"', ["$.trunks[0].name"]),
    (
        '[[trunks]]\nname = "a"\nhost = "h"\n[[trunks]]\nname = "b"\nhost = "h"\nmax_lines = 0',
        ["$.trunks[1].max_lines"],
    ),
    ('[[trunks]]\nname = "a"\nhost = "h"\ncalls_per_s = 0', ["$.trunks[0].calls_per_s"]),
    ('[[agents]]\nid = "a"\nwrap_limit_s = -1', ["$.agents[0].wrap_limit_s"]),
    ('[[agents]]\nid = "a"\nmode = "sometimes"', ["$.agents[0].mode"]),
    ('[[agents]]\nid = "a b"', ["$.agents[0].id"]),
    ("store = 1", ["$.store"]),
    ("this is no TOML", ["bad.toml"]),
])  # fmt: skip
def test_what_does_not_fit_is_refused_with_file_and_place(tmp_path: Path, text: str, places: list[str]) -> None:
    said = refused(tmp_path, text)
    assert all(place in said for place in ["bad.toml", *places]), said


@pytest.mark.parametrize(("text", "said"), [
    ('[[trunks]]\nname = "a"\nhost = "h"\n[[trunks]]\nname = "a"\nhost = "i"', "trunk 'a' is given twice"),
    ('[[phones]]\nname = "a"\n[[phones]]\nname = "a"', "phone 'a' is given twice"),
    ('[[agents]]\nid = "a"\n[[agents]]\nid = "a"', "agent 'a' is given twice"),
    ('[[agents]]\nid = "a"\nphone = "nosuch"', "agent a: there is no phone 'nosuch'"),
    ("[exchange]\nmanaged = false", "exchange.ari_url must say where Asterisk is"),
])  # fmt: skip
def test_settings_that_contradict_each_other_are_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_an_exchange_run_by_others_may_have_phones_we_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "waihu.toml"
    path.write_text('[exchange]\nmanaged = false\nari_url = "http://h/ari"\n[[agents]]\nid = "a"\nphone = "x"', "utf-8")
    assert load(path, {}).agents[0].phone == "x"


@pytest.mark.parametrize(("environ", "said"), [
    ({"WAIHU_EXCHANGE__SIP_PORT": "many"}, "$.exchange.sip_port"),
    ({"WAIHU_EXCHANGE__SIP_PROT": "1"}, "sip_prot"),
    ({"WAIHU_NOSUCH__KEY": "1"}, "nosuch"),
])  # fmt: skip
def test_a_bad_variable_is_refused_with_its_place(environ: dict[str, str], said: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load(None, environ)
    assert said in str(caught.value)


def test_a_list_can_only_be_set_in_the_file(file: Path) -> None:
    with pytest.raises(BadSettings, match="WAIHU_TRUNKS__HOST: trunks is a list"):
        load(file, {"WAIHU_TRUNKS__HOST": "10.0.0.1"})


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="there is no settings file"):
        load(tmp_path / "nosuch.toml", {})
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match=r"binary\.toml"):
        load(binary, {})
    with pytest.raises(BadSettings):
        load(tmp_path, {})
