"""How hearing is, in one line for the health of the controller; and whether there is anything to hear with at all."""

from pathlib import Path

from waihu.services.ears import NOTHING, EarsState, models_of
from waihu.services.findings import Finding, State
from waihu.services.words import Words
from waihu.settings import SpeechSettings
from waihu.speech.library import read_library

SUBJECT = "hearing"
_UNLESS_ASKED = "auto"
_MEND = Words(
    "calls go on, unheard: look at `waihu doctor`; scripts/fetch-asr-model gets models",
    "通话不受影响，但不转写：请查看 `waihu doctor`；可用 scripts/fetch-asr-model 获取模型",
)


def why_off(settings: SpeechSettings, var: Path) -> Words | None:
    """Return why nothing is heard at all; None where something may be. A wish that cannot be met is not off."""
    if settings.engine == NOTHING:
        return Words("off (speech.engine is null)", "已关闭（speech.engine 为 null）")
    if settings.engine != _UNLESS_ASKED or settings.servers:
        return None
    folder = Path(models_of(settings, var))
    try:
        if len(read_library(folder)):
            return None
    except OSError as error:
        return Words(f"off: {folder} cannot be read: {error.strerror}", f"未启用：无法读取 {folder}")
    return Words(
        f"off: there is no model in {folder}; after scripts/fetch-asr-model and a restart calls are transcribed",
        f"未启用：{folder} 中没有模型；运行 scripts/fetch-asr-model 并重启后即可转写",
    )


def off_finding(why: Words) -> Finding:
    """Return what there is to say where nothing is heard: that is nobody's fault."""
    return Finding(SUBJECT, State.GOOD, why)


def ears_finding(state: EarsState) -> Finding:
    """Return how the ears are."""
    problems = sorted({problem for ear in state.ears for problem in ear.problems})
    behind = "; ".join(problems[:3])
    if not state.ready:
        seen = Words(
            f"no ear is ready, {state.restarts} restarts; transcripts wait for the recordings",
            f"没有可用的识别进程，已重启 {state.restarts} 次；转写将在录音后进行",
        )
        return Finding(SUBJECT, State.WARNING, seen, _MEND)
    able = [ear for ear in state.ears if ear.engine and ear.engine != NOTHING]
    if not able:
        seen = Words(f"nothing to recognise with: {behind}", f"没有可用的识别引擎：{behind}")
        return Finding(SUBJECT, State.WARNING, seen, _MEND)
    models = ", ".join(sorted({model for ear in able for model in ear.models}))
    load = f"{state.streams} streams, busy {state.ratio:.0%}, {state.ready} of {len(state.ears)} ears"
    load_zh = f"{state.streams} 路，负载 {state.ratio:.0%}，{state.ready}/{len(state.ears)} 个进程"
    seen = Words(f"{able[0].engine}: {models}; {load}", f"{able[0].engine}：{models}；{load_zh}")
    if problems:
        return Finding(SUBJECT, State.WARNING, Words(f"{seen.en}; {behind}", f"{seen.zh}；{behind}"), _MEND)
    return Finding(SUBJECT, State.GOOD, seen)
