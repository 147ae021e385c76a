"""Callees of the simulated carrier who follow a script, so that what they said is known word for word.

The last two digits choose the script, ``30`` to ``33``; behind numbers of +86 it is spoken in Mandarin, behind all
others in English. Each says hello, then its phrases with pauses, some 15 s in all, and hangs up. Nearly all words are
among those of the fixture models of ``tests/fixtures/asr``.
"""

from dataclasses import dataclass

from waihu.telephony.prompts import ENGLISH, MANDARIN, Speech

PAUSES_S = (2.0, 1.2, 1.6)  # after the first phrase, the second … and over again
_WORDS_PER_MIN = 150
_VOICES = {  # of those the fixture models hear best
    "en": {"30": ENGLISH, "31": f"{ENGLISH}+quincy", "32": f"{ENGLISH}+m3", "33": f"{ENGLISH}+Alex"},
    "zh": {"30": f"{MANDARIN}+m3", "31": f"{MANDARIN}+Alex", "32": f"{MANDARIN}+quincy", "33": f"{MANDARIN}+michel"},
}


@dataclass(frozen=True, slots=True)
class Script:
    """What one callee says.

    Attributes:
        language: ``en``, ``zh``.
        phrases: as a transcript writes them, words with spaces between.
        sounds: the same, as it is spoken.
    """

    language: str
    phrases: tuple[str, ...]
    sounds: tuple[Speech, ...]


_ENGLISH = {
    "30": (
        "hello good morning",
        "the price is too expensive",
        "I have a complaint and I want a refund",
        "my lawyer will call you tomorrow",
        "please do not call me again",
        "goodbye",
    ),
    "31": (
        "hello",
        "yes please I am interested",
        "is there a discount",
        "that is too expensive for me",
        "I want to talk to the manager",
        "a callback tomorrow morning please thank you",
    ),
    "32": (
        "hello good afternoon",
        "sorry I am busy",
        "no thank you I am not interested",
        "please cancel my contract",
        "stop and do not call me again",
        "goodbye",
    ),
    # The card number is one that card schemes publish for testing.
    "33": (
        "yes hello",
        "there is a problem with my payment",
        "my credit card number is four zero one two",
        "eight eight eight eight eight eight eight eight",
        "one eight eight one",
        "please cancel the order thank you goodbye",
    ),
}
# Words as they are written, and as they are spoken.
_MANDARIN: dict[str, tuple[tuple[str, str], ...]] = {
    "30": (
        ("你好", "ni3hao3"),
        ("价格 太贵", "jia4ge2 tai4gui4"),
        ("投诉 退款", "tou2su4 tui4kuan3"),
        ("律师 明天 回电", "lv4shi1 ming2tian1 hui2dian4"),
        ("不要 再打 电话", "bu2yao4 zai4da3 dian4hua4"),
        ("再见", "zai4jian4"),
    ),
    "31": (
        ("你好", "ni3hao3"),
        ("是的 需要 考虑", "shi4de5 xu1yao4 kao3lv4"),
        ("价格 可以 便宜", "jia4ge2 ke3yi3 pian2yi5"),
        ("今天 优惠", "jin1tian1 you1hui4"),
        ("经理 明天 回电", "jing1li3 ming2tian1 hui2dian4"),
        ("谢谢 再见", "xie4xie5 zai4jian4"),
    ),
    "32": (
        ("你好", "ni3hao3"),
        ("没兴趣 谢谢", "mei2xing4qu4 xie4xie5"),
        ("不需要 优惠", "bu4xu1yao4 you1hui4"),
        ("取消 合同", "qu3xiao1 he2tong5"),
        ("不要 再打 电话", "bu2yao4 zai4da3 dian4hua4"),
        ("再见", "zai4jian4"),
    ),
    "33": (
        ("是的 你好", "shi4de5 ni3hao3"),
        ("订单 问题", "ding4dan1 wen4ti2"),
        ("信用卡 号码 四 零 一 二", "xin4yong4ka3 hao4ma3 si4 ling2 yi1 er4"),
        ("八 八 八 八 八 八 八 八", "ba1 ba1 ba1 ba1 ba1 ba1 ba1 ba1"),
        ("一 八 八 一", "yi1 ba1 ba1 yi1"),
        ("取消 订单 谢谢 再见", "qu3xiao1 ding4dan1 xie4xie5 zai4jian4"),
    ),
}


def scripts() -> dict[tuple[str, str], Script]:
    """Return every script, by the last two digits and the language."""
    both = {
        (digits, "en"): _script("en", digits, tuple(zip(said, said, strict=True))) for digits, said in _ENGLISH.items()
    }
    return both | {(digits, "zh"): _script("zh", digits, said) for digits, said in _MANDARIN.items()}


def spoken(number: str) -> Script | None:
    """Return what the callee of a number says by script; None: nobody behind it follows one.

    Args:
        number: as it is dialled: ``+44…``, ``0044…``, ``44…``.
    """
    digits = number.removeprefix("+").removeprefix("00")
    return scripts().get((digits[-2:], "zh" if digits.startswith("86") else "en"))


def _script(language: str, digits: str, said: tuple[tuple[str, str], ...]) -> Script:
    sounds = tuple(Speech(spoken, _VOICES[language][digits], _WORDS_PER_MIN) for _, spoken in said)
    return Script(language, tuple(written for written, _ in said), sounds)


def script_sounds() -> dict[str, Speech]:
    """Return the sounds to make: ``en/script-30-0`` and so on."""
    return {
        f"{language}/script-{digits}-{number}": sound
        for (digits, language), script in scripts().items()
        for number, sound in enumerate(script.sounds)
    }


def script_pauses() -> dict[str, list[float]]:
    """Return for each script the pause after each phrase, for the dialplan; both languages have as many phrases."""
    return {
        digits: [PAUSES_S[number % len(PAUSES_S)] for number in range(len(said))] for digits, said in _ENGLISH.items()
    }
