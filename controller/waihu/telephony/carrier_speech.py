"""What the people and machines behind the simulated carrier say, in English and in Mandarin (pinyin)."""

from pathlib import Path

from waihu.telephony import tones
from waihu.telephony.carrier_scripts import script_sounds
from waihu.telephony.prompts import ENGLISH, MANDARIN, Sound, Speech, sound_set

VOICES = 4  # people per language; the dialled number chooses one

_VOICES = {
    "en": (f"{ENGLISH}+f3", "en-gb", f"{ENGLISH}+m3", "en-gb+f2"),
    "zh": (MANDARIN, f"{MANDARIN}+f2", f"{MANDARIN}+m3", f"{MANDARIN}+f4"),
}
_HELLO = {
    "en": ("Hello?", "Yes, hello?", "Tom speaking.", "Hello?"),
    "zh": ("wei4?", "wei4, ni3 hao3.", "ni3 hao3.", "wei4, na3 wei4?"),
}
_TALK = {
    "en": (
        "Oh, good afternoon. Yes, I remember. What does it cost per month? I would like to think about it.",
        "I am a customer already. My last bill was too high, and I want my money back, please. Can you check that?",
        "That sounds interesting. Please send me the contract by mail. I agree. My address has not changed.",
        "I have no time just now. Please call me again tomorrow at three o'clock. And who gave you this number?",
    ),
    "zh": (
        "ni3 hao3. wo3 ji4 de5. qing3 wen4 mei3 ge4 yue4 duo1 shao3 qian2? wo3 xiang3 kao3 lv4 yi1 xia4.",
        "wo3 yi3 jing1 shi4 ni3 men5 de5 ke4 hu4. shang4 ge4 yue4 de5 zhang4 dan1 tai4 gao1 le5, wo3 yao4 tui4 kuan3.",
        "ting1 qi3 lai2 bu2 cuo4. qing3 ba3 he2 tong2 fa1 gei3 wo3. wo3 tong2 yi4. wo3 de5 di4 zhi3 mei2 you3 bian4.",
        "wo3 xian4 zai4 mei2 you3 shi2 jian1. qing3 ming2 tian1 xia4 wu3 san1 dian3 zai4 da3 lai2. xie4 xie5.",
    ),
}
_MACHINE = {
    "en": (
        "Hello, you have reached the voice mail of Robin Miller. I cannot take your call right now. Please leave"
        " your name and number after the tone."
    ),
    "zh": (
        "nin2 hao3, zhe4 li3 shi4 li3 ming2 de5 yu3 yin1 xin4 xiang1. wo3 xian4 zai4 bu4 neng2 jie1 ting1 nin2 de5"
        " dian4 hua4. qing3 zai4 ti2 shi4 yin1 zhi1 hou4 liu2 yan2."
    ),
}
_NOT_IN_SERVICE = {
    "en": "The number you have dialled is not in service. Please check the number and dial again.",
    "zh": "nin2 bo1 da3 de5 hao4 ma3 shi4 kong1 hao4, qing3 he2 dui4 hou4 zai4 bo1.",
}
_YES = {"en": "Yes?", "zh": "wei4?"}
_AGENT = (
    "Good afternoon, this is Waihu calling. I have a short question about your contract. Do you have a minute for me?",
    "Thank you for your time. The price is twenty nine dollars a month, and you can cancel at the end of every month.",
    "I understand. Let me check that for you. One moment, please. Yes, I can see your last bill on my screen now.",
    "May I send you the offer by mail? This call is being recorded for quality. Is there anything else I can do?",
)


def carrier_sounds(cache: Path) -> Path:
    """Make everything the simulated carrier plays; returns the folder.

    Raises:
        ExchangeFailed: espeak-ng or sox is missing or does not do its work.
    """
    sounds: dict[str, Sound] = {"sit": tones.sit(), "beep": tones.beep(), "ced": tones.fax_answer()}
    for language, voices in _VOICES.items():
        said = {"machine": _MACHINE, "not-in-service": _NOT_IN_SERVICE, "yes": _YES}
        sounds |= {f"{language}/{name}": Speech(texts[language], voices[1], 170) for name, texts in said.items()}
        for number, voice in enumerate(voices):
            sounds[f"{language}/hello-{number}"] = Speech(_HELLO[language][number], voice, 170)
            sounds[f"{language}/talk-{number}"] = Speech(_TALK[language][number], voice)
    sounds |= {f"agent-{number}": Speech(text, f"{ENGLISH}+f{number + 1}") for number, text in enumerate(_AGENT)}
    return sound_set(cache, "carrier", sounds | script_sounds())
