"""What is said in the demo's calls, line by line as it is heard, and the alerts on it."""

import asyncio
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from waihu import paths
from waihu.settings import SpeechSettings
from waihu_models.errors import BadModel
from waihu_models.events import TranscriptChanged, UtteranceHeard, WordsAlerted
from waihu_models.transcript import Side, TranscriptState
from waihu_models.word_alert import Severity

if TYPE_CHECKING:
    from waihu.app import App
    from waihu.store.store import Store

LANGUAGES = ("en", "zh")
LOOKED_FOR = ("refund", "contract", "退款", "再打")
MOST_HITS = 3
_STYLE = {Severity.NOTE: "cyan", Severity.WARNING: "yellow", Severity.URGENT: "bold red"}
_FIXTURES = (
    "Calls are transcribed with fixture models: a few dozen words of synthetic callers, useless on real people.\n"
    "通话以测试夹具模型转写：仅识别合成语音的几十个词，对真人无效。"
)
_NOT_INSTALLED = (
    "Calls are not transcribed: vosk is not installed here. pip install 'waihu[speech]' gets it.\n"
    "本次不转写通话：未安装 vosk，可用 pip install 'waihu[speech]' 安装。"
)
_NEEDED = ("vosk", "numpy", "webrtcvad")
_NO_MODELS = (
    "Calls are not transcribed: the fixture models of a checkout (tests/fixtures/asr) are not here.\n"
    "本次不转写通话：此处没有源码中的测试模型（tests/fixtures/asr）。"
)


def speech_of_demo(folder: Path, console: Console) -> SpeechSettings:
    """Return what the demo hears with: the fixture models of a checkout, which know its callers' words, or nothing.

    They are unpacked into the demo's own folder: where models of real callers are looked for, they would be found.
    """
    from waihu.speech.model_pack import unpack

    if any(find_spec(name) is None for name in _NEEDED):
        console.print(_NOT_INSTALLED)
        return SpeechSettings(engine="null")
    root = paths.checkout()
    packed = root / "tests" / "fixtures" / "asr" if root else folder / "none"
    models = folder / "models"
    shutil.rmtree(models, ignore_errors=True)
    try:
        for language in LANGUAGES:
            unpack(packed / f"fixture-{language}.zip", models / f"fixture-{language}")
    except BadModel:
        console.print(_NO_MODELS)
        return SpeechSettings(engine="null")
    console.print(_FIXTURES)
    return SpeechSettings(models=str(models), ears=1)


class DemoWords:
    """Prints what customers say. Agents of the demo use words that its models do not know: theirs are left out."""

    def __init__(self, app: "App", console: Console) -> None:
        self._console = console
        self._deferred = 0
        self.lines = 0
        self.alerts = 0
        app.bus.subscribe(UtteranceHeard, self._heard)
        app.bus.subscribe(WordsAlerted, self._alerted)
        app.bus.subscribe(TranscriptChanged, self._changed)

    def _heard(self, heard: UtteranceHeard) -> None:
        said = heard.utterance
        if said.side is not Side.CUSTOMER:
            return
        self.lines += 1
        line = Text(f"  {said.call_id[-4:]} {said.start_s:5.1f} s  ", style="dim")
        self._print(line.append(said.text_display, style="default"))

    def _alerted(self, alerted: WordsAlerted) -> None:
        alert = alerted.alert
        self.alerts += 1
        told = f"  {alert.call_id[-4:]} {alert.start_s:5.1f} s  ▲ {alert.severity}: {alert.list_name}: {alert.phrase}"
        # An alert is told while its utterance is still being told to others: here it comes under its line.
        asyncio.get_running_loop().call_soon(self._print, Text(told, style=_STYLE[alert.severity]))

    def _changed(self, changed: TranscriptChanged) -> None:
        self._deferred += changed.transcript.state is TranscriptState.DEFERRED

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)

    async def found(self, url: str) -> None:
        """Look for two words in everything that was said, as people will later, and print where each is heard."""
        from waihu.store.store import Store

        if not self.lines:
            return
        self._console.print(
            f"\n{self.lines} lines of customers, {self.alerts} alerts, {self._deferred} sides put off until after the "
            "call. Searched for words 搜索通话内容:"
        )
        store = await Store.open(url)
        try:
            for word in LOOKED_FOR:
                await self._found(store, word)
        finally:
            await store.close()

    async def _found(self, store: "Store", word: str) -> None:
        from sqlalchemy import true

        from waihu.store.recordings import recording_of_call
        from waihu.store.search_words import terms_of
        from waihu.store.transcript_search import TranscriptWish, search

        wish = TranscriptWish(terms=terms_of(word), visible=true(), side=Side.CUSTOMER, limit=MOST_HITS)
        hits = (await search(store, wish)).rows
        if not hits:
            self._print(Text(f"  {word}: nobody said it this time", style="dim"))
        for row in hits:
            recording = await recording_of_call(store, row["call_id"])
            heard = "not recorded"
            if recording is not None:
                at_s = max(0.0, (row["at"] - recording.started_at).total_seconds())
                heard = f"{recording.path} at {int(at_s // 60)}:{at_s % 60:04.1f}"
            self._print(Text(f"  {word}: {heard}: {row['text_display']}"))
