"""Machine detection: what is heard of an answer, what AMD makes of it, and what is decided. Seeds are fixed."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from answer_greetings.__main__ import SEED, train
from answer_greetings.app_amd import verdict
from answer_greetings.hearing import frames_of
from answer_greetings.making import greetings, texts
from answer_greetings.replay import decided, looks
from answer_greetings.voices import ACCENTS, VOICES, Samples
from waihu.speech.answer_ear import LOOK_S, answer_ear
from waihu.speech.answer_evidence import evidence_of, in_words
from waihu.speech.answer_features import RATE_HZ, AnswerSound, shape_of
from waihu.speech.answer_model import (
    EMPTY,
    LEARNT_AT_MOST,
    SURE,
    Costs,
    Judgement,
    decide,
    read_model,
    shipped_model,
    write_model,
)
from waihu.speech.answer_watch import DECIDE_BY_S, LATE_S, AnswerWatch, verdict_name
from waihu.speech.ear_words import Expect
from waihu.telephony.exchange_config import Amd

BENCHMARK_SEED = 7
HELD_OUT = 60


class StoppedClock:
    """A clock that tests set."""

    seconds = 100.0

    def now(self) -> datetime:
        return datetime(2026, 11, 26, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE_HZ), dtype=np.int16)


def tone(hz: float, seconds: float) -> Samples:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(6000 * np.sin(2 * np.pi * hz * at), dtype=np.int16)


def speech(seconds: float, level: float = 4000.0) -> Samples:
    """Noise that comes and goes like syllables: no tone, and louder than any line."""
    rng = np.random.default_rng(1)
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(np.clip(rng.normal(0, level, len(at)) * (0.6 + 0.4 * np.sin(25 * at)), -32768, 32767), np.int16)


def heard_whole(*parts: Samples) -> tuple[str, ...]:
    sound = np.concatenate(parts)
    return evidence_of(shape_of(sound, len(sound) / RATE_HZ))


# ---- what is heard ---------------------------------------------------------------------------------------------------


def test_a_short_word_and_a_pause_are_told_with_their_lengths() -> None:
    assert "paused:0.4-0.8:0.8-1.2" in heard_whole(silence(0.3), speech(0.6), silence(1.0))


def test_a_pause_in_which_nothing_is_sent_is_a_pause_all_the_same() -> None:
    sound = AnswerSound(6.0)
    for n, begin in enumerate(range(0, int(0.6 * RATE_HZ), 160)):
        sound.put(speech(0.6)[begin : begin + 160].tobytes(), 0.02 * (n + 1))
    shape = sound.shape(1.7)
    assert shape.heard_s == pytest.approx(0.6)
    assert shape.pause_s == pytest.approx(1.1, abs=0.05)
    assert "sound:part" in evidence_of(shape)


def test_words_after_a_pause_in_which_nothing_was_sent_are_no_part_of_the_greeting() -> None:
    sound = AnswerSound(6.0)
    sound.put(speech(0.5).tobytes(), 0.5)
    sound.put(speech(0.5).tobytes(), 2.5)
    shape = sound.shape(3.0)
    assert shape.greeting_s == pytest.approx(0.5, abs=0.15)
    assert shape.speech_s == pytest.approx(1.0, abs=0.3)


def test_sound_after_the_longest_time_is_left_out() -> None:
    sound = AnswerSound(1.0)
    sound.put(speech(3.0).tobytes(), 3.0)
    sound.put(speech(1.0).tobytes(), 4.0)
    assert sound.shape(4.0).heard_s <= 1.0


def test_noise_of_the_line_is_no_speech() -> None:
    noisy = np.random.default_rng(2).normal(0, 500, 3 * RATE_HZ).astype(np.int16)
    noisy[RATE_HZ : int(1.5 * RATE_HZ)] += speech(0.5)
    shape = shape_of(noisy, 3.0)
    assert shape.greeting_s == pytest.approx(0.5, abs=0.1)
    assert verdict([(0.02 * (n + 1), noisy[160 * n : 160 * n + 160]) for n in range(150)], Amd()).status == "MACHINE"


@pytest.mark.parametrize(
    ("hz", "kind"), [(2100.0, "fax"), (1100.0, "fax"), (1000.0, "beep"), (440.0, "beep"), (1400.0, "announcement")]
)
def test_a_steady_tone_is_told_by_its_kind(hz: float, kind: str) -> None:
    assert f"tone:{kind}" in heard_whole(silence(0.5), tone(hz, 0.4), silence(0.5))


def test_nothing_at_all_is_silence() -> None:
    assert evidence_of(AnswerSound(6.0).shape(1.2)) == ("silent:1-1.5", "sound:part")


@pytest.mark.parametrize(
    ("words", "of"),
    [
        ("please leave a message after the tone", "machine"),
        ("您 拨打的 用户 暂时 无法接通", "machine"),
        ("hello who is calling", "person"),
        ("你好 哪位", "person"),
        ("seven eight", "other"),
    ],
)
def test_words_speak_for_who_says_them_in_both_languages(words: str, of: str) -> None:
    assert f"words:{of}" in evidence_of(shape_of(speech(1.0), 1.0), words)


def test_every_piece_the_shipped_model_knows_can_be_said_in_both_languages() -> None:
    for piece in shipped_model().seen:
        english, chinese = in_words(piece)
        assert english
        assert chinese
        assert "{" not in english + chinese


def test_an_ear_tells_what_it_hears_of_an_answer_four_times_a_second_and_no_longer_than_asked() -> None:
    clock = StoppedClock()
    ear = answer_ear(Expect(stream_id="a", language="en", answer_s=2.2), clock)
    assert ear is not None
    told = []
    for n in range(200):
        clock.seconds += 0.02
        if n < 30:
            ear.put(speech(0.6)[160 * n : 160 * n + 160].tobytes())
        told += [heard] if (heard := ear.look()) else []
    assert [one.at_s for one in told] == pytest.approx([LOOK_S * (n + 1) for n in range(8)], abs=0.1)
    assert told[-1].pause_s == pytest.approx(1.4, abs=0.1)
    assert "paused:0.4-0.8:1.2-2" in told[-1].evidence


@pytest.mark.parametrize("wish", [{}, {"answer_s": 8.0, "rate_hz": 16000}])
def test_an_answer_is_looked_at_only_where_that_is_wished_and_can_be_done(wish: dict[str, Any]) -> None:
    assert answer_ear(Expect(stream_id="a", language="en", **wish), StoppedClock()) is None


# ---- what AMD says ---------------------------------------------------------------------------------------------------


def test_amd_takes_a_long_greeting_for_a_machine_and_cannot_tell_where_nothing_is_sent() -> None:
    def frames(sound: Samples) -> list[tuple[float, Samples]]:
        return [(0.02 * (n + 1), sound[160 * n : 160 * n + 160]) for n in range(len(sound) // 160)]

    assert verdict(frames(np.concatenate([speech(0.6), silence(3)])), Amd()).name == "HUMAN"
    assert verdict(frames(speech(3.0)), Amd()).name == "MACHINE:LONGGREETING"
    assert verdict(frames(silence(3.0)), Amd()).name == "MACHINE:INITIALSILENCE"
    assert verdict(frames(speech(0.6)), Amd()).name == "NOTSURE:TOOLONG"


def test_verdicts_are_named_alike_from_wherever_they_come() -> None:
    assert verdict_name("machine", "LONGGREETING-1500-1500") == "MACHINE:LONGGREETING"
    assert verdict_name("unsure", "TOOLONG-5000") == "NOTSURE:TOOLONG"
    assert verdict_name("human", "HUMAN-800-800") == "HUMAN"


# ---- what is decided -------------------------------------------------------------------------------------------------

GREETS = ("speaking:2.2-3", "talked:2-2.8")
PAUSES = ("paused:0.4-0.8:0.8-1.2", "talked:0-1", "bursts:1-2")


def test_without_an_ear_the_exchange_decides_at_once() -> None:
    assert AnswerWatch(shipped_model()).screened("MACHINE:LONGGREETING", 2.0) == "machine"
    assert AnswerWatch(shipped_model()).screened("HUMAN", 1.6) == "person"
    assert AnswerWatch(shipped_model()).screened("NOTSURE:TOOLONG", 5.0) == "person"


def test_an_ear_that_says_nothing_any_more_is_not_waited_for() -> None:
    watch = AnswerWatch(shipped_model())
    assert watch.sounds(GREETS, 1.0) == "wait"
    assert watch.screened("MACHINE:MAXWORDS", 1.5) == "wait"
    assert watch.decision(1.0 + LATE_S + 0.01) == "machine"


def test_a_person_the_exchange_finds_never_waits_for_the_ear() -> None:
    watch = AnswerWatch(shipped_model())
    watch.sounds(GREETS, 1.5)
    assert watch.screened("HUMAN", 1.6) != "wait"


def test_a_long_greeting_that_ends_in_a_pause_is_a_person_after_all() -> None:
    watch = AnswerWatch(shipped_model())
    watch.sounds(("speaking:1.6-2.2", "talked:1-2", "bursts:2-4"), 2.5)
    assert watch.screened("MACHINE:MAXWORDS", 2.6) == "wait"
    assert watch.sounds(("paused:3-4.5:1.2-2", "talked:2-2.8", "bursts:2-4"), DECIDE_BY_S) == "person"


def test_a_tone_of_a_machine_sends_it_away_though_amd_heard_a_person() -> None:
    watch = AnswerWatch(shipped_model())
    watch.sounds(("speaking:1.6-2.2", "bursts:4-7", "tone:fax", "words:machine"), 2.0)
    assert watch.screened("HUMAN", 2.1) == "machine"


def test_hello_on_a_line_that_sends_nothing_in_silence_is_decided_before_amd_gives_up() -> None:
    watch = AnswerWatch(shipped_model())
    assert watch.sounds((*PAUSES, "sound:part"), 2.0) == "person"


def test_before_amd_has_spoken_only_a_pause_shows_a_person_and_only_certainty_a_machine() -> None:
    for unsure in (("silent:0.5-1",), ("speaking:0.4-0.8", "bursts:1-2"), GREETS):
        assert AnswerWatch(shipped_model()).sounds(unsure, 1.0) == "wait"
    long_greeting = ("speaking:3-4.5", "talked:2.8-3.5", "bursts:10+", "sound:all")
    assert Costs().threshold < shipped_model().judge(long_greeting).machine < SURE
    assert AnswerWatch(shipped_model()).sounds(long_greeting, 4.0) == "wait"
    assert AnswerWatch(shipped_model()).sounds((*long_greeting, "tone:fax", "words:machine"), 4.0) == "machine"


def test_people_are_passed_on_sooner_where_a_leg_may_leave_amd_early() -> None:
    waited_s: dict[bool, float] = {True: 0.0, False: 0.0}
    for answer in [one for one in greetings("held_out", HELD_OUT, 11) if not one.machine]:
        frames = list(frames_of(answer))
        for early in waited_s:
            waited_s[early] += decided(shipped_model(), looks(frames), verdict(frames, Amd()), early=early)[1]
    assert waited_s[True] < 0.9 * waited_s[False]


def test_the_dearer_a_person_is_the_surer_it_has_to_be() -> None:
    likely = Judgement(0.9, ())
    assert Costs(person_sent_away=20).threshold > Costs(person_sent_away=5).threshold
    assert decide(likely, Costs(person_sent_away=5), left_s=0) == "machine"
    assert decide(likely, Costs(person_sent_away=20), left_s=0) == "person"


# ---- what is learnt --------------------------------------------------------------------------------------------------


def test_a_model_is_read_as_it_was_written_and_no_other_text_is() -> None:
    model = EMPTY.learnt(["a", "b"], machine=True).learnt(["b"], machine=False)
    assert read_model(write_model(model)) == model
    for text in ("", "total = [1]\nseen = 3", 'total = [1, 2]\n[seen]\na = ["x", 1]'):
        with pytest.raises(ValueError, match=r".+"):
            read_model(text)


def test_what_agents_say_changes_the_judgement_and_old_answers_fade() -> None:
    model, before = shipped_model(), shipped_model().judge(PAUSES).machine
    for _ in range(300):
        model = model.learnt(PAUSES, machine=True)
    assert model.judge(PAUSES).machine > before + 0.2
    for _ in range(2500):
        model = model.learnt(PAUSES, machine=False)
    assert model.total.person + model.total.machine <= LEARNT_AT_MOST + 1e-6


def test_what_is_trained_with_is_not_measured_with() -> None:
    train_texts, held_out = ({text for of in texts(which).values() for one in of.values() for text in one}
                             for which in ("train", "held_out"))  # fmt: skip
    assert not train_texts & held_out
    assert not set(VOICES["train"]) & set(VOICES["held_out"])
    assert set(ACCENTS["en"]["train"]) != set(ACCENTS["en"]["held_out"])
    assert SEED != BENCHMARK_SEED


def test_training_gives_the_same_model_each_time() -> None:
    answers = greetings("train", 16, SEED)
    assert write_model(train(answers)) == write_model(train(greetings("train", 16, SEED)))


def test_of_people_never_heard_before_fewer_are_sent_away_than_by_amd_alone() -> None:
    alone = combined = 0
    for answer in [one for one in greetings("held_out", HELD_OUT, 11) if not one.machine]:
        frames = list(frames_of(answer))
        said = verdict(frames, Amd())
        alone += said.status == "MACHINE"
        combined += decided(shipped_model(), looks(frames), said)[0] == "machine"
    assert combined < alone / 2
