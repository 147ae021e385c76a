"""``waihu say``: speak a text as callers would hear it."""

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from waihu import settings
from waihu.cli.options import SettingsFile


def say(
    text: Annotated[str, typer.Argument(help="What is to be spoken.")],
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    voice: Annotated[str, typer.Option(help="As espeak-ng --voices lists it; default: that of the settings.")] = "",
    out: Annotated[Path | None, typer.Option(help="Also write the sound to this WAV file.", dir_okay=False)] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Make a text into the sound callers hear, and print where it lies: WAV, 8 kHz, mono."""
    from waihu.cli.assembly import places, speaking
    from waihu.clock import SystemClock
    from waihu.telephony.spoken_sounds import SpokenSounds

    chosen = settings.load(settings_file)

    async def made() -> Path:
        sounds = SpokenSounds(speaking(chosen.speaking, places(chosen).sounds), SystemClock())
        return (await sounds.sound(text, language, voice)).with_suffix(".wav")

    file = asyncio.run(made())
    if out is not None:
        shutil.copyfile(file, out)
    typer.echo(out or file)
