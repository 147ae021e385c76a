import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from waihu import paths
from waihu.dialer.rule_packs import lawful, parse_pack, strictest, under_law
from waihu.services.rule_shelf import read_packs
from waihu.testing.factories import a_campaign
from waihu_models.campaign import CallingHours, Campaign
from waihu_models.errors import BadRulePack
from waihu_models.rule_pack import ANY_TIME, DROP_WINDOW_S, Cap, ConsentRule, CountedFrom, DropLimit, RulePack, Rules

SHIPPED = read_packs([paths.shipped("rules")])
DAY: Any = ((time(8), time(21)),)
WHOLE = """\
name = "moon"
version = "7"
title = "The Moon"

[hours]
every_day = ["08:00-12:00", "13:00-24:00"]
sunday = []
closed_on = [2026-07-20]
zone = "Europe/London"

[[caps]]
most = 5
within_s = 86_400

[[caps]]
most = 3
within_s = 300

[ring]
min_s = 15

[drops]
limit_ratio = 0.03
window_s = 86_400
agent_within_s = 2
counted_from = "answer"
redial_lockout_s = 3600
redial_with_agent = false
message = "safe-harbour"

[consent]
call = "opt_in"
record = "opt_out"
"""


def a_pack(name: str = "moon", **rules: Any) -> RulePack:
    return RulePack(name, "1", "", Rules(version=f"{name}@1", **rules), "")


# ---- read ----------------------------------------------------------------------------------------------------------


def test_a_pack_says_everything() -> None:
    pack = parse_pack(WHOLE, "rules/moon.toml")
    day = ((time(8), time(12)), (time(13), time.max))
    assert (pack.name, pack.number, pack.title, pack.version, pack.text) == ("moon", "7", "The Moon", "moon@7", WHOLE)
    assert pack.rules == Rules(
        version="moon@7",
        week=(day,) * 6 + ((),),
        closed_on=frozenset({date(2026, 7, 20)}),
        zone="Europe/London",
        caps=(Cap(300.0, 3), Cap(86_400.0, 5)),
        ring_min_s=15,
        drop_limits=(DropLimit(86_400.0, 0.03),),
        agent_within_s=2.0,
        counted_from=CountedFrom.ANSWER,
        redial_lockout_s=3600.0,
        redial_with_agent=False,
        call_consent=ConsentRule.OPT_IN,
        record_consent=ConsentRule.OPT_OUT,
        message="safe-harbour",
    )


def test_a_pack_that_asks_nothing_changes_nothing() -> None:
    pack = parse_pack('name = "moon"\nversion = "1"\n', "moon.toml")
    assert pack.rules == Rules(version="moon@1")
    campaign = a_campaign()
    assert lawful(campaign, pack.rules) == replace(campaign, law=pack.rules)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("most = 5", "most = -5", r"rules/moon.toml:12: caps\[0\].most: .*>= 1"),
    ("most = 3", "most = 0", r"rules/moon.toml:16: caps\[1\].most: .*>= 1"),
    ("within_s = 300", "within_s = -300", r"rules/moon.toml:17: caps\[1\].within_s: .*> 0"),
    ("within_s = 300", "within_s = 2_764_800", r"rules/moon.toml:17: caps\[1\].within_s: .*<= 2678400"),
    ("within_s = 300", "within_s = 86_400", r"rules/moon.toml:17: caps\[1\].within_s: there is a cap for 86400"),
    ("most = 3\n", "", r"rules/moon.toml:15: caps\[1\]: .*missing required field `most`"),
    ("min_s = 15", "min_s = 15.5", r"rules/moon.toml:20: ring.min_s: Expected `int`"),
    ("0.03", "-0.03", r"rules/moon.toml:23: drops.limit_ratio: .*>= 0"),
    ("0.03", "1.03", r"rules/moon.toml:23: drops.limit_ratio: .*<= 1"),
    ("0.03", "nan", r"rules/moon.toml:23: drops.limit_ratio: "),
    ("0.03", '"3 %"', r"rules/moon.toml:23: drops.limit_ratio: Expected `float`"),
    ("agent_within_s = 2", "agent_within_s = 0", r"rules/moon.toml:25: drops.agent_within_s: "),
    ('"answer"', '"ringing"', r"rules/moon.toml:26: drops.counted_from: .*'ringing'"),
    ('"opt_in"', '"maybe"', r"rules/moon.toml:32: consent.call: .*'maybe'"),
    ("record =", "recording =", r"rules/moon.toml:33: consent.recording: .*unknown field"),
    ("[consent]", "[concent]", r"rules/moon.toml:31: concent: .*unknown field"),
    ("13:00-24:00", "11:00-24:00", r"rules/moon.toml:6: hours.every_day: the hours overlap between 11:00 and 12:00"),
    ("08:00-12:00", "12:00-08:00", r"rules/moon.toml:6: hours.every_day: '12:00-08:00': write hours as 08:00-21:00"),
    ("08:00-12:00", "08:00-25:00", r"rules/moon.toml:6: hours.every_day: '08:00-25:00'"),
    ("08:00-12:00", "8-12", r"rules/moon.toml:6: hours.every_day: '8-12'"),
    ("sunday = []", 'sunday = ["24:00-24:00"]', r"rules/moon.toml:7: hours.sunday: '24:00-24:00'"),
    ("every_day", "monday", r"rules/moon.toml:5: hours.tuesday: tuesday is missing; write tuesday = \[\]"),
    ('["08:00-12:00", "13:00-24:00"]', "[]", r"rules/moon.toml:5: hours: nobody could ever be called"),
    ("2026-07-20", '"2026-07-32"', r"rules/moon.toml:8: hours.closed_on\[0\]: "),
    ("Europe/London", "Moon/Crater", r"rules/moon.toml:9: hours.zone: there is no time zone 'Moon/Crater'"),
    ('name = "moon"', 'name = "sun"', r"rules/moon.toml:1: name: the pack calls itself 'sun', its file 'moon'"),
    ('name = "moon"', 'name = "Moon!"', r"rules/moon.toml:1: name: .*matching regex"),
    ('version = "7"', 'version = "7+8"', r"rules/moon.toml:2: version: .*matching regex"),
    ('version = "7"\n', "", r"rules/moon.toml:1: the pack: .*missing required field `version`"),
    ("[ring]", "[ring", r"rules/moon.toml:19: this is not TOML: "),
])  # fmt: skip
def test_what_is_wrong_with_a_pack_is_said_with_file_line_and_field(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadRulePack) as refused:
        parse_pack(WHOLE.replace(old, new, 1), "rules/moon.toml")
    assert re.match(said, str(refused.value)), str(refused.value)


def test_lines_are_counted_past_texts_and_lists_of_several_lines() -> None:
    title = 'title = """\nversion = 1\n[ring]\n"""\n'
    hours = '[hours]\nevery_day = [\n  "08:00-09:00",\n]\n\n'
    with pytest.raises(BadRulePack, match=r"moon.toml:13: ring.min_s"):
        parse_pack(f'name = "moon"\n{title}version = "1"\n{hours}[ring]\nmin_s = -1\n', "moon.toml")


# ---- those that are shipped ----------------------------------------------------------------------------------------


def test_the_shipped_packs_ask_what_their_laws_do() -> None:
    us, florida, uk = (SHIPPED[name].rules for name in ("us-federal", "us-florida", "uk"))
    assert us.week == (((time(8), time(21)),),) * 7
    assert (us.ring_min_s, us.drop_limit_ratio, us.drop_window_s) == (15, 0.03, 30 * 86_400)
    assert (us.agent_within_s, us.counted_from) == (2.0, CountedFrom.GREETING)
    assert florida.week == (((time(8), time(20)),),) * 7
    assert florida.caps == (Cap(86_400.0, 3),)
    assert (uk.drop_limit_ratio, uk.drop_window_s) == (0.0, 86_400)
    assert (uk.redial_lockout_s, uk.redial_with_agent) == (72 * 3600, True)
    assert SHIPPED["eu"].rules.call_consent is ConsentRule.OPT_IN
    china, strict = SHIPPED["china"].rules, SHIPPED["china-carrier-strict"].rules
    assert (china.week[0], strict.week[0]) == (((time(8), time(21)),), ((time(9), time(21)),))
    assert china.caps == (Cap(300.0, 3), Cap(86_400.0, 5))
    assert china.call_consent is ConsentRule.OPT_IN


@pytest.mark.parametrize("pack", SHIPPED.values(), ids=lambda pack: pack.name)
def test_every_value_of_a_shipped_pack_names_where_it_comes_from(pack: RulePack) -> None:
    asked = [
        line
        for line in pack.text.splitlines()
        if re.match(r"(every_day|limit|most|min_s|agent|redial_l|call|record)", line)
    ]
    assert asked
    assert [line for line in asked if "#" not in line] == []
    assert "not legal advice" in pack.text.lower()


# ---- joined --------------------------------------------------------------------------------------------------------


def test_the_strictest_of_several_packs_counts() -> None:
    both = strictest([SHIPPED["us-federal"], SHIPPED["us-florida"], SHIPPED["uk"]])
    assert both.version == "us-federal@2026.1+us-florida@2026.1+uk@2026.1"
    assert both.week == (((time(8), time(20)),),) * 7
    assert both.drop_limits == (DropLimit(86_400, 0.0), DropLimit(30 * 86_400, 0.03))
    assert (both.drop_limit_ratio, both.drop_window_s, both.ring_min_s) == (0.0, 86_400, 15)
    assert both.caps == (Cap(86_400.0, 3),)
    assert both.record_consent is ConsentRule.OPT_IN
    assert both.message == "safe-harbour"


def test_of_two_caps_for_one_span_the_lower_holds_and_different_spans_both_hold() -> None:
    joined = strictest([a_pack(caps=(Cap(60.0, 2), Cap(10.0, 1))), a_pack(caps=(Cap(60.0, 1), Cap(900.0, 4)))])
    assert joined.caps == (Cap(10.0, 1), Cap(60.0, 1), Cap(900.0, 4))


def test_a_lock_out_without_exception_takes_the_exception_from_the_others() -> None:
    free, bare, none = a_pack(redial_lockout_s=9.0), a_pack(redial_lockout_s=3.0, redial_with_agent=False), a_pack()
    assert strictest([free, none]).redial_with_agent
    joined = strictest([free, bare, none])
    assert (joined.redial_lockout_s, joined.redial_with_agent) == (9.0, False)


def test_days_on_which_it_is_closed_add_up_and_different_zones_leave_none() -> None:
    one = a_pack(closed_on=frozenset({date(2026, 1, 1)}), zone="Asia/Shanghai")
    other = a_pack(closed_on=frozenset({date(2026, 12, 25)}), zone="Europe/London")
    assert strictest([one, other]).closed_on == {date(2026, 1, 1), date(2026, 12, 25)}
    assert strictest([one, other, one]).zone is None
    assert strictest([one, a_pack()]).zone == "Asia/Shanghai"


def test_packs_that_leave_no_hour_or_want_two_messages_are_refused() -> None:
    morning, evening = (a_pack(n, week=(((time(h), time(h + 2)),),) * 7) for n, h in (("moon", 8), ("sun", 18)))
    with pytest.raises(BadRulePack, match=r"moon@1\+sun@1: there is no hour"):
        strictest([morning, evening])
    with pytest.raises(BadRulePack, match="they want different messages: a, b"):
        strictest([a_pack(message="a"), a_pack(message="b")])


# ---- upon a campaign -----------------------------------------------------------------------------------------------


def campaign_of(**changes: Any) -> Campaign:
    return a_campaign(**{"hours": CallingHours((((time(10), time(22)),),) * 7, "Europe/London"), **changes})


def test_a_campaign_s_own_limits_hold_where_they_are_the_stricter() -> None:
    loose = campaign_of(target_drop_ratio=0.05, ring_timeout_s=10, patience_s=5.0, drop_media="jingle", screening=True)
    under = lawful(loose, SHIPPED["us-federal"].rules)
    assert under.hours.windows == (((time(10), time(21)),),) * 7
    assert (under.target_drop_ratio, under.ring_timeout_s, under.patience_s) == (0.03, 15, 2.0)
    assert (under.drop_media, under.screening, under.recording_needs_consent) == ("safe-harbour", True, False)
    strict = campaign_of(target_drop_ratio=0.01, ring_timeout_s=40, patience_s=1.0)
    own = lawful(strict, SHIPPED["us-federal"].rules)
    assert (own.target_drop_ratio, own.ring_timeout_s, own.patience_s) == (0.01, 40, 1.0)
    assert lawful(strict, SHIPPED["us-florida"].rules).recording_needs_consent


def test_machine_detection_is_off_where_the_wait_counts_from_the_answer() -> None:
    rules = Rules(agent_within_s=2.0, counted_from=CountedFrom.ANSWER)
    assert not lawful(campaign_of(screening=True), rules).screening
    assert lawful(campaign_of(screening=True), replace(rules, agent_within_s=None)).screening


def test_a_pack_s_zone_is_for_campaigns_that_have_none() -> None:
    assert lawful(campaign_of(), SHIPPED["china"].rules).hours.default_zone == "Europe/London"
    assert lawful(campaign_of(hours=CallingHours()), SHIPPED["china"].rules).hours.default_zone == "Asia/Shanghai"


def test_a_campaign_that_dials_only_when_its_packs_forbid_it_is_refused() -> None:
    night = campaign_of(hours=CallingHours((((time(21), time.max),),) * 7))
    with pytest.raises(BadRulePack, match=r"us-federal@2026.1 allows no hour at which campaign 'spring' dials"):
        lawful(night, SHIPPED["us-federal"].rules)


def test_a_pack_that_is_not_there_is_named_beside_those_that_are() -> None:
    with pytest.raises(BadRulePack, match="campaign 'spring': there is no rule pack 'mars'; there are: china, "):
        under_law(campaign_of(packs=("us-federal", "mars")), SHIPPED)
    assert under_law(campaign_of(), SHIPPED).law.version == ""
    assert strictest([]) == Rules()
    assert (Rules().week, Rules().drop_window_s) == (ANY_TIME, DROP_WINDOW_S)


# ---- folders -------------------------------------------------------------------------------------------------------


def test_one_bad_file_and_nothing_of_a_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "moon.toml").write_text(WHOLE, "utf-8")
    assert set(read_packs([paths.shipped("rules"), tmp_path])) == {*SHIPPED, "moon"}
    (tmp_path / "sun.toml").write_text(WHOLE.replace("moon", "sun").replace("0.03", "-1"), "utf-8")
    with pytest.raises(BadRulePack, match=r"sun.toml:23: drops.limit_ratio"):
        read_packs([paths.shipped("rules"), tmp_path])


def test_two_packs_of_one_name_a_folder_that_is_missing_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "uk.toml").write_text(SHIPPED["uk"].text, "utf-8")
    with pytest.raises(BadRulePack, match="there is a pack 'uk' already"):
        read_packs([paths.shipped("rules"), tmp_path])
    with pytest.raises(BadRulePack, match="there is no folder"):
        read_packs([tmp_path / "nosuch"])
    (tmp_path / "uk.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadRulePack, match=r"uk\.toml"):
        read_packs([tmp_path])
