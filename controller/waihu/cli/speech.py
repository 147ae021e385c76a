"""``waihu speech``: the models of this machine, a file on trial, and a server that lends them to others."""

import asyncio
import signal
import wave
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from waihu import paths, settings
from waihu.cli.options import SettingsFile
from waihu.services.ears import models_of
from waihu_models.errors import BadInput, NoModel

app = typer.Typer(no_args_is_help=True, help="Speech recognition: its models, a file on trial, a server.")

PIECE_S = 0.2
Models = Annotated[Path | None, typer.Option(help="Folder of models; default: that of the settings.", file_okay=False)]
Language = Annotated[str, typer.Option(help="Spoken in it: en, zh, en-in; default: as the settings say.")]


@app.command("models")
def models(settings_file: SettingsFile = None, models: Models = None) -> None:
    """List the models there are, each tried with a little silence, and what is wrong with the others."""
    from waihu.speech.model_files import ModelFiles
    from waihu.speech.trials import TRIED_RATE_HZ, try_all

    folder = _folder(settings.load(settings_file), models)
    trials = asyncio.run(try_all(folder))
    for card in trials.library:
        tried = trials.tried[card.name]
        notes = [card.language, f"{card.rate_hz} Hz", f"loads in {tried.load_s:.1f} s"]
        notes += ["resampled"] if tried.rate_hz != TRIED_RATE_HZ else []
        notes += ["takes phrase lists"] if card.takes_phrases else []
        notes += ["a fixture: synthetic callers only"] if card.fixture else []
        notes.append(f"sha256 {ModelFiles(card.folder).sha256()[:16]}")
        typer.echo(f"{card.name}: {', '.join(notes)}")
    for problem in trials.problems:
        typer.echo(f"cannot be used: {problem}", err=True)
    if not len(trials.library):
        raise NoModel(f"there is no usable model in {folder}: scripts/fetch-asr-model gets some")


@app.command("try")
def try_(
    file: Annotated[Path, typer.Argument(help="WAV file, mono, 16 bit.", exists=True, dir_okay=False)],
    language: Language = "",
    settings_file: SettingsFile = None,
    models: Models = None,
) -> None:
    """Recognise a file with the engine of the settings, as a call would be, and print words with their times."""
    asyncio.run(_try(settings.load(settings_file), file, language, models))


async def _try(chosen: settings.Settings, file: Path, language: str, models: Path | None) -> None:
    from waihu.speech.engines import EnginePlan, build
    from waihu.speech.port import StreamPlan
    from waihu_models.ids import new_id

    speech = chosen.speech
    rate_hz, pcm = read_wav(file)
    plan = EnginePlan(
        engine=speech.engine, models=_folder(chosen, models), servers=speech.servers, language=speech.language
    )
    engine = await build(plan)
    try:
        for problem in engine.problems:
            typer.echo(problem, err=True)
        wanted = StreamPlan(stream_id=new_id(), rate_hz=rate_hz, language=language or speech.language, partials=False)
        stream = await engine.recognizer.open(wanted)
        typer.echo(f"{stream.voice.engine}, {stream.voice.model}, {stream.voice.language}")

        async def sent() -> None:
            step = 2 * int(PIECE_S * rate_hz)
            for start in range(0, len(pcm), step):
                await stream.send(pcm[start : start + step])
            await stream.finish()

        sending = asyncio.create_task(sent())
        async for heard in stream.heard():
            if heard.text:
                at = f"{heard.words[0].start_s:7.2f} s" if heard.words else " " * 9
                typer.echo(f"{at}  {heard.text}")
        await sending
        await stream.close()
    finally:
        await engine.recognizer.close()


def read_wav(file: Path) -> tuple[int, bytes]:
    """Return rate and samples of a WAV file.

    Raises:
        BadInput: it is none, or not mono with 16 bits.
    """
    try:
        with wave.open(str(file)) as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                raise BadInput(f"{file}: mono and 16 bits are needed: sox {file.name} -c 1 -b 16 -r 8000 mono.wav")
            return sound.getframerate(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise BadInput(f"{file} is no WAV file: {error}") from error


@app.command("serve")
def serve(
    host: Annotated[
        str, typer.Option(help="Address to serve on; it takes sound from whoever reaches it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any free one.", min=0, max=65535)] = 2700,
    threads: Annotated[int, typer.Option(help="That recognise; each uses one core at most.", min=1, max=64)] = 1,
    language: Language = "",
    settings_file: SettingsFile = None,
    models: Models = None,
) -> None:
    """Lend the models of this machine to others, by the protocol of vosk-server, until Ctrl-C."""
    chosen = settings.load(settings_file)
    asyncio.run(_serve(host, port, threads, language or chosen.speech.language, _folder(chosen, models)))


async def _serve(host: str, port: int, threads: int, language: str, folder: Path) -> None:
    from waihu.speech.trials import try_all
    from waihu.speech.vosk_engine import VoskEngine
    from waihu.speech.vosk_server import VoskServer

    trials = await try_all(folder)
    if not len(trials.library):
        raise NoModel(f"there is no usable model in {folder}: scripts/fetch-asr-model gets some")
    engine = VoskEngine(trials, threads=threads)
    with suppress(NoModel):
        await engine.load(language)
    server = VoskServer(engine, language)
    try:
        served = await server.open(host, port)
    except OSError as error:
        raise BadInput(f"--host {host} --port {port}: {error.strerror or error}") from error
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    names = ", ".join(card.name for card in trials.library)
    typer.echo(f"ws://{served.host}:{served.port} serves {names}")
    await stop.wait()
    await server.close()


def _folder(chosen: settings.Settings, models: Path | None) -> Path:
    return models or Path(models_of(chosen.speech, paths.var()))
