"""What ``waihu doctor`` says of hearing: models, each tried with silence and with speech, and what is missing."""

import asyncio
from importlib.util import find_spec
from pathlib import Path

from waihu.services.ears import models_of
from waihu.services.findings import Finding, State
from waihu.services.hearing_health import SUBJECT, why_off
from waihu.services.words import Words
from waihu.settings import SpeechSettings
from waihu_models.errors import NoModel

_NEEDED = ("vosk", "numpy", "webrtcvad")
_INSTALL = "pip install 'waihu[speech]'"
_FETCH = "scripts/fetch-asr-model gets models; without one calls go on, unheard"


def hearing_finding(settings: SpeechSettings, var: Path) -> Finding:
    """Look at what calls are heard with."""
    if (off := why_off(settings, var)) is not None:
        return Finding(SUBJECT, State.GOOD, off)
    needed = _NEEDED if settings.engine == "vosk" else _NEEDED[1:]
    if missing := ", ".join(name for name in needed if find_spec(name) is None):
        return Finding(SUBJECT, State.WARNING, _said(f"not installed: {missing}"), _said(_INSTALL))
    if settings.engine == "vosk-server":
        return _servers(settings)
    folder = Path(models_of(settings, var))
    models, problems = asyncio.run(_models(folder, var / "sounds"))
    if models:
        state = State.WARNING if problems else State.GOOD
        return Finding(SUBJECT, state, _said(_joined(f"{folder}: {'; '.join(models)}", problems)), _said(_FETCH))
    if settings.servers and settings.engine == "auto":
        return _servers(settings)
    return Finding(SUBJECT, State.WARNING, _said(_joined(f"no usable model in {folder}", problems)), _said(_FETCH))


def _servers(settings: SpeechSettings) -> Finding:
    from waihu.speech.engines import SERVERS, EnginePlan, build

    async def asked() -> tuple[tuple[str, ...], tuple[str, ...]]:
        plan = EnginePlan(engine=SERVERS, models=Path(), servers=settings.servers, language=settings.language)
        engine = await build(plan)
        await engine.recognizer.close()
        return engine.models, engine.problems

    names, problems = asyncio.run(asked())
    state = State.WARNING if problems else State.GOOD
    mend = "start them, or mend speech.servers: ws://host:2700, a weight and languages behind spaces"
    return Finding(SUBJECT, state, _said(_joined(f"servers: {', '.join(names) or 'none'}", problems)), _said(mend))


async def _models(folder: Path, sounds: Path) -> tuple[list[str], tuple[str, ...]]:
    from waihu.cli.doctor_speech import understood
    from waihu.speech.model_files import ModelFiles
    from waihu.speech.trials import TRIED_RATE_HZ, try_all

    try:
        trials = await try_all(folder)
    except NoModel as error:
        return [], (str(error),)
    models, problems = [], list(trials.problems)
    for card in trials.library:
        tried = trials.tried[card.name]
        notes = [card.language, f"{card.rate_hz} Hz", f"silence takes {tried.work_ratio:.1%} of its time"]
        notes += ["resampled"] if tried.rate_hz != TRIED_RATE_HZ else []
        notes += ["takes phrase lists"] if card.takes_phrases else []
        notes += ["a fixture: synthetic callers only"] if card.fixture else []
        if (found := await understood(trials, card, sounds)) is not None:
            notes.append(str(found))
            problems += [f"{card.name}: {found}"] if found.bad else []
        notes.append(f"sha256 {ModelFiles(card.folder).sha256()[:16]}")
        models.append(f"{card.name} ({', '.join(notes)})")
    return models, tuple(problems)


def _joined(seen: str, problems: tuple[str, ...]) -> str:
    return "; ".join((seen, *problems))


def _said(text: str) -> Words:
    return Words(text, text)  # the command line speaks English
