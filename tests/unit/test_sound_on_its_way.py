"""Sound between the exchange and a recogniser: the ring, the timeline, the intake's clock."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.intake import Intake
from waihu.speech.ring import Ring
from waihu.speech.timeline import Timeline
from waihu.testing.factories import NOON

RATE_HZ = 8000


def numbered(first: int, count: int) -> bytes:
    """Return samples that say their own number."""
    return b"".join((number % 65536).to_bytes(2, "little") for number in range(first, first + count))


@given(
    st.lists(st.one_of(st.integers(1, 300).map(lambda n: ("put", n)), st.integers(1, 300).map(lambda n: ("take", n))))
)
def test_every_sample_is_taken_under_its_own_number_or_counted_as_lost(steps: list[tuple[str, int]]) -> None:
    ring, put, taken = Ring(100, 5.0), 0, 0
    for step, count in steps:
        if step == "put":
            lost = ring.put(numbered(put, count))
            put += count
            assert lost == 0 or ring.waiting == 500
        else:
            first, pcm = ring.take(count)
            assert pcm == numbered(first, len(pcm) // 2)
            taken += len(pcm) // 2
        assert ring.waiting <= 500
        assert ring.received == put == taken + ring.lost + ring.waiting


def test_a_recogniser_that_was_given_a_part_still_tells_the_time() -> None:
    timeline = Timeline()
    timeline.give(800, 1000)  # the first 800 were silence, and left out
    timeline.give(1800, 1000)
    timeline.give(9000, 500)  # a long pause before
    assert [timeline.came(given) for given in (0, 999, 1000, 2000, 2499)] == [800, 1799, 1800, 9000, 9499]
    assert timeline.came(2000, ending=True) == 2800  # a word that ends there ends before the pause
    assert timeline.came(2600, ending=True) == 9500  # nothing ends after the sound


def test_silence_that_was_made_up_takes_no_time() -> None:
    timeline = Timeline()
    timeline.give(0, 1000)
    timeline.make_up(4000)
    timeline.give(1000, 500)
    assert [timeline.came(given) for given in (999, 1500, 4999, 5000, 5400)] == [999, 1000, 1000, 1000, 1400]


@given(st.lists(st.tuples(st.sampled_from(["give", "skip", "make_up"]), st.integers(1, 50)), min_size=1))
def test_every_sample_is_found_where_it_came(steps: list[tuple[str, int]]) -> None:
    timeline, came, truth = Timeline(), 0, []
    for step, count in steps:
        if step == "make_up":
            timeline.make_up(count)
            truth += [None] * count
        else:
            if step == "give":
                timeline.give(came, count)
                truth += range(came, came + count)
            came += count
    for given_number, number in enumerate(truth):
        if number is not None:
            assert timeline.came(given_number) == number


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.at_s)

    def monotonic(self) -> float:
        return self.at_s


class Stream:
    """An intake whose time is moved by hand."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.intake = Intake(RATE_HZ, self.clock)

    def come(self, seconds: float) -> None:
        self.clock.at_s += seconds
        self.intake.put(b"\x01\x00" * round(seconds * RATE_HZ))

    def take(self) -> None:
        _, pcm = self.intake.ring.take(10**6)
        self.intake.done(len(pcm) // 2)

    def nothing(self, seconds: float, *, speaking: bool = False) -> None:
        for _ in range(round(seconds / 0.25)):
            self.clock.at_s += 0.25
            self.intake.fill(lambda: not speaking)
            self.take()


def test_a_stream_begins_when_its_first_sample_was_spoken() -> None:
    stream = Stream()
    stream.clock.at_s = 100.0
    stream.come(0.1)
    assert stream.intake.began_at == NOON + timedelta(seconds=100)
    assert stream.intake.came_at_s(5.0) == 105.0


def test_silence_is_put_where_nothing_comes_and_is_not_counted_as_heard() -> None:
    stream = Stream()
    stream.come(1.0)
    stream.take()
    stream.nothing(10.0)
    stream.come(1.0)
    stream.take()
    missing_s = 12.0 - stream.intake.ring.received / RATE_HZ
    assert 0.0 <= missing_s <= 0.5  # the clock of the samples kept up with the wall's
    assert stream.intake.heard_s == 2.0
    assert stream.intake.lost_s == 0.0


def test_sound_that_is_only_late_is_not_pushed_back() -> None:
    stream = Stream()
    stream.come(1.0)
    stream.take()
    stream.nothing(0.5, speaking=True)
    assert stream.intake.filled == 0


def test_what_the_exchange_drops_little_by_little_is_made_good_when_nobody_speaks() -> None:
    stream = Stream()
    for _ in range(20):  # every second 4 % are missing
        stream.clock.at_s += 0.04
        stream.come(0.96)
        stream.intake.fill(lambda: False)
        stream.take()
    assert stream.intake.filled == 0  # nobody paused
    stream.intake.fill(lambda: True)
    assert abs(20.0 - stream.intake.ring.received / RATE_HZ - 0.2) < 0.05  # the first second began later


def test_while_a_recogniser_is_behind_no_silence_is_added_to_what_waits() -> None:
    stream = Stream()
    stream.come(2.0)
    stream.clock.at_s += 2.0
    assert not stream.intake.fill(lambda: True)


def test_a_muted_stream_is_silent_and_its_clock_goes_on() -> None:
    stream = Stream()
    stream.intake.muted = True
    stream.come(1.0)
    assert stream.intake.ring.take(RATE_HZ) == (0, bytes(2 * RATE_HZ))


def test_what_a_recogniser_will_not_say_any_more_is_lost() -> None:
    stream = Stream()
    stream.come(3.0)
    _, pcm = stream.intake.ring.take(2 * RATE_HZ)
    stream.intake.done(len(pcm) // 2)
    assert (stream.intake.behind_s, stream.intake.heard_s) == (1.0, 2.0)
    stream.intake.lose_since(0.5)
    assert (stream.intake.heard_s, stream.intake.lost_s, stream.intake.behind_s) == (0.5, 2.5, 0.0)
