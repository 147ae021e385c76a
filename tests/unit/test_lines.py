from waihu.bus import Bus
from waihu.services.lines import Lines, Trunk
from waihu.testing.factories import a_call, a_campaign
from waihu_models.events import CallChanged


class Clock:
    def __init__(self) -> None:
        self.at_s = 0.0

    def monotonic(self) -> float:
        return self.at_s


def used(bus: Bus, trunk: str, count: int) -> None:
    for _ in range(count):
        bus.publish(CallChanged(a_call(trunk=trunk), None))


def test_the_idlest_trunk_is_taken_first_and_a_full_one_never() -> None:
    bus, clock = Bus(), Clock()
    lines = Lines(tuple(Trunk(name, max_lines=10, calls_per_s=100) for name in ("a", "b", "c")), bus, clock)
    used(bus, "a", 9)
    used(bus, "b", 5)
    used(bus, "c", 2)
    taken = lines.take(a_campaign(trunk=""))
    assert taken is not None
    assert taken.name == "c"
    assert lines.free(a_campaign(trunk="")) == 14
    used(bus, "c", 8)
    used(bus, "b", 5)
    used(bus, "a", 1)
    assert lines.take(a_campaign(trunk="")) is None


def test_a_campaign_with_a_trunk_of_its_own_takes_no_other() -> None:
    lines = Lines((Trunk("a", max_lines=1), Trunk("b", max_lines=9)), Bus(), Clock())
    taken = lines.take(a_campaign(trunk="a"))
    assert taken is not None
    assert taken.name == "a"
    assert lines.take(a_campaign(trunk="nowhere")) is None


def test_the_rate_of_a_trunk_is_kept_and_comes_back_with_time() -> None:
    clock = Clock()
    lines = Lines((Trunk("a", max_lines=99, calls_per_s=2.0),), Bus(), clock)
    campaign = a_campaign(trunk="a")
    assert lines.take(campaign) is not None
    assert lines.take(campaign) is None, "two a second: the next in half a second"
    clock.at_s += 0.5
    assert lines.budget(campaign) == 1
    assert lines.take(campaign) is not None


def test_numbers_are_spelt_as_the_carrier_wants_them() -> None:
    assert Trunk("a").spell("+441632960000") == "+441632960000"
    assert Trunk("a", strip_plus=True, dial_prefix="00").spell("+441632960000") == "00441632960000"
