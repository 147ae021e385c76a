"""A program that transcribes from a store until it is killed: ``python transcribing_program.py URL FOLDER``.

It says ``working`` when it has begun a recording, and goes no further.
"""

import asyncio
import sys
from pathlib import Path

from waihu.bus import Bus
from waihu.clock import SystemClock
from waihu.services.tasks import Tasks
from waihu.services.transcribing import Around, Transcribing
from waihu.store.store import Store
from waihu.testing.fake_recognizer import FakeRecognizer
from waihu.testing.waiting import until


async def transcribe(url: str, folder: Path) -> None:
    store, tasks = await Store.open(url), Tasks()
    recognizer = FakeRecognizer({"en": ("never said",)})
    recognizer.go_on.clear()
    around = Around(
        store=store, bus=Bus(), clock=SystemClock(), tasks=tasks, folder=folder, recognizer=recognizer,
        alert=lambda _code, _text: None,
    )  # fmt: skip
    tasks.forever(Transcribing(around).run, "transcribing")
    await until(lambda: recognizer.streams, 20.0)
    sys.stdout.write("working\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(transcribe(sys.argv[1], Path(sys.argv[2])))
